/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * study.h: what is counted of a log for its summary and its report */
#ifndef DNSWARD_REVIEW_STUDY_H
#define DNSWARD_REVIEW_STUDY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "review/line.h"
#include "review/tally.h"

/* Each thread of a crew has a study of its own; they are merged when all is read. Memory is
 * bounded: every table has the limit of its tally, and says so where that was reached. */

/* What is tallied, each by verdict. */
enum dw_study_of {
	DW_STUDY_MINUTES, /* dw_minute_key */
	DW_STUDY_NAMES,   /* of replies that were logged or sinkholed, or would have been */
	DW_STUDY_DOMAINS, /* of all replies */
	DW_STUDY_CLIENTS,
	DW_STUDY_LISTS,
	DW_STUDY_RULES, /* list, NUL, rule */
	DW_STUDY_CATEGORIES,
	DW_STUDY_TECHNIQUES, /* the most specific of each reply */
	DW_STUDY_TYPES,
	DW_STUDY_RCODES,
	DW_STUDY_ALERTS, /* by detectors: client, NUL, domain, NUL, detector */
	DW_STUDY_TALLIES
};

enum { DW_STUDY_SCORES = 20 };

/* What the log said it lost, since the resolver's start. */
struct dw_lost {
	uint64_t noted, written, queue_full, write, too_large;
};

struct dw_study {
	uint64_t replies[DW_COUNTS];
	uint64_t would[DW_COUNTS]; /* what a dry run or a pause let pass */
	uint64_t alerts, cached, unanswered;
	int64_t first, last;             /* INT64_MAX, INT64_MIN: no line had a time */
	uint64_t score[DW_STUDY_SCORES]; /* DGA scores in steps of 0.05, the last with 1 */
	uint64_t scored;
	struct dw_tally *tally[DW_STUDY_TALLIES];
	struct dw_state_line *states;
	size_t state_count, state_room;
	bool no_memory;
};

struct dw_study *dw_study_new(void); /* NULL: no memory */
void dw_study_free(struct dw_study **study);
void dw_study_add(struct dw_study *study, enum dw_line_kind kind, const struct dw_line *line);
void dw_study_merge(struct dw_study *sum, const struct dw_study *more);

/* The sum over all machines and all runs of a resolver: where its count of events falls, a new
 * run has begun. */
struct dw_lost dw_study_lost(struct dw_study *study);

/* The verdict as a count; what no verdict can be read of was allowed. */
enum dw_count_of dw_line_verdict(const struct dw_line *line);

/* A minute as eight bytes that sort as the minutes do. */
enum { DW_MINUTE_KEY = 8 };
void dw_minute_key(int64_t time, char *out);
int64_t dw_minute_of_key(const char *key); /* microseconds at its start */

#endif
