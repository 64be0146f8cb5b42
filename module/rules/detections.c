/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * detections.c: builder for detections, and access to their records */
#include "dnsward-config.h"

#include <stdlib.h>
#include <string.h>

#include "rules/tables.h"

_Static_assert(sizeof(struct t_detection) % 4 == 0 && sizeof(struct t_leaf) == 12 &&
		       sizeof(struct t_pattern) == 12 && sizeof(struct t_net) == 20,
	"records are made of words");

/* ---- levels ---- */

static const char *const levels[] = {
	[DW_LEVEL_NONE] = "none",
	[DW_LEVEL_INFORMATIONAL] = "informational",
	[DW_LEVEL_LOW] = "low",
	[DW_LEVEL_MEDIUM] = "medium",
	[DW_LEVEL_HIGH] = "high",
	[DW_LEVEL_CRITICAL] = "critical",
};

const char *dw_level_name(enum dw_level level)
{
	return levels[level <= DW_LEVEL_CRITICAL ? level : DW_LEVEL_NONE];
}

bool dw_level_from_name(const char *name, enum dw_level *out)
{
	for (unsigned i = DW_LEVEL_INFORMATIONAL; i <= DW_LEVEL_CRITICAL; i++) {
		if (strcmp(name, levels[i]) == 0) {
			*out = (enum dw_level)i;
			return true;
		}
	}
	return false;
}

/* ---- memory ---- */

/* Make sure a table has room for `more` records. */
static bool table_reserve(struct table *t, enum table_kind kind, size_t more)
{
	size_t need = t->count + more, room = need + need / 2 + 16;
	uint32_t *grown;

	if (need <= t->room)
		return true;
	grown = reallocarray(t->words, room, table_words[kind] * sizeof(*grown));
	if (grown == NULL)
		return false;
	t->words = grown;
	t->room = room;
	return true;
}

void *table_add(struct dw_detections *d, enum table_kind kind)
{
	struct table *t = &d->table[kind];
	uint32_t *record;

	if (!table_reserve(t, kind, 1))
		return NULL;
	record = t->words + t->count++ * table_words[kind];
	memset(record, 0, table_words[kind] * sizeof(*record));
	return record;
}

/* Add a record for the detection being built. Returns NULL after any failure; d->result then holds
 * the first one. */
static void *add(struct dw_detections *d, enum table_kind kind)
{
	void *record;

	/* limit conditions that name a large selection again and again */
	if (d->result == DW_OK && d->table[kind].count - d->mark[kind] > DW_DETECTION_WORDS_MAX)
		d->result = DW_ERR_LIMIT;
	record = d->result == DW_OK ? table_add(d, kind) : NULL;

	if (record == NULL && d->result == DW_OK)
		d->result = DW_ERR_MEMORY;
	return record;
}

/* Copy a text and return its offset in the strings; 0 for NULL. */
static uint32_t put_string(struct dw_detections *d, const char *text, size_t len)
{
	size_t need = d->strings_len + len + 1, room = need + need / 2 + 256;
	char *grown = d->strings;

	if (text == NULL || d->result != DW_OK)
		return 0;
	if (need > UINT32_MAX) {
		d->result = DW_ERR_LIMIT;
		return 0;
	}
	if (need > d->strings_room) {
		grown = realloc(d->strings, room);
		if (grown == NULL) {
			d->result = DW_ERR_MEMORY;
			return 0;
		}
		d->strings = grown;
		d->strings_room = room;
	}
	memcpy(grown + d->strings_len, text, len);
	grown[need - 1] = '\0';
	d->strings_len = need;
	return (uint32_t)(need - len - 1);
}

/* The same, but reuse the text of the previous detection (at offset `before`) if it is equal. */
static uint32_t put_shared(struct dw_detections *d, const char *text, uint32_t before)
{
	if (text != NULL && before != 0 && strcmp(d->strings + before, text) == 0)
		return before;
	return put_string(d, text, text != NULL ? strlen(text) : 0);
}

enum dw_result dw_detections_new(struct dw_detections **out)
{
	struct dw_detections *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return DW_ERR_MEMORY;
	put_string(d, "", 0);
	if (d->result != DW_OK) {
		free(d);
		return DW_ERR_MEMORY;
	}
	*out = d;
	return DW_OK;
}

void dw_detections_free(struct dw_detections **detections)
{
	struct dw_detections *d = *detections;

	if (d == NULL)
		return;
	for (size_t i = 0; i < TABLES; i++)
		free(d->table[i].words);
	free(d->strings);
	free(d);
	*detections = NULL;
}

/* ---- begin and end ---- */

static void set_mark(struct dw_detections *d)
{
	for (size_t i = 0; i < TABLES; i++)
		d->mark[i] = d->table[i].count;
	d->strings_mark = d->strings_len;
	d->result = DW_OK;
	d->depth = 0;
	d->members[0] = 0;
}

static void put_head(struct dw_detections *d, const struct dw_detection *head)
{
	static const struct t_detection none;
	struct t_detection *record = add(d, T_DETECTIONS);
	struct t_detection before = none;

	if (record == NULL)
		return;
	if (d->mark[T_DETECTIONS] > 0)
		before = record[-1];
	*record = (struct t_detection){
		.name = put_string(d, head->name, strlen(head->name)),
		.id = put_string(d, head->id, head->id != NULL ? strlen(head->id) : 0),
		.technique = put_shared(d, head->technique, before.technique),
		.category = put_shared(d, head->category, before.category),
		.list = put_shared(d, head->list, before.list),
		.file = put_shared(d, head->file, before.file),
		.line = head->line,
		.level = head->level,
		.flags = (head->partial ? T_PARTIAL : 0) |
			 (head->question_only ? T_QUESTION_ONLY : 0),
	};
}

void dw_detection_begin(struct dw_detections *d, const struct dw_detection *head)
{
	set_mark(d);
	put_head(d, head);
}

void dw_detection_drop(struct dw_detections *d)
{
	for (size_t i = 0; i < TABLES; i++)
		d->table[i].count = d->mark[i];
	d->strings_len = d->strings_mark;
}

bool dw_detection_failed(const struct dw_detections *d)
{
	return d->result != DW_OK;
}

void dw_detection_mark_partial(struct dw_detections *d)
{
	struct t_detection *r = (struct t_detection *)d->table[T_DETECTIONS].words;

	if (d->result == DW_OK)
		r[d->mark[T_DETECTIONS]].flags |= T_PARTIAL;
}

static enum dw_result check(struct dw_detections *d, struct dw_error *err)
{
	size_t words = d->table[T_CODE].count - d->mark[T_CODE];

	if (d->result == DW_ERR_MEMORY)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for a rule");
	if (d->table[T_DETECTIONS].count > DW_DETECTIONS_MAX)
		return dw_fail(err, DW_ERR_LIMIT, NULL, 0, "more than %d rules", DW_DETECTIONS_MAX);
	if (d->result == DW_ERR_LIMIT || words > DW_DETECTION_WORDS_MAX)
		return dw_fail(err, DW_ERR_LIMIT, NULL, 0,
			"its condition is too large or more than %d levels deep",
			DW_DETECTION_DEPTH_MAX);
	if (d->result != DW_OK || d->depth != 0 || d->members[0] != 1)
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0, "its condition is not whole");
	return DW_OK;
}

enum dw_result dw_detection_end(struct dw_detections *d, struct dw_error *err)
{
	enum dw_result result = check(d, err);
	struct t_detection *record;

	if (result != DW_OK) {
		dw_detection_drop(d);
		return result;
	}
	record = (struct t_detection *)d->table[T_DETECTIONS].words + d->mark[T_DETECTIONS];
	record->code = (uint32_t)d->mark[T_CODE];
	record->words = (uint32_t)(d->table[T_CODE].count - d->mark[T_CODE]);
	record->pattern = (uint32_t)d->mark[T_PATTERNS];
	record->patterns = (uint32_t)(d->table[T_PATTERNS].count - d->mark[T_PATTERNS]);
	return DW_OK;
}

/* ---- conditions ---- */

void dw_detection_open(struct dw_detections *d, enum dw_grouping group)
{
	uint32_t *word = add(d, T_CODE);

	if (d->depth == DW_DETECTION_DEPTH_MAX && d->result == DW_OK)
		d->result = DW_ERR_LIMIT;
	if (word == NULL || d->result != DW_OK)
		return;
	*word = code_word(group == DW_ALL_OF ? OP_ALL : group == DW_ANY_OF ? OP_ANY : OP_NOT, 0);
	d->group[d->depth++] = d->table[T_CODE].count - 1;
	d->members[d->depth] = 0;
}

/* Replace a group of one member by that member. */
static void unwrap(struct dw_detections *d, size_t at)
{
	uint32_t *words = d->table[T_CODE].words;

	memmove(words + at, words + at + 1, (--d->table[T_CODE].count - at) * sizeof(*words));
}

void dw_detection_close(struct dw_detections *d)
{
	size_t at, members;
	unsigned op;

	if (d->result != DW_OK)
		return;
	if (d->depth == 0) {
		d->result = DW_ERR_SYNTAX;
		return;
	}
	members = d->members[d->depth--];
	at = d->group[d->depth];
	op = code_op(d->table[T_CODE].words[at]);
	if (op == OP_NOT && members != 1) {
		d->result = DW_ERR_SYNTAX;
	} else if (members == 0) {
		d->table[T_CODE].count--;
		dw_detection_constant(d, op == OP_ALL);
		return;
	} else if (members == 1 && op != OP_NOT) {
		unwrap(d, at);
	} else {
		d->table[T_CODE].words[at] = code_word(op, d->table[T_CODE].count - at - 1);
	}
	d->members[d->depth]++;
}

static void put_leaf(struct dw_detections *d, struct t_leaf leaf)
{
	struct t_leaf *record = add(d, T_LEAVES);
	uint32_t *word = add(d, T_CODE);

	if (record == NULL || word == NULL)
		return;
	*record = leaf;
	*word = code_word(OP_LEAF, d->table[T_LEAVES].count - 1);
	d->members[d->depth]++;
}

void dw_detection_match(
	struct dw_detections *d, unsigned subjects, const struct dw_pattern *patterns, size_t count)
{
	size_t first = d->table[T_PATTERNS].count;

	for (size_t i = 0; i < count; i++) {
		uint32_t text = put_string(d, patterns[i].text, patterns[i].len);
		struct t_pattern *p = add(d, T_PATTERNS);

		if (p == NULL)
			return;
		*p = (struct t_pattern){
			.kind = (uint32_t)patterns[i].kind | (patterns[i].cased ? 0x100 : 0),
			.text = text,
			.len = (uint32_t)patterns[i].len,
		};
	}
	put_leaf(d, (struct t_leaf){
			    .what = LEAF_MATCH | subjects << 8,
			    .a = (uint32_t)first,
			    .b = (uint32_t)count,
		    });
}

void dw_detection_compare(
	struct dw_detections *d, enum dw_measure measure, enum dw_compare compare, uint32_t value)
{
	put_leaf(d, (struct t_leaf){
			    .what = LEAF_COMPARE | (uint32_t)measure << 8 | (uint32_t)compare << 16,
			    .a = value,
		    });
}

void dw_detection_nets(struct dw_detections *d, const struct dw_net *nets, size_t count)
{
	size_t first = d->table[T_NETS].count;

	for (size_t i = 0; i < count; i++) {
		struct t_net *net = add(d, T_NETS);

		if (net == NULL)
			return;
		for (size_t k = 0; k < 16; k++)
			net->addr[k / 4] |= (uint32_t)nets[i].addr.bytes[k] << (8 * (k % 4));
		net->family_bits = (uint32_t)nets[i].addr.family | (uint32_t)nets[i].bits << 8;
	}
	put_leaf(d, (struct t_leaf){.what = LEAF_NETS, .a = (uint32_t)first, .b = (uint32_t)count});
}

void dw_detection_constant(struct dw_detections *d, bool holds)
{
	put_leaf(d, (struct t_leaf){.what = LEAF_CONSTANT, .a = holds});
}

/* ---- copying ---- */

static bool copy_tables(struct dw_detections *d, const struct dw_detections *from)
{
	for (size_t i = 0; i < TABLES; i++) {
		struct table *t = &d->table[i];
		const struct table *f = &from->table[i];

		if (!table_reserve(t, (enum table_kind)i, f->count))
			return false;
		if (f->count > 0)
			memcpy(t->words + t->count * table_words[i], f->words,
				f->count * table_words[i] * sizeof(*t->words));
		t->count += f->count;
	}
	return true;
}

static void move_string(uint32_t *place, uint32_t by)
{
	if (*place != 0)
		*place += by;
}

/* Adjust all indices and string offsets in the records that were copied after the marks. */
static void move_places(struct dw_detections *d, uint32_t strings)
{
	const size_t *mark = d->mark;

	for (size_t i = mark[T_DETECTIONS]; i < d->table[T_DETECTIONS].count; i++) {
		struct t_detection *r = (struct t_detection *)d->table[T_DETECTIONS].words + i;
		uint32_t *places[] = {
			&r->name, &r->id, &r->technique, &r->category, &r->list, &r->file, &r->why};

		for (size_t k = 0; k < sizeof(places) / sizeof(places[0]); k++)
			move_string(places[k], strings);
		r->code += (uint32_t)mark[T_CODE];
		r->pattern += (uint32_t)mark[T_PATTERNS];
	}
	for (size_t i = mark[T_CODE]; i < d->table[T_CODE].count; i++) {
		uint32_t *word = &d->table[T_CODE].words[i];

		if (code_op(*word) == OP_LEAF)
			*word = code_word(OP_LEAF, code_argument(*word) + mark[T_LEAVES]);
	}
	for (size_t i = mark[T_LEAVES]; i < d->table[T_LEAVES].count; i++) {
		struct t_leaf *leaf = (struct t_leaf *)d->table[T_LEAVES].words + i;

		if (leaf_kind(leaf) == LEAF_MATCH)
			leaf->a += (uint32_t)mark[T_PATTERNS];
		else if (leaf_kind(leaf) == LEAF_NETS)
			leaf->a += (uint32_t)mark[T_NETS];
	}
	for (size_t i = mark[T_PATTERNS]; i < d->table[T_PATTERNS].count; i++)
		move_string(&((struct t_pattern *)d->table[T_PATTERNS].words)[i].text, strings);
}

static void rename_source(struct dw_detections *d, const char *list, const char *category)
{
	uint32_t list_place = put_string(d, list, strlen(list));
	uint32_t category_place = put_string(d, category, strlen(category));

	for (size_t i = d->mark[T_DETECTIONS]; i < d->table[T_DETECTIONS].count; i++) {
		struct t_detection *r = (struct t_detection *)d->table[T_DETECTIONS].words + i;

		r->list = list_place;
		r->category = category_place;
	}
}

enum dw_result dw_detections_append(struct dw_detections *d, const struct dw_detections *from,
	const char *list, const char *category)
{
	uint32_t strings;

	set_mark(d);
	strings = put_string(d, from->strings, from->strings_len);
	if (d->result == DW_OK && !copy_tables(d, from))
		d->result = DW_ERR_MEMORY;
	if (d->result == DW_OK) {
		move_places(d, strings);
		if (list != NULL)
			rename_source(d, list, category);
	}
	if (d->result == DW_OK && d->table[T_DETECTIONS].count > DW_DETECTIONS_MAX)
		d->result = DW_ERR_LIMIT;
	if (d->result != DW_OK)
		dw_detection_drop(d);
	return d->result;
}

/* ---- reading ---- */

size_t dw_detections_count(const struct dw_detections *d)
{
	return d->table[T_DETECTIONS].count;
}

static const char *string_or_null(const struct dw_detections *d, uint32_t place)
{
	return place != 0 ? d->strings + place : NULL;
}

void dw_detections_get(const struct dw_detections *d, size_t i, struct dw_detection *out)
{
	const struct t_detection *r = t_detection(d, i);

	*out = (struct dw_detection){
		.name = d->strings + r->name,
		.id = string_or_null(d, r->id),
		.technique = string_or_null(d, r->technique),
		.category = d->strings + r->category,
		.list = d->strings + r->list,
		.file = d->strings + r->file,
		.line = r->line,
		.level = (enum dw_level)r->level,
		.partial = (r->flags & T_PARTIAL) != 0,
		.refused = r->flags & T_REFUSED ? d->strings + r->why : NULL,
		.question_only = (r->flags & T_QUESTION_ONLY) != 0,
	};
}

size_t dw_detections_refused(const struct dw_detections *d)
{
	size_t count = 0;

	for (size_t i = 0; d != NULL && i < dw_detections_count(d); i++)
		count += (t_detection(d, i)->flags & T_REFUSED) != 0;
	return count;
}

size_t dw_detections_pattern_count(const struct dw_detections *d)
{
	return d->table[T_PATTERNS].count;
}

struct dw_pattern dw_detections_pattern(const struct dw_detections *d, size_t i)
{
	const struct t_pattern *p = t_pattern(d, i);

	return (struct dw_pattern){
		.kind = (enum dw_pattern_kind)(p->kind & 0xff),
		.cased = (p->kind & 0x100) != 0,
		.text = d->strings + p->text,
		.len = p->len,
	};
}

/* The patterns are stored in the order of their detections, so a binary search finds the owner. */
void dw_detections_refuse(struct dw_detections *d, size_t pattern, const char *why)
{
	struct t_detection *r = (struct t_detection *)d->table[T_DETECTIONS].words;
	size_t low = 0, high = d->table[T_DETECTIONS].count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r[middle].pattern + r[middle].patterns <= pattern)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == d->table[T_DETECTIONS].count || r[low].flags & T_REFUSED)
		return;
	r[low].flags |= T_REFUSED;
	r[low].why = put_string(d, why, strlen(why));
}
