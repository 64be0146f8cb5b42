/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * reader.c: functions for parsers to add rules and to report skipped lines */
#include "dnsward-config.h"
#include "lists/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "dnsward/clock.h"
#include "dnsward/net.h"
#include "lists/data.h"
#include "lists/source.h"
#include "lists/suffix_filter.h"

enum {
	REASON_MAX = 256,
	/* literal characters in a pattern that may match anywhere in a name. `*ad*` would match a
	 * large share of all names; adblock programs reject it too */
	ANYWHERE_MIN = 3,
	/* names, before building the suffix filter pays off */
	FILTER_AFTER = 10000,
};

/* Characters of host names. Names with other characters take the slow path. */
static const bool is_plain[256] = {
	['-'] = true,
	['_'] = true,
	['0' ... '9'] = true,
	['a' ... 'z'] = true,
	['A' ... 'Z'] = true,
};

/* ---- skips and rules ---- */

static void report_skip(
	struct dw_reader *reader, enum dw_skip_kind kind, const char *fmt, va_list args)
{
	char reason[REASON_MAX];

	vsnprintf(reason, sizeof(reason), fmt, args);
	dw_list_report_add(reader->report, kind, reader->path, reader->line, reason);
	if (reader->skip)
		reader->skip(reader->skip_arg, kind, reader->path, reader->line, reason);
}

void dw_reader_skip(struct dw_reader *reader, const char *fmt, ...)
{
	va_list args;

	reader->report->skipped++;
	va_start(args, fmt);
	report_skip(reader, DW_SKIP_LINE, fmt, args);
	va_end(args);
}

void dw_reader_note(struct dw_reader *reader, const char *fmt, ...)
{
	va_list args;

	reader->report->partial++;
	va_start(args, fmt);
	report_skip(reader, DW_SKIP_PART, fmt, args);
	va_end(args);
}

enum dw_result dw_reader_add(struct dw_reader *reader, struct dw_rule *rule)
{
	if (reader->answer)
		return dw_reader_add_record(reader, rule, reader->answer);
	rule->file = reader->file;
	rule->line = reader->line;
	reader->report->exceptions += (rule->flags & DW_RULE_EXCEPTION) != 0;
	return dw_rules_add(reader->rules, rule);
}

/* ---- names ---- */

/* Convert a plain name to wire form in one pass, and return its length; 0 if the name is not plain
 * or not valid. The length byte of a label takes the place of the dot before it, so each byte of
 * text moves by one. */
static size_t plain_name(struct span text, uint8_t *wire)
{
	const uint8_t *from = (const uint8_t *)text.at;
	size_t len = text.len, label = 0;

	if (len > 0 && from[len - 1] == '.')
		len--;
	if (len == 0 || len + 2 > DW_NAME_MAX)
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (is_plain[from[i]]) {
			wire[i + 1] = ascii_lower(from[i]);
		} else if (from[i] == '.' && i > label && i - label <= DW_LABEL_MAX) {
			wire[label] = (uint8_t)(i - label);
			label = i + 1;
		} else {
			return 0;
		}
	}
	if (len == label || len - label > DW_LABEL_MAX)
		return 0;
	wire[label] = (uint8_t)(len - label);
	wire[len + 1] = 0;
	return len + 2;
}

static bool is_address(struct span text)
{
	struct dw_addr addr;
	char last = text.at[text.len - 1];

	return (ascii_is_digit((uint8_t)last) || span_has(text, ':')) &&
	       dw_addr_from_text(text.at, text.len, &addr);
}

/* Return why a text is not a name, as far as its bytes show, or NULL. */
static const char *name_fault(struct span text)
{
	if (text.len == 0)
		return "empty name";
	if (span_is(text, "."))
		return "every name";
	if (is_address(text))
		return "address";
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = (uint8_t)text.at[i];

		if (c == '*')
			return "wildcard inside a name";
		if (c == '/' || c == ':')
			return "address of a page, not a name";
		if (ascii_is_blank_or_control(c))
			return "more than a name";
		if (c < 0x80 && !is_plain[c] && c != '.')
			return "not a domain name";
	}
	return NULL;
}

bool dw_reader_name(struct dw_reader *reader, struct span text, uint8_t *wire, size_t *wire_len)
{
	struct dw_error err;
	const char *reason;

	*wire_len = plain_name(text, wire);
	if (*wire_len > 0 && !ascii_is_digit((uint8_t)text.at[text.len - 1]))
		return true;
	reason = name_fault(text);
	if (!reason && *wire_len > 0)
		return true;
	if (!reason && dw_name_from_text(text.at, text.len, wire, wire_len, &err) != DW_OK)
		reason = err.text;
	if (reason)
		dw_reader_skip(reader, "%s", reason);
	return !reason;
}

/* Whether the name is a public suffix itself. */
static bool is_suffix(struct dw_reader *reader, const uint8_t *wire, size_t wire_len)
{
	struct dw_labels labels;

	if (++reader->suffixes_asked == FILTER_AFTER)
		reader->suffix_filter = dw_suffix_filter_new();
	if (reader->suffix_filter &&
		!dw_suffix_filter_may_be(reader->suffix_filter, wire, wire_len))
		return false;
	dw_name_labels(wire, wire_len, &labels);
	return dw_name_suffix_labels(wire, wire_len) == labels.count;
}

bool dw_reader_subtree_allowed(struct dw_reader *reader, const uint8_t *wire, size_t wire_len)
{
	if (reader->options->suffixes)
		return true;
	if (wire_len <= 1)
		dw_reader_skip(reader, "every name");
	else if (is_suffix(reader, wire, wire_len))
		dw_reader_skip(reader, "public suffix");
	else
		return true;
	return false;
}

static enum dw_result add_wire(
	struct dw_reader *reader, struct dw_rule *rule, const uint8_t *wire, size_t wire_len)
{
	if (rule->trigger != DW_TRIGGER_EXACT && !dw_reader_subtree_allowed(reader, wire, wire_len))
		return DW_OK;
	rule->name = wire;
	rule->name_len = wire_len;
	return dw_reader_add(reader, rule);
}

enum dw_result dw_reader_add_name(struct dw_reader *reader, struct dw_rule *rule, struct span text)
{
	uint8_t wire[DW_NAME_MAX];
	size_t wire_len;

	if (!dw_reader_name(reader, text, wire, &wire_len))
		return DW_OK;
	return add_wire(reader, rule, wire, wire_len);
}

/* ---- patterns ---- */

/* Convert a pattern to the form of rules, NUL-terminated in `out` (DW_SOURCE_LINE_MAX + 3 bytes).
 * Returns false if it contains a byte that names do not have. */
static bool glob_normal(struct span text, char *out, size_t *out_len)
{
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = (uint8_t)text.at[i];

		if (!is_plain[c] && c != '.' && c != '*')
			return false;
		if (c == '*' && len > 0 && out[len - 1] == '*')
			continue;
		out[len++] = (char)ascii_lower(c);
	}
	if (len > 1 && out[len - 1] == '.' && out[len - 2] != '*')
		len--;
	out[len] = '\0';
	*out_len = len;
	return true;
}

/* Whether a pattern matches too many names to be intended. If so, it is skipped. */
static bool glob_is_too_wide(struct dw_reader *reader, struct span glob)
{
	uint8_t wire[DW_NAME_MAX];
	struct span tail = span_from(glob, *glob.at == '*');
	size_t literal = 0, wire_len;

	if (reader->options->suffixes)
		return false;
	for (size_t i = 0; i < glob.len; i++)
		literal += glob.at[i] != '*';
	if (span_starts(glob, "*") && span_ends(glob, "*") && literal < ANYWHERE_MIN) {
		dw_reader_skip(reader, literal > 1 ? "pattern too short" : "every name");
		return true;
	}
	if (tail.len == glob.len || span_has(tail, '*'))
		return false;
	wire_len = plain_name(tail, wire);
	return wire_len > 0 && !dw_reader_subtree_allowed(reader, wire, wire_len);
}

enum dw_result dw_reader_add_glob(struct dw_reader *reader, struct dw_rule *rule, struct span text)
{
	char out[DW_SOURCE_LINE_MAX + 3]; /* adblock may add a `*` at both ends */
	struct span glob = {out, 0};
	struct span below;

	if (text.len >= sizeof(out) || !glob_normal(text, out, &glob.len)) {
		dw_reader_skip(reader, "not a pattern over domain names");
		return DW_OK;
	}
	if (!span_has(glob, '*')) {
		rule->trigger =
			rule->trigger == DW_TRIGGER_GLOB ? DW_TRIGGER_EXACT : DW_TRIGGER_SUBTREE;
		return dw_reader_add_name(reader, rule, glob);
	}
	if (span_is(glob, "*")) {
		static const uint8_t root[1];

		rule->trigger = DW_TRIGGER_SUBTREE;
		return add_wire(reader, rule, root, sizeof(root));
	}
	below = span_from(glob, 1);
	if (span_starts(below, ".") && !span_has(below, '*')) {
		rule->trigger = DW_TRIGGER_SUBNAMES;
		return dw_reader_add_name(reader, rule, span_from(below, 1));
	}
	if (glob_is_too_wide(reader, glob))
		return DW_OK;
	rule->pattern = glob.at;
	rule->pattern_len = glob.len;
	return dw_reader_add(reader, rule);
}

/* The time limit for checking the patterns of one list. 200,000 typical expressions take 10 s. */
#define CHECKING_NS_MAX UINT64_C(60000000000)

enum dw_result dw_reader_check_pattern(
	struct dw_reader *reader, const struct dw_pattern *pattern, struct dw_error *err)
{
	uint64_t start = dw_clock_steady();
	enum dw_result result;

	if (reader->checking_ns > CHECKING_NS_MAX)
		return dw_fail(err, DW_ERR_LIMIT, NULL, 0,
			"not looked at: those before it took 60 s to check");
	result = dw_pattern_check(pattern, err);
	reader->checking_ns += dw_clock_steady() - start;
	return result;
}

enum dw_result dw_reader_add_regex(struct dw_reader *reader, struct dw_rule *rule, struct span text)
{
	const struct dw_pattern expression = {
		.kind = DW_PATTERN_REGEX, .text = text.at, .len = text.len};
	char pattern[DW_SOURCE_LINE_MAX + 1];
	struct dw_error err = {.text = "too long"};
	enum dw_result result = text.len < sizeof(pattern)
					? dw_reader_check_pattern(reader, &expression, &err)
					: DW_ERR_LIMIT;

	if (result == DW_ERR_MEMORY)
		return result;
	if (result != DW_OK) {
		dw_reader_skip(reader, "regular expression: %s", err.text);
		return DW_OK;
	}
	memcpy(pattern, text.at, text.len);
	pattern[text.len] = '\0';
	rule->trigger = DW_TRIGGER_REGEX;
	rule->pattern = pattern;
	rule->pattern_len = text.len;
	return dw_reader_add(reader, rule);
}
