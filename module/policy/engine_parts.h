/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * engine_parts.h: what the engine's files share */
#ifndef DNSWARD_POLICY_ENGINE_PARTS_H
#define DNSWARD_POLICY_ENGINE_PARTS_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "dnsward/compile.h"
#include "dnsward/engine.h"
#include "dnsward/log.h"
#include "dnsward/pause.h"
#include "dnsward/stats.h"
#include "policy/handover.h"
#include "policy/snapshot.h"
#include "policy/trouble.h"
#include "policy/watch.h"
#include "policy/worker.h"

/* Which file of pauses it was. */
struct dw_pause_mark {
	ino_t inode;
	off_t size;
	struct timespec modified;
};

struct dw_engine {
	/* hot: read by every worker at every query */
	_Alignas(DW_CACHE_LINE) _Atomic(struct dw_snapshot *) current;
	_Alignas(DW_CACHE_LINE) atomic_uint_fast64_t generation; /* of current */

	struct dw_engine_options options; /* strings are copies */
	char *disabled;                   /* why the host must not act, or NULL; under `lock` */
	atomic_uint_fast64_t enforced;
	struct dw_log *log;

	pthread_mutex_t said_lock;
	char last_error[DW_STATS_TEXT_MAX]; /* that was said, and when; under `said_lock` */
	int64_t last_error_time;

	/* workers and publishing */
	pthread_mutex_t lock;
	struct dw_worker *worker[DW_WORKERS_MAX];
	struct dw_snapshot *retired;

	/* the engine's thread */
	bool running;
	pthread_t thread;
	int wake;         /* eventfd */
	atomic_bool stop; /* also cancels a compile */
	pthread_cond_t settled;
	uint64_t asked, answered; /* dw_engine_settle; under `lock` */

	/* used by the opening thread, then by the engine's thread alone */
	struct dw_shared_settings *settings;
	struct dw_sources *sources; /* of the settings as they were last read */
	struct dw_shared_db *dbs[DW_SNAPSHOT_DBS];
	struct dw_shared_dga *dga;   /* the model; NULL: nothing is scored */
	uint64_t models;             /* there have been */
	struct dw_detect *detect;    /* NULL: no detector was ever on */
	struct dw_compiled compiled; /* when lists were looked at last; none: they never were */
	struct dw_shared_settings *compiled_of;
	struct dw_fingerprint done; /* of what is in force or was refused */
	uint64_t tried, rebuilt; /* dw_clock_steady: the last refresh; the last one because another
				  * process had put its database in the place of ours; or 0 */
	time_t turned;           /* the second, dw_clock_steady, in which status was told last */
	time_t wall;             /* by time(2) the last time it was looked at */
	uint8_t ready_done[16];  /* the ready-made database that is, or was */
	struct dw_watch *watch;
	struct dw_handover *handover; /* of the engine before this one, then of this one */
	bool behind;                  /* files may differ from what is in force; at the opening */
	bool unpublished;             /* the engine has what is not in force for want of memory */
	struct {
		struct dw_trouble settings; /* with them, or their model */
		struct dw_trouble database; /* with compiling it, or putting it in force */
		struct dw_trouble ready;    /* with the ready-made one */
		struct dw_trouble keeping;  /* with last-good.yaml */
		struct dw_trouble pauses;   /* with the file of them */
		struct dw_trouble pausing;  /* with putting them in force */
	} trouble;
	struct dw_pauses pauses; /* in force */
	struct dw_pause_mark pauses_seen;
	struct dw_status *status; /* NULL: nobody can be told */
};

/* publish.c */

/* Make the engine's settings and database the snapshot in force. On failure (memory) the
 * old one stays. */
enum dw_result dw_publish_snapshot(struct dw_engine *engine, struct dw_error *err) DW_MUST_CHECK;

/* The generation that is in force once more, with the engine's pauses: caches need not know. */
enum dw_result dw_publish_pauses(struct dw_engine *engine, struct dw_error *err) DW_MUST_CHECK;

/* Free the retired snapshots that nobody holds. True when some are still held. */
bool dw_reap_snapshots(struct dw_engine *engine);

/* paused.c */

/* Read what is paused where that changed; the next snapshot takes it along. True: it changed. */
bool dw_pauses_refresh(struct dw_engine *engine);

/* The same and publish it, and say what has ended. By the engine's thread, twice a second. */
void dw_pauses_turn(struct dw_engine *engine);

/* databases.c: by the engine's thread */

/* Make the database, DW_SNAPSHOT_COMPILED or DW_SNAPSHOT_READY, the engine's, and set *changed,
 * unless it is the one that is. It is closed on failure. */
enum dw_result dw_adopt_database(struct dw_engine *engine, size_t which, struct dw_db *db,
	bool *changed, struct dw_error *err) DW_MUST_CHECK;

/* How much is listed in both. */
void dw_engine_listed(const struct dw_engine *engine, uint64_t *names, uint64_t *patterns);

/* Take up the ready-made database where it changed; troubles are said, and the last good copy
 * stays. The first time: the last good copy at once, where there is one. */
void dw_refresh_ready(struct dw_engine *engine, bool *changed);
void dw_refresh_ready_first(struct dw_engine *engine, bool *changed);

/* Whether it was refused, or has become too old, and why. */
bool dw_ready_is_wanting(const struct dw_engine *engine, struct dw_error *why);

/* compile_thread.c */

/* dw_compile of the engine's settings, in a thread of its own while the engine's goes on with what
 * must not wait. Cancelled when the engine stops. */
enum dw_result dw_compile_in_thread(
	struct dw_engine *engine, struct dw_compiled *out, struct dw_error *err) DW_MUST_CHECK;

/* list_changes.c */

/* What is new in what was compiled of the engine's settings is said, and all of it becomes the
 * engine's; where the lists were not looked at it is freed. */
void dw_take_compiled(struct dw_engine *engine, struct dw_compiled *now);

/* refresh.c */

/* Take up what is on disk: settings where they changed, lists where they changed, and publish.
 * Troubles are said, and what was in force stays. `again`: nothing has changed since the last time,
 * and the same trouble is not said once more. */
void dw_refresh(struct dw_engine *engine, bool settings_changed, bool again);

/* At open: settings or the last good ones, and a database. */
enum dw_result dw_refresh_first(struct dw_engine *engine, struct dw_error *err) DW_MUST_CHECK;

/* note.c: whether this reply to `client` can be logged at all; and put it into the log, with what
 * the verdict says filled in. */
bool dw_may_log(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_verdict *verdict, const struct dw_addr *client);
void dw_log_reply(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_verdict *verdict, struct dw_event *event);

/* status.c: what `dnsward status` reads, by the engine's thread but for opening and closing. A
 * state-dir that does not take the file is said once, and tried again each time. */
void dw_status_open(struct dw_engine *engine);
void dw_status_update(struct dw_engine *engine, bool busy);
void dw_status_close(struct dw_engine *engine);

/* Keep what was counted in a snapshot that is going to be freed. */
void dw_status_keep(struct dw_engine *engine, const struct dw_snapshot *snapshot);

/* engine.c */

/* What must not wait for files or for a compile: the clock, pauses, snapshots that nobody holds any
 * more, and once a second, or `always`, detectors and status. True: some are still held. */
bool dw_engine_turn(struct dw_engine *engine, bool always, bool busy);

/* Hand a line to the host, as a struct dw_speaker does; errors are kept for `status` too. */
void dw_speak(void *engine, enum dw_say_level level, const char *text);

void dw_say(struct dw_engine *engine, enum dw_say_level level, const char *fmt, ...)
	DW_PRINTF(3, 4);

/* An error with what stands before and after it. */
void dw_say_error(struct dw_engine *engine, enum dw_say_level level, const char *before,
	const struct dw_error *err, const char *after);

#endif
