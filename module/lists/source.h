/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * source.h: reader for the lines of a file, plain or compressed */
#ifndef DNSWARD_LISTS_SOURCE_H
#define DNSWARD_LISTS_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/result.h"

/* Reads a file, plain or compressed (base/input.h), line by line through a buffer of fixed size.
 * Used by one thread at a time. */
struct dw_source;

enum {
	DW_SOURCE_LINE_MAX = 4096, /* bytes of a line, without its end */
};

/* The maximum size of a file's text after decompression: 2 GiB. */
#define DW_TEXT_MAX (UINT64_C(2) << 30)

enum dw_source_line_kind {
	DW_SOURCE_LINE_TEXT,
	DW_SOURCE_LINE_TOO_LONG, /* more than DW_SOURCE_LINE_MAX bytes; `text` is empty */
	DW_SOURCE_LINE_BINARY,   /* contains a NUL byte; `text` is empty */
	DW_SOURCE_LINE_END,      /* no more lines */
};

/* A line without its end (LF or CRLF), and the first one without a byte order mark. `text` is
 * writable, not NUL-terminated, and valid until the next call. `number` counts from 1. */
struct dw_source_line {
	enum dw_source_line_kind kind;
	char *text;
	size_t len;
	uint32_t number;
};

/* Open a file of a list for reading. The caller closes *fd. Fails with DW_ERR_UNSUPPORTED if it is
 * not a regular file, with DW_ERR_LIMIT if it is larger than `max` bytes. */
enum dw_result dw_source_file(
	const char *path, uint64_t max, int *fd, struct dw_error *err) DW_MUST_CHECK;

/* Open a file as a source. Reading fails after `text_max` bytes of text; that is DW_TEXT_MAX except
 * in tests. */
enum dw_result dw_source_open(const char *path, uint64_t text_max, struct dw_source **out,
	struct dw_error *err) DW_MUST_CHECK;

/* The same for a file that is already in memory, so that exactly the bytes that were verified are
 * parsed. The source takes over `content` (allocated), also on failure. `path` is used in
 * messages. */
enum dw_result dw_source_open_content(const char *path, char *content, size_t len,
	uint64_t text_max, struct dw_source **out, struct dw_error *err) DW_MUST_CHECK;
void dw_source_close(struct dw_source **source);

/* Read a line. Fails with DW_ERR_CORRUPT if a compressed file is damaged or truncated, with
 * DW_ERR_LIMIT if there is too much text, or with DW_ERR_SYSTEM or DW_ERR_MEMORY. */
enum dw_result dw_source_line(
	struct dw_source *source, struct dw_source_line *line, struct dw_error *err) DW_MUST_CHECK;

/* Restart at the first line. */
enum dw_result dw_source_rewind(struct dw_source *source, struct dw_error *err) DW_MUST_CHECK;

#endif
