/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * fuzz_line.c: any bytes as a line of the query log
 */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "review/filter.h"
#include "review/line.h"
#include "review/summary.h"
#include "review/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_values(const struct dw_line *line)
{
	for (size_t i = 0; i < DW_FIELD_COUNT; i++) {
		const struct dw_value *value = &line->value[i];
		struct dw_value one;
		const char *at = NULL;

		if (value->kind == DW_VALUE_NONE)
			continue;
		require(value->at >= line->at && value->at + value->len <= line->at + line->len);
		while (dw_value_next(value, &at, &one)) {
			char room[DW_TEXT_MAX];
			size_t len;

			dw_value_text(&one, room, &len);
			require(len <= one.len);
			require(one.at >= line->at && one.at + one.len <= line->at + line->len);
		}
	}
}

/* What is shown has no byte that a terminal would act on, and reads as the same fields. */
static void check_shown(const struct dw_line *line)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct dw_line again;

	require(out != NULL);
	dw_text_put_json(out, line->at, line->len);
	putc('\n', out);
	for (int i = 0; i < DW_LINE_PADDING; i++)
		putc(0, out);
	require(fclose(out) == 0);
	len -= 1 + DW_LINE_PADDING;
	for (size_t i = 0; i < len; i++)
		require((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
	require(dw_line_read(text, len, &again) != DW_LINE_BROKEN);
	for (size_t i = 0; i < DW_FIELD_COUNT; i++)
		require(again.value[i].kind == line->value[i].kind);
	free(text);
}

static void check_counted(enum dw_line_kind kind, const struct dw_line *line)
{
	struct dw_filter *filter = dw_filter_new();
	struct dw_summary *summary = dw_summary_new();

	require(filter != NULL && summary != NULL);
	require(dw_filter_add(filter, DW_FIELD_NAME, "example", NULL) == DW_OK);
	require(dw_filter_add(filter, DW_FIELD_SOURCE, "192.0.2.0/24", NULL) == DW_OK);
	require(dw_filter_add(filter, DW_FIELD_CATEGORY, "ads", NULL) == DW_OK);
	dw_filter_takes(filter, line);
	dw_summary_add(summary, kind, line);
	dw_summary_lost(summary);
	dw_summary_free(&summary);
	dw_filter_free(&filter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *newline = memchr(data, '\n', size);
	size_t len = newline != NULL ? (size_t)(newline - data) : size;
	char *text = calloc(1, len + 1 + DW_LINE_PADDING);
	struct dw_line line;

	require(text != NULL);
	if (len > 0)
		memcpy(text, data, len);
	text[len] = '\n';
	enum dw_line_kind kind = dw_line_read(text, len, &line);
	if (kind != DW_LINE_BROKEN) {
		check_values(&line);
		check_shown(&line);
	}
	if (kind == DW_LINE_REPLY || kind == DW_LINE_STATE)
		check_counted(kind, &line);
	free(text);
	return 0;
}
