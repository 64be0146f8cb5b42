/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_detect.c: each detector: sequences that fire, and near misses
 */
#include "dnsward-config.h"

#include <stdio.h>
#include <string.h>

#include "detect_fixture.h"
#include "unit.h"

/* Hexadecimal digits, `len` of them, that differ with `n`. */
static const char *digits(char *out, unsigned n, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = "0123456789abcdef"[(n * 2654435761U >> (i % 8 * 4) ^ i * n) & 15];
	out[len] = '\0';
	return out;
}

/* The queries it took until the detector fired; 0: it did not. */
typedef struct seen shape_fn(unsigned i, char *name);

static unsigned fires_at(
	struct detect_fixture *f, enum dw_detector detector, shape_fn *shape, unsigned count)
{
	char name[1100];

	for (unsigned i = 0; i < count; i++) {
		struct seen seen = shape(i, name);

		if (detect_see(f, &seen).fired & BIT(detector))
			return i + 1;
	}
	return 0;
}

/* ---- the counting ones ---- */

static struct seen long_name(unsigned i, char *name)
{
	char text[64];

	sprintf(name, "%s.%s.evil.example", digits(text, i, 25), "abcdefghijklmnopqrstuvwx");
	return (struct seen){.name = name, .at = (int)i};
}
static struct seen short_by_one(unsigned i, char *name)
{
	char text[64];

	sprintf(name, "%s.%s.evil.example", digits(text, i, 24), "abcdefghijklmnopqrstuvwx");
	return (struct seen){.name = name, .at = (int)i};
}
static struct seen fourteen_names(unsigned i, char *name)
{
	return long_name(i % 14, name);
}
static struct seen slow_long(unsigned i, char *name)
{
	struct seen seen = long_name(i, name);

	seen.at = (int)i * 13; /* 24 within 5 minutes */
	return seen;
}
static struct seen long_reverse(unsigned i, char *name)
{
	struct seen seen = long_name(i, name);

	seen.type = PTR;
	return seen;
}
static struct seen long_of_each_client(unsigned i, char *name)
{
	static const char *const clients[] = {
		"192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"};
	struct seen seen = long_name(i, name);

	seen.client = clients[i % 4];
	return seen;
}
static struct seen long_of_each_domain(unsigned i, char *name)
{
	char text[64];

	sprintf(name, "%s.%s.evil%u.example", digits(text, i, 25), "abcdefghijklmnopqrstuvwx",
		i % 4);
	return (struct seen){.name = name, .at = (int)i};
}

static struct seen chunk(unsigned i, char *name)
{
	char text[64];

	sprintf(name, "%u-%s.drop.example", i, digits(text, i, 20));
	return (struct seen){.name = name, .at = (int)i};
}
static struct seen chunk_of_19(unsigned i, char *name)
{
	char text[64];

	sprintf(name, "%u-%s.drop.example", i, digits(text, i, 19));
	return (struct seen){.name = name, .at = (int)i};
}
static struct seen chunk_of_25_or_15(unsigned i, char *name)
{
	char text[64];

	sprintf(name, "%u-%s.drop.example", i, digits(text, i, i % 2 == 0 ? 25 : 15));
	return (struct seen){.name = name, .at = (int)i};
}
static struct seen chunk_without_number(unsigned i, char *name)
{
	char text[64];

	sprintf(name, "-%s.drop.example", digits(text, i, 20));
	return (struct seen){.name = name, .at = (int)i};
}
static struct seen chunk_of_six_digits(unsigned i, char *name)
{
	char text[64];

	sprintf(name, "%u-%s.drop.example", 100000 + i, digits(text, i, 20));
	return (struct seen){.name = name, .at = (int)i};
}
static struct seen same_chunk(unsigned i, char *name)
{
	char text[64];

	sprintf(name, "7-%s.drop.example", digits(text, i, 20));
	return (struct seen){.name = name, .at = (int)i};
}

static struct seen many(unsigned i, char *name)
{
	sprintf(name, "a%u.busy.example", i);
	return (struct seen){.name = name, .at = (int)i / 20};
}
static struct seen two_names(unsigned i, char *name)
{
	sprintf(name, "a%u.busy.example", i % 2);
	return (struct seen){.name = name, .at = (int)i};
}
/* Of 64 bits, names of which some may fall on one: eight fall on two once in 10^9 runs. */
static struct seen eight_names(unsigned i, char *name)
{
	sprintf(name, "a%u.busy.example", i % 8);
	return (struct seen){.name = name, .at = (int)i};
}

static struct seen telling(unsigned i, char *name)
{
	char text[128];

	sprintf(name, "%s.evil.example", digits(text, i, 60));
	return (struct seen){.name = name, .at = (int)i};
}
static struct seen telling_little(unsigned i, char *name)
{
	sprintf(name, "www%u.evil.example", i);
	return (struct seen){.name = name, .at = (int)i};
}
static struct seen telling_again(unsigned i, char *name)
{
	return telling(i % 50, name);
}

static struct seen typed(unsigned i, uint16_t type, int per_second)
{
	return (struct seen){.name = "www.site.example", .type = type, .at = (int)i / per_second};
}
static struct seen quick(unsigned i, char *name)
{
	(void)name;
	return typed(i, A, 20);
}
static struct seen not_so_quick(unsigned i, char *name)
{
	(void)name;
	return typed(i, A, 16); /* 960 a minute */
}
static struct seen txt(unsigned i, char *name)
{
	(void)name;
	return typed(i, TXT, 1);
}
static struct seen slow_txt(unsigned i, char *name)
{
	struct seen seen = txt(i, name);

	seen.at = (int)i * 6 / 5; /* 50 a minute */
	return seen;
}
static struct seen null_records(unsigned i, char *name)
{
	(void)name;
	return typed(i, NULL_TYPE, 1);
}
static struct seen any(unsigned i, char *name)
{
	(void)name;
	return typed(i, ANY, 1);
}

static struct seen failing(unsigned i, char *name)
{
	sprintf(name, "www%u.none%u.example", i, i);
	return (struct seen){.name = name, .rcode = NXDOMAIN, .at = (int)i};
}
static struct seen failing_both_ways(unsigned i, char *name)
{
	struct seen seen = failing(i, name);

	seen.rcode = i % 2 ? NXDOMAIN : SERVFAIL;
	return seen;
}
static struct seen failing_by_us(unsigned i, char *name)
{
	struct seen seen = failing(i, name);

	seen.sinkholed = true;
	return seen;
}
static struct seen failing_at_home(unsigned i, char *name)
{
	sprintf(name, "printer%u.lan", i);
	return (struct seen){.name = name, .rcode = NXDOMAIN, .at = (int)i};
}
static struct seen failing_in_a_list(unsigned i, char *name)
{
	sprintf(name, "%u.2.0.192.list.example", i);
	return (struct seen){.name = name, .rcode = NXDOMAIN, .at = (int)i};
}
static struct seen failing_in_no_list(unsigned i, char *name)
{
	sprintf(name, "%u.2.0.a.list.example", i);
	return (struct seen){.name = name, .rcode = NXDOMAIN, .at = (int)i};
}
static struct seen failing_single_label(unsigned i, char *name)
{
	sprintf(name, "qwzrtpf%u", i);
	return (struct seen){.name = name, .rcode = NXDOMAIN, .at = (int)i};
}
static struct seen failing_txt(unsigned i, char *name)
{
	struct seen seen = failing(i, name);

	seen.type = TXT;
	return seen;
}
static struct seen failing_100_names(unsigned i, char *name)
{
	return failing(i % 100, name);
}

static struct seen reverse(unsigned i, char *name)
{
	sprintf(name, "%u.2.0.192.in-addr.arpa", i);
	return (struct seen){.name = name, .type = PTR, .at = (int)i};
}
static struct seen same_reverse(unsigned i, char *name)
{
	return reverse(i % 55, name);
}

static struct seen heavy(unsigned i, char *name)
{
	char a[64], b[64], c[64];

	sprintf(name, "%s.%s.%s.evil.example", digits(a, i, 60), digits(b, i + 1, 60),
		digits(c, i + 2, 60)); /* 197 bytes */
	return (struct seen){.name = name, .at = (int)i / 100};
}
static struct seen less_heavy(unsigned i, char *name)
{
	struct seen seen = heavy(i, name);

	seen.at = (int)i / 25; /* 295,500 a minute */
	return seen;
}

static const struct {
	const char *what;
	enum dw_detector detector;
	shape_fn *shape;
	unsigned count, from, to; /* fires between; 0: does not. Keys of hashes are drawn anew in
				   * each run: 6 standard errors are left for numbers of names */
} counting[] = {
	{"long and different", DW_DETECT_TUNNEL, long_name, 100, 25, 25},
	{"49 characters", DW_DETECT_TUNNEL, short_by_one, 100, 0, 0},
	{"14 names", DW_DETECT_TUNNEL, fourteen_names, 280, 0, 0},
	{"24 in 5 minutes", DW_DETECT_TUNNEL, slow_long, 200, 0, 0},
	{"PTR", DW_DETECT_TUNNEL, long_reverse, 100, 0, 0},
	{"clients apart", DW_DETECT_TUNNEL, long_of_each_client, 99, 97, 97},
	{"domains apart", DW_DETECT_TUNNEL, long_of_each_domain, 99, 97, 97},
	{"30 pieces", DW_DETECT_CHUNKS, chunk, 100, 30, 40},
	{"pieces of 19", DW_DETECT_CHUNKS, chunk_of_19, 100, 0, 0},
	{"pieces of 25 and 15", DW_DETECT_CHUNKS, chunk_of_25_or_15, 100, 30, 40},
	{"no number", DW_DETECT_CHUNKS, chunk_without_number, 100, 0, 0},
	{"six digits", DW_DETECT_CHUNKS, chunk_of_six_digits, 100, 0, 0},
	{"one number", DW_DETECT_CHUNKS, same_chunk, 100, 0, 0},
	{"1,001 queries", DW_DETECT_VOLUME, many, 1100, 1001, 1001},
	{"1,000 queries", DW_DETECT_VOLUME, many, 1000, 0, 0},
	{"two names", DW_DETECT_REPEATS, two_names, 1100, 1000, 1000},
	{"eight names", DW_DETECT_REPEATS, eight_names, 3000, 0, 0},
	{"30 bytes each", DW_DETECT_INFORMATION, telling, 300, 100, 250},
	{"little told", DW_DETECT_INFORMATION, telling_little, 800, 0, 0},
	{"told again", DW_DETECT_INFORMATION, telling_again, 900, 0, 0},
	{"quick", DW_DETECT_QUERY_FLOOD, quick, 1100, 1001, 1001},
	{"960 a minute", DW_DETECT_QUERY_FLOOD, not_so_quick, 5000, 0, 0},
	{"TXT", DW_DETECT_TXT_FLOOD, txt, 60, 51, 51},
	{"A is no TXT", DW_DETECT_TXT_FLOOD, quick, 300, 0, 0},
	{"50 TXT a minute", DW_DETECT_TXT_FLOOD, slow_txt, 500, 0, 0},
	{"NULL", DW_DETECT_NULL_FLOOD, null_records, 60, 51, 51},
	{"TXT is no NULL", DW_DETECT_NULL_FLOOD, txt, 60, 0, 0},
	{"ANY", DW_DETECT_ANY_FLOOD, any, 300, 201, 201},
	{"200 ANY", DW_DETECT_ANY_FLOOD, any, 200, 0, 0},
	{"NXDOMAIN", DW_DETECT_FAILURES, failing, 60, 51, 51},
	{"kinds apart", DW_DETECT_FAILURES, failing_both_ways, 100, 0, 0},
	{"kinds apart still", DW_DETECT_FAILURES, failing_both_ways, 102, 101, 101},
	{"ours", DW_DETECT_FAILURES, failing_by_us, 100, 0, 0},
	{"at home", DW_DETECT_FAILURES, failing_at_home, 100, 0, 0},
	{"in a list", DW_DETECT_FAILURES, failing_in_a_list, 100, 0, 0},
	{"in no list", DW_DETECT_FAILURES, failing_in_no_list, 100, 51, 51},
	{"one label", DW_DETECT_FAILURES, failing_single_label, 100, 0, 0},
	{"NXDOMAIN names", DW_DETECT_NXDOMAIN_NAMES, failing, 140, 75, 130},
	{"100 names", DW_DETECT_NXDOMAIN_NAMES, failing_txt, 300, 0, 0},
	{"reverse", DW_DETECT_PTR_SCAN, reverse, 120, 60, 100},
	{"the same reverse", DW_DETECT_PTR_SCAN, same_reverse, 500, 0, 0},
	{"heavy", DW_DETECT_BYTES_OUT, heavy, 2000, 1523, 1523},
	{"less heavy", DW_DETECT_BYTES_OUT, less_heavy, 20000, 0, 0},
};

START_TEST(counts)
{
	struct detect_fixture f;
	unsigned at;

	detect_open(&f, counting[_i].detector);
	at = fires_at(&f, counting[_i].detector, counting[_i].shape, counting[_i].count);
	ck_assert_msg(at >= counting[_i].from && at <= counting[_i].to, "%s: %s: fired at %u",
		dw_detector(counting[_i].detector)->name, counting[_i].what, at);
	detect_close(&f);
}
END_TEST

START_TEST(a_window_ends)
{
	struct detect_fixture f;
	char name[1100];

	detect_open(&f, DW_DETECT_NXDOMAIN_NAMES);
	ck_assert_uint_eq(fires_at(&f, DW_DETECT_NXDOMAIN_NAMES, failing_100_names, 80), 0);
	for (unsigned i = 0; i < 80; i++) { /* the next day */
		struct seen seen = failing(100 + i, name);

		seen.at += 86400;
		ck_assert_uint_eq(detect_see(&f, &seen).fired, 0);
	}
	detect_close(&f);
}
END_TEST

/* Windows that reach over a jump begin anew; when it has come to rest, counting goes on as ever. */
START_TEST(a_clock_that_jumps)
{
	struct detect_fixture f;

	detect_open(&f, DW_DETECTORS);
	for (int i = 0; i < 200; i++) {
		SEE(&f, .name = "www.site.example", .type = TXT, .at = i % 2 ? 1000000 : -1000000,
			.evidence = 3000, .addresses = DW_DETECT_PUBLIC);
		ck_assert_uint_eq(HELD(&f, .name = "www.site.example").here & BIT(DW_DETECT_TXT_FLOOD), 0);
		dw_detect_tick(f.detect, &f.settings, NOW + (i % 2 ? 1000000 : -1000000));
	}
	for (int i = 1; i <= 51; i++)
		ck_assert_uint_eq(SEE(&f, .name = "www.site.example", .type = TXT).fired &
					  BIT(DW_DETECT_TXT_FLOOD),
			i == 51 ? BIT(DW_DETECT_TXT_FLOOD) : 0);
	detect_close(&f);
}
END_TEST

/* ---- beacon ---- */

static unsigned beats(int gap, int jitter, int odd_every, int double_every)
{
	struct detect_fixture f;
	unsigned fired = 0;
	int at = 0;

	detect_open(&f, DW_DETECT_BEACON);
	for (int i = 1; i <= 40 && !fired; i++) {
		if (SEE(&f, .name = "c2.evil.example", .at = at).fired)
			fired = (unsigned)i;
		if (double_every && i % double_every == 0) /* and AAAA */
			SEE(&f, .name = "c2.evil.example", .type = AAAA, .at = at);
		at += gap + (jitter ? i % 3 * jitter - jitter : 0);
		if (odd_every && i % odd_every == 0)
			at += 17;
	}
	detect_close(&f);
	return fired;
}

START_TEST(beacons)
{
	ck_assert_uint_eq(beats(60, 0, 0, 0), 16);
	ck_assert_uint_eq(beats(60, 1, 0, 0), 16);
	ck_assert_uint_eq(beats(60, 0, 0, 1), 16);
	ck_assert_uint_ge(beats(60, 0, 8, 0), 16); /* 7 of 8 alike */
	ck_assert_uint_eq(beats(60, 0, 3, 0), 0);  /* 2 of 3 */
	ck_assert_uint_eq(beats(60, 9, 0, 0), 0);
	ck_assert_uint_eq(beats(10, 0, 0, 0), 31); /* too close: each second one is a beat */
	ck_assert_uint_eq(beats(11, 0, 0, 0), 16);
	ck_assert_uint_eq(beats(240, 0, 0, 0), 16); /* 16 in an hour */
	ck_assert_uint_eq(beats(250, 0, 0, 0), 0);
}
END_TEST

START_TEST(beacon_after_chance)
{
	struct detect_fixture f;
	int at = 0, fired = 0;

	detect_open(&f, DW_DETECT_BEACON);
	f.settings.rule[DW_DETECT_BEACON].value[DW_KEY_WINDOW] = 86400;
	for (int i = 0; i < 6; i++)
		SEE(&f, .name = "c2.evil.example", .at = at += 30 + i * i * 7);
	for (int i = 0; i < 60 && !fired; i++)
		fired = SEE(&f, .name = "c2.evil.example", .at = at += 90).fired ? i : 0;
	ck_assert_int_ge(fired, 19);
	detect_close(&f);
}
END_TEST

/* ---- rebinding ---- */

static const struct {
	const char *what;
	uint8_t first, then;
	int after;
	uint32_t ttl;
	bool sinkholed, fires;
} bindings[] = {
	{"public, then private", DW_DETECT_PUBLIC, DW_DETECT_PRIVATE, 300, 60, false, true},
	{"too late", DW_DETECT_PUBLIC, DW_DETECT_PRIVATE, 301, 60, false, false},
	{"lives too long", DW_DETECT_PUBLIC, DW_DETECT_PRIVATE, 10, 61, false, false},
	{"always private", DW_DETECT_PRIVATE, DW_DETECT_PRIVATE, 10, 5, false, false},
	{"private, then public", DW_DETECT_PRIVATE, DW_DETECT_PUBLIC, 10, 5, false, false},
	{"both at once", 0, DW_DETECT_PUBLIC | DW_DETECT_PRIVATE, 0, 3600, false, true},
	{"our own answer", DW_DETECT_PUBLIC, DW_DETECT_PRIVATE, 10, 5, true, false},
};

START_TEST(rebinding)
{
	struct detect_fixture f;
	uint32_t fired;

	detect_open(&f, DW_DETECT_REBINDING);
	SEE(&f, .name = "www.evil.example", .addresses = bindings[_i].first, .private_ttl = 1);
	if (!bindings[_i].sinkholed) /* before it is given as after */
		ck_assert_msg(
			REBINDS(&f, .name = "www.evil.example", .addresses = bindings[_i].then,
				.private_ttl = bindings[_i].ttl,
				.at = bindings[_i].after) == bindings[_i].fires,
			"%s", bindings[_i].what);
	fired = SEE(&f, .name = "www.evil.example", .addresses = bindings[_i].then,
		.private_ttl = bindings[_i].ttl, .at = bindings[_i].after,
		.sinkholed = bindings[_i].sinkholed)
			.fired;
	ck_assert_msg((fired != 0) == bindings[_i].fires, "%s", bindings[_i].what);
	detect_close(&f);
}
END_TEST

START_TEST(rebinding_of_the_same)
{
	struct detect_fixture f;

	detect_open(&f, DW_DETECT_REBINDING);
	SEE(&f, .name = "www.evil.example", .addresses = DW_DETECT_PUBLIC);
	ck_assert_uint_eq(SEE(&f, .name = "www.evil.example", .addresses = DW_DETECT_PRIVATE,
				  .client = "192.0.2.8")
				  .fired,
		0);
	ck_assert_uint_eq(
		SEE(&f, .name = "ww.evil.example", .addresses = DW_DETECT_PRIVATE).fired, 0);
	ck_assert_uint_ne(
		SEE(&f, .name = "www.evil.example", .addresses = DW_DETECT_PRIVATE).fired, 0);
	detect_close(&f);
}
END_TEST

static const struct {
	const char *text;
	bool is;
} addresses[] = {
	{"0.0.0.0", true},
	{"0.0.0.1", false},
	{"10.0.0.0", true},
	{"10.255.255.255", true},
	{"9.255.255.255", false},
	{"11.0.0.0", false},
	{"100.63.255.255", false},
	{"100.64.0.0", true},
	{"100.127.255.255", true},
	{"100.128.0.0", false},
	{"127.0.0.1", true},
	{"128.0.0.0", false},
	{"169.254.1.1", true},
	{"169.253.1.1", false},
	{"172.15.255.255", false},
	{"172.16.0.0", true},
	{"172.31.255.255", true},
	{"172.32.0.0", false},
	{"192.168.0.1", true},
	{"192.167.0.1", false},
	{"192.169.0.1", false},
	{"::", true},
	{"::1", true},
	{"::2", false},
	{"1::1", false},
	{"fc00::", true},
	{"fdff::1", true},
	{"fbff::1", false},
	{"fe00::", false},
	{"fe80::1", true},
	{"febf::1", true},
	{"fec0::1", false},
	{"2001:db8::1", false},
};

START_TEST(private_addresses)
{
	struct dw_addr addr;

	ck_assert(dw_addr_from_text(addresses[_i].text, strlen(addresses[_i].text), &addr));
	ck_assert_msg(dw_detect_is_private(&addr) == addresses[_i].is, "%s", addresses[_i].text);
}
END_TEST

/* ---- names never seen ---- */

START_TEST(first_seen)
{
	struct detect_fixture f;

	detect_open(&f, DW_DETECT_FIRST_SEEN);
	ck_assert_uint_ne(SEE(&f, .name = "a.site.example").due, 0);
	ck_assert_uint_eq(SEE(&f, .name = "a.site.example", .at = 5).fired, 0);
	ck_assert_uint_ne(SEE(&f, .name = "b.site.example", .at = 5).due, 0);
	ck_assert_uint_ne(SEE(&f, .name = "a.site.example", .client = "192.0.2.8").due, 0);
	ck_assert_uint_eq(SEE(&f, .name = "1.2.0.192.in-addr.arpa", .type = PTR).fired, 0);
	ck_assert_uint_eq(HELD(&f, .name = "a.site.example").somebody, 0); /* it only tells */
	detect_close(&f);
}
END_TEST

START_TEST(rare)
{
	struct detect_fixture f;

	detect_open(&f, DW_DETECT_RARE);
	ck_assert_uint_ne(SEE(&f, .name = "a.site.example").due, 0);
	ck_assert_uint_eq(SEE(&f, .name = "a.site.example", .client = "192.0.2.8").fired, 0);
	detect_close(&f);
}
END_TEST

START_TEST(learning)
{
	struct detect_fixture f;

	detect_open(&f, DW_DETECT_FIRST_SEEN);
	f.settings.rule[DW_DETECT_FIRST_SEEN].value[DW_KEY_LEARN] = 3600;
	ck_assert_uint_eq(SEE(&f, .name = "a.site.example").fired, 0);
	ck_assert_uint_eq(SEE(&f, .name = "b.site.example", .at = 3599).fired, 0);
	ck_assert_uint_ne(SEE(&f, .name = "c.site.example", .at = 3600).fired, 0);
	ck_assert_uint_eq(SEE(&f, .name = "a.site.example", .at = 3600).fired, 0);
	detect_close(&f);
}
END_TEST

START_TEST(forgetting)
{
	enum { WEEK = 7 * 86400 };
	struct detect_fixture f;

	detect_open(&f, DW_DETECT_FIRST_SEEN);
	SEE(&f, .name = "a.site.example");
	for (int at = 0; at <= 15 * 86400; at += 3600) {
		dw_detect_tick(f.detect, &f.settings, NOW + at);
		if (at == WEEK)
			ck_assert_uint_eq(SEE(&f, .name = "a.site.example", .at = at).fired, 0);
	}
	/* asked again after a week, so known for another one at least; and then no more */
	ck_assert_uint_eq(SEE(&f, .name = "a.site.example", .at = 15 * 86400).fired, 0);
	for (int at = 15 * 86400; at <= 45 * 86400; at += 3600)
		dw_detect_tick(f.detect, &f.settings, NOW + at);
	ck_assert_uint_ne(SEE(&f, .name = "a.site.example", .at = 45 * 86400).fired, 0);
	detect_close(&f);
}
END_TEST

/* A name that one client asks for again and again is not rare, however long ago it was new. */
START_TEST(not_rare_while_asked)
{
	struct detect_fixture f;

	detect_open(&f, DW_DETECT_RARE);
	f.settings.on |= BIT(DW_DETECT_FIRST_SEEN);
	ck_assert_uint_eq(SEE(&f, .name = "a.site.example").fired, f.settings.on);
	for (int at = 0; at <= 60 * 86400; at += 86400) {
		dw_detect_tick(f.detect, &f.settings, NOW + at);
		ck_assert_uint_eq(SEE(&f, .name = "a.site.example", .at = at).fired, 0);
	}
	ck_assert_uint_eq(
		SEE(&f, .name = "a.site.example", .client = "192.0.2.8", .at = 60 * 86400).fired,
		BIT(DW_DETECT_FIRST_SEEN));
	detect_close(&f);
}
END_TEST

/* ---- generated names ---- */

static unsigned generated(
	int32_t evidence, int ordinary_between, uint8_t rcode, int gap, bool again)
{
	struct detect_fixture f;
	char name[64];
	unsigned fired = 0;
	int at = 0;

	detect_open(&f, DW_DETECT_DGA_CLIENT);
	for (unsigned i = 1; i <= 100 && !fired; i++, at += gap) {
		sprintf(name, "q%u.example", again ? i % 3 : i);
		if (SEE(&f, .name = name, .rcode = rcode, .evidence = evidence, .at = at).fired)
			fired = i;
		for (int j = 0; j < ordinary_between; j++) {
			sprintf(name, "www.site%u-%d.example", i, j);
			SEE(&f, .name = name, .evidence = -1000, .at = at);
		}
	}
	detect_close(&f);
	return fired;
}

START_TEST(generated_names)
{
	ck_assert_uint_eq(generated(5000, 0, NXDOMAIN, 0, false), 3);
	ck_assert_uint_eq(generated(4999, 0, NXDOMAIN, 0, false), 4);
	ck_assert_uint_eq(generated(5000, 0, NXDOMAIN, 10, false), 4); /* what fades away counts */
	ck_assert_uint_eq(generated(5000, 0, NOERROR, 0, false), 6);
	ck_assert_uint_eq(generated(5000, 0, NXDOMAIN, 0, true), 3);
	ck_assert_uint_eq(generated(4999, 0, NXDOMAIN, 0, true), 0); /* of a name once */
	ck_assert_uint_eq(generated(5000, 1, NXDOMAIN, 0, false), 4);
	ck_assert_uint_eq(generated(4000, 4, NXDOMAIN, 0, false), 0);
	ck_assert_uint_eq(generated(4000, 0, NXDOMAIN, 3600, false), 0); /* it fades */
	ck_assert_uint_eq(generated(-1000, 0, NXDOMAIN, 0, false), 0);
}
END_TEST

/* ---- holds and alerts ---- */

static struct dw_detected tunnel(struct detect_fixture *f, int at, unsigned count)
{
	struct dw_detected out = {0};
	char name[1100];

	for (unsigned i = 0; i < count; i++) {
		struct seen seen = long_name(i, name);

		seen.at = at;
		out = detect_see(f, &seen);
	}
	return out;
}

START_TEST(holds)
{
	const uint32_t bit = BIT(DW_DETECT_TUNNEL);
	struct detect_fixture f;

	detect_open(&f, DW_DETECT_TUNNEL);
	ck_assert(!dw_detect_holds(f.detect, NOW));
	ck_assert_uint_eq(tunnel(&f, 0, 25).fired, bit);
	ck_assert_uint_eq(HELD(&f, .name = "x.evil.example").here, bit);
	ck_assert_uint_eq(HELD(&f, .name = "evil.example").here, bit);
	ck_assert_uint_eq(HELD(&f, .name = "x.good.example").here, 0);
	ck_assert_uint_eq(HELD(&f, .name = "x.good.example").somebody, 0);
	ck_assert_uint_eq(HELD(&f, .name = "x.evil.example", .client = "192.0.2.8").here, 0);
	ck_assert_uint_eq(HELD(&f, .name = "x.evil.example", .client = "192.0.2.8").somebody, bit);
	ck_assert_uint_eq(HELD(&f, .name = "x.evil.example", .client = "::").here, 0);
	ck_assert_uint_eq(HELD(&f, .name = "x.evil.example", .client = "::").somebody, bit);
	ck_assert_uint_eq(HELD(&f, .name = "x.evil.example", .at = 3599).here, bit);
	ck_assert_uint_eq(HELD(&f, .name = "x.evil.example", .at = 3600).here, 0);
	f.settings.rule[DW_DETECT_TUNNEL].value[DW_KEY_HOLD] = 60; /* ends none that began before */
	ck_assert_uint_eq(tunnel(&f, 10, 1).fired, bit);
	ck_assert_uint_eq(HELD(&f, .name = "x.evil.example", .at = 3599).here, bit);
	f.settings.rule[DW_DETECT_TUNNEL].value[DW_KEY_HOLD] = 3600;
	tunnel(&f, 3000, 25);
	ck_assert_uint_eq(HELD(&f, .name = "x.evil.example", .at = 6599).here, bit);
	ck_assert_uint_eq(HELD(&f, .name = "x.evil.example", .at = 6600).somebody, 0);
	f.settings.on = BIT(DW_DETECT_CHUNKS); /* switched off: carried no more */
	ck_assert_uint_eq(SEE(&f, .name = "x.evil.example", .at = 7000, .carries = bit).due, 0);
	ck_assert_uint_eq(HELD(&f, .name = "x.evil.example", .at = 3599).here, 0);
	detect_close(&f);
}
END_TEST

START_TEST(holds_a_client)
{
	struct detect_fixture f;

	detect_open(&f, DW_DETECT_TXT_FLOOD);
	for (int i = 0; i < 51; i++)
		SEE(&f, .name = "www.site.example", .type = TXT);
	ck_assert_uint_eq(HELD(&f, .name = "other.example").here, BIT(DW_DETECT_TXT_FLOOD));
	ck_assert_uint_eq(HELD(&f, .name = "other.example").somebody, 0);
	ck_assert_uint_eq(HELD(&f, .name = "other.example", .client = "192.0.2.8").here, 0);
	ck_assert_uint_eq(HELD(&f, .name = "other.example", .at = 300).here, 0);
	detect_close(&f);
}
END_TEST

START_TEST(alerts_once_in_15_minutes)
{
	const uint32_t bit = BIT(DW_DETECT_TUNNEL);
	struct detect_fixture f;
	char name[1100];
	unsigned due = 0, due_sinkholed = 0;

	detect_open(&f, DW_DETECT_TUNNEL);
	for (unsigned i = 0; i < 1000; i++) {
		struct seen seen = long_name(i, name);

		due += detect_see(&f, &seen).due == bit;
		seen.sinkholed = true;
		seen.carries = bit;
		due_sinkholed += i > 100 && detect_see(&f, &seen).due == bit;
	}
	ck_assert_uint_eq(due, 2); /* at 25 and at 925 */
	ck_assert_uint_eq(due_sinkholed, 1);
	ck_assert_uint_eq(
		SEE(&f, .name = "x.evil.example", .at = 1100, .carries = bit, .sinkholed = true)
			.due,
		bit);
	detect_close(&f);
}
END_TEST

/* What comes twice in one second is marked once, but not taken for what differs from it. */
START_TEST(in_one_second)
{
	const uint32_t bit = BIT(DW_DETECT_TUNNEL);
	struct detect_fixture f;

	detect_open(&f, DW_DETECT_TUNNEL);
	ck_assert_uint_eq(tunnel(&f, 0, 25).due, bit);
	ck_assert_uint_eq(tunnel(&f, 0, 1).due, 0);
	ck_assert_uint_eq(SEE(&f, .name = "x.evil.example", .carries = bit, .sinkholed = true).due,
		bit);
	ck_assert_uint_eq(SEE(&f, .name = "x.evil.example", .carries = bit, .sinkholed = true).due,
		0);
	ck_assert_uint_eq(HELD(&f, .name = "x.evil.example", .at = 3599).here, bit);
	ck_assert_uint_eq(HELD(&f, .name = "x.evil.example", .at = 3600).here, 0);
	ck_assert_uint_eq(tunnel(&f, 1, 1).fired, bit); /* a second later it is held for longer */
	ck_assert_uint_eq(HELD(&f, .name = "x.evil.example", .at = 3600).here, bit);
	detect_close(&f);
}
END_TEST

START_TEST(no_hold)
{
	struct detect_fixture f;

	detect_open(&f, DW_DETECT_TUNNEL);
	f.settings.rule[DW_DETECT_TUNNEL].value[DW_KEY_HOLD] = 0;
	ck_assert_uint_eq(tunnel(&f, 0, 25).due, BIT(DW_DETECT_TUNNEL));
	ck_assert_uint_eq(tunnel(&f, 10, 25).due, 0);
	ck_assert(!dw_detect_holds(f.detect, NOW));
	detect_close(&f);
}
END_TEST

START_TEST(nobody_asks)
{
	struct detect_fixture f;
	struct dw_addr nobody = {0};
	static const uint8_t name[] = "\3www\4site\7example";
	struct dw_detect_subject subject = {.now = NOW};
	struct dw_observation observation = {.subject = &subject,
		.name = name,
		.name_len = sizeof(name),
		.domain = 4,
		.type = TXT};
	struct dw_detected out;
	struct dw_detect_state state;

	detect_open(&f, DW_DETECTORS);
	detect_set(&f, &subject, name, sizeof(name), 4, &nobody);
	for (int i = 0; i < 100; i++) {
		dw_detect_note(f.detect, &f.settings, &observation, &out);
		ck_assert_uint_eq(out.fired, 0);
	}
	dw_detect_state(f.detect, &state);
	ck_assert_uint_eq(state.taken, 0);
	detect_close(&f);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("detect");
	TCase *tcase = tcase_create("detect");

	UNIT_ADD_TABLE(tcase, counts, counting);
	tcase_add_test(tcase, a_window_ends);
	tcase_add_test(tcase, a_clock_that_jumps);
	tcase_add_test(tcase, beacons);
	tcase_add_test(tcase, beacon_after_chance);
	UNIT_ADD_TABLE(tcase, rebinding, bindings);
	tcase_add_test(tcase, rebinding_of_the_same);
	UNIT_ADD_TABLE(tcase, private_addresses, addresses);
	tcase_add_test(tcase, first_seen);
	tcase_add_test(tcase, rare);
	tcase_add_test(tcase, learning);
	tcase_add_test(tcase, forgetting);
	tcase_add_test(tcase, not_rare_while_asked);
	tcase_add_test(tcase, generated_names);
	tcase_add_test(tcase, holds);
	tcase_add_test(tcase, holds_a_client);
	tcase_add_test(tcase, alerts_once_in_15_minutes);
	tcase_add_test(tcase, in_one_second);
	tcase_add_test(tcase, no_hold);
	tcase_add_test(tcase, nobody_asks);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
