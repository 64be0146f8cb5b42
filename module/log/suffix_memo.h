/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * suffix_memo.h: public suffixes of names that were seen before */
#ifndef DNSWARD_LOG_SUFFIX_MEMO_H
#define DNSWARD_LOG_SUFFIX_MEMO_H

#include <stddef.h>
#include <stdint.h>

#include "base/name_hash.h"

/* libpsl takes some 4,000 instructions to say of one name that it is no public suffix, and is
 * asked twice and more for each line of the log. But the same names come again and again, so
 * that remembering what was found for the last 32,768 of them leaves little of it.
 *
 * A table of sets of eight, each a line of the processor's cache, the name's hash choosing the
 * set and standing, cut, in the entry. A set that is full loses the entry that was looked up
 * longest ago. One thread.
 *
 * Whatever two names somebody makes up, they share an entry with a chance of 2^-56. */
enum { SUFFIX_WAYS = 8, SUFFIX_SETS = 4096 };

struct dw_suffix_memo {
	uint64_t set[SUFFIX_SETS][SUFFIX_WAYS]; /* hash << 8 | labels; 0: free; latest first */
	struct name_hash_key key;
};

/* NULL: no memory, or no random bytes. Pages that are never touched cost nothing. */
struct dw_suffix_memo *dw_suffix_memo_new(void);
void dw_suffix_memo_free(struct dw_suffix_memo **memo);

/* dw_name_suffix_labels of a lower-case name, and before it the name's hash: asking for
 * that some time earlier has its set fetched meanwhile, since the table is larger than the caches
 * next to a processor. */
uint64_t dw_suffix_memo_fetch(const struct dw_suffix_memo *memo, const uint8_t *name, size_t len);
size_t dw_suffix_memo_labels(
	struct dw_suffix_memo *memo, uint64_t hash, const uint8_t *name, size_t len);

#endif
