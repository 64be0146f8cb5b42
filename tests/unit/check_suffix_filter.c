/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_suffix_filter.c: the filter never says no to a public suffix */
#include "dnsward-config.h"

#include <libpsl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/file.h"
#include "dnsward/name.h"
#include "lists/suffix_filter.h"
#include "unit.h"

enum { EXIT_SKIPPED = 77 };

static struct dw_suffix_filter *filter;
static size_t asked, suffixes, passed_on;

static void ask(const char *text, size_t len)
{
	uint8_t wire[DW_NAME_MAX];
	struct dw_labels labels;
	size_t wire_len;
	bool is_suffix, may_be;

	if (dw_name_from_text(text, len, wire, &wire_len, NULL) != DW_OK)
		return; /* "x" before a right-to-left label, for one, makes no name */
	dw_name_labels(wire, wire_len, &labels);
	is_suffix = dw_name_suffix_labels(wire, wire_len) == labels.count;
	may_be = dw_suffix_filter_may_be(filter, wire, wire_len);
	if (is_suffix && !may_be)
		ck_abort_msg("%.*s is a suffix", (int)len, text);
	asked++;
	suffixes += is_suffix;
	passed_on += may_be && !is_suffix;
}

/* Each rule of the list, and names around it: its parent, its sub-names, its siblings. */
START_TEST(around_the_rules)
{
	char *text, name[512];
	size_t len, rules = 0;

	ck_assert_int_eq(dw_file_read(psl_builtin_filename(), 16 << 20, &text, &len, NULL), DW_OK);
	for (char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *rule = line;
		size_t end = strcspn(line, " \t\r\n"), dot;

		if (end == 0 || strncmp(line, "//", 2) == 0)
			continue;
		rules++;
		if (*rule == '!' || *rule == '*') {
			rule += *rule == '!' ? 1 : 2;
			end -= (size_t)(rule - line);
		}
		ask(rule, end);
		dot = (size_t)((const char *)memchr(rule, '.', end) - rule);
		if (dot < end)
			ask(rule + dot + 1, end - dot - 1);
		snprintf(name, sizeof(name), "any.%.*s", (int)end, rule);
		ask(name, strlen(name));
		snprintf(name, sizeof(name), "www.any.%.*s", (int)end, rule);
		ask(name, strlen(name));
		snprintf(name, sizeof(name), "x%.*s", (int)end, rule);
		ask(name, strlen(name));
	}
	free(text);
	ck_assert_uint_gt(rules, 5000);
	ck_assert_uint_gt(suffixes, rules);
	/* one in a hundred for each of the two keys, and exceptions and wildcards' kin */
	ck_assert_uint_lt(passed_on, asked / 20);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("suffix_filter");
	TCase *tcase = tcase_create("all");
	int status;

	filter = dw_suffix_filter_new();
	if (!filter) {
		printf("skipped: %s is not the file libpsl was built with\n",
			psl_builtin_filename());
		return EXIT_SKIPPED;
	}
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, around_the_rules);
	suite_add_tcase(suite, tcase);
	status = unit_main(suite);
	dw_suffix_filter_free(&filter);
	return status;
}
