/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of the status file: written, read beside a writer, and read when it is hostile
 */
#include "dnsward-config.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "dnsward/stats.h"
#include "unit.h"

static char folder[64], file_path[96];
static struct dw_stats made, got;
static struct dw_stats before;
static struct dw_error err;

static void setup(void)
{
	strcpy(folder, "/tmp/dnsward-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(file_path, sizeof(file_path), "%s/status", folder);
	memset(&made, 0, sizeof(made));
	strcpy(made.version, "0.1");
	strcpy(made.host, "unbound 1.17.1");
	made.pid = 7;
	made.generation = 3;
	made.list_count = 2;
	strcpy(made.lists[0].name, "ads");
	strcpy(made.lists[1].name, "more");
	strcpy(made.lists[1].error, "more.txt: is empty");
	made.lists[1].rules = 12;
	made.counted.queries[2] = 5;
	made.counted.log.written = 4;
	made.counted.log.queued = 100;
	dw_stats_hit(&made.counted, "ads", "ads", (uint64_t[]){0, 0, 5});
}

static void teardown(void)
{
	char command[96];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static struct dw_stats_file *must_open(void)
{
	struct dw_stats_file *file;
	enum dw_result res = dw_stats_open(folder, &file, &before, &err);

	ck_assert_msg(res == DW_OK, "%s: %s", err.where, err.text);
	return file;
}

static void write_once(void)
{
	struct dw_stats_file *file = must_open();

	ck_assert_int_eq(dw_stats_write(file, &made, &err), DW_OK);
	dw_stats_close(&file);
	ck_assert_ptr_null(file);
}

START_TEST(what_is_written_is_read)
{
	bool alive = false;
	struct dw_stats_file *file = must_open();

	ck_assert_int_eq(dw_stats_write(file, &made, &err), DW_OK);
	ck_assert_int_eq(dw_stats_read(folder, 1, &got, &alive, &err), DW_OK);
	ck_assert(alive);
	ck_assert_mem_eq(&got, &made, sizeof(got));
	dw_stats_close(&file);
	ck_assert_int_eq(dw_stats_read(folder, 1, &got, &alive, &err), DW_OK);
	ck_assert(!alive);
}
END_TEST

START_TEST(less_can_be_written_after_more)
{
	bool alive;
	struct dw_stats_file *file = must_open();

	ck_assert_int_eq(dw_stats_write(file, &made, &err), DW_OK);
	made.list_count = 0;
	memset(made.lists, 0, sizeof(made.lists));
	ck_assert_int_eq(dw_stats_write(file, &made, &err), DW_OK);
	ck_assert_int_eq(dw_stats_read(folder, 1, &got, &alive, &err), DW_OK);
	ck_assert_mem_eq(&got, &made, sizeof(got));
	dw_stats_close(&file);
}
END_TEST

START_TEST(counters_go_on)
{
	write_once();
	struct dw_stats_file *file = must_open();
	ck_assert_uint_eq(before.counted.queries[2], 5);
	ck_assert_uint_eq(before.counted.log.written, 4);
	ck_assert_uint_eq(before.counted.log.queued, 0); /* of that moment, gone */
	ck_assert_uint_eq(before.counted.hit_count, 1);
	ck_assert_str_eq(before.counted.hits[0].list, "ads");
	dw_stats_close(&file);
}
END_TEST

START_TEST(engines_have_files_of_their_own)
{
	bool alive;
	struct dw_stats_file *one = must_open(), *two = must_open(), *three = must_open();

	made.pid = 1;
	ck_assert_int_eq(dw_stats_write(one, &made, &err), DW_OK);
	made.pid = 2;
	ck_assert_int_eq(dw_stats_write(two, &made, &err), DW_OK);
	made.pid = 3;
	ck_assert_int_eq(dw_stats_write(three, &made, &err), DW_OK);
	for (unsigned i = 1; i <= 3; i++) {
		ck_assert_int_eq(dw_stats_read(folder, i, &got, &alive, &err), DW_OK);
		ck_assert_int_eq(got.pid, i);
		ck_assert(alive);
	}
	ck_assert_int_eq(dw_stats_read(folder, 4, &got, &alive, &err), DW_ERR_NOT_FOUND);
	dw_stats_close(&two);
	two = must_open(); /* the one that was let go */
	ck_assert_int_eq(dw_stats_write(two, &made, &err), DW_OK);
	ck_assert_int_eq(dw_stats_read(folder, 2, &got, &alive, &err), DW_OK);
	ck_assert_int_eq(got.pid, 3);
	dw_stats_close(&one);
	dw_stats_close(&two);
	dw_stats_close(&three);
}
END_TEST

/* ---- hostile files ---- */

static size_t load(uint8_t *bytes, size_t max)
{
	FILE *f = fopen(file_path, "r");

	ck_assert_ptr_nonnull(f);
	size_t len = fread(bytes, 1, max, f);
	fclose(f);
	return len;
}

static void store(const uint8_t *bytes, size_t len)
{
	FILE *f = fopen(file_path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

static uint8_t bytes[1 << 20];

/* magic 8, digest 32, size 8, body */
enum { DIGEST_AT = 8, SIZE_AT = 40, BODY_AT = 48 };

static void sign(size_t len)
{
	crypto_generichash(bytes + DIGEST_AT, 32, bytes + SIZE_AT, len - SIZE_AT, NULL, 0);
}

START_TEST(cut_file_is_refused)
{
	bool alive = true;

	write_once();
	size_t len = load(bytes, sizeof(bytes));
	static const size_t cuts[] = {0, 1, 7, 8, 40, 47, 48, 100};
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		store(bytes, cuts[i]);
		ck_assert_int_eq(dw_stats_read(folder, 1, &got, &alive, &err), DW_ERR_CORRUPT);
	}
	store(bytes, len - 1);
	ck_assert_int_eq(dw_stats_read(folder, 1, &got, &alive, &err), DW_ERR_CORRUPT);
	ck_assert(!alive);
}
END_TEST

START_TEST(changed_byte_is_refused)
{
	bool alive;
	uint32_t state = 1;

	write_once();
	size_t len = load(bytes, sizeof(bytes));
	for (int i = 0; i < 8; i++) {
		size_t at = unit_random(&state) % len;

		bytes[at] ^= 0x10;
		store(bytes, len);
		ck_assert_int_ne(dw_stats_read(folder, 1, &got, &alive, &err), DW_OK);
		bytes[at] ^= 0x10;
	}
	bytes[0] = 'X';
	store(bytes, len);
	ck_assert_int_eq(dw_stats_read(folder, 1, &got, &alive, &err), DW_ERR_VERSION);
}
END_TEST

/* The digest is right, what it signs is not. */
START_TEST(forged_counts_are_refused)
{
	static const uint64_t counts[] = {3, 1, 257, UINT64_MAX, UINT64_MAX / sizeof(struct dw_stats_list)};
	bool alive;

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		write_once();
		size_t len = load(bytes, sizeof(bytes));
		memcpy(bytes + BODY_AT + offsetof(struct dw_stats, list_count), &counts[i], 8);
		sign(len);
		store(bytes, len);
		ck_assert_int_eq(dw_stats_read(folder, 1, &got, &alive, &err), DW_ERR_VERSION);
		unlink(file_path);
	}
}
END_TEST

START_TEST(forged_hit_counts_are_refused)
{
	static const uint64_t counts[] = {0, 2, 1025, UINT64_MAX};
	bool alive;
	size_t at = BODY_AT + offsetof(struct dw_stats, lists) + 2 * sizeof(struct dw_stats_list) +
		    offsetof(struct dw_stats_counted, hit_count);

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		write_once();
		size_t len = load(bytes, sizeof(bytes));
		ck_assert_uint_eq(bytes[at], 1);
		memcpy(bytes + at, &counts[i], 8);
		sign(len);
		store(bytes, len);
		ck_assert_int_eq(dw_stats_read(folder, 1, &got, &alive, &err), DW_ERR_VERSION);
		unlink(file_path);
	}
}
END_TEST

START_TEST(texts_are_made_printable_and_end)
{
	bool alive;

	memset(made.host, 'x', sizeof(made.host));
	strcpy(made.lists[0].name, "a\033[2Jb\nc");
	write_once();
	ck_assert_int_eq(dw_stats_read(folder, 1, &got, &alive, &err), DW_OK);
	ck_assert_uint_eq(strlen(got.host), sizeof(got.host) - 1);
	ck_assert_str_eq(got.lists[0].name, "a?[2Jb?c");
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{
	struct dw_stats_file *file;
	bool alive;

	ck_assert_int_eq(mkdir(file_path, 0755), 0);
	ck_assert_int_ne(dw_stats_open(folder, &file, &before, &err), DW_OK);
	ck_assert_int_ne(dw_stats_read(folder, 1, &got, &alive, &err), DW_OK);
	rmdir(file_path);
	ck_assert_int_eq(mkfifo(file_path, 0644), 0);
	ck_assert_int_eq(dw_stats_read(folder, 1, &got, &alive, &err), DW_ERR_UNSUPPORTED);
	unlink(file_path);
	ck_assert_int_eq(symlink("/etc/passwd", file_path), 0);
	ck_assert_int_ne(dw_stats_open(folder, &file, &before, &err), DW_OK);
	ck_assert_int_ne(dw_stats_read(folder, 1, &got, &alive, &err), DW_OK);
}
END_TEST

START_TEST(damaged_file_is_taken_over)
{
	bool alive;

	store((const uint8_t *)"nonsense", 8);
	write_once();
	ck_assert_uint_eq(before.counted.queries[2], 0);
	ck_assert_int_eq(dw_stats_read(folder, 1, &got, &alive, &err), DW_OK);
}
END_TEST

START_TEST(full_disk_is_an_error)
{
	struct rlimit limit = {.rlim_cur = 100, .rlim_max = RLIM_INFINITY};
	struct dw_stats_file *file = must_open();

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert_int_eq(dw_stats_write(file, &made, &err), DW_ERR_SYSTEM);
	limit.rlim_cur = RLIM_INFINITY;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert_int_eq(dw_stats_write(file, &made, &err), DW_OK);
	dw_stats_close(&file);
}
END_TEST

/* ---- beside a writer ---- */

static atomic_bool stop;

static void *write_on(void *arg)
{
	struct dw_stats_file *file = arg;

	while (!atomic_load(&stop)) {
		made.generation++;
		made.counted.queries[0] = made.enforced = made.generation;
		made.list_count = made.generation % 100;
		made.lists[made.list_count].rules = made.generation;
		if (dw_stats_write(file, &made, NULL) != DW_OK)
			return arg;
	}
	return NULL;
}

START_TEST(reader_beside_a_writer_sees_one_state)
{
	enum { READS = 500 };
	pthread_t thread;
	void *failed;
	bool alive;
	uint64_t last = 0;
	size_t read = 0;
	struct dw_stats_file *file = must_open();

	ck_assert_int_eq(dw_stats_write(file, &made, &err), DW_OK);
	ck_assert_int_eq(pthread_create(&thread, NULL, write_on, file), 0);
	for (int i = 0; i < READS; i++) {
		/* written without a pause, so that a reader may find no quiet moment */
		if (dw_stats_read(folder, 1, &got, &alive, &err) != DW_OK)
			continue;
		ck_assert_uint_ge(got.generation, last);
		if (got.enforced != 0) {
			ck_assert_uint_eq(got.enforced, got.generation);
			ck_assert_uint_eq(got.counted.queries[0], got.generation);
			ck_assert_uint_eq(got.list_count, got.generation % 100);
		}
		last = got.generation;
		read++;
	}
	atomic_store(&stop, true);
	pthread_join(thread, &failed);
	ck_assert_ptr_null(failed);
	ck_assert_uint_gt(read, READS / 10);
	dw_stats_close(&file);
}
END_TEST

START_TEST(full_table_of_hits_takes_no_more)
{
	static const uint64_t one[3] = {0, 0, 1};
	static struct dw_stats_counted sum, twice;
	char name[16];

	for (int i = 0; i < DW_STATS_HITS_MAX + 10; i++) {
		snprintf(name, sizeof(name), "list%d", i);
		dw_stats_hit(&sum, name, "ads", one);
	}
	ck_assert_uint_eq(sum.hit_count, DW_STATS_HITS_MAX);
	dw_stats_hit(&sum, "list0", "ads", one);
	dw_stats_hit(&sum, "list0", "other", one);
	dw_stats_add(&twice, &sum);
	dw_stats_add(&twice, &sum);
	ck_assert_uint_eq(twice.hit_count, DW_STATS_HITS_MAX);
	ck_assert_uint_eq(twice.hits[0].count[2], 4);
	ck_assert_uint_eq(twice.hits[DW_STATS_HITS_MAX - 1].count[2], 2);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("stats");
	TCase *tc = tcase_create("file");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, what_is_written_is_read);
	tcase_add_test(tc, less_can_be_written_after_more);
	tcase_add_test(tc, counters_go_on);
	tcase_add_test(tc, engines_have_files_of_their_own);
	tcase_add_test(tc, cut_file_is_refused);
	tcase_add_test(tc, changed_byte_is_refused);
	tcase_add_test(tc, forged_counts_are_refused);
	tcase_add_test(tc, forged_hit_counts_are_refused);
	tcase_add_test(tc, texts_are_made_printable_and_end);
	tcase_add_test(tc, what_is_no_file_is_refused);
	tcase_add_test(tc, damaged_file_is_taken_over);
	tcase_add_test(tc, full_disk_is_an_error);
	tcase_add_test(tc, reader_beside_a_writer_sees_one_state);
	tcase_add_test(tc, full_table_of_hits_takes_no_more);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
