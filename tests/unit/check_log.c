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
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "dnsward/log.h"
#include "dnsward/clock.h"
#include "events.h"
#include "unit.h"

static char folder[64], path[96], said[4096];
static struct dw_log *query_log;
static struct dw_error err;
static struct dw_log_counters counters;
static pthread_mutex_t said_lock = PTHREAD_MUTEX_INITIALIZER;

static void setup(void)
{
	strcpy(folder, "/tmp/dnsward-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/query.jsonl", folder);
	said[0] = '\0';
}

static void teardown(void)
{
	char command[96], mounted[80];
	dw_log_close(&query_log);
	snprintf(mounted, sizeof(mounted), "%s/small", folder);
	umount2(mounted, MNT_DETACH);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static void hear(void *arg, enum dw_say_level level, const char *text)
{
	(void)arg;
	(void)level;
	pthread_mutex_lock(&said_lock);
	strncat(said, text, sizeof(said) - strlen(said) - 2);
	strcat(said, "\n");
	pthread_mutex_unlock(&said_lock);
}

static bool was_said(const char *text)
{
	pthread_mutex_lock(&said_lock);
	bool found = strstr(said, text) != NULL;
	pthread_mutex_unlock(&said_lock);
	return found;
}

static void open_log(const char *to, size_t queue_bytes)
{
	struct dw_log_settings settings = {.path = to};
	struct dw_log_options options = {
		.hostname = "ns1",
		.version = "0.1",
		.queue_bytes = queue_bytes,
		.speaker = {.line = hear},
	};
	ck_assert_int_eq(dw_log_open(&settings, &options, &query_log, &err), DW_OK);
}

static void start_log(const char *to, size_t queue_bytes)
{
	open_log(to, queue_bytes);
	ck_assert_int_eq(dw_log_start(query_log, &err), DW_OK);
}

static void pause_ms(long ms)
{
	struct timespec ts = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	nanosleep(&ts, NULL);
}

/* `number` is told as dnsward.row, so that lines can be told apart. */
static void put(struct dw_log_queue *queue, uint32_t number)
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

/* Until all that was noted is written or counted as dropped. */
static void settle(void)
{
	for (int i = 0; i < 2000; i++) {
		dw_log_counters(query_log, &counters);
		if (settled(&counters) == counters.noted && counters.queued == 0)
			return;
		pause_ms(10);
	}
	ck_abort_msg("noted %lu, settled %lu, queued %lu", (unsigned long)counters.noted,
		(unsigned long)settled(&counters), (unsigned long)counters.queued);
}

/* Count the lines of a file: events, state lines, and broken ones (which must not be). `seen`
 * (or NULL) gets one more at the row of each event. */
struct counted {
	size_t events, states, broken;
};

static void count_file(const char *file, struct counted *out, uint8_t *seen, size_t rows)
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

static struct counted count_log(void)
{
	struct counted counted = {0};
	count_file(path, &counted, NULL, 0);
	return counted;
}

/* ---- when all goes well ---- */

START_TEST(events_are_written)
{
	start_log(path, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	for (uint32_t i = 1; i <= 1000; i++)
		put(queue, i);
	settle();
	ck_assert_uint_eq(counters.written, 1000);
	ck_assert_uint_eq(count_log().events, 1000);
	ck_assert_uint_eq(count_log().states, 0);
	ck_assert_str_eq(said, "");
	dw_log_queue_end(&queue);
}
END_TEST

START_TEST(close_writes_what_is_queued)
{
	start_log(path, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	for (uint32_t i = 1; i <= 5000; i++)
		put(queue, i);
	dw_log_queue_end(&queue);
	dw_log_close(&query_log);
	ck_assert_uint_eq(count_log().events, 5000);
}
END_TEST

START_TEST(other_path_is_taken_up)
{
	char other[96];
	struct counted counted = {0};
	snprintf(other, sizeof(other), "%s/other.jsonl", folder);
	struct dw_log_settings settings = {.path = other};
	start_log(path, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	put(queue, 1);
	settle();
	ck_assert_int_eq(dw_log_configure(query_log, &settings, &err), DW_OK);
	pause_ms(700);
	put(queue, 2);
	settle();
	count_file(other, &counted, NULL, 0);
	ck_assert_uint_eq(counted.events, 1);
	ck_assert_uint_eq(count_log().events, 1);
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
		.path = path, .state_dir = folder, .clients = told[_i].clients};
	struct dw_log_options options = {.hostname = "ns1", .speaker = {.line = hear}};
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
	settle();
	FILE *f = fopen(path, "r");
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
	ck_assert_str_eq(said, "");
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
		put(queue, first + i);
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
	struct counted counted = {0};
	size_t once = 0, more = 0;
	start_log(path, 16384);
	run_workers();
	settle();
	dw_log_close(&query_log);
	count_file(path, &counted, seen, sizeof(seen));
	for (size_t i = 0; i < sizeof(seen); i++) {
		once += seen[i] == 1;
		more += seen[i] > 1;
	}
	ck_assert_uint_eq(counters.noted, WORKERS * EACH);
	ck_assert_uint_gt(counters.dropped[DW_DROP_QUEUE_FULL], 0);
	ck_assert_uint_eq(counted.events, counters.written);
	ck_assert_uint_eq(counted.broken, 0);
	ck_assert_uint_eq(once, counters.written);
	ck_assert_uint_eq(more, 0);
	ck_assert_uint_ge(counted.states, 1); /* the log itself tells */
}
END_TEST

START_TEST(large_event_is_counted)
{
	struct dw_event event = events_worst(35 * 500);
	start_log(path, 4096);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	ck_assert(!dw_log_put(queue, &event));
	settle();
	ck_assert_uint_eq(counters.dropped[DW_DROP_TOO_LARGE], 1);
}
END_TEST

/* ---- files that come and go ---- */

static atomic_bool stop;

static void *rotate(void *arg)
{
	size_t *times = arg;
	while (!atomic_load(&stop)) {
		char to[160];
		snprintf(to, sizeof(to), "%s.%zu", path, *times + 1);
		if (rename(path, to) == 0)
			++*times;
		pause_ms(10);
	}
	return NULL;
}

START_TEST(renamed_file_is_opened_anew_and_nothing_is_lost)
{
	pthread_t thread;
	size_t times = 0;
	struct counted counted = {0};
	start_log(path, 0);
	atomic_store(&stop, false);
	ck_assert_int_eq(pthread_create(&thread, NULL, rotate, &times), 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	for (uint32_t i = 1; i <= 300; i++) {
		put(queue, i);
		pause_ms(10);
	}
	settle();
	atomic_store(&stop, true);
	pthread_join(thread, NULL);
	for (size_t i = 0; i <= times; i++) {
		char file[160];
		snprintf(file, sizeof(file), "%s.%zu", path, i);
		count_file(i == 0 ? path : file, &counted, seen, sizeof(seen));
	}
	ck_assert_uint_gt(times, 2);
	ck_assert_uint_eq(counted.events, 300);
	ck_assert_uint_eq(counted.broken, 0);
	ck_assert_uint_eq(counters.written, 300);
	ck_assert_uint_ge(counters.reopened, 2);
}
END_TEST

START_TEST(renamed_file_is_opened_anew_within_a_second)
{
	char to[160];
	snprintf(to, sizeof(to), "%s.1", path);
	start_log(path, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	put(queue, 1);
	settle();
	ck_assert_int_eq(rename(path, to), 0);
	uint64_t before = dw_clock_steady();
	while (access(path, F_OK) != 0 && dw_clock_steady() - before < 5000000000u)
		pause_ms(10);
	ck_assert_uint_lt(dw_clock_steady() - before, 1000000000u);
}
END_TEST

START_TEST(removed_folder_drops_and_comes_back)
{
	char inner[80];
	snprintf(inner, sizeof(inner), "%s/logs", folder);
	ck_assert_int_eq(mkdir(inner, 0755), 0);
	snprintf(path, sizeof(path), "%s/query.jsonl", inner);
	start_log(path, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	put(queue, 1);
	settle();
	unlink(path);
	ck_assert_int_eq(rmdir(inner), 0);
	pause_ms(1200);
	put(queue, 2);
	settle();
	ck_assert_uint_eq(counters.dropped[DW_DROP_WRITE], 1);
	ck_assert(was_said("cannot open the query log"));
	ck_assert_int_eq(mkdir(inner, 0755), 0);
	pause_ms(1200);
	put(queue, 3);
	settle();
	pause_ms(1200);
	ck_assert_uint_eq(counters.written, 2);
	ck_assert_uint_eq(count_log().events, 1);
	ck_assert_uint_eq(count_log().states, 1);
	ck_assert(was_said("written again"));
}
END_TEST

START_TEST(half_a_line_of_the_last_run_is_ended)
{
	static const char half[] = "{\"@timestamp\":\"2026";
	FILE *f = fopen(path, "w");
	fputs(half, f);
	fclose(f);
	start_log(path, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	put(queue, 1);
	settle();
	ck_assert_uint_eq(count_log().events, 1);
	ck_assert_uint_eq(count_log().broken, 1);
}
END_TEST

/* ---- a full disk: a small tmpfs ---- */

START_TEST(full_disk_drops_counts_and_recovers)
{
	char inner[80], ballast[96];
	snprintf(inner, sizeof(inner), "%s/small", folder);
	ck_assert_int_eq(mkdir(inner, 0755), 0);
	if (mount("tmpfs", inner, "tmpfs", 0, "size=256k") != 0) {
		printf("skip full_disk_drops_counts_and_recovers: mount: %s\n", strerror(errno));
		return;
	}
	snprintf(path, sizeof(path), "%s/query.jsonl", inner);
	snprintf(ballast, sizeof(ballast), "%s/ballast", inner);
	FILE *f = fopen(ballast, "w");
	for (int i = 0; i < 100 * 1024; i++)
		fputc('x', f);
	fclose(f);
	start_log(path, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	for (uint32_t i = 1; i <= 2000; i++)
		put(queue, i);
	settle();
	uint64_t written = counters.written;
	ck_assert_uint_gt(written, 10);
	ck_assert_uint_eq(counters.dropped[DW_DROP_WRITE], 2000 - written);
	ck_assert(was_said("No space left"));
	ck_assert_int_eq(unlink(ballast), 0);
	pause_ms(1200);
	put(queue, 2001);
	settle();
	pause_ms(1200);
	struct counted counted = count_log();
	ck_assert_uint_eq(counters.written, written + 1);
	ck_assert_uint_eq(counted.events, written + 1);
	ck_assert_uint_le(counted.broken, 1); /* the line that was cut */
	ck_assert_uint_ge(counted.states, 1);
	ck_assert(was_said("written again"));
}
END_TEST

START_TEST(device_that_takes_nothing_drops_and_counts)
{
	start_log("/dev/full", 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	for (uint32_t i = 1; i <= 100; i++)
		put(queue, i);
	settle();
	ck_assert_uint_eq(counters.dropped[DW_DROP_WRITE], 100);
	ck_assert_uint_eq(counters.written, 0);
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
	start_log(path, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	for (uint32_t i = 1; i <= 2000; i++)
		put(queue, i);
	settle();
	uint64_t written = counters.written;
	ck_assert_uint_gt(written, 10);
	ck_assert_uint_eq(counters.dropped[DW_DROP_WRITE], 2000 - written);
	ck_assert(was_said("File too large"));
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	put(queue, 2001);
	settle();
	struct counted counted = count_log();
	ck_assert_uint_eq(counted.events, written + 1);
	ck_assert_uint_le(counted.broken, 1); /* the line that was cut */
	ck_assert(was_said("written again"));
}
END_TEST

START_TEST(stderr_gets_lines)
{
	struct counted counted = {0};
	fflush(stderr);
	int before = dup(STDERR_FILENO), fd = open(path, O_CREAT | O_WRONLY, 0600);
	ck_assert_int_eq(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	start_log("stderr", 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	for (uint32_t i = 1; i <= 1000; i++)
		put(queue, i);
	settle();
	dw_log_close(&query_log);
	ck_assert_int_ge(fcntl(STDERR_FILENO, F_GETFD), 0); /* not ours to close */
	dup2(before, STDERR_FILENO);
	count_file(path, &counted, NULL, 0);
	ck_assert_uint_eq(counted.events, 1000);
	ck_assert_uint_eq(counted.broken, 0);
}
END_TEST

/* ---- sockets ---- */

/* A reader at the socket `sock` of the folder. */
static int listen_there(int type)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type, 0);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/sock", folder);
	unlink(addr.sun_path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	if (type == SOCK_STREAM)
		ck_assert_int_eq(listen(fd, 4), 0);
	return fd;
}

/* The same before the log starts that it reads. */
static int start_read_log(int type, size_t queue_bytes)
{
	char to[112];
	int server = listen_there(type);
	snprintf(to, sizeof(to), "unix:%s/sock", folder);
	start_log(to, queue_bytes);
	return server;
}

START_TEST(stream_reader_goes_and_comes_back)
{
	char text[4096];
	int server = start_read_log(SOCK_STREAM, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	put(queue, 1);
	int reader = accept(server, NULL, NULL);
	ck_assert_int_gt(read(reader, text, sizeof(text)), 100);
	close(reader);
	close(server);
	pause_ms(100);
	put(queue, 2);
	settle();
	ck_assert_uint_eq(counters.dropped[DW_DROP_WRITE], 1);
	server = listen_there(SOCK_STREAM);
	pause_ms(1200);
	put(queue, 3);
	reader = accept(server, NULL, NULL);
	pause_ms(500);
	ssize_t len = read(reader, text, sizeof(text) - 1);
	ck_assert_int_gt(len, 100);
	text[len] = '\0';
	settle();
	ck_assert_uint_eq(counters.written, 2);
	ck_assert_int_eq(text[len - 1], '\n');
	close(reader);
	close(server);
}
END_TEST

START_TEST(reader_that_does_not_read_hangs_nobody)
{
	int server = start_read_log(SOCK_STREAM, 65536);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	uint64_t before = dw_clock_steady();
	for (uint32_t i = 1; i <= 20000; i++)
		put(queue, i);
	ck_assert_uint_lt(dw_clock_steady() - before, 2000000000u);
	settle();
	ck_assert_uint_eq(counters.noted, 20000);
	ck_assert_uint_gt(counters.dropped[DW_DROP_QUEUE_FULL] + counters.dropped[DW_DROP_WRITE], 0);
	close(server);
}
END_TEST

/* It took a line in part, and the rest of that is what it cannot be sent any more. */
START_TEST(reader_that_hung_and_died_is_followed_by_another)
{
	char text[4096];
	int server = start_read_log(SOCK_STREAM, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	for (uint32_t i = 1; i <= 5000; i++)
		put(queue, i);
	settle();
	ck_assert_uint_gt(counters.dropped[DW_DROP_WRITE], 0);
	close(accept(server, NULL, NULL));
	close(server);
	server = listen_there(SOCK_STREAM);
	for (uint32_t i = 1; i <= 30; i++) {
		put(queue, i);
		pause_ms(100);
	}
	ck_assert_int_eq(fcntl(server, F_SETFL, O_NONBLOCK), 0);
	int reader = accept(server, NULL, NULL);
	ck_assert_msg(reader >= 0, "%s", said);
	ck_assert_int_gt(read(reader, text, sizeof(text)), 100);
	ck_assert_int_eq(text[0], '{');
	close(reader);
	close(server);
}
END_TEST

START_TEST(datagram_reader_gets_a_line_each)
{
	char text[4096];
	int server = start_read_log(SOCK_DGRAM, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	for (uint32_t i = 1; i <= 5; i++)
		put(queue, i);
	for (int i = 0; i < 5; i++) {
		ssize_t len = recv(server, text, sizeof(text) - 1, 0);
		ck_assert_int_gt(len, 2);
		text[len] = '\0';
		ck_assert_int_eq(text[0], '{');
		ck_assert_ptr_eq(strchr(text, '\n'), text + len - 1);
	}
	close(server);
}
END_TEST

START_TEST(long_socket_path_is_refused)
{
	char to[256] = "unix:/";
	memset(to + 6, 'a', 200);
	struct dw_log_settings settings = {.path = to};
	struct dw_log_options options = {.hostname = "ns1"};
	ck_assert_int_eq(dw_log_open(&settings, &options, &query_log, &err), DW_ERR_LIMIT);
	ck_assert_ptr_null(query_log);
}
END_TEST

/* ---- a kill ---- */

START_TEST(killed_process_leaves_whole_lines)
{
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		start_log(path, 0);
		struct dw_log_queue *queue = dw_log_queue_new(query_log);
		for (uint32_t i = 1;; i++)
			put(queue, i);
	}
	while (count_log().events < 1000)
		pause_ms(20);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	struct counted counted = count_log();
	ck_assert_uint_ge(counted.events, 1000);
	ck_assert_uint_le(counted.broken, 1); /* at most the last */
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("log");
	TCase *tc = tcase_create("log");
	tcase_add_checked_fixture(tc, setup, teardown);
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
	tcase_add_test(tc, stderr_gets_lines);
	tcase_add_test(tc, stream_reader_goes_and_comes_back);
	tcase_add_test(tc, reader_that_does_not_read_hangs_nobody);
	tcase_add_test(tc, reader_that_hung_and_died_is_followed_by_another);
	tcase_add_test(tc, datagram_reader_gets_a_line_each);
	tcase_add_test(tc, long_socket_path_is_refused);
	tcase_add_test(tc, killed_process_leaves_whole_lines);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
