/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of the JSON writer
 */
#include "dnsward-config.h"
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "dnsward/json.h"
#include "unit.h"

static char buffer[4096];
static struct dw_json json;

static void setup(void)
{
	memset(buffer, 'x', sizeof(buffer));
	dw_json_start(&json, buffer, sizeof(buffer));
}

static void check_text(const char *expected)
{
	ck_assert_uint_eq(dw_json_finish(&json), strlen(expected));
	ck_assert_str_eq(buffer, expected);
}

START_TEST(commas_and_brackets)
{
	dw_json_object(&json, NULL);
	dw_json_string(&json, "name", "a.example");
	dw_json_array(&json, "categories");
	dw_json_end(&json, ']');
	dw_json_array(&json, "more");
	dw_json_string(&json, NULL, "ads");
	dw_json_object(&json, NULL);
	dw_json_end(&json, '}');
	dw_json_uint(&json, NULL, 1);
	dw_json_end(&json, ']');
	dw_json_object(&json, "in");
	dw_json_null(&json, "nothing");
	dw_json_bool(&json, "yes", true);
	dw_json_bool(&json, "no", false);
	dw_json_end(&json, '}');
	dw_json_end(&json, '}');
	check_text("{\"name\":\"a.example\",\"categories\":[],\"more\":[\"ads\",{},1],"
		   "\"in\":{\"nothing\":null,\"yes\":true,\"no\":false}}");
}
END_TEST

#define REPLACED "\xef\xbf\xbd" /* U+FFFD */

static const struct {
	const char *name, *text;
	size_t len; /* 0: strlen */
	const char *json;
} strings[] = {
	{"plain", "a.example", 0, "\"a.example\""},
	{"empty", "", 0, "\"\""},
	{"quote and backslash", "a\"b\\c", 0, "\"a\\\"b\\\\c\""},
	{"newline ends no line", "a\n{\"forged\":1}", 0, "\"a\\u000a{\\\"forged\\\":1}\""},
	{"NUL", "a\0b", 3, "\"a\\u0000b\""},
	{"terminal escape", "\033[2J\x07\x7f", 0, "\"\\u001b[2J\\u0007\\u007f\""},
	{"markup stays text", "</script>", 0, "\"</script>\""},
	{"two bytes", "\xc3\xa9", 0, "\"\xc3\xa9\""},
	{"three bytes", "\xe2\x82\xac", 0, "\"\xe2\x82\xac\""},
	{"four bytes", "\xf0\x9f\x98\x80", 0, "\"\xf0\x9f\x98\x80\""},
	{"0xFF", "a\xff" "b", 0, "\"a" REPLACED "b\""},
	{"lone continuation", "\x80", 0, "\"" REPLACED "\""},
	{"overlong", "\xc0\xaf", 0, "\"" REPLACED REPLACED "\""},
	{"overlong three", "\xe0\x80\xaf", 0, "\"" REPLACED REPLACED REPLACED "\""},
	{"surrogate", "\xed\xa0\x80", 0, "\"" REPLACED REPLACED REPLACED "\""},
	{"past U+10FFFF", "\xf4\x90\x80\x80", 0, "\"" REPLACED REPLACED REPLACED REPLACED "\""},
	{"cut at the end", "a\xe2\x82", 0, "\"a" REPLACED REPLACED "\""},
	{"cut before a quote", "\xc3\"", 0, "\"" REPLACED "\\\"\""},
};

START_TEST(string_is_escaped)
{
	size_t len = strings[_i].len != 0 ? strings[_i].len : strlen(strings[_i].text);

	dw_json_string_n(&json, NULL, strings[_i].text, len);
	dw_json_finish(&json);
	ck_assert_msg(strcmp(buffer, strings[_i].json) == 0, "%s: %s", strings[_i].name, buffer);
}
END_TEST

/* The bytes of each row at each place of a longer string: they are looked at in words. */
START_TEST(escapes_stand_anywhere)
{
	static const char around[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	size_t len = strings[_i].len != 0 ? strings[_i].len : strlen(strings[_i].text);
	size_t inner = strlen(strings[_i].json) - 2;

	for (size_t before = 0; before <= 17; before++) {
		for (size_t after = 0; after <= 17; after++) {
			char text[64], expected[128];

			memcpy(text, around, before);
			memcpy(text + before, strings[_i].text, len);
			memcpy(text + before + len, around, after);
			setup();
			dw_json_string_n(&json, NULL, text, before + len + after);
			snprintf(expected, sizeof(expected), "\"%.*s%.*s%.*s\"", (int)before, around,
				(int)inner, strings[_i].json + 1, (int)after, around);
			check_text(expected);
		}
	}
}
END_TEST

static const struct {
	double value;
	unsigned decimals;
	const char *json;
} numbers[] = {
	{0, 0, "0"}, {0.991, 3, "0.991"}, {0.9995, 3, "1.000"}, {-0.0004, 3, "0.000"},
	{-1.5, 1, "-1.5"}, {1e9, 2, "1000000000.00"}, {0.05, 2, "0.05"}, {3, 20, "3.000000000"},
	{1e300, 0, "null"}, {NAN, 2, "null"}, {INFINITY, 2, "null"}, {-INFINITY, 0, "null"},
};

START_TEST(number_is_written)
{
	dw_json_number(&json, NULL, numbers[_i].value, numbers[_i].decimals);
	check_text(numbers[_i].json);
}
END_TEST

START_TEST(whole_numbers)
{
	dw_json_array(&json, NULL);
	dw_json_int(&json, NULL, INT64_MIN);
	dw_json_int(&json, NULL, -1);
	dw_json_int(&json, NULL, 0);
	dw_json_int(&json, NULL, INT64_MAX);
	dw_json_uint(&json, NULL, UINT64_MAX);
	dw_json_end(&json, ']');
	check_text("[-9223372036854775808,-1,0,9223372036854775807,18446744073709551615]");
}
END_TEST

START_TEST(whole_numbers_of_each_length)
{
	static const uint64_t values[] = {9, 10, 11, 99, 100, 101, 999, 1000, 65535, 99999, 123456, 7000007};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		char expected[32];

		snprintf(expected, sizeof(expected), "%llu", (unsigned long long)values[i]);
		dw_json_start(&json, buffer, sizeof(buffer));
		dw_json_uint(&json, NULL, values[i]);
		check_text(expected);
	}
}
END_TEST

/* Into each size of buffer: whole with its NUL, or refused; and never a byte past the end. */
START_TEST(small_buffer_is_refused)
{
	static const char whole[] =
		"{\"a\":\"b\\u0001\\\"\",\"c\":[1,true],\"d\":\"0123456789abcdefghij\"}";

	for (size_t size = 0; size <= sizeof(whole) + 1; size++) {
		memset(buffer, 'x', sizeof(buffer));
		dw_json_start(&json, buffer, size);
		dw_json_object(&json, NULL);
		dw_json_string(&json, "a", "b\001\"");
		dw_json_array(&json, "c");
		dw_json_uint(&json, NULL, 1);
		dw_json_bool(&json, NULL, true);
		dw_json_end(&json, ']');
		dw_json_raw(&json, ",\"d\":", 5);
		dw_json_raw_string(&json, "0123456789abcdefghij", 20);
		dw_json_end(&json, '}');
		size_t len = dw_json_finish(&json);
		ck_assert_uint_eq(len, size >= sizeof(whole) ? sizeof(whole) - 1 : 0);
		ck_assert_int_eq(buffer[size], 'x');
	}
	ck_assert_str_eq(buffer, whole);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("json");
	TCase *tc = tcase_create("json");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, commas_and_brackets);
	UNIT_ADD_TABLE(tc, string_is_escaped, strings);
	UNIT_ADD_TABLE(tc, escapes_stand_anywhere, strings);
	UNIT_ADD_TABLE(tc, number_is_written, numbers);
	tcase_add_test(tc, whole_numbers);
	tcase_add_test(tc, whole_numbers_of_each_length);
	tcase_add_test(tc, small_buffer_is_refused);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
