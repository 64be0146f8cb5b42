/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * output.h: where log lines go: a file, a socket, stderr */
#ifndef DNSWARD_LOG_OUTPUT_H
#define DNSWARD_LOG_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "dnsward/result.h"

enum dw_output_kind { DW_OUTPUT_FILE, DW_OUTPUT_STREAM, DW_OUTPUT_DATAGRAM, DW_OUTPUT_STDERR };

/* An output remembers what it is for and mends itself: a file that was renamed or removed is
 * opened anew, a socket that went away is connected again. Used by the writer alone. */
struct dw_output {
	enum dw_output_kind kind;
	char *path;      /* of the file or the socket; NULL for stderr */
	int fd;          /* -1: not open */
	dev_t device;    /* of the open file */
	ino_t inode;
	bool cut;        /* the last line got out in part */
};

/* "stderr", "unix:/path", or the path of a file. Opens nothing yet. */
enum dw_result dw_output_set(struct dw_output *output, const char *path, struct dw_error *err)
	DW_MUST_CHECK;
void dw_output_close(struct dw_output *output);

/* Whether both are for the same place. */
bool dw_output_is_same(const struct dw_output *a, const struct dw_output *b);

/* Open or connect if it is not, open anew if the file at its path is another one. Where that
 * fails, a file that has still a name (logrotate has renamed it and not made a new one yet) stays
 * open and can be written to. */
enum dw_result dw_output_mend(struct dw_output *output, bool *reopened, struct dw_error *err)
	DW_MUST_CHECK;

/* How long a reader is waited for that does not read: asked for each piece that it takes, so that one
 * who takes something now and then is. */
struct dw_output_patience {
	uint64_t (*until)(void *arg); /* by dw_clock_steady */
	void *arg;
};

/* Write whole lines to an output that is open. Returns how many bytes got out; fewer than `len`
 * is an error told in `err`. A line that was cut is ended with a newline before the next write. */
size_t dw_output_write(struct dw_output *output, const char *lines, size_t len,
	const struct dw_output_patience *patience, struct dw_error *err);

#endif
