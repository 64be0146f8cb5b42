/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * log, report: which lines of which files are asked for
 */
#include "dnsward-config.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "log.h"
#include "dnsward/pseudonym.h"
#include "review/when.h"

/* getopt's values: a field's is its number behind this. */
enum { OPTION_FIELD = 1000, OPTION_SINCE = 2000, OPTION_UNTIL };

#define DAY (INT64_C(86400) * 1000000)

int cmd_ask_begin(const struct cmd_context *ctx, struct cmd_ask *ask)
{
	struct dw_error err;

	*ask = (struct cmd_ask){.ctx = ctx, .now = (int64_t)dw_clock_wall()};
	ask->filter = dw_filter_new();
	if (ask->filter == NULL) {
		perror("dnsward");
		return CMD_WANTING;
	}
	if (dw_zone_info_open(NULL, &ask->zone, &err) != DW_OK)
		cmd_print_error("times are in UTC", &err);
	return CMD_OK;
}

void cmd_ask_end(struct cmd_ask *ask)
{
	dw_settings_close(&ask->settings);
	dw_zone_info_close(&ask->zone);
	dw_filter_free(&ask->filter);
}

void cmd_ask_options(const struct option *own, struct option *out)
{
	for (int i = 0; i < DW_FIELD_COUNT; i++) {
		const char *word = dw_field_info((enum dw_field)i)->word;

		if (word != NULL)
			*out++ = (struct option){word, required_argument, NULL, OPTION_FIELD + i};
	}
	*out++ = (struct option){"since", required_argument, NULL, OPTION_SINCE};
	*out++ = (struct option){"until", required_argument, NULL, OPTION_UNTIL};
	while (own->name != NULL)
		*out++ = *own++;
	*out = *own;
}

/* With `clients: pseudonym` an address stands in the log as another one each day: ask for those
 * whose keys are still there. */
static int add_pseudonyms(struct cmd_ask *ask)
{
	const struct dw_settings *settings = ask->settings;

	for (size_t i = 0; i < ask->client_count; i++) {
		for (int64_t day = ask->now / DAY - 1; day <= ask->now / DAY; day++) {
			struct dw_net net = {.bits = 128};

			if (dw_pseudonym_find(settings->state_dir, day * DAY, &ask->clients[i],
				    &net.addr, NULL) == DW_OK &&
				dw_filter_add_net(ask->filter, DW_FIELD_SOURCE, &net, day * DAY,
					(day + 1) * DAY) != DW_OK)
				return CMD_WANTING;
		}
	}
	return CMD_OK;
}

/* Settings that cannot be read are no hindrance to reading a log that is named. */
static int translate_clients(struct cmd_ask *ask)
{
	if (ask->client_count == 0)
		return CMD_OK;
	if (ask->settings == NULL && dw_settings_open(ask->ctx->conf, ask->ctx->chroot, NULL, NULL,
					     &ask->settings, NULL) != DW_OK)
		return CMD_OK;
	return ask->settings->log.clients == DW_CLIENTS_PSEUDONYM ? add_pseudonyms(ask) : CMD_OK;
}

/* Keep the addresses among what was asked for as clients; networks have no pseudonym. */
static void note_clients(struct cmd_ask *ask, const char *value)
{
	for (;;) {
		size_t len = strcspn(value, ",");
		struct dw_addr *addr = &ask->clients[ask->client_count];

		if (ask->client_count < CMD_ASK_CLIENTS_MAX && dw_addr_from_text(value, len, addr))
			ask->client_count++;
		if (value[len] == '\0')
			return;
		value += len + 1;
	}
}

void cmd_ask_help(void)
{
	puts("\nFilters; values of one are alternatives:");
	for (int i = 0; i < DW_FIELD_COUNT; i++) {
		const struct dw_field_info *info = dw_field_info((enum dw_field)i);

		if (info->word != NULL)
			printf("  --%-10s %s\n", info->word, info->help);
	}
	puts("  --since      2h, 3d, today, yesterday, 2026-01-02, 2026-01-02T03:04\n"
	     "  --until      the same");
}

int cmd_ask_option(struct cmd_ask *ask, int opt, const char *value)
{
	struct dw_error err;
	int64_t time;

	if (opt == OPTION_SINCE || opt == OPTION_UNTIL) {
		if (dw_when_from_text(value, ask->now, ask->zone, &time, &err) != DW_OK)
			return cmd_misuse("%s", err.text);
		if (opt == OPTION_SINCE)
			dw_filter_since(ask->filter, time);
		else
			dw_filter_until(ask->filter, time);
		ask->has_since |= opt == OPTION_SINCE;
		return CMD_OK;
	}
	if (opt < OPTION_FIELD || opt >= OPTION_FIELD + DW_FIELD_COUNT)
		return -1;
	if (dw_filter_add(ask->filter, (enum dw_field)(opt - OPTION_FIELD), value, &err) != DW_OK)
		return cmd_misuse("--%s: %s",
			dw_field_info((enum dw_field)(opt - OPTION_FIELD))->word, err.text);
	if (opt - OPTION_FIELD == DW_FIELD_SOURCE)
		note_clients(ask, value);
	return CMD_OK;
}

static int own_file(struct cmd_ask *ask)
{
	int status = cmd_open_settings(ask->ctx, NULL, &ask->settings);

	if (status != CMD_OK)
		return status;
	if (ask->settings->log.path[0] != '/') {
		fprintf(stderr, "dnsward: the log of %s goes to %s: name a file to read\n",
			ask->ctx->conf, ask->settings->log.path);
		return CMD_WANTING;
	}
	ask->own_path[0] = ask->settings->log.path;
	ask->paths = ask->own_path;
	ask->count = 1;
	return CMD_OK;
}

int cmd_ask_files(struct cmd_ask *ask, char **paths, size_t count)
{
	int status = CMD_OK;

	ask->paths = (const char *const *)paths;
	ask->count = count;
	if (count == 0)
		status = own_file(ask);
	return status == CMD_OK ? translate_clients(ask) : status;
}

void cmd_ask_complain(const struct dw_error *error)
{
	cmd_print_error(NULL, error);
}

int cmd_ask_told(const struct dw_run *run, enum dw_result result)
{
	const struct dw_line_counts *counts = &run->counts;

	if (counts->broken + counts->foreign > 0)
		fprintf(stderr,
			"dnsward: of %" PRIu64 " lines %" PRIu64 " could not be read and %" PRIu64
			" say nothing of a query\n",
			counts->lines, counts->broken, counts->foreign);
	return result == DW_OK ? CMD_OK : CMD_WANTING;
}

/* ---- a summary ---- */

struct job {
	const struct dw_filter *filter;
	struct dw_summary *summary[DW_READERS_MAX];
};

static bool count_line(
	void *arg, unsigned thread, enum dw_line_kind kind, const struct dw_line *line)
{
	struct job *job = arg;

	if (dw_filter_takes(job->filter, line))
		dw_summary_add(job->summary[thread], kind, line);
	return false;
}

static struct dw_summary *merge(struct job *job)
{
	for (size_t i = 1; i < DW_READERS_MAX; i++) {
		dw_summary_merge(job->summary[0], job->summary[i]);
		dw_summary_free(&job->summary[i]);
	}
	if (job->summary[0]->no_memory)
		fputs("dnsward: there was not enough memory to count all\n", stderr);
	return job->summary[0];
}

struct dw_summary *cmd_ask_study(
	const struct cmd_ask *ask, struct dw_line_counts *counts, int *status)
{
	struct job job = {.filter = ask->filter};
	struct cmd_progress progress;
	bool ready = true;

	for (size_t i = 0; i < DW_READERS_MAX; i++) {
		job.summary[i] = dw_summary_new();
		ready &= job.summary[i] != NULL;
	}
	struct dw_run run = {.paths = ask->paths,
		.count = ask->count,
		.progress = cmd_progress,
		.progress_arg = &progress};
	run.readers = ready ? dw_readers_new(0, count_line, &job) : NULL;
	if (run.readers == NULL) {
		perror("dnsward");
		for (size_t i = 0; i < DW_READERS_MAX; i++)
			dw_summary_free(&job.summary[i]);
		*status = CMD_WANTING;
		return NULL;
	}
	cmd_progress_begin(&progress, ask, false);
	enum dw_result result = dw_run_all(&run, cmd_ask_complain);
	cmd_progress_end(&progress);
	dw_readers_end(&run.readers);
	*status = cmd_ask_told(&run, result);
	if (counts != NULL)
		*counts = run.counts;
	return merge(&job);
}
