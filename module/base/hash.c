/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * hash.c: keyed hashes */
#include "dnsward-config.h"
#include "dnsward/hash.h"

#include <sodium.h>
#include <stdlib.h>

_Static_assert(crypto_shorthash_siphash24_KEYBYTES == DW_HASH_KEY_BYTES, "size of a SipHash key");
_Static_assert(sizeof(struct dw_hash_key) == DW_HASH_KEY_BYTES, "a key has no padding");
_Static_assert(crypto_shorthash_siphash24_BYTES == sizeof(uint64_t), "size of a hash");

void dw_hash_key_random(struct dw_hash_key *key)
{
	/* may be called any number of times, by any thread */
	if (sodium_init() < 0)
		abort(); /* no random bytes: the kernel has no getrandom and no /dev/urandom */
	randombytes_buf(key, sizeof(*key));
}

uint64_t dw_hash(const struct dw_hash_key *key, const void *data, size_t len)
{
	uint64_t hash;

	crypto_shorthash_siphash24((unsigned char *)&hash, data, len, (const unsigned char *)key);
	return hash;
}
