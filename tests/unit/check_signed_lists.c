/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_signed_lists.c: lists with a public key: only what is signed and not older is in force
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <string.h>
#include "engine_fixture.h"
#include "signed_lists.h"
#include "unit.h"

static struct fixture f;

static void write_settings(const char *path, const char *key)
{
	char text[1024];

	snprintf(text, sizeof(text),
		"version: 1\n"
		"state-dir: state\n"
		"lists:\n"
		"  - {name: signed, path: %s, format: domains, public-key: \"%s\"}\n"
		"  - {name: more, path: more.txt, format: domains}\n"
		"actions:\n"
		"  - {category: [signed, more], action: sinkhole}\n",
		path, key);
	fixture_write(&f, "dnsward.yaml", text);
}

static void setup(void)
{
	fixture_setup(&f);
	fixture_write(&f, "more.txt", "more.example\n");
	fixture_write(&f, "list.txt", signed_list);
	fixture_write(&f, "list.txt.minisig", signed_ed);
	write_settings("list.txt", signed_key);
}

static void teardown(void)
{
	fixture_teardown(&f);
}

static void expect_said(const char *what)
{
	ck_assert_msg(strstr(f.said, what) != NULL, "expected '%s' in:\n%s", what, f.said);
}

/* Where files are changed one after another, what is half done may be told of meanwhile. */
static void expect_quiet(void)
{
	ck_assert_msg(strstr(f.said, "list signed") == NULL, "%s", f.said);
}

START_TEST(signed_list_is_in_force)
{
	fixture_must_open(&f);
	ck_assert(fixture_blocks(&f, "ads.example"));
	ck_assert(fixture_blocks(&f, "more.example"));
	fixture_write(&f, "list.txt", signed_list_8);
	fixture_write(&f, "list.txt.minisig", signed_list_8_minisig);
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "next.example"));
	ck_assert(!fixture_blocks(&f, "ads.example"));
}
END_TEST

static const struct {
	const char *list, *minisig; /* minisig NULL: there is none */
	const char *said;
} refused[] = {
	{signed_list_8, NULL, "not signed"},
	{signed_list_8, signed_ed, "the content is not what was signed"},
	{signed_list, signed_list_8_minisig, "the content is not what was signed"},
	{signed_list, NULL, "not signed"}, /* the same list, its signature gone */
	{signed_list, signed_by_other, "expected key F04683BB94F10D8E"},
	{signed_list, "nonsense\n", "four lines"},
	{signed_list_6, signed_list_6_minisig, "serial 6; expected 7 or later"},
	{signed_list, signed_older, "serial 6; expected 7 or later"},
	{signed_list_8, signed_list_8_plain, "serial 0; expected 7 or later"},
};

START_TEST(refused_list_leaves_its_last_good_copy)
{
	fixture_must_open(&f);
	fixture_write(&f, "list.txt", refused[_i].list);
	if (refused[_i].minisig != NULL)
		fixture_write(&f, "list.txt.minisig", refused[_i].minisig);
	else
		fixture_remove(&f, "list.txt.minisig");
	fixture_write(&f, "more.txt", "more2.example\n");
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "ads.example"));
	ck_assert(!fixture_blocks(&f, "next.example") && !fixture_blocks(&f, "old.example"));
	ck_assert(fixture_blocks(&f, "more2.example")); /* the other list goes on */
	expect_said(refused[_i].said);
	expect_said("last good copy serves");
	/* and after a start from nothing but the files */
	fixture_close(&f);
	fixture_remove(&f, "state/policy.dwdb");
	fixture_forget_said(&f);
	fixture_must_open(&f);
	ck_assert(fixture_blocks(&f, "ads.example"));
	ck_assert(!fixture_blocks(&f, "next.example") && !fixture_blocks(&f, "old.example"));
	expect_said(refused[_i].said);
	/* what comes next is taken */
	fixture_write(&f, "list.txt", signed_list_8);
	fixture_write(&f, "list.txt.minisig", signed_list_8_minisig);
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "next.example"));
}
END_TEST

START_TEST(refused_at_the_first_start)
{
	fixture_write(&f, "list.txt", "evil.example\n");
	fixture_must_open(&f);
	ck_assert(!fixture_blocks(&f, "evil.example") && fixture_blocks(&f, "more.example"));
	expect_said("the content is not what was signed");
	expect_said("left out");
}
END_TEST

START_TEST(signature_alone_is_news)
{
	fixture_remove(&f, "list.txt.minisig");
	fixture_must_open(&f);
	ck_assert(!fixture_blocks(&f, "ads.example"));
	fixture_write(&f, "list.txt.minisig", signed_legacy);
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "ads.example"));
}
END_TEST

START_TEST(same_serial_is_not_older)
{
	fixture_must_open(&f);
	fixture_write(&f, "list.txt.minisig", signed_legacy);
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "ads.example"));
	expect_quiet();
}
END_TEST

START_TEST(new_key_begins_its_own_serials)
{
	fixture_must_open(&f);
	fixture_write(&f, "list.txt", signed_list_6);
	fixture_write(&f, "list.txt.minisig", signed_list_6_by_other);
	write_settings("list.txt", signed_other_key);
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "old.example"));
}
END_TEST

START_TEST(another_file_goes_on_with_its_serials)
{
	fixture_must_open(&f);
	fixture_write(&f, "other.txt", signed_list_6);
	fixture_write(&f, "other.txt.minisig", signed_list_6_minisig);
	write_settings("other.txt", signed_key);
	fixture_settle(&f);
	ck_assert(!fixture_blocks(&f, "old.example") && fixture_blocks(&f, "ads.example"));
	expect_said("serial 6; expected 7 or later");
}
END_TEST

/* The key is part of what a list is: taking it up refuses what was good before. */
START_TEST(key_is_taken_up)
{
	fixture_remove(&f, "list.txt.minisig");
	fixture_write(&f, "dnsward.yaml",
		"version: 1\nstate-dir: state\nlists:\n"
		"  - {name: signed, path: list.txt, format: domains}\n"
		"actions:\n  - {category: signed, action: sinkhole}\n");
	fixture_must_open(&f);
	ck_assert(fixture_blocks(&f, "ads.example"));
	write_settings("list.txt", signed_key);
	fixture_settle(&f);
	expect_said("not signed");
}
END_TEST

/* Each file of a folder has its own signature and its own serial. */
START_TEST(folder)
{
	fixture_write(&f, "list-8.txt", signed_list_8);
	fixture_write(&f, "list-8.txt.minisig", signed_list_8_minisig);
	write_settings("list*", signed_key);
	fixture_must_open(&f);
	ck_assert(fixture_blocks(&f, "ads.example") && fixture_blocks(&f, "next.example"));
	expect_quiet();
	fixture_write(&f, "list-9.txt", "evil.example\n");
	fixture_settle(&f);
	ck_assert(!fixture_blocks(&f, "evil.example") && fixture_blocks(&f, "ads.example"));
	expect_said("list-9.txt: not signed");
	fixture_remove(&f, "list-9.txt");
	fixture_write(&f, "list.txt", signed_list_6);
	fixture_write(&f, "list.txt.minisig", signed_list_6_minisig);
	fixture_settle(&f);
	ck_assert(!fixture_blocks(&f, "old.example") && fixture_blocks(&f, "ads.example"));
	expect_said("serial 6; expected 7 or later");
}
END_TEST

START_TEST(settings_keep_the_key)
{
	fixture_must_open(&f);
	fixture_close(&f);
	fixture_write(&f, "dnsward.yaml", "version: 1\nstate-dir: state\nlists: [\n");
	fixture_write(&f, "list.txt", "evil.example\n");
	fixture_must_open(&f);
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "ads.example") && !fixture_blocks(&f, "evil.example"));
	expect_said("the content is not what was signed");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("signed lists");
	TCase *tcase = tcase_create("signed lists");

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, signed_list_is_in_force);
	UNIT_ADD_TABLE(tcase, refused_list_leaves_its_last_good_copy, refused);
	tcase_add_test(tcase, refused_at_the_first_start);
	tcase_add_test(tcase, signature_alone_is_news);
	tcase_add_test(tcase, same_serial_is_not_older);
	tcase_add_test(tcase, new_key_begins_its_own_serials);
	tcase_add_test(tcase, another_file_goes_on_with_its_serials);
	tcase_add_test(tcase, key_is_taken_up);
	tcase_add_test(tcase, folder);
	tcase_add_test(tcase, settings_keep_the_key);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
