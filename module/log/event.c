/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * event.c: an event with all it points to, as one record */
#include "dnsward-config.h"

#include <string.h>

#include "log/log_parts.h"

/* Where the next bytes go while a record is sized (base NULL) or made. */
struct pen {
	uint8_t *at;
	size_t size;
};

static const void *put_bytes(struct pen *pen, const void *bytes, size_t len)
{
	uint8_t *here = pen->at;
	pen->size += len;
	if (here == NULL || bytes == NULL)
		return NULL;
	memcpy(here, bytes, len);
	pen->at += len;
	return here;
}

static const char *put_text(struct pen *pen, const char *text)
{
	return text != NULL ? put_bytes(pen, text, strlen(text) + 1) : NULL;
}

/* One walk over all pointers serves both to add up the sizes and to copy. `event` is what is
 * pointed from, `to` and `categories` where the new pointers go. */
static void put_all(
	struct pen *pen, const struct dw_event *event, struct dw_event *to, const char **categories)
{
	to->question = put_bytes(pen, event->question, event->question_len);
	to->matched =
		put_bytes(pen, event->matched, event->matched != NULL ? event->matched_len : 0);
	to->because = put_text(pen, event->because);
	to->list = put_text(pen, event->list);
	to->category = put_text(pen, event->category);
	to->rule = put_text(pen, event->rule);
	to->rule_name = put_text(pen, event->rule_name);
	to->match = put_text(pen, event->match);
	to->technique = put_text(pen, event->technique);
	for (size_t i = 0; i < event->category_count; i++)
		categories[i] = put_text(pen, event->categories[i]);
	for (size_t i = 0; i < event->answer_count; i++) {
		const struct dw_event_answer *answer = &event->answers[i];
		to->answers[i].name = put_bytes(pen, answer->name, answer->name_len);
		to->answers[i].rdata = put_bytes(pen, answer->rdata, answer->rdata_len);
	}
}

/* The struct up to its last answer in use. */
static size_t used_part(const struct dw_event *event)
{
	return offsetof(struct dw_event, answers) + event->answer_count * sizeof(event->answers[0]);
}

/* And behind it the pointers to its categories. */
static size_t head_part(const struct dw_event *event)
{
	return used_part(event) + event->category_count * sizeof(event->categories[0]);
}

size_t dw_event_record_size(const struct dw_event *event)
{
	struct dw_event ignored;
	const char *ignored_too[DW_EVENT_CATEGORIES_MAX];
	struct pen pen = {.size = head_part(event)};
	put_all(&pen, event, &ignored, ignored_too);
	return pen.size;
}

void dw_event_record_make(const struct dw_event *event, void *record)
{
	struct dw_event *to = record;
	const char **categories = (void *)((uint8_t *)record + used_part(event));
	struct pen pen = {.at = (uint8_t *)record + head_part(event)};
	memcpy(record, event, used_part(event));
	to->categories = categories;
	put_all(&pen, event, to, categories);
}
