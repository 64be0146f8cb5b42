/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * log: what is most frequent, when, and all at a glance
 */
#include "dnsward-config.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "log.h"
#include "dnsward/json.h"
#include "review/histogram.h"
#include "review/text.h"
#include "review/when.h"

enum { BARS_MAX = 48, BAR_COLUMNS = 50, SUMMARY_TOP = 5 };

static double share(uint64_t part, uint64_t all)
{
	return all == 0 ? 0 : 100.0 * (double)part / (double)all;
}

static void json_counts(struct dw_json *json, const uint64_t *count, uint64_t total)
{
	dw_json_uint(json, "replies", total);
	dw_json_uint(json, "allow", count[DW_COUNT_ALLOW]);
	dw_json_uint(json, "log", count[DW_COUNT_LOG]);
	dw_json_uint(json, "sinkhole", count[DW_COUNT_SINKHOLE]);
}

/* ---- top ---- */

struct top {
	const struct dw_filter *filter;
	enum dw_field field;
	struct dw_tally *tally[DW_READERS_MAX];
	bool no_memory[DW_READERS_MAX];
};

static bool count_value(
	void *arg, unsigned thread, enum dw_line_kind kind, const struct dw_line *line)
{
	struct top *top = arg;
	struct dw_value one;
	const char *at = NULL;

	if (kind != DW_LINE_REPLY || !dw_filter_takes(top->filter, line))
		return false;
	while (dw_value_next(dw_line_value(line, top->field), &at, &one)) {
		char room[DW_TEXT_MAX];
		size_t len;
		const char *text = dw_value_text(&one, room, &len);

		if (!dw_tally_add(top->tally[thread], text, len, dw_line_verdict(line),
			    dw_line_weight(line)))
			top->no_memory[thread] = true;
	}
	return false;
}

static void print_top_json(const char *word, const struct dw_tally_entry *entry)
{
	char buffer[6 * DW_TEXT_MAX + 256];
	struct dw_json json;

	dw_json_start(&json, buffer, sizeof(buffer));
	dw_json_object(&json, NULL);
	dw_json_string_n(&json, word, entry->text, entry->len);
	json_counts(&json, entry->count, entry->total);
	dw_json_end(&json, '}');
	if (dw_json_finish(&json) > 0)
		puts(buffer);
}

static void print_top_text(const struct dw_tally_entry *entry, uint64_t all)
{
	printf("%12" PRIu64 " %5.1f%% %12" PRIu64 "  ", entry->total, share(entry->total, all),
		entry->count[DW_COUNT_SINKHOLE]);
	dw_text_put(stdout, DW_TEXT_TERMINAL, entry->text, entry->len, 0);
	putchar('\n');
}

static int print_top(
	const struct dw_tally *tally, enum cmd_log_form form, const char *word, size_t limit)
{
	struct dw_tally_entry *entries = malloc(limit * sizeof(*entries));

	if (entries == NULL) {
		perror("dnsward");
		return CMD_WANTING;
	}
	size_t count = dw_tally_top(tally, DW_COUNTS, entries, limit);
	if (form == CMD_LOG_TEXT)
		printf("%12s %6s %12s  %s\n", "replies", "share", "sinkholed", word);
	for (size_t i = 0; i < count; i++) {
		if (form == CMD_LOG_JSON)
			print_top_json(word, &entries[i]);
		else
			print_top_text(&entries[i], dw_tally_sum(tally));
	}
	free(entries);
	if (dw_tally_lost(tally) > 0)
		fprintf(stderr,
			"dnsward: there are so many different values that each count may be too "
			"low by up to %" PRIu64 "\n",
			dw_tally_lost(tally));
	return CMD_OK;
}

static int merge_top(struct top *top)
{
	bool all = !top->no_memory[0];

	for (size_t i = 1; i < DW_READERS_MAX; i++)
		all &= dw_tally_merge(top->tally[0], top->tally[i]) && !top->no_memory[i];
	if (!all)
		fputs("dnsward: there was not enough memory to count all\n", stderr);
	return all ? CMD_OK : CMD_WANTING;
}

static int run_top(const struct cmd_ask *ask, struct top *top)
{
	struct cmd_progress progress;
	struct dw_run run = {.paths = ask->paths,
		.count = ask->count,
		.progress = cmd_progress,
		.progress_arg = &progress};

	for (size_t i = 0; i < DW_READERS_MAX; i++) {
		top->tally[i] = dw_tally_new(0);
		if (top->tally[i] == NULL)
			return CMD_WANTING;
	}
	run.readers = dw_readers_new(0, count_value, top);
	if (run.readers == NULL)
		return CMD_WANTING;
	cmd_progress_begin(&progress, ask, false);
	enum dw_result result = dw_run_all(&run, cmd_ask_complain);
	cmd_progress_end(&progress);
	dw_readers_end(&run.readers);
	int status = cmd_ask_told(&run, result);
	return merge_top(top) == CMD_OK ? status : CMD_WANTING;
}

int cmd_log_top(
	const struct cmd_ask *ask, enum cmd_log_form form, enum dw_field field, size_t limit)
{
	struct top top = {.filter = ask->filter, .field = field};
	int status = run_top(ask, &top);

	if (top.tally[0] != NULL &&
		print_top(top.tally[0], form, dw_field_info(field)->word, limit) != CMD_OK)
		status = CMD_WANTING;
	for (size_t i = 0; i < DW_READERS_MAX; i++)
		dw_tally_free(&top.tally[i]);
	return status;
}

/* ---- histogram ---- */

static void print_bar_json(const struct dw_bar *bar, int64_t step)
{
	char buffer[512], time[DW_TIMESTAMP_TEXT_MAX];
	struct dw_json json;

	dw_json_start(&json, buffer, sizeof(buffer));
	dw_json_object(&json, NULL);
	dw_json_string(&json, "from",
		dw_timestamp_to_text(bar->start < 0 ? 0 : (uint64_t)bar->start, time));
	dw_json_int(&json, "seconds", step);
	json_counts(&json, bar->count, bar->total);
	dw_json_end(&json, '}');
	if (dw_json_finish(&json) > 0)
		puts(buffer);
}

static void put_times(char c, int count)
{
	while (count-- > 0)
		putchar(c);
}

/* "2026-01-02 03:00        1234 ######====": sinkholes first. */
static void print_bar_text(const struct dw_bar *bar, const struct dw_zone_info *zone, uint64_t most)
{
	char time[DW_WHEN_TEXT_MAX];
	double column = most > 0 ? BAR_COLUMNS / (double)most : 0;
	int all = (int)((double)bar->total * column + 0.5);
	int sunk = (int)((double)bar->count[DW_COUNT_SINKHOLE] * column + 0.5);

	printf("%.16s %10" PRIu64 " %10" PRIu64 " ", dw_when_to_text(bar->start, zone, time),
		bar->total, bar->count[DW_COUNT_SINKHOLE]);
	put_times('#', sunk);
	put_times('=', all - sunk);
	putchar('\n');
}

static void print_bars(const struct dw_histogram *histogram, enum cmd_log_form form,
	const struct dw_zone_info *zone)
{
	uint64_t most = 0;

	for (size_t i = 0; i < histogram->count; i++)
		most = histogram->bars[i].total > most ? histogram->bars[i].total : most;
	if (form == CMD_LOG_TEXT)
		printf("%-16s %10s %10s  # sinkholed  = others\n", "from", "replies", "sinkholed");
	for (size_t i = 0; i < histogram->count; i++) {
		if (form == CMD_LOG_JSON)
			print_bar_json(&histogram->bars[i], histogram->step);
		else
			print_bar_text(&histogram->bars[i], zone, most);
	}
	if (histogram->left_out > 0)
		fprintf(stderr,
			"dnsward: %" PRIu64 " replies are more than a year away from the others "
			"and left out\n",
			histogram->left_out);
}

int cmd_log_histogram(const struct cmd_ask *ask, enum cmd_log_form form, int64_t step)
{
	struct dw_histogram histogram;
	int status;
	struct dw_summary *summary = cmd_ask_study(ask, NULL, &status);

	if (summary == NULL)
		return status;
	if (dw_histogram_make(
		    summary->tally[DW_SUMMARY_MINUTES], step, BARS_MAX, ask->zone, &histogram)) {
		print_bars(&histogram, form, ask->zone);
		dw_histogram_free(&histogram);
	} else {
		perror("dnsward");
		status = CMD_WANTING;
	}
	dw_summary_free(&summary);
	return status;
}

/* ---- summary ---- */

static const struct {
	enum dw_summary_of what;
	enum dw_count_of of;
	const char *key, *title;
} tables[] = {
	{DW_SUMMARY_NAMES, DW_COUNT_SINKHOLE, "names", "names, by times sinkholed"},
	{DW_SUMMARY_CLIENTS, DW_COUNTS, "clients", "clients"},
	{DW_SUMMARY_DOMAINS, DW_COUNTS, "domains", "domains"},
	{DW_SUMMARY_LISTS, DW_COUNTS, "lists", "lists, rules and scores"},
	{DW_SUMMARY_CATEGORIES, DW_COUNTS, "categories", "categories"},
	{DW_SUMMARY_TECHNIQUES, DW_COUNTS, "techniques", "techniques (MITRE ATT&CK)"},
	{DW_SUMMARY_TYPES, DW_COUNTS, "types", "query types"},
	{DW_SUMMARY_RCODES, DW_COUNTS, "rcodes", "response codes"},
};

static uint64_t replies_of(const struct dw_summary *summary)
{
	return summary->replies[DW_COUNT_ALLOW] + summary->replies[DW_COUNT_LOG] +
	       summary->replies[DW_COUNT_SINKHOLE];
}

static void json_time(struct dw_json *json, const char *key, int64_t time)
{
	char text[DW_TIMESTAMP_TEXT_MAX];

	if (time != INT64_MIN && time != INT64_MAX)
		dw_json_string(
			json, key, dw_timestamp_to_text(time < 0 ? 0 : (uint64_t)time, text));
}

static void json_table(struct dw_json *json, const struct dw_summary *summary, size_t i)
{
	const struct dw_tally *tally = summary->tally[tables[i].what];
	struct dw_tally_entry top[SUMMARY_TOP];
	size_t count = dw_tally_top(tally, tables[i].of, top, SUMMARY_TOP);

	dw_json_object(json, tables[i].key);
	dw_json_uint(json, "different", dw_tally_size(tally));
	if (dw_tally_lost(tally) > 0)
		dw_json_uint(json, "too_low_by", dw_tally_lost(tally));
	dw_json_array(json, "top");
	for (size_t k = 0; k < count; k++) {
		dw_json_object(json, NULL);
		dw_json_string_n(json, "value", top[k].text, top[k].len);
		json_counts(json, top[k].count, top[k].total);
		dw_json_end(json, '}');
	}
	dw_json_end(json, ']');
	dw_json_end(json, '}');
}

static void json_lost(struct dw_json *json, const struct dw_lost *lost)
{
	dw_json_object(json, "lost");
	dw_json_uint(json, "queue-full", lost->queue_full);
	dw_json_uint(json, "write", lost->write);
	dw_json_uint(json, "too-large", lost->too_large);
	dw_json_end(json, '}');
}

static int print_summary_json(struct dw_summary *summary)
{
	const size_t room = 8 * SUMMARY_TOP * 6 * DW_TEXT_MAX;
	const struct dw_lost lost = dw_summary_lost(summary);
	struct dw_json json;
	char *document = cmd_json_start(&json, room);

	if (document == NULL)
		return CMD_WANTING;
	dw_json_object(&json, NULL);
	json_time(&json, "first", summary->first);
	json_time(&json, "last", summary->last);
	json_counts(&json, summary->replies, replies_of(summary));
	dw_json_uint(&json, "would_log", summary->would[DW_COUNT_LOG]);
	dw_json_uint(&json, "would_sinkhole", summary->would[DW_COUNT_SINKHOLE]);
	dw_json_uint(&json, "alerts", summary->alerts);
	dw_json_uint(&json, "cached", summary->cached);
	dw_json_uint(&json, "unanswered", summary->unanswered);
	json_lost(&json, &lost);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		json_table(&json, summary, i);
	dw_json_end(&json, '}');
	return cmd_json_print(stdout, &json, document);
}

static void print_count(const char *what, uint64_t count, uint64_t all)
{
	printf("  %-22s %12" PRIu64 "  %5.1f%%\n", what, count, share(count, all));
}

static void print_table(const struct dw_summary *summary, size_t i)
{
	struct dw_tally_entry top[SUMMARY_TOP];
	size_t count = dw_tally_top(summary->tally[tables[i].what], tables[i].of, top, SUMMARY_TOP);

	if (count == 0)
		return;
	printf("\n%s: %zu different\n", tables[i].title,
		dw_tally_size(summary->tally[tables[i].what]));
	for (size_t k = 0; k < count; k++)
		print_top_text(&top[k], replies_of(summary));
}

static void print_summary_text(struct dw_summary *summary, const struct dw_zone_info *zone)
{
	char first[DW_WHEN_TEXT_MAX], last[DW_WHEN_TEXT_MAX];
	const struct dw_lost lost = dw_summary_lost(summary);
	uint64_t all = replies_of(summary);

	if (summary->last != INT64_MIN)
		printf("%.19s to %.19s\n", dw_when_to_text(summary->first, zone, first),
			dw_when_to_text(summary->last, zone, last));
	print_count("replies", all, all);
	print_count("allowed", summary->replies[DW_COUNT_ALLOW], all);
	print_count("logged", summary->replies[DW_COUNT_LOG], all);
	print_count("sinkholed", summary->replies[DW_COUNT_SINKHOLE], all);
	if (summary->would[DW_COUNT_LOG] + summary->would[DW_COUNT_SINKHOLE] > 0)
		print_count("would be sinkholed", summary->would[DW_COUNT_SINKHOLE], all);
	print_count("alerts", summary->alerts, all);
	print_count("from the cache", summary->cached, all);
	print_count("left unanswered", summary->unanswered, all);
	if (lost.queue_full + lost.write + lost.too_large > 0)
		printf("  %-22s %12" PRIu64 "\n", "lost by the log",
			lost.queue_full + lost.write + lost.too_large);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		print_table(summary, i);
}

int cmd_log_summary(const struct cmd_ask *ask, enum cmd_log_form form)
{
	int status;
	struct dw_summary *summary = cmd_ask_study(ask, NULL, &status);

	if (summary == NULL)
		return status;
	if (form == CMD_LOG_TEXT)
		print_summary_text(summary, ask->zone);
	else if (print_summary_json(summary) != CMD_OK)
		status = CMD_WANTING;
	dw_summary_free(&summary);
	return status;
}
