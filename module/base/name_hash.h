/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * name_hash.h: the keyed hash of a name for tables of one process
 */
#ifndef DNSWARD_BASE_NAME_HASH_H
#define DNSWARD_BASE_NAME_HASH_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "dnsward/name.h"

/* Multilinear hashing (Carter and Wegman 1979; Lemire and Kaser, "Strongly universal string hashing
 * is fast", 2014): of key[0] + key[1] * word[0] + key[2] * word[1] + ..., words of 32 bits and keys
 * of 64, the upper half; twice, with other keys, for 64 bits. Whatever two names one chooses
 * without knowing the keys, their hashes are independent and each is as likely as any other: so
 * nobody can aim at a place, as long as nobody is told a hash. Nothing that comes of one leaves the
 * process. A fifth of what SipHash takes.
 *
 * The last word is filled with zeroes: no name in wire form is the beginning of another, so this
 * makes no two names one, nor two texts of the same length. */
enum { NAME_HASH_WORDS = (DW_NAME_MAX + 3) / 4 };

struct name_hash_key {
	uint64_t word[NAME_HASH_WORDS + 1][2]; /* random */
};

/* Up to four bytes; none at or past `end` is read, nor before `begin`. */
static inline uint32_t name_hash_tail(const uint8_t *at, const uint8_t *begin, const uint8_t *end)
{
	uint32_t word = 0;

	if (end - begin >= 4) {
		memcpy(&word, end - 4, sizeof(word));
		return (uint32_t)((uint64_t)le32toh(word) >> (8 * (4 - (end - at))));
	}
	for (size_t i = 0; at + i < end; i++)
		word |= (uint32_t)at[i] << (8 * i);
	return word;
}

/* Of up to DW_NAME_MAX bytes. The end mixes the bits, so that sets and filters may take any. */
static inline uint64_t name_hash(const struct name_hash_key *key, const uint8_t *name, size_t len)
{
	const uint64_t(*k)[2] = key->word;
	const uint8_t *at = name, *end = name + len;
	uint64_t high = k[0][0], low = k[0][1];
	uint32_t word;

	for (; end - at >= 4; at += 4) {
		memcpy(&word, at, sizeof(word));
		word = le32toh(word);
		k++;
		high += k[0][0] * word;
		low += k[0][1] * word;
	}
	if (at < end) {
		word = name_hash_tail(at, name, end);
		high += k[1][0] * word;
		low += k[1][1] * word;
	}
	high = (high >> 32 << 32 | low >> 32) * UINT64_C(0x9e3779b97f4a7c15);
	return high ^ high >> 32;
}

#endif
