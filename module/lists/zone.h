/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * zone.h: parser for zone files (RFC 1035 section 5, RFC 2308 section 4) */
#ifndef DNSWARD_LISTS_ZONE_H
#define DNSWARD_LISTS_ZONE_H

#include "lists/reader.h"

enum {
	DW_ZONE_RECORD_MAX = 64 << 10, /* bytes of a record's text, over all its lines */
	/* seconds, if neither $TTL nor an earlier record states a TTL */
	DW_ZONE_TTL = 3600,
};

/* The state of the parser for one zone file. A record may extend over several lines in parentheses,
 * and may take its owner and TTL from earlier records. */
struct dw_zone {
	bool has_owner;
	bool has_origin; /* set by the file or by the list's `zone` */
	uint8_t origin_len, owner_len; /* origin_len 0: not started */
	uint8_t origin[DW_NAME_MAX], owner[DW_NAME_MAX];
	bool has_ttl; /* set by $TTL */
	uint32_t ttl;
	uint32_t line;  /* first line of the current record */
	unsigned depth; /* open parentheses */
	bool too_long, broken;
	size_t len;
	char text[DW_ZONE_RECORD_MAX];
};

/* A record of class IN. Its owner is zone->owner. `rdata` is the text after the type, on one line,
 * without comments and parentheses; it is valid during the callback. */
struct dw_zone_record {
	uint16_t type;
	uint32_t ttl;
	struct span rdata;
};

typedef enum dw_result dw_zone_record_fn(
	struct dw_reader *reader, struct dw_zone *zone, const struct dw_zone_record *record);

/* Set the initial origin. Without this call it is the root. */
void dw_zone_begin(struct dw_zone *zone, const uint8_t *origin, size_t origin_len);

/* Complete relative names with `origin` from here on. */
void dw_zone_set_origin(struct dw_zone *zone, const uint8_t *origin, size_t origin_len);

/* Parse one line of the file. Calls `record` for each complete record, with reader->line set to its
 * first line. $ORIGIN and $TTL are followed; $INCLUDE and $GENERATE are skipped. */
enum dw_result dw_zone_line(struct dw_reader *reader, struct dw_zone *zone, struct span line,
	dw_zone_record_fn *record) DW_MUST_CHECK;

/* Call at the end of the file: reports a record that is still incomplete. */
void dw_zone_end(struct dw_reader *reader, struct dw_zone *zone);

/* Parse `[TTL] [class] type rdata`, with TTL and class in any order. `ttl` is the default. Returns
 * false if the record is skipped. */
bool dw_zone_record_read(
	struct dw_reader *reader, struct span text, uint32_t ttl, struct dw_zone_record *out);

/* Parse a name in the syntax of zone files: `@` is the origin, and a name without a trailing dot is
 * relative to it. Returns false if the text is not a name; no skip is reported then. */
bool dw_zone_name(const struct dw_zone *zone, struct span text, uint8_t *wire, size_t *wire_len);

#endif
