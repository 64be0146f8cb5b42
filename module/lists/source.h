/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * source.h: the lines of a file, plain or compressed */
#ifndef DNSWARD_LISTS_SOURCE_H
#define DNSWARD_LISTS_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/result.h"

/* A file read once from its start to its end, line by line, through a buffer of
 * fixed size, plain or compressed (base/input.h). */
struct dw_source;

enum {
	DW_SOURCE_LINE_MAX = 4096, /* bytes of a line, its end not counted */
};

/* 2 GiB: the most text a file may hold, decompressed. */
#define DW_TEXT_MAX (UINT64_C(2) << 30)

enum dw_source_line_kind {
	DW_SOURCE_LINE_TEXT,
	DW_SOURCE_LINE_TOO_LONG, /* more than DW_SOURCE_LINE_MAX bytes; `text` is empty */
	DW_SOURCE_LINE_BINARY,   /* holds a NUL byte; `text` is empty */
	DW_SOURCE_LINE_END,      /* no more lines */
};

/* A line without its end (LF or CRLF), and the first one without a byte order
 * mark. `text` may be written to, is not NUL-terminated, and lives until the next
 * call. `number` counts from 1. */
struct dw_source_line {
	enum dw_source_line_kind kind;
	char *text;
	size_t len;
	uint32_t number;
};

/* Open a file for reading, as all of a list's files are opened: a regular one
 * (DW_ERR_UNSUPPORTED for anything else), of up to `max` bytes (DW_ERR_LIMIT). */
enum dw_result dw_source_file(
	const char *path, uint64_t max, int *fd, struct dw_error *err) DW_MUST_CHECK;

/* Open a file in this way. `text_max` bytes of text are read at most, DW_TEXT_MAX but in
 * tests. */
enum dw_result dw_source_open(const char *path, uint64_t text_max, struct dw_source **out,
	struct dw_error *err) DW_MUST_CHECK;

/* The same for a file that has been read into memory already, so that just what somebody
 * looked at is what is read. `content` passes to the source, on failure too. */
enum dw_result dw_source_open_content(const char *path, char *content, size_t len,
	uint64_t text_max, struct dw_source **out, struct dw_error *err) DW_MUST_CHECK;
void dw_source_close(struct dw_source **source);

/* Read a line. DW_ERR_CORRUPT for a compressed file that is damaged or ends too
 * early, DW_ERR_LIMIT for too much text, DW_ERR_SYSTEM, DW_ERR_MEMORY. */
enum dw_result dw_source_line(
	struct dw_source *source, struct dw_source_line *line, struct dw_error *err) DW_MUST_CHECK;

/* Start again with the first line. */
enum dw_result dw_source_rewind(struct dw_source *source, struct dw_error *err) DW_MUST_CHECK;

#endif
