/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * snapshot.c: making and freeing a generation */
#include "dnsward-config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/detected.h"
#include "policy/row.h"
#include "policy/rule_matches.h"
#include "policy/snapshot.h"

void dw_shared_settings_drop(struct dw_shared_settings *shared)
{
	if (shared == NULL || --shared->users > 0)
		return;
	dw_settings_close(&shared->settings);
	free(shared);
}

void dw_shared_db_drop(struct dw_shared_db *shared)
{
	if (shared == NULL || --shared->users > 0)
		return;
	dw_db_close(&shared->db);
	free(shared);
}

void dw_shared_dga_drop(struct dw_shared_dga *shared)
{
	if (shared == NULL || --shared->users > 0)
		return;
	dw_dga_close(&shared->dga);
	free(shared);
}

/* A compiled database may be of other settings: go by names. Those of a ready-made one are its
 * own affair. */
static void map_categories(const struct dw_settings *settings, struct dw_snapshot_db *in,
	size_t count, uint16_t otherwise)
{
	for (size_t i = 0; i < count && i < DW_CATEGORIES_MAX; i++) {
		size_t number;

		in->category[i] = dw_settings_category(settings, dw_db_category(in->db, i), &number)
					  ? (uint16_t)number
					  : otherwise;
	}
}

static void describe_lists(
	const struct dw_settings *settings, struct dw_snapshot_db *in, size_t count, bool is_ready)
{
	for (size_t i = 0; i < count && i < DW_LISTS_MAX; i++) {
		struct dw_db_list list;
		size_t number;

		dw_db_list(in->db, i, &list);
		bool is_ours = dw_settings_list(settings, list.name, &number);
		in->provider[i] = (struct dw_provider){
			.kind = DW_PROVIDER_LIST,
			.list_number = is_ours ? (uint16_t)number : DW_NO_LIST,
			.source = is_ours || is_ready ? list.name : NULL,
			.db = in->db,
		};
	}
}

static bool take_db(struct dw_snapshot *s, size_t which, struct dw_shared_db *shared)
{
	const bool is_ready = which == DW_SNAPSHOT_READY;
	struct dw_snapshot_db *in = &s->dbs[which];
	struct dw_db_info info;

	in->shared = shared;
	in->db = shared->db;
	shared->users++;
	dw_db_info(in->db, &info);
	s->addr_rules |= dw_db_has_addr_rules(in->db);
	map_categories(s->settings, in, info.category_count,
		is_ready ? (uint16_t)s->settings->database.category : DW_CATEGORY_NONE);
	describe_lists(s->settings, in, info.list_count, is_ready);
	s->answer_rules |=
		dw_db_rulebook(in->db) != NULL && dw_rulebook_asks_answer(dw_db_rulebook(in->db));
	return dw_snapshot_rules_new(s->settings, in, is_ready);
}

/* T1568.002: domain generation algorithms. */
static void take_model(struct dw_snapshot *s, struct dw_shared_dga *dga)
{
	uint32_t threshold = s->settings->dga.threshold;

	s->shared_dga = dga;
	s->model = dga->dga;
	s->dga = s->settings->dga.on ? s->model : NULL;
	s->dga_number = dga->number;
	dga->users++;
	s->dga_threshold = threshold != 0 ? threshold : dw_dga_threshold(s->model);
	s->dga_provider = (struct dw_provider){
		.kind = DW_PROVIDER_DGA,
		.level = DW_LEVEL_OF_SCORE,
		.list_number = DW_NO_LIST,
		.source = dw_provider_source(DW_PROVIDER_DGA),
		.technique = "T1568.002",
	};
}

/* Whether some row sinkholes whatever carries the category, for some client at some time. */
static bool is_sinkholed(const struct dw_settings *settings, size_t category)
{
	for (size_t i = 0; i < settings->row_count; i++) {
		const struct dw_row *row = &settings->rows[i];

		if (row->action == DW_ACTION_SINKHOLE &&
			(row->any_category || dw_set_has(&row->categories, category)) &&
			dw_set_empty(&row->unless) && row->type_count == 0 && row->levels == 0 &&
			!row->has_lists && row->rule_count == 0)
			return true;
	}
	return false;
}

/* Whether a reply from the cache may have more for the log to tell than that it was allowed: its
 * score, a category that no row sinkholes, a row that allowed it. */
static bool has_more_to_tell(const struct dw_settings *settings)
{
	if (settings->dga.on)
		return true;
	for (size_t i = 0; i < settings->row_count; i++) {
		if (settings->rows[i].action != DW_ACTION_SINKHOLE)
			return true;
	}
	for (size_t i = 0; i < settings->category_count; i++) {
		if (!is_sinkholed(settings, i))
			return true;
	}
	return false;
}

/* Whether a row could sinkhole what the detector of rebinding finds. */
static bool cuts_rebinding(const struct dw_settings *settings)
{
	uint16_t category = settings->detect.rule[DW_DETECT_REBINDING].category;

	if (!dw_detect_is_on(&settings->detect, DW_DETECT_REBINDING))
		return false;
	for (size_t i = 0; i < settings->row_count; i++) {
		const struct dw_row *row = &settings->rows[i];

		if (row->action == DW_ACTION_SINKHOLE &&
			(dw_set_empty(&row->categories) || dw_set_has(&row->categories, category)))
			return true;
	}
	return false;
}

/* Sinkhole rows keep names out of the cache, but not in a dry run. */
static bool weighs_cached(const struct dw_settings *settings)
{
	if (settings->detect.on != 0)
		return true;
	if (settings->log.queries == DW_LOG_ALL && has_more_to_tell(settings))
		return true;
	if (settings->dry_run_all || !dw_set_empty(&settings->dry_run))
		return true;
	for (size_t i = 0; i < settings->row_count; i++) {
		const struct dw_row *row = &settings->rows[i];

		if (row->action == DW_ACTION_LOG)
			return true;
		if (row->action == DW_ACTION_ALLOW && (row->log || dw_row_needs_hit(row)))
			return true;
	}
	return false;
}

enum dw_result dw_snapshot_new(uint64_t generation, struct dw_shared_settings *settings,
	struct dw_shared_db *const dbs[DW_SNAPSHOT_DBS], struct dw_shared_dga *dga,
	struct dw_detect *detect, struct dw_snapshot **out, struct dw_error *err)
{
	struct dw_snapshot *s = aligned_alloc(DW_CACHE_LINE, sizeof(*s));

	if (s == NULL)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for a snapshot");
	memset(s, 0, sizeof(*s));
	s->generation = generation;
	s->shared_settings = settings;
	s->settings = settings->settings;
	settings->users++;
	for (size_t i = 0; i < DW_SNAPSHOT_DBS; i++) {
		if (dbs[i] == NULL || take_db(s, i, dbs[i]))
			continue;
		dw_snapshot_free(&s);
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for a snapshot's rules");
	}
	if (dga != NULL && (s->settings->dga.on || s->settings->detect.on != 0))
		take_model(s, dga);
	dw_detectors_describe(s);
	if (s->model != NULL && s->settings->detect.on != 0)
		s->detect = detect;
	s->weighs_cached = weighs_cached(s->settings);
	s->cuts_rebinding = s->detect != NULL && cuts_rebinding(s->settings);
	s->allowed.generation = generation;
	for (size_t i = 0; i < s->settings->row_count; i++) {
		const struct dw_row *row = &s->settings->rows[i];

		s->rows_without_hit |=
			!dw_row_needs_hit(row) && (row->action != DW_ACTION_ALLOW || row->log);
		s->clock_rows |= row->when_count > 0;
	}
	*out = s;
	return DW_OK;
}

void dw_snapshot_pause(struct dw_snapshot *s, const struct dw_pauses *pauses)
{
	for (size_t i = 0; i < pauses->count; i++) {
		const struct dw_pause *pause = &pauses->pause[i];
		bool all = pause->category[0] == '\0';
		size_t category = 0;

		if (!all && !dw_settings_category(s->settings, pause->category, &category))
			continue;
		s->pause[s->pause_count++] = (struct dw_snapshot_pause){
			.until = pause->until,
			.all = all,
			.category = (uint16_t)category,
			.client = pause->client,
		};
	}
}

void dw_snapshot_free(struct dw_snapshot **snapshot)
{
	struct dw_snapshot *s = *snapshot;

	if (s == NULL)
		return;
	for (size_t i = 0; i < DW_WORKERS_MAX; i++) {
		for (size_t d = 0; d < DW_SNAPSHOT_DBS; d++)
			dw_pattern_scratch_free(&s->slot[i].scratch[d]);
		free(s->slot[i].counters);
	}
	dw_shared_settings_drop(s->shared_settings);
	for (size_t d = 0; d < DW_SNAPSHOT_DBS; d++) {
		dw_snapshot_rules_free(&s->dbs[d]);
		dw_shared_db_drop(s->dbs[d].shared);
	}
	dw_shared_dga_drop(s->shared_dga);
	free(s);
	*snapshot = NULL;
}

enum dw_result dw_snapshot_prepare(struct dw_snapshot *snapshot, size_t index)
{
	struct dw_worker_slot *slot = &snapshot->slot[index];

	if (slot->counters == NULL)
		slot->counters = dw_counters_new();
	if (slot->counters == NULL)
		return DW_ERR_MEMORY;
	for (size_t d = 0; d < DW_SNAPSHOT_DBS; d++) {
		const struct dw_db *db = snapshot->dbs[d].db;

		if (db != NULL && slot->scratch[d] == NULL &&
			dw_db_scratch_new(db, &slot->scratch[d]) != DW_OK)
			return DW_ERR_MEMORY;
	}
	return DW_OK;
}

uint64_t dw_snapshot_generation(const struct dw_snapshot *snapshot)
{
	return snapshot->generation;
}

const struct dw_settings *dw_snapshot_settings(const struct dw_snapshot *snapshot)
{
	return snapshot->settings;
}

bool dw_snapshot_weighs_cached(const struct dw_snapshot *snapshot)
{
	return snapshot->weighs_cached;
}

const struct dw_verdict *dw_snapshot_allowed(const struct dw_snapshot *snapshot)
{
	return &snapshot->allowed;
}

struct dw_addr dw_snapshot_address(
	const struct dw_snapshot *snapshot, const uint8_t *bytes, size_t len)
{
	return dw_addr_from_rdata(bytes, len, &snapshot->nat64);
}

bool dw_snapshot_weighs_addresses(const struct dw_snapshot *snapshot)
{
	return snapshot->addr_rules || snapshot->answer_rules || snapshot->cuts_rebinding;
}

bool dw_snapshot_weighs_answers(const struct dw_snapshot *snapshot)
{
	return snapshot->answer_rules;
}
