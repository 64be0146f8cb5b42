/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * one walk over all rules
 */
#include "dnsward-config.h"
#include <stdlib.h>
#include <string.h>

#include "build.h"

static bool add_pattern(struct db_builder *b, const struct dw_rule *rule, uint32_t effect)
{
	if (!db_grow(&b->patterns, b->pattern_count, &b->pattern_room, sizeof(b->patterns[0])))
		return false;
	b->patterns[b->pattern_count++] = (struct db_build_pattern){
		.trigger = rule->trigger,
		.text = rule->pattern,
		.len = rule->pattern_len,
		.effect = effect,
		.file = rule->file,
		.line = rule->line,
	};
	return true;
}

static bool add_net(struct db_builder *b, const struct dw_rule *rule, uint32_t effect)
{
	if (!db_grow(&b->nets, b->net_count, &b->net_room, sizeof(b->nets[0])))
		return false;
	b->nets[b->net_count++] =
		(struct db_build_net){rule->net, effect, rule->file, rule->line};
	return true;
}

static bool add_chunk(struct db_builder *b, size_t source, size_t cursor)
{
	if (!db_grow(&b->chunks, b->chunk_count, &b->chunk_room, sizeof(b->chunks[0])))
		return false;
	b->chunks[b->chunk_count++] = (struct db_chunk){
		.source = source,
		.cursor = cursor,
		.first_name = b->name_count,
	};
	return true;
}

/* Names are only counted: gather.c takes them. */
static bool add_rule(struct db_builder *b, size_t source, const struct dw_rule *rule)
{
	uint32_t effect;

	b->chunks[b->chunk_count - 1].rules++;
	if (rule->trigger <= DW_TRIGGER_SUBNAMES) {
		b->name_count++;
		return true;
	}
	if (!db_effect_of(b, source, rule, &effect))
		return false;
	return rule->trigger == DW_TRIGGER_ANSWER_NET ? add_net(b, rule, effect)
	                                              : add_pattern(b, rule, effect);
}

/* Number the lines of all files through, so that one number tells both. `last` has the
 * last line of each file of the source, and gets the number of its line 0. */
static enum dw_result number_lines(struct db_builder *b, size_t source, uint32_t *last)
{
	const struct dw_rules *rules = b->sources[source].rules;

	for (size_t i = 0; i < dw_rules_file_count(rules); i++) {
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

static enum dw_result survey_source(struct db_builder *b, size_t source)
{
	const struct dw_rules *rules = b->sources[source].rules;
	size_t file_count = dw_rules_file_count(rules), cursor = 0, before = 0;
	size_t first_pattern = b->pattern_count, first_net = b->net_count, seen = 0;
	uint32_t *last = calloc(file_count + 1, sizeof(last[0]));
	struct dw_rule rule;
	enum dw_result result = DW_OK;

	b->file_base[source] = last;
	if (last == NULL)
		return db_no_memory(b);
	for (; result == DW_OK && dw_rules_next(rules, &cursor, &rule); before = cursor) {
		if (rule.line > last[rule.file])
			last[rule.file] = rule.line;
		if (seen % DB_CHUNK_RULES == 0)
			result = db_cancelled(b);
		if (result == DW_OK &&
			((seen++ % DB_CHUNK_RULES == 0 && !add_chunk(b, source, before)) ||
				!add_rule(b, source, &rule)))
			result = db_no_memory(b);
	}
	if (result == DW_OK)
		result = number_lines(b, source, last);
	for (size_t i = first_pattern; i < b->pattern_count; i++)
		b->patterns[i].line += last[b->patterns[i].file];
	for (size_t i = first_net; i < b->net_count; i++)
		b->nets[i].line += last[b->nets[i].file];
	return result;
}

enum dw_result db_survey(struct db_builder *b)
{
	enum dw_result result = DW_OK;

	b->file_base = calloc(b->source_count + 1, sizeof(b->file_base[0]));
	if (b->file_base == NULL)
		return db_no_memory(b);
	for (size_t i = 0; i < b->source_count && result == DW_OK; i++)
		result = survey_source(b, i);
	if (result == DW_OK && b->name_count > UINT32_MAX - 1)
		return dw_fail(b->err, DW_ERR_LIMIT, NULL, 0,
			"%zu names; at most %u are possible", b->name_count, UINT32_MAX - 1);
	return result;
}
