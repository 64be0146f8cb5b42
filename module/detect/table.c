/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * table.c: a table of fixed size that keeps what is used */
#include "dnsward-config.h"
#include "detect/table.h"

#include <limits.h>
#include <string.h>

enum {
	TICK_BITS = 3, /* a tick is 8 seconds, so that ticks come round after 6 days */
	HALVING_TICKS = 8,
	PATIENCE = 64, /* looks at a lock, a few hundred nanoseconds in all */
};

static size_t lines_of(size_t bytes)
{
	return (bytes + DW_CACHE_LINE - 1) / DW_CACHE_LINE;
}

/* Where in a set an entry is, or for DW_WAYS what is left of it begins. */
static size_t offset_of(const struct dw_table_entry *entry, size_t way)
{
	size_t in_line = entry->bytes < DW_CACHE_LINE ? DW_CACHE_LINE / entry->bytes : 1;

	return sizeof(struct dw_table_head) +
	       way / in_line * lines_of(entry->bytes) * DW_CACHE_LINE +
	       way % in_line * entry->bytes;
}

size_t dw_table_bytes(size_t count, const struct dw_table_entry *entry)
{
	return count * lines_of(offset_of(entry, DW_WAYS - 1) + entry->bytes) * DW_CACHE_LINE;
}

void dw_table_start(
	struct dw_table *table, void *memory, size_t count, const struct dw_table_entry *entry)
{
	table->sets = memory;
	table->count = count;
	table->clear = entry->clear;
	table->stride = dw_table_bytes(1, entry);
	for (size_t way = 0; way < DW_WAYS; way++)
		table->at[way] = (uint16_t)offset_of(entry, way);
}

static struct dw_table_head *head_of(const struct dw_table *table, uint64_t hash)
{
	size_t set = (size_t)((hash >> 32) * table->count >> 32);

	return (struct dw_table_head *)(table->sets + set * table->stride);
}

static void *entry_of(const struct dw_table *table, struct dw_table_head *head, size_t way)
{
	return (uint8_t *)head + table->at[way];
}

static uint32_t tag_of(uint64_t hash)
{
	uint32_t tag = (uint32_t)hash;

	return tag != 0 ? tag : 1;
}

static bool lock(struct dw_table_head *head)
{
	return atomic_exchange_explicit(&head->lock, 1, memory_order_acquire) == 0;
}

static void unlock(struct dw_table_head *head)
{
	atomic_store_explicit(&head->lock, 0, memory_order_release);
}

static uint32_t tag_at(const struct dw_table_head *head, size_t way)
{
	return atomic_load_explicit(&head->tag[way], memory_order_relaxed);
}

/* The way that a key is put where it can be: what is fetched ahead. */
static size_t home_of(uint64_t hash)
{
	return hash >> 32 & (DW_WAYS - 1);
}

/* The way of a key, or DW_WAYS. */
static size_t way_of(const struct dw_table_head *head, uint64_t hash)
{
	size_t way = home_of(hash);
	uint32_t tag = tag_of(hash);

	if (tag_at(head, way) == tag)
		return way;
	for (way = 0; way < DW_WAYS && tag_at(head, way) != tag;)
		way++;
	return way;
}

/* ---- who has to go ---- */

/* A use is worth half after 64 seconds. */
static unsigned rank_now(const struct dw_table_head *head, size_t way, uint16_t tick)
{
	unsigned halvings = (uint16_t)(tick - head->used[way]) / HALVING_TICKS;

	return halvings < 8 ? (unsigned)head->rank[way] >> halvings : 0;
}

/* Where a set never was full, places that are empty come first. */
static bool was_full(const struct dw_table_head *head)
{
	return atomic_load_explicit(&head->evicted, memory_order_relaxed) > 0;
}

/* From the key's own place on, the first one that is worth no more than a single use, or else the
 * one of lowest rank. */
static size_t lowest(const struct dw_table_head *head, size_t home, uint16_t tick)
{
	size_t best = home;
	unsigned least = UINT_MAX;

	for (size_t i = 0; i < DW_WAYS && least > 1; i++) {
		size_t way = (home + i) % DW_WAYS;
		unsigned rank = rank_now(head, way, tick);

		if (rank < least) {
			least = rank;
			best = way;
		}
	}
	return best;
}

static size_t first_empty(const struct dw_table_head *head, size_t home)
{
	for (size_t i = 0; i < DW_WAYS; i++) {
		size_t way = (home + i) % DW_WAYS;

		if (tag_at(head, way) == 0)
			return way;
	}
	return DW_WAYS;
}

static size_t make_room(
	const struct dw_table *table, struct dw_table_head *head, uint64_t hash, uint16_t tick)
{
	size_t home = home_of(hash), way = DW_WAYS;

	if (!was_full(head))
		way = first_empty(head, home);
	if (way == DW_WAYS) {
		way = lowest(head, home, tick);
		atomic_store_explicit(&head->evicted,
			atomic_load_explicit(&head->evicted, memory_order_relaxed) + 1,
			memory_order_relaxed);
	}
	atomic_store_explicit(&head->tag[way], tag_of(hash), memory_order_relaxed);
	head->rank[way] = 0;
	memset(entry_of(table, head, way), 0, table->clear);
	return way;
}

static void use(struct dw_table_head *head, size_t way, uint16_t tick)
{
	unsigned rank = rank_now(head, way, tick);

	head->rank[way] = (uint8_t)(rank < UINT8_MAX ? rank + 1 : rank);
	head->used[way] = tick;
}

/* ---- looking up ---- */

bool dw_table_take(const struct dw_table *table, uint64_t hash, uint32_t now, struct dw_place *out)
{
	struct dw_table_head *head = head_of(table, hash);
	uint16_t tick = (uint16_t)(now >> TICK_BITS);
	size_t way;

	if (!lock(head))
		return false;
	way = way_of(head, hash);
	if (way == DW_WAYS)
		way = make_room(table, head, hash, tick);
	use(head, way, tick);
	*out = (struct dw_place){.head = head, .entry = entry_of(table, head, way)};
	return true;
}

bool dw_table_find(const struct dw_table *table, uint64_t hash, struct dw_place *out)
{
	struct dw_table_head *head = head_of(table, hash);
	size_t way;

	if (way_of(head, hash) == DW_WAYS) /* of most, at the cost of no lock */
		return false;
	for (size_t looks = 0; !lock(head); looks++) {
		if (looks == PATIENCE)
			return false;
	}
	way = way_of(head, hash);
	if (way == DW_WAYS) {
		unlock(head);
		return false;
	}
	*out = (struct dw_place){.head = head, .entry = entry_of(table, head, way)};
	return true;
}

void dw_table_let_go(const struct dw_place *place)
{
	unlock(place->head);
}

void dw_table_prefetch(const struct dw_table *table, uint64_t hash)
{
	struct dw_table_head *head = head_of(table, hash);

	__builtin_prefetch(head, 1);
	__builtin_prefetch(entry_of(table, head, home_of(hash)), 1);
}

void dw_table_survey(const struct dw_table *table, size_t step, uint64_t *taken, uint64_t *evicted)
{
	for (size_t i = 0; i < table->count; i += step) {
		struct dw_table_head *head =
			(struct dw_table_head *)(table->sets + i * table->stride);

		if (!lock(head))
			continue;
		for (size_t way = 0; way < DW_WAYS; way++)
			*taken += tag_at(head, way) != 0;
		*evicted += atomic_load_explicit(&head->evicted, memory_order_relaxed);
		unlock(head);
	}
}
