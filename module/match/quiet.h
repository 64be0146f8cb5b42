/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * quiet.h: subjects that nothing matched lately */
#ifndef DNSWARD_MATCH_QUIET_H
#define DNSWARD_MATCH_QUIET_H

#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#include "base/name_hash.h"
#include "dnsward/attributes.h"

/* Most queries are for few names, and hardly any of these matches a pattern: where one was seen
 * before, its hash tells so in a tenth of the instructions of a scan. Sets of four hashes, of which
 * the one that came first gives way; 128 KiB. Two subjects are taken for one with probability
 * 2^-64, and nobody who does not know the key can make two that are. */
enum { QUIET_SETS = 4096, QUIET_WAYS = 4, QUIET_LEN_MAX = DW_NAME_MAX };

struct quiet {
	struct name_hash_key key;
	_Alignas(DW_CACHE_LINE) uint64_t set[QUIET_SETS][QUIET_WAYS]; /* 0: empty */
};

static inline void quiet_start(struct quiet *quiet)
{
	memset(quiet, 0, sizeof(*quiet));
	randombytes_buf(&quiet->key, sizeof(quiet->key));
}

/* Of up to QUIET_LEN_MAX bytes; never 0. The length is part of it: a text may go on with zeroes. */
static inline uint64_t quiet_hash(const struct quiet *quiet, const char *subject, size_t len)
{
	uint64_t hash = name_hash(&quiet->key, (const uint8_t *)subject, len) +
			len * UINT64_C(0x9e3779b97f4a7c15);

	return hash != 0 ? hash : 1;
}

static inline bool quiet_has(const struct quiet *quiet, uint64_t hash)
{
	const uint64_t *set = quiet->set[hash % QUIET_SETS];

	return ((set[0] == hash) | (set[1] == hash) | (set[2] == hash) | (set[3] == hash)) != 0;
}

static inline void quiet_add(struct quiet *quiet, uint64_t hash)
{
	uint64_t *set = quiet->set[hash % QUIET_SETS];

	memmove(set + 1, set, (QUIET_WAYS - 1) * sizeof(set[0]));
	set[0] = hash;
}

#endif
