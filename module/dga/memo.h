/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * memo.h: the scores of names that were asked for lately */
#ifndef DNSWARD_DGA_MEMO_H
#define DNSWARD_DGA_MEMO_H

#include "dnsward/dga.h"
#include "dnsward/hash.h"

/* Most queries are for few names, and one query is judged more than once on its way, while a
 * score costs many times what it costs to find it here: 512 sets of 4 names whose keyed hashes
 * fall there; the one that was asked for longest ago gives way. A name is known by the 64 bits
 * of its hash, under a key that nobody else has. 48 KiB, part of what it serves; used by one
 * thread. */
enum { DW_DGA_MEMO_SETS = 512, DW_DGA_MEMO_WAYS = 4 };

struct dw_dga_memo {
	struct dw_hash_key key;
	uint64_t model; /* number of the model whose scores these are */
	struct dw_dga_memo_place {
		uint64_t hash; /* 0: empty */
		struct dw_dga_verdict verdict;
		bool scored;                         /* the name has a label to score */
	} place[DW_DGA_MEMO_SETS][DW_DGA_MEMO_WAYS]; /* of a set, the latest first */
};

/* Empty, with a fresh key. */
void dw_dga_memo_start(struct dw_dga_memo *memo);

/* As dw_dga_name. `number` tells models apart, whatever their addresses: what was remembered of
 * another number is forgotten. */
bool dw_dga_memo_name(struct dw_dga_memo *memo, const struct dw_dga *dga, uint64_t number,
	const uint8_t *wire, size_t len, struct dw_dga_verdict *out);

#endif
