/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * event.c: an event with all it points to, as one record */
#include "dnsward-config.h"

#include <string.h>

#include "log/log_parts.h"

/* The struct up to its last answer in use, and behind it the pointers to its categories. */
static size_t used_part(const struct dw_event *event)
{
	return offsetof(struct dw_event, answers) + event->answer_count * sizeof(event->answers[0]);
}

static size_t head_part(const struct dw_event *event)
{
	return used_part(event) + event->category_count * sizeof(event->categories[0]);
}

/* `pointer` is where in the record the pointer to these bytes stands. */
static void plan_bytes(struct dw_record_plan *plan, const void *bytes, size_t len, size_t pointer)
{
	if (bytes == NULL)
		return;
	plan->piece[plan->count++] =
		(struct dw_record_piece){.bytes = bytes, .len = len, .pointer = pointer};
	plan->size += len;
}

static void plan_text(struct dw_record_plan *plan, const char *text, size_t pointer)
{
	if (text != NULL)
		plan_bytes(plan, text, strlen(text) + 1, pointer);
}

static void plan_answers(struct dw_record_plan *plan, const struct dw_event *event)
{
	for (size_t i = 0; i < event->answer_count; i++) {
		const struct dw_event_answer *answer = &event->answers[i];
		plan_bytes(plan, answer->name, answer->name_len,
			offsetof(struct dw_event, answers[i].name));
		plan_bytes(plan, answer->rdata, answer->rdata_len,
			offsetof(struct dw_event, answers[i].rdata));
	}
}

#define BYTES(of) plan_bytes(plan, event->of, event->of##_len, offsetof(struct dw_event, of))
#define TEXT(of) plan_text(plan, event->of, offsetof(struct dw_event, of))

void dw_event_record_plan(const struct dw_event *event, struct dw_record_plan *plan)
{
	size_t categories = used_part(event);
	plan->count = 0;
	plan->size = head_part(event);
	BYTES(question);
	BYTES(matched);
	TEXT(because);
	TEXT(list);
	TEXT(category);
	TEXT(rule);
	TEXT(rule_name);
	TEXT(match);
	TEXT(technique);
	for (size_t i = 0; i < event->category_count; i++)
		plan_text(plan, event->categories[i], categories + i * sizeof(char *));
	plan_answers(plan, event);
}

void dw_event_record_make(
	const struct dw_event *event, const struct dw_record_plan *plan, void *record)
{
	struct dw_event *to = record;
	uint8_t *start = record, *at = start + head_part(event);
	memcpy(record, event, used_part(event));
	to->categories = (void *)(start + used_part(event));
	for (size_t i = 0; i < plan->count; i++) {
		const struct dw_record_piece *piece = &plan->piece[i];
		memcpy(at, piece->bytes, piece->len);
		memcpy(start + piece->pointer, &at, sizeof(at));
		at += piece->len;
	}
}
