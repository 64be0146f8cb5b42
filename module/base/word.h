/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * word.h: text, eight bytes at a time */
#ifndef DNSWARD_BASE_WORD_H
#define DNSWARD_BASE_WORD_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Eight bytes in a register, the first one lowest. What is asked of each byte is answered
 * in its top bit, exactly: the sums below stay within seven bits of a byte, so that nothing
 * is carried into its neighbour (Warren, Hacker's Delight, 2nd edition, section 6-1). */

enum { WORD_BYTES = 8 };

static const uint64_t WORD_ONES = UINT64_C(0x0101010101010101);
static const uint64_t WORD_TOPS = UINT64_C(0x8080808080808080);

static inline uint64_t word_load(const void *from)
{
	uint64_t word;

	memcpy(&word, from, sizeof(word));
	return le64toh(word);
}

static inline void word_store(void *to, uint64_t word)
{
	word = htole64(word);
	memcpy(to, &word, sizeof(word));
}

/* Bytes below 0x80 that are `least` or more; 1 to 0x7f. Of bytes from 0x80 on, their low bits. */
static inline uint64_t word_from(uint64_t word, uint8_t least)
{
	return ((word & ~WORD_TOPS) + WORD_ONES * (uint8_t)(0x80 - least)) & WORD_TOPS;
}

/* Bytes that are `byte`, which is below 0x80; the same of bytes from 0x80 on. */
static inline uint64_t word_equal(uint64_t word, uint8_t byte)
{
	return ~word_from(word ^ WORD_ONES * byte, 1) & WORD_TOPS;
}

/* Bytes outside of `first` to `last`, both printable ASCII. */
static inline uint64_t word_outside(uint64_t word, uint8_t first, uint8_t last)
{
	return (word | ~word_from(word, first) | word_from(word, (uint8_t)(last + 1))) & WORD_TOPS;
}

/* How many bytes stand before the first that `tops` marks; 8 where it marks none. */
static inline size_t word_before(uint64_t tops)
{
	return tops != 0 ? (size_t)__builtin_ctzll(tops) / 8 : WORD_BYTES;
}

/* ASCII letters lowered. */
static inline uint64_t word_lower(uint64_t word)
{
	uint64_t upper = word_from(word, 'A') & ~word_from(word, 'Z' + 1) & ~word & WORD_TOPS;

	return word | upper >> 2;
}

#endif
