/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_dga.c: the model file, its checks, and scores */
#include "dnsward-config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dga/model.h"
#include "dnsward/name.h"
#include "unit.h"

static struct dw_dga *builtin(void)
{
	struct dw_dga *dga = NULL;
	struct dw_error err;

	ck_assert_msg(dw_dga_open(NULL, &dga, &err) == DW_OK, "%s", err.text);
	return dga;
}

static size_t wire_of(const char *text, uint8_t *wire)
{
	size_t len;
	struct dw_error err;

	ck_assert_msg(dw_name_from_text(text, strlen(text), wire, &len, &err) == DW_OK, "%s", text);
	return len;
}

/* ---- bad files ---- */

/* Where things stand in the content: model.h. */
enum {
	AT_NODES = 0,
	AT_TEXT = 4,
	AT_SCALE = 8,
	AT_GRAMS = 40,
	AT_CONV_BIAS =
		AT_GRAMS + GRAMS * GRAM_DIMS + WIDTH * DW_DGA_SYMBOLS * FILTERS + ROWS * HIDDEN,
	AT_MIX = AT_CONV_BIAS + 2 * FILTERS,
	AT_OUT = AT_MIX + 2 * INPUTS * HIDDEN + 4 * HIDDEN,
	AT_START = AT_OUT + 2 * HIDDEN + 4 * SUFFIX_ROWS,
};

/* ... and in the file. */
enum { AT_FORMAT = 8, AT_LENGTH = 12, AT_CONTENT_LENGTH = 16, AT_CONTENT = 20 };

static const struct {
	const char *what;
	size_t at;    /* byte to change; from the end where past END */
	uint8_t xor ; /* with this, 0: set nothing */
	bool sealed;  /* put a fitting digest on the changed file */
	long cut;     /* bytes taken off the end, or added */
	enum dw_result result;
} bad_files[] = {
	{"empty", 0, 0, false, MODEL_FILE_MAX, DW_ERR_CORRUPT},
	{"magic", 0, 1, true, 0, DW_ERR_CORRUPT},
	{"magic, as a text transfer would do", 5, '\r' ^ '\n', true, 0, DW_ERR_CORRUPT},
	{"format", AT_FORMAT, 3, true, 0, DW_ERR_VERSION},
	{"length", AT_LENGTH, 1, true, 0, DW_ERR_CORRUPT},
	{"less content than is packed", AT_CONTENT_LENGTH + 1, 1, true, 0, DW_ERR_CORRUPT},
	{"content of 4 GiB", AT_CONTENT_LENGTH + 3, 0xff, true, 0, DW_ERR_LIMIT},
	{"packed in no known way", AT_CONTENT, 0x0f, true, 0, DW_ERR_CORRUPT},
	{"a packed byte", AT_CONTENT + 7777, 0x10, true, 0, DW_ERR_CORRUPT},
	{"one byte short", 0, 0, false, 1, DW_ERR_CORRUPT},
	{"one byte long", 0, 0, false, -1, DW_ERR_CORRUPT},
	{"a packed byte, digest left", AT_CONTENT + 77, 1, false, 0, DW_ERR_CORRUPT},
	{"the digest", SIZE_MAX, 1, false, 0, DW_ERR_CORRUPT},
};

static const struct {
	const char *what;
	size_t at; /* as above */
	uint8_t xor ;
	long cut;
} bad_contents[] = {
	{"no content", 0, 0, MODEL_FILE_MAX},
	{"suffix nodes", AT_NODES, 1, 0},
	{"suffix nodes beyond 16 bits", AT_NODES + 2, 0xff, 0},
	{"text length", AT_TEXT, 1, 0},
	{"text length near 4 GiB", AT_TEXT + 3, 0xff, 0},
	{"one byte short", 0, 0, 1},
	{"one byte long", 0, 0, -1},
	{"row scale overflows", AT_SCALE + 3, 0x7f, 0},
	{"hidden shift of 64 and more", AT_SCALE + 4, 0x40, 0},
	{"gram scale overflows", AT_SCALE + 8 + 3, 0x7f, 0},
	{"a base rate beyond all odds", AT_SCALE + 28 + 2, 0x80, 0},
	{"bucket bounds fall", AT_START + 5, 0xff, 0},
	{"first bucket does not start at 0", AT_START, 1, 0},
	{"control byte in the text", SIZE_MAX - 8, 0x80, 0},
};

/* `len` bytes and one of room, in which the one byte is changed. */
static uint8_t *changed(const uint8_t *bytes, size_t len, size_t at, uint8_t flip)
{
	uint8_t *copy = calloc(1, len + 1);

	memcpy(copy, bytes, len);
	copy[at > SIZE_MAX / 2 ? len - 1 - (SIZE_MAX - at) : at] ^= flip;
	return copy;
}

static void check_refused(const char *what, const uint8_t *file, long len, enum dw_result expected)
{
	struct dw_dga *dga = NULL;
	struct dw_error err = {.text = ""};
	enum dw_result result = model_read(file, len < 0 ? 0 : (size_t)len, "x.model", &dga, &err);

	ck_assert_msg(result == expected, "%s: %s: %s", what, dw_result_name(result), err.text);
	ck_assert_ptr_null(dga);
	ck_assert_str_eq(err.where, "x.model");
	ck_assert_str_ne(err.text, "");
}

START_TEST(test_bad_file)
{
	uint8_t *file =
		changed(model_builtin, model_builtin_len, bad_files[_i].at, bad_files[_i].xor);
	size_t seal = model_builtin_len - MODEL_DIGEST_BYTES;

	ck_assert(sodium_init() >= 0);
	if (bad_files[_i].sealed)
		crypto_generichash(file + seal, MODEL_DIGEST_BYTES, file, seal, NULL, 0);
	check_refused(bad_files[_i].what, file, (long)model_builtin_len - bad_files[_i].cut,
		bad_files[_i].result);
	free(file);
}
END_TEST

static uint8_t *builtin_content(size_t *len)
{
	uint8_t *content = NULL;

	ck_assert(sodium_init() >= 0);
	ck_assert(
		model_unpack(model_builtin, model_builtin_len, NULL, &content, len, NULL) == DW_OK);
	return content;
}

START_TEST(test_bad_content)
{
	size_t len;
	uint8_t *content = builtin_content(&len), *file = malloc(MODEL_FILE_MAX);
	uint8_t *bad = changed(content, len, bad_contents[_i].at, bad_contents[_i].xor);
	long cut = bad_contents[_i].cut;
	size_t file_len = model_pack(bad, cut > (long)len ? 0 : (size_t)((long)len - cut), file);

	ck_assert_uint_ne(file_len, 0);
	check_refused(bad_contents[_i].what, file, (long)file_len, DW_ERR_CORRUPT);
	free(content);
	free(bad);
	free(file);
}
END_TEST

START_TEST(test_extreme_weights)
{
	/* all weights at their greatest: refused, or scored without overflow (UBSan looks on) */
	size_t len;
	uint8_t *content = builtin_content(&len), *file = malloc(MODEL_FILE_MAX);
	struct dw_dga *dga = NULL;

	memset(content + AT_GRAMS, 0x80, GRAMS * GRAM_DIMS);
	memset(content + AT_GRAMS + GRAMS * GRAM_DIMS, 0x7f,
		AT_CONV_BIAS - AT_GRAMS - GRAMS * GRAM_DIMS);
	if (model_read(file, model_pack(content, len, file), NULL, &dga, NULL) == DW_OK) {
		uint8_t label[63];

		memset(label, 'q', sizeof(label));
		int32_t odds =
			dw_dga_log_odds(dga, label, sizeof(label), (const uint8_t *)"\003com", 5);

		ck_assert_int_le(abs(odds), 30000);
		dw_dga_close(&dga);
	}
	free(content);
	free(file);
}
END_TEST

START_TEST(test_too_much_to_pack)
{
	uint8_t *noise = malloc(MODEL_FILE_MAX), *file = malloc(MODEL_FILE_MAX);

	randombytes_buf_deterministic(
		noise, MODEL_FILE_MAX, (const unsigned char[randombytes_SEEDBYTES]){0});
	ck_assert_uint_eq(model_pack(noise, MODEL_FILE_MAX, file), 0);
	free(noise);
	free(file);
}
END_TEST

START_TEST(test_open_file)
{
	char path[] = "check_dga.XXXXXX";
	struct dw_dga *dga = NULL;
	struct dw_error err;
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "wb");

	ck_assert_uint_eq(fwrite(model_builtin, 1, model_builtin_len, f), model_builtin_len);
	fclose(f);
	ck_assert_int_eq(dw_dga_open(path, &dga, &err), DW_OK);
	ck_assert_ptr_nonnull(strstr(dw_dga_text(dga), "benign.tsv.xz"));
	dw_dga_close(&dga);
	ck_assert_ptr_null(dga);
	dw_dga_close(&dga);
	f = fopen(path, "ab");
	for (size_t i = model_builtin_len; i <= MODEL_FILE_MAX; i++)
		fputc(0, f);
	fclose(f);
	ck_assert_int_eq(dw_dga_open(path, &dga, &err), DW_ERR_LIMIT);
	remove(path);
	ck_assert_int_eq(dw_dga_open(path, &dga, &err), DW_ERR_NOT_FOUND);
	ck_assert_ptr_null(dga);
}
END_TEST

/* ---- the label that is scored ---- */

static const struct {
	const char *name, *label, *suffix; /* label NULL: nothing to score */
} splits[] = {
	{".", NULL, NULL},
	{"com", NULL, NULL},
	{"co.uk", NULL, NULL},
	{"example.com", "example", "com"},
	{"www.example.com", "example", "com"},
	{"a.b.c.example.co.uk", "example", "co.uk"},
	{"example.nosuchtld", "example", "nosuchtld"},
	{"a.example.nosuchtld", "example", "nosuchtld"},
	{"example.ck", NULL, NULL}, /* *.ck */
	{"a.example.ck", "a", "example.ck"},
	{"www.ck", "www", "ck"}, /* !www.ck */
	{"b.www.ck", "www", "ck"},
	{"x.kawasaki.jp", NULL, NULL}, /* *.kawasaki.jp */
	{"y.x.kawasaki.jp", "y", "x.kawasaki.jp"},
	{"city.kawasaki.jp", "city", "kawasaki.jp"}, /* !city.kawasaki.jp */
	{"qx7.ddns.net", "qx7", "ddns.net"},         /* private part */
	{"a.qx7.ddns.net", "qx7", "ddns.net"},
	{"qx7.mooo.com", "qx7", "mooo.com"}, /* a parent of ours */
	{"mooo.com", NULL, NULL},
	{"mooo.net", "mooo", "net"},
	{"b.s3.dualstack.eu-west-1.amazonaws.com", "b", "s3.dualstack.eu-west-1.amazonaws.com"},
	{"amazonaws.com", "amazonaws", "com"}, /* inside the tree, but no rule */
	{"x.xn--p1ai", "x", "xn--p1ai"},
};

START_TEST(test_split)
{
	struct dw_dga *dga = builtin();
	struct dw_dga_verdict verdict = {.label = 99};
	uint8_t wire[DW_NAME_MAX], part[DW_NAME_MAX];
	size_t len = wire_of(splits[_i].name, wire);
	bool found = dw_dga_name(dga, wire, len, &verdict);

	if (splits[_i].label == NULL) {
		ck_assert(!found);
		ck_assert_uint_eq(verdict.label, 99);
	} else {
		ck_assert(found);
		ck_assert_uint_eq(wire[verdict.label], strlen(splits[_i].label));
		ck_assert_mem_eq(wire + verdict.label + 1, splits[_i].label, wire[verdict.label]);
		size_t n = wire_of(splits[_i].suffix, part);

		ck_assert_uint_eq(len - verdict.suffix, n);
		ck_assert_mem_eq(wire + verdict.suffix, part, n);
		ck_assert_int_eq(verdict.log_odds, dw_dga_log_odds(dga, wire + verdict.label + 1,
							   wire[verdict.label], part, n));
		ck_assert_uint_eq(verdict.probability, dw_dga_probability(verdict.log_odds));
	}
	dw_dga_close(&dga);
}
END_TEST

/* ---- probabilities ---- */

static const struct {
	int32_t log_odds;
	uint32_t probability;
} probabilities[] = {
	{0, 500000},
	{1, 500250},
	{-1, 499750},
	{1000, 731059},
	{-1000, 268941},
	{2197, 899980},
	{4595, 989999},
	{-4595, 10001},
	{9210, 999900},
	{13816, 999999},
	{-13816, 1},
	{30000, 1000000},
	{-30000, 0},
	{INT32_MAX, 1000000},
	{INT32_MIN, 0},
};

START_TEST(test_probability)
{
	ck_assert_uint_eq(
		dw_dga_probability(probabilities[_i].log_odds), probabilities[_i].probability);
}
END_TEST

START_TEST(test_probability_rises)
{
	uint32_t last = 0;

	for (int32_t odds = -20000; odds <= 20000; odds++) {
		uint32_t p = dw_dga_probability(odds);

		ck_assert_uint_ge(p, last);
		ck_assert_uint_eq(p + dw_dga_probability(-odds), DW_DGA_ONE);
		last = p;
	}
}
END_TEST

/* ---- what is measured ---- */

static int class_of(char c)
{
	return c >= 'a' && c <= 'z' ? 1 : c >= '0' && c <= '9' ? 2 : 3;
}

/* Values by the words of dga.h, a character at a time. */
static void measure_naively(const char *label, size_t len, size_t *value)
{
	size_t run = 0, letters = 0, vowels = 0, most[DW_DGA_SHAPES];

	memset(value, 0, DW_DGA_SHAPES * sizeof(*value));
	value[DW_DGA_LENGTH] = len;
	for (size_t i = 0; i < len; i++) {
		char c = label[i];
		bool vowel = memchr("aeiouy", c, 6) != NULL, seen = false, repeat = false;

		run = class_of(c) == 1 && !vowel ? run + 1 : 0;
		if (run > value[DW_DGA_CONSONANTS])
			value[DW_DGA_CONSONANTS] = run;
		letters += class_of(c) == 1;
		vowels += vowel;
		value[DW_DGA_DIGITS] += class_of(c) == 2;
		value[DW_DGA_HYPHENS] += c == '-';
		for (size_t k = 0; k < i; k++)
			seen = seen || label[k] == c;
		value[DW_DGA_DISTINCT] += !seen;
		if (class_of(c) == 1 && (size_t)(c - 'a' + 1) > value[DW_DGA_LAST_LETTER])
			value[DW_DGA_LAST_LETTER] = (size_t)(c - 'a' + 1);
		value[DW_DGA_CHARSET] |= class_of(c) == 2               ? 1
					 : class_of(c) == 1 && c <= 'f' ? 2
					 : class_of(c) == 1             ? 4
					 : c == '-'                     ? 8
									: 0;
		if (i == 0)
			continue;
		value[DW_DGA_CHANGES] += class_of(c) != class_of(label[i - 1]);
		value[DW_DGA_DOUBLES] += c == label[i - 1];
		for (size_t k = 1; k < i; k++)
			repeat = repeat || memcmp(label + k - 1, label + i - 1, 2) == 0;
		value[DW_DGA_REPEATS] += repeat;
	}
	value[DW_DGA_VOWELS] = letters == 0 ? 0 : vowels * 16 / letters;
	for (size_t i = 0; i < DW_DGA_SHAPES; i++) {
		most[i] = dw_dga_shape_row[i + 1] - dw_dga_shape_row[i] - 1u;
		value[i] = value[i] < most[i] ? value[i] : most[i];
	}
}

START_TEST(test_shapes)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789----aeiou";
	uint32_t state = 11;

	for (int i = 0; i < 20000; i++) {
		char label[63];
		struct dw_dga_features f;
		size_t value[DW_DGA_SHAPES], len = 1 + unit_random(&state) % 63;
		size_t letters = 1 + unit_random(&state) % (sizeof(alphabet) - 1);

		for (size_t k = 0; k < len; k++)
			label[k] = alphabet[unit_random(&state) % letters];
		dw_dga_features((const uint8_t *)label, len, 0, &f);
		measure_naively(label, len, value);
		for (size_t k = 0; k < DW_DGA_SHAPES; k++)
			ck_assert_msg(f.row[k] == dw_dga_shape_row[k] + value[k],
				"%.*s: %s %d, not %zu", (int)len, label, dw_dga_shape_name(k),
				f.row[k] - dw_dga_shape_row[k], value[k]);
	}
}
END_TEST

START_TEST(test_gram_numbers)
{
	/* up to three symbols have numbers of their own but for the mask; places as promised */
	struct dw_dga_features f;

	dw_dga_features((const uint8_t *)"Ab9", 3, 0, &f);
	static const uint8_t s[] = {39, 1, 2, 36, 39};
	const uint32_t mask = (1u << DW_DGA_GRAM_BITS) - 1;

	for (size_t i = 0; i < 5; i++) {
		uint32_t number = s[i];

		ck_assert_uint_eq(f.symbols[DW_DGA_LEAD + i], s[i]);
		ck_assert_uint_eq(f.gram[0][i], number & mask);
		number += i >= 1 ? s[i - 1] * 40u : 0;
		ck_assert_uint_eq(f.gram[1][i], number & mask);
		number += i >= 2 ? s[i - 2] * 1600u : 0;
		ck_assert_uint_eq(f.gram[2][i], number & mask);
		number += i >= 3 ? s[i - 3] * 0x243fu : 0;
		ck_assert_uint_eq(f.gram[3][i], number & mask);
		number += i >= 4 ? s[i - 4] * 0x85a3u : 0;
		ck_assert_uint_eq(f.gram[4][i], number & mask);
	}
}
END_TEST

/* ---- sense ---- */

/* Pairs of which the first must score higher: made up here, in no list. */
static const char *const order[][2] = {
	{"xjqkvzwpqhtr.com", "mountainbakery.com"},
	{"a7f03be91c5d4482.net", "gardencentre.net"},
	{"qwpzkvjthxlm.ddns.net", "familyphotos.ddns.net"},
	{"vbnqtzrkplxw.info", "xn--bcher-kva.de"},
	{"kjhq83jf92hfy2.ru", "kniga-pochtoi.ru"},
};

START_TEST(test_order)
{
	struct dw_dga *dga = builtin();
	struct dw_dga_verdict v[2];

	for (size_t i = 0; i < 2; i++) {
		uint8_t wire[DW_NAME_MAX];
		size_t len = wire_of(order[_i][i], wire);

		ck_assert(dw_dga_name(dga, wire, len, &v[i]));
	}
	ck_assert_msg(v[0].log_odds > v[1].log_odds, "%s %d, %s %d", order[_i][0], v[0].log_odds,
		order[_i][1], v[1].log_odds);
	dw_dga_close(&dga);
}
END_TEST

START_TEST(test_any_bytes)
{
	/* any label of any bytes and length has a score, the same by each path, in either case */
	struct dw_dga *dga = builtin();
	uint32_t state = 7;

	for (int i = 0; i < 20000; i++) {
		uint8_t label[63];
		struct dw_dga_features f;
		size_t len = 1 + unit_random(&state) % 63;

		for (size_t k = 0; k < len; k++)
			label[k] = (uint8_t)(i % 2 ? unit_random(&state)
						   : 'a' + unit_random(&state) % 26);
		dw_dga_features(label, len, unit_random(&state) % SUFFIX_ROWS, &f);
		ck_assert_int_eq(dga->run(dga, &f), model_run_plain(dga, &f));
		ck_assert_int_eq(model_run_base()(dga, &f), model_run_plain(dga, &f));
		int32_t odds = dw_dga_log_odds(dga, label, len, (const uint8_t *)"\003com", 5);

		for (size_t k = 0; k < len; k++)
			label[k] = (uint8_t)(label[k] >= 'a' && label[k] <= 'z' ? label[k] - 32
										: label[k]);
		ck_assert_int_eq(
			odds, dw_dga_log_odds(dga, label, len, (const uint8_t *)"\003com", 5));
	}
	dw_dga_close(&dga);
}
END_TEST

START_TEST(test_threshold)
{
	struct dw_dga *dga = builtin();

	ck_assert_uint_gt(dw_dga_threshold(dga), DW_DGA_ONE / 10);
	ck_assert_uint_lt(dw_dga_threshold(dga), DW_DGA_ONE);
	dw_dga_close(&dga);
}
END_TEST

static const struct {
	int32_t log_odds, evidence;
} evidences[] = {
	{-4595, 0}, /* the prior: tells nothing */
	{-4594, 1},
	{-5595, -1000},
	{-5596, -1000},
	{-30000, -1000},
	{1405, 6000},
	{1406, 6000},
	{30000, 6000},
};

START_TEST(test_evidence)
{
	struct dw_dga *dga = builtin();

	ck_assert_int_eq(dw_dga_evidence(dga, evidences[_i].log_odds), evidences[_i].evidence);
	dw_dga_close(&dga);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dga");
	TCase *file = tcase_create("file"), *name = tcase_create("name"),
	      *number = tcase_create("number");

	UNIT_ADD_TABLE(file, test_bad_file, bad_files);
	UNIT_ADD_TABLE(file, test_bad_content, bad_contents);
	tcase_add_test(file, test_too_much_to_pack);
	tcase_add_test(file, test_extreme_weights);
	tcase_add_test(file, test_open_file);
	UNIT_ADD_TABLE(name, test_split, splits);
	UNIT_ADD_TABLE(name, test_order, order);
	tcase_set_timeout(name, 60);
	tcase_add_test(name, test_any_bytes);
	tcase_add_test(name, test_shapes);
	tcase_add_test(name, test_gram_numbers);
	UNIT_ADD_TABLE(number, test_probability, probabilities);
	tcase_add_test(number, test_probability_rises);
	tcase_add_test(number, test_threshold);
	UNIT_ADD_TABLE(number, test_evidence, evidences);
	suite_add_tcase(suite, file);
	suite_add_tcase(suite, name);
	suite_add_tcase(suite, number);
	return unit_main(suite);
}
