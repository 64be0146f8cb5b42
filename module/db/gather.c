/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rules into records
 */
#include "dnsward-config.h"
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "cold.h"
#include "hash.h"

/* ---- effects ---- */

static int by_number(const void *a, const void *b)
{
	return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

/* The place of a types condition, counted from 1; 0 for none. */
static bool types_place(struct db_builder *b, const struct dw_rule *rule, uint32_t *place)
{
	uint16_t sorted[DW_RULE_TYPES_MAX];
	uint8_t record[DB_TYPES_BYTES] = {0};
	size_t at = 0;
	bool is_new;

	*place = 0;
	if (rule->type_count == 0)
		return true;
	memcpy(sorted, rule->types, rule->type_count * sizeof(sorted[0]));
	qsort(sorted, rule->type_count, sizeof(sorted[0]), by_number);
	for (size_t i = 0; i < rule->type_count; i++) {
		if (i == 0 || sorted[i] != sorted[i - 1]) {
			db_store16(record + at, sorted[i]);
			at += sizeof(sorted[0]);
		}
	}
	if (!db_intern_put(&b->types, record, sizeof(record), place, &is_new))
		return false;
	++*place;
	return true;
}

/* The place of an answer in words, counted from 1; 0 for none. */
static bool data_place(struct db_builder *b, const struct dw_data *data, uint32_t *place)
{
	struct db_bytes item = {0};
	uint8_t head[DB_DATA_HEAD] = {0};
	uint32_t number;
	bool is_new, ok;

	*place = 0;
	if (data == NULL)
		return true;
	head[0] = (uint8_t)data->kind;
	head[1] = data->target_wild;
	head[2] = data->target_len;
	head[3] = (uint8_t)data->record_count;
	db_store32(head + 4, data->ttl);
	ok = db_bytes_put(&item, head, sizeof(head)) &&
		db_bytes_put(&item, data->target, data->target_len);
	for (size_t i = 0; ok && i < data->record_count; i++) {
		const struct dw_record *r = &data->records[i];
		uint8_t record[DB_DATA_RECORD];

		db_store16(record, r->type);
		db_store16(record + 2, r->rdata_len);
		db_store32(record + 4, r->ttl);
		ok = db_bytes_put(&item, record, sizeof(record)) &&
			db_bytes_put(&item, r->rdata, r->rdata_len);
	}
	ok = ok && db_intern_put(&b->data, item.data, item.size, &number, &is_new);
	free(item.data);
	if (ok)
		*place = (uint32_t)(b->data.at[number] / DB_DATA_ALIGN) + 1;
	return ok;
}

static bool effect_of(struct db_builder *b, uint16_t list, const struct dw_rule *rule,
	uint32_t *effect)
{
	struct db_effect e = {.trigger = (uint8_t)rule->trigger, .flags = (uint8_t)rule->flags};
	uint32_t types, data;
	bool is_new;

	if (!types_place(b, rule, &types) || !data_place(b, rule->data, &data))
		return false;
	if (types == 0)
		e.flags &= (uint8_t)~DW_RULE_TYPES_NOT;
	db_store16(e.list, list);
	db_store32(e.types, types);
	db_store32(e.data, data);
	return db_intern_put(&b->effects, &e, sizeof(e), effect, &is_new);
}

/* Nearly all rules of a list have neither types nor data: their effect depends on
 * trigger and flags alone, and is looked up once for each. */
struct effect_cache {
	uint16_t list;
	uint32_t effect[DW_TRIGGER_ANSWER_NET + 1][16]; /* number + 1 */
};

static bool cached_effect(struct db_builder *b, struct effect_cache *cache,
	const struct dw_rule *rule, uint32_t *effect)
{
	uint32_t *slot = &cache->effect[rule->trigger][rule->flags % 16];

	if (rule->type_count > 0 || rule->data != NULL)
		return effect_of(b, cache->list, rule, effect);
	if (*slot == 0) {
		if (!effect_of(b, cache->list, rule, effect))
			return false;
		*slot = *effect + 1;
	}
	*effect = *slot - 1;
	return true;
}

/* ---- triggers ---- */

/* Make room for one more item in an array; 0 rooms grow as well. */
static bool grow(void **array, size_t count, size_t *room, size_t item)
{
	size_t more = *room + *room / 2 + 64;
	void *grown;

	if (count < *room)
		return true;
	grown = realloc(*array, more * item);
	if (grown == NULL)
		return false;
	*array = grown;
	*room = more;
	return true;
}

static bool add_name(struct db_builder *b, const struct dw_rule *rule, uint32_t effect,
	uint32_t line)
{
	struct dw_labels labels;
	struct db_hash state;
	struct db_name *name;
	uint64_t bit;

	if (!grow((void **)&b->names, b->name_count, &b->name_room, sizeof(b->names[0])))
		return false;
	dw_name_labels(rule->name, rule->name_len, &labels);
	db_hash_init(&state, &b->key);
	for (size_t i = labels.count; i-- > 0;)
		db_hash_label(&state, rule->name + labels.offset[i], rule->name, rule->name_len);
	name = &b->names[b->name_count++];
	name->where = db_hash_first(&state);
	name->who = db_hash_second(&state);
	name->effect = effect;
	name->line = line;
	bit = UINT64_C(1) << (labels.count % 64);
	b->depths[labels.count / 64] |= bit;
	if (rule->trigger != DW_TRIGGER_EXACT)
		b->wild_depths[labels.count / 64] |= bit;
	return true;
}

static bool add_pattern(struct db_builder *b, const struct dw_rule *rule, uint32_t effect,
	uint32_t line)
{
	if (!grow((void **)&b->patterns, b->pattern_count, &b->pattern_room,
		sizeof(b->patterns[0])))
		return false;
	b->patterns[b->pattern_count++] = (struct db_build_pattern){
		.trigger = rule->trigger,
		.text = rule->pattern,
		.len = rule->pattern_len,
		.effect = effect,
		.line = line,
		.number = b->pattern_rules++,
	};
	return true;
}

static bool add_net(struct db_builder *b, const struct dw_rule *rule, uint32_t effect,
	uint32_t line)
{
	if (!grow((void **)&b->nets, b->net_count, &b->net_room, sizeof(b->nets[0])))
		return false;
	b->nets[b->net_count++] = (struct db_build_net){rule->net, effect, line};
	return true;
}

static bool add_rule(struct db_builder *b, const struct dw_rule *rule, uint32_t effect,
	uint32_t line)
{
	switch (rule->trigger) {
	case DW_TRIGGER_EXACT:
	case DW_TRIGGER_SUBTREE:
	case DW_TRIGGER_SUBNAMES:
		return add_name(b, rule, effect, line);
	case DW_TRIGGER_GLOB:
	case DW_TRIGGER_GLOB_LABEL:
	case DW_TRIGGER_REGEX:
		return add_pattern(b, rule, effect, line);
	case DW_TRIGGER_ANSWER_NET:
		return add_net(b, rule, effect, line);
	}
	return true;
}

/* ---- files ---- */

/* Number the lines of all files through, so that one number tells both. */
static enum dw_result number_lines(struct db_builder *b, size_t source)
{
	const struct dw_rules *rules = b->sources[source].rules;
	size_t count = dw_rules_file_count(rules), cursor = 0;
	uint32_t *last = calloc(count + 1, sizeof(last[0]));
	struct dw_rule rule;

	if (last == NULL)
		return db_no_memory(b);
	b->file_base[source] = last;
	while (dw_rules_next(rules, &cursor, &rule)) {
		if (rule.file < count && rule.line > last[rule.file])
			last[rule.file] = rule.line;
	}
	for (size_t i = 0; i < count; i++) {
		const char *path = dw_rules_file_path(rules, (uint32_t)i);
		uint32_t lines = last[i];
		struct db_file file;

		last[i] = (uint32_t)b->line_count;
		db_store32(file.base, (uint32_t)b->line_count);
		db_store32(file.path, (uint32_t)b->strings.size);
		b->line_count += (uint64_t)lines + 1;
		if (b->line_count > UINT32_MAX)
			return dw_fail(b->err, DW_ERR_LIMIT, path, 0,
				"the lists have more than %u lines in all", UINT32_MAX);
		if (!db_bytes_put(&b->strings, path, strlen(path) + 1) ||
			!db_bytes_put(&b->files, &file, sizeof(file)))
			return db_no_memory(b);
	}
	return DW_OK;
}

static enum dw_result gather_source(struct db_builder *b, size_t source)
{
	enum { CANCEL_EVERY = 65536 };
	const struct dw_rules *rules = b->sources[source].rules;
	struct effect_cache cache = {.list = (uint16_t)source};
	size_t cursor = 0, seen = 0;
	struct dw_rule rule;
	uint32_t effect;
	enum dw_result result = DW_OK;

	while (result == DW_OK && dw_rules_next(rules, &cursor, &rule)) {
		if (!cached_effect(b, &cache, &rule, &effect) ||
			!add_rule(b, &rule, effect,
				b->file_base[source][rule.file] + rule.line))
			result = db_no_memory(b);
		else if (++seen % CANCEL_EVERY == 0)
			result = db_cancelled(b);
	}
	return result;
}

enum dw_result db_gather(struct db_builder *b)
{
	enum dw_result result = DW_OK;

	b->file_base = calloc(b->source_count + 1, sizeof(b->file_base[0]));
	if (b->file_base == NULL)
		return db_no_memory(b);
	for (size_t i = 0; i < b->source_count && result == DW_OK; i++)
		result = number_lines(b, i);
	for (size_t i = 0; i < b->source_count && result == DW_OK; i++)
		result = gather_source(b, i);
	return result;
}
