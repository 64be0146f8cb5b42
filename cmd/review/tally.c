/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tally.c: how often each of many values was seen */
#include "dnsward-config.h"
#include "review/tally.h"

#include <stdlib.h>
#include <string.h>

#include "dnsward/arena.h"
#include "dnsward/hash.h"

struct slot {
	uint64_t hash;
	struct dw_tally_entry entry; /* text NULL: free */
};

struct dw_tally {
	struct dw_hash_key key;
	struct slot *slots;
	size_t room, used, limit; /* room: a power of two, at most half of it used */
	uint64_t sum, lost;
	struct dw_arena arena; /* the texts */
};

struct dw_tally *dw_tally_new(size_t limit)
{
	struct dw_tally *tally = calloc(1, sizeof(*tally));

	if (tally == NULL)
		return NULL;
	dw_hash_key_random(&tally->key);
	tally->limit = limit != 0 ? limit : DW_TALLY_LIMIT;
	tally->room = 256;
	tally->slots = calloc(tally->room, sizeof(*tally->slots));
	if (tally->slots == NULL)
		dw_tally_free(&tally);
	return tally;
}

void dw_tally_free(struct dw_tally **tally)
{
	if (*tally == NULL)
		return;
	dw_arena_clear(&(*tally)->arena);
	free((*tally)->slots);
	free(*tally);
	*tally = NULL;
}

/* ---- the table ---- */

static struct slot *find(
	struct slot *slots, size_t room, uint64_t hash, const char *text, size_t len)
{
	for (size_t at = hash & (room - 1);; at = (at + 1) & (room - 1)) {
		struct slot *slot = &slots[at];

		if (slot->entry.text == NULL || (slot->hash == hash && slot->entry.len == len &&
							memcmp(slot->entry.text, text, len) == 0))
			return slot;
	}
}

/* Move the entries with a total above `least` into a table of `room` slots. */
static bool rebuild(struct dw_tally *tally, size_t room, uint64_t least)
{
	struct dw_arena arena = {0};
	struct slot *slots = calloc(room, sizeof(*slots));
	size_t used = 0;

	for (size_t i = 0; slots != NULL && i < tally->room; i++) {
		struct slot moved = tally->slots[i];

		if (moved.entry.text == NULL || moved.entry.total <= least)
			continue;
		if (least > 0)
			moved.entry.text = dw_arena_text(&arena, moved.entry.text, moved.entry.len);
		if (moved.entry.text == NULL) {
			dw_arena_clear(&arena);
			free(slots);
			return false;
		}
		*find(slots, room, moved.hash, moved.entry.text, moved.entry.len) = moved;
		used++;
	}
	if (slots == NULL)
		return false;
	if (least > 0) {
		dw_arena_clear(&tally->arena);
		tally->arena = arena;
	}
	free(tally->slots);
	tally->slots = slots;
	tally->room = room;
	tally->used = used;
	return true;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static bool throw_out(struct dw_tally *tally)
{
	uint64_t *totals = malloc(tally->used * sizeof(*totals)), least;
	size_t count = 0;

	if (totals == NULL)
		return false;
	for (size_t i = 0; i < tally->room; i++) {
		if (tally->slots[i].entry.text != NULL)
			totals[count++] = tally->slots[i].entry.total;
	}
	qsort(totals, count, sizeof(*totals), by_number);
	least = totals[count / 2];
	free(totals);
	if (!rebuild(tally, tally->room, least))
		return false;
	tally->lost += least;
	return true;
}

static bool make_room(struct dw_tally *tally)
{
	if (tally->used >= tally->limit)
		return throw_out(tally);
	return tally->used < tally->room / 2 || rebuild(tally, tally->room * 2, 0);
}

static struct dw_tally_entry *entry_of(struct dw_tally *tally, const char *text, size_t len)
{
	uint64_t hash = dw_hash(&tally->key, text, len);
	struct slot *slot = find(tally->slots, tally->room, hash, text, len);

	if (slot->entry.text != NULL)
		return &slot->entry;
	if (!make_room(tally))
		return NULL;
	slot = find(tally->slots, tally->room, hash, text, len);
	slot->entry.text = dw_arena_text(&tally->arena, text, len);
	if (slot->entry.text == NULL)
		return NULL;
	slot->hash = hash;
	slot->entry.len = len;
	tally->used++;
	return &slot->entry;
}

bool dw_tally_add(
	struct dw_tally *tally, const char *text, size_t len, enum dw_count_of of, uint64_t count)
{
	struct dw_tally_entry *entry = entry_of(tally, text, len);

	if (entry == NULL)
		return false;
	entry->count[of] += count;
	entry->total += count;
	tally->sum += count;
	return true;
}

bool dw_tally_merge(struct dw_tally *sum, const struct dw_tally *more)
{
	bool all = true;

	for (size_t i = 0; i < more->room; i++) {
		const struct dw_tally_entry *entry = &more->slots[i].entry;

		for (size_t of = 0; entry->text != NULL && of < DW_COUNTS; of++) {
			if (entry->count[of] > 0)
				all &= dw_tally_add(sum, entry->text, entry->len,
					(enum dw_count_of)of, entry->count[of]);
		}
	}
	sum->lost += more->lost;
	return all;
}

/* ---- what came of it ---- */

static int by_bytes(const struct dw_tally_entry *a, const struct dw_tally_entry *b)
{
	size_t common = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->text, b->text, common);

	return order != 0 ? order : a->len < b->len ? -1 : a->len > b->len;
}

static int by_bytes_void(const void *a, const void *b)
{
	return by_bytes(a, b);
}

static uint64_t weight(const struct dw_tally_entry *entry, enum dw_count_of of)
{
	return of == DW_COUNTS ? entry->total : entry->count[of];
}

static bool is_before(
	const struct dw_tally_entry *a, const struct dw_tally_entry *b, enum dw_count_of of)
{
	uint64_t x = weight(a, of), y = weight(b, of);

	return x != y ? x > y : by_bytes(a, b) < 0;
}

size_t dw_tally_top(
	const struct dw_tally *tally, enum dw_count_of of, struct dw_tally_entry *out, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < tally->room; i++) {
		const struct dw_tally_entry *entry = &tally->slots[i].entry;

		if (entry->text == NULL || weight(entry, of) == 0 || max == 0 ||
			(count == max && !is_before(entry, &out[max - 1], of)))
			continue;
		size_t at = count < max ? count++ : max - 1;
		for (; at > 0 && is_before(entry, &out[at - 1], of); at--)
			out[at] = out[at - 1];
		out[at] = *entry;
	}
	return count;
}

size_t dw_tally_sorted(const struct dw_tally *tally, struct dw_tally_entry **out)
{
	struct dw_tally_entry *entries = malloc((tally->used + 1) * sizeof(*entries));
	size_t count = 0;

	if (entries == NULL)
		return SIZE_MAX;
	for (size_t i = 0; i < tally->room; i++) {
		if (tally->slots[i].entry.text != NULL)
			entries[count++] = tally->slots[i].entry;
	}
	qsort(entries, count, sizeof(*entries), by_bytes_void);
	*out = entries;
	return count;
}

size_t dw_tally_size(const struct dw_tally *tally)
{
	return tally->used;
}

uint64_t dw_tally_sum(const struct dw_tally *tally)
{
	return tally->sum;
}

uint64_t dw_tally_lost(const struct dw_tally *tally)
{
	return tally->lost;
}
