/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * memo.h: what is known of names that were asked for lately */
#ifndef DNSWARD_DGA_MEMO_H
#define DNSWARD_DGA_MEMO_H

#include <stdbool.h>

#include "dnsward/attributes.h"
#include "dnsward/dga.h"

/* Most queries are for few names, and one query is judged more than once on its way, while a
 * suffix costs ten times and a score a hundred times what it costs to find them here: sets of four
 * names in one cache line each; the one that was asked for longest ago gives way. A name is known
 * by 45 bits of a hash that is the caller's to make, under a key that nobody else has. 512 KiB,
 * part of what it serves; used by one thread. */
enum { DW_DGA_MEMO_SETS = 8192, DW_DGA_MEMO_WAYS = 4 };

enum { DW_DGA_NO_LABEL = 255 };

struct dw_dga_memo_place {
	uint32_t tag;          /* 0: empty */
	uint32_t label : 8;    /* offset in the name of the label left of the suffix, or none */
	int32_t log_odds : 24; /* thousandths; or not scored yet */
	uint64_t domain;       /* the caller's: 0 where the name is new */
};

struct dw_dga_memo {
	uint64_t model; /* number of the model whose scores these are; 0: none */
	_Alignas(DW_CACHE_LINE) struct dw_dga_memo_place
		place[DW_DGA_MEMO_SETS][DW_DGA_MEMO_WAYS]; /* of a set, the latest first */
};

/* The name's place, its label found; good until the next call. `number` tells models apart,
 * whatever their addresses: what was remembered of another number is forgotten. 0 is no number, and
 * a memo whose `model` is that needs not be cleared. */
struct dw_dga_memo_place *dw_dga_memo_name(struct dw_dga_memo *memo, const struct dw_dga *dga,
	uint64_t number, uint64_t hash, const uint8_t *wire, size_t len);

/* Start to fetch what that will read. */
void dw_dga_memo_prefetch(const struct dw_dga_memo *memo, uint64_t hash);

/* The log-odds of the name at this place, worked out the first time; false where it has no label to
 * score. */
bool dw_dga_memo_score(struct dw_dga_memo_place *place, const struct dw_dga *dga,
	const uint8_t *wire, size_t len, int32_t *log_odds);

#endif
