/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests that YAML made to hurt is refused in good time, as settings and as Sigma rules
 */
#include "dnsward-config.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "dnsward/lists.h"
#include "dnsward/settings.h"
#include "unit.h"

enum { SECONDS_MAX = 20, MEBIBYTES_MAX = 600 };

/* ---- texts ---- */

static void put(FILE *f, const char *text, size_t times)
{
	while (times-- > 0)
		fputs(text, f);
}

static void deep_lists(FILE *f)
{
	fputs("a: ", f);
	put(f, "[", 200000);
}

static void deep_maps(FILE *f)
{
	put(f, "{a: ", 200000);
}

/* Each level stands nine times in the next. */
static void bomb(FILE *f)
{
	fputs("x-0: &a0 [x,x,x,x,x,x,x,x,x]\n", f);
	for (int i = 1; i < 20; i++) {
		fprintf(f, "x-%d: &a%d [", i, i);
		for (int k = 0; k < 9; k++)
			fprintf(f, "%s*a%d", k > 0 ? "," : "", i - 1);
		fputs("]\n", f);
	}
}

static void many_anchors(FILE *f)
{
	for (int i = 0; i < 100000; i++)
		fprintf(f, "x-%d: &a%d x\n", i, i);
}

static void long_list(FILE *f)
{
	fputs("a: [", f);
	put(f, "x,", 3000000);
	fputs("]\n", f);
}

static void long_scalar(FILE *f)
{
	fputs("a: ", f);
	put(f, "0123456789abcdef\n   ", 1200000);
}

static void long_line(FILE *f)
{
	fputs("a: ", f);
	put(f, "0123456789abcdef", 100000);
	fputc('\n', f);
}

static void many_documents(FILE *f)
{
	put(f, "--- a\n", 700000);
	fputs("--- [\n", f);
}

static void same_key(FILE *f)
{
	put(f, "a: b\n", 100000);
}

static void binary(FILE *f)
{
	for (int i = 0; i < 65536; i++)
		fputc((i * 167) & 0xff, f);
}

static void nuls(FILE *f)
{
	fputs("version: 1\n", f);
	for (int i = 0; i < 1000; i++)
		fputc('\0', f);
}

static void half_a_quote(FILE *f)
{
	fputs("a: \"", f);
	put(f, "x\\n", 1000000);
}

static const struct {
	const char *what;
	void (*write)(FILE *f);
} hostile[] = {
	{"deep lists", deep_lists},
	{"deep maps", deep_maps},
	{"bomb", bomb},
	{"anchors", many_anchors},
	{"a long list", long_list},
	{"a long scalar", long_scalar},
	{"a long line", long_line},
	{"documents", many_documents},
	{"the same key", same_key},
	{"binary", binary},
	{"NUL", nuls},
	{"half a quote", half_a_quote},
};
enum { HOSTILE = sizeof(hostile) / sizeof(hostile[0]) };

static char folder[] = "/tmp/dnsward-hostile-XXXXXX", path[64];

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/file.yaml", folder);
}

static void teardown(void)
{
	unlink(path);
	rmdir(folder);
}

static FILE *create(void)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	return f;
}

/* The whole process so far, which is this one test's. */
static void check_cost(const char *what)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	ck_assert_msg(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec < SECONDS_MAX, "%s: %ld s",
		what, (long)usage.ru_utime.tv_sec);
	ck_assert_msg(usage.ru_maxrss / 1024 < MEBIBYTES_MAX, "%s: %ld MiB", what,
		usage.ru_maxrss / 1024);
}

/* ---- settings ---- */

static size_t told;

static void take(void *arg, bool is_error, const struct dw_error *error)
{
	(void)arg;
	ck_assert(is_error && error->text[0] != '\0');
	told++;
}

static void refuse_settings(const char *what)
{
	struct dw_settings *settings = NULL;
	struct dw_error error = {.where = ""};

	told = 0;
	ck_assert_msg(
		dw_settings_open(path, NULL, take, NULL, &settings, &error) != DW_OK, "%s", what);
	ck_assert_msg(told > 0 && told <= 101, "%s: %zu errors", what, told);
	ck_assert_msg(strstr(error.where, "file.yaml") != NULL, "%s: at '%s'", what, error.where);
}

START_TEST(as_settings)
{
	FILE *f = create();

	hostile[_i].write(f);
	fclose(f);
	refuse_settings(hostile[_i].what);
	check_cost(hostile[_i].what);
}
END_TEST

/* A value of each wrong kind under each of `keys`, which stands where "KEY: VALUE" goes between
 * `before` and `after`. */
static void refuse_under(const char *before, const char *const *keys, size_t count,
	const char *after, void (*refuse)(const char *what))
{
	static const char *const values[] = {"{{a: b}: c}", "[[[x]]]", "{a: [b, {c: d}]}"};

	for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
		for (size_t k = 0; k < count; k++) {
			FILE *f = create();

			fprintf(f, "%s%s: %s%s\n", before, keys[k], values[v], after);
			fclose(f);
			refuse(keys[k]);
		}
	}
}
#define REFUSE_UNDER(before, keys, after, refuse) \
	refuse_under(before, keys, sizeof(keys) / sizeof((keys)[0]), after, refuse)

START_TEST(wrong_types_in_settings)
{
	static const char *const first[] = {"version"};
	static const char *const keys[] = {"include", "state-dir", "on-mismatch", "database", "lists",
		"rules", "disable", "dga", "detect", "clients", "timezone", "actions", "dry-run",
		"log"};
	static const char *const rule_keys[] = {"name", "category", "technique", "level", "targets",
		"types", "any", "all", "except"};
	static const char *const conditions[] = {"exact", "suffix", "prefix", "contains",
		"wildcard", "regex", "length", "labels", "entropy", "types", "rcode", "answer-text",
		"answer-text-regex", "answer-cname", "answer-ip", "ttl-below"};

	REFUSE_UNDER("", first, "", refuse_settings);
	REFUSE_UNDER("version: 1\n", keys, "", refuse_settings);
	REFUSE_UNDER("version: 1\nrules:\n  - ", rule_keys, "", refuse_settings);
	REFUSE_UNDER("version: 1\nrules:\n  - {name: a, category: b, any: [{", conditions, "}]}",
		refuse_settings);
}
END_TEST

/* ---- Sigma ---- */

static void refuse_sigma(const char *what)
{
	struct dw_list_options options = {
		.name = "sigma", .category = "sigma", .path = path, .format = DW_FORMAT_SIGMA};
	struct dw_list_report report;
	struct dw_rules *rules = NULL;
	struct dw_error error = {.where = ""};
	enum dw_result result =
		dw_list_load(&options, 0, NULL, NULL, NULL, &rules, &report, &error);

	ck_assert_msg(result != DW_OK, "%s", what);
	ck_assert_msg(strstr(error.where, "file.yaml") != NULL && error.text[0] != '\0',
		"%s: at '%s'", what, error.where);
	dw_list_report_clear(&report);
}

START_TEST(as_sigma)
{
	FILE *f = create();

	hostile[_i].write(f);
	fclose(f);
	refuse_sigma(hostile[_i].what);
	check_cost(hostile[_i].what);
}
END_TEST

/* The rest of a rule is in order, so that the rule is what is refused. */
START_TEST(wrong_types_in_sigma)
{
	static const char *const source[] = {"logsource"}, *const detection[] = {"detection"};
	static const char *const fields[] = {"query", "query|re", "query|contains|all",
		"record_type", "answer", "answer|cidr", "rcode", "ttl|lt", "answer|exists"};

	REFUSE_UNDER("title: a\n", source, "", refuse_sigma);
	REFUSE_UNDER("title: a\nlogsource: {category: dns}\n", detection, "", refuse_sigma);
	REFUSE_UNDER("title: a\nlogsource: {category: dns}\ndetection: {s: {", fields,
		"}, condition: s}", refuse_sigma);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hostile YAML");
	TCase *tc = tcase_create("all");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_tags(tc, "slow");
	tcase_add_loop_test(tc, as_settings, 0, HOSTILE);
	tcase_add_test(tc, wrong_types_in_settings);
	tcase_add_loop_test(tc, as_sigma, 0, HOSTILE);
	tcase_add_test(tc, wrong_types_in_sigma);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
