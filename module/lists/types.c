/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * types.c: parser for conditions on the query type */
#include "dnsward-config.h"
#include "lists/types.h"

#include "lists/data.h"

struct types {
	size_t count;
	uint16_t types[DW_RULE_TYPES_MAX];
};

static bool has(const struct types *set, uint16_t type)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->types[i] == type)
			return true;
	return false;
}

static void put(struct types *set, uint16_t type)
{
	size_t at = set->count;

	if (has(set, type))
		return;
	/* sorted, so that equal conditions compare equal however they are written */
	for (; at > 0 && set->types[at - 1] > type; at--)
		set->types[at] = set->types[at - 1];
	set->types[at] = type;
	set->count++;
}

bool dw_reader_types(
	struct dw_reader *reader, struct span text, char part, char sign, struct dw_rule *rule)
{
	struct types only = {0}, but = {0}, all = {0};
	struct span word;

	while (span_part(&text, part, &word)) {
		bool negated;
		uint16_t type;

		word = span_trim(word);
		negated = word.len > 0 && *word.at == sign;
		type = dw_rr_type(span_from(word, negated));
		if (type == 0) {
			dw_reader_skip(reader, "unknown query type");
			return false;
		}
		if (only.count == DW_RULE_TYPES_MAX || but.count == DW_RULE_TYPES_MAX) {
			dw_reader_skip(reader, "more than %d query types", DW_RULE_TYPES_MAX);
			return false;
		}
		put(negated ? &but : &only, type);
	}
	for (size_t i = 0; i < only.count; i++)
		if (!has(&but, only.types[i]))
			put(&all, only.types[i]);
	if (only.count > 0 && all.count == 0) {
		dw_reader_skip(reader, "query types that exclude each other");
		return false;
	}
	if (only.count == 0) {
		all = but;
		rule->flags |= DW_RULE_TYPES_NOT;
	}
	rule->type_count = (uint8_t)all.count;
	memcpy(rule->types, all.types, sizeof(rule->types));
	return true;
}
