/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * compile.c: load what changed, keep what did not, build the database */
#include "dnsward-config.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "dnsward/clock.h"
#include "dnsward/state_dir.h"
#include "policy/list_kept.h"

/* One list on its way: loaded, or taken over from its parsed form. */
struct load {
	const struct dw_list_options *list;
	struct dw_rules *rules;
	bool present; /* the database has it */
	uint8_t digest[DW_LIST_DIGEST_BYTES];
	struct dw_compiled_list *told;
};

struct run {
	const struct dw_settings *settings;
	const struct dw_compile_options *options;
	struct load *loads;
	size_t count;
	atomic_size_t next;
	pthread_mutex_t skip_lock; /* the caller's skip function is called by one thread at a time */
};

static bool cancelled(const struct dw_compile_options *options)
{
	return options->cancel != NULL && atomic_load(options->cancel);
}

enum dw_result dw_compile_database_path(const struct dw_settings *settings, char *out,
	struct dw_error *err)
{
	return dw_state_path(settings, "policy.dwdb", out, err);
}

/* ---- the lock: one process compiles at a time ---- */

static enum dw_result try_lock(
	const struct dw_settings *settings, int fd, struct dw_error *err)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return DW_OK;
	if (errno != EWOULDBLOCK && errno != EINTR)
		return dw_fail_errno(err, settings->state_dir, "cannot lock it");
	return dw_fail(err, DW_ERR_BUSY, settings->state_dir, 0,
		"another compile holds the file lock in it");
}

static void say_that_we_wait(const struct dw_compile_options *options, const struct dw_error *why)
{
	char held[DW_ERROR_TEXT_MAX + 300], text[sizeof(held) + 64];

	if (options->speaker.line == NULL)
		return;
	snprintf(text, sizeof(text), "%s; waiting for it for %u s at most",
		dw_error_text(why, held, sizeof(held)), options->patience);
	options->speaker.line(options->speaker.arg, DW_SAY_WARNING, text);
}

static enum dw_result wait_for_lock(const struct dw_settings *settings,
	const struct dw_compile_options *options, int fd, struct dw_error *err)
{
	static const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
	const uint64_t begun = dw_clock_steady();
	struct dw_error why;
	bool said = false;
	enum dw_result res;

	while ((res = try_lock(settings, fd, &why)) == DW_ERR_BUSY) {
		uint64_t seconds = (dw_clock_steady() - begun) / UINT64_C(1000000000);

		if (cancelled(options))
			return dw_fail(err, DW_ERR_CANCELLED, NULL, 0, "cancelled");
		if (seconds >= options->patience)
			break;
		if (seconds > 0 && !said)
			say_that_we_wait(options, &why);
		said |= seconds > 0;
		nanosleep(&pause, NULL);
	}
	if (res != DW_OK && err != NULL)
		*err = why;
	return res;
}

static enum dw_result take_lock(const struct dw_settings *settings,
	const struct dw_compile_options *options, int *out, struct dw_error *err)
{
	int fd;
	enum dw_result res = dw_state_lock_open(settings, "lock", &fd, err);

	if (res != DW_OK)
		return res;
	res = wait_for_lock(settings, options, fd, err);
	if (res == DW_OK)
		*out = fd;
	else
		close(fd);
	return res;
}

/* ---- one list ---- */

static void relay_skip(void *arg, enum dw_skip_kind kind, const char *file, size_t line,
	const char *reason)
{
	struct run *run = arg;

	pthread_mutex_lock(&run->skip_lock);
	run->options->skip(run->options->skip_arg, kind, file, line, reason);
	pthread_mutex_unlock(&run->skip_lock);
}

static enum dw_result parse(struct run *run, struct load *load, const struct dw_list_kept *kept)
{
	struct dw_compiled_list *told = load->told;
	enum dw_result res = dw_list_load(load->list, kept->told.rules,
		run->options->skip != NULL ? relay_skip : NULL, run, run->options->cancel,
		&load->rules, &told->report, &told->error);

	if (res == DW_OK)
		res = dw_list_kept_check_serials(kept, load->list, load->rules, &told->error);
	told->format = told->report.format;
	told->lines = told->report.lines;
	told->skipped = told->report.skipped;
	if (res != DW_OK) {
		dw_rules_free(&load->rules);
		return res;
	}
	told->parsed = true;
	told->rules = told->report.rules;
	told->partial = told->report.partial;
	told->loaded = (int64_t)time(NULL);
	return DW_OK;
}

/* What a new file is weighed against: what is kept, or what stands, if it is any good. */
static void open_standing(const struct dw_settings *settings, const struct dw_list_options *list,
	struct dw_list_kept *kept)
{
	struct dw_list_report report;

	dw_list_kept_open(settings, list, kept);
	if (kept->rules != NULL)
		return;
	if (dw_list_load(list, 0, NULL, NULL, NULL, &kept->rules, &report, NULL) == DW_OK) {
		kept->told.rules = report.rules;
		dw_list_kept_set_key(kept, list);
	}
	dw_list_report_clear(&report);
}

enum dw_result dw_compile_try(const struct dw_settings *settings,
	const struct dw_list_options *list, const char *path, struct dw_list_report *report,
	struct dw_error *err)
{
	struct dw_list_options there = *list;
	struct dw_list_kept standing;
	struct dw_rules *rules = NULL;
	enum dw_result res;

	there.path = path;
	open_standing(settings, list, &standing);
	res = dw_list_load(
		&there, standing.told.rules, NULL, NULL, NULL, &rules, report, err);
	if (res == DW_OK)
		res = dw_list_kept_check_serials(&standing, list, rules, err);
	dw_rules_free(&rules);
	dw_rules_free(&standing.rules);
	return res;
}

/* In force afterwards: the list as it is on disk, else its last good copy, else nothing. */
static void load_one(struct run *run, struct load *load)
{
	struct dw_compiled_list *told = load->told;
	struct dw_list_kept kept;

	dw_list_kept_open(run->settings, load->list, &kept);
	told->result = dw_list_digest(load->list, load->digest, &told->error);
	if (told->result == DW_OK && kept.rules != NULL && !run->options->always &&
		memcmp(kept.digest, load->digest, sizeof(kept.digest)) == 0) {
		*told = kept.told;
		told->result = dw_list_check_count(load->list, told->rules, &told->error);
		if (told->result == DW_OK)
			told->result = dw_list_check_age(load->list, time(NULL), &told->error);
		told->last_good = told->result != DW_OK;
		load->rules = kept.rules;
		return;
	}
	if (told->result == DW_OK)
		told->result = parse(run, load, &kept);
	if (told->result == DW_OK) {
		if (!run->options->read_only)
			dw_list_kept_save(
				run->settings, load->list, load->rules, load->digest, told);
		dw_rules_free(&kept.rules);
	} else if (kept.rules != NULL) {
		told->last_good = true;
		told->format = kept.told.format;
		told->rules = kept.told.rules;
		told->lines = kept.told.lines;
		told->skipped = kept.told.skipped;
		told->partial = kept.told.partial;
		told->loaded = kept.told.loaded;
		load->rules = kept.rules;
		memcpy(load->digest, kept.digest, sizeof(kept.digest));
	}
}

static void *load_some(void *arg)
{
	struct run *run = arg;

	for (;;) {
		size_t i = atomic_fetch_add(&run->next, 1);

		if (i >= run->count || cancelled(run->options))
			return NULL;
		load_one(run, &run->loads[i]);
		run->loads[i].present = run->loads[i].rules != NULL;
	}
}

enum { THREADS_MAX = 16 };

static size_t thread_count(const struct run *run)
{
	long n = run->options->threads > 0 ? (long)run->options->threads
					   : sysconf(_SC_NPROCESSORS_ONLN);

	if (n < 1)
		n = 1;
	if (n > THREADS_MAX)
		n = THREADS_MAX;
	return (size_t)n < run->count ? (size_t)n : run->count;
}

/* The calling thread works too, so that a thread that cannot be made costs only time. */
static void load_all(struct run *run)
{
	pthread_t threads[THREADS_MAX];
	size_t started = 0;

	while (started + 1 < thread_count(run) &&
		pthread_create(&threads[started], NULL, load_some, run) == 0)
		started++;
	load_some(run);
	while (started > 0)
		pthread_join(threads[--started], NULL);
}

/* ---- the database ---- */

static enum dw_result digest_rules(const struct run *run, crypto_generichash_state *state,
	struct dw_error *err)
{
	uint8_t *bytes = NULL;
	size_t len = 0;

	if (run->settings->detections == NULL)
		return DW_OK;
	if (dw_detections_write(run->settings->detections, &bytes, &len) != DW_OK)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for the rules");
	crypto_generichash_update(state, bytes, len);
	free(bytes);
	return DW_OK;
}

/* A string with its NUL; of none, nothing, which is no string's. */
static void digest_text(crypto_generichash_state *state, const char *text)
{
	if (text != NULL)
		crypto_generichash_update(state, (const uint8_t *)text, strlen(text) + 1);
}

/* All that the database holds of the lists: their rules, and what the settings call them. */
static enum dw_result digest_sources(const struct run *run, uint8_t out[static 32],
	struct dw_error *err)
{
	crypto_generichash_state state;
	enum dw_result res;

	crypto_generichash_init(&state, NULL, 0, 32);
	for (size_t i = 0; i < run->count; i++) {
		const struct load *load = &run->loads[i];
		uint8_t present = load->present;

		digest_text(&state, load->list->name);
		digest_text(&state, load->list->category);
		digest_text(&state, load->list->exceptions);
		crypto_generichash_update(&state, &present, 1);
		if (present)
			crypto_generichash_update(&state, load->digest, sizeof(load->digest));
	}
	res = digest_rules(run, &state, err);
	crypto_generichash_final(&state, out, 32);
	return res;
}

bool dw_compile_is_current(const struct dw_settings *settings, const struct dw_db *db)
{
	struct run run = {.settings = settings, .count = settings->list_count};
	uint8_t sources[32];
	struct dw_db_info info;
	bool current = true;

	run.loads = calloc(run.count + 1, sizeof(*run.loads));
	for (size_t i = 0; run.loads != NULL && i < run.count; i++) {
		struct load *load = &run.loads[i];

		load->list = &settings->lists[i];
		load->present = true;
		current &= dw_list_digest(load->list, load->digest, NULL) == DW_OK;
	}
	dw_db_info(db, &info);
	current = run.loads != NULL && current && digest_sources(&run, sources, NULL) == DW_OK &&
		  memcmp(info.sources, sources, sizeof(sources)) == 0;
	free(run.loads);
	return current;
}

/* Whether the database that stands is of these sources; its generation in any case. */
static bool stands(const char *path, const uint8_t sources[static 32], uint64_t *generation)
{
	struct dw_db *db = NULL;
	struct dw_db_info info;

	*generation = 0;
	if (dw_db_open(path, &db, NULL) != DW_OK)
		return false;
	dw_db_info(db, &info);
	dw_db_close(&db);
	*generation = info.generation;
	return memcmp(info.sources, sources, 32) == 0;
}

/* The list that the database knows by this name. */
static struct dw_compiled_list *list_named(struct run *run, const char *name)
{
	for (size_t i = 0; i < run->count; i++)
		if (strcmp(run->loads[i].list->name, name) == 0)
			return run->loads[i].told;
	return NULL;
}

struct telling {
	struct run *run;
	struct dw_compiled *compiled;
};

static void tell_refused(void *arg, const struct dw_db_refused *refused)
{
	struct telling *t = arg;
	const struct dw_compile_options *options = t->run->options;
	struct dw_compiled_list *list =
		refused->list[0] != '\0' ? list_named(t->run, refused->list) : NULL;
	struct dw_list_report *report = list != NULL ? &list->report : &t->compiled->own;
	char reason[512];

	snprintf(reason, sizeof(reason), "%s%s%s", refused->rule != NULL ? refused->rule : "",
		refused->rule != NULL ? ": " : "", refused->reason);
	report->skipped++;
	dw_list_report_add(report, DW_SKIP_PATTERN, refused->file, refused->line, reason);
	if (options->skip != NULL)
		options->skip(options->skip_arg, DW_SKIP_PATTERN, refused->file, refused->line, reason);
	if (list != NULL) {
		list->refused++;
		list->skipped++;
		list->rules -= list->rules > 0;
	}
}

static void tell_all_refused(struct run *run, const char *path, struct dw_compiled *compiled)
{
	struct telling t = {run, compiled};
	struct dw_db *db = NULL;

	if (dw_db_open(path, &db, NULL) != DW_OK)
		return;
	dw_db_refused(db, tell_refused, &t);
	dw_db_close(&db);
}

static enum dw_result build(struct run *run, const char *path, struct dw_compiled *compiled,
	struct dw_error *err)
{
	struct dw_db_build_options options = {
		.threads = run->options->threads,
		.cancel = run->options->cancel,
		.detections = run->settings->detections,
	};
	struct dw_db_source *sources;
	size_t count = 0;
	enum dw_result res;

	res = digest_sources(run, options.sources, err);
	if (res != DW_OK)
		return res;
	if (stands(path, options.sources, &compiled->generation) && !run->options->always)
		return DW_OK;
	options.generation = ++compiled->generation;
	sources = calloc(run->count + 1, sizeof(*sources));
	if (sources == NULL)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for %zu lists", run->count);
	for (size_t i = 0; i < run->count; i++) {
		if (run->loads[i].rules != NULL)
			sources[count++] = (struct dw_db_source){
				.list = run->loads[i].list,
				.format = run->loads[i].told->format,
				.rules = run->loads[i].rules,
			};
	}
	res = dw_db_build(path, sources, count, &options, &compiled->stats, err);
	compiled->built = res == DW_OK;
	free(sources);
	return res;
}

void dw_compiled_clear(struct dw_compiled *compiled)
{
	for (size_t i = 0; i < compiled->count; i++)
		dw_list_report_clear(&compiled->lists[i].report);
	dw_list_report_clear(&compiled->own);
	free(compiled->lists);
	*compiled = (struct dw_compiled){0};
}

static enum dw_result prepare(struct run *run, struct dw_compiled *compiled, struct dw_error *err)
{
	*compiled = (struct dw_compiled){0};
	compiled->lists = calloc(run->count + 1, sizeof(*compiled->lists));
	run->loads = calloc(run->count + 1, sizeof(*run->loads));
	if (compiled->lists == NULL || run->loads == NULL)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for %zu lists", run->count);
	compiled->count = run->count;
	for (size_t i = 0; i < run->count; i++) {
		run->loads[i].list = &run->settings->lists[i];
		run->loads[i].told = &compiled->lists[i];
		compiled->lists[i].format = run->settings->lists[i].format;
	}
	return DW_OK;
}

/* ---- all lists ---- */

enum dw_result dw_compile(const struct dw_settings *settings,
	const struct dw_compile_options *options, struct dw_compiled *compiled,
	struct dw_error *err)
{
	struct run run = {
		.settings = settings,
		.options = options,
		.count = settings->list_count,
		.skip_lock = PTHREAD_MUTEX_INITIALIZER,
	};
	char path[PATH_MAX];
	const char *database = options->database != NULL ? options->database : path;
	int lock = -1;
	enum dw_result res = prepare(&run, compiled, err);

	if (res == DW_OK)
		res = dw_compile_database_path(settings, path, err);
	if (res == DW_OK && !options->read_only) {
		res = dw_state_dir_make(settings, "lists", err);
		if (res == DW_OK)
			res = take_lock(settings, options, &lock, err);
	}
	if (res == DW_OK) {
		load_all(&run);
		compiled->looked = true;
		res = cancelled(options) ? dw_fail(err, DW_ERR_CANCELLED, NULL, 0, "cancelled")
					 : build(&run, database, compiled, err);
		if (res == DW_OK)
			tell_all_refused(&run, database, compiled);
	}
	if (lock >= 0)
		close(lock);
	for (size_t i = 0; run.loads != NULL && i < run.count; i++)
		dw_rules_free(&run.loads[i].rules);
	free(run.loads);
	return res;
}
