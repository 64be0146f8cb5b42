/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * table.h: a table of fixed size that keeps what is used */
#ifndef DNSWARD_DETECT_TABLE_H
#define DNSWARD_DETECT_TABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/attributes.h"

/* Sets of eight places. A look-up reads one cache line, the set's head, and what it finds:
 *
 *     | head 64 | entry 0 | entry 1 | ... | entry 7 |
 *
 * An entry that fits into a cache line does not lie across two: where needed, some bytes are left
 * free at the line's end.
 *
 * A place is known by 32 bits of the key's hash; other bits choose the set. Two keys are taken
 * for one with probability 8 / 2^32, and nobody who does not know the key of the hash can make
 * that happen.
 *
 * Each use raises a place's rank, and each 64 seconds without use halve it. A new key gets an
 * empty place, or one that is worth no more than a single use, or else the one of lowest rank; of
 * several the first from a place on that some bits of its hash say, so that most keys are found
 * there. So keys that come once push out one another and not those that come often. */
enum { DW_WAYS = 8 };

struct dw_table_head {
	_Alignas(DW_CACHE_LINE) atomic_uint lock;
	atomic_uint evicted;      /* places given away; written under the lock */
	atomic_uint tag[DW_WAYS]; /* 0: empty; looked at without the lock as well */
	uint16_t used[DW_WAYS];   /* in ticks of 8 seconds */
	uint8_t rank[DW_WAYS];    /* uses, at most 255 */
};
_Static_assert(sizeof(struct dw_table_head) == DW_CACHE_LINE, "a head is one cache line");

struct dw_table_entry {
	size_t bytes; /* up to a cache line, or whole ones */
	size_t clear; /* bytes at its beginning that are zeros where the key is new; the others are
		       * as whoever was there before left them */
};

struct dw_table {
	uint8_t *sets;
	size_t count;         /* of sets */
	size_t clear;         /* as of its entries */
	size_t stride;        /* from set to set */
	uint16_t at[DW_WAYS]; /* where in a set its entries are */
};

/* A place that is locked. */
struct dw_place {
	struct dw_table_head *head;
	void *entry;
};

/* `memory` has dw_table_bytes, zeros, aligned to a cache line; it stays the caller's. */
size_t dw_table_bytes(size_t count, const struct dw_table_entry *entry);
void dw_table_start(
	struct dw_table *table, void *memory, size_t count, const struct dw_table_entry *entry);

/* The place of a key, which is made where it is new. False: the set is taken just now. */
bool dw_table_take(const struct dw_table *table, uint64_t hash, uint32_t now, struct dw_place *out);
/* The place of a key that is there. A set that is taken is waited for, but not long. */
bool dw_table_find(const struct dw_table *table, uint64_t hash, struct dw_place *out);
void dw_table_let_go(const struct dw_place *place);

/* Start to fetch what a look-up of this key will read: the set's head, and the first line of the
 * entry at the place where the key is most likely. */
void dw_table_prefetch(const struct dw_table *table, uint64_t hash);

/* Add up, over every `step`th set, places taken and all evictions. */
void dw_table_survey(const struct dw_table *table, size_t step, uint64_t *taken, uint64_t *evicted);

#endif
