/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * reader.h: functions for parsers to add rules and to report skipped lines */
#ifndef DNSWARD_LISTS_READER_H
#define DNSWARD_LISTS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/lists.h"
#include "dnsward/match.h"
#include "lists/span.h"

struct dw_records;
struct dw_suffix_filter;
struct dw_rr;

/* The state of one list while it is read. A parser uses `options` and its own `state`, and passes
 * its results to the functions below. These fail only if the whole load must fail (no memory, too
 * many rules); the parser then returns the error at once. */
struct dw_reader {
	const struct dw_list_options *options;
	struct dw_rules *rules;
	struct dw_rules *bad; /* rules to remove at the end (`$badfilter`); NULL if none */
	struct dw_suffix_filter *suffix_filter; /* NULL until many names have been checked */
	size_t suffixes_asked;
	/* detections of a Sigma list; NULL until the first file */
	struct dw_detections *detections;
	struct dw_records *records; /* records to merge into answers at the end; NULL if none */
	struct dw_list_report *report;
	dw_skip_fn *skip;
	void *skip_arg;
	const char *path; /* the file being read */
	uint32_t file, line;
	const struct dw_rr *answer; /* answer of the rules being added, or NULL */
	void *state;                /* state of the parser, zeroed at the start of each file */
	uint64_t checking_ns;       /* time spent in dw_reader_check_pattern */
};

/* Report that the current line, or a part of it, is skipped. The reason is short and the same for
 * all lines of a kind, so that users can count the reasons. */
void dw_reader_skip(struct dw_reader *reader, const char *fmt, ...) DW_PRINTF(2, 3);

/* Report that a rule was accepted without some of its conditions. Reported like a skip, but counted
 * as partial. */
void dw_reader_note(struct dw_reader *reader, const char *fmt, ...) DW_PRINTF(2, 3);

/* Add a rule, which the caller has checked, and set its file and line. If reader->answer is set,
 * the rule is stored until the end of the list and merged with other records of its name. */
enum dw_result dw_reader_add(struct dw_reader *reader, struct dw_rule *rule) DW_MUST_CHECK;

/* Parse a name as written in lists into `wire` (DW_NAME_MAX bytes): letters, digits, `-`, `_` and
 * UTF-8, with or without a trailing dot. Returns false, and skips the line, for anything else, an
 * address, or the root. */
bool dw_reader_name(struct dw_reader *reader, struct span text, uint8_t *wire, size_t *wire_len);

/* Whether a rule may cover the name and all names below it. Returns false, and skips the line, for
 * the root and for public suffixes, unless the list has `suffixes: yes`. */
bool dw_reader_subtree_allowed(struct dw_reader *reader, const uint8_t *wire, size_t wire_len);

/* Parse a name into the rule, whose trigger is set, check it and add it. */
enum dw_result dw_reader_add_name(
	struct dw_reader *reader, struct dw_rule *rule, struct span text) DW_MUST_CHECK;

/* The same for a pattern with `*`, with trigger DW_TRIGGER_GLOB or, for adblock's `||`,
 * DW_TRIGGER_GLOB_LABEL. The pattern is normalized: lower case, runs of `*` merged, one trailing
 * dot removed (unless `*` precedes it). A pattern that a name trigger can express (no `*`, `*.x`,
 * or `*` alone) becomes a rule with that trigger. */
enum dw_result dw_reader_add_glob(
	struct dw_reader *reader, struct dw_rule *rule, struct span text) DW_MUST_CHECK;

/* Call dw_pattern_check, but limit the total time per list to 60 s, then fail with DW_ERR_LIMIT. An
 * expression may take 40 ms, and a list may have millions of lines. */
enum dw_result dw_reader_check_pattern(struct dw_reader *reader, const struct dw_pattern *pattern,
	struct dw_error *err) DW_MUST_CHECK;

/* Check a regular expression with dw_reader_check_pattern and add it. A bad one is skipped, so that
 * the guards of a list count only usable rules. */
enum dw_result dw_reader_add_regex(
	struct dw_reader *reader, struct dw_rule *rule, struct span text) DW_MUST_CHECK;

#endif
