/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * memo.c: the scores of names that were asked for lately */
#include "dnsward-config.h"

#include <string.h>

#include "dga/memo.h"

void dw_dga_memo_start(struct dw_dga_memo *memo)
{
	memset(memo, 0, sizeof(*memo));
	dw_hash_key_random(&memo->key);
}

/* The name's place, moved to the front of its set; one with another hash where it is not known. */
static struct dw_dga_memo_place *find(struct dw_dga_memo *memo, uint64_t hash)
{
	struct dw_dga_memo_place *set = memo->place[hash >> 32 & (DW_DGA_MEMO_SETS - 1)];
	struct dw_dga_memo_place found;
	size_t way = 0;

	while (way < DW_DGA_MEMO_WAYS - 1 && set[way].hash != hash)
		way++;
	if (way > 0) {
		found = set[way];
		memmove(set + 1, set, way * sizeof(*set));
		set[0] = found;
	}
	return set;
}

bool dw_dga_memo_name(struct dw_dga_memo *memo, const struct dw_dga *dga, uint64_t number,
	const uint8_t *wire, size_t len, struct dw_dga_verdict *out)
{
	uint64_t hash = dw_hash(&memo->key, wire, len) | 1;
	struct dw_dga_memo_place *place;

	if (memo->model != number) {
		memset(memo->place, 0, sizeof(memo->place));
		memo->model = number;
	}
	place = find(memo, hash);
	if (place->hash != hash) {
		place->scored = dw_dga_name(dga, wire, len, &place->verdict);
		place->hash = hash;
	}
	if (place->scored)
		*out = place->verdict;
	return place->scored;
}
