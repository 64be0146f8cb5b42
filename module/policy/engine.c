/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * engine.c: opening, closing, and the engine's own thread */
#include "dnsward-config.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "dnsward/clock.h"
#include "dnsward/version.h"
#include "policy/detected.h"
#include "policy/engine_parts.h"

void dw_speak(void *arg, enum dw_say_level level, const char *text)
{
	struct dw_engine *engine = arg;
	const struct dw_speaker *speaker = &engine->options.speaker;

	if (level == DW_SAY_ERROR) {
		pthread_mutex_lock(&engine->said_lock);
		snprintf(engine->last_error, sizeof(engine->last_error), "%s", text);
		engine->last_error_time = time(NULL);
		pthread_mutex_unlock(&engine->said_lock);
	}
	if (speaker->line != NULL)
		speaker->line(speaker->arg, level, text);
}

void dw_say(struct dw_engine *engine, enum dw_say_level level, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	dw_speak(engine, level, text);
}

void dw_say_error(struct dw_engine *engine, enum dw_say_level level, const char *before,
	const struct dw_error *err, const char *after)
{
	char text[DW_ERROR_TEXT_MAX + 300];

	dw_say(engine, level, "%s%s%s", before, dw_error_text(err, text, sizeof(text)), after);
}

/* ---- the thread ---- */

enum {
	TICK_MS = 500,
	REAP_MS = 50,    /* while an old snapshot is still held */
	/* files must look the same this long before they are read */
	SETTLE_MS = 60,
	SETTLE_IN_PLACE_MS = 1000,
	AGAIN_MS = 60000,      /* until what failed, but not by what the files hold, is tried again */
	SETTLE_MS_MAX = 60000, /* what never comes to rest holds up nothing else for longer */
};

static void wake(struct dw_engine *engine)
{
	uint64_t one = 1;

	while (write(engine->wake, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

/* Sleep until a file event, a wake-up or the time. True: something came. */
static bool wait_for_news(struct dw_engine *engine, int ms)
{
	struct pollfd fds[2] = {
		{.fd = engine->wake, .events = POLLIN},
		{.fd = dw_watch_fd(engine->watch), .events = POLLIN},
	};
	uint64_t count;

	if (poll(fds, 2, ms) <= 0)
		return false;
	if (fds[0].revents != 0)
		(void)!read(engine->wake, &count, sizeof(count));
	dw_watch_drain(engine->watch);
	return true;
}

static void look_at_files(const struct dw_engine *engine, struct dw_fingerprint *out)
{
	dw_fingerprint(engine->sources, engine->settings->settings, out);
}

/* By a clock that has been set back, what was over or too old may not be. */
static void mind_the_clock(struct dw_engine *engine)
{
	time_t now = time(NULL);

	if (now < engine->wall) {
		memset(&engine->pauses_seen, 0xff, sizeof(engine->pauses_seen));
		memset(engine->ready_done, 0, sizeof(engine->ready_done));
		memset(engine->done.lists, 0, sizeof(engine->done.lists));
	}
	engine->wall = now;
}

bool dw_engine_turn(struct dw_engine *engine, bool always, bool busy)
{
	time_t second = (time_t)(dw_clock_steady() / 1000000000);

	mind_the_clock(engine);
	dw_pauses_turn(engine);
	if (always || second != engine->turned) {
		engine->turned = second;
		dw_detectors_tick(engine);
		dw_status_update(engine, busy);
	}
	return dw_reap_snapshots(engine);
}

static int64_t ms_since(uint64_t then)
{
	return (int64_t)((dw_clock_steady() - then) / 1000000);
}

/* Files may be in the middle of being written: go on only when they have come to rest. Whoever
 * renames has written all of it; whoever writes into a file that is in use may only pause. */
static void wait_for_rest(struct dw_engine *engine, struct dw_fingerprint *now)
{
	uint64_t begun = dw_clock_steady(), since = begun;
	struct dw_fingerprint again;

	while (!atomic_load(&engine->stop)) {
		int rest = dw_fingerprint_is_in_place(now, &engine->done) ? SETTLE_IN_PLACE_MS
									   : SETTLE_MS;
		int64_t left = rest - ms_since(since);

		if (left <= 0 || ms_since(begun) >= SETTLE_MS_MAX)
			break;
		wait_for_news(engine, left < TICK_MS ? (int)left : TICK_MS);
		(void)dw_engine_turn(engine, false, false);
		look_at_files(engine, &again);
		if (!dw_fingerprint_equal(now, &again))
			since = dw_clock_steady();
		*now = again;
	}
	memcpy(engine->done.files, now->files, sizeof(now->files));
}

/* Another process that compiles other lists into our state-dir looks for its own there as we do.
 * What serves is not what stands there: it can wait. */
static bool is_contested(const struct dw_engine *engine, const struct dw_fingerprint *now)
{
	return engine->rebuilt != 0 && ms_since(engine->rebuilt) < AGAIN_MS &&
	       dw_fingerprint_is_of_database(now, &engine->done);
}

static void note_rebuilt(struct dw_engine *engine)
{
	if (engine->rebuilt != 0 && ms_since(engine->rebuilt) < 3 * AGAIN_MS)
		dw_say(engine, DW_SAY_WARNING,
			"%s: another process compiles other lists into it; expected a state-dir "
			"for each dnsward.yaml, and one version of dnsward",
			engine->settings->settings->state_dir);
	engine->rebuilt = dw_clock_steady();
}

/* Whether something failed that may go well without a change on disk. */
static bool is_hopeful(const struct dw_engine *engine)
{
	for (size_t i = 0; i < engine->compiled.count; i++) {
		if (dw_may_pass(engine->compiled.lists[i].result))
			return true;
	}
	return dw_may_pass(engine->trouble.settings.result) ||
	       dw_may_pass(engine->trouble.database.result) ||
	       dw_may_pass(engine->trouble.ready.result);
}

/* Whoever compiles elsewhere may be done at any moment: each look looks for that. */
static bool is_to_be_tried(const struct dw_engine *engine)
{
	return engine->trouble.database.result == DW_ERR_BUSY ||
	       (is_hopeful(engine) && ms_since(engine->tried) >= AGAIN_MS);
}

/* `asked`: somebody waits for it. */
static void look(struct dw_engine *engine, bool asked)
{
	struct dw_fingerprint now;

	look_at_files(engine, &now);
	bool again = is_to_be_tried(engine) || (asked && is_hopeful(engine));
	if (is_contested(engine, &now) || (dw_fingerprint_equal(&now, &engine->done) && !again))
		return;
	wait_for_rest(engine, &now);
	if (atomic_load(&engine->stop))
		return;
	bool theirs = dw_fingerprint_is_of_database(&now, &engine->done);
	dw_status_update(engine, true);
	dw_refresh(engine, memcmp(now.settings, engine->done.settings, sizeof(now.settings)) != 0,
		dw_fingerprint_equal(&now, &engine->done));
	engine->tried = dw_clock_steady();
	if (theirs && engine->compiled.built)
		note_rebuilt(engine);
	dw_watch_set(engine->watch, engine->sources, engine->settings->settings);
}

static void answer_settle(struct dw_engine *engine, uint64_t asked)
{
	pthread_mutex_lock(&engine->lock);
	engine->answered = asked;
	pthread_cond_broadcast(&engine->settled);
	pthread_mutex_unlock(&engine->lock);
}

static void *run(void *arg)
{
	struct dw_engine *engine = arg;
	struct timespec last = {0}, now;
	bool held = false, news = true;
	struct sched_param lowest = {0};

	pthread_setschedparam(pthread_self(), SCHED_BATCH, &lowest);
	while (!atomic_load(&engine->stop)) {
		pthread_mutex_lock(&engine->lock);
		uint64_t asked = engine->asked;
		pthread_mutex_unlock(&engine->lock);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (news || now.tv_sec - last.tv_sec >= DW_WATCH_SECONDS) {
			look(engine, asked != engine->answered);
			clock_gettime(CLOCK_MONOTONIC, &last);
		}
		held = dw_engine_turn(engine, news, false);
		answer_settle(engine, asked);
		news = wait_for_news(engine, held ? REAP_MS : TICK_MS);
	}
	return NULL;
}

/* The host's signals are for the host's threads. */
enum dw_result dw_engine_start(struct dw_engine *engine, struct dw_error *err)
{
	sigset_t all, before;
	int rc;

	if (engine->options.read_only || engine->running)
		return DW_OK;
	if (engine->log != NULL) {
		enum dw_result res = dw_log_start(engine->log, err);

		if (res != DW_OK)
			return res;
	}
	dw_status_open(engine);
	engine->watch = dw_watch_new();
	dw_watch_set(engine->watch, engine->sources, engine->settings->settings);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&engine->thread, NULL, run, engine);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0) {
		errno = rc;
		return dw_fail_errno(err, NULL, "cannot start the engine's thread");
	}
	engine->running = true;
	return DW_OK;
}

bool dw_engine_settle(struct dw_engine *engine, double seconds)
{
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)seconds;
	until.tv_nsec += (long)((seconds - (double)(time_t)seconds) * 1e9);
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&engine->lock);
	uint64_t mine = ++engine->asked;
	wake(engine);
	while (engine->answered < mine && rc == 0)
		rc = pthread_cond_timedwait(&engine->settled, &engine->lock, &until);
	bool done = engine->answered >= mine;
	pthread_mutex_unlock(&engine->lock);
	return done;
}

/* ---- open and close ---- */

static char *copy(const char *text)
{
	return text != NULL ? strdup(text) : NULL;
}

static enum dw_result start_parts(struct dw_engine *engine, struct dw_error *err)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&engine->lock, NULL);
	pthread_mutex_init(&engine->said_lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&engine->settled, &attr);
	pthread_condattr_destroy(&attr);
	engine->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return engine->wake >= 0 ? DW_OK : dw_fail_errno(err, NULL, "cannot start the engine");
}

static enum dw_result open_log(struct dw_engine *engine, struct dw_error *err)
{
	char hostname[256] = "";
	struct dw_log_options options = {
		.hostname = hostname,
		.version = dw_version(),
		.speaker = {.line = dw_speak, .arg = engine},
	};

	if (engine->options.read_only)
		return DW_OK;
	gethostname(hostname, sizeof(hostname) - 1);
	return dw_log_open(&engine->settings->settings->log, &options, &engine->log, err);
}

static enum dw_result take_over(struct dw_engine *engine, struct dw_error *err)
{
	struct dw_handover **kept = engine->options.handover;

	if (kept != NULL && *kept != NULL) {
		engine->handover = *kept;
		*kept = NULL;
	} else {
		engine->handover = calloc(1, sizeof(*engine->handover));
	}
	if (engine->handover == NULL)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for the engine");
	engine->detect = engine->handover->detect;
	engine->handover->detect = NULL;
	return DW_OK;
}

/* An engine that never had settings knows no more than the one before it. */
static void hand_over(struct dw_engine *engine)
{
	struct dw_handover *h = engine->handover;

	if (h == NULL)
		return;
	h->detect = engine->detect;
	engine->detect = NULL;
	if (engine->settings != NULL) {
		dw_shared_settings_drop(h->settings);
		h->settings = engine->settings;
		engine->settings = NULL;
		h->seen = engine->done;
	}
	if (engine->options.handover != NULL)
		*engine->options.handover = h;
	else
		dw_handover_free(&h);
}

enum dw_result dw_engine_open(const struct dw_engine_options *options, struct dw_engine **out,
	struct dw_error *err)
{
	struct dw_error ignored;
	struct dw_engine *engine;
	enum dw_result res;

	if (err == NULL)
		err = &ignored;
	if (sodium_init() < 0)
		return dw_fail(err, DW_ERR_SYSTEM, NULL, 0, "libsodium cannot start: no randomness");
	engine = aligned_alloc(DW_CACHE_LINE, (sizeof(*engine) + DW_CACHE_LINE - 1) / DW_CACHE_LINE *
						      DW_CACHE_LINE);
	if (engine == NULL)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for the engine");
	memset(engine, 0, sizeof(*engine));
	engine->wake = -1;
	engine->wall = time(NULL);
	engine->options = *options;
	engine->options.settings = copy(options->settings);
	engine->options.chroot = copy(options->chroot);
	engine->options.host = copy(options->host);
	res = take_over(engine, err);
	if (res == DW_OK)
		res = start_parts(engine, err);
	if (res == DW_OK)
		res = dw_refresh_first(engine, err);
	if (res == DW_OK)
		res = open_log(engine, err);
	if (res != DW_OK) {
		dw_engine_close(&engine);
		return res;
	}
	*out = engine;
	return DW_OK;
}

static void stop_thread(struct dw_engine *engine)
{
	if (!engine->running)
		return;
	atomic_store(&engine->stop, true);
	wake(engine);
	pthread_join(engine->thread, NULL);
}

void dw_engine_close(struct dw_engine **engine)
{
	struct dw_engine *e = *engine;

	if (e == NULL)
		return;
	stop_thread(e);
	if (e->log != NULL)
		dw_log_stop(e->log);
	dw_status_close(e);
	dw_log_close(&e->log);
	struct dw_snapshot *current = atomic_load(&e->current);
	dw_snapshot_free(&current);
	while (e->retired != NULL) {
		struct dw_snapshot *next = e->retired->next;

		dw_snapshot_free(&e->retired);
		e->retired = next;
	}
	hand_over(e);
	dw_shared_settings_drop(e->settings);
	free(e->sources);
	for (size_t d = 0; d < DW_SNAPSHOT_DBS; d++)
		dw_shared_db_drop(e->dbs[d]);
	dw_shared_dga_drop(e->dga);
	dw_compiled_clear(&e->compiled);
	dw_shared_settings_drop(e->compiled_of);
	dw_watch_free(&e->watch);
	if (e->wake >= 0)
		close(e->wake);
	pthread_cond_destroy(&e->settled);
	pthread_mutex_destroy(&e->lock);
	pthread_mutex_destroy(&e->said_lock);
	free((char *)(uintptr_t)e->options.settings);
	free((char *)(uintptr_t)e->options.chroot);
	free((char *)(uintptr_t)e->options.host);
	free(e->disabled);
	free(e);
	*engine = NULL;
}

/* ---- what the host tells and asks ---- */

uint64_t dw_engine_generation(const struct dw_engine *engine)
{
	return atomic_load_explicit(&engine->generation, memory_order_acquire);
}

bool dw_engine_is_behind(const struct dw_engine *engine)
{
	return engine->behind;
}

void dw_engine_enforced(struct dw_engine *engine, uint64_t generation)
{
	atomic_store(&engine->enforced, generation);
}

void dw_engine_disable(struct dw_engine *engine, const char *why)
{
	char *mine = strdup(why);

	pthread_mutex_lock(&engine->lock);
	free(engine->disabled);
	engine->disabled = mine;
	pthread_mutex_unlock(&engine->lock);
}
