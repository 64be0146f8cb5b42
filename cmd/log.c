/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * log: review the query log
 */
#include "dnsward-config.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "log.h"

enum { LIMIT_DEFAULT = 20, LIMIT_MAX = 10000 };

/* What is to be shown. */
struct show {
	enum { LINES, TOP, HISTOGRAM, SUMMARY, FOLLOW } what;
	enum dw_field field;
	size_t limit;
	uint64_t step;
	enum cmd_log_form form;
	bool explain;
};

static int choose(struct show *show, int what, const char *word)
{
	if (show->what != LINES)
		return cmd_misuse(
			"log: one of --top, --histogram, --summary and --follow is expected");
	show->what = what;
	if (what == TOP && !dw_field_from_word(word, &show->field))
		return cmd_misuse("log: '%s' is no field: expected name, client, domain, category, "
				  "list, rule, verdict, type, rcode, technique or the like",
			word);
	return CMD_OK;
}

static int set_step(struct show *show, const char *text)
{
	struct dw_error err;
	int status = choose(show, HISTOGRAM, NULL);

	if (status != CMD_OK || text == NULL)
		return status;
	if (dw_duration_from_text(text, strlen(text), &show->step, &err) != DW_OK ||
		show->step < 60)
		return cmd_misuse(
			"log: '%s' is no width of a bar: expected 1m, 15m, 1h, 1d or the like",
			text);
	return CMD_OK;
}

static int set_limit(struct show *show, const char *text)
{
	char *end;
	unsigned long limit = strtoul(text, &end, 10);

	if (end == text || *end != '\0' || limit < 1 || limit > LIMIT_MAX)
		return cmd_misuse("log: '%s' is no limit: expected 1 to %d", text, LIMIT_MAX);
	show->limit = limit;
	return CMD_OK;
}

static int take_option(struct show *show, struct cmd_ask *ask, int opt)
{
	int status = cmd_ask_option(ask, opt, optarg);

	if (status != -1)
		return status;
	switch (opt) {
	case 't':
		return choose(show, TOP, optarg);
	case 'h':
		return set_step(show, optarg);
	case 's':
		return choose(show, SUMMARY, NULL);
	case 'f':
		return choose(show, FOLLOW, NULL);
	case 'n':
		return set_limit(show, optarg);
	case 'e':
		show->explain = true;
		return CMD_OK;
	case 'j':
		show->form = CMD_LOG_JSON;
		return CMD_OK;
	case 'x':
		show->form = CMD_LOG_TEXT;
		return CMD_OK;
	default:
		return cmd_usage("log");
	}
}

static int parse(struct show *show, struct cmd_ask *ask, int argc, char **argv)
{
	static const struct option own[] = {
		{"top", required_argument, NULL, 't'},
		{"limit", required_argument, NULL, 'n'},
		{"histogram", optional_argument, NULL, 'h'},
		{"summary", no_argument, NULL, 's'},
		{"follow", no_argument, NULL, 'f'},
		{"explain", no_argument, NULL, 'e'},
		{"json", no_argument, NULL, 'j'},
		{"text", no_argument, NULL, 'x'},
		{NULL, 0, NULL, 0},
	};
	struct option options[CMD_ASK_OPTIONS_MAX];
	int opt;

	cmd_ask_options(own, options);
	while ((opt = getopt_long(argc, argv, "fn:", options, NULL)) != -1) {
		int status = take_option(show, ask, opt);

		if (status != CMD_OK)
			return status;
	}
	if (show->explain && show->what != LINES && show->what != FOLLOW)
		return cmd_misuse("log: --explain goes with lines, not with counts");
	if (show->limit > 0 && show->what != TOP)
		return cmd_misuse("log: --limit goes with --top");
	if (show->limit == 0)
		show->limit = LIMIT_DEFAULT;
	return cmd_ask_files(ask, argv + optind, (size_t)(argc - optind));
}

static int show_lines(const struct show *show, const struct cmd_ask *ask)
{
	struct cmd_log_writer writer = {.zone = ask->zone,
		.form = show->form,
		.colour = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL};
	int status = CMD_OK;

	if (show->explain)
		status = cmd_log_explainer_open(ask->ctx, &writer.explainer);
	if (status == CMD_OK)
		status = show->what == FOLLOW ? cmd_log_follow(ask, &writer)
					      : cmd_log_lines(ask, &writer);
	cmd_log_explainer_close(&writer.explainer);
	return status;
}

static int run(const struct show *show, const struct cmd_ask *ask)
{
	switch (show->what) {
	case TOP:
		return cmd_log_top(ask, show->form, show->field, show->limit);
	case HISTOGRAM:
		return cmd_log_histogram(ask, show->form, (int64_t)show->step);
	case SUMMARY:
		return cmd_log_summary(ask, show->form);
	default:
		return show_lines(show, ask);
	}
}

int cmd_log(const struct cmd_context *ctx, int argc, char **argv)
{
	struct show show = {.form = isatty(STDOUT_FILENO) ? CMD_LOG_TEXT : CMD_LOG_JSON};
	struct cmd_ask ask;
	int status = cmd_ask_begin(ctx, &ask);

	if (status == CMD_OK)
		status = parse(&show, &ask, argc, argv);
	if (status == CMD_OK)
		status = run(&show, &ask);
	cmd_ask_end(&ask);
	return status;
}
