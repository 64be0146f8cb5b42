/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * explain: the verdict on a name, and why
 */
#include "dnsward-config.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "cmd.h"
#include "dnsward/dga.h"
#include "dnsward/engine.h"
#include "dnsward/json.h"

/* What one call works with. */
struct explain {
	struct dw_engine *engine;
	struct dw_worker *worker;
	const struct dw_snapshot *snapshot;
	bool json;
};

/* One question as it stands on the command line or on a line of stdin. */
struct question {
	const char *name, *type, *client;
};

static const char *answer_of(const struct dw_verdict *verdict)
{
	return verdict->would == DW_ACTION_SINKHOLE ? dw_answer_name(verdict->row->answer) : NULL;
}

static void string_or_null(struct dw_json *json, const char *key, const char *text)
{
	if (text != NULL)
		dw_json_string(json, key, text);
	else
		dw_json_null(json, key);
}

static void add_rule(
	struct dw_json *json, const struct dw_view *view, const struct dw_verdict *verdict)
{
	const struct dw_provider *provider = verdict->reason.provider;
	struct dw_origin origin = {0};
	char text[DW_NAME_TEXT_MAX];
	bool known = cmd_reason_origin(&verdict->reason, &origin);

	dw_json_object(json, "rule");
	dw_json_string(json, "list", provider->source);
	if (provider->name != NULL)
		dw_json_string(json, "name", provider->name);
	dw_json_string(json, "kind",
		provider->kind == DW_PROVIDER_RULE ? "rule" : verdict->reason.match);
	string_or_null(json, "pattern",
		dw_verdict_pattern(verdict, view->name, view->name_len, text));
	string_or_null(json, "file", known ? origin.file : NULL);
	if (known)
		dw_json_uint(json, "line", origin.line);
	else
		dw_json_null(json, "line");
	string_or_null(json, "technique", provider->technique);
	dw_json_end(json, '}');
}

static void print_json(const struct explain *x, const struct question *q, const struct dw_view *view,
	const struct dw_verdict *verdict)
{
	const struct dw_settings *settings = dw_snapshot_settings(x->snapshot);
	char buffer[32768], text[DW_NAME_TEXT_MAX], type[16];
	struct dw_json json;

	dw_json_start(&json, buffer, sizeof(buffer));
	dw_json_object(&json, NULL);
	dw_name_to_text(view->name, view->name_len, text);
	dw_json_string(&json, "name", text);
	dw_json_string(&json, "type", dw_type_to_text(view->type, type));
	string_or_null(&json, "client", q->client);
	dw_json_string(&json, "verdict", dw_action_name(verdict->action));
	if (verdict->because != NULL) {
		dw_json_string(&json, "would", dw_action_name(verdict->would));
		dw_json_string(&json, "because", verdict->because);
	}
	string_or_null(&json, "answer", answer_of(verdict));
	dw_json_array(&json, "categories");
	for (size_t i = 0; i < settings->category_count; i++) {
		if (dw_set_has(&verdict->categories, i))
			dw_json_string(&json, NULL, settings->categories[i]);
	}
	dw_json_end(&json, ']');
	if (verdict->has_reason)
		add_rule(&json, view, verdict);
	else
		dw_json_null(&json, "rule");
	if (verdict->row != NULL)
		dw_json_uint(&json, "row", verdict->row->number);
	else
		dw_json_null(&json, "row");
	if (verdict->dga.scored)
		dw_json_number(&json, "dga", (double)verdict->dga.probability / DW_DGA_ONE, 6);
	else
		dw_json_null(&json, "dga");
	dw_json_end(&json, '}');
	if (dw_json_finish(&json) > 0)
		puts(buffer);
}

static void print_categories(const struct dw_settings *settings, const struct dw_verdict *verdict)
{
	const char *before = "  categories: ";

	for (size_t i = 0; i < settings->category_count; i++) {
		if (!dw_set_has(&verdict->categories, i))
			continue;
		printf("%s%s", before, settings->categories[i]);
		before = ", ";
	}
	putchar('\n');
}

/* "rule: exact bad.example of list ads (ads.txt:3)", "rule: beacon of rules by regex ..." */
static void print_rule(const struct dw_view *view, const struct dw_verdict *verdict)
{
	const struct dw_provider *provider = verdict->reason.provider;
	struct dw_origin origin;
	char text[DW_NAME_TEXT_MAX];
	const char *pattern =
		dw_verdict_pattern(verdict, view->name, view->name_len, text);

	if (provider->kind == DW_PROVIDER_LIST)
		printf("  rule: %s %s of list %s", verdict->reason.match,
			pattern != NULL ? pattern : "", provider->source);
	else
		printf("  rule: %s of %s", provider->name != NULL ? provider->name : "score",
			provider->source);
	if (provider->kind == DW_PROVIDER_RULE && verdict->reason.matched != NULL)
		printf(" by %s %s", verdict->reason.match, pattern != NULL ? pattern : "");
	if (cmd_reason_origin(&verdict->reason, &origin))
		printf(" (%s:%u)", origin.file, origin.line);
	putchar('\n');
}

static void print_text(const struct explain *x, const struct question *q, const struct dw_view *view,
	const struct dw_verdict *verdict)
{
	const char *answer = answer_of(verdict);
	char text[DW_NAME_TEXT_MAX], type[16];

	dw_name_to_text(view->name, view->name_len, text);
	printf("%s %s%s%s: %s", text, dw_type_to_text(view->type, type), q->client != NULL ? " from " : "",
		q->client != NULL ? q->client : "", dw_action_name(verdict->action));
	if (verdict->because != NULL)
		printf(" (%s: would be %s)", verdict->because, dw_action_name(verdict->would));
	printf("%s%s\n", answer != NULL ? ", answer " : "", answer != NULL ? answer : "");
	if (!dw_set_empty(&verdict->categories))
		print_categories(dw_snapshot_settings(x->snapshot), verdict);
	if (verdict->has_reason)
		print_rule(view, verdict);
	if (verdict->dga.scored)
		printf("  dga: score %u.%06u%s\n", verdict->dga.probability / DW_DGA_ONE,
			verdict->dga.probability % DW_DGA_ONE,
			verdict->dga.hit ? ", at or above the threshold" : "");
	if (verdict->row != NULL)
		printf("  row: %u of the action table (%s:%u)\n", verdict->row->number,
			verdict->row->file, verdict->row->line);
	else
		puts("  row: none fits, which means allow");
}

/* The question as the engine takes it; an address typed wrongly must not read as "no client". */
static enum dw_result read_question(const struct question *q, uint8_t name[static DW_NAME_MAX],
	struct dw_view *view, struct dw_error *err)
{
	struct dw_error why;

	*view = (struct dw_view){.name = name, .now = (int64_t)time(NULL)};
	if (cmd_read_name(q->name, name, &view->name_len, &why) != DW_OK)
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0, "'%s' is no name: %s", q->name, why.text);
	if (!dw_type_from_text(q->type, &view->type))
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0,
			"'%s' is no query type: expected A, AAAA, TXT, TYPE65 or the like", q->type);
	if (q->client != NULL && !dw_addr_from_text(q->client, strlen(q->client), &view->client))
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0,
			"'%s' is no address: expected 192.0.2.1 or 2001:db8::1", q->client);
	return DW_OK;
}

static enum dw_result explain_one(const struct explain *x, const struct question *q,
	struct dw_error *err)
{
	uint8_t name[DW_NAME_MAX];
	struct dw_view view;
	struct dw_verdict verdict;
	enum dw_result res = read_question(q, name, &view, err);

	if (res != DW_OK)
		return res;
	dw_decide(x->worker, x->snapshot, &view, &verdict);
	if (x->json)
		print_json(x, q, &view, &verdict);
	else
		print_text(x, q, &view, &verdict);
	return DW_OK;
}

/* Lines `NAME [TYPE [CLIENT]]`; a line that cannot be read is told of and passed over. */
static int explain_stdin(const struct explain *x, const struct question *defaults)
{
	static const char blanks[] = " \t\r\n";
	char *line = NULL, *rest;
	size_t room = 0, number = 0;
	int status = CMD_OK;

	while (getline(&line, &room, stdin) >= 0) {
		struct question q = *defaults;
		struct dw_error err;
		const char *word = strtok_r(line, blanks, &rest);

		number++;
		if (word == NULL)
			continue;
		q.name = word;
		if ((word = strtok_r(NULL, blanks, &rest)) != NULL)
			q.type = word;
		if ((word = strtok_r(NULL, blanks, &rest)) != NULL)
			q.client = word;
		if (explain_one(x, &q, &err) != DW_OK) {
			fprintf(stderr, "dnsward: -:%zu: %s\n", number, err.text);
			status = CMD_WANTING;
		}
	}
	free(line);
	return status;
}

static int explain_all(const struct explain *x, const struct question *defaults, char **names)
{
	int status = CMD_OK;

	for (; *names != NULL; names++) {
		struct question q = *defaults;
		struct dw_error err;
		int one = CMD_OK;

		q.name = *names;
		if (strcmp(*names, "-") == 0)
			one = explain_stdin(x, defaults);
		else if (explain_one(x, &q, &err) != DW_OK)
			one = cmd_misuse("%s", err.text);
		if (one != CMD_OK)
			status = one;
	}
	return status;
}

static int run(const struct cmd_context *ctx, struct explain *x, const struct question *defaults,
	char **names)
{
	int status = cmd_open_engine(ctx, &x->engine, &x->worker);

	if (status != CMD_OK)
		return status;
	x->snapshot = dw_snapshot_acquire(x->worker);
	status = explain_all(x, defaults, names);
	dw_snapshot_release(x->worker, &x->snapshot);
	dw_worker_leave(&x->worker);
	dw_engine_close(&x->engine);
	return status;
}

int cmd_explain(const struct cmd_context *ctx, int argc, char **argv)
{
	static const struct option options[] = {
		{"type", required_argument, NULL, 't'},
		{"client", required_argument, NULL, 'C'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	struct explain x = {0};
	struct question defaults = {.type = "A"};
	int opt;

	while ((opt = getopt_long(argc, argv, "t:j", options, NULL)) != -1) {
		switch (opt) {
		case 't':
			defaults.type = optarg;
			break;
		case 'C':
			defaults.client = optarg;
			break;
		case 'j':
			x.json = true;
			break;
		default:
			return cmd_usage("explain");
		}
	}
	if (optind == argc)
		return cmd_misuse("explain: a name is expected, or - to read names from stdin");
	return run(ctx, &x, &defaults, argv + optind);
}
