/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_pack.c: each rule of the pack fires where it should, and not beside it */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/file.h"
#include "engine_fixture.h"
#include "unit.h"

/* The questions and what they must come to are tests/data/pack/proofs.table. Here the engine
 * is asked; those about answers are for tests/e2e/cases/pack.py, which asks all of them of a
 * resolver. */

enum { FIELDS = 6, PROOFS_MAX = 1024 };
enum { RULE, WHAT, NAME, TYPE, ANSWER, EXPECTED };

static struct fixture f;
static char *table;
static const char *proof[PROOFS_MAX][FIELDS];
static size_t proof_count;

/* A path in the source tree, absolute: settings are read in another folder. */
static void source_path(const char *name, char out[512])
{
	const char *top = getenv("top_srcdir");
	char path[512], *real;

	snprintf(path, sizeof(path), "%s/%s", top ? top : ".", name);
	real = realpath(path, NULL);
	ck_assert_msg(real != NULL, "%s", path);
	snprintf(out, 512, "%s", real);
	free(real);
}

static void read_proofs(void)
{
	char path[512], *rest;
	size_t len;

	source_path("tests/data/pack/proofs.table", path);
	ck_assert_int_eq(dw_file_read(path, 1 << 20, &table, &len, NULL), DW_OK);
	rest = table;
	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		if (line[0] == '\0' || line[0] == '#')
			continue;
		ck_assert_uint_lt(proof_count, PROOFS_MAX);
		for (size_t i = 0; i < FIELDS; i++) {
			char *end = strstr(line, " | ");

			ck_assert_msg((end == NULL) == (i == FIELDS - 1), "%s", line);
			proof[proof_count][i] = line;
			if (end != NULL) {
				*end = '\0';
				line = end + 3;
			}
		}
		proof_count++;
	}
}

/* The category of a line that fires: what stands before the blank. */
static size_t category_of(const char *expected, const char **category)
{
	*category = expected;
	return strcspn(expected, " ");
}

/* A row for each category, in the order in which the table has them. */
static void write_settings(void)
{
	char path[512], text[8192];
	size_t used;

	source_path("packs/detections", path);
	used = (size_t)snprintf(text, sizeof(text),
		"version: 1\nstate-dir: state\ninclude: [\"%s/*.yaml\"]\ndga: {threshold: 0.98}\n"
		"actions:\n",
		path);
	for (size_t i = 0; i < proof_count; i++) {
		const char *category;
		size_t len = category_of(proof[i][EXPECTED], &category);
		char row[128];

		snprintf(row, sizeof(row), "  - {category: %.*s, action: log}\n", (int)len,
			category);
		if (strcmp(proof[i][WHAT], "fires") != 0 || strstr(text, row) != NULL)
			continue;
		ck_assert_uint_lt(used + strlen(row), sizeof(text));
		strcpy(text + used, row);
		used += strlen(row);
	}
	fixture_write(&f, "dnsward.yaml", text);
}

static void setup(void)
{
	struct dw_error err;
	enum dw_result result;

	read_proofs();
	fixture_setup(&f);
	write_settings();
	result = fixture_open(&f, false, &err);
	ck_assert_msg(result == DW_OK, "%s: %s", err.where, err.text);
}

static void teardown(void)
{
	fixture_teardown(&f);
	free(table);
}

/* "CATEGORY TECHNIQUE RULE" of what was decided, or "-". */
static void show(const struct dw_verdict *verdict, char out[256])
{
	const struct dw_settings *settings = dw_snapshot_settings(f.snapshot);
	const struct dw_provider *provider = verdict->reason.provider;

	if (!verdict->has_reason) {
		strcpy(out, "-");
		return;
	}
	snprintf(out, 256, "%s %s %s", settings->categories[verdict->reason.category],
		provider->technique ? provider->technique : "-",
		provider->name ? provider->name : provider->source);
}

static bool is_as_expected(const char *const line[FIELDS], const char *shown)
{
	char wanted[256];
	const char *rule;

	if (strcmp(line[WHAT], "fires") == 0) {
		snprintf(wanted, sizeof(wanted), "%s %s", line[EXPECTED], line[RULE]);
		return strcmp(shown, wanted) == 0;
	}
	rule = strrchr(shown, ' ');
	return strcmp(rule ? rule + 1 : shown, line[EXPECTED]) == 0;
}

START_TEST(proofs_hold)
{
	size_t wrong = 0;

	for (size_t i = 0; i < proof_count; i++) {
		struct dw_verdict verdict;
		char shown[256];
		uint16_t type;

		if (strcmp(proof[i][ANSWER], "-") != 0)
			continue;
		ck_assert_msg(dw_type_from_text(proof[i][TYPE], &type), "%s", proof[i][TYPE]);
		verdict = fixture_decide(&f, proof[i][NAME], type, "10.0.0.1", 0);
		show(&verdict, shown);
		if (!is_as_expected(proof[i], shown)) {
			fprintf(stderr, "%s %s %s: found %s; expected %s\n", proof[i][RULE],
				proof[i][WHAT], proof[i][NAME], shown, proof[i][EXPECTED]);
			wrong++;
		}
	}
	ck_assert_uint_gt(proof_count, 100);
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pack");
	TCase *tc = tcase_create("proofs");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, proofs_hold);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
