/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_settings_docs.c: the example and the manual say what the settings take
 */
#include "dnsward-config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/file.h"
#include "settings_fixture.h"
#include "settings_show.h"
#include "unit.h"

static char *read_built(const char *name)
{
	const char *folder = getenv("top_builddir");
	char path[512], *text = NULL;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s", folder ? folder : ".", name);
	ck_assert_msg(dw_file_read(path, 1 << 20, &text, &len, NULL) == DW_OK, "%s", path);
	return text;
}

/* The example, with the rule pack of the source tree in place of the installed one. */
static char *read_example(void)
{
	static const char installed[] = DW_PKGDATADIR "/packs";
	char *text = read_built("dnsward.yaml.example"), *at = strstr(text, installed), *packs;
	const char *top = getenv("top_srcdir");
	char path[512], *out;
	size_t size;

	ck_assert_ptr_nonnull(at);
	snprintf(path, sizeof(path), "%s/packs", top ? top : ".");
	packs = realpath(path, NULL);
	ck_assert_msg(packs != NULL, "%s", path);
	size = strlen(text) + strlen(packs) + 1;
	out = malloc(size);
	ck_assert_ptr_nonnull(out);
	snprintf(out, size, "%.*s%s%s", (int)(at - text), text, packs, at + strlen(installed));
	free(packs);
	free(text);
	return out;
}

/* Take the '#' off each "#key: value" and "#- {". */
static void use_all_settings(char *text)
{
	for (char *p = text; (p = strchr(p, '#')) != NULL; p++) {
		bool is_first = p == text || p[-1] == '\n' || p[-1] == ' ';

		if (is_first && (islower((unsigned char)p[1]) || p[1] == '-'))
			memmove(p, p + 1, strlen(p));
	}
}

START_TEST(example_is_read)
{
	char *text = read_example(), *shown;
	struct dw_settings *settings = NULL;

	settings_write("dnsward.yaml", text);
	ck_assert_str_eq(settings_complaints(&settings, NULL), "");
	ck_assert_str_eq(settings_warnings(settings), "");
	ck_assert_str_eq(settings->state_dir, DW_STATE_DIR);
	shown = settings_show(settings, settings_folder);
	ck_assert_msg(
		strstr(shown, "list ads lists/ads.txt auto category=ads at") != NULL, "%s", shown);
	free(shown);
	dw_settings_close(&settings);
	/* and with the settings that have no default */
	use_all_settings(text);
	settings_write("dnsward.yaml", text);
	settings_write("guests.txt", "192.0.2.0/24\n");
	ck_assert_str_eq(settings_complaints(&settings, NULL), "");
	ck_assert_uint_eq(settings->detect.on, (UINT32_C(1) << DW_DETECTORS) - 1);
	for (enum dw_detector d = 0; d < DW_DETECTORS; d++)
		ck_assert_mem_eq(settings->detect.rule[d].value, dw_detector(d)->value,
			sizeof(dw_detector(d)->value));
	shown = settings_show(settings, settings_folder);
	ck_assert_msg(strstr(shown, "offset 3600 7200") && strstr(shown, "max-age=259200") &&
			      strstr(shown, "zone=rpz.example") &&
			      strstr(shown, "file guests.txt") &&
			      strstr(shown, "rule=cobalt-strike-beacon"),
		"%s", shown);
	free(shown);
	dw_settings_close(&settings);
	free(text);
}
END_TEST

/* A map of each kind with a key that no table has. */
static const struct {
	const char *section;
	const char *text;
} maps[] = {
	{"", "zzzzzz: 1\n"},
	{"lists", "lists: [{zzzzzz: 1, name: a, path: b}]\n"},
	{"clients", "clients: [{zzzzzz: 1, name: a, networks: 10.0.0.1}]\n"},
	{"actions", "actions: [{zzzzzz: 1, category: a, action: log}]\n"},
	{"log", "log: {zzzzzz: 1}\n"},
	{"dga", "dga: {zzzzzz: 1}\n"},
	{"detect", "detect: {zzzzzz: 1}\n"},
	{"detect", "detect: {tunnel: {zzzzzz: 1}}\n"},
	{"detect", "detect: {chunks: {zzzzzz: 1}}\n"},
	{"detect", "detect: {beacon: {zzzzzz: 1}}\n"},
	{"detect", "detect: {rebinding: {zzzzzz: 1}}\n"},
	{"detect", "detect: {first-seen: {zzzzzz: 1}}\n"},
	{"detect", "detect: {bytes-out: {zzzzzz: 1}}\n"},
	{"detect", "detect: {dga-client: {zzzzzz: 1}}\n"},
	{"rules", "rules: [{zzzzzz: 1, name: a, category: b, types: A}]\n"},
	{"entries", "rules: [{name: a, category: b, any: [{zzzzzz: 1}]}]\n"},
	{"never", "log: {never: {zzzzzz: 1}}\n"},
	{"ede", "actions: [{category: a, action: sinkhole, ede: {zzzzzz: 1}}]\n"},
};

static bool is_one_of(const char *word, const char *words)
{
	return strstr(words, word) != NULL;
}

static bool is_in_this_version(const char *section, const char *key)
{
	char text[256];
	struct dw_settings *settings = NULL;
	bool is_built;

	snprintf(text, sizeof(text),
		section[0] == '\0'            ? "%s%s:\n"
		: is_one_of(section, "log dga detect") ? "%s: {%s: a}\n"
						     : "%s: [{%s: a}]\n",
		section, key);
	settings_write("dnsward.yaml", text);
	is_built = !strstr(settings_complaints(&settings, NULL), "not in this version");
	dw_settings_close(&settings);
	return is_built;
}

static void expect_mention(const char *text, const char *fmt, const char *key, const char *where)
{
	char wanted[128];

	snprintf(wanted, sizeof(wanted), fmt, key);
	ck_assert_msg(strstr(text, wanted) != NULL, "%s does not say \"%s\"", where, wanted);
}

/* The error about the unknown key tells the table. */
START_TEST(every_key_is_described)
{
	char *example = read_built("dnsward.yaml.example"),
	     *manual = read_built("docs/dnsward.yaml.5");
	struct dw_settings *settings = NULL;
	char complaint[1024], whole[256], *keys, *end;
	size_t count = 0;

	snprintf(whole, sizeof(whole), "version: 1\n%s", maps[_i].text);
	settings_write("dnsward.yaml", whole);
	snprintf(complaint, sizeof(complaint), "%s", settings_complaints(&settings, NULL));
	keys = strstr(complaint, "one of ");
	ck_assert_ptr_nonnull(keys);
	keys += strlen("one of ");
	end = strstr(keys, ", or a key of your own");
	ck_assert_ptr_nonnull(end);
	*end = '\0';
	for (char *key = strtok(keys, ", "); key; key = strtok(NULL, ", ")) {
		count++;
		if (!is_in_this_version(maps[_i].section, key))
			continue;
		expect_mention(example, "%s:", key, "the example");
		expect_mention(manual, "Ic %s", key, "the manual");
	}
	ck_assert_uint_ge(count, 2);
	free(example);
	free(manual);
}
END_TEST

START_TEST(folders_are_set)
{
	static const char *const files[] = {
		"dnsward.yaml.example", "docs/dnsward.yaml.5", "docs/unbound.conf.example"};
	char *text = read_built(files[_i]), *at = strchr(text, '@');

	/* no "@word@" is left */
	while (at &&
		!(islower((unsigned char)at[1]) && strcspn(at + 1, "@ \n") == strcspn(at + 1, "@")))
		at = strchr(at + 1, '@');
	ck_assert_msg(!at, "%s: %.20s", files[_i], at);
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("settings_docs");
	TCase *tcase = tcase_create("docs");

	tcase_add_checked_fixture(tcase, settings_setup, settings_teardown);
	tcase_add_test(tcase, example_is_read);
	UNIT_ADD_TABLE(tcase, every_key_is_described, maps);
	tcase_add_loop_test(tcase, folders_are_set, 0, 3);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
