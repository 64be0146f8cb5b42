/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * adblock.c: adblock filter rules, as far as they apply to domain names */
#include "dnsward-config.h"
#include "lists/adblock.h"

#include <stdio.h>
#include <stdlib.h>

#include "lists/parser.h"
#include "lists/source.h"

bool dw_adblock_is_cosmetic(struct span line)
{
	static const char *const marks[] = {
		"##", "#@#", "#?#", "#$#", "#%#", "#@?#", "#@$#", "#@%#"};
	size_t at = span_find(line, '#');

	if (at == line.len)
		return false;
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		struct span rest = span_from(line, at);

		if (!span_starts(rest, marks[i]))
			continue;
		rest = span_from(rest, strlen(marks[i]));
		/* Exclude comments such as "## Title" and "#####". */
		return at > 0 || (rest.len > 0 && !span_is_blank(*rest.at) && *rest.at != '#');
	}
	return false;
}

/* Return the offset of the `$` that starts the modifiers, or rule.len if there is none. It is the
 * last `$` without a backslash before it. A regular expression may contain `$`; there, only a `$`
 * right after a `/` counts. */
static size_t find_modifiers(struct span rule)
{
	bool is_regex = span_starts(rule, "/");

	if (is_regex && rule.len > 1 && span_ends(rule, "/"))
		return rule.len;
	for (size_t i = rule.len; i-- > 0;)
		if (rule.at[i] == '$' && (i == 0 || rule.at[i - 1] != '\\') &&
			(!is_regex || (i > 1 && rule.at[i - 1] == '/')))
			return i;
	return rule.len;
}

/* Whether the text looks like a host name: with a dot, and without wildcards or outer hyphens.
 * Alone on a line, it is a name and not a pattern. */
static bool is_plain_name(struct span text)
{
	size_t dot = span_find(text, '.');

	return dot + 1 < text.len && *text.at != '-' && dot > 0 && text.at[text.len - 1] != '-' &&
	       !span_has(text, '*');
}

/* Return why a pattern cannot apply to names, or NULL. */
static const char *pattern_fault(struct span text)
{
	if (text.len == 0)
		return "empty rule";
	if (span_has(text, '/'))
		return "path";
	if (span_has(text, ':'))
		return "port or scheme";
	if (span_has(text, '^') || span_has(text, '|'))
		return "separator inside a pattern";
	return NULL;
}

/* Add a pattern that is not anchored at the start of the name, at its end, or at either. */
static enum dw_result add_loose(struct dw_reader *reader, struct dw_rule *rule, struct span text,
	bool from_start, bool to_end)
{
	char glob[DW_SOURCE_LINE_MAX + 2];
	size_t len = 0;

	if (!from_start)
		glob[len++] = '*';
	memcpy(glob + len, text.at, text.len);
	len += text.len;
	if (!to_end)
		glob[len++] = '*';
	return dw_reader_add_glob(reader, rule, (struct span){glob, len});
}

/* Interpret the anchors `||`, `|` and `^` around a name or pattern, and add the rule. */
static enum dw_result add_pattern(struct dw_reader *reader, struct dw_rule *rule, struct span text)
{
	bool label = span_starts(text, "||"), start = label || span_starts(text, "|");
	bool end = false;
	const char *fault;

	text = span_from(text, label ? 2 : start);
	if (span_ends(text, "|")) {
		text.len--;
		end = true;
	}
	if (span_ends(text, "^")) {
		text.len--;
		end = true;
	}
	fault = pattern_fault(text);
	if (fault) {
		dw_reader_skip(reader, "%s", fault);
		return DW_OK;
	}
	if (end && start && !span_has(text, '*')) {
		rule->trigger = label ? DW_TRIGGER_SUBTREE : DW_TRIGGER_EXACT;
		return dw_reader_add_name(reader, rule, text);
	}
	if (!start && !end && is_plain_name(text)) {
		rule->trigger = DW_TRIGGER_EXACT;
		return dw_reader_add_name(reader, rule, text);
	}
	if (!start && !end && !span_has(text, '*') && !span_has(text, '.') &&
		!span_has(text, '-')) {
		dw_reader_skip(reader, "a single word; expected a name, or *word* for a pattern");
		return DW_OK;
	}
	rule->trigger = label ? DW_TRIGGER_GLOB_LABEL : DW_TRIGGER_GLOB;
	return add_loose(reader, rule, text, start, end);
}

/* ---- modifiers that change the rule ---- */

/* Append the text of a name or pattern to `regex` (of `size` bytes) as a regular expression. Only
 * `.`, `\` and `*` need treatment; names and patterns contain nothing else that is special. */
static size_t put_text(char *regex, size_t size, size_t len, const char *text)
{
	for (; *text && len + 3 < size; text++) {
		if (*text == '.' || *text == '\\')
			regex[len++] = '\\';
		else if (*text == '*')
			regex[len++] = '.';
		regex[len++] = *text;
	}
	regex[len] = '\0';
	return len;
}

static size_t put(char *regex, size_t size, size_t len, const char *text)
{
	for (; *text && len + 1 < size; text++)
		regex[len++] = *text;
	regex[len] = '\0';
	return len;
}

/* Append `^(?!(?:.*\.)?(?:a|b)$)`, which rejects `a` and `b` and the names below them. */
static bool put_denied(
	struct dw_reader *reader, struct span names, char *regex, size_t size, size_t *len)
{
	struct span name;
	const char *between = "^(?!(?:.*\\.)?(?:";

	while (span_part(&names, '|', &name)) {
		uint8_t wire[DW_NAME_MAX];
		char text[DW_NAME_TEXT_MAX];
		size_t wire_len;

		if (!dw_reader_name(reader, name, wire, &wire_len))
			return false;
		dw_name_to_text(wire, wire_len, text);
		*len = put(regex, size, *len, between);
		*len = put_text(regex, size, *len, text);
		between = "|";
	}
	*len = put(regex, size, *len, ")$)");
	return true;
}

/* Add a rule with $denyallow as a regular expression that does not match the excluded names. An
 * exception would not do: it would exclude these names from all other rules of the list too. */
static enum dw_result add_denyallow_regex(
	struct dw_reader *reader, const struct dw_rule *rule, struct span names)
{
	char regex[2 * DW_SOURCE_LINE_MAX], text[DW_NAME_TEXT_MAX];
	struct dw_rule sparing = *rule;
	size_t len = 0;

	if (!put_denied(reader, names, regex, sizeof(regex), &len))
		return DW_OK;
	if (rule->trigger == DW_TRIGGER_GLOB_LABEL ||
		(rule->trigger == DW_TRIGGER_SUBTREE && rule->name_len > 1))
		len = put(regex, sizeof(regex), len, "(?:.*\\.)?");
	else if (rule->trigger == DW_TRIGGER_SUBNAMES)
		len = put(regex, sizeof(regex), len, ".*\\.");
	if (rule->pattern) {
		len = put_text(regex, sizeof(regex), len, rule->pattern);
	} else if (rule->name_len > 1) {
		dw_name_to_text(rule->name, rule->name_len, text);
		len = put_text(regex, sizeof(regex), len, text);
	} else {
		len = put(regex, sizeof(regex), len, ".*");
	}
	len = put(regex, sizeof(regex), len, "$");
	if (len > DW_SOURCE_LINE_MAX) {
		dw_reader_skip(reader, "too many names in $denyallow");
		return DW_OK;
	}
	sparing.name = NULL;
	sparing.name_len = 0;
	return dw_reader_add_regex(reader, &sparing, (struct span){regex, len});
}

static enum dw_result add_body(struct dw_reader *reader, struct dw_rule *rule, struct span body)
{
	if (body.len > 2 && span_starts(body, "/") && span_ends(body, "/"))
		return dw_reader_add_regex(reader, rule, (struct span){body.at + 1, body.len - 2});
	return add_pattern(reader, rule, body);
}

/* Add a rule with $denyallow: parse it into a temporary container first, then rewrite it as a
 * regular expression. */
static enum dw_result add_with_denyallow(
	struct dw_reader *reader, struct dw_rule *rule, struct span body, struct span names)
{
	struct dw_rules *rules = reader->rules, *aside;
	size_t exceptions = reader->report->exceptions, cursor = 0;
	const struct dw_rr *answer = reader->answer;
	enum dw_result result = dw_rules_new(&aside);
	struct dw_rule view;

	if (result != DW_OK)
		return result;
	reader->rules = aside;
	reader->answer = NULL;
	result = add_pattern(reader, rule, body);
	reader->report->exceptions = exceptions;
	reader->rules = rules;
	reader->answer = answer;
	if (result == DW_OK && dw_rules_next(aside, &cursor, &view))
		result = add_denyallow_regex(reader, &view, names);
	dw_rules_free(&aside);
	return result;
}

static enum dw_result add_with_modifiers(struct dw_reader *reader, struct dw_rule *rule,
	struct span body, const struct dw_adblock_modifiers *modifiers)
{
	enum dw_result result;

	rule->data = modifiers->data;
	reader->answer = modifiers->rr.rdata ? &modifiers->rr : NULL;
	if (!modifiers->denyallow.at) {
		result = add_body(reader, rule, body);
	} else if (span_starts(body, "/")) {
		dw_reader_skip(reader, "modifier $denyallow on a regular expression");
		result = DW_OK;
	} else {
		result = add_with_denyallow(reader, rule, body, modifiers->denyallow);
	}
	reader->answer = NULL;
	return result;
}

/* Add a rule with $badfilter to reader->bad, to be removed from the list at its end. */
static enum dw_result add_badfilter(struct dw_reader *reader, struct dw_rule *rule,
	struct span body, const struct dw_adblock_modifiers *modifiers)
{
	struct dw_rules *rules = reader->rules;
	size_t exceptions = reader->report->exceptions;
	enum dw_result result = DW_OK;

	if (modifiers->rr.rdata) {
		dw_reader_skip(reader, "modifier $badfilter on a rule with records");
		return DW_OK;
	}
	if (!reader->bad)
		result = dw_rules_new(&reader->bad);
	if (result != DW_OK)
		return result;
	reader->rules = reader->bad;
	result = add_with_modifiers(reader, rule, body, modifiers);
	reader->rules = rules;
	reader->report->exceptions = exceptions;
	return result;
}

/* ---- lines ---- */

static enum dw_result add_rule(struct dw_reader *reader, struct span text)
{
	struct dw_rule rule = {.trigger = DW_TRIGGER_GLOB};
	struct dw_adblock_modifiers modifiers;
	enum dw_result result = DW_OK;
	size_t end;

	if (span_starts(text, "@@")) {
		rule.flags |= DW_RULE_EXCEPTION;
		text = span_from(text, 2);
	}
	end = find_modifiers(text);
	if (end == text.len)
		return add_body(reader, &rule, text);
	if (dw_adblock_modifiers_read(reader, span_from(text, end + 1), &rule, &modifiers, &result))
		result = (modifiers.badfilter ? add_badfilter : add_with_modifiers)(
			reader, &rule, span_to(text, end), &modifiers);
	dw_rr_clear(&modifiers.rr);
	return result;
}

enum dw_result dw_adblock_line(struct dw_reader *reader, struct span line)
{
	line = span_trim(line);
	if (dw_adblock_is_cosmetic(line)) {
		dw_reader_skip(reader, "cosmetic rule");
		return DW_OK;
	}
	if (!span_clean(&line))
		return DW_OK;
	if (span_starts(line, "[") && span_ends(line, "]"))
		return DW_OK; /* "[Adblock Plus 2.0]" */
	if (dw_hosts_is_line(line))
		return dw_hosts_line(reader, line);
	return add_rule(reader, line);
}
