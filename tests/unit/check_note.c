/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of which replies become events
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <string.h>
#include "engine_fixture.h"
#include "unit.h"

#define HEAD                                                                 \
	"version: 1\n"                                                       \
	"state-dir: state\n"                                                 \
	"lists:\n"                                                           \
	"  - {name: good, path: good.txt, format: domains}\n"                \
	"  - {name: fine, path: fine.txt, format: domains}\n"                \
	"  - {name: ads, path: ads.txt, format: domains}\n"                  \
	"  - {name: watch, path: watch.txt, format: domains}\n"              \
	"  - {name: health, path: health.txt, format: domains}\n"            \
	"clients:\n"                                                         \
	"  - {name: council, networks: [192.0.2.0/24, \"2001:db8::/32\"]}\n" \
	"actions:\n"                                                         \
	"  - {category: good, action: allow}\n"                              \
	"  - {category: fine, action: allow, log: yes}\n"                    \
	"  - {category: ads, action: sinkhole}\n"                            \
	"  - {category: watch, action: log}\n"

enum { TRIES = 4000 };

/* How often in TRIES replies. */
static const struct {
	const char *log;
	const char *name, *client;
	int least, most;
} wanted[] = {
	{"", "plain.example", "10.0.0.1", 0, 0},
	{"", "good.example", "10.0.0.1", 0, 0},
	{"", "fine.example", "10.0.0.1", TRIES, TRIES},
	{"", "ads.example", "10.0.0.1", TRIES, TRIES},
	{"", "watch.example", "10.0.0.1", TRIES, TRIES},
	{"log: {queries: all}\n", "plain.example", "10.0.0.1", TRIES, TRIES},
	{"log: {queries: all}\n", "good.example", NULL, TRIES, TRIES},
	/* 1,000 expected: five times the standard deviation of 27 around it */
	{"log: {queries: all, sample: 4}\n", "plain.example", "10.0.0.1", 863, 1137},
	{"log: {queries: all, sample: 4}\n", "good.example", "10.0.0.1", 863, 1137},
	{"log: {queries: all, sample: 4}\n", "ads.example", "10.0.0.1", TRIES, TRIES},
	{"log: {queries: all, sample: 4}\n", "watch.example", "10.0.0.1", TRIES, TRIES},
	{"log: {queries: all, sample: 4}\n", "fine.example", "10.0.0.1", TRIES, TRIES},
	{"log: {queries: hits, sample: 4}\n", "plain.example", "10.0.0.1", 0, 0},
	/* what carries the category is not logged, whatever is done to it */
	{"log: {queries: all, never: {categories: health}}\n", "clinic.example", "10.0.0.1", 0, 0},
	{"log: {queries: all, never: {categories: health}}\n", "ads-clinic.example", "10.0.0.1", 0,
		0},
	{"log: {queries: all, never: {categories: health}}\n", "ads.example", "10.0.0.1", TRIES,
		TRIES},
	{"log: {queries: all, never: {clients: council}}\n", "ads.example", "192.0.2.9", 0, 0},
	{"log: {queries: all, never: {clients: council}}\n", "plain.example", "2001:db8::9", 0, 0},
	{"log: {queries: all, never: {clients: council}}\n", "ads.example", "10.0.0.1", TRIES,
		TRIES},
	{"log: {queries: all, never: {clients: council}}\n", "ads.example", NULL, TRIES, TRIES},
};

static struct fixture f;

static void setup(void)
{
	fixture_setup(&f);
	fixture_write(&f, "good.txt", "good.example\n");
	fixture_write(&f, "fine.txt", "fine.example\n");
	fixture_write(&f, "ads.txt", "ads.example\nads-clinic.example\n");
	fixture_write(&f, "watch.txt", "watch.example\n");
	fixture_write(&f, "health.txt", "clinic.example\nads-clinic.example\n");
}

static void teardown(void)
{
	fixture_teardown(&f);
}

static void open_with(const char *log)
{
	char text[2048];
	struct dw_error err;

	snprintf(text, sizeof(text), HEAD "%s", log);
	fixture_write(&f, "dnsward.yaml", text);
	ck_assert_msg(fixture_open(&f, false, &err) == DW_OK, "%s: %s", err.where, err.text);
}

START_TEST(event_is_wanted)
{
	struct dw_addr client = {.family = 0};
	int n = 0;

	open_with(wanted[_i].log);
	if (wanted[_i].client != NULL)
		ck_assert(dw_addr_from_text(wanted[_i].client, strlen(wanted[_i].client), &client));
	struct dw_verdict verdict = fixture_decide(&f, wanted[_i].name, 1, wanted[_i].client, 0);
	for (int i = 0; i < TRIES; i++)
		n += dw_wants_event(f.worker, f.snapshot, &verdict, &client);
	ck_assert_int_ge(n, wanted[_i].least);
	ck_assert_int_le(n, wanted[_i].most);
}
END_TEST

static uint32_t sample_of(const char *name)
{
	uint8_t wire[DW_NAME_MAX];
	size_t len;
	struct dw_event event = {.question = wire, .type = 1, .klass = 1, .sample = 77};
	struct dw_verdict verdict = fixture_decide(&f, name, 1, "10.0.0.1", 0);

	ck_assert_int_eq(dw_name_from_text(name, strlen(name), wire, &len, NULL), DW_OK);
	event.question_len = (uint8_t)len;
	dw_note(f.worker, f.snapshot, &verdict, &event);
	return event.sample;
}

START_TEST(event_says_for_how_many_it_stands)
{
	open_with("log: {queries: all, sample: 4}\n");
	ck_assert_uint_eq(sample_of("plain.example"), 4);
	ck_assert_uint_eq(sample_of("ads.example"), 0);
}
END_TEST

/* Rows of a table of lists `good` and `ads`, and what follows it. */
static const struct {
	const char *rows, *more;
	bool weighed;
} tables[] = {
	{"  - {category: ads, action: sinkhole}\n", "", false},
	{"  - {category: ads, clients: council, action: sinkhole}\n", "", false},
	{"  - {category: any, clients: council, action: allow}\n"
	 "  - {category: ads, action: sinkhole}\n",
		"", false},
	{"  - {category: ads, action: sinkhole}\n", "log: {queries: all}\n", true}, /* `good` is told */
	{"  - {category: [ads, good], action: sinkhole}\n", "log: {queries: all}\n", false},
	{"  - {category: any, action: sinkhole}\n", "log: {queries: all}\n", false},
	{"  - {category: ads, clients: council, action: sinkhole}\n"
	 "  - {category: good, types: A, action: sinkhole}\n"
	 "  - {category: good, action: sinkhole}\n",
		"log: {queries: all}\n", false},
	{"  - {category: [ads, good], types: A, action: sinkhole}\n", "log: {queries: all}\n", true},
	{"  - {category: ads, unless: good, action: sinkhole}\n"
	 "  - {category: good, action: sinkhole}\n",
		"log: {queries: all}\n", true},
	{"  - {list: [ads, good], action: sinkhole}\n", "log: {queries: all}\n", true},
	{"  - {category: any, clients: council, action: allow}\n"
	 "  - {category: [ads, good], action: sinkhole}\n",
		"log: {queries: all}\n", true},
	{"  - {category: [ads, good], action: sinkhole}\n",
		"dga: {category: ads}\nlog: {queries: all}\n", true},
	{"  - {category: [ads, good], action: sinkhole}\n",
		"detect: {tunnel: {category: ads}}\nlog: {queries: all}\n", true},
	{"  - {category: [ads, good], action: sinkhole}\n",
		"dry-run: ads\nlog: {queries: all}\n", true},
	{"  - {category: ads, action: sinkhole}\n", "dry-run: yes\n", true},
	{"  - {category: ads, action: sinkhole}\n", "dry-run: ads\n", true},
	{"  - {category: ads, action: log}\n", "", true},
	{"  - {category: good, action: allow}\n", "", true},
	{"  - {category: any, clients: council, action: allow, log: yes}\n", "", true},
};

START_TEST(cached_replies_are_weighed_where_something_can_come_of_it)
{
	char text[2048];
	struct dw_error err;

	snprintf(text, sizeof(text),
		"version: 1\nstate-dir: state\n"
		"lists:\n"
		"  - {name: good, path: good.txt, format: domains}\n"
		"  - {name: ads, path: ads.txt, format: domains}\n"
		"clients:\n"
		"  - {name: council, networks: 192.0.2.0/24}\n"
		"actions:\n%s%s",
		tables[_i].rows, tables[_i].more);
	fixture_write(&f, "dnsward.yaml", text);
	ck_assert_msg(fixture_open(&f, false, &err) == DW_OK, "%s: %s", err.where, err.text);
	(void)fixture_decide(&f, "plain.example", 1, "10.0.0.1", 0);
	ck_assert_int_eq(dw_snapshot_weighs_cached(f.snapshot), tables[_i].weighed);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("note");
	TCase *tc = tcase_create("note");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, event_is_wanted, 0, sizeof(wanted) / sizeof(wanted[0]));
	tcase_add_test(tc, event_says_for_how_many_it_stands);
	UNIT_ADD_TABLE(tc, cached_replies_are_weighed_where_something_can_come_of_it, tables);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
