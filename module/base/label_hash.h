/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * the keyed hash of a name and of all its parents, in one pass from the right
 */
#ifndef DNSWARD_BASE_LABEL_HASH_H
#define DNSWARD_BASE_LABEL_HASH_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "dnsward/hash.h"
#include "dnsward/name.h"

/* SipHash-1-3 with 128 bits of output (Aumasson and Bernstein, "SipHash: a fast
 * short-input PRF", 2012; one round a word and three at the end is the variant that
 * its authors recommend for tables, and that Rust and CPython use), over the labels from
 * the right, each with its length byte before it and filled with zeroes to a
 * multiple of eight bytes:
 *
 *      www.example.com:   03 c o m 0 0 0 0   07 e x a m p l e   03 w w w 0 0 0 0
 *
 * So a parent's hash is a state on the way, and each label is read once. The length
 * byte first makes the filling unambiguous. The key is drawn when the database is
 * made, after its lists were written: no list can be made to collide. */
enum { LABEL_HASH_WORD_ROUNDS = 1, LABEL_HASH_END_ROUNDS = 3 };

struct label_hash {
	uint64_t v0, v1, v2, v3;
	uint64_t words;
};

static inline uint64_t label_hash_rotl(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static inline void label_hash_round(struct label_hash *s)
{
	s->v0 += s->v1;
	s->v2 += s->v3;
	s->v1 = label_hash_rotl(s->v1, 13) ^ s->v0;
	s->v3 = label_hash_rotl(s->v3, 16) ^ s->v2;
	s->v0 = label_hash_rotl(s->v0, 32) + s->v3;
	s->v2 += s->v1;
	s->v1 = label_hash_rotl(s->v1, 17) ^ s->v2;
	s->v3 = label_hash_rotl(s->v3, 21) ^ s->v0;
	s->v2 = label_hash_rotl(s->v2, 32);
}

static inline void label_hash_word(struct label_hash *s, uint64_t word)
{
	s->v3 ^= word;
	for (int i = 0; i < LABEL_HASH_WORD_ROUNDS; i++)
		label_hash_round(s);
	s->v0 ^= word;
}

/* The state for the root. */
static inline void label_hash_init(struct label_hash *s, const struct dw_hash_key *key)
{
	s->v0 = key->k[0] ^ UINT64_C(0x736f6d6570736575);
	s->v1 = key->k[1] ^ UINT64_C(0x646f72616e646f6d) ^ 0xee;
	s->v2 = key->k[0] ^ UINT64_C(0x6c7967656e657261);
	s->v3 = key->k[1] ^ UINT64_C(0x7465646279746573);
	s->words = 0;
}

/* `len` bytes, 1 to 8, at `p` as a word; no byte at or past `end` is read, and at
 * least eight bytes lie before it or the long way is taken. */
static inline uint64_t label_hash_load(const uint8_t *p, size_t len, const uint8_t *begin,
	const uint8_t *end)
{
	uint64_t word = 0;

	if ((size_t)(end - p) >= 8) {
		memcpy(&word, p, 8);
		word = le64toh(word);
	} else if ((size_t)(end - begin) >= 8) {
		memcpy(&word, end - 8, 8);
		word = le64toh(word) >> (8 * (8 - (size_t)(end - p)));
	} else {
		for (size_t i = 0; i < len; i++)
			word |= (uint64_t)p[i] << (8 * i);
	}
	return word & (~UINT64_C(0) >> (64 - 8 * len));
}

/* One label more, its length byte at `label`, of the name of `len` bytes at `name`. */
static inline void label_hash_label(struct label_hash *s, const uint8_t *label, const uint8_t *name,
	size_t len)
{
	const uint8_t *end = name + len;
	size_t left = (size_t)*label + 1;

	for (; left > 8; left -= 8, label += 8) {
		label_hash_word(s, label_hash_load(label, 8, name, end));
		s->words++;
	}
	label_hash_word(s, label_hash_load(label, left, name, end));
	s->words++;
}

/* The first 64 bits; `s` is left fit for label_hash_second only. */
static inline uint64_t label_hash_first(struct label_hash *s)
{
	label_hash_word(s, s->words << 59); /* the length in bytes, in the top byte */
	s->v2 ^= 0xee;
	for (int i = 0; i < LABEL_HASH_END_ROUNDS; i++)
		label_hash_round(s);
	return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

static inline uint64_t label_hash_second(struct label_hash *s)
{
	s->v1 ^= 0xdd;
	for (int i = 0; i < LABEL_HASH_END_ROUNDS; i++)
		label_hash_round(s);
	return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

#endif
