/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * source.c: the lines of a file, plain or compressed */
#include "dnsward-config.h"
#include "lists/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/decoder.h"
#include "base/utf8.h"

enum {
	INPUT_BYTES = 64 << 10,
	TEXT_BYTES = 256 << 10,
};

struct dw_source {
	char *path;
	int fd;        /* -1: all of the file is in `content` */
	char *content; /* or NULL */
	size_t content_len, content_taken;
	uint64_t text_max;

	const struct dw_decoder *decoder; /* NULL: plain text */
	void *state;
	const uint8_t *in; /* what of `input` is not yet taken */
	size_t in_len;
	bool in_end; /* the file has been read to its end */

	uint64_t text_sum; /* bytes of text so far */
	bool text_end;     /* all of it is in `text` */
	size_t start, end; /* what of `text` no line has been made of */
	uint32_t number;

	uint8_t input[INPUT_BYTES];
	char text[TEXT_BYTES];
};

/* In pieces: not every decoder takes more than 4 GiB at once. */
static void fill_from_content(struct dw_source *source)
{
	size_t left = source->content_len - source->content_taken;

	source->in = (const uint8_t *)source->content + source->content_taken;
	source->in_len = left < INPUT_BYTES ? left : INPUT_BYTES;
	source->in_end = left == 0;
	source->content_taken += source->in_len;
}

static enum dw_result fill_input(struct dw_source *source, struct dw_error *err)
{
	ssize_t n;

	if (source->content) {
		fill_from_content(source);
		return DW_OK;
	}
	do
		n = read(source->fd, source->input, INPUT_BYTES);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return dw_fail_errno(err, source->path, "cannot read");
	source->in = source->input;
	source->in_len = (size_t)n;
	source->in_end = n == 0;
	return DW_OK;
}

static enum dw_result plain_step(
	struct dw_source *source, uint8_t **out, size_t *out_len, bool *whole)
{
	size_t n = source->in_len < *out_len ? source->in_len : *out_len;

	memcpy(*out, source->in, n);
	source->in += n;
	source->in_len -= n;
	*out += n;
	*out_len -= n;
	*whole = true;
	return DW_OK;
}

static enum dw_result step(
	struct dw_source *source, uint8_t **out, size_t *out_len, bool *whole, struct dw_error *err)
{
	const char *name = source->decoder ? source->decoder->name : NULL;
	enum dw_result result =
		source->decoder ? source->decoder->step(source->state, &source->in, &source->in_len,
					  out, out_len, source->in_end, whole)
				: plain_step(source, out, out_len, whole);

	if (result == DW_ERR_MEMORY)
		return dw_fail(err, result, source->path, 0, "no memory to decompress it");
	if (result == DW_ERR_LIMIT)
		return dw_fail(err, result, source->path, 0,
			"needs more than 128 MiB of memory to decompress");
	if (result != DW_OK)
		return dw_fail(err, result, source->path, 0, "damaged %s data", name);
	return DW_OK;
}

/* Move what is left to the buffer's start and fill the room behind it. */
static enum dw_result fill_text(struct dw_source *source, struct dw_error *err)
{
	uint8_t *out = (uint8_t *)source->text + source->end - source->start;
	size_t out_len = TEXT_BYTES - (source->end - source->start);
	const uint8_t *out_start = out;

	memmove(source->text, source->text + source->start, source->end - source->start);
	source->end -= source->start;
	source->start = 0;
	while (out_len > 0 && !source->text_end) {
		const uint8_t *out_before = out;
		bool whole;
		enum dw_result result = DW_OK;

		if (source->in_len == 0 && !source->in_end)
			result = fill_input(source, err);
		if (result == DW_OK)
			result = step(source, &out, &out_len, &whole, err);
		if (result != DW_OK)
			return result;
		if (source->in_end && source->in_len == 0) {
			source->text_end = whole;
			if (!whole && out == out_before)
				return dw_fail(err, DW_ERR_CORRUPT, source->path, 0,
					"%s data ends too early", source->decoder->name);
		}
	}
	source->end += (size_t)(out - out_start);
	source->text_sum += (uint64_t)(out - out_start);
	if (source->text_sum > source->text_max)
		return dw_fail(err, DW_ERR_LIMIT, source->path, 0, "more than %llu MiB of text",
			(unsigned long long)source->text_max >> 20);
	return DW_OK;
}

/* Find the decoder, and pass over a byte order mark. */
static enum dw_result begin(struct dw_source *source, struct dw_error *err)
{
	enum dw_result result = fill_input(source, err);

	if (result != DW_OK)
		return result;
	source->decoder = dw_decoder_find(source->in, source->in_len);
	if (source->decoder) {
		source->state = source->decoder->open();
		if (!source->state)
			return dw_fail(
				err, DW_ERR_MEMORY, source->path, 0, "no memory to decompress it");
	}
	result = fill_text(source, err);
	if (result == DW_OK)
		source->start = utf8_mark(source->text, source->end);
	return result;
}

static struct dw_source *source_new(const char *path, uint64_t text_max)
{
	struct dw_source *source = malloc(sizeof(*source));

	if (!source)
		return NULL;
	memset(source, 0, offsetof(struct dw_source, input));
	source->text_max = text_max;
	source->fd = -1;
	source->path = strdup(path);
	if (!source->path)
		dw_source_close(&source);
	return source;
}

static enum dw_result check_file(
	const char *path, const struct stat *st, uint64_t max, struct dw_error *err)
{
	if (!S_ISREG(st->st_mode))
		return dw_fail(err, DW_ERR_UNSUPPORTED, path, 0, "not a regular file");
	if ((uint64_t)st->st_size > max)
		return dw_fail(err, DW_ERR_LIMIT, path, 0, "larger than %llu MiB",
			(unsigned long long)max >> 20);
	return DW_OK;
}

enum dw_result dw_source_file(
	const char *path, uint64_t max, int *out, struct dw_error *err)
{
	/* O_NONBLOCK: a FIFO without a writer must not hold us up */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	enum dw_result result;
	struct stat st;

	if (fd < 0)
		return dw_fail_errno(err, path, "cannot open");
	result = fstat(fd, &st) != 0 ? dw_fail_errno(err, path, "cannot look at it")
				     : check_file(path, &st, max, err);
	if (result != DW_OK) {
		close(fd);
		return result;
	}
	*out = fd;
	return DW_OK;
}

enum dw_result dw_source_open(
	const char *path, uint64_t text_max, struct dw_source **out, struct dw_error *err)
{
	struct dw_source *source = source_new(path, text_max);
	enum dw_result result;

	if (!source)
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory to read it");
	result = dw_source_file(path, text_max, &source->fd, err);
	if (result == DW_OK)
		result = begin(source, err);
	if (result == DW_OK)
		*out = source;
	else
		dw_source_close(&source);
	return result;
}

enum dw_result dw_source_open_content(const char *path, char *content, size_t len,
	uint64_t text_max, struct dw_source **out, struct dw_error *err)
{
	struct dw_source *source = source_new(path, text_max);
	enum dw_result result;

	if (!source) {
		free(content);
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory to read it");
	}
	source->content = content;
	source->content_len = len;
	result = begin(source, err);
	if (result == DW_OK)
		*out = source;
	else
		dw_source_close(&source);
	return result;
}

static void close_decoder(struct dw_source *source)
{
	if (source->state)
		source->decoder->close(source->state);
	source->state = NULL;
	source->decoder = NULL;
}

void dw_source_close(struct dw_source **source_p)
{
	struct dw_source *source = *source_p;

	if (!source)
		return;
	close_decoder(source);
	if (source->fd >= 0)
		close(source->fd);
	free(source->content);
	free(source->path);
	free(source);
	*source_p = NULL;
}

enum dw_result dw_source_rewind(struct dw_source *source, struct dw_error *err)
{
	close_decoder(source);
	source->content_taken = 0;
	if (source->fd >= 0 && lseek(source->fd, 0, SEEK_SET) != 0)
		return dw_fail_errno(err, source->path, "cannot go back to its start");
	source->in_end = source->text_end = false;
	source->text_sum = 0;
	source->start = source->end = 0;
	source->number = 0;
	return begin(source, err);
}

/* What lies before `end` becomes the line. */
static void take(struct dw_source *source, size_t end, bool too_long, struct dw_source_line *line)
{
	line->text = source->text + source->start;
	line->len = end - source->start;
	if (line->len > 0 && line->text[line->len - 1] == '\r')
		line->len--;
	line->kind = DW_SOURCE_LINE_TEXT;
	if (too_long || line->len > DW_SOURCE_LINE_MAX)
		line->kind = DW_SOURCE_LINE_TOO_LONG;
	else if (memchr(line->text, '\0', line->len))
		line->kind = DW_SOURCE_LINE_BINARY;
	if (line->kind != DW_SOURCE_LINE_TEXT)
		line->len = 0;
	line->number = ++source->number;
}

enum dw_result dw_source_line(
	struct dw_source *source, struct dw_source_line *line, struct dw_error *err)
{
	bool too_long = false;

	for (;;) {
		size_t left = source->end - source->start;
		char *lf = memchr(source->text + source->start, '\n', left);

		if (lf) {
			size_t end = (size_t)(lf - source->text);

			take(source, end, too_long, line);
			source->start = end + 1;
			return DW_OK;
		}
		if (source->text_end)
			break;
		if (left > DW_SOURCE_LINE_MAX + 1) { /* one for the CR */
			too_long = true;
			source->start = source->end;
		}
		enum dw_result result = fill_text(source, err);

		if (result != DW_OK)
			return result;
	}
	if (source->start < source->end || too_long) {
		take(source, source->end, too_long, line);
		source->start = source->end;
	} else {
		line->kind = DW_SOURCE_LINE_END;
		line->text = source->text + source->end;
		line->len = 0;
	}
	return DW_OK;
}
