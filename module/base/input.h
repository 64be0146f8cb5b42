/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * input.h: the bytes of a file, plain or compressed */
#ifndef DNSWARD_BASE_INPUT_H
#define DNSWARD_BASE_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "dnsward/result.h"

/* Read from start to end; gzip (RFC 1952), xz and zstd (RFC 8878) are told by their magic, and
 * several members, streams or frames after one another are one text. Files are read, not mapped:
 * one may be cut under its reader. One thread at a time. */
struct dw_input;

/* `fd`, a file or a pipe, passes to the input, on failure too. `path` is for errors to tell. */
enum dw_result dw_input_open(
	const char *path, int fd, struct dw_input **out, struct dw_error *err) DW_MUST_CHECK;

/* The same for a file that has been read into memory already, less than 4 GiB. `content` passes
 * to the input, on failure too. */
enum dw_result dw_input_open_content(const char *path, char *content, size_t len,
	struct dw_input **out, struct dw_error *err) DW_MUST_CHECK;
void dw_input_close(struct dw_input **input);

/* Up to `max` bytes; *len is 0 at the end. DW_ERR_CORRUPT where compressed data are damaged or
 * end too early, DW_ERR_LIMIT where they want too much memory, DW_ERR_MEMORY, DW_ERR_SYSTEM: what
 * came before has been given. */
enum dw_result dw_input_read(struct dw_input *input, char *out, size_t max, size_t *len,
	struct dw_error *err) DW_MUST_CHECK;

/* Start again with the first byte. Not for a pipe. */
enum dw_result dw_input_rewind(struct dw_input *input, struct dw_error *err) DW_MUST_CHECK;

const char *dw_input_path(const struct dw_input *input);

/* How far we are in the file as it lies on disk. */
uint64_t dw_input_done(const struct dw_input *input);

#endif
