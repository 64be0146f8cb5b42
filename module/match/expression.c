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
};

/* What stands before and after the text of each kind. \A and \z are the ends of the
 * subject whatever bytes it holds; `$` would also match before a last newline. */
static const struct {
	const char *before, *after;
	bool star; /* `*` is any run of bytes */
} shapes[] = {
	[DW_PATTERN_GLOB] = {"\\A", "\\z", true},
	[DW_PATTERN_GLOB_LABEL] = {"(?:\\A|\\.)", "\\z", true},
	[DW_PATTERN_PREFIX] = {"\\A", "", false},
	[DW_PATTERN_CONTAINS] = {"", "", false},
	[DW_PATTERN_SUFFIX_TEXT] = {"", "\\z", false},
};

static bool is_plain(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		c == '-' || c == '_';
}

char *dw_expression_new(const struct dw_pattern *pattern)
{
	enum { ESCAPED = sizeof("\\xff") - 1, ENDS = 16 };
	char *out = malloc(pattern->len * ESCAPED + ENDS);
	char *p = out;

	if (out == NULL)
		return NULL;
	if (pattern->kind == DW_PATTERN_REGEX) {
		memcpy(out, pattern->text, pattern->len);
		out[pattern->len] = '\0';
		return out;
	}
	p = stpcpy(p, shapes[pattern->kind].before);
	for (size_t i = 0; i < pattern->len; i++) {
		unsigned char c = (unsigned char)pattern->text[i];

		if (is_plain(c))
			*p++ = (char)c;
		else if (c == '*' && shapes[pattern->kind].star)
			p = stpcpy(p, ".*");
		else
			p += sprintf(p, "\\x%02x", c);
	}
	stpcpy(p, shapes[pattern->kind].after);
	return out;
}

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

enum dw_result dw_expression_check(const struct dw_pattern *pattern, const char *expression,
	const struct dw_pattern_limits *limits, enum dw_expression_engine *engine,
	struct dw_error *err)
{
	char reason[256];
	enum dw_result result;

	*engine = DW_ENGINE_HS;
	if (pattern->len == 0)
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0, "the pattern is empty");
	if (pattern->len > limits->pattern_bytes)
		return dw_fail(err, DW_ERR_LIMIT, NULL, 0,
			"the pattern has %zu bytes; at most %zu are taken", pattern->len,
			limits->pattern_bytes);
	if (pattern->kind != DW_PATTERN_REGEX)
		return DW_OK;
	if (memchr(pattern->text, '\0', pattern->len) != NULL)
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0, "the expression holds a NUL byte");
	result = check_pcre2(expression, err);
	if (result != DW_OK)
		return result;
	if (hs_takes(expression, DW_HS_FLAGS, reason, sizeof(reason)))
		return DW_OK;
	*engine = DW_ENGINE_HS_PCRE2;
	if (hs_takes(expression, DW_HS_FLAGS | HS_FLAG_PREFILTER, reason, sizeof(reason)))
		return DW_OK;
	return dw_fail(err, DW_ERR_UNSUPPORTED, NULL, 0, "not supported in expressions: %s", reason);
}

enum dw_result dw_pattern_check(const struct dw_pattern *pattern, struct dw_error *err)
{
	enum dw_expression_engine engine;
	char *expression = NULL;
	enum dw_result result;

	if (pattern->len <= dw_pattern_default_limits.pattern_bytes) {
		expression = dw_expression_new(pattern);
		if (expression == NULL)
			return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for a pattern");
	}
	result = dw_expression_check(pattern, expression, &dw_pattern_default_limits, &engine, err);
	free(expression);
	return result;
}
