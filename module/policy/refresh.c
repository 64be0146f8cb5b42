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

static void complain(void *arg, bool is_error, const struct dw_error *error)
{
	struct dw_engine *engine = arg;

	if (!dw_trouble_is_known(&engine->trouble.settings, error))
		dw_say_error(engine, is_error ? DW_SAY_ERROR : DW_SAY_WARNING, "", error, "");
}

static enum dw_result adopt_settings(
	struct dw_engine *engine, struct dw_settings *settings, struct dw_error *err)
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

/* The model that the settings name (detectors need one too, for its suffixes), or an error that is
 * said: then the one before it serves, and where there was none, the one that is built in. */
static enum dw_result read_model(struct dw_engine *engine, struct dw_error *err)
{
	const struct dw_settings *settings = engine->settings->settings;
	struct dw_dga *dga = NULL;

	if (!settings->dga.on && settings->detect.on == 0)
		return DW_OK;
	enum dw_result res = dw_dga_open(settings->dga.model, &dga, err), had = res;
	if (res != DW_OK) {
		if (!dw_trouble_is_known(&engine->trouble.settings, err))
			dw_say_error(engine, DW_SAY_ERROR, "dga.model: ", err,
				engine->dga != NULL ? "; the model that was in force serves"
						    : "; the model that is built in serves");
		if (engine->dga == NULL)
			had = dw_dga_open(NULL, &dga, NULL);
	}
	if (had == DW_OK && adopt_model(engine, dga) != DW_OK)
		dw_say(engine, DW_SAY_ERROR,
			"no memory for a model; names are not scored, and nothing is detected");
	return res;
}

/* Settings in force are kept; a disk that does not take them is told of and no more. */
static void keep_settings(struct dw_engine *engine)
{
	struct dw_error err;

	if (engine->options.read_only)
		return;
	enum dw_result res = dw_settings_keep(engine->settings->settings, &err);
	if (dw_trouble_set(&engine->trouble.keeping, res, &err))
		dw_say_error(engine, DW_SAY_WARNING,
			"cannot keep the settings as last good: ", &err, "");
}

/* The settings as they are on disk, or an error said and remembered. */
static enum dw_result read_settings(struct dw_engine *engine, struct dw_sources **went_to)
{
	struct dw_settings *settings;
	struct dw_error err;
	enum dw_result res = dw_settings_read(engine->options.settings, engine->options.chroot,
			       complain, engine, went_to, &settings, &err),
		       of_model = DW_OK;

	if (res == DW_OK) {
		res = adopt_settings(engine, settings, &err);
		if (res != DW_OK)
			complain(engine, true, &err);
	}
	if (res == DW_OK)
		of_model = read_model(engine, &err);
	(void)dw_trouble_set(&engine->trouble.settings, res != DW_OK ? res : of_model, &err);
	return res;
}

/* ---- lists ---- */

static enum dw_result open_database(
	struct dw_engine *engine, const char *path, bool *changed, struct dw_error *err)
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
	enum dw_result res = dw_compile_in_thread(engine, &now, err);

	if (res == DW_ERR_CANCELLED) {
		dw_compiled_clear(&now);
		return res;
	}
	dw_take_compiled(engine, &now);
	return res == DW_OK ? open_published(engine, changed, err) : res;
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

static void refresh_settings(struct dw_engine *engine, bool settings_changed, bool *changed)
{
	struct dw_trouble *trouble = &engine->trouble.settings;

	trouble->renewed |= settings_changed;
	const struct dw_trouble before = *trouble;
	if ((settings_changed || dw_may_pass(before.result)) &&
		read_settings_at_rest(engine, changed) != DW_OK &&
		!dw_trouble_is_known(&before, &trouble->why))
		dw_say(engine, DW_SAY_ERROR, "the settings that were in force stay in force");
}

/* What was compiled, or why it was not (`compiled`, `err`), in force, and the settings kept, or the
 * trouble said. */
static void put_in_force(
	struct dw_engine *engine, bool changed, enum dw_result compiled, struct dw_error *err)
{
	const char *stays = "; the database that was in force stays in force";
	enum dw_result published = DW_OK, res = compiled;
	struct dw_error why;

	if (changed)
		published = publish(engine, &why);
	if (published != DW_OK) {
		res = published;
		*err = why;
		stays = "; the generation that was in force stays in force";
	} else if (changed ||
		   compiled == DW_OK) { /* a state-dir that was emptied has lost them too */
		keep_settings(engine);
	}
	if (dw_trouble_set(&engine->trouble.database, res, err))
		dw_say_error(
			engine, res == DW_ERR_BUSY ? DW_SAY_WARNING : DW_SAY_ERROR, "", err, stays);
}

void dw_refresh(struct dw_engine *engine, bool settings_changed, bool again)
{
	struct dw_error err;
	bool changed = engine->unpublished;

	engine->trouble.database.renewed |= !again;
	engine->trouble.ready.renewed |= !again;
	refresh_settings(engine, settings_changed, &changed);
	/* Lists that change while they are read differ from this and are read again. */
	look_at_lists(engine);
	enum dw_result res = compile(engine, &changed, &err);
	if (res == DW_ERR_CANCELLED)
		return;
	look_at_database(engine);
	dw_refresh_ready(engine, &changed);
	put_in_force(engine, changed, res, &err);
	if (changed && engine->log != NULL &&
		dw_log_configure(engine->log, &engine->settings->settings->log, &err) != DW_OK)
		dw_say_error(engine, DW_SAY_ERROR, "query log: ", &err, "");
}

/* A database for this run alone: for who only reads, and where state-dir does not take one. */
static enum dw_result compile_for_once(
	struct dw_engine *engine, bool *changed, struct dw_error *err)
{
	struct dw_scratch_file scratch;
	struct dw_compile_options options = {.database = scratch.path, .read_only = true};
	struct dw_compiled now;
	enum dw_result res = dw_scratch_file_init(&scratch, "policy.dwdb", err);

	if (res != DW_OK)
		return res;
	res = dw_compile(engine->settings->settings, &options, &now, err);
	dw_take_compiled(engine, &now);
	if (res == DW_OK)
		res = open_database(engine, scratch.path, changed, err);
	dw_scratch_file_remove(&scratch);
	return res;
}

/* That lists are not in force would be the worst of what can come of a state-dir that is full, not
 * ours, or held by somebody else. */
static void compile_first(struct dw_engine *engine, bool *changed)
{
	struct dw_error err;
	bool serves = false;
	enum dw_result res;

	if (engine->options.read_only) {
		res = compile_for_once(engine, changed, &err);
	} else {
		res = compile(engine, changed, &err);
		look_at_database(engine);
		serves = res != DW_OK && compile_for_once(engine, changed, NULL) == DW_OK;
	}
	if (dw_trouble_set(&engine->trouble.database, res, &err))
		dw_say_error(engine, DW_SAY_ERROR, "", &err,
			serves ? "; the lists as they are now serve, but no change of them until "
				 "that is mended"
			       : "; there is no database, nothing is listed");
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
	struct dw_error ignored;
	enum dw_result res = read_first(engine);

	if (res != DW_OK) {
		*err = engine->trouble.settings.why;
		if (adopt_last_good(engine) != DW_OK)
			return res;
		dw_say(engine, DW_SAY_ERROR,
			"the last good settings serve until the settings are mended");
		(void)read_model(engine, &ignored);
	}
	dw_shared_settings_drop(engine->handover->settings);
	engine->handover->settings = NULL;
	return DW_OK;
}

/* Who runs on finds out and compiles; who only reads says what it is that is read. */
static void say_if_old(struct dw_engine *engine)
{
	if (engine->options.read_only && !dw_compile_is_current(engine->settings->settings,
						 engine->dbs[DW_SNAPSHOT_COMPILED]->db))
		dw_say(engine, DW_SAY_WARNING,
			"the compiled database is not of the lists as they are now: `dnsward "
			"compile`, or "
			"a resolver that runs, makes it so; `dnsward check` tells why it may not "
			"be");
}

enum dw_result dw_refresh_first(struct dw_engine *engine, struct dw_error *err)
{
	bool changed = false;
	enum dw_result res = first_settings(engine, err);

	if (res != DW_OK)
		return res;
	(void)dw_pauses_refresh(engine);
	look_at_files(engine);
	/* A database that is there serves at once; whether it is still of these lists is for the
	 * engine's thread to find out. Nothing says that somebody is writing into them: a reload
	 * waits for what it finds, and must not wait as long as for that. */
	if (open_published(engine, &changed, NULL) == DW_OK) {
		say_if_old(engine);
		engine->behind = !dw_fingerprint_equal(&engine->done, &engine->handover->seen);
		memset(engine->done.lists, 0, sizeof(engine->done.lists));
		memset(engine->done.files, 0, sizeof(engine->done.files));
	} else {
		compile_first(engine, &changed);
	}
	dw_refresh_ready_first(engine, &changed);
	res = publish(engine, err);
	if (res == DW_OK)
		keep_settings(engine);
	return res;
}
