/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of the query log's readers: stderr and sockets, read well, slowly or not at all
 */
#include "dnsward-config.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "dnsward/clock.h"
#include "dnsward/log.h"
#include "log_fixture.h"
#include "unit.h"

static struct dw_error err;

/* ---- stderr ---- */

START_TEST(stderr_gets_lines)
{
	struct log_lines counted = {0};
	fflush(stderr);
	int before = dup(STDERR_FILENO), fd = open(log_path, O_CREAT | O_WRONLY, 0600);
	ck_assert_int_eq(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	log_start("stderr", 0);
	struct dw_log_queue *queue = dw_log_queue_new(query_log);
	for (uint32_t i = 1; i <= 1000; i++)
		log_put(queue, i);
	log_settle();
	dw_log_close(&query_log);
	ck_assert_int_ge(fcntl(STDERR_FILENO, F_GETFD), 0); /* not ours to close */
	dup2(before, STDERR_FILENO);
	log_count(log_path, &counted, NULL, 0);
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
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/sock", log_folder);
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
	ck_assert_uint_gt(log_counters.dropped[DW_DROP_QUEUE_FULL] + log_counters.dropped[DW_DROP_WRITE], 0);
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
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, stderr_gets_lines);
	tcase_add_test(tc, stream_reader_goes_and_comes_back);
	tcase_add_test(tc, reader_that_does_not_read_hangs_nobody);
	tcase_add_test(tc, reader_that_hung_and_died_is_followed_by_another);
	tcase_add_test(tc, datagram_reader_gets_a_line_each);
	tcase_add_test(tc, long_socket_path_is_refused);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
