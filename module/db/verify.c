/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * the deep check of a database
 */
#include "dnsward-config.h"
#include <sodium.h>

#include "cold.h"

static enum dw_result wrong(struct dw_error *err, const char *what, uint64_t number)
{
	return dw_fail(err, DW_ERR_CORRUPT, NULL, 0, "the database is damaged: %s %llu", what,
		(unsigned long long)number);
}

static enum dw_result verify_digest(const struct dw_db *db, struct dw_error *err)
{
	uint8_t digest[DB_DIGEST];

	crypto_generichash(digest, sizeof(digest), db->map.data + DB_HEADER,
		db->map.size - DB_HEADER, NULL, 0);
	if (memcmp(digest, db->map.data + DB_AT_BODY_DIGEST, sizeof(digest)) != 0)
		return dw_fail(err, DW_ERR_CORRUPT, NULL, 0,
			"the database is damaged: its digest does not fit");
	return DW_OK;
}

/* Each line goes on where the last one ended, buckets in order. */
static enum dw_result verify_index(const struct dw_db *db, struct dw_error *err)
{
	uint64_t entries = 0;

	for (uint64_t i = 0; i < db->lines; i++) {
		const uint8_t *line = db_record(&db->part[DB_INDEX], i, DB_LINE);
		const uint8_t *ends = line + DB_LINE_END;

		if (db_load32(line) != entries)
			return wrong(err, "index line", i);
		for (int bucket = 1; bucket < DB_LINE_BUCKETS; bucket++) {
			if (ends[bucket] < ends[bucket - 1])
				return wrong(err, "index line", i);
		}
		entries += ends[DB_LINE_BUCKETS - 1];
	}
	return entries == db->names ? DW_OK : wrong(err, "entries of the index:", entries);
}

static enum dw_result verify_entries(const struct dw_db *db, struct dw_error *err)
{
	const struct db_part *starts = &db->part[DB_STARTS], *origins = &db->part[DB_ORIGINS];
	uint64_t origin = 0, origin_room;

	if (origins->size < DB_PACK_SLACK ||
		starts->count != (db->names + DB_STARTS_NAMES - 1) / DB_STARTS_NAMES)
		return wrong(err, "section of origins", DB_STARTS);
	origin_room = (uint64_t)(origins->size - DB_PACK_SLACK) * 8 / db->origin_bits;
	for (uint64_t i = 0; i < db->names; i++) {
		size_t count;

		if (db_set(db, db_entry_set(db, i), &count) == NULL || count == 0)
			return wrong(err, "entry", i);
		if (i % DB_STARTS_NAMES == 0 &&
			db_load32(starts->data + i / DB_STARTS_NAMES * 4) != origin)
			return wrong(err, "start of origins", i / DB_STARTS_NAMES);
		origin += count;
	}
	return origin <= origin_room ? DW_OK : wrong(err, "origins:", origin);
}

enum {
	RULE_FLAGS = DW_RULE_EXCEPTION | DW_RULE_IMPORTANT | DW_RULE_INVERT | DW_RULE_TYPES_NOT,
	PATTERN_FLAGS = RULE_FLAGS | DB_PATTERN_REFUSED,
};

static bool effect_is_good(const struct dw_db *db, const struct db_effect *e, unsigned flags)
{
	uint32_t data = db_load32(e->data);
	struct dw_data answer;
	struct dw_db_records records;

	return db_load16(e->list) < db->list_count && e->trigger <= DW_TRIGGER_ANSWER_NET &&
		(e->flags & ~flags) == 0 && db_load32(e->types) <= db->part[DB_TYPES].count &&
		(data == 0 || dw_db_data(db, data, &answer, &records));
}

/* Members of a set stand in the order of the lists. */
static enum dw_result verify_sets(const struct dw_db *db, struct dw_error *err)
{
	const struct db_part *sets = &db->part[DB_SETS];

	for (uint32_t i = 0; (size_t)i + 1 < sets->count; i++) {
		size_t count;
		const struct db_effect *set = db_set(db, i, &count);

		if (set == NULL)
			return wrong(err, "set", i);
		for (size_t j = 0; j < count; j++) {
			if (!effect_is_good(db, &set[j], RULE_FLAGS) || set[j].trigger > DW_TRIGGER_SUBNAMES ||
				(j > 0 && db_load16(set[j].list) < db_load16(set[j - 1].list)))
				return wrong(err, "set", i);
		}
	}
	return DW_OK;
}

static bool origin_is_good(const struct dw_db *db, uint64_t rule)
{
	struct dw_origin origin;

	return dw_db_origin(db, rule, &origin);
}

static enum dw_result verify_patterns(const struct dw_db *db, struct dw_error *err)
{
	const struct db_part *patterns = &db->part[DB_PATTERNS];

	for (size_t i = 0; i < patterns->count; i++) {
		const struct db_pattern *p = db_record(patterns, i, sizeof(*p));
		const char *text = db_string(db, db_load32(p->text));

		if (!effect_is_good(db, &p->effect, PATTERN_FLAGS) || strlen(text) != db_load32(p->text_len) ||
			!origin_is_good(db, db_rule_of(DB_RULE_PATTERN, i)))
			return wrong(err, "pattern", i);
	}
	for (size_t i = 1; i < db->inverted_count; i++) {
		if (db->inverted[i] <= db->inverted[i - 1])
			return wrong(err, "inverted pattern", i);
	}
	return DW_OK;
}

static enum dw_result verify_nets(const struct dw_db *db, struct dw_error *err)
{
	const struct db_part *part = &db->part[DB_NETS];

	for (size_t i = 0; i < part->count; i++) {
		const struct db_net *n = db_record(part, i, sizeof(*n));

		if (!effect_is_good(db, &n->effect, RULE_FLAGS) || n->bits > 128 ||
			!origin_is_good(db, db_rule_of(DB_RULE_NET, i)))
			return wrong(err, "net", i);
		if (i > 0 && (n[-1].bits < n->bits || (n[-1].bits == n->bits &&
			memcmp(n[-1].addr, n->addr, sizeof(n->addr)) > 0)))
			return wrong(err, "net", i);
	}
	return DW_OK;
}

static enum dw_result verify_files(const struct dw_db *db, struct dw_error *err)
{
	const struct db_file *files = (const struct db_file *)db->part[DB_FILES].data;

	for (size_t i = 0; i < db->part[DB_FILES].count; i++) {
		if (db_load32(files[i].path) >= db->part[DB_STRINGS].size ||
			(i > 0 && db_load32(files[i].base) <= db_load32(files[i - 1].base)))
			return wrong(err, "file", i);
	}
	return DW_OK;
}

enum dw_result dw_db_verify(const struct dw_db *db, struct dw_error *err)
{
	static enum dw_result (*const checks[])(const struct dw_db *, struct dw_error *) = {
		verify_digest, verify_index, verify_sets, verify_entries, verify_files,
		verify_patterns, verify_nets,
	};
	enum dw_result result = DW_OK;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && result == DW_OK; i++)
		result = checks[i](db, err);
	return result;
}
