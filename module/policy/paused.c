/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * paused.c: taking up what is paused, while all runs */
#include "dnsward-config.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "policy/engine_parts.h"

/* A file that is replaced differs in one of these. */
static struct dw_pause_mark look_at(const char *state_dir)
{
	struct dw_pause_mark mark;
	struct stat st;
	char path[PATH_MAX];

	memset(&mark, 0, sizeof(mark));
	if (snprintf(path, sizeof(path), "%s/pause", state_dir) >= (int)sizeof(path) ||
		stat(path, &st) != 0)
		return mark;
	mark.inode = st.st_ino;
	mark.size = st.st_size;
	mark.modified = st.st_mtim;
	return mark;
}

static bool has_not(const struct dw_pauses *pauses, const struct dw_pause *pause)
{
	for (size_t i = 0; i < pauses->count; i++) {
		if (dw_pause_is_same(&pauses->pause[i], pause) &&
			pauses->pause[i].until == pause->until)
			return false;
	}
	return true;
}

static void say_changes(
	struct dw_engine *engine, const struct dw_pauses *before, const struct dw_pauses *now)
{
	char text[DW_PAUSE_TEXT_MAX];

	for (size_t i = 0; i < now->count; i++) {
		if (has_not(before, &now->pause[i]))
			dw_say(engine, DW_SAY_INFO, "paused: %s",
				dw_pause_to_text(&now->pause[i], text));
	}
	for (size_t i = 0; i < before->count; i++) {
		if (has_not(now, &before->pause[i]))
			dw_say(engine, DW_SAY_INFO, "no longer paused: %s",
				dw_pause_to_text(&before->pause[i], text));
	}
}

/* A file that cannot be read pauses nothing: enforcement is the rule. */
static void read_pauses(struct dw_engine *engine, struct dw_pauses *out)
{
	struct dw_error err;

	*out = (struct dw_pauses){.count = 0};
	enum dw_result res =
		dw_pauses_read(engine->settings->settings->state_dir, time(NULL), out, &err);
	if (dw_trouble_set(&engine->trouble.pauses, res, &err))
		dw_say_error(engine, DW_SAY_ERROR, "", &err, "; nothing is paused");
}

bool dw_pauses_refresh(struct dw_engine *engine)
{
	struct dw_pause_mark mark = look_at(engine->settings->settings->state_dir);
	struct dw_pauses now;

	if (memcmp(&mark, &engine->pauses_seen, sizeof(mark)) == 0)
		return false;
	engine->pauses_seen = mark;
	read_pauses(engine, &now);
	say_changes(engine, &engine->pauses, &now);
	engine->pauses = now;
	return true;
}

/* Those that are over hold for nobody any more: all there is to do is to say so. */
static void drop_ended(struct dw_engine *engine)
{
	struct dw_pauses left = {.count = 0};
	int64_t now = time(NULL);

	for (size_t i = 0; i < engine->pauses.count; i++) {
		if (engine->pauses.pause[i].until > now)
			(void)dw_pauses_add(&left, &engine->pauses.pause[i]);
	}
	if (left.count == engine->pauses.count)
		return;
	say_changes(engine, &engine->pauses, &left);
	engine->pauses = left;
}

void dw_pauses_turn(struct dw_engine *engine)
{
	struct dw_error err;

	drop_ended(engine);
	if (!dw_pauses_refresh(engine))
		return;
	enum dw_result res = dw_publish_pauses(engine, &err);
	if (res != DW_OK)
		memset(&engine->pauses_seen, 0xff, sizeof(engine->pauses_seen)); /* try again */
	if (dw_trouble_set(&engine->trouble.pausing, res, &err))
		dw_say_error(engine, DW_SAY_ERROR, "what is paused stays as it was: ", &err, "");
}
