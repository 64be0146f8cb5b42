/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * names that are scored: settings, verdicts, and models that come and go
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/name_hash.h"
#include "dga/memo.h"
#include "dnsward/file.h"
#include "answers.h"
#include "engine_fixture.h"
#include "unit.h"

/* Far above and far below any threshold. */
static const char generated[] = "x4f9z2kq8wv7rtnb6m.net", usual[] = "www.wikipedia.org";

static struct fixture f;

static void setup(void)
{
	fixture_setup(&f);
	fixture_write(&f, "popular.txt", "x4f9z2kq8wv7rtnb6m.net\n");
}

static void teardown(void)
{
	fixture_teardown(&f);
}

static void open_with(const char *dga, const char *rows)
{
	char text[1024];
	struct dw_error err;

	snprintf(text, sizeof(text),
		"version: 1\nstate-dir: state\n"
		"lists: [{name: popular, path: popular.txt, format: domains}]\n%sactions:\n%s",
		dga, rows);
	fixture_write(&f, "dnsward.yaml", text);
	ck_assert_msg(fixture_open(&f, false, &err) == DW_OK, "%s: %s", err.where, err.text);
}

static struct dw_verdict decide(const char *name)
{
	return fixture_decide(&f, name, 1, "192.0.2.1", 0);
}

START_TEST(generated_name_has_the_category)
{
	open_with("dga: {category: machines}\n", "  - {category: machines, action: sinkhole}\n");
	struct dw_verdict v = decide(generated);
	ck_assert_int_eq(v.action, DW_ACTION_SINKHOLE);
	ck_assert(v.may_sinkhole && !v.varies);
	ck_assert(v.dga.scored && v.dga.hit);
	ck_assert_uint_gt(v.dga.probability, 900000);
	ck_assert_int_eq(v.reason.provider->kind, DW_PROVIDER_DGA);
	ck_assert_str_eq(v.reason.provider->source, "dga");
	ck_assert_str_eq(v.reason.provider->technique, "T1568.002");
	v = decide(usual);
	ck_assert_int_eq(v.action, DW_ACTION_ALLOW);
	ck_assert(v.dga.scored && !v.dga.hit && !v.may_sinkhole);
	v = decide("com");
	ck_assert(!v.dga.scored);
}
END_TEST

START_TEST(nothing_is_scored_unless_it_is_asked_for)
{
	open_with("", "  - {category: any, action: log}\n");
	struct dw_verdict v = decide(generated);
	ck_assert(!v.dga.scored && !v.has_reason);
}
END_TEST

START_TEST(category_and_threshold_have_defaults)
{
	open_with("dga: {}\n", "  - {category: dga, level: medium, action: log}\n");
	ck_assert_int_eq(decide(generated).action, DW_ACTION_LOG);
}
END_TEST

START_TEST(threshold_of_the_settings_counts)
{
	open_with("dga: {threshold: 0.000001}\n", "  - {category: dga, action: log}\n");
	ck_assert(decide(usual).dga.hit);
}
END_TEST

START_TEST(popular_names_are_shielded)
{
	open_with("dga: {}\n", "  - {category: dga, unless: popular, action: sinkhole}\n");
	ck_assert_int_eq(decide(generated).action, DW_ACTION_ALLOW);
	ck_assert_int_eq(decide("vbkqjxwzmthp.biz").action, DW_ACTION_SINKHOLE);
}
END_TEST

/* Content networks' names look generated: of an alias only the question is scored. */
START_TEST(targets_are_not_scored)
{
	open_with("dga: {}\n", "  - {category: dga, action: sinkhole}\n");
	char words[300];
	uint8_t name[DW_NAME_MAX];
	struct dw_view view = {.name = name, .type = 1};
	static struct made_answer answer;
	struct dw_verdict v;
	ck_assert(dw_name_from_text(usual, strlen(usual), name, &view.name_len, NULL) == DW_OK);
	snprintf(words, sizeof(words), "cname=%s", generated);
	answer_make(words, &answer);
	dw_decide(f.worker, f.snapshot, &view, &v);
	dw_decide_answer(f.worker, f.snapshot, &view, &answer.view, &v);
	ck_assert_int_eq(v.action, DW_ACTION_ALLOW);
	ck_assert(v.dga.scored && !v.dga.hit && !v.may_sinkhole);
}
END_TEST

/* ---- models from files ---- */

static void copy_model(const char *name, size_t cut)
{
	const char *top = getenv("top_srcdir");
	char from[512], to[512];
	char *bytes;
	size_t len;

	snprintf(from, sizeof(from), "%s/module/dga/dga.model", top != NULL ? top : ".");
	snprintf(to, sizeof(to), "%s/%s", f.folder, name);
	ck_assert(dw_file_read(from, 1 << 20, &bytes, &len, NULL) == DW_OK);
	ck_assert(dw_file_write(to, f.folder, bytes, len - cut, NULL) == DW_OK);
	free(bytes);
}

START_TEST(model_comes_from_its_file)
{
	copy_model("my.model", 0);
	open_with("dga: {model: my.model}\n", "  - {category: dga, action: log}\n");
	ck_assert_int_eq(decide(generated).action, DW_ACTION_LOG);
	ck_assert_ptr_null(strstr(f.said, "my.model"));
}
END_TEST

START_TEST(broken_model_leaves_the_one_in_force)
{
	copy_model("my.model", 0);
	open_with("dga: {model: my.model}\n", "  - {category: dga, action: log}\n");
	copy_model("my.model", 1);
	fixture_settle(&f);
	ck_assert_int_eq(decide(generated).action, DW_ACTION_LOG);
	ck_assert_ptr_nonnull(strstr(f.said, "my.model"));
	ck_assert_ptr_nonnull(strstr(f.said, "the model that was in force serves"));
}
END_TEST

START_TEST(broken_model_at_a_start_leaves_the_one_built_in)
{
	copy_model("my.model", 1000);
	open_with("dga: {model: my.model}\n", "  - {category: dga, action: log}\n");
	ck_assert_int_eq(decide(generated).action, DW_ACTION_LOG);
	ck_assert_ptr_nonnull(strstr(f.said, "the model that is built in serves"));
	copy_model("my.model", 0);
	fixture_forget_said(&f);
	fixture_settle(&f);
	ck_assert_ptr_null(strstr(f.said, "built in"));
}
END_TEST

/* ---- the memo ---- */

static struct dw_dga *model;

static void open_model(void)
{
	ck_assert(dw_dga_open(NULL, &model, NULL) == DW_OK);
}

static void close_model(void)
{
	dw_dga_close(&model);
}

/* As a worker has it: not cleared. */
static struct dw_dga_memo *memo_of_noise(void)
{
	static struct dw_dga_memo memo;

	memset(&memo, 0x55, sizeof(memo));
	memo.model = 0;
	return &memo;
}

static bool remembered(struct dw_dga_memo *memo, uint64_t number, const uint8_t *wire, size_t len,
	size_t *label, int32_t *log_odds)
{
	static const struct name_hash_key key = {{{1, 2}, {UINT64_C(0x9e3779b97f4a7c15), 3}}};
	struct dw_dga_memo_place *place =
		dw_dga_memo_name(memo, model, number, name_hash(&key, wire, len), wire, len);

	*label = place->label;
	return dw_dga_memo_score(place, model, wire, len, log_odds);
}

/* More names than there is room for, three times over. */
START_TEST(memo_says_what_the_model_says)
{
	struct dw_dga_memo *memo = memo_of_noise();

	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < 30000; i++) {
			char text[64];
			uint8_t wire[DW_NAME_MAX];
			size_t len, label, start = DW_DGA_NO_LABEL;
			struct dw_dga_verdict plain = {0};
			int32_t log_odds = 0;

			snprintf(text, sizeof(text), i % 7 == 0 ? "com" : "n%u.example.com",
				i * 2654435761U);
			ck_assert(dw_name_from_text(text, strlen(text), wire, &len, NULL) == DW_OK);
			bool scored = dw_dga_name(model, wire, len, &plain);
			ck_assert(remembered(memo, 1, wire, len, &label, &log_odds) == scored);
			ck_assert_int_eq(log_odds, plain.log_odds);
			ck_assert(dw_dga_registered(model, wire, len, &start) == scored);
			ck_assert_uint_eq(label, start);
		}
	}
}
END_TEST

/* What was remembered is told; of another model's number nothing is. */
START_TEST(memo_forgets_with_its_model)
{
	struct dw_dga_memo *memo = memo_of_noise();
	uint8_t wire[DW_NAME_MAX];
	size_t len, label;
	int32_t first, again;

	ck_assert(dw_name_from_text(generated, strlen(generated), wire, &len, NULL) == DW_OK);
	ck_assert(remembered(memo, 1, wire, len, &label, &first));
	for (size_t i = 0; i < DW_DGA_MEMO_SETS; i++)
		memo->place[i][0].log_odds = 12345;
	ck_assert(remembered(memo, 1, wire, len, &label, &again));
	ck_assert_int_eq(again, 12345);
	ck_assert(remembered(memo, 2, wire, len, &label, &again));
	ck_assert_int_eq(again, first);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("scored");
	TCase *verdicts = tcase_create("verdicts"), *models = tcase_create("models"),
	      *memos = tcase_create("memo");

	tcase_add_checked_fixture(verdicts, setup, teardown);
	tcase_add_test(verdicts, generated_name_has_the_category);
	tcase_add_test(verdicts, nothing_is_scored_unless_it_is_asked_for);
	tcase_add_test(verdicts, category_and_threshold_have_defaults);
	tcase_add_test(verdicts, threshold_of_the_settings_counts);
	tcase_add_test(verdicts, popular_names_are_shielded);
	tcase_add_test(verdicts, targets_are_not_scored);
	tcase_add_checked_fixture(models, setup, teardown);
	tcase_add_test(models, model_comes_from_its_file);
	tcase_add_test(models, broken_model_leaves_the_one_in_force);
	tcase_add_test(models, broken_model_at_a_start_leaves_the_one_built_in);
	tcase_add_checked_fixture(memos, open_model, close_model);
	tcase_add_test(memos, memo_says_what_the_model_says);
	tcase_add_test(memos, memo_forgets_with_its_model);
	suite_add_tcase(suite, verdicts);
	suite_add_tcase(suite, models);
	suite_add_tcase(suite, memos);
	return unit_main(suite);
}
