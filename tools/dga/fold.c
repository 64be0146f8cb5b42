/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * fold.c: choice of the families that are held out of training */
#include "fold.h"

#include <string.h>

/* Return the index of the first family of a group. Its class is taken for the class of the
 * group. */
static size_t first_of_group(const struct data *data, size_t family)
{
	size_t i = 0;

	while (strcmp(data->families[i].group, data->families[family].group) != 0)
		i++;
	return i;
}

void fold_families(const struct data *data, int fold, bool held_out[FAMILY_MAX])
{
	static const char *const classes[] = {
		"random", "hex", "pronounceable", "short", "wordlist"};
	int turn[FAMILY_MAX] = {0};
	int next = 0;

	for (size_t c = 0; c < sizeof(classes) / sizeof(classes[0]); c++) {
		for (size_t i = 0; i < data->family_count; i++) {
			if (first_of_group(data, i) == i &&
				strcmp(data->families[i].class, classes[c]) == 0)
				turn[i] = next++ % FOLDS;
		}
	}
	for (size_t i = 0; i < FAMILY_MAX; i++)
		held_out[i] = i < data->family_count && fold >= 0 &&
			      turn[first_of_group(data, i)] == fold;
}
