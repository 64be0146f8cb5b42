/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * yaml_error.c: what a YAML parser's complaint means for who wrote the file */
#include "dnsward-config.h"
#include "yaml_error.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The first entry whose parts are found in libyaml's words applies. An advice
 * with %c is about the character the error points at. */
static const struct {
	const char *context;
	const char *problem;
	const char *advice;
} advices[] = {
	{"", "tab character", "indent with blanks"},
	{"", "mapping values are not allowed",
		"put a value that holds ': ' in quotes, or check the indentation and the line "
		"above"},
	{"", "block sequence entries are not allowed", YAML_ERROR_QUOTE},
	{"", "mapping keys are not allowed", YAML_ERROR_QUOTE},
	{"", "expected node content", YAML_ERROR_QUOTE},
	{"scanning a block scalar", "", YAML_ERROR_QUOTE},
	{"", "unknown escape character",
		"in double quotes a backslash is an escape; put the value in single quotes"},
	{"scanning an alias", "", YAML_ERROR_QUOTE},
	{"scanning an anchor", "", YAML_ERROR_QUOTE},
	{"scanning a tag", "", YAML_ERROR_QUOTE},
	{"parsing a tag", "", YAML_ERROR_QUOTE},
	{"scanning a directive", "", YAML_ERROR_QUOTE},
	{"scanning a %", "", YAML_ERROR_QUOTE},
	{"", "cannot start any token", YAML_ERROR_QUOTE},
	{"scanning a simple key", "", "expected 'key: value'; a value of several lines needs "
				      "quotes or a block ('|')"},
	{"scanning a quoted scalar", "unexpected end", "the closing quote is missing"},
	{"a block collection", "", "check the indentation; each item starts with '- '"},
	{"a block mapping", "expected key",
		"check the indentation and the quotes; a value that starts with a quote must end "
		"with it"},
	{"a flow sequence", "", "check for a missing ',' or ']'"},
	{"a flow mapping", "", "check for a missing ',' or '}'"},
};

static size_t line_of_offset(const char *text, size_t len, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < len && i < offset; i++)
		line += text[i] == '\n';
	return line;
}

/* The byte a mark points at, or 0. Marks count characters; text is UTF-8 and its
 * lines end with LF or CRLF (the other line breaks of YAML give no advice). */
static char char_at(const char *text, size_t len, const yaml_mark_t *mark)
{
	const char *end = text + len;
	size_t column = 0;

	for (size_t line = 0; line < mark->line; line++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));

		if (!newline)
			return '\0';
		text = newline + 1;
	}
	for (; text < end && *text != '\n'; text++) {
		if (((unsigned char)*text & 0xc0) == 0x80)
			continue;
		if (column++ == mark->column)
			return *text;
	}
	return '\0';
}

static void advise(char *out, size_t out_len, const char *context, const char *problem, char c)
{
	out[0] = '\0';
	if (c == '\t') {
		snprintf(out, out_len, "; a tab stands here, expected blanks");
		return;
	}
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++) {
		const char *advice = advices[i].advice;
		const char *hole = strstr(advice, "%c");

		if (!strstr(context, advices[i].context) || !strstr(problem, advices[i].problem))
			continue;
		if (!hole)
			snprintf(out, out_len, "; %s", advice);
		else if (c > 0x20 && c < 0x7f)
			snprintf(out, out_len, "; %.*s%c%s", (int)(hole - advice), advice, c,
				hole + 2);
		return;
	}
}

enum dw_result yaml_error_explain(const yaml_parser_t *parser, const char *name, const char *text,
	size_t len, struct dw_error *err)
{
	const char *context = parser->context ? parser->context : "";
	const char *problem = parser->problem ? parser->problem : "unknown error";
	const yaml_mark_t *mark = &parser->problem_mark;
	char advice[160], began[96] = "";

	if (parser->error == YAML_MEMORY_ERROR)
		return dw_fail(err, DW_ERR_MEMORY, name, 0, "no memory");
	if (parser->error == YAML_READER_ERROR)
		return dw_fail(err, DW_ERR_SYNTAX, name,
			line_of_offset(text, len, parser->problem_offset),
			"%s; expected UTF-8 text", problem);
	/* a token that cannot be read is best looked for where it starts */
	if (strncmp(context, "while scanning", 14) == 0 && !strstr(problem, "tab character") &&
		strcmp(context, "while scanning for the next token") != 0)
		mark = &parser->context_mark;
	else if (context[0] && parser->context_mark.line != mark->line)
		snprintf(began, sizeof(began), " %s that starts on line %zu", context,
			parser->context_mark.line + 1);
	advise(advice, sizeof(advice), context, problem, char_at(text, len, mark));
	return dw_fail(err, DW_ERR_SYNTAX, name, mark->line + 1, "%s%s%s", problem, began, advice);
}
