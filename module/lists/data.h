/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * data.h: answers provided by lists */
#ifndef DNSWARD_LISTS_DATA_H
#define DNSWARD_LISTS_DATA_H

#include "dnsward/net.h"
#include "lists/reader.h"

enum {
	DW_DATA_TTL = 10, /* seconds, for formats without a TTL; same as DW_ROW_TTL_DEFAULT */
};

/* Answers that contain no address or name chosen by the list, so every list may use them. */
extern const struct dw_data dw_data_nxdomain, dw_data_nodata, dw_data_drop, dw_data_truncate,
	dw_data_refused, dw_data_null_ip;

/* ---- records ---- */

/* One record. `rdata` is in wire format and allocated; free it with dw_rr_clear. */
struct dw_rr {
	uint16_t type;
	uint32_t ttl;
	uint16_t rdata_len;
	const uint8_t *rdata;
};
void dw_rr_clear(struct dw_rr *rr);

/* Return an A or AAAA record that points into `addr`; do not pass it to dw_rr_clear. */
struct dw_rr dw_rr_of_address(const struct dw_addr *addr);

/* Return the number of a record type, given as a mnemonic or TYPE123 (RFC 3597); 0 if unknown. */
uint16_t dw_rr_type(struct span text);

/* Parse the text of a record's rdata, also `\# LEN HEX` (RFC 3597). Relative names are completed
 * with `origin` (a checked wire name). Fails with DW_ERR_SYNTAX or DW_ERR_MEMORY. */
enum dw_result dw_rr_from_text(uint16_t type, struct span rdata, const uint8_t *origin,
	size_t origin_len, uint32_t ttl, struct dw_rr *out) DW_MUST_CHECK;

/* ---- rules with records ---- */

/* Store a record until the end of the list, because the records of an answer may be on several
 * lines. They are merged if trigger, flags, name or pattern, network and types are equal. Parsers
 * set reader->answer rather than calling this. */
enum dw_result dw_reader_add_record(
	struct dw_reader *reader, const struct dw_rule *rule, const struct dw_rr *rr) DW_MUST_CHECK;

/* Add a rule that takes over all records stored for its name with DW_TRIGGER_EXACT, wherever they
 * are in the list. Used for Unbound's redirect zones. */
enum dw_result dw_reader_add_spread(
	struct dw_reader *reader, const struct dw_rule *rule) DW_MUST_CHECK;

/* Add the rules of all stored records to reader->rules. Call once, after the last file. */
enum dw_result dw_records_flush(struct dw_reader *reader) DW_MUST_CHECK;
void dw_records_free(struct dw_records **records);

#endif
