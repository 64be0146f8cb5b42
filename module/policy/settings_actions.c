/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_actions.c: the action table, its rows and their conditions */
#include "dnsward-config.h"

#include <string.h>

#include "dnsward/clock.h"
#include "policy/nearest.h"
#include "policy/settings_read.h"

/* A row while it is read. */
struct row {
	struct dw_row row;
	struct dw_vector rules; /* const char * */
	struct dw_vector when;  /* struct dw_window */
};

/* ---- conditions, a value or a list of values each ---- */

#define CATEGORY_EXPECTED "any, a category or a list of categories"

static void add_category(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	struct dw_row *row = field;
	size_t number;

	if (strcmp(value->text, "any") == 0)
		row->any_category = true;
	else if (dw_read_category(r, key, value, &number))
		dw_set_add(&row->categories, number);
}

static void read_category(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	dw_read_values(r, key, value, add_category, field, CATEGORY_EXPECTED);
}

static void add_group(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	struct dw_nearest nearest = {.word = value->text};
	const struct dw_group *groups = r->groups.items;

	for (size_t i = 0; i < r->groups.count; i++) {
		if (strcmp(groups[i].name, value->text) == 0) {
			*(uint64_t *)field |= UINT64_C(1) << i;
			return;
		}
		dw_nearest_try(&nearest, groups[i].name);
	}
	dw_unknown(r, key, value, "the name of a group under clients", nearest.best);
}

void dw_read_groups(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	dw_read_values(r, key, value, add_group, field,
		"the name of a group under clients, or a list of them");
}

static void add_list(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	struct dw_nearest nearest = {.word = value->text};
	const struct dw_list_options *lists = r->lists.items;

	for (size_t i = 0; i < r->lists.count; i++) {
		if (strcmp(lists[i].name, value->text) == 0) {
			dw_set_add(field, i);
			return;
		}
		dw_nearest_try(&nearest, lists[i].name);
	}
	dw_unknown(r, key, value, "the name of a list", nearest.best);
}

static void read_list(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	dw_read_values(r, key, value, add_list, field, "the name of a list, or a list of them");
}

#define TYPE_EXPECTED "a type of query such as A, TXT or TYPE65280"

static void add_type(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	struct dw_row *row = field;
	uint16_t type;

	if (!dw_type_from_text(value->text, &type)) {
		dw_expected(r, key, value, TYPE_EXPECTED);
		return;
	}
	for (size_t i = 0; i < row->type_count; i++)
		if (row->types[i] == type)
			return;
	if (row->type_count == DW_ROW_TYPES_MAX)
		dw_expected(r, key, value, "at most %d types in a row", DW_ROW_TYPES_MAX);
	else
		row->types[row->type_count++] = type;
}

static void read_types(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	dw_read_values(r, key, value, add_type, field, TYPE_EXPECTED ", or a list of them");
}

static void add_window(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	struct dw_window window, *added;
	struct dw_error error;

	if (dw_window_from_text(value->text, value->text_len, &window, &error) != DW_OK) {
		dw_complain(r, DW_ERR_SYNTAX, value->line, key->name, "%s", error.text);
		return;
	}
	added = dw_reading_add(r, field, sizeof(*added));
	if (added)
		*added = window;
}

static void read_when(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	dw_read_values(r, key, value, add_window, field,
		"a time such as \"Sun-Thu 20:30-07:00\", or a list of them");
}

static void add_level(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	enum dw_level level;

	if (dw_level_from_name(value->text, &level))
		*(uint32_t *)field |= UINT32_C(1) << level;
	else
		dw_expected(r, key, value, "%s", DW_LEVEL_EXPECTED);
}

static void read_level(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	dw_read_values(r, key, value, add_level, field, "a level or a list of levels");
}

static void read_rule(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	dw_read_values(r, key, value, dw_add_rule_name, field,
		"the name of a rule, or a list of them");
}

/* ---- the table ---- */

#define AT(field) .offset = offsetof(struct row, field)

static const struct dw_key row_keys[] = {
	{.name = "category", .read = read_category, AT(row)},
	{.name = "unless", .read = dw_read_categories, AT(row.unless)},
	{.name = "clients", .read = dw_read_groups, AT(row.groups)},
	{.name = "types", .read = read_types, AT(row)},
	{.name = "when", .read = read_when, AT(when)},
	{.name = "level", .read = read_level, AT(row.levels)},
	{.name = "rule", .read = read_rule, AT(rules)},
	{.name = "list", .read = read_list, AT(row.lists)},
	{.name = "action", .read = dw_read_action, AT(row), .required = DW_ACTION_EXPECTED},
	{.name = "answer", .read = dw_read_answer, AT(row)},
	{.name = "ttl", .read = dw_read_ttl, AT(row.ttl)},
	{.name = "ede", .read = dw_read_ede, AT(row)},
	{.name = "log", .read = dw_read_yes_no, AT(row.log)},
};
static const struct dw_keys keys = DW_KEYS(row_keys);

enum { CONDITION_KEYS = 8 }; /* those at the table's start */

static bool has_condition(const struct dw_yaml_node *map)
{
	for (size_t i = 0; i < CONDITION_KEYS; i++)
		if (dw_yaml_get(map, row_keys[i].name))
			return true;
	return false;
}

static void check_row(
	struct dw_reading *r, const struct dw_yaml_node *map, const struct dw_row *row)
{
	if (!has_condition(map))
		dw_complain(r, DW_ERR_SYNTAX, map->line, NULL,
			"found a row without a condition; expected one of category, unless, "
			"clients, types, when, level, rule and list (\"category: any\" fits "
			"everything)");
	dw_check_effect(r, map, row);
}

static void add_row(struct dw_reading *r, const struct dw_yaml_node *map, const struct row *read)
{
	struct dw_row *row;

	if (r->rows.count > DW_SETTINGS_ROWS_MAX)
		return; /* told once is enough */
	if (r->rows.count == DW_SETTINGS_ROWS_MAX)
		dw_complain(r, DW_ERR_LIMIT, map->line, NULL, "found more than %d rows",
			DW_SETTINGS_ROWS_MAX);
	row = dw_reading_add(r, &r->rows, sizeof(*row));
	if (!row)
		return;
	*row = read->row;
	row->number = (uint32_t)r->rows.count;
	if (row->any_category) /* whatever else was named */
		row->categories = (struct dw_set){0};
	row->any_category = dw_set_empty(&row->categories);
	row->has_lists = !dw_set_empty(&row->lists);
	row->rules = read->rules.items;
	row->rule_count = read->rules.count;
	row->when = read->when.items;
	row->when_count = read->when.count;
}

static void read_row(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *node, void *field)
{
	struct row read = {
		.row = {.file = dw_reading_file(r), .line = node->line, .ttl = DW_ROW_TTL_DEFAULT}};
	const char *outer = r->section;

	(void)field;
	if (!dw_read_map(r, key->name, keys, node, "a map with conditions and an action", &read))
		return;
	r->section = key->name;
	check_row(r, node, &read.row);
	add_row(r, node, &read);
	r->section = outer;
}

void dw_read_actions(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	(void)field;
	dw_read_items(r, key, value, read_row,
		"a list of rows, each a map with conditions and an action");
}
