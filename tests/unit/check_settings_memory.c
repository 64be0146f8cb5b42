/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_settings_memory.c: settings are read, or not, whichever allocation fails
 */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings_fixture.h"
#include "settings_show.h"
#include "unit.h"

#ifdef DW_SANITIZED
int main(void)
{
	return 77; /* sanitizers have an allocator of their own */
}
#else

/* glibc's own, behind those below; which serve the libraries as well, hence DW_API. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void __libc_free(void *old);

/* volatile: compilers know that malloc touches no variable of ours */
static volatile bool armed;
static volatile bool comes_back; /* after one that failed the others are granted */
static volatile long until;      /* allocations that are granted yet */
static volatile bool failed;
static volatile long live; /* allocations less frees while armed */

static bool grant(void)
{
	if (!armed)
		return true;
	if (until-- > 0 || (failed && comes_back))
		return true;
	failed = true;
	return false;
}

DW_API void *malloc(size_t size)
{
	void *piece = grant() ? __libc_malloc(size) : NULL;

	live += armed && piece;
	return piece;
}

DW_API void *calloc(size_t count, size_t size)
{
	void *piece = grant() ? __libc_calloc(count, size) : NULL;

	live += armed && piece;
	return piece;
}

DW_API void *realloc(void *old, size_t size)
{
	void *piece = grant() ? __libc_realloc(old, size) : NULL;

	live += armed && piece && !old;
	return piece;
}

DW_API void *reallocarray(void *old, size_t count, size_t size)
{
	return realloc(old, count * size);
}

DW_API void free(void *old)
{
	live -= armed && old;
	__libc_free(old);
}

static const char text[] =
	"version: 1\ninclude: more/*.yaml\nstate-dir: state\ntimezone: Europe/Zurich\n"
	"lists: [{name: ads, path: ads.txt, zone: z.example}, {name: c2, path: c2.txt}]\n"
	"clients: [{name: guests, networks: [192.0.2.0/24, \"2001:db8::/32\"], path: g.txt}]\n"
	"actions:\n"
	"- {category: [ads, c2], clients: guests, when: [8:00-9:00], rule: [a, b], action: log}\n"
	"- {category: any, action: sinkhole, answer: cname w.example, ede: {text: no}}\n"
	"dry-run: ads\nlog: {path: q}\n";

static enum dw_result open_armed(const char *path, long granted, struct dw_settings **out)
{
	enum dw_result result;

	until = granted;
	failed = false;
	live = 0;
	armed = true;
	result = dw_settings_open(path, NULL, NULL, NULL, out, NULL);
	if (result == DW_OK) {
		size_t warnings = dw_settings_warn(*out, NULL, NULL, NULL);

		(void)warnings;
		dw_settings_close(out);
	}
	armed = false;
	return result;
}

/* The nth allocation fails, and so do all after it or none. */
static void fail_each(const char *main_text, enum dw_result expected)
{
	struct dw_settings *settings = NULL;
	char path[128];
	long n = 0;

	settings_write("dnsward.yaml", main_text);
	settings_write("more/a.yaml", "lists: [{name: x, path: x.txt}]\nx-y: [a, b]\n");
	settings_write("g.txt", "10.0.0.0/8\n10.1.0.0/16\n");
	snprintf(path, sizeof(path), "%s/dnsward.yaml", settings_folder);
	for (;; n++) {
		enum dw_result result = open_armed(path, n, &settings);

		if (live != 0)
			ck_abort_msg("%ld allocations lost when number %ld failed", live, n);
		if (!failed) {
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
	comes_back = _i != 0;
	fail_each(text, DW_OK);
}
END_TEST

START_TEST(bad_settings)
{
	comes_back = _i != 0;
	fail_each("version: 1\nlits: 1\nlists: [{name: a}]\nactions: [{category: a, action: x}]\n"
		  "include: [more/a.yaml, none.yaml]\nclients: [{name: g, path: none.txt}]\n",
		DW_ERR_SYNTAX);
}
END_TEST

/* Not under valgrind, which puts its own allocator before ours. */
static bool is_in_charge(void)
{
	void *volatile piece;

	armed = true;
	until = 1;
	piece = malloc(1);
	free(piece);
	armed = false;
	return until == 0;
}

int main(void)
{
	Suite *suite;
	TCase *tcase;

	if (!is_in_charge())
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
