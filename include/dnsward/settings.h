/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings.h: what dnsward.yaml says, checked and typed */
#ifndef DNSWARD_SETTINGS_H
#define DNSWARD_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/clock.h"
#include "dnsward/db.h"
#include "dnsward/detect.h"
#include "dnsward/detection.h"
#include "dnsward/lists.h"
#include "dnsward/name.h"
#include "dnsward/net.h"
#include "dnsward/result.h"
#include "dnsward/rrtype.h"

/* dnsward.yaml, its includes and the files it names for client groups, read into one
 * immutable tree. Reading is all or nothing: every error in the files is found and
 * told (file:line: key, what was found, what was expected), and with one error there
 * are no settings. Keys of the contract whose part is not built yet are refused with
 * "not in this version"; unknown keys are errors with the nearest known key named;
 * `x-*` keys are passed over.
 *
 * Categories, lists and client groups get small numbers here, and bit sets of
 * those numbers are what the action table works with. */

struct dw_yaml_node;

enum {
	DW_SETTINGS_CATEGORIES_MAX = 256,
	DW_SETTINGS_LISTS_MAX = 256,
	DW_SETTINGS_GROUPS_MAX = 64,
	DW_SETTINGS_ROWS_MAX = 4096,
	DW_SETTINGS_NETWORKS_MAX = 250000, /* of all groups; dw_settings_keep can still keep them */
	DW_ROW_TYPES_MAX = 32,
	DW_ROW_ADDRESSES_MAX = 16,
	DW_ROW_TTL_DEFAULT = 10, /* seconds */
	DW_EDE_TEXT_MAX = 128,   /* the closing NUL included */
};

/* A set of categories, or of lists, by number. */
struct dw_set {
	uint64_t word[4];
};

static inline void dw_set_add(struct dw_set *set, size_t i)
{
	set->word[i / 64] |= UINT64_C(1) << (i % 64);
}

static inline bool dw_set_has(const struct dw_set *set, size_t i)
{
	return (set->word[i / 64] >> (i % 64)) & 1;
}

static inline bool dw_set_meets(const struct dw_set *a, const struct dw_set *b)
{
	return ((a->word[0] & b->word[0]) | (a->word[1] & b->word[1]) | (a->word[2] & b->word[2]) |
		       (a->word[3] & b->word[3])) != 0;
}

static inline bool dw_set_empty(const struct dw_set *set)
{
	return (set->word[0] | set->word[1] | set->word[2] | set->word[3]) == 0;
}

/* Where something stands, for those who tell of it; `file` is NULL where it is not there. */
struct dw_settings_place {
	const char *file;
	uint32_t line;
};

/* ---- the action table ---- */

enum dw_action { DW_ACTION_ALLOW, DW_ACTION_LOG, DW_ACTION_SINKHOLE };

enum dw_answer_kind {
	DW_ANSWER_NXDOMAIN, /* the default */
	DW_ANSWER_NODATA,
	DW_ANSWER_REFUSED,
	DW_ANSWER_NULL_IP,   /* 0.0.0.0 and :: */
	DW_ANSWER_DROP,      /* no answer: UDP times out, TCP closes */
	DW_ANSWER_TRUNCATE,  /* TC on UDP; over TCP the query passes */
	DW_ANSWER_ADDRESSES,
	DW_ANSWER_CNAME,     /* resolved, the target's addresses added */
	DW_ANSWER_AS_LISTED, /* what the list brings (rules.h), else NXDOMAIN */
};

/* The word for it, as the settings and the log write it. An answer of addresses or of a CNAME
 * has no word of its own in the settings: "addresses", "cname". */
const char *dw_action_name(enum dw_action action);
const char *dw_answer_name(enum dw_answer_kind kind);

enum dw_ede_kind { DW_EDE_DEFAULT, DW_EDE_NONE, DW_EDE_CODE };

/* One row. A condition that is not given fits everything. */
struct dw_row {
	/* where it stands */
	const char *file;
	uint32_t line;
	uint32_t number; /* counted from 1 over the whole table: what logs and explain tell */

	/* conditions */
	bool any_category;         /* `category: any`, or no category condition; `categories` is empty */
	struct dw_set categories;
	struct dw_set unless;
	uint64_t groups;           /* bit i: client group i; 0: no condition */
	uint16_t types[DW_ROW_TYPES_MAX];
	size_t type_count;
	uint32_t levels;           /* bit i: enum dw_level i; 0: no condition */
	struct dw_set lists;
	bool has_lists;
	const char *const *rules;  /* names of rules */
	size_t rule_count;
	const struct dw_window *when;
	size_t when_count;

	/* effect */
	enum dw_action action;
	bool log;                  /* allow rows: make a log event all the same */
	enum dw_answer_kind answer;
	struct dw_addr addresses[DW_ROW_ADDRESSES_MAX]; /* DW_ANSWER_ADDRESSES */
	size_t address_count;
	uint8_t cname[DW_NAME_MAX];
	size_t cname_len;
	uint32_t ttl;              /* seconds; 10 unless said */
	enum dw_ede_kind ede;
	uint16_t ede_code;
	const char *ede_text;      /* or NULL */
};

/* ---- clients ---- */

struct dw_group {
	const char *name;
	const struct dw_net *networks;
	size_t network_count;
	const char *file; /* where it stands */
	uint32_t line;
};

/* ---- the ready-made database ---- */

struct dw_database_settings {
	const char *path;       /* absolute; NULL: there is none */
	const char *public_key; /* base64 of a minisign public key (signature.h) */
	uint64_t max_age;       /* seconds since it was compiled; 0: any age */
	size_t category;        /* of names on those of its lists whose category is not named here */
	const char *file;       /* where it stands */
	uint32_t line;
};

/* ---- the scorer of generated names ---- */

struct dw_dga_settings {
	bool on;            /* `dga:` is there */
	size_t category;    /* of names that score at or above the threshold */
	uint32_t threshold; /* millionths; 0: the model's own (dga.h) */
	const char *model;  /* path of a model file, or NULL: the one that is built in */
	struct dw_settings_place place;
};

/* ---- the log ---- */

enum dw_log_queries { DW_LOG_HITS, DW_LOG_ALL };
enum dw_log_clients { DW_CLIENTS_FULL, DW_CLIENTS_PSEUDONYM, DW_CLIENTS_PREFIX, DW_CLIENTS_NONE };

const char *dw_log_clients_name(enum dw_log_clients clients);

struct dw_log_settings {
	const char *path; /* absolute path, "unix:/path" or "stderr" */
	const char *state_dir; /* where keys for pseudonyms are */
	enum dw_log_queries queries;
	enum dw_log_clients clients;
	size_t sample;    /* of what DW_LOG_HITS would not log, one in so many; 0: all */
	struct dw_set never_categories; /* names that carry one of these are not logged, */
	uint64_t never_groups;          /* nor what a client of these groups asks */
	struct dw_settings_place sample_place, never_place; /* of the first categories */
};

enum { DW_LOG_SAMPLE_MAX = 1000000 };

enum dw_mismatch { DW_MISMATCH_PASS, DW_MISMATCH_STOP };

/* ---- rules that are switched off ---- */

struct dw_disabled {
	const char *name; /* or identifier */
	struct dw_settings_place place;
};

/* ---- all of it ---- */

struct dw_settings {
	const char *path;              /* the file it was read from */
	const char *const *files;      /* every file that was read: the main one, includes, networks */
	size_t file_count;
	const char *state_dir;         /* absolute */
	enum dw_mismatch on_mismatch;
	struct dw_database_settings database;
	const struct dw_list_options *lists;
	size_t list_count;
	const char *const *categories; /* number to name, sorted by first mention */
	size_t category_count;
	struct dw_set given;           /* categories some list, rule or detector gives */
	const struct dw_group *groups;
	size_t group_count;
	const struct dw_row *rows;
	size_t row_count;
	struct dw_detections *detections; /* of `rules`; NULL: there are none */
	const struct dw_yaml_node *const *rule_nodes; /* the same as they were written */
	size_t rule_node_count;
	const struct dw_disabled *disabled;
	size_t disabled_count;
	struct dw_dga_settings dga;
	struct dw_detect_settings detect;
	const struct dw_zone_info *timezone; /* clock.h */
	const char *timezone_name;     /* as given, or NULL: the machine's */
	bool dry_run_all;
	struct dw_set dry_run;         /* categories */
	struct dw_settings_place dry_run_place;
	struct dw_log_settings log;
	const struct dw_group_index *group_index; /* behind dw_settings_groups_of */
	struct dw_arena *arena;        /* what all of it lives in */
};

/* Read a settings file. `chroot` (or NULL) is put before absolute paths that do not start
 * with it. Errors are handed one by one to `complain` (may be NULL), in the order of files
 * and lines and at most 100 of them; the first is in `err`. Besides what stands in the
 * files: DW_ERR_NOT_FOUND and DW_ERR_SYSTEM where one cannot be read.
 *
 * Sections are added up: a file's own entries come before those of what it includes, and
 * those in the order of the patterns, then of the paths. Each file is read once. Includes
 * go at most 8 deep, 1,000 files in all; one pattern may well find nothing.
 *
 * Ownership of *out passes to the caller; any thread may read it. */
typedef void dw_complain_fn(void *arg, bool is_error, const struct dw_error *error);
enum dw_result dw_settings_open(const char *path, const char *chroot, dw_complain_fn *complain,
	void *arg, struct dw_settings **out, struct dw_error *err) DW_MUST_CHECK;
void dw_settings_close(struct dw_settings **settings);

/* The same, and where the reading went to (policy/sources.h), whether it succeeded or not. NULL
 * where there is no memory; else the caller's to free. */
struct dw_sources;
enum dw_result dw_settings_read(const char *path, const char *chroot, dw_complain_fn *complain,
	void *arg, struct dw_sources **went_to, struct dw_settings **out,
	struct dw_error *err) DW_MUST_CHECK;

/* Keep settings that are in force as state-dir/last-good.yaml: one file, with all that was
 * read (includes, networks of groups) folded in and all paths absolute, that reads back as the
 * same settings when those files are gone or broken. Published by rename; nothing is written
 * where it would not change. By the engine's thread. */
enum dw_result dw_settings_keep(const struct dw_settings *settings, struct dw_error *err)
	DW_MUST_CHECK;

/* The settings kept last, for a `path` that does not load: its state-dir is found in the
 * broken file by its `state-dir:` line; else it is the default. */
enum dw_result dw_settings_open_kept(const char *path, const char *chroot,
	struct dw_settings **out, struct dw_error *err) DW_MUST_CHECK;

/* What `check` warns of: rows that nothing can reach, lists without a row, categories in rows
 * that no list or rule gives and those that no row uses, names of rules that there are not, levels
 * that nothing has, groups that no row names, answers that no list brings, world-writable files, a
 * log's folder that is not there. `compiled` is the database of the lists, with the rules that
 * they brought; NULL: those are not known, and what they would tell is not warned of. Returns how
 * many warnings were handed to `complain`. */
size_t dw_settings_warn(const struct dw_settings *settings, const struct dw_db *compiled,
	dw_complain_fn *complain, void *arg);

/* Number of a category, list or group by name; false if there is none. */
bool dw_settings_category(const struct dw_settings *settings, const char *name, size_t *out);
bool dw_settings_list(const struct dw_settings *settings, const char *name, size_t *out);

/* The groups an address belongs to, as a bit set: a binary search over all networks. */
uint64_t dw_settings_groups_of(const struct dw_settings *settings, const struct dw_addr *client);

#endif
