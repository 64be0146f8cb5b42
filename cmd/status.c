/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * status: what a running module has in force, and what is wrong
 */
#include "dnsward-config.h"
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "cmd.h"
#include "dnsward/file.h"
#include "status.h"

/* ---- what is wrong ---- */

__attribute__((format(printf, 2, 3))) static void wrong(
	struct status_instance *in, const char *fmt, ...)
{
	va_list args;

	if (in->wrong_count == STATUS_WRONG_MAX)
		return;
	va_start(args, fmt);
	vsnprintf(in->wrong[in->wrong_count++], sizeof(in->wrong[0]), fmt, args);
	va_end(args);
}

static void judge_lists(struct status_instance *in)
{
	for (size_t i = 0; i < in->stats.list_count; i++) {
		const struct dw_stats_list *list = &in->stats.lists[i];

		if (list->error[0] != '\0')
			wrong(in, "list %s: %s; %s", list->name, list->error,
				list->last_good ? "its last good copy serves" : "it is left out");
	}
}

static void judge(struct status_instance *in, int64_t now)
{
	const struct dw_stats *s = &in->stats;
	int64_t silent = now - s->updated;

	if (!in->alive)
		wrong(in, "it is not running");
	else if (silent > DW_STATS_STALE_SECONDS && !s->busy)
		wrong(in, "it has told nothing for %" PRId64 " seconds", silent);
	if (s->disabled[0] != '\0')
		wrong(in, "every query is passed on: %s", s->disabled);
	else if (s->enforced < s->generation && s->worker_count > 0)
		wrong(in, "generation %" PRIu64 " has not reached the resolver's cache yet",
			s->generation);
	if (s->settings_error[0] != '\0')
		wrong(in, "older settings are in force: %s", s->settings_error);
	if (s->database_error[0] != '\0')
		wrong(in, "the lists as they are now are not in force: %s", s->database_error);
	if (s->refused > 0)
		wrong(in, "%" PRIu64 " rules never fit, the first: %s", s->refused, s->refusal);
	if (s->pauses_error[0] != '\0')
		wrong(in, "nothing is paused: %s", s->pauses_error);
	judge_lists(in);
}

static void keep_pauses(struct status_instance *in, int64_t now)
{
	for (size_t i = 0; i < in->stats.pauses.count; i++) {
		if (in->stats.pauses.pause[i].until > now)
			(void)dw_pauses_add(&in->pauses, &in->stats.pauses.pause[i]);
	}
}

bool status_enforces(const struct status_instance *in)
{
	return in->wrong_count == 0 && in->pauses.count == 0;
}

/* ---- reading ---- */

/* Those that run, or where none does, the one that told something last. */
static void keep_running(struct status *all)
{
	bool some = false;
	struct status_instance *last = all->instance[0];

	for (size_t i = 0; i < all->count; i++) {
		some |= all->instance[i]->alive;
		if (all->instance[i]->stats.updated > last->stats.updated)
			last = all->instance[i];
	}
	size_t kept = 0;
	for (size_t i = 0; i < all->count; i++) {
		struct status_instance *in = all->instance[i];

		if (some ? in->alive : in == last)
			all->instance[kept++] = in;
		else
			free(in);
	}
	all->count = kept;
}

/* What cannot be read, and nobody writes any more, tells of no engine that runs. */
static bool is_leftover(enum dw_result res, bool alive)
{
	return !alive && (res == DW_ERR_CORRUPT || res == DW_ERR_VERSION);
}

static void add_instance(struct status *all, struct status_instance *in)
{
	if (!in->alive)
		in->stats.counted.log.queued = 0;
	dw_stats_add(&all->counted, &in->stats.counted);
	all->instance[all->count++] = in;
}

static void read_instances(const char *state_dir, struct status *all)
{
	struct dw_error err, of_leftover = {.text = ""};
	bool sound = true;

	for (unsigned i = 1; i <= DW_STATS_INSTANCES_MAX; i++) {
		struct status_instance *in = calloc(1, sizeof(*in));
		enum dw_result res = DW_ERR_MEMORY;
		bool alive = false;

		if (in != NULL)
			res = dw_stats_read(state_dir, i, &in->stats, &alive, &err);
		if (res == DW_OK) {
			in->alive = alive;
			add_instance(all, in);
			continue;
		}
		free(in);
		if (is_leftover(res, alive)) {
			of_leftover = err;
			continue;
		}
		if (res == DW_ERR_NOT_FOUND && i > 1)
			break;
		if (res == DW_ERR_NOT_FOUND)
			fprintf(stderr, "%s: no module has run with this state-dir\n", state_dir);
		else
			cmd_print_error(NULL, &err);
		sound = false;
		if (res == DW_ERR_SYSTEM) /* and the next one would fail in the same way */
			break;
	}
	if (all->count > 0)
		keep_running(all);
	else if (of_leftover.text[0] != '\0')
		cmd_print_error(NULL, &of_leftover);
	all->enforcing = sound && all->count > 0;
	for (size_t i = 0; i < all->count; i++) {
		judge(all->instance[i], all->now);
		keep_pauses(all->instance[i], all->now);
		all->enforcing &= status_enforces(all->instance[i]);
	}
}

/* ---- the subcommand ---- */

typedef void print_fn(FILE *out, const struct status *status);

/* In one step, so that who reads the file gets all or nothing of it. */
static bool print_to_file(const char *path, print_fn *print, const struct status *all)
{
	char *text = NULL;
	size_t len;
	struct dw_error err;
	FILE *out = open_memstream(&text, &len);
	enum dw_result res = DW_ERR_MEMORY;

	if (out == NULL)
		return false;
	print(out, all);
	if (fclose(out) == 0)
		res = dw_file_write(path, NULL, text, len, &err);
	else
		dw_fail(&err, res, path, 0, "no memory");
	free(text);
	if (res != DW_OK)
		cmd_print_error(NULL, &err);
	return res == DW_OK;
}

static int show(const struct cmd_context *ctx, print_fn *print, const char *path)
{
	struct status all = {.now = time(NULL)};
	struct dw_settings *settings = cmd_open_settings_or_kept(ctx);
	bool told = true;

	if (settings == NULL)
		return CMD_WANTING;
	read_instances(settings->state_dir, &all);
	if (path != NULL)
		told = print_to_file(path, print, &all);
	else
		print(stdout, &all);
	for (size_t i = 0; i < all.count; i++)
		free(all.instance[i]);
	dw_settings_close(&settings);
	return told && all.enforcing ? CMD_OK : CMD_WANTING;
}

int cmd_status(const struct cmd_context *ctx, int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"output", required_argument, NULL, 'o'},
		{"prometheus", no_argument, NULL, 'p'},
		{NULL, 0, NULL, 0},
	};
	print_fn *print = NULL;
	const char *path = NULL;
	int opt;

	while ((opt = getopt_long(argc, argv, "o:", options, NULL)) != -1) {
		if (opt == '?' || (opt != 'o' && print != NULL))
			return cmd_usage("status");
		if (opt == 'o')
			path = optarg;
		else
			print = opt == 'j' ? status_print_json : status_print_prometheus;
	}
	if (optind < argc)
		return cmd_misuse("status: '%s' is one word too many", argv[optind]);
	return show(ctx, print != NULL ? print : status_print_text, path);
}
