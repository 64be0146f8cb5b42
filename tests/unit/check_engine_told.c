/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of the engine: troubles are told, and but once
 */
#include "dnsward-config.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "dnsward/stats.h"
#include "engine_fixture.h"
#include "unit.h"

static struct fixture f;

static void setup(void)
{
	fixture_setup(&f);
	fixture_write(&f, "dnsward.yaml",
		"version: 1\nstate-dir: state\nlists:\n"
		"  - {name: ads, path: ads.txt, format: domains, match: subtree}\n"
		"  - {name: more, path: more.txt, format: domains, match: subtree}\n"
		"actions: [{category: [ads, more], action: sinkhole}]\n");
	fixture_write(&f, "ads.txt", "ads.example\n");
	fixture_write(&f, "more.txt", "more.example\n");
}

static void teardown(void)
{
	fixture_teardown(&f);
}

/* The same trouble of another list is news. */
START_TEST(list_in_the_place_of_a_broken_one_is_told_too)
{
	fixture_remove(&f, "ads.txt");
	fixture_must_open(&f);
	fixture_said_once(&f, "list ads: ");
	fixture_write(&f, "dnsward.yaml",
		"version: 1\nstate-dir: state\nlists: [{name: other, path: other.txt}]\n"
		"actions: [{category: other, action: sinkhole}]\n");
	fixture_settle(&f);
	fixture_said_once(&f, "list other: ");
}
END_TEST

/* And the same of the same list, which now stands elsewhere, is not. */
START_TEST(list_that_stays_broken_is_told_once)
{
	fixture_remove(&f, "more.txt");
	fixture_must_open(&f);
	fixture_settle(&f);
	fixture_write(&f, "dnsward.yaml",
		"version: 1\nstate-dir: state\n"
		"lists: [{name: more, path: more.txt, format: domains, match: subtree}]\n"
		"actions: [{category: more, action: sinkhole}]\n");
	fixture_settle(&f);
	ck_assert(!fixture_blocks(&f, "ads.example"));
	fixture_said_once(&f, "list more: ");
}
END_TEST

/* Lists change every hour, and what is in the way of the file stays there. */
START_TEST(settings_that_cannot_be_kept_are_told_once)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/state", f.folder);
	ck_assert_int_eq(mkdir(path, 0755), 0);
	strcat(path, "/last-good.yaml");
	ck_assert_int_eq(mkdir(path, 0755), 0);
	fixture_must_open(&f);
	fixture_settle(&f);
	fixture_write(&f, "more.txt", "more.example\nmore2.example\n");
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "more2.example"));
	fixture_said_once(&f, "cannot keep the settings");
}
END_TEST

/* ---- a compile elsewhere ---- */

static int lock_state_dir(void)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/state/lock", f.folder);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	return fd;
}

/* Nobody asks the engine for it. */
static bool is_soon(bool (*what)(void))
{
	for (int i = 0; i < 80; i++) {
		if (what())
			return true;
		usleep(100000);
	}
	return false;
}

static bool is_told(void)
{
	static struct dw_stats stats;
	char state[96];
	bool alive;

	snprintf(state, sizeof(state), "%s/state", f.folder);
	return dw_stats_read(state, 1, &stats, &alive, NULL) == DW_OK &&
	       strstr(stats.database_error, "another compile holds") != NULL;
}

static bool is_over(void)
{
	return !is_told();
}

static enum dw_action action_on(const char *name)
{
	dw_snapshot_release(f.worker, &f.snapshot);
	f.snapshot = dw_snapshot_acquire(f.worker);
	return fixture_decide(&f, name, 1, "10.0.0.1", 0).action;
}

static bool settings_are_in_force(void)
{
	return action_on("ads.example") == DW_ACTION_LOG;
}

static bool list_is_in_force(void)
{
	return action_on("new.example") == DW_ACTION_LOG;
}

/* It may be suspended, or take its time: settings need not wait for it, and lists no longer. */
START_TEST(compile_elsewhere_is_told_while_it_lasts)
{
	fixture_must_open(&f);
	fixture_settle(&f);
	int lock = lock_state_dir();
	fixture_write(&f, "ads.txt", "ads.example\nnew.example\n");
	ck_assert_msg(is_soon(is_told), "%s", f.said);
	fixture_write(&f, "dnsward.yaml",
		"version: 1\nstate-dir: state\n"
		"lists: [{name: ads, path: ads.txt, format: domains, match: subtree}]\n"
		"actions: [{category: ads, action: log}]\n");
	ck_assert_msg(is_soon(settings_are_in_force), "%s", f.said);
	fixture_forget_said(&f);
	sleep(5);
	ck_assert(!list_is_in_force());
	ck_assert_msg(is_told(), "%s", f.said);
	close(lock);
	ck_assert_msg(is_soon(list_is_in_force), "%s", f.said);
	ck_assert_msg(is_soon(is_over), "%s", f.said);
	ck_assert_msg(!fixture_said(&f, "another compile"), "said again: %s", f.said);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("engine_told");
	TCase *tcase = tcase_create("told");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, list_in_the_place_of_a_broken_one_is_told_too);
	tcase_add_test(tcase, list_that_stays_broken_is_told_once);
	tcase_add_test(tcase, settings_that_cannot_be_kept_are_told_once);
	tcase_add_test(tcase, compile_elsewhere_is_told_while_it_lasts);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
