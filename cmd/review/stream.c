/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * stream.c: a log file as blocks of whole lines */
#include "dnsward-config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/input.h"
#include "review/readers_parts.h"

enum { AHEAD_MAX = 64 };

struct dw_stream {
	struct dw_readers *readers;
	struct dw_input *input;
	struct dw_block *flight[AHEAD_MAX]; /* a ring of what the readers has */
	size_t oldest, in_flight;
	struct dw_block *idle; /* to be used again */
	bool at_end;
	enum dw_result result; /* why it ended */
	struct dw_error error;
	bool in_long_line; /* all up to the next newline belongs to a line that is too long */
	size_t carried_len;
	char carried[DW_BLOCK_BYTES]; /* the line that the last block ended in */
};

static struct dw_block *block_new(struct dw_stream *stream)
{
	struct dw_block *block = stream->idle;

	if (block != NULL) {
		struct dw_block fresh = {.text = block->text,
			.kept = block->kept,
			.kept_room = block->kept_room,
			.newest = INT64_MIN};

		stream->idle = block->next;
		*block = fresh;
		return block;
	}
	block = calloc(1, sizeof(*block));
	if (block == NULL)
		return NULL;
	block->newest = INT64_MIN;
	block->text = malloc(DW_BLOCK_BYTES + 1 + DW_LINE_PADDING);
	if (block->text == NULL) {
		free(block);
		return NULL;
	}
	return block;
}

static void block_free(struct dw_block *block)
{
	free(block->kept);
	free(block->text);
	free(block);
}

static void end(struct dw_stream *stream, enum dw_result result)
{
	stream->at_end = true;
	stream->result = result;
}

static void fill(struct dw_stream *stream, struct dw_block *block)
{
	memcpy(block->text, stream->carried, stream->carried_len);
	block->len = stream->carried_len;
	stream->carried_len = 0;
	while (block->len < DW_BLOCK_BYTES && !stream->at_end) {
		size_t n = 0;
		enum dw_result result = dw_input_read(stream->input, block->text + block->len,
			DW_BLOCK_BYTES - block->len, &n, &stream->error);

		block->len += n;
		if (result != DW_OK || n == 0)
			end(stream, result);
	}
}

/* Drop the rest of a line that is too long; it counts as one that is broken. */
static void leave_long_line(struct dw_stream *stream, struct dw_block *block)
{
	const char *newline = memchr(block->text, '\n', block->len);
	size_t drop = newline != NULL ? (size_t)(newline + 1 - block->text) : block->len;

	if (newline == NULL && !stream->at_end) {
		block->len = 0;
		return;
	}
	memmove(block->text, block->text + drop, block->len - drop);
	block->len -= drop;
	block->lines++;
	block->broken++;
	stream->in_long_line = false;
}

/* Keep whole lines; the last of the file need not end with a newline. */
static void cut(struct dw_stream *stream, struct dw_block *block)
{
	if (stream->in_long_line)
		leave_long_line(stream, block);
	const char *newline = memrchr(block->text, '\n', block->len);
	size_t whole = newline != NULL ? (size_t)(newline + 1 - block->text) : 0;
	if (stream->at_end && whole < block->len) {
		block->text[block->len++] = '\n';
	} else if (whole == 0 && block->len == DW_BLOCK_BYTES) {
		stream->in_long_line = true;
		block->len = 0;
	} else {
		stream->carried_len = block->len - whole;
		memcpy(stream->carried, block->text + whole, stream->carried_len);
		block->len = whole;
	}
}

static void start_block(struct dw_stream *stream)
{
	struct dw_block *block = block_new(stream);

	if (block == NULL) {
		end(stream, dw_fail(&stream->error, DW_ERR_MEMORY, dw_input_path(stream->input), 0,
				    "no memory to read it"));
		return;
	}
	fill(stream, block);
	cut(stream, block);
	memset(block->text + block->len, 0, DW_LINE_PADDING);
	stream->flight[(stream->oldest + stream->in_flight++) % AHEAD_MAX] = block;
	dw_readers_give(stream->readers, block);
}

enum dw_result dw_stream_next(
	struct dw_stream *stream, size_t ahead, struct dw_block **out, struct dw_error *err)
{
	ahead = ahead < 1 ? 1 : ahead > AHEAD_MAX ? AHEAD_MAX : ahead;
	while (stream->in_flight < ahead && !stream->at_end)
		start_block(stream);
	if (stream->in_flight == 0) {
		if (stream->result != DW_OK && err != NULL)
			*err = stream->error;
		*out = NULL;
		return stream->result;
	}
	*out = stream->flight[stream->oldest];
	stream->oldest = (stream->oldest + 1) % AHEAD_MAX;
	stream->in_flight--;
	dw_readers_wait(stream->readers, *out);
	return DW_OK;
}

void dw_stream_release(struct dw_stream *stream, struct dw_block *block)
{
	block->next = stream->idle;
	stream->idle = block;
}

static enum dw_result open_input(const char *path, struct dw_input **out, struct dw_error *err)
{
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return dw_fail_errno(err, path, "cannot open");
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		return dw_fail(err, DW_ERR_UNSUPPORTED, path, 0, "a folder, a file was expected");
	}
	return dw_input_open(path, fd, out, err);
}

enum dw_result dw_stream_open(
	struct dw_readers *readers, const char *path, struct dw_stream **out, struct dw_error *err)
{
	struct dw_stream *stream = malloc(sizeof(*stream));

	if (stream == NULL)
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory to read it");
	memset(stream, 0, offsetof(struct dw_stream, carried));
	stream->readers = readers;
	enum dw_result result = open_input(path, &stream->input, err);
	if (result == DW_OK)
		*out = stream;
	else
		free(stream);
	return result;
}

void dw_stream_close(struct dw_stream **stream_p)
{
	struct dw_stream *stream = *stream_p;

	if (stream == NULL)
		return;
	for (; stream->in_flight > 0; stream->in_flight--) {
		struct dw_block *block = stream->flight[stream->oldest];

		stream->oldest = (stream->oldest + 1) % AHEAD_MAX;
		dw_readers_wait(stream->readers, block);
		block_free(block);
	}
	while (stream->idle != NULL) {
		struct dw_block *next = stream->idle->next;

		block_free(stream->idle);
		stream->idle = next;
	}
	dw_input_close(&stream->input);
	free(stream);
	*stream_p = NULL;
}

uint64_t dw_stream_done(const struct dw_stream *stream)
{
	return dw_input_done(stream->input);
}

void dw_line_counts_add(struct dw_line_counts *sum, const struct dw_block *block)
{
	sum->lines += block->lines;
	sum->broken += block->broken;
	sum->foreign += block->foreign;
}
