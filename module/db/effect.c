/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * what a rule means, each meaning once
 */
#include "dnsward-config.h"
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "cold.h"

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

static bool effect_of(struct db_builder *b, size_t source, const struct dw_rule *rule,
	uint32_t *effect)
{
	struct db_effect e = {.trigger = (uint8_t)rule->trigger, .flags = (uint8_t)rule->flags};
	uint32_t types, data;
	bool is_new;

	if (!types_place(b, rule, &types) || !data_place(b, rule->data, &data))
		return false;
	if (types == 0)
		e.flags &= (uint8_t)~DW_RULE_TYPES_NOT;
	db_store16(e.list, (uint16_t)source);
	db_store32(e.types, types);
	db_store32(e.data, data);
	return db_intern_put(&b->effects, &e, sizeof(e), effect, &is_new);
}

bool db_effect_of(struct db_builder *b, size_t source, const struct dw_rule *rule,
	uint32_t *effect)
{
	bool ok;

	pthread_mutex_lock(&b->lock);
	ok = effect_of(b, source, rule, effect);
	pthread_mutex_unlock(&b->lock);
	return ok && *effect < DB_COVERED;
}
