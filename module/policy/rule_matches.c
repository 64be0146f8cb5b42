/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rule_matches.c: the detections that hold, as reasons for the action table */
#include "dnsward-config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/rule_matches.h"
#include "policy/worker.h"

/* ---- describing them ---- */

static bool is_switched_off(const struct dw_settings *settings, const struct dw_detection *rule)
{
	for (size_t i = 0; i < settings->disabled_count; i++) {
		const char *name = settings->disabled[i].name;

		if (strcmp(name, rule->name) == 0 ||
			(rule->id != NULL && strcmp(name, rule->id) == 0))
			return true;
	}
	return false;
}

/* Whether a rule of a compiled database is one of the settings'. It was compiled from them, or
 * from older ones: then it may stand at another place, or be gone. */
static bool is_in_settings(const struct dw_settings *settings, size_t i, const char *name)
{
	size_t count = settings->detections != NULL ? dw_detections_count(settings->detections) : 0;
	struct dw_detection own;

	for (size_t k = 0; k < count; k++) {
		dw_detections_get(settings->detections, (i + k) % count, &own);
		if (strcmp(own.name, name) == 0)
			return true;
	}
	return false;
}

static uint16_t category_of(
	const struct dw_settings *settings, const struct dw_detection *rule, bool is_ready)
{
	size_t number;

	if (dw_settings_category(settings, rule->category, &number))
		return (uint16_t)number;
	return is_ready ? (uint16_t)settings->database.category : DW_CATEGORY_NONE;
}

static void describe(const struct dw_settings *settings, struct dw_snapshot_db *in, size_t i,
	const struct dw_detection *rule, bool is_ready)
{
	bool of_settings = rule->list[0] == '\0';
	size_t number = DW_NO_LIST;
	bool is_known = of_settings ? is_in_settings(settings, i, rule->name)
				    : dw_settings_list(settings, rule->list, &number);
	struct dw_snapshot_rule *out = &in->rules[i];

	out->category = DW_CATEGORY_NONE;
	if ((!is_known && !is_ready) || is_switched_off(settings, rule))
		return;
	out->category = category_of(settings, rule, is_ready);
	out->provider = (struct dw_provider){
		.kind = DW_PROVIDER_RULE,
		.level = rule->level,
		.list_number = (uint16_t)number,
		.source = of_settings ? dw_provider_source(DW_PROVIDER_RULE) : rule->list,
		.name = rule->name,
		.id = rule->id,
		.technique = rule->technique,
		.partial = rule->partial,
		.file = rule->file,
		.line = rule->line,
	};
}

bool dw_snapshot_rules_new(
	const struct dw_settings *settings, struct dw_snapshot_db *in, bool is_ready)
{
	const struct dw_rulebook *book = dw_db_rulebook(in->db);
	const struct dw_detections *detections;
	size_t count;

	if (book == NULL)
		return true;
	detections = dw_rulebook_detections(book);
	count = dw_detections_count(detections);
	in->rules = calloc(count + 1, sizeof(*in->rules));
	if (in->rules == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct dw_detection rule;

		dw_detections_get(detections, i, &rule);
		describe(settings, in, i, &rule, is_ready);
	}
	return true;
}

void dw_snapshot_rules_free(struct dw_snapshot_db *in)
{
	free(in->rules);
	in->rules = NULL;
}

/* ---- the answer ---- */

static void add_id(struct dw_fitting_ids *ids, uint32_t id)
{
	size_t at = ids->count;

	while (at > 0 && ids->id[at - 1] > id)
		at--;
	if (ids->count == DW_FITTING_MAX || (at > 0 && ids->id[at - 1] == id))
		return;
	memmove(&ids->id[at + 1], &ids->id[at], (ids->count++ - at) * sizeof(ids->id[0]));
	ids->id[at] = id;
}

/* What is asked: one database, and the scratch of one worker. */
struct scanner {
	const struct dw_db *db;
	struct dw_pattern_scratch *scratch;
};

static void scan(const struct scanner *s, const char *text, size_t len, struct dw_fitting_ids *ids)
{
	struct dw_fitting fitting = dw_db_scan(s->db, s->scratch, text, len);

	for (size_t i = 0; i < fitting.count; i++)
		add_id(ids, fitting.id[i]);
}

/* The strings of a TXT record, joined (RFC 7208 section 3.3 reads them so, and whoever carries
 * commands in them does). */
static size_t join_text(const uint8_t *rdata, size_t len, char *out)
{
	size_t used = 0;

	for (size_t at = 0; at < len;) {
		size_t piece = rdata[at++];

		piece = piece < len - at ? piece : len - at;
		memcpy(out + used, rdata + at, piece);
		used += piece;
		at += piece;
	}
	return used;
}

/* A name as patterns see it. */
static size_t name_text(const uint8_t *name, size_t len, char *out)
{
	struct dw_labels labels;

	if (len <= 2)
		return 0;
	dw_name_labels(name, len, &labels);
	memcpy(out, name + 1, len - 2);
	for (size_t i = 1; i < labels.count; i++)
		out[labels.offset[i] - 1] = '.';
	return len - 2;
}

/* A part as patterns see it. */
static size_t part_text(const struct dw_part *part, enum dw_part_kind kind, char *out)
{
	switch (kind) {
	case DW_PART_TEXT:
		return join_text(part->data, part->len, out);
	case DW_PART_TARGET:
		return name_text(part->data, part->len, out);
	default:
		dw_addr_to_text(&part->address, out);
		return strlen(out);
	}
}

static void scan_parts(const struct scanner *s, const struct dw_answer_view *answer,
	enum dw_part_kind kind, char *room, struct dw_fitting_ids *ids)
{
	struct dw_part_cursor at = {0};
	struct dw_part part;

	while (dw_answer_next(answer, kind, &at, &part))
		scan(s, room, part_text(&part, kind, room), ids);
}

static struct dw_fitting fitting_of(const struct dw_fitting_ids *ids)
{
	return (struct dw_fitting){ids->id, ids->count};
}

/* The parts use the scratch in which the name's patterns lie. */
static struct dw_answer_facts *scan_answer(const struct scanner *s, unsigned subjects,
	const struct dw_answer_view *answer, char *room, struct dw_scanned *scanned)
{
	if (scanned->done)
		return &scanned->facts;
	scanned->text.count = scanned->target.count = scanned->address.count = 0;
	if (subjects & DW_SUBJECT_TEXT)
		scan_parts(s, answer, DW_PART_TEXT, room, &scanned->text);
	if (subjects & DW_SUBJECT_TARGET)
		scan_parts(s, answer, DW_PART_TARGET, room, &scanned->target);
	if (subjects & DW_SUBJECT_ADDRESS)
		scan_parts(s, answer, DW_PART_ADDRESS, room, &scanned->address);
	scanned->facts = (struct dw_answer_facts){
		.view = answer,
		.text = fitting_of(&scanned->text),
		.target = fitting_of(&scanned->target),
		.address = fitting_of(&scanned->address),
	};
	scanned->done = true;
	return &scanned->facts;
}

/* ---- matches ---- */

struct rule_search {
	const struct dw_snapshot_db *in;
	const struct dw_detections *detections;
	struct dw_matches *matches;
	bool answered;
};

static const char *const pattern_match[DW_PATTERN_KINDS] = {
	[DW_PATTERN_REGEX] = "regex",
	[DW_PATTERN_GLOB] = "wildcard",
	[DW_PATTERN_GLOB_LABEL] = "wildcard",
	[DW_PATTERN_PREFIX] = "prefix",
	[DW_PATTERN_CONTAINS] = "contains",
	[DW_PATTERN_SUFFIX_TEXT] = "suffix",
	[DW_PATTERN_EXACT] = "exact",
	[DW_PATTERN_SUFFIX_LABEL] = "suffix",
	[DW_PATTERN_WILDCARD] = "wildcard",
};

/* Before the answer is there, one that is open is waited for. Afterwards it is open because
 * the cache sweep could not look into all of the answer, and then it may well hold. */
static void add_rule_match(void *arg, const struct dw_rule_match *found)
{
	struct rule_search *c = arg;
	struct dw_matches *matches = c->matches;
	const struct dw_snapshot_rule *rule = &c->in->rules[found->detection];
	struct dw_reason reason = {
		.provider = &rule->provider,
		.category = rule->category,
		.match = "rule",
		.matched = rule->provider.id,
	};

	if (rule->category == DW_CATEGORY_NONE)
		return;
	if (found->truth == DW_OPEN && !c->answered) {
		matches->awaits_answer = true;
		return;
	}
	if (found->pattern != DW_NO_PATTERN) {
		struct dw_pattern pattern = dw_detections_pattern(c->detections, found->pattern);

		reason.match = pattern_match[pattern.kind];
		reason.matched = reason.matched != NULL ? reason.matched : pattern.text;
	}
	if (matches->count == DW_HITS_MAX)
		return;
	dw_set_add(&matches->categories, rule->category);
	matches->reason[matches->count++] = reason;
}

static void ask(const struct dw_rulebook *book, const struct dw_query_facts *facts,
	const struct dw_snapshot_db *in, struct dw_matches *matches)
{
	struct rule_search c = {
		.in = in,
		.detections = dw_rulebook_detections(book),
		.matches = matches,
		.answered = facts->answer != NULL,
	};

	dw_rulebook_ask(book, facts, add_rule_match, &c);
}

static __attribute__((noinline)) void ask_of_answer(struct dw_worker *worker, size_t db,
	const struct scanner *s, const struct dw_snapshot_db *in, struct dw_query_facts *facts,
	const struct dw_answer_view *answer, struct dw_matches *matches)
{
	const struct dw_rulebook *book = dw_db_rulebook(in->db);
	struct dw_fitting_ids name = {.count = 0};

	for (size_t i = 0; i < facts->fitting.count; i++)
		add_id(&name, facts->fitting.id[i]);
	facts->fitting = fitting_of(&name);
	facts->answer = scan_answer(
		s, dw_rulebook_subjects(book), answer, worker->text, &worker->scanned[db]);
	ask(book, facts, in, matches);
}

void dw_match_rules(struct dw_worker *worker, const struct dw_snapshot *snapshot, size_t db,
	const struct dw_view *view, const struct dw_labels *labels, bool is_target,
	const struct dw_answer_view *answer, struct dw_matches *matches)
{
	const struct dw_snapshot_db *in = &snapshot->dbs[db];
	const struct dw_rulebook *book = dw_db_rulebook(in->db);
	const struct scanner s = {in->db, snapshot->slot[worker->index].scratch[db]};

	if (book == NULL)
		return;
	struct dw_query_facts facts = {
		.name = view->name,
		.name_len = view->name_len,
		.labels = labels,
		.type = view->type,
		.is_target = is_target,
		.fitting = dw_db_fitting(in->db, s.scratch),
	};
	if (answer == NULL)
		ask(book, &facts, in, matches);
	else
		ask_of_answer(worker, db, &s, in, &facts, answer, matches);
}
