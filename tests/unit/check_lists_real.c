/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_lists_real.c: real lists, which lie beside the checkout; skipped without them */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dnsward/db.h"
#include "dnsward/lists.h"
#include "unit.h"

enum { EXIT_SKIPPED = 77 };

static char data[512];

/* What a plain look at the text finds: lines that fit the expression. */
static const struct {
	const char *file;
	enum dw_list_format format;
	const char *grep;
	size_t suffixes; /* of these, subtrees that are public suffixes */
	bool only_exceptions;
} lists[] = {
	{"adguarddns.hosts.txt.xz", DW_FORMAT_HOSTS, "^0\\.0\\.0\\.0 [^ ]+$", 0, false},
	{"easylist.adblock.txt.xz", DW_FORMAT_ADBLOCK, "^\\|\\|[^/]+\\^$", 0, false},
	{"easylist.dnsmasq.txt.xz", DW_FORMAT_DNSMASQ, "^address=/[^/]+/#$", 0, false},
	{"easylist.domains.txt.xz", DW_FORMAT_DOMAINS, "^[^# ]+$", 0, false},
	{"easylist.hosts.txt.xz", DW_FORMAT_HOSTS, "^0\\.0\\.0\\.0 [^ ]+$", 0, false},
	{"easylist.unbound.conf.xz", DW_FORMAT_UNBOUND, "^local-zone: \"[^\"]+\" always_null$", 0, false},
	{"easylist.wildcard.txt.xz", DW_FORMAT_WILDCARD, "^\\*\\.[^ ]+$", 0, false},
	{"light.adblock.txt.xz", DW_FORMAT_ADBLOCK, "^\\|\\|[^/]+\\^$", 4, false},
	{"light.wildcard.txt.xz", DW_FORMAT_WILDCARD, "^\\*\\.[^ ]+$", 4, false},
	{"stevenblack.dnsmasq.txt.xz", DW_FORMAT_DNSMASQ, "^address=/[^/]+/#$", 0, false},
	{"stevenblack.domains.txt.xz", DW_FORMAT_DOMAINS, "^[^# ]+$", 0, false},
	{"whitelist-referral.adblock.txt.xz", DW_FORMAT_ADBLOCK, "^@@\\|\\|[^/]+\\^$", 0, true},
};

static size_t grep_count(const char *path, const char *expression)
{
	char command[2048];
	size_t count = 0;
	FILE *pipe;

	snprintf(command, sizeof(command), "xz -dc '%s' | grep -cE '%s'", path, expression);
	pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	ck_assert_int_eq(fscanf(pipe, "%zu", &count), 1);
	pclose(pipe);
	return count;
}

static struct dw_rules *load(const char *file, enum dw_list_format format, bool suffixes,
	struct dw_list_report *report)
{
	struct dw_list_options options = {.name = file, .format = format, .suffixes = suffixes,
		.exceptions = "allow"};
	struct dw_rules *rules = NULL;
	struct dw_error err;
	char path[1024];

	snprintf(path, sizeof(path), "%s/lists/%s", data, file);
	options.path = path;
	if (dw_list_load(&options, 0, NULL, NULL, NULL, &rules, report, &err) != DW_OK)
		ck_abort_msg("%s: %s", file, err.text);
	return rules;
}

START_TEST(counts)
{
	struct dw_list_report report;
	struct dw_rules *rules = load(lists[_i].file, DW_FORMAT_AUTO, false, &report);
	char path[1024];
	size_t found;

	snprintf(path, sizeof(path), "%s/lists/%s", data, lists[_i].file);
	found = grep_count(path, lists[_i].grep);
	ck_assert_uint_gt(found, 400);
	ck_assert_str_eq(dw_list_format_name(report.format), dw_list_format_name(lists[_i].format));
	ck_assert(!report.format_unsure);
	ck_assert_uint_eq(report.rules, found - lists[_i].suffixes);
	ck_assert_uint_eq(report.skipped, lists[_i].suffixes);
	for (size_t i = 0; i < report.example_count; i++)
		ck_assert_str_eq(report.examples[i].reason, "public suffix");
	ck_assert_uint_eq(report.exceptions, lists[_i].only_exceptions ? report.rules : 0);
	ck_assert_uint_eq(dw_rules_count(rules), report.rules);
	dw_rules_free(&rules);
	dw_list_report_clear(&report);
	rules = load(lists[_i].file, DW_FORMAT_AUTO, true, &report);
	ck_assert_uint_eq(report.rules, found);
	dw_rules_free(&rules);
	dw_list_report_clear(&report);
}
END_TEST

/* ---- one list in six forms ---- */

struct name_set {
	struct dw_rules *rules;
	size_t count;
	struct dw_rule *names;
};

static int name_compare(const void *a_p, const void *b_p)
{
	const struct dw_rule *a = a_p, *b = b_p;

	if (a->name_len != b->name_len)
		return a->name_len < b->name_len ? -1 : 1;
	return memcmp(a->name, b->name, a->name_len);
}

static struct name_set name_set_of(const char *file, enum dw_trigger trigger)
{
	struct dw_list_report report;
	struct name_set set = {.rules = load(file, DW_FORMAT_AUTO, false, &report)};
	size_t cursor = 0;

	set.names = calloc(dw_rules_count(set.rules), sizeof(*set.names));
	while (dw_rules_next(set.rules, &cursor, &set.names[set.count]))
		if (set.names[set.count++].trigger != trigger)
			ck_abort_msg("%s: another trigger", file);
	qsort(set.names, set.count, sizeof(*set.names), name_compare);
	dw_list_report_clear(&report);
	return set;
}

static void name_set_free(struct name_set *set)
{
	free(set->names);
	dw_rules_free(&set->rules);
}

static void must_be_equal(const char *a_file, const char *b_file, enum dw_trigger trigger)
{
	struct name_set a = name_set_of(a_file, trigger), b = name_set_of(b_file, trigger);

	ck_assert_uint_eq(a.count, b.count);
	for (size_t i = 0; i < a.count; i++)
		if (name_compare(&a.names[i], &b.names[i]) != 0)
			ck_abort_msg("%s and %s differ", a_file, b_file);
	name_set_free(&a);
	name_set_free(&b);
}

static bool is_below_one(const struct name_set *set, const struct dw_rule *rule)
{
	struct dw_rule parent = *rule;

	for (; parent.name_len > 1; parent.name_len -= parent.name[0] + 1u,
		parent.name += parent.name[0] + 1u)
		if (bsearch(&parent, set->names, set->count, sizeof(parent), name_compare))
			return true;
	return false;
}

START_TEST(six_forms)
{
	static const char subtrees[] = "easylist.wildcard.txt.xz", names[] = "easylist.domains.txt.xz";
	struct name_set parents, children;
	size_t orphans = 0;

	must_be_equal(subtrees, "easylist.adblock.txt.xz", DW_TRIGGER_SUBTREE);
	must_be_equal(subtrees, "easylist.dnsmasq.txt.xz", DW_TRIGGER_SUBTREE);
	must_be_equal(subtrees, "easylist.unbound.conf.xz", DW_TRIGGER_SUBTREE);
	must_be_equal(names, "easylist.hosts.txt.xz", DW_TRIGGER_EXACT);
	/* and what the one kind names, the other covers, but for eight names that the list's
	 * author left out there (www.service.cz.nl is one) */
	parents = name_set_of(subtrees, DW_TRIGGER_SUBTREE);
	children = name_set_of(names, DW_TRIGGER_EXACT);
	for (size_t i = 0; i < children.count; i++)
		orphans += !is_below_one(&parents, &children.names[i]);
	ck_assert_uint_eq(orphans, 8);
	name_set_free(&parents);
	name_set_free(&children);
}
END_TEST

/* ---- and their verdicts ---- */

static const char *const forms[] = {
	/* subtrees of registered names */
	"easylist.wildcard.txt.xz", "easylist.adblock.txt.xz", "easylist.dnsmasq.txt.xz",
	"easylist.unbound.conf.xz",
	/* the names themselves */
	"easylist.domains.txt.xz", "easylist.hosts.txt.xz",
};
enum { FORMS = 6, SUBTREES = 4, ASKED = 100000 };

static struct dw_db *compile(const char *file)
{
	char path[] = "/tmp/dnsward-real-XXXXXX";
	struct dw_list_report report;
	struct dw_rules *rules = load(file, DW_FORMAT_AUTO, false, &report);
	struct dw_list_options options = {.name = file, .category = "ads"};
	struct dw_db_source source = {&options, report.format, rules};
	struct dw_db_build_options how = {.generation = 1};
	struct dw_db_build_stats stats;
	struct dw_error err;
	struct dw_db *db;
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_msg(dw_db_build(path, &source, 1, &how, &stats, &err) == DW_OK, "%s", err.text);
	ck_assert_int_eq(dw_db_open(path, &db, &err), DW_OK);
	unlink(path);
	dw_rules_free(&rules);
	dw_list_report_clear(&report);
	return db;
}

static bool is_listed(const struct dw_db *db, const uint8_t *name, size_t len)
{
	static struct dw_hits hits;
	struct dw_labels labels;

	dw_name_labels(name, len, &labels);
	dw_db_lookup(db, NULL, name, len, &labels, 1, &hits);
	return hits.count > 0;
}

/* The n-th name: one of the list, one below it, its parent, or one that only looks like it. */
static size_t make_question(const struct name_set *names, size_t n, uint8_t out[DW_NAME_MAX])
{
	const struct dw_rule *rule = &names->names[n / 4 * 3 % names->count];
	const uint8_t *name = rule->name;
	size_t len = rule->name_len;

	if (n % 4 == 1 && len + 4 <= DW_NAME_MAX) {
		memcpy(out, "\003www", 4);
		memcpy(out + 4, name, len);
		return len + 4;
	}
	if (n % 4 == 2) {
		len -= name[0] + 1u;
		name += name[0] + 1u;
	}
	memcpy(out, name, len);
	if (n % 4 == 3)
		out[1] = out[1] == 'q' ? 'z' : 'q';
	return len;
}

START_TEST(six_forms_verdicts)
{
	struct name_set names = name_set_of(forms[SUBTREES], DW_TRIGGER_EXACT);
	struct dw_db *db[FORMS];
	size_t listed[2] = {0}, only_exact = 0;

	for (size_t f = 0; f < FORMS; f++)
		db[f] = compile(forms[f]);
	for (size_t n = 0; n < ASKED; n++) {
		uint8_t name[DW_NAME_MAX];
		size_t len = make_question(&names, n, name);
		bool subtree = is_listed(db[0], name, len);
		bool exact = is_listed(db[SUBTREES], name, len);

		for (size_t f = 0; f < FORMS; f++)
			ck_assert_msg(is_listed(db[f], name, len) == (f < SUBTREES ? subtree : exact),
				"%s has another verdict on name %zu", forms[f], n);
		listed[0] += subtree;
		listed[1] += exact;
		only_exact += exact && !subtree;
	}
	/* the two kinds mean the same but for what is below a name, and the eight of six_forms */
	ck_assert_uint_le(only_exact, 8);
	ck_assert_uint_gt(listed[0], ASKED / 2);
	ck_assert_uint_gt(listed[1], ASKED / 4);
	ck_assert_uint_lt(listed[1], listed[0]);
	ck_assert_uint_lt(listed[0], ASKED);
	for (size_t f = 0; f < FORMS; f++)
		dw_db_close(&db[f]);
	name_set_free(&names);
}
END_TEST

int main(void)
{
	const char *from_environment = getenv("DNSWARD_DATA"), *top = getenv("top_srcdir");
	Suite *suite;
	TCase *tcase;
	char lists_folder[600];

	if (from_environment)
		snprintf(data, sizeof(data), "%s", from_environment);
	else
		snprintf(data, sizeof(data), "%s/../shared/data", top ? top : ".");
	snprintf(lists_folder, sizeof(lists_folder), "%s/lists", data);
	if (access(lists_folder, R_OK) != 0) {
		printf("skipped: no real lists in %s (DNSWARD_DATA can say another place)\n",
			lists_folder);
		return EXIT_SKIPPED;
	}
	suite = suite_create("lists_real");
	tcase = tcase_create("all");
	tcase_set_timeout(tcase, 120);
	UNIT_ADD_TABLE(tcase, counts, lists);
	tcase_add_test(tcase, six_forms);
	tcase_add_test(tcase, six_forms_verdicts);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
