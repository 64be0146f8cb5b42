/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_rrtype.c: the names of record types
 */
#include "dnsward-config.h"

#include <string.h>

#include "dnsward/rrtype.h"
#include "unit.h"

static const struct {
	const char *text;
	uint16_t type;
	const char *back;
} good[] = {
	{"A", 1, "A"},
	{"a", 1, "A"},
	{"TYPE1", 1, "A"},
	{"Null", 10, "NULL"},
	{"AAAA", 28, "AAAA"},
	{"NSAP-PTR", 23, "NSAP-PTR"},
	{"nsec3param", 51, "NSEC3PARAM"},
	{"HTTPS", 65, "HTTPS"},
	{"ANY", 255, "ANY"},
	{"CAA", 257, "CAA"},
	{"DLV", 32769, "DLV"},
	{"TYPE0", 0, "TYPE0"},
	{"type54", 54, "TYPE54"},
	{"TYPE00065", 65, "HTTPS"},
	{"TYPE65280", 65280, "TYPE65280"},
	{"TYPE65535", 65535, "TYPE65535"},
};

START_TEST(knows)
{
	char text[DW_TYPE_TEXT_MAX];
	uint16_t type = 12345;

	ck_assert_msg(dw_type_from_text(good[_i].text, &type), "%s", good[_i].text);
	ck_assert_uint_eq(type, good[_i].type);
	ck_assert_ptr_eq(dw_type_to_text(type, text), text);
	ck_assert_str_eq(text, good[_i].back);
}
END_TEST

static const char *const bad[] = {"", "AA", "A ", " A", "TYPE", "TYPE65536", "TYPE99999",
	"TYPE000001", "TYPE-1", "TYPE1x", "TYPE4294967297", "NSEC3PARAMS", "*", "IN"};

START_TEST(knows_not)
{
	uint16_t type = 12345;

	ck_assert_msg(!dw_type_from_text(bad[_i], &type), "%s is %u", bad[_i], type);
	ck_assert_uint_eq(type, 12345);
}
END_TEST

START_TEST(every_number_comes_back)
{
	for (unsigned type = 0; type <= UINT16_MAX; type++) {
		char text[DW_TYPE_TEXT_MAX];
		uint16_t back = 0;

		/* asserts of check cost a system call each */
		if (strlen(dw_type_to_text((uint16_t)type, text)) >= sizeof(text) ||
			!dw_type_from_text(text, &back) || back != type)
			ck_abort_msg("%u is %s is %u", type, text, back);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rrtype");
	TCase *tcase = tcase_create("names");

	UNIT_ADD_TABLE(tcase, knows, good);
	UNIT_ADD_TABLE(tcase, knows_not, bad);
	tcase_add_test(tcase, every_number_comes_back);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
