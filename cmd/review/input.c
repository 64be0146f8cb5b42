/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * input.c: the bytes of a log file, plain or compressed */
#include "dnsward-config.h"
#include "review/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/decoder.h"

enum { RAW_BYTES = 256 << 10 };

struct dw_input {
	char *path;
	int fd;
	uint64_t done, size;
	const struct dw_decoder *decoder; /* NULL: plain */
	void *state;
	const uint8_t *raw; /* what was read and not taken yet */
	size_t raw_len;
	bool at_end, whole;
	uint8_t buffer[RAW_BYTES];
};

static enum dw_result read_raw(
	struct dw_input *input, uint8_t *out, size_t max, size_t *len, struct dw_error *err)
{
	ssize_t n;
	do
		n = read(input->fd, out, max);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return dw_fail_errno(err, input->path, "cannot read");
	input->done += (size_t)n;
	input->at_end = n == 0;
	*len = (size_t)n;
	return DW_OK;
}

static enum dw_result fill(struct dw_input *input, struct dw_error *err)
{
	enum dw_result result = read_raw(input, input->buffer, RAW_BYTES, &input->raw_len, err);
	input->raw = input->buffer;
	return result;
}

static enum dw_result begin(struct dw_input *input, struct dw_error *err)
{
	struct stat st;
	enum dw_result result;
	if (fstat(input->fd, &st) != 0)
		return dw_fail_errno(err, input->path, "cannot look at it");
	if (S_ISDIR(st.st_mode))
		return dw_fail(
			err, DW_ERR_UNSUPPORTED, input->path, 0, "a folder, a file was expected");
	input->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	result = fill(input, err);
	if (result != DW_OK)
		return result;
	input->decoder = dw_decoder_find(input->raw, input->raw_len);
	input->state = input->decoder != NULL ? input->decoder->open() : NULL;
	if (input->decoder != NULL && input->state == NULL)
		return dw_fail(err, DW_ERR_MEMORY, input->path, 0, "no memory to decompress it");
	return DW_OK;
}

enum dw_result dw_input_open(const char *path, struct dw_input **out, struct dw_error *err)
{
	struct dw_input *input = malloc(sizeof(*input));
	enum dw_result result = DW_ERR_MEMORY;
	if (input == NULL)
		return dw_fail(err, result, path, 0, "no memory to read it");
	memset(input, 0, offsetof(struct dw_input, buffer));
	input->path = strdup(path);
	input->fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (input->fd < 0)
		result = dw_fail_errno(err, path, "cannot open");
	else if (input->path != NULL)
		result = begin(input, err);
	if (result == DW_OK)
		*out = input;
	else
		dw_input_close(&input);
	return result;
}

void dw_input_close(struct dw_input **input_p)
{
	struct dw_input *input = *input_p;
	if (input == NULL)
		return;
	if (input->state != NULL)
		input->decoder->close(input->state);
	if (input->fd >= 0)
		close(input->fd);
	free(input->path);
	free(input);
	*input_p = NULL;
}

static enum dw_result decode(
	struct dw_input *input, uint8_t *out, size_t max, size_t *len, struct dw_error *err)
{
	uint8_t *at = out;
	size_t room = max;
	enum dw_result result = DW_OK;
	while (at == out) {
		if (input->raw_len == 0 && !input->at_end)
			result = fill(input, err);
		if (result != DW_OK)
			return result;
		size_t before = input->raw_len;
		result = input->decoder->step(input->state, &input->raw, &input->raw_len, &at,
			&room, input->at_end, &input->whole);
		if (result != DW_OK)
			return dw_fail(err, result, input->path, 0, "damaged %s data",
				input->decoder->name);
		if (at == out && input->raw_len == before && input->at_end) {
			if (!input->whole)
				return dw_fail(err, DW_ERR_CORRUPT, input->path, 0,
					"%s data end too early", input->decoder->name);
			break;
		}
	}
	*len = (size_t)(at - out);
	return DW_OK;
}

enum dw_result dw_input_read(
	struct dw_input *input, char *out, size_t max, size_t *len, struct dw_error *err)
{
	if (input->decoder != NULL)
		return decode(input, (uint8_t *)out, max, len, err);
	if (input->raw_len == 0)
		return input->at_end ? (*len = 0, DW_OK)
				     : read_raw(input, (uint8_t *)out, max, len, err);
	*len = input->raw_len < max ? input->raw_len : max;
	memcpy(out, input->raw, *len);
	input->raw += *len;
	input->raw_len -= *len;
	return DW_OK;
}

const char *dw_input_path(const struct dw_input *input)
{
	return input->path;
}

uint64_t dw_input_done(const struct dw_input *input)
{
	return input->done;
}

uint64_t dw_input_size(const struct dw_input *input)
{
	return input->size;
}
