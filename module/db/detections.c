/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * detections in a database: gathered from all sources, and asked
 */
#include "dnsward-config.h"
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "database.h"

/* ---- building ---- */

static enum dw_result append(
	struct db_builder *b, const struct dw_detections *from, const struct dw_list_options *list)
{
	enum dw_result result = dw_detections_append(b->detections, from,
		list != NULL ? list->name : NULL, list != NULL ? list->category : NULL);

	if (result == DW_ERR_LIMIT)
		return dw_fail(b->err, result, NULL, 0,
			"the rules of all lists and the settings are more than %d",
			DW_DETECTIONS_MAX);
	return result == DW_OK ? DW_OK : db_no_memory(b);
}

/* The settings' first, then the lists' in their order. */
enum dw_result db_detections(struct db_builder *b)
{
	enum dw_result result = DW_OK;

	if (dw_detections_new(&b->detections) != DW_OK)
		return db_no_memory(b);
	if (b->options->detections != NULL)
		result = append(b, b->options->detections, NULL);
	for (size_t i = 0; i < b->source_count && result == DW_OK; i++) {
		const struct dw_detections *own = dw_rules_detections(b->sources[i].rules);

		if (own != NULL)
			result = append(b, own, b->sources[i].list);
	}
	b->stats.detections = dw_detections_count(b->detections);
	return result;
}

/* ---- opening ---- */

enum dw_result db_take_detections(
	struct dw_db *db, struct dw_detections **out, struct dw_error *err)
{
	const struct db_part *part = &db->part[DB_DETECTIONS];

	*out = NULL;
	return part->size > 0 ? dw_detections_read(part->data, part->size, out, err) : DW_OK;
}

bool db_same_texts(const struct dw_detections *a, const struct dw_detections *b)
{
	size_t count = a != NULL ? dw_detections_pattern_count(a) : 0;

	if (count != (b != NULL ? dw_detections_pattern_count(b) : 0))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct dw_pattern p = dw_detections_pattern(a, i), q = dw_detections_pattern(b, i);

		if (p.kind != q.kind || p.cased != q.cased || p.len != q.len ||
			memcmp(p.text, q.text, p.len) != 0)
			return false;
	}
	return true;
}

/* ---- asking ---- */

const struct dw_rulebook *dw_db_rulebook(const struct dw_db *db)
{
	return db->book;
}

struct dw_fitting dw_db_fitting(const struct dw_db *db, const struct dw_pattern_scratch *scratch)
{
	struct dw_fitting fitting = {0};

	if (db->patterns != NULL && scratch != NULL)
		fitting.count = dw_patterns_matched(scratch, &fitting.id);
	return fitting;
}

struct dw_fitting dw_db_scan(
	const struct dw_db *db, struct dw_pattern_scratch *scratch, const char *text, size_t len)
{
	struct dw_fitting fitting = {0};

	if (db->patterns != NULL && scratch != NULL)
		fitting.count = dw_patterns_match(db->patterns, scratch, text, len, &fitting.id);
	return fitting;
}
