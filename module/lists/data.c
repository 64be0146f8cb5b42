/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * data.c: answers provided by lists, and the collection of their records */
#include "dnsward-config.h"
#include "lists/data.h"

#include <stdlib.h>
#include <string.h>

enum { TYPE_A = 1, TYPE_CNAME = 5, TYPE_AAAA = 28 };

static const uint8_t null_address[16];
static const struct dw_record null_records[] = {
	{.type = TYPE_A, .rdata_len = 4, .ttl = DW_DATA_TTL, .rdata = null_address},
	{.type = TYPE_AAAA, .rdata_len = 16, .ttl = DW_DATA_TTL, .rdata = null_address},
};

const struct dw_data dw_data_nxdomain = {.kind = DW_DATA_NXDOMAIN};
const struct dw_data dw_data_nodata = {.kind = DW_DATA_NODATA};
const struct dw_data dw_data_drop = {.kind = DW_DATA_DROP};
const struct dw_data dw_data_truncate = {.kind = DW_DATA_TRUNCATE};
const struct dw_data dw_data_refused = {.kind = DW_DATA_REFUSED};
const struct dw_data dw_data_null_ip = {
	.kind = DW_DATA_RECORDS, .record_count = 2, .records = null_records};

struct dw_rr dw_rr_of_address(const struct dw_addr *addr)
{
	size_t len = addr->family == 4 ? 4 : 16;

	return (struct dw_rr){
		.type = addr->family == 4 ? TYPE_A : TYPE_AAAA,
		.ttl = DW_DATA_TTL,
		.rdata_len = (uint16_t)len,
		.rdata = addr->bytes + 16 - len,
	};
}

/* One record and the rule it belongs to. The rule's name or pattern, and the rdata, are stored in
 * `bytes`. */
struct entry {
	struct dw_rule rule;
	enum dw_trigger spread; /* if not EXACT: no record, but the trigger the merged rule gets */
	struct dw_record record;
	uint8_t bytes[];
};

struct dw_records {
	size_t count, room;
	struct entry **entries;
};

static struct entry *entry_new(const struct dw_rule *rule, const struct dw_rr *rr)
{
	struct entry *entry =
		malloc(sizeof(*entry) + rule->name_len + rule->pattern_len + 1 + rr->rdata_len);
	uint8_t *bytes;

	if (!entry)
		return NULL;
	entry->rule = *rule;
	entry->spread = DW_TRIGGER_EXACT;
	bytes = entry->bytes;
	if (rule->pattern) {
		entry->rule.pattern = (char *)bytes;
		memcpy(bytes, rule->pattern, rule->pattern_len + 1);
		bytes += rule->pattern_len + 1;
	} else if (rule->name) {
		entry->rule.name = bytes;
		memcpy(bytes, rule->name, rule->name_len);
		bytes += rule->name_len;
	}
	entry->record = (struct dw_record){
		.type = rr->type, .ttl = rr->ttl, .rdata_len = rr->rdata_len, .rdata = bytes};
	if (rr->rdata_len)
		memcpy(bytes, rr->rdata, rr->rdata_len);
	return entry;
}

/* Append an entry to reader->records. Returns NULL if out of memory. */
static struct entry *append_entry(
	struct dw_reader *reader, const struct dw_rule *rule, const struct dw_rr *rr)
{
	struct dw_records *records = reader->records;
	struct entry *entry;

	if (!records)
		records = reader->records = calloc(1, sizeof(*records));
	if (!records)
		return NULL;
	if (records->count == records->room) {
		size_t room = records->room ? records->room * 2 : 64;
		struct entry **entries = realloc(records->entries, room * sizeof(*entries));

		if (!entries)
			return NULL;
		records->entries = entries;
		records->room = room;
	}
	entry = entry_new(rule, rr);
	if (!entry)
		return NULL;
	entry->rule.file = reader->file;
	entry->rule.line = reader->line;
	records->entries[records->count++] = entry;
	return entry;
}

enum dw_result dw_reader_add_record(
	struct dw_reader *reader, const struct dw_rule *rule, const struct dw_rr *rr)
{
	return append_entry(reader, rule, rr) ? DW_OK : DW_ERR_MEMORY;
}

enum dw_result dw_reader_add_spread(struct dw_reader *reader, const struct dw_rule *rule)
{
	static const struct dw_rr none;
	struct entry *entry = append_entry(reader, rule, &none);

	if (!entry)
		return DW_ERR_MEMORY;
	entry->spread = rule->trigger;
	entry->rule.trigger = DW_TRIGGER_EXACT; /* sorted and merged with the records of the name */
	return DW_OK;
}

/* Order by everything that decides what a rule matches: trigger, flags, name or pattern, network
 * and query types. */
static int rule_compare(const struct dw_rule *a, const struct dw_rule *b)
{
	const void *a_bytes = a->pattern ? (const void *)a->pattern : a->name;
	const void *b_bytes = b->pattern ? (const void *)b->pattern : b->name;
	size_t a_len = a->name_len + a->pattern_len, b_len = b->name_len + b->pattern_len;

	if (a->trigger != b->trigger)
		return a->trigger < b->trigger ? -1 : 1;
	if (a->flags != b->flags)
		return a->flags < b->flags ? -1 : 1;
	if (a_len != b_len)
		return a_len < b_len ? -1 : 1;
	if (a_len > 0 && memcmp(a_bytes, b_bytes, a_len) != 0)
		return memcmp(a_bytes, b_bytes, a_len);
	if (memcmp(&a->net, &b->net, sizeof(a->net)) != 0)
		return memcmp(&a->net, &b->net, sizeof(a->net));
	return memcmp(a->types, b->types, sizeof(a->types));
}

static int record_compare(const struct dw_record *a, const struct dw_record *b)
{
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	if (a->rdata_len != b->rdata_len)
		return a->rdata_len < b->rdata_len ? -1 : 1;
	return a->rdata_len ? memcmp(a->rdata, b->rdata, a->rdata_len) : 0;
}

static bool is_before(const struct dw_rule *a, const struct dw_rule *b)
{
	return a->file != b->file ? a->file < b->file : a->line < b->line;
}

/* Sort order for entries: by rule, then by record, then by position in the list. Equal records
 * become neighbours. */
static int entry_compare(const void *a_p, const void *b_p)
{
	const struct entry *a = *(struct entry *const *)a_p, *b = *(struct entry *const *)b_p;
	int order = rule_compare(&a->rule, &b->rule);

	if (order == 0)
		order = record_compare(&a->record, &b->record);
	if (order == 0)
		order = is_before(&a->rule, &b->rule) ? -1 : is_before(&b->rule, &a->rule);
	return order;
}

static void set_target(struct dw_data *data, const struct dw_record *cname, uint8_t *target)
{
	*data = (struct dw_data){
		.kind = DW_DATA_CNAME,
		.ttl = cname->ttl,
		.target_len = (uint8_t)dw_name_lower(cname->rdata, cname->rdata_len, target),
		.target = target,
	};
}

/* Add one rule with the records of entries [from, to), without duplicates. Its position in the list
 * is that of the first entry. */
static enum dw_result flush_group(struct dw_reader *reader, size_t from, size_t to)
{
	struct entry *const *entries = reader->records->entries;
	struct dw_record list[DW_DATA_RECORDS_MAX];
	struct dw_data data = {.kind = DW_DATA_RECORDS, .records = list};
	struct dw_rule rule = entries[from]->rule;
	uint8_t target[DW_NAME_MAX];

	for (size_t i = from; i < to; i++) {
		const struct entry *entry = entries[i];

		if (is_before(&entry->rule, &rule)) {
			rule.file = entry->rule.file;
			rule.line = entry->rule.line;
		}
		if (entry->spread != DW_TRIGGER_EXACT) {
			rule.trigger = entry->spread;
			continue;
		}
		if (i > from && record_compare(&entry->record, &entries[i - 1]->record) == 0)
			continue;
		if (data.record_count < DW_DATA_RECORDS_MAX) {
			list[data.record_count++] = entry->record;
			continue;
		}
		reader->path = dw_rules_file_path(reader->rules, entry->rule.file);
		reader->line = entry->rule.line;
		dw_reader_skip(reader, "more than %d records for a name", DW_DATA_RECORDS_MAX);
	}
	rule.data = data.record_count > 0 ? &data : NULL;
	for (size_t i = 0; i < data.record_count; i++) {
		/* a CNAME excludes other records and is followed */
		if (list[i].type == TYPE_CNAME) {
			set_target(&data, &list[i], target);
			break;
		}
	}
	return dw_rules_add(reader->rules, &rule);
}

enum dw_result dw_records_flush(struct dw_reader *reader)
{
	struct dw_records *records = reader->records;
	enum dw_result result = DW_OK;

	if (!records)
		return DW_OK;
	qsort(records->entries, records->count, sizeof(*records->entries), entry_compare);
	for (size_t from = 0, to; from < records->count && result == DW_OK; from = to) {
		to = from + 1;
		while (to < records->count && rule_compare(&records->entries[from]->rule,
						      &records->entries[to]->rule) == 0)
			to++;
		result = flush_group(reader, from, to);
	}
	return result;
}

void dw_records_free(struct dw_records **records_p)
{
	struct dw_records *records = *records_p;

	if (!records)
		return;
	for (size_t i = 0; i < records->count; i++)
		free(records->entries[i]);
	free(records->entries);
	free(records);
	*records_p = NULL;
}
