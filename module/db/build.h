/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * what the parts of the builder share
 */
#ifndef DNSWARD_DB_BUILD_H
#define DNSWARD_DB_BUILD_H

#include <pthread.h>
#include <stdatomic.h>

#include "dnsward/db.h"
#include "format.h"
#include "intern.h"

/* The builder works in steps, one file each:
 *
 *   build.c    the order of the steps; the small sections
 *   survey.c   one walk over all rules: lines are numbered, patterns and nets
 *              taken, names counted and cut into chunks
 *   detections.c  the detections of all sources become one
 *   patterns.c the automaton, or the last database's where it is of the same patterns
 *   gather.c   chunks of rules into records: a name's hash, its effect, its line
 *   order.c    records by hash
 *   cover.c    drops the names that a parent covers
 *   group.c    records of a name become a set
 *   write.c    the file; pack.c its packed sections
 *
 * gather, order and cover run on all threads. Memory, beside the rules: 24 bytes a name,
 * and 1.5 while cover works. */

/* A name of one rule. */
struct db_name {
	uint64_t where; /* first half of the hash */
	uint64_t who;   /* second half */
	uint32_t effect;
	uint32_t line;  /* over all files; so also the order of rules */
};

/* Set in an effect: the name is covered. */
#define DB_COVERED (UINT32_C(1) << 31)

/* Once they are in order, the records lie in parts by the first bits of their hash. */
enum { DB_PART_BITS = 8, DB_PARTS = 1 << DB_PART_BITS };

/* Which names speak for what is below them, see cover.c. */
struct db_cover {
	uint8_t *bitmap;
	unsigned bits; /* log2 of the bitmap's */
};

/* Rules of one source that a thread takes at a time. */
struct db_chunk {
	size_t source, cursor, rules;
	size_t first_name; /* where its names go */
};
enum { DB_CHUNK_RULES = 32768 };

struct db_build_pattern {
	enum dw_trigger trigger;
	const char *text;  /* the rules' own */
	size_t len;
	uint32_t effect, file, line;
	bool refused;
	char *why;         /* of a refused one; owned */
};

struct db_build_net {
	struct dw_net net;
	uint32_t effect, file, line;
};

struct db_bytes {
	uint8_t *data;
	size_t size, capacity;
};

struct db_builder {
	const char *path;
	const struct dw_db_source *sources;
	size_t source_count;
	const struct dw_db_build_options *options;
	struct dw_db_build_stats stats;
	struct dw_error *err;
	struct dw_hash_key key;
	bool unlucky; /* the key puts two names in one place: draw another, begin anew */

	/* where the rules come from */
	uint32_t **file_base;   /* [source][file] */
	struct db_bytes files;  /* struct db_file */
	uint64_t line_count;    /* over all files */
	struct db_chunk *chunks;
	size_t chunk_count, chunk_room;

	/* what they mean; the bytes are sections */
	pthread_mutex_t lock;   /* over these three */
	struct db_intern effects, types, data;
	struct db_bytes strings, categories, lists;

	/* what they fit */
	struct db_name *names;
	size_t name_count;
	size_t part_end[DB_PARTS];
	struct db_cover cover;
	_Atomic uint64_t depths[2];
	_Atomic uint64_t wild_depths[2]; /* of names that fit what is below them */
	struct db_build_pattern *patterns;
	size_t pattern_count, pattern_room;
	struct db_build_net *nets;
	size_t net_count, net_room;
	struct dw_detections *detections; /* NULL: there are none */
	uint8_t *automaton;
	size_t automaton_len;

	/* After group.c the records are those that stay: of each name one for each
	 * member of its set, in order, and the first one's effect is the set id. */
	struct db_intern sets; /* items: u32 effects */
	size_t distinct;
};

enum dw_result db_no_memory(struct db_builder *b);
enum dw_result db_cancelled(struct db_builder *b); /* DW_OK while nobody cancelled */
bool db_bytes_put(struct db_bytes *bytes, const void *data, size_t len);

/* Make room for one more item in an array. */
bool db_grow(void *array_p, size_t count, size_t *room, size_t item);

/* Call `work` for each i below `count`, on all threads. It returns false when there is
 * no memory. */
typedef bool db_work_fn(struct db_builder *b, size_t i);
enum dw_result db_parallel(struct db_builder *b, size_t count, db_work_fn *work);

/* The number of what a rule means. Takes the lock. False: no memory. */
bool db_effect_of(struct db_builder *b, size_t source, const struct dw_rule *rule,
	uint32_t *effect);

enum dw_result db_survey(struct db_builder *b);
enum dw_result db_detections(struct db_builder *b);
enum dw_result db_patterns(struct db_builder *b);
enum dw_result db_gather(struct db_builder *b);
enum dw_result db_order(struct db_builder *b);
enum dw_result db_cover(struct db_builder *b);
enum dw_result db_group(struct db_builder *b);
enum dw_result db_write(struct db_builder *b);

#endif
