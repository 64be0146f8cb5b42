/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of events: the record that the ring holds, and the line that is made of it
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "dnsward/verdict.h"
#include "events.h"
#include "log/log_parts.h"
#include "log/rdata.h"
#include "unit.h"

static struct dw_ecs *ecs;
static char line[DW_EVENT_JSON_MAX];

static const char *line_of(const struct dw_event *event)
{
	size_t len = dw_event_to_json(ecs, event, line, sizeof(line));

	ck_assert_uint_gt(len, 0);
	ck_assert_uint_eq(len, strlen(line));
	ck_assert_ptr_eq(strchr(line, '\n'), line + len - 1);
	return line;
}

/* ---- whole lines: tests/data/log/NAME.json ---- */

static struct dw_event allowed(void)
{
	struct dw_event e = events_plain("www.example.co.uk");

	events_answer_hex(&e, "www.example.co.uk", 5, "03 77 77 77 03 63 64 6e 04 74 65 73 74 00");
	events_answer_hex(&e, "www.cdn.test", 1, "c0 00 02 0a");
	events_answer_hex(&e, "www.cdn.test", 28, "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01");
	e.cached = true;
	return e;
}

static struct dw_event sinkholed(void)
{
	struct dw_event e = events_sinkhole("a.bad.example");

	e.question = (const uint8_t *)"\001A\003Bad\007exAmple";
	return e;
}

static struct dw_event logged_by_target(void)
{
	struct dw_event e = events_sinkhole("www.shop.example");
	struct dw_event_finding *found = events_found(&e);

	e.action = found->would = DW_ACTION_LOG;
	e.rcode = 0;
	found->matched = events_name("x.bad.example", &found->matched_len);
	found->technique = "T1071.004";
	e.transport = DW_DOT;
	return e;
}

static struct dw_event dry_run(void)
{
	struct dw_event e = events_sinkhole("bad.example");
	struct dw_event_finding *found = events_found(&e);

	e.action = DW_ACTION_ALLOW;
	e.rcode = 0;
	found->because = "dry-run";
	found->technique = "T1568";
	return e;
}

static struct dw_event alert(void)
{
	struct dw_event e = events_sinkhole("post.1.bad.example");
	struct dw_event_finding *found = events_found(&e);

	found->list = "rules";
	found->rule = "post.1";
	found->rule_name = "beacon";
	found->partial = true;
	found->match = "prefix";
	found->technique = "T1071.004";
	found->level = DW_LEVEL_CRITICAL;
	found->alert = true;
	return e;
}

static struct dw_event dropped(void)
{
	struct dw_event e = events_sinkhole("bad.example");

	e.dropped = true;
	e.duration_us = -1;
	e.rcode = 0;
	return e;
}

static struct dw_event over_ipv6(void)
{
	static const char client[] = "2001:db8::7", server[] = "2001:db8::1";
	struct dw_event e = events_plain("com");

	ck_assert(dw_addr_from_text(client, strlen(client), &e.client));
	ck_assert(dw_addr_from_text(server, strlen(server), &e.server));
	e.transport = DW_DOH;
	e.type = 65280;
	e.klass = 3;
	e.rcode = 23;
	e.flags = 0x87b0;
	return e;
}

static struct dw_event nearly_nothing(void)
{
	struct dw_event e = {.time_us = 0, .duration_us = -1, .type = 2, .klass = 1, .rcode = 2};

	e.question = events_name(".", &e.question_len);
	return e;
}

static struct dw_event hostile(void)
{
	struct dw_event e = events_sinkhole(
		"a\\\"\\,\\\"forged\\\".\\010\\000\\255\\\\\\.\\027[2J.</script>.bad.example");

	events_found(&e)->rule = "a\"b\\c\nd\033[2J\xff</script>";
	events_answer(&e, "bad.example", 16, "\x0f" "a\"b\\c\nd\0e\xff</s>", 16);
	return e;
}

static const struct {
	const char *name;
	struct dw_event (*make)(void);
} lines[] = {
	{"allowed", allowed},
	{"sinkholed", sinkholed},
	{"logged-by-target", logged_by_target},
	{"dry-run", dry_run},
	{"alert", alert},
	{"dropped", dropped},
	{"over-ipv6", over_ipv6},
	{"nearly-nothing", nearly_nothing},
	{"hostile", hostile},
};

static const char *source_folder(void)
{
	const char *top = getenv("top_srcdir");

	return top != NULL ? top : ".";
}

START_TEST(line_is_as_in_its_file)
{
	char path[512], expected[16384];
	struct dw_event event = lines[_i].make();

	snprintf(path, sizeof(path), "%s/tests/data/log/%s.json", source_folder(), lines[_i].name);
	FILE *f = fopen(path, "r");
	size_t len = f != NULL ? fread(expected, 1, sizeof(expected) - 1, f) : 0;
	expected[len] = '\0';
	if (f != NULL)
		fclose(f);
	ck_assert_msg(strcmp(line_of(&event), expected) == 0, "%s has\n%s but the line is\n%s", path,
		expected, line);
}
END_TEST

/* The writer sees records, not events: both must give the same line. */
START_TEST(record_gives_the_same_line)
{
	struct dw_event event = lines[_i].make();
	char *expected = strdup(line_of(&event));
	struct dw_record_plan plan;

	dw_event_record_plan(&event, &plan);
	struct dw_event *record = malloc(plan.size);
	ck_assert_ptr_nonnull(record);
	dw_event_record_make(&event, &plan, record);
	events_wipe(); /* what the record borrows shows */
	ck_assert_str_eq(line_of(record), expected);
	free(record);
	free(expected);
}
END_TEST

/* What lines share must not leak from one into the next. */
START_TEST(lines_do_not_hang_on_the_one_before)
{
	struct dw_event one = lines[_i].make(), other;
	char *expected = strdup(line_of(&one));

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		other = lines[i].make();
		other.time_us += (int64_t)i * 777777;
		(void)line_of(&other);
		ck_assert_str_eq(line_of(&one), expected);
	}
	free(expected);
}
END_TEST

/* ---- sizes ---- */

START_TEST(worst_event_fits)
{
	struct dw_event event = events_worst(35 * 500);
	size_t len = strlen(line_of(&event));

	ck_assert_uint_gt(len, DW_EVENT_JSON_MAX / 4);
	ck_assert_uint_eq(dw_event_to_json(ecs, &event, line, len), 0);
	ck_assert_uint_eq(dw_event_to_json(ecs, &event, line, len + 1), len);
}
END_TEST

static void check_fits_not(const struct dw_event *event, size_t max, const char *expected)
{
	struct dw_ecs *fresh = dw_ecs_open("ns1", "0.1");
	char *room = malloc(max); /* so that a byte past its end is found */

	ck_assert(fresh != NULL && room != NULL);
	if (dw_event_to_json(fresh, event, room, max) != 0 ||
		dw_event_to_json(fresh, event, line, sizeof(line)) != strlen(expected) ||
		strcmp(line, expected) != 0)
		ck_abort_msg("%zu of %zu bytes", max, strlen(expected));
	free(room);
	dw_ecs_close(&fresh);
}

/* Nothing is left of a line that did not fit, and the next one is whole. */
START_TEST(line_that_does_not_fit_is_none)
{
	struct dw_event event = lines[_i].make();
	char *expected = strdup(line_of(&event));

	for (size_t max = 1; max <= strlen(expected); max++)
		check_fits_not(&event, max, expected);
	free(expected);
}
END_TEST

START_TEST(worst_line_that_does_not_fit_is_none)
{
	enum { STEP = 251 };
	struct dw_event event = events_worst(35 * 500);
	char *expected = strdup(line_of(&event));

	for (size_t left = 0; left < strlen(expected); left += left < STEP ? 1 : STEP)
		check_fits_not(&event, strlen(expected) - left, expected);
	free(expected);
}
END_TEST

/* ---- hostile names ---- */

static const char *const hostile_names[] = {
	"\\\".example", "\\000.example", "\\010\\013.example", "\\255.example", "\\027[31m.example",
	"\\\\.example", "\\..example", "</script><script>.example", "\\\"\\}\\010\\{\\\"a\\\":1.example",
	"\\195\\169.example", "\\127.example", "%s%n.example", "\\$(id).example",
};

static bool is_clean(const char *text)
{
	for (; *text != '\0' && *text != '\n'; text++) {
		if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e)
			return false;
	}
	return text[0] == '\n' && text[1] == '\0';
}

START_TEST(hostile_name_forges_nothing)
{
	struct dw_event event = events_sinkhole(hostile_names[_i]);
	struct dw_event usual = events_sinkhole("x.example");
	size_t quotes = 0, usual_quotes = 0;

	line_of(&usual);
	for (const char *p = line; *p != '\0'; p++)
		usual_quotes += *p == '"';
	ck_assert(is_clean(line_of(&event)));
	for (const char *p = line; *p != '\0'; p++) {
		if (*p == '\\')
			p++; /* whatever it escapes */
		else
			quotes += *p == '"';
	}
	ck_assert_uint_eq(quotes, usual_quotes);
}
END_TEST

START_TEST(jq_takes_all_lines)
{
	if (system("jq --version >/dev/null 2>&1") != 0) {
		printf("skip jq_takes_all_lines: there is no jq\n");
		return;
	}
	FILE *jq = popen("jq -e -s 'length == 23 and all(.[]; .dns.question.name != null and "
			 "(.forged | not) and .event.module == \"dnsward\")' >/dev/null", "w");
	ck_assert_ptr_nonnull(jq);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct dw_event event = lines[i].make();

		fputs(line_of(&event), jq);
	}
	for (size_t i = 0; i < sizeof(hostile_names) / sizeof(hostile_names[0]); i++) {
		struct dw_event event = events_sinkhole(hostile_names[i]);

		fputs(line_of(&event), jq);
	}
	struct dw_event worst = events_worst(35 * 500);
	fputs(line_of(&worst), jq);
	ck_assert_int_eq(pclose(jq), 0);
}
END_TEST

/* ---- data of records ---- */

static const struct {
	uint16_t type;
	const char *hex, *text;
} datas[] = {
	{1, "c0 00 02 01", "192.0.2.1"},
	{1, "c0 00 02", "\\# 3 c00002"},
	{1, "c0 00 02 01 00", "\\# 5 c000020100"},
	{28, "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01", "2001:db8::1"},
	{2, "02 6e 73 04 74 65 73 74 00", "ns.test"},
	{5, "00", "."},
	{5, "02 6e 73 04 74 65 73 74", "\\# 8 026e730474657374"},
	{12, "02 61 2e 00", "a\\."},
	{15, "00 0a 02 6d 78 00", "10 mx"},
	{15, "00", "\\# 1 00"},
	{16, "03 61 22 62 01 5c", "\"a\\\"b\" \"\\\\\""},
	{16, "00", "\"\""},
	{16, "03 00 7f ff", "\"\\000\\127\\255\""},
	{16, "03 61", "\\# 2 0361"},
	{6, "01 61 00 01 62 00 00 00 00 01 00 00 0e 10 00 00 02 58 00 01 51 80 00 00 00 3c",
		"a b 1 3600 600 86400 60"},
	{33, "00 01 00 02 01 bb 01 61 00", "1 2 443 a"},
	{35, "00 64 00 32 01 73 00 00 00", "100 50 \"s\" \"\" \"\" ."},
	{257, "00 05 69 73 73 75 65 63 61 2e 74 65 73 74", "0 issue \"ca.test\""},
	{257, "00 02 61 20 78", "\\# 5 0002612078"},
	{64, "00 00 01 61 00", "0 a"},
	{65, "00 01 00 00 01 00 06 02 68 32 02 68 33 00 03 00 02 01 bb", "1 . alpn=h2,h3 port=443"},
	{65, "00 01 00 00 04 00 08 c0 00 02 01 c0 00 02 02", "1 . ipv4hint=192.0.2.1,192.0.2.2"},
	{65, "00 01 00 00 06 00 10 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01",
		"1 . ipv6hint=2001:db8::1"},
	{65, "00 01 00 00 00 00 04 00 01 00 09 00 02 00 00", "1 . mandatory=alpn,key9 no-default-alpn"},
	{65, "00 01 00 00 05 00 03 61 62 63 01 00 00 02 2c 22", "1 . ech=YWJj key256=\\044\\034"},
	{65, "00 01 00 00 05 00 31 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 "
		"30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30",
		"1 . ech=MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMA=="},
	{65, "00 01 00 00 03 00 03 01 bb 00", "\\# 10 00010000030003" "01bb00"},
	{65, "00 01 00 00 01 00 02 05 61", "\\# 9 000100000100020561"},
	{65, "00 01 00 00 04 00 09 61", "\\# 8 0001000004000961"},
	{43, "00 01 ab", "\\# 3 0001ab"},
	{65280, "", "\\# 0"},
};

START_TEST(data_has_its_text)
{
	struct dw_event e = events_plain("a.example");
	char text[2048];

	events_answer_hex(&e, "a.example", datas[_i].type, datas[_i].hex);
	size_t len = dw_rdata_to_text(datas[_i].type, e.answers[0].rdata, e.answers[0].rdata_len, text,
		sizeof(text));
	ck_assert_str_eq(text, datas[_i].text);
	ck_assert_uint_eq(len, strlen(text));
}
END_TEST

START_TEST(long_data_are_cut_with_a_mark)
{
	uint8_t rdata[256];
	char text[261];

	memset(rdata, 'a', sizeof(rdata));
	rdata[0] = 255;
	for (size_t max = 4; max <= sizeof(text); max++) {
		memset(text, 'x', sizeof(text));
		size_t len = dw_rdata_to_text(16, rdata, sizeof(rdata), text, max);
		ck_assert_uint_eq(len, strlen(text));
		ck_assert_uint_lt(len, max);
		ck_assert_str_eq(text + len - 3, max == sizeof(text) ? "aa\"" : "...");
	}
}
END_TEST

static void open_ecs(void)
{
	ecs = dw_ecs_open("ns1", "0.1");
	ck_assert_ptr_nonnull(ecs);
}

static void close_ecs(void)
{
	dw_ecs_close(&ecs);
}

int main(void)
{
	Suite *suite = suite_create("event");
	TCase *tc = tcase_create("event");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, open_ecs, close_ecs);
	UNIT_ADD_TABLE(tc, line_is_as_in_its_file, lines);
	UNIT_ADD_TABLE(tc, record_gives_the_same_line, lines);
	UNIT_ADD_TABLE(tc, lines_do_not_hang_on_the_one_before, lines);
	tcase_add_test(tc, worst_event_fits);
	UNIT_ADD_TABLE(tc, line_that_does_not_fit_is_none, lines);
	tcase_add_test(tc, worst_line_that_does_not_fit_is_none);
	UNIT_ADD_TABLE(tc, hostile_name_forges_nothing, hostile_names);
	tcase_add_test(tc, jq_takes_all_lines);
	UNIT_ADD_TABLE(tc, data_has_its_text, datas);
	tcase_add_test(tc, long_data_are_cut_with_a_mark);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
