/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * model.h: the model file, and the model in memory */
#ifndef DNSWARD_DGA_MODEL_H
#define DNSWARD_DGA_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "dnsward/dga.h"
#include "dga/label.h"
#include "dga/suffix.h"

/* The model is a small network with one hidden layer, all of whole numbers:
 *
 *   filters   48 filters of width 5 over the label. On one-hot symbols a filter
 *             is a sum of 5 table entries, so a position costs 5 rows of
 *             additions and no multiplication. The first MAX_FILTERS are
 *             max-pooled over the label, the others sum-pooled, after max(0, x).
 *   grams     a vector of 2 for each n-gram, summed for each order apart: what
 *             many letters say, what many triples say.
 *   rows      a vector of 64 for each measured shape and for the suffix, summed.
 *   hidden    64 units: max(0, mix * (filters, grams) + rows).
 *   score     out * hidden + the first components of grams.
 *
 * No sum overflows for any model that model_open lets pass and any label; the
 * bounds are tested there. Integer sums have one result in any order, so every
 * machine, compiler and vector width gives the same score.
 *
 * File, little-endian:
 *
 *   0   "DWDGA\r\n\032"       a magic that a transfer as text would break
 *   8   u32 format version, 4
 *   12  u32 length of the file
 *   16  u32 length of the content
 *   20  the content, packed (zlib, RFC 1950)
 *       32 bytes BLAKE2b-256 of all before
 *
 * Content:
 *
 *   0   u32 suffix nodes
 *   4   u32 length of the text
 *   8   struct model_scale: 8 i32
 *   40  i8  grams[GRAMS][GRAM_DIMS]
 *       i8  conv[WIDTH][SYMBOLS][FILTERS]
 *       i8  rows[ROWS][HIDDEN]
 *       i16 conv_bias[FILTERS]              -250 to 250
 *       i16 mix[INPUTS][HIDDEN]
 *       i32 mix_bias[HIDDEN]
 *       i16 out[HIDDEN]
 *       u32 suffix_key[SUFFIX_ROWS]         high halves of the suffixes' hashes; 0: none
 *       u16 start[BUCKETS + 1], u8 nodes[][3]   suffix.h
 *       text: what it was made from and how it measured, lines of "key: value"
 */
#define MODEL_MAGIC "DWDGA\r\n\032"

enum {
	MODEL_FORMAT = 4,
	MODEL_HEADER_BYTES = 20,
	MODEL_DIGEST_BYTES = 32,
	MODEL_FILE_MAX = 256 * 1024, /* of the content too */
	GRAMS = 1 << DW_DGA_GRAM_BITS,
	GRAM_DIMS = 2, /* of an n-gram's vector; the first is added to the score itself */
	GRAM_INPUTS = DW_DGA_GROUPS * GRAM_DIMS,
	FILTER_PAD = 2, /* symbols a filter sees on either side of its place */
	WIDTH = 2 * FILTER_PAD + 1,
	FILTERS = 48,
	MAX_FILTERS = 32, /* the first of them are max-pooled, the rest sum-pooled */
	HIDDEN = 64,
	SUFFIX_ROWS = 256,
	ROWS = DW_DGA_SHAPE_ROWS + SUFFIX_ROWS,
	INPUTS = FILTERS + GRAM_INPUTS,
	GRAM_LIMIT = 128,       /* 64 n-grams of 128 stay within 16 bits */
	BIAS_LIMIT = 250,       /* 65 positions of 5 * 127 + 250 stay within unsigned 16 bits */
	SUM_SHIFT = 2,          /* sum-pooled filters are divided by 4 */
	LOG_ODDS_LIMIT = 30000, /* far beyond what a probability can show: 1 in 1e13 */
};

struct model_scale {
	int32_t row;          /* what one step of a row is in steps of the hidden layer's input */
	int32_t hidden_shift; /* of the hidden layer's input before it is cut to 0 .. 32767 */
	int32_t gram;         /* of the summed first components, in steps of the score */
	int32_t bias;         /* of the score */
	int32_t slope;        /* log-odds in thousandths = slope * score / 2^24 + offset */
	int32_t offset;
	int32_t threshold; /* the default, log-odds in thousandths */
	int32_t prior;     /* log-odds in thousandths of the base rate assumed */
};

enum { SUFFIX_SLOTS = 1024, SUFFIX_SLOT_NONE = UINT16_MAX };

struct dw_dga {
	/* 16-bit copies of what vectors add; the biases are in conv[0] */
	_Alignas(64) int16_t conv[WIDTH][DW_DGA_SYMBOLS][FILTERS];
	_Alignas(64) int16_t
		mix[INPUTS / 2][HIDDEN][2]; /* two inputs side by side, as pmaddwd takes them */
	_Alignas(64) int32_t mix_bias[HIDDEN];
	_Alignas(64) int16_t out[HIDDEN];
	_Alignas(64) int16_t rows[ROWS][HIDDEN];
	/* both weights plus GRAM_LIMIT, the second in the upper half: one addition adds both */
	_Alignas(64) uint32_t grams[GRAMS];
	struct model_scale scale;
	uint32_t suffix_key[SUFFIX_ROWS];
	uint16_t suffix_slot[SUFFIX_SLOTS];
	struct dw_suffix_table suffixes;
	int32_t (*run)(const struct dw_dga *, const struct dw_dga_features *);
	uint8_t *suffix_bytes;
	char *text;
};

/* Score of the network in its own steps: the best way for this processor, the best
 * for any of its kind (SSE2 on x86-64), and in plain C. */
typedef int32_t (*model_run)(const struct dw_dga *, const struct dw_dga_features *);
model_run model_run_best(void);
model_run model_run_base(void);
int32_t model_run_plain(const struct dw_dga *dga, const struct dw_dga_features *f);

/* Thousandths of log-odds of a score. */
int32_t model_calibrate(const struct dw_dga *dga, int32_t score);

/* The row of a suffix by its hash and wire form. */
size_t model_suffix_row(const struct dw_dga *dga, uint64_t hash, const uint8_t *suffix, size_t len);

/* Divide a whole name and measure its label; false where there is none. */
bool model_features(const struct dw_dga *dga, const uint8_t *wire, size_t len,
	struct dw_suffix_split *split, struct dw_dga_features *f);

/* The file of some content, at most MODEL_FILE_MAX bytes of each; its length, 0 where it has no
 * room. And the way back: `content` is the caller's to free. */
size_t model_pack(const uint8_t *content, size_t len, uint8_t *file);
enum dw_result model_unpack(const uint8_t *file, size_t len, const char *path, uint8_t **content,
	size_t *content_len, struct dw_error *err);

/* A model from the bytes of its file; `path` is for errors. The bytes are not kept. */
enum dw_result model_read(const uint8_t *bytes, size_t len, const char *path, struct dw_dga **out,
	struct dw_error *err);

/* The model built into the library. */
extern const uint8_t model_builtin[];
extern const size_t model_builtin_len;

#endif
