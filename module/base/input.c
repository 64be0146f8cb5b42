/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * input.c: the bytes of a file, plain or compressed */
#include "dnsward-config.h"
#include "base/input.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/decoder.h"

enum { RAW_BYTES = 256 << 10 };

struct dw_input {
	char *path;
	int fd;        /* -1: all of the file is in `content` */
	char *content; /* or NULL */
	size_t content_len;
	uint64_t done;
	const struct dw_decoder *decoder; /* NULL: plain */
	void *state;
	const uint8_t *raw; /* what was read and not taken yet */
	size_t raw_len;
	bool at_end;
	uint8_t buffer[RAW_BYTES];
};

static enum dw_result read_raw(
	struct dw_input *input, void *out, size_t max, size_t *len, struct dw_error *err)
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
	if (input->content != NULL) {
		input->raw = (const uint8_t *)input->content;
		input->raw_len = input->content_len;
		input->at_end = true;
		return DW_OK;
	}
	input->raw = input->buffer;
	return read_raw(input, input->buffer, RAW_BYTES, &input->raw_len, err);
}

static enum dw_result begin(struct dw_input *input, struct dw_error *err)
{
	enum dw_result result = fill(input, err);

	if (result != DW_OK)
		return result;
	input->decoder = dw_decoder_find(input->raw, input->raw_len);
	input->state = input->decoder != NULL ? input->decoder->open() : NULL;
	if (input->decoder != NULL && input->state == NULL)
		return dw_fail(err, DW_ERR_MEMORY, input->path, 0, "no memory to decompress it");
	return DW_OK;
}

/* ---- open and close ---- */

static enum dw_result open_either(const char *path, int fd, char *content, size_t len,
	struct dw_input **out, struct dw_error *err)
{
	struct dw_input *input = malloc(sizeof(*input));
	char *copy = strdup(path);
	enum dw_result result = DW_OK;

	if (input == NULL || copy == NULL) {
		free(input);
		free(copy);
		free(content);
		if (fd >= 0)
			close(fd);
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory to read it");
	}
	memset(input, 0, offsetof(struct dw_input, buffer));
	input->path = copy;
	input->fd = fd;
	input->content = content;
	input->content_len = len;
	result = begin(input, err);
	if (result == DW_OK)
		*out = input;
	else
		dw_input_close(&input);
	return result;
}

enum dw_result dw_input_open(
	const char *path, int fd, struct dw_input **out, struct dw_error *err)
{
	return open_either(path, fd, NULL, 0, out, err);
}

enum dw_result dw_input_open_content(const char *path, char *content, size_t len,
	struct dw_input **out, struct dw_error *err)
{
	return open_either(path, -1, content, len, out, err);
}

static void close_decoder(struct dw_input *input)
{
	if (input->state != NULL)
		input->decoder->close(input->state);
	input->state = NULL;
}

void dw_input_close(struct dw_input **input_p)
{
	struct dw_input *input = *input_p;

	if (input == NULL)
		return;
	close_decoder(input);
	if (input->fd >= 0)
		close(input->fd);
	free(input->content);
	free(input->path);
	free(input);
	*input_p = NULL;
}

enum dw_result dw_input_rewind(struct dw_input *input, struct dw_error *err)
{
	close_decoder(input);
	if (input->fd >= 0 && lseek(input->fd, 0, SEEK_SET) != 0)
		return dw_fail_errno(err, input->path, "cannot go back to its start");
	input->done = 0;
	return begin(input, err);
}

/* ---- reading ---- */

static enum dw_result fail_to_decode(
	const struct dw_input *input, enum dw_result result, struct dw_error *err)
{
	if (result == DW_ERR_MEMORY)
		return dw_fail(err, result, input->path, 0, "no memory to decompress it");
	if (result == DW_ERR_LIMIT)
		return dw_fail(err, result, input->path, 0,
			"needs more than 128 MiB of memory to decompress");
	return dw_fail(err, result, input->path, 0, "damaged %s data", input->decoder->name);
}

static enum dw_result decode(
	struct dw_input *input, uint8_t *out, size_t max, size_t *len, struct dw_error *err)
{
	uint8_t *at = out;
	size_t room = max;
	enum dw_result result = DW_OK;

	while (at == out) {
		bool whole;

		if (input->raw_len == 0 && !input->at_end)
			result = fill(input, err);
		if (result != DW_OK)
			return result;
		size_t before = input->raw_len;
		result = input->decoder->step(input->state, &input->raw, &input->raw_len, &at,
			&room, input->at_end, &whole);
		if (result != DW_OK)
			return fail_to_decode(input, result, err);
		if (at == out && input->raw_len == before && input->at_end) {
			if (!whole)
				return dw_fail(err, DW_ERR_CORRUPT, input->path, 0,
					"%s data ends too early", input->decoder->name);
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
	if (input->raw_len == 0 && !input->at_end)
		return read_raw(input, out, max, len, err);
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
