/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * extras.c: shared storage for the query types and answers of rules */
#include "dnsward-config.h"
#include "lists/extras.h"

#include <stdlib.h>
#include <string.h>

void *dw_grown(void *array, size_t count, size_t *room)
{
	size_t more = *room ? *room * 2 : 8;

	if (count < *room)
		return array;
	array = realloc(array, more * sizeof(void *));
	if (array)
		*room = more;
	return array;
}

void dw_extras_init(struct dw_extras *extras)
{
	*extras = (struct dw_extras){0};
	dw_hash_key_random(&extras->key);
}

void dw_extras_clear(struct dw_extras *extras)
{
	for (size_t i = 0; i < extras->count; i++)
		free(extras->list[i]);
	free(extras->list);
	free(extras->slots);
	*extras = (struct dw_extras){0};
}

/* Mix two numbers and some bytes into a hash. */
static uint64_t mix(const struct dw_hash_key *key, uint64_t hash, uint64_t numbers,
	const void *bytes, size_t len)
{
	uint64_t all[3] = {hash, numbers, dw_hash(key, bytes, len)};

	return dw_hash(key, all, sizeof(all));
}

uint64_t dw_extras_hash(const struct dw_hash_key *key, const struct dw_rule *rule)
{
	const struct dw_data *data = rule->data;
	uint64_t hash = dw_hash(key, rule->types, rule->type_count * sizeof(rule->types[0]));

	if (!data)
		return hash;
	hash = mix(key, hash,
		(uint64_t)data->ttl << 32 | (uint64_t)data->kind << 1 | data->target_wild,
		data->target, data->target_len);
	for (size_t i = 0; i < data->record_count; i++) {
		const struct dw_record *record = &data->records[i];

		hash = mix(key, hash, (uint64_t)record->ttl << 32 | record->type, record->rdata,
			record->rdata_len);
	}
	return hash;
}

static bool record_equal(const struct dw_record *a, const struct dw_record *b)
{
	return a->type == b->type && a->ttl == b->ttl && a->rdata_len == b->rdata_len &&
	       (a->rdata_len == 0 || memcmp(a->rdata, b->rdata, a->rdata_len) == 0);
}

static bool data_equal(const struct dw_data *a, const struct dw_data *b)
{
	if (!a || !b)
		return a == b;
	if (a->kind != b->kind || a->target_wild != b->target_wild || a->ttl != b->ttl ||
		a->target_len != b->target_len || a->record_count != b->record_count)
		return false;
	if (a->target_len && memcmp(a->target, b->target, a->target_len) != 0)
		return false;
	for (size_t i = 0; i < a->record_count; i++)
		if (!record_equal(&a->records[i], &b->records[i]))
			return false;
	return true;
}

static bool types_equal(const uint16_t *a, size_t a_count, const uint16_t *b, size_t b_count)
{
	return a_count == b_count && memcmp(a, b, a_count * sizeof(*a)) == 0;
}

static bool extra_equal(const struct dw_extra *extra, const struct dw_rule *rule)
{
	return types_equal(extra->types, extra->type_count, rule->types, rule->type_count) &&
	       data_equal(extra->data, rule->data);
}

/* Copy a rule's data to `to`, with the records, target and rdata after it. The caller has allocated
 * enough memory. */
static void data_copy(const struct dw_data *data, struct dw_data *to)
{
	struct dw_record *records = (struct dw_record *)(to + 1);
	uint8_t *bytes = (uint8_t *)(records + data->record_count);

	*to = *data;
	to->records = records;
	to->target = bytes;
	if (data->target_len)
		memcpy(bytes, data->target, data->target_len);
	bytes += data->target_len;
	for (size_t i = 0; i < data->record_count; i++) {
		records[i] = data->records[i];
		records[i].rdata = bytes;
		if (records[i].rdata_len)
			memcpy(bytes, data->records[i].rdata, records[i].rdata_len);
		bytes += records[i].rdata_len;
	}
}

static struct dw_extra *extra_new(const struct dw_rule *rule, uint64_t hash)
{
	const struct dw_data *data = rule->data;
	size_t size = sizeof(struct dw_extra);
	struct dw_extra *extra;

	if (data) {
		size += sizeof(*data) + data->record_count * sizeof(*data->records);
		size += data->target_len;
		for (size_t i = 0; i < data->record_count; i++)
			size += data->records[i].rdata_len;
	}
	extra = calloc(1, size);
	if (!extra)
		return NULL;
	extra->hash = hash;
	extra->type_count = rule->type_count;
	memcpy(extra->types, rule->types, sizeof(extra->types));
	if (data) {
		data_copy(data, (struct dw_data *)(extra + 1));
		extra->data = (struct dw_data *)(extra + 1);
	}
	return extra;
}

static void slots_fill(struct dw_extras *extras)
{
	for (size_t i = 0; i < extras->count; i++) {
		size_t at = extras->list[i]->hash & (extras->slot_count - 1);

		while (extras->slots[at])
			at = (at + 1) & (extras->slot_count - 1);
		extras->slots[at] = (uint32_t)i + 1;
	}
}

static bool slots_grow(struct dw_extras *extras)
{
	size_t count = extras->slot_count ? extras->slot_count * 2 : 16;
	uint32_t *slots;

	if ((extras->count + 1) * 2 <= extras->slot_count)
		return true;
	slots = calloc(count, sizeof(*slots));
	if (!slots)
		return false;
	free(extras->slots);
	extras->slots = slots;
	extras->slot_count = count;
	slots_fill(extras);
	return true;
}

enum dw_result dw_extras_intern(struct dw_extras *extras, const struct dw_rule *rule, uint32_t *out)
{
	struct dw_extra *extra, **list;
	uint64_t hash;
	size_t at;

	if (extras->count > 0 && extra_equal(extras->list[extras->last], rule)) {
		*out = extras->last;
		return DW_OK;
	}
	hash = dw_extras_hash(&extras->key, rule);
	list = dw_grown(extras->list, extras->count, &extras->room);
	if (!list)
		return DW_ERR_MEMORY;
	extras->list = list;
	if (!slots_grow(extras))
		return DW_ERR_MEMORY;
	at = hash & (extras->slot_count - 1);
	for (; extras->slots[at]; at = (at + 1) & (extras->slot_count - 1)) {
		extra = list[extras->slots[at] - 1];
		if (extra->hash == hash && extra_equal(extra, rule)) {
			*out = extras->last = extras->slots[at] - 1;
			return DW_OK;
		}
	}
	extra = extra_new(rule, hash);
	if (!extra)
		return DW_ERR_MEMORY;
	list[extras->count++] = extra;
	extras->slots[at] = (uint32_t)extras->count;
	*out = extras->last = (uint32_t)extras->count - 1;
	return DW_OK;
}

bool dw_extras_equal(const struct dw_rule *a, const struct dw_rule *b)
{
	return types_equal(a->types, a->type_count, b->types, b->type_count) &&
	       data_equal(a->data, b->data);
}
