/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of the query log: every event is written once or counted, whatever happens to the file
 */
#include "dnsward-config.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "dnsward/log.h"
#include "dnsward/clock.h"
#include "events.h"
#include "log_fixture.h"
#include "unit.h"

static struct dw_error err;

/* ---- when all goes well ---- */

START_TEST(events_are_written)
{
	log_start(log_path, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	for (uint32_t i = 1; i <= 1000; i++)
		log_put(queue, i);
	log_settle();
	ck_assert_uint_eq(log_counters.written, 1000);
	ck_assert_uint_eq(log_count_path().events, 1000);
	ck_assert_uint_eq(log_count_path().states, 0);
	ck_assert(log_said_nothing());
	dw_log_queue_end(&queue);
}
END_TEST

START_TEST(close_writes_what_is_queued)
{
	log_start(log_path, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	for (uint32_t i = 1; i <= 5000; i++)
		log_put(queue, i);
	dw_log_queue_end(&queue);
	dw_log_close(&query_log);
	ck_assert_uint_eq(log_count_path().events, 5000);
}
END_TEST

START_TEST(other_path_is_taken_up)
{
	char other[96];
	struct log_lines counted = {0};

	snprintf(other, sizeof(other), "%s/other.jsonl", log_folder);
	struct dw_log_settings settings = {.path = other};
	log_start(log_path, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	log_put(queue, 1);
	log_settle();
	ck_assert_int_eq(dw_log_configure(query_log, &settings, &err), DW_OK);
	log_pause(700);
	log_put(queue, 2);
	log_settle();
	log_count(other, &counted, NULL, 0);
	ck_assert_uint_eq(counted.events, 1);
	ck_assert_uint_eq(log_count_path().events, 1);
}
END_TEST

/* ---- what is told of clients ---- */

static const struct {
	enum dw_log_clients clients;
	const char *client;
	const char *source, *related; /* what the line has; NULL: no such key */
	bool port;
} told[] = {
	{DW_CLIENTS_FULL, "192.0.2.77", "\"source\":{\"ip\":\"192.0.2.77\",",
		"\"related\":{\"ip\":[\"192.0.2.77\"]", true},
	{DW_CLIENTS_PREFIX, "192.0.2.77", "\"source\":{\"ip\":\"192.0.2.0\",",
		"\"related\":{\"ip\":[\"192.0.2.0\"]", true},
	{DW_CLIENTS_PREFIX, "2001:db8:1:2345:6789:abcd:ef01:7777",
		"\"source\":{\"ip\":\"2001:db8:1:2300::\",", "\"related\":{\"ip\":[\"2001:db8:1:2300::\"]",
		true},
	{DW_CLIENTS_PSEUDONYM, "192.0.2.77", "\"source\":{\"ip\":\"fd", "\"related\":{\"ip\":[\"fd", true},
	{DW_CLIENTS_NONE, "192.0.2.77", NULL, NULL, false},
};

static void expect(const char *text, const char *wanted, const char *key)
{
	ck_assert_msg(wanted != NULL ? strstr(text, wanted) != NULL : strstr(text, key) == NULL,
		"%s in %s", wanted != NULL ? wanted : key, text);
}

START_TEST(client_stands_as_the_settings_say)
{
	static const uint8_t name[] = "\003bad\007example";
	struct dw_log_settings settings = {
		.path = log_path, .state_dir = log_folder, .clients = told[_i].clients};
	struct dw_log_options options = {.hostname = "ns1", .speaker = {.line = log_hear}};
	struct dw_event e = {.time_us = 1767323045678901, .question = name,
		.question_len = sizeof(name), .type = 1, .klass = 1, .client_port = 40001,
		.server_port = 53};
	char text[4096];

	ck_assert(dw_addr_from_text(told[_i].client, strlen(told[_i].client), &e.client));
	e.server = (struct dw_addr){.family = e.client.family, .bytes = {[10] = 0xff, 0xff, 1, 2, 3, 4}};
	ck_assert_int_eq(dw_log_open(&settings, &options, &query_log, &err), DW_OK);
	ck_assert_int_eq(dw_log_start(query_log, &err), DW_OK);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	dw_log_put(queue, &e);
	log_settle();
	FILE *f = fopen(log_path, "r");
	ck_assert_ptr_nonnull(fgets(text, sizeof(text), f));
	fclose(f);
	expect(text, told[_i].source, "\"source\"");
	expect(text, told[_i].source != NULL ? told[_i].source + 9 : NULL, "\"client\"");
	expect(text, told[_i].related, "\"related\":{\"ip\"");
	expect(text, told[_i].port ? "\"port\":40001" : NULL, "40001");
	expect(text, told[_i].clients == DW_CLIENTS_FULL ? NULL : "\"clients\":\"", "\"clients\"");
	expect(text, e.client.family == 4 ? "\"type\":\"ipv4\"" : "\"type\":\"ipv6\"", "");
	if (told[_i].clients != DW_CLIENTS_FULL)
		expect(text, NULL, told[_i].client);
	ck_assert(log_said_nothing());
}
END_TEST

/* ---- many workers ---- */

enum { WORKERS = 4, EACH = 40000 };
static uint8_t seen[WORKERS * EACH + 1];

static void *work(void *arg)
{
	uint32_t first = (uint32_t)(uintptr_t)arg;
	struct dw_log_queue *queue = dw_log_queue_new(query_log);

	for (uint32_t i = 0; i < EACH; i++)
		log_put(queue, first + i);
	dw_log_queue_end(&queue);
	return NULL;
}

static void run_workers(void)
{
	pthread_t thread[WORKERS];

	for (uintptr_t i = 0; i < WORKERS; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, work, (void *)(1 + i * EACH)), 0);
	for (size_t i = 0; i < WORKERS; i++)
		pthread_join(thread[i], NULL);
}

/* Small rings, so that many are dropped: what is written and what is dropped add up, and nothing
 * is written twice. */
START_TEST(noted_is_written_plus_dropped)
{
	struct log_lines counted = {0};
	size_t once = 0, more = 0;

	log_start(log_path, 16384);
	run_workers();
	log_settle();
	dw_log_close(&query_log);
	log_count(log_path, &counted, seen, sizeof(seen));
	for (size_t i = 0; i < sizeof(seen); i++) {
		once += seen[i] == 1;
		more += seen[i] > 1;
	}
	ck_assert_uint_eq(log_counters.noted, WORKERS * EACH);
	ck_assert_uint_gt(log_counters.dropped[DW_DROP_QUEUE_FULL], 0);
	ck_assert_uint_eq(counted.events, log_counters.written);
	ck_assert_uint_eq(counted.broken, 0);
	ck_assert_uint_eq(once, log_counters.written);
	ck_assert_uint_eq(more, 0);
	ck_assert_uint_ge(counted.states, 1); /* the log itself tells */
}
END_TEST

START_TEST(large_event_is_counted)
{
	struct dw_event event = events_worst(35 * 500);

	log_start(log_path, 4096);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	ck_assert(!dw_log_put(queue, &event));
	log_settle();
	ck_assert_uint_eq(log_counters.dropped[DW_DROP_TOO_LARGE], 1);
}
END_TEST

/* ---- files that come and go ---- */

static atomic_bool stop;

static void *rotate(void *arg)
{
	size_t *times = arg;

	while (!atomic_load(&stop)) {
		char to[160];

		snprintf(to, sizeof(to), "%s.%zu", log_path, *times + 1);
		if (rename(log_path, to) == 0)
			++*times;
		log_pause(10);
	}
	return NULL;
}

START_TEST(renamed_file_is_opened_anew_and_nothing_is_lost)
{
	pthread_t thread;
	size_t times = 0;
	struct log_lines counted = {0};

	log_start(log_path, 0);
	atomic_store(&stop, false);
	ck_assert_int_eq(pthread_create(&thread, NULL, rotate, &times), 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	for (uint32_t i = 1; i <= 300; i++) {
		log_put(queue, i);
		log_pause(10);
	}
	log_settle();
	atomic_store(&stop, true);
	pthread_join(thread, NULL);
	for (size_t i = 0; i <= times; i++) {
		char file[160];

		snprintf(file, sizeof(file), "%s.%zu", log_path, i);
		log_count(i == 0 ? log_path : file, &counted, seen, sizeof(seen));
	}
	ck_assert_uint_gt(times, 2);
	ck_assert_uint_eq(counted.events, 300);
	ck_assert_uint_eq(counted.broken, 0);
	ck_assert_uint_eq(log_counters.written, 300);
	ck_assert_uint_ge(log_counters.reopened, 2);
}
END_TEST

START_TEST(renamed_file_is_opened_anew_within_a_second)
{
	char to[160];

	snprintf(to, sizeof(to), "%s.1", log_path);
	log_start(log_path, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	log_put(queue, 1);
	log_settle();
	ck_assert_int_eq(rename(log_path, to), 0);
	uint64_t before = dw_clock_steady();
	while (access(log_path, F_OK) != 0 && dw_clock_steady() - before < 5000000000u)
		log_pause(10);
	ck_assert_uint_lt(dw_clock_steady() - before, 1000000000u);
}
END_TEST

START_TEST(removed_folder_drops_and_comes_back)
{
	char inner[80];

	snprintf(inner, sizeof(inner), "%s/logs", log_folder);
	ck_assert_int_eq(mkdir(inner, 0755), 0);
	snprintf(log_path, sizeof(log_path), "%s/query.jsonl", inner);
	log_start(log_path, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	log_put(queue, 1);
	log_settle();
	unlink(log_path);
	ck_assert_int_eq(rmdir(inner), 0);
	log_pause(1200);
	log_put(queue, 2);
	log_settle();
	ck_assert_uint_eq(log_counters.dropped[DW_DROP_WRITE], 1);
	ck_assert(log_said("cannot open the query log"));
	ck_assert_int_eq(mkdir(inner, 0755), 0);
	log_pause(1200);
	log_put(queue, 3);
	log_settle();
	log_pause(1200);
	ck_assert_uint_eq(log_counters.written, 2);
	ck_assert_uint_eq(log_count_path().events, 1);
	ck_assert_uint_eq(log_count_path().states, 1);
	ck_assert(log_said("written again"));
}
END_TEST

START_TEST(half_a_line_of_the_last_run_is_ended)
{
	static const char half[] = "{\"@timestamp\":\"2026";
	FILE *f = fopen(log_path, "w");

	fputs(half, f);
	fclose(f);
	log_start(log_path, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	log_put(queue, 1);
	log_settle();
	ck_assert_uint_eq(log_count_path().events, 1);
	ck_assert_uint_eq(log_count_path().broken, 1);
}
END_TEST

/* ---- a full disk: a small tmpfs ---- */

START_TEST(full_disk_drops_counts_and_recovers)
{
	char inner[80], ballast[96];

	snprintf(inner, sizeof(inner), "%s/small", log_folder);
	ck_assert_int_eq(mkdir(inner, 0755), 0);
	if (mount("tmpfs", inner, "tmpfs", 0, "size=256k") != 0) {
		printf("skip full_disk_drops_counts_and_recovers: mount: %s\n", strerror(errno));
		return;
	}
	snprintf(log_path, sizeof(log_path), "%s/query.jsonl", inner);
	snprintf(ballast, sizeof(ballast), "%s/ballast", inner);
	FILE *f = fopen(ballast, "w");
	for (int i = 0; i < 100 * 1024; i++)
		fputc('x', f);
	fclose(f);
	log_start(log_path, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	for (uint32_t i = 1; i <= 2000; i++)
		log_put(queue, i);
	log_settle();
	uint64_t written = log_counters.written;
	ck_assert_uint_gt(written, 10);
	ck_assert_uint_eq(log_counters.dropped[DW_DROP_WRITE], 2000 - written);
	ck_assert(log_said("No space left"));
	ck_assert_int_eq(unlink(ballast), 0);
	log_pause(1200);
	log_put(queue, 2001);
	log_settle();
	log_pause(1200);
	struct log_lines counted = log_count_path();
	ck_assert_uint_eq(log_counters.written, written + 1);
	ck_assert_uint_eq(counted.events, written + 1);
	ck_assert_uint_le(counted.broken, 1); /* the line that was cut */
	ck_assert_uint_ge(counted.states, 1);
	ck_assert(log_said("written again"));
}
END_TEST

START_TEST(device_that_takes_nothing_drops_and_counts)
{
	log_start("/dev/full", 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	for (uint32_t i = 1; i <= 100; i++)
		log_put(queue, i);
	log_settle();
	ck_assert_uint_eq(log_counters.dropped[DW_DROP_WRITE], 100);
	ck_assert_uint_eq(log_counters.written, 0);
}
END_TEST

/* The same where nothing can be mounted: a limit on a file's size is a disk that is full. */
START_TEST(file_size_limit_drops_counts_and_recovers)
{
	struct rlimit before, small;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 100 * 1000;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	log_start(log_path, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	for (uint32_t i = 1; i <= 2000; i++)
		log_put(queue, i);
	log_settle();
	uint64_t written = log_counters.written;
	ck_assert_uint_gt(written, 10);
	ck_assert_uint_eq(log_counters.dropped[DW_DROP_WRITE], 2000 - written);
	ck_assert(log_said("File too large"));
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	log_put(queue, 2001);
	log_settle();
	struct log_lines counted = log_count_path();
	ck_assert_uint_eq(counted.events, written + 1);
	ck_assert_uint_le(counted.broken, 1); /* the line that was cut */
	ck_assert(log_said("written again"));
}
END_TEST

/* ---- a kill ---- */

START_TEST(killed_process_leaves_whole_lines)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		log_start(log_path, 0);
		struct dw_log_queue *queue = dw_log_queue_new(query_log);
		for (uint32_t i = 1;; i++)
			log_put(queue, i);
	}
	while (log_count_path().events < 1000)
		log_pause(20);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	struct log_lines counted = log_count_path();
	ck_assert_uint_ge(counted.events, 1000);
	ck_assert_uint_le(counted.broken, 1); /* at most the last */
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("log");
	TCase *tc = tcase_create("log");

	tcase_add_checked_fixture(tc, log_setup, log_teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, events_are_written);
	tcase_add_test(tc, close_writes_what_is_queued);
	tcase_add_test(tc, other_path_is_taken_up);
	tcase_add_loop_test(tc, client_stands_as_the_settings_say, 0, sizeof(told) / sizeof(told[0]));
	tcase_add_test(tc, noted_is_written_plus_dropped);
	tcase_add_test(tc, large_event_is_counted);
	tcase_add_test(tc, renamed_file_is_opened_anew_and_nothing_is_lost);
	tcase_add_test(tc, renamed_file_is_opened_anew_within_a_second);
	tcase_add_test(tc, removed_folder_drops_and_comes_back);
	tcase_add_test(tc, half_a_line_of_the_last_run_is_ended);
	tcase_add_test(tc, full_disk_drops_counts_and_recovers);
	tcase_add_test(tc, device_that_takes_nothing_drops_and_counts);
	tcase_add_test(tc, file_size_limit_drops_counts_and_recovers);
	tcase_add_test(tc, killed_process_leaves_whole_lines);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
