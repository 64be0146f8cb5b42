/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * nearest.c: which known word a misspelt one was meant to be */
#include "dnsward-config.h"
#include "policy/nearest.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/ascii.h"

/* Longer words are not compared; keys and names are far shorter. */
enum { WORD_MAX = 64 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool same(const char *a, const char *b)
{
	return ascii_lower((uint8_t)*a) == ascii_lower((uint8_t)*b);
}

static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][WORD_MAX + 1]; /* of the matrix: this, the last, the one before */
	size_t *row = rows[0], *last = rows[1], *before = rows[2];

	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *spare = before;

		before = last;
		last = row;
		row = spare;
		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			row[j] = last[j - 1] + !same(&a[i - 1], &b[j - 1]);
			row[j] = least(row[j], least(last[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && same(&a[i - 1], &b[j - 2]) &&
				same(&a[i - 2], &b[j - 1]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return row[b_len];
}

void dw_nearest_try(struct dw_nearest *nearest, const char *known)
{
	size_t word_len = strlen(nearest->word), known_len = strlen(known);
	size_t far = word_len / 3 > 1 ? word_len / 3 : 1;
	size_t found;

	if (word_len > WORD_MAX || known_len > WORD_MAX || word_len == 0)
		return;
	found = distance(nearest->word, word_len, known, known_len);
	if (found > far || found >= known_len || (nearest->best && found >= nearest->distance))
		return;
	nearest->best = known;
	nearest->distance = found;
}
