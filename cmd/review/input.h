/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * input.h: the bytes of a log file, plain or compressed */
#ifndef DNSWARD_REVIEW_INPUT_H
#define DNSWARD_REVIEW_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "dnsward/result.h"

/* A file, or a pipe, or with "-" what comes in; gzip, xz and zstd are found out by their first
 * bytes. Files are read, not mapped: a log may be cut under its reader. One thread at a time. */
struct dw_input;

enum dw_result dw_input_open(
	const char *path, struct dw_input **out, struct dw_error *err) DW_MUST_CHECK;
void dw_input_close(struct dw_input **input);

/* Up to `max` bytes; *len is 0 at the end. DW_ERR_CORRUPT where compressed data are damaged or
 * end too early: what came before has been given. */
enum dw_result dw_input_read(struct dw_input *input, char *out, size_t max, size_t *len,
	struct dw_error *err) DW_MUST_CHECK;

const char *dw_input_path(const struct dw_input *input);

/* How far we are in the file as it lies on disk, and how long it was; 0: nobody knows. */
uint64_t dw_input_done(const struct dw_input *input);
uint64_t dw_input_size(const struct dw_input *input);

#endif
