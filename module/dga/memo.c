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

bool dw_dga_memo_name(struct dw_dga_memo *memo, const struct dw_dga *dga, uint64_t number,
	const uint8_t *wire, size_t len, struct dw_dga_verdict *out)
{
	uint64_t hash = dw_hash(&memo->key, wire, len) | 1;
	size_t i = hash >> 32 & (DW_DGA_MEMO_PLACES - 1);

	if (memo->model != number) {
		memset(memo->place, 0, sizeof(memo->place));
		memo->model = number;
	}
	if (memo->place[i].hash != hash) {
		memo->place[i].scored = dw_dga_name(dga, wire, len, &memo->place[i].verdict);
		memo->place[i].hash = hash;
	}
	if (memo->place[i].scored)
		*out = memo->place[i].verdict;
	return memo->place[i].scored;
}
