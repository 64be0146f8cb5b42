/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_detected.c: detectors in settings, verdicts and the log
 */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/detect.h"
#include "dnsward/file.h"
#include "answers.h"
#include "engine_fixture.h"
#include "policy/detected.h"
#include "unit.h"

enum { NOW = 1767312245, A = 1, TXT = 16, NXDOMAIN = 3 };

static struct fixture f;

static void setup(void)
{
	fixture_setup(&f);
}

static void teardown(void)
{
	fixture_teardown(&f);
}

static void write_settings(const char *detect, const char *rows)
{
	char text[2048];

	snprintf(text, sizeof(text), "version: 1\nstate-dir: state\ndetect:\n%sactions:\n%s",
		detect, rows);
	fixture_write(&f, "dnsward.yaml", text);
}

static void open_with(const char *detect, const char *rows)
{
	struct dw_error err;

	write_settings(detect, rows);
	ck_assert_msg(fixture_open(&f, false, &err) == DW_OK, "%s: %s", err.where, err.text);
}

static struct dw_verdict decide(const char *name, const char *client, int at)
{
	return fixture_decide(&f, name, A, client, NOW + at);
}

/* A query from question to reply. True: its reply was to be logged for itself. */
static bool ask(const char *name, const char *client, uint16_t type, uint8_t rcode, int at)
{
	uint8_t wire[DW_NAME_MAX];
	size_t len;
	struct dw_event event = {
		.time_us = (NOW + at) * INT64_C(1000000),
		.duration_us = -1,
		.question = wire,
		.type = type,
		.klass = 1,
		.rcode = rcode,
	};
	struct dw_verdict verdict = fixture_decide(&f, name, type, client, NOW + at);

	ck_assert_int_eq(dw_name_from_text(name, strlen(name), wire, &len, NULL), DW_OK);
	event.question_len = (uint8_t)len;
	ck_assert(dw_addr_from_text(client, strlen(client), &event.client));
	bool wanted = dw_wants_event(f.worker, f.snapshot, &verdict, &event.client);
	ck_assert(dw_wants_replies(f.snapshot));
	wanted = dw_observe(f.worker, f.snapshot, &verdict, NULL, &event, wanted);
	dw_note(f.worker, f.snapshot, &verdict, wanted ? &event : NULL);
	return wanted;
}

/* `count` queries of a tunnel; how many replies were to be logged for themselves. */
static int tunnel(const char *client, int at, int count)
{
	char name[256];
	int wanted = 0;
	static unsigned n;

	for (int i = 0; i < count; i++) {
		sprintf(name, "%08x%08x%08x%08x%08x%08x%08x.evil.example.com", n * 2654435761U, n,
			~n, n * 7U, n * 31U, n * 77U, n * 1777U);
		n++;
		wanted += ask(name, client, TXT, 0, at);
	}
	return wanted;
}

/* The lines of the log that have all these texts, once `count` have any of it. */
static int logged(const char *first, const char *second)
{
	char path[512], *text = NULL;
	size_t len;
	int found = 0;

	ck_assert(dw_engine_settle(f.engine, 10));
	snprintf(path, sizeof(path), "%s/state/query.jsonl", f.folder);
	fixture_close(&f); /* writes all that is queued */
	ck_assert_int_eq(dw_file_read(path, 1 << 24, &text, &len, NULL), DW_OK);
	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
		found += strstr(line, first) != NULL && strstr(line, second) != NULL;
	free(text);
	return found;
}

START_TEST(off_unless_named)
{
	open_with("  tunnel: off\n", "  - {category: any, action: log}\n");
	ck_assert(!dw_wants_replies(f.snapshot));
	ck_assert_uint_eq(dw_snapshot_settings(f.snapshot)->detect.on, 0);
}
END_TEST

START_TEST(settings_are_read)
{
	open_with("  tunnel: {window: 1m, queries: 5, min-length: 20, hold: 10m, category: c2}\n"
		  "  beacon: on\n"
		  "  first-seen: {learn: 0s}\n"
		  "  rare: no\n",
		"  - {category: c2, action: log}\n");
	const struct dw_detect_settings *detect = &dw_snapshot_settings(f.snapshot)->detect;
	const struct dw_detect_rule *tunnel_rule = &detect->rule[DW_DETECT_TUNNEL];
	const char *const *categories = dw_snapshot_settings(f.snapshot)->categories;
	ck_assert_uint_eq(detect->on, UINT32_C(1) << DW_DETECT_TUNNEL |
					      UINT32_C(1) << DW_DETECT_BEACON |
					      UINT32_C(1) << DW_DETECT_FIRST_SEEN);
	ck_assert_uint_eq(tunnel_rule->value[DW_KEY_WINDOW], 60);
	ck_assert_uint_eq(tunnel_rule->value[DW_KEY_QUERIES], 5);
	ck_assert_uint_eq(tunnel_rule->value[DW_KEY_DISTINCT], 15);
	ck_assert_uint_eq(tunnel_rule->value[DW_KEY_MIN_LENGTH], 20);
	ck_assert_uint_eq(tunnel_rule->value[DW_KEY_HOLD], 600);
	ck_assert_str_eq(categories[tunnel_rule->category], "c2");
	ck_assert_str_eq(categories[detect->rule[DW_DETECT_BEACON].category], "beacon");
	ck_assert_uint_eq(detect->rule[DW_DETECT_FIRST_SEEN].value[DW_KEY_LEARN], 0);
	ck_assert_uint_eq(detect->rule[DW_DETECT_FIRST_SEEN].value[DW_KEY_WINDOW], 7 * 86400);
	ck_assert_uint_eq(detect->rule[DW_DETECT_RARE].value[DW_KEY_WINDOW], 7 * 86400);
}
END_TEST

START_TEST(settings_are_kept)
{
	struct dw_settings *kept = NULL;
	struct dw_error err;
	char path[512];

	open_with("  tunnel: {window: 1m, category: c2}\n  dga-client: {log-odds: 7}\n"
		  "  rebinding: {ttl: 0s, hold: 0s}\n",
		"  - {category: c2, action: log}\n");
	snprintf(path, sizeof(path), "%s/dnsward.yaml", f.folder);
	ck_assert_msg(
		dw_settings_open_kept(path, NULL, &kept, &err) == DW_OK, "%s", err.text);
	const struct dw_settings *now = dw_snapshot_settings(f.snapshot);
	ck_assert_uint_eq(kept->detect.on, now->detect.on);
	for (enum dw_detector d = 0; d < DW_DETECTORS; d++) {
		ck_assert_mem_eq(kept->detect.rule[d].value, now->detect.rule[d].value,
			sizeof(now->detect.rule[d].value));
		if (dw_detect_is_on(&now->detect, d))
			ck_assert_str_eq(kept->categories[kept->detect.rule[d].category],
				now->categories[now->detect.rule[d].category]);
	}
	dw_settings_close(&kept);
}
END_TEST

#define SINKHOLE "  - {category: tunnel, action: sinkhole}\n"

START_TEST(a_tunnel_is_cut)
{
	open_with("  tunnel: on\n", SINKHOLE);
	tunnel("192.0.2.7", 0, 24);
	struct dw_verdict v = decide("x.evil.example.com", "192.0.2.7", 0);
	ck_assert(v.action == DW_ACTION_ALLOW && !v.may_sinkhole);
	tunnel("192.0.2.7", 1, 1);
	v = decide("x.y.example.com", "192.0.2.7", 1); /* example.com is the registered domain */
	ck_assert_int_eq(v.action, DW_ACTION_SINKHOLE);
	ck_assert(v.may_sinkhole && v.varies && v.conditional);
	ck_assert_int_eq(v.reason.provider->kind, DW_PROVIDER_DETECTOR);
	ck_assert_str_eq(v.reason.provider->name, "tunnel");
	ck_assert_str_eq(v.reason.provider->technique, "T1071.004");
	ck_assert_int_eq(v.reason.provider->level, DW_LEVEL_HIGH);
	/* other clients pass, but what they get must not be shared; and own look-ups likewise */
	v = decide("x.evil.example.com", "192.0.2.8", 1);
	ck_assert(v.action == DW_ACTION_ALLOW && v.may_sinkhole && v.varies);
	ck_assert(dw_set_empty(&v.categories));
	v = decide("x.evil.example.com", NULL, 1);
	ck_assert(v.action == DW_ACTION_ALLOW && v.may_sinkhole && v.varies);
	/* other domains are as ever */
	v = decide("x.evil.example.net", "192.0.2.7", 1);
	ck_assert(v.action == DW_ACTION_ALLOW && !v.may_sinkhole && !v.varies);
	v = decide("x.evil.example.com", "192.0.2.7", 3602);
	ck_assert(v.action == DW_ACTION_ALLOW && !v.may_sinkhole);
}
END_TEST

START_TEST(without_a_sinkhole_the_cache_is_left_alone)
{
	open_with("  tunnel: on\n", "  - {category: tunnel, action: log}\n");
	tunnel("192.0.2.7", 0, 25);
	struct dw_verdict v = decide("x.evil.example.com", "192.0.2.7", 0);
	ck_assert(v.action == DW_ACTION_LOG && !v.may_sinkhole && !v.varies);
}
END_TEST

START_TEST(a_client_is_held)
{
	open_with(
		"  txt-flood: on\n", "  - {category: txt-flood, types: [TXT], action: sinkhole}\n");
	for (int i = 0; i < 51; i++)
		ask("www.example.com", "192.0.2.7", TXT, 0, i / 10);
	struct dw_verdict v = fixture_decide(&f, "www.example.org", TXT, "192.0.2.7", NOW + 6);
	ck_assert_int_eq(v.action, DW_ACTION_SINKHOLE);
	ck_assert(v.varies && !v.may_sinkhole); /* the cache stays as it is */
	v = fixture_decide(&f, "www.example.org", A, "192.0.2.7", NOW + 6);
	ck_assert_int_eq(v.action, DW_ACTION_ALLOW);
	v = fixture_decide(&f, "www.example.org", TXT, "192.0.2.8", NOW + 6);
	ck_assert(v.action == DW_ACTION_ALLOW && !v.varies && !v.may_sinkhole);
}
END_TEST

START_TEST(counters_outlive_a_reload)
{
	open_with("  tunnel: on\n", SINKHOLE);
	tunnel("192.0.2.7", 0, 20);
	write_settings("  tunnel: {queries: 22}\n", SINKHOLE);
	fixture_settle(&f);
	tunnel("192.0.2.7", 1, 2);
	ck_assert_int_eq(decide("x.evil.example.com", "192.0.2.7", 1).action, DW_ACTION_SINKHOLE);
	write_settings("  beacon: on\n", SINKHOLE);
	fixture_settle(&f);
	ck_assert_int_eq(decide("x.evil.example.com", "192.0.2.7", 1).action, DW_ACTION_ALLOW);
	write_settings("  tunnel: on\n", SINKHOLE);
	fixture_settle(&f);
	ck_assert_int_eq(decide("x.evil.example.com", "192.0.2.7", 1).action, DW_ACTION_SINKHOLE);
}
END_TEST

/* As on a reload of the host. */
START_TEST(counters_outlive_their_engine)
{
	struct dw_error err;

	open_with("  tunnel: on\n", SINKHOLE);
	tunnel("192.0.2.7", 0, 20);
	fixture_close(&f);
	ck_assert_int_eq(fixture_open(&f, false, &err), DW_OK);
	tunnel("192.0.2.7", 1, 5);
	ck_assert_int_eq(decide("x.evil.example.com", "192.0.2.7", 1).action, DW_ACTION_SINKHOLE);
	fixture_close(&f);
	ck_assert_int_eq(fixture_open(&f, false, &err), DW_OK);
	ck_assert_int_eq(decide("x.evil.example.com", "192.0.2.7", 1).action, DW_ACTION_SINKHOLE);
}
END_TEST

START_TEST(dry_run)
{
	open_with("  tunnel: on\n", SINKHOLE "dry-run: tunnel\n");
	tunnel("192.0.2.7", 0, 25);
	struct dw_verdict v = decide("x.evil.example.com", "192.0.2.7", 0);
	ck_assert(v.action == DW_ACTION_LOG && v.would == DW_ACTION_SINKHOLE && !v.may_sinkhole);
}
END_TEST

START_TEST(alerts_are_logged_once)
{
	open_with("  tunnel: on\n", "  - {category: tunnel, action: log}\n");
	ck_assert_int_eq(tunnel("192.0.2.7", 0, 500), 0);
	ck_assert_int_eq(tunnel("192.0.2.8", 0, 500), 0);
	ck_assert_int_eq(logged("\"kind\":\"alert\"", "\"name\":\"tunnel\""), 2);
}
END_TEST

START_TEST(alerts_are_logged_without_a_row)
{
	open_with("  tunnel: {category: c2}\n",
		"  - {category: c2, clients: nobody, action: log}\n"
		"clients: [{name: nobody, networks: [203.0.113.0/24]}]\n");
	tunnel("192.0.2.7", 0, 30);
	ck_assert_int_eq(logged("\"kind\":\"alert\"", "\"category\":\"c2\""), 1);
}
END_TEST

START_TEST(sinkholed_replies_are_logged_once)
{
	open_with("  tunnel: on\n", SINKHOLE);
	ck_assert_int_eq(tunnel("192.0.2.7", 0, 500), 1);
	ck_assert_int_eq(tunnel("192.0.2.7", 1000, 30), 1);
	ck_assert_int_eq(logged("\"kind\":\"alert\"", "\"action\":\"sinkhole\""), 2);
}
END_TEST

START_TEST(all_are_logged_where_all_are_wanted)
{
	open_with("  tunnel: on\n", SINKHOLE "log: {queries: all}\n");
	ck_assert_int_eq(tunnel("192.0.2.7", 0, 100), 100);
}
END_TEST

START_TEST(never_logged)
{
	open_with("  tunnel: on\n", SINKHOLE "log: {never: {categories: tunnel}}\n");
	ck_assert_int_eq(tunnel("192.0.2.7", 0, 100), 0);
	ck_assert_int_eq(logged("tunnel", ""), 0);
}
END_TEST

/* One client's answers for a name: each is judged, and then given. */
static enum dw_action rebind(const char *name, const char *answer)
{
	static struct made_answer made;
	uint8_t wire[DW_NAME_MAX];
	struct dw_view view = {.name = wire, .type = A, .now = NOW};
	struct dw_event event = {
		.time_us = NOW * INT64_C(1000000), .question = wire, .type = A, .klass = 1};
	struct dw_verdict verdict;

	answer_make(answer, &made);
	ck_assert_int_eq(dw_name_from_text(name, strlen(name), wire, &view.name_len, NULL), DW_OK);
	ck_assert(dw_addr_from_text("10.0.0.9", strlen("10.0.0.9"), &view.client));
	event.question_len = (uint8_t)view.name_len;
	event.client = view.client;
	dw_decide(f.worker, f.snapshot, &view, &verdict);
	dw_decide_answer(f.worker, f.snapshot, &view, &made.view, &verdict);
	dw_observe(f.worker, f.snapshot, &verdict, &made.view, &event, false);
	if (verdict.action == DW_ACTION_SINKHOLE)
		ck_assert(verdict.conditional && verdict.may_sinkhole && verdict.varies);
	return verdict.action;
}

/* Each after the other, for names of their own. */
static const struct {
	const char *first, *then; /* or NULL */
	bool found;
} rebindings[] = {
	{"ttl=5 ip=93.184.215.14", "ttl=60 ip=192.168.1.1", true},
	{"ttl=5 ip=93.184.215.14", "ttl=61 ip=192.168.1.1", false},
	{"ttl=5 ip=93.184.215.14", "ttl=5 ip=::ffff:192.168.1.1", true},
	{"ttl=5 ip=93.184.215.14", "ttl=5 ip=93.184.215.15", false},
	{"ttl=5 ip=192.168.1.1", "ttl=5 ip=192.168.1.1", false},
	{NULL, "ttl=600 ip=93.184.215.14 ip=192.168.1.1", true},
	/* wherever it stands */
	{NULL, "ttl=600 130*ip=93.184.215.14 ip=192.168.1.1", true},
	{"ttl=5 130*ip=93.184.215.14", "ttl=5 130*ip=192.168.1.1", true},
};

START_TEST(rebinding_is_found_in_answers)
{
	open_with("  rebinding: on\n", "  - {category: rebinding, action: sinkhole}\n");
	if (rebindings[_i].first != NULL)
		ck_assert_int_eq(
			rebind("www.evil.example", rebindings[_i].first), DW_ACTION_ALLOW);
	ck_assert_int_eq(rebind("www.evil.example", rebindings[_i].then),
		rebindings[_i].found ? DW_ACTION_SINKHOLE : DW_ACTION_ALLOW);
	/* from then on the client and the domain are held */
	ck_assert_int_eq(decide("evil.example", "10.0.0.9", 0).action,
		rebindings[_i].found ? DW_ACTION_SINKHOLE : DW_ACTION_ALLOW);
}
END_TEST

/* Where no row sinkholes it, it is told of once the answer was given: of the whole of it. */
START_TEST(rebinding_is_told_of)
{
	open_with("  rebinding: on\n", "  - {category: rebinding, action: log}\n");
	ck_assert_int_eq(rebind("www.evil.example", "ttl=5 130*ip=93.184.215.14 ip=192.168.1.1"),
		DW_ACTION_ALLOW);
	ck_assert_int_eq(decide("www.evil.example", "10.0.0.9", 0).action, DW_ACTION_LOG);
}
END_TEST

START_TEST(a_client_full_of_generated_names)
{
	static const char *const generated[] = {"x4f9z2kq8wv7rtnb6m.net", "vbkqjxwzmthp.biz",
		"qzjwxkvbp3ht.info", "kq3v9fhe2xw.net", "wqzkxjvhpgfd.com", "zxqjkvwbnmht.org"};

	open_with("  dga-client: on\n", "  - {category: dga-client, action: sinkhole}\n");
	for (size_t i = 0; i < 6; i++) {
		ask("www.wikipedia.org", "192.0.2.8", A, 0, 0);
		ask(generated[i], "192.0.2.7", A, NXDOMAIN, (int)i);
		for (int j = 0; j < 20; j++)
			ask(generated[0], "192.0.2.9", A, NXDOMAIN, (int)i);
	}
	ck_assert_int_eq(decide("www.example.com", "192.0.2.7", 6).action, DW_ACTION_SINKHOLE);
	ck_assert_int_eq(decide("www.example.com", "192.0.2.8", 6).action, DW_ACTION_ALLOW);
	ck_assert_int_eq(decide("www.example.com", "192.0.2.9", 6).action, DW_ACTION_ALLOW);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("detected");
	TCase *tcase = tcase_create("detected");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, off_unless_named);
	tcase_add_test(tcase, settings_are_read);
	tcase_add_test(tcase, settings_are_kept);
	tcase_add_test(tcase, a_tunnel_is_cut);
	tcase_add_test(tcase, without_a_sinkhole_the_cache_is_left_alone);
	tcase_add_test(tcase, a_client_is_held);
	tcase_add_test(tcase, counters_outlive_a_reload);
	tcase_add_test(tcase, counters_outlive_their_engine);
	tcase_add_test(tcase, dry_run);
	tcase_add_test(tcase, alerts_are_logged_once);
	tcase_add_test(tcase, alerts_are_logged_without_a_row);
	tcase_add_test(tcase, sinkholed_replies_are_logged_once);
	tcase_add_test(tcase, all_are_logged_where_all_are_wanted);
	tcase_add_test(tcase, never_logged);
	tcase_add_loop_test(tcase, rebinding_is_found_in_answers, 0,
		sizeof(rebindings) / sizeof(rebindings[0]));
	tcase_add_test(tcase, rebinding_is_told_of);
	tcase_add_test(tcase, a_client_full_of_generated_names);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
