/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * data.h: the answers that lists bring */
#ifndef DNSWARD_LISTS_DATA_H
#define DNSWARD_LISTS_DATA_H

#include "dnsward/net.h"
#include "lists/reader.h"

enum {
	DW_DATA_TTL = 10, /* seconds, where a format has none; as a row of the action table */
};

/* Answers that name nothing of their own: every list may bring them. */
extern const struct dw_data dw_data_nxdomain, dw_data_nodata, dw_data_drop, dw_data_truncate,
	dw_data_refused, dw_data_null_ip;

/* ---- records ---- */

/* A record; free with dw_rr_clear. */
struct dw_rr {
	uint16_t type;
	uint32_t ttl;
	uint16_t rdata_len;
	const uint8_t *rdata;
};
void dw_rr_clear(struct dw_rr *rr);

/* The record with an address. Points into it, and must not be cleared. */
struct dw_rr dw_rr_of_address(const struct dw_addr *addr);

/* A type's number from its mnemonic or as TYPE123 (RFC 3597); 0 for no type. */
uint16_t dw_rr_type(struct span text);

/* A record of a type from the text of its rdata, also `\# LEN HEX` (RFC 3597). Names
 * without a last dot are below `origin` (a checked wire name). DW_ERR_SYNTAX,
 * DW_ERR_MEMORY. */
enum dw_result dw_rr_from_text(uint16_t type, struct span rdata, const uint8_t *origin,
	size_t origin_len, uint32_t ttl, struct dw_rr *out) DW_MUST_CHECK;

/* ---- rules with records ---- */

/* The records of one answer may stand on several lines, so they are kept until the
 * list has been read to its end. What they belong to is a rule's trigger, name or
 * pattern, flags and types. Parsers set reader->answer rather than call this. */
enum dw_result dw_reader_add_record(
	struct dw_reader *reader, const struct dw_rule *rule, const struct dw_rr *rr) DW_MUST_CHECK;

/* A rule that takes over the records kept for its name with DW_TRIGGER_EXACT, if there
 * are any, wherever they stand in the list. */
enum dw_result dw_reader_add_spread(
	struct dw_reader *reader, const struct dw_rule *rule) DW_MUST_CHECK;

/* Add the rules whose records were kept. Once, after the last file. */
enum dw_result dw_records_flush(struct dw_reader *reader) DW_MUST_CHECK;
void dw_records_free(struct dw_records **records);

#endif
