/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of pseudonyms: the same all day, others the next, and keys that come and go
 */
#include "dnsward-config.h"
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "dnsward/pseudonym.h"
#include "unit.h"

static const int64_t day = INT64_C(86400) * 1000000;
static const int64_t now = INT64_C(1767323045) * 1000000; /* 2026-01-02T03:04:05Z */

static char folder[64], said[1024];
static struct dw_pseudonyms *pseudonyms;
static struct dw_error err;

static void hear(void *arg, enum dw_say_level level, const char *text)
{
	(void)arg;
	(void)level;
	snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s\n", text);
}

static void start(void)
{
	dw_pseudonyms_free(&pseudonyms);
	pseudonyms = dw_pseudonyms_new(folder, (struct dw_speaker){.line = hear});
	ck_assert_ptr_nonnull(pseudonyms);
}

static void setup(void)
{
	strcpy(folder, "/tmp/dnsward-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	said[0] = '\0';
	start();
}

static void teardown(void)
{
	char command[96];

	dw_pseudonyms_free(&pseudonyms);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static struct dw_addr address(const char *text)
{
	struct dw_addr addr;

	ck_assert(dw_addr_from_text(text, strlen(text), &addr));
	return addr;
}

static const char *make(int64_t time, const char *text, char out[DW_ADDR_TEXT_MAX])
{
	struct dw_addr addr = address(text), hidden = dw_pseudonym_make(pseudonyms, time, &addr);

	return dw_addr_to_text(&hidden, out);
}

/* How many files fit `pattern` in the folder. */
static size_t files(const char *pattern)
{
	char path[128];
	glob_t found;

	snprintf(path, sizeof(path), "%s/%s", folder, pattern);
	size_t count = glob(path, 0, NULL, &found) == 0 ? found.gl_pathc : 0;
	if (count > 0)
		globfree(&found);
	return count;
}

START_TEST(one_a_day_for_each_client)
{
	char first[DW_ADDR_TEXT_MAX], again[DW_ADDR_TEXT_MAX], other[DW_ADDR_TEXT_MAX],
		next[DW_ADDR_TEXT_MAX];

	make(now, "192.0.2.7", first);
	make(now + day / 2, "192.0.2.7", again);
	make(now, "192.0.2.8", other);
	make(now + day, "192.0.2.7", next);
	ck_assert_str_eq(first, again);
	ck_assert_str_ne(first, other);
	ck_assert_str_ne(first, next);
	ck_assert_msg(strncmp(first, "fd", 2) == 0, "%s", first);
	make(now, "2001:db8::7", other);
	ck_assert_msg(strncmp(other, "fd", 2) == 0, "%s", other);
	make(now, first, again); /* one that is in fd00::/8 itself */
	ck_assert_str_ne(first, again);
	/* an event of yesterday that is written today */
	make(now, "192.0.2.7", again);
	ck_assert_str_eq(first, again);
	ck_assert_str_eq(said, "");
}
END_TEST

START_TEST(day_ends_at_midnight_utc)
{
	char last[DW_ADDR_TEXT_MAX], first[DW_ADDR_TEXT_MAX], same[DW_ADDR_TEXT_MAX];
	int64_t midnight = (now / day + 1) * day;

	make(now, "192.0.2.7", same);
	make(midnight - 1, "192.0.2.7", last);
	make(midnight, "192.0.2.7", first);
	ck_assert_str_eq(last, same);
	ck_assert_str_ne(last, first);
}
END_TEST

START_TEST(key_outlives_a_restart_and_is_for_its_owner_alone)
{
	char before[DW_ADDR_TEXT_MAX], after[DW_ADDR_TEXT_MAX], path[128];
	struct stat st;

	make(now, "192.0.2.7", before);
	start();
	make(now, "192.0.2.7", after);
	ck_assert_str_eq(before, after);
	snprintf(path, sizeof(path), "%s/client-key.2026-01-02", folder);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_uint_eq(files(".client-key*"), 0);
}
END_TEST

START_TEST(two_engines_have_one_key)
{
	char one[DW_ADDR_TEXT_MAX], two[DW_ADDR_TEXT_MAX];
	struct dw_pseudonyms *other = pseudonyms;

	make(now, "192.0.2.7", one);
	pseudonyms = NULL;
	start();
	make(now, "192.0.2.7", two);
	ck_assert_str_eq(one, two);
	dw_pseudonyms_free(&other);
}
END_TEST

START_TEST(reader_finds_todays_and_yesterdays)
{
	char made[DW_ADDR_TEXT_MAX], found[DW_ADDR_TEXT_MAX];
	struct dw_addr addr = address("192.0.2.7"), hidden;

	make(now, "192.0.2.7", made);
	make(now + day, "192.0.2.7", found);
	ck_assert_int_eq(dw_pseudonym_find(folder, now + 5, &addr, &hidden, &err), DW_OK);
	ck_assert_str_eq(dw_addr_to_text(&hidden, found), made);
	make(now + day, "192.0.2.7", made);
	ck_assert_int_eq(dw_pseudonym_find(folder, now + day, &addr, &hidden, &err), DW_OK);
	ck_assert_str_eq(dw_addr_to_text(&hidden, found), made);
	ck_assert_int_eq(
		dw_pseudonym_find(folder, now + 2 * day, &addr, &hidden, &err), DW_ERR_NOT_FOUND);
}
END_TEST

START_TEST(keys_before_yesterday_are_removed)
{
	char text[DW_ADDR_TEXT_MAX], command[384];

	for (int64_t i = 0; i < 5; i++)
		make(now + i * day, "192.0.2.7", text);
	snprintf(command, sizeof(command),
		"touch %s/client-key.mine %s/status %s/.client-key.young && "
		"touch -d '2 hours ago' %s/.client-key.AbCdEf",
		folder, folder, folder, folder);
	ck_assert_int_eq(system(command), 0);
	ck_assert_uint_eq(files("client-key.2026*"), 5);
	dw_pseudonyms_tidy(pseudonyms, now + 4 * day);
	ck_assert_uint_eq(files("client-key.2026*"), 2);
	ck_assert_uint_eq(files("client-key.2026-01-05"), 1);
	ck_assert_uint_eq(files("client-key.2026-01-06"), 1);
	ck_assert_uint_eq(files(".client-key.AbCdEf"), 0); /* what a killed one left */
	ck_assert_uint_eq(files(".client-key.young"), 1);  /* what another one may be making */
	ck_assert_uint_eq(files("client-key.mine") + files("status"), 2);
}
END_TEST

START_TEST(damaged_key_is_replaced)
{
	static const char *const damages[] = {"", "00", "zz",
		"00112233445566778899aabbccddeeff00112233445566778899aabbccddeef\n\n"};
	char before[DW_ADDR_TEXT_MAX], after[DW_ADDR_TEXT_MAX], again[DW_ADDR_TEXT_MAX], path[128];

	snprintf(path, sizeof(path), "%s/client-key.2026-01-02", folder);
	make(now, "192.0.2.7", before);
	FILE *f = fopen(path, "w");
	fputs(damages[_i], f);
	fclose(f);
	start();
	make(now, "192.0.2.7", after);
	ck_assert_str_ne(before, after);
	start();
	ck_assert_str_eq(make(now, "192.0.2.7", again), after);
}
END_TEST

/* A folder that is not there: nobody can write it, root neither. */
START_TEST(without_a_folder_a_key_in_memory_serves)
{
	char one[DW_ADDR_TEXT_MAX], two[DW_ADDR_TEXT_MAX];
	char where[64];

	strcpy(where, folder);
	strcat(folder, "/no/such");
	start();
	make(now, "192.0.2.7", one);
	make(now, "192.0.2.7", two);
	strcpy(folder, where);
	ck_assert_str_eq(one, two);
	ck_assert_msg(strncmp(one, "fd", 2) == 0, "%s", one);
	ck_assert_msg(strstr(said, "a key in memory serves") != NULL, "%s", said);
	ck_assert_ptr_eq(strchr(said, '\n'), said + strlen(said) - 1); /* once */
	dw_pseudonyms_move(pseudonyms, folder);
	make(now, "192.0.2.7", two);
	ck_assert_uint_eq(files("client-key.2026-01-02"), 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pseudonym");
	TCase *tc = tcase_create("pseudonym");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, one_a_day_for_each_client);
	tcase_add_test(tc, day_ends_at_midnight_utc);
	tcase_add_test(tc, key_outlives_a_restart_and_is_for_its_owner_alone);
	tcase_add_test(tc, two_engines_have_one_key);
	tcase_add_test(tc, reader_finds_todays_and_yesterdays);
	tcase_add_test(tc, keys_before_yesterday_are_removed);
	tcase_add_loop_test(tc, damaged_key_is_replaced, 0, 4);
	tcase_add_test(tc, without_a_folder_a_key_in_memory_serves);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
