/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_settings.c: every key of dnsward.yaml, right and wrong
 */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings_fixture.h"
#include "settings_show.h"
#include "unit.h"

/* Tables: what stands under "version: 1", so that it starts on line 2. */

#define ROW(text) LISTS CLIENTS "actions:\n- {" text "}\n" /* the row is on line 5 */

#define COND(text) "rules: [{name: r, category: c, any: [{" text "}]}]\n"

#define TEN "1234567890"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct {
	const char *text;
	const char *part;
} good[] = {
	/* nothing but defaults */
	{"", "state-dir " DW_STATE_DIR "\non-mismatch pass\nfile dnsward.yaml\n"},
	{"", "categories\ndry-run\nlog " DW_STATE_DIR "/query.jsonl queries=hits clients=full\n"},
	{"lists:\nclients:\nactions:\ninclude: []\n", "categories\ndry-run\n"},
	{"x-mine: {a: [b]}\nx-: 1\n", "categories\n"},
	{"lists: [{name: a, path: b, x-note: c}]\n", "list a b auto category=a at"},
	/* top */
	{"state-dir: state\n", "state-dir state\n"},
	{"state-dir: /s\n", "state-dir /s\n"},
	{"state-dir: /s\n", "log /s/query.jsonl "},
	{"on-mismatch: stop\n", "on-mismatch stop\n"},
	{"on-mismatch: \"pass\"\n", "on-mismatch pass\n"},
	{"timezone: Europe/Zurich\n", "offset 3600 7200\n"},
	{"timezone: UTC\n", "offset 0 0\n"},
	{"timezone: Asia/Kolkata\n", "offset 19800 19800\n"},
	/* lists */
	{LISTS, "list ads ads.txt auto category=ads at dnsward.yaml:2\n"
		"list c2 /l/c2 auto category=c2 at dnsward.yaml:2\ncategories ads c2\n"},
	{"lists:\n- name: a b-ö.1\n  path: l/*.txt\n",
		"list a b-ö.1 l/*.txt auto category=a b-ö.1 "},
	{"lists: [{path: p, name: a, category: b}]\n",
		"category=b at dnsward.yaml:2\ncategories b\n"},
	{"lists: [{name: a, path: p, exceptions: ok}]\n", "exceptions=ok at"},
	{"lists: [{name: a, path: p, exceptions: ok}]\n", "categories ok a\n"},
	{"lists: [{name: a, path: p, exceptions: own}]\n", "category=a at"},
	{"lists: [{name: a, path: p, format: hosts}]\n", "list a p hosts "},
	{"lists: [{name: a, path: p, format: sigma}]\n", "list a p sigma "},
	{"lists: [{name: a, path: p, match: subtree}]\n", "category=a subtree at"},
	{"lists: [{name: a, path: p, match: exact, format: domains}]\n", "category=a at"},
	{"lists: [{name: a, path: p, trust-answers: yes}]\n", "trust-answers at"},
	{"lists: [{name: a, path: p, trust-answers: true, suffixes: on}]\n",
		"trust-answers suffixes at"},
	{"lists: [{name: a, path: p, trust-answers: off, suffixes: false}]\n", "category=a at"},
	{"lists: [{name: a, path: p, min-rules: 1000}]\n", "min-rules=1000"},
	{"lists: [{name: a, path: p, min-rules: \"7\"}]\n", "min-rules=7"},
	{"lists: [{name: a, path: p, max-age: 3d}]\n", "max-age=259200"},
	{"lists: [{name: a, path: p, "
	 "public-key: RWSODfGUu4NG8PIBtOTAgcryMh8/1rpWHrM/BJaCZQHeFrjP8IMlwNV5}]\n",
		"public-key=RWSODfGUu4NG8PIBtOTAgcryMh8/1rpWHrM/BJaCZQHeFrjP8IMlwNV5 at"},
	{"lists: [{name: a, path: p, public-key: \"untrusted comment: minisign public key\\n"
	 "RWSODfGUu4NG8PIBtOTAgcryMh8/1rpWHrM/BJaCZQHeFrjP8IMlwNV5\\n\"}]\n",
		"public-key=RWSODfGUu4NG8PIBtOTAgcryMh8/1rpWHrM/BJaCZQHeFrjP8IMlwNV5 at"},
	{"lists: [{name: a, path: p, format: rpz, zone: Rpz.example., skip-triggers: yes}]\n",
		"zone=Rpz.example. skip-triggers at"},
	{"lists: [{name: a, path: p, format: ranking, top: 100}]\n", "top=100"},
	{"lists: [{name: a, path: p, url: https://l.example/a, refresh: 2h}]\n",
		"url=https://l.example/a refresh=7200"},
	{"lists: [{name: a, path: p, url: file:///srv/a}]\n", "url=file:///srv/a refresh=86400"},
	/* clients */
	{CLIENTS, "group guests 192.0.2.0/24\ngroup kids ::/0\n"},
	{"clients: [{name: a, networks: [10.0.0.0/8, 192.0.2.7, \"2001:db8::/32\"]}]\n",
		"group a 10.0.0.0/8 192.0.2.7/32 2001:db8::/32\n"},
	{"clients: [{name: a, networks: []}, {name: b, networks: }]\n", "group a\ngroup b\n"},
	/* conditions */
	{ROW("category: any, action: log"), "row 1 any -> log at dnsward.yaml:5\n"},
	{ROW("category: ads, action: log"), "row 1 category=ads -> log"},
	{ROW("category: [ads, c2, ads], action: log"), "row 1 category=ads,c2 -> log"},
	{ROW("category: [ads, any], action: log"), "row 1 any -> log"},
	{ROW("category: new, action: log"), "categories ads c2 new(not given)\n"},
	{ROW("category: [ads], unless: [c2, good], action: log"), "category=ads unless=c2,good ->"},
	{ROW("unless: good, action: log"), "row 1 any unless=good -> log"},
	{ROW("clients: guests, action: log"), "row 1 any client=guests -> log"},
	{ROW("clients: [kids, guests], action: log"), "any client=guests client=kids -> log"},
	{ROW("types: TXT, action: log"), "any type=TXT -> log"},
	{ROW("types: [null, aaaa, TYPE65280, Type1, AAAA], action: log"),
		"type=NULL type=AAAA type=TYPE65280 type=A -> log"},
	{ROW("when: \"Sun-Thu 20:30-07:00\", action: log"), "any when=1f:1230-420 -> log"},
	{ROW("when: [Fri 22:00-08:00, 08:00-12:00], action: log"),
		"any when=20:1320-480 when=7f:480-720 -> log"},
	{ROW("level: high, action: log"), "any level=high -> log"},
	{ROW("level: [critical, low, informational, medium], action: log"),
		"level=informational level=low level=medium level=critical -> log"},
	{ROW("rule: cobalt-strike-beacon, action: log"), "any rule=cobalt-strike-beacon -> log"},
	{ROW("rule: [a, b], action: log"), "rule=a rule=b -> log"},
	{ROW("list: c2, action: log"), "any list=c2 -> log"},
	{ROW("list: [c2, ads], category: ads, action: log"),
		"category=ads list=ads list=c2 -> log"},
	/* effects */
	{ROW("category: ads, action: allow"), "category=ads -> allow at"},
	{ROW("category: ads, action: allow, log: yes"), "category=ads -> allow log at"},
	{ROW("category: ads, action: allow, log: no"), "category=ads -> allow at"},
	{ROW("category: ads, action: sinkhole"), "-> sinkhole nxdomain ttl=10 at"},
	{ROW("category: ads, action: as-listed"), "-> sinkhole as-listed ttl=10 at"},
	{ROW("category: ads, action: as-listed, ttl: 5, ede: none"), "as-listed ttl=5 ede=none at"},
	{ROW("category: ads, action: sinkhole, answer: nxdomain"), "sinkhole nxdomain ttl"},
	{ROW("category: ads, action: sinkhole, answer: nodata"), "sinkhole nodata ttl"},
	{ROW("category: ads, action: sinkhole, answer: refused"), "sinkhole refused ttl"},
	{ROW("category: ads, action: sinkhole, answer: null-ip"), "sinkhole null-ip ttl"},
	{ROW("category: ads, action: sinkhole, answer: null"), "sinkhole null-ip ttl"},
	{ROW("category: ads, action: sinkhole, answer: drop"), "sinkhole drop ttl"},
	{ROW("category: ads, action: sinkhole, answer: truncate"), "sinkhole truncate ttl"},
	{ROW("category: ads, action: sinkhole, answer: 192.0.2.53"), "addresses 192.0.2.53 ttl"},
	{ROW("category: ads, action: sinkhole, answer: [192.0.2.53, \"2001:db8::53\"]"),
		"addresses 192.0.2.53 2001:db8::53 ttl"},
	{ROW("category: ads, action: sinkhole, answer: cname  Walled.Example."),
		"cname walled.example ttl"},
	{ROW("category: ads, action: sinkhole, ttl: 0"), "ttl=0 at"},
	{ROW("category: ads, action: sinkhole, ttl: 60"), "ttl=60 at"},
	{ROW("category: ads, action: sinkhole, ttl: 1w"), "ttl=604800 at"},
	{ROW("category: ads, action: sinkhole, ede: none"), "ede=none at"},
	{ROW("category: ads, action: sinkhole, ede: 17"), "ede=17 '' at"},
	{ROW("category: ads, action: sinkhole, ede: {code: 16, text: see x}"), "ede=16 'see x' at"},
	{ROW("category: ads, action: sinkhole, ede: {text: no}"), "ede=15 'no' at"},
	{ROW("category: ads, action: log}\n- {category: c2, action: log"),
		"row 2 category=c2 -> log at dnsward.yaml:6\n"},
	/* aliases */
	{"x-night: &night [Fri 22:00-08:00]\nactions:\n- {when: *night, action: log}\n",
		"when=20:1320-480 -> log at dnsward.yaml:4\n"},
	/* dga */
	{"dga: {}\n", "dga dga threshold=0 model=built-in\n"},
	{"dga: {category: machines, threshold: 0.98}\n",
		"dga machines threshold=980000 model=built-in\n"},
	{"dga: {threshold: 1}\n", "dga dga threshold=1000000 "},
	{"dga: {threshold: .000001, model: my.model}\n", "dga dga threshold=1 model=my.model\n"},
	{"dga:\n", "dry-run\n"},
	/* dry-run, log */
	{"dry-run: yes\n", "dry-run all\n"},
	{"dry-run: no\n", "dry-run\n"},
	{"dry-run: true\n", "dry-run all\n"},
	{"dry-run: off\n", "dry-run\n"},
	{"dry-run: YES\n", "dry-run all\n"},
	{"dry-run: True\n", "dry-run all\n"},
	{"dry-run: No\n", "dry-run\n"},
	{"dry-run: ads\n", "dry-run ads\n"},
	{"dry-run: [ads, c2]\n", "dry-run ads,c2\n"},
	{"log: {path: q.jsonl}\n", "log " DW_STATE_DIR "/q.jsonl "},
	{"log: {path: stderr, queries: all, clients: full}\n",
		"log stderr queries=all clients=full"},
	{"log: {clients: pseudonym, sample: 100}\n", "clients=pseudonym sample=100\n"},
	{"log: {clients: prefix}\n", "clients=prefix\n"},
	{"log: {clients: none}\n", "clients=none\n"},
	{CLIENTS "log: {never: {categories: [health, banks], clients: [guests]}}\n",
		"clients=full never=health,banks never-groups=0x1\n"},
	{"log: {path: /var/log/q.jsonl, queries: hits}\n", "log /var/log/q.jsonl queries=hits"},
	{"log: {path: \"unix:/run/x.sock\"}\n", "log unix:/run/x.sock queries"},
	{"log: {path: \"unix:/" HUNDRED "123456\"}\n", "log unix:/" HUNDRED "123456 queries"},
};

START_TEST(reads)
{
	settings_expect_good(good[_i].text, good[_i].part);
}
END_TEST

/* What does not hang on where it stood. */
static void forget_places(char *shown)
{
	char *out = shown;

	for (char *line = shown, *next; *line; line = next) {
		char *end = line + strcspn(line, "\n"), *at;

		next = end + (*end == '\n');
		if (strncmp(line, "path ", 5) == 0 || strncmp(line, "file ", 5) == 0 ||
			strncmp(line, "categories", 10) == 0)
			continue;
		*end = '\0';
		at = strstr(line, " at ");
		at = at ? at : end;
		memmove(out, line, (size_t)(at - line));
		out += at - line;
		*out++ = '\n';
	}
	*out = '\0';
}

static char *show_and_keep(const char *name)
{
	struct dw_settings *settings = NULL;
	char path[256], *shown;

	snprintf(path, sizeof(path), "%s/%s", settings_folder, name);
	ck_assert_int_eq(dw_settings_open(path, NULL, NULL, NULL, &settings, NULL), DW_OK);
	shown = settings_show(settings, settings_folder);
	forget_places(shown);
	ck_assert_int_eq(dw_settings_keep(settings, NULL), DW_OK);
	dw_settings_close(&settings);
	return shown;
}

/* Settings that are kept as one file read back as the same. */
START_TEST(come_back)
{
	char text[4096], *first, *second;

	if (strstr(good[_i].text, "state-dir: /")) /* not ours to write to */
		return;
	snprintf(text, sizeof(text), "version: 1\n%s%s",
		strstr(good[_i].text, "state-dir") ? "" : "state-dir: state\n", good[_i].text);
	settings_write("dnsward.yaml", text);
	first = show_and_keep("dnsward.yaml");
	second = show_and_keep("state/last-good.yaml");
	ck_assert_str_eq(second, first);
	free(first);
	free(second);
}
END_TEST

#define NAME_EXPECTED                                                                         \
	"expected a name of up to 64 bytes without '/', quotes, backslashes and dots at its " \
	"start\n"
#define RESERVED(word) "expected a category, and \"" word "\" cannot be one's name\n"
#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define AT5 "dnsward.yaml:5: actions"
#define LIST_EXPECTED                                                                 \
	"expected one of auto, hosts, domains, wildcard, adblock, dnsmasq, unbound, " \
	"rpz, regex, ranking, sigma"
#define ANSWER_EXPECTED                                                                           \
	"expected nxdomain, nodata, refused, null-ip, drop, truncate, cname NAME, an address or " \
	"a "                                                                                      \
	"list of addresses"

static const struct {
	const char *text;
	const char *complaints;
} bad[] = {
	/* top */
	{"version: 1\n",
		"dnsward.yaml:2: key \"version\" stands here again; it is on line 1 already\n"},
	{"state_dir: x\n",
		"dnsward.yaml:2: unknown key \"state_dir\"; did you mean \"state-dir\"?\n"},
	{"Actions: []\n", "dnsward.yaml:2: unknown key \"Actions\"; did you mean \"actions\"?\n"},
	{"frobnicate: 1\n",
		"dnsward.yaml:2: unknown key \"frobnicate\"; expected one of version, include, "
		"state-dir, on-mismatch, timezone, database, lists, rules, disable, dga, detect, "
		"clients, actions, dry-run, log, or a key of your own that starts with x-\n"},
	{"state-dir:\n", "dnsward.yaml:2: state-dir: found nothing; expected a path\n"},
	{"state-dir: \"\"\n", "dnsward.yaml:2: state-dir: found empty text; expected a path\n"},
	{"state-dir: [a]\n", "dnsward.yaml:2: state-dir: found a list; expected a path (text that "
			     "starts with '[' stands in quotes)\n"},
	{"state-dir: {a: b}\n",
		"dnsward.yaml:2: state-dir: found a map; expected a path (text that "
		"starts with '{' stands in quotes)\n"},
	{"on-mismatch: ignore\n",
		"dnsward.yaml:2: on-mismatch: found \"ignore\"; expected pass or stop\n"},
	{"timezone: Mars/Olympus\n",
		"dnsward.yaml:2: timezone: no time zone \"Mars/Olympus\" in /usr/share/zoneinfo/; "
		"expected a name like Europe/Zurich\n"},
	{"timezone: [a]\n", "dnsward.yaml:2: timezone: found a list; expected a time zone such as "
			    "Europe/Zurich (text that starts with '[' stands in quotes)\n"},
	/* detect */
	{"detect: all\n", "dnsward.yaml:2: detect: found \"all\"; expected a map of detectors\n"},
	{"detect: {tunel: on}\n",
		"dnsward.yaml:2: detect: unknown key \"tunel\"; did you mean \"tunnel\"?\n"},
	{"detect: {tunnel: maybe}\n", "dnsward.yaml:2: detect.tunnel: found \"maybe\"; expected "
				      "on, off, or a map of thresholds\n"},
	{"detect: {tunnel: {gap: 5}}\n",
		"dnsward.yaml:2: detect.tunnel: unknown key \"gap\"; expected one of window, queries, "
		"distinct, min-length, hold, category, or a key of your own that starts with x-\n"},
	{"detect: {tunnel: {distinct: 501}}\n",
		"dnsward.yaml:2: detect.tunnel.distinct: found \"501\"; expected a whole number from "
		"1 to 500\n"},
	{"detect: {tunnel: {window: 0s, category: [a]}}\n",
		"dnsward.yaml:2: detect.tunnel.window: found \"0s\"; expected a duration from 1s to 4w: "
		"a number and s, m, h, d or w, such as 90s or 24h\n"
		"dnsward.yaml:2: detect.tunnel.category: found a list; expected a category (text that "
		"starts with '[' stands in quotes)\n"},
	/* database */
	{"database: {path: x}\n",
		"dnsward.yaml:2: database.public-key: found nothing; expected the minisign public "
		"key that it is signed with\n"},
	{"database: x.dwdb\n",
		"dnsward.yaml:2: database: found \"x.dwdb\"; expected a map with path and "
		"public-key\n"},
	/* dga */
	{"dga: yes\n",
		"dnsward.yaml:2: dga: found \"yes\"; expected a map with category, threshold or "
		"model\n"},
	{"dga: {threshold: 0}\n", "dnsward.yaml:2: dga.threshold: found \"0\"; expected a "
				  "probability above 0, up to 1, such as 0.98\n"},
	{"dga: {threshold: 1.01}\n", "dnsward.yaml:2: dga.threshold: found \"1.01\"; expected a "
				     "probability above 0, up to 1, such as 0.98\n"},
	{"dga: {threshold: 98%}\n", "dnsward.yaml:2: dga.threshold: found \"98%\"; expected a "
				    "probability above 0, up to 1, such as 0.98\n"},
	{"dga: {category: any}\n", "dnsward.yaml:2: dga.category: found \"any\"; expected a "
				   "category, and \"any\" cannot be one's name\n"},
	{"dga: {}\ndga: {}\n",
		"dnsward.yaml:3: key \"dga\" stands here again; it is on line 2 already\n"},
	/* lists */
	{"lists: ads\n",
		"dnsward.yaml:2: lists: found \"ads\"; expected a list of lists, each a map "
		"with name and path\n"},
	{"lists: {name: a}\n", "dnsward.yaml:2: lists: found a map; expected a list of lists, each "
			       "a map with name and path\n"},
	{"lists:\n- ads\n",
		"dnsward.yaml:3: lists: found \"ads\"; expected a map with name and path\n"},
	{"lists: [{}]\n",
		"dnsward.yaml:2: lists.name: found nothing; expected a name for the list\n"
		"dnsward.yaml:2: lists.path: found nothing; expected a file, a folder or a glob\n"},
	{"lists: [{name: a/b, path: p}]\n",
		"dnsward.yaml:2: lists.name: found \"a/b\"; " NAME_EXPECTED},
	{"lists: [{name: .a, path: p}]\n",
		"dnsward.yaml:2: lists.name: found \".a\"; " NAME_EXPECTED},
	{"lists: [{name: " A64 "b, path: p}]\n",
		"dnsward.yaml:2: lists.name: found \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaa...\"; " NAME_EXPECTED},
	{"lists: [{name: any, path: p}]\n",
		"dnsward.yaml:2: lists.category: found \"any\"; " RESERVED("any")},
	{"lists:\n- {name: a, path: p}\n- {name: a, path: q}\n",
		"dnsward.yaml:4: lists.name: found \"a\" again; expected a name of its own (the "
		"other one stands in dnsward.yaml:3)\n"},
	{"lists: [{name: a, path: p, format: host}]\n",
		"dnsward.yaml:2: lists.format: found \"host\"; " LIST_EXPECTED
		" (did you mean \"hosts\"?)\n"},
	{"lists: [{name: a, path: p, format: csv}]\n",
		"dnsward.yaml:2: lists.format: found \"csv\"; " LIST_EXPECTED "\n"},
	{"lists: [{name: a, path: p, category: }]\n",
		"dnsward.yaml:2: lists.category: found nothing; expected a category\n"},
	{"lists: [{name: a, path: p, match: all}]\n",
		"dnsward.yaml:2: lists.match: found \"all\"; expected exact or subtree\n"},
	{"lists: [{name: a, path: p, format: hosts, match: exact, zone: z, top: 1, "
	 "skip-triggers: no}]\n",
		"dnsward.yaml:2: lists.match: found with format: hosts; expected with domains or "
		"auto alone\n"
		"dnsward.yaml:2: lists.zone: found with format: hosts; expected with rpz or auto "
		"alone\n"
		"dnsward.yaml:2: lists.skip-triggers: found with format: hosts; expected with rpz "
		"or "
		"auto alone\n"
		"dnsward.yaml:2: lists.top: found with format: hosts; expected with ranking or "
		"auto "
		"alone\n"},
	{"lists: [{name: a, path: p, exceptions: [a]}]\n",
		"dnsward.yaml:2: lists.exceptions: found a list; expected own or a category (text "
		"that starts with '[' stands in quotes)\n"},
	{"lists: [{name: a, path: p, trust-answers: maybe, suffixes: 1}]\n",
		"dnsward.yaml:2: lists.trust-answers: found \"maybe\"; expected yes or no\n"
		"dnsward.yaml:2: lists.suffixes: found \"1\"; expected yes or no\n"},
	/* conditions on names that no name can meet */
	{COND("contains: B\xc3\x9c"
	      "CHER"),
		"dnsward.yaml:2: rules.any.contains: found \"B\xc3\x9c"
		"CHER\"; expected ASCII, since names are compared as A-labels: "
		"\"xn--bcher-kva\"\n"},
	{COND("prefix: [a, \xc3\xbc-]"),
		"dnsward.yaml:2: rules.any.prefix: found \"\xc3\xbc-\"; expected ASCII, since names are "
		"compared as A-labels (xn--...)\n"},
	{COND("wildcard: '*.\xc3\xbc.example'"),
		"dnsward.yaml:2: rules.any.wildcard: found \"*.\xc3\xbc.example\"; expected ASCII, since "
		"names are compared as A-labels (xn--...)\n"},
	{COND("regex: '\xc3\xbc$'"),
		"dnsward.yaml:2: rules.any.regex: found \"\xc3\xbc$\"; expected ASCII, since names are "
		"compared as A-labels (xn--...)\n"},
	{COND("answer-cname: '*.\xc3\xbc.example'"),
		"dnsward.yaml:2: rules.any.answer-cname: found \"*.\xc3\xbc.example\"; expected ASCII, "
		"since names are compared as A-labels (xn--...)\n"},
	{COND("exact: '*.foo'"),
		"dnsward.yaml:2: rules.any.exact: found \"*.foo\"; expected a name; patterns with * or ? "
		"go under `wildcard`\n"},
	{COND("suffix: [.foo, 'a?.foo']"),
		"dnsward.yaml:2: rules.any.suffix: found \"a?.foo\"; expected a name; patterns with * or "
		"? go under `wildcard`\n"},
	{"lists: [{name: a, path: p, min-rules: many}]\n",
		"dnsward.yaml:2: lists.min-rules: found \"many\"; expected a whole number from 0 "
		"to "
		"4294967295\n"},
	{"lists: [{name: a, path: p, min-rules: -1, top: 4294967296}]\n",
		"dnsward.yaml:2: lists.min-rules: found \"-1\"; expected a whole number from 0 to "
		"4294967295\n"
		"dnsward.yaml:2: lists.top: found \"4294967296\"; expected a whole number from 0 "
		"to "
		"4294967295\n"},
	{"lists: [{name: a, path: p, max-age: 3 days}]\n",
		"dnsward.yaml:2: lists.max-age: found \"3 days\"; expected a duration from 1s to "
		"520w: a number and s, m, h, d or w, such as 90s or 24h\n"},
	{"lists: [{name: a, path: p, zone: a..b}]\n",
		"dnsward.yaml:2: lists.zone: found \"a..b\"; expected the name of a zone (empty "
		"label)\n"},
	{"lists: [{name: a, path: p, url: ftp://x, refresh: 5}]\n",
		"dnsward.yaml:2: lists.url: found \"ftp://x\"; expected an address that starts "
		"with https://, http:// or file:///\n"
		"dnsward.yaml:2: lists.refresh: found \"5\"; expected a duration from 1m to 12w: a "
		"number and s, m, h, d or w, such as 90s or 24h\n"},
	{"lists: [{name: a, path: \"*.txt\", url: https://l.example/}]\n",
		"dnsward.yaml:2: lists.path: found a pattern and a url; expected the path of the "
		"one file that is fetched\n"},
	{"lists: [{name: a, path: p, public-key: RW}]\n",
		"dnsward.yaml:2: lists.public-key: found \"RW\"; expected a minisign public key, "
		"RW... (not a minisign public key: expected base64 of 56 characters)\n"},
	{"lists: [{name: a, path: p, pth: q}]\n",
		"dnsward.yaml:2: lists: unknown key \"pth\"; did you mean \"path\"?\n"},
	/* clients */
	{"clients: [{name: a}]\n", "dnsward.yaml:2: clients.networks: found nothing; expected "
				   "networks, or path, a file of them\n"},
	{"clients: [{networks: 10.0.0.1}]\n",
		"dnsward.yaml:2: clients.name: found nothing; expected a name for the group\n"},
	{"clients: [{name: a, networks: {}}, {name: b, networks: [[]]}]\nlists: {}\n",
		"dnsward.yaml:2: clients.networks: found a map; expected a network or a list of "
		"networks, such as 192.0.2.0/24 (text that starts with '{' stands in quotes)\n"
		"dnsward.yaml:2: clients.networks: found an empty list; expected a network or a "
		"list of networks, such as 192.0.2.0/24 (text that starts with '[' stands in "
		"quotes)\n"
		"dnsward.yaml:3: lists: found a map; expected a list of lists, each a map with "
		"name and path\n"},
	{"clients:\n- name: a\n  networks: [10.0.0.0/33,\n    here, 10.0.0.1/8]\n",
		"dnsward.yaml:4: clients.networks: \"10.0.0.0/33\": prefix length is no number "
		"from "
		"0 to 32\n"
		"dnsward.yaml:5: clients.networks: \"here\" is no network; expected an address "
		"like "
		"192.0.2.1 or 2001:db8::1, or one with a prefix length like 192.0.2.0/24\n"
		"dnsward.yaml:5: clients.networks: \"10.0.0.1/8\" has bits set beyond its prefix; "
		"write 10.0.0.0/8 for the network or 10.0.0.1 for the address alone\n"},
	{"clients:\n- {name: a, networks: 10.0.0.1}\n- {name: a, networks: 10.0.0.2}\n",
		"dnsward.yaml:4: clients.name: found \"a\" again; expected a name of its own (the "
		"other one stands in dnsward.yaml:3)\n"},
	/* conditions */
	{"actions:\n- allow\n", "dnsward.yaml:3: actions: found \"allow\"; expected a map with "
				"conditions and an action\n"},
	{ROW("action: log"), AT5 ": found a row without a condition; expected one of category, "
				 "unless, clients, types, when, level, rule and list (\"category: "
				 "any\" fits everything)\n"},
	{ROW("category: ads"),
		AT5 ".action: found nothing; expected allow, log, sinkhole or as-listed\n"},
	{ROW("categories: ads, action: log"),
		AT5 ": unknown key \"categories\"; did you mean \"category\"?\n" AT5
		    ": found a row without a condition; expected one of category, unless, clients, "
		    "types, when, level, rule and list (\"category: any\" fits everything)\n"},
	{ROW("category: [], action: log"),
		AT5 ".category: found an empty list; expected any, a category or a list of "
		    "categories\n"},
	{ROW("category: [ads, [c2]], action: log"),
		AT5 ".category: found a list; expected any, a category or a list of categories "
		    "(text that starts with '[' stands in quotes)\n"},
	{ROW("category: own, action: log"), AT5 ".category: found \"own\"; " RESERVED("own")},
	{ROW("category: a/b, action: log"),
		AT5 ".category: found \"a/b\"; expected a category: a name of up to 64 bytes "
		    "without '/', quotes, backslashes and dots at its start\n"},
	{ROW("unless: any, action: log"), AT5 ".unless: found \"any\"; " RESERVED("any")},
	{ROW("clients: guest, action: log"),
		AT5 ".clients: found \"guest\"; expected the name of a "
		    "group under clients (did you mean \"guests\"?)\n"},
	{ROW("clients: [], action: log"), AT5
		".clients: found an empty list; expected the name of a group under clients, or a "
		"list of them\n"},
	{ROW("types: [A, AAAAA], action: log"),
		AT5 ".types: found \"AAAAA\"; expected a type of query such as A, TXT or "
		    "TYPE65280\n"},
	{ROW("types: TYPE65536, action: log"),
		AT5 ".types: found \"TYPE65536\"; expected a type of query such as A, TXT or "
		    "TYPE65280\n"},
	{ROW("when: [Fri, 8:00-8:00], action: log"),
		AT5 ".when: \"Fri\" is no window of time; expected days and hours like \"Sun-Thu "
		    "20:30-07:00\", \"Mon,Wed 10:00-11:00\" or \"daily 08:00-12:00\"\n" AT5
		    ".when: \"8:00-8:00\" starts when it ends; write 00:00-24:00 for whole days\n"},
	{ROW("level: [high, severe], action: log"),
		AT5 ".level: found \"severe\"; expected informational, low, medium, high or "
		    "critical\n"},
	{ROW("rule: \"a\\nb\", action: log"),
		AT5 ".rule: found \"a?b\"; expected the name of a rule, or the id of a Sigma rule\n"},
	{ROW("list: adz, action: log"),
		AT5 ".list: found \"adz\"; expected the name of a list (did "
		    "you mean \"ads\"?)\n"},
	{ROW("list: unknown, action: log"),
		AT5 ".list: found \"unknown\"; expected the name of a list\n"},
	/* effects */
	{ROW("category: ads, action: sinkhol, answer: nodata"),
		AT5 ".action: found \"sinkhol\"; expected allow, log, sinkhole or as-listed\n"},
	{ROW("category: ads, action: [log]"),
		AT5 ".action: found a list; expected allow, log, sinkhole or as-listed (text that "
		    "starts with '[' stands in quotes)\n"},
	{ROW("category: ads, action: sinkhole, answer: blocked"),
		AT5 ".answer: found \"blocked\"; " ANSWER_EXPECTED "\n"},
	{ROW("category: ads, action: sinkhole, answer: {cname: a}"),
		AT5 ".answer: found a map; " ANSWER_EXPECTED
		    " (text that starts with '{' stands in quotes)\n"},
	{ROW("category: ads, action: sinkhole, answer: []"),
		AT5 ".answer: found an empty list; expected a list of addresses\n"},
	{ROW("category: ads, action: sinkhole, answer: [192.0.2.1, nxdomain]"),
		AT5 ".answer: found \"nxdomain\"; expected an address such as 192.0.2.53 or "
		    "2001:db8::53\n"},
	{ROW("category: ads, action: sinkhole, answer: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, "
	     "10.0.0.5, 10.0.0.6, 10.0.0.7, 10.0.0.8, 10.0.0.9, 10.0.0.10, 10.0.0.11, 10.0.0.12, "
	     "10.0.0.13, 10.0.0.14, 10.0.0.15, 10.0.0.16, \"2001:db8::17\"]"),
		AT5 ".answer: found \"2001:db8::17\"; expected at most 16 addresses\n"},
	{ROW("category: ads, action: sinkhole, answer: cname a..b"), AT5
		".answer: found \"cname a..b\"; expected cname and a domain name (empty label)\n"},
	{ROW("category: ads, action: sinkhole, answer: cname ."),
		AT5 ".answer: found \"cname .\"; expected cname and a domain name other than the "
		    "root\n"},
	{ROW("category: ads, action: sinkhole, answer: cname"),
		AT5 ".answer: found \"cname\"; " ANSWER_EXPECTED "\n"},
	{ROW("category: ads, action: sinkhole, ttl: soon"), AT5
		".ttl: found \"soon\"; expected a duration from 0s to 1w: a number and s, m, h, "
		"d or w, such as 90s or 24h\n"},
	{ROW("category: ads, action: sinkhole, ttl: 604801"),
		AT5 ".ttl: found \"604801\"; expected a duration from 0s to 1w: a number and s, m, "
		    "h, d or w, such as 90s or 24h\n"},
	{ROW("category: ads, action: sinkhole, ede: maybe"), AT5
		".ede: found \"maybe\"; expected none, a code from 0 to 65535, or a map of code "
		"and text\n"},
	{ROW("category: ads, action: sinkhole, ede: 65536"),
		AT5 ".ede: found \"65536\"; expected a whole number from 0 to 65535\n"},
	{ROW("category: ads, action: sinkhole, ede: {code: x, txt: y}"),
		AT5 ".ede: unknown key \"txt\"; did you mean \"text\"?\n" AT5
		    ".ede.code: found \"x\"; expected a whole number from 0 to 65535\n"},
	{ROW("category: ads, action: sinkhole, ede: {text: ö}"), AT5
		".ede.text: found \"ö\"; expected text of up to 127 printable ASCII characters\n"},
	{ROW("category: ads, action: allow, answer: nodata, ttl: 5, ede: none"), AT5
		".answer: found with action: allow; expected with sinkhole alone\n" AT5
		".ttl: found with action: allow; expected with sinkhole or as-listed alone\n" AT5
		".ede: found with action: allow; expected with sinkhole or as-listed alone\n"},
	{ROW("category: ads, action: as-listed, answer: nodata"),
		AT5 ".answer: found with action: as-listed; expected with sinkhole alone\n"},
	{ROW("category: ads, action: sinkhole, log: no"),
		AT5 ".log: found with action: sinkhole; expected with allow alone\n"},
	{ROW("category: ads, action: allow, log: all"),
		AT5 ".log: found \"all\"; expected yes or no\n"},
	/* dry-run, log */
	{"dry-run: [yes]\n", "dnsward.yaml:2: dry-run: found \"yes\"; " RESERVED("yes")},
	{"dry-run: [Yes]\n", "dnsward.yaml:2: dry-run: found \"Yes\"; " RESERVED("Yes")},
	{"dry-run: {}\n", "dnsward.yaml:2: dry-run: found a map; expected a category or a list of "
			  "categories (text that starts with '{' stands in quotes)\n"},
	{"log: stderr\n",
		"dnsward.yaml:2: log: found \"stderr\"; expected a map with path, queries, "
		"clients, sample or never\n"},
	{"log: {path: logs/}\n",
		"dnsward.yaml:2: log.path: found \"logs/\"; expected a path, unix: "
		"and the path of a socket, or stderr\n"},
	{"log: {path: \"unix:/" HUNDRED "1234567\"}\n",
		"dnsward.yaml:2: log.path: found \"unix:/1234567890123456789012345678901234567890123456"
		"78901...\"; expected the path of a socket of at most 107 bytes\n"},
	{"log: {path: \"unix:x\"}\n",
		"dnsward.yaml:2: log.path: found \"unix:x\"; expected a path, "
		"unix: and the path of a socket, or stderr\n"},
	{"log: {queries: none}\n", "dnsward.yaml:2: log.queries: found \"none\"; expected hits or "
				   "all\n"},
	{"log: {clients: some}\n", "dnsward.yaml:2: log.clients: found \"some\"; expected full, "
				   "pseudonym, prefix or none\n"},
	{"log: {sample: 1}\n", "dnsward.yaml:2: log.sample: found \"1\"; expected a whole number "
			       "from 2 to 1000000\n"},
	{"log: {never: ads}\n", "dnsward.yaml:2: log.never: found \"ads\"; expected a map with "
				"categories or clients\n"},
	{"log: {never: {clients: nobody}}\n",
		"dnsward.yaml:2: log.never.clients: found \"nobody\"; expected the name of a group "
		"under clients\n"},
	{"log: {never: {names: a}}\n", "dnsward.yaml:2: log.never: unknown key \"names\"; "
				       "expected one of categories, clients, or a key of your own that starts with x-\n"},
	/* YAML itself */
	{"actions:\n- {category: *ads, action: log}\n",
		"dnsward.yaml:3: alias \"*ads\" without its anchor; put a value that starts with "
		"'*' in quotes\n"},
	{"---\nversion: 1\n",
		"dnsward.yaml:3: found a second document; expected one a file (no line of ---)\n"},
	/* all of a file's errors, in the order of its lines */
	{"log: {queries: some}\nactions:\n- {category: ads, action: nuke}\n"
	 "lists: [{name: x}]\nversionn: 2\n",
		"dnsward.yaml:2: log.queries: found \"some\"; expected hits or all\n"
		"dnsward.yaml:4: actions.action: found \"nuke\"; expected allow, log, sinkhole or "
		"as-listed\n"
		"dnsward.yaml:5: lists.path: found nothing; expected a file, a folder or a glob\n"
		"dnsward.yaml:6: unknown key \"versionn\"; did you mean \"version\"?\n"},
};

START_TEST(refuses)
{
	settings_expect_bad(bad[_i].text, bad[_i].complaints);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("settings");
	TCase *tcase = tcase_create("keys");

	tcase_add_checked_fixture(tcase, settings_setup, settings_teardown);
	UNIT_ADD_TABLE(tcase, reads, good);
	UNIT_ADD_TABLE(tcase, come_back, good);
	UNIT_ADD_TABLE(tcase, refuses, bad);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
