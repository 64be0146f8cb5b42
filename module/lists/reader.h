/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * reader.h: what a parser may call while a list is read */
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

/* One list being read. A parser looks at its options and its own state, and hands
 * on what it finds by the functions below; these fail only where the whole load
 * must (no memory, too many rules), and then the parser returns at once. */
struct dw_reader {
	const struct dw_list_options *options;
	struct dw_rules *rules;
	struct dw_rules *bad; /* what `$badfilter` takes out again; NULL until one comes */
	struct dw_suffix_filter *suffix_filter; /* NULL until there are many names to ask about */
	size_t suffixes_asked;
	struct dw_detections *detections; /* of a list of these; NULL until one comes */
	struct dw_records *records; /* answers whose records stand on lines of their own */
	struct dw_list_report *report;
	dw_skip_fn *skip;
	void *skip_arg;
	const char *path; /* of the file being read */
	uint32_t file, line;
	const struct dw_rr *answer; /* what the rules being added answer; NULL: nothing of theirs */
	void *state;                /* the parser's, zeroed at each file's start */
	uint64_t checking_ns;       /* that dw_reader_check_pattern has taken so far */
};

/* The line, or a part of it, is not honoured. Reasons are short and the same for all
 * lines of a kind, so that people can count them. */
void dw_reader_skip(struct dw_reader *reader, const char *fmt, ...) DW_PRINTF(2, 3);

/* A rule is taken, but not all of it: told like a skip, and counted apart. */
void dw_reader_note(struct dw_reader *reader, const char *fmt, ...) DW_PRINTF(2, 3);

/* Add a rule, its place filled in. The rule must have passed the checks. With an answer
 * it is kept until the end, with what else the list answers to the same. */
enum dw_result dw_reader_add(struct dw_reader *reader, struct dw_rule *rule) DW_MUST_CHECK;

/* Read a name as lists write it into `wire` (DW_NAME_MAX bytes): letters, digits,
 * `-`, `_` and UTF-8, with or without the last dot. False: it is none, or it is an
 * address, or the root, and is skipped. */
bool dw_reader_name(struct dw_reader *reader, struct span text, uint8_t *wire, size_t *wire_len);

/* Whether a rule for the name and all below it is harmless; false: it is the root
 * or a public suffix, the list does not say `suffixes: yes`, and it is skipped. */
bool dw_reader_subtree_allowed(struct dw_reader *reader, const uint8_t *wire, size_t wire_len);

/* Read a name into the rule (its trigger being set), check it and add it. */
enum dw_result dw_reader_add_name(
	struct dw_reader *reader, struct dw_rule *rule, struct span text) DW_MUST_CHECK;

/* The same for a pattern with `*`: over a whole name, or, as adblock's `||`, from any
 * label's start. It is lowered, dots at its end go, runs of `*` become one, and where
 * a name says the same (`*.x`) it becomes that. */
enum dw_result dw_reader_add_glob(
	struct dw_reader *reader, struct dw_rule *rule, struct span text) DW_MUST_CHECK;

/* dw_pattern_check, while the list has time left for it: an expression may take 40 ms, and a list
 * may hold millions of lines. DW_ERR_LIMIT when it has not. */
enum dw_result dw_reader_check_pattern(struct dw_reader *reader, const struct dw_pattern *pattern,
	struct dw_error *err) DW_MUST_CHECK;

/* The same for a regular expression that both engines can read (match.h): the guards of a list
 * count what can fit. */
enum dw_result dw_reader_add_regex(
	struct dw_reader *reader, struct dw_rule *rule, struct span text) DW_MUST_CHECK;

#endif
