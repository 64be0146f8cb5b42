/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * db.h: the compiled database: built apart, mapped, asked */
#ifndef DNSWARD_DB_H
#define DNSWARD_DB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/detection.h"
#include "dnsward/lists.h"
#include "dnsward/match.h"
#include "dnsward/name.h"
#include "dnsward/net.h"
#include "dnsward/result.h"
#include "dnsward/rules.h"

/* A database is one immutable file: the rules of all lists, compiled. It is made
 * by dw_db_build (link unit builder), published by rename, mapped read-only and
 * asked by any number of threads. A mapped file is replaced, never rewritten.
 *
 * Its parts: a hot one (which names are listed, and for each the id of a set of
 * effects), the sets, the patterns, the answers that lists bring, and a cold one
 * (which file and line each rule came from) that only dw_db_origin touches.
 *
 * Exact by construction: a look-up never answers for a name that is not listed, and
 * names are hashed with a key drawn at build time. */

/* At most this many lists and categories in one database; settings with more are
 * refused by name. */
enum { DW_LISTS_MAX = 256, DW_CATEGORIES_MAX = 256 };

/* ---- building ---- */

/* One list and its rules. */
struct dw_db_source {
	const struct dw_list_options *list;
	enum dw_list_format format; /* the one in force */
	const struct dw_rules *rules;
};

struct dw_db_build_options {
	uint64_t generation;         /* stored; compared by who publishes */
	uint8_t sources[32];         /* stored: a digest of all that went in; equal: no need to build */
	const struct dw_detections *detections; /* of the settings, beside the lists'; or NULL */
	unsigned threads;            /* 0: as many as there are processors */
	const atomic_bool *cancel;   /* or NULL */
};

struct dw_db_build_stats {
	size_t names;      /* distinct names stored */
	size_t patterns;   /* of lists and detections; those that could not be compiled are not counted */
	size_t detections;
	size_t covered;    /* dropped: a parent of the same list and effect covers them */
	size_t duplicates; /* dropped: the same rule twice in a list */
	size_t bytes;
	double seconds;
};

/* Compile and publish at `path`: a temporary file in the same folder, fsync, rename,
 * fsync of the folder. Until the rename the old file stands; a kill at any moment
 * leaves it whole. Where the old one has the same patterns, their automaton is taken
 * over instead of compiled. Equal sources and key give equal look-ups, not equal bytes. */
enum dw_result dw_db_build(const char *path, const struct dw_db_source *sources, size_t count,
	const struct dw_db_build_options *options, struct dw_db_build_stats *stats,
	struct dw_error *err) DW_MUST_CHECK;

/* ---- opening ---- */

struct dw_db;

/* Map the file and climb the shallow ladder: size, magic, version, length, features,
 * header digest, section bounds. It does not read the sections, so its time does not
 * grow with the file; whoever compiled did the deep check once. The walk keeps its
 * own cheap bounds tests even so. Errors: DW_ERR_NOT_FOUND, DW_ERR_CORRUPT,
 * DW_ERR_VERSION, each rung with its own sentence. */
enum dw_result dw_db_open(const char *path, struct dw_db **out, struct dw_error *err) DW_MUST_CHECK;
void dw_db_close(struct dw_db **db);

/* The deep check: digest over everything, every offset, set, string and order. */
enum dw_result dw_db_verify(const struct dw_db *db, struct dw_error *err) DW_MUST_CHECK;

struct dw_db_info {
	uint64_t generation;
	uint8_t sources[32];
	uint64_t built;      /* seconds since the epoch */
	size_t names, patterns, detections, bytes;
	size_t list_count, category_count;
};
void dw_db_info(const struct dw_db *db, struct dw_db_info *info);

/* What is stored of each list. Strings live as long as the database. */
struct dw_db_list {
	const char *name;
	const char *category;
	enum dw_list_format format;
	size_t rules;
};
void dw_db_list(const struct dw_db *db, size_t index, struct dw_db_list *out);
const char *dw_db_category(const struct dw_db *db, size_t index);

/* A rule that never fits, since a pattern of it could not be compiled: when the database was
 * made, or here, where the CPU or Vectorscan is another. Strings live as long as the database. */
struct dw_db_refused {
	const char *list; /* "" for a rule of the settings */
	const char *rule; /* the detection's name; NULL for a line of a list */
	const char *file;
	uint32_t line;
	const char *reason;
};
typedef void dw_db_refused_fn(void *arg, const struct dw_db_refused *refused);
void dw_db_refused(const struct dw_db *db, dw_db_refused_fn *told, void *arg);

/* ---- asking ---- */

/* One list's answer for one name, after the rules of rules.h. */
struct dw_hit {
	uint16_t list;     /* index of dw_db_list */
	uint16_t category; /* index of dw_db_category: the list's, or its exceptions' */
	uint8_t trigger;   /* enum dw_trigger of the rule that is told */
	uint8_t labels;    /* labels of the listed name; 0 for a pattern */
	bool exception;    /* hit by an exception that has a category */
	uint32_t pattern;  /* pattern id, where trigger is one */
	uint64_t rule;     /* handle for dw_db_origin */
	uint32_t data;     /* handle for dw_db_data; 0: none */
};

/* A name hits each list at most once by its rules, and once by its exceptions. */
enum { DW_HITS_MAX = 2 * DW_LISTS_MAX };

/* Lists of a database, a bit each. */
struct dw_list_set {
	uint64_t word[DW_LISTS_MAX / 64];
};

struct dw_hits {
	size_t count;
	struct dw_list_set excepted; /* lists of which an exception decides, with a hit or without */
	struct dw_hit hit[DW_HITS_MAX]; /* only the first `count` are written */
};

/* All hits of a name for a query type, in the order of the lists. `labels` is
 * dw_name_labels(name). `scratch` is the calling thread's, or NULL for a database
 * without patterns. Allocates nothing, takes no lock; about one cache miss for a
 * name on no list. */
void dw_db_lookup(const struct dw_db *db, struct dw_pattern_scratch *scratch, const uint8_t *name,
	size_t name_len, const struct dw_labels *labels, uint16_t qtype, struct dw_hits *hits);

/* As dw_db_lookup, for an address in an answer (DW_TRIGGER_ANSWER_NET). Cheap where
 * no list has such rules. */
void dw_db_lookup_addr(const struct dw_db *db, const struct dw_addr *addr, struct dw_hits *hits);
bool dw_db_has_addr_rules(const struct dw_db *db);

/* ---- asking about detections ---- */

/* NULL where there are none. */
const struct dw_rulebook *dw_db_rulebook(const struct dw_db *db);

/* The patterns that fit the name of the last dw_db_lookup with this scratch, for
 * dw_rulebook_ask. It lies in the scratch until that is used again. */
struct dw_fitting dw_db_fitting(const struct dw_db *db, const struct dw_pattern_scratch *scratch);

/* The same for another text: a part of an answer. */
struct dw_fitting dw_db_scan(const struct dw_db *db, struct dw_pattern_scratch *scratch,
	const char *text, size_t len);

/* Working memory for the pattern part; NULL in *out where there are no patterns. */
enum dw_result dw_db_scratch_new(const struct dw_db *db, struct dw_pattern_scratch **out)
	DW_MUST_CHECK;

/* The answer a list brings. `out` is filled with pointers into the database; records
 * are valid as long as it is. */
struct dw_db_records {
	size_t count;
	struct dw_record record[DW_DATA_RECORDS_MAX];
};
bool dw_db_data(const struct dw_db *db, uint32_t data, struct dw_data *out,
	struct dw_db_records *records);

/* The text of a pattern. */
const char *dw_db_pattern(const struct dw_db *db, uint32_t pattern);

/* Where a rule came from: the cold part. */
struct dw_origin {
	const char *file;
	uint32_t line;
};
bool dw_db_origin(const struct dw_db *db, uint64_t rule, struct dw_origin *out);

#endif
