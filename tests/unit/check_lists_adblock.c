/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_lists_adblock.c: lines of the format adblock */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list_lines.h"
#include "unit.h"

static const struct list_case lines[] = {
	/* names */
	{"||a.example^", "subtree a.example"},
	{"||A.Example^", "subtree a.example"},
	{"||a.example^|", "subtree a.example"},
	{"||a.example|", "subtree a.example"},
	{"||a.example.^", "subtree a.example"},
	{"||b\xc3\xbc" "cher.example^", "subtree xn--bcher-kva.example"},
	{"||a.example^ # comment", "subtree a.example"},
	{"  ||a.example^  \r", "subtree a.example"},
	{"|a.example^", "exact a.example"},
	{"|a.example|", "exact a.example"},
	{"|a.example^|", "exact a.example"},
	{"a.example", "exact a.example"},
	{"a.example.", "exact a.example"},
	{"_a.example", "exact _a.example"},
	{"b\xc3\xbc" "cher.example", "exact xn--bcher-kva.example"},
	{"0.0.0.0 a.example", "exact a.example"},
	{"127.0.0.1 localhost a.example # x", "exact a.example"},
	{"192.0.2.1 a.example", "skip: address"},
	{"192.0.2.1", "skip: address"},
	{"||192.0.2.1^", "skip: address"},
	{"||com^", "skip: public suffix"},
	{"||co.uk^", "skip: public suffix"},
	{"@@||github.io^", "skip: public suffix"},
	{"|com^", "exact com"},
	/* patterns */
	{"||a*b^", "label-glob a*b"},
	{"||a.*^", "label-glob a.*"},
	{"||ads*.example^|", "label-glob ads*.example"},
	{"||*.a.example^", "subnames a.example"},
	{"||*ads.example^", "label-glob *ads.example"},
	{"||a.example", "label-glob a.example*"},
	{"||ads.", "label-glob ads.*"},
	{"*ads*", "glob *ads*"},
	{"-ads.", "glob *-ads.*"},
	{".ads.", "glob *.ads.*"},
	{"ads.", "glob *ads.*"},
	{"-ads.example^", "glob *-ads.example"},
	{".a.example^", "subnames a.example"},
	{"*.a.example^", "subnames a.example"},
	{"*.a.example", "glob *.a.example*"},
	{"|ads.", "glob ads.*"},
	{"|ads*.example^", "glob ads*.example"},
	{"a.example^", "glob *a.example"},
	{"_ads_", "skip: a single word; expected a name, or *word* for a pattern"},
	{"ads", "skip: a single word; expected a name, or *word* for a pattern"},
	{"*ad*", "skip: pattern too short"},
	{"-a", "skip: pattern too short"},
	{"*", "skip: every name"},
	{"||*^", "skip: every name"},
	{"||*.com^", "skip: public suffix"},
	{"com^", "skip: public suffix"},
	/* exceptions */
	{"@@||a.example^", "subtree! a.example"},
	{"@@|a.example^", "exact! a.example"},
	{"@@a.example", "exact! a.example"},
	{"@@||a*b.example^", "label-glob! a*b.example"},
	{"@@-ads.", "glob! *-ads.*"},
	{"@@/^ads/", "regex! ^ads"},
	{"@@||a.example^|", "subtree! a.example"},
	{"@@", "skip: empty rule"},
	{"@@@@||a.example^", "skip: separator inside a pattern"},
	/* regular expressions */
	{"/^ads[0-9]+\\./", "regex ^ads[0-9]+\\."},
	{"/ads$/", "regex ads$"},
	{"/a|b/", "regex a|b"},
	{"/[[:alpha:]]+x/", "regex [[:alpha:]]+x"},
	{"/^ads/$important", "regex+ ^ads"},
	{"/ads$/$dnstype=A", "regex ads$ A"},
	{"/(/", "skip: regular expression: missing closing parenthesis at offset 1 of the expression"},
	{"/a{2,1}/", "skip: regular expression: numbers out of order in {} quantifier at offset 5 of the expression"},
	{"/[/", "skip: regular expression: missing terminating ] for character class at offset 1 of the expression"},
	{"/(?<=a+)b/", "skip: regular expression: lookbehind assertion is not fixed length at offset 0 of the expression"},
	{"//", "skip: path"},
	{"/", "skip: path"},
	/* modifiers */
	{"||a.example^$important", "subtree+ a.example"},
	{"@@||a.example^$important", "subtree!+ a.example"},
	{"||a.example^$IMPORTANT", "subtree+ a.example"},
	{"||a.example^$dnstype=AAAA", "subtree a.example AAAA"},
	{"||a.example^$dnstype=AAAA|A", "subtree a.example A,AAAA"},
	{"||a.example^$dnstype=A|A", "subtree a.example A"},
	{"||a.example^$dnstype=~A|~CNAME", "subtree a.example -A,CNAME"},
	{"||a.example^$dnstype=A|~CNAME", "subtree a.example A"},
	{"||a.example^$dnstype=A|AAAA|~AAAA", "subtree a.example A"},
	{"||a.example^$dnstype=A|~A", "skip: query types that exclude each other"},
	{"||a.example^$dnstype=TYPE65|any", "subtree a.example HTTPS,ANY"},
	{"a.example$dnstype=TXT", "exact a.example TXT"},
	{"||a.example^$dnstype=", "skip: modifier $dnstype is not about DNS"},
	{"||a.example^$dnstype=JUNK", "skip: unknown query type"},
	{"||a.example^$dnstype=A|", "skip: unknown query type"},
	{"||a.example^$dnstype=TYPE99999999999", "skip: unknown query type"},
	{"||a.example^$dnstype=TYPE1|TYPE2|TYPE3|TYPE4|TYPE5|TYPE6|TYPE7|TYPE8|TYPE9|TYPE10|TYPE11|"
	 "TYPE12|TYPE13|TYPE14|TYPE15|TYPE16|TYPE17", "skip: more than 16 query types"},
	{"||a.example^$dnstype=A,important", "subtree+ a.example A"},
	{"||a.example^$client=192.0.2.1", "skip: modifier $client is not supported"},
	{"||a.example^$ctag=device_tv", "skip: modifier $ctag is not supported"},
	{"||a.example^$third-party", "skip: modifier $third-party is not about DNS"},
	{"||a.example^$~third-party", "skip: modifier $third-party is not about DNS"},
	{"||a.example^$all", "skip: modifier $all is not about DNS"},
	{"||a.example^$document", "skip: modifier $document is not about DNS"},
	{"||a.example^$important,popup", "skip: modifier $popup is not about DNS"},
	{"||a.example^$domain=b.example", "skip: modifier $domain is not about DNS"},
	{"||a.example^$\x1b[31m", "skip: unknown modifier"},
	{"||a.example^$", "skip: unknown modifier"},
	{"||a.example^$,", "skip: unknown modifier"},
	/* $denyallow */
	{"||a.example^$denyallow=b.a.example|c.a.example",
		"regex ^(?!(?:.*\\.)?(?:b\\.a\\.example|c\\.a\\.example)$)(?:.*\\.)?a\\.example$"},
	{"@@||a.example^$denyallow=b.a.example,important",
		"regex!+ ^(?!(?:.*\\.)?(?:b\\.a\\.example)$)(?:.*\\.)?a\\.example$"},
	{"||ads*.example^$denyallow=ads1.example",
		"regex ^(?!(?:.*\\.)?(?:ads1\\.example)$)(?:.*\\.)?ads.*\\.example$"},
	{"||*.a.example^$denyallow=b.a.example",
		"regex ^(?!(?:.*\\.)?(?:b\\.a\\.example)$).*\\.a\\.example$"},
	{"|a.example^$denyallow=b.example,dnstype=A",
		"regex ^(?!(?:.*\\.)?(?:b\\.example)$)a\\.example$ A"},
	{"*$denyallow=com|net", "skip: every name"},
	{"||com^$denyallow=a.com", "skip: public suffix"},
	{"||a.example^$denyallow=", "skip: modifier $denyallow is not about DNS"},
	{"||a.example^$denyallow=b..c", "skip: empty label"},
	{"||a.example^$denyallow=*.b.example", "skip: wildcard inside a name"},
	{"/ads/$denyallow=b.example", "skip: modifier $denyallow on a regular expression"},
	/* $badfilter */
	{"||a.example^\n||b.example^\n||a.example^$badfilter", "subtree b.example"},
	{"||a.example^$badfilter\n||a.example^\n||b.example^", "subtree b.example"},
	{"||a.example^$important\n||a.example^\n||a.example^$important,badfilter",
		"subtree a.example"},
	{"||a.example^$dnstype=A|AAAA\n||a.example^$badfilter,dnstype=AAAA|A\nb.example",
		"exact b.example"},
	{"@@||a.example^\n@@||a.example^$badfilter\nb.example", "exact b.example"},
	{"||a.example^\n@@||a.example^$badfilter", "subtree a.example"},
	{"||a.example^\n|a.example^$badfilter", "subtree a.example"},
	{"/ads/\n/ads/$badfilter\n/ad./", "regex ad."},
	{"||a.example^$denyallow=b.a.example\n||a.example^$denyallow=b.a.example,badfilter\nb.example",
		"exact b.example"},
	{"0.0.0.0 a.example\na.example$badfilter\nb.example", "exact b.example"},
	{"||a.example^$badfilter", ""},
	{"||a.example^$badfilter,script", "skip: modifier $script is not about DNS"},
	/* answers a list may bring without being trusted */
	{"||a.example^$dnsrewrite=NXDOMAIN", "subtree a.example = NXDOMAIN"},
	{"||a.example^$dnsrewrite=nxdomain;;", "subtree a.example = NXDOMAIN"},
	{"||a.example^$dnsrewrite=REFUSED", "subtree a.example = REFUSED"},
	{"||a.example^$dnsrewrite=NOERROR", "subtree a.example = NODATA"},
	{"||a.example^$dnsrewrite=NOERROR;;", "subtree a.example = NODATA"},
	{"||a.example^$dnsrewrite=0.0.0.0", "subtree a.example = A 00000000 ttl 10, "
		"AAAA 00000000000000000000000000000000 ttl 10"},
	{"||a.example^$dnsrewrite=NXDOMAIN\n||a.example^$dnsrewrite=NXDOMAIN,badfilter\nb.example",
		"exact b.example"},
	{"||a.example^$dnsrewrite=SERVFAIL", "skip: modifier $dnsrewrite to SERVFAIL"},
	{"||a.example^$dnsrewrite=192.0.2.1",
		"skip: modifier $dnsrewrite; the list is not trusted for answers"},
	{"||a.example^$dnsrewrite=b.example",
		"skip: modifier $dnsrewrite; the list is not trusted for answers"},
	{"@@||a.example^$dnsrewrite", "skip: modifier $dnsrewrite on an exception"},
	{"@@||a.example^$dnsrewrite=192.0.2.1", "skip: modifier $dnsrewrite on an exception"},
	/* what is no rule about a name */
	{"! comment\n# comment\n[Adblock Plus 2.0]\n## title\n####\n#\n!#if x\n", ""},
	{"##.ad", "skip: cosmetic rule"},
	{"a.example##.ad", "skip: cosmetic rule"},
	{"a.example,b.example#@#.ad", "skip: cosmetic rule"},
	{"a.example#?#div:has(.x)", "skip: cosmetic rule"},
	{"a.example#$#body { x }", "skip: cosmetic rule"},
	{"a.example#%#//scriptlet('x')", "skip: cosmetic rule"},
	{"[$path=/x]a.example##.ad", "skip: cosmetic rule"},
	{"||a.example/ads", "skip: path"},
	{"||a.example^ads/", "skip: path"},
	{"/banner/ads", "skip: path"},
	{"|http://a.example^", "skip: path"},
	{"http://a.example/", "skip: path"},
	{"||a.example:8080^", "skip: port or scheme"},
	{"||a.example^b", "skip: separator inside a pattern"},
	{"||a.example^^", "skip: separator inside a pattern"},
	{"a|b.example", "skip: separator inside a pattern"},
	{"||^", "skip: empty rule"},
	{"||", "skip: empty rule"},
	{"|", "skip: empty rule"},
	{"^", "skip: empty rule"},
	{"||^|", "skip: empty rule"},
	{"$important", "skip: empty rule"},
	{"||a..example^", "skip: empty label"},
	{"||.^", "skip: every name"},
	{"||a b.example^", "skip: more than a name"},
	{"&ad_x=", "skip: a single word; expected a name, or *word* for a pattern"},
	{"-ad?x=", "skip: not a pattern over domain names"},
};

START_TEST(line)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_ADBLOCK}, &lines[_i]);
}
END_TEST

static const struct list_case trusted[] = {
	{"||a.example^$dnsrewrite=192.0.2.1", "subtree a.example = A c0000201 ttl 10"},
	{"||a.example^$dnsrewrite=2001:db8::1",
		"subtree a.example = AAAA 20010db8000000000000000000000001 ttl 10"},
	{"||a.example^$dnsrewrite=192.0.2.1\n||a.example^$dnsrewrite=192.0.2.2",
		"subtree a.example = A c0000201 ttl 10, A c0000202 ttl 10"},
	{"||a.example^$dnsrewrite=192.0.2.1\n||a.example^$dnsrewrite=NOERROR;CNAME;b.example",
		"subtree a.example = CNAME b.example ttl 10\nsubtree a.example = A c0000201 ttl 10"},
	{"||a.example^$dnsrewrite=192.0.2.1,important\n||a.example^$dnsrewrite=192.0.2.2",
		"subtree a.example = A c0000202 ttl 10\nsubtree+ a.example = A c0000201 ttl 10"},
	{"|a.example^$dnsrewrite=b.example", "exact a.example = CNAME b.example ttl 10"},
	{"|a.example^$dnsrewrite=NOERROR;CNAME;B.example.",
		"exact a.example = CNAME b.example ttl 10"},
	{"|a.example^$dnsrewrite=NOERROR;A;192.0.2.1", "exact a.example = A c0000201 ttl 10"},
	{"|a.example^$dnsrewrite=NOERROR;TXT;a \"b\" c", "exact a.example = TXT 0761202262222063 ttl 10"},
	{"|a.example^$dnsrewrite=NOERROR;MX;10 m.example",
		"exact a.example = TYPE15 000a016d076578616d706c6500 ttl 10"},
	{"|a.example^$dnsrewrite=NOERROR;HTTPS;1 . alpn=h2",
		"exact a.example = HTTPS 0001000001000302" "6832 ttl 10"},
	{"|a.example^$dnsrewrite=NOERROR;A;junk",
		"skip: modifier $dnsrewrite with a record that cannot be read"},
	{"|a.example^$dnsrewrite=NOERROR;JUNK;1",
		"skip: modifier $dnsrewrite with a record that cannot be read"},
	{"|a.example^$dnsrewrite=a b", "skip: more than a name"},
	{"|a.example^$dnsrewrite=192.0.2.1,badfilter",
		"skip: modifier $badfilter on a rule with records"},
	{"||a.example^$dnsrewrite=192.0.2.1,denyallow=b.a.example",
		"regex ^(?!(?:.*\\.)?(?:b\\.a\\.example)$)(?:.*\\.)?a\\.example$ = A c0000201 ttl 10"},
	{"/^ads/$dnsrewrite=192.0.2.1", "regex ^ads = A c0000201 ttl 10"},
	{"||com^$dnsrewrite=192.0.2.1", "skip: public suffix"},
};

START_TEST(trusted_line)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_ADBLOCK, .trust_answers = true},
		&trusted[_i]);
}
END_TEST

static const struct list_case wide[] = {
	{"*$denyallow=com|net", "regex ^(?!(?:.*\\.)?(?:com|net)$).*$"},
	{"||com^", "subtree com"},
	{"||*^", "subtree ."},
};

START_TEST(suffixes_line)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_ADBLOCK, .suffixes = true}, &wide[_i]);
}
END_TEST

/* A $denyallow with as many names as a line holds. */
START_TEST(long_denyallow)
{
	char text[4096] = "||a.example^$denyallow=";
	size_t len = strlen(text);

	while (len + 9 < sizeof(text))
		len += (size_t)sprintf(text + len, "x.example|");
	text[len - 1] = '\0';
	list_check((struct dw_list_options){.format = DW_FORMAT_ADBLOCK},
		&(struct list_case){text, "skip: too many names in $denyallow"});
}
END_TEST

/* As many rules as there are $badfilter for them: each is found by its hash. */
START_TEST(many_badfilters)
{
	enum { COUNT = 20000 };
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	for (int i = 0; i < COUNT; i++)
		fprintf(out, "||a%d.example^\n||a%d.example^$badfilter\n", i, COUNT - i);
	fclose(out);
	list_check((struct dw_list_options){.format = DW_FORMAT_ADBLOCK},
		&(struct list_case){text, "subtree a0.example"});
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lists_adblock");
	TCase *tcase = tcase_create("all");

	UNIT_ADD_TABLE(tcase, line, lines);
	UNIT_ADD_TABLE(tcase, trusted_line, trusted);
	UNIT_ADD_TABLE(tcase, suffixes_line, wide);
	tcase_add_test(tcase, long_denyallow);
	tcase_add_test(tcase, many_badfilters);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
