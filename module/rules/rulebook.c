/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rulebook.c: evaluation of detections for a query */
#include "dnsward-config.h"

#include <stdlib.h>
#include <string.h>

#include "rules/entropy.h"
#include "rules/tables.h"

/* How to find detections to evaluate: by a matching pattern, by the query type, or else for every
 * query. */
struct by_type {
	uint16_t type;
	uint32_t detection;
};

struct dw_rulebook {
	struct dw_detections *detections;
	uint32_t base;
	unsigned subjects;
	bool asks_answer;
	uint32_t *owner;       /* by pattern: the detection it triggers, or `nobody` */
	struct by_type *typed; /* sorted by type */
	size_t typed_count, typed_room;
	uint32_t *rest;
	size_t rest_count, rest_room;
	struct dw_net *nets; /* the networks of the table, converted */
};
static const uint32_t nobody = UINT32_MAX;

/* ---- requirements of a condition ---- */

/* Return how many patterns (or types) a leaf or condition needs, of which one must match for it to
 * be true; NEEDS_NONE: it does not depend on them. */
#define NEEDS_NONE SIZE_MAX
typedef size_t needs_fn(const struct dw_detections *d, const struct t_leaf *leaf);

static size_t needs_patterns(const struct dw_detections *d, const struct t_leaf *leaf)
{
	(void)d;
	if (leaf_kind(leaf) == LEAF_CONSTANT && leaf->a == 0)
		return 0;
	return leaf_kind(leaf) == LEAF_MATCH && leaf_of(leaf) == DW_SUBJECT_NAME ? leaf->b
										 : NEEDS_NONE;
}

static size_t needs_types(const struct dw_detections *d, const struct t_leaf *leaf)
{
	(void)d;
	return leaf_kind(leaf) == LEAF_COMPARE && leaf_of(leaf) == DW_MEASURE_TYPE &&
			       leaf_compare(leaf) == DW_EQUAL
		       ? 1
		       : NEEDS_NONE;
}

/* Return the end of the condition at word `at`. */
static size_t end_of(const struct dw_detections *d, size_t at)
{
	uint32_t word = d->table[T_CODE].words[at];

	return at + 1 + (code_op(word) == OP_LEAF ? 0 : code_argument(word));
}

/* An all-of needs what any one of its members needs; the smallest set is taken. An any-of needs the
 * union of its members' sets. */
static size_t needs(const struct dw_detections *d, size_t at, needs_fn *leaf_needs)
{
	uint32_t word = d->table[T_CODE].words[at];
	size_t sum = 0, least = NEEDS_NONE;

	if (code_op(word) == OP_LEAF)
		return leaf_needs(d, t_leaf(d, code_argument(word)));
	if (code_op(word) == OP_NOT)
		return NEEDS_NONE;
	for (size_t i = at + 1; i < end_of(d, at); i = end_of(d, i)) {
		size_t n = needs(d, i, leaf_needs);

		least = n < least ? n : least;
		sum = n == NEEDS_NONE || sum == NEEDS_NONE ? NEEDS_NONE : sum + n;
	}
	return code_op(word) == OP_ALL ? least : sum;
}

/* Call `take` for each leaf that `needs` counted. Returns false if out of memory. */
typedef bool take_fn(struct dw_rulebook *book, uint32_t detection, const struct t_leaf *leaf);

static bool take_needs(struct dw_rulebook *book, uint32_t detection, size_t at,
	needs_fn *leaf_needs, take_fn *take)
{
	const struct dw_detections *d = book->detections;
	uint32_t word = d->table[T_CODE].words[at];
	size_t least = needs(d, at, leaf_needs);

	if (code_op(word) == OP_LEAF)
		return take(book, detection, t_leaf(d, code_argument(word)));
	for (size_t i = at + 1; i < end_of(d, at); i = end_of(d, i)) {
		if (code_op(word) == OP_ALL && needs(d, i, leaf_needs) != least)
			continue;
		if (!take_needs(book, detection, i, leaf_needs, take))
			return false;
		if (code_op(word) == OP_ALL)
			break;
	}
	return true;
}

/* ---- preparation ---- */

static bool take_patterns(struct dw_rulebook *book, uint32_t detection, const struct t_leaf *leaf)
{
	for (size_t i = 0; leaf_kind(leaf) == LEAF_MATCH && i < leaf->b; i++)
		book->owner[leaf->a + i] = detection;
	return true;
}

static bool grow(void *array_p, size_t count, size_t *room, size_t item)
{
	void **array = array_p, *grown;

	if (count < *room)
		return true;
	*room = *room * 2 + 16;
	grown = reallocarray(*array, *room, item);
	if (grown == NULL)
		return false;
	*array = grown;
	return true;
}

static bool take_type(struct dw_rulebook *book, uint32_t detection, const struct t_leaf *leaf)
{
	if (leaf->a > UINT16_MAX)
		return true;
	for (size_t i = book->typed_count; i-- > 0 && book->typed[i].detection == detection;)
		if (book->typed[i].type == leaf->a)
			return true;
	if (!grow(&book->typed, book->typed_count, &book->typed_room, sizeof(*book->typed)))
		return false;
	book->typed[book->typed_count++] = (struct by_type){(uint16_t)leaf->a, detection};
	return true;
}

static bool place(struct dw_rulebook *book, uint32_t i)
{
	const struct dw_detections *d = book->detections;
	const struct t_detection *r = t_detection(d, i);

	if (r->flags & T_REFUSED)
		return true;
	if (needs(d, r->code, needs_patterns) != NEEDS_NONE)
		return take_needs(book, i, r->code, needs_patterns, take_patterns);
	if (needs(d, r->code, needs_types) != NEEDS_NONE)
		return take_needs(book, i, r->code, needs_types, take_type);
	if (!grow(&book->rest, book->rest_count, &book->rest_room, sizeof(*book->rest)))
		return false;
	book->rest[book->rest_count++] = i;
	return true;
}

static int compare_types(const void *x, const void *y)
{
	const struct by_type *a = x, *b = y;

	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	return a->detection < b->detection ? -1 : a->detection > b->detection;
}

static void take_nets(struct dw_rulebook *book)
{
	const struct table *t = &book->detections->table[T_NETS];

	for (size_t i = 0; i < t->count; i++) {
		const struct t_net *from = (const struct t_net *)t->words + i;
		struct dw_net *net = &book->nets[i];

		for (size_t k = 0; k < 16; k++)
			net->addr.bytes[k] = (uint8_t)(from->addr[k / 4] >> (8 * (k % 4)));
		net->addr.family = (uint8_t)from->family_bits;
		net->bits = (uint8_t)(from->family_bits >> 8);
	}
}

static void note_leaf(struct dw_rulebook *book, const struct t_leaf *leaf)
{
	if (leaf_kind(leaf) == LEAF_MATCH)
		book->subjects |= leaf_of(leaf);
	book->asks_answer |= leaf_kind(leaf) == LEAF_NETS ||
			     (leaf_kind(leaf) == LEAF_MATCH && leaf_of(leaf) != DW_SUBJECT_NAME) ||
			     (leaf_kind(leaf) == LEAF_COMPARE && leaf_of(leaf) >= DW_MEASURE_RCODE);
}

static bool prepare(struct dw_rulebook *book)
{
	const struct dw_detections *d = book->detections;
	size_t patterns = d->table[T_PATTERNS].count;

	book->owner = malloc((patterns + 1) * sizeof(*book->owner));
	book->nets = calloc(d->table[T_NETS].count + 1, sizeof(*book->nets));
	if (book->owner == NULL || book->nets == NULL)
		return false;
	for (size_t i = 0; i < patterns; i++)
		book->owner[i] = nobody;
	for (size_t i = 0; i < d->table[T_LEAVES].count; i++)
		note_leaf(book, t_leaf(d, i));
	for (uint32_t i = 0; i < d->table[T_DETECTIONS].count; i++)
		if (!place(book, i))
			return false;
	if (book->typed_count > 0)
		qsort(book->typed, book->typed_count, sizeof(*book->typed), compare_types);
	take_nets(book);
	return true;
}

enum dw_result dw_rulebook_new(
	struct dw_detections **detections, uint32_t base, struct dw_rulebook **out)
{
	struct dw_rulebook *book = calloc(1, sizeof(*book));

	if (book == NULL) {
		dw_detections_free(detections);
		return DW_ERR_MEMORY;
	}
	book->detections = *detections;
	book->base = base;
	*detections = NULL;
	if (!prepare(book)) {
		dw_rulebook_free(&book);
		return DW_ERR_MEMORY;
	}
	*out = book;
	return DW_OK;
}

void dw_rulebook_free(struct dw_rulebook **book_p)
{
	struct dw_rulebook *book = *book_p;

	if (book == NULL)
		return;
	dw_detections_free(&book->detections);
	free(book->owner);
	free(book->typed);
	free(book->rest);
	free(book->nets);
	free(book);
	*book_p = NULL;
}

const struct dw_detections *dw_rulebook_detections(const struct dw_rulebook *book)
{
	return book->detections;
}

unsigned dw_rulebook_subjects(const struct dw_rulebook *book)
{
	return book->subjects;
}

bool dw_rulebook_asks_answer(const struct dw_rulebook *book)
{
	return book->asks_answer;
}

/* ---- leaves ---- */

/* The evaluation of one query. */
struct asking {
	const struct dw_rulebook *book;
	const struct dw_query_facts *facts;
	bool entropy_known;
	uint32_t entropy;
};

/* Return the index of the first id that is at least `id`. */
static size_t lower_bound(const struct dw_fitting *fitting, uint32_t id)
{
	size_t low = 0, high = fitting->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (fitting->id[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool fits(
	const struct dw_rulebook *book, const struct dw_fitting *fitting, const struct t_leaf *leaf)
{
	uint64_t first = (uint64_t)book->base + leaf->a;
	size_t at = lower_bound(fitting, (uint32_t)first);

	return at < fitting->count && fitting->id[at] < first + leaf->b;
}

static enum dw_truth match(const struct asking *q, const struct t_leaf *leaf)
{
	const struct dw_answer_facts *answer = q->facts->answer;
	unsigned subjects = leaf_of(leaf);

	if ((subjects & DW_SUBJECT_NAME) && fits(q->book, &q->facts->fitting, leaf))
		return DW_YES;
	if (!(subjects & DW_SUBJECT_ANSWER))
		return DW_NO;
	if (answer == NULL)
		return DW_OPEN;
	if (((subjects & DW_SUBJECT_TEXT) && fits(q->book, &answer->text, leaf)) ||
		((subjects & DW_SUBJECT_TARGET) && fits(q->book, &answer->target, leaf)) ||
		((subjects & DW_SUBJECT_ADDRESS) && fits(q->book, &answer->address, leaf)))
		return DW_YES;
	return (subjects & DW_SUBJECT_TEXT) && answer->view->texts_unknown ? DW_OPEN : DW_NO;
}

static enum dw_truth find_net(
	const struct dw_net *nets, size_t count, const struct dw_answer_view *answer)
{
	struct dw_part_cursor at = {0};
	struct dw_part part;

	while (dw_answer_next(answer, DW_PART_ADDRESS, &at, &part))
		for (size_t i = 0; i < count; i++)
			if (dw_net_contains(&nets[i], &part.address))
				return DW_YES;
	return DW_NO;
}

static enum dw_truth nets(const struct asking *q, const struct t_leaf *leaf)
{
	struct dw_answer_facts *answer = q->facts->answer;
	enum dw_truth truth;

	if (answer == NULL)
		return DW_OPEN;
	for (size_t i = 0; i < answer->net_count; i++)
		if (answer->net[i].first == leaf->a)
			return answer->net[i].truth;
	truth = find_net(&q->book->nets[leaf->a], leaf->b, answer->view);
	if (answer->net_count < sizeof(answer->net) / sizeof(answer->net[0])) {
		answer->net[answer->net_count].first = leaf->a;
		answer->net[answer->net_count++].truth = truth;
	}
	return truth;
}

static uint32_t entropy(struct asking *q)
{
	if (!q->entropy_known) {
		q->entropy =
			dw_entropy_of_name(q->facts->name, q->facts->name_len, q->facts->labels);
		q->entropy_known = true;
	}
	return q->entropy;
}

/* Get the value of a measure (DW_YES). DW_OPEN: not known yet. DW_NO: not available. */
static enum dw_truth measure(struct asking *q, unsigned what, uint32_t *out)
{
	const struct dw_query_facts *facts = q->facts;
	const struct dw_answer_facts *answer = facts->answer;

	if (what >= DW_MEASURE_RCODE && answer == NULL)
		return DW_OPEN;
	switch (what) {
	case DW_MEASURE_TYPE:
		*out = facts->type;
		return facts->any_type ? DW_OPEN : DW_YES;
	case DW_MEASURE_LENGTH:
		*out = facts->name_len > 2 ? (uint32_t)facts->name_len - 2 : 0;
		return DW_YES;
	case DW_MEASURE_LABELS:
		*out = facts->labels->count;
		return DW_YES;
	case DW_MEASURE_ENTROPY:
		*out = entropy(q);
		return DW_YES;
	case DW_MEASURE_RCODE:
		*out = answer->view->rcode;
		return DW_YES;
	case DW_MEASURE_RECORDS:
		*out = (uint32_t)answer->view->record_count;
		return DW_YES;
	default:
		*out = what == DW_MEASURE_TTL_MIN ? answer->view->ttl_min : answer->view->ttl_max;
		return answer->view->ttl_known && answer->view->record_count > 0 ? DW_YES : DW_NO;
	}
}

static enum dw_truth compare(struct asking *q, const struct t_leaf *leaf)
{
	uint32_t value = 0;
	enum dw_truth known = measure(q, leaf_of(leaf), &value);
	bool holds = false;

	if (known != DW_YES)
		return known;
	switch (leaf_compare(leaf)) {
	case DW_EQUAL:
		holds = value == leaf->a;
		break;
	case DW_LESS:
		holds = value < leaf->a;
		break;
	case DW_AT_MOST:
		holds = value <= leaf->a;
		break;
	case DW_MORE:
		holds = value > leaf->a;
		break;
	case DW_AT_LEAST:
		holds = value >= leaf->a;
		break;
	}
	return holds ? DW_YES : DW_NO;
}

static enum dw_truth evaluate_leaf(struct asking *q, const struct t_leaf *leaf)
{
	switch (leaf_kind(leaf)) {
	case LEAF_CONSTANT:
		return leaf->a ? DW_YES : DW_NO;
	case LEAF_MATCH:
		return match(q, leaf);
	case LEAF_COMPARE:
		return compare(q, leaf);
	default:
		return nets(q, leaf);
	}
}

/* ---- conditions ---- */

/* Evaluate a condition in three-valued logic: all-of is the minimum, any-of the maximum, and not is
 * 2 minus the value. */
static enum dw_truth evaluate(struct asking *q, size_t at)
{
	const struct dw_detections *d = q->book->detections;
	uint32_t word = d->table[T_CODE].words[at];
	enum dw_truth truth;
	bool all;

	if (code_op(word) == OP_LEAF)
		return evaluate_leaf(q, t_leaf(d, code_argument(word)));
	if (code_op(word) == OP_NOT)
		return (enum dw_truth)(DW_YES - evaluate(q, at + 1));
	all = code_op(word) == OP_ALL;
	truth = all ? DW_YES : DW_NO;
	for (size_t i = at + 1; i < end_of(d, at); i = end_of(d, i)) {
		enum dw_truth member = evaluate(q, i);

		if (all ? member < truth : member > truth)
			truth = member;
		if (truth == (all ? DW_NO : DW_YES))
			break;
	}
	return truth;
}

/* Return the first pattern of the detection that matches the name, or DW_NO_PATTERN. */
static uint32_t first_match(const struct asking *q, uint32_t detection)
{
	const struct t_detection *r = t_detection(q->book->detections, detection);
	const struct dw_fitting *fitting = &q->facts->fitting;
	uint64_t first = (uint64_t)q->book->base + r->pattern;
	size_t at = lower_bound(fitting, (uint32_t)first);

	return at < fitting->count && fitting->id[at] < first + r->patterns
		       ? fitting->id[at] - q->book->base
		       : DW_NO_PATTERN;
}

static void ask(struct asking *q, uint32_t detection, dw_rule_match_fn *found, void *arg)
{
	const struct t_detection *r = t_detection(q->book->detections, detection);
	struct dw_rule_match match = {.detection = detection};

	if (q->facts->is_target && (r->flags & T_QUESTION_ONLY))
		return;
	match.truth = evaluate(q, r->code);
	if (match.truth == DW_NO)
		return;
	match.pattern = first_match(q, detection);
	found(arg, &match);
}

/* Evaluate the detections triggered by matching patterns. The ids of a detection's patterns are
 * consecutive, so each detection is evaluated only once. */
static void ask_triggered(struct asking *q, dw_rule_match_fn *found, void *arg)
{
	const struct dw_rulebook *book = q->book;
	const struct dw_fitting *fitting = &q->facts->fitting;
	size_t patterns = book->detections->table[T_PATTERNS].count;
	uint32_t last = nobody;

	for (size_t i = lower_bound(fitting, book->base); i < fitting->count; i++) {
		uint32_t id = fitting->id[i] - book->base;
		uint32_t owner = id < patterns ? book->owner[id] : nobody;

		if (owner != nobody && owner != last)
			ask(q, last = owner, found, arg);
	}
}

static void ask_typed(struct asking *q, dw_rule_match_fn *found, void *arg)
{
	const struct dw_rulebook *book = q->book;
	uint16_t type = q->facts->type;
	size_t low = 0, high = book->typed_count;

	while (low < high && !q->facts->any_type) {
		size_t middle = low + (high - low) / 2;

		if (book->typed[middle].type < type)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < book->typed_count; low++) {
		if (!q->facts->any_type && book->typed[low].type != type)
			break;
		ask(q, book->typed[low].detection, found, arg);
	}
}

void dw_rulebook_ask(const struct dw_rulebook *book, const struct dw_query_facts *facts,
	dw_rule_match_fn *found, void *arg)
{
	struct asking q = {.book = book, .facts = facts};

	ask_triggered(&q, found, arg);
	if (facts->is_target)
		return;
	ask_typed(&q, found, arg);
	for (size_t i = 0; i < book->rest_count; i++)
		ask(&q, book->rest[i], found, arg);
}
