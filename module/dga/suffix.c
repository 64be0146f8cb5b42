/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * suffix.c: the public suffix of a name, from a packed table */
#include "dnsward-config.h"
#include "dga/suffix.h"

#include "dnsward/name.h"

static uint32_t load16(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t load24(const uint8_t *p)
{
	return load16(p) | (uint32_t)p[2] << 16;
}

static uint32_t node_at(const struct dw_suffix_table *table, size_t i)
{
	return load24(table->nodes + i * DW_SUFFIX_NODE_BYTES);
}

static uint64_t load32(const uint8_t *p)
{
	return load16(p) | (uint64_t)load16(p + 2) << 16;
}

static uint64_t mix(uint64_t h)
{
	h *= UINT64_C(0x9fb21c651e98df25);
	return h ^ h >> 32;
}

/* Eight bytes at a time, by multiplication and shift; then twice more, so that each bit
 * of the label has its part in all of the hash. */
uint64_t dw_suffix_hash(uint64_t parent, const uint8_t *label, size_t len)
{
	uint64_t h = parent + len;

	for (; len >= 8; len -= 8, label += 8)
		h = mix(h ^ (load32(label) | load32(label + 4) << 32));
	if (len >= 4)
		h = mix(h ^ (load32(label) | load32(label + len - 4) << 32));
	else if (len > 0)
		h = mix(h ^ ((uint64_t)label[0] | (uint64_t)label[len / 2] << 8 |
				    (uint64_t)label[len - 1] << 16));
	return mix(mix(h));
}

/* The flags of the node with this hash, or -1. */
static int find_node(const struct dw_suffix_table *table, uint64_t hash)
{
	size_t bucket = (size_t)(hash >> (64 - DW_SUFFIX_BUCKET_BITS));
	uint32_t fingerprint = (uint32_t)hash & 0x1fffff;

	if ((table->filter[bucket] >> fingerprint % 32 & 1) == 0)
		return -1;
	size_t end = load16(table->start + 2 * bucket + 2);

	for (size_t i = load16(table->start + 2 * bucket); i < end; i++) {
		uint32_t node = node_at(table, i);

		if (node >> 3 == fingerprint)
			return (int)(node & 7);
	}
	return -1;
}

bool dw_suffix_find(const struct dw_suffix_table *table, const uint8_t *wire, size_t len,
	struct dw_suffix_split *out)
{
	uint8_t offset[DW_NAME_LABELS_MAX + 1];
	size_t count = 0, depth = 0, best = 0;
	uint64_t hash = DW_SUFFIX_ROOT;
	uint64_t best_hash = hash, parent_hash = hash;
	int flags = DW_SUFFIX_WILDCARD; /* the list's default rule: "*" */

	for (size_t at = 0; at < len && wire[at] != 0 && count < DW_NAME_LABELS_MAX;
		at += 1u + wire[at])
		offset[count++] = (uint8_t)at;

	while (flags >= 0 && depth < count) {
		const uint8_t *label = wire + offset[count - ++depth];
		int parent = flags;

		parent_hash = hash;
		hash = dw_suffix_hash(hash, label + 1, label[0]);
		flags = find_node(table, hash);
		if (flags >= 0 && (flags & DW_SUFFIX_EXCEPTION)) {
			best = depth - 1;
			best_hash = parent_hash;
			break;
		}
		if ((parent & DW_SUFFIX_WILDCARD) || (flags >= 0 && (flags & DW_SUFFIX_RULE))) {
			best = depth;
			best_hash = hash;
		}
		if (depth == 1 && flags < 0)
			flags = 0; /* last labels without a wildcard are not in the table */
	}
	if (best >= count)
		return false;
	*out = (struct dw_suffix_split){
		.label = offset[count - best - 1],
		.suffix = best == 0 ? (uint8_t)(len - 1) : offset[count - best],
		.suffix_hash = best_hash,
	};
	return true;
}

bool dw_suffix_open(
	struct dw_suffix_table *table, const uint8_t *start, const uint8_t *packed, size_t nodes)
{
	size_t i = 0;

	*table = (struct dw_suffix_table){.start = start, .nodes = packed};
	if (load16(start) != 0)
		return false;
	for (size_t b = 0; b < DW_SUFFIX_BUCKETS; b++) {
		size_t end = load16(start + 2 * b + 2);

		if (end < i || end > nodes)
			return false;
		for (; i < end; i++)
			table->filter[b] |= UINT32_C(1) << (node_at(table, i) >> 3) % 32;
	}
	return i == nodes;
}
