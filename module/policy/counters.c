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

void dw_counters_note(struct dw_counters *counters, const struct dw_verdict *verdict)
{
	count(&counters->queries[verdict->action]);
	if (verdict->has_reason)
		count(&counters->hits[verdict->reason.list_number][verdict->reason.hit.exception]);
}

static void add_list(struct dw_stats_counted *sum, const struct dw_counters *counters, size_t number,
	const struct dw_list_options *list)
{
	const char *const categories[2] = {list->category, list->exceptions};
	for (size_t i = 0; i < 2; i++) {
		uint64_t n = load(&counters->hits[number][i]);
		if (n > 0 && categories[i] != NULL)
			dw_stats_hit(sum, list->name, categories[i], n);
	}
}

void dw_counters_add(struct dw_stats_counted *sum, const struct dw_snapshot *snapshot)
{
	for (size_t w = 0; w < DW_WORKERS_MAX; w++) {
		const struct dw_counters *counters = snapshot->stake[w].counters;
		if (counters == NULL)
			continue;
		for (size_t i = 0; i < 3; i++)
			sum->queries[i] += load(&counters->queries[i]);
		for (size_t i = 0; i < snapshot->settings->list_count; i++)
			add_list(sum, counters, i, &snapshot->settings->lists[i]);
	}
}
