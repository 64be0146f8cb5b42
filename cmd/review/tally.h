/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tally.h: how often each of many values was seen, in bounded memory */
#ifndef DNSWARD_REVIEW_TALLY_H
#define DNSWARD_REVIEW_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A hash table with a limit on its entries. At the limit the rarer half is thrown out, as in lossy
 * counting (Manku and Motwani, "Approximate Frequency Counts over Data Streams", 2002): a
 * value that is thrown out had at most `lost` occurrences, so a count that is told is exact or
 * too low by at most `lost`, and whatever was seen more often than that is there. As long as
 * the limit was not reached, `lost` is 0 and all counts are exact.
 *
 * Values are any bytes; their hash is keyed, since they are strangers'. One thread at a time. */
struct dw_tally;

/* Each count is kept by verdict. */
enum dw_count_of { DW_COUNT_ALLOW, DW_COUNT_LOG, DW_COUNT_SINKHOLE, DW_COUNTS };

struct dw_tally_entry {
	const char *text;
	size_t len;
	uint64_t count[DW_COUNTS];
	uint64_t total;
};

/* NULL: no memory. `limit` 0: DW_TALLY_LIMIT. */
enum { DW_TALLY_LIMIT = 1 << 19 };
struct dw_tally *dw_tally_new(size_t limit);
void dw_tally_free(struct dw_tally **tally);

/* False: no memory; it was not counted. */
bool dw_tally_add(
	struct dw_tally *tally, const char *text, size_t len, enum dw_count_of of, uint64_t count);
bool dw_tally_merge(struct dw_tally *sum, const struct dw_tally *more);

/* The `max` most frequent, most frequent first and equal ones in the order of their bytes; with
 * `of` not DW_COUNTS, by that count alone, and none where it is 0. The texts live as long as the
 * tally and its next change. Returns how many. */
size_t dw_tally_top(
	const struct dw_tally *tally, enum dw_count_of of, struct dw_tally_entry *out, size_t max);

/* All entries by their bytes; the caller frees *out. SIZE_MAX: no memory. */
size_t dw_tally_sorted(const struct dw_tally *tally, struct dw_tally_entry **out);

size_t dw_tally_size(const struct dw_tally *tally);
uint64_t dw_tally_sum(const struct dw_tally *tally); /* of all that was added */
uint64_t dw_tally_lost(const struct dw_tally *tally);

#endif
