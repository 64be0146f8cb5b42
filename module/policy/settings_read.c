/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_read.c: maps by their tables, lists, and single values */
#include "dnsward-config.h"
#include "policy/settings_read.h"

#include <stdio.h>
#include <string.h>

#include "policy/nearest.h"

/* ---- memory ---- */

void *dw_reading_alloc(struct dw_reading *r, size_t count, size_t size)
{
	void *piece = dw_arena_alloc(r->arena, count, size);

	if (!piece)
		r->no_memory = true;
	return piece;
}

const char *dw_reading_text(struct dw_reading *r, const char *text, size_t len)
{
	const char *copy = dw_arena_text(r->arena, text, len);

	if (!copy)
		r->no_memory = true;
	return copy;
}

const char *dw_reading_join(struct dw_reading *r, const char *first, const char *second)
{
	size_t first_len = strlen(first), second_len = strlen(second);
	char *joined = dw_reading_alloc(r, first_len + second_len + 1, 1);

	if (joined) {
		memcpy(joined, first, first_len);
		memcpy(joined + first_len, second, second_len);
	}
	return joined;
}

void *dw_reading_add(struct dw_reading *r, struct dw_vector *vector, size_t size)
{
	if (vector->count == vector->capacity) {
		size_t capacity = vector->capacity ? vector->capacity * 2 : 8;
		void *grown = dw_reading_alloc(r, capacity, size);

		if (!grown)
			return NULL;
		if (vector->count > 0)
			memcpy(grown, vector->items, vector->count * size);
		vector->items = grown;
		vector->capacity = capacity;
	}
	return (char *)vector->items + vector->count++ * size;
}

/* ---- maps ---- */

static const struct dw_key *find_key(struct dw_keys keys, const char *name)
{
	for (size_t i = 0; i < keys.count; i++)
		if (strcmp(keys.key[i].name, name) == 0)
			return &keys.key[i];
	return NULL;
}

static void complain_of_unknown(
	struct dw_reading *r, struct dw_keys keys, const struct dw_yaml_node *name)
{
	struct dw_nearest nearest = {.word = name->text};
	char known[256] = "";
	size_t len = 0;

	for (size_t i = 0; i < keys.count; i++)
		dw_nearest_try(&nearest, keys.key[i].name);
	for (size_t i = 0; i < keys.count; i++) {
		size_t left = sizeof(known) - len;
		int more = snprintf(known + len, left, "%s%s", i ? ", " : "", keys.key[i].name);

		len += (size_t)more < left ? (size_t)more : left - 1;
	}
	if (nearest.best)
		dw_complain(r, DW_ERR_SYNTAX, name->line, NULL,
			"unknown key \"%.60s\"; did you mean \"%s\"?", name->text, nearest.best);
	else
		dw_complain(r, DW_ERR_SYNTAX, name->line, NULL,
			"unknown key \"%.60s\"; expected one of %s, or a key of your own that "
			"starts with x-",
			name->text, known);
}

static void check_once(struct dw_reading *r, const struct dw_key *key, uint32_t line)
{
	struct dw_seen *seen = r->seen.items;

	for (size_t i = 0; i < r->seen.count; i++) {
		if (seen[i].key != key)
			continue;
		dw_complain(r, DW_ERR_SYNTAX, line, key->name,
			"given again; it stands in %s:%u already",
			((const char *const *)r->files.items)[seen[i].file], seen[i].line);
		return;
	}
	seen = dw_reading_add(r, &r->seen, sizeof(*seen));
	if (seen)
		*seen = (struct dw_seen){.key = key, .file = r->file, .line = line};
}

void dw_check_keys(struct dw_reading *r, struct dw_keys keys, const struct dw_yaml_node *map)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct dw_yaml_node *name = map->keys[i];
		const struct dw_key *key = find_key(keys, name->text);

		if (strncmp(name->text, "x-", 2) == 0)
			continue;
		if (!key)
			complain_of_unknown(r, keys, name);
		else if (!key->read)
			dw_complain(r, DW_ERR_UNSUPPORTED, name->line, key->name,
				"not in this version");
		else if (key->once)
			check_once(r, key, name->line);
	}
	for (size_t i = 0; i < keys.count; i++) {
		const struct dw_key *key = &keys.key[i];

		if (key->required && !dw_yaml_get(map, key->name))
			dw_complain(r, DW_ERR_SYNTAX, map->line, key->name,
				"found nothing; expected %s", key->required);
	}
}

void dw_read_key(
	struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *map, void *into)
{
	const struct dw_yaml_node *value = dw_yaml_get(map, key->name);

	if (value && key->read)
		key->read(r, key, value, into ? (char *)into + key->offset : NULL);
}

bool dw_read_map(struct dw_reading *r, const char *section, struct dw_keys keys,
	const struct dw_yaml_node *node, const char *expected, void *into)
{
	const char *outer = r->section;

	r->section = section;
	if (node->kind == DW_YAML_MAP) {
		dw_check_keys(r, keys, node);
		for (size_t i = 0; i < keys.count; i++)
			dw_read_key(r, &keys.key[i], node, into);
	} else {
		dw_expected(r, NULL, node, "%s", expected);
	}
	r->section = outer;
	return node->kind == DW_YAML_MAP;
}

/* ---- lists ---- */

bool dw_is_empty(const struct dw_yaml_node *node)
{
	if (node->kind == DW_YAML_SCALAR)
		return node->text_len == 0 && !node->quoted;
	return node->kind == DW_YAML_LIST && node->count == 0;
}

void dw_read_items(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *list,
	dw_read_fn *read, const char *expected)
{
	if (dw_is_empty(list))
		return;
	if (list->kind != DW_YAML_LIST) {
		dw_expected(r, key, list, "%s", expected);
		return;
	}
	for (size_t i = 0; i < list->count && !r->no_memory; i++)
		read(r, key, list->items[i], NULL);
}

bool dw_is_value(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *node,
	const char *expected)
{
	if (node->kind == DW_YAML_SCALAR && node->text_len > 0)
		return true;
	if (node->kind == DW_YAML_SCALAR)
		dw_expected(r, key, node, "%s", expected);
	else
		dw_expected(r, key, node, "%s (text that starts with %s stands in quotes)",
			expected, node->kind == DW_YAML_LIST ? "'['" : "'{'");
	return false;
}

void dw_read_values(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *node,
	dw_read_fn *read, void *field, const char *expected)
{
	bool is_list = node->kind == DW_YAML_LIST;
	size_t count = is_list ? node->count : 1;

	if (count == 0)
		dw_expected(r, key, node, "%s", expected);
	for (size_t i = 0; i < count && !r->no_memory; i++) {
		const struct dw_yaml_node *value = is_list ? node->items[i] : node;

		if (dw_is_value(r, key, value, expected))
			read(r, key, value, field);
	}
}
