/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * status.c: telling `dnsward status` how the engine is */
#include "dnsward-config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dnsward/state_dir.h"
#include "dnsward/clock.h"
#include "dnsward/stats.h"
#include "dnsward/version.h"
#include "policy/engine_parts.h"

struct dw_status {
	struct dw_stats_file *file;     /* NULL: not open yet */
	char *folder;                   /* the state-dir it is in */
	struct dw_trouble trouble;      /* with it */
	struct dw_stats_counted before; /* by earlier runs, and under snapshots that are gone */
	uint64_t marked;                /* when `answered` was taken, dw_clock_steady */
	uint64_t answered[DW_STATS_WORKERS_MAX];
	struct dw_stats now;
};

static void note(struct dw_engine *engine, enum dw_result res, const struct dw_error *err)
{
	if (dw_trouble_set(&engine->status->trouble, res, err))
		dw_say_error(engine, DW_SAY_WARNING, "status cannot be told: ", err, "");
}

/* ---- the file ---- */

static void leave_folder(struct dw_status *status)
{
	dw_stats_close(&status->file);
	free(status->folder);
	status->folder = NULL;
}

/* What a file holds that this engine left there itself, it has counted already. */
static void count_on(struct dw_status *status, const struct dw_stats *last)
{
	if (last->engine != status->now.engine)
		dw_stats_add(&status->before, &last->counted);
}

/* A file in the state-dir that the settings name now, and one that still stands there. */
static void enter_folder(struct dw_engine *engine)
{
	struct dw_status *status = engine->status;
	const struct dw_settings *settings = engine->settings->settings;
	struct dw_stats *last;
	struct dw_error err;

	if (status->file != NULL && strcmp(status->folder, settings->state_dir) == 0 &&
		dw_stats_is_in_place(status->file))
		return;
	leave_folder(status);
	status->folder = strdup(settings->state_dir);
	last = malloc(sizeof(*last));
	if (status->folder != NULL && last != NULL) {
		enum dw_result res = dw_state_dir_make(settings, "lists", &err);

		if (res == DW_OK)
			res = dw_stats_open(status->folder, &status->file, last, &err);
		if (res == DW_OK)
			count_on(status, last);
		else
			note(engine, res, &err);
	}
	free(last);
}

/* ---- what is told ---- */

#define COPY(to, from) snprintf(to, sizeof(to), "%s", from)

static void tell_error(char out[DW_STATS_TEXT_MAX], bool broken, const struct dw_error *err)
{
	out[0] = '\0';
	if (broken)
		dw_error_text(err, out, DW_STATS_TEXT_MAX);
}

static void tell_trouble(char out[DW_STATS_TEXT_MAX], const struct dw_trouble *trouble)
{
	tell_error(out, trouble->result != DW_OK, &trouble->why);
}

static void tell_list(const struct dw_list_options *list, const struct dw_compiled_list *compiled,
	struct dw_stats_list *out)
{
	struct dw_error too_old;

	*out = (struct dw_stats_list){
		.rules = compiled->rules,
		.lines = compiled->lines,
		.skipped = compiled->skipped,
		.refused = compiled->refused,
		.loaded = compiled->loaded,
		.last_good = compiled->last_good,
	};
	COPY(out->name, list->name);
	COPY(out->format, dw_list_format_name(compiled->format));
	tell_error(out->error, compiled->result != DW_OK, &compiled->error);
	/* a list grows too old without a change on disk */
	if (compiled->result == DW_OK && dw_list_check_age(list, time(NULL), &too_old) != DW_OK) {
		tell_error(out->error, true, &too_old);
		out->last_good = true;
	}
}

static void tell_lists(const struct dw_engine *engine, struct dw_stats *now)
{
	now->list_count = 0;
	for (size_t i = 0; i < engine->compiled.count; i++)
		tell_list(&engine->compiled_of->settings->lists[i], &engine->compiled.lists[i], &now->lists[now->list_count++]);
}

static bool tell_refusal(const struct dw_list_report *report, char out[DW_STATS_TEXT_MAX])
{
	for (size_t i = 0; i < report->example_count; i++) {
		const struct dw_skip *skip = &report->examples[i];

		if (skip->kind != DW_SKIP_PATTERN)
			continue;
		snprintf(out, DW_STATS_TEXT_MAX, "%s:%zu: %s", skip->file, skip->line, skip->reason);
		return true;
	}
	return false;
}

/* The settings' first: those are missed most. */
static void tell_refused(const struct dw_engine *engine, struct dw_stats *now)
{
	const struct dw_compiled *compiled = &engine->compiled;

	now->refused = compiled->own.skipped;
	now->refusal[0] = '\0';
	bool told = tell_refusal(&compiled->own, now->refusal);
	for (size_t i = 0; !told && i < compiled->count; i++)
		told = compiled->lists[i].refused > 0 &&
		       tell_refusal(&compiled->lists[i].report, now->refusal);
}

static void tell_counted(struct dw_engine *engine, struct dw_stats *now)
{
	now->counted = engine->status->before;
	pthread_mutex_lock(&engine->lock); /* workers that join bring counters of their own */
	dw_counters_add(&now->counted, atomic_load(&engine->current));
	for (const struct dw_snapshot *old = engine->retired; old != NULL; old = old->next)
		dw_counters_add(&now->counted, old);
	pthread_mutex_unlock(&engine->lock);
	if (engine->log != NULL) {
		struct dw_log_counters log;

		dw_log_counters(engine->log, &log);
		dw_log_counters_add(&now->counted.log, &log);
	}
}

/* ---- workers ---- */

_Static_assert((int)DW_STATS_WORKERS_MAX == (int)DW_WORKERS_MAX, "each worker has its place");

static uint64_t rate_of(uint64_t now, uint64_t before, uint64_t nanoseconds)
{
	return now > before ? (uint64_t)((double)(now - before) * 1e12 / (double)nanoseconds) : 0;
}

static void tell_worker(struct dw_status *status, size_t i, const struct dw_worker *worker,
	uint64_t elapsed, struct dw_stats_worker *out)
{
	out->answered = atomic_load_explicit(&worker->answered, memory_order_relaxed);
	out->queued = worker->queue != NULL ? dw_log_queue_used(worker->queue) : 0;
	if (elapsed == 0)
		return;
	out->rate = rate_of(out->answered, status->answered[i], elapsed);
	status->answered[i] = out->answered;
}

static void tell_workers(struct dw_engine *engine, struct dw_stats *now)
{
	static const uint64_t span = UINT64_C(5000000000);
	struct dw_status *status = engine->status;
	uint64_t time = dw_clock_steady(), elapsed = time - status->marked;

	if (elapsed < span)
		elapsed = 0;
	else
		status->marked = time;
	now->worker_count = 0;
	pthread_mutex_lock(&engine->lock);
	for (size_t i = 0; i < DW_WORKERS_MAX; i++) {
		if (engine->worker[i] == NULL) {
			now->workers[i] = (struct dw_stats_worker){.answered = 0};
			continue;
		}
		now->worker_count = i + 1;
		tell_worker(status, i, engine->worker[i], elapsed, &now->workers[i]);
	}
	pthread_mutex_unlock(&engine->lock);
}

static void tell_detectors(struct dw_engine *engine, struct dw_stats_detect *out)
{
	struct dw_detect_state state;
	uint32_t on = engine->settings->settings->detect.on;

	*out = (struct dw_stats_detect){.detectors = (uint64_t)__builtin_popcount(on)};
	if (engine->detect == NULL || on == 0)
		return;
	dw_detect_state(engine->detect, &state);
	out->bytes = state.bytes;
	out->places = state.places;
	out->taken = state.taken;
	out->evicted = state.evicted;
	out->dropped = state.dropped;
	out->seen_percent = state.seen_percent;
}

static void tell_last_error(struct dw_engine *engine, struct dw_stats *now)
{
	pthread_mutex_lock(&engine->said_lock);
	COPY(now->last_error, engine->last_error);
	now->last_error_time = engine->last_error_time;
	pthread_mutex_unlock(&engine->said_lock);
}

/* The compiled one first: without it more is missed. */
static void tell_databases(const struct dw_engine *engine, struct dw_stats *now)
{
	struct dw_error err;

	if (engine->trouble.database.result != DW_OK)
		tell_trouble(now->database_error, &engine->trouble.database);
	else
		tell_error(now->database_error, dw_ready_is_wanting(engine, &err), &err);
	dw_engine_listed(engine, &now->names, &now->patterns);
}

static void tell_all(struct dw_engine *engine, struct dw_stats *now)
{
	now->updated = time(NULL);
	now->generation = atomic_load(&engine->generation);
	now->enforced = atomic_load(&engine->enforced);
	pthread_mutex_lock(&engine->lock);
	COPY(now->disabled, engine->disabled != NULL ? engine->disabled : "");
	pthread_mutex_unlock(&engine->lock);
	tell_trouble(now->settings_error, &engine->trouble.settings);
	tell_databases(engine, now);
	tell_trouble(now->pauses_error, &engine->trouble.pauses);
	now->pauses = engine->pauses;
	tell_last_error(engine, now);
	tell_detectors(engine, &now->detect);
	tell_workers(engine, now);
	if (engine->compiled.looked) { /* a database that stood may be all there is yet */
		tell_lists(engine, now);
		tell_refused(engine, now);
	}
	tell_counted(engine, now);
}

void dw_status_update(struct dw_engine *engine, bool busy)
{
	struct dw_status *status = engine->status;
	struct dw_error err;

	if (status == NULL)
		return;
	enter_folder(engine);
	if (status->file == NULL)
		return;
	tell_all(engine, &status->now);
	status->now.busy = busy;
	note(engine, dw_stats_write(status->file, &status->now, &err), &err);
}

void dw_status_keep(struct dw_engine *engine, const struct dw_snapshot *snapshot)
{
	if (engine->status != NULL)
		dw_counters_add(&engine->status->before, snapshot);
}

/* ---- open and close ---- */

void dw_status_open(struct dw_engine *engine)
{
	struct dw_status *status = calloc(1, sizeof(*status));

	if (status == NULL)
		return;
	status->now.pid = getpid();
	randombytes_buf(&status->now.engine, sizeof(status->now.engine));
	status->now.started = time(NULL);
	status->marked = dw_clock_steady();
	COPY(status->now.version, dw_version());
	COPY(status->now.host, engine->options.host != NULL ? engine->options.host : "");
	engine->status = status;
}

void dw_status_close(struct dw_engine *engine)
{
	if (engine->status == NULL)
		return;
	dw_status_update(engine, false);
	leave_folder(engine->status);
	free(engine->status);
	engine->status = NULL;
}
