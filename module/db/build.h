/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * what the parts of the builder share
 */
#ifndef DNSWARD_DB_BUILD_H
#define DNSWARD_DB_BUILD_H

#include "dnsward/db.h"
#include "format.h"
#include "intern.h"

/* The builder works in steps, one file each:
 *
 *   build.c    the order of the steps; the small sections
 *   gather.c   rules into records: a name's hash, its effect, its line
 *   order.c    records by hash; the same name and effect twice is one
 *   cover.c    drops the names that a parent covers
 *   group.c    records of a name become a set
 *   write.c    the file
 */

/* A name of one rule. */
struct db_name {
	uint64_t where; /* first half of the hash */
	uint64_t who;   /* second half */
	uint32_t effect;
	uint32_t line;  /* over all files; so also the order of rules */
};

enum { DB_DROPPED = -1 }; /* as u32, in place of an effect */

struct db_build_pattern {
	enum dw_trigger trigger;
	const char *text;  /* the rules' own */
	size_t len;
	uint32_t effect, line;
	size_t number;     /* over all pattern rules of all sources */
	bool refused;
};

struct db_build_net {
	struct dw_net net;
	uint32_t effect, line;
};

struct db_bytes {
	uint8_t *data;
	size_t size, capacity;
};

struct db_builder {
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

	/* what they mean; the bytes are sections */
	struct db_intern effects, types, data;
	struct db_bytes strings, categories, lists;

	/* what they fit */
	struct db_name *names;
	size_t name_count, name_room;
	uint64_t depths[2];
	uint64_t wild_depths[2]; /* of names that fit what is below them */
	struct db_build_pattern *patterns;
	size_t pattern_count, pattern_room, pattern_rules;
	struct db_build_net *nets;
	size_t net_count, net_room;
	uint8_t *automaton;
	size_t automaton_len;

	/* names that are listed, after group.c: the first `distinct` records of names,
	 * whose `effect` is now a set id and whose `line` is the place of their first
	 * origin */
	struct db_intern sets; /* items: u32 effects */
	size_t distinct;
	uint32_t *origins;
	size_t origin_count;
};

enum dw_result db_no_memory(struct db_builder *b);
enum dw_result db_cancelled(struct db_builder *b); /* DW_OK while nobody cancelled */
bool db_bytes_put(struct db_bytes *bytes, const void *data, size_t len);

enum dw_result db_gather(struct db_builder *b);
enum dw_result db_order(struct db_builder *b);
enum dw_result db_cover(struct db_builder *b);
enum dw_result db_group(struct db_builder *b);
enum dw_result db_write(struct db_builder *b, const char *path);

#endif
