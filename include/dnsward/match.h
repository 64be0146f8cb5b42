/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * match.h: thousands of patterns against one name, all at once */
#ifndef DNSWARD_MATCH_H
#define DNSWARD_MATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/result.h"

/* All patterns of a database are compiled by Vectorscan (libhs) into one automaton
 * that reads the name once: the cost of a look-up does not grow with their number,
 * and there is no back-tracking to attack (measured: 5,000 expressions, 0.11 us a
 * name). What Vectorscan cannot express (look-around, back-references) it pre-filters
 * (HS_FLAG_PREFILTER), and PCRE2, compiled once, without JIT and with a match and
 * depth limit, confirms; where PCRE2 gives up the pattern does not match.
 *
 * The subject is the name as text: labels joined by dots, lower case, no last dot,
 * bytes as they are on the wire (a dot inside a label stands as a dot: it cannot
 * be told apart here, and real names have none; a line feed stands as a blank), or the text
 * of a record in an answer. Of a subject longer than any record the first 65,535 bytes are
 * looked at.
 *
 * The compiled form is bytes that can be written into a database and loaded again on
 * a CPU that can run them; elsewhere it is compiled again from the expressions, which
 * stand in the database too. */

enum dw_pattern_kind {
	DW_PATTERN_REGEX,      /* PCRE, unanchored, caseless */
	DW_PATTERN_GLOB,       /* whole subject, `*` any run of bytes, rest literal */
	DW_PATTERN_GLOB_LABEL, /* as GLOB, starting at any label's start */
	DW_PATTERN_PREFIX,     /* literals */
	DW_PATTERN_CONTAINS,
	DW_PATTERN_SUFFIX_TEXT, /* literal at the end, on no label boundary in particular */
	DW_PATTERN_EXACT,       /* literal, the whole subject */
	DW_PATTERN_SUFFIX_LABEL, /* literal at the end, from a label's start */
	DW_PATTERN_WILDCARD, /* whole subject, `*` any run of bytes, `?` one, `\\` before one of the
	                      * three: itself */
	DW_PATTERN_KINDS
};

struct dw_pattern {
	enum dw_pattern_kind kind;
	bool cased; /* case counts, else it does not */
	const char *text;
	size_t len;
};

/* Limits, each with an error of its own; a pattern beyond one is refused alone, the
 * total ones refuse the whole. Sources: Vectorscan's own limit of an expression is
 * 16,000 bytes; DNS names are 255 bytes, so that no sensible expression is near it. */
struct dw_pattern_limits {
	size_t pattern_bytes;  /* of one expression: 4,096 */
	size_t patterns;       /* 200,000 */
	size_t compiled_bytes; /* 512 MiB */
	unsigned seconds;      /* for compiling all: 120 */
	unsigned try_seconds;  /* of a processor, for all that have to be tried alone: 30; those
	                        * after it are refused, or a few dozen could use up the 120 */
};
extern const struct dw_pattern_limits dw_pattern_default_limits;

/* Check one pattern alone, as list parsers and settings do. DW_ERR_SYNTAX with
 * PCRE2's message and offset, DW_ERR_LIMIT, or DW_ERR_UNSUPPORTED. */
enum dw_result dw_pattern_check(const struct dw_pattern *pattern, struct dw_error *err)
	DW_MUST_CHECK;

/* The same, and all that compiling the pattern by itself can tell: too large, or too long in
 * compiling. It takes up to half a second, and more for what is refused: for patterns that
 * somebody wrote by hand. */
enum dw_result dw_pattern_try(const struct dw_pattern *pattern, struct dw_error *err)
	DW_MUST_CHECK;

/* Compile `count` patterns; pattern i is known as id i afterwards. A pattern that
 * cannot be compiled is reported through `bad` (may be NULL), left out, and does not
 * fail the rest. `*blob` is the caller's (free). Zero patterns give a zero-length
 * blob. Safe in any thread; takes seconds for tens of thousands of expressions. */
typedef void dw_pattern_bad_fn(void *arg, size_t id, const char *reason);
enum dw_result dw_patterns_compile(const struct dw_pattern *patterns, size_t count,
	const struct dw_pattern_limits *limits, const atomic_bool *cancel, dw_pattern_bad_fn *bad,
	void *bad_arg, uint8_t **blob, size_t *blob_len, struct dw_error *err) DW_MUST_CHECK;

struct dw_patterns;
struct dw_pattern_scratch;

/* Make compiled patterns usable. The blob is copied where it must be and need not
 * live on. DW_ERR_VERSION: another Vectorscan or a CPU without what it was compiled
 * for; compile again. DW_ERR_CORRUPT: damaged. */
enum dw_result dw_patterns_load(const uint8_t *blob, size_t len, struct dw_patterns **out,
	struct dw_error *err) DW_MUST_CHECK;
void dw_patterns_close(struct dw_patterns **patterns);

/* Working memory for scanning, one a thread and a struct dw_patterns. It remembers 16,384 names
 * that nothing matched (quiet.h), which are not scanned again. */
enum dw_result dw_pattern_scratch_new(const struct dw_patterns *patterns,
	struct dw_pattern_scratch **out) DW_MUST_CHECK;
void dw_pattern_scratch_free(struct dw_pattern_scratch **scratch);

/* The ids of the patterns that match, ascending, each once. `*ids` lies in the scratch
 * until its next use. Allocates nothing, takes no lock. `patterns` is shared by
 * threads, `scratch` is not. */
size_t dw_patterns_match(const struct dw_patterns *patterns, struct dw_pattern_scratch *scratch,
	const char *subject, size_t len, const uint32_t **ids);

/* What dw_patterns_match found last with this scratch. */
size_t dw_patterns_matched(const struct dw_pattern_scratch *scratch, const uint32_t **ids);

#endif
