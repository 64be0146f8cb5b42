/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * nearest.h: which known word a misspelt one was meant to be */
#ifndef DNSWARD_POLICY_NEAREST_H
#define DNSWARD_POLICY_NEAREST_H

#include <stddef.h>

/* Start with {.word = ...}, try each known word, read `best`: NULL where none is near
 * enough to be worth telling. */
struct dw_nearest {
	const char *word;
	const char *best;
	size_t distance;
};

/* Distance counts insertions, deletions, substitutions and swaps of neighbours (optimal
 * string alignment: Damerau, "A technique for computer detection and correction of
 * spelling errors", 1964), ASCII case aside. Near enough is a third of the word's length,
 * and 1 at least. Of equals the first stays. */
void dw_nearest_try(struct dw_nearest *nearest, const char *known);

#endif
