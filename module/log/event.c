/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * event.c: an event with all it points to, as one record */
#include "dnsward-config.h"

#include <string.h>

#include "log/log_parts.h"

/* A record is the event, its finding and the pointers to its categories, its answers, and then
 * all bytes that these point to. */

/* ---- texts of a finding ---- */

static const size_t texts[DW_RECORD_TEXTS] = {
	offsetof(struct dw_event_finding, because),
	offsetof(struct dw_event_finding, list),
	offsetof(struct dw_event_finding, category),
	offsetof(struct dw_event_finding, rule),
	offsetof(struct dw_event_finding, rule_name),
	offsetof(struct dw_event_finding, match),
	offsetof(struct dw_event_finding, technique),
};

static const char **text_at(const struct dw_event_finding *found, size_t i)
{
	return (const char **)((uintptr_t)found + texts[i]);
}

/* With the NUL; 0: there is none. */
static size_t text_size(const char *text)
{
	return text != NULL ? strlen(text) + 1 : 0;
}

/* ---- the plan ---- */

static void plan_found(struct dw_record_plan *plan, const struct dw_event_finding *found)
{
	plan->size += sizeof(*found) + found->category_count * sizeof(found->categories[0]) +
		      found->matched_len;
	for (size_t i = 0; i < DW_RECORD_TEXTS; i++)
		plan->size += plan->text[i] = text_size(*text_at(found, i));
	for (size_t i = 0; i < found->category_count; i++)
		plan->size += text_size(found->categories[i]);
}

static bool is_named(const struct dw_event *event, const struct dw_event_answer *answer)
{
	return answer->name_len == event->question_len &&
	       memcmp(answer->name, event->question, event->question_len) == 0;
}

void dw_event_record_plan(const struct dw_event *event, struct dw_record_plan *plan)
{
	plan->size = sizeof(*event) + event->question_len;
	plan->own_names = 0;
	for (size_t i = 0; i < event->answer_count; i++) {
		const struct dw_event_answer *answer = &event->answers[i];
		bool own = !is_named(event, answer);

		plan->own_names |= (uint32_t)own << i;
		plan->size += sizeof(*answer) + answer->rdata_len + (own ? answer->name_len : 0);
	}
	if (event->found != NULL)
		plan_found(plan, event->found);
}

/* ---- the record ---- */

/* A copy at `at`, which moves behind it. */
static void *put(uint8_t **at, const void *bytes, size_t len)
{
	void *copy = *at;

	if (len > 0)
		memcpy(copy, bytes, len);
	*at += len;
	return copy;
}

static void put_answers(const struct dw_record_plan *plan, const struct dw_event *record,
	struct dw_event_answer *answers, uint8_t **at)
{
	for (size_t i = 0; i < record->answer_count; i++) {
		struct dw_event_answer *answer = &answers[i];

		answer->name = plan->own_names >> i & 1 ? put(at, answer->name, answer->name_len)
							: record->question;
		answer->rdata = put(at, answer->rdata, answer->rdata_len);
	}
}

static void put_found(const struct dw_record_plan *plan, struct dw_event_finding *found,
	const char **categories, uint8_t **at)
{
	for (size_t i = 0; i < DW_RECORD_TEXTS; i++) {
		const char **text = text_at(found, i);

		if (*text != NULL)
			*text = put(at, *text, plan->text[i]);
	}
	for (size_t i = 0; i < found->category_count; i++)
		categories[i] = put(at, categories[i], text_size(categories[i]));
	found->categories = categories;
	if (found->matched != NULL)
		found->matched = put(at, found->matched, found->matched_len);
}

void dw_event_record_make(
	const struct dw_event *event, const struct dw_record_plan *plan, void *record)
{
	uint8_t *at = record;
	struct dw_event *to = put(&at, event, sizeof(*event));
	struct dw_event_finding *found = NULL;
	const char **categories = NULL;

	if (event->found != NULL) {
		found = put(&at, event->found, sizeof(*found));
		categories = put(&at, found->categories,
			found->category_count * sizeof(categories[0]));
	}
	struct dw_event_answer *answers =
		put(&at, event->answers, event->answer_count * sizeof(answers[0]));
	to->question = put(&at, event->question, event->question_len);
	to->answers = answers;
	to->found = found;
	put_answers(plan, to, answers, &at);
	if (found != NULL)
		put_found(plan, found, categories, &at);
}
