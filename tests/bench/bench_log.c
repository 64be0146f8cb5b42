/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * bench_log: what logging an event costs a worker, and how many lines the writer makes
 */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dnsward/log.h"
#include "dnsward/verdict.h"
#include "thread_ns.h"

static struct dw_event event_of(size_t answers)
{
	static const uint8_t name[] = "\003www\010tracking\003bad\007example";
	static const uint8_t address[] = {192, 0, 2, 1};
	static const char *const categories[] = {"ads"};
	static const struct dw_event_finding found = {
		.list = "ads",
		.category = "ads",
		.rule = "bad.example",
		.match = "subtree",
		.categories = categories,
		.category_count = 1,
	};
	static struct dw_event_answer told[DW_EVENT_ANSWERS_MAX];
	struct dw_event e = {
		.time_us = 1767323045678901,
		.duration_us = 12,
		.client = {.bytes = {[10] = 255, [11] = 255, [12] = 192, [15] = 7}, .family = 4},
		.client_port = 40001,
		.question = name,
		.question_len = sizeof(name),
		.type = 1,
		.klass = 1,
		.flags = 0x8180,
		.action = DW_ACTION_SINKHOLE,
		.found = &found,
		.answers = told,
		.answer_count = (uint8_t)answers,
	};

	for (size_t i = 0; i < answers; i++)
		told[i] = (struct dw_event_answer){.name = name, .name_len = sizeof(name), .type = 1,
			.klass = 1, .ttl = 60, .rdata = address, .rdata_len = sizeof(address)};
	return e;
}

static uint64_t drops_of(const struct dw_log *log)
{
	struct dw_log_counters counters;
	uint64_t sum = 0;

	dw_log_counters(log, &counters);
	for (size_t i = 0; i < DW_DROP_COUNT; i++)
		sum += counters.dropped[i];
	return sum;
}

static void wait_until_written(const struct dw_log *log)
{
	const struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};
	struct dw_log_counters counters;

	do {
		nanosleep(&pause, NULL);
		dw_log_counters(log, &counters);
	} while (counters.queued > 0);
}

/* Bursts that fit into the ring, with the writer at work beside them as in a resolver. */
static bool measure_put(const char *path, size_t answers)
{
	enum { BURST = 2000, BURSTS = 100 };
	struct dw_log_settings settings = {.path = path};
	struct dw_log_options options = {.hostname = "bench", .version = "0"};
	struct dw_event event = event_of(answers);
	struct dw_log *log;
	double best = 1, sum = 0;

	if (dw_log_open(&settings, &options, &log, NULL) != DW_OK || dw_log_start(log, NULL) != DW_OK)
		return false;
	struct dw_log_queue *queue = dw_log_queue_new(log);
	for (int b = 0; b < BURSTS; b++) {
		double start = thread_seconds();

		for (int i = 0; i < BURST; i++)
			dw_log_put(queue, &event);
		double each = (thread_seconds() - start) / BURST;
		best = each < best ? each : best;
		sum += each;
		wait_until_written(log);
	}
	dw_log_queue_end(&queue);
	dw_log_stop(log);
	printf("put, %2zu answers: %6.3f us on average, %6.3f us in the best of %d bursts, %lu dropped\n",
		answers, sum / BURSTS * 1e6, best * 1e6, BURSTS, (unsigned long)drops_of(log));
	dw_log_close(&log);
	return true;
}

static void measure_lines(size_t answers)
{
	enum { LINES = 200000 };
	static char line[DW_EVENT_JSON_MAX];
	struct dw_ecs *ecs = dw_ecs_open("bench", "0");
	struct dw_event event = event_of(answers);
	size_t bytes = 0;
	double start = thread_seconds();

	for (int i = 0; i < LINES; i++)
		bytes += dw_event_to_json(ecs, &event, line, sizeof(line));
	double taken = thread_seconds() - start;
	dw_ecs_close(&ecs);
	printf("lines, %2zu answers: %8.0f a second, %6.1f MB/s, %zu bytes each\n", answers,
		LINES / taken, (double)bytes / taken / 1e6, bytes / LINES);
}

int main(void)
{
	char folder[] = "/tmp/dnsward-bench-XXXXXX", path[64];
	bool done = mkdtemp(folder) != NULL;

	snprintf(path, sizeof(path), "%s/query.jsonl", folder);
	done = done && measure_put(path, 0) && measure_put(path, 2);
	measure_lines(0);
	measure_lines(2);
	unlink(path);
	rmdir(folder);
	return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
