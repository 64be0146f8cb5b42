/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * detections_file.c: serialization of detections, with validation */
#include "dnsward-config.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "rules/tables.h"

/* The format, little-endian:
 *
 *      0  magic "dwdetect"
 *      8  u32 version
 *     12  u32 number of records of each table, then u32 bytes of strings
 *     36  the tables in their order, then the strings
 *
 * There is no digest: the file that contains it (a database, a saved list) has one. */
static const char magic[8] = {'d', 'w', 'd', 'e', 't', 'e', 'c', 't'};
enum { BYTES_VERSION = 2, HEADER = 8 + 4 + 4 * (TABLES + 1) };

/* ---- writing ---- */

static uint8_t *put_words(uint8_t *at, const uint32_t *words, size_t count)
{
	for (size_t i = 0; i < count; i++, at += 4) {
		uint32_t le = htole32(words[i]);

		memcpy(at, &le, 4);
	}
	return at;
}

enum dw_result dw_detections_write(const struct dw_detections *d, uint8_t **bytes, size_t *len)
{
	uint32_t head[2 + TABLES] = {BYTES_VERSION};
	size_t size = HEADER + d->strings_len;
	uint8_t *out, *at;

	for (size_t i = 0; i < TABLES; i++) {
		head[1 + i] = (uint32_t)d->table[i].count;
		size += d->table[i].count * table_words[i] * 4;
	}
	head[1 + TABLES] = (uint32_t)d->strings_len;
	out = malloc(size);
	if (out == NULL)
		return DW_ERR_MEMORY;
	memcpy(out, magic, sizeof(magic));
	at = put_words(out + sizeof(magic), head, sizeof(head) / 4);
	for (size_t i = 0; i < TABLES; i++)
		at = put_words(at, d->table[i].words, d->table[i].count * table_words[i]);
	memcpy(at, d->strings, d->strings_len);
	*bytes = out;
	*len = size;
	return DW_OK;
}

/* ---- checking ---- */

static bool is_string(const struct dw_detections *d, uint32_t place)
{
	return place < d->strings_len;
}

/* Whether the table contains `count` records from `first` on. */
static bool is_range(
	const struct dw_detections *d, enum table_kind kind, uint32_t first, uint32_t count)
{
	return first <= d->table[kind].count && count <= d->table[kind].count - first;
}

static bool leaf_is_good(const struct dw_detections *d, const struct t_detection *r, uint32_t i)
{
	const struct t_leaf *leaf;

	if (i >= d->table[T_LEAVES].count)
		return false;
	leaf = t_leaf(d, i);
	switch (leaf_kind(leaf)) {
	case LEAF_CONSTANT:
		return leaf->a <= 1;
	case LEAF_MATCH:
		return is_range(d, T_PATTERNS, leaf->a, leaf->b) && leaf->a >= r->pattern &&
		       leaf->a - r->pattern + leaf->b <= r->patterns && leaf_of(leaf) != 0 &&
		       leaf_of(leaf) <= (DW_SUBJECT_NAME | DW_SUBJECT_ANSWER);
	case LEAF_COMPARE:
		return leaf_of(leaf) < DW_MEASURES && leaf_compare(leaf) < DW_COMPARES;
	case LEAF_NETS:
		return is_range(d, T_NETS, leaf->a, leaf->b);
	default:
		return false;
	}
}

/* Whether the code from word *at on is one valid condition. On success *at is moved to its end. */
static bool code_is_good(const struct dw_detections *d, const struct t_detection *r, size_t *at,
	size_t end, unsigned depth)
{
	uint32_t word = *at < end ? d->table[T_CODE].words[(*at)++] : 0;
	uint32_t argument = code_argument(word);
	size_t inner = *at, members = 0;

	if (inner > end || depth > DW_DETECTION_DEPTH_MAX)
		return false;
	if (code_op(word) == OP_LEAF)
		return leaf_is_good(d, r, argument);
	if (argument == 0 || argument > end - inner)
		return false;
	while (*at < inner + argument) {
		if (!code_is_good(d, r, at, inner + argument, depth + 1))
			return false;
		members++;
	}
	return code_op(word) != OP_NOT || members == 1;
}

static bool detection_is_good(const struct dw_detections *d, const struct t_detection *r)
{
	size_t at = r->code, end = at + r->words;

	return is_string(d, r->name) && is_string(d, r->id) && is_string(d, r->technique) &&
	       is_string(d, r->category) && is_string(d, r->list) && is_string(d, r->file) &&
	       is_string(d, r->why) && r->level <= DW_LEVEL_CRITICAL && r->flags <= T_FLAGS && r->words > 0 &&
	       is_range(d, T_CODE, r->code, r->words) &&
	       is_range(d, T_PATTERNS, r->pattern, r->patterns) &&
	       code_is_good(d, r, &at, end, 0) && at == end;
}

/* Whether all detections are valid, and their patterns are in the same order without gaps. */
static bool detections_are_good(const struct dw_detections *d)
{
	uint32_t patterns = 0;

	for (size_t i = 0; i < d->table[T_DETECTIONS].count; i++) {
		const struct t_detection *r = t_detection(d, i);

		if (!detection_is_good(d, r) || r->pattern != patterns)
			return false;
		patterns += r->patterns;
	}
	return patterns == d->table[T_PATTERNS].count;
}

static bool patterns_are_good(const struct dw_detections *d)
{
	for (size_t i = 0; i < d->table[T_PATTERNS].count; i++) {
		const struct t_pattern *p = t_pattern(d, i);

		if ((p->kind & ~UINT32_C(0x100)) >= DW_PATTERN_KINDS || !is_string(d, p->text) ||
			p->len >= d->strings_len - p->text ||
			strlen(d->strings + p->text) != p->len)
			return false;
	}
	return true;
}

static bool nets_are_good(const struct dw_detections *d)
{
	for (size_t i = 0; i < d->table[T_NETS].count; i++) {
		const struct t_net *net = (const struct t_net *)d->table[T_NETS].words + i;
		uint32_t family = net->family_bits & 0xff;

		if ((family != 4 && family != 6) || net->family_bits >> 8 > 128)
			return false;
	}
	return true;
}

/* ---- reading ---- */

static enum dw_result damaged(struct dw_error *err)
{
	return dw_fail(err, DW_ERR_CORRUPT, NULL, 0, "the rules are damaged");
}

/* Read the tables from `bytes`, with the sizes from the header. */
static enum dw_result take(struct dw_detections *d, const uint8_t *bytes, const uint32_t *head)
{
	for (size_t i = 0; i < TABLES; i++) {
		size_t words = (size_t)head[i] * table_words[i];

		d->table[i].words = calloc(words + 1, sizeof(uint32_t));
		if (d->table[i].words == NULL)
			return DW_ERR_MEMORY;
		d->table[i].count = d->table[i].room = head[i];
		for (size_t k = 0; k < words; k++, bytes += 4) {
			memcpy(&d->table[i].words[k], bytes, 4);
			d->table[i].words[k] = le32toh(d->table[i].words[k]);
		}
	}
	d->strings = malloc(head[TABLES]);
	if (d->strings == NULL)
		return DW_ERR_MEMORY;
	d->strings_len = d->strings_room = head[TABLES];
	memcpy(d->strings, bytes, head[TABLES]);
	return DW_OK;
}

static bool is_good(const struct dw_detections *d)
{
	return d->strings[0] == '\0' && d->strings[d->strings_len - 1] == '\0' &&
	       d->table[T_DETECTIONS].count <= DW_DETECTIONS_MAX && patterns_are_good(d) &&
	       nets_are_good(d) && detections_are_good(d);
}

enum dw_result dw_detections_read(
	const uint8_t *bytes, size_t len, struct dw_detections **out, struct dw_error *err)
{
	uint32_t head[2 + TABLES];
	uint64_t size = HEADER;
	struct dw_detections *d;
	enum dw_result result;

	if (len < HEADER || memcmp(bytes, magic, sizeof(magic)) != 0)
		return damaged(err);
	memcpy(head, bytes + sizeof(magic), sizeof(head));
	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		head[i] = le32toh(head[i]);
	if (head[0] != BYTES_VERSION)
		return dw_fail(err, DW_ERR_VERSION, NULL, 0, "rules of version %u; this is %d",
			head[0], BYTES_VERSION);
	for (size_t i = 0; i < TABLES; i++)
		size += (uint64_t)head[1 + i] * table_words[i] * 4;
	if (size + head[1 + TABLES] != len || head[1 + TABLES] == 0)
		return damaged(err);
	d = calloc(1, sizeof(*d));
	result = d != NULL ? take(d, bytes + HEADER, head + 1) : DW_ERR_MEMORY;
	if (result == DW_ERR_MEMORY)
		dw_fail(err, result, NULL, 0, "no memory for rules");
	else if (!is_good(d))
		result = damaged(err);
	if (result == DW_OK)
		*out = d;
	else
		dw_detections_free(&d);
	return result;
}
