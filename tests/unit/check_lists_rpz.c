/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_lists_rpz.c: zone files of the format rpz */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list_lines.h"
#include "unit.h"

/* Lines below the apex rpz.example; the list says the zone. */
static const struct list_case lines[] = {
	/* triggers */
	{"a.example CNAME .", "exact a.example = NXDOMAIN"},
	{"*.a.example CNAME .", "subnames a.example = NXDOMAIN"},
	{"a.example.rpz.example. CNAME .", "exact a.example = NXDOMAIN"},
	{"A.Example IN CNAME .", "exact a.example = NXDOMAIN"},
	{"a.example\t300\tIN\tCNAME\t.", "exact a.example = NXDOMAIN"},
	{"a.example IN 300 CNAME .", "exact a.example = NXDOMAIN"},
	{"a.example 1h30m CNAME .", "exact a.example = NXDOMAIN"},
	{"a.example cname . ; comment", "exact a.example = NXDOMAIN"},
	{"a.example CNAME . # comment", "exact a.example = NXDOMAIN"},
	{"a.example CNAME (\n  .\n)", "exact a.example = NXDOMAIN"},
	{"b\xc3\xbc" "cher.example CNAME .", "exact xn--bcher-kva.example = NXDOMAIN"},
	{"a\\.b.example CNAME .", "exact a\\.b.example = NXDOMAIN"},
	{"a\\032b.example CNAME .", "exact a\\032b.example = NXDOMAIN"},
	{"com CNAME .", "exact com = NXDOMAIN"},
	{"*.com CNAME .", "skip: public suffix"},
	{"* CNAME .", "skip: every name"},
	{"a.*.example CNAME .", "exact a.*.example = NXDOMAIN"},
	{"a.example. CNAME .", "skip: outside the zone"},
	{"a..example CNAME .", "skip: not a domain name"},
	{"32.1.2.0.192.rpz-ip CNAME .", "net 192.0.2.1/128 = NXDOMAIN"},
	{"24.0.2.0.192.rpz-ip CNAME .", "net 192.0.2.0/120 = NXDOMAIN"},
	{"128.1.zz.db8.2001.rpz-ip CNAME .", "net 2001:db8::1/128 = NXDOMAIN"},
	{"32.zz.db8.2001.rpz-ip CNAME .", "net 2001:db8::/32 = NXDOMAIN"},
	{"128.1.zz.rpz-ip CNAME .", "net ::1/128 = NXDOMAIN"},
	{"1.zz.rpz-ip CNAME .", "net ::/1 = NXDOMAIN"},
	{"128.8.7.6.5.4.3.2.1.rpz-ip CNAME .", "net 1:2:3:4:5:6:7:8/128 = NXDOMAIN"},
	{"24.1.2.0.192.rpz-ip CNAME .", "skip: trigger rpz-ip without a network"},
	{"33.0.2.0.192.rpz-ip CNAME .", "skip: trigger rpz-ip without a network"},
	{"24.2.0.192.rpz-ip CNAME .", "skip: trigger rpz-ip without a network"},
	{"24.0.2.0.junk.rpz-ip CNAME .", "skip: trigger rpz-ip without a network"},
	{"128.zz.zz.rpz-ip CNAME .", "skip: trigger rpz-ip without a network"},
	{"rpz-ip CNAME .", "skip: trigger rpz-ip without a network"},
	{"24.rpz-ip CNAME .", "skip: trigger rpz-ip without a network"},
	{"*.rpz-ip CNAME .", "skip: trigger rpz-ip without a network"},
	{"32.1.2.0.192.rpz-nsip CNAME .", "skip: trigger rpz-nsip"},
	{"ns.a.example.rpz-nsdname CNAME .", "skip: trigger rpz-nsdname"},
	{"32.1.2.0.192.rpz-client-ip CNAME .", "skip: trigger rpz-client-ip"},
	/* actions */
	{"a.example CNAME *.", "exact a.example = NODATA"},
	{"a.example CNAME rpz-drop.", "exact a.example = DROP"},
	{"a.example CNAME RPZ-TCP-only.", "exact a.example = TRUNCATE"},
	{"a.example CNAME rpz-passthru.", "exact! a.example"},
	{"*.a.example CNAME rpz-passthru.", "subnames! a.example"},
	{"a.example CNAME a.example.", "exact! a.example"},
	{"a.example CNAME A.EXAMPLE.", "exact! a.example"},
	{"a.example CNAME rpz-log.", "skip: unknown action"},
	{"a.example CNAME walled.example.", "exact a.example"},
	{"a.example CNAME *.walled.example.", "exact a.example"},
	{"a.example CNAME", "skip: CNAME without one name"},
	{"a.example CNAME . .", "skip: CNAME without one name"},
	{"a.example CNAME a..b.", "skip: CNAME without one name"},
	{"a.example A 192.0.2.1", "exact a.example"},
	{"a.example A 192.0.2", "skip: record data that cannot be read"},
	{"a.example A ::1", "skip: record data that cannot be read"},
	{"a.example AAAA 192.0.2.1", "skip: record data that cannot be read"},
	{"a.example TXT \"unfinished", "skip: parenthesis or quote without its other half"},
	{"a.example NS ns.example.", "skip: NS or DNAME record"},
	{"a.example DNAME b.example.", "skip: NS or DNAME record"},
	{"a.example RRSIG A 8 2 60 junk\na.example NSEC junk\na.example DNSKEY junk", ""},
	{"a.example CH TXT x", "skip: class other than IN"},
	{"a.example JUNK x", "skip: unknown record type"},
	{"a.example", "skip: unknown record type"},
	{"a.example 300 IN", "skip: unknown record type"},
	/* the file */
	{"@ SOA a. b. 1 2 3 4 5\n@ NS localhost.\n NS ns.example.\na.example CNAME .",
		"exact a.example = NXDOMAIN"},
	{"@ IN SOA ns.example. admin.example. (\n\t2026010101 ; serial\n\t1h ; refresh\n\t15m\n"
	 "\t30d (\n ) 2h )\na.example CNAME .", "exact a.example = NXDOMAIN"},
	{"@ TXT \"a policy\"\n@ A 192.0.2.1", "skip: record of the zone itself\n"
		"skip 2: record of the zone itself"},
	{"$TTL 1h\n$ORIGIN example.rpz.example.\na CNAME .\n$ORIGIN b\nc CNAME .",
		"exact a.example = NXDOMAIN\nexact c.b.example = NXDOMAIN"},
	{"a.example CNAME .\n CNAME .", "exact a.example = NXDOMAIN\nexact a.example = NXDOMAIN"},
	{" CNAME .", "skip: record without an owner"},
	{"; comment\n# comment\n! comment\n\n   \n  ; c\n\t\n", ""},
	{"$INCLUDE /etc/passwd", "skip: $INCLUDE"},
	{"$GENERATE 1-9 a$ CNAME .", "skip: $GENERATE"},
	{"$ORIGIN", "skip: $ORIGIN without a name"},
	{"$TTL x", "skip: $TTL without a time"},
	{"$TTL", "skip: $TTL without a time"},
	{"$JUNK", "skip: unknown directive"},
	{"a.example CNAME . )", "skip: parenthesis or quote without its other half"},
	{"a.example CNAME . (\nb.example CNAME .\nc.example CNAME .",
		"skip: parenthesis or quote without its other half"},
	{"a.example CNAME ((((((((((\n.))))))))))\nb.example CNAME .",
		"exact a.example = NXDOMAIN\nexact b.example = NXDOMAIN"},
};

START_TEST(line)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_RPZ, .zone = "rpz.example"},
		&lines[_i]);
}
END_TEST

static const struct list_case trusted[] = {
	{"a.example CNAME walled.example.", "exact a.example = CNAME walled.example ttl 3600"},
	{"a.example 60 CNAME Walled", "exact a.example = CNAME walled.rpz.example ttl 60"},
	{"a.example CNAME *.walled.example.", "exact a.example = CNAME *.*.walled.example ttl 3600"},
	{"$TTL 5\na.example A 192.0.2.1", "exact a.example = A c0000201 ttl 5"},
	{"@ 60 SOA . . 1 2 3 4 5\na.example A 192.0.2.1\nb.example 5 A 192.0.2.2\nc.example A 192.0.2.3",
		"exact a.example = A c0000201 ttl 60\nexact b.example = A c0000202 ttl 5\n"
		"exact c.example = A c0000203 ttl 5"},
	{"$TTL 5\na.example 60 A 192.0.2.1\nb.example A 192.0.2.2",
		"exact a.example = A c0000201 ttl 60\nexact b.example = A c0000202 ttl 5"},
	{"a.example 60 A 192.0.2.1\nb.example CNAME .\n*.a.example 60 A 192.0.2.2\n"
	 "a.example 60 AAAA 2001:db8::1\na.example 60 A 192.0.2.1",
		"exact b.example = NXDOMAIN\n"
		"exact a.example = A c0000201 ttl 60, AAAA 20010db8000000000000000000000001 ttl 60\n"
		"subnames a.example = A c0000202 ttl 60"},
	{"a.example 60 TXT \"a ; (b)\" c", "exact a.example = TXT 07612" "03b20286229" "0163 ttl 60"},
	{"a.example 60 MX 10 m", "exact a.example = TYPE15 000a016d0372707a076578616d706c6500 ttl 60"},
	{"a.example 60 PTR m.example.", "exact a.example = TYPE12 016d076578616d706c6500 ttl 60"},
	{"a.example 60 SRV 1 2 3 .", "exact a.example = TYPE33 00010002000300 ttl 60"},
	{"a.example 60 HTTPS 1 . alpn=h2", "exact a.example = HTTPS 00010000010003026832 ttl 60"},
	{"a.example 60 A \\# 4 c0000201", "exact a.example = A c0000201 ttl 60"},
	{"a.example 60 TYPE65280 \\# 3 0a0b 0c", "exact a.example = TYPE65280 0a0b0c ttl 60"},
	{"a.example 60 TYPE65280 \\# 4 0a0b", "skip: record data that cannot be read"},
	{"a.example 60 TYPE65280 junk", "skip: record data that cannot be read"},
	{"32.1.2.0.192.rpz-ip 60 A 192.0.2.9", "net 192.0.2.1/128 = A c0000209 ttl 60"},
	{"a.example 99999999999 A 192.0.2.1", "exact a.example = A c0000201 ttl 2147483647"},
};

START_TEST(trusted_line)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_RPZ, .zone = "rpz.example",
			   .trust_answers = true},
		&trusted[_i]);
}
END_TEST

/* Without a zone from the list the SOA must say it. */
static const struct list_case apexes[] = {
	{"a.example CNAME .\n@ SOA a. b. 1 2 3 4 5",
		"skip: no SOA before it, and the list names no zone"},
	{"@ SOA a. b. 1 2 3 4 5\na.example CNAME .", "exact a.example = NXDOMAIN"},
	{"rpz.test. SOA a. b. 1 2 3 4 5\na.example.rpz.test. CNAME .\nb.example CNAME .\n"
	 "c.example. CNAME .",
		"exact a.example = NXDOMAIN\nexact b.example = NXDOMAIN\nskip 4: outside the zone"},
	{"rpz.test SOA a. b. 1 2 3 4 5\na.example CNAME .", "exact a.example = NXDOMAIN"},
	{"$ORIGIN .\nrpz.test SOA a. b. 1 2 3 4 5\na.example.rpz.test CNAME .\nb.example CNAME .",
		"exact a.example = NXDOMAIN\nskip 4: outside the zone"},
	{"$ORIGIN rpz.test.\n@ SOA a. b. 1 2 3 4 5\na.example CNAME .\nb.example. CNAME .",
		"exact a.example = NXDOMAIN\nskip 4: outside the zone"},
};

START_TEST(apex)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_RPZ}, &apexes[_i]);
}
END_TEST

START_TEST(unhonoured_are_counted)
{
	static const char text[] = "@ SOA a. b. 1 2 3 4 5\na.example CNAME .\n"
				   "32.1.2.0.192.rpz-nsip CNAME .\nns.rpz-nsdname CNAME .\n"
				   "32.1.2.0.192.rpz-client-ip CNAME .\n";
	struct dw_list_options options = {.name = "test", .format = DW_FORMAT_RPZ,
		.path = list_file("list", text, sizeof(text) - 1)};
	struct dw_list_report report;
	struct dw_rules *rules;

	ck_assert_int_eq(dw_list_load(&options, 0, NULL, NULL, NULL, &rules, &report, NULL), DW_OK);
	ck_assert_uint_eq(report.unhonoured_triggers, 3);
	ck_assert_uint_eq(report.skipped, 3);
	ck_assert(report.longest_wins);
	dw_rules_free(&rules);
	dw_list_report_clear(&report);
}
END_TEST

/* Records at and past the most text a record may have. */
START_TEST(long_record)
{
	struct dw_list_options options = {.format = DW_FORMAT_RPZ, .zone = "rpz.example"};
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	fputs("a.example TXT (\n", out);
	for (int i = 0; i < 20000; i++)
		fputs("abcdef\n", out);
	fputs(")\nb.example CNAME .\n", out);
	fclose(out);
	list_check_text(options, text, len,
		"exact b.example = NXDOMAIN\nskip: record longer than 64 KiB");
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lists_rpz");
	TCase *tcase = tcase_create("all");

	UNIT_ADD_TABLE(tcase, line, lines);
	UNIT_ADD_TABLE(tcase, trusted_line, trusted);
	UNIT_ADD_TABLE(tcase, apex, apexes);
	tcase_add_test(tcase, unhonoured_are_counted);
	tcase_add_test(tcase, long_record);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
