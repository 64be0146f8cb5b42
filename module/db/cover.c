/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * drops the names that a parent covers
 */
#include "dnsward-config.h"
#include <stdlib.h>

#include "build.h"
#include "base/label_hash.h"

/* Let C be a name, and P the nearest name above C that has rules of the same list for
 * what is below it. Where all rules of the list at C, and all those at P, have one
 * meaning (flags, types, data), C says nothing that P does not: whatever fits C's
 * rules fits P's, and no name between them speaks. So C's rules go. P may itself be
 * covered; what covers P then covers C. This holds for lists in which the longest name
 * wins as well, but not where wildcards end at exact names: these keep all they have.
 *
 * What it costs is the parents' hashes of every name. Most parents are on no list: a
 * bitmap of the names that speak for what is below them (a Bloom filter of one hash,
 * eight to sixteen bits a name) answers for those, and the records are searched
 * for the others alone. */
static uint64_t bit_of(const struct db_builder *b, uint64_t where)
{
	return where >> (64 - b->cover.bits);
}

static const struct db_effect *effect_at(const struct db_builder *b, const struct db_name *name)
{
	uint32_t effect = __atomic_load_n(&name->effect, __ATOMIC_RELAXED);

	return db_intern_item(&b->effects, effect & ~DB_COVERED);
}

static bool fill_part(struct db_builder *b, size_t part)
{
	size_t start = part > 0 ? b->part_end[part - 1] : 0;

	/* parts are ranges of the hash, so no two of them share a byte */
	for (size_t i = start; i < b->part_end[part]; i++) {
		uint64_t bit = bit_of(b, b->names[i].where);

		if (effect_at(b, &b->names[i])->trigger != DW_TRIGGER_EXACT)
			b->cover.bitmap[bit / 8] |= (uint8_t)(1 << bit % 8);
	}
	return true;
}

/* The first record of a name, or NULL. Hashes are spread evenly inside a part: the
 * search goes by where one should be. */
static struct db_name *find(const struct db_builder *b, uint64_t where, uint64_t who)
{
	size_t part = where >> (64 - DB_PART_BITS);
	size_t low = part > 0 ? b->part_end[part - 1] : 0, high = b->part_end[part];
	uint64_t from = (uint64_t)part << (64 - DB_PART_BITS);
	uint64_t span = UINT64_C(1) << (64 - DB_PART_BITS);
	size_t guess = low + (size_t)((unsigned __int128)(where - from) * (high - low) / span);
	size_t step = 8;

	/* close in on it from the guess, then halve */
	while (guess > low && b->names[guess - 1].where >= where) {
		high = guess;
		guess = guess - low > step ? guess - step : low;
		step *= 2;
	}
	low = guess > low ? guess : low;
	for (step = 8; low + step < high && b->names[low + step].where < where; step *= 2)
		low += step;
	high = low + step < high ? low + step : high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (b->names[middle].where < where ||
			(b->names[middle].where == where && b->names[middle].who < who))
			low = middle + 1;
		else
			high = middle;
	}
	part = where >> (64 - DB_PART_BITS);
	for (; low < b->part_end[part] && b->names[low].where == where; low++) {
		if (b->names[low].who == who)
			return &b->names[low];
	}
	return NULL;
}

/* Whether two effects of a list mean the same for what is below their names. */
static bool same_meaning(const struct db_effect *a, const struct db_effect *b)
{
	return a->flags == b->flags && memcmp(a->types, b->types, sizeof(a->types)) == 0 &&
		memcmp(a->data, b->data, sizeof(a->data)) == 0;
}

/* Look at the rules that `source` has at a name. Returns whether there are any that
 * count (`wild`: for what is below it; else any), and whether all of those mean
 * `*meaning`, which is set by the first where it is NULL. */
static bool speaks(const struct db_builder *b, const struct db_name *name, size_t source,
	bool wild, const struct db_effect **meaning, bool *alike)
{
	const struct db_name *first = name, *end = b->names + b->name_count;
	bool any = false;

	for (; name < end && name->where == first->where && name->who == first->who; name++) {
		const struct db_effect *e = effect_at(b, name);

		if (db_load16(e->list) != source || (wild && e->trigger == DW_TRIGGER_EXACT))
			continue;
		any = true;
		if (*meaning == NULL)
			*meaning = e;
		*alike = *alike && same_meaning(e, *meaning);
	}
	return any;
}

/* The hashes of a name's parents, in the state that label_hash_first leaves. */
struct parents {
	uint64_t where[DW_NAME_LABELS_MAX + 1];
	struct label_hash state[DW_NAME_LABELS_MAX + 1];
	size_t count;
};

/* Those that may speak, the nearest last. False: none. */
static bool find_parents(const struct db_builder *b, const struct dw_rule *rule,
	const struct dw_labels *labels, struct parents *parents, struct label_hash *own)
{
	parents->count = 0;
	label_hash_init(own, &b->key);
	for (unsigned depth = 0;; depth++) {
		if (depth > 0)
			label_hash_label(own, rule->name + labels->offset[labels->count - depth],
				rule->name, rule->name_len);
		if (depth == labels->count)
			return parents->count > 0;
		if ((b->wild_depths[depth / 64] >> depth % 64 & 1) != 0) {
			struct label_hash *state = &parents->state[parents->count];
			uint64_t where, bit;

			*state = *own;
			where = label_hash_first(state);
			bit = bit_of(b, where);
			if ((b->cover.bitmap[bit / 8] >> bit % 8 & 1) != 0)
				parents->where[parents->count++] = where;
		}
	}
}

static bool is_covered(struct db_builder *b, size_t source, struct parents *parents,
	const struct db_name *own)
{
	for (size_t i = parents->count; i-- > 0;) {
		const struct db_effect *meaning = NULL;
		bool alike = true;
		const struct db_name *parent = find(b, parents->where[i],
			label_hash_second(&parents->state[i]));

		if (parent != NULL && speaks(b, parent, source, true, &meaning, &alike))
			return alike && speaks(b, own, source, false, &meaning, &alike) && alike;
	}
	return false;
}

/* Mark the source's rules at a name. Another thread may read the effect meanwhile,
 * and masks the mark. */
static void mark(struct db_builder *b, struct db_name *name, size_t source)
{
	const struct db_name *first = name, *end = b->names + b->name_count;

	for (; name < end && name->where == first->where && name->who == first->who; name++) {
		if (db_load16(effect_at(b, name)->list) == source)
			__atomic_fetch_or(&name->effect, DB_COVERED, __ATOMIC_RELAXED);
	}
}

static bool has_lower_wild(const struct db_builder *b, unsigned labels)
{
	uint64_t low = labels >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << labels) - 1;
	uint64_t high = labels <= 64 ? 0 : (UINT64_C(1) << (labels - 64)) - 1;

	return ((b->wild_depths[0] & low) | (b->wild_depths[1] & high)) != 0;
}

static bool cover_chunk(struct db_builder *b, size_t i)
{
	const struct db_chunk *chunk = &b->chunks[i];
	size_t cursor = chunk->cursor;
	struct parents parents;
	struct dw_rule rule;

	if (dw_list_format_encloses(b->sources[chunk->source].format))
		return true;
	for (size_t n = 0; n < chunk->rules; n++) {
		struct dw_labels labels;
		struct label_hash own;
		uint64_t where;
		struct db_name *name;

		dw_rules_next(b->sources[chunk->source].rules, &cursor, &rule);
		if (rule.trigger > DW_TRIGGER_SUBNAMES)
			continue;
		dw_name_labels(rule.name, rule.name_len, &labels);
		if (!has_lower_wild(b, labels.count) ||
			!find_parents(b, &rule, &labels, &parents, &own))
			continue;
		where = label_hash_first(&own);
		name = find(b, where, label_hash_second(&own));
		if (name != NULL && is_covered(b, chunk->source, &parents, name))
			mark(b, name, chunk->source);
	}
	return true;
}

enum dw_result db_cover(struct db_builder *b)
{
	enum dw_result result;

	if ((b->wild_depths[0] | b->wild_depths[1]) == 0)
		return DW_OK;
	b->cover.bits = 67 - (unsigned)__builtin_clzll(b->name_count | 128);
	b->cover.bitmap = calloc((size_t)1 << (b->cover.bits - 3), 1);
	if (b->cover.bitmap == NULL)
		return db_no_memory(b);
	result = db_parallel(b, DB_PARTS, fill_part);
	if (result == DW_OK)
		result = db_parallel(b, b->chunk_count, cover_chunk);
	free(b->cover.bitmap);
	b->cover.bitmap = NULL;
	return result;
}
