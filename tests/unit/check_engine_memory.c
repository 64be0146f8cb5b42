/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of the engine: new settings are in force, or that they are not is known, whichever
 * allocation fails
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <string.h>
#include "allocations.h"
#include "engine_fixture.h"
#include "policy/engine_parts.h"
#include "unit.h"

#ifdef DW_SANITIZED
int main(void)
{
	return 77; /* sanitizers have an allocator of their own */
}
#else

static struct fixture f;

static void write_settings(enum dw_action action)
{
	char text[256];

	snprintf(text, sizeof(text),
		"version: 1\nstate-dir: state\nlists: [{name: ads, path: ads.txt, format: domains}]\n"
		"actions: [{category: ads, action: %s}]\n",
		dw_action_name(action));
	fixture_write(&f, "dnsward.yaml", text);
}

/* Without threads: what is done is done here. */
static void setup(void)
{
	char path[256];
	struct dw_engine_options options = {.settings = path, .host = "test"};

	fixture_setup(&f);
	fixture_write(&f, "ads.txt", "ads.example\n");
	write_settings(DW_ACTION_LOG);
	snprintf(path, sizeof(path), "%s/dnsward.yaml", f.folder);
	ck_assert_int_eq(dw_engine_open(&options, &f.engine, NULL), DW_OK);
	f.worker = dw_worker_join(f.engine);
	ck_assert_ptr_nonnull(f.worker);
}

static void teardown(void)
{
	fixture_teardown(&f);
}

static enum dw_action in_force(void)
{
	dw_snapshot_release(f.worker, &f.snapshot);
	f.snapshot = dw_snapshot_acquire(f.worker);
	return fixture_decide(&f, "ads.example", 1, "10.0.0.1", 0).action;
}

/* By state-dir/last-good.yaml. */
static enum dw_action kept(void)
{
	char path[256];
	struct dw_settings *settings;

	snprintf(path, sizeof(path), "%s/dnsward.yaml", f.folder);
	ck_assert_int_eq(dw_settings_open_kept(path, NULL, &settings, NULL), DW_OK);
	enum dw_action action = settings->rows[0].action;
	dw_settings_close(&settings);
	return action;
}

static bool is_hopeful(void)
{
	return dw_may_pass(f.engine->trouble.settings.result) ||
	       dw_may_pass(f.engine->trouble.database.result);
}

/* The nth allocation fails, and so do all after it or none; then there is memory again. */
START_TEST(settings_wait_for_memory)
{
	bool comes_back = _i != 0, failed = true;
	long n = 0;

	for (; failed; n++) {
		enum dw_action before = in_force();
		enum dw_action wanted = before == DW_ACTION_LOG ? DW_ACTION_SINKHOLE : DW_ACTION_LOG;

		write_settings(wanted);
		allocations_arm(n, comes_back);
		dw_refresh(f.engine, true, false);
		allocations_disarm();
		failed = allocations_failed();
		if (in_force() != wanted) {
			ck_assert_msg(is_hopeful(), "forgotten when allocation %ld failed", n);
			ck_assert_msg(kept() == before, "kept and not in force when %ld failed", n);
		}
		dw_refresh(f.engine, false, true);
		ck_assert_msg(in_force() == wanted, "not tried again when %ld had failed", n);
		ck_assert_msg(!is_hopeful(), "not over when %ld had failed", n);
		ck_assert_int_eq(kept(), wanted);
		(void)dw_reap_snapshots(f.engine);
	}
	ck_assert_int_gt(n, 50);
}
END_TEST

int main(void)
{
	if (!allocations_in_charge())
		return 77;
	Suite *suite = suite_create("engine_memory");
	TCase *tcase = tcase_create("memory");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, settings_wait_for_memory, 0, 2);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
#endif
