/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * note.c: from a verdict to the log */
#include "dnsward-config.h"

#include <string.h>

#include "policy/engine_parts.h"

static bool is_hit(const struct dw_verdict *verdict)
{
	return verdict->would != DW_ACTION_ALLOW || (verdict->row != NULL && verdict->row->log);
}

static bool is_never_logged(const struct dw_settings *settings, const struct dw_verdict *verdict,
	const struct dw_addr *client)
{
	const struct dw_log_settings *log = &settings->log;

	return dw_set_meets(&log->never_categories, &verdict->categories) ||
	       (log->never_groups != 0 &&
		       (log->never_groups & dw_settings_groups_of(settings, client)) != 0);
}

/* Each worker draws for itself (Marsaglia, "Xorshift RNGs", 2003: xorshift64). Taking each
 * n-th instead would always take the same ones of a client that asks in a rhythm. */
static bool is_drawn(struct dw_worker *worker, size_t one_in)
{
	worker->lot ^= worker->lot << 13;
	worker->lot ^= worker->lot >> 7;
	worker->lot ^= worker->lot << 17;
	return worker->lot % one_in == 0;
}

bool dw_may_log(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_verdict *verdict, const struct dw_addr *client)
{
	return worker->queue != NULL && !is_never_logged(snapshot->settings, verdict, client);
}

bool dw_tells_of(const struct dw_snapshot *snapshot, const struct dw_verdict *verdict)
{
	return snapshot->settings->log.queries == DW_LOG_ALL || is_hit(verdict);
}

bool dw_wants_event(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_verdict *verdict, const struct dw_addr *client)
{
	size_t sample = snapshot->settings->log.sample;

	if (worker->queue == NULL || !dw_tells_of(snapshot, verdict))
		return false;
	if (!is_hit(verdict) && sample > 0 && !is_drawn(worker, sample))
		return false;
	return dw_may_log(worker, snapshot, verdict, client);
}

const char *dw_trigger_name(enum dw_trigger trigger)
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

const char *dw_provider_source(enum dw_provider_kind kind)
{
	static const char *const names[DW_PROVIDER_KINDS] = {
		[DW_PROVIDER_LIST] = "lists",
		[DW_PROVIDER_RULE] = "rules",
		[DW_PROVIDER_DGA] = "dga",
		[DW_PROVIDER_DETECTOR] = "detect",
	};

	return names[kind];
}

/* The listed name is the last `labels` labels of the name that was judged. */
const char *dw_verdict_pattern(
	const struct dw_verdict *verdict, const uint8_t *name, size_t name_len, char *out)
{
	const struct dw_hit *hit = &verdict->reason.hit;
	struct dw_labels labels;

	if (!verdict->has_reason)
		return NULL;
	if (verdict->reason.provider->kind != DW_PROVIDER_LIST || verdict->reason.matched != NULL)
		return verdict->reason.matched;
	if (hit->trigger == DW_TRIGGER_ANSWER_NET)
		return NULL;
	if (hit->labels == 0)
		return dw_db_pattern(verdict->reason.provider->db, hit->pattern);
	if (verdict->matched_len > 0) {
		name = verdict->matched;
		name_len = verdict->matched_len;
	}
	dw_name_labels(name, name_len, &labels);
	if (hit->labels > labels.count)
		return NULL;
	uint8_t start = labels.offset[labels.count - hit->labels];
	dw_name_to_text(name + start, name_len - start, out);
	return out;
}

static void fill_reason(const struct dw_snapshot *snapshot, const struct dw_verdict *verdict,
	const struct dw_event *event, struct dw_event_finding *found, char *pattern)
{
	const struct dw_reason *reason = &verdict->reason;
	const struct dw_provider *provider = reason->provider;
	uint8_t asked[DW_NAME_MAX];

	dw_name_lower(event->question, event->question_len, asked);
	found->list = provider->source;
	found->category = snapshot->settings->categories[reason->category];
	found->match = reason->match;
	found->rule = dw_verdict_pattern(verdict, asked, event->question_len, pattern);
	found->rule_name = provider->name;
	found->technique = provider->technique;
	found->partial = provider->partial;
	found->level = (uint8_t)provider->level;
	found->alert = provider->kind != DW_PROVIDER_LIST;
}

static void fill_categories(const struct dw_snapshot *snapshot, const struct dw_verdict *verdict,
	struct dw_event_finding *found, const char *names[DW_EVENT_CATEGORIES_MAX])
{
	found->categories = names;
	for (size_t i = 0; i < snapshot->settings->category_count; i++) {
		if (dw_set_has(&verdict->categories, i) &&
			found->category_count < DW_EVENT_CATEGORIES_MAX)
			names[found->category_count++] = snapshot->settings->categories[i];
	}
}

static bool has_finding(const struct dw_verdict *verdict)
{
	return verdict->has_reason || verdict->row != NULL || verdict->because != NULL ||
	       verdict->matched_len > 0 || !dw_set_empty(&verdict->categories);
}

static void put_found(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_verdict *verdict, struct dw_event *event)
{
	char pattern[DW_NAME_TEXT_MAX];
	const char *categories[DW_EVENT_CATEGORIES_MAX];
	struct dw_event_finding found = {
		.because = verdict->because,
		.row = verdict->row != NULL ? verdict->row->number : 0,
		.would = (uint8_t)verdict->would,
		.matched = verdict->matched_len > 0 ? verdict->matched : NULL,
		.matched_len = verdict->matched_len,
	};

	fill_categories(snapshot, verdict, &found, categories);
	if (verdict->has_reason)
		fill_reason(snapshot, verdict, event, &found, pattern);
	event->found = &found;
	(void)dw_log_put(worker->queue, event);
	event->found = NULL;
}

void dw_log_reply(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_verdict *verdict, struct dw_event *event)
{
	event->sample = is_hit(verdict) ? 0 : (uint32_t)snapshot->settings->log.sample;
	event->generation = verdict->generation;
	event->action = (uint8_t)verdict->action;
	event->dga = verdict->dga;
	event->found = NULL;
	if (has_finding(verdict))
		put_found(worker, snapshot, verdict, event);
	else
		(void)dw_log_put(worker->queue, event);
}

static void count_answered(struct dw_worker *worker)
{
	atomic_store_explicit(&worker->answered,
		atomic_load_explicit(&worker->answered, memory_order_relaxed) + 1,
		memory_order_relaxed);
}

void dw_note_allowed(struct dw_worker *worker, const struct dw_snapshot *snapshot)
{
	dw_counters_note_allowed(snapshot->slot[worker->index].counters);
	count_answered(worker);
}

void dw_note(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_verdict *verdict, struct dw_event *event)
{
	dw_counters_note(snapshot->slot[worker->index].counters, verdict);
	count_answered(worker);
	if (event != NULL && worker->queue != NULL)
		dw_log_reply(worker, snapshot, verdict, event);
}
