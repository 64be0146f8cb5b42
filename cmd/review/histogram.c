/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * histogram.c: counts by minute, put together to bars */
#include "dnsward-config.h"
#include "review/histogram.h"

#include <stdlib.h>

#include "base/civil.h"
#include "review/summary.h"

#define SECOND INT64_C(1000000)

static const int64_t steps[] = {60, 300, 600, 900, 1800, 3600, 2 * 3600, 3 * 3600, 6 * 3600,
	12 * 3600, DAY_SECONDS, 7 * DAY_SECONDS, 30 * DAY_SECONDS, 365 * (int64_t)DAY_SECONDS};

/* Seconds of a bar's start in local time; weeks start on Monday, as 1970-01-05 was one. */
static int64_t bar_of(int64_t local, int64_t step)
{
	int64_t shift = step == 7 * DAY_SECONDS ? 4 * DAY_SECONDS : 0;

	return floor_div(local - shift, step) * step + shift;
}

static size_t bars_needed(int64_t first, int64_t last, int64_t step)
{
	return (size_t)((bar_of(last, step) - bar_of(first, step)) / step + 1);
}

/* The first and the last entry, without up to a hundredth at each end where they stand more than a
 * year away from the next. */
static void trim(const struct dw_tally_entry *entries, size_t *from, size_t *to, uint64_t sum)
{
	const int64_t year = 365 * (int64_t)DAY_SECONDS * SECOND;
	uint64_t cut = 0;

	for (size_t i = *from; i + 1 < *to && (cut += entries[i].total) * 100 <= sum; i++) {
		if (dw_minute_of_key(entries[i + 1].text) - dw_minute_of_key(entries[i].text) >
			year)
			*from = i + 1;
	}
	cut = 0;
	for (size_t i = *to; i > *from + 1 && (cut += entries[i - 1].total) * 100 <= sum; i--) {
		if (dw_minute_of_key(entries[i - 1].text) - dw_minute_of_key(entries[i - 2].text) >
			year)
			*to = i - 1;
	}
}

static int64_t seconds_of(const struct dw_tally_entry *entry)
{
	return dw_minute_of_key(entry->text) / SECOND;
}

static int64_t choose_step(int64_t first, int64_t last, int64_t step, size_t max)
{
	size_t i = 0;

	if (step > 0)
		max = DW_HISTOGRAM_MAX;
	for (; i + 1 < sizeof(steps) / sizeof(steps[0]) &&
		(steps[i] < step || bars_needed(first, last, steps[i]) > max);)
		i++;
	if (step > 0 && bars_needed(first, last, step) <= max)
		return step;
	for (step = steps[i]; bars_needed(first, last, step) > max;)
		step *= 2;
	return step;
}

static bool fill(struct dw_histogram *out, const struct dw_tally_entry *entries, size_t from,
	size_t to, int64_t step, size_t max, const struct dw_zone_info *zone)
{
	int64_t offset = dw_zone_info_offset(zone, seconds_of(&entries[from]));
	int64_t first = seconds_of(&entries[from]) + offset,
		last = seconds_of(&entries[to - 1]) + offset;

	out->step = choose_step(first, last, step, max);
	out->count = bars_needed(first, last, out->step);
	out->bars = calloc(out->count, sizeof(*out->bars));
	if (out->bars == NULL)
		return false;
	for (size_t i = 0; i < out->count; i++)
		out->bars[i].start =
			(bar_of(first, out->step) + (int64_t)i * out->step - offset) * SECOND;
	for (size_t i = from; i < to; i++) {
		int64_t start = bar_of(seconds_of(&entries[i]) + offset, out->step);
		struct dw_bar *bar = &out->bars[(start - bar_of(first, out->step)) / out->step];

		for (size_t of = 0; of < DW_COUNTS; of++)
			bar->count[of] += entries[i].count[of];
		bar->total += entries[i].total;
	}
	return true;
}

bool dw_histogram_make(const struct dw_tally *minutes, int64_t step, size_t max,
	const struct dw_zone_info *zone, struct dw_histogram *out)
{
	struct dw_histogram made = {0};
	struct dw_tally_entry *entries;
	size_t from = 0, to = dw_tally_sorted(minutes, &entries), all = to;
	bool done = true;

	if (to == SIZE_MAX)
		return false;
	trim(entries, &from, &to, dw_tally_sum(minutes));
	for (size_t i = 0; i < all; i++)
		made.left_out += i < from || i >= to ? entries[i].total : 0;
	if (to > from)
		done = fill(&made, entries, from, to, step, max, zone);
	free(entries);
	if (done)
		*out = made;
	return done;
}

void dw_histogram_free(struct dw_histogram *histogram)
{
	free(histogram->bars);
	*histogram = (struct dw_histogram){0};
}
