/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * suffix_rows.c: choice of the suffixes that have weights of their own */
#include "suffix_rows.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

struct ranked {
	uint32_t suffix;
	size_t names;
};

static int by_names(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->names != y->names)
		return (x->names < y->names) - (x->names > y->names);
	return (x->suffix > y->suffix) - (x->suffix < y->suffix);
}

size_t suffix_row_unknown(const struct data *data, uint32_t suffix)
{
	const struct suffix *s = &data->suffixes[suffix];

	return dw_dga_suffix_class(s->wire, s->len);
}

void suffix_rows_choose(struct suffix_rows *rows, const struct data *data, const bool *held_out)
{
	struct ranked *ranked = calloc(data->suffix_count, sizeof(*ranked));

	rows->row = calloc(data->suffix_count, sizeof(*rows->row));
	if (ranked == NULL || rows->row == NULL)
		err(1, NULL);
	rows->known = data->suffix_count;
	for (size_t i = 0; i < data->suffix_count; i++)
		ranked[i].suffix = (uint32_t)i;
	for (size_t i = 0; i < data->count; i++) {
		const struct name *n = &data->names[i];

		if (n->side == SIDE_TRAIN && !(n->kind == KIND_FAMILY && held_out[n->source]))
			ranked[n->suffix].names++;
	}
	qsort(ranked, data->suffix_count, sizeof(*ranked), by_names);
	for (size_t i = 0; i < data->suffix_count; i++)
		rows->row[i] = (uint16_t)suffix_row_unknown(data, (uint32_t)i);
	rows->count = DW_DGA_SUFFIX_CLASSES;
	for (size_t i = 0; rows->count < SUFFIX_ROWS && i < data->suffix_count; i++) {
		rows->hash[rows->count] = data->suffixes[ranked[i].suffix].hash;
		rows->row[ranked[i].suffix] = (uint16_t)rows->count++;
	}
	free(ranked);
}

size_t suffix_row(const struct suffix_rows *rows, const struct data *data, uint32_t suffix)
{
	return suffix < rows->known ? rows->row[suffix] : suffix_row_unknown(data, suffix);
}
