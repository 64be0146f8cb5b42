/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * publish.c: workers, and the snapshots they take, hold and let go */
#include "dnsward-config.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "policy/detected.h"
#include "policy/engine_parts.h"

/* ---- publishing ---- */

static enum dw_result prepare_all(struct dw_engine *engine, struct dw_snapshot *snapshot)
{
	for (size_t i = 0; i < DW_WORKERS_MAX; i++) {
		enum dw_result res = DW_OK;

		if (engine->worker[i] != NULL)
			res = dw_snapshot_prepare(snapshot, i);
		if (res != DW_OK)
			return res;
	}
	return DW_OK;
}

/* Put a snapshot that nobody has seen in force, or free it. */
static enum dw_result put_in_force(
	struct dw_engine *engine, struct dw_snapshot *snapshot, struct dw_error *err)
{
	struct dw_snapshot *old;

	snapshot->nat64 = engine->options.nat64;
	dw_snapshot_pause(snapshot, &engine->pauses);
	pthread_mutex_lock(&engine->lock);
	enum dw_result res = prepare_all(engine, snapshot);
	if (res == DW_OK) {
		old = atomic_exchange(&engine->current, snapshot);
		atomic_store(&engine->generation, snapshot->generation);
		if (old != NULL) {
			old->next = engine->retired;
			engine->retired = old;
		}
	}
	pthread_mutex_unlock(&engine->lock);
	if (res != DW_OK) {
		dw_snapshot_free(&snapshot);
		return dw_fail(err, res, NULL, 0, "no memory for the workers' part of a snapshot");
	}
	return DW_OK;
}

enum dw_result dw_publish_snapshot(struct dw_engine *engine, struct dw_error *err)
{
	struct dw_snapshot *snapshot;
	uint64_t generation = atomic_load(&engine->generation);

	dw_detectors_start(engine);
	struct dw_db_info info = {0};
	if (engine->dbs[DW_SNAPSHOT_COMPILED] != NULL)
		dw_db_info(engine->dbs[DW_SNAPSHOT_COMPILED]->db, &info);
	generation = info.generation > generation ? info.generation : generation + 1;
	enum dw_result res = dw_snapshot_new(generation, engine->settings, engine->dbs, engine->dga,
		engine->detect, &snapshot, err);
	return res == DW_OK ? put_in_force(engine, snapshot, err) : res;
}

/* Of what the current one is made of: the engine may have more that could not be published. */
enum dw_result dw_publish_pauses(struct dw_engine *engine, struct dw_error *err)
{
	const struct dw_snapshot *now = atomic_load(&engine->current);
	struct dw_shared_db *dbs[DW_SNAPSHOT_DBS];
	struct dw_snapshot *snapshot;

	for (size_t d = 0; d < DW_SNAPSHOT_DBS; d++)
		dbs[d] = now->dbs[d].shared;
	enum dw_result res = dw_snapshot_new(now->generation, now->shared_settings, dbs,
		now->shared_dga, engine->detect, &snapshot, err);
	return res == DW_OK ? put_in_force(engine, snapshot, err) : res;
}

/* See worker.h for why this is enough. */
static bool still_held(struct dw_engine *engine, struct dw_snapshot *snapshot)
{
	size_t held = 0;

	for (size_t i = 0; i < DW_WORKERS_MAX; i++) {
		struct dw_worker *worker = engine->worker[i];

		if (!snapshot->passed[i] && worker != NULL && atomic_load(&worker->entering) != 0)
			return true;
		snapshot->passed[i] = true;
	}
	for (size_t i = 0; i < DW_WORKERS_MAX; i++)
		held += atomic_load_explicit(&snapshot->slot[i].held, memory_order_acquire);
	return held > 0;
}

bool dw_reap_snapshots(struct dw_engine *engine)
{
	struct dw_snapshot *dead = NULL;

	pthread_mutex_lock(&engine->lock);
	for (struct dw_snapshot **at = &engine->retired; *at != NULL;) {
		struct dw_snapshot *snapshot = *at;

		if (still_held(engine, snapshot)) {
			at = &snapshot->next;
			continue;
		}
		*at = snapshot->next;
		snapshot->next = dead;
		dead = snapshot;
	}
	bool some_left = engine->retired != NULL;
	pthread_mutex_unlock(&engine->lock);
	while (dead != NULL) {
		struct dw_snapshot *next = dead->next;

		dw_status_keep(engine, dead);
		dw_snapshot_free(&dead);
		dead = next;
	}
	return some_left;
}

/* ---- workers ---- */

static bool place_worker(struct dw_engine *engine, struct dw_worker *worker)
{
	for (size_t i = 0; i < DW_WORKERS_MAX; i++) {
		if (engine->worker[i] != NULL)
			continue;
		if (dw_snapshot_prepare(atomic_load(&engine->current), i) != DW_OK)
			return false;
		worker->index = i;
		engine->worker[i] = worker;
		return true;
	}
	return false;
}

struct dw_worker *dw_worker_join(struct dw_engine *engine)
{
	struct dw_worker *worker = aligned_alloc(DW_CACHE_LINE, sizeof(*worker));

	if (worker == NULL)
		return NULL;
	memset(worker, 0, offsetof(struct dw_worker, matches));
	worker->engine = engine;
	worker->names.model = 0;
	randombytes_buf(&worker->key, sizeof(worker->key));
	randombytes_buf(&worker->lot, sizeof(worker->lot));
	worker->lot |= 1;
	worker->queue = engine->log != NULL ? dw_log_queue_new(engine->log) : NULL;
	pthread_mutex_lock(&engine->lock);
	bool placed = place_worker(engine, worker);
	pthread_mutex_unlock(&engine->lock);
	if (placed)
		return worker;
	if (worker->queue != NULL)
		dw_log_queue_end(&worker->queue);
	free(worker);
	return NULL;
}

void dw_worker_leave(struct dw_worker **worker)
{
	struct dw_worker *w = *worker;

	if (w == NULL)
		return;
	pthread_mutex_lock(&w->engine->lock);
	w->engine->worker[w->index] = NULL;
	pthread_mutex_unlock(&w->engine->lock);
	if (w->queue != NULL)
		dw_log_queue_end(&w->queue);
	free(w);
	*worker = NULL;
}

const struct dw_snapshot *dw_snapshot_acquire(struct dw_worker *worker)
{
	atomic_store(&worker->entering, 1);
	struct dw_snapshot *snapshot = atomic_load(&worker->engine->current);
	atomic_size_t *held = &snapshot->slot[worker->index].held;
	atomic_store_explicit(
		held, atomic_load_explicit(held, memory_order_relaxed) + 1, memory_order_relaxed);
	atomic_store_explicit(&worker->entering, 0, memory_order_release);
	return snapshot;
}

void dw_snapshot_release(struct dw_worker *worker, const struct dw_snapshot **snapshot)
{
	if (*snapshot == NULL)
		return;
	struct dw_snapshot *s = (struct dw_snapshot *)(uintptr_t)*snapshot;
	atomic_size_t *held = &s->slot[worker->index].held;
	atomic_store_explicit(
		held, atomic_load_explicit(held, memory_order_relaxed) - 1, memory_order_release);
	*snapshot = NULL;
}
