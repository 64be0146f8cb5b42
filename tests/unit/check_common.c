/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of what several subcommands do alike
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "../../cmd/cmd.h"
#include "dnsward/engine.h"
#include "engine_fixture.h"
#include "unit.h"

static struct fixture f;

static void setup(void)
{
	fixture_setup(&f);
	fixture_write(&f, "dnsward.yaml",
		"version: 1\nstate-dir: state\nactions: [{category: any, action: log}]\n");
}

static void teardown(void)
{
	fixture_teardown(&f);
}

/* Open an engine while no descriptors are left but `spare`; what it printed goes to `out`. */
static int open_without_descriptors(int spare, char *out, size_t len)
{
	char path[256];
	struct cmd_context ctx = {.conf = path};
	struct rlimit limit, none;
	int fds[64], count = 0, before = dup(STDERR_FILENO);
	FILE *printed = tmpfile();

	snprintf(path, sizeof(path), "%s/dnsward.yaml", f.folder);
	ck_assert_ptr_nonnull(printed);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = (struct rlimit){.rlim_cur = 32, .rlim_max = limit.rlim_max};
	ck_assert_int_eq(dup2(fileno(printed), STDERR_FILENO), STDERR_FILENO);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	while (count < 64 && (fds[count] = dup(STDIN_FILENO)) >= 0)
		count++;
	while (spare-- > 0)
		close(fds[--count]);
	int status = cmd_open_engine(&ctx, &f.engine, &f.worker);
	while (count > 0)
		close(fds[--count]);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_int_eq(dup2(before, STDERR_FILENO), STDERR_FILENO);
	close(before);
	rewind(printed);
	out[fread(out, 1, len - 1, printed)] = '\0';
	fclose(printed);
	return status;
}

/* Whatever it is that cannot be had: the engine itself, or the settings. */
START_TEST(engine_that_does_not_open_says_why_once)
{
	char printed[4096];

	ck_assert_int_eq(open_without_descriptors(_i, printed, sizeof(printed)), CMD_WANTING);
	ck_assert_ptr_null(f.engine);
	ck_assert_msg(strstr(printed, "Too many open files") != NULL, "'%s'", printed);
	ck_assert_msg(strchr(printed, '\n') == strrchr(printed, '\n'), "%s", printed);
}
END_TEST

START_TEST(engine_opens_with_a_worker)
{
	char printed[4096];

	ck_assert_int_eq(open_without_descriptors(16, printed, sizeof(printed)), CMD_OK);
	ck_assert_str_eq(printed, "");
	f.snapshot = dw_snapshot_acquire(f.worker);
	ck_assert_int_eq(fixture_decide(&f, "a.example", 1, NULL, 0).action, DW_ACTION_LOG);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("common");
	TCase *tcase = tcase_create("engine");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, engine_that_does_not_open_says_why_once, 0, 2);
	tcase_add_test(tcase, engine_opens_with_a_worker);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
