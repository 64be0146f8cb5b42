/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * sigma_selection.c: parser for selections of Sigma rules: fields, modifiers, values */
#include "dnsward-config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/rcode.h"
#include "dnsward/rrtype.h"
#include "lists/sigma.h"

/* ---- modifiers ---- */

enum op {
	OP_IS,
	OP_CONTAINS,
	OP_STARTS,
	OP_ENDS,
	OP_RE,
	OP_CIDR,
	OP_LT,
	OP_LTE,
	OP_GT,
	OP_GTE,
	OP_EXISTS
};

static const struct {
	const char *word;
	enum op op;
} ops[] = {
	{"contains", OP_CONTAINS},
	{"startswith", OP_STARTS},
	{"endswith", OP_ENDS},
	{"re", OP_RE},
	{"cidr", OP_CIDR},
	{"lt", OP_LT},
	{"lte", OP_LTE},
	{"gt", OP_GT},
	{"gte", OP_GTE},
	{"exists", OP_EXISTS},
};

/* A field with its modifiers, and the line it is on. */
struct item {
	enum sigma_field field;
	enum op op;
	bool all, cased, i, m, s; /* i, m and s are flags of `re` */
	uint32_t line;
	const char *key;
};

static bool take_modifier(struct item *item, struct span word)
{
	static const char *const flags[] = {"all", "cased", "i", "m", "s"};
	bool *const set[] = {&item->all, &item->cased, &item->i, &item->m, &item->s};

	for (size_t k = 0; k < sizeof(flags) / sizeof(flags[0]); k++) {
		if (!span_is(word, flags[k]))
			continue;
		*set[k] = true;
		return k < 2 || item->op == OP_RE;
	}
	for (size_t k = 0; k < sizeof(ops) / sizeof(ops[0]); k++) {
		if (!span_is(word, ops[k].word))
			continue;
		if (item->op != OP_IS)
			return false;
		item->op = ops[k].op;
		return true;
	}
	return false;
}

static bool read_item(struct sigma *s, const struct dw_yaml_node *key, struct item *item)
{
	struct span rest = {key->text, key->text_len}, word;

	*item = (struct item){.line = key->line, .key = key->text};
	if (!span_part(&rest, '|', &word)) {
		sigma_refuse(s, key->line, "keywords");
		return false;
	}
	item->field = sigma_field_of(word.at, word.len);
	while (rest.len > 0 && span_part(&rest, '|', &word)) {
		if (take_modifier(item, word))
			continue;
		sigma_refuse(s, key->line, "modifier %.*s in %.60s",
			(int)(word.len < 40 ? word.len : 40), word.at, key->text);
		return false;
	}
	return true;
}

static enum dw_truth refuse_op(struct sigma *s, const struct item *item)
{
	sigma_refuse(s, item->line, "%.60s cannot be asked so", item->key);
	return DW_OPEN;
}

/* ---- values ---- */

static bool is_null(const struct dw_yaml_node *value)
{
	return !value->quoted && (value->text_len == 0 || strcmp(value->text, "null") == 0 ||
					 strcmp(value->text, "~") == 0);
}

/* Whether the value matches any name: it consists only of `*`. */
static bool is_any(const struct item *item, const struct dw_yaml_node *value)
{
	return item->field == FIELD_NAME && item->op < OP_RE && value->text_len > 0 &&
	       strspn(value->text, "*") == value->text_len;
}

static bool is_escape(const char *at)
{
	return at[0] == '\\' && at[1] != '\0' && strchr("*?\\", at[1]) != NULL;
}

static bool has_wildcard(const char *text)
{
	for (; *text != '\0'; text++) {
		if (is_escape(text))
			text++;
		else if (*text == '*' || *text == '?')
			return true;
	}
	return false;
}

/* Convert a value to a pattern. The caller frees its text. Returns false if out of memory. */
static bool make_pattern(
	const struct item *item, const struct dw_yaml_node *value, struct dw_pattern *pattern)
{
	static const enum dw_pattern_kind kinds[] = {[OP_IS] = DW_PATTERN_EXACT,
		[OP_CONTAINS] = DW_PATTERN_CONTAINS,
		[OP_STARTS] = DW_PATTERN_PREFIX,
		[OP_ENDS] = DW_PATTERN_SUFFIX_TEXT};
	bool wild = item->op != OP_RE && has_wildcard(value->text);
	char *text = malloc(value->text_len + 16), *out = text;

	if (!text)
		return false;
	*pattern = (struct dw_pattern){.text = text,
		.cased = item->field != FIELD_NAME && (item->op == OP_RE ? !item->i : item->cased)};
	if (item->op == OP_RE) {
		pattern->kind = DW_PATTERN_REGEX;
		out += sprintf(
			out, "%s%s%s", item->m ? "(?m)" : "", item->s ? "(?s)" : "", value->text);
	} else if (wild) {
		bool before = item->op == OP_CONTAINS || item->op == OP_ENDS;
		bool after = item->op == OP_CONTAINS || item->op == OP_STARTS;

		pattern->kind = DW_PATTERN_WILDCARD;
		out += sprintf(out, "%s%s%s", before ? "*" : "", value->text, after ? "*" : "");
	} else {
		pattern->kind = kinds[item->op];
		for (const char *at = value->text; *at != '\0'; at++) {
			at += is_escape(at);
			*out++ = *at;
		}
	}
	/* names have no trailing dot here; "*." does not mean all names */
	if (item->op == OP_IS && item->field == FIELD_NAME && out - text > 1 && out[-1] == '.' &&
		out[-2] != '*')
		out--;
	*out = '\0';
	pattern->len = (size_t)(out - text);
	return true;
}

static void put_patterns(struct sigma *s, const struct item *item,
	const struct dw_yaml_node *const *values, size_t count)
{
	unsigned subjects = item->field == FIELD_NAME ? DW_SUBJECT_NAME : DW_SUBJECT_ANSWER;
	struct dw_pattern *patterns = calloc(count + 1, sizeof(*patterns));
	struct dw_error error;
	size_t made = 0;

	for (; patterns && made < count && !s->refused; made++) {
		if (!make_pattern(item, values[made], &patterns[made]))
			break;
		if (!s->is_known &&
			dw_reader_check_pattern(s->reader, &patterns[made], &error) != DW_OK)
			sigma_refuse(s, values[made]->line, "%.60s: %s", item->key, error.text);
	}
	if (!patterns || (made < count && !s->refused))
		sigma_refuse(s, item->line, "no memory");
	else
		dw_detection_match(s->detections, subjects, patterns, made);
	for (size_t i = 0; patterns && i < made; i++)
		free((char *)patterns[i].text);
	free(patterns);
}

/* Write a condition on a network ("1.2.3.0/24") or an address. */
static void put_net(struct sigma *s, const struct item *item, const struct dw_yaml_node *value)
{
	struct dw_error error;
	struct dw_net net;

	if (dw_net_from_text(value->text, value->text_len, &net, &error) != DW_OK)
		sigma_refuse(s, value->line, "%.60s: %s", item->key, error.text);
	else
		dw_detection_nets(s->detections, &net, 1);
}

static bool is_yes(const struct dw_yaml_node *value)
{
	return strcasecmp(value->text, "true") == 0 || strcasecmp(value->text, "yes") == 0;
}

static bool number_of(const char *text, uint32_t *out)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || number > UINT32_MAX)
		return false;
	*out = (uint32_t)number;
	return true;
}

/* Convert the name or number of a type or code. Sysmon reports errors as Windows error codes. */
static bool word_of(enum sigma_field field, const char *text, uint32_t *out)
{
	static const uint32_t windows[][2] = {
		{0, 0}, {9001, 1}, {9002, 2}, {9003, 3}, {9004, 4}, {9005, 5}};
	uint16_t type;
	uint8_t rcode;

	if (field == FIELD_TYPE && dw_type_from_text(text, &type)) {
		*out = type;
		return true;
	}
	if (field == FIELD_RCODE && dw_rcode_from_text(text, &rcode)) {
		*out = rcode;
		return true;
	}
	if (!number_of(text, out))
		return false;
	for (size_t i = 0; field == FIELD_STATUS && i < sizeof(windows) / sizeof(windows[0]); i++) {
		if (windows[i][0] == *out) {
			*out = windows[i][1];
			return true;
		}
	}
	return field != FIELD_STATUS;
}

static enum dw_truth put_number(
	struct sigma *s, const struct item *item, const struct dw_yaml_node *value)
{
	static const enum dw_compare compares[] = {[OP_IS] = DW_EQUAL,
		[OP_LT] = DW_LESS,
		[OP_LTE] = DW_AT_MOST,
		[OP_GT] = DW_MORE,
		[OP_GTE] = DW_AT_LEAST};
	enum dw_measure measure = item->field == FIELD_TYPE ? DW_MEASURE_TYPE : DW_MEASURE_RCODE;
	bool compares_op = item->op >= OP_LT && item->op <= OP_GTE;
	uint32_t number;

	if ((item->op != OP_IS && !compares_op) || (item->field == FIELD_TTL && !compares_op) ||
		(item->field == FIELD_STATUS && compares_op))
		return refuse_op(s, item);
	if (item->field == FIELD_TTL)
		measure = item->op >= OP_GT ? DW_MEASURE_TTL_MAX : DW_MEASURE_TTL_MIN;
	if (!word_of(item->field, value->text, &number)) {
		sigma_refuse(
			s, value->line, "%.60s: \"%.40s\" is not known", item->key, value->text);
		return DW_OPEN;
	}
	dw_detection_compare(s->detections, measure, compares[item->op], number);
	return DW_OPEN;
}

static enum dw_truth put_constant(struct sigma *s, bool holds)
{
	dw_detection_constant(s->detections, holds);
	return holds ? DW_YES : DW_NO;
}

/* Write a condition on an event identifier. All input is queries, so an identifier of DNS query
 * events is always true, any other always false. */
static enum dw_truth put_event(struct sigma *s, const struct dw_yaml_node *value)
{
	static const char *const queries[] = {"22", "3006", "3008", "3020"};
	bool is_query = false;

	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		is_query |= strcmp(value->text, queries[i]) == 0;
	return put_constant(s, is_query);
}

static enum dw_truth put_text(
	struct sigma *s, const struct item *item, const struct dw_yaml_node *value)
{
	bool is_name = item->field == FIELD_NAME;

	if (item->op == OP_EXISTS && is_name)
		return put_constant(s, is_yes(value));
	if (is_any(item, value))
		return put_constant(s, true);
	if (item->op == OP_EXISTS || is_null(value)) {
		if (is_name)
			return put_constant(s, false);
		dw_detection_compare(s->detections, DW_MEASURE_RECORDS,
			item->op == OP_EXISTS && is_yes(value) ? DW_AT_LEAST : DW_LESS, 1);
	} else if (item->op == OP_CIDR && !is_name) {
		put_net(s, item, value);
	} else if (item->op > OP_RE) {
		return refuse_op(s, item);
	} else {
		put_patterns(s, item, &value, 1);
	}
	return DW_OPEN;
}

static enum dw_truth put_value(
	struct sigma *s, const struct item *item, const struct dw_yaml_node *value)
{
	if (value->kind != DW_YAML_SCALAR) {
		sigma_refuse(s, value->line, "%.60s: expected text, a number or a list of them",
			item->key);
		return DW_OPEN;
	}
	switch (item->field) {
	case FIELD_NAME:
	case FIELD_ANSWER:
		return put_text(s, item, value);
	case FIELD_EVENT:
		return put_event(s, value);
	default:
		return put_number(s, item, value);
	}
}

/* ---- fields of hosts ---- */

static bool is_noted(const struct sigma *s, struct span name)
{
	struct span rest = {s->hosts, strlen(s->hosts)}, noted;

	while (span_part(&rest, ',', &noted)) {
		noted = span_trim(noted);
		if (noted.len == name.len && memcmp(noted.at, name.at, name.len) == 0)
			return true;
	}
	return false;
}

/* Add a field about hosts to s->hosts, without its modifiers and only once. */
static void note_host(struct sigma *s, const struct item *item)
{
	size_t used = strlen(s->hosts), len = strcspn(item->key, "|");
	struct span name = {item->key, len < 40 ? len : 40};

	if (!is_noted(s, name))
		snprintf(s->hosts + used, sizeof(s->hosts) - used, "%s%.*s", used > 0 ? ", " : "",
			(int)name.len, name.at);
}

/* ---- maps and lists ---- */

/* Whether all values are texts, which one condition can match. */
static bool are_texts(const struct item *item, const struct dw_yaml_node *list)
{
	if ((item->field != FIELD_NAME && item->field != FIELD_ANSWER) || item->op > OP_RE)
		return false;
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i]->kind != DW_YAML_SCALAR || is_null(list->items[i]) ||
			is_any(item, list->items[i]))
			return false;
	return list->count > 0;
}

static enum dw_truth put_values(
	struct sigma *s, const struct item *item, const struct dw_yaml_node *list)
{
	enum dw_truth sum = item->all ? DW_YES : DW_NO;

	if (!item->all && are_texts(item, list)) {
		put_patterns(s, item, list->items, list->count);
		return DW_OPEN;
	}
	dw_detection_open(s->detections, item->all ? DW_ALL_OF : DW_ANY_OF);
	for (size_t i = 0; i < list->count && !s->refused; i++)
		sum = sigma_join(sum, put_value(s, item, list->items[i]), item->all);
	dw_detection_close(s->detections);
	return sum;
}

/* Refuse a rule with a field that is unknown or about the connection. Without the condition on it,
 * the rule would match queries it is not meant for, so ignore_hosts does not matter. */
static enum dw_truth refuse_field(struct sigma *s, const struct item *item)
{
	int len = (int)strcspn(item->key, "|");

	if (item->field == FIELD_CONNECTION)
		sigma_refuse(s, item->line,
			"field %.*s is of the connection: expected a row with a client group",
			len < 40 ? len : 40, item->key);
	else
		sigma_refuse(s, item->line, "field %.*s is not known", len < 40 ? len : 40, item->key);
	return DW_OPEN;
}

/* Write the condition on one field. A condition about hosts is replaced by the constant that makes
 * the rule more likely to match. */
static enum dw_truth put_item(struct sigma *s, const struct dw_yaml_node *key,
	const struct dw_yaml_node *value, bool negated)
{
	struct item item;

	if (strcmp(key->text, "keywords") == 0) {
		sigma_refuse(s, key->line, "keywords");
		return DW_OPEN;
	}
	if (!read_item(s, key, &item))
		return DW_OPEN;
	if (item.field > FIELD_HOST)
		return refuse_field(s, &item);
	if (item.field == FIELD_HOST) {
		note_host(s, &item);
		return put_constant(s, !negated);
	}
	return value->kind == DW_YAML_LIST ? put_values(s, &item, value)
					   : put_value(s, &item, value);
}

static enum dw_truth put_map(struct sigma *s, const struct dw_yaml_node *map, bool negated)
{
	enum dw_truth sum = DW_YES;

	dw_detection_open(s->detections, DW_ALL_OF);
	for (size_t i = 0; i < map->count && !s->refused; i++)
		sum = sigma_join(sum, put_item(s, map->keys[i], map->items[i], negated), true);
	dw_detection_close(s->detections);
	return sum;
}

/* A map is true if all of its items are, a list of maps if one of the maps is. A list of texts
 * searches a log line for keywords; there is no such line here. */
enum dw_truth sigma_selection(struct sigma *s, const struct dw_yaml_node *selection, bool negated)
{
	enum dw_truth sum = DW_NO;

	if (selection->kind == DW_YAML_MAP)
		return put_map(s, selection, negated);
	if (selection->kind == DW_YAML_SCALAR || selection->count == 0) {
		sigma_refuse(s, selection->line, "keywords");
		return DW_OPEN;
	}
	dw_detection_open(s->detections, DW_ANY_OF);
	for (size_t i = 0; i < selection->count && !s->refused; i++) {
		if (selection->items[i]->kind == DW_YAML_MAP)
			sum = sigma_join(sum, put_map(s, selection->items[i], negated), false);
		else
			sigma_refuse(s, selection->items[i]->line, "keywords");
	}
	dw_detection_close(s->detections);
	return sum;
}
