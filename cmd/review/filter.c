/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * filter.c: which lines are asked for */
#include "dnsward-config.h"
#include "review/filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dnsward/arena.h"
#include "dnsward/name.h"

/* One value that a field may have. */
struct wanted {
	struct wanted *next;
	const char *text;
	size_t len;
	struct dw_net net;
	int64_t since, until;
	uint8_t wire[DW_NAME_MAX];
	size_t wire_len;
};

struct dw_filter {
	int64_t since, until;
	struct wanted *wanted[DW_FIELD_COUNT];
	struct dw_arena arena;
};

struct dw_filter *dw_filter_new(void)
{
	struct dw_filter *filter = calloc(1, sizeof(*filter));

	if (filter != NULL) {
		filter->since = INT64_MIN;
		filter->until = INT64_MAX;
	}
	return filter;
}

void dw_filter_free(struct dw_filter **filter)
{
	if (*filter == NULL)
		return;
	dw_arena_clear(&(*filter)->arena);
	free(*filter);
	*filter = NULL;
}

void dw_filter_since(struct dw_filter *filter, int64_t since)
{
	filter->since = since;
}

void dw_filter_until(struct dw_filter *filter, int64_t until)
{
	filter->until = until;
}

/* ---- building ---- */

static struct wanted *add(struct dw_filter *filter, enum dw_field field)
{
	struct wanted *wanted = dw_arena_alloc(&filter->arena, 1, sizeof(*wanted));

	if (wanted == NULL)
		return NULL;
	*wanted = (struct wanted){
		.next = filter->wanted[field], .since = INT64_MIN, .until = INT64_MAX};
	filter->wanted[field] = wanted;
	return wanted;
}

/* Names are kept in both forms: as the log writes them, and to compare label by label. */
static enum dw_result read_name(struct dw_filter *filter, struct wanted *wanted, const char *text,
	size_t len, struct dw_error *err)
{
	char canonical[DW_NAME_TEXT_MAX];
	uint8_t wire[DW_NAME_MAX];
	struct dw_error why;

	if (dw_name_from_text(text, len, wire, &wanted->wire_len, &why) != DW_OK)
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0, "'%.*s' is no name: %s", (int)len, text,
			why.text);
	dw_name_lower(wire, wanted->wire_len, wanted->wire);
	wanted->len = dw_name_to_text(wanted->wire, wanted->wire_len, canonical);
	wanted->text = dw_arena_text(&filter->arena, canonical, wanted->len);
	return wanted->text != NULL ? DW_OK : DW_ERR_MEMORY;
}

/* Of a field with a few values another one is a slip, that would find nothing. */
static enum dw_result check_value(const struct dw_field_info *info, const char *text, size_t len,
	struct dw_error *err)
{
	char expected[64];
	size_t at = 0;

	if (info->values == NULL)
		return DW_OK;
	for (const char *const *value = info->values; *value != NULL; value++) {
		if (strlen(*value) == len && strncasecmp(*value, text, len) == 0)
			return DW_OK;
		at += (size_t)snprintf(expected + at, sizeof(expected) - at, "%s%s",
			at == 0                ? ""
				: value[1] != NULL ? ", "
						   : " or ",
			*value);
	}
	return dw_fail(err, DW_ERR_SYNTAX, NULL, 0, "found '%.*s'; expected %s", (int)len, text,
		expected);
}

static enum dw_result add_one(struct dw_filter *filter, enum dw_field field, const char *text,
	size_t len, struct dw_error *err)
{
	struct wanted *wanted = add(filter, field);

	if (wanted == NULL)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory");
	if (len == 0)
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0, "a value is expected");
	if (check_value(dw_field_info(field), text, len, err) != DW_OK)
		return DW_ERR_SYNTAX;
	switch (dw_field_info(field)->kind) {
	case DW_FIELD_ADDRESS:
		return dw_net_from_text(text, len, &wanted->net, err);
	case DW_FIELD_DNS:
		return read_name(filter, wanted, text, len, err);
	case DW_FIELD_WORD:
		break;
	}
	wanted->text = dw_arena_text(&filter->arena, text, len);
	wanted->len = len;
	return wanted->text != NULL ? DW_OK : dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory");
}

enum dw_result dw_filter_add(
	struct dw_filter *filter, enum dw_field field, const char *text, struct dw_error *err)
{
	enum dw_result result;

	if (dw_field_info(field)->whole)
		return add_one(filter, field, text, strlen(text), err);
	for (;;) {
		size_t len = strcspn(text, ",");

		result = add_one(filter, field, text, len, err);
		if (result != DW_OK || text[len] == '\0')
			return result;
		text += len + 1;
	}
}

enum dw_result dw_filter_add_net(struct dw_filter *filter, enum dw_field field,
	const struct dw_net *net, int64_t since, int64_t until)
{
	struct wanted *wanted = add(filter, field);

	if (wanted == NULL)
		return DW_ERR_MEMORY;
	wanted->net = *net;
	wanted->since = since;
	wanted->until = until;
	return DW_OK;
}

/* ---- asking ---- */

static bool address_fits(const struct wanted *wanted, const char *text, size_t len, int64_t time)
{
	struct dw_addr addr;

	if (!dw_addr_from_text(text, len, &addr))
		return false;
	for (; wanted != NULL; wanted = wanted->next) {
		if (time >= wanted->since && time < wanted->until &&
			dw_net_contains(&wanted->net, &addr))
			return true;
	}
	return false;
}

/* Where a name has escapes, a dot in its text need not be one between labels. */
static bool escaped_name_fits(const struct wanted *wanted, const char *text, size_t len)
{
	uint8_t wire[DW_NAME_MAX], lower[DW_NAME_MAX];
	size_t wire_len;

	if (dw_name_from_text(text, len, wire, &wire_len, NULL) != DW_OK)
		return false;
	dw_name_lower(wire, wire_len, lower);
	for (; wanted != NULL; wanted = wanted->next) {
		if (dw_name_is_under(lower, wire_len, wanted->wire, wanted->wire_len))
			return true;
	}
	return false;
}

static bool name_fits(const struct wanted *wanted, const char *text, size_t len)
{
	if (len > 1 && text[len - 1] == '.')
		len--;
	if (memchr(text, '\\', len) != NULL)
		return escaped_name_fits(wanted, text, len);
	for (; wanted != NULL; wanted = wanted->next) {
		if (wanted->wire_len == 1)
			return true; /* all is below the root */
		if (len >= wanted->len &&
			strncasecmp(text + len - wanted->len, wanted->text, wanted->len) == 0 &&
			(len == wanted->len || text[len - wanted->len - 1] == '.'))
			return true;
	}
	return false;
}

static bool word_fits(const struct wanted *wanted, const char *text, size_t len)
{
	for (; wanted != NULL; wanted = wanted->next) {
		if (wanted->len == len && strncasecmp(wanted->text, text, len) == 0)
			return true;
	}
	return false;
}

static bool value_fits(const struct wanted *wanted, enum dw_field_kind kind, const char *text,
	size_t len, int64_t time)
{
	switch (kind) {
	case DW_FIELD_ADDRESS:
		return address_fits(wanted, text, len, time);
	case DW_FIELD_DNS:
		return name_fits(wanted, text, len);
	case DW_FIELD_WORD:
		break;
	}
	return word_fits(wanted, text, len);
}

/* Whether any of the values in `value` is one of those wanted. */
static bool any_fits(const struct dw_filter *filter, enum dw_field field,
	const struct dw_line *line, const struct dw_value *value)
{
	const struct wanted *wanted = filter->wanted[field];
	enum dw_field_kind kind = dw_field_info(field)->kind;
	struct dw_value one;
	const char *at = NULL;

	while (dw_value_next(value, &at, &one)) {
		char room[DW_TEXT_MAX];
		size_t len;
		const char *text = dw_value_text(&one, room, &len);

		if (value_fits(wanted, kind, text, len, line->time))
			return true;
	}
	return false;
}

static bool field_fits(
	const struct dw_filter *filter, enum dw_field field, const struct dw_line *line)
{
	enum dw_field also = dw_field_info(field)->also;

	return any_fits(filter, field, line, dw_line_value(line, field)) ||
	       (also != field && any_fits(filter, field, line, &line->value[also]));
}

bool dw_filter_takes(const struct dw_filter *filter, const struct dw_line *line)
{
	if ((filter->since != INT64_MIN || filter->until != INT64_MAX) &&
		(line->time == INT64_MIN || line->time < filter->since ||
			line->time >= filter->until))
		return false;
	for (size_t i = 0; i < DW_FIELD_COUNT; i++) {
		if (filter->wanted[i] != NULL && !field_fits(filter, (enum dw_field)i, line))
			return false;
	}
	return true;
}
