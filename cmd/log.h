/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * log.h: what `dnsward log` and `dnsward report` share
 */
#ifndef DNSWARD_CMD_LOG_H
#define DNSWARD_CMD_LOG_H

#include <getopt.h>
#include <stdio.h>
#include "cmd.h"
#include "review/filter.h"
#include "review/merge.h"
#include "review/summary.h"

/* ---- log_ask.c: which lines of which files ---- */

/* Start with cmd_ask_begin, end with cmd_ask_end whatever came between. */
enum { CMD_ASK_CLIENTS_MAX = 64 };
struct cmd_ask {
	const struct cmd_context *ctx;
	struct dw_filter *filter;
	struct dw_zone_info *zone; /* the machine's: what times without one are in */
	int64_t now;
	bool has_since;
	const char *const *paths;
	size_t count;
	const char *own_path[1];
	struct dw_settings *settings;                /* NULL unless they were needed */
	struct dw_addr clients[CMD_ASK_CLIENTS_MAX]; /* addresses that were asked for */
	size_t client_count;
};

int cmd_ask_begin(const struct cmd_context *ctx, struct cmd_ask *ask);
void cmd_ask_end(struct cmd_ask *ask);

/* The filters as getopt_long knows them, put before the `own` options of a command. */
enum { CMD_ASK_OPTIONS_MAX = DW_FIELD_COUNT + 32 };
void cmd_ask_options(const struct option *own, struct option *out);

/* One of them: an enum cmd_exit; -1: it is not one of them. */
int cmd_ask_option(struct cmd_ask *ask, int opt, const char *value);

/* The files; without any the log of the settings. */
int cmd_ask_files(struct cmd_ask *ask, char **paths, size_t count);

/* What was broken or foreign, on stderr; an enum cmd_exit of `result`. */
int cmd_ask_told(const struct dw_run *run, enum dw_result result);

void cmd_ask_complain(const struct dw_error *error); /* a dw_run_complain_fn */

/* All files into one summary; `counts`, of what was read, may be NULL. NULL: no memory, which was
 * told. */
struct dw_summary *cmd_ask_study(
	const struct cmd_ask *ask, struct dw_line_counts *counts, int *status);

/* ---- log_progress.c: a bar on stderr ---- */

struct cmd_progress {
	uint64_t size, started, drawn;
	bool on;
};

/* Over the files; `quiet`: none. */
void cmd_progress_begin(struct cmd_progress *progress, const struct cmd_ask *ask, bool quiet);
void cmd_progress(void *arg, uint64_t done); /* a dw_progress_fn */
void cmd_progress_end(struct cmd_progress *progress);

/* ---- log_lines.c: one line each ---- */

enum cmd_log_form { CMD_LOG_JSON, CMD_LOG_TEXT };

struct cmd_log_explainer; /* log_explain.c */
struct cmd_log_writer {
	const struct dw_zone_info *zone;
	enum cmd_log_form form;
	bool colour;
	struct cmd_log_explainer *explainer; /* or NULL */
};

int cmd_log_lines(const struct cmd_ask *ask, struct cmd_log_writer *writer);
int cmd_log_follow(const struct cmd_ask *ask, struct cmd_log_writer *writer);

/* ---- log_counts.c: tables ---- */

int cmd_log_top(
	const struct cmd_ask *ask, enum cmd_log_form form, enum dw_field field, size_t limit);
int cmd_log_histogram(const struct cmd_ask *ask, enum cmd_log_form form, int64_t step);
int cmd_log_summary(const struct cmd_ask *ask, enum cmd_log_form form);

/* ---- log_explain.c: where the rule of a line stands now ---- */

int cmd_log_explainer_open(const struct cmd_context *ctx, struct cmd_log_explainer **out);
void cmd_log_explainer_close(struct cmd_log_explainer **explainer);

/* Where the rule that the line names stands in the present lists. */
struct cmd_log_place {
	const char *verdict; /* what would be done now */
	bool fits;           /* the rule is still there, and fits */
	const char *file;    /* NULL: it stands in none, as the scorer and detectors do */
	unsigned line;
};
bool cmd_log_explain(
	struct cmd_log_explainer *explainer, const struct dw_line *line, struct cmd_log_place *out);

#endif
