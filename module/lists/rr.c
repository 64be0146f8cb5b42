/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rr.c: conversion of resource records from text, with ldns */
#include "dnsward-config.h"
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/name.h"
#include "dnsward/rrtype.h"
#include "lists/data.h"

void dw_rr_clear(struct dw_rr *rr)
{
	free((void *)rr->rdata);
	*rr = (struct dw_rr){0};
}

uint16_t dw_rr_type(struct span text)
{
	char name[DW_TYPE_TEXT_MAX];
	uint16_t type = 0;

	if (text.len == 0 || text.len >= sizeof(name))
		return 0;
	memcpy(name, text.at, text.len);
	name[text.len] = '\0';
	return dw_type_from_text(name, &type) ? type : 0;
}

/* Copy the rdata of a record. Names in it stay uncompressed, with their case unchanged. */
static enum dw_result take_rdata(const ldns_rr *rr, struct dw_rr *out)
{
	size_t len = 0, at = 0;
	uint8_t *rdata;

	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++)
		len += ldns_rdf_size(ldns_rr_rdf(rr, i));
	if (len > UINT16_MAX)
		return DW_ERR_SYNTAX;
	rdata = malloc(len + 1);
	if (!rdata)
		return DW_ERR_MEMORY;
	out->rdata = rdata;
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		const ldns_rdf *rdf = ldns_rr_rdf(rr, i);

		memcpy(rdata + at, ldns_rdf_data(rdf), ldns_rdf_size(rdf));
		at += ldns_rdf_size(rdf);
	}
	out->type = (uint16_t)ldns_rr_get_type(rr);
	out->ttl = ldns_rr_ttl(rr);
	out->rdata_len = (uint16_t)len;
	return DW_OK;
}

/* Parse an A or AAAA record without ldns, because lists may contain millions of them. */
static enum dw_result from_address(
	uint16_t type, struct span rdata, uint32_t ttl, struct dw_rr *out)
{
	bool is_v4 = type == LDNS_RR_TYPE_A;
	size_t len = is_v4 ? 4 : 16;
	struct dw_addr addr;
	uint8_t *bytes;

	if (!dw_addr_from_text(rdata.at, rdata.len, &addr) || span_has(rdata, ':') == is_v4)
		return DW_ERR_SYNTAX;
	bytes = malloc(len);
	if (!bytes)
		return DW_ERR_MEMORY;
	memcpy(bytes, addr.bytes + 16 - len, len);
	*out = (struct dw_rr){.type = type, .ttl = ttl, .rdata_len = (uint16_t)len, .rdata = bytes};
	return DW_OK;
}

enum dw_result dw_rr_from_text(uint16_t type, struct span rdata, const uint8_t *origin_wire,
	size_t origin_len, uint32_t ttl, struct dw_rr *out)
{
	enum { HEAD_MAX = sizeof(". IN TYPE65535 ") };
	bool is_address = type == LDNS_RR_TYPE_A || type == LDNS_RR_TYPE_AAAA;
	enum dw_result result = DW_ERR_MEMORY;
	ldns_rdf *origin;
	ldns_rr *rr = NULL;
	char *line;
	int head;

	if (is_address && !span_starts(rdata, "\\#"))
		return from_address(type, rdata, ttl, out);
	line = malloc(HEAD_MAX + rdata.len);
	origin = ldns_dname_new_frm_data((uint16_t)origin_len, origin_wire);
	if (line && origin) {
		head = snprintf(line, HEAD_MAX, ". IN TYPE%u ", type);
		memcpy(line + head, rdata.at, rdata.len);
		line[(size_t)head + rdata.len] = '\0';
		switch (ldns_rr_new_frm_str(&rr, line, ttl, origin, NULL)) {
		case LDNS_STATUS_OK:
			result = take_rdata(rr, out);
			break;
		case LDNS_STATUS_MEM_ERR:
			break;
		default:
			result = DW_ERR_SYNTAX;
			break;
		}
	}
	ldns_rr_free(rr);
	ldns_rdf_deep_free(origin);
	free(line);
	return result;
}
