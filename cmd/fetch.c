/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * fetch: lists with a url, refreshed
 */
#include "dnsward-config.h"
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include "cmd.h"
#include "dnsward/clock.h"
#include "dnsward/signature.h"
#include "dnsward/state_dir.h"
#include "fetch.h"

enum { SECONDS_DEFAULT = 600 };
#define BYTES_DEFAULT DW_SIGNED_FILE_MAX

static void print_fetched(const struct dw_list_options *list, const struct fetched *f)
{
	char due[DW_TIMESTAMP_TEXT_MAX];

	switch (f->outcome) {
	case FETCH_NEW:
		printf("%-24s new           %9zu rules %12" PRIu64 " bytes\n", list->name, f->rules,
			f->bytes);
		break;
	case FETCH_NOT_MODIFIED:
		printf("%-24s not modified\n", list->name);
		break;
	case FETCH_NOT_DUE:
		dw_timestamp_to_text((uint64_t)f->due * 1000000, due);
		printf("%-24s not due before %.19sZ\n", list->name, due);
		break;
	}
}

static bool is_named(const struct dw_list_options *list, char **names, int count)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(names[i], list->name) == 0)
			return true;
	}
	return count == 0;
}

static int fetch_lists(const struct dw_settings *settings, const struct download_limits *limits,
	char **names, int count)
{
	size_t asked = 0;
	int status = CMD_OK;

	for (size_t i = 0; i < settings->list_count; i++) {
		const struct dw_list_options *list = &settings->lists[i];
		struct fetched fetched;
		struct dw_error err;

		if (list->url == NULL || !is_named(list, names, count))
			continue;
		asked++;
		if (fetch_list(settings, list, limits, count > 0, &fetched, &err) == DW_OK) {
			print_fetched(list, &fetched);
		} else {
			cmd_print_error(NULL, &err);
			status = CMD_WANTING;
		}
		fflush(stdout);
	}
	if (asked == 0)
		puts("no list has a url: nothing to fetch");
	return status;
}

/* Two at once would write to the same files. */
static enum dw_result lock(const struct dw_settings *settings, int *out, struct dw_error *err)
{
	int fd;
	enum dw_result res = dw_state_dir_make(settings, "fetch", err);

	if (res == DW_OK)
		res = dw_state_lock_open(settings, "fetch/lock", &fd, err);
	if (res != DW_OK)
		return res;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		*out = fd;
		return DW_OK;
	}
	res = errno == EWOULDBLOCK
		      ? dw_fail(err, DW_ERR_SYSTEM, settings->state_dir, 0,
				"another `dnsward fetch` is under way")
		      : dw_fail_errno(err, settings->state_dir, "cannot lock fetch/lock");
	close(fd);
	return res;
}

static int check_names(const struct dw_settings *settings, char **names, int count)
{
	for (int i = 0; i < count; i++) {
		size_t number;

		if (!dw_settings_list(settings, names[i], &number))
			return cmd_misuse("fetch: there is no list '%s'", names[i]);
		if (settings->lists[number].url == NULL)
			return cmd_misuse("fetch: list '%s' has no url", names[i]);
	}
	return CMD_OK;
}

static int fetch(const struct cmd_context *ctx, const struct download_limits *limits, char **names,
	int count)
{
	struct dw_settings *settings;
	struct dw_error err;
	int held = -1;
	int status = cmd_open_settings(ctx, NULL, &settings);

	if (status != CMD_OK)
		return status;
	status = check_names(settings, names, count);
	if (status == CMD_OK && lock(settings, &held, &err) != DW_OK) {
		cmd_print_error(NULL, &err);
		status = CMD_WANTING;
	}
	if (status == CMD_OK && !download_start()) {
		fputs("dnsward: libcurl cannot start\n", stderr);
		status = CMD_WANTING;
	}
	if (status == CMD_OK) {
		status = fetch_lists(settings, limits, names, count);
		download_end();
	}
	if (held >= 0)
		close(held);
	dw_settings_close(&settings);
	return status;
}

static bool read_size(const char *text, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' && end != text && text[0] != '-' && *out > 0 &&
	       *out <= INT64_MAX;
}

int cmd_fetch(const struct cmd_context *ctx, int argc, char **argv)
{
	static const struct option options[] = {
		{"max-size", required_argument, NULL, 's'},
		{"max-time", required_argument, NULL, 't'},
		{NULL, 0, NULL, 0},
	};
	struct download_limits limits = {BYTES_DEFAULT, SECONDS_DEFAULT};
	struct dw_error err;
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 's':
			if (!read_size(optarg, &limits.bytes))
				return cmd_misuse(
					"fetch: --max-size: found '%s'; expected a number "
					"of bytes",
					optarg);
			break;
		case 't':
			if (dw_duration_from_text(optarg, strlen(optarg), &limits.seconds, &err) !=
					DW_OK ||
				limits.seconds == 0)
				return cmd_misuse("fetch: --max-time: found '%s'; expected a "
						  "duration such as 90s or 10m",
					optarg);
			break;
		default:
			return cmd_usage("fetch");
		}
	}
	return fetch(ctx, &limits, argv + optind, argc - optind);
}
