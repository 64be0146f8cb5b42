/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * parser.h: the formats, one parser each */
#ifndef DNSWARD_LISTS_PARSER_H
#define DNSWARD_LISTS_PARSER_H

#include "lists/reader.h"
#include "lists/zone.h"

/* A parser gets the lines of a file one by one, without their ends, and calls the
 * reader. It never fails for what a line says. */
struct dw_list_parser {
	const char *name;
	bool longest_wins; /* within a list only the rules of the longest name count */
	bool encloses;     /* and wildcards end at the names that are exact */
	size_t state_size; /* of dw_reader.state */
	enum dw_result (*line)(struct dw_reader *reader, struct span line);
	enum dw_result (*end)(struct dw_reader *reader); /* of a file; or NULL */
	/* in place of `line`: the whole text of a file, which may be refused as a whole */
	enum dw_result (*text)(struct dw_reader *reader, const char *text, size_t len,
		struct dw_error *err);
};

/* Told by what the first lines that are no comments look like. `unsure`: they fit no
 * format well, or there are none. Leaves the source at its start. */
struct dw_source;
enum dw_result dw_list_detect(struct dw_source *source, enum dw_list_format *format, bool *unsure,
	struct dw_error *err) DW_MUST_CHECK;

/* What some parsers keep from line to line; zeroed at each file's start. */
struct dw_ranking_state {
	bool started, has_header;
	uint32_t column; /* of the names, as the header says */
	size_t entries;
};

struct dw_unbound_state {
	bool in_other_clause; /* than `server:` */
	const struct dw_zone_type *zone_type; /* of the last local-zone, whose local-data often
	                                       * follow; NULL: none yet */
	uint8_t zone_len;
	uint8_t zone[DW_NAME_MAX];
};

struct dw_rpz_state {
	struct dw_zone zone;
	bool has_apex;
	uint8_t apex_len;
	uint8_t apex[DW_NAME_MAX];
};

/* One file a format. */
enum dw_result dw_hosts_line(struct dw_reader *reader, struct span line) DW_MUST_CHECK;
enum dw_result dw_domains_line(struct dw_reader *reader, struct span line) DW_MUST_CHECK;
enum dw_result dw_wildcard_line(struct dw_reader *reader, struct span line) DW_MUST_CHECK;
enum dw_result dw_adblock_line(struct dw_reader *reader, struct span line) DW_MUST_CHECK;
enum dw_result dw_dnsmasq_line(struct dw_reader *reader, struct span line) DW_MUST_CHECK;
enum dw_result dw_unbound_line(struct dw_reader *reader, struct span line) DW_MUST_CHECK;
enum dw_result dw_rpz_line(struct dw_reader *reader, struct span line) DW_MUST_CHECK;
enum dw_result dw_rpz_end(struct dw_reader *reader) DW_MUST_CHECK;
enum dw_result dw_regex_line(struct dw_reader *reader, struct span line) DW_MUST_CHECK;
enum dw_result dw_ranking_line(struct dw_reader *reader, struct span line) DW_MUST_CHECK;

enum dw_result dw_sigma_text(struct dw_reader *reader, const char *text, size_t len,
	struct dw_error *err) DW_MUST_CHECK;

/* Whether the line is a rule that hides parts of pages: names, a mark (`##`, `#@#`, ...)
 * and a selector. Where the names are missing it starts as a comment does. */
bool dw_adblock_is_cosmetic(struct span line);

/* Whether the line starts with an address and a blank: hosts lines stand in other
 * formats too. */
bool dw_hosts_is_line(struct span line);

#endif
