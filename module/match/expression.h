/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * a pattern of any kind as one regular expression, and the flags both engines get
 */
#ifndef DNSWARD_MATCH_EXPRESSION_H
#define DNSWARD_MATCH_EXPRESSION_H

#include <stdbool.h>

#include "dnsward/match.h"

/* Vectorscan and PCRE2 read the same expressions with the same meaning: bytes, not
 * characters; case folded in ASCII; a dot is any byte. Each id is wanted once, and an
 * expression that fits the empty string fits every name, as in Pi-hole. */
#define DW_HS_FLAGS (HS_FLAG_CASELESS | HS_FLAG_DOTALL | HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY)
#define DW_PCRE2_OPTIONS \
	(PCRE2_CASELESS | PCRE2_DOTALL | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | \
		PCRE2_NEVER_BACKSLASH_C)

/* How an expression is run. */
enum dw_expression_engine {
	DW_ENGINE_HS,     /* Vectorscan says all there is to say */
	DW_ENGINE_HS_PCRE2, /* Vectorscan pre-filters, PCRE2 confirms */
};

/* The expression of a pattern; NUL-terminated, the caller's. NULL: no memory. */
char *dw_expression_new(const struct dw_pattern *pattern);

/* dw_pattern_check, which also tells the engine that a good expression needs. */
enum dw_result dw_expression_check(const struct dw_pattern *pattern, const char *expression,
	const struct dw_pattern_limits *limits, enum dw_expression_engine *engine,
	struct dw_error *err);

#endif
