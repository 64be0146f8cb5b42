/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * compile: lists to database, ahead of time
 */
#include "dnsward-config.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include "cmd.h"
#include "dnsward/json.h"
#include "dnsward/ready.h"

static void json_list(struct dw_json *json, const struct dw_list_options *list,
	const struct dw_compiled_list *told)
{
	char text[DW_ERROR_TEXT_MAX + 300];

	dw_json_object(json, NULL);
	dw_json_string(json, "name", list->name);
	dw_json_string(json, "format", dw_list_format_name(told->format));
	dw_json_uint(json, "lines", told->lines);
	dw_json_uint(json, "rules", told->rules);
	dw_json_uint(json, "skipped", told->skipped);
	dw_json_uint(json, "partial", told->partial);
	dw_json_array(json, "examples");
	for (size_t i = 0; i < told->report.example_count; i++) {
		const struct dw_skip *skip = &told->report.examples[i];

		dw_json_object(json, NULL);
		dw_json_string(json, "file", skip->file);
		dw_json_uint(json, "line", skip->line);
		dw_json_string(json, "kind", cmd_skip_word(skip->kind));
		dw_json_string(json, "reason", skip->reason);
		dw_json_end(json, '}');
	}
	dw_json_end(json, ']');
	if (told->result != DW_OK) {
		dw_json_string(json, "error", dw_error_text(&told->error, text, sizeof(text)));
		dw_json_bool(json, "last_good", told->last_good);
	}
	dw_json_end(json, '}');
}

static int print_json(const struct dw_settings *settings, const struct dw_compiled *compiled)
{
	enum { BYTES_A_LIST = 64 * 1024 };
	size_t room = 4096 + compiled->count * BYTES_A_LIST;
	struct dw_json json;
	char *document = cmd_json_start(&json, room);

	if (document == NULL)
		return CMD_WANTING;
	dw_json_object(&json, NULL);
	dw_json_uint(&json, "names", compiled->stats.names);
	dw_json_uint(&json, "patterns", compiled->stats.patterns);
	dw_json_uint(&json, "bytes", compiled->stats.bytes);
	dw_json_number(&json, "seconds", compiled->stats.seconds, 3);
	dw_json_uint(&json, "generation", compiled->generation);
	dw_json_array(&json, "sources");
	for (size_t i = 0; i < compiled->count; i++)
		json_list(&json, &settings->lists[i], &compiled->lists[i]);
	dw_json_end(&json, ']');
	dw_json_end(&json, '}');
	return cmd_json_print(stdout, &json, document);
}

static void print_text(const struct dw_settings *settings, const struct dw_compiled *compiled)
{
	for (size_t i = 0; i < compiled->count; i++)
		cmd_print_list(&settings->lists[i], &compiled->lists[i]);
	printf("generation %llu: %zu names, %zu patterns, %zu bytes, %.3f s\n",
		(unsigned long long)compiled->generation, compiled->stats.names,
		compiled->stats.patterns, compiled->stats.bytes, compiled->stats.seconds);
}

static int all_lists_good(const struct dw_compiled *compiled)
{
	for (size_t i = 0; i < compiled->count; i++) {
		if (compiled->lists[i].result != DW_OK)
			return CMD_WANTING;
	}
	return compiled->own.skipped > 0 ? CMD_WANTING : CMD_OK;
}

/* The ready-made database is not compiled, but it is asked beside what is. */
static int check_ready(const struct dw_settings *settings)
{
	struct dw_db *db = NULL;
	struct dw_error err;

	if (settings->database.path == NULL || dw_ready_try(settings, &db, &err) == DW_OK) {
		dw_db_close(&db);
		return CMD_OK;
	}
	cmd_print_error("ready-made database", &err);
	return CMD_WANTING;
}

static int print(const struct dw_settings *settings, const struct dw_compiled *compiled, bool json)
{
	if (!json) {
		print_text(settings, compiled);
		return CMD_OK;
	}
	for (size_t i = 0; i < compiled->count; i++)
		cmd_print_list_errors(&settings->lists[i], &compiled->lists[i]);
	return print_json(settings, compiled);
}

static void say(void *arg, enum dw_say_level level, const char *text)
{
	(void)arg;
	(void)level;
	fprintf(stderr, "%s\n", text);
}

static int compile(const struct cmd_context *ctx, struct dw_compile_options *options, bool json)
{
	struct dw_compiled compiled;
	struct dw_settings *settings;
	struct dw_error err;
	int status = cmd_open_settings(ctx, NULL, &settings);

	if (status != CMD_OK)
		return status;
	if (dw_compile(settings, options, &compiled, &err) != DW_OK) {
		cmd_print_error(NULL, &err);
		status = CMD_WANTING;
	} else {
		status = print(settings, &compiled, json);
		if (all_lists_good(&compiled) != CMD_OK || check_ready(settings) != CMD_OK)
			status = CMD_WANTING;
	}
	dw_compiled_clear(&compiled);
	dw_settings_close(&settings);
	return status;
}

int cmd_compile(const struct cmd_context *ctx, int argc, char **argv)
{
	static const struct option options[] = {
		{"output", required_argument, NULL, 'o'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	struct dw_compile_options how = {
		.always = true, .patience = 60, .speaker = {.line = say}, .skip = cmd_print_skip};
	bool json = false;
	int opt;

	while ((opt = getopt_long(argc, argv, "o:j", options, NULL)) != -1) {
		switch (opt) {
		case 'o':
			how.database = optarg;
			how.read_only = true;
			break;
		case 'j':
			json = true;
			break;
		default:
			return cmd_usage("compile");
		}
	}
	if (optind < argc)
		return cmd_misuse("compile: '%s' is one word too many", argv[optind]);
	return compile(ctx, &how, json);
}
