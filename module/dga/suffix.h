/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * suffix.h: the public suffix of a name, from a packed table */
#ifndef DNSWARD_DGA_SUFFIX_H
#define DNSWARD_DGA_SUFFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The Public Suffix List as a tree of labels read from the right, each node
 * below the last label reduced to 3 bytes and looked up by the hash of its
 * path. libpsl answers the same question in 650 ns for a name of two labels and
 * 1,130 ns for one of three (libpsl 0.21.2, one EPYC core), more than the whole
 * score may take; this walk takes about 15. Carrying the table with the model
 * also keeps a score the same whatever list a machine has installed.
 *
 * Node, 24 bits: flags in bits 0 to 2, fingerprint (bits 0 to 20 of the hash)
 * in bits 3 to 23. Bucket (bits 53 to 63 of the hash) b holds the nodes
 * from start[b] to start[b + 1]. With 8,600 nodes a look-up of a label that is
 * no node is mistaken for one with probability 4.2 / 2^21 = 2e-6. The hash has
 * no secret: who prepares a collision moves the label that is scored in a name
 * of their own, no more. */
enum {
	DW_SUFFIX_RULE = 1,      /* this path is a public suffix */
	DW_SUFFIX_WILDCARD = 2,  /* each child of it is one */
	DW_SUFFIX_EXCEPTION = 4, /* it is none, though its parent is a wildcard */
	DW_SUFFIX_BUCKET_BITS = 11,
	DW_SUFFIX_BUCKETS = 1 << DW_SUFFIX_BUCKET_BITS,
	DW_SUFFIX_NODE_BYTES = 3,
};

struct dw_suffix_table {
	const uint8_t *start; /* DW_SUFFIX_BUCKETS + 1 little-endian 16-bit numbers */
	const uint8_t *nodes; /* start[DW_SUFFIX_BUCKETS] nodes, little-endian */
	/* by bucket, what the last five bits of a node there may be: most labels are no node, and
	 * this says so for seven of eight of them (Bloom, 1970) */
	uint32_t filter[DW_SUFFIX_BUCKETS];
};

/* The hash of the root, and of a label below a path whose hash is known. Lower case. */
#define DW_SUFFIX_ROOT UINT64_C(0x9ae16a3b2f90404f)
uint64_t dw_suffix_hash(uint64_t parent, const uint8_t *label, size_t len);

/* Where a name divides: offsets into its wire form. */
struct dw_suffix_split {
	uint8_t label;  /* of the length byte of the label left of the suffix */
	uint8_t suffix; /* of the suffix's first length byte */
	uint64_t suffix_hash;
};

/* Divide a checked, lowered wire name. False where nothing stands left of the
 * suffix. Any thread. */
bool dw_suffix_find(const struct dw_suffix_table *table, const uint8_t *wire, size_t len,
	struct dw_suffix_split *out);

/* Take up a table of `nodes` nodes; the bytes are kept by the caller. False where bucket bounds do
 * not rise or do not end at `nodes`. */
bool dw_suffix_open(
	struct dw_suffix_table *table, const uint8_t *start, const uint8_t *packed, size_t nodes);

#endif
