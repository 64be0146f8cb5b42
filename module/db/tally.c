/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * from the rules that fit to the hits
 */
#include "dnsward-config.h"

#include "tally.h"

static bool type_fits(const struct tally *t, const struct db_effect *effect)
{
	const struct db_part *types = &t->db->part[DB_TYPES];
	uint32_t place = db_load32(effect->types);
	const uint8_t *listed;

	if (place == 0 || t->any_type)
		return true;
	if (place > types->count)
		return false;
	listed = db_record(types, place - 1, DB_TYPES_BYTES);
	for (size_t i = 0; i < DB_TYPES_BYTES; i += 2) {
		if (db_load16(listed + i) == t->qtype)
			return (effect->flags & DW_RULE_TYPES_NOT) == 0;
	}
	return (effect->flags & DW_RULE_TYPES_NOT) != 0;
}

static void put(struct tally_list *l, enum tally_side side, const struct dw_hit *hit)
{
	if ((l->seen & 1 << side) != 0)
		return;
	l->seen |= (uint8_t)(1 << side);
	l->told[side] = *hit;
}

/* A list's part, filled from now on. `is_new`: it was not before. */
static struct tally_list *enter(struct tally *t, size_t list, uint16_t rank, bool *is_new)
{
	uint64_t *word = &t->lists[list / 64], bit = UINT64_C(1) << (list % 64);
	struct tally_list *l = &t->list[list];

	*is_new = (*word & bit) == 0;
	if (*is_new) {
		*word |= bit;
		l->seen = 0;
		l->rank = rank;
	}
	return l;
}

void tally_close(struct tally *t, size_t list, uint16_t rank)
{
	bool is_new;

	enter(t, list, rank, &is_new);
}

void tally_add(struct tally *t, const struct db_effect *effect, const struct dw_hit *hit,
	uint16_t rank)
{
	struct tally_list *l;
	bool important = (effect->flags & DW_RULE_IMPORTANT) != 0, is_new;

	if (hit->list >= t->db->list_count || !type_fits(t, effect))
		return;
	l = enter(t, hit->list, rank, &is_new);
	if (!is_new && t->db->lists[hit->list].longest_wins && rank != l->rank) {
		if (rank < l->rank)
			return;
		l->seen = 0;
		l->rank = rank;
	}
	if ((effect->flags & DW_RULE_EXCEPTION) != 0) {
		put(l, TALLY_EXCEPTION, hit);
		if (important)
			put(l, TALLY_IMPORTANT_EXCEPTION, hit);
	} else {
		put(l, TALLY_PLAIN, hit);
		if (important)
			put(l, TALLY_IMPORTANT, hit);
	}
}

/* The rule that decides for a list, and whether it is an exception. */
static const struct dw_hit *outcome(const struct tally_list *l, bool *exception)
{
	bool important = (l->seen & 1 << TALLY_IMPORTANT) != 0 &&
		(l->seen & 1 << TALLY_IMPORTANT_EXCEPTION) == 0;

	*exception = !important && (l->seen & 1 << TALLY_EXCEPTION) != 0;
	if (important)
		return &l->told[TALLY_IMPORTANT];
	return *exception ? &l->told[TALLY_EXCEPTION] : &l->told[TALLY_PLAIN];
}

static void add_hit(const struct tally *t, size_t list, struct dw_hits *hits)
{
	const struct db_list_info *info = &t->db->lists[list];
	struct dw_hit *hit = &hits->hit[hits->count];
	bool exception;

	if (t->list[list].seen == 0)
		return;
	*hit = *outcome(&t->list[list], &exception);
	hit->exception = exception;
	if (exception)
		hits->excepted.word[list / 64] |= UINT64_C(1) << (list % 64);
	hit->category = exception ? info->exceptions : info->category;
	if (hit->category != DB_NO_CATEGORY)
		hits->count++;
}

void tally_hits(const struct tally *t, struct dw_hits *hits)
{
	tally_no_hits(hits);
	for (size_t word = 0; word < DW_LISTS_MAX / 64; word++) {
		for (uint64_t bits = t->lists[word]; bits != 0; bits &= bits - 1)
			add_hit(t, word * 64 + (size_t)__builtin_ctzll(bits), hits);
	}
}
