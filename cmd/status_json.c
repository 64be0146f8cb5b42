/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * status, for programs
 */
#include "dnsward-config.h"
#include <inttypes.h>
#include <stdlib.h>
#include "dnsward/clock.h"
#include "dnsward/json.h"
#include "cmd.h"
#include "status.h"

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
		json_timestamp(json, "until", pause->until == DW_PAUSE_FOREVER ? 0 : pause->until);
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
		dw_json_uint(json, "refused", list->refused);
		json_timestamp(json, "loaded", list->loaded);
		if (list->error[0] != '\0')
			dw_json_string(json, "error", list->error);
		dw_json_bool(json, "last_good", list->last_good != 0);
		dw_json_end(json, '}');
	}
	dw_json_end(json, ']');
}

static void json_verdicts(struct dw_json *json, const uint64_t count[3])
{
	dw_json_uint(json, "allow", count[DW_ACTION_ALLOW]);
	dw_json_uint(json, "log", count[DW_ACTION_LOG]);
	dw_json_uint(json, "sinkhole", count[DW_ACTION_SINKHOLE]);
}

static void json_counted(struct dw_json *json, const struct dw_stats_counted *counted)
{
	const struct dw_log_counters *log = &counted->log;

	dw_json_object(json, "queries");
	json_verdicts(json, counted->queries);
	dw_json_end(json, '}');
	dw_json_array(json, "hits");
	for (size_t i = 0; i < counted->hit_count; i++) {
		const uint64_t *count = counted->hits[i].count;

		dw_json_object(json, NULL);
		dw_json_string(json, "list", counted->hits[i].list);
		dw_json_string(json, "category", counted->hits[i].category);
		dw_json_uint(json, "count", count[0] + count[1] + count[2]);
		json_verdicts(json, count);
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

static void json_workers(struct dw_json *json, const struct dw_stats *s)
{
	dw_json_array(json, "workers");
	for (size_t i = 0; i < s->worker_count; i++) {
		dw_json_object(json, NULL);
		dw_json_uint(json, "answered", s->workers[i].answered);
		dw_json_number(json, "rate", (double)s->workers[i].rate / 1000, 3);
		dw_json_uint(json, "queued_bytes", s->workers[i].queued);
		dw_json_end(json, '}');
	}
	dw_json_end(json, ']');
}

static void json_detectors(struct dw_json *json, const struct dw_stats_detect *d)
{
	dw_json_object(json, "detectors");
	dw_json_uint(json, "on", d->detectors);
	dw_json_uint(json, "bytes", d->bytes);
	dw_json_uint(json, "places", d->places);
	dw_json_uint(json, "taken", d->taken);
	dw_json_uint(json, "evicted", d->evicted);
	dw_json_uint(json, "dropped", d->dropped);
	dw_json_uint(json, "seen_percent", d->seen_percent);
	dw_json_end(json, '}');
}

static void json_last_error(struct dw_json *json, const struct dw_stats *s)
{
	if (s->last_error[0] == '\0')
		return;
	dw_json_object(json, "last_error");
	json_timestamp(json, "time", s->last_error_time);
	dw_json_string(json, "text", s->last_error);
	dw_json_end(json, '}');
}

static void json_instance(struct dw_json *json, const struct status_instance *in)
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
	dw_json_bool(json, "enforcing", status_enforces(in));
	dw_json_array(json, "wrong");
	for (size_t i = 0; i < in->wrong_count; i++)
		dw_json_string(json, NULL, in->wrong[i]);
	dw_json_end(json, ']');
	json_pauses(json, &in->pauses);
	json_last_error(json, s);
	dw_json_uint(json, "generation", s->generation);
	dw_json_uint(json, "generation_enforced", s->enforced);
	dw_json_uint(json, "names", s->names);
	dw_json_uint(json, "patterns", s->patterns);
	json_lists(json, s);
	json_counted(json, &s->counted);
	json_workers(json, s);
	json_detectors(json, &s->detect);
	dw_json_end(json, '}');
}

void status_print_json(FILE *out, const struct status *all)
{
	/* texts may double by escapes */
	size_t room = 4096 + all->count * 4 * sizeof(struct status_instance);
	struct dw_json json;
	char *document = cmd_json_start(&json, room);

	if (document == NULL)
		return;
	dw_json_object(&json, NULL);
	dw_json_bool(&json, "enforcing", all->enforcing);
	dw_json_array(&json, "instances");
	for (size_t i = 0; i < all->count; i++)
		json_instance(&json, all->instance[i]);
	dw_json_end(&json, ']');
	dw_json_end(&json, '}');
	cmd_json_print(out, &json, document);
}
