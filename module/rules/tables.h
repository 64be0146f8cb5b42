/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tables.h: tables that store detections in memory and in a file */
#ifndef DNSWARD_RULES_TABLES_H
#define DNSWARD_RULES_TABLES_H

#include "dnsward/detection.h"

/* Detections are stored in tables of records, each record a few 32-bit words, and in one run of
 * strings, each terminated by NUL. In a file the words are little-endian (detections_file.c).
 * References are indices of records or offsets of strings. Offset 0 is the empty string, which
 * stands for a missing one.
 *
 * A condition is stored as code in prefix order. The low bits of a word contain the operator. The
 * high bits contain, for a group, the number of words of its members, and for a leaf, its index.
 *
 *     all  | 3    any | 2    leaf | 0    leaf | 1        all of (any of (0, 1))
 *
 * The leaves, patterns and nets of a detection are consecutive, and those of all detections are in
 * the order of the detections. */
enum table_kind { T_DETECTIONS, T_CODE, T_LEAVES, T_PATTERNS, T_NETS, TABLES };

struct t_detection {
	uint32_t name, id, technique, category, list, file, line;
	uint32_t level, flags;
	uint32_t code, words;       /* first word and number of words of the condition */
	uint32_t pattern, patterns; /* first pattern and their number */
	uint32_t why;               /* reason, if T_REFUSED */
};
enum { T_PARTIAL = 1, T_REFUSED = 2, T_QUESTION_ONLY = 4, T_FLAGS = 7 };

enum { OP_ALL, OP_ANY, OP_NOT, OP_LEAF, OP_BITS = 2 };

struct t_leaf {
	uint32_t what; /* enum leaf_kind | subjects or measure << 8 | comparison << 16 */
	uint32_t a, b; /* first index and count; or the value; or whether the constant holds */
};
enum leaf_kind { LEAF_CONSTANT, LEAF_MATCH, LEAF_COMPARE, LEAF_NETS, LEAF_KINDS };

struct t_pattern {
	uint32_t kind; /* enum dw_pattern_kind | cased << 8 */
	uint32_t text, len;
};

struct t_net {
	uint32_t addr[4];     /* address bytes, the first in the lowest bits */
	uint32_t family_bits; /* family | bits << 8 */
};

static const uint8_t table_words[TABLES] = {
	[T_DETECTIONS] = sizeof(struct t_detection) / 4,
	[T_CODE] = 1,
	[T_LEAVES] = sizeof(struct t_leaf) / 4,
	[T_PATTERNS] = sizeof(struct t_pattern) / 4,
	[T_NETS] = sizeof(struct t_net) / 4,
};

struct table {
	uint32_t *words;
	size_t count, room; /* in records */
};

struct dw_detections {
	struct table table[TABLES];
	char *strings;
	size_t strings_len, strings_room;

	/* the detection being built */
	enum dw_result result; /* the first failure, or DW_OK */
	size_t mark[TABLES], strings_mark;
	size_t depth;
	size_t group[DW_DETECTION_DEPTH_MAX]; /* index of its word in the code */
	size_t members[DW_DETECTION_DEPTH_MAX + 1];
};

static inline const struct t_detection *t_detection(const struct dw_detections *d, size_t i)
{
	return (const struct t_detection *)d->table[T_DETECTIONS].words + i;
}

static inline const struct t_leaf *t_leaf(const struct dw_detections *d, size_t i)
{
	return (const struct t_leaf *)d->table[T_LEAVES].words + i;
}

static inline const struct t_pattern *t_pattern(const struct dw_detections *d, size_t i)
{
	return (const struct t_pattern *)d->table[T_PATTERNS].words + i;
}

static inline unsigned leaf_kind(const struct t_leaf *leaf)
{
	return leaf->what & 0xff;
}

static inline unsigned leaf_of(const struct t_leaf *leaf) /* subjects, or the measure */
{
	return leaf->what >> 8 & 0xff;
}

static inline unsigned leaf_compare(const struct t_leaf *leaf)
{
	return leaf->what >> 16;
}

static inline unsigned code_op(uint32_t word)
{
	return word & ((1U << OP_BITS) - 1);
}

static inline uint32_t code_argument(uint32_t word)
{
	return word >> OP_BITS;
}

static inline uint32_t code_word(unsigned op, size_t argument)
{
	return (uint32_t)(argument << OP_BITS | op);
}

/* Append a zeroed record to a table and return it. NULL if out of memory. */
void *table_add(struct dw_detections *d, enum table_kind kind);

#endif
