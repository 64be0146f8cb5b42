/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * answer.h: what came back from upstream, as far as a decision needs it */
#ifndef DNSWARD_ANSWER_H
#define DNSWARD_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/name.h"
#include "dnsward/net.h"

/* An answer holds as much as a message has room for, so it is not copied: whoever judges it walks
 * through its parts, and through all of them, or an upstream could hide what is listed behind
 * enough that is not. */
enum dw_part_kind {
	DW_PART_TARGET,  /* what a CNAME or DNAME leads to */
	DW_PART_ADDRESS, /* of an A or AAAA record */
	DW_PART_TEXT,    /* of a TXT record */
};

struct dw_part {
	const uint8_t *data; /* a target: checked, lower-case wire form; a text: its rdata */
	size_t len;
	struct dw_addr address; /* an address, as dw_snapshot_address gives it */
	uint32_t ttl;           /* of an address: what is left of it, seconds */
	uint8_t room[DW_NAME_MAX]; /* where `data` may lie */
};

/* A place in an answer; zeros at its start. What the numbers say is the answer's to know. */
struct dw_part_cursor {
	size_t set, record;
};

/* Filled by the host, valid for the call it is handed to. */
struct dw_answer_view {
	/* The next part of this kind, in the order of the answer; false: there is none left.
	 * What `part` leads to is good until it is filled anew. NULL: no parts at all. */
	bool (*next)(const struct dw_answer_view *answer, enum dw_part_kind kind,
		struct dw_part_cursor *at, struct dw_part *part);
	const void *source; /* the host's, for `next` */
	uint8_t rcode;
	bool texts_unknown;  /* there are texts, and they are not at hand */
	size_t record_count; /* in the answer section */
	bool ttl_known;      /* as it came from upstream, that is: the cache has lost it */
	uint32_t ttl_min, ttl_max; /* seconds */
};

static inline bool dw_answer_next(const struct dw_answer_view *answer, enum dw_part_kind kind,
	struct dw_part_cursor *at, struct dw_part *part)
{
	return answer->next != NULL && answer->next(answer, kind, at, part);
}

#endif
