/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * label.c: what the model sees of a label */
#include "dnsward-config.h"
#include "dga/label.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

/* Sets of places in a label, a bit each; the first character is bit 0. */
#define BIT(n) (UINT64_C(1) << (n))
#define ALWAYS __attribute__((always_inline))

static size_t at_most(size_t value, size_t most)
{
	return value < most ? value : most;
}

/* Bits of a set. `native`: the processor counts by itself; else the compiler's own is a call. */
static inline ALWAYS size_t count(uint64_t set, bool native)
{
	if (native)
		return (size_t)__builtin_popcountll(set);
	set -= set >> 1 & UINT64_C(0x5555555555555555);
	set = (set & UINT64_C(0x3333333333333333)) + (set >> 2 & UINT64_C(0x3333333333333333));
	set = (set + (set >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (size_t)(set * UINT64_C(0x0101010101010101) >> 56);
}

/* The longest run of bits, up to 15, without a branch: `run[k]` has the places where 2^k of them
 * end, and the length is put together from the highest power down. */
static size_t longest_run(uint64_t set)
{
	uint64_t run[4] = {set}, ends = UINT64_MAX;
	size_t n = 0;

	DW_DGA_UNROLL
	for (size_t k = 1; k < 4; k++)
		run[k] = run[k - 1] & run[k - 1] << (1u << (k - 1));
	DW_DGA_UNROLL
	for (size_t k = 4; k-- > 0;) {
		uint64_t longer = ends & run[k] << n;
		bool any = longer != 0;

		ends = any ? longer : ends;
		n += (size_t)any << k;
	}
	return n;
}

/* Sixteen symbols at a time, by the compiler's vectors, which every processor has. */
typedef uint8_t block __attribute__((vector_size(DW_DGA_BLOCK)));
typedef uint16_t numbers __attribute__((vector_size(2 * DW_DGA_BLOCK)));

static inline block load_block(const uint8_t *at)
{
	block b;

	memcpy(&b, at, sizeof(b));
	return b;
}

/* The set of places where a comparison of two blocks holds. */
static inline uint64_t where(block truth)
{
#ifdef __SSE2__
	return (uint64_t)_mm_movemask_epi8((__m128i)truth);
#else
	/* a bit of its own in each byte of a half, then the sum of the bytes */
	const block bit = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t half[2];

	truth &= bit;
	memcpy(half, &truth, sizeof(half));
	return half[0] * ones >> 56 | (half[1] * ones >> 56) << 8;
#endif
}

/* The places of a label that hold a letter, and so on. */
struct places {
	uint64_t letter, digit, vowel, hyphen, a_to_f;
	uint64_t same;  /* as what follows, beyond the label too */
	uint64_t again; /* stood in the label before */
	uint64_t pair;  /* and so does the character before, there as here */
	uint8_t last;   /* letter of the alphabet */
};

static void find_characters(const uint8_t *s, size_t len, struct places *p)
{
	block last = {0}, higher;

	for (size_t at = 0; at < len; at += DW_DGA_BLOCK) {
		block c = load_block(s + at);
		block letter = (block)(c - 1 < 26);
		block vowel = (block)((c == 1) | (c == 5) | (c == 9) | (c == 15) | (c == 21) |
				      (c == 25)); /* a e i o u y */

		p->letter |= where(letter) << at;
		p->a_to_f |= where((block)(c - 1 < 6)) << at;
		p->vowel |= where(vowel) << at;
		p->digit |= where((block)(c - DIGIT < 10)) << at;
		p->hyphen |= where((block)(c == HYPHEN)) << at;
		p->same |= where((block)(c == load_block(s + at + 1))) << at;
		letter &= c;
		higher = (block)(letter > last);
		last = (letter & higher) | (last & ~higher);
	}
	for (size_t i = 0; i < DW_DGA_BLOCK; i++)
		p->last = last[i] > p->last ? last[i] : p->last;
}

/* Each block laid over what follows it, a place further each time; blocks overlap by one, for
 * pairs. A label of 63 takes 160 comparisons. */
static void find_repeats(const uint8_t *s, size_t len, struct places *p)
{
	for (size_t at = 0; at + 1 < len; at += DW_DGA_BLOCK - 1) {
		block c = load_block(s + at);

		for (size_t later = at + 1; later < len; later++) {
			uint64_t equal = where((block)(c == load_block(s + later)));

			p->again |= equal << later;
			p->pair |= (equal & equal << 1) << later;
		}
	}
	p->again &= BIT(len) - 1;
	p->pair &= BIT(len) - 1;
}

static inline ALWAYS void fill_rows(struct dw_dga_features *f, const struct places *p, bool native)
{
	uint64_t inner = BIT(f->len - 1) - 1;
	uint64_t change = ((p->letter ^ p->letter >> 1) | (p->digit ^ p->digit >> 1)) & inner;
	size_t letters = count(p->letter, native);

	const size_t value[DW_DGA_SHAPES] = {
		[DW_DGA_LENGTH] = f->len,
		[DW_DGA_DIGITS] = at_most(count(p->digit, native), 15),
		[DW_DGA_CHANGES] = at_most(count(change, native), 15),
		[DW_DGA_CONSONANTS] = longest_run(p->letter & ~p->vowel),
		[DW_DGA_VOWELS] =
			letters == 0 ? 0 : at_most(count(p->vowel, native) * 16 / letters, 15),
		[DW_DGA_DISTINCT] = f->len - count(p->again, native),
		[DW_DGA_HYPHENS] = p->hyphen == 0 ? 0 : at_most(count(p->hyphen, native), 7),
		[DW_DGA_LAST_LETTER] = p->last,
		[DW_DGA_REPEATS] = at_most(count(p->pair, native), 15),
		[DW_DGA_DOUBLES] = at_most(count(p->same & inner, native), 7),
		[DW_DGA_CHARSET] = (size_t)(p->digit != 0) | (size_t)(p->a_to_f != 0) << 1 |
				   (size_t)((p->letter & ~p->a_to_f) != 0) << 2 |
				   (size_t)(p->hyphen != 0) << 3,
	};

	DW_DGA_UNROLL
	for (size_t i = 0; i < DW_DGA_SHAPES; i++)
		f->row[i] = (uint16_t)(dw_dga_shape_row[i] + value[i]);
}

#ifdef __SSE2__
__attribute__((target("popcnt"))) static void fill_rows_native(
	struct dw_dga_features *f, const struct places *p)
{
	fill_rows(f, p, true);
}
#endif

static void measure(struct dw_dga_features *f)
{
	const uint8_t *s = f->symbols + DW_DGA_LEAD + 1;
	struct places p = {0};

	find_characters(s, f->len, &p);
	find_repeats(s, f->len, &p);
#ifdef __SSE2__
	if (__builtin_cpu_supports("popcnt")) {
		fill_rows_native(f, &p);
		return;
	}
#endif
	fill_rows(f, &p, false);
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

	/* whole blocks: what is beyond the label is not looked at */
	for (size_t at = 0; at < f->len + 2; at += DW_DGA_BLOCK) {
		const uint8_t *s = f->symbols + DW_DGA_LEAD + at;
		numbers sum = {0};

		DW_DGA_UNROLL
		for (size_t order = 0; order < DW_DGA_ORDERS; order++) {
			sum += __builtin_convertvector(load_block(s - order), numbers) *
			       factor[order];
			numbers number = sum & GRAM_MASK;

			memcpy(f->gram[order] + at, &number, sizeof(number));
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
