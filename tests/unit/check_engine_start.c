/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of the engine: starts that are in trouble
 */
#include "dnsward-config.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "engine_fixture.h"
#include "unit.h"

static struct fixture f;

static void write_settings(const char *state_dir, const char *more)
{
	char text[1024];

	snprintf(text, sizeof(text),
		"version: 1\n"
		"state-dir: %s\n"
		"lists: [{name: ads, path: ads.txt, format: domains}]\n"
		"actions: [{category: ads, action: sinkhole}]\n%s",
		state_dir, more);
	fixture_write(&f, "dnsward.yaml", text);
}

static void setup(void)
{
	fixture_setup(&f);
	fixture_write(&f, "ads.txt", "ads.example\n");
}

static void teardown(void)
{
	fixture_teardown(&f);
}

/* What a state-dir that is full, or somebody else's, comes to; root may write everywhere. */
START_TEST(lists_serve_without_a_state_dir)
{
	char path[256];

	fixture_write(&f, "file", "no folder\n");
	write_settings("file/state", "");
	fixture_must_open(&f);
	ck_assert_msg(fixture_blocks(&f, "ads.example"), "%s", f.said);
	ck_assert_msg(fixture_said(&f, "file/state"), "%s", f.said);
	ck_assert_msg(fixture_said(&f, "the lists as they are now serve"), "%s", f.said);
	fixture_remove(&f, "file");
	snprintf(path, sizeof(path), "%s/file", f.folder);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	fixture_write(&f, "ads.txt", "other.example\n");
	fixture_settle(&f);
	ck_assert_msg(fixture_blocks(&f, "other.example"), "%s", f.said);
}
END_TEST

/* Whoever compiles may have been stopped for good, and nothing is compiled yet. */
START_TEST(start_does_not_wait_for_ever_for_a_compile)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/state", f.folder);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/state/lock", f.folder);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	time_t begun = time(NULL);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	write_settings("state", "");
	fixture_must_open(&f);
	ck_assert_int_lt(time(NULL) - begun, 20);
	ck_assert_msg(fixture_blocks(&f, "ads.example"), "%s", f.said);
	ck_assert_msg(fixture_said(&f, "another compile holds the file lock in it; waiting for it for 10 s"), "%s", f.said);
	ck_assert_msg(fixture_said(&f, "the lists as they are now serve"), "%s", f.said);
	close(fd);
	fixture_write(&f, "ads.txt", "other.example\n");
	fixture_settle(&f);
	ck_assert_msg(fixture_blocks(&f, "other.example"), "%s", f.said);
}
END_TEST

/* A host shows what it is told, and it must be told something. */
START_TEST(start_without_descriptors_says_so)
{
	struct rlimit limit, none;
	struct dw_error err = {.text = ""};

	write_settings("state", "");
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = (struct rlimit){.rlim_cur = 3, .rlim_max = limit.rlim_max};
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	int fds[3];
	for (int i = 0; i < 3; i++)
		fds[i] = dup(0);
	enum dw_result result = fixture_open(&f, false, &err);
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_int_ne(result, DW_OK);
	ck_assert_str_ne(err.text, "");
}
END_TEST

static const struct {
	int names, length; /* in each of FILES files */
	const char *said;
} large[] = {
	{9000, 220, "larger than 16777216 bytes"},
	{31000, 220, "larger than 16777216 bytes"},
	{110000, 7, "more than 1000000 values"},
};

enum { FILES = 10 };

static void write_large(int names, int length)
{
	char *text = malloc((size_t)names * ((size_t)length + 2) + 100), name[16];

	ck_assert_ptr_nonnull(text);
	write_settings("state", "include: more-*.yaml\n");
	for (int i = 0; i < FILES; i++) {
		char *at = text + sprintf(text, "disable: [");

		for (int k = 0; k < names; k++)
			at += sprintf(at, "%0*d, ", length, i * names + k);
		strcpy(at, "last]\n");
		snprintf(name, sizeof(name), "more-%d.yaml", i);
		fixture_write(&f, name, text);
	}
	free(text);
}

/* Each file is within what a file may be, and all together are not: what could not be read back
 * is not kept, and that is told. */
START_TEST(settings_too_large_to_be_kept)
{
	write_large(large[_i].names, large[_i].length);
	fixture_must_open(&f);
	ck_assert(fixture_blocks(&f, "ads.example"));
	ck_assert_msg(fixture_said(&f, "cannot keep the settings as last good"), "%s", f.said);
	ck_assert_msg(fixture_said(&f, large[_i].said), "%s", f.said);
	fixture_close(&f);
	fixture_write(&f, "dnsward.yaml", "nonsense: 1\n"); /* the next one has them by hand */
	fixture_must_open(&f);
	ck_assert_msg(fixture_blocks(&f, "ads.example"), "%s", f.said);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("engine_start");
	TCase *tcase = tcase_create("start"), *slow = tcase_create("slow");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, lists_serve_without_a_state_dir);
	tcase_add_test(tcase, start_without_descriptors_says_so);
	tcase_add_checked_fixture(slow, setup, teardown);
	tcase_add_test(slow, start_does_not_wait_for_ever_for_a_compile);
	UNIT_ADD_TABLE(slow, settings_too_large_to_be_kept, large);
	tcase_set_timeout(tcase, 60);
	tcase_set_timeout(slow, 120);
	tcase_set_tags(slow, "slow");
	suite_add_tcase(suite, tcase);
	suite_add_tcase(suite, slow);
	return unit_main(suite);
}
