/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * a database that is open: what open, look-up, the cold parts and verify share
 */
#ifndef DNSWARD_DB_DATABASE_H
#define DNSWARD_DB_DATABASE_H

#include "dnsward/db.h"
#include "dnsward/file.h"
#include "dnsward/hash.h"
#include "format.h"

/* A section inside the map. */
struct db_part {
	const uint8_t *data;
	size_t size;
	size_t count; /* of its records */
};

/* What the look-up asks of a list, and its name. */
struct db_list_info {
	uint16_t category;
	uint16_t exceptions; /* DB_NO_CATEGORY: none */
	bool longest_wins, encloses;
	struct dw_db_list told;
};
enum { DB_NO_CATEGORY = UINT16_MAX };

/* Nets of one prefix length: entries `first` to `end` of the section. */
struct db_net_group {
	uint8_t bits;
	size_t first, end;
};
enum { DB_NET_GROUPS_MAX = 129 };

/* Invariants, held from the moment dw_db_open returns:
 *   1. each part lies inside the map, and its count of records fits its size;
 *   2. `lines` lines of index and `names` entries of `entry_bits` are there, with the
 *      slack that lets eight bytes be read at any of them;
 *   3. list, category and inverted-pattern numbers in the arrays below are in range.
 * All else in the file may be anything: whoever follows a number from a section checks
 * it. */
struct dw_db {
	struct dw_hash_key key;
	uint64_t depths[2];
	uint64_t lines, names;
	unsigned set_bits, entry_bits, origin_bits;
	struct db_part part[DB_SECTION_COUNT];
	size_t list_count, category_count, inverted_count, net_group_count;
	struct db_list_info *lists;
	const char **categories;
	uint32_t *inverted;
	uint8_t *refused; /* a byte for each pattern that could not be compiled here, where recompiled */
	struct db_net_group *net_groups;
	struct dw_patterns *patterns; /* or NULL */
	struct dw_rulebook *book;     /* or NULL */
	bool recompiled;              /* they are not what the file holds: see take_patterns */
	struct dw_map map;
};

/* Handles for dw_db_origin: what kind of rule in the top bits, then its number; for
 * names, the entry and the place in its set. */
enum { DB_RULE_KIND = 62, DB_RULE_MEMBER_BITS = 16 };
enum db_rule_kind { DB_RULE_NAME, DB_RULE_PATTERN, DB_RULE_NET };

static inline uint64_t db_rule_of_name(uint64_t entry, size_t member)
{
	return entry << DB_RULE_MEMBER_BITS | (uint64_t)member;
}

static inline uint64_t db_rule_of(enum db_rule_kind kind, uint64_t number)
{
	return (uint64_t)kind << DB_RULE_KIND | number;
}

/* Record `i` of a part; it must be below its count. */
static inline const void *db_record(const struct db_part *part, size_t i, size_t size)
{
	return part->data + i * size;
}

/* The set id in entry `entry`, which must be below names. */
static inline uint32_t db_entry_set(const struct dw_db *db, uint64_t entry)
{
	if (db->set_bits == 0)
		return 0;
	return (uint32_t)db_unpack(db->part[DB_ENTRIES].data,
		entry * db->entry_bits + DB_FINGERPRINT_BITS, db->set_bits);
}

static inline uint64_t db_entry_fingerprint(const struct dw_db *db, uint64_t entry)
{
	uint64_t at = entry * db->entry_bits;
	const uint8_t *p = db->part[DB_ENTRIES].data + at / 8;

	/* 56 bits and a shift of 7 fit into eight bytes */
	return (db_load64(p) >> (at % 8)) & (~UINT64_C(0) >> 8);
}

/* The effects of a set: the first, and how many; none for a number that is no set. */
static inline const struct db_effect *db_set(const struct dw_db *db, uint32_t set, size_t *count)
{
	const struct db_part *sets = &db->part[DB_SETS], *effects = &db->part[DB_EFFECTS];
	uint32_t first, end;

	*count = 0;
	if ((size_t)set + 1 >= sets->count)
		return NULL;
	first = db_load32(sets->data + 4 * (size_t)set);
	end = db_load32(sets->data + 4 * (size_t)set + 4);
	if (first > end || end > effects->count)
		return NULL;
	*count = end - first;
	return (const struct db_effect *)effects->data + first;
}

/* The kind of pattern that a trigger is. */
enum dw_pattern_kind db_pattern_kind(uint8_t trigger);

/* The detections of the file, NULL where there are none; and whether two have the same patterns. */
enum dw_result db_take_detections(struct dw_db *db, struct dw_detections **out,
	struct dw_error *err);
bool db_same_texts(const struct dw_detections *a, const struct dw_detections *b);

/* The string at a place, or "" for a place that is none. */
const char *db_string(const struct dw_db *db, uint32_t place);

#endif
