/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_match.c: patterns of every kind, checked, compiled, stored and run
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dnsward/clock.h"
#include "dnsward/match.h"
#include "unit.h"

struct compiled {
	uint8_t *blob;
	size_t len;
	struct dw_patterns *patterns;
	struct dw_pattern_scratch *scratch;
	size_t refused;
	char reason[256];
};

static void note_refused(void *arg, size_t id, const char *reason)
{
	struct compiled *c = arg;

	(void)id;
	c->refused++;
	strncpy(c->reason, reason, sizeof(c->reason) - 1);
}

static void compile(struct compiled *c, const struct dw_pattern *patterns, size_t count)
{
	struct dw_error err = {.text = ""};

	*c = (struct compiled){0};
	ck_assert_msg(dw_patterns_compile(patterns, count, NULL, NULL, note_refused, c, &c->blob,
		&c->len, &err) == DW_OK, "%s", err.text);
	ck_assert_msg(dw_patterns_load(c->blob, c->len, &c->patterns, &err) == DW_OK, "%s",
		err.text);
	ck_assert_int_eq(dw_pattern_scratch_new(c->patterns, &c->scratch), DW_OK);
}

static void clear(struct compiled *c)
{
	dw_pattern_scratch_free(&c->scratch);
	dw_patterns_close(&c->patterns);
	free(c->blob);
}

static size_t match(const struct compiled *c, const char *subject, const uint32_t **ids)
{
	return dw_patterns_match(c->patterns, c->scratch, subject, strlen(subject), ids);
}

static struct dw_pattern pattern(enum dw_pattern_kind kind, const char *text)
{
	return (struct dw_pattern){kind, false, text, strlen(text)};
}

/* ---- what each kind matches ---- */

static const struct {
	enum dw_pattern_kind kind;
	const char *pattern, *subject;
	bool matches;
} cases[] = {
	{DW_PATTERN_REGEX, "ads", "badads.example", true},
	{DW_PATTERN_REGEX, "ADS", "badads.example", true},
	{DW_PATTERN_REGEX, "^ads", "badads.example", false},
	{DW_PATTERN_REGEX, "(^|\\.)ads[0-9]+\\.", "x.ads12.example", true},
	{DW_PATTERN_REGEX, "(^|\\.)ads[0-9]+\\.", "x.ads.example", false},
	{DW_PATTERN_REGEX, "^[[:alnum:]]+\\.example$", "ab1.example", true},
	{DW_PATTERN_REGEX, "^[[:alnum:]]+\\.example$", "a-b.example", false},
	{DW_PATTERN_REGEX, ".*", "anything", true},
	{DW_PATTERN_REGEX, "^$", "", true},
	{DW_PATTERN_REGEX, "x*", "no such letter", true},
	{DW_PATTERN_REGEX, "a{3}", "baaa", true},
	{DW_PATTERN_REGEX, "a{3}", "baab", false},
	/* what Vectorscan cannot express */
	{DW_PATTERN_REGEX, "^(?!www\\.)[a-z]+\\.example$", "mail.example", true},
	{DW_PATTERN_REGEX, "^(?!www\\.)[a-z.]+\\.example$", "www.bad.example", false},
	{DW_PATTERN_REGEX, "(?<=a)b(?=c)", "xabcx", true},
	{DW_PATTERN_REGEX, "(?<=a)b(?=c)", "xabdx", false},
	{DW_PATTERN_REGEX, "^([a-z]{2})\\.\\1\\.", "ab.ab.example", true},
	{DW_PATTERN_REGEX, "^([a-z]{2})\\.\\1\\.", "ab.cd.example", false},
	{DW_PATTERN_REGEX, "^(?>a+)ab", "aaab", false},
	{DW_PATTERN_REGEX, "^a++b", "aaab", true},
	/* words at the end of the name, looked for behind it */
	{DW_PATTERN_REGEX, "a$\\b", "xa", true},
	{DW_PATTERN_REGEX, "a$\\b", "a.x", false},
	{DW_PATTERN_REGEX, "a$\\B", "xa", false},
	{DW_PATTERN_REGEX, "-\\z\\B", "x-", true},
	{DW_PATTERN_REGEX, "(x|a$)\\b", "xa", true},
	{DW_PATTERN_REGEX, "\\ba$", "x.a", true},
	{DW_PATTERN_REGEX, "\\ba$", "xa", false},
	/* the other kinds are not expressions */
	{DW_PATTERN_GLOB, "ads.*", "ads.example", true},
	{DW_PATTERN_GLOB, "ads.*", "x.ads.example", false},
	{DW_PATTERN_GLOB, "ads.*", "adsxexample", false},
	{DW_PATTERN_GLOB, "*", "", true},
	{DW_PATTERN_GLOB, "*ads*", "ads", true},
	{DW_PATTERN_GLOB, "a*b*c", "abc", true},
	{DW_PATTERN_GLOB, "a*b*c", "acb", false},
	{DW_PATTERN_GLOB, "a+b", "aab", false},
	{DW_PATTERN_GLOB, "a+b", "a+b", true},
	{DW_PATTERN_GLOB, "AdS.example", "ads.example", true},
	{DW_PATTERN_GLOB_LABEL, "ad*.example", "ads.example", true},
	{DW_PATTERN_GLOB_LABEL, "ad*.example", "www.ads.example", true},
	{DW_PATTERN_GLOB_LABEL, "ad*.example", "bad.example", false},
	{DW_PATTERN_GLOB_LABEL, "ad*.example", "ads.example.com", false},
	{DW_PATTERN_PREFIX, "post.1", "post.1a.example", true},
	{DW_PATTERN_PREFIX, "post.1", "xpost.1a.example", false},
	{DW_PATTERN_PREFIX, "post.1", "post1", false},
	{DW_PATTERN_PREFIX, "p*", "p*x", true},
	{DW_PATTERN_PREFIX, "p*", "px", false},
	{DW_PATTERN_CONTAINS, ".stage.", "a.stage.b", true},
	{DW_PATTERN_CONTAINS, ".stage.", "astage.b", false},
	{DW_PATTERN_CONTAINS, "\x01\xff", "a\x01\xff", true},
	{DW_PATTERN_SUFFIX_TEXT, "ple", "www.example", true},
	{DW_PATTERN_SUFFIX_TEXT, "ple", "example.com", false},
	{DW_PATTERN_SUFFIX_TEXT, "ple", "example\n", false},
	/* the end of the name, which is written for Vectorscan in its own way */
	{DW_PATTERN_REGEX, "ads.", "xads", false},
	{DW_PATTERN_REGEX, "ads.$", "xads", false},
	{DW_PATTERN_REGEX, "ads[^x]", "xads", false},
	{DW_PATTERN_REGEX, "ads[^]x]", "xads", false},
	{DW_PATTERN_REGEX, "ads[^]x]$", "xads-", true},
	{DW_PATTERN_REGEX, "ads[^]x]$", "xads]", false},
	{DW_PATTERN_REGEX, "ads[^[:alpha:]x]", "xads", false},
	{DW_PATTERN_REGEX, "ads\\W", "xads", false},
	{DW_PATTERN_REGEX, "ads\\s", "xads", false},
	{DW_PATTERN_REGEX, "ads\\D$", "xads", false},
	{DW_PATTERN_REGEX, "ads[\\W]", "xads", false},
	{DW_PATTERN_REGEX, "(?s)ads.", "xads", false},
	{DW_PATTERN_REGEX, "(?s)ads.", "adsx", true},
	{DW_PATTERN_REGEX, "ads\\n", "ads", false},
	{DW_PATTERN_REGEX, "ads\\n", "ads\n", false},
	{DW_PATTERN_REGEX, "ads.x", "ads\nx", true},
	{DW_PATTERN_REGEX, "ads$", "ads\n", false},
	{DW_PATTERN_REGEX, "ads\\z", "xads", true},
	{DW_PATTERN_REGEX, "ads\\Z", "xads", true},
	{DW_PATTERN_REGEX, "ads\\z", "adsx", false},
	{DW_PATTERN_REGEX, "ads\\b", "ads", true},
	{DW_PATTERN_REGEX, "ads\\B", "ads", false},
	{DW_PATTERN_REGEX, "-\\B", "ads-", true},
	{DW_PATTERN_REGEX, "(a$|ds$)$", "ads", true},
	{DW_PATTERN_REGEX, "(a|b$)$", "xb", true},
	{DW_PATTERN_REGEX, "b$$", "xb", true},
	{DW_PATTERN_REGEX, "a(?:$)?d", "ads", true},
	{DW_PATTERN_REGEX, "[$]", "a$b", true},
	{DW_PATTERN_REGEX, "[$]", "ab", false},
	{DW_PATTERN_REGEX, "\\$", "ab", false},
	{DW_PATTERN_REGEX, "\\Qa$\\E", "xa$b", true},
	{DW_PATTERN_REGEX, "\\Qa$\\E$", "xa$", true},
	{DW_PATTERN_REGEX, "\\Qa$\\E", "xa", false},
	{DW_PATTERN_REGEX, "(?i:ADS)$", "xads", true},
	{DW_PATTERN_REGEX, "^[^.]+$", "ads", true},
	{DW_PATTERN_REGEX, "^[^.]+$", "ads.example", false},
	{DW_PATTERN_REGEX, "^.{3}$", "ads", true},
	{DW_PATTERN_REGEX, "^.{4}$", "ads", false},
};

enum { N_CASES = sizeof(cases) / sizeof(cases[0]) };

START_TEST(kinds)
{
	struct dw_pattern p = pattern(cases[_i].kind, cases[_i].pattern);
	struct compiled c;
	const uint32_t *ids;
	size_t count;

	ck_assert_int_eq(dw_pattern_check(&p, NULL), DW_OK);
	compile(&c, &p, 1);
	ck_assert_uint_eq(c.refused, 0);
	count = match(&c, cases[_i].subject, &ids);
	ck_assert_msg(count == cases[_i].matches, "%s over %s", cases[_i].pattern,
		cases[_i].subject);
	ck_assert(count == 0 || ids[0] == 0);
	clear(&c);
}
END_TEST

/* All cases in one database: each id answers for itself, ascending, each once. */
START_TEST(together)
{
	struct dw_pattern patterns[N_CASES];
	struct compiled c;

	for (size_t i = 0; i < N_CASES; i++)
		patterns[i] = pattern(cases[i].kind, cases[i].pattern);
	compile(&c, patterns, N_CASES);
	for (size_t i = 0; i < N_CASES; i++) {
		const uint32_t *ids;
		size_t n = match(&c, cases[i].subject, &ids);
		bool found = false;

		for (size_t j = 0; j < n; j++) {
			found = found || ids[j] == i;
			ck_assert(j == 0 || ids[j - 1] < ids[j]);
		}
		ck_assert_msg(found == cases[i].matches, "%s over %s", cases[i].pattern,
			cases[i].subject);
	}
	clear(&c);
}
END_TEST

/* Expressions of two bytes at the end of a name, beside others that make Vectorscan 5.4.9
 * miss them unless something stands after. */
START_TEST(last_two_bytes)
{
	static const struct {
		const char *wanted, *beside, *subject;
	} pairs[] = {
		{"(^|\\.)b", "googleads[0-9]+", "net.a1b2.ads1.ads1.b"},
		{"co", "^track.*net$", "a.ads.ads1.a1b2.track.co"},
		{"co$", "\\.x-yba$", "example.ads.googleads.a.ads1.co"},
		{"b[0-9]+", "^example[0-9]+", "ads.example.co.com.track.a1b2"},
		{"(^|\\.)b$", "x-yba$", "eightby8.ads.track3r.b"},
		{"b$", "-com$", "track.googleads.com.a1b2.b"},
	};
	struct compiled c;
	const uint32_t *ids;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct dw_pattern p[] = {
			pattern(DW_PATTERN_REGEX, pairs[i].wanted),
			pattern(DW_PATTERN_REGEX, pairs[i].beside),
		};

		compile(&c, p, 2);
		ck_assert_msg(dw_patterns_match(c.patterns, c.scratch, pairs[i].subject,
			strlen(pairs[i].subject), &ids) == 1, "%s", pairs[i].wanted);
		clear(&c);
	}
}
END_TEST

/* ---- what is refused ---- */

static const struct {
	enum dw_pattern_kind kind;
	const char *pattern;
	enum dw_result result;
	const char *says;
} bad[] = {
	{DW_PATTERN_REGEX, "a(b", DW_ERR_SYNTAX, "at offset 3"},
	{DW_PATTERN_REGEX, "*a", DW_ERR_SYNTAX, "at offset 0"},
	{DW_PATTERN_REGEX, "[a", DW_ERR_SYNTAX, "missing terminating ]"},
	{DW_PATTERN_REGEX, "\\", DW_ERR_SYNTAX, "offset"},
	{DW_PATTERN_REGEX, "", DW_ERR_SYNTAX, "empty"},
	{DW_PATTERN_REGEX, "(?R)", DW_ERR_UNSUPPORTED, "not supported"},
	{DW_PATTERN_REGEX, "foo\\Kbar", DW_ERR_UNSUPPORTED, "not supported"},
	{DW_PATTERN_REGEX, "(*UTF)a", DW_ERR_SYNTAX, "offset"},
	{DW_PATTERN_REGEX, "\\C", DW_ERR_SYNTAX, "offset"},
	{DW_PATTERN_GLOB, "", DW_ERR_SYNTAX, "empty"},
	{DW_PATTERN_GLOB, "a\nb", DW_ERR_SYNTAX, "line feed"},
};

/* Runs that end with the name, for names of each length. */
START_TEST(far_ends)
{
	static const struct {
		enum dw_pattern_kind kind;
		const char *pattern;
	} runs[] = {
		{DW_PATTERN_GLOB, "*"},
		{DW_PATTERN_GLOB, "a*"},
		{DW_PATTERN_GLOB_LABEL, "*"},
		{DW_PATTERN_GLOB_LABEL, "a*z"},
		{DW_PATTERN_REGEX, "^a.*$"},
		{DW_PATTERN_REGEX, "^a[^z]+"},
		{DW_PATTERN_REGEX, "^a[^.]*z"},
		{DW_PATTERN_REGEX, "^a[^z]*z"},
		{DW_PATTERN_REGEX, "^a.*z$"},
		{DW_PATTERN_REGEX, "^a.+z"},
		{DW_PATTERN_REGEX, "^a..*z$"},
		{DW_PATTERN_REGEX, "(^|\\.)a.*z$"},
		{DW_PATTERN_REGEX, "^.*z$"},
		{DW_PATTERN_WILDCARD, "a*"},
		{DW_PATTERN_WILDCARD, "a*?z"},
		{DW_PATTERN_WILDCARD, "a*z"},
		{DW_PATTERN_GLOB, "a*z"},
		{DW_PATTERN_GLOB, "*b*z"},
		{DW_PATTERN_GLOB_LABEL, "a*b*z"},
	};
	enum { RUNS = sizeof(runs) / sizeof(runs[0]) };

	for (size_t p = 0; p < RUNS; p++) {
		struct dw_pattern one = pattern(runs[p].kind, runs[p].pattern);
		struct compiled c;

		compile(&c, &one, 1);
		for (size_t len = 3; len <= 253; len++) {
			char subject[256];
			const uint32_t *ids;

			memset(subject, 'b', len);
			subject[0] = 'a';
			subject[len - 1] = 'z';
			ck_assert_msg(
				dw_patterns_match(c.patterns, c.scratch, subject, len, &ids) == 1,
				"%s, %zu bytes", runs[p].pattern, len);
		}
		clear(&c);
	}
}
END_TEST

START_TEST(refused)
{
	struct dw_pattern p = pattern(bad[_i].kind, bad[_i].pattern);
	struct dw_error err = {.text = ""};
	struct compiled c;

	ck_assert_int_eq(dw_pattern_check(&p, &err), bad[_i].result);
	ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "%s", err.text);
	compile(&c, &p, 1);
	ck_assert_uint_eq(c.refused, 1);
	ck_assert_str_eq(c.reason, err.text);
	clear(&c);
}
END_TEST

/* A bad pattern is left out alone; the others keep their ids. */
START_TEST(one_bad_among_good)
{
	struct dw_pattern patterns[] = {
		pattern(DW_PATTERN_CONTAINS, "one"),
		pattern(DW_PATTERN_REGEX, "two("),
		pattern(DW_PATTERN_CONTAINS, "three"),
	};
	struct compiled c;
	const uint32_t *ids;

	compile(&c, patterns, 3);
	ck_assert_uint_eq(c.refused, 1);
	ck_assert_uint_eq(match(&c, "one.two.three", &ids), 2);
	ck_assert_uint_eq(ids[0], 0);
	ck_assert_uint_eq(ids[1], 2);
	clear(&c);
}
END_TEST

static void keep_refusal(void *arg, size_t id, const char *reason)
{
	char *out = arg;

	ck_assert_str_eq(out, "");
	sprintf(out, "%zu %.90s", id, reason);
}

START_TEST(limits)
{
	char reason[128] = "";
	static char text[4098];
	struct dw_pattern p[3] = {{DW_PATTERN_CONTAINS, false, text, 4096}};
	struct dw_pattern_limits few = dw_pattern_default_limits;
	struct dw_error err;
	uint8_t *blob = NULL;
	size_t len;

	memset(text, 'a', sizeof(text) - 1);
	ck_assert_int_eq(dw_pattern_check(p, NULL), DW_OK);
	p[0].len++;
	ck_assert_int_eq(dw_pattern_check(p, &err), DW_ERR_LIMIT);
	ck_assert_ptr_nonnull(strstr(err.text, "4097"));
	few.patterns = 2;
	p[0] = p[1] = p[2] = pattern(DW_PATTERN_CONTAINS, "a");
	ck_assert_int_eq(dw_patterns_compile(p, 3, &few, NULL, NULL, NULL, &blob, &len, &err),
		DW_ERR_LIMIT);
	ck_assert_ptr_nonnull(strstr(err.text, "3 patterns in all lists and rules; at most 2"));
	few.compiled_bytes = 100;
	ck_assert_int_eq(dw_patterns_compile(p, 2, &few, NULL, NULL, NULL, &blob, &len, &err),
		DW_ERR_LIMIT);
	ck_assert_ptr_nonnull(strstr(err.text, "100 bytes"));
	few = dw_pattern_default_limits;
	few.try_seconds = 0; /* that is for those that need trying alone */
	p[0] = pattern(DW_PATTERN_REGEX, "a{40}");
	p[1] = pattern(DW_PATTERN_REGEX, "^ads[0-9]");
	ck_assert_int_eq(dw_patterns_compile(p, 2, &few, NULL, keep_refusal, reason, &blob, &len, &err),
		DW_OK);
	ck_assert_str_eq(reason, "0 too complex: others like it took 0 s to compile");
	free(blob);
	blob = NULL;
	few = dw_pattern_default_limits;
	few.seconds = 0;
	ck_assert_int_eq(dw_patterns_compile(p, 2, &few, NULL, NULL, NULL, &blob, &len, &err),
		DW_ERR_LIMIT);
	ck_assert_ptr_nonnull(strstr(err.text, "0 s"));
	ck_assert_ptr_null(blob);
}
END_TEST

START_TEST(cancelled)
{
	struct dw_pattern p = pattern(DW_PATTERN_REGEX, "a");
	atomic_bool cancel = true;
	uint8_t *blob = NULL;
	size_t len;

	ck_assert_int_eq(dw_patterns_compile(&p, 1, NULL, &cancel, NULL, NULL, &blob, &len, NULL),
		DW_ERR_CANCELLED);
	ck_assert_ptr_null(blob);
}
END_TEST

START_TEST(none)
{
	struct compiled c;
	const uint32_t *ids;

	compile(&c, NULL, 0);
	ck_assert_uint_eq(c.len, 0);
	ck_assert_uint_eq(dw_patterns_match(c.patterns, c.scratch, "a", 1, &ids), 0);
	clear(&c);
}
END_TEST

/* ---- again ---- */

/* Names that nothing matched are not scanned again; what is asked after them is, however alike. */
START_TEST(asked_again)
{
	static const struct {
		const char *subject;
		size_t len, matches;
	} asked[] = {
		{"a.example", 9, 0},
		{"a.example\0", 10, 1},
		{"a.example\0\0\0", 12, 1},
		{"b.example", 9, 1},
		{"a.exampl", 8, 0},
		{"", 0, 0},
		{"\0", 1, 1},
		{"\0\0\0\0", 4, 1},
	};
	const struct dw_pattern p = pattern(DW_PATTERN_REGEX, "\\x00|^b");
	struct compiled c;
	const uint32_t *ids;

	compile(&c, &p, 1);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
			size_t count = dw_patterns_match(
				c.patterns, c.scratch, asked[i].subject, asked[i].len, &ids);

			ck_assert_msg(count == asked[i].matches, "%zu, round %d", i, round);
			ck_assert_uint_eq(dw_patterns_matched(c.scratch, &ids), count);
		}
	}
	clear(&c);
}
END_TEST

/* More names than are remembered, in no order, against what each is by itself. */
START_TEST(many_asked_again)
{
	enum { NAMES = 60000, QUERIES = 400000 };
	const struct dw_pattern p = pattern(DW_PATTERN_REGEX, "7$");
	struct compiled c;
	const uint32_t *ids;
	uint32_t state = 1;

	compile(&c, &p, 1);
	for (size_t i = 0; i < QUERIES; i++) {
		char subject[32];
		unsigned name = (state = state * 1664525 + 1013904223) >> 8;
		int len;

		name %= i % 2 == 0 ? NAMES : NAMES / 100;
		len = snprintf(subject, sizeof(subject), "n.example.%u", name);
		ck_assert_uint_eq(
			dw_patterns_match(c.patterns, c.scratch, subject, (size_t)len, &ids),
			name % 10 == 7);
	}
	clear(&c);
}
END_TEST

/* ---- time ---- */

static const char *const catastrophic[] = {
	"(x+x+)+y",              /* Vectorscan: linear */
	"(a|aa)+$",
	"(a?){60}a{60}",
	"^(?!z)(x+x+)+y",        /* PCRE2, bounded */
	"^(([a-z])+.)+[A-Z]([a-z])+(?<!q)$",
	"^(?=(a|a?)+$)(a|a?)+b",
};

START_TEST(bounded_in_time)
{
	struct dw_pattern p = pattern(DW_PATTERN_REGEX, catastrophic[_i]);
	struct compiled c;
	char subject[253];
	uint64_t start;
	const uint32_t *ids;

	compile(&c, &p, 1);
	ck_assert_uint_eq(c.refused, 0);
	start = dw_clock_steady();
	for (int i = 0; i < 20; i++) {
		memset(subject, "ax"[i % 2], sizeof(subject));
		dw_patterns_match(
			c.patterns, c.scratch, subject, sizeof(subject) - (size_t)i, &ids);
	}
	/* a match takes under 1 ms; unbounded ones take years */
	ck_assert_uint_lt(dw_clock_steady() - start, UINT64_C(1000000000));
	clear(&c);
}
END_TEST

/* However many such expressions there are, one name costs a few give-ups. */
START_TEST(many_bounded_in_time)
{
	enum { MANY = 200 };
	static char text[MANY][64];
	static struct dw_pattern p[MANY];
	struct compiled c;
	char subject[253];
	uint64_t start;
	const uint32_t *ids;

	for (int i = 0; i < MANY; i++) {
		snprintf(text[i], sizeof(text[i]), "^(?!z%d)(x+x+)+(y|q%d)", i, i);
		p[i] = pattern(DW_PATTERN_REGEX, text[i]);
	}
	compile(&c, p, MANY);
	memset(subject, 'x', sizeof(subject));
	subject[sizeof(subject) - 1] = 'y';
	start = dw_clock_steady();
	dw_patterns_match(c.patterns, c.scratch, subject, sizeof(subject), &ids);
	ck_assert_uint_lt(dw_clock_steady() - start, UINT64_C(500000000));
	clear(&c);
}
END_TEST

/* ---- stored ---- */

/* Any byte changed, any length cut, is told; a later version by its own error. */
START_TEST(damaged)
{
	struct dw_pattern p[] = {
		pattern(DW_PATTERN_REGEX, "ads[0-9]"),
		pattern(DW_PATTERN_REGEX, "^(?!a)b"),
	};
	struct compiled c;
	struct dw_patterns *patterns = NULL;
	struct dw_error err;

	compile(&c, p, 2);
	for (size_t i = 0; i < c.len; i++) {
		enum dw_result result;

		c.blob[i] ^= 0x55;
		result = dw_patterns_load(c.blob, c.len, &patterns, &err);
		ck_assert_int_eq(result, i >= 8 && i < 12 ? DW_ERR_VERSION : DW_ERR_CORRUPT);
		c.blob[i] ^= 0x55;
	}
	for (size_t len = 1; len < c.len; len++) {
		uint8_t *cut = malloc(len);

		memcpy(cut, c.blob, len);
		ck_assert_int_eq(dw_patterns_load(cut, len, &patterns, &err), DW_ERR_CORRUPT);
		free(cut);
	}
	ck_assert_ptr_null(patterns);
	clear(&c);
}
END_TEST

/* The blob is copied: it can go, and lie at any place. */
START_TEST(copied)
{
	struct dw_pattern p = pattern(DW_PATTERN_CONTAINS, "ads");
	struct compiled c;
	struct dw_patterns *patterns;
	struct dw_pattern_scratch *scratch;
	const uint32_t *ids;

	compile(&c, &p, 1);
	for (size_t shift = 0; shift < 9; shift++) {
		uint8_t *moved = malloc(c.len + shift);

		memcpy(moved + shift, c.blob, c.len);
		ck_assert_int_eq(dw_patterns_load(moved + shift, c.len, &patterns, NULL), DW_OK);
		free(moved);
		ck_assert_int_eq(dw_pattern_scratch_new(patterns, &scratch), DW_OK);
		ck_assert_uint_eq(dw_patterns_match(patterns, scratch, "xads", 4, &ids), 1);
		dw_pattern_scratch_free(&scratch);
		dw_patterns_close(&patterns);
	}
	clear(&c);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("match");
	TCase *kind = tcase_create("kinds"), *refusal = tcase_create("refused");
	TCase *bounds = tcase_create("time"), *stored = tcase_create("stored");
	TCase *again = tcase_create("again");

	tcase_add_loop_test(kind, kinds, 0, N_CASES);
	tcase_add_test(kind, together);
	tcase_add_test(kind, last_two_bytes);
	tcase_add_test(kind, far_ends);
	tcase_add_loop_test(refusal, refused, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(refusal, one_bad_among_good);
	tcase_add_test(refusal, limits);
	tcase_add_test(refusal, cancelled);
	tcase_add_test(refusal, none);
	tcase_add_test(again, asked_again);
	tcase_add_test(again, many_asked_again);
	tcase_add_loop_test(bounds, bounded_in_time, 0,
		sizeof(catastrophic) / sizeof(catastrophic[0]));
	tcase_add_test(bounds, many_bounded_in_time);
	tcase_add_test(stored, damaged);
	tcase_add_test(stored, copied);
	tcase_set_timeout(stored, 60);
	suite_add_tcase(suite, kind);
	suite_add_tcase(suite, refusal);
	suite_add_tcase(suite, again);
	suite_add_tcase(suite, bounds);
	suite_add_tcase(suite, stored);
	return unit_main(suite);
}
