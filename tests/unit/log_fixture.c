/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * a folder, a query log, and events that can be told apart
 */
#include "dnsward-config.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <time.h>
#include "log_fixture.h"
#include "unit.h"

char log_folder[64], log_path[96];
struct dw_log *query_log;
struct dw_log_counters log_counters;

static char said[4096];
static pthread_mutex_t said_lock = PTHREAD_MUTEX_INITIALIZER;

void log_setup(void)
{
	strcpy(log_folder, "/tmp/dnsward-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(log_folder));
	snprintf(log_path, sizeof(log_path), "%s/query.jsonl", log_folder);
	said[0] = '\0';
}

void log_teardown(void)
{
	char command[96], mounted[80];

	dw_log_close(&query_log);
	snprintf(mounted, sizeof(mounted), "%s/small", log_folder);
	umount2(mounted, MNT_DETACH);
	snprintf(command, sizeof(command), "rm -rf %s", log_folder);
	ck_assert_int_eq(system(command), 0);
}

void log_open(const char *to, size_t queue_bytes)
{
	struct dw_error err;
	struct dw_log_settings settings = {.path = to};
	struct dw_log_options options = {
		.hostname = "ns1",
		.version = "0.1",
		.queue_bytes = queue_bytes,
		.speaker = {.line = log_hear},
	};

	ck_assert_int_eq(dw_log_open(&settings, &options, &query_log, &err), DW_OK);
}

void log_start(const char *to, size_t queue_bytes)
{
	struct dw_error err;

	log_open(to, queue_bytes);
	ck_assert_int_eq(dw_log_start(query_log, &err), DW_OK);
}

void log_hear(void *arg, enum dw_say_level level, const char *text)
{
	(void)arg;
	(void)level;
	pthread_mutex_lock(&said_lock);
	strncat(said, text, sizeof(said) - strlen(said) - 2);
	strcat(said, "\n");
	pthread_mutex_unlock(&said_lock);
}

bool log_said(const char *text)
{
	pthread_mutex_lock(&said_lock);
	bool found = strstr(said, text) != NULL;
	pthread_mutex_unlock(&said_lock);
	return found;
}

bool log_said_nothing(void)
{
	return !log_said("\n");
}

void log_put(struct dw_log_queue *queue, uint32_t number)
{
	static const uint8_t name[] = "\003bad\007example";
	const struct dw_event_finding found = {.row = number};
	struct dw_event e = {
		.time_us = 1767323045678901,
		.duration_us = 5,
		.question = name,
		.question_len = sizeof(name),
		.type = 1,
		.klass = 1,
		.found = &found,
	};

	dw_log_put(queue, &e);
}

static uint64_t settled(const struct dw_log_counters *c)
{
	uint64_t sum = c->written;

	for (int i = 0; i < DW_DROP_COUNT; i++)
		sum += c->dropped[i];
	return sum;
}

void log_settle(void)
{
	const struct dw_log_counters *c = &log_counters;

	for (int i = 0; i < 2000; i++) {
		dw_log_counters(query_log, &log_counters);
		if (settled(c) == c->noted && c->queued == 0)
			return;
		log_pause(10);
	}
	ck_abort_msg("noted %lu, settled %lu, queued %lu", (unsigned long)c->noted,
		(unsigned long)settled(c), (unsigned long)c->queued);
}

void log_pause(long ms)
{
	struct timespec ts = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&ts, NULL);
}

void log_count(const char *file, struct log_lines *out, uint8_t *seen, size_t rows)
{
	char *text = NULL;
	size_t size = 0;
	ssize_t len;
	FILE *f = fopen(file, "r");

	if (f == NULL)
		return;
	while ((len = getline(&text, &size, f)) > 0) {
		const char *row = strstr(text, "\"row\":");

		if (text[0] != '{' || len < 3 || strcmp(text + len - 3, "}}\n") != 0)
			out->broken++;
		else if (strstr(text, "\"dnsward.state\"") != NULL)
			out->states++;
		else
			out->events++;
		if (seen != NULL && row != NULL && strtoul(row + 6, NULL, 10) < rows)
			seen[strtoul(row + 6, NULL, 10)]++;
	}
	free(text);
	fclose(f);
}

struct log_lines log_count_path(void)
{
	struct log_lines lines = {0};

	log_count(log_path, &lines, NULL, 0);
	return lines;
}
