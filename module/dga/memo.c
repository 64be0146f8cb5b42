/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * memo.c: what is known of names that were asked for lately */
#include "dnsward-config.h"

#include <string.h>

#include "dga/memo.h"

enum { NOT_SCORED = -(1 << 23) };

static size_t set_of(uint64_t hash)
{
	return hash >> 32 & (DW_DGA_MEMO_SETS - 1);
}

/* The place of a tag, moved to the front of its set; one with another tag where it is not known. */
static struct dw_dga_memo_place *find(struct dw_dga_memo_place *set, uint32_t tag)
{
	struct dw_dga_memo_place found;
	size_t way = 0;

	if (set[0].tag == tag)
		return set;
	while (way < DW_DGA_MEMO_WAYS - 1 && set[way].tag != tag)
		way++;
	found = set[way];
	for (; way > 0; way--)
		set[way] = set[way - 1];
	set[0] = found;
	return set;
}

struct dw_dga_memo_place *dw_dga_memo_name(struct dw_dga_memo *memo, const struct dw_dga *dga,
	uint64_t number, uint64_t hash, const uint8_t *wire, size_t len)
{
	uint32_t tag = (uint32_t)hash | 1;
	struct dw_dga_memo_place *place;
	size_t label;

	if (memo->model != number) {
		memset(memo->place, 0, sizeof(memo->place));
		memo->model = number;
	}
	place = find(memo->place[set_of(hash)], tag);
	if (place->tag == tag)
		return place;
	if (!dw_dga_registered(dga, wire, len, &label))
		label = DW_DGA_NO_LABEL;
	*place = (struct dw_dga_memo_place){
		.tag = tag, .label = label & DW_DGA_NO_LABEL, .log_odds = NOT_SCORED};
	return place;
}

void dw_dga_memo_prefetch(const struct dw_dga_memo *memo, uint64_t hash)
{
	__builtin_prefetch(memo->place[set_of(hash)], 1);
}

bool dw_dga_memo_score(struct dw_dga_memo_place *place, const struct dw_dga *dga,
	const uint8_t *wire, size_t len, int32_t *log_odds)
{
	struct dw_dga_verdict verdict;

	if (place->label == DW_DGA_NO_LABEL)
		return false;
	if (place->log_odds == NOT_SCORED) {
		if (!dw_dga_name(dga, wire, len, &verdict))
			return false;
		place->log_odds = verdict.log_odds;
	}
	*log_odds = place->log_odds;
	return true;
}
