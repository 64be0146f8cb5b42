/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of the query log's readers: stderr and sockets, read well, slowly or not at all
 */
#include "dnsward-config.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "dnsward/clock.h"
#include "dnsward/log.h"
#include "log_fixture.h"
#include "unit.h"

/* Two and a half are promised; the rest is for a machine that is busy. Unbounded it was 30 and more. */
#define STOP_SECONDS 5.0

static struct dw_error err;

/* ---- readers ---- */

enum kind { STDERR, FIFO, STREAM, DATAGRAM };

/* It takes `at_once` bytes each `every_ms` into the file at log_path, or none if that is 0. When it
 * is let go it takes all there is, and ends. */
struct reader {
	size_t at_once;
	long every_ms;
	enum kind kind;
	int from, before; /* before: what stderr was */
	FILE *to;
	atomic_bool go;
	pthread_t thread;
};

/* At the socket `sock` of the folder. */
static int listen_there(int type)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/sock", log_folder);
	unlink(addr.sun_path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	if (type == SOCK_STREAM)
		ck_assert_int_eq(listen(fd, 4), 0);
	return fd;
}

static int stderr_into_a_pipe(void)
{
	int end[2];

	ck_assert_int_eq(pipe(end), 0);
	ck_assert_int_eq(dup2(end[1], STDERR_FILENO), STDERR_FILENO);
	close(end[1]);
	return end[0];
}

static bool take(struct reader *r, size_t max)
{
	static char text[65536];
	ssize_t n = read(r->from, text, max < sizeof(text) ? max : sizeof(text));

	return n > 0 && fwrite(text, 1, (size_t)n, r->to) == (size_t)n;
}

static void *read_on(void *arg)
{
	struct reader *r = arg;
	struct pollfd fd = {.events = POLLIN};

	if (r->kind == STREAM) {
		int server = r->from;

		r->from = accept(server, NULL, NULL);
		close(server);
	}
	fd.fd = r->from;
	for (; !atomic_load(&r->go); log_pause(r->every_ms))
		if (r->at_once > 0 && poll(&fd, 1, 10) == 1)
			take(r, r->at_once);
	while (poll(&fd, 1, 200) == 1 && take(r, SIZE_MAX))
		;
	return NULL;
}

/* With the log that it reads. */
static void start_reader(struct reader *r)
{
	char to[112] = "stderr";

	r->to = fopen(log_path, "w");
	r->before = dup(STDERR_FILENO);
	if (r->kind == STDERR) {
		r->from = stderr_into_a_pipe();
	} else if (r->kind == FIFO) {
		snprintf(to, sizeof(to), "%s/fifo", log_folder);
		ck_assert_int_eq(mkfifo(to, 0600), 0);
		r->from = open(to, O_RDONLY | O_NONBLOCK);
	} else {
		snprintf(to, sizeof(to), "unix:%s/sock", log_folder);
		r->from = listen_there(r->kind == STREAM ? SOCK_STREAM : SOCK_DGRAM);
	}
	log_start(to, 0);
	ck_assert_int_eq(pthread_create(&r->thread, NULL, read_on, r), 0);
}

/* Returns what it has read. */
static struct log_lines end_reader(struct reader *r)
{
	atomic_store(&r->go, true);
	pthread_join(r->thread, NULL);
	dup2(r->before, STDERR_FILENO);
	close(r->before);
	close(r->from);
	fclose(r->to);
	return log_count_path();
}

static void put_many(uint32_t count)
{
	struct dw_log_queue *queue = dw_log_queue_new(query_log);

	for (uint32_t i = 1; i <= count; i++)
		log_put(queue, i);
	dw_log_queue_end(&queue);
}

static uint64_t dropped(void)
{
	uint64_t sum = 0;

	for (int i = 0; i < DW_DROP_COUNT; i++)
		sum += log_counters.dropped[i];
	return sum;
}

static double seconds_since(uint64_t before)
{
	return (double)(dw_clock_steady() - before) / 1e9;
}

static const struct reader slow[] = {
	{.kind = STDERR, .every_ms = 10},
	{.kind = STDERR, .every_ms = 200, .at_once = 4096},
	{.kind = FIFO, .every_ms = 10},
	{.kind = STREAM, .every_ms = 10},
	{.kind = STREAM, .every_ms = 900, .at_once = 32768},
	{.kind = STREAM, .every_ms = 1, .at_once = 1024},
	{.kind = DATAGRAM, .every_ms = 10},
};

START_TEST(slow_reader_holds_up_no_stop)
{
	struct reader reader = slow[_i];

	start_reader(&reader);
	put_many(5000);
	log_pause(300);
	uint64_t before = dw_clock_steady();
	dw_log_stop(query_log);
	double took = seconds_since(before);
	dw_log_counters(query_log, &log_counters);
	dw_log_close(&query_log);
	struct log_lines lines = end_reader(&reader);
	ck_assert_double_lt(took, STOP_SECONDS);
	ck_assert_uint_eq(log_counters.noted, 5000);
	ck_assert_uint_eq(log_counters.written + dropped(), 5000);
	ck_assert_uint_gt(dropped(), 0);
	ck_assert_uint_eq(lines.events, log_counters.written);
}
END_TEST

/* It stops for longer than it is waited for, in the middle of a line, and reads on. */
START_TEST(reader_that_reads_on_gets_whole_lines)
{
	struct reader reader = slow[_i];

	start_reader(&reader);
	put_many(2000);
	log_settle();
	ck_assert_uint_gt(dropped(), 0);
	atomic_store(&reader.go, true);
	put_many(50);
	log_settle();
	log_pause(100);
	dw_log_close(&query_log);
	struct log_lines lines = end_reader(&reader);
	ck_assert_uint_eq(log_counters.written + dropped(), 2050);
	ck_assert_uint_ge(log_counters.written, 50);
	ck_assert_uint_eq(lines.events, log_counters.written);
	ck_assert_uint_le(lines.broken, 1); /* the line that was cut */
}
END_TEST

/* Each second it takes something, if not all that is to be written. */
START_TEST(steady_reader_loses_nothing)
{
	struct reader reader = {.kind = STREAM, .every_ms = 150, .at_once = 32768};

	start_reader(&reader);
	put_many(1500);
	log_settle();
	ck_assert_uint_eq(log_counters.written, 1500);
	dw_log_close(&query_log);
	ck_assert_uint_eq(end_reader(&reader).events, 1500);
}
END_TEST

START_TEST(other_path_is_taken_up_while_a_reader_hangs)
{
	char other[96];
	struct log_lines lines = {0};
	struct reader reader = slow[_i];
	struct dw_log_settings settings = {.path = other};

	snprintf(other, sizeof(other), "%s/other.jsonl", log_folder);
	start_reader(&reader);
	put_many(3000);
	log_pause(300);
	ck_assert_int_eq(dw_log_configure(query_log, &settings, &err), DW_OK);
	log_pause(1500);
	put_many(100);
	log_pause(500);
	log_count(other, &lines, NULL, 0);
	dw_log_close(&query_log);
	end_reader(&reader);
	ck_assert_uint_ge(lines.events, 100);
	ck_assert_uint_eq(lines.broken, 0);
}
END_TEST

/* ---- stderr ---- */

START_TEST(stderr_gets_lines)
{
	struct reader reader = {.kind = STDERR, .every_ms = 1, .at_once = SIZE_MAX};

	start_reader(&reader);
	int flags = fcntl(STDERR_FILENO, F_GETFL);
	put_many(1000);
	log_settle();
	dw_log_close(&query_log);
	ck_assert_int_eq(fcntl(STDERR_FILENO, F_GETFL), flags); /* others write to it */
	ck_assert_int_ge(fcntl(STDERR_FILENO, F_GETFD), 0);     /* not ours to close */
	struct log_lines lines = end_reader(&reader);
	ck_assert_uint_eq(lines.events, 1000);
	ck_assert_uint_eq(lines.broken, 0);
}
END_TEST

START_TEST(stderr_may_be_a_file)
{
	struct log_lines lines;
	int before = dup(STDERR_FILENO), fd = open(log_path, O_CREAT | O_WRONLY, 0600);

	ck_assert_int_eq(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	log_start("stderr", 0);
	put_many(1000);
	log_settle();
	dw_log_close(&query_log);
	dup2(before, STDERR_FILENO);
	lines = log_count_path();
	ck_assert_uint_eq(lines.events, 1000);
	ck_assert_uint_eq(lines.broken, 0);
}
END_TEST

/* Its lines are whole for whoever else writes short ones to the same pipe. */
START_TEST(stderr_is_shared)
{
	struct reader reader = {.kind = STDERR, .every_ms = 1, .at_once = 4096};

	start_reader(&reader);
	put_many(2000);
	for (int i = 0; i < 400; i++) {
		ck_assert_int_eq(write(STDERR_FILENO, "ours\n", 5), 5);
		log_pause(1);
	}
	log_settle();
	dw_log_close(&query_log);
	struct log_lines lines = end_reader(&reader);
	ck_assert_uint_eq(lines.events, 2000);
	ck_assert_uint_eq(lines.broken, 400); /* the other's */
}
END_TEST

/* ---- sockets ---- */

/* At the socket `sock` of the folder, before the log starts that it reads. */
static int start_read_log(int type, size_t queue_bytes)
{
	char to[112];
	int server = listen_there(type);

	snprintf(to, sizeof(to), "unix:%s/sock", log_folder);
	log_start(to, queue_bytes);
	return server;
}

START_TEST(stream_reader_goes_and_comes_back)
{
	char text[4096];
	int server = start_read_log(SOCK_STREAM, 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);

	log_put(queue, 1);
	int reader = accept(server, NULL, NULL);
	ck_assert_int_gt(read(reader, text, sizeof(text)), 100);
	close(reader);
	close(server);
	log_pause(100);
	log_put(queue, 2);
	log_settle();
	ck_assert_uint_eq(log_counters.dropped[DW_DROP_WRITE], 1);
	server = listen_there(SOCK_STREAM);
	log_pause(1200);
	log_put(queue, 3);
	reader = accept(server, NULL, NULL);
	log_pause(500);
	ssize_t len = read(reader, text, sizeof(text) - 1);
	ck_assert_int_gt(len, 100);
	text[len] = '\0';
	log_settle();
	ck_assert_uint_eq(log_counters.written, 2);
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
		log_put(queue, i);
	ck_assert_uint_lt(dw_clock_steady() - before, 2000000000u);
	log_settle();
	ck_assert_uint_eq(log_counters.noted, 20000);
	ck_assert_uint_gt(dropped(), 0);
	before = dw_clock_steady();
	dw_log_close(&query_log);
	ck_assert_double_lt(seconds_since(before), STOP_SECONDS);
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
		log_put(queue, i);
	log_settle();
	ck_assert_uint_gt(log_counters.dropped[DW_DROP_WRITE], 0);
	close(accept(server, NULL, NULL));
	close(server);
	server = listen_there(SOCK_STREAM);
	for (uint32_t i = 1; i <= 30; i++) {
		log_put(queue, i);
		log_pause(100);
	}
	ck_assert_int_eq(fcntl(server, F_SETFL, O_NONBLOCK), 0);
	int reader = accept(server, NULL, NULL);
	ck_assert_int_ge(reader, 0);
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
		log_put(queue, i);
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

int main(void)
{
	Suite *suite = suite_create("log_readers");
	TCase *tc = tcase_create("log_readers");

	tcase_add_checked_fixture(tc, log_setup, log_teardown);
	tcase_set_timeout(tc, 30);
	UNIT_ADD_TABLE(tc, slow_reader_holds_up_no_stop, slow);
	tcase_add_loop_test(tc, other_path_is_taken_up_while_a_reader_hangs, 0, 2);
	tcase_add_loop_test(tc, other_path_is_taken_up_while_a_reader_hangs, 4, 5);
	tcase_add_loop_test(tc, reader_that_reads_on_gets_whole_lines, 0, 1);
	tcase_add_loop_test(tc, reader_that_reads_on_gets_whole_lines, 2, 4);
	tcase_add_test(tc, steady_reader_loses_nothing);
	tcase_add_test(tc, stderr_gets_lines);
	tcase_add_test(tc, stderr_may_be_a_file);
	tcase_add_test(tc, stderr_is_shared);
	tcase_add_test(tc, stream_reader_goes_and_comes_back);
	tcase_add_test(tc, reader_that_does_not_read_hangs_nobody);
	tcase_add_test(tc, reader_that_hung_and_died_is_followed_by_another);
	tcase_add_test(tc, datagram_reader_gets_a_line_each);
	tcase_add_test(tc, long_socket_path_is_refused);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
