/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * zone.h: the records of a zone file (RFC 1035 section 5, RFC 2308 section 4) */
#ifndef DNSWARD_LISTS_ZONE_H
#define DNSWARD_LISTS_ZONE_H

#include "lists/reader.h"

enum {
	DW_ZONE_RECORD_MAX = 64 << 10, /* bytes of a record's text, over all its lines */
	DW_ZONE_TTL = 3600,            /* where neither $TTL nor a record so far says one */
};

/* Where the reading of a zone file stands. A record may run over many lines, held
 * together by parentheses, and takes its owner and TTL from those before it. */
struct dw_zone {
	bool has_owner;
	bool has_origin; /* the file or the list has said it */
	uint8_t origin_len, owner_len; /* origin_len 0: not begun */
	uint8_t origin[DW_NAME_MAX], owner[DW_NAME_MAX];
	bool has_ttl; /* by $TTL */
	uint32_t ttl;
	uint32_t line;  /* where the record began */
	unsigned depth; /* of parentheses */
	bool too_long, broken;
	size_t len;
	char text[DW_ZONE_RECORD_MAX];
};

/* A record of class IN. Its owner is zone->owner, `rdata` the text behind its type,
 * in one line without comments and parentheses. */
struct dw_zone_record {
	uint16_t type;
	uint32_t ttl;
	struct span rdata;
};

typedef enum dw_result dw_zone_record_fn(
	struct dw_reader *reader, struct dw_zone *zone, const struct dw_zone_record *record);

/* Set the origin a file starts with; without this it is the root. */
void dw_zone_begin(struct dw_zone *zone, const uint8_t *origin, size_t origin_len);

/* Names are below `origin` from here on. */
void dw_zone_set_origin(struct dw_zone *zone, const uint8_t *origin, size_t origin_len);

/* Take one more line of the file. Directives are followed, but $INCLUDE and $GENERATE
 * are skipped. `record` is called for each whole record, reader->line being its first
 * line. */
enum dw_result dw_zone_line(struct dw_reader *reader, struct dw_zone *zone, struct span line,
	dw_zone_record_fn *record) DW_MUST_CHECK;

/* At the file's end: a record still open is told. */
void dw_zone_end(struct dw_reader *reader, struct dw_zone *zone);

/* Read `[TTL] [class] type rdata`, TTL and class in any order. False: skipped. */
bool dw_zone_record_read(
	struct dw_reader *reader, struct span text, uint32_t ttl, struct dw_zone_record *out);

/* A name as zone files write it: `@` is the origin, and one without a last dot is
 * below it. False: it is none; nothing is skipped yet. */
bool dw_zone_name(const struct dw_zone *zone, struct span text, uint8_t *wire, size_t *wire_len);

#endif
