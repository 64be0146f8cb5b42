/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * verdict.c: from what a name carries to what is done */
#include "dnsward-config.h"

#include <string.h>

#include "policy/asked.h"
#include "policy/detected.h"
#include "policy/row.h"
#include "policy/rule_matches.h"
#include "policy/worker.h"

static void add_hits(
	const struct dw_snapshot_db *in, const struct dw_hits *hits, struct dw_matches *matches)
{
	for (size_t i = 0; i < hits->count && matches->count < DW_HITS_MAX; i++) {
		const struct dw_hit *hit = &hits->hit[i];
		const struct dw_provider *provider = &in->provider[hit->list];
		uint16_t category = in->category[hit->category];

		if (category == DW_CATEGORY_NONE || provider->source == NULL)
			continue;
		dw_set_add(&matches->categories, category);
		matches->reason[matches->count++] = (struct dw_reason){
			.provider = provider,
			.category = category,
			.match = dw_trigger_name(hit->trigger),
			.hit = *hit,
		};
	}
}

/* Of a list that excepts a name its networks do not hold for the answer either, as in RPZ. */
static void note_excepted(struct dw_worker *worker, size_t db)
{
	for (size_t w = 0; w < sizeof(worker->hits.excepted.word) / sizeof(uint64_t); w++)
		worker->excepted[db].word[w] |= worker->hits.excepted.word[w];
}

static void start_matches(struct dw_matches *matches)
{
	matches->dga = (struct dw_dga_mark){0};
	matches->categories = (struct dw_set){0};
	matches->awaits_answer = false;
	matches->count = 0;
}

/* What is said of a name, the question's or the target of an alias. `answer`: NULL if not there. */
static void match_name(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, bool is_target, const struct dw_answer_view *answer,
	struct dw_matches *matches)
{
	struct dw_labels labels;

	dw_name_labels(view->name, view->name_len, &labels);
	for (size_t d = 0; d < DW_SNAPSHOT_DBS; d++) {
		const struct dw_snapshot_db *in = &snapshot->dbs[d];

		if (in->db == NULL)
			continue;
		dw_db_lookup(in->db, snapshot->slot[worker->index].scratch[d], view->name,
			view->name_len, &labels, view->type, &worker->hits);
		add_hits(in, &worker->hits, matches);
		if (snapshot->addr_rules)
			note_excepted(worker, d);
		if (in->rules != NULL)
			dw_match_rules(
				worker, snapshot, d, view, &labels, is_target, answer, matches);
	}
}

static void match_score(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, struct dw_matches *matches)
{
	size_t category = snapshot->settings->dga.category;
	int32_t log_odds;

	if (snapshot->dga == NULL ||
		!dw_asked_score(worker, snapshot, view->name, view->name_len, &log_odds))
		return;
	uint32_t probability = dw_dga_probability(log_odds);
	matches->dga = (struct dw_dga_mark){
		.scored = true,
		.hit = probability >= snapshot->dga_threshold,
		.probability = probability,
	};
	if (!matches->dga.hit || matches->count == DW_HITS_MAX)
		return;
	dw_set_add(&matches->categories, category);
	matches->reason[matches->count++] = (struct dw_reason){
		.provider = &snapshot->dga_provider,
		.category = (uint16_t)category,
		.match = "dga",
	};
}

/* What the name carries that was asked for. Targets are not scored: those of content networks
 * look generated, and nobody calls home by way of an alias of somebody else's name. */
static void match_question(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, const struct dw_answer_view *answer, struct dw_matches *matches)
{
	start_matches(matches);
	match_name(worker, snapshot, view, false, answer, matches);
	match_score(worker, snapshot, view, matches);
}

static bool in_dry_run(
	const struct dw_settings *settings, const struct dw_matches *matches, size_t reason)
{
	return settings->dry_run_all ||
	       (reason != SIZE_MAX &&
		       dw_set_has(&settings->dry_run, matches->reason[reason].category));
}

static void settle(const struct dw_snapshot *snapshot, const struct dw_matches *matches,
	const struct dw_row *row, size_t reason, struct dw_verdict *verdict)
{
	verdict->row = row;
	verdict->action = verdict->would = row->action;
	verdict->has_reason = reason != SIZE_MAX;
	if (verdict->has_reason)
		verdict->reason = matches->reason[reason];
	if (row->action == DW_ACTION_SINKHOLE && in_dry_run(snapshot->settings, matches, reason)) {
		verdict->action = DW_ACTION_LOG;
		verdict->because = "dry-run";
	}
}

/* Walk the table. The first row that fits altogether decides. The walk goes on, for what
 * caches must know, up to the first row that fits whoever asks and whenever. True: it met a
 * sinkhole that is in a dry run, for this client or another. */
static bool walk_rows(const struct dw_snapshot *snapshot, const struct dw_view *view,
	const struct dw_matches *matches, struct dw_verdict *verdict)
{
	const struct dw_settings *settings = snapshot->settings;
	uint64_t groups = dw_settings_groups_of(settings, &view->client);
	struct dw_week_time when = {0};
	bool tries = false;

	if (snapshot->clock_rows)
		when = dw_zone_info_week_time(settings->timezone, view->now);
	for (size_t i = 0; i < settings->row_count; i++) {
		const struct dw_row *row = &settings->rows[i];
		size_t reason;

		if (!dw_row_fits_name(row, matches, view->type, &reason))
			continue;
		if (verdict->row == NULL && dw_row_fits_client(row, groups, when))
			settle(snapshot, matches, row, reason, verdict);
		bool tried = in_dry_run(settings, matches, reason);
		verdict->may_sinkhole |= row->action == DW_ACTION_SINKHOLE && !tried;
		tries |= row->action == DW_ACTION_SINKHOLE && tried;
		if (!dw_row_varies(row))
			break;
		verdict->conditional = true;
	}
	verdict->varies = verdict->conditional && verdict->may_sinkhole;
	return tries;
}

static void start_verdict(const struct dw_snapshot *snapshot, struct dw_verdict *verdict)
{
	verdict->action = verdict->would = DW_ACTION_ALLOW;
	verdict->because = NULL;
	verdict->generation = snapshot->generation;
	verdict->row = NULL;
	verdict->has_reason = false;
	verdict->categories = (struct dw_set){0};
	verdict->dga = (struct dw_dga_mark){0};
	verdict->matched_len = 0;
	verdict->conditional = verdict->may_sinkhole = verdict->varies = false;
	verdict->awaits_answer = false;
	verdict->found = 0;
}

/* ---- pauses and dry runs ---- */

/* The reasons that are left without some categories. The name carries these all the same: a
 * row's `unless` holds. */
static void match_rest(
	const struct dw_matches *matches, const struct dw_set *without, struct dw_matches *rest)
{
	rest->dga = matches->dga;
	rest->categories = matches->categories;
	rest->count = 0;
	for (size_t i = 0; i < matches->count; i++) {
		if (!dw_set_has(without, matches->reason[i].category))
			rest->reason[rest->count++] = matches->reason[i];
	}
}

/* Whether the name is sinkholed for what it carries beside these categories and those in a dry
 * run; the verdict then tells of that. */
static bool is_sinkholed_without(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, const struct dw_matches *matches,
	const struct dw_set *categories, struct dw_verdict *verdict)
{
	struct dw_set without = snapshot->settings->dry_run;
	struct dw_verdict other;

	for (size_t w = 0; w < sizeof(without.word) / sizeof(without.word[0]); w++)
		without.word[w] |= categories->word[w];
	match_rest(matches, &without, &worker->rest);
	start_verdict(snapshot, &other);
	(void)walk_rows(snapshot, view, &worker->rest, &other);
	verdict->conditional |= other.conditional;
	verdict->may_sinkhole |= other.may_sinkhole;
	verdict->varies = verdict->conditional && verdict->may_sinkhole;
	if (other.action != DW_ACTION_SINKHOLE)
		return false;
	verdict->action = verdict->would = DW_ACTION_SINKHOLE;
	verdict->because = NULL;
	verdict->row = other.row;
	verdict->has_reason = other.has_reason;
	verdict->reason = other.reason;
	return true;
}

/* What is paused for this client now: everything (true), or these categories. With a pause for
 * some client the verdict hangs on the client. */
static bool find_paused(const struct dw_snapshot *snapshot, const struct dw_view *view,
	struct dw_set *categories, struct dw_verdict *verdict)
{
	bool all = false;

	for (size_t i = 0; i < snapshot->pause_count; i++) {
		const struct dw_snapshot_pause *pause = &snapshot->pause[i];
		bool for_client = pause->client.addr.family != 0;

		if (pause->until <= view->now)
			continue;
		verdict->conditional |= for_client;
		if (for_client && !dw_net_contains(&pause->client, &view->client))
			continue;
		all |= pause->all;
		if (!pause->all)
			dw_set_add(categories, pause->category);
	}
	return all;
}

/* A sinkhole passes, unless another row or another category is as much of a reason. What caches
 * must know stays as it is. */
static void pause_verdict(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, const struct dw_matches *matches, struct dw_verdict *verdict)
{
	struct dw_set paused = {0};
	bool all = find_paused(snapshot, view, &paused, verdict);

	verdict->varies = verdict->conditional;
	if (verdict->action != DW_ACTION_SINKHOLE ||
		!(all || dw_set_meets(&paused, &verdict->categories)))
		return;
	if (!all && is_sinkholed_without(worker, snapshot, view, matches, &paused, verdict))
		return;
	verdict->action = DW_ACTION_LOG;
	verdict->because = "pause";
}

/* A category that is only tried shields no name from the others it carries: not from this client,
 * where such a row fitted it, and of the others caches must know. */
static void try_rest(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, const struct dw_matches *matches, struct dw_verdict *verdict)
{
	struct dw_verdict rest = *verdict;

	(void)is_sinkholed_without(
		worker, snapshot, view, matches, &snapshot->settings->dry_run, &rest);
	if (verdict->because != NULL)
		*verdict = rest;
	verdict->conditional = rest.conditional;
	verdict->may_sinkhole = rest.may_sinkhole;
	verdict->varies = rest.varies;
}

static void judge(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, const struct dw_matches *matches, struct dw_verdict *verdict)
{
	bool tries = false;

	start_verdict(snapshot, verdict);
	verdict->categories = matches->categories;
	verdict->dga = matches->dga;
	verdict->awaits_answer = matches->awaits_answer;
	if (matches->count > 0 || snapshot->rows_without_hit)
		tries = walk_rows(snapshot, view, matches, verdict);
	if (tries && !snapshot->settings->dry_run_all)
		try_rest(worker, snapshot, view, matches, verdict);
	if (snapshot->pause_count > 0 && verdict->may_sinkhole)
		pause_verdict(worker, snapshot, view, matches, verdict);
}

/* What would be decided if the name carried what these detectors give as well. */
static void judge_with(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, uint32_t detectors, struct dw_verdict *verdict)
{
	struct dw_matches *matches = &worker->matches;
	struct dw_set categories = matches->categories;
	size_t count = matches->count;

	dw_detectors_add_matches(snapshot, detectors, matches);
	judge(worker, snapshot, view, matches, verdict);
	matches->categories = categories;
	matches->count = count;
}

/* A verdict on what is held for this client, or for another with the same domain: it hangs on
 * the client. Answers for names of a held domain are kept out of the cache where it could
 * matter to whom they are given. A client that is held for all it asks is not a reason for that:
 * it would empty the cache, and so could anybody who forges its queries; it gets what is
 * cached. */
static void judge_held(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, const struct dw_held *held, struct dw_verdict *verdict)
{
	judge_with(worker, snapshot, view, 0, verdict);
	bool for_nobody = verdict->may_sinkhole, for_somebody = for_nobody;
	if (held->somebody != 0) {
		judge_with(worker, snapshot, view, held->somebody, verdict);
		for_somebody = verdict->may_sinkhole;
	}
	judge_with(worker, snapshot, view, held->here, verdict);
	verdict->varies |= verdict->may_sinkhole || for_somebody;
	verdict->may_sinkhole = for_nobody || for_somebody;
	verdict->conditional = true;
}

void dw_decide(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, struct dw_verdict *verdict)
{
	struct dw_held held;

	dw_detectors_prepare(worker, snapshot, view);
	match_question(worker, snapshot, view, NULL, &worker->matches);
	if (dw_detectors_held(worker, snapshot, view, &held))
		judge_held(worker, snapshot, view, &held, verdict);
	else
		judge(worker, snapshot, view, &worker->matches, verdict);
}

/* Few rules that fit a target hang on the answer, whose parts are scanned for these alone. */
static void match_target(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *target, const struct dw_answer_view *answer,
	struct dw_matches *matches)
{
	start_matches(matches);
	match_name(worker, snapshot, target, true, NULL, matches);
	if (!matches->awaits_answer)
		return;
	start_matches(matches);
	match_name(worker, snapshot, target, true, answer, matches);
}

static void decide_target(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *target, const struct dw_answer_view *answer,
	struct dw_verdict *verdict)
{
	match_target(worker, snapshot, target, answer, &worker->matches);
	judge(worker, snapshot, target, &worker->matches, verdict);
	if (verdict->row == NULL)
		return;
	memcpy(verdict->matched, target->name, target->name_len);
	verdict->matched_len = (uint8_t)target->name_len;
}

/* What is done weighs more than what would be done were it not for dry-run. */
static int gravity(const struct dw_verdict *verdict)
{
	return (int)verdict->action * 4 + (int)verdict->would;
}

/* Add a verdict on a part of the answer: the graver one stands, unless a row has allowed
 * the question; what caches must know is the sum, since that row may not fit the next client. */
static void add_part(struct dw_verdict *verdict, const struct dw_verdict *part)
{
	bool conditional = verdict->conditional || part->conditional;
	bool may_sinkhole = verdict->may_sinkhole || part->may_sinkhole;
	bool allowed = verdict->row != NULL && verdict->would == DW_ACTION_ALLOW;
	struct dw_dga_mark dga = verdict->dga;
	bool awaits_answer = verdict->awaits_answer;
	uint32_t found = verdict->found | part->found;

	if (!allowed && gravity(part) > gravity(verdict))
		*verdict = *part;
	verdict->dga = dga;
	verdict->awaits_answer = awaits_answer;
	verdict->found = found;
	verdict->conditional = conditional;
	verdict->may_sinkhole = may_sinkhole;
	verdict->varies = conditional && may_sinkhole;
}

static void drop_excepted(struct dw_hits *hits, const struct dw_list_set *excepted)
{
	size_t kept = 0;

	for (size_t i = 0; i < hits->count; i++) {
		size_t list = hits->hit[i].list;

		if ((excepted->word[list / 64] >> list % 64 & 1) == 0)
			hits->hit[kept++] = hits->hit[i];
	}
	hits->count = kept;
}

static void match_address(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_addr *address, struct dw_matches *matches)
{
	for (size_t d = 0; d < DW_SNAPSHOT_DBS; d++) {
		if (snapshot->dbs[d].db == NULL)
			continue;
		dw_db_lookup_addr(snapshot->dbs[d].db, address, &worker->hits);
		drop_excepted(&worker->hits, &worker->excepted[d]);
		add_hits(&snapshot->dbs[d], &worker->hits, matches);
	}
}

static void match_addresses(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_answer_view *answer, struct dw_matches *matches)
{
	struct dw_part_cursor at = {0};
	struct dw_part part;

	while (dw_answer_next(answer, DW_PART_ADDRESS, &at, &part))
		match_address(worker, snapshot, &part.address, matches);
}

/* The question again, this time with what its answer carries. */
static void decide_rest(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, const struct dw_answer_view *answer, struct dw_verdict *verdict)
{
	if (!snapshot->addr_rules && !verdict->awaits_answer)
		return;
	struct dw_matches *matches = &worker->matches;
	match_question(worker, snapshot, view, answer, matches);
	if (snapshot->addr_rules)
		match_addresses(worker, snapshot, answer, matches);
	struct dw_verdict now;
	judge(worker, snapshot, view, matches, &now);
	add_part(verdict, &now);
}

/* What the detector of rebinding would find when the answer is given, while it can still be kept
 * from the client. */
static void decide_rebinding(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, const struct dw_answer_view *answer, struct dw_verdict *verdict)
{
	const uint32_t rebinding = UINT32_C(1) << DW_DETECT_REBINDING;

	if (!dw_detectors_rebinding(worker, snapshot, view, answer))
		return;
	match_question(worker, snapshot, view, answer, &worker->matches);
	struct dw_verdict now;
	judge_with(worker, snapshot, view, rebinding, &now);
	now.conditional = true;
	now.found = rebinding;
	add_part(verdict, &now);
}

static void decide_targets(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, const struct dw_answer_view *answer, struct dw_verdict *verdict)
{
	struct dw_part_cursor at = {0};
	struct dw_part part;

	while (dw_answer_next(answer, DW_PART_TARGET, &at, &part)) {
		struct dw_view target = *view;
		struct dw_verdict now;

		target.name = part.data;
		target.name_len = part.len;
		decide_target(worker, snapshot, &target, answer, &now);
		add_part(verdict, &now);
	}
}

void dw_decide_answer(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, const struct dw_answer_view *answer, struct dw_verdict *verdict)
{
	if (verdict->action == DW_ACTION_SINKHOLE)
		return;
	if (verdict->row != NULL && verdict->would == DW_ACTION_ALLOW && !verdict->conditional)
		return; /* allowed with its targets, whoever asks */
	if (snapshot->addr_rules)
		memset(worker->excepted, 0, sizeof(worker->excepted));
	for (size_t d = 0; d < DW_SNAPSHOT_DBS; d++)
		worker->scanned[d].done = false;
	decide_targets(worker, snapshot, view, answer, verdict);
	decide_rest(worker, snapshot, view, answer, verdict);
	decide_rebinding(worker, snapshot, view, answer, verdict);
}

size_t dw_reasons(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, struct dw_reason *out)
{
	struct dw_matches matches;

	match_question(worker, snapshot, view, NULL, &matches);
	memcpy(out, matches.reason, matches.count * sizeof(*out));
	return matches.count;
}
