/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * source.c: reader for the lines of a file, plain or compressed */
#include "dnsward-config.h"
#include "lists/source.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/input.h"
#include "base/utf8.h"

enum { TEXT_BYTES = 256 << 10 };

struct dw_source {
	struct dw_input *input;
	uint64_t text_max;
	uint64_t text_sum; /* bytes of text read so far */
	bool text_end;     /* the last byte of the file is in `text` */
	size_t start, end; /* unread part of `text` */
	uint32_t number;
	char text[TEXT_BYTES];
};

/* Move the unread text to the start of the buffer and fill the rest. */
static enum dw_result fill_text(struct dw_source *source, struct dw_error *err)
{
	memmove(source->text, source->text + source->start, source->end - source->start);
	source->end -= source->start;
	source->start = 0;
	while (source->end < TEXT_BYTES && !source->text_end) {
		size_t n;
		enum dw_result result = dw_input_read(source->input, source->text + source->end,
			TEXT_BYTES - source->end, &n, err);

		if (result != DW_OK)
			return result;
		source->end += n;
		source->text_sum += n;
		source->text_end = n == 0;
	}
	if (source->text_sum > source->text_max)
		return dw_fail(err, DW_ERR_LIMIT, dw_input_path(source->input), 0,
			"more than %llu MiB of text", (unsigned long long)source->text_max >> 20);
	return DW_OK;
}

/* Fill the buffer and skip a byte order mark. */
static enum dw_result begin(struct dw_source *source, struct dw_error *err)
{
	enum dw_result result = fill_text(source, err);

	if (result == DW_OK)
		source->start = utf8_mark(source->text, source->end);
	return result;
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
	/* O_NONBLOCK: do not block on a FIFO without a writer */
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

/* Create a source that takes over the input, also on failure. */
static enum dw_result open_over(struct dw_input *input, uint64_t text_max, struct dw_source **out,
	struct dw_error *err)
{
	struct dw_source *source = malloc(sizeof(*source));
	enum dw_result result;

	if (!source) {
		result = dw_fail(
			err, DW_ERR_MEMORY, dw_input_path(input), 0, "no memory to read it");
		dw_input_close(&input);
		return result;
	}
	memset(source, 0, offsetof(struct dw_source, text));
	source->input = input;
	source->text_max = text_max;
	result = begin(source, err);
	if (result == DW_OK)
		*out = source;
	else
		dw_source_close(&source);
	return result;
}

enum dw_result dw_source_open(
	const char *path, uint64_t text_max, struct dw_source **out, struct dw_error *err)
{
	struct dw_input *input;
	int fd;
	enum dw_result result = dw_source_file(path, text_max, &fd, err);

	if (result == DW_OK)
		result = dw_input_open(path, fd, &input, err);
	return result == DW_OK ? open_over(input, text_max, out, err) : result;
}

enum dw_result dw_source_open_content(const char *path, char *content, size_t len,
	uint64_t text_max, struct dw_source **out, struct dw_error *err)
{
	struct dw_input *input;
	enum dw_result result = dw_input_open_content(path, content, len, &input, err);

	return result == DW_OK ? open_over(input, text_max, out, err) : result;
}

void dw_source_close(struct dw_source **source_p)
{
	if (!*source_p)
		return;
	dw_input_close(&(*source_p)->input);
	free(*source_p);
	*source_p = NULL;
}

enum dw_result dw_source_rewind(struct dw_source *source, struct dw_error *err)
{
	enum dw_result result = dw_input_rewind(source->input, err);

	if (result != DW_OK)
		return result;
	source->text_end = false;
	source->text_sum = 0;
	source->start = source->end = 0;
	source->number = 0;
	return begin(source, err);
}

/* Make a line of the text before `end`. */
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
		if (left > DW_SOURCE_LINE_MAX + 1) { /* one more for the CR */
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
