/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_read.h: how the settings are read: tables of keys, and what reads a value */
#ifndef DNSWARD_POLICY_SETTINGS_READ_H
#define DNSWARD_POLICY_SETTINGS_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/arena.h"
#include "dnsward/settings.h"
#include "dnsward/yaml.h"

/* Each map of dnsward.yaml has a table of its keys (struct dw_key), and each key names the
 * function that reads its value into a field. dw_read_map walks a map by its table: what is
 * in neither the table nor `x-*` is an unknown key; a key without a function is known but
 * not in this version; required keys must be there; the rest is read in the table's order,
 * so that a key may build on those above it.
 *
 * To build a part that is "not in this version": write its function (settings_X.c), name it
 * in the row that stands in its table, take the row's comment away.
 *
 * Readers never stop at an error: they complain and leave the field as it was. Every error
 * thus comes out in one pass, and none of the tree is used when there was one. The same
 * holds for no memory: dw_reading_alloc gives NULL, the reader returns, the whole fails.
 *
 * One thread, one struct dw_reading, one struct dw_settings. */

struct dw_reading;
struct dw_key;

typedef void dw_read_fn(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field);

struct dw_key {
	const char *name;
	dw_read_fn *read;     /* NULL: not in this version */
	size_t offset;        /* of the field in what the map is read into */
	const void *of;       /* what `read` needs: choices, a range */
	const char *required; /* the key must be there: what was expected; else NULL */
	bool once;            /* once in all files together, not once a map */
};

struct dw_keys {
	const struct dw_key *key;
	size_t count;
};
#define DW_KEYS(table)                                      \
	{                                                   \
		(table), sizeof(table) / sizeof((table)[0]) \
	}

/* An array that grows. */
struct dw_vector {
	void *items;
	size_t count, capacity;
};

/* One of the files that hold settings. */
struct dw_source_file {
	uint32_t file; /* number in `files` */
	struct dw_yaml *doc;
	const struct dw_yaml_node *root; /* a map, or NULL: nothing in it, or broken */
};

/* An error as it was found; told at the end, in the order of files and lines. */
struct dw_complaint {
	enum dw_result result;
	uint32_t file, line, number;
	struct dw_error error;
};

/* Where a key that may stand but once did stand. */
struct dw_seen {
	const struct dw_key *key;
	uint32_t file, line;
};

struct dw_reading {
	struct dw_settings *out;
	struct dw_arena *arena; /* of `out` */
	const char *chroot;     /* without a last '/'; "" for none */

	uint32_t file;       /* the one being read; where complaints point to */
	const char *section; /* the map being read, "" or "lists" or "actions.ede" */

	struct dw_vector files;      /* const char * */
	struct dw_vector patterns;   /* of includes: const char * */
	struct dw_vector identities; /* of settings files read: struct dw_file_identity */
	struct dw_vector sources;    /* struct dw_source_file */
	struct dw_vector seen;       /* struct dw_seen */
	struct dw_vector categories; /* const char * */
	struct dw_vector lists;      /* struct dw_list_options */
	struct dw_vector groups;     /* struct dw_group */
	struct dw_vector rows;       /* struct dw_row */
	struct dw_detections *detections; /* of the rules; NULL: none yet */
	struct dw_vector rule_nodes; /* const struct dw_yaml_node * */
	struct dw_vector disabled;   /* struct dw_disabled */
	size_t network_count;        /* of all groups */
	struct dw_key *detectors;    /* a key for each, made when `detect` is first met */

	struct dw_vector complaints; /* struct dw_complaint */
	size_t complaint_count;      /* those beyond the vector's end counted */
	bool no_memory;
};

/* The path of the file that is being read. */
static inline const char *dw_reading_file(const struct dw_reading *r)
{
	return ((const char *const *)r->files.items)[r->file];
}

static inline struct dw_settings_place dw_reading_place(
	const struct dw_reading *r, const struct dw_yaml_node *node)
{
	return (struct dw_settings_place){dw_reading_file(r), node->line};
}

/* ---- memory ---- */

/* As dw_arena_alloc; NULL makes the whole reading fail. */
void *dw_reading_alloc(struct dw_reading *r, size_t count, size_t size);
const char *dw_reading_text(struct dw_reading *r, const char *text, size_t len);
const char *dw_reading_join(struct dw_reading *r, const char *first, const char *second);
/* A zeroed element at the end; it moves when the next is added. */
void *dw_reading_add(struct dw_reading *r, struct dw_vector *vector, size_t size);

/* ---- errors ---- */

/* `file:line: section.key: text`; `key` NULL: the section itself. */
void dw_complain(struct dw_reading *r, enum dw_result result, uint32_t line, const char *key,
	const char *fmt, ...) DW_PRINTF(5, 6);
/* One that comes with a place of its own, from a file that could not be read at all. */
void dw_complain_error(struct dw_reading *r, enum dw_result result, const struct dw_error *error);
/* The one shape of a wrong value: `file:line: section.key: found "x"; expected ...` */
void dw_expected(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *found,
	const char *fmt, ...) DW_PRINTF(4, 5);
/* The same where what was found is a name that is not known; `nearest` or NULL. */
void dw_unknown(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *found,
	const char *what, const char *nearest);
/* Hand the complaints over; the result and the error of the first. */
enum dw_result dw_reading_tell(
	struct dw_reading *r, dw_complain_fn *complain, void *arg, struct dw_error *err);

/* ---- maps and lists ---- */

/* Complain of keys that are unknown, not in this version, or missing. */
void dw_check_keys(struct dw_reading *r, struct dw_keys keys, const struct dw_yaml_node *map);
/* Read the one key of the map, if it is there. */
void dw_read_key(
	struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *map, void *into);
/* Both for all of a map that stands under `section`. False, with a complaint that
 * `expected` was expected, where the node is no map. */
bool dw_read_map(struct dw_reading *r, const char *section, struct dw_keys keys,
	const struct dw_yaml_node *node, const char *expected, void *into);
/* `key:` with nothing after it, or an empty list: a section whose entries are all commented
 * out, and no mistake there. */
bool dw_is_empty(const struct dw_yaml_node *node);
/* Call `read` for each item of a list of maps, the shape of a section. */
void dw_read_items(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *list,
	dw_read_fn *read, const char *expected);
/* Call `read` for a value, or each value of a list; every one is a scalar that is not
 * empty. An empty list is wrong everywhere: as a condition it would fit nothing or all. */
void dw_read_values(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *node,
	dw_read_fn *read, void *field, const char *expected);
/* Whether the node is a scalar with some text; a complaint where it is not. */
bool dw_is_value(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *node,
	const char *expected);

/* ---- values: functions for the tables ---- */

/* Words that stand for a number; ends with {0}. `later`: not in this version. */
struct dw_choice {
	const char *word;
	int value;
	bool hidden; /* taken, but not told among what was expected */
	bool later;
};
struct dw_range {
	uint64_t min, max;
};

dw_read_fn dw_read_choice;   /* enum; `of` is a struct dw_choice array */
dw_read_fn dw_read_yes_no;   /* bool */
dw_read_fn dw_read_size;     /* size_t; `of` is a struct dw_range */
dw_read_fn dw_read_duration; /* uint64_t seconds; `of` is a struct dw_range */
dw_read_fn dw_read_name;     /* const char *: a name that people give: see dw_is_name */
dw_read_fn dw_read_path;     /* const char *: a path, resolved */
dw_read_fn dw_read_nothing;  /* passed over */

/* Whether the node is one of the words for yes and no; `out` is written where it is. */
bool dw_is_yes_no(const struct dw_yaml_node *node, bool *out);

/* A name of a list, a category or a group: 1 to 64 bytes that may stand in a file's name,
 * in a label of Prometheus and in a log line: no control byte, '/', quote or backslash, no
 * '.' at its start, no blank at its ends. */
bool dw_is_name(const char *text, size_t len);
#define DW_NAME_EXPECTED \
	"a name of up to 64 bytes without '/', quotes, backslashes and dots at its start"

/* A path as it stands in the file being read, resolved against its folder; absolute ones
 * have the chroot before them unless it is there already, as Unbound takes its own. */
const char *dw_reading_path(struct dw_reading *r, const char *path);
bool dw_is_in_chroot(const struct dw_reading *r, const char *path);

/* A minisign public key, as its base64 alone also where it was given as the lines of a .pub
 * file; the field is a const char *. settings_lists.c. */
dw_read_fn dw_read_public_key;

/* The number of a category, known from now on; false, with a complaint, for what cannot be
 * one. */
bool dw_read_category(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, size_t *out);
/* The same for a category that a list, a rule or the like gives; `name` gets the settings' own
 * copy of it and may be NULL, and so may `number`. */
bool dw_read_given(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, const char **name, size_t *number);
/* One category, or several, into a struct dw_set. */
dw_read_fn dw_read_categories;
/* One client group, or several, into a uint64_t: bit i for group i. */
dw_read_fn dw_read_groups;

/* ---- the parts, each in its file ---- */

/* Read the main file and what it includes into r->sources; complaints where it cannot. */
void dw_read_sources(struct dw_reading *r, const char *path);

dw_read_fn dw_read_database; /* settings_database.c */
dw_read_fn dw_read_lists;   /* settings_lists.c */
dw_read_fn dw_read_rules;   /* settings_rules.c */
dw_read_fn dw_read_disable;
/* The conditions of the rule that was begun in the detections: its `types`; its `any`, `all` or
 * `except`, `of` being the enum dw_grouping (settings_conditions.c). */
dw_read_fn dw_read_condition_types, dw_read_conditions;
dw_read_fn dw_read_clients; /* settings_clients.c */
dw_read_fn dw_read_actions; /* settings_actions.c */
dw_read_fn dw_read_dga;     /* settings_dga.c */
dw_read_fn dw_read_detect;  /* settings_detect.c */
dw_read_fn dw_read_log;     /* settings_log.c */
dw_read_fn dw_read_dry_run;

/* Add a name that a rule may have, or its identifier, to a vector of const char *: of a rule's
 * title people write what they like. */
dw_read_fn dw_add_rule_name;
#define DW_LEVEL_EXPECTED "informational, low, medium, high or critical"

/* The effect of a row (settings_effect.c); the field is the struct dw_row. */
dw_read_fn dw_read_action, dw_read_answer, dw_read_ttl, dw_read_ede;
#define DW_ACTION_EXPECTED "allow, log, sinkhole or as-listed"
/* What keys of an effect do not go together. */
void dw_check_effect(
	struct dw_reading *r, const struct dw_yaml_node *map, const struct dw_row *row);

#endif
