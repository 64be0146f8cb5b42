/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_settings_memory.c: settings are read, or not, whichever allocation fails
 */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocations.h"
#include "settings_fixture.h"
#include "settings_show.h"
#include "unit.h"

#ifdef DW_SANITIZED
int main(void)
{
	return 77; /* sanitizers have an allocator of their own */
}
#else

static const char text[] =
	"version: 1\ninclude: more/*.yaml\nstate-dir: state\ntimezone: Europe/Zurich\n"
	"lists: [{name: ads, path: ads.txt, zone: z.example}, {name: c2, path: c2.txt}]\n"
	"clients: [{name: guests, networks: [192.0.2.0/24, \"2001:db8::/32\"], path: g.txt}]\n"
	"actions:\n"
	"- {category: [ads, c2], clients: guests, when: [8:00-9:00], rule: [a, b], action: log}\n"
	"- {category: any, action: sinkhole, answer: cname w.example, ede: {text: no}}\n"
	"dry-run: ads\nlog: {path: q}\n";

static enum dw_result open_armed(
	const char *path, long granted, bool comes_back, struct dw_settings **out)
{
	enum dw_result result;

	allocations_arm(granted, comes_back);
	result = dw_settings_open(path, NULL, NULL, NULL, out, NULL);
	if (result == DW_OK) {
		size_t warnings = dw_settings_warn(*out, NULL, NULL, NULL);

		(void)warnings;
		dw_settings_close(out);
	}
	allocations_disarm();
	return result;
}

/* The nth allocation fails, and so do all after it or none. */
static void fail_each(const char *main_text, bool comes_back, enum dw_result expected)
{
	struct dw_settings *settings = NULL;
	char path[128];
	long n = 0;

	settings_write("dnsward.yaml", main_text);
	settings_write("more/a.yaml", "lists: [{name: x, path: x.txt}]\nx-y: [a, b]\n");
	settings_write("g.txt", "10.0.0.0/8\n10.1.0.0/16\n");
	snprintf(path, sizeof(path), "%s/dnsward.yaml", settings_folder);
	for (;; n++) {
		enum dw_result result = open_armed(path, n, comes_back, &settings);

		if (allocations_live() != 0)
			ck_abort_msg("%ld allocations lost when number %ld failed",
				allocations_live(), n);
		if (!allocations_failed()) {
			ck_assert_int_eq(result, expected);
			break;
		}
		/* system: glob(3) only says that a folder could not be opened */
		if (result != DW_ERR_MEMORY && result != DW_ERR_SYSTEM && result != expected)
			ck_abort_msg("%s when allocation %ld failed", dw_result_name(result), n);
	}
	ck_assert_int_gt(n, 50);
}

START_TEST(good_settings)
{
	fail_each(text, _i != 0, DW_OK);
}
END_TEST

START_TEST(bad_settings)
{
	fail_each("version: 1\nlits: 1\nlists: [{name: a}]\nactions: [{category: a, action: x}]\n"
		  "include: [more/a.yaml, none.yaml]\nclients: [{name: g, path: none.txt}]\n",
		_i != 0, DW_ERR_SYNTAX);
}
END_TEST

int main(void)
{
	Suite *suite;
	TCase *tcase;

	if (!allocations_in_charge())
		return 77;
	suite = suite_create("settings_memory");
	tcase = tcase_create("memory");
	tcase_add_checked_fixture(tcase, settings_setup, settings_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, good_settings, 0, 2);
	tcase_add_loop_test(tcase, bad_settings, 0, 2);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
#endif
