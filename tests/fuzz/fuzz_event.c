/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * fuzz_event.c: any bytes as the data of a record, as a question, and as a pattern of a list
 */
#include "dnsward-config.h"

#include <stdlib.h>
#include <string.h>

#include "dnsward/log.h"
#include "log/log_parts.h"
#include "log/rdata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_rdata(uint16_t type, const uint8_t *data, size_t size)
{
	char text[1024];
	size_t max = 4 + size % (sizeof(text) - 4), len;

	len = dw_rdata_to_text(type, data, size, text, max);
	require(len < max && len == strlen(text));
	for (size_t i = 0; i < len; i++)
		require(text[i] >= 0x20 && text[i] < 0x7f);
}

/* Whatever is in it, one line comes out: no byte below 0x20 but the newline at its end, and
 * brackets outside of strings that pair. */
static void check_line(const char *line, size_t len)
{
	bool in_string = false;
	int depth = 0;

	require(len > 2 && line[len - 1] == '\n' && line[len] == '\0');
	for (size_t i = 0; i + 1 < len; i++) {
		require((unsigned char)line[i] >= 0x20 && line[i] != 0x7f);
		if (in_string && line[i] == '\\')
			i++;
		else if (line[i] == '"')
			in_string = !in_string;
		else if (!in_string && strchr("{[", line[i]) != NULL)
			depth++;
		else if (!in_string && strchr("}]", line[i]) != NULL)
			depth--;
	}
	require(!in_string && depth == 0);
}

static void check_event(uint16_t type, const uint8_t *data, size_t size)
{
	static char line[DW_EVENT_JSON_MAX];
	static const uint8_t root[] = {0};
	static struct dw_ecs *ecs; /* for all inputs, as for all lines */
	char pattern[256];
	size_t n = size < sizeof(pattern) - 1 ? size : sizeof(pattern) - 1;

	memcpy(pattern, data, n);
	pattern[n] = '\0';
	const struct dw_event_finding found = {.list = "list", .rule = pattern};
	const struct dw_event_answer answer = {.name = root,
		.name_len = 1,
		.type = type,
		.rdata = data,
		.rdata_len = (uint16_t)(size < UINT16_MAX ? size : UINT16_MAX)};
	struct dw_event event = {
		.question = dw_name_check(data, size) ? data : root,
		.question_len = dw_name_check(data, size) ? (uint8_t)size : 1,
		.type = type,
		.found = &found,
		.answers = &answer,
		.answer_count = 1,
	};
	struct dw_record_plan plan;
	dw_event_record_plan(&event, &plan);
	void *record = malloc(plan.size);
	if (ecs == NULL)
		ecs = dw_ecs_open("ns1", NULL);
	require(record != NULL && ecs != NULL);
	dw_event_record_make(&event, &plan, record);
	check_line(line, dw_event_to_json(ecs, record, line, sizeof(line)));
	free(record);
}

/* Two bytes of type, then the data. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	uint16_t type = (uint16_t)(data[0] << 8 | data[1]);
	check_rdata(type, data + 2, size - 2);
	check_event(type, data + 2, size - 2);
	return 0;
}
