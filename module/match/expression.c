/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * from patterns to regular expressions, checked by both engines
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "dnsward-config.h"
#include <hs.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expression.h"

const struct dw_pattern_limits dw_pattern_default_limits = {
	.pattern_bytes = 4096,
	.patterns = 200000,
	.compiled_bytes = (size_t)512 << 20,
	.seconds = 120,
	.try_seconds = 30,
};

/* ---- literals and globs ---- */

static const struct {
	const char *before; /* the text */
	bool ends;          /* with the name */
	bool star;          /* `*` is any run of bytes */
	bool mark; /* `?` is any byte, and a backslash takes their meaning from all three */
} shapes[DW_PATTERN_KINDS] = {
	[DW_PATTERN_GLOB] = {"^", true, true, false},
	[DW_PATTERN_GLOB_LABEL] = {"(?:^|\\.)", true, true, false},
	[DW_PATTERN_PREFIX] = {"^", false, false, false},
	[DW_PATTERN_CONTAINS] = {"", false, false, false},
	[DW_PATTERN_SUFFIX_TEXT] = {"", true, false, false},
	[DW_PATTERN_EXACT] = {"^", true, false, false},
	[DW_PATTERN_SUFFIX_LABEL] = {"(?:^|\\.)", true, false, false},
	[DW_PATTERN_WILDCARD] = {"^", true, true, true},
};

static bool is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '-' || c == '_';
}

/* `any`, `end`: how the engine that it is for says any byte and the end of the name. Returns
 * whether some `?` could be taken for a byte behind the end. */
static bool write_text(
	const struct dw_pattern *pattern, const char *any, const char *end, char *out)
{
	bool unsure = false;
	bool star = shapes[pattern->kind].star, mark = shapes[pattern->kind].mark;

	out = stpcpy(out, shapes[pattern->kind].before);
	for (size_t i = 0; i < pattern->len; i++) {
		char c = pattern->text[i];
		bool escaped = mark && c == '\\' && i + 1 < pattern->len &&
			       strchr("*?\\", pattern->text[i + 1]) != NULL;

		if (escaped)
			c = pattern->text[++i];
		if (is_plain(c))
			*out++ = c;
		else if (c == '*' && star && !escaped)
			out = stpcpy(stpcpy(out, any), "*");
		else if (c == '?' && mark && !escaped) {
			out = stpcpy(out, any);
			unsure = true;
		} else
			out += sprintf(out, "\\x%02x", (unsigned char)c);
	}
	stpcpy(out, shapes[pattern->kind].ends ? end : "");
	return unsure;
}

/* ---- regular expressions ---- */

/* An expression being copied; `unsure` once Vectorscan may find it where it does not fit, `ended`
 * once it holds the end of the name. */
struct copy {
	const char *in;
	char *out;
	bool unsure, ended;
};

static void copy_end(struct copy *c, size_t len)
{
	c->out = stpcpy(c->out, DW_END_EXPRESSION);
	c->in += len;
	c->ended = true;
}

/* A backslash and what it stands before. */
static void copy_escape(struct copy *c, bool in_class)
{
	char escaped = c->in[1];

	if (!in_class && (escaped == 'z' || escaped == 'Z')) {
		copy_end(c, 2);
		return;
	}
	/* whether a word ends there is seen from behind the line feeds, and says nothing */
	if (!in_class && c->ended && (escaped == 'b' || escaped == 'B')) {
		c->out = stpcpy(c->out, "(?:)");
		c->in += 2;
		c->unsure = true;
		return;
	}
	if (is_plain(escaped) && escaped != '-' && escaped != '_' &&
		strchr("dwbBA", escaped) == NULL)
		c->unsure = true;
	*c->out++ = *c->in++;
	if (escaped != '\0')
		*c->out++ = *c->in++;
	if (escaped == 'Q') {
		while (*c->in != '\0' && strncmp(c->in, "\\E", 2) != 0)
			*c->out++ = *c->in++;
	}
}

/* A class, from its bracket to the other. */
static void copy_class(struct copy *c)
{
	bool negated = c->in[1] == '^';

	*c->out++ = *c->in++;
	if (negated)
		*c->out++ = *c->in++;
	if (*c->in == ']')
		*c->out++ = *c->in++;
	if (negated)
		c->out = stpcpy(c->out, "\\n");
	while (*c->in != '\0' && *c->in != ']') {
		if (*c->in == '\\') {
			copy_escape(c, true);
			continue;
		}
		if (c->in[0] == '[' && c->in[1] == ':') {
			while (*c->in != '\0' && *c->in != ']')
				*c->out++ = *c->in++;
		}
		if (*c->in != '\0')
			*c->out++ = *c->in++;
	}
	if (*c->in == ']')
		*c->out++ = *c->in++;
}

/* From a checked PCRE to what Vectorscan reads. Returns whether PCRE2 has to confirm. */
static bool write_regex(const char *in, char *out)
{
	struct copy c = {.in = in, .out = out};

	while (*c.in != '\0') {
		switch (*c.in) {
		case '\\':
			copy_escape(&c, false);
			continue;
		case '[':
			copy_class(&c);
			continue;
		case '$':
			copy_end(&c, 1);
			continue;
		case '.':
			c.out = stpcpy(c.out, DW_ANY_EXPRESSION);
			c.in++;
			c.unsure = true;
			continue;
		case '(':
			if ((c.in[1] == '?' && c.in[2] != ':') || c.in[1] == '*')
				c.unsure = true;
			break;
		}
		*c.out++ = *c.in++;
	}
	*c.out = '\0';
	return c.unsure;
}

/* ---- checks ---- */

static enum dw_result check_pcre2(const char *expression, struct dw_error *err)
{
	PCRE2_UCHAR message[256];
	int code;
	PCRE2_SIZE offset;
	pcre2_code *re = pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED,
		DW_PCRE2_OPTIONS, &code, &offset, NULL);

	if (re != NULL) {
		pcre2_code_free(re);
		return DW_OK;
	}
	pcre2_get_error_message(code, message, sizeof(message));
	return dw_fail(err, DW_ERR_SYNTAX, NULL, 0, "%s at offset %zu of the expression", message,
		(size_t)offset);
}

/* Whether Vectorscan takes the expression; its sentence if not. */
static bool hs_takes(const char *expression, unsigned flags, char *reason, size_t reason_len)
{
	hs_expr_info_t *info = NULL;
	hs_compile_error_t *error = NULL;

	if (hs_expression_info(expression, flags, &info, &error) == HS_SUCCESS) {
		free(info);
		return true;
	}
	snprintf(reason, reason_len, "%s", error != NULL ? error->message : "no memory");
	hs_free_compile_error(error);
	return false;
}

static enum dw_result check_text(const struct dw_pattern *pattern,
	const struct dw_pattern_limits *limits, struct dw_error *err)
{
	if (pattern->len == 0)
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0, "the pattern is empty");
	if (pattern->len > limits->pattern_bytes)
		return dw_fail(err, DW_ERR_LIMIT, NULL, 0,
			"the pattern has %zu bytes; at most %zu are taken", pattern->len,
			limits->pattern_bytes);
	if (memchr(pattern->text, '\0', pattern->len) != NULL ||
		memchr(pattern->text, '\n', pattern->len) != NULL)
		return dw_fail(
			err, DW_ERR_SYNTAX, NULL, 0, "the pattern holds a NUL or a line feed");
	return DW_OK;
}

/* Which of Vectorscan's ways an expression can take. */
static enum dw_result check_hs(struct dw_expression *e, struct dw_error *err)
{
	char reason[256];

	if (hs_takes(e->hs, dw_expression_flags(e), reason, sizeof(reason)))
		return DW_OK;
	e->prefilter = e->confirm = true;
	if (hs_takes(e->hs, dw_expression_flags(e), reason, sizeof(reason)))
		return DW_OK;
	return dw_fail(
		err, DW_ERR_UNSUPPORTED, NULL, 0, "not supported in expressions: %s", reason);
}

enum dw_result dw_expression_init(struct dw_expression *e, const struct dw_pattern *pattern,
	const struct dw_pattern_limits *limits, struct dw_error *err)
{
	/* the most that one byte becomes, and the ends */
	enum { GROWTH = sizeof(DW_END_EXPRESSION) - 1, ENDS = 32 };
	enum dw_result result = check_text(pattern, limits, err);

	*e = (struct dw_expression){0};
	if (result != DW_OK)
		return result;
	e->cased = pattern->cased;
	e->hs = malloc(pattern->len * GROWTH + ENDS);
	e->pcre2 = malloc(pattern->len * GROWTH + ENDS);
	if (e->hs == NULL || e->pcre2 == NULL) {
		result = dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for a pattern");
	} else if (pattern->kind == DW_PATTERN_REGEX) {
		sprintf(e->pcre2, "%.*s", (int)pattern->len, pattern->text);
		result = check_pcre2(e->pcre2, err);
		if (result == DW_OK) {
			e->confirm = write_regex(e->pcre2, e->hs);
			result = check_hs(e, err);
		}
		if (e->cased) /* PCRE2's options are the same for all */
			sprintf(e->pcre2, "(?-i)%.*s", (int)pattern->len, pattern->text);
	} else {
		e->confirm = write_text(pattern, DW_ANY_EXPRESSION, DW_END_EXPRESSION, e->hs);
		(void)write_text(pattern, ".", "\\z", e->pcre2);
	}
	if (result != DW_OK)
		dw_expression_clear(e);
	return result;
}

void dw_expression_clear(struct dw_expression *e)
{
	free(e->hs);
	free(e->pcre2);
	*e = (struct dw_expression){0};
}

enum dw_result dw_pattern_check(const struct dw_pattern *pattern, struct dw_error *err)
{
	struct dw_expression e;
	enum dw_result result = dw_expression_init(&e, pattern, &dw_pattern_default_limits, err);

	dw_expression_clear(&e);
	return result;
}
