/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_dga_golden.c: 10,000 names score the same on every machine */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dga/model.h"
#include "dnsward/name.h"
#include "unit.h"

/* The names are made here, from a fixed seed. tests/data/dga/golden.tsv has for
 * each its log-odds in thousandths and its probability in millionths by the
 * model of this source tree; after a new training
 * DNSWARD_GOLDEN=FILE tests/unit/check_dga_golden writes it anew. */
enum { NAMES = 10000 };

static const char *const words[] = {
	"garden",
	"river",
	"cloud",
	"market",
	"silver",
	"north",
	"house",
	"travel",
	"media",
	"green",
	"photo",
	"club",
	"praxis",
	"haus",
	"verlag",
	"maison",
	"fleur",
	"casa",
	"tienda",
	"libro",
	"dom",
	"mir",
	"kniga",
	"yoga",
	"data",
	"blue",
	"light",
	"stone",
	"bakery",
	"music",
	"auto",
	"sport",
	"foto",
	"shop",
	"news",
	"online",
	"bank",
	"art",
};

static const char *const suffixes[] = {
	"com",
	"net",
	"org",
	"info",
	"biz",
	"ru",
	"de",
	"co.uk",
	"com.br",
	"cn",
	"xyz",
	"top",
	"ddns.net",
	"mooo.com",
	"fr",
	"in",
	"ir",
	"io",
	"github.io",
	"nosuchtld",
	"xn--p1ai",
	"pp.ua",
	"blogspot.com",
	"kr",
	"cc",
};

static size_t pick(uint32_t *state, size_t n)
{
	return unit_random(state) % n;
}

static size_t random_label(uint32_t *state, const char *alphabet, char *out)
{
	size_t len = 1 + pick(state, pick(state, 4) ? 24 : 63), n = strlen(alphabet);

	for (size_t i = 0; i < len; i++)
		out[i] = alphabet[pick(state, n)];
	return len;
}

static size_t word_label(uint32_t *state, char *out)
{
	size_t len = 0, count = 1 + pick(state, 3);

	for (size_t i = 0; i < count; i++) {
		const char *word = words[pick(state, sizeof(words) / sizeof(words[0]))];

		len += (size_t)sprintf(out + len, "%s%s", i && pick(state, 4) == 0 ? "-" : "", word);
	}
	return len;
}

/* Name `i` of the series as text. */
static void make_name(uint32_t *state, size_t i, char *out)
{
	char label[128];
	size_t len = i % 5 == 0 ? random_label(state, "abcdefghijklmnopqrstuvwxyz", label)
		     : i % 5 == 1
			     ? random_label(state, "abcdefghijklmnopqrstuvwxyz0123456789", label)
		     : i % 5 == 2 ? random_label(state, "0123456789abcdef", label)
		     : i % 5 == 3 ? word_label(state, label)
				  : random_label(state, "aeioutnrslm-", label);

	/* one draw a statement: compilers differ in the order of arguments */
	const char *suffix = suffixes[pick(state, sizeof(suffixes) / sizeof(suffixes[0]))];

	sprintf(out, "%s%.*s.%s", pick(state, 3) ? "" : "www.", (int)len, label, suffix);
}

/* False where the name is none. A name that is all suffix has dashes. */
static bool score_line(const struct dw_dga *dga, const char *name, char *line)
{
	uint8_t wire[DW_NAME_MAX];
	size_t len;
	struct dw_dga_verdict v;

	if (dw_name_from_text(name, strlen(name), wire, &len, NULL) != DW_OK)
		return false;
	if (dw_dga_name(dga, wire, len, &v))
		sprintf(line, "%s\t%d\t%u\n", name, v.log_odds, v.probability);
	else
		sprintf(line, "%s\t-\t-\n", name);
	return true;
}

static FILE *open_golden(void)
{
	char path[1024];
	const char *top = getenv("top_srcdir");

	snprintf(path, sizeof(path), "%s/tests/data/dga/golden.tsv", top ? top : ".");
	FILE *f = fopen(path, "r");

	ck_assert_msg(f != NULL, "%s", path);
	return f;
}

static void compare(const struct dw_dga *dga)
{
	FILE *f = open_golden();
	uint32_t state = 20260101;

	for (size_t i = 0; i < NAMES; i++) {
		char name[256], line[320], golden[320] = "";

		make_name(&state, i, name);
		ck_assert_msg(score_line(dga, name, line), "%s", name);
		ck_assert_ptr_nonnull(fgets(golden, sizeof(golden), f));
		ck_assert_str_eq(line, golden);
	}
	ck_assert_int_eq(fgetc(f), EOF);
	fclose(f);
}

START_TEST(test_golden_best)
{
	struct dw_dga *dga = NULL;

	ck_assert_int_eq(dw_dga_open(NULL, &dga, NULL), DW_OK);
	compare(dga);
	dw_dga_close(&dga);
}
END_TEST

START_TEST(test_golden_plain)
{
	struct dw_dga *dga = NULL;

	ck_assert_int_eq(dw_dga_open(NULL, &dga, NULL), DW_OK);
	dga->run = model_run_plain;
	compare(dga);
	dw_dga_close(&dga);
}
END_TEST

static int write_golden(const char *path)
{
	FILE *f = fopen(path, "w");
	struct dw_dga *dga = NULL;
	uint32_t state = 20260101;

	if (f == NULL || dw_dga_open(NULL, &dga, NULL) != DW_OK)
		return EXIT_FAILURE;
	for (size_t i = 0; i < NAMES; i++) {
		char name[256], line[320];

		make_name(&state, i, name);
		if (!score_line(dga, name, line) || fputs(line, f) == EOF)
			return EXIT_FAILURE;
	}
	dw_dga_close(&dga);
	return fclose(f) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(void)
{
	const char *path = getenv("DNSWARD_GOLDEN");

	if (path != NULL)
		return write_golden(path);
	Suite *suite = suite_create("dga_golden");
	TCase *tcase = tcase_create("golden");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, test_golden_best);
	tcase_add_test(tcase, test_golden_plain);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
