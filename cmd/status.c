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
#include "dnsward/clock.h"
#include "dnsward/json.h"
#include "dnsward/stats.h"

enum { WRONG_MAX = 4 + DW_SETTINGS_LISTS_MAX };

/* One engine, and why it does not enforce what the settings say. */
struct instance {
	struct dw_stats stats;
	bool alive;
	struct dw_pauses pauses; /* of its own, those that hold now */
	size_t wrong_count;
	char wrong[WRONG_MAX][DW_STATS_TEXT_MAX + DW_STATS_NAME_MAX + 64];
};

struct status {
	size_t count;
	struct instance *instance[DW_STATS_INSTANCES_MAX];
	bool enforcing;
};

/* ---- what is wrong ---- */

__attribute__((format(printf, 2, 3))) static void wrong(struct instance *in, const char *fmt, ...)
{
	va_list args;
	if (in->wrong_count == WRONG_MAX)
		return;
	va_start(args, fmt);
	vsnprintf(in->wrong[in->wrong_count++], sizeof(in->wrong[0]), fmt, args);
	va_end(args);
}

static void judge_lists(struct instance *in)
{
	for (size_t i = 0; i < in->stats.list_count; i++) {
		const struct dw_stats_list *list = &in->stats.lists[i];
		if (list->error[0] != '\0')
			wrong(in, "list %s: %s; %s", list->name, list->error,
				list->last_good ? "its last good copy serves" : "it is left out");
	}
}

static void judge(struct instance *in, int64_t now)
{
	const struct dw_stats *s = &in->stats;
	int64_t silent = now - s->updated;
	if (!in->alive)
		wrong(in, "it is not running");
	else if (silent > DW_STATS_STALE_SECONDS && !s->busy)
		wrong(in, "it has told nothing for %" PRId64 " seconds", silent);
	if (s->disabled[0] != '\0')
		wrong(in, "every query is passed on: %s", s->disabled);
	else if (s->enforced < s->generation)
		wrong(in, "generation %" PRIu64 " has not reached the resolver's cache yet",
			s->generation);
	if (s->settings_error[0] != '\0')
		wrong(in, "older settings are in force: %s", s->settings_error);
	if (s->database_error[0] != '\0')
		wrong(in, "the lists as they are now are not in force: %s", s->database_error);
	if (s->pauses_error[0] != '\0')
		wrong(in, "nothing is paused: %s", s->pauses_error);
	judge_lists(in);
}

static void keep_pauses(struct instance *in, int64_t now)
{
	for (size_t i = 0; i < in->stats.pauses.count; i++) {
		if (in->stats.pauses.pause[i].until > now)
			(void)dw_pauses_add(&in->pauses, &in->stats.pauses.pause[i]);
	}
}

static bool enforces(const struct instance *in)
{
	return in->wrong_count == 0 && in->pauses.count == 0;
}

/* ---- reading ---- */

/* Those that run, or where none does, the one that told something last. */
static void keep_running(struct status *all)
{
	bool some = false;
	struct instance *last = all->instance[0];
	for (size_t i = 0; i < all->count; i++) {
		some |= all->instance[i]->alive;
		if (all->instance[i]->stats.updated > last->stats.updated)
			last = all->instance[i];
	}
	size_t kept = 0;
	for (size_t i = 0; i < all->count; i++) {
		struct instance *in = all->instance[i];
		if (some ? in->alive : in == last)
			all->instance[kept++] = in;
		else
			free(in);
	}
	all->count = kept;
}

static void read_instances(const char *state_dir, struct status *all)
{
	struct dw_error err;
	bool sound = true;
	for (unsigned i = 1; i <= DW_STATS_INSTANCES_MAX; i++) {
		struct instance *in = calloc(1, sizeof(*in));
		enum dw_result res = DW_ERR_MEMORY;
		if (in != NULL)
			res = dw_stats_read(state_dir, i, &in->stats, &in->alive, &err);
		if (res == DW_OK) {
			all->instance[all->count++] = in;
			continue;
		}
		free(in);
		if (res == DW_ERR_NOT_FOUND && i > 1)
			break;
		if (res == DW_ERR_NOT_FOUND)
			fprintf(stderr, "%s: no module has run with this state-dir\n", state_dir);
		else
			cmd_print_error(NULL, &err);
		sound = false;
	}
	if (all->count > 0)
		keep_running(all);
	all->enforcing = sound && all->count > 0;
	for (size_t i = 0; i < all->count; i++) {
		judge(all->instance[i], (int64_t)time(NULL));
		keep_pauses(all->instance[i], (int64_t)time(NULL));
		all->enforcing &= enforces(all->instance[i]);
	}
}

/* ---- for people ---- */

static const char *since(int64_t now, int64_t then, char out[DW_DURATION_TEXT_MAX])
{
	int64_t seconds = now > then ? now - then : 0;
	int64_t unit = seconds < 120 ? 1 : seconds < 7200 ? 60 : seconds < 172800 ? 3600 : 86400;
	return dw_duration_to_text((uint64_t)(seconds / unit * unit), out);
}

static void print_lists(const struct dw_stats *s, int64_t now)
{
	char age[DW_DURATION_TEXT_MAX];
	for (size_t i = 0; i < s->list_count; i++) {
		const struct dw_stats_list *list = &s->lists[i];
		printf("  list %-24s %-9s %9" PRIu64 " rules %7" PRIu64 " skipped, read %s ago%s\n",
			list->name, list->format, list->rules, list->skipped,
			since(now, list->loaded, age), list->last_good ? " (last good copy)" : "");
	}
}

static void print_counted(const struct dw_stats_counted *counted)
{
	const struct dw_log_counters *log = &counted->log;
	printf("  queries: %" PRIu64 " allowed, %" PRIu64 " logged, %" PRIu64 " sinkholed\n",
		counted->queries[DW_ACTION_ALLOW], counted->queries[DW_ACTION_LOG],
		counted->queries[DW_ACTION_SINKHOLE]);
	for (size_t i = 0; i < counted->hit_count; i++)
		printf("  hits %-24s %-24s %9" PRIu64 "\n", counted->hits[i].list,
			counted->hits[i].category, counted->hits[i].count);
	printf("  log: %" PRIu64 " events written, %" PRIu64 " bytes queued", log->written,
		log->queued);
	for (size_t i = 0; i < DW_DROP_COUNT; i++) {
		if (log->dropped[i] > 0)
			printf(", %" PRIu64 " dropped (%s)", log->dropped[i],
				dw_drop_name((enum dw_drop)i));
	}
	putchar('\n');
}

static void print_instance(const struct instance *in, int64_t now)
{
	const struct dw_stats *s = &in->stats;
	char age[DW_DURATION_TEXT_MAX], pause[DW_PAUSE_TEXT_MAX];
	printf("dnsward %s in %s, pid %" PRId64 ", %s %s%s\n", s->version, s->host, s->pid,
		in->alive ? "up" : "last heard of", since(now, in->alive ? s->started : s->updated, age),
		in->alive ? "" : " ago");
	for (size_t i = 0; i < in->wrong_count; i++)
		printf("  WRONG: %s\n", in->wrong[i]);
	for (size_t i = 0; i < in->pauses.count; i++)
		printf("  PAUSED: %s\n", dw_pause_to_text(&in->pauses.pause[i], pause));
	printf("  generation %" PRIu64 ": %" PRIu64 " names, %" PRIu64 " patterns%s\n", s->generation,
		s->names, s->patterns, s->busy ? ", a new one is being compiled" : "");
	print_lists(s, now);
	print_counted(&s->counted);
}

static void print_text(const struct status *all)
{
	int64_t now = time(NULL);
	for (size_t i = 0; i < all->count; i++)
		print_instance(all->instance[i], now);
	puts(all->enforcing ? "enforcing what the settings say"
			    : "NOT enforcing what the settings say");
}

/* ---- JSON ---- */

static void json_timestamp(struct dw_json *json, const char *key, int64_t seconds)
{
	char text[DW_TIMESTAMP_TEXT_MAX];
	if (seconds > 0)
		dw_json_string(json, key, dw_timestamp_to_text((uint64_t)seconds * 1000000, text));
	else
		dw_json_null(json, key);
}

static void json_pauses(struct dw_json *json, const struct dw_pauses *pauses)
{
	char net[DW_NET_TEXT_MAX];
	dw_json_array(json, "paused");
	for (size_t i = 0; i < pauses->count; i++) {
		const struct dw_pause *pause = &pauses->pause[i];
		dw_json_object(json, NULL);
		if (pause->category[0] != '\0')
			dw_json_string(json, "category", pause->category);
		if (pause->client.addr.family != 0)
			dw_json_string(json, "client", dw_net_to_text(&pause->client, net));
		json_timestamp(json, "until",
			pause->until == DW_PAUSE_FOREVER ? 0 : pause->until);
		dw_json_end(json, '}');
	}
	dw_json_end(json, ']');
}

static void json_lists(struct dw_json *json, const struct dw_stats *s)
{
	dw_json_array(json, "lists");
	for (size_t i = 0; i < s->list_count; i++) {
		const struct dw_stats_list *list = &s->lists[i];
		dw_json_object(json, NULL);
		dw_json_string(json, "name", list->name);
		dw_json_string(json, "format", list->format);
		dw_json_uint(json, "rules", list->rules);
		dw_json_uint(json, "lines", list->lines);
		dw_json_uint(json, "skipped", list->skipped);
		json_timestamp(json, "loaded", list->loaded);
		if (list->error[0] != '\0')
			dw_json_string(json, "error", list->error);
		dw_json_bool(json, "last_good", list->last_good != 0);
		dw_json_end(json, '}');
	}
	dw_json_end(json, ']');
}

static void json_counted(struct dw_json *json, const struct dw_stats_counted *counted)
{
	const struct dw_log_counters *log = &counted->log;
	dw_json_object(json, "queries");
	dw_json_uint(json, "allow", counted->queries[DW_ACTION_ALLOW]);
	dw_json_uint(json, "log", counted->queries[DW_ACTION_LOG]);
	dw_json_uint(json, "sinkhole", counted->queries[DW_ACTION_SINKHOLE]);
	dw_json_end(json, '}');
	dw_json_array(json, "hits");
	for (size_t i = 0; i < counted->hit_count; i++) {
		dw_json_object(json, NULL);
		dw_json_string(json, "list", counted->hits[i].list);
		dw_json_string(json, "category", counted->hits[i].category);
		dw_json_uint(json, "count", counted->hits[i].count);
		dw_json_end(json, '}');
	}
	dw_json_end(json, ']');
	dw_json_object(json, "log");
	dw_json_uint(json, "events", log->noted);
	dw_json_uint(json, "written", log->written);
	dw_json_object(json, "dropped");
	for (size_t i = 0; i < DW_DROP_COUNT; i++)
		dw_json_uint(json, dw_drop_name((enum dw_drop)i), log->dropped[i]);
	dw_json_end(json, '}');
	dw_json_uint(json, "bytes", log->bytes);
	dw_json_uint(json, "queued_bytes", log->queued);
	dw_json_uint(json, "reopened", log->reopened);
	dw_json_end(json, '}');
}

static void json_instance(struct dw_json *json, const struct instance *in)
{
	const struct dw_stats *s = &in->stats;
	dw_json_object(json, NULL);
	dw_json_string(json, "version", s->version);
	dw_json_string(json, "host", s->host);
	dw_json_int(json, "pid", s->pid);
	dw_json_bool(json, "running", in->alive);
	dw_json_bool(json, "compiling", s->busy != 0);
	json_timestamp(json, "started", s->started);
	json_timestamp(json, "updated", s->updated);
	dw_json_bool(json, "enforcing", enforces(in));
	dw_json_array(json, "wrong");
	for (size_t i = 0; i < in->wrong_count; i++)
		dw_json_string(json, NULL, in->wrong[i]);
	dw_json_end(json, ']');
	json_pauses(json, &in->pauses);
	dw_json_uint(json, "generation", s->generation);
	dw_json_uint(json, "generation_enforced", s->enforced);
	dw_json_uint(json, "names", s->names);
	dw_json_uint(json, "patterns", s->patterns);
	json_lists(json, s);
	json_counted(json, &s->counted);
	dw_json_end(json, '}');
}

static void print_json(const struct status *all)
{
	/* texts may double by escapes */
	size_t room = 4096 + all->count * 4 * sizeof(struct instance);
	char *buffer = malloc(room);
	struct dw_json json;
	if (buffer == NULL) {
		perror("dnsward");
		return;
	}
	dw_json_start(&json, buffer, room);
	dw_json_object(&json, NULL);
	dw_json_bool(&json, "enforcing", all->enforcing);
	dw_json_array(&json, "instances");
	for (size_t i = 0; i < all->count; i++)
		json_instance(&json, all->instance[i]);
	dw_json_end(&json, ']');
	dw_json_end(&json, '}');
	if (dw_json_finish(&json) > 0)
		puts(buffer);
	free(buffer);
}

/* ---- Prometheus: the text format 0.0.4 ---- */

static void metric(const char *name, const char *type, const char *help)
{
	printf("# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* {key="value"}; a backslash, a quote or a newline in a value is escaped. */
static void label(const char *before, const char *key, const char *value)
{
	printf("%s%s=\"", before, key);
	for (; *value != '\0'; value++) {
		if (*value == '\\' || *value == '"')
			putchar('\\');
		putchar(*value);
	}
	putchar('"');
}

static void prometheus_queries(const struct dw_stats_counted *sum)
{
	static const char *const verdicts[] = {"allow", "log", "sinkhole"};
	metric("dnsward_queries_total", "counter", "Replies to clients by verdict.");
	for (size_t i = 0; i < 3; i++)
		printf("dnsward_queries_total{verdict=\"%s\"} %" PRIu64 "\n", verdicts[i],
			sum->queries[i]);
	metric("dnsward_hits_total", "counter", "Replies whose verdict a list gave, by its category.");
	for (size_t i = 0; i < sum->hit_count; i++) {
		label("dnsward_hits_total{", "category", sum->hits[i].category);
		label(",", "list", sum->hits[i].list);
		printf("} %" PRIu64 "\n", sum->hits[i].count);
	}
	metric("dnsward_log_events_total", "counter", "Events for the query log.");
	printf("dnsward_log_events_total %" PRIu64 "\n", sum->log.noted);
	metric("dnsward_log_dropped_total", "counter", "Events that did not get into the query log.");
	for (size_t i = 0; i < DW_DROP_COUNT; i++)
		printf("dnsward_log_dropped_total{reason=\"%s\"} %" PRIu64 "\n",
			dw_drop_name((enum dw_drop)i), sum->log.dropped[i]);
}

static void prometheus_lists(const struct dw_stats *s)
{
	static const struct {
		const char *name, *help;
		size_t offset;
	} metrics[] = {
		{"dnsward_list_rules", "Rules in force.", offsetof(struct dw_stats_list, rules)},
		{"dnsward_list_skipped_lines", "Lines that are not honoured.",
			offsetof(struct dw_stats_list, skipped)},
		{"dnsward_list_last_success_timestamp_seconds", "When the copy in force was read.",
			offsetof(struct dw_stats_list, loaded)},
	};
	for (size_t m = 0; m < sizeof(metrics) / sizeof(metrics[0]); m++) {
		metric(metrics[m].name, "gauge", metrics[m].help);
		for (size_t i = 0; i < s->list_count; i++) {
			uint64_t value;
			memcpy(&value, (const char *)&s->lists[i] + metrics[m].offset, sizeof(value));
			printf("%s{", metrics[m].name);
			label("", "list", s->lists[i].name);
			printf("} %" PRIu64 "\n", value);
		}
	}
}

static void prometheus_builds(const struct status *all)
{
	metric("dnsward_build_info", "gauge", "Always 1; the versions are in the labels.");
	for (size_t i = 0; i < all->count; i++) {
		const struct dw_stats *s = &all->instance[i]->stats;
		const char *host = strncmp(s->host, "unbound ", 8) == 0 ? s->host + 8 : s->host;
		bool seen = false;
		for (size_t k = 0; k < i; k++)
			seen |= strcmp(all->instance[k]->stats.host, s->host) == 0 &&
				strcmp(all->instance[k]->stats.version, s->version) == 0;
		if (seen)
			continue;
		label("dnsward_build_info{", "version", s->version);
		label(",", "unbound", host);
		puts("} 1");
	}
}

static bool is_paused(const struct status *all)
{
	for (size_t i = 0; i < all->count; i++) {
		if (all->instance[i]->pauses.count > 0)
			return true;
	}
	return false;
}

/* Engines of one state-dir are one resolver to a scraper: counters are added up, and the
 * generation is the oldest that is in force. */
static void print_prometheus(const struct status *all)
{
	struct dw_stats_counted *sum = calloc(1, sizeof(*sum));
	uint64_t generation = UINT64_MAX;
	metric("dnsward_enforcing", "gauge", "1: what the settings say is enforced.");
	printf("dnsward_enforcing %d\n", all->enforcing);
	metric("dnsward_paused", "gauge", "1: enforcement is paused, for all or for some.");
	printf("dnsward_paused %d\n", is_paused(all));
	if (all->count == 0 || sum == NULL) {
		free(sum);
		return;
	}
	for (size_t i = 0; i < all->count; i++) {
		const struct dw_stats *s = &all->instance[i]->stats;
		dw_stats_add(sum, &s->counted);
		generation = s->generation < generation ? s->generation : generation;
	}
	metric("dnsward_database_generation", "gauge", "Generation in force.");
	printf("dnsward_database_generation %" PRIu64 "\n", generation);
	prometheus_queries(sum);
	prometheus_lists(&all->instance[0]->stats);
	prometheus_builds(all);
	free(sum);
}

/* ---- the subcommand ---- */

static int show(const struct cmd_context *ctx, char form)
{
	struct status all = {0};
	struct dw_settings *settings = cmd_open_settings_or_kept(ctx);
	if (settings == NULL)
		return CMD_WANTING;
	read_instances(settings->state_dir, &all);
	if (form == 'j')
		print_json(&all);
	else if (form == 'p')
		print_prometheus(&all);
	else
		print_text(&all);
	for (size_t i = 0; i < all.count; i++)
		free(all.instance[i]);
	dw_settings_close(&settings);
	return all.enforcing ? CMD_OK : CMD_WANTING;
}

int cmd_status(const struct cmd_context *ctx, int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"prometheus", no_argument, NULL, 'p'},
		{NULL, 0, NULL, 0},
	};
	char form = 't';
	int opt;
	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == '?' || form != 't')
			return cmd_misuse("usage: status [--json or --prometheus]");
		form = (char)opt;
	}
	if (optind < argc)
		return cmd_misuse("status: '%s' is one word too many", argv[optind]);
	return show(ctx, form);
}
