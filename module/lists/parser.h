/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * parser.h: the list parsers, one per format */
#ifndef DNSWARD_LISTS_PARSER_H
#define DNSWARD_LISTS_PARSER_H

#include "lists/reader.h"
#include "lists/zone.h"

/* The parser of a format. `line` is called for each line of a file, without its line end, and adds
 * rules with the functions of reader.h. It skips a line it cannot parse, and fails only if the
 * whole load must fail (no memory, too many rules). */
struct dw_list_parser {
	const char *name;
	bool longest_wins; /* see dw_list_format_longest_wins */
	bool encloses;     /* see dw_list_format_encloses */
	size_t state_size; /* size of dw_reader.state */
	enum dw_result (*line)(struct dw_reader *reader, struct span line);
	/* called at the end of each file; may be NULL */
	enum dw_result (*end)(struct dw_reader *reader);
	/* used in place of `line`: parses the whole text of a file, and may reject it as a whole */
	enum dw_result (*text)(struct dw_reader *reader, const char *text, size_t len,
		struct dw_error *err);
};

/* Detect the format of a list from the appearance of its first lines, comments excluded. `unsure`
 * is set if the lines fit no format well, or there are none. Rewinds the source. */
struct dw_source;
enum dw_result dw_list_detect(struct dw_source *source, enum dw_list_format *format, bool *unsure,
	struct dw_error *err) DW_MUST_CHECK;

/* State that parsers keep between lines; zeroed at the start of each file. */
struct dw_ranking_state {
	bool started, has_header;
	uint32_t column; /* column of the names, from the header */
	size_t entries;
};

struct dw_unbound_state {
	bool in_other_clause; /* inside a clause other than `server:` */
	/* type of the last local-zone, whose local-data often follow; NULL before the first one */
	const struct dw_zone_type *zone_type;
	uint8_t zone_len;
	uint8_t zone[DW_NAME_MAX];
};

struct dw_rpz_state {
	struct dw_zone zone;
	bool has_apex;
	uint8_t apex_len;
	uint8_t apex[DW_NAME_MAX];
};

/* The parsers. */
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

/* Whether the line is a cosmetic rule, which hides parts of web pages: names, a mark (`##`, `#@#`,
 * ...) and a selector. Without names, it starts like a comment. */
bool dw_adblock_is_cosmetic(struct span line);

/* Whether the line has an address as its first word and more words after it. Lists of other formats
 * contain such hosts lines too. */
bool dw_hosts_is_line(struct span line);

#endif
