/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * label.c: what the model sees of a label */
#include "dnsward-config.h"
#include "dga/label.h"

#include <string.h>

enum { END = 39, OTHER = 38, HYPHEN = 37, DIGIT = 27 };

const uint16_t dw_dga_shape_row[DW_DGA_SHAPES + 1] = {
	[DW_DGA_LENGTH] = 0,
	[DW_DGA_DIGITS] = 64,
	[DW_DGA_CHANGES] = 80,
	[DW_DGA_CONSONANTS] = 96,
	[DW_DGA_VOWELS] = 112,
	[DW_DGA_DISTINCT] = 128,
	[DW_DGA_HYPHENS] = 168,
	[DW_DGA_LAST_LETTER] = 176,
	[DW_DGA_REPEATS] = 203,
	[DW_DGA_DOUBLES] = 219,
	[DW_DGA_CHARSET] = 227,
	[DW_DGA_SHAPES] = DW_DGA_SHAPE_ROWS,
};

_Static_assert(DW_DGA_SHAPE_ROWS == 243, "rows follow one another without a gap");

/* Letters of either case, digits, the hyphen; of printable ASCII, 16 a line. */
static uint8_t symbol_of(uint8_t c)
{
	/* clang-format off */
	static const uint8_t symbols[0x60] = {
		38, 38, 38, 38, 38, 38, 38, 38, 38, 38, 38, 38, 38, 37, 38, 38,
		27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 38, 38, 38, 38, 38, 38,
		38, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
		16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 38, 38, 38, 38, 38,
		38, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
		16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 38, 38, 38, 38, 38,
	};
	/* clang-format on */
	uint8_t at = (uint8_t)(c - 0x20);

	return at < sizeof(symbols) ? symbols[at] : OTHER;
}

/* Sets of symbols, and sets of places in a label, a bit each. */
#define BIT(n) (UINT64_C(1) << (n))
#define LETTERS (BIT(27) - BIT(1))
#define A_TO_F (BIT(7) - BIT(1))
#define DIGITS (BIT(37) - BIT(27))
#define VOWELS (BIT(1) | BIT(5) | BIT(9) | BIT(15) | BIT(21) | BIT(25)) /* a e i o u y */

static size_t at_most(size_t value, size_t most)
{
	return value < most ? value : most;
}

/* Bits of a set; the compiler's own is a call where the processor is not known to count. */
static size_t count(uint64_t set)
{
	set -= set >> 1 & UINT64_C(0x5555555555555555);
	set = (set & UINT64_C(0x3333333333333333)) + (set >> 2 & UINT64_C(0x3333333333333333));
	set = (set + (set >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (size_t)(set * UINT64_C(0x0101010101010101) >> 56);
}

static size_t longest_run(uint64_t set)
{
	size_t n = 0;

	for (; set != 0; set &= set << 1)
		n++;
	return n;
}

/* The places of a label that hold a letter, and so on; the first character is bit 0. */
struct places {
	uint64_t letter, digit, vowel;
	uint64_t same; /* as the character before */
};

static void find_places(const uint8_t *s, size_t len, struct places *p)
{
	const uint8_t *before = s - 1;

	*p = (struct places){0};
	for (size_t i = 0; i < len; i++) {
		p->letter |= (LETTERS >> s[i] & 1) << i;
		p->digit |= (DIGITS >> s[i] & 1) << i;
		p->vowel |= (VOWELS >> s[i] & 1) << i;
		p->same |= (uint64_t)(s[i] == before[i]) << i; /* the end is like no other */
	}
}

static void measure(struct dw_dga_features *f)
{
	const uint8_t *s = f->symbols + DW_DGA_LEAD + 1;
	uint64_t followed[5][8]; /* by each symbol: the symbols that followed it */
	uint64_t seen = BIT(s[0]);
	size_t repeats = 0, hyphens = 0;
	struct places p;

	/* in parts: as vectors, not as a loop of the processor's */
	DW_DGA_UNROLL
	for (size_t i = 0; i < 5; i++)
		memset(followed[i], 0, sizeof(followed[i]));
	for (size_t i = 1; i < f->len; i++) {
		uint64_t *by = &followed[s[i - 1] / 8][s[i - 1] % 8];

		seen |= BIT(s[i]);
		repeats += *by >> s[i] & 1;
		*by |= BIT(s[i]);
	}
	find_places(s, f->len, &p);
	uint64_t inner = BIT(f->len - 1) - 1;
	uint64_t change = ((p.letter ^ p.letter >> 1) | (p.digit ^ p.digit >> 1)) & inner;
	size_t letters = count(p.letter);

	for (size_t i = 0; seen >> HYPHEN & 1 && i < f->len; i++)
		hyphens += s[i] == HYPHEN;
	const size_t value[DW_DGA_SHAPES] = {
		[DW_DGA_LENGTH] = f->len,
		[DW_DGA_DIGITS] = at_most(count(p.digit), 15),
		[DW_DGA_CHANGES] = at_most(count(change), 15),
		[DW_DGA_CONSONANTS] = at_most(longest_run(p.letter & ~p.vowel), 15),
		[DW_DGA_VOWELS] = letters == 0 ? 0 : at_most(count(p.vowel) * 16 / letters, 15),
		[DW_DGA_DISTINCT] = count(seen),
		[DW_DGA_HYPHENS] = at_most(hyphens, 7),
		[DW_DGA_LAST_LETTER] =
			letters == 0 ? 0 : 63 - (size_t)__builtin_clzll(seen & LETTERS),
		[DW_DGA_REPEATS] = at_most(repeats, 15),
		[DW_DGA_DOUBLES] = at_most(count(p.same), 7),
		[DW_DGA_CHARSET] = (size_t)((seen & DIGITS) != 0) |
				   (size_t)((seen & A_TO_F) != 0) << 1 |
				   (size_t)((seen & LETTERS & ~A_TO_F) != 0) << 2 |
				   (size_t)(seen >> HYPHEN & 1) << 3,
	};

	DW_DGA_UNROLL
	for (size_t i = 0; i < DW_DGA_SHAPES; i++)
		f->row[i] = (uint16_t)(dw_dga_shape_row[i] + value[i]);
}

enum { GRAM_MASK = (1 << DW_DGA_GRAM_BITS) - 1 };

/* The number of an n-gram is a sum over its symbols. The first three factors give each
 * n-gram of up to three symbols a number of its own, as symbols are below 40 and none in a
 * label is 0; by the mask two of them share a number. The longer ones lie over these, by
 * factors from the digits of pi. One that would begin before the label is the shorter one that
 * begins with it. */
static void number_grams(struct dw_dga_features *f)
{
	static const uint16_t factor[DW_DGA_ORDERS] = {1, 40, 1600, 0x243f, 0x85a3};

	/* whole blocks, for the compiler: what is beyond the label is not looked at */
	for (size_t block = 0; block < f->len + 2; block += DW_DGA_BLOCK) {
		const uint8_t *s = f->symbols + DW_DGA_LEAD + block;
		uint16_t sum[DW_DGA_BLOCK] = {0}, number[DW_DGA_BLOCK];

		DW_DGA_UNROLL
		for (size_t order = 0; order < DW_DGA_ORDERS; order++) {
			const uint8_t *back = s - order;

			for (size_t i = 0; i < DW_DGA_BLOCK; i++) {
				sum[i] = (uint16_t)(sum[i] + (uint32_t)back[i] * factor[order]);
				number[i] = sum[i] & GRAM_MASK;
			}
			memcpy(f->gram[order] + block, number, sizeof(number));
		}
	}
}

static void number_crosses(struct dw_dga_features *f)
{
	enum { SHIFT = 32 - DW_DGA_GRAM_BITS };
	uint32_t suffix = (uint32_t)f->suffix_row << 16;
	uint32_t length = f->row[DW_DGA_LENGTH], charset = f->row[DW_DGA_CHARSET];
	uint32_t vowels = f->row[DW_DGA_VOWELS];

	f->cross[0] = (uint16_t)((suffix | length) * 0x299f31d1 >> SHIFT);
	f->cross[1] = (uint16_t)((suffix | length << 8 | charset) * 0x082efa99 >> SHIFT);
	f->cross[2] = (uint16_t)((suffix | charset << 8 | vowels) * 0xec4e6c89 >> SHIFT);
}

void dw_dga_features(const uint8_t *label, size_t len, size_t suffix_row, struct dw_dga_features *f)
{
	uint8_t *s = f->symbols + DW_DGA_LEAD;

	memset(f->symbols, 0, DW_DGA_LEAD);
	DW_DGA_UNROLL
	for (size_t i = 0; i < DW_DGA_PLACES; i += DW_DGA_BLOCK)
		memset(s + i, 0, DW_DGA_BLOCK);
	f->len = len;
	f->suffix_row = (uint16_t)suffix_row;
	s[0] = END;
	for (size_t i = 0; i < len; i++)
		s[1 + i] = symbol_of(label[i]);
	s[1 + len] = END;
	measure(f);
	number_grams(f);
	number_crosses(f);
}

size_t dw_dga_suffix_class(const uint8_t *suffix, size_t len)
{
	size_t at = 0;

	while (at + suffix[at] + 2u < len)
		at += 1u + suffix[at];
	return (at > 0 ? 2 : 0) + (suffix[at] == 2 ? 0 : 1);
}
