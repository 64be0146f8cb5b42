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

size_t dw_table_bytes(size_t count, size_t entry)
{
	size_t bytes = sizeof(struct dw_table_head) + DW_WAYS * entry;

	return count * ((bytes + DW_CACHE_LINE - 1) / DW_CACHE_LINE * DW_CACHE_LINE);
}

void dw_table_start(struct dw_table *table, void *memory, size_t count, size_t entry)
{
	table->sets = memory;
	table->count = count;
	table->entry = entry;
	table->stride = dw_table_bytes(1, entry);
}

static struct dw_table_head *head_of(const struct dw_table *table, uint64_t hash)
{
	size_t set = (size_t)((hash >> 32) * table->count >> 32);

	return (struct dw_table_head *)(table->sets + set * table->stride);
}

static void *entry_of(const struct dw_table *table, struct dw_table_head *head, size_t way)
{
	return (uint8_t *)(head + 1) + way * table->entry;
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

/* The way of a tag, or DW_WAYS. */
static uint32_t tag_at(const struct dw_table_head *head, size_t way)
{
	return atomic_load_explicit(&head->tag[way], memory_order_relaxed);
}

static size_t way_of(const struct dw_table_head *head, uint32_t tag)
{
	size_t way = 0;

	while (way < DW_WAYS && tag_at(head, way) != tag)
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

static size_t lowest(const struct dw_table_head *head, uint16_t tick)
{
	size_t way = atomic_load_explicit(&head->evicted, memory_order_relaxed) % DW_WAYS;
	size_t best = way;
	unsigned least = UINT_MAX;

	for (size_t i = 0; i < DW_WAYS; i++, way = (way + 1) % DW_WAYS) {
		unsigned rank = rank_now(head, way, tick);
		if (tag_at(head, way) == 0)
			return way;
		if (rank < least) {
			least = rank;
			best = way;
		}
	}
	return best;
}

static size_t make_room(
	const struct dw_table *table, struct dw_table_head *head, uint32_t tag, uint16_t tick)
{
	size_t way = lowest(head, tick);

	if (tag_at(head, way) != 0)
		atomic_store_explicit(&head->evicted,
			atomic_load_explicit(&head->evicted, memory_order_relaxed) + 1,
			memory_order_relaxed);
	atomic_store_explicit(&head->tag[way], tag, memory_order_relaxed);
	head->rank[way] = 0;
	memset(entry_of(table, head, way), 0, table->entry);
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
	way = way_of(head, tag_of(hash));
	if (way == DW_WAYS)
		way = make_room(table, head, tag_of(hash), tick);
	use(head, way, tick);
	*out = (struct dw_place){.head = head, .entry = entry_of(table, head, way)};
	return true;
}

bool dw_table_find(const struct dw_table *table, uint64_t hash, struct dw_place *out)
{
	struct dw_table_head *head = head_of(table, hash);
	size_t way;

	if (way_of(head, tag_of(hash)) == DW_WAYS) /* of most, at the cost of no lock */
		return false;
	for (size_t looks = 0; !lock(head); looks++) {
		if (looks == PATIENCE)
			return false;
	}
	way = way_of(head, tag_of(hash));
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
	__builtin_prefetch(head_of(table, hash), 1);
}

void dw_table_prefetch_entry(const struct dw_table *table, uint64_t hash, size_t lines)
{
	struct dw_table_head *head = head_of(table, hash);
	size_t way = way_of(head, tag_of(hash));
	const uint8_t *entry = entry_of(table, head, way);

	for (size_t i = 0; way < DW_WAYS && i < lines; i++)
		__builtin_prefetch(entry + i * DW_CACHE_LINE, 1);
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
