/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_lists_regex.c: lines of the formats regex and ranking */
#include "dnsward-config.h"

#include <string.h>

#include "list_lines.h"
#include "lists/parser.h"
#include "unit.h"

#define NULL_IP "A 00000000 ttl 10, AAAA 00000000000000000000000000000000 ttl 10"

/* ---- regex ---- */

static const struct list_case regexes[] = {
	{"^ads[0-9]*\\.", "regex ^ads[0-9]*\\."},
	{"(\\.|^)a\\.example$", "regex (\\.|^)a\\.example$"},
	{"  ^ads  # comment", "regex ^ads"},
	{"^a#b", "regex ^a#b"},
	{"# comment\n! comment\n\n", ""},
	{"/^ads/", "regex ^ads"},
	{"ads", "regex ads"},
	{"^[[:digit:]]+x", "regex ^[[:digit:]]+x"},
	{".*", "regex .*"},
	{"^ads;querytype=A", "regex ^ads A"},
	{"^ads;querytype=A,AAAA", "regex ^ads A,AAAA"},
	{"^ads;querytype=!A", "regex ^ads -A"},
	{"^ads;querytype=!A,!AAAA", "regex ^ads -A,AAAA"},
	{"^ads;querytype=HTTPS;invert", "regex~ ^ads HTTPS"},
	{"^ads;invert", "regex~ ^ads"},
	{"^ads ; invert", "regex~ ^ads"},
	{"^ads;reply=NXDOMAIN", "regex ^ads = NXDOMAIN"},
	{"^ads;reply=nodata", "regex ^ads = NODATA"},
	{"^ads;reply=REFUSED", "regex ^ads = REFUSED"},
	{"^ads;reply=NONE", "regex ^ads = DROP"},
	{"^ads;reply=NULL", "regex ^ads = " NULL_IP},
	{"^ads;reply=IP", "regex ^ads"},
	{"^ads;reply=192.0.2.1", "regex ^ads"},
	{"^ads;reply=junk", "skip: unknown reply"},
	{"^ads;reply=", "skip: unknown reply"},
	{"^ads;querytype=junk", "skip: unknown query type"},
	{"^ads;querytype=", "skip: unknown query type"},
	{"^ads;querytype", "skip: unknown query type"},
	{"^ads;querytype=!", "skip: unknown query type"},
	{"^ads;junk", "skip: unknown extension of a regular expression"},
	{"^ads;", "skip: unknown extension of a regular expression"},
	{";querytype=A", "skip: regular expression: the pattern is empty"},
	{"(", "skip: regular expression: missing closing parenthesis at offset 1 of the expression"},
	{")", "skip: regular expression: unmatched closing parenthesis at offset 0 of the expression"},
	{"*", "skip: regular expression: quantifier does not follow a repeatable item at offset 0 of the expression"},
	{"a{99999}", "skip: regular expression: number too big in {} quantifier at offset 7 of the expression"},
	{"\\", "skip: regular expression: \\ at end of pattern at offset 1 of the expression"},
	{"(?<=a*)b", "skip: regular expression: lookbehind assertion is not fixed length at offset 0 of the expression"},
	{"(*UTF)a", "skip: regular expression: using UTF is disabled by the application at offset 6 of the expression"},
	{"^a{~1}", "skip: approximate matching"},
	{"\\<ads\\>", "skip: word boundary \\< or \\>; expected \\b"},
	{"a\\\\<b", "regex a\\\\<b"},
	{"[a\xc3\xa4]", "regex [a\xc3\xa4]"},
	{"a|\xe4", "skip: not text: expected UTF-8 without control bytes"},
	{"a|\x01", "skip: not text: expected UTF-8 without control bytes"},
	{"a|\x7f", "skip: not text: expected UTF-8 without control bytes"},
};

START_TEST(regex_line)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_REGEX}, &regexes[_i]);
}
END_TEST

static const struct list_case regexes_trusted[] = {
	{"^ads;reply=192.0.2.1", "regex ^ads = A c0000201 ttl 10"},
	{"^ads;reply=192.0.2.1;reply=2001:db8::1",
		"regex ^ads = A c0000201 ttl 10, AAAA 20010db8000000000000000000000001 ttl 10"},
	{"^a;reply=192.0.2.1;reply=192.0.2.2;reply=192.0.2.3;reply=192.0.2.4;reply=192.0.2.5",
		"skip: more than 4 replies"},
};

START_TEST(regex_trusted_line)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_REGEX, .trust_answers = true},
		&regexes_trusted[_i]);
}
END_TEST

/* A list whose expressions have used up the time for it. */
START_TEST(regex_out_of_time)
{
	static const char line[] = "^ads[0-9]";
	struct dw_list_options options = {.format = DW_FORMAT_REGEX};
	struct dw_list_report report = {0};
	struct dw_reader reader = {.options = &options, .report = &report, .path = "list", .line = 7};

	ck_assert_int_eq(dw_rules_new(&reader.rules), DW_OK);
	ck_assert_int_eq(dw_regex_line(&reader, (struct span){line, strlen(line)}), DW_OK);
	ck_assert_uint_gt(reader.checking_ns, 0);
	reader.checking_ns = UINT64_MAX;
	ck_assert_int_eq(dw_regex_line(&reader, (struct span){line, strlen(line)}), DW_OK);
	ck_assert_uint_eq(dw_rules_count(reader.rules), 1);
	ck_assert_uint_eq(report.skipped, 1);
	ck_assert_uint_eq(report.examples[0].line, 7);
	ck_assert_str_eq(report.examples[0].reason,
		"regular expression: not looked at: those before it took 60 s to check");
	dw_list_report_clear(&report);
	dw_rules_free(&reader.rules);
}
END_TEST

/* ---- ranking ---- */

static const struct list_case rankings[] = {
	{"1,a.example\n2,b.example", "subtree a.example\nsubtree b.example"},
	{"a.example\nb.example", "subtree a.example\nsubtree b.example"},
	{"GlobalRank,TldRank,Domain,TLD,RefSubNets\n1,1,a.example,com,500\n2,2,b.example,com,400",
		"subtree a.example\nsubtree b.example"},
	{"origin,rank\nhttps://www.a.example,1000\nhttp://b.example:8080,1000\nhttps://c.example/,5000",
		"subtree www.a.example\nsubtree b.example\nsubtree c.example"},
	{"\"rank\",\"domain\"\n\"1\",\"a.example\"", "subtree a.example"},
	{"1,com\n2,github.io\n3,a.github.io\n4,co.uk\n5,duckdns.org",
		"exact com\nexact github.io\nsubtree a.github.io\nexact co.uk\nexact duckdns.org"},
	{"1,000webhostapp.com\n2,mooo.com\n3,zohosites.com\n4,a.mooo.com\n5,amazonaws.com",
		"exact 000webhostapp.com\nexact mooo.com\nexact zohosites.com\n"
		"subtree a.mooo.com\nexact amazonaws.com"},
	{"# comment\n1,A.Example.\r\n", "subtree a.example"},
	{"rank,domain\n1,a.example", "subtree a.example"},
	{"1,b\xc3\xbc" "cher.example", "subtree xn--bcher-kva.example"},
	{"1", "skip: empty name"},
	{"1,", "skip: empty name"},
	{"1,2,3", "skip: empty name"},
	{"1,a..example", "skip: empty label"},
	{"1,192.0.2.1", "skip: address"},
	{"99999999999999999999,a.example", "subtree a.example"},
};

START_TEST(ranking_line)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_RANKING}, &rankings[_i]);
}
END_TEST

START_TEST(ranking_top)
{
	static const struct list_case c = {
		"# x\n1,a.example\nbad..name\n2,b.example\n3,c.example\n4,d..e",
		"subtree a.example\nsubtree b.example\nskip 3: empty label"};

	list_check((struct dw_list_options){.format = DW_FORMAT_RANKING, .top = 2}, &c);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lists_regex");
	TCase *tcase = tcase_create("all");

	UNIT_ADD_TABLE(tcase, regex_line, regexes);
	UNIT_ADD_TABLE(tcase, regex_trusted_line, regexes_trusted);
	tcase_add_test(tcase, regex_out_of_time);
	UNIT_ADD_TABLE(tcase, ranking_line, rankings);
	tcase_add_test(tcase, ranking_top);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
