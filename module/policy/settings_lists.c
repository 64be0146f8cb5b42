/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_lists.c: the lists of dnsward.yaml */
#include "dnsward-config.h"

#include <stdio.h>
#include <string.h>

#include "dnsward/lists.h"
#include "dnsward/signature.h"
#include "policy/nearest.h"
#include "policy/settings_read.h"

/* ---- format ---- */

static void read_format(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	struct dw_nearest nearest = {.word = value->kind == DW_YAML_SCALAR ? value->text : ""};
	char known[128] = "";
	size_t len = 0;

	if (value->kind == DW_YAML_SCALAR && dw_list_format_from_name(value->text, field))
		return;
	for (int f = 0; f < DW_FORMAT_COUNT; f++) {
		const char *name = dw_list_format_name((enum dw_list_format)f);

		dw_nearest_try(&nearest, name);
		len += (size_t)snprintf(
			known + len, sizeof(known) - len, "%s%s", f ? ", " : "one of ", name);
	}
	dw_unknown(r, key, value, known, nearest.best);
}

/* Keys that mean something in one format alone. */
static const struct {
	const char *key;
	enum dw_list_format format;
} format_keys[] = {
	{"match", DW_FORMAT_DOMAINS},
	{"zone", DW_FORMAT_RPZ},
	{"skip-triggers", DW_FORMAT_RPZ},
	{"top", DW_FORMAT_RANKING},
	{"host-fields", DW_FORMAT_SIGMA},
};

static void check_format_keys(
	struct dw_reading *r, const struct dw_yaml_node *map, enum dw_list_format format)
{
	for (size_t i = 0; i < sizeof(format_keys) / sizeof(format_keys[0]); i++) {
		const struct dw_yaml_node *value = dw_yaml_get(map, format_keys[i].key);

		if (value && format != DW_FORMAT_AUTO && format != format_keys[i].format)
			dw_complain(r, DW_ERR_SYNTAX, value->line, format_keys[i].key,
				"found with format: %s; expected with %s or auto alone",
				dw_list_format_name(format),
				dw_list_format_name(format_keys[i].format));
	}
}

/* ---- categories ---- */

static void read_category(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	if (dw_is_value(r, key, value, "a category"))
		(void)dw_read_given(r, key, value, field, NULL);
}

static void read_exceptions(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	if (dw_is_value(r, key, value, "own or a category") && strcmp(value->text, "own") != 0)
		(void)dw_read_given(r, key, value, field, NULL);
}

/* ---- what `dnsward fetch` alone uses ---- */

static void read_url(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	static const char *const schemes[] = {"https://", "http://", "file:///"};
	static const char expected[] =
		"an address that starts with https://, http:// or file:///";

	if (!dw_is_value(r, key, value, expected))
		return;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (strncmp(value->text, schemes[i], strlen(schemes[i])) == 0) {
			*(const char **)field = dw_reading_text(r, value->text, value->text_len);
			return;
		}
	}
	dw_expected(r, key, value, expected);
}

/* What is fetched is one file. */
static void check_fetched_path(
	struct dw_reading *r, const struct dw_yaml_node *map, const struct dw_list_options *list)
{
	const char *slash = list->url && list->path ? strrchr(list->path, '/') : NULL;

	if (slash && strpbrk(slash, "*?["))
		dw_complain(r, DW_ERR_SYNTAX, dw_yaml_get(map, "path")->line, "path",
			"found a pattern and a url; expected the path of the one file that is "
			"fetched");
}

/* ---- the table ---- */

static void read_zone(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	uint8_t wire[DW_NAME_MAX];
	struct dw_error error;
	size_t len;

	if (!dw_is_value(r, key, value, "the name of a zone"))
		return;
	if (dw_name_from_text(value->text, value->text_len, wire, &len, &error) != DW_OK)
		dw_expected(r, key, value, "the name of a zone (%s)", error.text);
	else
		*(const char **)field = dw_reading_text(r, value->text, value->text_len);
}

void dw_read_public_key(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	struct dw_public_key public_key;
	struct dw_error error;
	char text[DW_PUBLIC_KEY_TEXT_MAX];

	if (!dw_is_value(r, key, value, "a minisign public key"))
		return;
	if (dw_public_key_from_text(value->text, value->text_len, &public_key, &error) != DW_OK)
		dw_expected(r, key, value, "a minisign public key, RW... (%s)", error.text);
	else
		*(const char **)field = dw_reading_text(r,
			dw_public_key_to_text(&public_key, text), DW_PUBLIC_KEY_TEXT_MAX - 1);
}

static const struct dw_choice matches[] = {
	{.word = "exact", .value = false},
	{.word = "subtree", .value = true},
	{0},
};

static void read_match(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	int subtree = *(const bool *)field;

	dw_read_choice(r, key, value, &subtree);
	*(bool *)field = subtree != 0;
}

/* Whether rules that also ask for what is known on hosts alone are taken for the rest of them. */
static const struct dw_choice host_fields[] = {
	{.word = "skip", .value = false},
	{.word = "ignore", .value = true},
	{0},
};

static void read_host_fields(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	int ignore = *(const bool *)field;

	dw_read_choice(r, key, value, &ignore);
	*(bool *)field = ignore != 0;
}

static const struct dw_range counts = {0, UINT32_MAX};
static const struct dw_range ages = {1, 520 * UINT64_C(604800)};
static const struct dw_range refreshes = {60, 12 * UINT64_C(604800)};

#define AT(field) .offset = offsetof(struct dw_list_options, field)

static const struct dw_key list_keys[] = {
	{.name = "name", .read = dw_read_name, AT(name), .required = "a name for the list"},
	{.name = "path", .read = dw_read_path, AT(path), .required = "a file, a folder or a glob"},
	{.name = "url", .read = read_url, AT(url)},
	{.name = "refresh", .read = dw_read_duration, AT(refresh), .of = &refreshes},
	{.name = "format", .read = read_format, AT(format)},
	{.name = "category", .read = read_category, AT(category)},
	{.name = "match", .read = read_match, AT(match_subtree), .of = matches},
	{.name = "exceptions", .read = read_exceptions, AT(exceptions)},
	{.name = "trust-answers", .read = dw_read_yes_no, AT(trust_answers)},
	{.name = "suffixes", .read = dw_read_yes_no, AT(suffixes)},
	{.name = "min-rules", .read = dw_read_size, AT(min_rules), .of = &counts},
	{.name = "max-age", .read = dw_read_duration, AT(max_age), .of = &ages},
	{.name = "zone", .read = read_zone, AT(zone)},
	{.name = "skip-triggers", .read = dw_read_yes_no, AT(skip_triggers)},
	{.name = "host-fields", .read = read_host_fields, AT(ignore_host_fields), .of = host_fields},
	{.name = "top", .read = dw_read_size, AT(top), .of = &counts},
	{.name = "public-key", .read = dw_read_public_key, AT(public_key)},
};
static const struct dw_keys keys = DW_KEYS(list_keys);

static void check_unique(struct dw_reading *r, const struct dw_list_options *list)
{
	const struct dw_list_options *lists = r->lists.items;

	for (size_t i = 0; i < r->lists.count; i++)
		if (list->name && strcmp(lists[i].name, list->name) == 0)
			dw_complain(r, DW_ERR_SYNTAX, list->line, "name",
				"found \"%s\" again; expected a name of its own (the other one "
				"stands in %s:%u)",
				list->name, lists[i].file, lists[i].line);
}

/* The name serves as the category where none is given. */
static void default_category(
	struct dw_reading *r, const struct dw_yaml_node *map, struct dw_list_options *list)
{
	static const struct dw_key key = {.name = "category"};

	if (list->name && !dw_yaml_get(map, "category"))
		(void)dw_read_given(r, &key, dw_yaml_get(map, "name"), &list->category, NULL);
}

static void read_list(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *node, void *field)
{
	struct dw_list_options list = {
		.refresh = DW_LIST_REFRESH_DEFAULT,
		.file = dw_reading_file(r),
		.line = node->line,
	};
	struct dw_list_options *added;
	const char *outer = r->section;

	(void)field;
	if (!dw_read_map(r, key->name, keys, node, "a map with name and path", &list))
		return;
	r->section = key->name;
	check_unique(r, &list);
	check_format_keys(r, node, list.format);
	check_fetched_path(r, node, &list);
	default_category(r, node, &list);
	r->section = outer;
	if (!list.name)
		return;
	if (r->lists.count == DW_SETTINGS_LISTS_MAX) {
		dw_complain(r, DW_ERR_LIMIT, node->line, key->name, "found more than %d lists",
			DW_SETTINGS_LISTS_MAX);
		return;
	}
	added = dw_reading_add(r, &r->lists, sizeof(*added));
	if (added)
		*added = list;
}

void dw_read_lists(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *value,
	void *field)
{
	(void)field;
	dw_read_items(r, key, value, read_list, "a list of lists, each a map with name and path");
}
