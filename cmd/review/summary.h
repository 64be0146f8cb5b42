/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * summary.h: what is counted of a log for its summary and its report */
#ifndef DNSWARD_REVIEW_SUMMARY_H
#define DNSWARD_REVIEW_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "review/line.h"
#include "review/tally.h"

/* Each thread of a readers has a summary of its own; they are merged when all is read. Memory is
 * bounded: every table has the limit of its tally, and says so where that was reached. */

/* What is tallied, each by verdict. */
enum dw_summary_of {
	DW_SUMMARY_MINUTES, /* dw_minute_key */
	DW_SUMMARY_NAMES,   /* of replies that were logged or sinkholed, or would have been */
	DW_SUMMARY_DOMAINS, /* of all replies */
	DW_SUMMARY_CLIENTS,
	DW_SUMMARY_LISTS,
	DW_SUMMARY_RULES, /* list, NUL, rule */
	DW_SUMMARY_CATEGORIES,
	DW_SUMMARY_TECHNIQUES, /* the most specific of each reply */
	DW_SUMMARY_TYPES,
	DW_SUMMARY_RCODES,
	DW_SUMMARY_ALERTS, /* by detectors: client, NUL, domain, NUL, detector */
	DW_SUMMARY_TALLIES
};

enum { DW_SUMMARY_SCORES = 20 };

/* What the log said it lost, since the resolver's start. */
struct dw_lost {
	uint64_t noted, written, queue_full, write, too_large;
};

struct dw_summary {
	uint64_t replies[DW_COUNTS];
	uint64_t would[DW_COUNTS]; /* what a dry run or a pause let pass */
	uint64_t alerts, cached, unanswered;
	int64_t first, last;               /* INT64_MAX, INT64_MIN: no line had a time */
	uint64_t score[DW_SUMMARY_SCORES]; /* DGA scores in steps of 0.05, the last with 1 */
	uint64_t scored;
	struct dw_tally *tally[DW_SUMMARY_TALLIES];
	struct dw_state_line *states;
	size_t state_count, state_room;
	bool no_memory;
};

struct dw_summary *dw_summary_new(void); /* NULL: no memory */
void dw_summary_free(struct dw_summary **summary);
void dw_summary_add(struct dw_summary *summary, enum dw_line_kind kind, const struct dw_line *line);
void dw_summary_merge(struct dw_summary *sum, const struct dw_summary *more);

/* The sum over all machines and all runs of a resolver: where its count of events falls, a new
 * run has begun. */
struct dw_lost dw_summary_lost(struct dw_summary *summary);

/* The verdict as a count; what no verdict can be read of was allowed. */
enum dw_count_of dw_line_verdict(const struct dw_line *line);

/* A minute as eight bytes that sort as the minutes do. */
enum { DW_MINUTE_KEY = 8 };
void dw_minute_key(int64_t time, char *out);
int64_t dw_minute_of_key(const char *key); /* microseconds at its start */

#endif
