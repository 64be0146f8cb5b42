/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * suffix_rows.h: choice of the suffixes that have weights of their own */
#ifndef DNSWARD_TOOLS_DGA_SUFFIX_ROWS_H
#define DNSWARD_TOOLS_DGA_SUFFIX_ROWS_H

#include <stdbool.h>

#include "data.h"
#include "net.h"

/* The most frequent suffixes of the training names have a row of weights each. Each other suffix
 * shares one of four rows, according to its class (dw_dga_suffix_class). */
struct suffix_rows {
	uint16_t *row; /* row of each suffix known when the rows were chosen */
	size_t known;
	uint64_t hash[SUFFIX_ROWS]; /* hash of each row's suffix; unused for the first four rows */
	size_t count;
};

void suffix_rows_choose(struct suffix_rows *rows, const struct data *data, const bool *held_out);
size_t suffix_row(const struct suffix_rows *rows, const struct data *data, uint32_t suffix);
size_t suffix_row_unknown(const struct data *data, uint32_t suffix);

#endif
