/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * mapping a database, and the ladder that it has to climb
 */
#include "dnsward-config.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "database.h"

/* Bytes of a record of each section; 0: no records. */
static const size_t record_bytes[DB_SECTION_COUNT] = {
	[DB_INDEX] = DB_LINE,
	[DB_SETS] = sizeof(uint32_t),
	[DB_EFFECTS] = sizeof(struct db_effect),
	[DB_TYPES] = DB_TYPES_BYTES,
	[DB_LISTS] = sizeof(struct db_list),
	[DB_CATEGORIES] = sizeof(uint32_t),
	[DB_PATTERNS] = sizeof(struct db_pattern),
	[DB_INVERTED] = sizeof(uint32_t),
	[DB_NETS] = sizeof(struct db_net),
	[DB_STARTS] = sizeof(uint32_t),
	[DB_FILES] = sizeof(struct db_file),
};

const char *db_string(const struct dw_db *db, uint32_t place)
{
	const struct db_part *strings = &db->part[DB_STRINGS];

	/* the section's last byte is NUL: checked by check_strings */
	return place < strings->size ? (const char *)strings->data + place : "";
}

/* ---- the rungs ---- */

static enum dw_result check_size(const char *path, const struct dw_map *map, struct dw_error *err)
{
	if (map->size < DB_HEADER)
		return dw_fail(err, DW_ERR_CORRUPT, path, 0,
			"%zu bytes are no database: a header has %d", map->size, DB_HEADER);
	return DW_OK;
}

static enum dw_result check_magic(const char *path, const struct dw_map *map, struct dw_error *err)
{
	if (memcmp(map->data, DB_MAGIC, DB_MAGIC_BYTES) != 0)
		return dw_fail(err, DW_ERR_CORRUPT, path, 0, "not a dnsward database");
	return DW_OK;
}

static enum dw_result check_version(const char *path, const struct dw_map *map,
	struct dw_error *err)
{
	uint32_t version = db_load32(map->data + DB_AT_VERSION);

	if (version != DB_VERSION)
		return dw_fail(err, DW_ERR_VERSION, path, 0,
			"a database of version %u; this dnsward reads version %d", version,
			DB_VERSION);
	return DW_OK;
}

static enum dw_result check_length(const char *path, const struct dw_map *map,
	struct dw_error *err)
{
	uint64_t length = db_load64(map->data + DB_AT_LENGTH);

	if (length != map->size)
		return dw_fail(err, DW_ERR_CORRUPT, path, 0,
			"the file has %zu bytes, its header says %llu", map->size,
			(unsigned long long)length);
	return DW_OK;
}

static enum dw_result check_features(const char *path, const struct dw_map *map,
	struct dw_error *err)
{
	uint64_t unknown = db_load64(map->data + DB_AT_FEATURES) & ~DB_FEATURES;

	if (unknown != 0)
		return dw_fail(err, DW_ERR_VERSION, path, 0,
			"the database needs features (%llx) that this dnsward does not have",
			(unsigned long long)unknown);
	return DW_OK;
}

static enum dw_result check_digest(const char *path, const struct dw_map *map,
	struct dw_error *err)
{
	uint8_t digest[DB_DIGEST];

	crypto_generichash(digest, sizeof(digest), map->data, DB_AT_HEADER_DIGEST, NULL, 0);
	if (memcmp(digest, map->data + DB_AT_HEADER_DIGEST, sizeof(digest)) != 0 ||
		db_load32(map->data + DB_AT_HEADER) != DB_HEADER)
		return dw_fail(err, DW_ERR_CORRUPT, path, 0, "the header is damaged");
	return DW_OK;
}

static enum dw_result out_of_bounds(const char *path, enum db_section section,
	struct dw_error *err)
{
	return dw_fail(err, DW_ERR_CORRUPT, path, 0, "section %d does not fit its place", section);
}

/* Invariant 1. */
static enum dw_result take_sections(struct dw_db *db, const char *path, struct dw_error *err)
{
	for (int i = 0; i < DB_SECTION_COUNT; i++) {
		const uint8_t *at = db->map.data + DB_AT_SECTIONS + 16 * i;
		uint64_t offset = db_load64(at), size = db_load64(at + 8);

		if (offset > db->map.size || size > db->map.size - offset ||
			offset % DB_ALIGN != 0 ||
			(record_bytes[i] != 0 && size % record_bytes[i] != 0))
			return out_of_bounds(path, i, err);
		db->part[i].data = db->map.data + offset;
		db->part[i].size = size;
		db->part[i].count = record_bytes[i] != 0 ? size / record_bytes[i] : 0;
	}
	return DW_OK;
}

/* Whether `count` items of `bits` and the slack fit a packed section. */
static bool packed_fits(const struct db_part *part, uint64_t count, unsigned bits)
{
	return part->size >= DB_PACK_SLACK &&
		count <= (uint64_t)(part->size - DB_PACK_SLACK) * 8 / bits;
}

/* Invariant 2. */
static enum dw_result take_names(struct dw_db *db, const char *path, struct dw_error *err)
{
	const uint8_t *header = db->map.data;

	db->names = db_load64(header + DB_AT_NAMES);
	db->lines = db->part[DB_INDEX].count;
	db->set_bits = db_load32(header + DB_AT_SET_BITS);
	db->origin_bits = db_load32(header + DB_AT_ORIGIN_BITS);
	db->entry_bits = DB_FINGERPRINT_BITS + db->set_bits;
	db->depths[0] = db_load64(header + DB_AT_DEPTHS);
	db->depths[1] = db_load64(header + DB_AT_DEPTHS + 8);
	memcpy(db->key.k, header + DB_AT_KEY, sizeof(db->key.k));
	db->key.k[0] = le64toh(db->key.k[0]);
	db->key.k[1] = le64toh(db->key.k[1]);
	if (db->set_bits > DB_SET_BITS_MAX ||
		(db->names > 0 && !packed_fits(&db->part[DB_ENTRIES], db->names, db->entry_bits)) ||
		(db->names > 0) != (db->lines > 0))
		return out_of_bounds(path, DB_ENTRIES, err);
	if (db->origin_bits == 0 || db->origin_bits > DB_ORIGIN_BITS_MAX)
		return out_of_bounds(path, DB_ORIGINS, err);
	return DW_OK;
}

static enum dw_result check_strings(const struct dw_db *db, const char *path,
	struct dw_error *err)
{
	const struct db_part *strings = &db->part[DB_STRINGS];

	if (strings->size > 0 && strings->data[strings->size - 1] != '\0')
		return out_of_bounds(path, DB_STRINGS, err);
	return DW_OK;
}

static enum dw_result take_lists(struct dw_db *db, const char *path, struct dw_error *err)
{
	db->list_count = db->part[DB_LISTS].count;
	db->category_count = db->part[DB_CATEGORIES].count;
	if (db->list_count > DW_LISTS_MAX || db->category_count > DW_CATEGORIES_MAX)
		return out_of_bounds(path, DB_LISTS, err);
	db->lists = calloc(db->list_count + 1, sizeof(db->lists[0]));
	db->categories = calloc(db->category_count + 1, sizeof(db->categories[0]));
	if (db->lists == NULL || db->categories == NULL)
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory for a database");
	for (size_t i = 0; i < db->category_count; i++)
		db->categories[i] = db_string(db, db_load32(db->part[DB_CATEGORIES].data + 4 * i));
	for (size_t i = 0; i < db->list_count; i++) {
		const struct db_list *l = db_record(&db->part[DB_LISTS], i, sizeof(*l));
		uint32_t category = db_load32(l->category), exceptions = db_load32(l->exceptions);
		uint32_t format = db_load32(l->format);
		struct db_list_info *info = &db->lists[i];

		if (category >= db->category_count || format >= DW_FORMAT_COUNT ||
			(exceptions != (uint32_t)DB_NONE && exceptions >= db->category_count))
			return out_of_bounds(path, DB_LISTS, err);
		info->category = (uint16_t)category;
		info->exceptions = (uint16_t)exceptions; /* DB_NONE becomes DB_NO_CATEGORY */
		info->longest_wins = dw_list_format_longest_wins(format);
		info->encloses = dw_list_format_encloses(format);
		info->told = (struct dw_db_list){
			.name = db_string(db, db_load32(l->name)),
			.category = db->categories[category],
			.format = format,
			.rules = db_load64(l->rules),
		};
	}
	return DW_OK;
}

/* The nets of each prefix length, by binary search for where it ends. */
static enum dw_result take_nets(struct dw_db *db, const char *path, struct dw_error *err)
{
	const struct db_net *nets = (const struct db_net *)db->part[DB_NETS].data;
	size_t count = db->part[DB_NETS].count;

	if (count == 0)
		return DW_OK;
	db->net_groups = calloc(DB_NET_GROUPS_MAX, sizeof(db->net_groups[0]));
	if (db->net_groups == NULL)
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory for a database");
	for (size_t first = 0, end; first < count; first = end) {
		uint8_t bits = nets[first].bits;
		size_t low = first + 1, high = count;

		if (bits > 128 || db->net_group_count == DB_NET_GROUPS_MAX)
			return out_of_bounds(path, DB_NETS, err);
		while (low < high) {
			size_t middle = low + (high - low) / 2;

			if (nets[middle].bits >= bits)
				low = middle + 1;
			else
				high = middle;
		}
		end = low;
		db->net_groups[db->net_group_count++] = (struct db_net_group){bits, first, end};
	}
	return DW_OK;
}

/* ---- patterns ---- */

struct recompile {
	uint8_t *refused; /* a byte for each pattern of the lists, */
	size_t count;     /* which are so many; the detections' are behind them */
	struct dw_detections *detections;
};

static void note_refused(void *arg, size_t id, const char *reason)
{
	struct recompile *r = arg;

	if (id >= r->count)
		dw_detections_refuse(r->detections, id - r->count, reason);
	else
		r->refused[id] = 1;
}

enum dw_pattern_kind db_pattern_kind(uint8_t trigger)
{
	switch (trigger) {
	case DW_TRIGGER_GLOB:
		return DW_PATTERN_GLOB;
	case DW_TRIGGER_GLOB_LABEL:
		return DW_PATTERN_GLOB_LABEL;
	default:
		return DW_PATTERN_REGEX;
	}
}

/* Drop the ids from `inverted` that could not be compiled here: a pattern that cannot
 * match must not hit all names by that. */
static void drop_refused(struct dw_db *db, const uint8_t *refused)
{
	size_t kept = 0;

	for (size_t i = 0; i < db->inverted_count; i++) {
		if (!refused[db->inverted[i]])
			db->inverted[kept++] = db->inverted[i];
	}
	db->inverted_count = kept;
}

/* From the expressions, for a CPU or a Vectorscan that cannot run what is stored. */
static enum dw_result recompile(struct dw_db *db, struct dw_detections *detections,
	struct dw_error *err)
{
	const struct db_part *part = &db->part[DB_PATTERNS];
	size_t count = part->count +
		(detections != NULL ? dw_detections_pattern_count(detections) : 0);
	struct dw_pattern *patterns = calloc(count, sizeof(patterns[0]));
	struct recompile r = {calloc(part->count + 1, 1), part->count, detections};
	uint8_t *blob = NULL;
	size_t blob_len = 0;
	enum dw_result result = DW_ERR_MEMORY;

	if (patterns != NULL && r.refused != NULL) {
		for (size_t i = 0; i < part->count; i++) {
			const struct db_pattern *p = db_record(part, i, sizeof(*p));

			patterns[i].kind = db_pattern_kind(p->effect.trigger);
			patterns[i].text = db_string(db, db_load32(p->text));
			patterns[i].len = strlen(patterns[i].text);
		}
		for (size_t i = part->count; i < count; i++)
			patterns[i] = dw_detections_pattern(detections, i - part->count);
		result = dw_patterns_compile(patterns, count, NULL, NULL, note_refused, &r,
			&blob, &blob_len, err);
	}
	if (result == DW_OK)
		result = dw_patterns_load(blob, blob_len, &db->patterns, err);
	if (result == DW_OK)
		drop_refused(db, r.refused);
	db->refused = r.refused;
	free(patterns);
	free(blob);
	return result;
}

static enum dw_result take_inverted(struct dw_db *db, const char *path, struct dw_error *err)
{
	const struct db_part *inverted = &db->part[DB_INVERTED];
	size_t count = db->part[DB_PATTERNS].count;

	db->inverted = calloc(inverted->count + 1, sizeof(db->inverted[0]));
	if (db->inverted == NULL)
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory for a database");
	db->inverted_count = inverted->count;
	for (size_t i = 0; i < inverted->count; i++) {
		db->inverted[i] = db_load32(inverted->data + 4 * i);
		if (db->inverted[i] >= count)
			return out_of_bounds(path, DB_INVERTED, err);
	}
	return DW_OK;
}

static enum dw_result take_automaton(struct dw_db *db, struct dw_detections *detections,
	struct dw_error *err)
{
	const struct db_part *blob = &db->part[DB_AUTOMATON];
	enum dw_result result;

	if (db->part[DB_PATTERNS].count == 0 &&
		(detections == NULL || dw_detections_pattern_count(detections) == 0))
		return DW_OK;
	result = dw_patterns_load(blob->data, blob->size, &db->patterns, err);
	if (result != DW_ERR_VERSION)
		return result;
	db->recompiled = true;
	return recompile(db, detections, err);
}

static enum dw_result take_patterns(struct dw_db *db, const char *path, struct dw_error *err)
{
	struct dw_error why = {.text = "no memory for a database"};
	struct dw_detections *detections = NULL;
	enum dw_result result = take_inverted(db, path, err);

	if (result != DW_OK)
		return result;
	result = db_take_detections(db, &detections, &why);
	if (result == DW_OK)
		result = take_automaton(db, detections, &why);
	if (result == DW_OK && detections != NULL)
		result = dw_rulebook_new(&detections, (uint32_t)db->part[DB_PATTERNS].count,
			&db->book);
	dw_detections_free(&detections);
	return result == DW_OK ? DW_OK : dw_fail(err, result, path, 0, "%s", why.text);
}

/* ---- open and close ---- */

static enum dw_result climb(struct dw_db *db, const char *path, struct dw_error *err)
{
	static enum dw_result (*const header_rungs[])(const char *, const struct dw_map *,
		struct dw_error *) = {
		check_size, check_magic, check_version, check_length, check_features, check_digest,
	};
	enum dw_result result = DW_OK;

	for (size_t i = 0; i < sizeof(header_rungs) / sizeof(header_rungs[0]); i++) {
		result = header_rungs[i](path, &db->map, err);
		if (result != DW_OK)
			return result;
	}
	result = take_sections(db, path, err);
	if (result == DW_OK)
		result = take_names(db, path, err);
	if (result == DW_OK)
		result = check_strings(db, path, err);
	if (result == DW_OK)
		result = take_lists(db, path, err);
	if (result == DW_OK)
		result = take_nets(db, path, err);
	if (result == DW_OK)
		result = take_patterns(db, path, err);
	return result;
}

enum dw_result dw_db_open(const char *path, struct dw_db **out, struct dw_error *err)
{
	struct dw_db *db = calloc(1, sizeof(*db));
	enum dw_result result;

	if (db == NULL)
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory for a database");
	result = dw_file_map(path, &db->map, err);
	if (result == DW_OK)
		result = climb(db, path, err);
	if (result == DW_OK)
		*out = db;
	else
		dw_db_close(&db);
	return result;
}

void dw_db_close(struct dw_db **database)
{
	struct dw_db *db = *database;

	if (db == NULL)
		return;
	dw_patterns_close(&db->patterns);
	dw_rulebook_free(&db->book);
	dw_file_unmap(&db->map);
	free(db->lists);
	free(db->categories);
	free(db->inverted);
	free(db->refused);
	free(db->net_groups);
	free(db);
	*database = NULL;
}

void dw_db_info(const struct dw_db *db, struct dw_db_info *info)
{
	const struct dw_detections *detections =
		db->book != NULL ? dw_rulebook_detections(db->book) : NULL;

	*info = (struct dw_db_info){
		.generation = db_load64(db->map.data + DB_AT_GENERATION),
		.built = db_load64(db->map.data + DB_AT_BUILT),
		.names = db->names,
		.patterns = db->part[DB_PATTERNS].count +
			(detections != NULL ? dw_detections_pattern_count(detections) : 0),
		.detections = detections != NULL ? dw_detections_count(detections) : 0,
		.bytes = db->map.size,
		.list_count = db->list_count,
		.category_count = db->category_count,
	};
	memcpy(info->sources, db->map.data + DB_AT_SOURCES, sizeof(info->sources));
}

void dw_db_list(const struct dw_db *db, size_t index, struct dw_db_list *out)
{
	*out = db->lists[index].told;
}

const char *dw_db_category(const struct dw_db *db, size_t index)
{
	return db->categories[index];
}

enum dw_result dw_db_scratch_new(const struct dw_db *db, struct dw_pattern_scratch **out)
{
	*out = NULL;
	return db->patterns != NULL ? dw_pattern_scratch_new(db->patterns, out) : DW_OK;
}
