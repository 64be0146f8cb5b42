/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_value.c: single values: words, numbers, durations, names, paths */
#include "dnsward-config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ascii.h"
#include "dnsward/clock.h"
#include "dnsward/file.h"
#include "policy/settings_read.h"

void dw_read_nothing(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	(void)r, (void)key, (void)value, (void)field;
}

/* ---- words ---- */

/* "a, b or c" */
static const char *join_choices(const struct dw_choice *choices, char *out, size_t out_len)
{
	const char *last = NULL;
	size_t len = 0;

	out[0] = '\0';
	for (const struct dw_choice *c = choices; c->word; c++) {
		int more;

		if (c->hidden)
			continue;
		more = last ? snprintf(out + len, out_len - len, "%s%s", len ? ", " : "", last) : 0;
		len += (size_t)more < out_len - len ? (size_t)more : out_len - len - 1;
		last = c->word;
	}
	snprintf(out + len, out_len - len, "%s%s", len ? " or " : "", last);
	return out;
}

void dw_read_choice(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	const struct dw_choice *choices = key->of;
	char expected[256];

	if (!dw_is_value(r, key, value, join_choices(choices, expected, sizeof(expected))))
		return;
	for (const struct dw_choice *c = choices; c->word; c++) {
		if (strcmp(c->word, value->text) != 0)
			continue;
		if (c->later)
			dw_complain(r, DW_ERR_UNSUPPORTED, value->line, key->name,
				"%s: not in this version", c->word);
		else
			memcpy(field, &c->value, sizeof(c->value));
		return;
	}
	dw_expected(r, key, value, "%s", expected);
}

static const struct dw_choice yes_no[] = {
	{.word = "yes", .value = true},
	{.word = "no", .value = false},
	{.word = "true", .value = true, .hidden = true},
	{.word = "false", .value = false, .hidden = true},
	{.word = "on", .value = true, .hidden = true},
	{.word = "off", .value = false, .hidden = true},
	{0},
};

bool dw_is_yes_no(const struct dw_yaml_node *node, bool *out)
{
	for (const struct dw_choice *c = yes_no; node->kind == DW_YAML_SCALAR && c->word; c++) {
		if (strcasecmp(c->word, node->text) != 0)
			continue;
		*out = c->value;
		return true;
	}
	return false;
}

void dw_read_yes_no(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	if (!dw_is_yes_no(value, field) && dw_is_value(r, key, value, "yes or no"))
		dw_expected(r, key, value, "yes or no");
}

/* ---- numbers ---- */

/* Digits alone; false for more than 19 of them, which no range has. */
static bool parse_number(const struct dw_yaml_node *value, uint64_t *out)
{
	uint64_t number = 0;

	if (value->text_len == 0 || value->text_len > 19)
		return false;
	for (size_t i = 0; i < value->text_len; i++) {
		if (!ascii_is_digit((uint8_t)value->text[i]))
			return false;
		number = number * 10 + (uint64_t)(value->text[i] - '0');
	}
	*out = number;
	return true;
}

void dw_read_size(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *value,
	void *field)
{
	const struct dw_range *range = key->of;
	uint64_t number;

	if (value->kind != DW_YAML_SCALAR || !parse_number(value, &number) || number < range->min ||
		number > range->max)
		dw_expected(r, key, value, "a whole number from %" PRIu64 " to %" PRIu64,
			range->min, range->max);
	else
		*(size_t *)field = (size_t)number;
}

void dw_read_duration(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	const struct dw_range *range = key->of;
	char min[DW_DURATION_TEXT_MAX], max[DW_DURATION_TEXT_MAX];
	uint64_t seconds;

	if (value->kind != DW_YAML_SCALAR ||
		dw_duration_from_text(value->text, value->text_len, &seconds, NULL) != DW_OK ||
		seconds < range->min || seconds > range->max)
		dw_expected(r, key, value,
			"a duration from %s to %s: a number and s, m, h, d or w, such as 90s or "
			"24h",
			dw_duration_to_text(range->min, min), dw_duration_to_text(range->max, max));
	else
		*(uint64_t *)field = seconds;
}

/* ---- names ---- */

bool dw_is_name(const char *text, size_t len)
{
	if (len == 0 || len > 64 || text[0] == '.' || text[0] == ' ' || text[len - 1] == ' ')
		return false;
	for (size_t i = 0; i < len; i++) {
		uint8_t c = (uint8_t)text[i];

		if (c < 0x20 || c == 0x7f || strchr("/\"'\\", c))
			return false;
	}
	return true;
}

void dw_read_name(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *value,
	void *field)
{
	if (!dw_is_value(r, key, value, DW_NAME_EXPECTED))
		return;
	if (!dw_is_name(value->text, value->text_len))
		dw_expected(r, key, value, "%s", DW_NAME_EXPECTED);
	else
		*(const char **)field = dw_reading_text(r, value->text, value->text_len);
}

/* Words that mean something else where a category stands. */
static bool is_reserved(const struct dw_yaml_node *value)
{
	bool is_yes;

	return strcasecmp(value->text, "any") == 0 || strcasecmp(value->text, "own") == 0 ||
	       dw_is_yes_no(value, &is_yes);
}

bool dw_read_category(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, size_t *out)
{
	const char **names = r->categories.items;
	const char *copy;

	for (size_t i = 0; i < r->categories.count; i++) {
		if (strcmp(names[i], value->text) == 0) {
			*out = i;
			return true;
		}
	}
	if (is_reserved(value)) {
		dw_expected(
			r, key, value, "a category, and \"%s\" cannot be one's name", value->text);
		return false;
	}
	if (!dw_is_name(value->text, value->text_len)) {
		dw_expected(r, key, value, "a category: %s", DW_NAME_EXPECTED);
		return false;
	}
	if (r->categories.count == DW_SETTINGS_CATEGORIES_MAX) {
		dw_expected(r, key, value, "at most %d categories", DW_SETTINGS_CATEGORIES_MAX);
		return false;
	}
	copy = dw_reading_text(r, value->text, value->text_len);
	names = copy ? dw_reading_add(r, &r->categories, sizeof(*names)) : NULL;
	if (!names)
		return false;
	*names = copy;
	*out = r->categories.count - 1;
	return true;
}

bool dw_read_given(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, const char **name, size_t *number)
{
	size_t given;

	if (!dw_read_category(r, key, value, &given))
		return false;
	dw_set_add(&r->out->given, given);
	if (name)
		*name = ((const char *const *)r->categories.items)[given];
	if (number)
		*number = given;
	return true;
}

static void add_category(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	size_t number;

	if (dw_read_category(r, key, value, &number))
		dw_set_add(field, number);
}

void dw_read_categories(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	dw_read_values(r, key, value, add_category, field, "a category or a list of categories");
}

/* ---- paths ---- */

bool dw_is_in_chroot(const struct dw_reading *r, const char *path)
{
	size_t len = strlen(r->chroot);

	return len == 0 || (strncmp(path, r->chroot, len) == 0 && path[len] == '/');
}

const char *dw_reading_path(struct dw_reading *r, const char *path)
{
	const char *prefix = path[0] == '/' && !dw_is_in_chroot(r, path) ? r->chroot : "";
	const char *out = NULL;
	char *resolved;

	if (dw_path_resolve(dw_reading_file(r), path, &resolved) != DW_OK) {
		r->no_memory = true;
		return NULL;
	}
	out = dw_reading_join(r, prefix, resolved);
	free(resolved);
	return out;
}

void dw_read_path(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *value,
	void *field)
{
	if (dw_is_value(r, key, value, "a path"))
		*(const char **)field = dw_reading_path(r, value->text);
}
