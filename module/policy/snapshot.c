/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * snapshot.c: making and freeing a generation */
#include "dnsward-config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/row.h"
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

/* The database was compiled from lists of other settings perhaps: go by names. */
static void map_numbers(struct dw_snapshot *s)
{
	struct dw_db_info info = {0};
	if (s->db != NULL)
		dw_db_info(s->db, &info);
	for (size_t i = 0; i < info.category_count && i < DW_CATEGORIES_MAX; i++) {
		size_t number;
		s->category[i] = dw_settings_category(s->settings, dw_db_category(s->db, i), &number)
					 ? (uint16_t)number
					 : DW_NOWHERE;
	}
	for (size_t i = 0; i < info.list_count && i < DW_LISTS_MAX; i++) {
		struct dw_db_list list;
		size_t number;
		dw_db_list(s->db, i, &list);
		s->list[i] = dw_settings_list(s->settings, list.name, &number) ? (uint16_t)number
									       : DW_NOWHERE;
	}
}

static void describe_lists(struct dw_snapshot *s)
{
	for (size_t i = 0; i < s->settings->list_count; i++)
		s->list_providers[i] = (struct dw_provider){
			.kind = DW_PROVIDER_LIST,
			.list_number = (uint16_t)i,
			.source = s->settings->lists[i].name,
		};
}

/* T1568.002: domain generation algorithms. */
static void take_model(struct dw_snapshot *s, struct dw_shared_dga *dga)
{
	uint32_t threshold = s->settings->dga.threshold;
	s->shared_dga = dga;
	s->dga = dga->dga;
	s->dga_number = dga->number;
	dga->users++;
	s->dga_threshold = threshold != 0 ? threshold : dw_dga_threshold(s->dga);
	s->dga_provider = (struct dw_provider){
		.kind = DW_PROVIDER_DGA,
		.level = DW_LEVEL_MEDIUM,
		.list_number = DW_NO_LIST,
		.source = dw_provider_source(DW_PROVIDER_DGA),
		.technique = "T1568.002",
	};
}

enum dw_result dw_snapshot_new(uint64_t generation, struct dw_shared_settings *settings,
	struct dw_shared_db *db, struct dw_shared_dga *dga, struct dw_snapshot **out,
	struct dw_error *err)
{
	struct dw_snapshot *s = aligned_alloc(DW_CACHE_LINE, sizeof(*s));
	if (s == NULL)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for a snapshot");
	memset(s, 0, sizeof(*s));
	s->generation = generation;
	s->shared_settings = settings;
	s->settings = settings->settings;
	settings->users++;
	if (db != NULL) {
		s->shared_db = db;
		s->db = db->db;
		db->users++;
	}
	map_numbers(s);
	describe_lists(s);
	if (dga != NULL && s->settings->dga.on)
		take_model(s, dga);
	for (size_t i = 0; i < s->settings->row_count; i++) {
		const struct dw_row *row = &s->settings->rows[i];
		s->rows_without_hit |= !dw_row_needs_hit(row) &&
				       (row->action != DW_ACTION_ALLOW || row->log);
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
		dw_pattern_scratch_free(&s->stake[i].scratch);
		free(s->stake[i].counters);
	}
	dw_shared_settings_drop(s->shared_settings);
	dw_shared_db_drop(s->shared_db);
	dw_shared_dga_drop(s->shared_dga);
	free(s);
	*snapshot = NULL;
}

enum dw_result dw_snapshot_prepare(struct dw_snapshot *snapshot, size_t index)
{
	struct dw_stake *stake = &snapshot->stake[index];
	if (stake->counters == NULL)
		stake->counters = dw_counters_new();
	if (stake->counters == NULL)
		return DW_ERR_MEMORY;
	if (snapshot->db == NULL || stake->scratch != NULL)
		return DW_OK;
	return dw_db_scratch_new(snapshot->db, &stake->scratch);
}

uint64_t dw_snapshot_generation(const struct dw_snapshot *snapshot)
{
	return snapshot->generation;
}

const struct dw_settings *dw_snapshot_settings(const struct dw_snapshot *snapshot)
{
	return snapshot->settings;
}

const struct dw_db *dw_snapshot_db(const struct dw_snapshot *snapshot)
{
	return snapshot->db;
}
