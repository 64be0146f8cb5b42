/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_settings_warn.c: settings that are right and yet unlikely to be meant
 */
#include "dnsward-config.h"

#include "settings_fixture.h"
#include "unit.h"

/* What stands under "version: 1", so that it starts on line 2. */

#define AS_LISTED(format)                                \
	"lists: [{name: a, path: p, format: " format "}]\n" \
	"actions: [{category: a, action: as-listed}]\n"
#define NOT_LISTED                                                                                 \
	" is nxdomain here; lists of domains, wildcard, ranking and sigma bring no answers, and " \
	"hosts only with `trust-answers: yes`\n"
#define RULE_C2 "rules:\n- {name: b, category: c2, level: high, any: [{contains: x}]}\n"

static const struct {
	const char *text;
	const char *warnings;
} warned[] = {
	{LISTS "actions:\n- {category: [ads, c2], action: log}\n", ""},
	{LISTS "actions:\n- {category: [ads, c2], action: log}\n"
	       "log: {sample: 10, never: {categories: ad}}\n",
		"dnsward.yaml:5: log.never.categories: no list, rule or detector gives the category \"ad\"; did you mean "
		"\"ads\"?\n"
		"dnsward.yaml:5: log.sample: without `queries: all` there is nothing to take a sample "
		"of\n"},
	/* lists that anybody on their way can change */
	{"lists:\n- {name: ads, path: p, url: http://l.example/ads}\n"
	 "actions: [{category: ads, action: log}]\n",
		"dnsward.yaml:3: lists.url: the list \"ads\" comes by http without a signature; "
		"expected https, or a public-key\n"},
	{"lists:\n- {name: ads, path: p, url: http://l.example/ads, public-key: "
	 "RWSODfGUu4NG8PIBtOTAgcryMh8/1rpWHrM/BJaCZQHeFrjP8IMlwNV5}\n"
	 "actions: [{category: ads, action: log}]\n",
		""},
	/* rows that nothing reaches */
	{LISTS "actions:\n- {category: any, action: log}\n- {category: ads, action: allow}\n",
		"dnsward.yaml:5: actions: row 2 is never reached; row 1 (dnsward.yaml:4) fits all "
		"it "
		"would\n"},
	{LISTS "actions:\n- {category: [ads, c2], types: [A, TXT], action: log}\n"
	       "- {category: ads, types: TXT, action: allow}\n",
		"dnsward.yaml:5: actions: row 2 is never reached; row 1 (dnsward.yaml:4) fits all "
		"it "
		"would\n"},
	{LISTS "actions:\n- {category: [ads, c2], types: [A], action: log}\n"
	       "- {category: ads, types: [A, TXT], action: allow}\n- {category: ads, action: "
	       "log}\n",
		""},
	{LISTS "actions:\n- {category: ads, unless: [c2, ads], action: log}\n"
	       "- {category: [ads, c2], unless: ads, action: log}\n",
		"dnsward.yaml:4: actions: row 1 fits nothing; all its categories stand under "
		"unless\n"},
	{LISTS CLIENTS "actions:\n- {category: any, clients: kids, action: log}\n"
		       "- {category: any, clients: [kids, guests], action: log}\n"
		       "- {category: ads, clients: guests, when: 8:00-9:00, action: log}\n",
		"dnsward.yaml:7: actions: row 3 is never reached; row 2 (dnsward.yaml:6) fits all "
		"it "
		"would\n"},
	{LISTS "actions:\n- {category: any, unless: c2, action: log}\n"
	       "- {category: ads, action: log}\n- {category: any, unless: [ads, c2], action: "
	       "log}\n",
		"dnsward.yaml:6: actions: row 3 is never reached; row 1 (dnsward.yaml:4) fits all "
		"it "
		"would\n"},
	{LISTS "actions:\n- {category: any, when: Mon-Fri 22:00-08:00, action: log}\n"
	       "- {category: any, when: Fri 23:00-24:00, action: log}\n"
	       "- {category: any, when: Fri 07:00-08:00, action: log}\n",
		"dnsward.yaml:5: actions: row 2 is never reached; row 1 (dnsward.yaml:4) fits all "
		"it "
		"would\n"},
	{LISTS "actions:\n- {category: any, list: ads, action: log}\n"
	       "- {category: any, list: [ads, c2], action: log}\n- {list: c2, action: log}\n",
		"dnsward.yaml:6: actions: row 3 is never reached; row 2 (dnsward.yaml:5) fits all "
		"it "
		"would\n"},
	/* a type each, together all */
	{LISTS "actions:\n- {category: [ads, c2], types: [A, TXT], action: log}\n"
	       "- {category: ads, types: AAAA, action: log}\n"
	       "- {category: ads, types: [A, AAAA], action: allow}\n",
		"dnsward.yaml:6: actions: row 3 is never reached; each of its types is fitted by a "
		"row above it, such as row 1 (dnsward.yaml:4)\n"},
	{LISTS "actions:\n- {category: [ads, c2], types: A, action: log}\n"
	       "- {category: c2, types: AAAA, action: log}\n"
	       "- {category: ads, types: [A, AAAA], action: allow}\n"
	       "- {category: c2, types: [A, AAAA, TXT], action: log}\n",
		""},
	/* what does not meet */
	{LISTS "actions:\n- {category: ads, action: log}\n",
		"dnsward.yaml:2: lists: no row under actions uses the list \"c2\" (category c2)\n"},
	{LISTS "actions:\n- {category: ads, unless: c2, action: log}\n", ""},
	{LISTS "actions:\n- {list: ads, action: log}\n",
		"dnsward.yaml:2: lists: no row under actions uses the list \"c2\" (category c2)\n"},
	{LISTS "actions:\n- {category: [any], action: log}\n", ""},
	{"lists: [{name: a, path: p, exceptions: good}]\nactions:\n- {category: good, action: "
	 "allow}\n",
		""},
	{LISTS "actions:\n- {category: [ad, c2, ads, zoo], action: log}\ndry-run: cc2\n",
		"dnsward.yaml:4: actions.category: no list, rule or detector gives the category \"ad\"; did you mean "
		"\"ads\"?\n"
		"dnsward.yaml:4: actions.category: no list, rule or detector gives the category \"zoo\"\n"
		"dnsward.yaml:5: dry-run: no list, rule or detector gives the category \"cc2\"; did you mean "
		"\"c2\"?\n"},
	{LISTS "actions:\n- {category: [c2, ads], unless: popular, action: log}\n",
		"dnsward.yaml:4: actions.unless: no list, rule or detector gives the category \"popular\"\n"},
	{CLIENTS "actions: [{category: any, clients: kids, action: log}]\n",
		"dnsward.yaml:2: clients: no row under actions names the group \"guests\"\n"},
	{"actions:\n- {rule: x, level: high, action: log}\n",
		"dnsward.yaml:3: actions.rule: no rule is named \"x\"\n"
		"dnsward.yaml:3: actions.level: no rule or detector has such a level, so this row fits "
		"nothing\n"},
	/* answers that no list brings */
	{AS_LISTED("hosts"), "dnsward.yaml:3: actions.action: as-listed" NOT_LISTED},
	{AS_LISTED("domains, trust-answers: yes"),
		"dnsward.yaml:3: actions.action: as-listed" NOT_LISTED},
	{AS_LISTED("hosts, trust-answers: yes"), ""},
	{AS_LISTED("rpz"), ""},
	{AS_LISTED("auto"), ""},
	{"lists: [{name: a, path: p, format: hosts}, {name: b, path: q, format: rpz}]\n"
	 "actions:\n- {category: any, list: a, action: as-listed}\n"
	 "- {category: [a, b], types: A, action: as-listed}\n- {category: b, action: as-listed}\n",
		"dnsward.yaml:4: actions.action: as-listed" NOT_LISTED},
	/* categories without a row */
	{RULE_C2 "actions: [{category: any, action: log}]\n", ""},
	{RULE_C2 "- {name: d, category: other, any: [{contains: y}]}\n"
		 "actions: [{rule: b, action: log}, {category: c3, unless: c2, action: log}]\n",
		"dnsward.yaml:5: actions.category: no list, rule or detector gives the category "
		"\"c3\"; did you mean \"c2\"?\n"
		"dnsward.yaml:4: rules: no row under actions uses the category \"other\" (rule d)\n"},
	{RULE_C2 "- {name: d, category: c2, any: [{contains: y}]}\n"
		 "actions: [{category: c2, level: high, action: log}]\n",
		""},
	{RULE_C2 "actions: [{category: c2, level: low, action: log}]\n",
		"dnsward.yaml:4: actions.level: no rule or detector has such a level, so this row fits "
		"nothing\n"
		"dnsward.yaml:3: rules: no row under actions uses the category \"c2\" (rule b)\n"},
	{RULE_C2 "lists: [{name: l, path: p, format: domains, category: c2}]\n"
		 "actions: [{category: c2, list: l, action: log}]\n",
		"dnsward.yaml:3: rules: no row under actions uses the category \"c2\" (rule b)\n"},
	{RULE_C2 "disable: b\n", ""},
	{"dga: {category: g}\nactions: [{category: h, action: log}]\n",
		"dnsward.yaml:3: actions.category: no list, rule or detector gives the category "
		"\"h\"\n"
		"dnsward.yaml:2: dga: no row under actions uses the category \"g\"\n"},
	{"dga: {category: g}\nactions: [{category: any, level: medium, action: log}]\n", ""},
	{"lists: [{name: a, path: p, exceptions: good}]\nactions: [{category: a, action: log}]\n",
		"dnsward.yaml:2: lists.exceptions: no row under actions uses the category \"good\" "
		"(list a)\n"},
	{"lists: [{name: a, path: p, exceptions: good}]\n"
	 "actions: [{category: a, unless: good, action: log}]\n",
		""},
	/* rules have levels, names and categories; so have the score and detectors */
	{RULE_C2 "actions:\n- {category: c2, level: [high, critical], action: log}\n"
		 "- {category: c2, level: [low, critical], action: log}\n",
		"dnsward.yaml:6: actions.level: no rule or detector has such a level, so this row fits "
		"nothing\n"},
	{"dga: {category: g}\nactions:\n- {category: any, level: medium, action: log}\n"
	 "- {category: any, level: low, action: log}\n",
		"dnsward.yaml:5: actions.level: no rule or detector has such a level, so this row fits "
		"nothing\n"},
	{"detect: {tunnel: on}\nactions: [{category: any, level: [high, medium], action: log}]\n", ""},
	{"lists: [{name: s, path: s.yml, format: sigma}]\n"
	 "actions: [{category: s, level: high, action: log}]\n",
		""},
	{"lists: [{name: s, path: s.yml, format: sigma}, {name: d, path: d, format: domains}]\n"
	 "actions: [{category: [s, d], level: high, action: log}]\n",
		"dnsward.yaml:2: lists: no row under actions uses the list \"d\" (category d)\n"},
};

START_TEST(warns)
{
	settings_expect_warnings(warned[_i].text, warned[_i].warnings);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("settings");
	TCase *tcase = tcase_create("warnings");

	tcase_add_checked_fixture(tcase, settings_setup, settings_teardown);
	UNIT_ADD_TABLE(tcase, warns, warned);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
