/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * pause, resume: enforcement off for a while, and on again
 */
#include "dnsward-config.h"
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>
#include "cmd.h"
#include "dnsward/clock.h"
#include "dnsward/pause.h"
#include "dnsward/state_dir.h"
#include "dnsward/stats.h"

/* What the command line says; `given`: it is about one category or client, not all. */
struct wish {
	struct dw_pause pause;
	bool given;
};

static int read_duration(const char *text, struct wish *wish)
{
	uint64_t seconds;
	struct dw_error err;

	if (dw_duration_from_text(text, strlen(text), &seconds, &err) != DW_OK)
		return cmd_misuse("--for: %s", err.text);
	if (seconds == 0)
		return cmd_misuse("--for: expected more than no time");
	wish->pause.until = (int64_t)time(NULL) + (int64_t)seconds;
	return CMD_OK;
}

static int read_client(const char *text, struct wish *wish)
{
	struct dw_error err;

	if (wish->pause.client.addr.family != 0)
		return cmd_misuse("--client: expected once; call again for another one");
	if (dw_net_from_text(text, strlen(text), &wish->pause.client, &err) != DW_OK)
		return cmd_misuse("--client: %s", err.text);
	wish->given = true;
	return CMD_OK;
}

static int read_category(const char *text, struct wish *wish)
{
	if (wish->pause.category[0] != '\0')
		return cmd_misuse("--category: expected once; call again for another one");
	if (text[0] == '\0')
		return cmd_misuse("--category: expected a name");
	if (strlen(text) >= sizeof(wish->pause.category))
		return cmd_misuse("--category: the name is too long");
	strcpy(wish->pause.category, text);
	wish->given = true;
	return CMD_OK;
}

static int read_words(int argc, char **argv, bool pauses, struct wish *wish)
{
	static const struct option options[] = {
		{"category", required_argument, NULL, 'g'},
		{"client", required_argument, NULL, 'i'},
		{"for", required_argument, NULL, 'f'},
		{NULL, 0, NULL, 0},
	};
	int opt, status = CMD_OK;

	*wish = (struct wish){.pause.until = DW_PAUSE_FOREVER};
	while (status == CMD_OK && (opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == 'g')
			status = read_category(optarg, wish);
		else if (opt == 'i')
			status = read_client(optarg, wish);
		else if (opt == 'f' && pauses)
			status = read_duration(optarg, wish);
		else
			status = cmd_usage(argv[0]);
	}
	if (status == CMD_OK && optind < argc)
		status = cmd_misuse("%s: '%s' is one word too many", argv[0], argv[optind]);
	return status;
}

static bool is_known(const struct dw_settings *settings, const char *category)
{
	size_t number;

	if (category[0] == '\0' || dw_settings_category(settings, category, &number))
		return true;
	fprintf(stderr, "dnsward: the settings have no category \"%s\"\n", category);
	return false;
}

/* A file that cannot be read is replaced: the command is what mends it. */
static void read_file(const char *state_dir, struct dw_pauses *out)
{
	struct dw_error err;

	*out = (struct dw_pauses){.count = 0};
	if (dw_pauses_read(state_dir, time(NULL), out, &err) != DW_OK)
		cmd_print_error("replaced", &err);
}

static int write_file(const char *state_dir, const struct dw_pauses *pauses)
{
	struct dw_error err;

	if (dw_pauses_write(state_dir, pauses, &err) == DW_OK)
		return CMD_OK;
	cmd_print_error(NULL, &err);
	return CMD_WANTING;
}

static void print_all(const char *state_dir, const struct dw_pauses *pauses)
{
	char text[DW_PAUSE_TEXT_MAX];

	for (size_t i = 0; i < pauses->count; i++)
		printf("paused: %s\n", dw_pause_to_text(&pauses->pause[i], text));
	if (!dw_stats_is_alive(state_dir))
		puts("no resolver runs with this state-dir");
}

static void print_ended(const struct dw_pauses *before, const struct dw_pauses *after)
{
	char text[DW_PAUSE_TEXT_MAX];

	for (size_t i = 0; i < before->count; i++) {
		struct dw_pauses left = *after;

		if (!dw_pauses_remove(&left, &before->pause[i]))
			printf("no longer paused: %s\n", dw_pause_to_text(&before->pause[i], text));
	}
	if (before->count == 0)
		puts("nothing was paused");
}

static int pause_it(const struct dw_settings *settings, const struct wish *wish)
{
	struct dw_pauses pauses;

	if (!is_known(settings, wish->pause.category))
		return CMD_WANTING;
	read_file(settings->state_dir, &pauses);
	if (!dw_pauses_add(&pauses, &wish->pause)) {
		fprintf(stderr, "dnsward: there are %d pauses already\n", DW_PAUSES_MAX);
		return CMD_WANTING;
	}
	if (write_file(settings->state_dir, &pauses) != CMD_OK)
		return CMD_WANTING;
	print_all(settings->state_dir, &pauses);
	return CMD_OK;
}

static int resume_it(const struct dw_settings *settings, const struct wish *wish)
{
	struct dw_pauses before, after = {.count = 0};

	read_file(settings->state_dir, &before);
	if (wish->given) {
		after = before;
		if (!dw_pauses_remove(&after, &wish->pause)) {
			fputs("dnsward: there is no such pause\n", stderr);
			return CMD_WANTING;
		}
	}
	if (write_file(settings->state_dir, &after) != CMD_OK)
		return CMD_WANTING;
	print_ended(&before, &after);
	print_all(settings->state_dir, &after);
	return CMD_OK;
}

/* Each reads the file, changes it and writes it: two at once would lose what the other wrote. */
static int change_alone(const struct dw_settings *settings, const struct wish *wish, bool pauses)
{
	struct dw_error err;
	int status, held = -1;
	enum dw_result res = dw_state_lock_open(settings, "pause.lock", &held, &err);

	if (res != DW_OK && res != DW_ERR_NOT_FOUND) { /* without a state-dir nothing is paused */
		cmd_print_error(NULL, &err);
		return CMD_WANTING;
	}
	if (held >= 0)
		(void)flock(held, LOCK_EX);
	status = pauses ? pause_it(settings, wish) : resume_it(settings, wish);
	if (held >= 0)
		close(held);
	return status;
}

static int change(const struct cmd_context *ctx, int argc, char **argv, bool pauses)
{
	struct wish wish;
	int status = read_words(argc, argv, pauses, &wish);
	struct dw_settings *settings = status == CMD_OK ? cmd_open_settings_or_kept(ctx) : NULL;

	if (status == CMD_OK)
		status = settings != NULL ? change_alone(settings, &wish, pauses) : CMD_WANTING;
	dw_settings_close(&settings);
	return status;
}

int cmd_pause(const struct cmd_context *ctx, int argc, char **argv)
{
	return change(ctx, argc, argv, true);
}

int cmd_resume(const struct cmd_context *ctx, int argc, char **argv)
{
	return change(ctx, argc, argv, false);
}
