/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * databases.c: the two databases of the engine: what was compiled, and what came ready-made */
#include "dnsward-config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dnsward/ready.h"
#include "dnsward/state_dir.h"
#include "policy/engine_parts.h"

static bool is_same(const struct dw_db *a, const struct dw_db *b)
{
	struct dw_db_info now, before;

	dw_db_info(a, &now);
	dw_db_info(b, &before);
	return now.generation == before.generation && now.built == before.built &&
	       memcmp(now.sources, before.sources, sizeof(now.sources)) == 0;
}

enum dw_result dw_adopt_database(struct dw_engine *engine, size_t which, struct dw_db *db,
	bool *changed, struct dw_error *err)
{
	struct dw_shared_db *old = engine->dbs[which], *shared;

	if (old != NULL && is_same(db, old->db)) {
		dw_db_close(&db);
		return DW_OK;
	}
	shared = calloc(1, sizeof(*shared));
	if (shared == NULL) {
		dw_db_close(&db);
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for a database");
	}
	*shared = (struct dw_shared_db){.users = 1, .db = db};
	dw_shared_db_drop(old);
	engine->dbs[which] = shared;
	*changed = true;
	return DW_OK;
}

void dw_engine_listed(const struct dw_engine *engine, uint64_t *names, uint64_t *patterns)
{
	*names = *patterns = 0;
	for (size_t d = 0; d < DW_SNAPSHOT_DBS; d++) {
		struct dw_db_info info;

		if (engine->dbs[d] == NULL)
			continue;
		dw_db_info(engine->dbs[d]->db, &info);
		*names += info.names;
		*patterns += info.patterns;
	}
}

/* ---- the ready-made one ---- */

static void drop_ready(struct dw_engine *engine, bool *changed)
{
	*changed |= engine->dbs[DW_SNAPSHOT_READY] != NULL;
	dw_shared_db_drop(engine->dbs[DW_SNAPSHOT_READY]);
	engine->dbs[DW_SNAPSHOT_READY] = NULL;
	(void)dw_trouble_set(&engine->trouble.ready, DW_OK, NULL);
	memset(engine->ready_done, 0, sizeof(engine->ready_done));
}

static enum dw_result open_kept(struct dw_engine *engine, bool *changed)
{
	struct dw_db *db;
	enum dw_result res = dw_ready_open_kept(engine->settings->settings, &db, NULL);

	return res == DW_OK ? dw_adopt_database(engine, DW_SNAPSHOT_READY, db, changed, NULL) : res;
}

/* With the state-dir, say. */
static bool copy_is_gone(const struct dw_engine *engine)
{
	char path[PATH_MAX];

	return !engine->options.read_only && engine->trouble.ready.result == DW_OK &&
	       engine->dbs[DW_SNAPSHOT_READY] != NULL &&
	       dw_state_path(engine->settings->settings, "ready.dwdb", path, NULL) == DW_OK &&
	       access(path, F_OK) != 0;
}

static enum dw_result take_ready(struct dw_engine *engine, bool *changed, struct dw_error *err)
{
	const struct dw_settings *settings = engine->settings->settings;
	struct dw_db *db;
	enum dw_result res = engine->options.read_only ? dw_ready_try(settings, &db, err)
						       : dw_ready_take(settings, &db, err);

	return res == DW_OK ? dw_adopt_database(engine, DW_SNAPSHOT_READY, db, changed, err) : res;
}

void dw_refresh_ready(struct dw_engine *engine, bool *changed)
{
	const struct dw_settings *settings = engine->settings->settings;
	struct dw_fingerprint now;
	struct dw_error err;

	if (settings->database.path == NULL) {
		drop_ready(engine, changed);
		return;
	}
	dw_fingerprint(engine->sources, settings, &now);
	memcpy(engine->done.ready, now.ready, sizeof(now.ready));
	if (memcmp(now.ready, engine->ready_done, sizeof(now.ready)) == 0 && !copy_is_gone(engine))
		return;
	memcpy(engine->ready_done, now.ready, sizeof(now.ready));
	enum dw_result res = take_ready(engine, changed, &err);
	if (res != DW_OK && engine->dbs[DW_SNAPSHOT_READY] == NULL)
		(void)!open_kept(engine, changed);
	if (dw_may_pass(res))
		memset(engine->ready_done, 0, sizeof(engine->ready_done));
	if (dw_trouble_set(&engine->trouble.ready, res, &err))
		dw_say_error(engine, DW_SAY_ERROR, "database ", &err,
			engine->dbs[DW_SNAPSHOT_READY] != NULL ? "; its last good copy serves"
							       : "; there is no last good copy of it");
}

void dw_refresh_ready_first(struct dw_engine *engine, bool *changed)
{
	if (engine->settings->settings->database.path == NULL)
		return;
	if (open_kept(engine, changed) != DW_OK)
		dw_refresh_ready(engine, changed);
	else
		memset(engine->done.ready, 0, sizeof(engine->done.ready));
}

bool dw_ready_is_wanting(const struct dw_engine *engine, struct dw_error *why)
{
	const struct dw_shared_db *ready = engine->dbs[DW_SNAPSHOT_READY];

	if (engine->trouble.ready.result != DW_OK) {
		*why = engine->trouble.ready.why;
		return true;
	}
	return ready != NULL && dw_ready_check_age(engine->settings->settings, ready->db,
					time(NULL), why) != DW_OK;
}
