/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of the action table, row by row, over real lists
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <string.h>
#include "answers.h"
#include "engine_fixture.h"
#include "unit.h"

enum { A = 1, MX = 15, TXT = 16, AAAA = 28, HTTPS = 65, ANY = 255 };

/* 2026-01-05 is a Monday; the settings' zone is UTC. */
enum { MONDAY_0900 = 1767603600, MONDAY_2230 = 1767652200, TUESDAY_0600 = 1767679200 };

static const char settings[] =
	"version: 1\n"
	"state-dir: state\n"
	"timezone: UTC\n"
	"lists:\n"
	"  - {name: good, path: good.txt, format: domains, match: subtree}\n"
	"  - {name: ads, path: ads.txt, format: adblock}\n"
	"  - {name: hosts, path: hosts.txt, format: hosts, category: ads}\n"
	"  - {name: malware, path: malware.txt, format: domains, match: subtree}\n"
	"  - {name: social, path: social.txt, format: domains, match: subtree}\n"
	"  - {name: games, path: games.txt, format: domains, match: subtree}\n"
	"  - {name: trial, path: trial.txt, format: domains, match: subtree}\n"
	"  - {name: watch, path: watch.txt, format: domains, match: subtree}\n"
	"  - {name: hours, path: hours.txt, format: domains}\n"
	"clients:\n"
	"  - {name: children, networks: [192.0.2.0/24]}\n"
	"  - {name: admin, networks: [198.51.100.7, \"2001:db8::/32\"]}\n"
	"  - {name: house, networks: [192.0.2.0/24]}\n"
	"dry-run: [trial]\n"
	"actions:\n"
	"  - {category: good, action: allow}\n"
	"  - {category: malware, clients: admin, action: log}\n"
	"  - {category: malware, unless: watch, action: sinkhole, answer: refused}\n"
	"  - {list: hosts, types: [TXT, MX], action: log}\n"
	"  - {category: ads, action: sinkhole}\n"
	"  - {category: social, clients: children, when: \"Mon-Tue 20:30-07:00\", action: sinkhole}\n"
	"  - {category: games, clients: [children, admin], action: sinkhole, answer: nodata}\n"
	"  - {category: trial, action: sinkhole}\n"
	"  - {types: ANY, clients: children, action: sinkhole, answer: refused}\n"
	"  - {category: watch, clients: admin, action: allow}\n"
	"  - {category: hours, when: [09:00-10:00, 22:00-23:00], action: sinkhole}\n"
	"  - {rule: nobody, action: sinkhole}\n"; /* for nothing that is on lists */

static struct fixture f;

static void write_lists(void)
{
	fixture_write(&f, "dnsward.yaml", settings);
	fixture_write(&f, "good.txt", "good.ads.example\nnews.example\n");
	fixture_write(&f, "ads.txt", "||ads.example^\n||shared.example^\n||twice.example^\n@@||fine.shared.example^\n/^track[0-9]+\\./\n");
	fixture_write(&f, "hosts.txt", "0.0.0.0 exact.example\n0.0.0.0 twice.example\n0.0.0.0 deep.sub.ads.example\n");
	fixture_write(&f, "malware.txt", "bad.example\nads.example\n");
	fixture_write(&f, "social.txt", "social.example\n");
	fixture_write(&f, "games.txt", "games.example\n");
	fixture_write(&f, "trial.txt", "trial.example\n");
	fixture_write(&f, "watch.txt", "lab.bad.example\nlab.example\n");
	fixture_write(&f, "hours.txt", "hours.example\n");
}

static void setup(void)
{
	struct dw_error err;

	fixture_setup(&f);
	write_lists();
	ck_assert_msg(fixture_open(&f, true, &err) == DW_OK, "%s: %s\n%s", err.where, err.text, f.said);
}

static void teardown(void)
{
	fixture_teardown(&f);
}

static const struct {
	const char *name;
	uint16_t type;
	const char *client;
	int64_t now;
	enum dw_action action, would;
	unsigned row; /* 0: none */
	const char *list, *pattern;
	bool may_sinkhole, varies;
} cases[] = {
	{"unlisted.example", A, "10.0.0.1", 0, DW_ACTION_ALLOW, DW_ACTION_ALLOW, 0, NULL, NULL, false, false},
	{"ads.example", A, "10.0.0.1", 0, DW_ACTION_SINKHOLE, DW_ACTION_SINKHOLE, 3, "malware", "ads.example", true, true},
	{"a.b.ads.example", AAAA, "10.0.0.1", 0, DW_ACTION_SINKHOLE, DW_ACTION_SINKHOLE, 3, "malware", "ads.example", true, true},
	{"good.ads.example", A, "10.0.0.1", 0, DW_ACTION_ALLOW, DW_ACTION_ALLOW, 1, "good", "good.ads.example", false, false},
	{"x.good.ads.example", A, "192.0.2.1", 0, DW_ACTION_ALLOW, DW_ACTION_ALLOW, 1, "good", "good.ads.example", false, false},
	{"ads.example", A, "198.51.100.7", 0, DW_ACTION_LOG, DW_ACTION_LOG, 2, "malware", "ads.example", true, true},
	{"bad.example", A, "2001:db8::9", 0, DW_ACTION_LOG, DW_ACTION_LOG, 2, "malware", "bad.example", true, true},
	{"bad.example", A, NULL, 0, DW_ACTION_SINKHOLE, DW_ACTION_SINKHOLE, 3, "malware", "bad.example", true, true},
	{"lab.bad.example", A, "10.0.0.1", 0, DW_ACTION_ALLOW, DW_ACTION_ALLOW, 0, NULL, NULL, false, false},
	{"shared.example", A, "10.0.0.1", 0, DW_ACTION_SINKHOLE, DW_ACTION_SINKHOLE, 5, "ads", "shared.example", true, false},
	{"fine.shared.example", A, "10.0.0.1", 0, DW_ACTION_ALLOW, DW_ACTION_ALLOW, 0, NULL, NULL, false, false},
	{"track17.cdn.example", HTTPS, "10.0.0.1", 0, DW_ACTION_SINKHOLE, DW_ACTION_SINKHOLE, 5, "ads", "^track[0-9]+\\.", true, false},
	{"track.cdn.example", A, "10.0.0.1", 0, DW_ACTION_ALLOW, DW_ACTION_ALLOW, 0, NULL, NULL, false, false},
	{"exact.example", A, "10.0.0.1", 0, DW_ACTION_SINKHOLE, DW_ACTION_SINKHOLE, 5, "hosts", "exact.example", true, false},
	{"twice.example", A, "10.0.0.1", 0, DW_ACTION_SINKHOLE, DW_ACTION_SINKHOLE, 5, "ads", "twice.example", true, false},
	{"exact.example", MX, "10.0.0.1", 0, DW_ACTION_LOG, DW_ACTION_LOG, 4, "hosts", "exact.example", false, false},
	{"sub.exact.example", A, "10.0.0.1", 0, DW_ACTION_ALLOW, DW_ACTION_ALLOW, 0, NULL, NULL, false, false},
	{"social.example", A, "192.0.2.1", MONDAY_2230, DW_ACTION_SINKHOLE, DW_ACTION_SINKHOLE, 6, "social", "social.example", true, true},
	{"social.example", A, "192.0.2.1", TUESDAY_0600, DW_ACTION_SINKHOLE, DW_ACTION_SINKHOLE, 6, "social", "social.example", true, true},
	{"social.example", A, "192.0.2.1", MONDAY_0900, DW_ACTION_ALLOW, DW_ACTION_ALLOW, 0, NULL, NULL, true, true},
	{"social.example", A, "10.0.0.1", MONDAY_2230, DW_ACTION_ALLOW, DW_ACTION_ALLOW, 0, NULL, NULL, true, true},
	{"games.example", A, "192.0.2.1", 0, DW_ACTION_SINKHOLE, DW_ACTION_SINKHOLE, 7, "games", "games.example", true, true},
	{"games.example", A, "10.0.0.1", 0, DW_ACTION_ALLOW, DW_ACTION_ALLOW, 0, NULL, NULL, true, true},
	{"games.example", A, NULL, 0, DW_ACTION_ALLOW, DW_ACTION_ALLOW, 0, NULL, NULL, true, true},
	{"trial.example", A, "10.0.0.1", 0, DW_ACTION_LOG, DW_ACTION_SINKHOLE, 8, "trial", "trial.example", false, false},
	{"unlisted.example", ANY, "192.0.2.1", 0, DW_ACTION_SINKHOLE, DW_ACTION_SINKHOLE, 9, NULL, NULL, true, true},
	{"unlisted.example", ANY, "10.0.0.1", 0, DW_ACTION_ALLOW, DW_ACTION_ALLOW, 0, NULL, NULL, true, true},
	{"hours.example", A, "10.0.0.1", MONDAY_0900, DW_ACTION_SINKHOLE, DW_ACTION_SINKHOLE, 11, "hours", "hours.example", true, true},
	{"hours.example", A, "10.0.0.1", MONDAY_2230, DW_ACTION_SINKHOLE, DW_ACTION_SINKHOLE, 11, "hours", "hours.example", true, true},
	{"hours.example", A, "10.0.0.1", TUESDAY_0600, DW_ACTION_ALLOW, DW_ACTION_ALLOW, 0, NULL, NULL, true, true},
	{"deep.sub.ads.example", TXT, "198.51.100.7", 0, DW_ACTION_LOG, DW_ACTION_LOG, 2, "malware", "ads.example", true, true},
};

START_TEST(first_row_that_fits)
{
	char pattern[DW_NAME_TEXT_MAX];
	uint8_t wire[DW_NAME_MAX];
	size_t len;
	struct dw_verdict v = fixture_decide(&f, cases[_i].name, cases[_i].type, cases[_i].client,
		cases[_i].now);

	ck_assert_int_eq(v.action, cases[_i].action);
	ck_assert_int_eq(v.would, cases[_i].would);
	ck_assert_uint_eq(v.row != NULL ? v.row->number : 0, cases[_i].row);
	ck_assert_int_eq(v.may_sinkhole, cases[_i].may_sinkhole);
	ck_assert_int_eq(v.varies, cases[_i].varies);
	ck_assert_int_eq(v.has_reason, cases[_i].list != NULL);
	if (!v.has_reason)
		return;
	ck_assert_str_eq(v.reason.provider->source, cases[_i].list);
	ck_assert_int_eq(dw_name_from_text(cases[_i].name, strlen(cases[_i].name), wire, &len, NULL), DW_OK);
	ck_assert_str_eq(dw_verdict_pattern(&v, wire, len, pattern), cases[_i].pattern);
}
END_TEST

/* ---- answers ---- */

static const struct {
	const char *name, *client, *target;
	enum dw_action would;
	const char *matched; /* NULL: the question */
	bool may_sinkhole, varies;
} chains[] = {
	{"site.example", "10.0.0.1", "x.ads.example", DW_ACTION_SINKHOLE, "x.ads.example", true, true},
	{"site.example", "10.0.0.1", "other.example", DW_ACTION_ALLOW, NULL, false, false},
	{"news.example", "10.0.0.1", "shared.example", DW_ACTION_ALLOW, NULL, false, false},
	{"site.example", "10.0.0.1", "good.ads.example", DW_ACTION_ALLOW, NULL, false, false},
	{"site.example", "198.51.100.7", "bad.example", DW_ACTION_LOG, "bad.example", true, true},
	{"shared.example", "10.0.0.1", "bad.example", DW_ACTION_SINKHOLE, NULL, true, false},
	{"trial.example", "10.0.0.1", "bad.example", DW_ACTION_SINKHOLE, "bad.example", true, true},
	/* what would be done weighs more than what is logged */
	{"bad.example", "198.51.100.7", "trial.example", DW_ACTION_SINKHOLE, "trial.example", true, true},
	/* allowed for some with its targets, and for others not: so it varies */
	{"lab.example", "198.51.100.7", "shared.example", DW_ACTION_ALLOW, NULL, true, true},
	{"lab.example", "10.0.0.1", "shared.example", DW_ACTION_SINKHOLE, "shared.example", true, true},
};

static void decide_chain(const char *name, const char *client, const char *target,
	struct dw_verdict *verdict)
{
	char words[300];
	uint8_t wire[DW_NAME_MAX];
	struct dw_view view = {.name = wire, .type = A};
	static struct made_answer answer;

	ck_assert_int_eq(dw_name_from_text(name, strlen(name), wire, &view.name_len, NULL), DW_OK);
	ck_assert(dw_addr_from_text(client, strlen(client), &view.client));
	snprintf(words, sizeof(words), "cname=%s", target);
	answer_make(words, &answer);
	dw_decide(f.worker, f.snapshot, &view, verdict);
	dw_decide_answer(f.worker, f.snapshot, &view, &answer.view, verdict);
}

START_TEST(targets_are_judged_like_questions)
{
	struct dw_verdict v;
	char text[DW_NAME_TEXT_MAX];

	decide_chain(chains[_i].name, chains[_i].client, chains[_i].target, &v);
	ck_assert_int_eq(v.would, chains[_i].would);
	ck_assert_int_eq(v.may_sinkhole, chains[_i].may_sinkhole);
	ck_assert_int_eq(v.varies, chains[_i].varies);
	ck_assert_int_eq(v.matched_len > 0, chains[_i].matched != NULL);
	if (chains[_i].matched == NULL)
		return;
	dw_name_to_text(v.matched, v.matched_len, text);
	ck_assert_str_eq(text, chains[_i].matched);
}
END_TEST

/* ---- dry runs ---- */

static const char trial_settings[] =
	"version: 1\n"
	"state-dir: state\n"
	"lists:\n"
	"  - {name: trial, path: trial.txt, format: domains}\n"
	"  - {name: malware, path: malware.txt, format: domains}\n"
	"  - {name: games, path: games.txt, format: domains}\n"
	"  - {name: known, path: known.txt, format: domains}\n"
	"  - {name: probe, path: probe.txt, format: domains}\n"
	"  - {name: worm, path: worm.txt, format: domains}\n"
	"clients:\n"
	"  - {name: children, networks: [192.0.2.0/24]}\n"
	"actions:\n"
	"  - {category: [trial, malware], unless: known, action: sinkhole}\n"
	"  - {category: games, clients: children, action: sinkhole}\n"
	"  - {category: trial, action: sinkhole}\n"
	"  - {category: probe, clients: children, action: sinkhole}\n"
	"  - {category: probe, action: allow}\n"
	"  - {category: worm, action: sinkhole}\n";

static void start_trial(const char *of)
{
	struct dw_error err;
	char text[sizeof(trial_settings) + 64];

	fixture_setup(&f);
	snprintf(text, sizeof(text), "%sdry-run: %s\n", trial_settings, of);
	fixture_write(&f, "dnsward.yaml", text);
	fixture_write(&f, "trial.txt", "new.example\nbad.example\ngame.example\nfine.example\n");
	fixture_write(&f, "malware.txt", "bad.example\nfine.example\n");
	fixture_write(&f, "games.txt", "game.example\n");
	fixture_write(&f, "known.txt", "fine.example\n");
	fixture_write(&f, "probe.txt", "both.example\n");
	fixture_write(&f, "worm.txt", "both.example\n");
	ck_assert_msg(fixture_open(&f, true, &err) == DW_OK, "%s: %s\n%s", err.where, err.text, f.said);
}

static void setup_trial(void)
{
	start_trial("[trial, probe]");
}

static void setup_trial_of_all(void)
{
	start_trial("yes");
}

static const struct {
	const char *name, *client;
	enum dw_action action;
	unsigned row;
	const char *list;
	bool may_sinkhole, varies;
} tried[] = {
	{"new.example", "10.0.0.1", DW_ACTION_LOG, 1, "trial", false, false},
	{"bad.example", "10.0.0.1", DW_ACTION_SINKHOLE, 1, "malware", true, false},
	{"game.example", "192.0.2.1", DW_ACTION_SINKHOLE, 2, "games", true, true},
	{"game.example", "10.0.0.1", DW_ACTION_LOG, 1, "trial", true, true},
	{"fine.example", "10.0.0.1", DW_ACTION_LOG, 3, "trial", false, false},
};

/* A name on a list that is tried is sinkholed for the others it is on, as without the trial. */
START_TEST(dry_run_shields_from_no_other_category)
{
	struct dw_verdict v = fixture_decide(&f, tried[_i].name, A, tried[_i].client, 0);

	ck_assert_int_eq(v.action, tried[_i].action);
	ck_assert_int_eq(v.would, DW_ACTION_SINKHOLE);
	ck_assert_int_eq(v.because != NULL, tried[_i].action == DW_ACTION_LOG);
	ck_assert_uint_eq(v.row->number, tried[_i].row);
	ck_assert_str_eq(v.reason.provider->source, tried[_i].list);
	ck_assert_int_eq(v.may_sinkhole, tried[_i].may_sinkhole);
	ck_assert_int_eq(v.varies, tried[_i].varies);
}
END_TEST

/* The child is not sinkholed by the row that is tried, so by the last one. Another client is allowed,
 * and what it is given must not be there for the child. */
START_TEST(dry_run_for_some)
{
	struct dw_verdict v = fixture_decide(&f, "both.example", A, "10.0.0.1", 0);

	ck_assert_int_eq(v.action, DW_ACTION_ALLOW);
	ck_assert_uint_eq(v.row->number, 5);
	ck_assert(v.because == NULL && v.may_sinkhole && v.varies);
	v = fixture_decide(&f, "both.example", A, "192.0.2.1", 0);
	ck_assert_int_eq(v.action, DW_ACTION_SINKHOLE);
	ck_assert_uint_eq(v.row->number, 6);
	ck_assert(v.because == NULL && v.may_sinkhole && v.varies);
}
END_TEST

/* Nothing is sinkholed, for whatever it is listed, and caches may keep all. */
START_TEST(dry_run_of_everything)
{
	struct dw_verdict v = fixture_decide(&f, tried[_i].name, A, tried[_i].client, 0);

	ck_assert_int_eq(v.action, DW_ACTION_LOG);
	ck_assert_int_eq(v.would, DW_ACTION_SINKHOLE);
	ck_assert_str_eq(v.because, "dry-run");
	ck_assert_int_eq(v.may_sinkhole, false);
	ck_assert_int_eq(v.varies, false);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("verdict");
	TCase *rows = tcase_create("rows"), *trial = tcase_create("trial");
	TCase *trial_of_all = tcase_create("trial of all");

	tcase_add_checked_fixture(rows, setup, teardown);
	UNIT_ADD_TABLE(rows, first_row_that_fits, cases);
	UNIT_ADD_TABLE(rows, targets_are_judged_like_questions, chains);
	suite_add_tcase(suite, rows);
	tcase_add_checked_fixture(trial, setup_trial, teardown);
	UNIT_ADD_TABLE(trial, dry_run_shields_from_no_other_category, tried);
	tcase_add_test(trial, dry_run_for_some);
	suite_add_tcase(suite, trial);
	tcase_add_checked_fixture(trial_of_all, setup_trial_of_all, teardown);
	UNIT_ADD_TABLE(trial_of_all, dry_run_of_everything, tried);
	suite_add_tcase(suite, trial_of_all);
	return unit_main(suite);
}
