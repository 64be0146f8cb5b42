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

static uint8_t symbol_of(uint8_t c)
{
	uint8_t letter = (uint8_t)((c | 0x20) - 'a'), digit = (uint8_t)(c - '0');

	if (letter < 26)
		return (uint8_t)(letter + 1);
	if (digit < 10)
		return (uint8_t)(digit + DIGIT);
	return c == '-' ? HYPHEN : OTHER;
}

/* a, e, i, o, u, y as bits of their symbols */
#define VOWELS (1u << 1 | 1u << 5 | 1u << 9 | 1u << 15 | 1u << 21 | 1u << 25)

static size_t at_most(size_t value, size_t most)
{
	return value < most ? value : most;
}

static void measure(struct dw_dga_features *f)
{
	const uint8_t *s = f->symbols + DW_DGA_PAD + 1;
	size_t digits = 0, changes = 0, run = 0, longest = 0, vowels = 0, letters = 0, hyphens = 0,
	       last = 0, repeats = 0, doubles = 0;
	uint64_t seen = 0;
	uint64_t pairs[26] = {0}; /* 40 * 40 bits */
	unsigned class = 0;

	for (size_t i = 0; i < f->len; i++) {
		unsigned c = s[i];
		unsigned was = class;

		seen |= UINT64_C(1) << c;
		class = c < DIGIT ? 1 : c < HYPHEN ? 2 : 3;
		changes += i > 0 && class != was;
		digits += class == 2;
		hyphens += c == HYPHEN;
		run = class == 1 && !(VOWELS >> (c & 31) & 1) ? run + 1 : 0;
		longest = run > longest ? run : longest;
		letters += class == 1;
		vowels += class == 1 && (VOWELS >> (c & 31) & 1);
		last = class == 1 && c > last ? c : last;
		if (i > 0) {
			unsigned pair = s[i - 1] * 40u + c;

			repeats += pairs[pair >> 6] >> (pair & 63) & 1;
			pairs[pair >> 6] |= UINT64_C(1) << (pair & 63);
			doubles += s[i - 1] == c;
		}
	}
	const size_t value[DW_DGA_SHAPES] = {
		[DW_DGA_LENGTH] = f->len,
		[DW_DGA_DIGITS] = at_most(digits, 15),
		[DW_DGA_CHANGES] = at_most(changes, 15),
		[DW_DGA_CONSONANTS] = at_most(longest, 15),
		[DW_DGA_VOWELS] = letters == 0 ? 0 : at_most(vowels * 16 / letters, 15),
		[DW_DGA_DISTINCT] = (size_t)__builtin_popcountll(seen),
		[DW_DGA_HYPHENS] = at_most(hyphens, 7),
		[DW_DGA_LAST_LETTER] = last,
		[DW_DGA_REPEATS] = at_most(repeats, 15),
		[DW_DGA_DOUBLES] = at_most(doubles, 7),
		[DW_DGA_CHARSET] = (size_t)(digits > 0) | (size_t)((seen & 0x7e) != 0) << 1 |
				   (size_t)((seen & 0x7ffff80) != 0) << 2 |
				   (size_t)(hyphens > 0) << 3,
	};

	for (size_t i = 0; i < DW_DGA_SHAPES; i++)
		f->row[i] = (uint16_t)(dw_dga_shape_row[i] + value[i]);
}

/* Six bits a symbol, the oldest highest, so that an n-gram is the low 6n bits of
 * one running number; multiplied by an odd constant of its order (from the
 * digits of pi), whose high bits choose the bucket. */
static void hash_grams(struct dw_dga_features *f)
{
	static const uint32_t factor[DW_DGA_ORDERS] = {
		0x243f6a89, 0x85a308d3, 0x13198a2f, 0x03707345, 0xa4093823};
	const uint8_t *s = f->symbols + DW_DGA_PAD;
	uint32_t code = s[0];
	size_t n = 0;

	for (size_t i = 1; i <= f->len + 1; i++) {
		code = code << 6 | s[i];
		if (i <= f->len)
			f->bucket[n++] = (code & 0x3f) * factor[0];
		f->bucket[n++] = (code & 0xfff) * factor[1];
		if (i >= 2)
			f->bucket[n++] = (code & 0x3ffff) * factor[2];
		if (i >= 3)
			f->bucket[n++] = (code & 0xffffff) * factor[3];
		if (i >= 4)
			f->bucket[n++] = (code & 0x3fffffff) * factor[4];
	}
	f->grams = n;
}

static void hash_crosses(struct dw_dga_features *f)
{
	uint32_t suffix = (uint32_t)f->suffix_row << 16;
	uint32_t length = f->row[DW_DGA_LENGTH], charset = f->row[DW_DGA_CHARSET];

	f->bucket[f->grams++] = (suffix | length) * 0x299f31d1;
	f->bucket[f->grams++] = (suffix | length << 8 | charset) * 0x082efa99;
	f->bucket[f->grams++] = (suffix | charset << 8 | f->row[DW_DGA_VOWELS]) * 0xec4e6c89;
}

void dw_dga_features(const uint8_t *label, size_t len, size_t suffix_row, struct dw_dga_features *f)
{
	memset(f->symbols, 0, sizeof(f->symbols));
	f->len = len;
	f->suffix_row = (uint16_t)suffix_row;
	f->symbols[DW_DGA_PAD] = END;
	for (size_t i = 0; i < len; i++)
		f->symbols[DW_DGA_PAD + 1 + i] = symbol_of(label[i]);
	f->symbols[DW_DGA_PAD + 1 + len] = END;
	measure(f);
	hash_grams(f);
	hash_crosses(f);
}

size_t dw_dga_suffix_class(const uint8_t *suffix, size_t len)
{
	size_t at = 0;

	while (at + suffix[at] + 2u < len)
		at += 1u + suffix[at];
	return (at > 0 ? 2 : 0) + (suffix[at] == 2 ? 0 : 1);
}
