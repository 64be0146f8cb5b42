/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * counters.c: what one worker counts under one snapshot */
#include "dnsward-config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/counters.h"
#include "policy/snapshot.h"

struct dw_counters *dw_counters_new(void)
{
	struct dw_counters *counters = aligned_alloc(DW_CACHE_LINE, sizeof(*counters));

	if (counters != NULL)
		memset(counters, 0, sizeof(*counters));
	return counters;
}

static uint64_t load(const atomic_uint_fast64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

static void count(atomic_uint_fast64_t *counter)
{
	atomic_store_explicit(counter, load(counter) + 1, memory_order_relaxed);
}

void dw_counters_note_allowed(struct dw_counters *counters)
{
	count(&counters->queries[DW_ACTION_ALLOW]);
}

void dw_counters_hit(struct dw_counters *counters, const struct dw_verdict *verdict)
{
	const struct dw_reason *reason = &verdict->reason;
	const struct dw_provider *provider = reason->provider;

	if (provider->list_number != DW_NO_LIST)
		count(&counters->hits[provider->list_number][reason->hit.exception]
				     [verdict->action]);
	else
		count(&counters->other_hits[provider->kind][reason->category][verdict->action]);
}

void dw_counters_note(struct dw_counters *counters, const struct dw_verdict *verdict)
{
	count(&counters->queries[verdict->action]);
	if (verdict->has_reason)
		dw_counters_hit(counters, verdict);
}

static void add_hits(struct dw_stats_counted *sum, const atomic_uint_fast64_t hits[3],
	const char *list, const char *category)
{
	const uint64_t count[3] = {load(&hits[0]), load(&hits[1]), load(&hits[2])};

	if (category != NULL && (count[0] | count[1] | count[2]) != 0)
		dw_stats_hit(sum, list, category, count);
}

static void add_list(struct dw_stats_counted *sum, const struct dw_counters *counters,
	size_t number, const struct dw_list_options *list)
{
	add_hits(sum, counters->hits[number][0], list->name, list->category);
	add_hits(sum, counters->hits[number][1], list->name, list->exceptions);
}

static void add_others(struct dw_stats_counted *sum, const struct dw_counters *counters,
	const struct dw_settings *settings)
{
	for (size_t kind = 0; kind < DW_PROVIDER_KINDS; kind++) {
		for (size_t i = 0; i < settings->category_count; i++)
			add_hits(sum, counters->other_hits[kind][i], dw_provider_source(kind),
				settings->categories[i]);
	}
}

void dw_counters_add(struct dw_stats_counted *sum, const struct dw_snapshot *snapshot)
{
	for (size_t w = 0; w < DW_WORKERS_MAX; w++) {
		const struct dw_counters *counters = snapshot->slot[w].counters;

		if (counters == NULL)
			continue;
		for (size_t i = 0; i < 3; i++)
			sum->queries[i] += load(&counters->queries[i]);
		for (size_t i = 0; i < snapshot->settings->list_count; i++)
			add_list(sum, counters, i, &snapshot->settings->lists[i]);
		add_others(sum, counters, snapshot->settings);
	}
}
