/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of remembered public suffixes
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "dnsward/name.h"
#include "log/suffix_memo.h"
#include "unit.h"

static const char *const suffixes[] = {"example", "co.uk", "github.io", "com", "kawasaki.jp"};
enum { SUFFIXES = sizeof(suffixes) / sizeof(suffixes[0]) };

static size_t name_of(uint32_t number, uint8_t *wire)
{
	char text[64];
	size_t len;

	snprintf(text, sizeof(text), "%s%u.%s", number % 3 == 0 ? "www.a" : "b", number,
		suffixes[number % SUFFIXES]);
	ck_assert_int_eq(dw_name_from_text(text, strlen(text), wire, &len, NULL), DW_OK);
	return len;
}

static size_t labels_of(struct dw_suffix_memo *memo, const uint8_t *name, size_t len)
{
	return dw_suffix_memo_labels(memo, dw_suffix_memo_fetch(memo, name, len), name, len);
}

/* Names that come again, more of them than there is room for, and once more each. */
START_TEST(answers_are_those_of_the_list)
{
	struct dw_suffix_memo *memo = dw_suffix_memo_new();
	uint32_t state = 20260401;
	uint8_t wire[DW_NAME_MAX];

	ck_assert_ptr_nonnull(memo);
	for (size_t i = 0; i < 100000; i++) {
		size_t len = name_of(unit_random(&state) % (2 * SUFFIX_SETS * SUFFIX_WAYS), wire);

		ck_assert_uint_eq(labels_of(memo, wire, len), dw_name_suffix_labels(wire, len));
		ck_assert_uint_eq(labels_of(memo, wire, len), dw_name_suffix_labels(wire, len));
	}
	dw_suffix_memo_free(&memo);
}
END_TEST

static size_t remembered(const struct dw_suffix_memo *memo)
{
	size_t count = 0;

	for (size_t s = 0; s < SUFFIX_SETS; s++) {
		for (size_t i = 0; i < SUFFIX_WAYS; i++)
			count += memo->set[s][i] != 0;
	}
	return count;
}

START_TEST(a_name_is_remembered_once)
{
	struct dw_suffix_memo *memo = dw_suffix_memo_new();
	uint8_t wire[DW_NAME_MAX];

	ck_assert_ptr_nonnull(memo);
	for (int round = 0; round < 5; round++) {
		for (uint32_t i = 0; i < 1000; i++) {
			size_t len = name_of(i, wire);

			(void)labels_of(memo, wire, len);
		}
	}
	ck_assert_uint_gt(remembered(memo), 990); /* sets that overflow are rare */
	ck_assert_uint_le(remembered(memo), 1000);
	dw_suffix_memo_free(&memo);
}
END_TEST

START_TEST(the_root_has_none)
{
	struct dw_suffix_memo *memo = dw_suffix_memo_new();
	static const uint8_t root[] = {0};

	ck_assert_ptr_nonnull(memo);
	ck_assert_uint_eq(labels_of(memo, root, 1), 0);
	ck_assert_uint_eq(labels_of(memo, root, 1), 0);
	dw_suffix_memo_free(&memo);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("suffix memo");
	TCase *tc = tcase_create("suffix memo");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, answers_are_those_of_the_list);
	tcase_add_test(tc, a_name_is_remembered_once);
	tcase_add_test(tc, the_root_has_none);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
