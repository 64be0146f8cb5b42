/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * report: the query log as one page with charts
 */
#include "dnsward-config.h"
#include <stdlib.h>
#include <string.h>
#include "log.h"
#include "dnsward/file.h"
#include "review/page.h"

/* The page in memory, so that a file is there whole or not at all. */
static char *make_page(const struct dw_page *page, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);
	bool done = out != NULL && dw_page_write(out, page);

	done &= out != NULL && fclose(out) == 0;
	if (done)
		return text;
	perror("dnsward");
	free(text);
	return NULL;
}

static int write_page(const char *path, const char *text, size_t len)
{
	struct dw_error err;

	if (strcmp(path, "-") == 0)
		return fwrite(text, 1, len, stdout) == len ? CMD_OK : CMD_WANTING;
	if (dw_file_write(path, NULL, text, len, &err) == DW_OK)
		return CMD_OK;
	cmd_print_error(NULL, &err);
	return CMD_WANTING;
}

static int run(const struct cmd_ask *ask, const char *path)
{
	int status;
	struct dw_line_counts counts;
	struct dw_summary *summary = cmd_ask_study(ask, &counts, &status);

	if (summary == NULL)
		return status;
	const struct dw_page page = {.summary = summary,
		.counts = &counts,
		.zone = ask->zone,
		.paths = ask->paths,
		.path_count = ask->count,
		.now = ask->now};
	size_t len;
	char *text = NULL;
	if (status == CMD_OK || counts.lines > 0) /* else the page that may stand there says more */
		text = make_page(&page, &len);
	if (text == NULL || write_page(path, text, len) != CMD_OK)
		status = CMD_WANTING;
	free(text);
	dw_summary_free(&summary);
	return status;
}

static int parse(struct cmd_ask *ask, const char **path, int argc, char **argv)
{
	static const struct option own[] = {
		{"output", required_argument, NULL, 'o'},
		{NULL, 0, NULL, 0},
	};
	struct option options[CMD_ASK_OPTIONS_MAX];
	int opt;

	cmd_ask_options(own, options);
	while ((opt = getopt_long(argc, argv, "o:", options, NULL)) != -1) {
		int status = cmd_ask_option(ask, opt, optarg);

		if (status > CMD_OK)
			return status;
		if (status != CMD_OK && opt != 'o')
			return cmd_usage("report");
		if (opt == 'o')
			*path = optarg;
	}
	if (*path == NULL)
		return cmd_misuse("report: -o OUT.html is expected, or -o - for stdout");
	return cmd_ask_files(ask, argv + optind, (size_t)(argc - optind));
}

int cmd_report(const struct cmd_context *ctx, int argc, char **argv)
{
	const char *path = NULL;
	struct cmd_ask ask;
	int status = cmd_ask_begin(ctx, &ask);

	if (status == CMD_OK)
		status = parse(&ask, &path, argc, argv);
	if (status == CMD_OK)
		status = run(&ask, path);
	cmd_ask_end(&ask);
	return status;
}
