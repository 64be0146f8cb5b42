/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * unbound.c: parser for local-zone and local-data of an Unbound configuration */
#include "dnsward-config.h"
#include "lists/data.h"
#include "lists/parser.h"

enum { TYPE_A = 1 };

/* The effect of each type of local-zone on the names in it, from unbound.conf(5). */
struct dw_zone_type {
	const char *name;
	const struct dw_data *data; /* the answer, if it needs no records */
	bool is_exception;          /* names resolve as if the zone did not exist */
	bool is_redirect;           /* the zone's own local-data answers for all of its names */
	bool ignores_data;          /* the same answer for names with local-data */
	uint16_t only;              /* applies to this query type only; 0: all */
};

static const struct dw_zone_type zone_types[] = {
	{.name = "static", .data = &dw_data_nxdomain},
	{.name = "deny", .data = &dw_data_drop},
	{.name = "refuse", .data = &dw_data_refused},
	{.name = "redirect", .is_redirect = true},
	{.name = "inform_redirect", .is_redirect = true},
	{.name = "inform_deny", .data = &dw_data_drop},
	{.name = "always_nxdomain", .data = &dw_data_nxdomain, .ignores_data = true},
	{.name = "always_nodata", .data = &dw_data_nodata, .ignores_data = true},
	{.name = "always_refuse", .data = &dw_data_refused, .ignores_data = true},
	{.name = "always_deny", .data = &dw_data_drop, .ignores_data = true},
	{.name = "always_null", .data = &dw_data_null_ip},
	{.name = "block_a", .data = &dw_data_nodata, .only = TYPE_A, .ignores_data = true},
	{.name = "transparent", .is_exception = true},
	{.name = "typetransparent", .is_exception = true},
	{.name = "always_transparent", .is_exception = true, .ignores_data = true},
	{.name = "inform", .is_exception = true},
	{.name = "nodefault", .is_exception = true},
	{.name = "noview", .is_exception = true},
};

static const struct dw_zone_type *find_type(struct span name)
{
	for (size_t i = 0; i < sizeof(zone_types) / sizeof(*zone_types); i++)
		if (span_is(name, zone_types[i].name))
			return &zone_types[i];
	return NULL;
}

/* Whether the key starts a clause. */
static bool is_clause(struct span key)
{
	static const char *const clauses[] = {"server", "view", "stub-zone", "forward-zone",
		"auth-zone", "rpz", "remote-control", "python", "dynlib", "cachedb", "dnscrypt",
		"dnstap", "ipset"};

	for (size_t i = 0; i < sizeof(clauses) / sizeof(*clauses); i++)
		if (span_is(key, clauses[i]))
			return true;
	return false;
}

/* ---- words ---- */

/* Split off `key:`. Returns false at the end of the line or a comment. */
static bool next_key(struct span *rest, struct span *key)
{
	size_t colon;

	*rest = span_trim(*rest);
	if (rest->len == 0 || *rest->at == '#')
		return false;
	colon = span_find(*rest, ':');
	*key = span_trim(span_to(*rest, colon));
	*rest = span_from(*rest, colon < rest->len ? colon + 1 : colon);
	return true;
}

/* Split off a value, unquoted or in quotes of either kind. */
static bool next_value(struct span *rest, struct span *value)
{
	size_t end = 1;

	*rest = span_trim(*rest);
	if (rest->len == 0 || *rest->at == '#')
		return false;
	if (*rest->at != '"' && *rest->at != '\'')
		return span_word(rest, value);
	while (end < rest->len && (rest->at[end] != *rest->at || rest->at[end - 1] == '\\'))
		end++;
	if (end == rest->len)
		return false;
	*value = span_from(span_to(*rest, end), 1);
	*rest = span_from(*rest, end + 1);
	return true;
}

/* Parse a name with the escapes of zone files. */
static bool read_name(struct dw_reader *reader, struct span text, uint8_t *wire, size_t *len)
{
	struct dw_error err;

	if (dw_name_from_text(text.at, text.len, wire, len, &err) == DW_OK)
		return true;
	dw_reader_skip(reader, "%s", err.text);
	return false;
}

/* ---- options ---- */

static enum dw_result add_zone(struct dw_reader *reader, struct span *rest)
{
	struct dw_unbound_state *state = reader->state;
	struct dw_rule rule = {.trigger = DW_TRIGGER_SUBTREE};
	const struct dw_zone_type *type;
	struct span name, word;
	uint8_t wire[DW_NAME_MAX];
	size_t len;

	if (!next_value(rest, &name) || !next_value(rest, &word)) {
		dw_reader_skip(reader, "local-zone without a name and a type");
		*rest = span_from(*rest, rest->len);
		return DW_OK;
	}
	type = find_type(word);
	if (!type) {
		dw_reader_skip(reader, "unknown type of local-zone");
		return DW_OK;
	}
	if (!read_name(reader, name, wire, &len) || !dw_reader_subtree_allowed(reader, wire, len))
		return DW_OK;
	state->zone_type = type;
	state->zone_len = (uint8_t)len;
	memcpy(state->zone, wire, len);
	rule.name = wire;
	rule.name_len = len;
	rule.flags = type->is_exception ? DW_RULE_EXCEPTION : 0;
	rule.data = type->data;
	rule.types[0] = type->only;
	rule.type_count = type->only != 0;
	if (type->is_redirect && reader->options->trust_answers)
		return dw_reader_add_spread(reader, &rule);
	return dw_reader_add(reader, &rule);
}

/* Whether the name is in the last local-zone, and its type ignores local-data. */
static bool is_ignored(const struct dw_unbound_state *state, const uint8_t *wire, size_t len)
{
	return state->zone_type && state->zone_type->ignores_data &&
	       dw_name_is_under(wire, len, state->zone, state->zone_len);
}

/* Whether the last local-zone has this name and blocks it already. */
static bool is_blocked(const struct dw_unbound_state *state, const uint8_t *wire, size_t len)
{
	return state->zone_type && !state->zone_type->is_exception && len == state->zone_len &&
	       memcmp(wire, state->zone, len) == 0;
}

/* Parse `name [ttl] [class] type rdata` and add a rule. */
static enum dw_result add_data(struct dw_reader *reader, struct span *rest)
{
	static const uint8_t root[1];
	const struct dw_unbound_state *state = reader->state;
	struct dw_rule rule = {.trigger = DW_TRIGGER_EXACT};
	struct dw_zone_record record;
	struct dw_rr rr = {0};
	struct span text, name;
	uint8_t wire[DW_NAME_MAX];
	enum dw_result result;

	if (!next_value(rest, &text) || !span_word(&text, &name)) {
		dw_reader_skip(reader, "local-data without a record");
		*rest = span_from(*rest, rest->len);
		return DW_OK;
	}
	if (!read_name(reader, name, wire, &rule.name_len) ||
		!dw_zone_record_read(reader, text, DW_ZONE_TTL, &record))
		return DW_OK;
	if (is_ignored(state, wire, rule.name_len)) {
		dw_reader_skip(reader, "local-data in a zone whose type ignores it");
		return DW_OK;
	}
	rule.name = wire;
	result = dw_rr_from_text(record.type, record.rdata, root, sizeof(root), record.ttl, &rr);
	if (result == DW_ERR_SYNTAX) {
		dw_reader_skip(reader, "record data that cannot be read");
		result = DW_OK;
	} else if (result == DW_OK && reader->options->trust_answers) {
		result = dw_reader_add_record(reader, &rule, &rr);
	} else if (result == DW_OK && !is_blocked(state, wire, rule.name_len)) {
		result = dw_reader_add(reader, &rule);
	}
	dw_rr_clear(&rr);
	return result;
}

enum dw_result dw_unbound_line(struct dw_reader *reader, struct span line)
{
	struct dw_unbound_state *state = reader->state;
	enum dw_result result = DW_OK;
	struct span key;

	if (span_starts(span_trim(line), "!"))
		return DW_OK;
	while (result == DW_OK && next_key(&line, &key)) {
		const char *reason = NULL;

		if (is_clause(key)) {
			state->in_other_clause = !span_is(key, "server");
			continue;
		}
		if (state->in_other_clause)
			reason = "in a clause other than server:";
		else if (span_is(key, "local-zone"))
			result = add_zone(reader, &line);
		else if (span_is(key, "local-data"))
			result = add_data(reader, &line);
		else if (span_is(key, "include") || span_is(key, "include-toplevel"))
			reason = "include";
		else
			reason = "not local-zone or local-data";
		if (reason) {
			dw_reader_skip(reader, "%s", reason);
			return DW_OK;
		}
	}
	return result;
}
