/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * note.c: from a verdict to the log */
#include "dnsward-config.h"

#include <string.h>

#include "policy/engine_parts.h"

bool dw_wants_event(const struct dw_snapshot *snapshot, const struct dw_verdict *verdict)
{
	if (snapshot->settings->log.queries == DW_LOG_ALL)
		return true;
	return verdict->row != NULL && (verdict->would != DW_ACTION_ALLOW || verdict->row->log);
}

static const char *match_name(enum dw_trigger trigger)
{
	switch (trigger) {
	case DW_TRIGGER_EXACT:
		return "exact";
	case DW_TRIGGER_SUBTREE:
	case DW_TRIGGER_SUBNAMES:
		return "subtree";
	case DW_TRIGGER_GLOB:
	case DW_TRIGGER_GLOB_LABEL:
		return "wildcard";
	case DW_TRIGGER_REGEX:
		return "regex";
	case DW_TRIGGER_ANSWER_NET:
		return "address";
	}
	return NULL;
}

/* The listed name: the last `labels` labels of the name that was judged. */
static const char *listed_name(const struct dw_verdict *verdict, const uint8_t *name, size_t len,
	char *out)
{
	struct dw_labels labels;
	dw_name_labels(name, len, &labels);
	if (verdict->reason.hit.labels > labels.count)
		return NULL;
	uint8_t start = labels.offset[labels.count - verdict->reason.hit.labels];
	dw_name_to_text(name + start, len - start, out);
	return out;
}

static void fill_reason(const struct dw_snapshot *snapshot, const struct dw_verdict *verdict,
	struct dw_event *event, char *listed)
{
	const struct dw_reason *reason = &verdict->reason;
	uint8_t asked[DW_NAME_MAX];
	const uint8_t *name = verdict->matched_len > 0 ? verdict->matched : asked;
	size_t len = verdict->matched_len > 0 ? verdict->matched_len : event->question_len;
	dw_name_lower(event->question, event->question_len, asked);
	event->list = reason->list->name;
	event->category = snapshot->settings->categories[reason->category];
	event->match = match_name(reason->hit.trigger);
	if (reason->hit.labels > 0)
		event->rule = listed_name(verdict, name, len, listed);
	else if (reason->hit.trigger != DW_TRIGGER_ANSWER_NET)
		event->rule = dw_db_pattern(snapshot->db, reason->hit.pattern);
}

static void fill_categories(const struct dw_snapshot *snapshot, const struct dw_verdict *verdict,
	struct dw_event *event)
{
	const size_t max = sizeof(event->categories) / sizeof(event->categories[0]);
	event->category_count = 0;
	if (dw_set_empty(&verdict->categories))
		return;
	for (size_t i = 0; i < snapshot->settings->category_count; i++) {
		if (dw_set_has(&verdict->categories, i) && event->category_count < max)
			event->categories[event->category_count++] = snapshot->settings->categories[i];
	}
}

void dw_note(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_verdict *verdict, struct dw_event *event)
{
	char listed[DW_NAME_TEXT_MAX];
	if (worker->queue == NULL || !dw_wants_event(snapshot, verdict))
		return;
	event->generation = verdict->generation;
	event->action = (uint8_t)verdict->action;
	event->would = (uint8_t)verdict->would;
	event->because = verdict->because;
	event->row = verdict->row != NULL ? verdict->row->number : 0;
	event->list = event->category = event->rule = event->match = event->technique = NULL;
	event->matched = verdict->matched_len > 0 ? verdict->matched : NULL;
	event->matched_len = verdict->matched_len;
	fill_categories(snapshot, verdict, event);
	if (verdict->has_reason)
		fill_reason(snapshot, verdict, event, listed);
	(void)dw_log_put(worker->queue, event);
}
