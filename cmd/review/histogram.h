/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * histogram.h: counts by minute, put together to bars */
#ifndef DNSWARD_REVIEW_HISTOGRAM_H
#define DNSWARD_REVIEW_HISTOGRAM_H

#include "dnsward/clock.h"
#include "review/tally.h"

/* Bars of equal width from the first to the last minute there is, those of nothing between them
 * included. They start at round times of the zone. */
struct dw_bar {
	int64_t start; /* microseconds since 1970 */
	uint64_t count[DW_COUNTS];
	uint64_t total;
};

struct dw_histogram {
	int64_t step; /* seconds */
	size_t count;
	struct dw_bar *bars;
	uint64_t
		left_out; /* replies so far from the others in time that their bars would not fit */
};

/* `minutes` has keys of dw_minute_key. `step` 0: the smallest round one that needs `max` bars at
 * most. Where `step` is given more than that many bars may come, up to HISTOGRAM_MAX. What a
 * wrong clock strewed over centuries does not make the bars too wide: the one hundredth of
 * all replies that stands outermost may be left out, and is told. False: no memory. */
enum { DW_HISTOGRAM_MAX = 100000 };
bool dw_histogram_make(const struct dw_tally *minutes, int64_t step, size_t max,
	const struct dw_zone_info *zone, struct dw_histogram *out);
void dw_histogram_free(struct dw_histogram *histogram);

#endif
