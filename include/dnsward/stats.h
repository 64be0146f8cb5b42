/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * stats.h: what a running engine tells of itself, in a file */
#ifndef DNSWARD_STATS_H
#define DNSWARD_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/log.h"
#include "dnsward/pause.h"
#include "dnsward/result.h"
#include "dnsward/settings.h"

/* A running engine tells once a second how it is: what is in force, what is wrong, what it
 * counted. It does so in a small file, state-dir/status, which `dnsward status` reads; no
 * socket, nothing to ask, and what a dead engine counted last can still be read.
 *
 *     | magic 8 | digest 32 | size 8 |   struct dw_stats, up to its lists   | lists | hits |
 *
 * The file is written over in place with one pwrite(2), and a reader may come in between:
 * the digest (BLAKE2b over all behind it) tells, and the reader looks again. Numbers are in
 * the machine's own order and the digest of another layout does not fit: writer and reader
 * are of one build on one machine, or the reader says that it cannot read.
 *
 * The writer holds a lock on its file (fcntl's F_OFD_SETLK, Linux 3.15) as long as it lives,
 * which tells a dead engine from a busy one better than any clock. Engines that share a
 * state-dir have files of their own: the first that is not locked of status, status.2,
 * status.3 and so on. Counters go on where the file left off, so they only ever grow. */

enum {
	DW_STATS_NAME_MAX = 72,        /* a list's or category's name (64) and its NUL */
	DW_STATS_TEXT_MAX = 768,       /* an error with its place */
	DW_STATS_HITS_MAX = 1024,
	DW_STATS_WORKERS_MAX = 256,
	DW_STATS_INSTANCES_MAX = 64,   /* engines in one state-dir */
	DW_STATS_STALE_SECONDS = 5,    /* an engine that lives and does not write is stuck */
};

/* Verdicts that a list gave with a category (its own, or that of its exceptions), counted
 * once a reply, by the hit that made the row fit. */
struct dw_stats_hits {
	char list[DW_STATS_NAME_MAX], category[DW_STATS_NAME_MAX];
	uint64_t count[3]; /* by enum dw_action */
};

/* What only grows. */
struct dw_stats_counted {
	uint64_t queries[3];           /* replies, by enum dw_action */
	struct dw_log_counters log;    /* but `queued`, which is of this moment */
	uint64_t hit_count;
	struct dw_stats_hits hits[DW_STATS_HITS_MAX];
};

struct dw_stats_list {
	char name[DW_STATS_NAME_MAX];
	char format[16];
	char error[DW_STATS_TEXT_MAX]; /* why the list on disk is not in force; or empty */
	uint64_t rules, lines, skipped;
	uint64_t refused;              /* of `skipped`: rules of which a pattern cannot be compiled */
	int64_t loaded;                /* seconds since the epoch: when the copy in force was read */
	uint64_t last_good;            /* 1: an older copy serves in its place */
};

/* A thread that answers. */
struct dw_stats_worker {
	uint64_t answered;    /* replies since it joined */
	uint64_t rate;        /* thousandths of a reply a second, over the last five seconds or so */
	uint64_t queued;      /* bytes in its queue to the log */
};

/* What the detectors keep in mind. */
struct dw_stats_detect {
	uint64_t detectors;       /* that are on; 0: the rest is 0 */
	uint64_t bytes;           /* of memory */
	uint64_t places, taken;   /* in all tables */
	uint64_t evicted;         /* places given to others while in use */
	uint64_t dropped;         /* observations */
	uint64_t seen_percent;    /* how full the memory for names that were seen is */
};

struct dw_stats {
	char version[32];              /* of dnsward */
	char host[64];                 /* "unbound 1.17.1" */
	int64_t pid;
	uint64_t engine;               /* drawn by lot: tells it from others of the same process */
	int64_t started, updated;      /* seconds since the epoch */
	uint64_t busy;                 /* 1: compiling, and back when that is done */
	uint64_t generation;           /* in force */
	uint64_t enforced;             /* and honoured by the host's caches */
	uint64_t names, patterns;      /* in the database */
	char disabled[DW_STATS_TEXT_MAX];       /* why the host passes everything on; or empty */
	char settings_error[DW_STATS_TEXT_MAX]; /* why older settings are in force; or empty */
	char database_error[DW_STATS_TEXT_MAX]; /* why an older database is in force; or empty */
	uint64_t refused;                       /* rules of the settings that never fit */
	char refusal[DW_STATS_TEXT_MAX];        /* the first rule that never fits, or empty */
	char last_error[DW_STATS_TEXT_MAX];     /* that was said, mended or not; or empty */
	int64_t last_error_time;                /* seconds since the epoch */
	char pauses_error[DW_STATS_TEXT_MAX];   /* why the file of pauses is passed over; or empty */
	struct dw_pauses pauses;                /* those that are not over */
	struct dw_stats_detect detect;
	uint64_t worker_count;
	struct dw_stats_worker workers[DW_STATS_WORKERS_MAX];
	uint64_t list_count;
	struct dw_stats_list lists[DW_SETTINGS_LISTS_MAX]; /* in the order of the settings */
	struct dw_stats_counted counted;
};

/* Add `count` to the hits of a list and category. Once the table is full, new pairs are not
 * counted any more. */
void dw_stats_hit(struct dw_stats_counted *counted, const char *list, const char *category,
	const uint64_t count[3]);

/* Add all of `more`. */
void dw_stats_add(struct dw_stats_counted *sum, const struct dw_stats_counted *more);

/* ---- writing: by one thread ---- */

struct dw_stats_file;

/* Take a file in `state_dir`, which must be there. `before` gets what its last owner told,
 * zeros where there was none; untouched on failure. */
enum dw_result dw_stats_open(const char *state_dir, struct dw_stats_file **out,
	struct dw_stats *before, struct dw_error *err) DW_MUST_CHECK;
enum dw_result dw_stats_write(struct dw_stats_file *file, const struct dw_stats *stats,
	struct dw_error *err) DW_MUST_CHECK;
void dw_stats_close(struct dw_stats_file **file);

/* Whether the file still stands where it was opened: a state-dir may be emptied, or mounted over. */
bool dw_stats_is_in_place(const struct dw_stats_file *file);

/* ---- reading: any process, any thread ---- */

/* Read the file of instance 1 to DW_STATS_INSTANCES_MAX. The bytes are believed in nothing:
 * on DW_OK counts are in range and texts are printable and end. `alive`: its writer lives, told
 * of a file that cannot be read too.
 * DW_ERR_NOT_FOUND where there is no such instance, DW_ERR_CORRUPT and DW_ERR_VERSION for
 * what is no file of ours. */
enum dw_result dw_stats_read(const char *state_dir, unsigned instance, struct dw_stats *out,
	bool *alive, struct dw_error *err) DW_MUST_CHECK;

/* Whether an engine of this state-dir lives. */
bool dw_stats_is_alive(const char *state_dir);

#endif
