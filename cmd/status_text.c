/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * status, for people
 */
#include "dnsward-config.h"
#include <inttypes.h>
#include "dnsward/clock.h"
#include "status.h"

static const char *since(int64_t now, int64_t then, char text[DW_DURATION_TEXT_MAX])
{
	int64_t seconds = now > then ? now - then : 0;
	int64_t unit = seconds < 120 ? 1 : seconds < 7200 ? 60 : seconds < 172800 ? 3600 : 86400;

	return dw_duration_to_text((uint64_t)(seconds / unit * unit), text);
}

static void print_lists(FILE *out, const struct dw_stats *s, int64_t now)
{
	char age[DW_DURATION_TEXT_MAX];
	uint64_t refused = 0;

	for (size_t i = 0; i < s->list_count; i++) {
		const struct dw_stats_list *list = &s->lists[i];

		fprintf(out, "  list %-24s %-9s %9" PRIu64 " rules %7" PRIu64 " skipped, ", list->name,
			list->format, list->rules, list->skipped);
		if (list->loaded == 0)
			fputs("never read\n", out);
		else
			fprintf(out, "read %s ago%s\n", since(now, list->loaded, age),
				list->last_good ? " (last good copy)" : "");
		refused += list->refused;
	}
	if (refused > 0)
		fprintf(out, "  %" PRIu64 " rules of lists never fit: %s\n", refused, s->refusal);
}

static void print_counted(FILE *out, const struct dw_stats_counted *counted)
{
	const struct dw_log_counters *log = &counted->log;

	fprintf(out, "  queries: %" PRIu64 " allowed, %" PRIu64 " logged, %" PRIu64 " sinkholed\n",
		counted->queries[DW_ACTION_ALLOW], counted->queries[DW_ACTION_LOG],
		counted->queries[DW_ACTION_SINKHOLE]);
	for (size_t i = 0; i < counted->hit_count; i++) {
		const struct dw_stats_hits *hits = &counted->hits[i];

		fprintf(out,
			"  hits %-24s %-24s %9" PRIu64 " allowed %9" PRIu64 " logged %9" PRIu64
			" sinkholed\n",
			hits->list, hits->category, hits->count[DW_ACTION_ALLOW],
			hits->count[DW_ACTION_LOG], hits->count[DW_ACTION_SINKHOLE]);
	}
	fprintf(out, "  log: %" PRIu64 " events written, %" PRIu64 " bytes queued", log->written,
		log->queued);
	for (size_t i = 0; i < DW_DROP_COUNT; i++) {
		if (log->dropped[i] > 0)
			fprintf(out, ", %" PRIu64 " dropped (%s)", log->dropped[i],
				dw_drop_name((enum dw_drop)i));
	}
	fputc('\n', out);
}

static void print_workers(FILE *out, const struct dw_stats *s)
{
	for (size_t i = 0; i < s->worker_count; i++) {
		const struct dw_stats_worker *worker = &s->workers[i];

		fprintf(out,
			"  worker %-3zu %12" PRIu64 " replies, %" PRIu64 ".%" PRIu64
			" a second, %" PRIu64 " bytes queued\n",
			i + 1, worker->answered, worker->rate / 1000, worker->rate % 1000 / 100,
			worker->queued);
	}
}

static void print_detectors(FILE *out, const struct dw_stats_detect *d)
{
	if (d->detectors == 0)
		return;
	fprintf(out,
		"  detectors: %" PRIu64 " on, %" PRIu64 " MiB, %" PRIu64 " of %" PRIu64
		" places taken, %" PRIu64 " evicted, %" PRIu64 " observations dropped\n",
		d->detectors, d->bytes >> 20, d->taken, d->places, d->evicted, d->dropped);
}

static void print_instance(FILE *out, const struct status_instance *in, int64_t now)
{
	const struct dw_stats *s = &in->stats;
	char age[DW_DURATION_TEXT_MAX], pause[DW_PAUSE_TEXT_MAX];

	fprintf(out, "dnsward %s in %s, pid %" PRId64 ", %s %s%s\n", s->version, s->host, s->pid,
		in->alive ? "up" : "last heard of",
		since(now, in->alive ? s->started : s->updated, age), in->alive ? "" : " ago");
	for (size_t i = 0; i < in->wrong_count; i++)
		fprintf(out, "  WRONG: %s\n", in->wrong[i]);
	for (size_t i = 0; i < in->pauses.count; i++)
		fprintf(out, "  PAUSED: %s\n", dw_pause_to_text(&in->pauses.pause[i], pause));
	if (s->last_error[0] != '\0')
		fprintf(out, "  last error, %s ago: %s\n", since(now, s->last_error_time, age),
			s->last_error);
	fprintf(out, "  generation %" PRIu64 ": %" PRIu64 " names, %" PRIu64 " patterns%s\n",
		s->generation, s->names, s->patterns,
		s->busy ? ", a new one is being compiled" : "");
	print_lists(out, s, now);
	print_counted(out, &s->counted);
	print_detectors(out, &s->detect);
	print_workers(out, s);
}

void status_print_text(FILE *out, const struct status *all)
{
	for (size_t i = 0; i < all->count; i++)
		print_instance(out, all->instance[i], all->now);
	fprintf(out, "%s what the settings say\n", all->enforcing ? "enforcing" : "NOT enforcing");
}
