/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * suffix_memo.c: public suffixes of names that were seen before */
#include "dnsward-config.h"

#include <sodium.h>
#include <stddef.h>
#include <sys/mman.h>

#include "dnsward/name.h"
#include "log/suffix_memo.h"

struct dw_suffix_memo *dw_suffix_memo_new(void)
{
	struct dw_suffix_memo *memo = mmap(
		NULL, sizeof(*memo), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memo == MAP_FAILED)
		return NULL;
	if (sodium_init() < 0) {
		dw_suffix_memo_free(&memo);
		return NULL;
	}
	randombytes_buf(&memo->key, sizeof(memo->key));
	return memo;
}

void dw_suffix_memo_free(struct dw_suffix_memo **memo)
{
	if (*memo != NULL)
		munmap(*memo, sizeof(**memo));
	*memo = NULL;
}

/* The entry comes to the front, and what stood before it moves back by one. */
static void move_to_front(uint64_t *set, size_t from, uint64_t entry)
{
	for (; from > 0; from--)
		set[from] = set[from - 1];
	set[0] = entry;
}

uint64_t dw_suffix_memo_fetch(const struct dw_suffix_memo *memo, const uint8_t *name, size_t len)
{
	uint64_t hash = name_hash(&memo->key, name, len);

	__builtin_prefetch(memo->set[hash % SUFFIX_SETS], 1);
	return hash;
}

size_t dw_suffix_memo_labels(
	struct dw_suffix_memo *memo, uint64_t hash, const uint8_t *name, size_t len)
{
	uint64_t *set = memo->set[hash % SUFFIX_SETS];

	for (size_t i = 0; i < SUFFIX_WAYS; i++) {
		if (set[i] == 0 || (set[i] ^ hash) >> 8 != 0)
			continue;
		if (i > 0)
			move_to_front(set, i, set[i]);
		return set[0] & 0xff;
	}
	size_t labels = dw_name_suffix_labels(name, len);
	move_to_front(set, SUFFIX_WAYS - 1, (hash & ~UINT64_C(0xff)) | labels);
	return labels;
}
