/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * what several subcommands do alike
 */
#include "dnsward-config.h"
#include <stdlib.h>
#include <string.h>
#include "cmd.h"

static void complain(void *arg, bool is_error, const struct dw_error *error)
{
	struct cmd_complaints *seen = arg;

	cmd_print_error(is_error ? NULL : "warning", error);
	if (is_error)
		seen->errors++;
	else
		seen->warnings++;
}

void cmd_print_error(const char *kind, const struct dw_error *error)
{
	struct dw_error shown = *error;
	char text[sizeof(shown.where) + sizeof(shown.text) + 4];

	if (kind != NULL)
		snprintf(shown.text, sizeof(shown.text), "%s: %.*s", kind,
			(int)(sizeof(shown.text) - sizeof("warning: ")), error->text);
	fprintf(stderr, "%s\n", dw_error_text(&shown, text, sizeof(text)));
}

int cmd_open_settings(const struct cmd_context *ctx, struct cmd_complaints *seen,
	struct dw_settings **out)
{
	struct cmd_complaints own = {0};
	struct dw_error err;

	if (seen == NULL)
		seen = &own;
	if (dw_settings_open(ctx->conf, ctx->chroot, complain, seen, out, &err) == DW_OK)
		return CMD_OK;
	if (seen->errors == 0)
		cmd_print_error(NULL, &err);
	return CMD_WANTING;
}

struct dw_settings *cmd_open_settings_or_kept(const struct cmd_context *ctx)
{
	struct dw_settings *settings;
	struct dw_error err;

	if (dw_settings_open(ctx->conf, ctx->chroot, NULL, NULL, &settings, &err) == DW_OK)
		return settings;
	cmd_print_error(NULL, &err);
	if (dw_settings_open_kept(ctx->conf, ctx->chroot, &settings, NULL) == DW_OK)
		return settings;
	return NULL;
}

void cmd_warn_settings(const struct dw_settings *settings, const struct dw_db *compiled,
	struct cmd_complaints *seen)
{
	dw_settings_warn(settings, compiled, complain, seen);
}

/* Only what keeps a command from its answer is told; what the module says in its log is not. */
static void say(void *arg, enum dw_say_level level, const char *text)
{
	bool *told = arg;

	if (level <= DW_SAY_WARNING)
		fprintf(stderr, "%s\n", text);
	*told |= level == DW_SAY_ERROR;
}

int cmd_open_engine(
	const struct cmd_context *ctx, struct dw_engine **engine, struct dw_worker **worker)
{
	static bool told; /* as long as the engine speaks */
	struct dw_error err;
	struct dw_engine_options options = {
		.settings = ctx->conf,
		.chroot = ctx->chroot,
		.host = "dnsward",
		.read_only = true,
		.speaker = {.line = say, .arg = &told},
	};

	told = false;
	if (dw_engine_open(&options, engine, &err) != DW_OK) {
		if (!told)
			cmd_print_error(NULL, &err);
		return CMD_WANTING;
	}
	*worker = dw_worker_join(*engine);
	if (*worker != NULL)
		return CMD_OK;
	perror("dnsward");
	dw_engine_close(engine);
	return CMD_WANTING;
}

enum dw_result cmd_read_name(const char *text, uint8_t name[static DW_NAME_MAX], size_t *len,
	struct dw_error *err)
{
	if (strstr(text, "://") != NULL)
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0, "that is a URL: expected its host");
	return dw_name_from_text(text, strlen(text), name, len, err);
}

bool cmd_reason_origin(const struct dw_reason *reason, struct dw_origin *out)
{
	const struct dw_provider *provider = reason->provider;

	if (provider->kind == DW_PROVIDER_LIST)
		return dw_db_origin(provider->db, reason->hit.rule, out);
	*out = (struct dw_origin){.file = provider->file, .line = provider->line};
	return provider->file != NULL;
}

const char *cmd_skip_word(enum dw_skip_kind kind)
{
	static const char *const words[] = {
		[DW_SKIP_LINE] = "skipped",
		[DW_SKIP_PART] = "taken in part",
		[DW_SKIP_PATTERN] = "never fits",
	};

	return words[kind];
}

void cmd_print_skip(void *arg, enum dw_skip_kind kind, const char *file, size_t line,
	const char *reason)
{
	(void)arg;
	fprintf(stderr, "%s:%zu: %s: %s\n", file, line, cmd_skip_word(kind), reason);
}

void cmd_print_list_errors(const struct dw_list_options *list, const struct dw_compiled_list *told)
{
	if (told->result != DW_OK)
		cmd_print_error(NULL, &told->error);
	else if (told->report.format_unsure)
		fprintf(stderr, "%s: warning: the format of list %s looks like %s, but that is not "
				"sure: expected a `format:` in the settings\n",
			list->path, list->name, dw_list_format_name(told->format));
	if (told->unkept.text[0] != '\0')
		cmd_print_error("its last good copy cannot be kept", &told->unkept);
}

void cmd_print_list(const struct dw_list_options *list, const struct dw_compiled_list *told)
{
	printf("%-24s %-9s %9zu rules %9zu lines %7zu skipped", list->name,
		dw_list_format_name(told->format), told->rules, told->lines, told->skipped);
	if (told->partial > 0)
		printf(" %zu in part", told->partial);
	puts(told->last_good ? "  (last good copy)" : "");
	cmd_print_list_errors(list, told);
}

char *cmd_json_start(struct dw_json *json, size_t room)
{
	char *document = malloc(room);

	if (document == NULL)
		perror("dnsward");
	else
		dw_json_start(json, document, room);
	return document;
}

int cmd_json_print(FILE *out, struct dw_json *json, char *document)
{
	size_t len = dw_json_finish(json);

	if (len > 0)
		fprintf(out, "%s\n", document);
	free(document);
	return len > 0 ? CMD_OK : CMD_WANTING;
}
