/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * status, for Prometheus: the text format 0.0.4
 */
#include "dnsward-config.h"
#include <inttypes.h>
#include <string.h>
#include "status.h"
#include "dnsward/settings.h"

static void metric(FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* {key="value"}; a backslash or a quote in a value is escaped. There is no newline in one: names have
 * none by the settings' rules, and the rest is made printable where it is read. */
static void label(FILE *out, const char *before, const char *key, const char *value)
{
	fprintf(out, "%s%s=\"", before, key);
	for (; *value != '\0'; value++) {
		if (*value == '\\' || *value == '"')
			fputc('\\', out);
		fputc(*value, out);
	}
	fputc('"', out);
}

static void print_queries(FILE *out, const struct dw_stats_counted *sum)
{
	metric(out, "dnsward_queries_total", "counter", "Replies to clients by verdict.");
	for (size_t i = 0; i < 3; i++)
		fprintf(out, "dnsward_queries_total{verdict=\"%s\"} %" PRIu64 "\n", dw_action_name((enum dw_action)i),
			sum->queries[i]);
	metric(out, "dnsward_hits_total", "counter",
		"Replies whose verdict a list, a rule, the scorer or a detector gave.");
	for (size_t i = 0; i < sum->hit_count; i++) {
		label(out, "dnsward_hits_total{", "category", sum->hits[i].category);
		label(out, ",", "list", sum->hits[i].list);
		const uint64_t *count = sum->hits[i].count;
		fprintf(out, "} %" PRIu64 "\n", count[0] + count[1] + count[2]);
	}
	metric(out, "dnsward_log_events_total", "counter", "Events for the query log.");
	fprintf(out, "dnsward_log_events_total %" PRIu64 "\n", sum->log.noted);
	metric(out, "dnsward_log_dropped_total", "counter",
		"Events that did not get into the query log.");
	for (size_t i = 0; i < DW_DROP_COUNT; i++)
		fprintf(out, "dnsward_log_dropped_total{reason=\"%s\"} %" PRIu64 "\n",
			dw_drop_name((enum dw_drop)i), sum->log.dropped[i]);
	metric(out, "dnsward_log_queued_bytes", "gauge", "Events on their way to the log.");
	fprintf(out, "dnsward_log_queued_bytes %" PRIu64 "\n", sum->log.queued);
}

static void print_lists(FILE *out, const struct dw_stats *s)
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
		metric(out, metrics[m].name, "gauge", metrics[m].help);
		for (size_t i = 0; i < s->list_count; i++) {
			uint64_t value;

			memcpy(&value, (const char *)&s->lists[i] + metrics[m].offset,
				sizeof(value));
			fprintf(out, "%s{", metrics[m].name);
			label(out, "", "list", s->lists[i].name);
			fprintf(out, "} %" PRIu64 "\n", value);
		}
	}
}

static void print_builds(FILE *out, const struct status *all)
{
	metric(out, "dnsward_build_info", "gauge", "Always 1; the versions are in the labels.");
	for (size_t i = 0; i < all->count; i++) {
		const struct dw_stats *s = &all->instance[i]->stats;
		const char *host = strncmp(s->host, "unbound ", 8) == 0 ? s->host + 8 : s->host;
		bool seen = false;

		for (size_t k = 0; k < i; k++)
			seen |= strcmp(all->instance[k]->stats.host, s->host) == 0 &&
				strcmp(all->instance[k]->stats.version, s->version) == 0;
		if (seen)
			continue;
		label(out, "dnsward_build_info{", "version", s->version);
		label(out, ",", "unbound", host);
		fputs("} 1\n", out);
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

/* Engines of one state-dir are one resolver to a scraper: counters are added up, of those that have
 * ended too, and the generation is the oldest that is in force. */
void status_print_prometheus(FILE *out, const struct status *all)
{
	uint64_t generation = UINT64_MAX;

	metric(out, "dnsward_enforcing", "gauge", "1: what the settings say is enforced.");
	fprintf(out, "dnsward_enforcing %d\n", all->enforcing);
	metric(out, "dnsward_paused", "gauge", "1: enforcement is paused, for all or for some.");
	fprintf(out, "dnsward_paused %d\n", is_paused(all));
	if (all->count == 0)
		return;
	for (size_t i = 0; i < all->count; i++) {
		const struct dw_stats *s = &all->instance[i]->stats;

		generation = s->generation < generation ? s->generation : generation;
	}
	metric(out, "dnsward_database_generation", "gauge", "Generation in force.");
	fprintf(out, "dnsward_database_generation %" PRIu64 "\n", generation);
	print_queries(out, &all->counted);
	print_lists(out, &all->instance[0]->stats);
	print_builds(out, all);
}
