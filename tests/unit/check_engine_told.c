/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of the engine: troubles are told, and but once
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
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

int main(void)
{
	Suite *suite = suite_create("engine_told");
	TCase *tcase = tcase_create("told");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, list_in_the_place_of_a_broken_one_is_told_too);
	tcase_add_test(tcase, list_that_stays_broken_is_told_once);
	tcase_add_test(tcase, settings_that_cannot_be_kept_are_told_once);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
