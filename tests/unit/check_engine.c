/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of the engine: what is on disk is in force, and what was good stays
 */
#include "dnsward-config.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "engine_fixture.h"
#include "unit.h"

static const char settings[] =
	"version: 1\n"
	"state-dir: state\n"
	"lists:\n"
	"  - {name: ads, path: ads.txt, format: domains, match: subtree}\n"
	"  - {name: more, path: more.txt, format: domains, match: subtree, category: ads}\n"
	"actions:\n"
	"  - {category: ads, action: sinkhole}\n";

static struct fixture f;

static void setup(void)
{
	fixture_setup(&f);
	fixture_write(&f, "dnsward.yaml", settings);
	fixture_write(&f, "ads.txt", "ads.example\nads2.example\nads3.example\nads4.example\n");
	fixture_write(&f, "more.txt", "more.example\n");
}

static void teardown(void)
{
	fixture_teardown(&f);
}

static bool said(const char *what)
{
	return fixture_said(&f, what);
}

START_TEST(first_start_compiles)
{
	fixture_must_open(&f);
	ck_assert(fixture_blocks(&f, "x.ads.example"));
	ck_assert(fixture_blocks(&f, "more.example"));
	ck_assert(!fixture_blocks(&f, "example"));
	ck_assert_uint_ge(dw_engine_generation(f.engine), 1);
}
END_TEST

START_TEST(change_on_disk_is_taken_up)
{
	fixture_must_open(&f);
	uint64_t before = dw_engine_generation(f.engine);
	fixture_write(&f, "ads.txt", "ads.example\nads2.example\nads3.example\nnew.example\n");
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "new.example"));
	ck_assert(!fixture_blocks(&f, "ads4.example"));
	ck_assert(fixture_blocks(&f, "more.example"));
	ck_assert_uint_gt(dw_engine_generation(f.engine), before);
}
END_TEST

/* As by who copies over a file and gives it the time of the original; chmod(1) is told by the
 * same time of the inode. */
START_TEST(change_that_keeps_the_time_is_taken_up)
{
	char path[256];
	struct stat before;

	fixture_must_open(&f);
	fixture_settle(&f);
	snprintf(path, sizeof(path), "%s/ads.txt", f.folder);
	ck_assert_int_eq(stat(path, &before), 0);
	FILE *file = fopen(path, "r+");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs("new", file), 0);
	ck_assert_int_eq(fclose(file), 0);
	const struct timespec times[2] = {before.st_atim, before.st_mtim};
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "new.example"));
	ck_assert(!fixture_blocks(&f, "ads.example"));
}
END_TEST

static void *write_on_and_on(void *arg)
{
	atomic_bool *enough = arg;
	char path[256];

	snprintf(path, sizeof(path), "%s/more.txt", f.folder);
	while (!atomic_load(enough)) {
		FILE *file = fopen(path, "a");

		ck_assert_ptr_nonnull(file);
		ck_assert_int_ge(fputs("x.example\n", file), 0);
		ck_assert_int_eq(fclose(file), 0);
		usleep(100000);
	}
	return NULL;
}

/* The lists wait for it, and nothing else. */
START_TEST(list_that_is_never_at_rest_holds_up_no_pause)
{
	atomic_bool enough = false;
	pthread_t writer;

	fixture_must_open(&f);
	fixture_settle(&f);
	ck_assert_int_eq(pthread_create(&writer, NULL, write_on_and_on, &enough), 0);
	usleep(1000000);
	fixture_write(&f, "state/pause", "{\"version\":1,\"pauses\":[{}]}\n");
	for (int i = 0; i < 50 && !said("paused: all"); i++)
		usleep(100000);
	bool paused = said("paused: all");
	atomic_store(&enough, true);
	pthread_join(writer, NULL);
	ck_assert_msg(paused, "%s", f.said);
}
END_TEST

/* What failed for want of room is tried again though no file has changed, and told once. */
START_TEST(full_disk_is_forgotten_once_there_is_room)
{
	struct rlimit limit, none = {.rlim_max = RLIM_INFINITY};

	fixture_must_open(&f);
	fixture_settle(&f);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	fixture_write(&f, "ads.txt", "new.example\nads2.example\nads3.example\n");
	none.rlim_max = limit.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
	fixture_settle(&f);
	fixture_settle(&f);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert(!fixture_blocks(&f, "new.example"));
	const char *first = strstr(f.said, "stays in force");
	ck_assert_msg(first != NULL && strstr(first + 1, "stays in force") == NULL, "%s", f.said);
	fixture_settle(&f);
	ck_assert_msg(fixture_blocks(&f, "new.example"), "%s", f.said);
}
END_TEST

static const char other_settings[] = "version: 1\nstate-dir: state\n"
				     "lists: [{name: more, path: more.txt, format: domains}]\n"
				     "actions: [{category: more, action: sinkhole}]\n";

/* Settings that could not be read for want of descriptors are read though they have not changed
 * since; and that is told once. */
START_TEST(settings_that_could_not_be_opened_are_tried_again)
{
	struct rlimit limit, none;
	char path[256], ready[256];

	fixture_must_open(&f);
	fixture_settle(&f);
	fixture_write(&f, "new.yaml", other_settings);
	snprintf(path, sizeof(path), "%s/dnsward.yaml", f.folder);
	snprintf(ready, sizeof(ready), "%s/new.yaml", f.folder);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = (struct rlimit){.rlim_cur = 3, .rlim_max = limit.rlim_max}; /* poll(2) wants two */
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	ck_assert_int_eq(rename(ready, path), 0);
	fixture_settle(&f);
	fixture_settle(&f);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	fixture_said_once(&f, "settings that were in force stay");
	ck_assert(fixture_blocks(&f, "ads.example"));
	fixture_settle(&f);
	ck_assert_msg(!fixture_blocks(&f, "ads.example") && fixture_blocks(&f, "more.example"),
		"%s", f.said);
}
END_TEST

static atomic_bool no_memory;

/* In the place of the C library's: of what a snapshot is made. */
void *aligned_alloc(size_t alignment, size_t size)
{
	void *piece;

	return !atomic_load(&no_memory) && posix_memalign(&piece, alignment, size) == 0 ? piece : NULL;
}

START_TEST(what_there_was_no_memory_for_is_published_later)
{
	fixture_must_open(&f);
	fixture_settle(&f);
	atomic_store(&no_memory, true);
	fixture_write(&f, "ads.txt", "new.example\nads2.example\nads3.example\n");
	fixture_settle(&f);
	fixture_settle(&f);
	atomic_store(&no_memory, false);
	ck_assert(!fixture_blocks(&f, "new.example"));
	fixture_said_once(&f, "the generation that was");
	fixture_settle(&f);
	ck_assert_msg(fixture_blocks(&f, "new.example"), "%s", f.said);
}
END_TEST

static void rewrite_when_told(void *arg, enum dw_say_level level, const char *text)
{
	bool *done = arg;

	(void)level;
	if (*done || strstr(text, "cannot keep the settings") == NULL)
		return;
	*done = true;
	fixture_write(&f, "dnsward.yaml", other_settings);
}

/* After they were read, and before they are looked at. */
START_TEST(settings_that_change_at_the_start_are_taken_up)
{
	char path[256], kept[256];
	bool done = false;

	snprintf(path, sizeof(path), "%s/dnsward.yaml", f.folder);
	snprintf(kept, sizeof(kept), "%s/state", f.folder);
	ck_assert_int_eq(mkdir(kept, 0755), 0);
	strcat(kept, "/last-good.yaml");
	ck_assert_int_eq(mkdir(kept, 0755), 0); /* so that it is told that they cannot be kept */
	struct dw_engine_options options = {
		.settings = path,
		.host = "test",
		.speaker = {.line = rewrite_when_told, .arg = &done},
	};
	ck_assert_int_eq(dw_engine_open(&options, &f.engine, NULL), DW_OK);
	ck_assert_int_eq(dw_engine_start(f.engine, NULL), DW_OK);
	ck_assert(done);
	f.worker = dw_worker_join(f.engine);
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "more.example"));
	ck_assert(!fixture_blocks(&f, "ads.example"));
}
END_TEST

/* Each would find the other's database in the place of its own, and compile. */
START_TEST(two_with_other_lists_do_not_compile_without_end)
{
	static struct fixture g;
	char text[512];

	fixture_must_open(&f);
	fixture_setup(&g);
	snprintf(text, sizeof(text), "version: 1\nstate-dir: %s/state\n"
		"lists: [{name: others, path: others.txt, format: domains}]\n"
		"actions: [{category: others, action: sinkhole}]\n", f.folder);
	fixture_write(&g, "dnsward.yaml", text);
	fixture_write(&g, "others.txt", "others.example\n");
	fixture_must_open(&g);
	sleep(8);
	fixture_settle(&f);
	fixture_settle(&g);
	bool each = fixture_blocks(&f, "ads.example") && fixture_blocks(&g, "others.example");
	uint64_t ours = dw_engine_generation(f.engine), theirs = dw_engine_generation(g.engine);
	fixture_teardown(&g);
	ck_assert(each);
	ck_assert_uint_le(ours, 5);
	ck_assert_uint_le(theirs, 5);
}
END_TEST

START_TEST(nothing_new_publishes_nothing)
{
	fixture_must_open(&f);
	fixture_settle(&f);
	uint64_t before = dw_engine_generation(f.engine);
	fixture_write(&f, "ads.txt", "ads.example\nads2.example\nads3.example\nads4.example\n");
	fixture_settle(&f);
	ck_assert_uint_eq(dw_engine_generation(f.engine), before);
}
END_TEST

START_TEST(second_start_serves_what_was_compiled)
{
	fixture_must_open(&f);
	fixture_close(&f);
	fixture_write(&f, "ads.txt", "other.example\nads2.example\nads3.example\nads4.example\n");
	fixture_must_open(&f);
	fixture_settle(&f); /* the change while nobody ran is found out in the background */
	ck_assert(fixture_blocks(&f, "other.example"));
	ck_assert(!fixture_blocks(&f, "ads.example"));
}
END_TEST

/* What a reload of the host must wait for, and what not. */
START_TEST(behind_only_where_files_have_changed)
{
	fixture_must_open(&f);
	fixture_settle(&f);
	fixture_close(&f);
	fixture_must_open(&f);
	ck_assert(!dw_engine_is_behind(f.engine));
	fixture_settle(&f);
	fixture_close(&f);
	fixture_write(&f, "ads.txt", "other.example\nads2.example\nads3.example\nads4.example\n");
	fixture_must_open(&f);
	ck_assert(dw_engine_is_behind(f.engine));
	fixture_settle(&f);
	fixture_close(&f);
	dw_handover_free(&f.handover); /* as in another process */
	fixture_must_open(&f);
	ck_assert(dw_engine_is_behind(f.engine));
}
END_TEST

static const struct {
	const char *text; /* NULL: the file is removed */
	const char *said;
} broken_lists[] = {
	{NULL, "list ads:"},
	{"", "list ads:"},
	{"ads.example\n", "list ads:"}, /* under half of the last count */
	{"\x01\x02\x03\n\xff\xfe\n", "list ads:"},
};

START_TEST(broken_list_leaves_its_last_good_copy)
{
	fixture_must_open(&f);
	if (broken_lists[_i].text != NULL)
		fixture_write(&f, "ads.txt", broken_lists[_i].text);
	else
		fixture_remove(&f, "ads.txt");
	fixture_write(&f, "more.txt", "more.example\nmore2.example\n");
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "ads4.example"));
	ck_assert(fixture_blocks(&f, "more2.example")); /* the other list goes on */
	ck_assert_msg(said(broken_lists[_i].said), "%s", f.said);
	ck_assert_msg(said("last good copy serves"), "%s", f.said);
	fixture_write(&f, "ads.txt", "ads.example\nads2.example\nads3.example\nmended.example\n");
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "mended.example"));
}
END_TEST

START_TEST(last_good_copy_survives_a_restart)
{
	fixture_must_open(&f);
	fixture_close(&f);
	fixture_remove(&f, "ads.txt");
	fixture_remove(&f, "state/policy.dwdb");
	fixture_must_open(&f);
	ck_assert(fixture_blocks(&f, "ads4.example"));
	ck_assert_msg(said("last good copy serves"), "%s", f.said);
}
END_TEST

START_TEST(list_that_cannot_be_kept_serves_and_is_told)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/state", f.folder);
	ck_assert_int_eq(mkdir(path, 0755), 0);
	fixture_write(&f, "state/lists", "in its way\n");
	fixture_must_open(&f);
	ck_assert(fixture_blocks(&f, "ads.example"));
	ck_assert_msg(said("list ads: cannot be kept as its next last good copy: "), "%s", f.said);
	ck_assert_msg(said("state/lists/ads.rules: cannot open its folder"), "%s", f.said);
}
END_TEST

START_TEST(damaged_database_is_compiled_anew)
{
	fixture_must_open(&f);
	fixture_close(&f);
	fixture_write(&f, "state/policy.dwdb", "not a database");
	fixture_must_open(&f);
	ck_assert(fixture_blocks(&f, "ads4.example"));
}
END_TEST

static void mend_with_a_log_row(void)
{
	fixture_write(&f, "dnsward.yaml",
		"version: 1\nstate-dir: state\nlists:\n  - {name: ads, path: ads.txt}\n"
		"actions:\n  - {category: ads, action: log}\n");
	fixture_settle(&f);
	ck_assert_int_eq(fixture_decide(&f, "ads.example", 1, "10.0.0.1", 0).action, DW_ACTION_LOG);
}

START_TEST(broken_settings_at_a_reload)
{
	fixture_must_open(&f);
	fixture_write(&f, "dnsward.yaml", "version: 1\nlists:\n  - {name: ads, pth: x}\n");
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "ads.example"));
	ck_assert_msg(said("dnsward.yaml:3: "), "%s", f.said);
	mend_with_a_log_row();
}
END_TEST

static const char *const broken_settings[] = {
	"state-dir: state\nversion: 1\nlists: [\n",
	"state-dir: state # here\nversion: 1\nnonsense: 1\n",
	"\tversion: 1\nstate-dir: \"state\"\n",
};

START_TEST(broken_settings_at_a_start)
{
	fixture_must_open(&f);
	fixture_close(&f);
	dw_handover_free(&f.handover);
	fixture_write(&f, "dnsward.yaml", broken_settings[_i]);
	fixture_must_open(&f);
	ck_assert(fixture_blocks(&f, "ads.example"));
	ck_assert_msg(said("last good settings serve"), "%s", f.said);
}
END_TEST

/* As after a disk that did not take them; where the state-dir is, the broken ones need not tell. */
START_TEST(broken_settings_at_a_start_anew_where_none_were_kept)
{
	fixture_must_open(&f);
	for (int i = 0; i < 2; i++) {
		fixture_close(&f);
		if (i == 0)
			fixture_remove(&f, "state/last-good.yaml");
		fixture_write(&f, "dnsward.yaml", "version: 1\nlists: [\n");
		fixture_must_open(&f);
		ck_assert(fixture_blocks(&f, "ads.example"));
		ck_assert_msg(said("last good settings serve"), "%s", f.said);
	}
	mend_with_a_log_row();
}
END_TEST

START_TEST(broken_settings_at_the_first_start)
{
	struct dw_error err;

	fixture_write(&f, "dnsward.yaml", "version: 1\nstate-dir: state\nnonsense: 1\n");
	ck_assert_int_ne(fixture_open(&f, false, &err), DW_OK);
	ck_assert_ptr_nonnull(strstr(err.where, "dnsward.yaml:3"));
}
END_TEST

/* What only the settings say of a list, its file being what it was. */
START_TEST(another_category_of_a_list_is_taken_up)
{
	fixture_must_open(&f);
	fixture_write(&f, "dnsward.yaml",
		"version: 1\nstate-dir: state\nlists:\n"
		"  - {name: ads, path: ads.txt, format: domains, match: subtree, category: other}\n"
		"  - {name: more, path: more.txt, format: domains, match: subtree, category: ads}\n"
		"actions:\n  - {category: other, action: log}\n  - {category: ads, action: sinkhole}\n");
	fixture_settle(&f);
	ck_assert_int_eq(fixture_decide(&f, "ads.example", 1, "10.0.0.1", 0).action, DW_ACTION_LOG);
	ck_assert(fixture_blocks(&f, "more.example"));
}
END_TEST

START_TEST(raised_min_rules_are_asked_for)
{
	fixture_must_open(&f);
	fixture_write(&f, "dnsward.yaml",
		"version: 1\nstate-dir: state\nlists:\n"
		"  - {name: ads, path: ads.txt, format: domains, match: subtree, min-rules: 5}\n"
		"actions:\n  - {category: ads, action: sinkhole}\n");
	fixture_settle(&f);
	ck_assert_msg(said("holds 4 rules; min-rules expects at least 5"), "%s", f.said);
	ck_assert_msg(said("last good copy serves"), "%s", f.said);
	ck_assert(fixture_blocks(&f, "ads.example"));
}
END_TEST

/* By a clock that was ahead at the start, and is set back. */
START_TEST(list_that_was_too_old_for_a_wrong_clock_is_taken)
{
	fixture_write(&f, "dnsward.yaml",
		"version: 1\nstate-dir: state\n"
		"lists: [{name: ads, path: ads.txt, format: domains, max-age: 1d}]\n"
		"actions: [{category: ads, action: sinkhole}]\n");
	atomic_store(&fixture_ahead, 10L * 86400);
	fixture_must_open(&f);
	fixture_settle(&f);
	ck_assert_msg(said("max-age allows"), "%s", f.said);
	ck_assert(!fixture_blocks(&f, "ads.example"));
	atomic_store(&fixture_ahead, 0);
	usleep(1500000);
	fixture_settle(&f);
	ck_assert_msg(fixture_blocks(&f, "ads.example"), "%s", f.said);
}
END_TEST

/* ---- included files ---- */

static const char included[] = "lists: [{name: inc, path: ../inc.txt, format: domains}]\n"
			       "actions: [{category: inc, action: sinkhole}]\n";

static void setup_including(void)
{
	char text[1024];

	snprintf(text, sizeof(text), "%sinclude: [conf/*.yaml]\n", settings);
	fixture_write(&f, "dnsward.yaml", text);
	fixture_write(&f, "inc.txt", "inc.example\n");
	fixture_must_open(&f);
	snprintf(text, sizeof(text), "%s/conf", f.folder);
	ck_assert_int_eq(mkdir(text, 0755), 0);
}

START_TEST(included_files_come_and_go)
{
	setup_including();
	ck_assert(!fixture_blocks(&f, "inc.example"));
	fixture_write(&f, "conf/10.yaml", included);
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "inc.example"));
	ck_assert(fixture_blocks(&f, "ads.example"));
	fixture_remove(&f, "conf/10.yaml");
	fixture_settle(&f);
	ck_assert(!fixture_blocks(&f, "inc.example"));
	ck_assert(fixture_blocks(&f, "ads.example"));
}
END_TEST

/* Whether it was there or is new, and whether a restart came between. */
START_TEST(broken_include_is_mended)
{
	bool is_new = _i & 1, restarts = _i & 2;

	setup_including();
	if (!is_new)
		fixture_write(&f, "conf/10.yaml", included);
	fixture_settle(&f);
	fixture_write(&f, "conf/10.yaml", "lists: [{nane: inc}]\n");
	fixture_forget_said(&f);
	fixture_settle(&f);
	ck_assert_msg(said("10.yaml:1: "), "%s", f.said);
	ck_assert_msg(strstr(strstr(f.said, "unknown key") + 1, "unknown key") == NULL,
		"told twice: %s", f.said);
	if (restarts) {
		fixture_close(&f);
		fixture_must_open(&f);
	}
	ck_assert(fixture_blocks(&f, "ads.example"));
	ck_assert_int_eq(fixture_blocks(&f, "inc.example"), !is_new);
	fixture_write(&f, "inc.txt", "inc2.example\n");
	fixture_write(&f, "conf/10.yaml", included);
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "inc2.example"));
}
END_TEST

/* With it goes the database, which is missed, and the last good settings, which are not. */
START_TEST(state_dir_that_is_gone_is_filled_again)
{
	char state[256], gone[256];
	struct dw_error err;

	fixture_must_open(&f);
	fixture_settle(&f);
	snprintf(state, sizeof(state), "%s/state", f.folder);
	snprintf(gone, sizeof(gone), "%s/gone", f.folder);
	ck_assert_int_eq(rename(state, gone), 0);
	fixture_settle(&f);
	fixture_close(&f);
	fixture_write(&f, "dnsward.yaml", "version: 1\nstate-dir: state\nnonsense: 1\n");
	ck_assert_msg(fixture_open(&f, false, &err) == DW_OK, "%s", err.text);
	ck_assert(fixture_blocks(&f, "ads.example"));
}
END_TEST

/* As by an editor that removes a file before it writes it anew. */
START_TEST(file_of_networks_that_was_gone_is_read_again)
{
	char text[1024];

	snprintf(text, sizeof(text),
		"%s  - {category: any, clients: guests, action: sinkhole}\n"
		"clients: [{name: guests, path: guests.txt}]\n", settings);
	fixture_write(&f, "guests.txt", "192.0.2.0/24\n");
	fixture_write(&f, "dnsward.yaml", text);
	fixture_must_open(&f);
	ck_assert(!fixture_blocks(&f, "other.example"));
	fixture_remove(&f, "guests.txt");
	fixture_settle(&f);
	ck_assert_msg(said("guests.txt"), "%s", f.said);
	fixture_write(&f, "guests.txt", "10.0.0.0/8\n");
	fixture_settle(&f);
	ck_assert(fixture_blocks(&f, "other.example"));
}
END_TEST

START_TEST(old_snapshot_serves_who_holds_it)
{
	fixture_must_open(&f);
	const struct dw_snapshot *old = f.snapshot, *mine = f.snapshot;
	struct dw_worker *worker = f.worker;
	fixture_write(&f, "ads.txt", "a.example\nb.example\nc.example\nd.example\n");
	ck_assert(dw_engine_settle(f.engine, 30));
	ck_assert(fixture_blocks(&f, "ads.example")); /* with the snapshot taken before */
	f.snapshot = dw_snapshot_acquire(worker);
	ck_assert_ptr_ne(f.snapshot, old);
	ck_assert(!fixture_blocks(&f, "ads.example"));
	ck_assert(fixture_blocks(&f, "a.example"));
	dw_snapshot_release(worker, &mine);
}
END_TEST

/* ---- many workers while lists change ---- */

enum { THREADS = 4, SWAPS = 40 };

struct crowd {
	atomic_bool stop;
	atomic_size_t decided, wrong;
};

/* One of the two names is listed in every generation. */
static void *decide_on_and_on(void *arg)
{
	struct crowd *crowd = arg;
	static const uint8_t even[] = "\4even\7example", odd[] = "\3odd\7example";
	struct dw_worker *worker = dw_worker_join(f.engine);

	while (worker != NULL && !atomic_load(&crowd->stop)) {
		const struct dw_snapshot *snapshot = dw_snapshot_acquire(worker);
		struct dw_view view = {.name = even, .name_len = sizeof(even), .type = 1};
		struct dw_verdict a, b;

		dw_decide(worker, snapshot, &view, &a);
		view.name = odd;
		view.name_len = sizeof(odd);
		dw_decide(worker, snapshot, &view, &b);
		if ((a.action == DW_ACTION_SINKHOLE) == (b.action == DW_ACTION_SINKHOLE))
			atomic_fetch_add(&crowd->wrong, 1);
		atomic_fetch_add(&crowd->decided, 1);
		dw_snapshot_release(worker, &snapshot);
	}
	dw_worker_leave(&worker);
	return NULL;
}

START_TEST(readers_never_see_half_a_change)
{
	struct crowd crowd = {0};
	pthread_t threads[THREADS];

	fixture_write(&f, "more.txt", "even.example\n");
	fixture_must_open(&f);
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, decide_on_and_on, &crowd), 0);
	for (int i = 1; i <= SWAPS; i++) {
		fixture_write(&f, "more.txt", i % 2 ? "odd.example\n" : "even.example\n");
		ck_assert(dw_engine_settle(f.engine, 30));
	}
	atomic_store(&crowd.stop, true);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	ck_assert_uint_gt(atomic_load(&crowd.decided), 1000);
	ck_assert_uint_eq(atomic_load(&crowd.wrong), 0);
	ck_assert_uint_ge(dw_engine_generation(f.engine), SWAPS);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("engine");
	TCase *disk = tcase_create("disk"), *crowd = tcase_create("crowd");

	tcase_add_checked_fixture(disk, setup, teardown);
	tcase_add_test(disk, first_start_compiles);
	tcase_add_test(disk, change_on_disk_is_taken_up);
	tcase_add_test(disk, change_that_keeps_the_time_is_taken_up);
	tcase_add_test(disk, list_that_is_never_at_rest_holds_up_no_pause);
	tcase_add_test(disk, full_disk_is_forgotten_once_there_is_room);
	tcase_add_test(disk, settings_that_could_not_be_opened_are_tried_again);
	tcase_add_test(disk, what_there_was_no_memory_for_is_published_later);
	tcase_add_test(disk, settings_that_change_at_the_start_are_taken_up);
	tcase_add_test(disk, two_with_other_lists_do_not_compile_without_end);
	tcase_add_test(disk, nothing_new_publishes_nothing);
	tcase_add_test(disk, second_start_serves_what_was_compiled);
	tcase_add_test(disk, behind_only_where_files_have_changed);
	UNIT_ADD_TABLE(disk, broken_list_leaves_its_last_good_copy, broken_lists);
	tcase_add_test(disk, last_good_copy_survives_a_restart);
	tcase_add_test(disk, list_that_cannot_be_kept_serves_and_is_told);
	tcase_add_test(disk, damaged_database_is_compiled_anew);
	tcase_add_test(disk, broken_settings_at_a_reload);
	UNIT_ADD_TABLE(disk, broken_settings_at_a_start, broken_settings);
	tcase_add_test(disk, broken_settings_at_a_start_anew_where_none_were_kept);
	tcase_add_test(disk, broken_settings_at_the_first_start);
	tcase_add_test(disk, another_category_of_a_list_is_taken_up);
	tcase_add_test(disk, raised_min_rules_are_asked_for);
	tcase_add_test(disk, list_that_was_too_old_for_a_wrong_clock_is_taken);
	tcase_add_test(disk, included_files_come_and_go);
	tcase_add_loop_test(disk, broken_include_is_mended, 0, 4);
	tcase_add_test(disk, state_dir_that_is_gone_is_filled_again);
	tcase_add_test(disk, file_of_networks_that_was_gone_is_read_again);
	tcase_add_test(disk, old_snapshot_serves_who_holds_it);
	tcase_set_timeout(disk, 60);
	suite_add_tcase(suite, disk);
	tcase_add_checked_fixture(crowd, setup, teardown);
	tcase_add_test(crowd, readers_never_see_half_a_change);
	tcase_set_timeout(crowd, 240);
	tcase_set_tags(crowd, "slow");
	suite_add_tcase(suite, crowd);
	return unit_main(suite);
}
