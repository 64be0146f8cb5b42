/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rules of the settings: each condition, and what is made of what fits
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "answers.h"
#include "engine_fixture.h"
#include "dnsward/rrtype.h"
#include "unit.h"

static struct fixture f;

static void setup(void)
{
	fixture_setup(&f);
}

static void teardown(void)
{
	fixture_teardown(&f);
}

static void open_with(const char *rules, const char *rows)
{
	char text[8192];
	struct dw_error err;

	snprintf(text, sizeof(text), "version: 1\nstate-dir: state\nrules:\n%sactions:\n%s", rules,
		rows);
	fixture_write(&f, "dnsward.yaml", text);
	ck_assert_msg(fixture_open(&f, false, &err) == DW_OK, "%s: %s", err.where, err.text);
}

/* ---- conditions on the question ---- */

/* A rule's conditions, names (with a type behind a slash) that fit, and some that do not. */
static const struct {
	const char *rule;
	const char *fit;
	const char *other;
} questions[] = {
	{"any: [{exact: Www.Bad.example.}]", "www.bad.example",
		"bad.example a.www.bad.example xwww.bad.example"},
	{"any: [{exact: [a.example, b.example]}]", "a.example b.example", "c.example"},
	{"any: [{exact: b\xc3\xbc"
	 "cher.example}]",
		"xn--bcher-kva.example", "bucher.example"},
	{"any: [{exact: '\\042.example'}]", "*.example", "a.example"},
	{"any: [{suffix: bad.example}]", "bad.example a.b.bad.example",
		"xbad.example bad.example.net example"},
	{"any: [{suffix: .bad.example}]", "a.bad.example", "bad.example xbad.example"},
	{"any: [{prefix: [aaa.stage., post.1]}]", "aaa.stage.x.example post.1x.example",
		"x.aaa.stage.example post.2"},
	{"any: [{contains: .Stage.123456.}]", "a.stage.123456.example",
		"stage.123456.example a.stage.123456"},
	{"any: [{contains: ==.}]", "zm9v==.example", "zm9v=.example"},
	{"any: [{wildcard: 'a*.b?d.example'}]", "a.bad.example ax.y.bed.example",
		"a.bd.example xa.bad.example a.bad.example.net"},
	{"any: [{wildcard: 'a\\*.example'}]", "a*.example", "ab.example"},
	{"any: [{regex: '^[0-9a-f]{8}\\.'}]", "0123abcd.example",
		"0123abcg.example x.0123abcd.example"},
	{"any: [{regex: '(?<!x)evil'}]", "an-evil.example", "xevil.example"},
	{"any: [{length: 9}]", "a.example", "ab.example example"},
	{"any: [{length: '>= 10'}]", "ab.example abc.example", "a.example"},
	{"any: [{length: [9, 11-12]}]", "a.example abc.example abcd.example",
		"ab.example abcde.example"},
	{"any: [{labels: '> 2'}]", "a.b.c a.b.c.d", "a.b a"},
	{"any: [{entropy: '>= 3'}]", "abcdefgh.x.example.com",
		"abcdefg.x.example.com aaaaaaaaaaaa.example.com abcdefgh.com abcdefgh"},
	{"any: [{entropy: 0.8-1}]", "abab.example.com aab.example.com", "abc.example.com"},
	{"any: [{types: [TXT, TYPE10]}]", "x/TXT x/NULL", "x x/AAAA"},
	{"types: [TXT]", "x/TXT", "x/A"},
	{"{types: TXT, any: [{contains: x}, {contains: y}]}", "x/TXT y/TXT", "x y/A z/TXT"},
	{"any: [{contains: q, suffix: example}, {labels: 3}]", "q.example a.b.c",
		"q.test y.example"},
	{"all: [{contains: x}, {contains: [y, z]}]", "x.y x.z", "x y.z"},
	{"{all: [{contains: x}], any: [{contains: y}]}", "x.y", "x y"},
	{"{any: [{contains: x}], except: [{suffix: arpa}, {contains: z, labels: 2}]}",
		"x.example x.z.example", "x.arpa x.z"},
	{"{types: [A], except: [{contains: q}]}", "y.example", "q.example y.example/TXT"},
};

static bool holds(const char *word, size_t len)
{
	char name[256];
	uint16_t type = 1;
	const char *slash = memchr(word, '/', len);

	snprintf(name, sizeof(name), "%.*s", (int)(slash ? (size_t)(slash - word) : len), word);
	if (slash) {
		char text[16];

		snprintf(text, sizeof(text), "%.*s", (int)(len - (size_t)(slash - word) - 1),
			slash + 1);
		ck_assert(dw_type_from_text(text, &type));
	}
	return fixture_decide(&f, name, type, NULL, 0).action == DW_ACTION_SINKHOLE;
}

static void expect(const char *words, bool want, const char *rule)
{
	for (const char *at = words; *at != '\0';) {
		size_t len = strcspn(at, " ");

		ck_assert_msg(holds(at, len) == want, "%s: %.*s", rule, (int)len, at);
		at += len + (at[len] == ' ');
	}
}

/* All of a rule's keys in one flow map. */
static void rule_text(const char *conditions, char *out, size_t room)
{
	bool braces = conditions[0] == '{';

	snprintf(out, room, "  - {name: r, category: c, %.*s}\n",
		(int)(strlen(conditions) - (braces ? 2 : 0)), conditions + braces);
}

START_TEST(question_is_weighed)
{
	char rule[512];

	rule_text(questions[_i].rule, rule, sizeof(rule));
	open_with(rule, "  - {category: c, action: sinkhole}\n");
	expect(questions[_i].fit, true, questions[_i].rule);
	expect(questions[_i].other, false, questions[_i].rule);
}
END_TEST

/* ---- conditions on the answer ---- */

static struct dw_verdict decide(const char *question, const char *answer)
{
	uint8_t name[DW_NAME_MAX];
	struct dw_view view = {.name = name, .type = 16};
	struct dw_verdict v;
	static struct made_answer made;

	ck_assert_int_eq(
		dw_name_from_text(question, strlen(question), name, &view.name_len, NULL), DW_OK);
	dw_decide(f.worker, f.snapshot, &view, &v);
	answer_make(answer, &made);
	dw_decide_answer(f.worker, f.snapshot, &view, &made.view, &v);
	return v;
}

static const struct {
	const char *rule;
	const char *answer;
	bool fits;
} answers[] = {
	{"any: [{rcode: NXDOMAIN}]", "rcode=3", true},
	{"any: [{rcode: [nxdomain, 5]}]", "rcode=5", true},
	{"any: [{rcode: NXDOMAIN}]", "rcode=0", false},
	{"any: [{answer-text: Invoke-Expression}]", "txt=x.invoke-expression", true},
	{"any: [{answer-text: Invoke-Expression}]", "txt=invoke-|expression", true},
	{"any: [{answer-text: Invoke-Expression}]", "txt=invoke- txt=expression", false},
	{"any: [{answer-text: [cmd.exe, IEX]}]", "txt=a txt=iex(", true},
	{"any: [{answer-text-regex: '\\bIEX\\b'}]", "txt=(iex)", true},
	{"any: [{answer-text-regex: '\\bIEX\\b'}]", "txt=xiexx", false},
	{"any: [{contains: iex}]", "txt=iex", false},
	{"any: [{answer-text: question}]", "txt=other", false},
	{"any: [{answer-cname: bad.example}]", "cname=a.bad.example", true},
	{"any: [{answer-cname: bad.example}]", "cname=xbad.example", false},
	{"any: [{answer-cname: '*.b?d.example'}]", "cname=a.bed.example", true},
	{"any: [{answer-cname: bad.example}]", "txt=bad.example", false},
	{"any: [{answer-ip: [192.0.2.0/24, '2001:db8::/32']}]", "ip=192.0.2.7", true},
	{"any: [{answer-ip: [192.0.2.0/24, '2001:db8::/32']}]", "ip=2001:db8::1", true},
	{"any: [{answer-ip: 192.0.2.0/24}]", "ip=192.0.3.7", false},
	{"any: [{ttl-below: 60}]", "ttl=59", true},
	{"any: [{ttl-below: 1m}]", "ttl=60", false},
	{"any: [{ttl-below: 60}]", "txt=x", false}, /* from the cache: not known */
	{"any: [{ttl-below: 60, types: A}]", "ttl=1", false},
	{"{any: [{rcode: NOERROR}], except: [{answer-ip: 192.0.2.0/24}]}", "ip=192.0.2.7", false},
	{"{any: [{rcode: NOERROR}], except: [{answer-ip: 192.0.2.0/24}]}", "ip=192.0.3.7", true},
	{"any: [{prefix: quest, answer-text: x}, {rcode: NXDOMAIN}]", "txt=x", true},
	/* however much of it there is, and wherever it stands */
	{"all: [{answer-text: x}, {answer-text: y}]", "txt=x 130*txt=a txt=y", true},
	{"all: [{answer-text: x}, {answer-ip: 192.0.2.1}]", "txt=x 130*ip=192.0.2.2 ip=192.0.2.1", true},
	{"{any: [{answer-text: x}], except: [{answer-text: y}]}", "txt=y 130*txt=a txt=x", false},
	{"{any: [{answer-ip: 192.0.2.1}], except: [{answer-ip: 192.0.2.3}]}",
		"ip=192.0.2.1 130*ip=192.0.2.2 ip=192.0.2.3", false},
	{"{any: [{answer-cname: a.example}], except: [{answer-cname: b.example}]}",
		"cname=a.example 130*cname=c.example cname=b.example", false},
	/* more conditions on networks than are remembered */
	{"all: [{answer-ip: 192.0.2.0}, {answer-ip: 192.0.2.1}, {answer-ip: 192.0.2.2}, "
	 "{answer-ip: 192.0.2.3}, {answer-ip: 192.0.2.4}, {answer-ip: 192.0.2.5}, "
	 "{answer-ip: 192.0.2.6}, {answer-ip: 192.0.2.7}, {answer-ip: 192.0.2.8}, "
	 "{answer-ip: 192.0.2.9}]", "ip=192.0.2.0 ip=192.0.2.1 ip=192.0.2.2 ip=192.0.2.3 ip=192.0.2.4 "
		"ip=192.0.2.5 ip=192.0.2.6 ip=192.0.2.7 ip=192.0.2.8", false},
};

START_TEST(answer_is_weighed)
{
	char rule[512];

	rule_text(answers[_i].rule, rule, sizeof(rule));
	open_with(rule, "  - {category: c, action: sinkhole}\n");
	struct dw_verdict before = fixture_decide(&f, "question.example", 16, NULL, 0);
	ck_assert_int_eq(before.action, DW_ACTION_ALLOW);
	ck_assert(!before.may_sinkhole);
	struct dw_verdict v = decide("question.example", answers[_i].answer);
	ck_assert_msg((v.action == DW_ACTION_SINKHOLE) == answers[_i].fits, "%s: %s",
		answers[_i].rule, answers[_i].answer);
	ck_assert(v.may_sinkhole == answers[_i].fits);
}
END_TEST

/* The sweep cannot look into texts, so that the answer has to go. */
START_TEST(texts_out_of_reach_may_fit)
{
	open_with("  - {name: r, category: c, types: TXT, any: [{answer-text: x}]}\n",
		"  - {category: c, action: sinkhole}\n");
	uint8_t name[] = "\1a";
	struct dw_view view = {.name = name, .name_len = 3, .type = 16};
	struct dw_answer_view answer = {.texts_unknown = true, .record_count = 1};
	struct dw_verdict v;
	dw_decide(f.worker, f.snapshot, &view, &v);
	ck_assert(v.awaits_answer && !v.may_sinkhole);
	dw_decide_answer(f.worker, f.snapshot, &view, &answer, &v);
	ck_assert(v.may_sinkhole);
	view.type = 1;
	dw_decide(f.worker, f.snapshot, &view, &v);
	ck_assert(!v.awaits_answer);
}
END_TEST

/* ---- what is made of it ---- */

static const char two_rules[] =
	"  - {name: first, category: c, technique: T1071.004, level: high, any: [{prefix: a.}]}\n"
	"  - {name: second, category: d, level: low, any: [{prefix: a.}, {labels: 4}]}\n";

START_TEST(reason_tells_the_rule)
{
	open_with(
		two_rules, "  - {category: c, action: sinkhole}\n  - {category: d, action: log}\n");
	struct dw_verdict v = fixture_decide(&f, "a.example", 1, NULL, 0);
	const struct dw_provider *p = v.reason.provider;
	ck_assert_int_eq(v.action, DW_ACTION_SINKHOLE);
	ck_assert(v.may_sinkhole && v.has_reason);
	ck_assert_int_eq(p->kind, DW_PROVIDER_RULE);
	ck_assert_str_eq(p->name, "first");
	ck_assert_str_eq(p->source, "rules");
	ck_assert_str_eq(p->technique, "T1071.004");
	ck_assert_int_eq(p->level, DW_LEVEL_HIGH);
	ck_assert_uint_eq(p->line, 4);
	ck_assert_str_eq(v.reason.match, "prefix");
	ck_assert_str_eq(v.reason.matched, "a.");
	v = fixture_decide(&f, "w.x.y.z", 1, NULL, 0);
	ck_assert_int_eq(v.action, DW_ACTION_LOG);
	ck_assert(!v.may_sinkhole);
	ck_assert_str_eq(v.reason.provider->name, "second");
	ck_assert_str_eq(v.reason.match, "rule");
	ck_assert_ptr_null(v.reason.matched);
}
END_TEST

START_TEST(rows_know_rules_and_levels)
{
	open_with(two_rules, "  - {rule: [none, second], types: TXT, action: sinkhole}\n  - {level: "
			     "[high], action: log}\n");
	ck_assert_int_eq(fixture_decide(&f, "a.example", 16, NULL, 0).action, DW_ACTION_SINKHOLE);
	ck_assert_int_eq(fixture_decide(&f, "a.example", 1, NULL, 0).action, DW_ACTION_LOG);
	ck_assert_int_eq(fixture_decide(&f, "w.x.y.z", 1, NULL, 0).action, DW_ACTION_ALLOW);
}
END_TEST

START_TEST(rules_are_switched_off_without_compiling)
{
	open_with(two_rules, "  - {category: [c, d], action: sinkhole}\n");
	char text[1024];
	snprintf(text, sizeof(text),
		"version: 1\nstate-dir: state\nrules:\n%sdisable: [first]\nactions:\n"
		"  - {category: [c, d], action: sinkhole}\n",
		two_rules);
	fixture_write(&f, "dnsward.yaml", text);
	fixture_settle(&f);
	struct dw_verdict v = fixture_decide(&f, "a.example", 1, NULL, 0);
	ck_assert_str_eq(v.reason.provider->name, "second");
	size_t number;
	ck_assert(dw_settings_category(dw_snapshot_settings(f.snapshot), "c", &number));
	ck_assert(!dw_set_has(&v.categories, number));
}
END_TEST

/* Rules that are gone from the settings are gone, and changed ones are in force. */
START_TEST(rules_change_with_the_settings)
{
	open_with(two_rules, "  - {category: any, action: log}\n");
	fixture_write(&f, "dnsward.yaml",
		"version: 1\nstate-dir: state\nrules:\n"
		"  - {name: second, category: d, any: [{prefix: b.}]}\n"
		"actions: [{category: d, action: sinkhole}]\n");
	fixture_settle(&f);
	ck_assert_int_eq(fixture_decide(&f, "a.example", 1, NULL, 0).action, DW_ACTION_ALLOW);
	ck_assert_int_eq(fixture_decide(&f, "b.example", 1, NULL, 0).action, DW_ACTION_SINKHOLE);
}
END_TEST

/* Questions for TXT, answered by an alias of bad.example and what else is said. */
static const struct {
	const char *rule;
	const char *answer;
	bool fits;
} aliases[] = {
	{"any: [{exact: bad.example}]", "cname=bad.example", true},
	{"any: [{suffix: example}]", "cname=bad.example", true},
	{"any: [{suffix: bad.example}], except: [{prefix: b}]", "cname=bad.example", false},
	{"any: [{suffix: bad.example}], except: [{prefix: question}]", "cname=bad.example", true},
	{"any: [{regex: '^b.d'}]", "cname=bad.example", true},
	{"any: [{regex: '^b.d'}], targets: no", "cname=bad.example", false},
	{"any: [{regex: '^b.d'}], targets: yes", "cname=bad.example", true},
	{"any: [{prefix: bad, labels: 2}]", "cname=bad.example", true},
	{"any: [{prefix: bad, labels: 3}]", "cname=bad.example", false},
	{"any: [{prefix: bad, types: [A]}]", "cname=bad.example", false},
	{"types: [TXT], any: [{prefix: bad}]", "cname=bad.example", true},
	/* no text has to fit: shapes */
	{"any: [{length: 11}]", "cname=bad.example", false},
	{"types: [TXT], all: [{length: 11}]", "cname=bad.example", false},
	/* with what else is in the answer */
	{"any: [{prefix: bad, answer-ip: 192.0.2.1}]", "cname=bad.example ip=192.0.2.1", true},
	{"any: [{prefix: bad, answer-ip: 192.0.2.1}]", "cname=bad.example ip=192.0.2.2", false},
	{"any: [{prefix: bad, answer-text: x}]", "cname=bad.example txt=x", true},
	{"any: [{prefix: bad, answer-text: x}]", "txt=x", false},
	{"any: [{prefix: bad, answer-ip: 192.0.2.1}]",
		"130*cname=good.example cname=bad.example ip=192.0.2.1", true},
};

START_TEST(targets_are_weighed)
{
	char rule[512], name[DW_NAME_TEXT_MAX];
	struct dw_verdict v;

	snprintf(rule, sizeof(rule), "  - {name: r, category: c, %s}\n", aliases[_i].rule);
	open_with(rule, "  - {category: c, action: sinkhole}\n");
	v = decide("question.target.test", aliases[_i].answer);
	ck_assert_msg((v.action == DW_ACTION_SINKHOLE) == aliases[_i].fits, "%s: %s",
		aliases[_i].rule, aliases[_i].answer);
	ck_assert(v.may_sinkhole == aliases[_i].fits);
	if (!aliases[_i].fits)
		return;
	dw_name_to_text(v.matched, v.matched_len, name);
	ck_assert_str_eq(name, "bad.example");
	ck_assert_str_eq(v.reason.provider->name, "r");
}
END_TEST

/* What the sweep cannot look into may fit for a target as well. */
START_TEST(texts_of_a_target_may_fit)
{
	open_with("  - {name: r, category: c, any: [{prefix: bad, answer-text: x}]}\n",
		"  - {category: c, action: sinkhole}\n");
	uint8_t name[] = "\1a";
	struct dw_view view = {.name = name, .name_len = 3, .type = 16};
	static struct made_answer answer;
	struct dw_verdict v;
	answer_make("cname=bad", &answer);
	answer.view.texts_unknown = true;
	dw_decide(f.worker, f.snapshot, &view, &v);
	ck_assert(!v.awaits_answer && !v.may_sinkhole);
	dw_decide_answer(f.worker, f.snapshot, &view, &answer.view, &v);
	ck_assert(v.may_sinkhole);
}
END_TEST

START_TEST(allowed_questions_take_their_targets_along)
{
	open_with("  - {name: good, category: good, any: [{exact: good.test}]}\n"
		  "  - {name: r, category: c, any: [{prefix: bad}]}\n",
		"  - {category: good, action: allow}\n  - {category: c, action: sinkhole}\n");
	ck_assert_int_eq(decide("good.test", "cname=bad.example").action, DW_ACTION_ALLOW);
	ck_assert_int_eq(decide("other.test", "cname=bad.example").action, DW_ACTION_SINKHOLE);
}
END_TEST

START_TEST(last_good_settings_have_the_rules)
{
	open_with("  - {name: r, category: c, x-note: [1], any: [{wildcard: 'a\"*', length: '>= "
		  "3'}]}\n",
		"  - {category: c, action: sinkhole}\n");
	fixture_close(&f);
	fixture_write(&f, "dnsward.yaml", "version: 1\nstate-dir: state\nrules: [\n");
	struct dw_error err;
	ck_assert_int_eq(fixture_open(&f, false, &err), DW_OK);
	fixture_settle(&f);
	ck_assert_int_eq(fixture_decide(&f, "a\"bc", 1, NULL, 0).action, DW_ACTION_SINKHOLE);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("detections");
	TCase *tcase = tcase_create("rules");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(
		tcase, question_is_weighed, 0, sizeof(questions) / sizeof(questions[0]));
	tcase_add_loop_test(tcase, answer_is_weighed, 0, sizeof(answers) / sizeof(answers[0]));
	tcase_add_test(tcase, texts_out_of_reach_may_fit);
	tcase_add_test(tcase, reason_tells_the_rule);
	tcase_add_test(tcase, rows_know_rules_and_levels);
	tcase_add_test(tcase, rules_are_switched_off_without_compiling);
	tcase_add_test(tcase, rules_change_with_the_settings);
	tcase_add_loop_test(tcase, targets_are_weighed, 0, sizeof(aliases) / sizeof(aliases[0]));
	tcase_add_test(tcase, texts_of_a_target_may_fit);
	tcase_add_test(tcase, allowed_questions_take_their_targets_along);
	tcase_add_test(tcase, last_good_settings_have_the_rules);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return unit_main(suite());
}
