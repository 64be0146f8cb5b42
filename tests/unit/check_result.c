/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_result.c: errors and their text */
#include "dnsward-config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dnsward/result.h"
#include "unit.h"

static char shown[sizeof(struct dw_error)];

START_TEST(where_and_text)
{
	struct dw_error err;

	ck_assert_int_eq(dw_fail(&err, DW_ERR_SYNTAX, "a/list.txt", 12, "no %s", "name"),
		DW_ERR_SYNTAX);
	ck_assert_str_eq(err.where, "a/list.txt:12");
	ck_assert_str_eq(err.text, "no name");
	ck_assert_str_eq(dw_error_text(&err, shown, sizeof(shown)), "a/list.txt:12: no name");

	ck_assert_int_eq(dw_fail(&err, DW_ERR_LIMIT, "a", 0, "x"), DW_ERR_LIMIT);
	ck_assert_str_eq(dw_error_text(&err, shown, sizeof(shown)), "a: x");

	ck_assert_int_eq(dw_fail(&err, DW_ERR_LIMIT, NULL, 3, "x"), DW_ERR_LIMIT);
	ck_assert_str_eq(dw_error_text(&err, shown, sizeof(shown)), "x");
}
END_TEST

START_TEST(no_error_wanted)
{
	errno = EACCES;
	ck_assert_int_eq(dw_fail(NULL, DW_ERR_GUARD, "a", 1, "x"), DW_ERR_GUARD);
	ck_assert_int_eq(dw_fail_errno(NULL, "a", "x"), DW_ERR_SYSTEM);
}
END_TEST

static const struct {
	int code;
	enum dw_result result;
	const char *text;
} codes[] = {
	{EACCES, DW_ERR_SYSTEM, "cannot open: Permission denied"},
	{ENOENT, DW_ERR_NOT_FOUND, "cannot open: No such file or directory"},
	{ENOMEM, DW_ERR_MEMORY, "cannot open: Cannot allocate memory"},
	{ENOSPC, DW_ERR_SYSTEM, "cannot open: No space left on device"},
	{99999, DW_ERR_SYSTEM, "cannot open: unknown error"},
};

START_TEST(errno_table)
{
	struct dw_error err;

	errno = codes[_i].code;
	ck_assert_int_eq(dw_fail_errno(&err, "f", "cannot %s", "open"), codes[_i].result);
	ck_assert_str_eq(err.where, "f");
	ck_assert_str_eq(err.text, codes[_i].text);
}
END_TEST

static const struct {
	const char *given, *kept;
} hostile[] = {
	{"plain", "plain"},
	{"a\nb\tc\033[2Jd\x7f", "a?b?c?[2Jd?"},
	{"b\xc3\xbc" "cher \xe4\xbe\x8b \xf0\x9f\x8d\xba", "b\xc3\xbc" "cher \xe4\xbe\x8b \xf0\x9f\x8d\xba"},
	{"c1 \xc2\x9b" "2J", "c1 ??2J"},           /* U+009B drives terminals as ESC [ does */
	{"\xc2\xa0", "\xc2\xa0"},                  /* U+00A0, the first after them */
	{"\xff\xfe", "??"},
	{"\xc3", "?"},
	{"\xc3(", "?("},
	{"\xe4\xbe", "??"},
	{"\xc0\xaf", "??"},                        /* overlong */
	{"\xe0\x9f\xbf", "???"},
	{"\xed\xa0\x80", "???"},                   /* surrogate */
	{"\xf0\x8f\xbf\xbf", "????"},
	{"\xf4\x90\x80\x80", "????"},              /* past U+10FFFF */
	{"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},  /* the last */
};

START_TEST(hostile_bytes)
{
	struct dw_error err;

	(void)dw_fail(&err, DW_ERR_SYNTAX, hostile[_i].given, 7, "%s", hostile[_i].given);
	ck_assert_str_eq(err.text, hostile[_i].kept);
	snprintf(shown, sizeof(shown), "%s:7", hostile[_i].kept);
	ck_assert_str_eq(err.where, shown);
}
END_TEST

START_TEST(text_511_512)
{
	struct dw_error err;
	char given[2000];

	memset(given, 'x', sizeof(given));
	given[511] = '\0';
	(void)dw_fail(&err, DW_ERR_SYNTAX, NULL, 0, "%s", given);
	ck_assert_str_eq(err.text, given);
	given[511] = 'x';
	given[1999] = '\0';
	(void)dw_fail(&err, DW_ERR_SYNTAX, NULL, 0, "%s", given);
	ck_assert_uint_eq(strlen(err.text), 511);
	/* a character cut in two does not stay */
	memcpy(given + 510, "\xc3\xbc", 2);
	(void)dw_fail(&err, DW_ERR_SYNTAX, NULL, 0, "%s", given);
	ck_assert_uint_eq(strlen(err.text), 511);
	ck_assert_int_eq(err.text[510], '?');
}
END_TEST

START_TEST(errno_text_that_does_not_fit)
{
	struct dw_error err;
	char given[600];

	memset(given, 'x', sizeof(given));
	given[599] = '\0';
	for (size_t len = 500; len < 520; len++) {
		errno = EACCES;
		(void)dw_fail_errno(&err, NULL, "%.*s", (int)len, given);
		ck_assert_uint_eq(strlen(err.text), 511);
	}
}
END_TEST

START_TEST(long_path_keeps_its_end)
{
	struct dw_error err;
	char path[1000];

	memset(path, 'p', sizeof(path));
	memcpy(path + 990, "/end.yaml", 10);
	(void)dw_fail(&err, DW_ERR_SYNTAX, path, 123456, "x");
	ck_assert_uint_eq(strlen(err.where), sizeof(err.where) - 1);
	ck_assert_int_eq(strncmp(err.where, "...ppp", 6), 0);
	ck_assert_str_eq(err.where + strlen(err.where) - 16, "/end.yaml:123456");
}
END_TEST

START_TEST(an_error_may_wrap_itself)
{
	struct dw_error err;

	(void)dw_fail(&err, DW_ERR_SYNTAX, "inner", 3, "too short");
	(void)dw_fail(&err, DW_ERR_GUARD, "outer", 0, "list \"a\": %s: %s", err.where, err.text);
	ck_assert_str_eq(dw_error_text(&err, shown, sizeof(shown)),
		"outer: list \"a\": inner:3: too short");
	(void)dw_fail(&err, DW_ERR_GUARD, err.where, 9, "%s", err.text);
	ck_assert_str_eq(err.where, "outer:9");
}
END_TEST

START_TEST(error_text_cut_to_fit)
{
	struct dw_error err;
	char small[8];

	(void)dw_fail(&err, DW_ERR_SYNTAX, "file", 1, "b\xc3\xbc");
	ck_assert_str_eq(dw_error_text(&err, small, sizeof(small)), "file:1:");
	small[0] = 'x';
	ck_assert_ptr_eq(dw_error_text(&err, small, 0), small);
	ck_assert_int_eq(small[0], 'x');
	ck_assert_str_eq(dw_error_text(&err, small, 1), "");
}
END_TEST

START_TEST(names_differ)
{
	for (int i = DW_OK; i <= DW_ERR_CANCELLED; i++) {
		ck_assert_str_ne(dw_result_name((enum dw_result)i), "unknown");
		for (int j = DW_OK; j < i; j++)
			ck_assert_str_ne(dw_result_name((enum dw_result)i),
				dw_result_name((enum dw_result)j));
	}
	ck_assert_str_eq(dw_result_name(DW_OK), "ok");
	ck_assert_str_eq(dw_result_name((enum dw_result)(DW_ERR_CANCELLED + 1)), "unknown");
	ck_assert_str_eq(dw_result_name((enum dw_result)-1), "unknown");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("result");
	TCase *tc = tcase_create("result");

	tcase_add_test(tc, where_and_text);
	tcase_add_test(tc, no_error_wanted);
	UNIT_ADD_TABLE(tc, errno_table, codes);
	UNIT_ADD_TABLE(tc, hostile_bytes, hostile);
	tcase_add_test(tc, text_511_512);
	tcase_add_test(tc, errno_text_that_does_not_fit);
	tcase_add_test(tc, long_path_keeps_its_end);
	tcase_add_test(tc, an_error_may_wrap_itself);
	tcase_add_test(tc, error_text_cut_to_fit);
	tcase_add_test(tc, names_differ);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
