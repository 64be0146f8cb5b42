/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * label.h: what the model sees of a label */
#ifndef DNSWARD_DGA_LABEL_H
#define DNSWARD_DGA_LABEL_H

#include <stddef.h>
#include <stdint.h>

#include "dnsward/dga.h"

/* Before a loop of a fixed number of turns, whose arrays are to stay in registers; and before
 * one that is to take two turns at a time. */
#ifdef __clang__
#define DW_DGA_UNROLL _Pragma("clang loop unroll(full)")
#define DW_DGA_UNROLL_2 _Pragma("clang loop unroll_count(2)")
#else
#define DW_DGA_UNROLL _Pragma("GCC unroll 64")
#define DW_DGA_UNROLL_2 _Pragma("GCC unroll 2")
#endif

/* The training and the scorer share this file, so that both see the same. All
 * is counting: a label becomes a row of symbols, the number of a weight for each of
 * its n-grams, and one row number for each thing measured of its shape.
 *
 * Symbols: 1 to 26 letters, 27 to 36 digits, 37 the hyphen, 38 any other byte,
 * 39 either end of the label, 0 beyond an end. Places: 0 is the end before the first
 * character, 1 to len the characters, len + 1 the other end. */
enum {
	DW_DGA_SYMBOLS = 40,
	DW_DGA_LABEL_MAX = 63,
	DW_DGA_LEAD = 4,    /* symbols 0 before place 0: what the longest n-gram looks back */
	DW_DGA_BLOCK = 16,  /* places at a time */
	DW_DGA_PLACES = 80, /* 65, in whole blocks */
	DW_DGA_ORDERS = 5,  /* n-grams of 1 to 5 symbols, ends included */
	DW_DGA_CROSSES = 3, /* of suffix and shape, weights among those of the n-grams */
	DW_DGA_GROUPS = DW_DGA_ORDERS + 1, /* what is summed apart: each order, and the crosses */
	DW_DGA_GROUP_MAX = DW_DGA_LABEL_MAX + 2, /* n-grams of one group */
	DW_DGA_GRAM_BITS = 15,                   /* of an n-gram's number */
};

/* A row for each value of each thing measured of the shape (dw_dga_shape); large values
 * share the last row of theirs. */
/* The first row of each, and at the end their number. */
extern const uint16_t dw_dga_shape_row[DW_DGA_SHAPES + 1];
enum { DW_DGA_SHAPE_ROWS = 64 + 16 * 4 + 40 + 8 + 27 + 16 + 8 + 16 };

struct dw_dga_features {
	size_t len;                                   /* of the label */
	uint8_t symbols[DW_DGA_LEAD + DW_DGA_PLACES]; /* from DW_DGA_LEAD before place 0 */
	/* by the place of the last symbol, 0 to len + 1 */
	uint16_t gram[DW_DGA_ORDERS][DW_DGA_PLACES];
	uint16_t cross[DW_DGA_CROSSES];
	uint16_t row[DW_DGA_SHAPES];
	uint16_t suffix_row;
};

/* `len` 1 to 63; upper case counts as lower. `suffix_row` is that of the suffix: a
 * family keeps to some lengths and characters under some suffixes. */
void dw_dga_features(
	const uint8_t *label, size_t len, size_t suffix_row, struct dw_dga_features *out);

/* Rows that suffixes without one of their own share: country codes, other
 * last labels, and suffixes of several labels below either. */
enum { DW_DGA_SUFFIX_CLASSES = 4 };
size_t dw_dga_suffix_class(const uint8_t *suffix, size_t len);

#endif
