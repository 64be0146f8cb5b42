/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * field.h: what of a log line the review knows by name */
#ifndef DNSWARD_REVIEW_FIELD_H
#define DNSWARD_REVIEW_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A field is one key of docs/log-schema.md. Those that have a word can be filtered by
 * (`--WORD VALUE`) and counted (`--top WORD`); the others are read for what is made of them. */
enum dw_field {
	DW_FIELD_TIME,
	DW_FIELD_KIND,
	DW_FIELD_ACTION,
	DW_FIELD_DATASET,
	DW_FIELD_SOURCE,
	DW_FIELD_CLIENT,
	DW_FIELD_HOST,
	DW_FIELD_RCODE,
	DW_FIELD_NAME,
	DW_FIELD_TYPE,
	DW_FIELD_DOMAIN,
	DW_FIELD_RULE,
	DW_FIELD_LIST,
	DW_FIELD_RULE_ID,
	DW_FIELD_CATEGORY,
	DW_FIELD_TECHNIQUE,
	DW_FIELD_PROBABILITY,
	DW_FIELD_VERDICT,
	DW_FIELD_WOULD,
	DW_FIELD_BECAUSE,
	DW_FIELD_MATCH,
	DW_FIELD_CATEGORIES,
	DW_FIELD_MATCHED,
	DW_FIELD_CACHED,
	DW_FIELD_DROPPED,
	DW_FIELD_TRANSPORT,
	DW_FIELD_SAMPLE,
	DW_FIELD_NOTED,
	DW_FIELD_WRITTEN,
	DW_FIELD_LOST_QUEUE,
	DW_FIELD_LOST_WRITE,
	DW_FIELD_LOST_SIZE,
	DW_FIELD_COUNT
};

/* How the values of a field compare. */
enum dw_field_kind {
	DW_FIELD_WORD,    /* the same text, in any case */
	DW_FIELD_ADDRESS, /* an address that is it or in the network */
	DW_FIELD_DNS,     /* a name that is it or below it */
};

struct dw_field_info {
	const char *word; /* or NULL */
	const char *help;
	enum dw_field_kind kind;
	const char *const *values; /* all it can have, in lower case, to a NULL; NULL: any */
	bool whole;            /* a comma in a value is part of it */
	enum dw_field instead; /* read where this one is not there; itself: nothing */
	enum dw_field also;    /* a filter is content with this one too; itself: nothing */
};

/* Zeroes but `instead` and `also` for a field without a word. */
const struct dw_field_info *dw_field_info(enum dw_field field);

/* False, `out` untouched: no field has that word. */
bool dw_field_from_word(const char *word, enum dw_field *out);

/* ---- the tree of keys ---- */

/* The keys of the schema by where they stand, for who walks through a line: from a place, the
 * top at first, a key leads to another place. All keys of a place that has any are here, in the
 * order in which our log has them, with and without a field: whoever found one looks for the
 * next behind it. */
enum { DW_PLACE_NONE = 0, DW_PLACE_TOP = 1, DW_KEY_ROOM = 24 };

struct dw_place {
	char key[DW_KEY_ROOM]; /* zeros behind it */
	uint8_t key_len;
	uint8_t first, count; /* the places below it */
	uint8_t field;        /* DW_FIELD_COUNT: none */
};

extern const struct dw_place dw_places[];

/* DW_PLACE_NONE for a key that nothing is known of. Dotted keys ("source.ip") lead as far as
 * nested ones do. */
unsigned dw_place_below(unsigned place, const char *key, size_t len);

#endif
