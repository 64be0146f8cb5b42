/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check: settings, lists and database, and what they would do
 */
#include "dnsward-config.h"
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include "cmd.h"
#include "dnsward/dga.h"
#include "dnsward/file.h"
#include "dnsward/ready.h"
#include "dnsward/state_dir.h"

/* Patterns and rules of Sigma are few, and each is missed by itself; of other lists the first
 * lines show what is wrong with them. */
static void print_untaken(const struct dw_compiled_list *told)
{
	enum { LINES_SHOWN = 3 };
	const struct dw_list_report *report = &told->report;
	const size_t most = told->format == DW_FORMAT_SIGMA ? SIZE_MAX : LINES_SHOWN;
	const size_t all = report->skipped + report->partial;
	size_t lines = 0, shown = 0;

	for (size_t i = 0; i < report->example_count; i++) {
		const struct dw_skip *skip = &report->examples[i];

		if (skip->kind != DW_SKIP_PATTERN && lines++ >= most)
			continue;
		printf("  %s:%zu: %s: %s\n", skip->file, skip->line, cmd_skip_word(skip->kind),
			skip->reason);
		shown++;
	}
	if (all > shown)
		printf("  and %zu more; `dnsward compile` tells all\n", all - shown);
}

static void check_lists(const struct dw_settings *settings, const struct dw_compiled *compiled,
	struct cmd_complaints *seen)
{
	for (size_t i = 0; i < compiled->count; i++) {
		const struct dw_compiled_list *told = &compiled->lists[i];
		const struct dw_list_options *list = &settings->lists[i];

		cmd_print_list(list, told);
		print_untaken(told);
		if (told->result != DW_OK)
			seen->errors++;
		else if (told->report.format_unsure)
			seen->warnings++;
		if (told->report.unhonoured_triggers > 0 && !list->skip_triggers) {
			fprintf(stderr,
				"%s: list %s holds %zu triggers that are not honoured "
				"(rpz-nsip, rpz-nsdname, rpz-client-ip): expected none, or "
				"`skip-triggers: yes` on the list\n",
				list->path, list->name, told->report.unhonoured_triggers);
			seen->errors++;
		}
	}
}

/* Rules of the settings that can be read, and not compiled. */
static void check_own(const struct dw_list_report *own, struct cmd_complaints *seen)
{
	for (size_t i = 0; i < own->example_count; i++)
		cmd_print_skip(NULL, DW_SKIP_PATTERN, own->examples[i].file, own->examples[i].line,
			own->examples[i].reason);
	seen->errors += own->skipped;
}

/* The warnings, with the rules that lists brought into the database at `path`. */
static void warn_knowing(
	const struct dw_settings *settings, const char *path, struct cmd_complaints *seen)
{
	struct dw_db *db = NULL;
	bool opened = dw_db_open(path, &db, NULL) == DW_OK;

	cmd_warn_settings(settings, opened ? db : NULL, seen);
	dw_db_close(&db);
}

/* Whoever calls may not be Unbound's user, and only that user's rights count in the end. */
static void try_state_dir(const struct dw_settings *settings, struct cmd_complaints *seen)
{
	struct dw_error err;
	bool others_may = false;

	if (dw_state_dir_try(settings, &others_may, &err) == DW_OK)
		return;
	cmd_print_error(others_may ? "warning: state-dir, as this user" : "state-dir", &err);
	if (others_may)
		seen->warnings++;
	else
		seen->errors++;
}

/* The lists as they would be compiled, into a file that is thrown away. */
static void try_compile(const struct dw_settings *settings, struct cmd_complaints *seen)
{
	struct dw_scratch_file scratch;
	struct dw_compile_options options = {
		.database = scratch.path, .read_only = true, .always = true};
	struct dw_compiled compiled;
	struct dw_error err;

	if (dw_scratch_file_init(&scratch, "policy.dwdb", &err) != DW_OK) {
		cmd_print_error(NULL, &err);
		seen->errors++;
		cmd_warn_settings(settings, NULL, seen);
		return;
	}
	if (dw_compile(settings, &options, &compiled, &err) == DW_OK) {
		check_lists(settings, &compiled, seen);
		check_own(&compiled.own, seen);
		printf("would compile to %zu names, %zu patterns, %zu bytes\n",
			compiled.stats.names, compiled.stats.patterns, compiled.stats.bytes);
		warn_knowing(settings, scratch.path, seen);
	} else {
		cmd_print_error(NULL, &err);
		seen->errors++;
		cmd_warn_settings(settings, NULL, seen);
	}
	dw_compiled_clear(&compiled);
	dw_scratch_file_remove(&scratch);
}

/* The deep check of a database, if it could be opened; false: it is not sound, and told. */
static bool deep_check(enum dw_result opened, const struct dw_db *db, struct dw_db_info *info,
	struct dw_error *err, struct cmd_complaints *seen)
{
	if (opened == DW_OK)
		opened = dw_db_verify(db, err);
	if (opened != DW_OK) {
		cmd_print_error(NULL, err);
		seen->errors++;
		return false;
	}
	dw_db_info(db, info);
	return true;
}

/* The database that stands, if one does. */
static void check_database(const struct dw_settings *settings, struct cmd_complaints *seen)
{
	char path[PATH_MAX];
	struct dw_db *db = NULL;
	struct dw_db_info info;
	struct dw_error err;
	enum dw_result res = dw_compile_database_path(settings, path, &err);

	if (res == DW_OK)
		res = dw_db_open(path, &db, &err);
	if (res == DW_ERR_NOT_FOUND)
		puts("no database yet: the first start compiles one");
	else if (deep_check(res, db, &info, &err, seen))
		printf("%s: generation %llu, %zu names, %zu patterns, sound\n", path,
			(unsigned long long)info.generation, info.names, info.patterns);
	dw_db_close(&db);
}

/* The ready-made one, if the settings name one, as it would be taken. */
static void check_ready(const struct dw_settings *settings, struct cmd_complaints *seen)
{
	struct dw_db *db = NULL;
	struct dw_db_info info;
	struct dw_error err;
	enum dw_result res;

	if (settings->database.path == NULL)
		return;
	res = dw_ready_try(settings, &db, &err);
	if (deep_check(res, db, &info, &err, seen))
		printf("%s: ready-made, %zu names, %zu patterns in %zu lists, signed and sound\n",
			settings->database.path, info.names, info.patterns, info.list_count);
	dw_db_close(&db);
}

/* The settings' own model, in whose place an older one, or the one that is built in, would serve. */
static void check_model(const struct dw_settings *settings, struct cmd_complaints *seen)
{
	struct dw_dga *dga = NULL;
	struct dw_error err;

	if (settings->dga.model == NULL || dw_dga_open(settings->dga.model, &dga, &err) == DW_OK) {
		dw_dga_close(&dga);
		return;
	}
	cmd_print_error("dga.model", &err);
	seen->errors++;
}

static int check(const struct cmd_context *ctx, bool strict)
{
	struct cmd_complaints seen = {0};
	struct dw_settings *settings;

	if (cmd_open_settings(ctx, &seen, &settings) != CMD_OK)
		return CMD_WANTING;
	try_state_dir(settings, &seen);
	try_compile(settings, &seen);
	check_database(settings, &seen);
	check_ready(settings, &seen);
	check_model(settings, &seen);
	dw_settings_close(&settings);
	printf("%zu errors, %zu warnings\n", seen.errors, seen.warnings);
	return seen.errors > 0 || (strict && seen.warnings > 0) ? CMD_WANTING : CMD_OK;
}

int cmd_check(const struct cmd_context *ctx, int argc, char **argv)
{
	static const struct option options[] = {
		{"strict", no_argument, NULL, 's'},
		{NULL, 0, NULL, 0},
	};
	bool strict = false;
	int opt;

	while ((opt = getopt_long(argc, argv, "s", options, NULL)) != -1) {
		if (opt != 's')
			return cmd_usage("check");
		strict = true;
	}
	if (optind < argc)
		return cmd_misuse("check: '%s' is one word too many", argv[optind]);
	return check(ctx, strict);
}
