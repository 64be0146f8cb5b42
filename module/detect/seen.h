/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * seen.h: what was seen before, in a fixed number of bits */
#ifndef DNSWARD_DETECT_SEEN_H
#define DNSWARD_DETECT_SEEN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Two Bloom filters (Bloom 1970), of blocks of one cache line each (Putze et al. 2007) with four
 * bits for a key. What is seen goes into the current one; a key is known if either has it. When
 * the current one is old enough, or half of its bits are set, the other is wiped and takes its
 * turn. So a key that comes again in time is never forgotten, and one that does not is known at
 * least for that time. At half of the bits set, one in sixteen new keys is taken for known, in
 * either filter; that is after some 2.9 million keys.
 *
 * Any number of threads add; one turns. Whoever adds just then may find a key new that was not
 * quite forgotten. */
enum {
	DW_SEEN_LINES = 1 << 15,
	DW_SEEN_WORDS = DW_SEEN_LINES * 8,
	DW_SEEN_BYTES = 2 * DW_SEEN_WORDS * 8,
};

struct dw_seen_keys {
	atomic_uint_fast64_t *words; /* 2 * DW_SEEN_WORDS */
	atomic_uint current;
	uint32_t since; /* seconds: when the current one took its turn */
};

/* Whether the current filter has the key: nothing is to be added. One cache line. */
bool dw_seen_lately(const struct dw_seen_keys *seen, uint64_t hash);

/* Remember a key by its hash. True: it was not known. */
bool dw_seen_add(struct dw_seen_keys *seen, uint64_t hash);

/* Start to fetch what that will read first. */
void dw_seen_prefetch(const struct dw_seen_keys *seen, uint64_t hash);

/* Let the other filter take its turn where the current one is full or older than `age`. */
void dw_seen_turn(struct dw_seen_keys *seen, uint32_t age, uint32_t now);

/* Percent of the current one's bits that are set, from one line in 64. */
unsigned dw_seen_percent(const struct dw_seen_keys *seen);

#endif
