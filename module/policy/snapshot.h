/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * snapshot.h: one generation of everything, and who holds it */
#ifndef DNSWARD_POLICY_SNAPSHOT_H
#define DNSWARD_POLICY_SNAPSHOT_H

#include <stdatomic.h>

#include "dnsward/detect.h"
#include "dnsward/dga.h"
#include "dnsward/engine.h"
#include "dnsward/pause.h"
#include "policy/counters.h"

/* Settings and a database outlive the snapshot they came with when the next one takes
 * them over unchanged. Counted by the engine's thread alone, so plain integers. */
struct dw_shared_settings {
	size_t users;
	struct dw_settings *settings;
};

struct dw_shared_db {
	size_t users;
	struct dw_db *db;
};

struct dw_shared_dga {
	size_t users;
	uint64_t number; /* of the models that the engine has had */
	struct dw_dga *dga;
};

enum {
	DW_CATEGORY_NONE = UINT16_MAX
}; /* a category of the database that the settings do not have */

/* The database compiled from the settings' lists, and the ready-made one. Which of them says
 * that a name is listed makes no difference to the action table. */
enum { DW_SNAPSHOT_COMPILED, DW_SNAPSHOT_READY, DW_SNAPSHOT_DBS };

/* A detection; DW_CATEGORY_NONE for one that is gone or switched off. */
struct dw_snapshot_rule {
	uint16_t category;
	struct dw_provider provider;
};

/* A database in terms of the settings, by its own numbers of categories and lists. */
struct dw_snapshot_db {
	struct dw_shared_db *shared;
	const struct dw_db *db; /* of `shared`; NULL: there is none */
	uint16_t category[DW_CATEGORIES_MAX];
	struct dw_provider provider[DW_LISTS_MAX]; /* without `source`: a list that is gone */
	struct dw_snapshot_rule *rules; /* by number of the detection; NULL: there are none */
};

/* One worker's slot in a snapshot, on a cache line of its own. */
struct dw_worker_slot {
	_Alignas(DW_CACHE_LINE) atomic_size_t held; /* references; only its worker writes */
	/* set before the worker can see the snapshot */
	struct dw_pattern_scratch *scratch[DW_SNAPSHOT_DBS];
	struct dw_counters *counters;
};

/* What is paused, in terms of the settings. */
struct dw_snapshot_pause {
	int64_t until;
	bool all; /* or `category` */
	uint16_t category;
	struct dw_net client; /* family 0: all */
};

struct dw_snapshot {
	uint64_t generation;
	struct dw_shared_settings *shared_settings;
	const struct dw_settings *settings; /* of shared_settings */
	struct dw_shared_dga *shared_dga;
	const struct dw_dga *model; /* of shared_dga; or NULL */
	const struct dw_dga *dga;   /* the model, or NULL: names are not scored */
	uint64_t dga_number;
	uint32_t dga_threshold; /* millionths */
	struct dw_provider dga_provider;
	struct dw_detect *detect; /* the engine's; NULL: no detector is on */
	struct dw_provider detectors[DW_DETECTORS];
	struct dw_snapshot_db dbs[DW_SNAPSHOT_DBS];
	struct dw_snapshot_pause pause[DW_PAUSES_MAX];
	size_t pause_count;
	bool rows_without_hit;     /* some row fits names that are on no list */
	bool clock_rows;           /* some row has `when` */
	bool weighs_cached;        /* replies from the host's cache are judged, each of them */
	struct dw_verdict allowed; /* on what no row, list or rule has anything to say of */
	struct dw_net nat64;       /* of the engine's options */
	bool addr_rules;           /* of the databases */
	bool answer_rules;         /* some detection looks at answers */
	bool cuts_rebinding;       /* a row could sinkhole what the detector of rebinding finds */
	struct dw_worker_slot slot[DW_WORKERS_MAX];
	struct dw_snapshot *next;    /* in the engine's chain of retired ones */
	bool passed[DW_WORKERS_MAX]; /* retired: this worker can no longer take it */
};

/* Make a snapshot of settings, databases (each or NULL), a model (or NULL) and the detectors' state
 * (or NULL; neither is used where the settings ask for nothing of it); on success it is a user
 * of what it was given. */
enum dw_result dw_snapshot_new(uint64_t generation, struct dw_shared_settings *settings,
	struct dw_shared_db *const dbs[DW_SNAPSHOT_DBS], struct dw_shared_dga *dga,
	struct dw_detect *detect, struct dw_snapshot **out, struct dw_error *err) DW_MUST_CHECK;

/* Set what is paused, before anybody sees it. Categories that the settings do not have pause
 * nothing. */
void dw_snapshot_pause(struct dw_snapshot *snapshot, const struct dw_pauses *pauses);

/* Free it and give up its settings and database. Nobody holds it. */
void dw_snapshot_free(struct dw_snapshot **snapshot);

/* Give worker `index` what it needs to scan patterns and to count. */
enum dw_result dw_snapshot_prepare(struct dw_snapshot *snapshot, size_t index) DW_MUST_CHECK;

/* One user less; the last one's drop frees it. NULL is fine. By whoever opens, runs and closes the
 * engine: one thread at a time. */
void dw_shared_settings_drop(struct dw_shared_settings *shared);
void dw_shared_db_drop(struct dw_shared_db *shared);
void dw_shared_dga_drop(struct dw_shared_dga *shared);

#endif
