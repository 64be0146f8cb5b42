/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * a pattern of any kind as one regular expression, and the flags both engines get
 */
#ifndef DNSWARD_MATCH_EXPRESSION_H
#define DNSWARD_MATCH_EXPRESSION_H

#include <stdbool.h>

#include <hs.h>

#include "dnsward/match.h"

/* Both engines read bytes, not characters, with case folded in ASCII. Each id is wanted
 * once, and an expression that fits the empty string fits every name, as in Pi-hole. */
#define DW_HS_FLAGS (HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY)
#define DW_PCRE2_OPTIONS \
	(PCRE2_CASELESS | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C)

/* Vectorscan 5.4.9 (x86, at least) does not find a literal of two bytes that is the
 * very end of the data, once other expressions make it skip ahead to where one of them
 * may start (`(^|\.)b` beside `googleads[0-9]+`, `co$` beside `\.track$`). So it never
 * sees one there: names are scanned with line feeds after them, and the end of the
 * name is written as `(?:\n+)` for it. A name itself has none (one in a label is
 * scanned as a blank), a dot does not match one, nor does a negated class, which gets
 * `\n` added. What is left that may match one (`\W`, `(?s)`) is confirmed by PCRE2 as
 * all else that Vectorscan cannot say for certain.
 *
 * So many line feeds: looking for the one byte at which a run of all others ends (`a.*` before
 * the end), Vectorscan 5.4.9 passes over a block of 64 bytes; a row of as many is not passed
 * over. Within a name such a run is missed likewise (`^a.*z$` with 62 bytes between), so no dot
 * is left to end at the one byte that it does not match: for Vectorscan it matches line
 * feeds too, and PCRE2 confirms that the name is not over before the pattern. A star of a glob
 * needs no such care: behind the end there is nothing for the rest of its pattern to fit. What
 * is left is missed: the end of a run of one and the same byte (`b*z` after 62 times b). */
enum { DW_END_BYTES = 64 };
#define DW_END_EXPRESSION "(?:\\n+)"
#define DW_ANY_EXPRESSION "(?s:.)"

/* A pattern as both engines read it; NUL-terminated. `confirm`: Vectorscan only
 * pre-filters. `prefilter`: and needs HS_FLAG_PREFILTER for that. */
struct dw_expression {
	char *hs;
	char *pcre2;
	bool confirm;
	bool prefilter;
	bool cased;
};

/* What Vectorscan compiles it with. */
static inline unsigned dw_expression_flags(const struct dw_expression *expression)
{
	unsigned flags = DW_HS_FLAGS;

	if (expression->cased)
		flags &= ~(unsigned)HS_FLAG_CASELESS;
	return flags | (expression->prefilter ? HS_FLAG_PREFILTER : 0U);
}

/* Translate and check: all of dw_pattern_check, within `limits`. Nothing is to be freed
 * on failure. */
enum dw_result dw_expression_init(struct dw_expression *expression,
	const struct dw_pattern *pattern, const struct dw_pattern_limits *limits,
	struct dw_error *err);
void dw_expression_clear(struct dw_expression *expression);

#endif
