/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * refresh.c: taking up what is on disk, and keeping what was good */
#include "dnsward-config.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/file.h"
#include "policy/engine_parts.h"

/* ---- settings ---- */

static bool is_same_error(const struct dw_error *a, const struct dw_error *b)
{
	return strcmp(a->where, b->where) == 0 && strcmp(a->text, b->text) == 0;
}

/* What they could not be had for the last time is not news. */
static void complain(void *arg, bool is_error, const struct dw_error *error)
{
	struct dw_engine *engine = arg;
	char text[DW_ERROR_TEXT_MAX + 300];
	if (engine->settings_hopeful && is_same_error(error, &engine->settings_error))
		return;
	dw_say(engine, is_error ? DW_SAY_ERROR : DW_SAY_WARNING, "%s",
		dw_error_text(error, text, sizeof(text)));
}

static enum dw_result adopt_settings(struct dw_engine *engine, struct dw_settings *settings,
	struct dw_error *err)
{
	struct dw_shared_settings *shared = calloc(1, sizeof(*shared));
	if (shared == NULL) {
		dw_settings_close(&settings);
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for the settings");
	}
	*shared = (struct dw_shared_settings){.users = 1, .settings = settings};
	dw_shared_settings_drop(engine->settings);
	engine->settings = shared;
	return DW_OK;
}

/* ---- the model ---- */

static enum dw_result adopt_model(struct dw_engine *engine, struct dw_dga *dga)
{
	struct dw_shared_dga *shared = calloc(1, sizeof(*shared));
	if (shared == NULL) {
		dw_dga_close(&dga);
		return DW_ERR_MEMORY;
	}
	*shared = (struct dw_shared_dga){.users = 1, .number = ++engine->models, .dga = dga};
	dw_shared_dga_drop(engine->dga);
	engine->dga = shared;
	return DW_OK;
}

/* The model that the settings name (detectors need one too, for its suffixes), or an error said
 * and remembered: then the one before it serves, and where there was none, the one that is built
 * in. */
static void read_model(struct dw_engine *engine)
{
	const struct dw_settings *settings = engine->settings->settings;
	const struct dw_dga_settings *wanted = &settings->dga;
	struct dw_error err;
	char text[DW_ERROR_TEXT_MAX + 300];
	struct dw_dga *dga = NULL;
	if (!wanted->on && settings->detect.on == 0)
		return;
	enum dw_result res = dw_dga_open(wanted->model, &dga, &err);
	if (res != DW_OK) {
		engine->settings_broken = true;
		engine->settings_hopeful = dw_may_pass(res);
		engine->settings_error = err;
		dw_say(engine, DW_SAY_ERROR, "dga.model: %s; %s serves",
			dw_error_text(&err, text, sizeof(text)),
			engine->dga != NULL ? "the model that was in force" : "the model that is built in");
		if (engine->dga == NULL)
			res = dw_dga_open(NULL, &dga, &err);
	}
	if (res == DW_OK && adopt_model(engine, dga) != DW_OK)
		dw_say(engine, DW_SAY_ERROR, "no memory for a model; names are not scored, and nothing is detected");
}

/* Settings in force are kept; a disk that does not take them is told of and no more. */
static void keep_settings(struct dw_engine *engine)
{
	const struct dw_settings *settings = engine->settings->settings;
	struct dw_error err;
	char text[DW_ERROR_TEXT_MAX + 300];
	if (!engine->options.read_only && dw_settings_keep(settings, &err) != DW_OK)
		dw_say(engine, DW_SAY_WARNING, "cannot keep the settings as last good: %s",
			dw_error_text(&err, text, sizeof(text)));
}

/* The settings as they are on disk, or an error said and remembered. */
static enum dw_result read_settings(struct dw_engine *engine, struct dw_sources **went_to)
{
	struct dw_settings *settings;
	enum dw_result res = dw_settings_read(engine->options.settings, engine->options.chroot,
		complain, engine, went_to, &settings, &engine->settings_error);
	if (res == DW_OK)
		res = adopt_settings(engine, settings, &engine->settings_error);
	engine->settings_broken = res != DW_OK;
	engine->settings_hopeful = dw_may_pass(res);
	if (res == DW_OK)
		read_model(engine);
	return res;
}

/* ---- lists ---- */

static void say_list(struct dw_engine *engine, const struct dw_list_options *list,
	const struct dw_compiled_list *told)
{
	char text[DW_ERROR_TEXT_MAX + 300];
	if (told->result != DW_OK)
		dw_say(engine, DW_SAY_ERROR, "list %s: %s; %s", list->name,
			dw_error_text(&told->error, text, sizeof(text)),
			told->last_good ? "its last good copy serves"
					: "it has no last good copy and is left out");
	else if (told->parsed && told->report.format_unsure)
		dw_say(engine, DW_SAY_WARNING, "list %s: its format looks like %s, but that is not sure; "
			"expected a `format:` in the settings", list->name,
			dw_list_format_name(told->format));
	if (told->unkept.text[0] != '\0')
		dw_say(engine, DW_SAY_WARNING, "list %s: cannot be kept as its next last good copy: %s",
			list->name, dw_error_text(&told->unkept, text, sizeof(text)));
}

/* Rules that never fit, since a pattern could not be compiled. */
static void say_refused(struct dw_engine *engine, enum dw_say_level level, const char *of,
	const struct dw_list_report *report, size_t count)
{
	size_t said = 0;
	for (size_t i = 0; i < report->example_count; i++) {
		const struct dw_skip *skip = &report->examples[i];
		if (skip->kind != DW_SKIP_PATTERN)
			continue;
		dw_say(engine, level, "%s: %s:%zu: never fits: %s", of, skip->file, skip->line,
			skip->reason);
		said++;
	}
	if (said < count)
		dw_say(engine, level, "%s: %zu more never fit; `dnsward compile` tells all", of,
			count - said);
}

/* What was said of a list before is not said again while it stays as it is. */
static bool same_news(const struct dw_compiled *before, size_t i, const struct dw_compiled_list *now)
{
	return i < before->count && before->lists[i].result == now->result &&
	       strcmp(before->lists[i].error.text, now->error.text) == 0 &&
	       strcmp(before->lists[i].error.where, now->error.where) == 0 &&
	       before->lists[i].refused == now->refused && !now->parsed;
}

static void take_compiled(struct dw_engine *engine, struct dw_compiled *now)
{
	const struct dw_settings *settings = engine->settings->settings;
	for (size_t i = 0; i < now->count; i++) {
		if (same_news(&engine->compiled, i, &now->lists[i]))
			continue;
		say_list(engine, &settings->lists[i], &now->lists[i]);
		if (now->lists[i].refused > 0)
			say_refused(engine, DW_SAY_WARNING, settings->lists[i].name,
				&now->lists[i].report, now->lists[i].refused);
	}
	if (now->own.skipped > 0 && (now->built || now->own.skipped != engine->compiled.own.skipped))
		say_refused(engine, DW_SAY_ERROR, "rules", &now->own, now->own.skipped);
	dw_compiled_clear(&engine->compiled);
	engine->compiled = *now;
}

static enum dw_result open_database(struct dw_engine *engine, const char *path, bool *changed,
	struct dw_error *err)
{
	struct dw_db *db;
	enum dw_result res = dw_db_open(path, &db, err);
	return res == DW_OK ? dw_adopt_database(engine, DW_SNAPSHOT_COMPILED, db, changed, err)
			    : res;
}

static enum dw_result open_published(struct dw_engine *engine, bool *changed, struct dw_error *err)
{
	char path[PATH_MAX];
	enum dw_result res = dw_compile_database_path(engine->settings->settings, path, err);
	return res == DW_OK ? open_database(engine, path, changed, err) : res;
}

/* Compile where lists changed, and open what came of it. */
static enum dw_result compile(struct dw_engine *engine, bool *changed, struct dw_error *err)
{
	struct dw_compiled now;
	enum dw_result res = dw_compile_aside(engine, &now, err);
	if (res == DW_ERR_CANCELLED) {
		dw_compiled_clear(&now);
		return res;
	}
	take_compiled(engine, &now);
	return res == DW_OK ? open_published(engine, changed, err) : res;
}

bool dw_may_pass(enum dw_result result)
{
	return result == DW_ERR_MEMORY || result == DW_ERR_SYSTEM;
}

static void remember_database(struct dw_engine *engine, enum dw_result res,
	const struct dw_error *err)
{
	engine->database_broken = res != DW_OK;
	engine->hopeful = engine->settings_hopeful || dw_may_pass(res);
	for (size_t i = 0; i < engine->compiled.count; i++)
		engine->hopeful |= dw_may_pass(engine->compiled.lists[i].result);
	if (res != DW_OK)
		engine->database_error = *err;
}

/* ---- both ---- */

static void say_published(struct dw_engine *engine)
{
	uint64_t names, patterns;
	dw_engine_listed(engine, &names, &patterns);
	dw_say(engine, DW_SAY_INFO,
		"generation %" PRIu64 " is in force: %" PRIu64 " names, %" PRIu64
		" patterns in %zu lists%s",
		dw_engine_generation(engine), names, patterns,
		engine->settings->settings->list_count,
		engine->dbs[DW_SNAPSHOT_READY] != NULL ? " and a ready-made database" : "");
}

static enum dw_result publish(struct dw_engine *engine, struct dw_error *err)
{
	enum dw_result res = dw_publish_snapshot(engine, err);
	engine->unpublished = res != DW_OK;
	if (res == DW_OK)
		say_published(engine);
	else
		remember_database(engine, res, err);
	return res;
}

static void look_at_files(struct dw_engine *engine)
{
	dw_fingerprint(engine->sources, engine->settings->settings, &engine->done);
}

/* From now on these are where a change is looked for. True: they are where it was before. */
static bool adopt_sources(struct dw_engine *engine, struct dw_sources *sources)
{
	bool same = dw_sources_equal(engine->sources, sources);
	if (sources != NULL) {
		free(engine->sources);
		engine->sources = sources;
	}
	return same;
}

/* Settings that are written while they are read are read again, and those that come from other
 * files than before, which were not looked at; what cannot be had at rest is news at the next
 * look. Broken ones are only told again where they have changed. */
static enum dw_result read_settings_at_rest(struct dw_engine *engine, bool *adopted)
{
	enum { TRIES = 3 };
	struct dw_fingerprint before;
	enum dw_result res = DW_OK;
	for (int i = 0; i < TRIES; i++) {
		struct dw_sources *sources;
		look_at_files(engine);
		before = engine->done;
		res = read_settings(engine, &sources);
		*adopted |= res == DW_OK;
		look_at_files(engine);
		bool rests = memcmp(before.settings, engine->done.settings,
				     sizeof(before.settings)) == 0;
		bool same = adopt_sources(engine, sources);
		look_at_files(engine);
		if (rests && (same || res != DW_OK))
			return res;
	}
	memset(engine->done.settings, 0, sizeof(engine->done.settings));
	return res;
}

static void look_at_lists(struct dw_engine *engine)
{
	struct dw_fingerprint now;
	dw_fingerprint(engine->sources, engine->settings->settings, &now);
	memcpy(engine->done.lists, now.lists, sizeof(now.lists));
}

/* Our own database is not news. */
static void look_at_database(struct dw_engine *engine)
{
	struct dw_fingerprint now;
	dw_fingerprint(engine->sources, engine->settings->settings, &now);
	memcpy(engine->done.database, now.database, sizeof(now.database));
}

/* What is said of the database, unless it is what was said last. */
struct news {
	bool known;
	struct dw_error last;
};

static void say_news(struct dw_engine *engine, const struct news *news, const struct dw_error *err,
	const char *stays)
{
	char text[DW_ERROR_TEXT_MAX + 300];
	if (!news->known || !is_same_error(&news->last, err))
		dw_say(engine, DW_SAY_ERROR, "%s; %s in force stays in force",
			dw_error_text(err, text, sizeof(text)), stays);
}

static void refresh_settings(struct dw_engine *engine, bool settings_changed, bool *changed)
{
	const bool known = engine->settings_hopeful;
	const struct dw_error trouble = engine->settings_error;
	if ((settings_changed || known) && read_settings_at_rest(engine, changed) != DW_OK &&
		!(known && is_same_error(&trouble, &engine->settings_error)))
		dw_say(engine, DW_SAY_ERROR, "the settings that were in force stay in force");
}

void dw_refresh(struct dw_engine *engine, bool settings_changed, bool again)
{
	struct dw_error err;
	char text[DW_ERROR_TEXT_MAX + 300];
	const struct news news = {again && engine->database_broken, engine->database_error};
	bool changed = engine->unpublished;
	refresh_settings(engine, settings_changed, &changed);
	/* Lists that change while they are read differ from this and are read again. */
	look_at_lists(engine);
	enum dw_result res = compile(engine, &changed, &err);
	if (res == DW_ERR_CANCELLED)
		return;
	remember_database(engine, res, &err);
	look_at_database(engine);
	engine->hopeful |= dw_may_pass(dw_refresh_ready(engine, &changed));
	if (res != DW_OK)
		say_news(engine, &news, &err, "the database that was");
	if (changed && publish(engine, &err) != DW_OK)
		say_news(engine, &news, &err, "the generation that was");
	else if (changed || res == DW_OK) /* a state-dir that was emptied has lost them too */
		keep_settings(engine);
	if (changed && engine->log != NULL &&
		dw_log_configure(engine->log, &engine->settings->settings->log, &err) != DW_OK)
		dw_say(engine, DW_SAY_ERROR, "query log: %s", dw_error_text(&err, text, sizeof(text)));
}

/* A database for this run alone: for who only reads, and where state-dir does not take one. */
static enum dw_result compile_for_once(struct dw_engine *engine, bool *changed, struct dw_error *err)
{
	struct dw_scratch_file scratch;
	struct dw_compile_options options = {.database = scratch.path, .read_only = true};
	struct dw_compiled now;
	enum dw_result res = dw_scratch_file_init(&scratch, "policy.dwdb", err);
	if (res != DW_OK)
		return res;
	res = dw_compile(engine->settings->settings, &options, &now, err);
	take_compiled(engine, &now);
	if (res == DW_OK)
		res = open_database(engine, scratch.path, changed, err);
	dw_scratch_file_remove(&scratch);
	return res;
}

/* That lists are not in force would be the worst of what can come of a state-dir that is full, not
 * ours, or held by somebody else. */
static enum dw_result compile_first(struct dw_engine *engine, bool *changed, struct dw_error *err)
{
	char text[DW_ERROR_TEXT_MAX + 300];
	struct dw_error ignored;
	bool serves = false;
	enum dw_result res;
	if (engine->options.read_only) {
		res = compile_for_once(engine, changed, err);
	} else {
		res = compile(engine, changed, err);
		look_at_database(engine);
		serves = res != DW_OK && compile_for_once(engine, changed, &ignored) == DW_OK;
	}
	if (res != DW_OK)
		dw_say(engine, DW_SAY_ERROR, "%s; %s", dw_error_text(err, text, sizeof(text)),
			serves ? "the lists as they are now serve, but no change of them until that is mended"
			       : "there is no database, nothing is listed");
	return res;
}

/* What they are read from must be known, to be looked at before they are read. */
static void find_sources(struct dw_engine *engine)
{
	struct dw_settings *settings;
	struct dw_sources *sources;
	enum dw_result res = dw_settings_read(engine->options.settings, engine->options.chroot,
		NULL, NULL, &sources, &settings, NULL);
	if (res == DW_OK)
		res = adopt_settings(engine, settings, NULL);
	(void)adopt_sources(engine, sources);
}

static enum dw_result read_first(struct dw_engine *engine)
{
	bool adopted = false;
	struct dw_sources *sources;
	enum dw_result res;
	if (!engine->options.read_only)
		find_sources(engine);
	if (engine->settings != NULL)
		return read_settings_at_rest(engine, &adopted);
	res = read_settings(engine, &sources);
	(void)adopt_sources(engine, sources);
	return res;
}

/* Those of the engine before this one, or those that were kept. */
static enum dw_result adopt_last_good(struct dw_engine *engine)
{
	struct dw_settings *settings;
	engine->settings = engine->handover->settings;
	engine->handover->settings = NULL;
	if (engine->settings != NULL)
		return DW_OK;
	enum dw_result res = dw_settings_open_kept(
		engine->options.settings, engine->options.chroot, &settings, NULL);
	return res == DW_OK ? adopt_settings(engine, settings, NULL) : res;
}

static enum dw_result first_settings(struct dw_engine *engine, struct dw_error *err)
{
	enum dw_result res = read_first(engine);
	if (res != DW_OK) {
		*err = engine->settings_error;
		if (adopt_last_good(engine) != DW_OK)
			return res;
		dw_say(engine, DW_SAY_ERROR,
			"the last good settings serve until the settings are mended");
		read_model(engine);
	}
	dw_shared_settings_drop(engine->handover->settings);
	engine->handover->settings = NULL;
	return DW_OK;
}

/* Who runs on finds out and compiles; who only reads says what it is that is read. */
static void say_if_old(struct dw_engine *engine)
{
	if (engine->options.read_only &&
		!dw_compile_is_current(engine->settings->settings, engine->dbs[DW_SNAPSHOT_COMPILED]->db))
		dw_say(engine, DW_SAY_WARNING,
			"the compiled database is not of the lists as they are now: `dnsward compile`, or "
			"a resolver that runs, makes it so; `dnsward check` tells why it may not be");
}

enum dw_result dw_refresh_first(struct dw_engine *engine, struct dw_error *err)
{
	bool changed = false;
	struct dw_error why;
	enum dw_result res = first_settings(engine, err);
	if (res != DW_OK)
		return res;
	(void)dw_pauses_refresh(engine);
	look_at_files(engine);
	/* A database that is there serves at once; whether it is still of these lists is for the
	 * engine's thread to find out. Nothing says that somebody is writing into them: a reload
	 * waits for what it finds, and must not wait as long as for that. */
	res = open_published(engine, &changed, &why);
	if (res == DW_OK) {
		say_if_old(engine);
		engine->behind = !dw_fingerprint_equal(&engine->done, &engine->handover->seen);
		memset(engine->done.lists, 0, sizeof(engine->done.lists));
		memset(engine->done.files, 0, sizeof(engine->done.files));
	} else {
		res = compile_first(engine, &changed, &why);
	}
	remember_database(engine, res, &why);
	engine->hopeful |= dw_may_pass(dw_refresh_ready_first(engine, &changed));
	res = publish(engine, err);
	if (res == DW_OK)
		keep_settings(engine);
	return res;
}
