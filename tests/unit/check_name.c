/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_name.c: names, from text to wire and back */
#include "dnsward-config.h"

#include <libpsl.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/name.h"
#include "unit.h"

/* Bytes with a given length: string literals may hold NULs. */
#define BYTES(literal) (const uint8_t *)(literal), sizeof(literal) - 1

/* `count` times `unit`, NUL-terminated, in a buffer of the test. */
static char *repeat(const char *unit, size_t count, const char *tail)
{
	static char buffer[4096];
	size_t len = strlen(unit);

	ck_assert_uint_lt(count * len + strlen(tail), sizeof(buffer));
	for (size_t i = 0; i < count; i++)
		memcpy(buffer + i * len, unit, len);
	strcpy(buffer + count * len, tail);
	return buffer;
}

static size_t wire_of(const char *text, uint8_t *wire)
{
	struct dw_error err;
	size_t len = 0;

	ck_assert_msg(dw_name_from_text(text, strlen(text), wire, &len, &err) == DW_OK, "%s: %s",
		text, err.text);
	return len;
}

/* A wire name of labels of the given lengths, 'a' throughout; not checked. */
static size_t build(uint8_t *wire, const uint8_t *lengths, size_t count)
{
	size_t len = 0;

	for (size_t i = 0; i < count; i++) {
		wire[len++] = lengths[i];
		memset(wire + len, 'a', lengths[i]);
		len += lengths[i];
	}
	wire[len++] = 0;
	return len;
}

/* ---- dw_name_check ---- */

static const struct {
	const char *what;
	const uint8_t *wire;
	size_t len;
	bool good;
} wires[] = {
	{"root", BYTES("\0"), true},
	{"one label", BYTES("\1a\0"), true},
	{"upper case", BYTES("\1A\0"), true},
	{"any byte", BYTES("\4\0\xff.\\\0"), true},
	{"nothing", BYTES(""), false},
	{"no root", BYTES("\1a"), false},
	{"cut in a label", BYTES("\5abc"), false},
	{"length byte last", BYTES("\1a\1"), false},
	{"bytes after the root", BYTES("\1a\0\0"), false},
	{"root inside", BYTES("\1a\0\1b\0"), false},
	{"compression pointer", BYTES("\1a\xc0\0"), false},
	{"extended label type", BYTES("\1a\x41" "a\0"), false},
	{"label type 10", BYTES("\x80\0"), false},
};

START_TEST(check_table)
{
	ck_assert_msg(dw_name_check(wires[_i].wire, wires[_i].len) == wires[_i].good, "%s",
		wires[_i].what);
}
END_TEST

START_TEST(check_boundaries)
{
	uint8_t wire[512], ones[128];

	ck_assert(dw_name_check(wire, build(wire, (const uint8_t[]){63}, 1)));
	ck_assert(!dw_name_check(wire, build(wire, (const uint8_t[]){64}, 1)));
	ck_assert_uint_eq(build(wire, (const uint8_t[]){63, 63, 63, 61}, 4), 255);
	ck_assert(dw_name_check(wire, 255));
	ck_assert_uint_eq(build(wire, (const uint8_t[]){63, 63, 63, 62}, 4), 256);
	ck_assert(!dw_name_check(wire, 256));
	memset(ones, 1, sizeof(ones));
	ck_assert_uint_eq(build(wire, ones, 127), 255);
	ck_assert(dw_name_check(wire, 255));
	ck_assert(!dw_name_check(wire, build(wire, ones, 128)));
}
END_TEST

/* ---- dw_name_from_text ---- */

static const struct {
	const char *text;
	const uint8_t *wire;
	size_t len;
} good_texts[] = {
	{"", BYTES("\0")},
	{".", BYTES("\0")},
	{"a", BYTES("\1a\0")},
	{"a.", BYTES("\1a\0")},
	{"WWW.Example.COM", BYTES("\3www\7example\3com\0")},
	{"_dmarc.a-b.example.", BYTES("\6_dmarc\3a-b\7example\0")},
	{"*.example", BYTES("\1*\7example\0")},
	{"a\\.b.c", BYTES("\3a.b\1c\0")},
	{"a\\\\b", BYTES("\3a\\b\0")},
	{"\\000\\255\\032", BYTES("\3\0\xff \0")},
	{"\\065b", BYTES("\2ab\0")},       /* an escaped letter is folded as well */
	{"a\\.", BYTES("\2a.\0")},         /* the last dot belongs to the label */
	{"\\046", BYTES("\1.\0")},
	{"\\0460", BYTES("\2.0\0")},
	{"\"quoted\"", BYTES("\10\"quoted\"\0")},
	{"a@b;c(d)e$", BYTES("\12a@b;c(d)e$\0")},
	{"XN--BCHER-KVA.example", BYTES("\15xn--bcher-kva\7example\0")},
	/* internationalized */
	{"b\xc3\xbc" "cher.example", BYTES("\15xn--bcher-kva\7example\0")},
	{"B\xc3\x9c" "CHER.example", BYTES("\15xn--bcher-kva\7example\0")},
	{"bu\xcc\x88" "cher.example", BYTES("\15xn--bcher-kva\7example\0")}, /* u and diaeresis */
	{"fa\xc3\x9f.de", BYTES("\12xn--fa-hia\2de\0")},                     /* not fass: non-transitional */
	{"\xe4\xbe\x8b\xe3\x81\x88\xe3\x80\x82test", BYTES("\13xn--r8jz45g\4test\0")}, /* U+3002 */
	{"_x.stra\xc3\x9f" "e.de", BYTES("\2_x\15xn--strae-oqa\2de\0")},
	{"\xef\xbd\x81.example", BYTES("\1a\7example\0")}, /* full-width a */
};

START_TEST(from_text_good)
{
	uint8_t wire[DW_NAME_MAX];
	size_t len = wire_of(good_texts[_i].text, wire);

	ck_assert_uint_eq(len, good_texts[_i].len);
	ck_assert_msg(memcmp(wire, good_texts[_i].wire, len) == 0, "%s", good_texts[_i].text);
	ck_assert(dw_name_check(wire, len));
}
END_TEST

static const struct {
	const char *text;
	size_t len;
	const char *reason;
} bad_texts[] = {
#define TEXT(literal) literal, sizeof(literal) - 1
	{TEXT(".."), "empty label"},
	{TEXT(".a"), "empty label"},
	{TEXT("a..b"), "empty label"},
	{TEXT("a.."), "empty label"},
	{TEXT("a b"), "blank"},
	{TEXT("a\tb"), "blank"},
	{TEXT(" a"), "blank"},
	{TEXT("a "), "blank"},
	{TEXT("a\nb"), "control byte"},
	{TEXT("a\0b"), "control byte"},
	{TEXT("a\x7f"), "control byte"},
	{TEXT("a\\"), "backslash at the end"},
	{TEXT("a\\256"), "past \\255"},
	{TEXT("a\\999"), "past \\255"},
	{TEXT("a\\1"), "three digits"},
	{TEXT("a\\12"), "three digits"},
	{TEXT("a\\1x2"), "three digits"},
	{TEXT("a\\ b"), "\\DDD"},
	{TEXT("a\\\xc3\xbc"), "escape inside"},
	{TEXT("\xff.example"), "internationalized"},          /* no UTF-8 */
	{TEXT("\xc3.example"), "internationalized"},          /* cut short */
	{TEXT("\xc0\xae.example"), "internationalized"},      /* overlong dot */
	{TEXT("\xed\xa0\x80.example"), "internationalized"},  /* surrogate */
	{TEXT("\xf4\x90\x80\x80.example"), "internationalized"}, /* past U+10FFFF */
	{TEXT("a\xe2\x80\x8e.example"), "internationalized"}, /* left-to-right mark */
	{TEXT("\xcc\x88.example"), "internationalized"},      /* combining mark first */
	{TEXT("\xc3\xbc\\.x"), "escape inside"},
	{TEXT("\xc3\xbc x"), "blank or control"},
	{TEXT("\xc3\xbc\0x"), "blank or control"},
	{TEXT("\xef\xbc\xbc" "046"), "backslash inside"}, /* full-width backslash */
	{TEXT("\xe3\x80\x82"), "empty label"},
};

START_TEST(from_text_bad)
{
	uint8_t wire[DW_NAME_MAX];
	size_t len = 12345;
	struct dw_error err;

	memset(wire, 0xa5, sizeof(wire));
	ck_assert_int_eq(dw_name_from_text(bad_texts[_i].text, bad_texts[_i].len, wire, &len, &err),
		DW_ERR_SYNTAX);
	ck_assert_msg(strstr(err.text, bad_texts[_i].reason) != NULL, "case %d: %s", _i, err.text);
	ck_assert_uint_eq(len, 12345);
	for (size_t i = 0; i < sizeof(wire); i++)
		ck_assert_uint_eq(wire[i], 0xa5);
	ck_assert_int_eq(dw_name_from_text(bad_texts[_i].text, bad_texts[_i].len, wire, &len, NULL),
		DW_ERR_SYNTAX);
}
END_TEST

static void expect(const char *text, const char *reason, size_t expected_len)
{
	uint8_t wire[DW_NAME_MAX];
	size_t len = 0;
	struct dw_error err = {0};
	enum dw_result result = dw_name_from_text(text, strlen(text), wire, &len, &err);

	if (reason) {
		ck_assert_int_eq(result, DW_ERR_SYNTAX);
		ck_assert_str_eq(err.text, reason);
	} else {
		ck_assert_msg(result == DW_OK, "%s", err.text);
		ck_assert_uint_eq(len, expected_len);
		ck_assert(dw_name_check(wire, len));
	}
}

static const char label_too_long[] = "label longer than 63 bytes";
static const char name_too_long[] = "name longer than 255 bytes";

START_TEST(from_text_label_63_64)
{
	expect(repeat("a", 63, ""), NULL, 65);
	expect(repeat("a", 63, ".b"), NULL, 67);
	expect(repeat("a", 64, ""), label_too_long, 0);
	expect(repeat("\\097", 63, ""), NULL, 65);
	expect(repeat("\\097", 64, ""), label_too_long, 0);
	/* "xn--" and the digits count: 59 of them fit */
	expect(repeat("a", 55, "\xc3\xbc"), NULL, 65);
	expect(repeat("a", 56, "\xc3\xbc"), label_too_long, 0);
}
END_TEST

START_TEST(from_text_name_255_256)
{
	char label[65], text[400];

	strcpy(label, repeat("a", 63, "."));
	snprintf(text, sizeof(text), "%s%s%s%.61s", label, label, label, label);
	expect(text, NULL, 255);
	snprintf(text, sizeof(text), "%s%s%s%.61s.", label, label, label, label);
	expect(text, NULL, 255);
	snprintf(text, sizeof(text), "%s%s%s%.62s", label, label, label, label);
	expect(text, name_too_long, 0);
	snprintf(text, sizeof(text), "%s%s%s%.60s.b", label, label, label, label);
	expect(text, name_too_long, 0);
	expect(repeat("\xc3\xbc", 2000, ""), name_too_long, 0);
}
END_TEST

START_TEST(from_text_labels_127_128)
{
	uint8_t wire[DW_NAME_MAX];
	struct dw_labels labels;

	expect(repeat("a.", 126, "a"), NULL, 255);
	expect(repeat("a.", 127, ""), NULL, 255);
	expect(repeat("a.", 127, "a"), name_too_long, 0);
	dw_name_labels(wire, wire_of(repeat("a.", 127, ""), wire), &labels);
	ck_assert_uint_eq(labels.count, DW_NAME_LABELS_MAX);
	ck_assert_uint_eq(labels.offset[127], 254);
}
END_TEST

/* ---- dw_name_to_text ---- */

static const struct {
	const uint8_t *wire;
	size_t len;
	const char *text;
} texts[] = {
	{BYTES("\0"), "."},
	{BYTES("\3www\7example\0"), "www.example"},
	{BYTES("\3a.b\1c\0"), "a\\.b.c"},
	{BYTES("\3a\\b\0"), "a\\\\b"},
	{BYTES("\3a\"b\0"), "a\\034b"},
	{BYTES("\6\0\n \x7f\x80\xff\0"), "\\000\\010\\032\\127\\128\\255"},
	{BYTES("\2!~\0"), "!~"},
	{BYTES("\6;@$()'\0"), ";@$()'"},
	{BYTES("\1A\0"), "A"},
};

START_TEST(to_text_table)
{
	char text[DW_NAME_TEXT_MAX];
	size_t len = dw_name_to_text(texts[_i].wire, texts[_i].len, text);

	ck_assert_str_eq(text, texts[_i].text);
	ck_assert_uint_eq(len, strlen(text));
}
END_TEST

START_TEST(to_text_longest)
{
	uint8_t wire[DW_NAME_MAX];
	char text[DW_NAME_TEXT_MAX];
	size_t len = build(wire, (const uint8_t[]){63, 63, 63, 61}, 4);

	for (size_t i = 0; i < len; i++)
		if (wire[i] == 'a')
			wire[i] = 0xff;
	ck_assert_uint_eq(dw_name_to_text(wire, len, text), 250 * 4 + 3);
	ck_assert_uint_eq(strlen(text), 250 * 4 + 3);
}
END_TEST

/* ---- any name ---- */

static size_t random_name(uint32_t *state, uint8_t *wire)
{
	size_t limit = 1 + unit_random(state) % 254, len = 0;
	size_t longest = 1 + unit_random(state) % 63;

	while (len + 2 < limit) {
		size_t label = 1 + unit_random(state) % longest;

		if (label > limit - len - 2)
			label = limit - len - 2;
		wire[len++] = (uint8_t)label;
		while (label-- > 0)
			wire[len++] = (uint8_t)unit_random(state);
	}
	wire[len++] = 0;
	return len;
}

START_TEST(round_trip)
{
	uint32_t state = 20260102;

	for (int i = 0; i < 50000; i++) {
		uint8_t wire[DW_NAME_MAX], lower[DW_NAME_MAX], back[DW_NAME_MAX];
		char text[DW_NAME_TEXT_MAX];
		size_t len = random_name(&state, wire), back_len = 0, text_len;
		struct dw_error err;

		ck_assert(dw_name_check(wire, len));
		ck_assert_uint_eq(dw_name_lower(wire, len, lower), len);
		text_len = dw_name_to_text(wire, len, text);
		ck_assert_uint_lt(text_len, DW_NAME_TEXT_MAX);
		ck_assert_msg(dw_name_from_text(text, text_len, back, &back_len, &err) == DW_OK,
			"%s: %s", text, err.text);
		ck_assert_uint_eq(back_len, len);
		ck_assert_mem_eq(back, lower, len);
	}
}
END_TEST

START_TEST(lower_touches_letters_alone)
{
	uint8_t wire[] = "\77ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@\5[`{_\xc0";
	uint8_t lower[sizeof(wire)];

	ck_assert(dw_name_check(wire, sizeof(wire)));
	dw_name_lower(wire, sizeof(wire), lower);
	ck_assert_mem_eq(lower,
		"\77abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz0123456789@\5[`{_\xc0",
		sizeof(wire));
}
END_TEST

/* Each byte at each place of a label of each length, next to what looks most like it. */
START_TEST(bytes_are_taken_alike_at_each_place)
{
	for (unsigned byte = 0; byte < 256; byte++) {
		for (size_t len = 1; len <= 20; len++) {
			uint8_t wire[DW_NAME_MAX] = {(uint8_t)len}, lower[DW_NAME_MAX];
			char text[DW_NAME_TEXT_MAX], alone[DW_NAME_TEXT_MAX];
			const uint8_t one[] = {1, (uint8_t)byte, 0};
			size_t width = dw_name_to_text(one, sizeof(one), alone);

			for (size_t at = 1; at <= len; at++) {
				memset(wire + 1, 'M', len);
				wire[at] = (uint8_t)byte;
				wire[len + 1] = 0;
				dw_name_lower(wire, len + 2, lower);
				for (size_t i = 1; i <= len; i++)
					ck_assert_uint_eq(lower[i],
						wire[i] >= 'A' && wire[i] <= 'Z' ? wire[i] + 32u : wire[i]);
				ck_assert_uint_eq(dw_name_to_text(wire, len + 2, text), len - 1 + width);
				ck_assert_mem_eq(text + at - 1, alone, width);
				ck_assert(strspn(text, "M") >= at - 1);
				ck_assert(strspn(text + at - 1 + width, "M") == len - at);
			}
		}
	}
}
END_TEST

START_TEST(labels_of_root_and_others)
{
	uint8_t wire[DW_NAME_MAX];
	struct dw_labels labels;

	dw_name_labels(wire, wire_of(".", wire), &labels);
	ck_assert_uint_eq(labels.count, 0);
	ck_assert_uint_eq(labels.offset[0], 0);
	dw_name_labels(wire, wire_of("www.example.com", wire), &labels);
	ck_assert_uint_eq(labels.count, 3);
	ck_assert_uint_eq(labels.offset[0], 0);
	ck_assert_uint_eq(labels.offset[1], 4);
	ck_assert_uint_eq(labels.offset[2], 12);
	ck_assert_uint_eq(labels.offset[3], 16);
}
END_TEST

/* ---- dw_name_is_under ---- */

static const struct {
	const char *name, *parent;
	bool under;
} families[] = {
	{".", ".", true},
	{"a.example", ".", true},
	{".", "example", false},
	{"example", "example", true},
	{"a.example", "example", true},
	{"b.a.example", "example", true},
	{"example", "a.example", false},
	{"notexample", "example", false},
	{"a.notexample", "example", false},
	{"a.example.net", "example", false},
	{"a.exemple", "example", false},
	/* a label that holds the parent's very bytes, length bytes included */
	{"x\\007example\\003com", "example.com", false},
	{"x\\.example", "example", false},
};

START_TEST(is_under_table)
{
	uint8_t name[DW_NAME_MAX], parent[DW_NAME_MAX];
	size_t name_len = wire_of(families[_i].name, name);
	size_t parent_len = wire_of(families[_i].parent, parent);

	ck_assert_msg(dw_name_is_under(name, name_len, parent, parent_len) == families[_i].under,
		"%s under %s", families[_i].name, families[_i].parent);
}
END_TEST

/* ---- dw_name_suffix_labels ---- */

static const struct {
	const char *name;
	size_t labels;
} suffixes[] = {
	{".", 0},
	{"com", 1},
	{"example.com", 1},
	{"WWW.Example.COM", 1},
	{"co.uk", 2},
	{"a.b.example.co.uk", 2},
	{"uk", 1},
	{"nosuchtld", 1},
	{"a.nosuchtld", 1},
	{"user.github.io", 2}, /* private part */
	{"a.b.ck", 2},         /* *.ck */
	{"www.ck", 1},         /* !www.ck */
	{"a.www.ck", 1},
	{"xn--55qx5d.cn", 2},
	{"a.xn--55qx5d.cn", 2},
	/* what looks like a suffix in text but is none in labels */
	{"a.co\\.uk", 1},
	{"a\\.co.uk", 1},
	{"a.github\\.io", 1},
	{"x.\\000co.uk", 1},
	{"x.c\\000.com", 1},
	{"x.\\229\\133\\172\\229\\143\\184.cn", 1}, /* the UTF-8 of a suffix is not its A-label */
};

START_TEST(suffix_table)
{
	uint8_t wire[DW_NAME_MAX];
	size_t len = wire_of(suffixes[_i].name, wire);

	ck_assert_msg(dw_name_suffix_labels(wire, len) == suffixes[_i].labels, "%s: %zu",
		suffixes[_i].name, dw_name_suffix_labels(wire, len));
}
END_TEST

/* The naive way: every parent is asked for, from the longest. */
static size_t suffix_model(const char *name, size_t labels)
{
	for (; labels > 1; labels--) {
		if (psl_is_public_suffix(psl_builtin(), name))
			break;
		name = strchr(name, '.') + 1;
	}
	return labels;
}

START_TEST(suffix_as_the_model)
{
	static const char *const parts[] = {"com", "uk", "co", "jp", "kobe", "city", "ck", "www",
		"amazonaws", "compute", "s3", "dualstack", "us-east-1", "cn", "github", "io", "a",
		"k12", "ma", "us", "pvt", "kawasaki", "elb", "no", "gs", "vestfold", "xn--p1ai"};
	uint32_t state = 7;

	for (int i = 0; i < 100000; i++) {
		uint8_t wire[DW_NAME_MAX];
		char text[256] = "";
		size_t labels = 1 + unit_random(&state) % 20, len = 0;

		for (size_t l = 0; l < labels; l++)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
				l ? "." : "",
				parts[unit_random(&state) % (sizeof(parts) / sizeof(parts[0]))]);
		len = wire_of(text, wire);
		ck_assert_msg(dw_name_suffix_labels(wire, len) == suffix_model(text, labels), "%s",
			text);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("name");
	TCase *tc = tcase_create("name"), *slow = tcase_create("random names");

	UNIT_ADD_TABLE(tc, check_table, wires);
	tcase_add_test(tc, check_boundaries);
	UNIT_ADD_TABLE(tc, from_text_good, good_texts);
	UNIT_ADD_TABLE(tc, from_text_bad, bad_texts);
	tcase_add_test(tc, from_text_label_63_64);
	tcase_add_test(tc, from_text_name_255_256);
	tcase_add_test(tc, from_text_labels_127_128);
	UNIT_ADD_TABLE(tc, to_text_table, texts);
	tcase_add_test(tc, to_text_longest);
	tcase_add_test(tc, lower_touches_letters_alone);
	tcase_add_test(tc, bytes_are_taken_alike_at_each_place);
	tcase_add_test(tc, labels_of_root_and_others);
	UNIT_ADD_TABLE(tc, is_under_table, families);
	UNIT_ADD_TABLE(tc, suffix_table, suffixes);
	tcase_add_test(slow, round_trip);
	tcase_add_test(slow, suffix_as_the_model);
	tcase_set_tags(slow, "slow");
	tcase_set_timeout(slow, 60);
	suite_add_tcase(suite, tc);
	suite_add_tcase(suite, slow);
	return unit_main(suite);
}
