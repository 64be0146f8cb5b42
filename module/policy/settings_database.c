/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_database.c: the ready-made database */
#include "dnsward-config.h"

#include "policy/settings_read.h"

static void read_category(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	if (dw_is_value(r, key, value, "a category"))
		(void)dw_read_given(r, key, value, NULL, field);
}

static const struct dw_range ages = {1, 520 * UINT64_C(604800)};

#define AT(field) .offset = offsetof(struct dw_database_settings, field)

static const struct dw_key database_keys[] = {
	{.name = "path", .read = dw_read_path, AT(path), .required = "the path of a database"},
	{.name = "public-key",
		.read = dw_read_public_key,
		AT(public_key),
		.required = "the minisign public key that it is signed with"},
	{.name = "max-age", .read = dw_read_duration, AT(max_age), .of = &ages},
	{.name = "category", .read = read_category, AT(category)},
};
static const struct dw_keys keys = DW_KEYS(database_keys);

void dw_read_database(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	static const struct dw_yaml_node category = {
		.kind = DW_YAML_SCALAR, .text = "database", .text_len = 8};
	struct dw_database_settings *database = field;

	if (dw_is_empty(value))
		return;
	database->file = dw_reading_file(r);
	database->line = value->line;
	if (dw_read_map(r, key->name, keys, value, "a map with path and public-key", database) &&
		dw_yaml_get(value, "category") == NULL)
		(void)dw_read_given(r, key, &category, NULL, &database->category);
}
