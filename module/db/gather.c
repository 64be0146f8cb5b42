/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * chunks of rules into records
 */
#include "dnsward-config.h"
#include <stdlib.h>

#include "build.h"
#include "base/label_hash.h"

/* Nearly all rules of a list have neither types nor data: their effect depends on
 * trigger and flags alone, and is asked for once for each. */
struct effect_cache {
	uint32_t effect[DW_TRIGGER_SUBNAMES + 1][16]; /* number + 1 */
};

static bool cached_effect(struct db_builder *b, size_t source, struct effect_cache *cache,
	const struct dw_rule *rule, uint32_t *effect)
{
	uint32_t *slot = &cache->effect[rule->trigger][rule->flags % 16];

	if (rule->type_count > 0 || rule->data != NULL)
		return db_effect_of(b, source, rule, effect);
	if (*slot == 0) {
		if (!db_effect_of(b, source, rule, effect))
			return false;
		*slot = *effect + 1;
	}
	*effect = *slot - 1;
	return true;
}

/* Hash a name; returns its number of labels. */
static unsigned hash_name(const struct db_builder *b, const struct dw_rule *rule,
	struct db_name *name)
{
	struct dw_labels labels;
	struct label_hash state;

	dw_name_labels(rule->name, rule->name_len, &labels);
	label_hash_init(&state, &b->key);
	for (size_t i = labels.count; i-- > 0;)
		label_hash_label(&state, rule->name + labels.offset[i], rule->name, rule->name_len);
	name->where = label_hash_first(&state);
	name->who = label_hash_second(&state);
	return labels.count;
}

static bool gather_chunk(struct db_builder *b, size_t i)
{
	const struct db_chunk *chunk = &b->chunks[i];
	const uint32_t *base = b->file_base[chunk->source];
	struct effect_cache cache = {0};
	struct db_name *name = b->names + chunk->first_name;
	size_t cursor = chunk->cursor;
	uint64_t depths[2] = {0}, wild[2] = {0};
	struct dw_rule rule;

	for (size_t n = 0; n < chunk->rules; n++) {
		unsigned labels;
		uint64_t bit;

		dw_rules_next(b->sources[chunk->source].rules, &cursor, &rule);
		if (rule.trigger > DW_TRIGGER_SUBNAMES)
			continue;
		if (!cached_effect(b, chunk->source, &cache, &rule, &name->effect))
			return false;
		name->line = base[rule.file] + rule.line;
		labels = hash_name(b, &rule, name++);
		bit = UINT64_C(1) << (labels % 64);
		depths[labels / 64] |= bit;
		if (rule.trigger != DW_TRIGGER_EXACT)
			wild[labels / 64] |= bit;
	}
	for (int half = 0; half < 2; half++) {
		atomic_fetch_or(&b->depths[half], depths[half]);
		atomic_fetch_or(&b->wild_depths[half], wild[half]);
	}
	return true;
}

enum dw_result db_gather(struct db_builder *b)
{
	b->names = malloc((b->name_count + 1) * sizeof(b->names[0]));
	if (b->names == NULL)
		return db_no_memory(b);
	return db_parallel(b, b->chunk_count, gather_chunk);
}
