/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of one line of the log: its fields, its times, its text
 */
#include "dnsward-config.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "dnsward/log.h"
#include "events.h"
#include "review/line.h"
#include "review/text.h"
#include "review/when.h"
#include "unit.h"

static char buffer[DW_EVENT_JSON_MAX + DW_LINE_PADDING];

static enum dw_line_kind read_text(const char *text, size_t len, struct dw_line *line)
{
	memset(buffer, 'x', sizeof(buffer));
	memcpy(buffer, text, len);
	buffer[len] = '\n';
	return dw_line_read(buffer, len, line);
}

static void check_field(const struct dw_line *line, enum dw_field field, const char *expected)
{
	char room[DW_TEXT_MAX];
	size_t len;
	const char *text = dw_value_text(dw_line_value(line, field), room, &len);

	ck_assert_msg(len == strlen(expected) && (len == 0 || memcmp(text, expected, len) == 0),
		"field %d is '%.*s', expected '%s'", field, (int)len, text, expected);
}

START_TEST(our_own_line)
{
	struct dw_event e = events_sinkhole("a.bad.example");
	struct dw_ecs *ecs = dw_ecs_open("ns1", "0.1");
	static char json[DW_EVENT_JSON_MAX];
	struct dw_line line;

	events_found(&e)->technique = "T1071.004";
	e.sample = 5;
	size_t len = dw_event_to_json(ecs, &e, json, sizeof(json));
	ck_assert_int_eq(read_text(json, len - 1, &line), DW_LINE_REPLY);
	ck_assert_int_eq(line.time, e.time_us);
	check_field(&line, DW_FIELD_NAME, "a.bad.example");
	check_field(&line, DW_FIELD_DOMAIN, "bad.example");
	check_field(&line, DW_FIELD_SOURCE, "192.0.2.7");
	check_field(&line, DW_FIELD_TYPE, "A");
	check_field(&line, DW_FIELD_RCODE, "NXDOMAIN");
	check_field(&line, DW_FIELD_VERDICT, "sinkhole");
	check_field(&line, DW_FIELD_LIST, "ads");
	check_field(&line, DW_FIELD_RULE, "bad.example");
	check_field(&line, DW_FIELD_CATEGORY, "adverts");
	check_field(&line, DW_FIELD_MATCH, "subtree");
	check_field(&line, DW_FIELD_TRANSPORT, "udp");
	check_field(&line, DW_FIELD_CACHED, "false");
	check_field(&line, DW_FIELD_HOST, "ns1");
	check_field(&line, DW_FIELD_TECHNIQUE, "\"T1071\",\"T1071.004\"");
	ck_assert_uint_eq(dw_line_weight(&line), 5);
	dw_ecs_close(&ecs);
}
END_TEST

/* The same fields in other clothes. */
static const char *const same[] = {
	"{\"@timestamp\":\"2026-01-02T03:04:05Z\",\"source\":{\"ip\":\"192.0.2.1\"},"
	"\"dns\":{\"question\":{\"name\":\"a.example\",\"type\":\"A\"}}}",
	" { \"dns\" : { \"question\" : { \"type\" : \"A\" , \"name\" : \"a.example\" } } ,\t"
	"\"source\" : { \"ip\" : \"192.0.2.1\" } , \"@timestamp\" : \"2026-01-02T03:04:05.000Z\" } "
	"\r",
	"{\"dns.question\":{\"name\":\"a.example\"},\"dns.question.type\":\"A\","
	"\"source.ip\":\"192.0.2.1\",\"@timestamp\":\"2026-01-02T04:04:05+01:00\"}",
	"{\"\\u0064ns\":{\"question\":{\"name\":\"\\u0061.exampl\\u0065\",\"type\":\"\\u0041\"}},"
	"\"client\":{\"ip\":\"192.0.2.1\"},\"@timestamp\":\"2026-01-02 03:04:05.0Z\"}",
	"{\"x\":[1,{\"name\":[]},\"]}\\\"\",[[]],-0.5e+3,true,null],\"source\":{\"nat\":{\"ip\":\":"
	":1\"},"
	"\"ip\":\"192.0.2.1\"},\"dns\":{\"answers\":[{\"name\":\"b\",\"type\":\"AAAA\"}],"
	"\"question\":"
	"{\"name\":\"z\",\"name\":\"a.example\",\"type\":\"A\"}},\"@timestamp\":\"2026-01-02T03:04:"
	"05Z\"}",
};

START_TEST(read_whoever_wrote_it)
{
	struct dw_line line;

	ck_assert_int_eq(read_text(same[_i], strlen(same[_i]), &line), DW_LINE_REPLY);
	check_field(&line, DW_FIELD_NAME, "a.example");
	check_field(&line, DW_FIELD_TYPE, "A");
	check_field(&line, DW_FIELD_SOURCE, "192.0.2.1");
	ck_assert_int_eq(line.time, INT64_C(1767323045000000));
}
END_TEST

static const struct {
	const char *text;
	enum dw_line_kind kind;
} kinds[] = {
	{"", DW_LINE_BROKEN},
	{"x", DW_LINE_BROKEN},
	{"[]", DW_LINE_BROKEN},
	{"{}", DW_LINE_FOREIGN},
	{"{\"a\":1}", DW_LINE_FOREIGN},
	{"{\"a\":1", DW_LINE_BROKEN},
	{"{\"a\":1}}", DW_LINE_BROKEN},
	{"{\"a\":1}{}", DW_LINE_BROKEN},
	{"{\"a\":1,}", DW_LINE_BROKEN},
	{"{\"a\"}", DW_LINE_BROKEN},
	{"{a:1}", DW_LINE_BROKEN},
	{"{\"a\":01}", DW_LINE_BROKEN},
	{"{\"a\":1.}", DW_LINE_BROKEN},
	{"{\"a\":-}", DW_LINE_BROKEN},
	{"{\"a\":1e}", DW_LINE_BROKEN},
	{"{\"a\":tru}", DW_LINE_BROKEN},
	{"{\"a\":[1,]}", DW_LINE_BROKEN},
	{"{\"a\":[1 2]}", DW_LINE_BROKEN},
	{"{\"a\":\"\\x\"}", DW_LINE_BROKEN},
	{"{\"a\":\"\\u12g4\"}", DW_LINE_BROKEN},
	{"{\"a\":\"\t\"}", DW_LINE_BROKEN},
	{"{\"a\":\"", DW_LINE_BROKEN},
	{"{\"a\":\"\\", DW_LINE_BROKEN},
	{"{\"a\":\"\\u", DW_LINE_BROKEN},
	{"{\"dns\":{\"question\":{\"name\":7}}}", DW_LINE_FOREIGN},
	{"{\"dns\":{\"question\":{\"name\":\".\"}}}", DW_LINE_REPLY},
	{"{\"event\":{\"dataset\":\"dnsward.state\"}}", DW_LINE_STATE},
	/* what a name says is no field */
	{"{\"a\":\"\\\",\\\"dns\\\":{\\\"question\\\":{\\\"name\\\":\\\"x\\\"}}\"}",
		DW_LINE_FOREIGN},
};

START_TEST(kinds_of_lines)
{
	struct dw_line line;

	ck_assert_int_eq(read_text(kinds[_i].text, strlen(kinds[_i].text), &line), kinds[_i].kind);
}
END_TEST

START_TEST(deep_nesting_is_broken)
{
	char text[4096] = "{\"a\":";
	struct dw_line line;

	memset(text + 5, '[', 2000);
	ck_assert_int_eq(read_text(text, 2005, &line), DW_LINE_BROKEN);
}
END_TEST

/* No cut of a line can be taken for a whole one. */
START_TEST(cut_lines_are_broken)
{
	struct dw_line line;
	size_t len = strlen(same[4]);

	for (size_t cut = 0; cut < len; cut++)
		ck_assert_int_eq(read_text(same[4], cut, &line), DW_LINE_BROKEN);
}
END_TEST

START_TEST(elements_of_arrays)
{
	static const char text[] =
		"{\"dnsward\":{\"categories\":[ \"a\" ,1 , [\"x\"] ,\"\\u0062\",\"c\"]}}";
	static const char *const expected[] = {"a", "b", "c"};
	struct dw_line line;
	struct dw_value one;
	const char *at = NULL;
	size_t count = 0;

	read_text(text, strlen(text), &line);
	while (dw_value_next(&line.value[DW_FIELD_CATEGORIES], &at, &one)) {
		char room[DW_TEXT_MAX];
		size_t len;
		const char *element = dw_value_text(&one, room, &len);

		ck_assert_uint_lt(count, 3);
		ck_assert_uint_eq(len, 1);
		ck_assert_int_eq(*element, *expected[count++]);
	}
	ck_assert_uint_eq(count, 3);
}
END_TEST

static const struct {
	const char *text;
	double value;
} fractions[] = {
	{"0", 0},
	{"1", 1},
	{"0.5", 0.5},
	{"0.991", 0.991},
	{"1.0", 1},
	{"1.5", -1},
	{"-0.5", -1},
	{"2", -1},
	{"\"0.5\"", -1},
	{"0.5e3", -1},
	{"null", -1},
};

START_TEST(fractions_of_scores)
{
	char text[128];
	struct dw_line line;

	snprintf(text, sizeof(text), "{\"ml_is_dga\":{\"malicious_probability\":%s}}",
		fractions[_i].text);
	read_text(text, strlen(text), &line);
	ck_assert_double_eq_tol(
		dw_value_fraction(&line.value[DW_FIELD_PROBABILITY]), fractions[_i].value, 1e-9);
}
END_TEST

/* ---- times ---- */

static const struct {
	const char *text;
	int64_t time; /* seconds; -1: none */
	int64_t micro;
} stamps[] = {
	{"1970-01-01T00:00:00Z", 0, 0},
	{"2026-01-02T03:04:05.678901Z", 1767323045, 678901},
	{"2026-01-02T03:04:05.6Z", 1767323045, 600000},
	{"2026-01-02T03:04:05.6789019Z", 1767323045, 678901},
	{"2026-01-02T05:04:05+02:00", 1767323045, 0},
	{"2026-01-01T19:34:05-07:30", 1767323045, 0},
	{"2024-02-29T00:00:00Z", 1709164800, 0},
	{"2025-02-29T00:00:00Z", -1, 0},
	{"2026-13-01T00:00:00Z", -1, 0},
	{"2026-01-02T03:04:05", -1, 0},
	{"2026-01-02T24:04:05Z", -1, 0},
	{"2026-01-02T03:04:05.Z", -1, 0},
	{"2026-01-02T03:04:05Zx", -1, 0},
	{"2026-01-02", -1, 0},
	{"", -1, 0},
};

START_TEST(timestamps)
{
	int64_t time = 0;
	bool good = dw_when_read(stamps[_i].text, strlen(stamps[_i].text), &time);

	ck_assert_int_eq(good, stamps[_i].time >= 0);
	if (good)
		ck_assert_int_eq(time, stamps[_i].time * 1000000 + stamps[_i].micro);
}
END_TEST

/* In Zurich, at 2026-03-29T12:00:00Z: summer time has just begun. */
static const struct {
	const char *text, *expected;
} whens[] = {
	{"now", "2026-03-29T12:00:00Z"},
	{"2h", "2026-03-29T10:00:00Z"},
	{"3d", "2026-03-26T12:00:00Z"},
	{"today", "2026-03-28T23:00:00Z"},
	{"yesterday", "2026-03-27T23:00:00Z"},
	{"2026-07-01", "2026-06-30T22:00:00Z"},
	{"2026-01-02T03:04", "2026-01-02T02:04:00Z"},
	{"2026-01-02 03:04:05", "2026-01-02T02:04:05Z"},
	{"2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"},
	{"2026-01-02T03:04:05.25-01:00", "2026-01-02T04:04:05.25Z"},
	{"2026-03-29T02:30", "2026-03-29T01:30:00Z"}, /* is not there */
	{"2026-10-25T02:30", "2026-10-25T00:30:00Z"}, /* is there twice */
	{"", NULL},
	{"tomorrow", NULL},
	{"2026-01", NULL},
	{"-2h", NULL},
	{"2026-01-02T", NULL},
};

START_TEST(times_of_people)
{
	struct dw_zone_info *zone;
	struct dw_error err;
	int64_t now, expected, time;

	if (dw_zone_info_open("Europe/Zurich", &zone, NULL) != DW_OK)
		return;
	ck_assert(dw_when_read(whens[0].expected, strlen(whens[0].expected), &now));
	if (whens[_i].expected == NULL) {
		ck_assert_int_eq(
			dw_when_from_text(whens[_i].text, now, zone, &time, &err), DW_ERR_SYNTAX);
	} else {
		ck_assert_int_eq(dw_when_from_text(whens[_i].text, now, zone, &time, &err), DW_OK);
		ck_assert(dw_when_read(whens[_i].expected, strlen(whens[_i].expected), &expected));
		ck_assert_int_eq(time, expected);
	}
	dw_zone_info_close(&zone);
}
END_TEST

/* ---- text ---- */

static const struct {
	const char *json, *text;
	size_t len;
} decoded[] = {
	{"plain", "plain", 5},
	{"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t", 8},
	{"\\u0041\\u00e9\\u20ac", "A\u00e9\u20ac", 6},
	{"\\u0000x", "\0x", 2},
	{"\\ud83d\\ude00", "\U0001f600", 4},
	{"\\ud83dx", "\ufffdx", 4},
	{"\\ude00", "\ufffd", 3},
	{"\\ud83d\\u0041", "\ufffdA", 4},
};

START_TEST(decoding)
{
	char out[64];
	size_t len = dw_text_decode(decoded[_i].json, strlen(decoded[_i].json), out, sizeof(out));

	ck_assert_uint_eq(len, decoded[_i].len);
	ck_assert_mem_eq(out, decoded[_i].text, len);
}
END_TEST

static const struct {
	enum dw_text_for how;
	const char *text, *shown;
	size_t max, columns;
} shows[] = {
	{DW_TEXT_TERMINAL, "a.example", "a.example", 0, 9},
	{DW_TEXT_TERMINAL, "\033[2J", "\\x1b[2J", 0, 7},
	{DW_TEXT_TERMINAL, "a\r\nb\x7f", "a\\x0d\\x0ab\\x7f", 0, 14},
	{DW_TEXT_TERMINAL, "\u202egnp.exe", "\\u{202e}gnp.exe", 0, 15},
	{DW_TEXT_TERMINAL, "\u200b\ufeff\xc2\x85\u2066", "\\u{200b}\\u{feff}\\u{85}\\u{2066}", 0,
		30},
	{DW_TEXT_TERMINAL, "\xff\xc0\x80z", "\\xff\\xc0\\x80z", 0, 13},
	{DW_TEXT_TERMINAL, "z\u00fcrich", "z\u00fcrich", 0, 6},
	{DW_TEXT_TERMINAL, "abcdef", "abc\u2026", 4, 4},
	{DW_TEXT_TERMINAL, "abcdef", "abcdef", 6, 6},
	{DW_TEXT_TERMINAL, "<b>&", "<b>&", 0, 4},
	{DW_TEXT_HTML, "</script>", "&lt;/script&gt;", 0, 9},
	{DW_TEXT_HTML, "\"'&", "&quot;&#39;&amp;", 0, 3},
	{DW_TEXT_HTML, "\u202e\033", "\\u{202e}\\x1b", 0, 12},
};

START_TEST(showing)
{
	char *text = NULL;
	size_t len = 0, columns;
	FILE *out = open_memstream(&text, &len);

	columns = dw_text_put(
		out, shows[_i].how, shows[_i].text, strlen(shows[_i].text), shows[_i].max);
	fclose(out);
	ck_assert_str_eq(text, shows[_i].shown);
	ck_assert_uint_eq(columns, shows[_i].columns);
	free(text);
}
END_TEST

START_TEST(showing_json)
{
	static const char line[] = "{\"a\":\"\u202e\u00e9\xff\x7f\U000e0001\"}\t\r";
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	dw_text_put_json(out, line, strlen(line));
	fclose(out);
	ck_assert_str_eq(text, "{\"a\":\"\\u202e\u00e9\\ufffd\\u007f\\udb40\\udc01\"}  ");
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("review_line");
	TCase *tcase = tcase_create("line");

	tcase_add_test(tcase, our_own_line);
	UNIT_ADD_TABLE(tcase, read_whoever_wrote_it, same);
	UNIT_ADD_TABLE(tcase, kinds_of_lines, kinds);
	tcase_add_test(tcase, deep_nesting_is_broken);
	tcase_add_test(tcase, cut_lines_are_broken);
	tcase_add_test(tcase, elements_of_arrays);
	UNIT_ADD_TABLE(tcase, fractions_of_scores, fractions);
	UNIT_ADD_TABLE(tcase, timestamps, stamps);
	UNIT_ADD_TABLE(tcase, times_of_people, whens);
	UNIT_ADD_TABLE(tcase, decoding, decoded);
	UNIT_ADD_TABLE(tcase, showing, shows);
	tcase_add_test(tcase, showing_json);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
