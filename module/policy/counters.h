/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * counters.h: what one worker counts under one snapshot */
#ifndef DNSWARD_POLICY_COUNTERS_H
#define DNSWARD_POLICY_COUNTERS_H

#include <stdatomic.h>

#include "dnsward/attributes.h"
#include "dnsward/stats.h"
#include "dnsward/verdict.h"

struct dw_snapshot;

/* Lists have numbers in the settings of a snapshot and nowhere else, so counters by number
 * belong to a snapshot; the engine's thread adds them up by name. One thread writes them, any
 * may read: plain relaxed loads and stores, no locked instruction. */
struct dw_counters {
	_Alignas(DW_CACHE_LINE) atomic_uint_fast64_t queries[3]; /* by enum dw_action */
	/* [list][1]: by an exception that has a category; the last index is an enum dw_action */
	atomic_uint_fast64_t hits[DW_SETTINGS_LISTS_MAX][2][3];
	/* what no list gave, by its source and category */
	atomic_uint_fast64_t other_hits[DW_PROVIDER_KINDS][DW_SETTINGS_CATEGORIES_MAX][3];
};

/* All zero; free() ends them. NULL: no memory. */
struct dw_counters *dw_counters_new(void);

/* One reply with this verdict. By the worker whose counters they are. */
void dw_counters_note(struct dw_counters *counters, const struct dw_verdict *verdict);

/* One reply that needed no verdict. */
void dw_counters_note_allowed(struct dw_counters *counters);

/* A hit beside the one that made the row of a reply fit. */
void dw_counters_hit(struct dw_counters *counters, const struct dw_verdict *verdict);

/* Add what all workers counted under this snapshot. */
void dw_counters_add(struct dw_stats_counted *sum, const struct dw_snapshot *snapshot);

#endif
