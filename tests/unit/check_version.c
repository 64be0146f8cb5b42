/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of the version
 */
#include "dnsward-config.h"
#include <stdio.h>
#include "dnsward/version.h"
#include "unit.h"

START_TEST(three_numbers)
{
	unsigned major, minor, patch;
	int end = 0;

	ck_assert_int_eq(sscanf(dw_version(), "%u.%u.%u%n", &major, &minor, &patch, &end), 3);
	ck_assert_int_eq(dw_version()[end], '\0');
}
END_TEST

START_TEST(same_as_the_build)
{
	ck_assert_str_eq(dw_version(), PACKAGE_VERSION);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("version");
	TCase *tc = tcase_create("version");

	tcase_add_test(tc, three_numbers);
	tcase_add_test(tc, same_as_the_build);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
