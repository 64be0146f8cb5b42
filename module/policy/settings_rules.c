/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_rules.c: the rules of dnsward.yaml, and which rules are switched off */
#include "dnsward-config.h"

#include <string.h>

#include "base/ascii.h"
#include "policy/settings_read.h"

/* A rule is read twice: what it is called first, then its conditions, which go into the
 * detections as they come. */

/* ---- a rule ---- */

static bool is_technique(const char *text)
{
	size_t digits = 0, len = strlen(text);

	if (text[0] != 'T' || (len != 5 && len != 9) || (len == 9 && text[5] != '.'))
		return false;
	for (size_t i = 1; i < len; i++)
		digits += ascii_is_digit((uint8_t)text[i]);
	return digits == (len == 5 ? 4 : 7);
}

static void read_technique(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	static const char expected[] = "a technique of MITRE ATT&CK such as T1071.004";

	if (!dw_is_value(r, key, value, expected))
		return;
	if (is_technique(value->text))
		*(const char **)field = dw_reading_text(r, value->text, value->text_len);
	else
		dw_expected(r, key, value, "%s", expected);
}

static void read_level(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	if (dw_is_value(r, key, value, DW_LEVEL_EXPECTED) &&
		!dw_level_from_name(value->text, field))
		dw_expected(r, key, value, "%s", DW_LEVEL_EXPECTED);
}

/* `targets: no` */
static void read_targets(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	bool targets = true;

	dw_read_yes_no(r, key, value, &targets);
	*(bool *)field = !targets;
}

static void read_category(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	if (dw_is_value(r, key, value, "a category"))
		(void)dw_read_given(r, key, value, field, NULL);
}

#define AT(field) .offset = offsetof(struct dw_detection, field)

static const struct dw_key rule_keys[] = {
	{.name = "name", .read = dw_read_name, AT(name), .required = "a name for the rule"},
	{.name = "category", .read = read_category, AT(category), .required = "a category"},
	{.name = "technique", .read = read_technique, AT(technique)},
	{.name = "level", .read = read_level, AT(level)},
	{.name = "targets", .read = read_targets, AT(question_only)},
	{.name = "types", .read = dw_read_nothing},
	{.name = "any", .read = dw_read_nothing},
	{.name = "all", .read = dw_read_nothing},
	{.name = "except", .read = dw_read_nothing},
};
static const struct dw_keys keys = DW_KEYS(rule_keys);

static const enum dw_grouping any_of = DW_ANY_OF, all_of = DW_ALL_OF, none_of = DW_NOT;
static const struct dw_key condition_keys[] = {
	{.name = "types", .read = dw_read_condition_types},
	{.name = "any", .read = dw_read_conditions, .of = &any_of},
	{.name = "all", .read = dw_read_conditions, .of = &all_of},
	{.name = "except", .read = dw_read_conditions, .of = &none_of},
};

static void check_conditions(struct dw_reading *r, const struct dw_yaml_node *map)
{
	if (!dw_yaml_get(map, "any") && !dw_yaml_get(map, "all") && !dw_yaml_get(map, "types"))
		dw_complain(r, DW_ERR_SYNTAX, map->line, NULL,
			"found a rule without conditions; expected any, all or types");
}

static void check_unique(struct dw_reading *r, const struct dw_detection *rule)
{
	struct dw_detection other;

	for (size_t i = 0; rule->name && i < dw_detections_count(r->detections); i++) {
		dw_detections_get(r->detections, i, &other);
		if (strcmp(other.name, rule->name) == 0)
			dw_complain(r, DW_ERR_SYNTAX, rule->line, "name",
				"found \"%s\" again; expected a name of its own (the other one "
				"stands in %s:%u)",
				rule->name, other.file, other.line);
	}
}

static void read_all_conditions(
	struct dw_reading *r, const struct dw_yaml_node *map, const struct dw_detection *rule)
{
	struct dw_error error;
	enum dw_result result;

	dw_detection_begin(r->detections, rule);
	dw_detection_open(r->detections, DW_ALL_OF);
	for (size_t i = 0; i < sizeof(condition_keys) / sizeof(condition_keys[0]); i++)
		dw_read_key(r, &condition_keys[i], map, NULL);
	dw_detection_close(r->detections);
	result = dw_detection_end(r->detections, &error);
	if (result == DW_ERR_MEMORY)
		r->no_memory = true;
	else if (result != DW_OK)
		dw_complain(r, result, map->line, NULL, "%s", error.text);
}

/* The settings are kept as they were written, and that is after their files are closed. */
static const struct dw_yaml_node *copy_node(struct dw_reading *r, const struct dw_yaml_node *node)
{
	struct dw_yaml_node *copy = dw_reading_alloc(r, 1, sizeof(*copy));
	const struct dw_yaml_node **items = dw_reading_alloc(r, node->count + 1, sizeof(*items));
	const struct dw_yaml_node **names = dw_reading_alloc(r, node->count + 1, sizeof(*names));

	if (!copy || !items || !names)
		return NULL;
	*copy = *node;
	copy->text = node->text ? dw_reading_text(r, node->text, node->text_len) : NULL;
	copy->items = items;
	copy->keys = names;
	for (size_t i = 0; i < node->count && !r->no_memory; i++) {
		items[i] = copy_node(r, node->items[i]);
		names[i] = node->kind == DW_YAML_MAP ? copy_node(r, node->keys[i]) : NULL;
	}
	return copy;
}

static void keep_node(struct dw_reading *r, const struct dw_yaml_node *node)
{
	const struct dw_yaml_node *copy = copy_node(r, node);
	const struct dw_yaml_node **added =
		copy ? dw_reading_add(r, &r->rule_nodes, sizeof(*added)) : NULL;

	if (added)
		*added = copy;
}

static void read_rule(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *node, void *field)
{
	struct dw_detection rule = {.list = "", .file = dw_reading_file(r), .line = node->line};
	const char *outer = r->section;

	(void)field;
	if (!dw_read_map(
		    r, key->name, keys, node, "a map with name, category and conditions", &rule))
		return;
	r->section = key->name;
	check_unique(r, &rule);
	check_conditions(r, node);
	if (rule.name && rule.category)
		read_all_conditions(r, node, &rule);
	r->section = outer;
	keep_node(r, node);
}

void dw_read_rules(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *value,
	void *field)
{
	(void)field;
	if (!r->detections && dw_detections_new(&r->detections) != DW_OK) {
		r->no_memory = true;
		return;
	}
	dw_read_items(
		r, key, value, read_rule, "a list of rules, each a map with name and category");
}

/* ---- which are switched off ---- */

static bool is_rule_name(const char *text, size_t len)
{
	if (len == 0 || len >= DW_DETECTION_NAME_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((uint8_t)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	return true;
}

/* NULL, with a complaint, for what no rule is called. */
static const char *read_rule_name(
	struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *value)
{
	if (is_rule_name(value->text, value->text_len))
		return dw_reading_text(r, value->text, value->text_len);
	dw_expected(r, key, value, "the name of a rule, or the id of a Sigma rule");
	return NULL;
}

void dw_add_rule_name(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	const char *name = read_rule_name(r, key, value);
	const char **added = name ? dw_reading_add(r, field, sizeof(*added)) : NULL;

	if (added)
		*added = name;
}

static void add_disabled(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	const char *name = read_rule_name(r, key, value);
	struct dw_disabled *added = name ? dw_reading_add(r, field, sizeof(*added)) : NULL;

	if (added)
		*added = (struct dw_disabled){name, dw_reading_place(r, value)};
}

void dw_read_disable(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	(void)field;
	if (!dw_is_empty(value))
		dw_read_values(r, key, value, add_disabled, &r->disabled,
			"the name of a rule or the id of a Sigma rule, or a list of them");
}
