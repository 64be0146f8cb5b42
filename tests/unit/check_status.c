/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of what an engine tells of itself
 */
#include "dnsward-config.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>
#include "dnsward/stats.h"
#include "engine_fixture.h"
#include "unit.h"

static const char settings[] =
	"version: 1\n"
	"state-dir: state\n"
	"lists:\n"
	"  - {name: ads, path: ads.txt, format: domains, match: subtree}\n"
	"  - {name: more, path: more.txt, format: adblock, category: bad, exceptions: good}\n"
	"actions:\n"
	"  - {category: good, action: allow}\n"
	"  - {category: [ads, bad], action: sinkhole}\n";

/* the lists have changed places, and one has gone */
static const char other_settings[] =
	"version: 1\n"
	"state-dir: state\n"
	"lists:\n"
	"  - {name: new, path: new.txt, format: domains}\n"
	"  - {name: more, path: more.txt, format: adblock, category: bad, exceptions: good}\n"
	"actions:\n"
	"  - {category: good, action: allow}\n"
	"  - {category: [new, bad], action: log}\n";

static struct fixture f;
static struct dw_stats stats;
static bool alive;

static void setup(void)
{
	fixture_setup(&f);
	fixture_write(&f, "dnsward.yaml", settings);
	fixture_write(&f, "ads.txt", "ads.example\nads2.example\nads3.example\nads4.example\n");
	fixture_write(&f, "more.txt", "||more.example^\n@@||fine.more.example^\n");
	fixture_write(&f, "new.txt", "new.example\n");
}

static void teardown(void)
{
	fixture_teardown(&f);
}

static void read_stats(void)
{
	struct dw_error err;
	char state[96];

	snprintf(state, sizeof(state), "%s/state", f.folder);
	enum dw_result res = dw_stats_read(state, 1, &stats, &alive, &err);
	ck_assert_msg(res == DW_OK, "%s: %s\n%s", err.where, err.text, f.said);
}

static void settle_and_read(void)
{
	fixture_settle(&f);
	read_stats();
}

static void ask(const char *name, int times)
{
	uint8_t wire[DW_NAME_MAX];
	size_t len;
	struct dw_verdict verdict = fixture_decide(&f, name, 1, "10.0.0.1", 0);
	struct dw_event event = {.question = wire, .type = 1, .klass = 1, .duration_us = -1};

	ck_assert_int_eq(dw_name_from_text(name, strlen(name), wire, &len, NULL), DW_OK);
	event.question_len = (uint8_t)len;
	while (times-- > 0)
		dw_note(f.worker, f.snapshot, &verdict, &event);
}

static uint64_t hits(const char *list, const char *category)
{
	for (size_t i = 0; i < stats.counted.hit_count; i++) {
		if (strcmp(stats.counted.hits[i].list, list) == 0 &&
			strcmp(stats.counted.hits[i].category, category) == 0)
			return stats.counted.hits[i].count[0] + stats.counted.hits[i].count[1] +
			       stats.counted.hits[i].count[2];
	}
	return 0;
}

static void check_queries(uint64_t allowed, uint64_t logged, uint64_t sinkholed)
{
	ck_assert_uint_eq(stats.counted.queries[DW_ACTION_ALLOW], allowed);
	ck_assert_uint_eq(stats.counted.queries[DW_ACTION_LOG], logged);
	ck_assert_uint_eq(stats.counted.queries[DW_ACTION_SINKHOLE], sinkholed);
}

/* Its exit status, with its output through `filter`; 99 where that fails. */
static int run_status(const char *options, const char *filter)
{
	const char *top = getenv("top_builddir");
	char command[1024];

	snprintf(command, sizeof(command), "set -o pipefail; '%s/dnsward' -c '%s/dnsward.yaml' status %s 2>&1 | { %s || exit 99; }",
		top != NULL ? top : ".", f.folder, options, filter);
	pid_t pid = fork();
	if (pid == 0) {
		execlp("bash", "bash", "-c", command, (char *)NULL);
		_exit(127);
	}
	int status;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool has(const char *program)
{
	char command[128];

	snprintf(command, sizeof(command), "command -v %s >/dev/null 2>&1", program);
	return system(command) == 0;
}

static void enforce(void)
{
	fixture_settle(&f);
	dw_engine_enforced(f.engine, dw_engine_generation(f.engine));
	fixture_settle(&f);
}

START_TEST(fresh_engine_tells_what_is_in_force)
{
	fixture_must_open(&f);
	settle_and_read();
	ck_assert(alive);
	ck_assert_str_eq(stats.host, "test");
	ck_assert_uint_eq(stats.generation, dw_engine_generation(f.engine));
	ck_assert_uint_eq(stats.enforced, 0);
	dw_engine_enforced(f.engine, stats.generation);
	settle_and_read();
	ck_assert_uint_eq(stats.enforced, stats.generation);
	ck_assert_str_eq(stats.settings_error, "");
	ck_assert_str_eq(stats.database_error, "");
	ck_assert_str_eq(stats.disabled, "");
	ck_assert_uint_eq(stats.list_count, 2);
	ck_assert_str_eq(stats.lists[0].name, "ads");
	ck_assert_str_eq(stats.lists[0].format, "domains");
	ck_assert_uint_eq(stats.lists[0].rules, 4);
	ck_assert_uint_eq(stats.lists[0].lines, 4);
	ck_assert_str_eq(stats.lists[0].error, "");
	ck_assert_int_gt(stats.lists[0].loaded, 1500000000);
	check_queries(0, 0, 0);
	fixture_close(&f);
	read_stats();
	ck_assert(!alive);
}
END_TEST

START_TEST(replies_are_counted_by_verdict_list_and_category)
{
	fixture_must_open(&f);
	ask("ads.example", 3);
	ask("x.more.example", 2);
	ask("fine.more.example", 5);
	ask("nowhere.example", 7);
	settle_and_read();
	check_queries(12, 0, 5);
	ck_assert_uint_eq(hits("ads", "ads"), 3);
	ck_assert_uint_eq(hits("more", "bad"), 2);
	ck_assert_uint_eq(hits("more", "good"), 5);
	ck_assert_uint_eq(stats.counted.hit_count, 3);
}
END_TEST

START_TEST(counts_keep_their_names_when_settings_change)
{
	fixture_must_open(&f);
	ask("ads.example", 3);
	ask("x.more.example", 2);
	fixture_write(&f, "dnsward.yaml", other_settings);
	fixture_settle(&f);
	ask("new.example", 4);
	ask("x.more.example", 1);
	settle_and_read();
	check_queries(0, 5, 5);
	ck_assert_uint_eq(hits("ads", "ads"), 3);
	ck_assert_uint_eq(hits("more", "bad"), 3);
	ck_assert_uint_eq(hits("new", "new"), 4);
}
END_TEST

START_TEST(counts_outlive_the_engine)
{
	fixture_must_open(&f);
	ask("ads.example", 3);
	fixture_close(&f);
	read_stats();
	check_queries(0, 0, 3);
	ck_assert_uint_eq(stats.counted.log.noted, 3);
	ck_assert_uint_eq(stats.counted.log.written, 3); /* the last is told after the last is written */
	ck_assert_uint_eq(stats.counted.log.queued, 0);
	fixture_must_open(&f);
	ask("ads.example", 1);
	settle_and_read();
	check_queries(0, 0, 4);
	ck_assert_uint_eq(hits("ads", "ads"), 4);
	ck_assert_uint_eq(stats.counted.log.noted, 4);
}
END_TEST

static void move(const char *from, const char *to, unsigned flags)
{
	char old[256], new[256];

	snprintf(old, sizeof(old), "%s/%s", f.folder, from);
	snprintf(new, sizeof(new), "%s/%s", f.folder, to);
	ck_assert_int_eq(renameat2(AT_FDCWD, old, AT_FDCWD, new, flags), 0);
}

/* A file that nobody can find tells nothing; and what the engine wrote is counted but once. */
START_TEST(state_dir_that_goes_and_comes_back)
{
	fixture_must_open(&f);
	ask("ads.example", 3);
	settle_and_read();
	move("state", "gone", 0);
	settle_and_read();
	ck_assert(alive);
	check_queries(0, 0, 3);
	move("gone", "state", RENAME_EXCHANGE); /* the engine has made a new one, and would make another */
	settle_and_read();
	ck_assert(alive);
	check_queries(0, 0, 3);
}
END_TEST

START_TEST(broken_list_is_told_until_it_is_mended)
{
	fixture_must_open(&f);
	fixture_write(&f, "ads.txt", "");
	settle_and_read();
	ck_assert_str_ne(stats.lists[0].error, "");
	ck_assert_uint_eq(stats.lists[0].last_good, 1);
	ck_assert_uint_eq(stats.lists[0].rules, 4);
	ck_assert_str_eq(stats.lists[1].error, "");
	fixture_write(&f, "ads.txt", "ads.example\nads2.example\nads3.example\nads5.example\n");
	settle_and_read();
	ck_assert_str_eq(stats.lists[0].error, "");
	ck_assert_uint_eq(stats.lists[0].last_good, 0);
}
END_TEST

/* What was in force stays, and so does what is told of it. */
START_TEST(lists_are_told_of_when_there_is_no_compiling)
{
	char lock[128];

	fixture_must_open(&f);
	settle_and_read();
	ck_assert_uint_eq(stats.lists[0].rules, 4);
	snprintf(lock, sizeof(lock), "%s/state/lock", f.folder);
	ck_assert_int_eq(remove(lock), 0);
	ck_assert_int_eq(mkdir(lock, 0755), 0);
	fixture_write(&f, "ads.txt", "ads.example\nads2.example\nads3.example\n");
	settle_and_read();
	ck_assert_ptr_nonnull(strstr(stats.database_error, "lock"));
	ck_assert_uint_eq(stats.list_count, 2);
	ck_assert_str_eq(stats.lists[0].format, "domains");
	ck_assert_uint_eq(stats.lists[0].rules, 4);
	ck_assert_int_gt(stats.lists[0].loaded, 0);
	ck_assert_int_eq(rmdir(lock), 0);
	settle_and_read();
	ck_assert_str_eq(stats.database_error, "");
	ck_assert_uint_eq(stats.lists[0].rules, 3);
}
END_TEST

/* Nothing changes on disk, and that is what is wrong. */
START_TEST(list_that_grows_too_old_is_told)
{
	char path[256], text[512];
	struct utimbuf times = {.modtime = time(NULL) - 3600 + 2};

	fixture_write(&f, "ads.txt", "ads.example\n");
	snprintf(path, sizeof(path), "%s/ads.txt", f.folder);
	ck_assert_int_eq(utime(path, &times), 0);
	snprintf(text, sizeof(text), "version: 1\nstate-dir: state\nlists:\n"
		"  - {name: ads, path: ads.txt, format: domains, max-age: 1h}\n"
		"actions: [{category: ads, action: sinkhole}]\n");
	fixture_write(&f, "dnsward.yaml", text);
	fixture_must_open(&f);
	sleep(3);
	settle_and_read();
	ck_assert_ptr_nonnull(strstr(stats.lists[0].error, "max-age allows 3600"));
	ck_assert_uint_eq(stats.lists[0].last_good, 1);
	ck_assert_uint_eq(stats.lists[0].rules, 1);
	ck_assert(fixture_blocks(&f, "ads.example"));
	/* nor is it forgotten when something else changes */
	fixture_write(&f, "dnsward.yaml", text);
	settle_and_read();
	ck_assert_ptr_nonnull(strstr(stats.lists[0].error, "max-age allows 3600"));
	ck_assert_int_eq(utime(path, NULL), 0);
	settle_and_read();
	ck_assert_str_eq(stats.lists[0].error, "");
	ck_assert_uint_eq(stats.lists[0].last_good, 0);
}
END_TEST

/* An expression that is well-formed, and that Vectorscan refuses; after a restart it is known
 * from the database. */
START_TEST(pattern_that_cannot_be_compiled_is_told)
{
	fixture_write(&f, "more.txt", "/^more[0-9]/\n/a{20000}/\n");
	for (int i = 0; i < 2; i++) {
		fixture_forget_said(&f);
		fixture_must_open(&f);
		settle_and_read();
		ck_assert_uint_eq(stats.lists[1].rules, 1);
		ck_assert_uint_eq(stats.lists[1].skipped, 1);
		ck_assert_uint_eq(stats.lists[1].refused, 1);
		ck_assert_uint_eq(stats.refused, 0);
		ck_assert_ptr_nonnull(strstr(stats.refusal, "more.txt:2: cannot be compiled: "));
		ck_assert_msg(strstr(f.said, "more.txt:2: never fits: ") != NULL, "%s", f.said);
		enforce();
		ck_assert_int_eq(run_status("", "grep '1 rules of lists never fit: .*more.txt:2'"), 0);
		fixture_close(&f);
	}
}
END_TEST

START_TEST(broken_settings_are_told_until_they_are_mended)
{
	fixture_must_open(&f);
	fixture_write(&f, "dnsward.yaml", "version: 1\nactoins: []\n");
	settle_and_read();
	ck_assert_ptr_nonnull(strstr(stats.settings_error, "dnsward.yaml:2"));
	ck_assert_uint_eq(stats.list_count, 2);
	fixture_write(&f, "dnsward.yaml", settings);
	settle_and_read();
	ck_assert_str_eq(stats.settings_error, "");
}
END_TEST

START_TEST(host_that_stands_aside_is_told)
{
	fixture_must_open(&f);
	dw_engine_disable(f.engine, "built for another Unbound");
	settle_and_read();
	ck_assert_str_eq(stats.disabled, "built for another Unbound");
}
END_TEST

START_TEST(workers_are_told)
{
	fixture_must_open(&f);
	ask("ads.example", 3);
	ask("nowhere.example", 2);
	settle_and_read();
	ck_assert_uint_eq(stats.worker_count, 1);
	ck_assert_uint_eq(stats.workers[0].answered, 5);
	ck_assert_uint_eq(stats.workers[0].rate, 0); /* five seconds have not gone by */
	struct timespec pause = {.tv_sec = 5, .tv_nsec = 100000000};
	nanosleep(&pause, NULL);
	settle_and_read();
	ck_assert_uint_gt(stats.workers[0].rate, 100); /* thousandths; 5 in 5 seconds are 1000 */
	ck_assert_uint_le(stats.workers[0].rate, 1000);
}
END_TEST

START_TEST(detectors_are_told)
{
	char text[1024];

	fixture_must_open(&f);
	settle_and_read();
	ck_assert_uint_eq(stats.detect.detectors, 0);
	ck_assert_uint_eq(stats.detect.bytes, 0);
	snprintf(text, sizeof(text), "%sdetect: {tunnel: on}\n", settings);
	fixture_write(&f, "dnsward.yaml", text);
	fixture_settle(&f);
	settle_and_read();
	ck_assert_uint_eq(stats.detect.detectors, 1);
	ck_assert_uint_gt(stats.detect.bytes, 1024);
	ck_assert_uint_gt(stats.detect.places, stats.detect.taken);
	enforce();
	ck_assert_int_eq(run_status("", "grep 'detectors: 1 on'"), 0);
}
END_TEST

START_TEST(last_error_stays_when_it_is_mended)
{
	fixture_must_open(&f);
	settle_and_read();
	ck_assert_str_eq(stats.last_error, "");
	fixture_write(&f, "ads.txt", "");
	fixture_settle(&f);
	fixture_write(&f, "ads.txt", "ads.example\nads2.example\nads3.example\nads5.example\n");
	settle_and_read();
	ck_assert_str_eq(stats.lists[0].error, "");
	ck_assert_ptr_nonnull(strstr(stats.last_error, "list ads: "));
	ck_assert_int_ge(stats.last_error_time, stats.started);
	enforce();
	ck_assert_int_eq(run_status("", "grep 'last error, .* ago: list ads: '"), 0);
}
END_TEST

START_TEST(list_that_never_came)
{
	fixture_write(&f, "ads.txt", "");
	fixture_must_open(&f);
	settle_and_read();
	enforce();
	ck_assert_int_eq(run_status("", "{ grep 'list ads .* skipped, never read' || exit 7; }"), 1);
}
END_TEST

START_TEST(output_goes_to_a_file_in_one_step)
{
	char options[128], filter[160];

	fixture_must_open(&f);
	enforce();
	snprintf(options, sizeof(options), "--prometheus --output %s/dnsward.prom", f.folder);
	snprintf(filter, sizeof(filter), "cat - %s/dnsward.prom | grep -x 'dnsward_enforcing 1'", f.folder);
	ck_assert_int_eq(run_status(options, filter), 0);
	snprintf(filter, sizeof(filter), "wc -c | grep -x 0; ls -A %s | grep -c prom | grep -x 1", f.folder);
	ck_assert_int_eq(run_status(options, filter), 0);
	snprintf(options, sizeof(options), "--json -o %s/no/such/folder", f.folder);
	ck_assert_int_eq(run_status(options, "grep folder"), 1);
}
END_TEST

START_TEST(two_engines_tell_side_by_side)
{
	static struct fixture other;
	char state[96];

	fixture_must_open(&f);
	fixture_setup(&other);
	strcpy(other.folder, f.folder);
	ck_assert_int_eq(fixture_open(&other, false, NULL), DW_OK);
	fixture_settle(&other);
	settle_and_read();
	snprintf(state, sizeof(state), "%s/state", f.folder);
	ck_assert_int_eq(dw_stats_read(state, 2, &stats, &alive, NULL), DW_OK);
	ck_assert(alive);
	fixture_close(&other);
}
END_TEST

/* ---- dnsward status ---- */

/* What an engine counted was counted, whichever of them ends. */
START_TEST(metrics_do_not_fall_when_an_engine_ends)
{
	static struct fixture other;
	static const char sum[] = "grep '^dnsward_queries_total{verdict=\"sinkhole\"} 5$'";

	fixture_must_open(&f);
	fixture_setup(&other);
	strcpy(other.folder, f.folder);
	ck_assert_int_eq(fixture_open(&other, false, NULL), DW_OK);
	ask("ads.example", 3);
	struct fixture first = f;
	f = other;
	ask("ads.example", 2);
	fixture_settle(&f);
	fixture_settle(&first);
	ck_assert_int_eq(run_status("--prometheus", sum), 1);
	fixture_close(_i == 0 ? &f : &first);
	ck_assert_int_eq(run_status("--prometheus", sum), 1);
	fixture_close(_i == 0 ? &first : &f);
	ck_assert_int_eq(run_status("--prometheus", sum), 1);
}
END_TEST

/* Of an engine that has ended: of a version before, or cut short by a kill. */
START_TEST(file_that_nobody_writes_says_nothing_of_those_that_run)
{
	fixture_must_open(&f);
	enforce();
	fixture_write(&f, "state/status.2", _i == 0 ? "DWSTAT00" : "\n\n\n");
	ck_assert_int_eq(run_status("", "grep '^enforcing'"), 0);
	fixture_close(&f);
	fixture_write(&f, "state/status", "DWSTAT00");
	ck_assert_int_eq(run_status("", "grep 'state/status.*: is '"), 1);
}
END_TEST

START_TEST(command_exits_by_what_is_enforced)
{
	ck_assert_int_eq(run_status("", "grep 'no module has run'"), 1);
	fixture_must_open(&f);
	fixture_settle(&f);
	ck_assert_int_eq(run_status("", "grep 'has not reached the resolver'"), 1);
	enforce();
	ck_assert_int_eq(run_status("", "grep '^enforcing'"), 0);
	fixture_write(&f, "ads.txt", "");
	enforce();
	ck_assert_int_eq(run_status("", "grep 'list ads: .*last good copy serves'"), 1);
	fixture_write(&f, "ads.txt", "ads.example\nads2.example\nads3.example\n");
	enforce();
	ck_assert_int_eq(run_status("", "grep '^enforcing'"), 0);
	fixture_write(&f, "dnsward.yaml", "version: 1\nstate-dir: state\nactoins: []\n");
	enforce();
	ck_assert_int_eq(run_status("", "grep 'older settings are in force'"), 1);
	fixture_write(&f, "dnsward.yaml", settings);
	dw_engine_disable(f.engine, "built for another Unbound");
	enforce();
	ck_assert_int_eq(run_status("", "grep 'passed on: built for another'"), 1);
	fixture_close(&f);
	ck_assert_int_eq(run_status("", "grep 'is not running'"), 1);
	ck_assert_int_eq(run_status("--json --prometheus", "grep usage"), 2);
	ck_assert_int_eq(run_status("word", "grep 'one word too many'"), 2);
}
END_TEST

/* A host whose threads nobody has asked anything yet has no answers that a generation would have to
 * reach, nor a thread that would see to it. */
START_TEST(generation_reaches_all_of_nothing)
{
	fixture_must_open(&f);
	dw_snapshot_release(f.worker, &f.snapshot);
	dw_worker_leave(&f.worker);
	ck_assert(dw_engine_settle(f.engine, 30));
	ck_assert_int_eq(run_status("", "grep '^enforcing'"), 0);
	f.worker = dw_worker_join(f.engine);
	fixture_settle(&f);
	ck_assert_int_eq(run_status("", "grep 'has not reached the resolver'"), 1);
}
END_TEST

START_TEST(json_tells_the_same)
{
	if (!has("jq")) {
		printf("skip json_tells_the_same: there is no jq\n");
		return;
	}
	fixture_must_open(&f);
	ask("ads.example", 3);
	enforce();
	ck_assert_int_eq(run_status("--json",
		"jq -e '.enforcing and (.instances | length == 1) and (.instances[0] | .running and "
		".queries.sinkhole == 3 and .wrong == [] and .lists[0].name == \"ads\" and "
		".lists[0].rules == 4 and .hits == [{list: \"ads\", category: \"ads\", count: 3, allow: 0, log: 0, sinkhole: 3}] "
		"and (.workers | length) == 1 and .workers[0].answered == 3 and .paused == [] and "
		".generation == .generation_enforced and (.log.dropped | add) == 0)' >/dev/null"), 0);
	fixture_close(&f);
	ck_assert_int_eq(run_status("--json",
		"jq -e '(.enforcing | not) and (.instances[0] | (.running | not) and "
		".wrong == [\"it is not running\"])' >/dev/null"), 1);
}
END_TEST

START_TEST(metrics_have_the_names_they_are_known_by)
{
	static const char *const lines[] = {
		"^dnsward_enforcing 1$",
		"^dnsward_queries_total{verdict=\"sinkhole\"} 3$",
		"^dnsward_hits_total{category=\"ads\",list=\"ads\"} 3$",
		"^dnsward_list_rules{list=\"ads\"} 4$",
		"^dnsward_list_skipped_lines{list=\"more\"} 0$",
		"^dnsward_list_last_success_timestamp_seconds{list=\"ads\"} [1-9][0-9]*$",
		"^dnsward_database_generation [1-9][0-9]*$",
		"^dnsward_log_events_total 3$",
		"^dnsward_log_dropped_total{reason=\"queue-full\"} 0$",
		"^dnsward_build_info{version=\"[0-9.]*\",unbound=\"test\"} 1$",
	};
	char filter[256];

	fixture_must_open(&f);
	ask("ads.example", 3);
	enforce();
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(filter, sizeof(filter), "grep '%s' >/dev/null", lines[i]);
		ck_assert_msg(run_status("--prometheus", filter) == 0, "%s", lines[i]);
	}
	if (has("promtool"))
		ck_assert_int_eq(run_status("--prometheus", "promtool check metrics"), 0);
	else
		printf("skip promtool: there is none\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("status");
	TCase *tc = tcase_create("engine");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, fresh_engine_tells_what_is_in_force);
	tcase_add_test(tc, replies_are_counted_by_verdict_list_and_category);
	tcase_add_test(tc, counts_keep_their_names_when_settings_change);
	tcase_add_test(tc, counts_outlive_the_engine);
	tcase_add_test(tc, state_dir_that_goes_and_comes_back);
	tcase_add_test(tc, broken_list_is_told_until_it_is_mended);
	tcase_add_test(tc, lists_are_told_of_when_there_is_no_compiling);
	tcase_add_test(tc, list_that_grows_too_old_is_told);
	tcase_add_test(tc, pattern_that_cannot_be_compiled_is_told);
	tcase_add_test(tc, broken_settings_are_told_until_they_are_mended);
	tcase_add_test(tc, host_that_stands_aside_is_told);
	tcase_add_test(tc, two_engines_tell_side_by_side);
	tcase_add_test(tc, workers_are_told);
	tcase_add_test(tc, detectors_are_told);
	tcase_add_test(tc, last_error_stays_when_it_is_mended);
	tcase_add_test(tc, list_that_never_came);
	tcase_add_test(tc, output_goes_to_a_file_in_one_step);
	tcase_add_loop_test(tc, metrics_do_not_fall_when_an_engine_ends, 0, 2);
	tcase_add_loop_test(tc, file_that_nobody_writes_says_nothing_of_those_that_run, 0, 2);
	tcase_add_test(tc, command_exits_by_what_is_enforced);
	tcase_add_test(tc, generation_reaches_all_of_nothing);
	tcase_add_test(tc, json_tells_the_same);
	tcase_add_test(tc, metrics_have_the_names_they_are_known_by);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
