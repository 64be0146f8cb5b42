/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_settings_files.c: settings in several files, hostile ones, and no memory
 */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dnsward/state_dir.h"
#include "settings_fixture.h"
#include "settings_show.h"
#include "unit.h"

/* ---- include ---- */

START_TEST(adds_up_sections)
{
	settings_write("more/20.yaml", "lists: [{name: c, path: c.txt}]\n"
				       "actions: [{category: a, action: allow}]\n");
	settings_write("more/10.yaml", "version: 1\nlists: [{name: b, path: ../b.txt}]\n"
				       "include: sub/*.yaml\nstate-dir: s\nlog: {queries: all}\n"
				       "actions: [{list: a, clients: g, action: log}]\n");
	settings_write("more/note.txt", "not: settings\n");
	settings_expect_good("include: [more/*.yaml, nothing*.yaml, absent/*.yaml]\n"
			     "lists: [{name: a, path: a.txt}]\nlog: {path: q}\n"
			     "clients: [{name: g, networks: 10.0.0.0/8}]\n"
			     "actions: [{category: [b, c], action: sinkhole}]\n",
		"state-dir more/s\non-mismatch pass\nfile dnsward.yaml\nfile more/10.yaml\n"
		"file more/20.yaml\n");
	settings_expect_good("include: [more/*.yaml]\nlists: [{name: a, path: a.txt}]\n"
			     "log: {path: q}\nclients: [{name: g, networks: 10.0.0.0/8}]\n"
			     "actions: [{category: [b, c], action: sinkhole}]\n",
		"list a a.txt auto category=a at dnsward.yaml:3\n"
		"list b more/../b.txt auto category=b at more/10.yaml:2\n"
		"list c more/c.txt auto category=c at more/20.yaml:1\n"
		"categories a b c\n"
		"group g 10.0.0.0/8\n"
		"row 1 category=b,c -> sinkhole nxdomain ttl=10 at dnsward.yaml:6\n"
		"row 2 any client=g list=a -> log at more/10.yaml:6\n"
		"row 3 category=a -> allow at more/20.yaml:2\n"
		"dry-run\nlog more/s/q queries=all clients=full\n");
}
END_TEST

START_TEST(reads_each_file_once)
{
	/* patterns pass over what was read: the main file, what they name twice */
	settings_write("a.yaml", "include: \"*.yaml\"\nlists: [{name: a, path: a}]\n");
	settings_write("b.yaml", "include: [a*.yaml]\nlists: [{name: b, path: b}]\n");
	settings_expect_good("include: [b.yaml, \"*.yaml\"]\n",
		"file dnsward.yaml\nfile b.yaml\nfile a.yaml\noffset");
	/* a path that is named says something that cannot be */
	settings_write("b.yaml", "lists: [{name: b, path: b}]\ninclude: a.yaml\n");
	settings_write("a.yaml", "include: [b.yaml]\n");
	settings_expect_bad("include: a.yaml\n", "b.yaml:2: include: found \"a.yaml\"; expected a "
						 "file that was not read already\n");
	settings_write("a.yaml", "");
	settings_expect_bad("include: [a.yaml,\n ./a.yaml, dnsward.yaml]\n",
		"dnsward.yaml:3: include: found \"./a.yaml\"; expected a file that was not read "
		"already\n"
		"dnsward.yaml:3: include: found \"dnsward.yaml\"; expected a file that was not "
		"read "
		"already\n");
}
END_TEST

START_TEST(refuses_scalars_twice)
{
	settings_write("a.yaml", "state-dir: b\nlog: {path: x, queries: all}\ndry-run: yes\n");
	settings_expect_bad("include: a.yaml\nstate-dir: b\nlog: {path: y}\ndry-run: [q]\n",
		"a.yaml:1: state-dir: given again; it stands in dnsward.yaml:3 already\n"
		"a.yaml:2: log.path: given again; it stands in dnsward.yaml:4 already\n"
		"a.yaml:3: dry-run: given again; it stands in dnsward.yaml:5 already\n");
}
END_TEST

START_TEST(tells_of_all_files)
{
	char path[128];

	settings_write("1.yaml", "lists: {\n");
	settings_write("2.yaml", "- a\n");
	settings_write("3.yaml", "version: 2\nlits: []\n");
	settings_write("4.yaml", "");
	settings_write("d/x", "");
	settings_expect_bad("include: [1.yaml, 2.yaml, 3.yaml, 4.yaml, 5.yaml, d]\nactions: 1\n",
		"dnsward.yaml:2: include: found \"5.yaml\": cannot open: No such file or "
		"directory; expected a file or a pattern\n"
		"dnsward.yaml:2: include: found \"d\": not a regular file; expected a file or a "
		"pattern\n"
		"dnsward.yaml:3: actions: found \"1\"; expected a list of rows, each a map with "
		"conditions and an action\n"
		"1.yaml:2: did not find expected node content\n"
		"2.yaml:1: found a list; expected settings: lines of \"key: value\"\n"
		"3.yaml:1: version: found \"2\"; expected 1, the version of settings that is read "
		"here\n"
		"3.yaml:2: unknown key \"lits\"; did you mean \"lists\"?\n");
	/* nobody waits for a FIFO */
	snprintf(path, sizeof(path), "%s/fifo", settings_folder);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	settings_expect_bad("include: fifo\nclients: [{name: g, path: fifo}]\n",
		"dnsward.yaml:2: include: found \"fifo\": not a regular file; expected a file or a "
		"pattern\n"
		"dnsward.yaml:3: clients.path: found \"fifo\": not a regular file; expected a file "
		"of networks, one a line\n");
}
END_TEST

static void write_chain(int length)
{
	for (int i = 1; i <= length; i++) {
		char name[32], text[64];

		snprintf(name, sizeof(name), "%d.yaml", i);
		snprintf(text, sizeof(text), "x-no: %d\ninclude: %d.yaml\n", i, i + 1);
		settings_write(name, i < length ? text : "lists: [{name: last, path: p}]\n");
	}
}

START_TEST(goes_only_so_deep)
{
	write_chain(8);
	settings_expect_good("include: 1.yaml\n", "list last p auto category=last at 8.yaml:1\n");
	write_chain(9);
	settings_expect_bad("include: 1.yaml\n",
		"8.yaml:2: include: found one in a file 8 includes "
		"deep; expected at most 8\n");
}
END_TEST

START_TEST(takes_folders_as_they_are_called)
{
	settings_write("[a]*/one.yaml", "include: t*.yaml\n");
	settings_write("[a]*/two.yaml", "lists: [{name: t, path: p}]\n");
	settings_expect_good("include: \"[[]a]*/one.yaml\"\n", "list t [a]*/p auto");
}
END_TEST

START_TEST(needs_a_version)
{
	struct dw_settings *settings = NULL;

	settings_write("dnsward.yaml", "lists: []\n");
	ck_assert_str_eq(settings_complaints(&settings, NULL),
		"dnsward.yaml:1: version: found nothing; "
		"expected \"version: 1\" in the main file\n");
	settings_write("dnsward.yaml", "");
	ck_assert_str_eq(settings_complaints(&settings, NULL),
		"dnsward.yaml:1: version: found nothing; "
		"expected \"version: 1\" in the main file\n");
	settings_write("dnsward.yaml", "version: 1.0\n");
	ck_assert_str_eq(settings_complaints(&settings, NULL),
		"dnsward.yaml:1: version: found \"1.0\"; expected 1, the version of settings that "
		"is read here\n");
	settings_teardown();
	ck_assert_str_eq(settings_complaints(&settings, NULL),
		"dnsward.yaml: cannot open: No such file or directory\n");
}
END_TEST

/* ---- files of networks ---- */

START_TEST(reads_networks)
{
	settings_write("g.txt", "\xef\xbb\xbf# guests\n\n 192.0.2.0/24 \t# wifi\r\n2001:db8::/32\n10.0.0.1");
	settings_expect_good("clients: [{name: g, path: g.txt, networks: 10.0.0.2}]\n",
		"group g 10.0.0.2/32 192.0.2.0/24 2001:db8::/32 10.0.0.1/32\n");
	settings_expect_good(
		"clients: [{name: g, path: g.txt}]\n", "file dnsward.yaml\nfile g.txt\noffset");
	settings_write("empty.txt", "# none yet\n");
	settings_expect_warnings("clients: [{name: e, path: empty.txt}]\n"
				 "actions: [{clients: e, action: log}]\n",
		"dnsward.yaml:2: clients: the group \"e\" has no networks\n");
	settings_write("bad.txt", "10.0.0.0/8\n10.0.0.1/8\n\nguest 10.0.0.1\n");
	settings_expect_bad("clients: [{name: g, path: bad.txt}]\nlog: x\n",
		"dnsward.yaml:3: log: found \"x\"; expected a map with path, queries, clients, sample or never\n"
		"bad.txt:2: clients.path: \"10.0.0.1/8\" has bits set beyond its prefix; write "
		"10.0.0.0/8 for the network or 10.0.0.1 for the address alone\n"
		"bad.txt:4: clients.path: \"guest 10.0.0.1\" is no network; expected an address "
		"like "
		"192.0.2.1 or 2001:db8::1, or one with a prefix length like 192.0.2.0/24\n");
	settings_expect_bad("clients: [{name: g, path: no.txt}]\n",
		"dnsward.yaml:2: clients.path: found \"no.txt\": cannot open: No such file or "
		"directory; expected a file of networks, one a line\n");
}
END_TEST

START_TEST(knows_groups_of_many_networks)
{
	enum { NETS = 10000 };
	char *text = malloc(NETS * 32), *end = text;
	struct dw_settings *settings = NULL;
	struct dw_addr client;

	for (int i = 0; i < NETS; i++)
		end += sprintf(end, "10.%d.%d.0/25\n", i / 256, i % 256);
	settings_write("g.txt", text);
	settings_write("dnsward.yaml", "version: 1\nclients: [{name: g, path: g.txt},"
				       "{name: h, networks: [10.5.0.0/16, \"2001:db8::/32\"]}]\n");
	ck_assert_str_eq(settings_complaints(&settings, NULL), "");
	for (int i = 0; i < 65536; i++) {
		uint64_t expected = (i < NETS ? 1 : 0) | (i / 256 == 5 ? 2 : 0);
		char address[32];

		sprintf(address, "10.%d.%d.127", i / 256, i % 256);
		if (!dw_addr_from_text(address, strlen(address), &client) ||
			dw_settings_groups_of(settings, &client) != expected)
			ck_abort_msg("%s", address);
		client.bytes[15] = 128;
		if (dw_settings_groups_of(settings, &client) != (expected & 2))
			ck_abort_msg("%s, one beyond", address);
	}
	dw_settings_close(&settings);
	free(text);
}
END_TEST

/* ---- chroot ---- */

START_TEST(puts_a_chroot_before_absolute_paths)
{
	struct dw_settings *settings = NULL;
	char chroot[80], *shown;

	snprintf(chroot, sizeof(chroot), "%s/", settings_folder);
	settings_write("etc/x.yaml", "lists: [{name: x, path: x.txt}]\n");
	settings_write("dnsward.yaml", "version: 1\ninclude: [/etc/*.yaml]\nstate-dir: /var\n"
				       "log: {path: \"unix:/run/l\"}\n"
				       "lists: [{name: a, path: /a.txt}]\n");
	/* the main file is below the chroot already */
	ck_assert_str_eq(settings_complaints(&settings, chroot), "");
	shown = settings_show(settings, settings_folder);
	ck_assert_msg(strstr(shown, "state-dir var\n") && strstr(shown, "file etc/x.yaml\n") &&
			      strstr(shown, "list a a.txt ") && strstr(shown, "list x etc/x.txt "),
		"%s", shown);
	ck_assert_int_eq(strncmp(settings->log.path, "unix:/tmp/", 10), 0);
	free(shown);
	dw_settings_close(&settings);
	ck_assert_int_eq(
		dw_settings_open("/dnsward.yaml", chroot, NULL, NULL, &settings, NULL), DW_OK);
	dw_settings_close(&settings);
	/* a relative path starts where we are, and stays there */
	ck_assert_int_eq(chdir(settings_folder), 0);
	settings_write("dnsward.yaml", "version: 1\nstate-dir: s\n");
	ck_assert_int_eq(
		dw_settings_open("dnsward.yaml", NULL, NULL, NULL, &settings, NULL), DW_OK);
	ck_assert_int_eq(chdir("/"), 0);
	shown = settings_show(settings, settings_folder);
	ck_assert_msg(strstr(shown, "path dnsward.yaml\nstate-dir s\n") == shown, "%s", shown);
	free(shown);
	dw_settings_close(&settings);
}
END_TEST

/* ---- too much ---- */

static char *repeat(const char *head, const char *item, int count)
{
	size_t room = strlen(head) + (strlen(item) + 8) * (size_t)count + 1;
	char *text = malloc(room), *end = text + sprintf(text, "%s", head);

	for (int i = 0; i < count; i++)
		end += snprintf(end, room - (size_t)(end - text), item, i);
	return text;
}

static void expect_last(const char *text, const char *last)
{
	struct dw_settings *settings = NULL;
	const char *complaints;

	settings_write("dnsward.yaml", text);
	complaints = settings_complaints(&settings, NULL);
	ck_assert_uint_ge(strlen(complaints), strlen(last));
	ck_assert_str_eq(complaints + strlen(complaints) - strlen(last), last);
}

START_TEST(has_limits)
{
	char *text = repeat("version: 1\nlists:\n", "- {name: l%d, path: p, category: c}\n", 257);

	expect_last(text, "dnsward.yaml:259: lists: found more than 256 lists\n");
	free(text);
	text = repeat("version: 1\nclients:\n", "- {name: g%d, networks: 10.0.0.1}\n", 65);
	expect_last(text, "dnsward.yaml:67: clients: found more than 64 groups\n");
	free(text);
	text = repeat("version: 1\nactions:\n", "- {category: c%d, action: log}\n", 257);
	expect_last(text,
		"dnsward.yaml:259: actions.category: found \"c256\"; expected at most 256 "
		"categories\n");
	free(text);
	text = repeat("version: 1\nactions:\n", "- {rule: r%d, action: log}\n", 4097);
	expect_last(text, "dnsward.yaml:4099: actions: found more than 4096 rows\n");
	free(text);
	text = repeat("version: 1\nactions: [{action: log, types: [A", ", TYPE%d", 33);
	settings_write("dnsward.yaml", text);
	text = realloc(text, strlen(text) + 8);
	strcat(text, "]}]\n");
	expect_last(text,
		"dnsward.yaml:2: actions.types: found \"TYPE32\"; expected at most 32 types "
		"in a row\n");
	free(text);
	text = repeat("version: 1\n", "k%d: x\n", 1000);
	expect_last(text, "dnsward.yaml: 900 more errors\n");
	free(text);
}
END_TEST

START_TEST(bears_bombs)
{
	char *text = calloc(1, 4096), *huge = malloc((17 << 20) + 1);

	/* aliases of aliases */
	strcpy(text, "version: 1\nx-0: &a0 {category: any, action: log}\n");
	for (int i = 1; i < 12; i++) {
		sprintf(text + strlen(text), "x-%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			sprintf(text + strlen(text), "%s*a%d", k ? ", " : "", i - 1);
		strcat(text, "]\n");
	}
	strcat(text, "actions: *a11\n");
	expect_last(text, "dnsward.yaml:8: more than 1000000 values, aliases counted as what they "
			  "stand for\n");
	free(text);
	/* few nodes, many uses: the rows have a limit of their own */
	text = repeat("version: 1\nx-0: &row {category: any, action: log}\nactions:\n", "- *row\n",
		100000);
	expect_last(text, "dnsward.yaml:2: actions: found more than 4096 rows\n");
	free(text);
	text = repeat("version: 1\nactions: ", "[", 100);
	expect_last(text, "dnsward.yaml:2: nested deeper than 32 levels\n");
	free(text);
	memset(huge, '#', 17 << 20);
	huge[17 << 20] = '\0';
	expect_last(huge, "dnsward.yaml: larger than 16777216 bytes\n");
	free(huge);
}
END_TEST

/* ---- warnings that hang on files ---- */

START_TEST(warns_of_open_files)
{
	char path[128];

	settings_write("g.txt", "10.0.0.1\n");
	settings_write("s/x", "");
	snprintf(path, sizeof(path), "%s/g.txt", settings_folder);
	ck_assert_int_eq(chmod(path, 0666), 0);
	snprintf(path, sizeof(path), "%s/s", settings_folder);
	ck_assert_int_eq(chmod(path, 0777), 0);
	settings_expect_warnings("clients: [{name: g, path: g.txt}]\nstate-dir: s\n"
				 "actions: [{clients: g, action: log}]\n",
		"g.txt: every user of this machine may write this file; expected mode 644 or less\n"
		"s: every user of this machine may write this folder, the state-dir; expected mode "
		"755 or less\n");
}
END_TEST

/* The state-dir itself is made where it is missing, no other folder is. */
START_TEST(warns_of_no_place_for_the_log)
{
	settings_expect_warnings("state-dir: s\nlog: {path: a/q.jsonl}\n",
		"s/a: log.path: as this user no file can be made in it: No such file or directory\n");
	settings_expect_warnings("state-dir: s\nlog: {path: q.jsonl}\n", "");
	settings_expect_warnings("log: {path: stderr}\n", "");
	settings_expect_warnings("log: {path: unix:/nowhere/x}\n", "");
}
END_TEST

/* ---- whether state-dir can be used ---- */

/* What there was to say of it: "", "nobody" or "others", who may. */
static const char *refused(const char *name)
{
	char path[128];
	struct dw_settings settings = {.state_dir = path};
	bool others_may = true;

	snprintf(path, sizeof(path), "%s/%s", settings_folder, name);
	if (dw_state_dir_try(&settings, &others_may, NULL) == DW_OK)
		return "";
	return others_may ? "others" : "nobody";
}

START_TEST(knows_who_can_use_a_state_dir)
{
	bool root = geteuid() == 0;
	char path[128];

	settings_write("file", "");
	settings_write("shut/file", "");
	settings_write("half/lists", "");
	snprintf(path, sizeof(path), "%s/shut", settings_folder);
	ck_assert_str_eq(refused("new"), "");
	ck_assert_str_eq(refused("shut"), "");
	ck_assert_str_eq(refused("gone/new"), "nobody");
	ck_assert_str_eq(refused("file"), "nobody");
	ck_assert_str_eq(refused("file/new"), "nobody");
	ck_assert_str_eq(refused("half"), "nobody");
	ck_assert_int_eq(chmod(settings_folder, 0755), 0);
	ck_assert_int_eq(chmod(path, 0555), 0);
	ck_assert(!root || seteuid(65534) == 0);
	ck_assert_str_eq(refused("shut"), "others");
	ck_assert_str_eq(refused("shut/new"), "others");
	ck_assert_str_eq(refused("gone/new"), "nobody");
	ck_assert(!root || seteuid(0) == 0);
	ck_assert_int_eq(chmod(path, 0755), 0);
}
END_TEST

START_TEST(finds_by_name)
{
	struct dw_settings *settings = NULL;
	size_t number = 99;

	settings_write("dnsward.yaml", "version: 1\nlists: [{name: a, path: p, category: x},"
				       "{name: b, path: p, category: y}]\n");
	ck_assert_str_eq(settings_complaints(&settings, NULL), "");
	ck_assert(dw_settings_list(settings, "b", &number));
	ck_assert_uint_eq(number, 1);
	ck_assert(!dw_settings_list(settings, "x", &number));
	ck_assert(dw_settings_category(settings, "x", &number));
	ck_assert_uint_eq(number, 0);
	ck_assert(!dw_settings_category(settings, "b", &number));
	ck_assert_uint_eq(number, 0);
	dw_settings_close(&settings);
	dw_settings_close(&settings);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("settings_files");
	TCase *tcase = tcase_create("files");

	tcase_add_checked_fixture(tcase, settings_setup, settings_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, adds_up_sections);
	tcase_add_test(tcase, reads_each_file_once);
	tcase_add_test(tcase, refuses_scalars_twice);
	tcase_add_test(tcase, tells_of_all_files);
	tcase_add_test(tcase, goes_only_so_deep);
	tcase_add_test(tcase, takes_folders_as_they_are_called);
	tcase_add_test(tcase, needs_a_version);
	tcase_add_test(tcase, reads_networks);
	tcase_add_test(tcase, knows_groups_of_many_networks);
	tcase_add_test(tcase, puts_a_chroot_before_absolute_paths);
	tcase_add_test(tcase, has_limits);
	tcase_add_test(tcase, bears_bombs);
	tcase_add_test(tcase, warns_of_open_files);
	tcase_add_test(tcase, warns_of_no_place_for_the_log);
	tcase_add_test(tcase, knows_who_can_use_a_state_dir);
	tcase_add_test(tcase, finds_by_name);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
