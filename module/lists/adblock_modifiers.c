/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * adblock_modifiers.c: parser for the modifiers after the `$` of a filter rule */
#include "dnsward-config.h"
#include "lists/adblock.h"

#include <stdio.h>

#include "lists/source.h"
#include "lists/types.h"

enum { TYPE_A = 1, TYPE_CNAME = 5, TYPE_TXT = 16, TYPE_AAAA = 28 };

static bool skip(struct dw_reader *reader, const char *reason)
{
	dw_reader_skip(reader, "%s", reason);
	return false;
}

/* Skip a rule for a modifier that is not supported. The reason includes the modifier's name only if
 * it looks like one, because reasons are counted by their text. */
static bool skip_unknown(struct dw_reader *reader, struct span name)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	char text[32];

	if (name.len > 0 && *name.at == '~')
		name = span_from(name, 1);
	if (name.len == 0 || name.len >= sizeof(text))
		return skip(reader, "unknown modifier");
	memcpy(text, name.at, name.len);
	text[name.len] = '\0';
	if (strspn(text, letters) != name.len)
		return skip(reader, "unknown modifier");
	if (span_is(name, "client") || span_is(name, "ctag"))
		dw_reader_skip(reader, "modifier $%s is not supported", text);
	else
		dw_reader_skip(reader, "modifier $%s is not about DNS", text);
	return false;
}

/* Split off the modifier before the next comma that is not escaped by a backslash. */
static bool next_modifier(struct span *rest, struct span *modifier)
{
	size_t end = 0;

	if (!rest->at)
		return false;
	while (end < rest->len && (rest->at[end] != ',' || (end > 0 && rest->at[end - 1] == '\\')))
		end++;
	*modifier = span_trim(span_to(*rest, end));
	*rest = end < rest->len ? span_from(*rest, end + 1) : (struct span){NULL, 0};
	return true;
}

/* ---- $dnsrewrite ---- */

static bool is_null_address(struct span text)
{
	return span_is(text, "0.0.0.0") || span_is(text, "::") || span_is(text, "127.0.0.1") ||
	       span_is(text, "::1");
}

static bool rewrite_to_name(
	struct dw_reader *reader, struct span name, struct dw_adblock_modifiers *out)
{
	size_t len;

	if (!dw_reader_name(reader, name, out->target, &len))
		return false;
	out->cname = (struct dw_data){.kind = DW_DATA_CNAME,
		.ttl = DW_DATA_TTL,
		.target = out->target,
		.target_len = (uint8_t)len};
	out->data = &out->cname;
	return true;
}

/* A TXT value has no quotes; the record parser needs them. */
static bool rewrite_to_record(struct dw_reader *reader, uint16_t type, struct span value,
	struct dw_adblock_modifiers *out, enum dw_result *result)
{
	static const uint8_t root[1];
	char text[2 * DW_SOURCE_LINE_MAX + 2];
	size_t len = 0;

	if (type == TYPE_CNAME)
		return rewrite_to_name(reader, value, out);
	if (type == TYPE_TXT && !span_starts(value, "\"")) {
		text[len++] = '"';
		for (size_t i = 0; i < value.len; i++) {
			if (value.at[i] == '"' || value.at[i] == '\\')
				text[len++] = '\\';
			text[len++] = value.at[i];
		}
		text[len++] = '"';
		value = (struct span){text, len};
	}
	*result = type == 0
			  ? DW_ERR_SYNTAX
			  : dw_rr_from_text(type, value, root, sizeof(root), DW_DATA_TTL, &out->rr);
	if (*result == DW_ERR_SYNTAX) {
		*result = DW_OK;
		return skip(reader, "modifier $dnsrewrite with a record that cannot be read");
	}
	return *result == DW_OK;
}

/* Parse the value of $dnsrewrite: `VALUE`, `RCODE` or `RCODE;TYPE;VALUE`. */
static bool read_rewrite(struct dw_reader *reader, struct span text,
	struct dw_adblock_modifiers *out, enum dw_result *result)
{
	struct span rest = text, rcode, type = {NULL, 0}, value = {NULL, 0};
	struct dw_addr addr;

	span_part(&rest, ';', &rcode);
	span_part(&rest, ';', &type);
	value = rest;
	if (span_is(rcode, "NXDOMAIN"))
		out->data = &dw_data_nxdomain;
	else if (span_is(rcode, "REFUSED"))
		out->data = &dw_data_refused;
	else if (span_is(rcode, "NOERROR") && type.len == 0)
		out->data = &dw_data_nodata;
	else if (is_null_address(rcode) || (span_is(rcode, "NOERROR") && is_null_address(value)))
		out->data = &dw_data_null_ip;
	if (out->data)
		return true;
	if (span_is(rcode, "SERVFAIL"))
		return skip(reader, "modifier $dnsrewrite to SERVFAIL");
	if (!reader->options->trust_answers)
		return skip(reader, "modifier $dnsrewrite; the list is not trusted for answers");
	if (span_is(rcode, "NOERROR"))
		return rewrite_to_record(reader, dw_rr_type(type), value, out, result);
	if (!dw_addr_from_text(text.at, text.len, &addr))
		return rewrite_to_name(reader, text, out);
	return rewrite_to_record(reader, addr.family == 4 ? TYPE_A : TYPE_AAAA, text, out, result);
}

/* ---- all modifiers ---- */

bool dw_adblock_modifiers_read(struct dw_reader *reader, struct span text, struct dw_rule *rule,
	struct dw_adblock_modifiers *out, enum dw_result *result)
{
	struct span modifier;

	*out = (struct dw_adblock_modifiers){0};
	while (next_modifier(&text, &modifier)) {
		size_t equals = span_find(modifier, '=');
		struct span name = span_to(modifier, equals);
		struct span value =
			span_from(modifier, equals < modifier.len ? equals + 1 : equals);
		bool good;

		if (span_is(modifier, "important")) {
			rule->flags |= DW_RULE_IMPORTANT;
			good = true;
		} else if (span_is(modifier, "badfilter")) {
			good = out->badfilter = true;
		} else if (span_is(name, "denyallow") && value.len > 0) {
			out->denyallow = value;
			good = true;
		} else if (span_is(name, "dnstype") && value.len > 0) {
			good = dw_reader_types(reader, value, '|', '~', rule);
		} else if (span_is(name, "dnsrewrite") && value.len > 0 &&
			   !(rule->flags & DW_RULE_EXCEPTION)) {
			good = read_rewrite(reader, value, out, result);
		} else if (span_is(name, "dnsrewrite")) {
			good = skip(reader, "modifier $dnsrewrite on an exception");
		} else {
			good = skip_unknown(reader, name);
		}
		if (!good)
			return false;
	}
	return true;
}
