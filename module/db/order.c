/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * records by hash
 */
#include "dnsward-config.h"
#include <stdlib.h>

#include "build.h"

/* Hashes are spread evenly, so that a radix sort in place (McIlroy, Bostic and
 * McIlroy, "Engineering Radix Sort", 1993: American flag sort) needs two rounds for
 * most inputs: one into parts that fit a cache, on one thread, and one inside each
 * part, on all threads. What is left are runs of some records, and runs of
 * the same name. */
enum {
	TOP_BITS = 8,
	BITS_MAX = 11,
	RUN = 24,        /* sorted by insertion */
	HASH_BITS = 64,
};

static int compare(const void *x, const void *y)
{
	const struct db_name *a = x, *b = y;

	if (a->where != b->where)
		return a->where < b->where ? -1 : 1;
	if (a->who != b->who)
		return a->who < b->who ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->effect < b->effect ? -1 : a->effect > b->effect;
}

static void insertion_sort(struct db_name *names, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct db_name name = names[i];
		size_t j = i;

		for (; j > 0 && compare(&name, &names[j - 1]) < 0; j--)
			names[j] = names[j - 1];
		names[j] = name;
	}
}

static size_t digit(const struct db_name *name, unsigned known, unsigned bits)
{
	return (size_t)(name->where << known >> (HASH_BITS - bits));
}

/* Put records in the order of `bits` bits after the `known` ones, which are equal in
 * all. `end` gets where each of the 2^bits parts ends. */
static void partition(struct db_name *names, size_t count, unsigned known, unsigned bits,
	size_t *end)
{
	size_t parts = (size_t)1 << bits, start = 0;
	size_t next[1 << BITS_MAX];

	for (size_t p = 0; p < parts; p++)
		end[p] = 0;
	for (size_t i = 0; i < count; i++)
		end[digit(&names[i], known, bits)]++;
	for (size_t p = 0; p < parts; p++) {
		next[p] = start;
		start += end[p];
		end[p] = start;
	}
	for (size_t p = 0; p < parts; p++) {
		while (next[p] < end[p]) {
			struct db_name name = names[next[p]];

			for (size_t to = digit(&name, known, bits); to != p;
				to = digit(&name, known, bits)) {
				struct db_name other = names[next[to]];

				names[next[to]++] = name;
				name = other;
			}
			names[next[p]++] = name;
		}
	}
}

/* Sort records whose first `known` bits are equal. */
static void sort(struct db_name *names, size_t count, unsigned known)
{
	size_t end[1 << BITS_MAX];
	unsigned bits;

	if (count <= RUN) {
		insertion_sort(names, count);
		return;
	}
	bits = 61 - (unsigned)__builtin_clzll(count); /* about eight records a part */
	bits = bits < BITS_MAX ? bits : BITS_MAX;
	if (known + bits > HASH_BITS || names[0].where == names[count - 1].where) {
		/* the same name over and over, most likely */
		qsort(names, count, sizeof(names[0]), compare);
		return;
	}
	partition(names, count, known, bits, end);
	for (size_t p = 0, start = 0; p < (size_t)1 << bits; start = end[p++])
		sort(names + start, end[p] - start, known + bits);
}

static bool order_part(struct db_builder *b, size_t part)
{
	size_t start = part > 0 ? b->part_end[part - 1] : 0;

	sort(b->names + start, b->part_end[part] - start, TOP_BITS);
	return true;
}

enum dw_result db_order(struct db_builder *b)
{
	_Static_assert(1 << TOP_BITS == DB_PARTS, "one end a part");

	partition(b->names, b->name_count, 0, TOP_BITS, b->part_end);
	return db_parallel(b, DB_PARTS, order_part);
}
