/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * cell.h: what one detector counts of one client or pair */
#ifndef DNSWARD_DETECT_CELL_H
#define DNSWARD_DETECT_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Whether a window is over, was never begun, or is of a time to come: clocks may jump. */
static inline bool dw_window_is_over(uint32_t start, uint32_t window, uint32_t now)
{
	return start == 0 || now < start || now - start >= window;
}

/* ---- a sum ---- */

struct dw_tally {
	uint32_t start; /* of the window, seconds; 0: never used */
	uint32_t sum;   /* stays at its end */
};

static inline uint32_t dw_sum(uint32_t sum, uint32_t amount)
{
	return amount > UINT32_MAX - sum ? UINT32_MAX : sum + amount;
}

/* The sum with this amount, in a window of its own if the last one is over. */
static inline uint32_t dw_tally_add(
	struct dw_tally *tally, uint32_t window, uint32_t now, uint32_t amount)
{
	if (dw_window_is_over(tally->start, window, now))
		*tally = (struct dw_tally){.start = now};
	return tally->sum = dw_sum(tally->sum, amount);
}

/* ---- different keys ---- */

/* A bitmap of `words`. A new bit tells of a new key, and of those that find theirs set already
 * there are, for `zero` bits of `all`, all / zero for one that does not (historic inverse
 * probability: Cohen 2014, Ting 2014). For how many keys this one stands, in units of 1/256; 0: it
 * is not new. */
static inline uint32_t dw_bitmap_add(uint64_t *bitmap, size_t words, uint64_t hash)
{
	size_t all = words * 64, bit = (size_t)((hash >> 32) * all >> 32), set = 0;

	if (bitmap[bit / 64] >> (bit % 64) & 1)
		return 0;
	for (size_t i = 0; i < words; i++)
		set += (size_t)__builtin_popcountll(bitmap[i]);
	bitmap[bit / 64] |= UINT64_C(1) << (bit % 64);
	return (uint32_t)(all * 256 / (all - set));
}

/* Whether the sum of what that said is not above `most` keys: it hangs on nothing but the number of
 * bits. */
static inline bool dw_bitmap_is_within(const uint64_t *bitmap, size_t words, uint32_t most)
{
	size_t all = words * 64, set = 0, distinct = 0;

	for (size_t i = 0; i < words; i++)
		set += (size_t)__builtin_popcountll(bitmap[i]);
	for (size_t i = 0; i < set && distinct / 256 <= most; i++)
		distinct += all * 256 / (all - i);
	return distinct / 256 <= most;
}

/* ---- both ---- */

struct dw_cell {
	uint32_t start; /* of the window, seconds; 0: never used */
	uint32_t count;
	uint32_t sum;
	uint32_t distinct; /* in units of 1/256 */
};

/* Begin a window if the last one is over. */
static inline void dw_cell_start(
	struct dw_cell *cell, uint64_t *bitmap, size_t words, uint32_t window, uint32_t now)
{
	if (!dw_window_is_over(cell->start, window, now))
		return;
	*cell = (struct dw_cell){.start = now};
	memset(bitmap, 0, words * sizeof(*bitmap));
}

static inline void dw_cell_add(
	struct dw_cell *cell, uint64_t *bitmap, size_t words, uint64_t hash, uint32_t amount)
{
	cell->count = dw_sum(cell->count, 1);
	cell->sum = dw_sum(cell->sum, amount);
	cell->distinct += dw_bitmap_add(bitmap, words, hash);
}

static inline uint32_t dw_cell_distinct(const struct dw_cell *cell)
{
	return cell->distinct / 256;
}

#endif
