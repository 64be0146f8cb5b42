/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * Sigma rules: what is taken and what not, and what they fit
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "engine_fixture.h"
#include "list_lines.h"
#include "unit.h"

#define RULE(detection) "title: t\nlogsource: {category: dns}\ndetection:\n" detection
#define ONE(selection) RULE("  s: " selection "\n  condition: s\n")

/* ---- what is taken ---- */

/* `reason`: why not; NULL: it is. `note`: taken in part, with host-fields: ignore. */
static const struct {
	const char *text, *reason, *note;
} rules[] = {
	{ONE("{query: a}"), NULL, NULL},
	{ONE("[{query: a}, {QueryName|endswith: b}]"), NULL, NULL},
	{ONE("{query|re|i: '^a.*b$', record_type: TXT, rcode: NXDOMAIN}"), NULL, NULL},
	{ONE("{answers|cidr: 10.0.0.0/8, dns.answers.ttl|lt: 60, answer|exists: true}"), NULL,
		NULL},
	{RULE("  a1: {query: a}\n  a2: {query: b}\n  f: {query: c}\n  condition: (1 of a* or all "
	      "of them) and not f\n"),
		NULL, NULL},
	{"title: t\nlogsource: {product: zeek, service: dns}\ndetection: {s: {query: a}, "
	 "condition: s}\n",
		NULL, NULL},
	{"title: t\nlogsource: {product: windows, service: dns-client}\ndetection: {s: {EventID: "
	 "3008, QueryName: a}, condition: s}\n",
		NULL, NULL},
	{"title: t\nlogsource: {category: process_creation}\ndetection: {s: {query: a}, condition: "
	 "s}\n",
		"another log source", NULL},
	{"title: t\ncorrelation: {type: event_count}\n", "correlation", NULL},
	{"title: t\naction: global\n", "collection", NULL},
	{"title: t\nlogsource: {category: dns}\n", "no detection", NULL},
	{"- a\n", "no rule", NULL},
	{RULE("  s: {query: a}\n"), "no condition", NULL},
	{RULE("  s: [a, b]\n  condition: s\n"), "keywords", NULL},
	{RULE("  keywords: [a]\n  condition: keywords\n"), "keywords", NULL},
	{RULE("  s: {query: a}\n  timeframe: 5m\n  condition: s\n"), "timeframe", NULL},
	{RULE("  s: {query: a}\n  condition: s | count() > 5\n"), "counting", NULL},
	{RULE("  s: {query: a}\n  condition: s and\n"), "expected a selection", NULL},
	{RULE("  s: {query: a}\n  condition: (s\n"), "expected \")\"", NULL},
	{RULE("  s: {query: a}\n  condition: s s\n"), "expected its end", NULL},
	{RULE("  s: {query: a}\n  condition: 1 of x*\n"), "no selection is named so", NULL},
	{RULE("  s: {query: a}\n  condition: other\n"), "expected a selection", NULL},
	{RULE("  s: {query: a}\n  condition: ((((((((((((((((((s))))))))))))))))))\n"), "too deep",
		NULL},
	{ONE("{query|base64: a}"), "modifier base64", NULL},
	{ONE("{query|fieldref: a}"), "modifier fieldref", NULL},
	{ONE("{query|contains|endswith: a}"), "modifier endswith", NULL},
	{ONE("{query|re: '('}"), "query|re", NULL},
	{ONE("{query: ''}"), "empty", NULL},
	{ONE("{query|gt: 5}"), "cannot be asked so", NULL},
	{ONE("{record_type: NONE}"), "is not known", NULL},
	{ONE("{query: {a: b}}"), "expected text", NULL},
	{ONE("{EventID: 22}"), "fits every query", NULL},
	{ONE("{query: a, EventID: 1}"), "fits no query", NULL},
	{ONE("{query: a, src_ip|cidr: 10.0.0.0/8}"), "field src_ip is of the connection", NULL},
	{ONE("{query: a, source.ip: 10.0.0.1}"), "field source.ip is of the connection", NULL},
	{ONE("{query: a, Qery: b}"), "field Qery is not known", NULL},
	{ONE("{query: a, Image|endswith: b, User: c}"), "hosts alone: Image, User",
		"without Image, User"},
	{ONE("{query: a, ParentImage|endswith: b, Image|endswith: c, Image|contains: d}"),
		"hosts alone: ParentImage, Image", "without ParentImage, Image"},
	{ONE("{query: '*'}"), "fits every query", NULL},
	{ONE("{query|contains: [a, '**']}"), "fits every query", NULL},
	{ONE("{query: '*', record_type: TXT}"), NULL, NULL},
	{RULE("  s: {query: a}\n  f: {Image: b}\n  condition: s and not f\n"), "hosts alone: Image",
		"without Image"},
	{RULE("  s: {query: a}\n  h: {Image: b}\n  condition: s or h\n"), "hosts alone: Image",
		NULL},
};

static void load(
	const char *text, bool ignore, struct dw_list_report *report, enum dw_result *result)
{
	struct dw_list_options options = {.name = "l",
		.category = "l",
		.format = DW_FORMAT_SIGMA,
		.path = list_file("rule.yml", text, strlen(text)),
		.ignore_host_fields = ignore};
	struct dw_rules *loaded = NULL;
	struct dw_error err;

	*result = dw_list_load(&options, 0, NULL, NULL, NULL, &loaded, report, &err);
	dw_rules_free(&loaded);
}

START_TEST(rule_is_taken_or_told)
{
	struct dw_list_report report;
	enum dw_result result;

	load(rules[_i].text, false, &report, &result);
	ck_assert_msg(report.rules == (rules[_i].reason == NULL), "%s", rules[_i].text);
	if (rules[_i].reason) {
		ck_assert_int_eq(report.skipped, 1);
		ck_assert_msg(strstr(report.examples[0].reason, rules[_i].reason) != NULL, "%s: %s",
			rules[_i].text, report.examples[0].reason);
	}
	dw_list_report_clear(&report);
	load(rules[_i].text, true, &report, &result);
	ck_assert_uint_eq(report.partial, rules[_i].note != NULL);
	if (rules[_i].note)
		ck_assert_ptr_nonnull(strstr(report.examples[0].reason, rules[_i].note));
	dw_list_report_clear(&report);
}
END_TEST

START_TEST(without_title_the_reason_stands_alone)
{
	struct dw_list_report report;
	enum dw_result result;

	load("logsource: {category: webserver}\ndetection: {s: {a: b}, condition: s}\n", false,
		&report, &result);
	ck_assert_str_eq(report.examples[0].reason, "another log source than DNS: webserver");
	dw_list_report_clear(&report);
}
END_TEST

START_TEST(broken_yaml_breaks_the_list)
{
	static const char *const broken[] = {"a: [", "a: b\na: c\n", "{{{{", "a: &x [*x]\n"};
	struct dw_list_report report;
	enum dw_result result;

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		load(broken[i], false, &report, &result);
		ck_assert_int_eq(result, DW_ERR_SYNTAX);
		dw_list_report_clear(&report);
	}
}
END_TEST

/* Seconds that a rule takes whose condition names a selection of 300 expressions so often. */
static double named_seconds(int times, bool taken)
{
	struct dw_list_report report;
	struct timespec from, to;
	enum dw_result result;
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	fputs("title: t\nlogsource: {category: dns}\ndetection:\n  s:\n    query|re:\n", out);
	for (int i = 0; i < 300; i++)
		fprintf(out, "      - '^a%dx{1,9}[a-f]+y%d'\n", i, i);
	fputs("  condition: s", out);
	for (int i = 1; i < times; i++)
		fputs(" or s", out);
	fclose(out);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	load(text, false, &report, &result);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	ck_assert_uint_eq(report.rules, taken);
	if (!taken)
		ck_assert_ptr_nonnull(strstr(report.examples[0].reason, "too large"));
	dw_list_report_clear(&report);
	free(text);
	return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

START_TEST(naming_a_selection_again_costs_little)
{
	double once = named_seconds(1, true), often = named_seconds(700, false);

	ck_assert_msg(often < 50 * once, "%f s, and named 700 times %f s", once, often);
}
END_TEST

/* ---- what they fit ---- */

static struct fixture f;

static void setup(void)
{
	fixture_setup(&f);
}

static void teardown(void)
{
	fixture_teardown(&f);
}

static void open_list(const char *text)
{
	struct dw_error err;

	fixture_write(&f, "r.yml", text);
	fixture_write(&f, "dnsward.yaml",
		"version: 1\nstate-dir: state\n"
		"lists: [{name: sig, path: r.yml, category: s}]\n"
		"disable: [2f9d]\n"
		"actions: [{rule: 1a2b, types: MX, action: allow}, "
		"{category: s, level: high, action: sinkhole}, {category: s, action: log}]\n");
	ck_assert_msg(fixture_open(&f, false, &err) == DW_OK, "%s: %s", err.where, err.text);
}

START_TEST(names_fit_as_sigma_means)
{
	static const struct {
		const char *selection, *fit, *other;
	} cases[] = {
		{"{query: Bad.Example}", "bad.example", "a.bad.example"},
		{"{query|endswith: bad.example}", "notbad.example", "bad.example.net"},
		{"{query|contains|all: [uwhrc, baaaa]}", "x.uwhrc1baaaa", "x.uwhrc"},
		{"{query: 'a*z?'}", "abz1", "abz"},
		{"{query|contains: 'b?d'}", "xbedx", "xbdx"},
		{"{query: [a.b., '*.']}", "a.b", "a.c"},
		{"{query|re: '^[0-9]{4}$'}", "1234", "12345"},
		{"{query|re: 'A'}", "xax", "xbx"},
		{"{query|startswith: [a., b.], query|endswith: c}", "b.c", "b.d"},
	};
	char text[512];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), RULE("  s: %s\n  condition: s\n"), cases[i].selection);
		open_list(text);
		ck_assert_msg(fixture_decide(&f, cases[i].fit, 1, NULL, 0).has_reason, "%s: %s",
			cases[i].selection, cases[i].fit);
		ck_assert_msg(!fixture_decide(&f, cases[i].other, 1, NULL, 0).has_reason, "%s: %s",
			cases[i].selection, cases[i].other);
		teardown();
		setup();
	}
}
END_TEST

START_TEST(head_is_kept)
{
	open_list("title: A title, with \"quotes\"\nid: 1a2b\nlevel: high\n"
		  "tags: [attack.command-and-control, attack.t1071.004]\n"
		  "logsource: {category: dns}\ndetection: {s: {query: a}, condition: s}\n---\n"
		  "title: off\nid: 2f9d\nlogsource: {category: dns}\ndetection: {s: {query: b}, "
		  "condition: s}\n");
	struct dw_verdict v = fixture_decide(&f, "a", 1, NULL, 0);
	const struct dw_provider *p = v.reason.provider;
	ck_assert_int_eq(v.action, DW_ACTION_SINKHOLE);
	ck_assert_str_eq(p->name, "A title, with \"quotes\"");
	ck_assert_str_eq(p->id, "1a2b");
	ck_assert_str_eq(p->technique, "T1071.004");
	ck_assert_str_eq(p->source, "sig");
	ck_assert_str_eq(v.reason.matched, "1a2b");
	ck_assert(!fixture_decide(&f, "b", 1, NULL, 0).has_reason);
	/* by its id */
	ck_assert_int_eq(fixture_decide(&f, "a", 15, NULL, 0).action, DW_ACTION_ALLOW);
}
END_TEST

/* A broken file leaves what was in force. */
START_TEST(last_good_rules_stay)
{
	open_list(ONE("{query: a}"));
	ck_assert(fixture_decide(&f, "a", 1, NULL, 0).has_reason);
	fixture_write(&f, "r.yml", "title: [\n");
	fixture_settle(&f);
	ck_assert(fixture_decide(&f, "a", 1, NULL, 0).has_reason);
	ck_assert_ptr_nonnull(strstr(f.said, "r.yml"));
	fixture_write(&f, "r.yml", ONE("{query: b}"));
	fixture_settle(&f);
	ck_assert(!fixture_decide(&f, "a", 1, NULL, 0).has_reason);
	ck_assert(fixture_decide(&f, "b", 1, NULL, 0).has_reason);
}
END_TEST

/* ---- conditions against a naive evaluator ---- */

/* Selection X holds where the name has the letter x. A condition is made as a text and, at the
 * same time, evaluated for every set of letters: bit n of `truth` is what comes of the set n. */
enum { LETTERS = 4, SETS = 1 << LETTERS, CONDITIONS = 300 };

static uint32_t letter_truth(unsigned letter)
{
	uint32_t truth = 0;

	for (unsigned set = 0; set < SETS; set++)
		truth |= (uint32_t)(set >> letter & 1) << set;
	return truth;
}

static uint32_t make(char **out, unsigned depth)
{
	const uint32_t all = (UINT32_C(1) << SETS) - 1;
	uint32_t truth;
	unsigned letter = (unsigned)rand() % LETTERS;

	switch (depth == 0 ? 0 : rand() % 7) {
	case 0:
		*out += sprintf(*out, "%c", 'a' + (int)letter);
		return letter_truth(letter);
	case 1:
		*out += sprintf(*out, "not ");
		*out += sprintf(*out, "(");
		truth = all & ~make(out, depth - 1);
		*out += sprintf(*out, ")");
		return truth;
	case 2:
		*out += sprintf(*out, "1 of b*");
		return letter_truth(1);
	case 3:
		*out += sprintf(*out, "%s of them", letter ? "all" : "any");
		truth = letter ? all : 0;
		for (unsigned i = 0; i < LETTERS; i++)
			truth = letter ? truth & letter_truth(i) : truth | letter_truth(i);
		return truth;
	default: { /* a sum of products: `and` binds closer */
		uint32_t sum = 0, product = all;

		for (int terms = 1 + rand() % 3; terms > 0; terms--) {
			*out += sprintf(*out, "(");
			product &= make(out, depth - 1);
			*out += sprintf(*out, ")");
			if (terms == 1 || rand() % 2) {
				sum |= product;
				product = all;
				*out += sprintf(*out, terms > 1 ? " or " : "");
			} else {
				*out += sprintf(*out, " and ");
			}
		}
		return sum;
	}
	}
}

START_TEST(conditions_as_a_naive_reading)
{
	static uint32_t truth[CONDITIONS];
	static struct dw_reason reasons[DW_HITS_MAX];
	char *text = malloc(CONDITIONS * 2048), *at = text;

	ck_assert_ptr_nonnull(text);
	srand(20261125);
	for (unsigned i = 0; i < CONDITIONS; i++) {
		at += sprintf(at, "---\ntitle: r%u\nlogsource: {category: dns}\ndetection:\n", i);
		for (unsigned k = 0; k < LETTERS; k++)
			at += sprintf(
				at, "  %c: {query|contains: '%c'}\n", 'a' + (int)k, 'a' + (int)k);
		at += sprintf(at, "  condition: ");
		truth[i] = make(&at, 3);
		at += sprintf(at, "\n");
	}
	open_list(text);
	free(text);
	for (unsigned set = 0; set < SETS; set++) {
		uint8_t name[DW_NAME_MAX];
		struct dw_view view = {.name = name, .type = 1};
		char letters[LETTERS + 2] = "x";
		bool held[CONDITIONS] = {false};

		for (unsigned k = 0, n = 1; k < LETTERS; k++)
			if (set >> k & 1)
				letters[n++] = (char)('a' + k);
		ck_assert_int_eq(
			dw_name_from_text(letters, strlen(letters), name, &view.name_len, NULL),
			DW_OK);
		size_t count = dw_reasons(f.worker, f.snapshot, &view, reasons);
		for (size_t i = 0; i < count; i++)
			held[atoi(reasons[i].provider->name + 1)] = true;
		for (unsigned i = 0; i < CONDITIONS; i++)
			ck_assert_msg(
				held[i] == (truth[i] >> set & 1), "rule %u, name %s", i, letters);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sigma");
	TCase *taken = tcase_create("taken"), *fits = tcase_create("fits");

	tcase_add_loop_test(taken, rule_is_taken_or_told, 0, sizeof(rules) / sizeof(rules[0]));
	tcase_add_test(taken, without_title_the_reason_stands_alone);
	tcase_add_test(taken, broken_yaml_breaks_the_list);
	tcase_add_test(taken, naming_a_selection_again_costs_little);
	tcase_set_timeout(fits, 60);
	tcase_add_checked_fixture(fits, setup, teardown);
	tcase_add_test(fits, names_fit_as_sigma_means);
	tcase_add_test(fits, head_is_kept);
	tcase_add_test(fits, last_good_rules_stay);
	tcase_add_test(fits, conditions_as_a_naive_reading);
	suite_add_tcase(suite, taken);
	suite_add_tcase(suite, fits);
	return unit_main(suite);
}
