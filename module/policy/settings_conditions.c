/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_conditions.c: what the rules of dnsward.yaml ask of a question and its answer */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/rcode.h"
#include "dnsward/clock.h"
#include "dnsward/rrtype.h"
#include "policy/settings_read.h"

/* Conditions go into the detections as they come. */

/* ---- patterns ---- */

/* Keys whose values are patterns. */
struct pattern_key {
	unsigned subject;
	enum dw_pattern_kind kind; /* for add_text */
	dw_read_fn *add;
	const char *expected;
};

/* The patterns of one key. */
struct patterns {
	struct dw_vector list; /* struct dw_pattern */
	enum dw_pattern_kind kind;
};

static void add_pattern(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, struct patterns *patterns, struct dw_pattern pattern)
{
	struct dw_pattern *added;
	struct dw_error error;

	if (dw_pattern_try(&pattern, &error) != DW_OK) {
		dw_expected(r, key, value, "a pattern that can be matched (%s)", error.text);
		return;
	}
	added = dw_reading_add(r, &patterns->list, sizeof(*added));
	if (added)
		*added = pattern;
}

/* What is a part of a name has no A-label of its own; of what may be a whole one it is told. */
static bool is_ascii(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *value)
{
	static const char expected[] = "ASCII, since names are compared as A-labels";
	uint8_t wire[DW_NAME_MAX];
	char name[DW_NAME_TEXT_MAX];
	size_t at = 0, len;

	while (at < value->text_len && (uint8_t)value->text[at] < 0x80)
		at++;
	if (at == value->text_len)
		return true;
	if (strpbrk(value->text, "*?\\") ||
		dw_name_from_text(value->text, value->text_len, wire, &len, NULL) != DW_OK) {
		dw_expected(r, key, value, "%s (xn--...)", expected);
		return false;
	}
	dw_name_to_text(wire, len, name);
	dw_expected(r, key, value, "%s: \"%s\"", expected, name);
	return false;
}

static void add_text(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	const struct pattern_key *how = key->of;
	struct patterns *patterns = field;

	if (how->subject == DW_SUBJECT_NAME && !is_ascii(r, key, value))
		return;
	add_pattern(r, key, value, patterns,
		(struct dw_pattern){
			.kind = patterns->kind, .text = value->text, .len = value->text_len});
}

/* A name, as text without its last dot; IDN as A-labels. */
static const char *name_text(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, const char *text)
{
	uint8_t wire[DW_NAME_MAX];
	char out[DW_NAME_TEXT_MAX];
	struct dw_error error;
	size_t len;

	if (strpbrk(text, "*?")) {
		dw_expected(r, key, value,
			"a name; patterns with * or ? go under `wildcard`");
		return NULL;
	}
	if (dw_name_from_text(text, strlen(text), wire, &len, &error) != DW_OK) {
		dw_expected(r, key, value, "a name (%s)", error.text);
		return NULL;
	}
	if (len == 1) {
		dw_expected(r, key, value, "a name, not the root");
		return NULL;
	}
	len = dw_name_to_text(wire, len, out);
	return dw_reading_text(r, out, len);
}

static void add_name(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	const char *text = name_text(r, key, value, value->text);
	struct dw_pattern pattern = {.kind = DW_PATTERN_EXACT};

	if (!text)
		return;
	pattern.text = text;
	pattern.len = strlen(text);
	add_pattern(r, key, value, field, pattern);
}

/* `x.example` is that name and all below it, `.x.example` what is below it alone. */
static void add_suffix(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	bool below = value->text[0] == '.';
	const char *text = name_text(r, key, value, value->text + below);
	struct dw_pattern pattern = {
		.kind = below ? DW_PATTERN_SUFFIX_TEXT : DW_PATTERN_SUFFIX_LABEL};

	pattern.text = text && below ? dw_reading_join(r, ".", text) : text;
	if (!pattern.text)
		return;
	pattern.len = strlen(pattern.text);
	add_pattern(r, key, value, field, pattern);
}

/* A name's last dot says nothing, and the names that are looked at have none. */
static void add_wildcard(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	size_t len = value->text_len;

	if (!is_ascii(r, key, value))
		return;
	if (len > 1 && value->text[len - 1] == '.')
		len--;
	add_pattern(r, key, value, field,
		(struct dw_pattern){.kind = DW_PATTERN_WILDCARD, .text = value->text, .len = len});
}

static void add_target(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	if (strpbrk(value->text, "*?"))
		add_wildcard(r, key, value, field);
	else
		add_suffix(r, key, value, field);
}

static const struct pattern_key exact = {
	DW_SUBJECT_NAME, DW_PATTERN_EXACT, add_name, "a name or a list of names"};
static const struct pattern_key suffix = {DW_SUBJECT_NAME, DW_PATTERN_SUFFIX_LABEL, add_suffix,
	"a name, or one with a dot before it, or a list of them"};
static const struct pattern_key prefix = {
	DW_SUBJECT_NAME, DW_PATTERN_PREFIX, add_text, "what names begin with, or a list"};
static const struct pattern_key contains = {
	DW_SUBJECT_NAME, DW_PATTERN_CONTAINS, add_text, "what names hold, or a list"};
static const struct pattern_key wildcard = {
	DW_SUBJECT_NAME, DW_PATTERN_WILDCARD, add_wildcard, "a name with * or ? in it, or a list"};
static const struct pattern_key regex = {
	DW_SUBJECT_NAME, DW_PATTERN_REGEX, add_text, "a regular expression or a list of them"};
static const struct pattern_key answer_text = {
	DW_SUBJECT_TEXT, DW_PATTERN_CONTAINS, add_text, "what the text holds, or a list"};
static const struct pattern_key answer_text_regex = {
	DW_SUBJECT_TEXT, DW_PATTERN_REGEX, add_text, "a regular expression or a list of them"};
static const struct pattern_key answer_cname = {
	DW_SUBJECT_TARGET, DW_PATTERN_SUFFIX_LABEL, add_target, "a name or a list of names"};

static void read_patterns(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	const struct pattern_key *how = key->of;
	struct patterns patterns = {.kind = how->kind};

	(void)field;
	dw_read_values(r, key, value, how->add, &patterns, how->expected);
	dw_detection_match(r->detections, how->subject, patterns.list.items, patterns.list.count);
}

/* ---- numbers ---- */

/* The value or values, one of which is to fit. */
static void read_any_of(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, dw_read_fn *add, const char *expected)
{
	dw_detection_open(r->detections, DW_ANY_OF);
	dw_read_values(r, key, value, add, NULL, expected);
	dw_detection_close(r->detections);
}

struct measure_key {
	enum dw_measure measure;
	unsigned decimals; /* that the value may have */
	uint32_t max;      /* in units of the last of them */
	const char *expected;
};
static const struct measure_key length = {DW_MEASURE_LENGTH, 0, DW_NAME_MAX,
	"a number of bytes such as 50, \">= 50\" or 30-63, or a list of them"};
static const struct measure_key labels = {DW_MEASURE_LABELS, 0, DW_NAME_LABELS_MAX,
	"a number of labels such as 5, \">= 5\" or 5-9, or a list of them"};
static const struct measure_key entropy = {DW_MEASURE_ENTROPY, 3, 8000,
	"bits a byte from 0 to 8, such as \">= 3.5\" or 3.5-4.2, or a list of them"};

/* Digits, and up to `decimals` behind a dot, in units of the last; in no locale. */
static const char *parse_units(const char *text, const struct measure_key *how, uint32_t *out)
{
	const char *at = text;
	uint32_t value = 0;
	unsigned decimals = 0;
	bool dot = false;

	for (; ascii_is_digit((uint8_t)*at) || (*at == '.' && how->decimals > 0 && !dot); at++) {
		if (*at == '.') {
			dot = true;
			continue;
		}
		if (value > how->max || (dot && decimals++ == how->decimals))
			return NULL;
		value = value * 10 + (uint32_t)(*at - '0');
	}
	for (; decimals < how->decimals; decimals++)
		value *= 10;
	*out = value;
	return at > text && value <= how->max ? at : NULL;
}

static const char *parse_compare(const char *text, enum dw_compare *out)
{
	static const struct {
		const char *sign;
		enum dw_compare compare;
	} signs[] = {
		{">=", DW_AT_LEAST},
		{"<=", DW_AT_MOST},
		{">", DW_MORE},
		{"<", DW_LESS},
		{"=", DW_EQUAL},
	};

	*out = DW_EQUAL;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t len = strlen(signs[i].sign);

		if (strncmp(text, signs[i].sign, len) == 0) {
			*out = signs[i].compare;
			return text + len + strspn(text + len, " ");
		}
	}
	return text;
}

/* "50", ">= 50" or "30-63" */
static void add_comparison(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	const struct measure_key *how = key->of;
	enum dw_compare compare;
	const char *at = parse_compare(value->text, &compare);
	bool is_range;
	uint32_t low, high;

	(void)field;
	is_range = at == value->text;
	at = parse_units(at, how, &low);
	if (at && is_range && *at == '-') {
		at = parse_units(at + 1, how, &high);
		compare = DW_AT_LEAST;
	} else {
		is_range = false;
	}
	if (!at || *at != '\0' || (is_range && high < low)) {
		dw_expected(r, key, value, "%s", how->expected);
		return;
	}
	dw_detection_open(r->detections, DW_ALL_OF);
	dw_detection_compare(r->detections, how->measure, compare, low);
	if (is_range)
		dw_detection_compare(r->detections, how->measure, DW_AT_MOST, high);
	dw_detection_close(r->detections);
}

static void read_comparisons(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	const struct measure_key *how = key->of;

	(void)field;
	read_any_of(r, key, value, add_comparison, how->expected);
}

/* Words that stand for numbers. */
static void add_type(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	uint16_t type;

	(void)field;
	if (dw_type_from_text(value->text, &type))
		dw_detection_compare(r->detections, DW_MEASURE_TYPE, DW_EQUAL, type);
	else
		dw_expected(r, key, value, "a query type such as A, TXT or TYPE65");
}

void dw_read_condition_types(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	(void)field;
	read_any_of(r, key, value, add_type,
		"a query type such as A, TXT or TYPE65, or a list of them");
}

static void add_rcode(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	uint8_t rcode;

	(void)field;
	if (dw_rcode_from_text(value->text, &rcode))
		dw_detection_compare(r->detections, DW_MEASURE_RCODE, DW_EQUAL, rcode);
	else
		dw_expected(r, key, value, "a response code such as NXDOMAIN or SERVFAIL");
}

static void read_rcode(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	(void)field;
	read_any_of(r, key, value, add_rcode,
		"a response code such as NXDOMAIN or SERVFAIL, or a list of them");
}

static void read_ttl(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	uint64_t seconds = 0;

	(void)field;
	if (!dw_is_value(r, key, value, "seconds, or a duration such as 5m"))
		return;
	if (dw_duration_from_text(value->text, value->text_len, &seconds, NULL) != DW_OK)
		seconds = 0;
	if (seconds == 0 || seconds > INT32_MAX)
		dw_expected(r, key, value, "seconds from 1 on, or a duration such as 5m");
	else
		dw_detection_compare(r->detections, DW_MEASURE_TTL_MIN, DW_LESS, (uint32_t)seconds);
}

static void add_net(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	struct dw_net net, *added;
	struct dw_error error;

	if (dw_net_from_text(value->text, value->text_len, &net, &error) != DW_OK) {
		dw_expected(r, key, value, "an address or a network (%s)", error.text);
		return;
	}
	added = dw_reading_add(r, field, sizeof(*added));
	if (added)
		*added = net;
}

static void read_nets(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	struct dw_vector nets = {0};

	(void)field;
	dw_read_values(r, key, value, add_net, &nets, "an address or a network, or a list of them");
	dw_detection_nets(r->detections, nets.items, nets.count);
}

/* ---- entries ---- */

/* In the order in which they are looked at: what costs little first. */
static const struct dw_key entry_keys[] = {
	{.name = "types", .read = dw_read_condition_types},
	{.name = "exact", .read = read_patterns, .of = &exact},
	{.name = "suffix", .read = read_patterns, .of = &suffix},
	{.name = "prefix", .read = read_patterns, .of = &prefix},
	{.name = "contains", .read = read_patterns, .of = &contains},
	{.name = "wildcard", .read = read_patterns, .of = &wildcard},
	{.name = "regex", .read = read_patterns, .of = &regex},
	{.name = "length", .read = read_comparisons, .of = &length},
	{.name = "labels", .read = read_comparisons, .of = &labels},
	{.name = "entropy", .read = read_comparisons, .of = &entropy},
	{.name = "rcode", .read = read_rcode},
	{.name = "ttl-below", .read = read_ttl},
	{.name = "answer-text", .read = read_patterns, .of = &answer_text},
	{.name = "answer-text-regex", .read = read_patterns, .of = &answer_text_regex},
	{.name = "answer-cname", .read = read_patterns, .of = &answer_cname},
	{.name = "answer-ip", .read = read_nets},
};
static const struct dw_keys entries = DW_KEYS(entry_keys);

static void read_entry(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *node, void *field)
{
	char section[32];

	snprintf(section, sizeof(section), "rules.%s", key->name);
	if (node->kind == DW_YAML_MAP && node->count == 0)
		dw_expected(r, key, node, "conditions such as \"contains: TEXT\"");
	dw_detection_open(r->detections, DW_ALL_OF);
	(void)dw_read_map(
		r, section, entries, node, "a map of conditions such as \"contains: TEXT\"", field);
	dw_detection_close(r->detections);
}

/* `any`, `all` and `except`, by what the group in `of` says. */
void dw_read_conditions(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	const enum dw_grouping *grouping = key->of;

	(void)field;
	if (value->kind != DW_YAML_LIST || value->count == 0) {
		dw_expected(r, key, value, "a list of entries, each a map of conditions");
		return;
	}
	dw_detection_open(r->detections, *grouping == DW_NOT ? DW_NOT : DW_ALL_OF);
	dw_detection_open(r->detections, *grouping == DW_ALL_OF ? DW_ALL_OF : DW_ANY_OF);
	for (size_t i = 0; i < value->count && !r->no_memory; i++)
		read_entry(r, key, value->items[i], NULL);
	dw_detection_close(r->detections);
	dw_detection_close(r->detections);
}
