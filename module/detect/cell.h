/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * cell.h: what one detector counts of one client or pair */
#ifndef DNSWARD_DETECT_CELL_H
#define DNSWARD_DETECT_CELL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The count of different keys is kept beside their bitmap: a new bit tells of a new key, and
 * of those that find theirs set already there are, for `zero` bits of `all`, all / zero
 * for one that does not (historic inverse probability: Cohen 2014, Ting 2014). */
struct dw_cell {
	uint32_t start; /* of the window, seconds; 0: never used */
	uint32_t count;
	uint32_t sum;
	uint32_t distinct; /* in units of 1/256 */
};

/* Begin a window if the last one is over, or is of a time to come: clocks may jump. `words` is
 * the size of the bitmap, 0 for cells that have none. */
static inline void dw_cell_start(
	struct dw_cell *cell, uint64_t *bitmap, size_t words, uint32_t window, uint32_t now)
{
	if (cell->start != 0 && now >= cell->start && now - cell->start < window)
		return;
	*cell = (struct dw_cell){.start = now};
	if (words > 0)
		memset(bitmap, 0, words * sizeof(*bitmap));
}

/* Count a key. For how many different ones it stands, in units of 1/256, where it is new in this
 * window; else 0. */
static inline uint32_t dw_cell_add_key(
	struct dw_cell *cell, uint64_t *bitmap, size_t words, uint64_t hash)
{
	size_t all = words * 64, bit = (size_t)((hash >> 32) * all >> 32), set = 0;
	uint32_t stands_for;

	if (bitmap[bit / 64] >> (bit % 64) & 1)
		return 0;
	for (size_t i = 0; i < words; i++)
		set += (size_t)__builtin_popcountll(bitmap[i]);
	bitmap[bit / 64] |= UINT64_C(1) << (bit % 64);
	stands_for = (uint32_t)(all * 256 / (all - set));
	cell->distinct += stands_for;
	return stands_for;
}

static inline uint32_t dw_cell_distinct(const struct dw_cell *cell)
{
	return cell->distinct / 256;
}

/* Sums stay at their end. */
static inline void dw_cell_add(struct dw_cell *cell, uint32_t amount)
{
	cell->count += cell->count < UINT32_MAX;
	cell->sum = amount > UINT32_MAX - cell->sum ? UINT32_MAX : cell->sum + amount;
}

#endif
