/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_lists_domains.c: lines of the formats hosts, domains and wildcard */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list_lines.h"
#include "unit.h"

#define LABEL63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
/* 253 bytes, the longest name as text */
#define NAME253 LABEL63 "." LABEL63 "." LABEL63 "." \
	"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghi"

/* ---- what all formats share, seen through domains ---- */

static const struct list_case domains[] = {
	{"a.example", "exact a.example"},
	{"A.ExAmPlE", "exact a.example"},
	{"a.example.", "exact a.example"},
	{"a.example\r", "exact a.example"},
	{"\xef\xbb\xbf" "a.example", "exact a.example"},
	{"\xef\xbb\xbf# comment\na.example", "exact a.example"},
	{" \ta.example \t", "exact a.example"},
	{"a.example # comment", "exact a.example"},
	{"a.example\t# comment # more", "exact a.example"},
	{"# comment\n! comment\n\n  \n #x\na.example\n", "exact a.example"},
	{"b\xc3\xbc" "cher.example", "exact xn--bcher-kva.example"},
	{"B\xc3\x9c" "CHER.example", "exact xn--bcher-kva.example"},
	{"xn--bcher-kva.example", "exact xn--bcher-kva.example"},
	{"_dmarc.a.example", "exact _dmarc.a.example"},
	{"-a-.example", "exact -a-.example"},
	{"0.0.0.0.a.example", "exact 0.0.0.0.a.example"},
	{"com", "exact com"},
	{"localhost", "exact localhost"},
	{"a.example1", "exact a.example1"},
	{".a.example", "subtree a.example"},
	{"*.a.example", "subtree a.example"},
	{"*.A.example. # x", "subtree a.example"},
	{"*.com", "skip: public suffix"},
	{".co.uk", "skip: public suffix"},
	{"*.github.io", "skip: public suffix"},
	{"*.a.github.io", "subtree a.github.io"},
	{"*.foo.ck", "skip: public suffix"},   /* *.ck */
	{"*.www.ck", "subtree www.ck"},        /* !www.ck */
	{"*.s3.dualstack.eu-west-1.amazonaws.com", "skip: public suffix"},
	{"*.", "skip: wildcard inside a name"},
	{"*", "skip: wildcard inside a name"},
	{".", "skip: every name"},
	{"..", "skip: every name"},
	{"a..example", "skip: empty label"},
	{"*..example", "skip: empty label"},
	{"a*.example", "skip: wildcard inside a name"},
	{"a.*.example", "skip: wildcard inside a name"},
	{"192.0.2.1", "skip: address"},
	{"2001:db8::1", "skip: address"},
	{"http://a.example/", "skip: address of a page, not a name"},
	{"a.example/ads", "skip: address of a page, not a name"},
	{"a.example b.example", "skip: more than a name"},
	{"a.example#comment", "skip: not a domain name"},
	{"a.example##.ad", "skip: not a domain name"},
	{"||a.example^", "skip: not a domain name"},
	{"@@||a.example^", "skip: not a domain name"},
	{"<p>", "skip: not a domain name"},
	{"a,b", "skip: not a domain name"},
	{"a\\.b.example", "skip: not a domain name"},
	{LABEL63 ".example", "exact " LABEL63 ".example"},
	{LABEL63 "x.example", "skip: label longer than 63 bytes"},
	{NAME253, "exact " NAME253},
	{NAME253 ".", "exact " NAME253},
	{NAME253 "x", "skip: name longer than 255 bytes"},
	{"\x01.example", "skip: more than a name"},
	{"a.example\nb..c\nd.example\n*.com", "exact a.example\nexact d.example\n"
		"skip 2: empty label\nskip 4: public suffix"},
};

START_TEST(domains_line)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_DOMAINS}, &domains[_i]);
}
END_TEST

static const struct list_case subtrees[] = {
	{"a.example", "subtree a.example"},
	{"*.a.example", "subtree a.example"},
	{"com", "skip: public suffix"},
	{"github.io.", "skip: public suffix"},
	{"intranet", "skip: public suffix"},
	{".", "skip: every name"},
};

START_TEST(domains_subtree)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_DOMAINS, .match_subtree = true},
		&subtrees[_i]);
}
END_TEST

static const struct list_case suffixes[] = {
	{"com", "subtree com"},
	{"github.io", "subtree github.io"},
	{"a.example", "subtree a.example"},
};

START_TEST(domains_suffixes)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_DOMAINS, .match_subtree = true,
			   .suffixes = true},
		&suffixes[_i]);
}
END_TEST

/* ---- hosts ---- */

static const struct list_case hosts[] = {
	{"0.0.0.0 a.example", "exact a.example"},
	{"127.0.0.1 a.example", "exact a.example"},
	{"127.1.2.3\ta.example", "exact a.example"},
	{":: a.example", "exact a.example"},
	{"::1 a.example", "exact a.example"},
	{"0:0:0:0:0:0:0:0 a.example", "exact a.example"},
	{"::ffff:127.0.0.1 a.example", "exact a.example"},
	{"0.0.0.0 a.example B.example.  c.example # d.example",
		"exact a.example\nexact b.example\nexact c.example"},
	{"0.0.0.0 a.example#b", "exact a.example"},
	{"0.0.0.0 a.example bad..name c.example", "exact a.example\nexact c.example\n"
		"skip: empty label"},
	{"127.0.0.1 localhost localhost.localdomain local\n"
	 "255.255.255.255 broadcasthost\n::1 localhost ip6-localhost ip6-loopback\n"
	 "fe80::1%lo0 localhost\nff00::0 ip6-localnet\nff02::3 ip6-allhosts\n0.0.0.0 0.0.0.0", ""},
	{"0.0.0.0 LOCALHOST", ""},
	{"0.0.0.0 ip6-", "exact ip6-"},
	{"192.0.2.1 a.example", "skip: address"},
	{"192.0.2.1 a.example b.example", "skip: address\nskip: address"},
	{"2001:db8::1 a.example", "skip: address"},
	{"128.0.0.1 a.example", "skip: address"},
	{"0.0.0.1 a.example", "skip: address"},
	{"0.0.0.0", "skip: address without a name"},
	{"0.0.0.0 # nothing", "skip: address without a name"},
	{"0.0.0.0 1.2.3.4", "skip: address"},
	{"0.0.0.0 *.a.example", "skip: wildcard inside a name"},
	{"0.0.0.0 com", "exact com"},
	{"a.example", "skip: no address before the name"},
	{"0.0.0 a.example", "skip: no address before the name"},
	{"999.0.0.1 a.example", "skip: no address before the name"},
	{"99999999999999999999 a.example", "skip: no address before the name"},
	{"0.0.0.0 b\xc3\xbc" "cher.example", "exact xn--bcher-kva.example"},
};

START_TEST(hosts_line)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_HOSTS}, &hosts[_i]);
}
END_TEST

static const struct list_case hosts_trusted[] = {
	{"0.0.0.0 a.example", "exact a.example"},
	{"192.0.2.1 a.example", "exact a.example = A c0000201 ttl 10"},
	{"2001:db8::1 a.example",
		"exact a.example = AAAA 20010db8000000000000000000000001 ttl 10"},
	{"192.0.2.1 a.example b.example\n192.0.2.2 c.example a.example\n192.0.2.1 a.example",
		"exact a.example = A c0000201 ttl 10, A c0000202 ttl 10\n"
		"exact b.example = A c0000201 ttl 10\nexact c.example = A c0000202 ttl 10"},
	{"192.0.2.1 localhost", ""},
	{"192.0.2.1 a..b", "skip: empty label"},
};

START_TEST(hosts_trusted_line)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_HOSTS, .trust_answers = true},
		&hosts_trusted[_i]);
}
END_TEST

/* One name with more records than a rule takes, which are as many as a database gives back. */
START_TEST(hosts_many_records)
{
	char *text, *want, *taken;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	for (int i = 0; i < DW_DATA_RECORDS_MAX + 2; i++)
		fprintf(out, "192.0.2.%d a.example\n", i);
	fclose(out);
	out = open_memstream(&taken, &len);
	for (int i = 0; i < DW_DATA_RECORDS_MAX; i++)
		fprintf(out, "%sA c00002%02x ttl 10", i ? ", " : "", i);
	fclose(out);
	ck_assert_int_gt(asprintf(&want, "exact a.example = %s\n"
					 "skip 65: more than 64 records for a name\n"
					 "skip 66: more than 64 records for a name",
				 taken), 0);
	list_check_text((struct dw_list_options){.format = DW_FORMAT_HOSTS, .trust_answers = true},
		text, strlen(text), want);
	free(text);
	free(want);
	free(taken);
}
END_TEST

/* ---- wildcard ---- */

static const struct list_case wildcards[] = {
	{"*.a.example", "subtree a.example"},
	{"a.example", "subtree a.example"},
	{".a.example", "subtree a.example"},
	{"=a.example", "exact a.example"},
	{"= A.example.", "exact a.example"},
	{"=com", "exact com"},
	{"=", "skip: empty name"},
	{"ads.*", "glob ads.*"},
	{"ADS*.example.", "glob ads*.example"},
	{"*ads*", "glob *ads*"},
	{"**ads***", "glob *ads*"},
	{"*.ads.*.example", "glob *.ads.*.example"},
	{"*-ads.example", "glob *-ads.example"},
	{"a.*.example # x", "glob a.*.example"},
	{"**.a.example", "subnames a.example"},
	{"*", "skip: every name"},
	{"***", "skip: every name"},
	{"*.*", "skip: every name"},
	{"*a*", "skip: every name"},
	{"*ad*", "skip: pattern too short"},
	{"*com", "skip: public suffix"},
	{"*.com", "skip: public suffix"},
	{"com", "skip: public suffix"},
	{"*[0-9].example", "skip: not a pattern over domain names"},
	{"b\xc3\xbc" "cher*.example", "skip: not a pattern over domain names"},
	{"a.example @work", "skip: more than a name"},
	{"ads* @work", "skip: not a pattern over domain names"},
	{"=*.example", "skip: wildcard inside a name"},
};

START_TEST(wildcard_line)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_WILDCARD}, &wildcards[_i]);
}
END_TEST

static const struct list_case wide[] = {
	{"*", "subtree ."},
	{"*.com", "subtree com"},
	{"*a*", "glob *a*"},
	{"*com", "glob *com"},
};

START_TEST(wildcard_suffixes)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_WILDCARD, .suffixes = true}, &wide[_i]);
}
END_TEST

/* ---- lines that are no text ---- */

START_TEST(binary_and_long)
{
	static const struct dw_list_options options = {.format = DW_FORMAT_DOMAINS};
	char line[4200];

	list_check_text(options, "a\0b.example\nc.example\n", 22, "exact c.example\nskip: NUL byte");
	memset(line, '#', sizeof(line));
	memcpy(line + 4096, "\na.example", 10);
	list_check_text(options, line, 4106, "exact a.example");
	memcpy(line + 4096, "\r\na.example", 11);
	list_check_text(options, line, 4107, "exact a.example");
	memcpy(line + 4096, "#\na.example", 11);
	list_check_text(options, line, 4107, "exact a.example\nskip: longer than 4096 bytes");
	memcpy(line + 4096, "#", 1);
	list_check_text(options, line, 4097, "skip: longer than 4096 bytes");
}
END_TEST

/* A line far longer than any buffer, between two good ones. */
START_TEST(megabytes_of_line)
{
	size_t len = 3 << 20;
	char *text = malloc(len);

	memset(text, 'x', len);
	memcpy(text, "a.example\n", 10);
	memcpy(text + len - 11, "\nb.example\n", 11);
	list_check_text((struct dw_list_options){.format = DW_FORMAT_DOMAINS}, text, len,
		"exact a.example\nexact b.example\nskip 2: longer than 4096 bytes");
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lists_domains");
	TCase *tcase = tcase_create("all");

	UNIT_ADD_TABLE(tcase, domains_line, domains);
	UNIT_ADD_TABLE(tcase, domains_subtree, subtrees);
	UNIT_ADD_TABLE(tcase, domains_suffixes, suffixes);
	UNIT_ADD_TABLE(tcase, hosts_line, hosts);
	UNIT_ADD_TABLE(tcase, hosts_trusted_line, hosts_trusted);
	tcase_add_test(tcase, hosts_many_records);
	UNIT_ADD_TABLE(tcase, wildcard_line, wildcards);
	UNIT_ADD_TABLE(tcase, wildcard_suffixes, wide);
	tcase_add_test(tcase, binary_and_long);
	tcase_add_test(tcase, megabytes_of_line);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
