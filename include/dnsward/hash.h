/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * hash.h: keyed hashes over names, one label at a time */
#ifndef DNSWARD_HASH_H
#define DNSWARD_HASH_H

#include <stddef.h>
#include <stdint.h>

/* Tables that hold names from strangers must not be open to prepared
 * collisions, so every hash here takes a key, drawn with libsodium's
 * randombytes when a table or a database is made. */
#define DW_HASH_KEY_BYTES 16

struct dw_hash_key {
	uint64_t k[2];
};

/* Draw a fresh key. */
void dw_hash_key_random(struct dw_hash_key *key);

/* SipHash-2-4 with 128-bit output is libsodium's crypto_shorthash_siphashx24;
 * this is its 64-bit sibling crypto_shorthash_siphash24 (Aumasson and
 * Bernstein, 2012) as one call. Any thread. */
uint64_t dw_hash(const struct dw_hash_key *key, const void *data, size_t len);

#endif
