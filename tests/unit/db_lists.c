/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * lists written down in a test, and the database of them
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db_lists.h"
#include "unit.h"

void db_lists_init(struct db_lists *l)
{
	*l = (struct db_lists){.build.threads = 1, .build.generation = 1};
	strcpy(l->dir, "/tmp/dnsward-db-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(l->dir));
	snprintf(l->path, sizeof(l->path), "%s/db", l->dir);
}

void db_lists_clear(struct db_lists *l)
{
	for (size_t i = 0; i < l->count; i++)
		dw_rules_free(&l->rules[i]);
	unlink(l->path);
	rmdir(l->dir);
}

size_t db_lists_add(struct db_lists *l, const char *name, const char *category,
	const char *exceptions, enum dw_list_format format)
{
	size_t i = l->count++;

	ck_assert_uint_lt(i, DB_LISTS_MAX);
	ck_assert_int_eq(dw_rules_new(&l->rules[i]), DW_OK);
	ck_assert_int_eq(dw_rules_file(l->rules[i], name, &l->file[i]), DW_OK);
	l->options[i] = (struct dw_list_options){
		.name = name,
		.category = category,
		.exceptions = exceptions,
		.format = format,
	};
	l->sources[i] = (struct dw_db_source){
		.list = &l->options[i],
		.format = format,
		.rules = l->rules[i],
	};
	return i;
}

void db_lists_rule(struct db_lists *l, size_t list, struct dw_rule *rule)
{
	rule->file = l->file[list];
	rule->line = ++l->line[list];
	ck_assert_int_eq(dw_rules_add(l->rules[list], rule), DW_OK);
}

static void read_types(struct dw_rule *rule, const char *text)
{
	if (*text == '-') {
		rule->flags |= DW_RULE_TYPES_NOT;
		text++;
	}
	for (char *end; *text != '\0'; text = *end == ',' ? end + 1 : end)
		rule->types[rule->type_count++] = (uint16_t)strtoul(text, &end, 10);
}

static void read_flags(struct dw_rule *rule, const char **text)
{
	static const struct {
		char sign;
		uint32_t flag;
	} signs[] = {
		{'@', DW_RULE_EXCEPTION}, {'!', DW_RULE_IMPORTANT}, {'~', DW_RULE_INVERT},
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (**text == signs[i].sign) {
			rule->flags |= signs[i].flag;
			++*text;
		}
	}
}

void db_lists_text(struct db_lists *l, size_t list, const char *text)
{
	static const char triggers[] = {
		[DW_TRIGGER_EXACT] = '=', [DW_TRIGGER_SUBTREE] = '^', [DW_TRIGGER_SUBNAMES] = '*',
		[DW_TRIGGER_GLOB] = '?', [DW_TRIGGER_GLOB_LABEL] = '&', [DW_TRIGGER_REGEX] = '/',
	};
	struct dw_rule rule = {0};
	const char *space = strchr(text, ' ');
	uint8_t name[DW_NAME_MAX];
	char pattern[256];

	read_flags(&rule, &text);
	while ((size_t)rule.trigger < sizeof(triggers) && triggers[rule.trigger] != *text)
		rule.trigger++;
	ck_assert_uint_lt(rule.trigger, sizeof(triggers));
	snprintf(pattern, sizeof(pattern), "%s", text + 1);
	if (space != NULL) {
		pattern[space - text - 1] = '\0';
		read_types(&rule, space + 1);
	}
	if (rule.trigger <= DW_TRIGGER_SUBNAMES) {
		ck_assert_int_eq(dw_name_from_text(pattern, strlen(pattern), name, &rule.name_len,
			NULL), DW_OK);
		rule.name = name;
	} else {
		rule.pattern = pattern;
		rule.pattern_len = strlen(pattern);
	}
	db_lists_rule(l, list, &rule);
}

struct dw_db *db_lists_open(struct db_lists *l)
{
	struct dw_db *db;
	struct dw_error err = {.text = ""};

	ck_assert_msg(dw_db_build(l->path, l->sources, l->count, &l->build, &l->stats, &err) ==
		DW_OK, "%s", err.text);
	ck_assert_msg(dw_db_open(l->path, &db, &err) == DW_OK, "%s", err.text);
	ck_assert_msg(dw_db_verify(db, &err) == DW_OK, "%s", err.text);
	return db;
}

void db_ask_with(const struct dw_db *db, struct dw_pattern_scratch *scratch, const char *text,
	uint16_t qtype, struct dw_hits *hits)
{
	uint8_t name[DW_NAME_MAX];
	size_t len;
	struct dw_labels labels;

	ck_assert_int_eq(dw_name_from_text(text, strlen(text), name, &len, NULL), DW_OK);
	dw_name_labels(name, len, &labels);
	dw_db_lookup(db, scratch, name, len, &labels, qtype, hits);
}

void db_ask(const struct dw_db *db, const char *text, uint16_t qtype, struct dw_hits *hits)
{
	struct dw_pattern_scratch *scratch;

	ck_assert_int_eq(dw_db_scratch_new(db, &scratch), DW_OK);
	db_ask_with(db, scratch, text, qtype, hits);
	dw_pattern_scratch_free(&scratch);
}
