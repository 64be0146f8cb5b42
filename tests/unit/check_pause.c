/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of pauses: the file, what is decided meanwhile, and that they end
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "dnsward/pause.h"
#include "dnsward/stats.h"
#include "engine_fixture.h"
#include "unit.h"

static const char settings[] = "version: 1\n"
			       "state-dir: state\n"
			       "lists:\n"
			       "  - {name: good, path: good.txt, format: domains}\n"
			       "  - {name: ads, path: ads.txt, format: domains}\n"
			       "  - {name: trial, path: trial.txt, format: domains}\n"
			       "  - {name: malware, path: malware.txt, format: domains}\n"
			       "dry-run: trial\n"
			       "actions:\n"
			       "  - {category: good, action: allow}\n"
			       "  - {category: ads, action: sinkhole, answer: nodata}\n"
			       "  - {category: [malware, trial], action: sinkhole}\n";

static struct fixture f;
static char state[96];

static void setup(void)
{
	fixture_setup(&f);
	snprintf(state, sizeof(state), "%s/state", f.folder);
	fixture_write(&f, "dnsward.yaml", settings);
	fixture_write(&f, "good.txt", "good.example\n");
	fixture_write(&f, "ads.txt", "ads.example\nboth.example\nthree.example\n");
	fixture_write(&f, "malware.txt", "bad.example\nboth.example\nthree.example\n");
	fixture_write(&f, "trial.txt", "trial.example\nthree.example\n");
}

static void teardown(void)
{
	fixture_teardown(&f);
}

static struct dw_pause make(int64_t until, const char *category, const char *client)
{
	struct dw_pause pause = {.until = until};

	snprintf(pause.category, sizeof(pause.category), "%s", category);
	if (client != NULL)
		ck_assert_int_eq(
			dw_net_from_text(client, strlen(client), &pause.client, NULL), DW_OK);
	return pause;
}

/* ---- the file ---- */

static void file_setup(void)
{
	fixture_setup(&f);
	snprintf(state, sizeof(state), "%s", f.folder);
}

START_TEST(file_comes_back)
{
	struct dw_pauses out = {.count = 0}, in;
	struct dw_pause pauses[] = {make(DW_PAUSE_FOREVER, "", NULL), make(2000, "ads", NULL),
		make(3000, "", "192.0.2.7"), make(4000, "a b\xc3\xb6", "2001:db8::/32")};
	char text[DW_PAUSE_TEXT_MAX], again[DW_PAUSE_TEXT_MAX], path[128];

	for (size_t i = 0; i < 4; i++)
		ck_assert(dw_pauses_add(&out, &pauses[i]));
	ck_assert_int_eq(dw_pauses_write(state, &out, NULL), DW_OK);
	ck_assert_int_eq(dw_pauses_read(state, 1000, &in, NULL), DW_OK);
	ck_assert_uint_eq(in.count, 4);
	for (size_t i = 0; i < 4; i++) {
		dw_pause_to_text(&out.pause[i], text);
		ck_assert_str_eq(dw_pause_to_text(&in.pause[i], again), text);
	}
	ck_assert_str_eq(
		text, "category a b\xc3\xb6 for 2001:db8::/32, until 1970-01-01T01:06:40Z");
	/* what is over is left out, at the very second */
	ck_assert_int_eq(dw_pauses_read(state, 2999, &in, NULL), DW_OK);
	ck_assert_uint_eq(in.count, 3);
	ck_assert_int_eq(dw_pauses_read(state, 3000, &in, NULL), DW_OK);
	ck_assert_uint_eq(in.count, 2);
	/* nothing: no file */
	out.count = 0;
	ck_assert_int_eq(dw_pauses_write(state, &out, NULL), DW_OK);
	ck_assert_int_eq(dw_pauses_write(state, &out, NULL), DW_OK);
	snprintf(path, sizeof(path), "%s/pause", state);
	ck_assert_int_ne(access(path, F_OK), 0);
	ck_assert_int_eq(dw_pauses_read(state, 1000, &in, NULL), DW_OK);
	ck_assert_uint_eq(in.count, 0);
}
END_TEST

START_TEST(as_many_as_there_may_be_fit_the_file)
{
	struct dw_pauses out = {.count = 0}, in;

	for (int i = 0; i < DW_PAUSES_MAX; i++) {
		char name[65];

		snprintf(name, sizeof(name), "%064d", i);
		struct dw_pause pause =
			make(INT64_C(99999999999), name, "2001:db8:1234:5678:9abc:def0:1234:5678");
		ck_assert(dw_pauses_add(&out, &pause));
		ck_assert(dw_pauses_add(&out, &pause)); /* the same again */
	}
	struct dw_pause more = make(5, "more", NULL);
	ck_assert(!dw_pauses_add(&out, &more));
	ck_assert(!dw_pauses_remove(&out, &more));
	ck_assert_int_eq(dw_pauses_write(state, &out, NULL), DW_OK);
	ck_assert_int_eq(dw_pauses_read(state, 0, &in, NULL), DW_OK);
	ck_assert_uint_eq(in.count, DW_PAUSES_MAX);
	ck_assert(dw_pauses_remove(&in, &out.pause[3]));
	ck_assert_uint_eq(in.count, DW_PAUSES_MAX - 1);
	ck_assert(dw_pause_is_same(&in.pause[3], &out.pause[4]));
	ck_assert(dw_pause_is_same(&in.pause[DW_PAUSES_MAX - 2], &out.pause[DW_PAUSES_MAX - 1]));
}
END_TEST

START_TEST(networks_with_one_address_are_two)
{
	struct dw_pauses pauses = {.count = 0};
	struct dw_pause wide = make(9, "ads", "192.0.2.0/24"), narrow = make(9, "ads", "192.0.2.0/25");

	ck_assert(!dw_pause_is_same(&wide, &narrow));
	ck_assert(dw_pauses_add(&pauses, &wide));
	ck_assert(!dw_pauses_remove(&pauses, &narrow));
	ck_assert(dw_pauses_add(&pauses, &narrow));
	ck_assert_uint_eq(pauses.count, 2);
	/* nor is everybody a network */
	struct dw_pause all = make(9, "ads", NULL), all_of_ipv6 = make(9, "ads", "::/0");
	ck_assert(!dw_pause_is_same(&all, &all_of_ipv6));
}
END_TEST

START_TEST(pause_again_has_the_new_end)
{
	struct dw_pauses pauses = {.count = 0};
	struct dw_pause first = make(2000, "ads", NULL), again = make(3000, "ads", NULL);

	ck_assert(dw_pauses_add(&pauses, &first));
	ck_assert(dw_pauses_add(&pauses, &again));
	ck_assert_uint_eq(pauses.count, 1);
	ck_assert_int_eq(pauses.pause[0].until, 3000);
}
END_TEST

static const char *const broken[] = {
	"",
	"x",
	"[]",
	"{\"version\":1}",
	"{\"version\":2,\"pauses\":[]}",
	"{\"version\":[],\"pauses\":[]}",
	"{\"version\":1,\"pauses\":{}}",
	"{\"version\":1,\"pauses\":[1]}",
	"{\"version\":1,\"pauses\":[{\"until\":\"soon\"}]}",
	"{\"version\":1,\"pauses\":[{\"until\":-1}]}",
	"{\"version\":1,\"pauses\":[{\"until\":99999999999999999999999999}]}",
	"{\"version\":1,\"pauses\":[{\"until\":9999999999999999999}]}",
	"{\"version\":1,\"pauses\":[{\"category\":[]}]}",
	"{\"version\":1,\"pauses\":[{\"category\":\"a/b\"}]}",
	"{\"version\":1,\"pauses\":[{\"client\":\"somebody\"}]}",
	"{\"version\":1,\"pauses\":[{\"clients\":\"::1\"}]}",
	"{\"version\":1,\"pauses\":[{\"until\":9}",
	"version: 1\npauses: [*a]\n",
};

START_TEST(broken_file_is_refused)
{
	struct dw_pauses in = {.count = 77};
	struct dw_error err;

	fixture_write(&f, "pause", broken[_i]);
	ck_assert_int_ne(dw_pauses_read(state, 0, &in, &err), DW_OK);
	ck_assert_uint_eq(in.count, 77);
	ck_assert_ptr_nonnull(strstr(err.where, "/pause"));
}
END_TEST

/* ---- what is decided ---- */

/* A pause is written, then asked: does it pass, and for what; and what is told to caches. */
static const struct {
	const char *category, *client; /* of the pause */
	const char *name, *asked_by;
	enum dw_action action;
	bool varies;
} decided[] = {
	{"", NULL, "ads.example", "192.0.2.7", DW_ACTION_LOG, false},
	{"", NULL, "both.example", "192.0.2.7", DW_ACTION_LOG, false},
	{"", NULL, "ads.example", NULL, DW_ACTION_LOG, false},
	{"ads", NULL, "ads.example", "192.0.2.7", DW_ACTION_LOG, false},
	{"ads", NULL, "bad.example", "192.0.2.7", DW_ACTION_SINKHOLE, false},
	/* sinkholed as malware still */
	{"ads", NULL, "both.example", "192.0.2.7", DW_ACTION_SINKHOLE, false},
	{"malware", NULL, "both.example", "192.0.2.7", DW_ACTION_SINKHOLE, false},
	/* and not for want of a dry run either */
	{"ads", NULL, "three.example", "192.0.2.7", DW_ACTION_SINKHOLE, false},
	{"", "192.0.2.7", "ads.example", "192.0.2.7", DW_ACTION_LOG, true},
	{"", "192.0.2.7", "ads.example", "192.0.2.8", DW_ACTION_SINKHOLE, true},
	{"", "192.0.2.0/24", "ads.example", "192.0.2.8", DW_ACTION_LOG, true},
	{"", "192.0.2.7", "ads.example", NULL, DW_ACTION_SINKHOLE, true},
	{"ads", "2001:db8::7", "ads.example", "2001:db8::7", DW_ACTION_LOG, true},
	{"ads", "2001:db8::7", "bad.example", "2001:db8::7", DW_ACTION_SINKHOLE, true},
	{"none", NULL, "ads.example", "192.0.2.7", DW_ACTION_SINKHOLE, false},
};

START_TEST(pause_lets_pass)
{
	int64_t now = time(NULL);
	struct dw_pauses pauses = {
		.count = 1, .pause = {make(now + 1000, decided[_i].category, decided[_i].client)}};

	fixture_must_open(&f);
	uint64_t generation = dw_engine_generation(f.engine);
	ck_assert_int_eq(dw_pauses_write(state, &pauses, NULL), DW_OK);
	fixture_settle(&f);
	struct dw_verdict v = fixture_decide(&f, decided[_i].name, 1, decided[_i].asked_by, now);
	ck_assert_int_eq(v.action, decided[_i].action);
	ck_assert_int_eq(v.would, DW_ACTION_SINKHOLE);
	ck_assert(v.may_sinkhole);
	ck_assert_int_eq(v.varies, decided[_i].varies);
	if (v.action == DW_ACTION_LOG)
		ck_assert_str_eq(v.because, "pause");
	else
		ck_assert_ptr_null(v.because);
	/* caches have nothing to do */
	ck_assert_uint_eq(dw_engine_generation(f.engine), generation);
	ck_assert_uint_eq(v.generation, generation);
	/* and it ends by itself, at its second */
	v = fixture_decide(&f, decided[_i].name, 1, decided[_i].asked_by, now + 999);
	ck_assert_int_eq(v.action, decided[_i].action);
	v = fixture_decide(&f, decided[_i].name, 1, decided[_i].asked_by, now + 1000);
	ck_assert_int_eq(v.action, DW_ACTION_SINKHOLE);
}
END_TEST

/* Whose reason the sinkhole is, when the one of the first row is paused. */
START_TEST(what_is_not_paused_is_the_reason)
{
	int64_t now = time(NULL);
	struct dw_pauses pauses = {.count = 1, .pause = {make(now + 1000, "ads", NULL)}};

	fixture_must_open(&f);
	ck_assert_uint_eq(fixture_decide(&f, "both.example", 1, NULL, now).row->number, 2);
	ck_assert_int_eq(dw_pauses_write(state, &pauses, NULL), DW_OK);
	fixture_settle(&f);
	struct dw_verdict v = fixture_decide(&f, "both.example", 1, NULL, now);
	ck_assert_uint_eq(v.row->number, 3);
	ck_assert_str_eq(
		dw_snapshot_settings(f.snapshot)->categories[v.reason.category], "malware");
}
END_TEST

START_TEST(what_is_not_sinkholed_is_left_alone)
{
	int64_t now = time(NULL);
	struct dw_pauses pauses = {.count = 1, .pause = {make(now + 1000, "", "192.0.2.7")}};

	fixture_must_open(&f);
	ck_assert_int_eq(dw_pauses_write(state, &pauses, NULL), DW_OK);
	fixture_settle(&f);
	struct dw_verdict v = fixture_decide(&f, "plain.example", 1, "192.0.2.7", now);
	ck_assert(v.action == DW_ACTION_ALLOW && !v.may_sinkhole && !v.varies);
	v = fixture_decide(&f, "good.example", 1, "192.0.2.7", now);
	ck_assert(v.action == DW_ACTION_ALLOW && !v.may_sinkhole && !v.varies);
	v = fixture_decide(&f, "trial.example", 1, "192.0.2.7", now);
	ck_assert_str_eq(v.because, "dry-run");
	ck_assert(!v.may_sinkhole && !v.varies);
}
END_TEST

/* ---- while all runs ---- */

static bool passes_within(const char *name, bool wanted, int ms)
{
	for (int waited = 0; waited <= ms; waited += 10) {
		static const struct timespec pause = {.tv_nsec = 10 * 1000000};

		dw_snapshot_release(f.worker, &f.snapshot);
		f.snapshot = dw_snapshot_acquire(f.worker);
		struct dw_verdict v = fixture_decide(&f, name, 1, NULL, time(NULL));
		if ((v.action != DW_ACTION_SINKHOLE) == wanted)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

static struct dw_stats stats;

static void read_stats(void)
{
	bool alive;

	fixture_settle(&f);
	fixture_settle(&f); /* what was taken up in the first is told in the second */
	ck_assert_int_eq(dw_stats_read(state, 1, &stats, &alive, NULL), DW_OK);
}

START_TEST(pause_is_taken_up_and_outlives_a_restart)
{
	struct dw_pauses pauses = {.count = 1, .pause = {make(time(NULL) + 1000, "", NULL)}};

	fixture_must_open(&f);
	fixture_settle(&f);
	ck_assert(passes_within("ads.example", false, 0));
	ck_assert_int_eq(dw_pauses_write(state, &pauses, NULL), DW_OK);
	ck_assert(passes_within("ads.example", true, 1000));
	read_stats();
	ck_assert_uint_eq(stats.pauses.count, 1);
	fixture_close(&f);
	fixture_must_open(&f);
	ck_assert(passes_within("ads.example", true, 0));
	pauses.count = 0;
	ck_assert_int_eq(dw_pauses_write(state, &pauses, NULL), DW_OK);
	ck_assert(passes_within("ads.example", false, 1000));
	read_stats();
	ck_assert_uint_eq(stats.pauses.count, 0);
	fixture_close(&f);
	ck_assert_ptr_nonnull(strstr(f.said, "\nno longer paused: all, until "));
}
END_TEST

START_TEST(pause_stays_when_settings_change)
{
	struct dw_pauses pauses = {.count = 1, .pause = {make(DW_PAUSE_FOREVER, "bad", NULL)}};
	char text[1024], *at;

	fixture_must_open(&f);
	ck_assert_int_eq(dw_pauses_write(state, &pauses, NULL), DW_OK);
	fixture_settle(&f);
	ck_assert(passes_within("bad.example", false, 0)); /* no such category yet */
	strcpy(text, settings);
	while ((at = strstr(text, "malware,")) != NULL && at != strstr(text, "malware, t"))
		memcpy(at, "bad,    ", 8);
	memcpy(strstr(text, "[malware"), "[bad    ", 8);
	fixture_write(&f, "dnsward.yaml", text);
	fixture_write(&f, "malware.txt", "bad.example\nboth.example\nthree.example\n");
	fixture_settle(&f);
	ck_assert_msg(passes_within("bad.example", true, 1000), "%s", f.said);
}
END_TEST

/* Patterns that take a second or more to compile. */
static void write_slow_list(void)
{
	static char text[64 * 1024];
	size_t n = 0;

	for (int i = 0; i < 600; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
			"/^(a|b)?x%dy[0-9]{1,8}(foo|bar%d)+\\.[a-z]+%d\\.example$/\n", i * 7919, i,
			i);
	ck_assert_uint_lt(n, sizeof(text) - 1);
	fixture_write(&f, "slow.txt", text);
}

START_TEST(pause_does_not_wait_for_a_compile)
{
	struct dw_pauses pauses = {.count = 1, .pause = {make(DW_PAUSE_FOREVER, "", NULL)}};
	char text[1200];

	snprintf(text, sizeof(text), "%sinclude: slow.yaml\n", settings);
	fixture_must_open(&f);
	fixture_settle(&f);
	uint64_t generation = dw_engine_generation(f.engine);
	write_slow_list();
	fixture_write(&f, "slow.yaml",
		"lists: [{name: slow, path: slow.txt, format: regex, category: ads}]\n");
	fixture_write(&f, "dnsward.yaml", text);
	struct timespec half = {.tv_nsec = 500000000};
	nanosleep(&half, NULL); /* so that it has begun */
	ck_assert_int_eq(dw_pauses_write(state, &pauses, NULL), DW_OK);
	bool passes = passes_within("ads.example", true, 1000);
	struct timespec second = {.tv_sec = 1, .tv_nsec = 300000000};
	nanosleep(&second, NULL);
	bool alive;
	ck_assert_int_eq(dw_stats_read(state, 1, &stats, &alive, NULL), DW_OK);
	if (dw_engine_generation(f.engine) != generation)
		printf("skip pause_does_not_wait_for_a_compile: it was done too soon\n");
	else
		ck_assert(passes && stats.busy && stats.pauses.count == 1);
	fixture_settle(&f);
	ck_assert_uint_gt(dw_engine_generation(f.engine), generation);
	ck_assert(passes_within("ads.example", true, 0));
}
END_TEST

START_TEST(broken_file_is_told_and_passed_over)
{
	fixture_must_open(&f);
	fixture_write(&f, "state/pause", "{\"version\":1,\"pauses\":[{\"until\":\"x\"}]}");
	read_stats();
	ck_assert(passes_within("ads.example", false, 0));
	ck_assert_ptr_nonnull(strstr(stats.pauses_error, "state/pause:1"));
	ck_assert_ptr_nonnull(strstr(f.said, "nothing is paused"));
	fixture_remove(&f, "state/pause");
	read_stats();
	ck_assert_str_eq(stats.pauses_error, "");
}
END_TEST

START_TEST(end_is_said_once)
{
	struct dw_pauses pauses = {.count = 1};

	fixture_must_open(&f);
	pauses.pause[0] = make(time(NULL) + 4, "ads", NULL);
	ck_assert_int_eq(dw_pauses_write(state, &pauses, NULL), DW_OK);
	ck_assert(passes_within("ads.example", true, 3000));
	ck_assert(passes_within("ads.example", false, 5500));
	struct timespec second = {.tv_sec = 1};
	nanosleep(&second, NULL);
	fixture_close(&f);
	const char *said = strstr(f.said, "no longer paused: category ads");
	ck_assert_ptr_nonnull(said);
	ck_assert_ptr_null(strstr(said + 1, "no longer"));
}
END_TEST

static bool tells_within(size_t pauses, int ms)
{
	struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
	bool alive;

	for (; ms > 0; ms -= 50) {
		if (dw_stats_read(state, 1, &stats, &alive, NULL) == DW_OK &&
			stats.pauses.count == pauses)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

/* What is over by a clock that is set back then is not over. */
START_TEST(pause_is_not_over_when_the_clock_was_wrong)
{
	struct dw_pauses pauses = {.count = 1};

	fixture_must_open(&f);
	pauses.pause[0] = make(time(NULL) + 3600, "ads", NULL);
	ck_assert_int_eq(dw_pauses_write(state, &pauses, NULL), DW_OK);
	ck_assert(tells_within(1, 3000));
	atomic_store(&fixture_ahead, 7200);
	ck_assert(tells_within(0, 3000));
	atomic_store(&fixture_ahead, 0);
	ck_assert(tells_within(1, 3000));
	ck_assert(passes_within("ads.example", true, 1000));
}
END_TEST

/* ---- the command ---- */

/* Its exit status, with stdout and stderr through `filter`; 99 where that fails. */
static int run(const char *words, const char *filter)
{
	const char *top = getenv("top_builddir");
	char command[1024];

	snprintf(command, sizeof(command),
		"bash -c \"set -o pipefail; '%s/dnsward' -c '%s/dnsward.yaml' %s 2>&1 | "
		"{ %s || exit 99; } >/dev/null\"",
		top != NULL ? top : ".", f.folder, words, filter);
	int status = system(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(command_pauses_and_resumes)
{
	fixture_must_open(&f);
	fixture_settle(&f);
	dw_engine_enforced(f.engine, dw_engine_generation(f.engine));
	ck_assert_int_eq(run("pause --for 10m --category ads --client 192.0.2.7",
				 "grep '^paused: category ads for 192.0.2.7, until 2'"),
		0);
	ck_assert_int_eq(run("pause", "grep -c ^paused: | grep -x 2"), 0);
	ck_assert(passes_within("bad.example", true, 1000));
	read_stats();
	ck_assert_int_eq(run("status", "grep 'PAUSED: all, until resumed'"), 1);
	ck_assert_int_eq(
		run("status --json", "grep '\\\"paused\\\":\\[{\\\"category\\\":\\\"ads\\\",'"), 1);
	ck_assert_int_eq(run("status --prometheus", "grep -x 'dnsward_paused 1'"), 1);
	ck_assert_int_eq(run("resume --client 192.0.2.7", "grep 'no such pause'"), 1);
	ck_assert_int_eq(
		run("resume --category ads --client 192.0.2.7", "grep -c ^paused: | grep -x 1"), 0);
	ck_assert_int_eq(run("resume", "grep -x 'no longer paused: all, until resumed'"), 0);
	ck_assert_int_eq(run("resume", "grep -x 'nothing was paused'"), 0);
	ck_assert(passes_within("bad.example", false, 1000));
	read_stats();
	ck_assert_int_eq(run("status --prometheus", "grep -x 'dnsward_paused 0'"), 0);
}
END_TEST

static const struct {
	const char *words;
	int status;
} misuses[] = {
	{"pause --for never", 2},
	{"pause --for 0", 2},
	{"pause --for -5m", 2},
	{"pause now", 2},
	{"pause --client nobody", 2},
	{"pause --client 192.0.2.7/8", 2},
	{"pause --category nothing", 1},
	{"resume --for 10m", 2},
	{"resume now", 2},
	{"pause --unknown", 2},
};

START_TEST(command_refuses)
{
	ck_assert_int_eq(run(misuses[_i].words, "cat >/dev/null"), misuses[_i].status);
	char path[128];
	snprintf(path, sizeof(path), "%s/pause", state);
	ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

/* Each reads the file, adds to it and writes it. */
START_TEST(commands_at_once_lose_nothing)
{
	const char *top = getenv("top_builddir");
	char command[512];
	struct dw_pauses pauses;

	fixture_must_open(&f);
	snprintf(command, sizeof(command),
		"for i in $(seq 1 24); do '%s/dnsward' -c '%s/dnsward.yaml' pause "
		"--client 192.0.2.$i >/dev/null & done; wait",
		top != NULL ? top : ".", f.folder);
	ck_assert_int_eq(system(command), 0);
	ck_assert_int_eq(dw_pauses_read(state, time(NULL), &pauses, NULL), DW_OK);
	ck_assert_uint_eq(pauses.count, 24);
}
END_TEST

START_TEST(command_mends_a_broken_file)
{
	fixture_must_open(&f);
	fixture_write(&f, "state/pause", "broken");
	ck_assert_int_eq(run("pause --for 1h", "grep replaced"), 0);
	ck_assert(passes_within("ads.example", true, 1000));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pause");
	TCase *file = tcase_create("file"), *tc = tcase_create("engine"),
	      *slow = tcase_create("slow");

	tcase_add_checked_fixture(file, file_setup, teardown);
	tcase_add_test(file, file_comes_back);
	tcase_add_test(file, as_many_as_there_may_be_fit_the_file);
	tcase_add_test(file, networks_with_one_address_are_two);
	tcase_add_test(file, pause_again_has_the_new_end);
	tcase_add_loop_test(file, broken_file_is_refused, 0, sizeof(broken) / sizeof(broken[0]));
	suite_add_tcase(suite, file);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, pause_lets_pass, 0, sizeof(decided) / sizeof(decided[0]));
	tcase_add_test(tc, what_is_not_paused_is_the_reason);
	tcase_add_test(tc, what_is_not_sinkholed_is_left_alone);
	tcase_add_test(tc, pause_is_taken_up_and_outlives_a_restart);
	tcase_add_test(tc, pause_stays_when_settings_change);
	tcase_add_test(tc, broken_file_is_told_and_passed_over);
	tcase_add_test(tc, end_is_said_once);
	tcase_add_test(tc, pause_is_not_over_when_the_clock_was_wrong);
	tcase_add_test(tc, command_pauses_and_resumes);
	tcase_add_loop_test(tc, command_refuses, 0, sizeof(misuses) / sizeof(misuses[0]));
	tcase_add_test(tc, command_mends_a_broken_file);
	tcase_add_test(tc, commands_at_once_lose_nothing);
	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(slow, setup, teardown);
	tcase_set_timeout(slow, 120);
	tcase_set_tags(slow, "slow");
	tcase_add_test(slow, pause_does_not_wait_for_a_compile);
	suite_add_tcase(suite, slow);
	return unit_main(suite);
}
