/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * what the subcommands of dnsward share
 */
#ifndef DNSWARD_CMD_H
#define DNSWARD_CMD_H

#include <stdio.h>
#include "dnsward/compile.h"
#include "dnsward/engine.h"
#include "dnsward/json.h"
#include "dnsward/settings.h"

/* Exit status of dnsward and of each subcommand. */
enum cmd_exit {
	CMD_OK = 0,      /* fine */
	CMD_WANTING = 1, /* found wanting, refused, or failed */
	CMD_MISUSE = 2,  /* the command line is wrong */
};

/* The options that stand before the subcommand. Strings live as long as the program. */
struct cmd_context {
	const char *conf;   /* settings file, as seen inside chroot; never NULL */
	const char *chroot; /* the resolver's chroot, or NULL */
};

/*
 * One subcommand, cmd/NAME.c, has a row in the table of main.c. argv[0] is its own name, so that
 * getopt_long works as in any main(); getopt has been reset. It prints results on stdout, errors
 * on stderr, and returns an enum cmd_exit.
 */
typedef int cmd_fn(const struct cmd_context *ctx, int argc, char **argv);

cmd_fn cmd_bench, cmd_check, cmd_compile, cmd_explain, cmd_fetch, cmd_log, cmd_pause,
	cmd_report, cmd_resume, cmd_score, cmd_status, cmd_verify, cmd_version;

/* Say on stderr what is wrong with the command line, and where help is. Returns CMD_MISUSE. */
int cmd_misuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Say there how subcommand `name` is called. Returns CMD_MISUSE. */
int cmd_usage(const char *name);

/* The filters of log and report, on stdout. */
void cmd_ask_help(void);

/* ---- common.c ---- */

/* How many complaints have been printed. */
struct cmd_complaints {
	size_t errors, warnings;
};

/* "where: kind: text" on stderr; `kind` may be NULL. */
void cmd_print_error(const char *kind, const struct dw_error *error);

/* Read the settings, each complaint on stderr and counted in `seen` (or NULL). An enum cmd_exit. */
int cmd_open_settings(const struct cmd_context *ctx, struct cmd_complaints *seen,
	struct dw_settings **out);
/* The settings of the module that runs: where they do not load it goes on with the last good
 * ones, and so does this. Errors on stderr; NULL where there are neither. */
struct dw_settings *cmd_open_settings_or_kept(const struct cmd_context *ctx);

/* What dw_settings_warn warns of. */
void cmd_warn_settings(const struct dw_settings *settings, const struct dw_db *compiled,
	struct cmd_complaints *seen);

/* An engine that only reads, over what is compiled or, where nothing is, over the lists, and a
 * worker of it. What is wrong is on stderr, whatever it is. An enum cmd_exit. */
int cmd_open_engine(
	const struct cmd_context *ctx, struct dw_engine **engine, struct dw_worker **worker);

/* A name that somebody typed or pasted, in wire form: as dw_name_from_text, but what can only be
 * a URL is refused, although each of its bytes may stand in a name. */
enum dw_result cmd_read_name(const char *text, uint8_t name[static DW_NAME_MAX], size_t *len,
	struct dw_error *err);

/* Where the rule stands; false: in no file. */
bool cmd_reason_origin(const struct dw_reason *reason, struct dw_origin *out);

/* A dw_skip_fn: all that is skipped, on stderr. */
void cmd_print_skip(void *arg, enum dw_skip_kind kind, const char *file, size_t line,
	const char *reason);
const char *cmd_skip_word(enum dw_skip_kind kind);

/* A JSON document of at most `room` bytes; NULL, and told on stderr, where there is no
 * memory. Printed and freed it is an enum cmd_exit: CMD_WANTING where it did not fit. */
char *cmd_json_start(struct dw_json *json, size_t room);
int cmd_json_print(FILE *out, struct dw_json *json, char *document);

/* One line on a list, and what is wrong with it on stderr; and the latter alone. */
void cmd_print_list(const struct dw_list_options *list, const struct dw_compiled_list *told);
void cmd_print_list_errors(const struct dw_list_options *list, const struct dw_compiled_list *told);

#endif
