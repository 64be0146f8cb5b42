/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_ready.c: a database that was compiled elsewhere, beside the lists here
 */
#include "dnsward-config.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "dnsward/compile.h"
#include "dnsward/file.h"
#include "dnsward/ready.h"
#include "dnsward/signature.h"
#include "engine_fixture.h"
#include "unit.h"

static struct fixture f;

/* ---- whoever signs ---- */

struct signer {
	struct dw_public_key key;
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	char text[DW_PUBLIC_KEY_TEXT_MAX];
};

static struct signer ours, other;

static void make_signer(struct signer *signer, uint8_t number)
{
	uint8_t seed[crypto_sign_SEEDBYTES] = {number};

	memset(signer->key.id, number, sizeof(signer->key.id));
	crypto_sign_seed_keypair(signer->key.point, signer->secret, seed);
	dw_public_key_to_text(&signer->key, signer->text);
}

static const char *path_of(const char *name)
{
	static char paths[4][256];
	static int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", f.folder, name);
	return path;
}

static char *base64(const uint8_t *bytes, size_t len, char *out, size_t room)
{
	return sodium_bin2base64(out, room, bytes, len, sodium_base64_VARIANT_ORIGINAL);
}

/* As `minisign -S -H` does it. */
static void sign(const struct signer *signer, const char *name, const char *comment)
{
	uint8_t line[2 + 8 + 64] = "ED", text[64 + 256], global[64], hash[64];
	char first[256], second[256], minisig[1024], file[64];
	size_t len, comment_len = strlen(comment);
	char *content;

	ck_assert_int_eq(dw_file_read(path_of(name), 1 << 24, &content, &len, NULL), DW_OK);
	crypto_generichash(hash, sizeof(hash), (const uint8_t *)content, len, NULL, 0);
	free(content);
	memcpy(line + 2, signer->key.id, 8);
	crypto_sign_detached(line + 10, NULL, hash, sizeof(hash), signer->secret);
	memcpy(text, line + 10, 64);
	memcpy(text + 64, comment, comment_len);
	crypto_sign_detached(global, NULL, text, 64 + comment_len, signer->secret);
	snprintf(minisig, sizeof(minisig), "untrusted comment: x\n%s\ntrusted comment: %s\n%s\n",
		base64(line, sizeof(line), first, sizeof(first)), comment,
		base64(global, sizeof(global), second, sizeof(second)));
	snprintf(file, sizeof(file), "%s.minisig", name);
	fixture_write(&f, file, minisig);
}

/* ---- whoever compiles ---- */

/* A database of one list; its category is the list's name. */
static void compile(const char *name, const char *list, const char *content)
{
	char text[512], temporary[64];
	struct dw_compile_options options = {.read_only = true};
	struct dw_compiled compiled;
	struct dw_settings *settings;
	struct dw_error err;

	snprintf(text, sizeof(text), "version: 1\nlists: [{name: %s, path: made.txt, format: adblock}]\n", list);
	fixture_write(&f, "maker.yaml", text);
	fixture_write(&f, "made.txt", content);
	ck_assert_int_eq(
		dw_settings_open(path_of("maker.yaml"), NULL, NULL, NULL, &settings, &err), DW_OK);
	snprintf(temporary, sizeof(temporary), "%s.tmp", name);
	options.database = path_of(temporary);
	ck_assert_msg(dw_compile(settings, &options, &compiled, &err) == DW_OK, "%s", err.text);
	ck_assert_int_eq(rename(path_of(temporary), path_of(name)), 0);
	dw_compiled_clear(&compiled);
	dw_settings_close(&settings);
}

static void offer(const char *content, const char *comment)
{
	compile("ready.dwdb", "feed", content);
	sign(&ours, "ready.dwdb", comment);
}

/* ---- the resolver ---- */

static void write_settings(const char *database)
{
	char text[1024];

	snprintf(text, sizeof(text),
		"version: 1\n"
		"state-dir: state\n"
		"database: {path: ready.dwdb, %s}\n"
		"lists:\n"
		"  - {name: mine, path: mine.txt, format: domains}\n"
		"  - {name: allowed, path: allowed.txt, format: wildcard}\n"
		"actions:\n"
		"  - {category: allowed, action: allow}\n"
		"  - {category: [mine, feed], action: sinkhole}\n"
		"  - {category: database, action: log}\n",
		database);
	fixture_write(&f, "dnsward.yaml", text);
}

static void with_key(const struct signer *signer, const char *more)
{
	char text[256];

	snprintf(text, sizeof(text), "public-key: \"%s\"%s", signer->text, more);
	write_settings(text);
}

static void setup(void)
{
	fixture_setup(&f);
	make_signer(&ours, 7);
	make_signer(&other, 8);
	fixture_write(&f, "mine.txt", "mine.example\n");
	fixture_write(&f, "allowed.txt", "*.fine.example\n");
	with_key(&ours, "");
	offer("ads.example\nbad.fine.example\n/^evil[0-9]+[.]/\n", "serial:7");
}

static void teardown(void)
{
	fixture_teardown(&f);
}

static void must_open(bool read_only)
{
	struct dw_error err;
	enum dw_result res = fixture_open(&f, read_only, &err);

	ck_assert_msg(res == DW_OK, "%s: %s\n%s", err.where, err.text, f.said);
}

static struct dw_verdict decide(const char *name)
{
	return fixture_decide(&f, name, 1, "10.0.0.1", 0);
}

static bool blocked(const char *name)
{
	return decide(name).action == DW_ACTION_SINKHOLE;
}

static void expect_said(const char *what)
{
	ck_assert_msg(strstr(f.said, what) != NULL, "expected '%s' in:\n%s", what, f.said);
}

/* ---- the cases ---- */

static void both_are_in_force(void)
{
	struct dw_verdict verdict = decide("ads.example");
	struct dw_origin origin;
	char pattern[DW_NAME_TEXT_MAX];
	uint8_t wire[DW_NAME_MAX];
	size_t len;

	ck_assert_int_eq(verdict.action, DW_ACTION_SINKHOLE);
	ck_assert_str_eq(verdict.reason.provider->source, "feed");
	ck_assert(dw_db_origin(verdict.reason.provider->db, verdict.reason.hit.rule, &origin));
	ck_assert_ptr_nonnull(strstr(origin.file, "made.txt"));
	ck_assert(blocked("mine.example"));
	verdict = decide("evil12.example");
	ck_assert_int_eq(verdict.action, DW_ACTION_SINKHOLE);
	ck_assert_int_eq(dw_name_from_text("evil12.example", 14, wire, &len, NULL), DW_OK);
	ck_assert_str_eq(dw_verdict_pattern(&verdict, wire, len, pattern), "^evil[0-9]+[.]");
	/* local allow rows hold for both */
	ck_assert_int_eq(decide("bad.fine.example").action, DW_ACTION_ALLOW);
	ck_assert_ptr_nonnull(decide("bad.fine.example").row);
	ck_assert_ptr_null(decide("other.example").row);
}

START_TEST(it_is_asked_beside_the_lists)
{
	must_open(false);
	both_are_in_force();
	fixture_close(&f);
	must_open(true); /* and by who only reads, from the copy that is kept */
	both_are_in_force();
	fixture_close(&f);
	fixture_remove(&f, "state/ready.dwdb");
	must_open(true); /* or without */
	both_are_in_force();
}
END_TEST

START_TEST(the_next_one_is_taken)
{
	must_open(false);
	offer("next.example\n", "serial:8");
	fixture_settle(&f);
	ck_assert(blocked("next.example") && !blocked("ads.example") && blocked("mine.example"));
	fixture_write(&f, "mine.txt", "mine2.example\n");
	fixture_settle(&f);
	ck_assert(blocked("next.example") && blocked("mine2.example"));
}
END_TEST

/* Categories that are not named here have one that is. */
START_TEST(categories_that_are_not_named_here)
{
	compile("ready.dwdb", "strange", "ads.example\n");
	sign(&ours, "ready.dwdb", "serial:7");
	must_open(false);
	ck_assert_int_eq(decide("ads.example").action, DW_ACTION_LOG);
	ck_assert_str_eq(decide("ads.example").reason.provider->source, "strange");
	ck_assert_ptr_null(decide("other.example").row);
	with_key(&ours, ", category: mine");
	fixture_settle(&f);
	ck_assert(blocked("ads.example"));
	ck_assert_str_eq(decide("ads.example").reason.provider->source, "strange");
}
END_TEST

static void altered(void)
{
	char *content;
	size_t len;

	ck_assert_int_eq(dw_file_read(path_of("ready.dwdb"), 1 << 24, &content, &len, NULL), DW_OK);
	content[len / 2] ^= 1;
	ck_assert_int_eq(dw_file_write(path_of("ready.dwdb"), NULL, content, len, NULL), DW_OK);
	free(content);
}

static void not_signed(void)
{
	compile("ready.dwdb", "feed", "evil.example\n");
	fixture_remove(&f, "ready.dwdb.minisig");
}

static void by_other(void)
{
	compile("ready.dwdb", "feed", "evil.example\n");
	sign(&other, "ready.dwdb", "serial:8");
}

static void older(void)
{
	offer("evil.example\n", "serial:6");
}

static void no_database(void)
{
	fixture_write(&f, "ready.dwdb", "evil.example\n");
	sign(&ours, "ready.dwdb", "serial:8");
}

static void gone(void)
{
	fixture_remove(&f, "ready.dwdb");
}

static void cut(void)
{
	char *content;
	size_t len;

	ck_assert_int_eq(dw_file_read(path_of("ready.dwdb"), 1 << 24, &content, &len, NULL), DW_OK);
	ck_assert_int_eq(dw_file_write(path_of("ready.dwdb"), NULL, content, len - 1, NULL), DW_OK);
	free(content);
	sign(&ours, "ready.dwdb", "serial:8");
}

static void too_old(void)
{
	char *content;
	size_t len;
	uint64_t built;

	with_key(&ours, ", max-age: 1d");
	fixture_settle(&f);
	compile("ready.dwdb", "feed", "evil.example\n");
	ck_assert_int_eq(dw_file_read(path_of("ready.dwdb"), 1 << 24, &content, &len, NULL), DW_OK);
	memcpy(&built, content + 40, sizeof(built)); /* docs/database.md */
	built -= 90000;
	memcpy(content + 40, &built, sizeof(built));
	crypto_generichash((uint8_t *)content + 992, 32, (const uint8_t *)content, 992, NULL, 0);
	ck_assert_int_eq(dw_file_write(path_of("ready.dwdb"), NULL, content, len, NULL), DW_OK);
	free(content);
	sign(&ours, "ready.dwdb", "serial:8");
}

static const struct {
	void (*spoil)(void);
	const char *said;
} refused[] = {
	{not_signed, "not signed"},
	{altered, "the content is not what was signed"},
	{by_other, "signed by key"},
	{older, "serial 6; expected 7 or later"},
	{no_database, "ready.dwdb: "},
	{cut, "ready.dwdb: "},
	{gone, "cannot open"},
	{too_old, "max-age allows 86400"},
};

START_TEST(the_last_good_one_stays)
{
	must_open(false);
	fixture_settle(&f);
	fixture_forget_said(&f);
	refused[_i].spoil();
	fixture_settle(&f);
	ck_assert(blocked("ads.example") && blocked("mine.example") && !blocked("evil.example"));
	expect_said(refused[_i].said);
	expect_said("its last good copy serves");
	/* also after a start */
	fixture_close(&f);
	fixture_forget_said(&f);
	must_open(false);
	ck_assert(blocked("ads.example") && blocked("mine.example") && !blocked("evil.example"));
	fixture_settle(&f);
	ck_assert(blocked("ads.example") && !blocked("evil.example"));
	expect_said(refused[_i].said);
	offer("next.example\n", "serial:8");
	fixture_settle(&f);
	ck_assert(blocked("next.example"));
}
END_TEST

START_TEST(a_copy_is_kept_with_its_signature)
{
	char *signature;
	size_t len;

	must_open(false);
	ck_assert_int_eq(dw_file_read(path_of("state/ready.dwdb.minisig"), DW_SIGNATURE_FILE_MAX,
				 &signature, &len, NULL),
		DW_OK);
	fixture_remove(&f, "state/ready.dwdb.minisig");
	ck_assert_int_eq(mkdir(path_of("state/ready.dwdb.minisig"), 0700), 0); /* in its way */
	offer("next.example\n", "serial:8");
	fixture_settle(&f);
	ck_assert(blocked("ads.example") && !blocked("next.example"));
	fixture_close(&f);
	ck_assert_int_eq(rmdir(path_of("state/ready.dwdb.minisig")), 0);
	fixture_write(&f, "state/ready.dwdb.minisig", signature);
	free(signature);
	gone();
	must_open(false);
	ck_assert(blocked("ads.example") && !blocked("next.example"));
}
END_TEST

START_TEST(refused_at_the_first_start)
{
	altered();
	must_open(false);
	ck_assert(!blocked("ads.example") && blocked("mine.example"));
	expect_said("there is no last good copy of it");
}
END_TEST

START_TEST(a_new_key_begins_its_own_serials)
{
	must_open(false);
	compile("ready.dwdb", "feed", "next.example\n");
	sign(&other, "ready.dwdb", "serial:1");
	with_key(&other, "");
	fixture_settle(&f);
	ck_assert(blocked("next.example") && !blocked("ads.example"));
}
END_TEST

START_TEST(it_goes_with_its_setting)
{
	must_open(false);
	fixture_write(&f, "dnsward.yaml",
		"version: 1\nstate-dir: state\n"
		"lists: [{name: mine, path: mine.txt, format: domains}]\n"
		"actions: [{category: mine, action: sinkhole}]\n");
	fixture_settle(&f);
	ck_assert(blocked("mine.example") && !blocked("ads.example"));
	with_key(&ours, "");
	fixture_settle(&f);
	ck_assert(blocked("ads.example"));
}
END_TEST

/* What was too old is not for who waits longer, or by a clock that was ahead. */
START_TEST(too_old_does_not_stay_too_old)
{
	const bool by_clock = _i == 1;

	with_key(&ours, ", max-age: 1d");
	atomic_store(&fixture_ahead, 2L * 86400);
	must_open(false);
	fixture_settle(&f);
	ck_assert(!blocked("ads.example"));
	expect_said("max-age allows 86400");
	if (by_clock)
		atomic_store(&fixture_ahead, 0);
	else
		with_key(&ours, ", max-age: 3d");
	usleep(1500000);
	fixture_settle(&f);
	ck_assert(blocked("ads.example"));
}
END_TEST

START_TEST(a_copy_that_went_with_the_state_dir_is_made_again)
{
	must_open(false);
	fixture_settle(&f);
	ck_assert_int_eq(rename(path_of("state"), path_of("gone")), 0);
	fixture_settle(&f);
	ck_assert(blocked("ads.example"));
	fixture_close(&f);
	gone();
	must_open(false);
	ck_assert(blocked("ads.example"));
}
END_TEST

/* What a refresh would write again. */
static bool refreshes_at_rest(void)
{
	fixture_settle(&f);
	fixture_remove(&f, "state/last-good.yaml");
	sleep(5);
	return access(path_of("state/last-good.yaml"), F_OK) == 0;
}

START_TEST(it_is_news_but_once)
{
	must_open(false);
	ck_assert(!refreshes_at_rest());
	offer("next.example\n", "serial:8");
	fixture_settle(&f);
	ck_assert(blocked("next.example"));
	ck_assert(!refreshes_at_rest());
	altered();
	fixture_settle(&f);
	ck_assert(!refreshes_at_rest());
	fixture_close(&f);
	must_open(false);
	ck_assert(!refreshes_at_rest());
}
END_TEST

START_TEST(settings_are_kept_with_it)
{
	must_open(false);
	fixture_close(&f);
	fixture_write(&f, "dnsward.yaml", "version: 1\nstate-dir: state\nlists: [\n");
	must_open(false);
	ck_assert(blocked("ads.example") && blocked("mine.example"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ready-made database");
	TCase *tcase = tcase_create("ready-made database");

	if (sodium_init() < 0)
		return 1;
	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, it_is_asked_beside_the_lists);
	tcase_add_test(tcase, the_next_one_is_taken);
	tcase_add_test(tcase, categories_that_are_not_named_here);
	UNIT_ADD_TABLE(tcase, the_last_good_one_stays, refused);
	tcase_add_test(tcase, a_copy_is_kept_with_its_signature);
	tcase_add_test(tcase, refused_at_the_first_start);
	tcase_add_test(tcase, a_new_key_begins_its_own_serials);
	tcase_add_test(tcase, it_goes_with_its_setting);
	tcase_add_loop_test(tcase, too_old_does_not_stay_too_old, 0, 2);
	tcase_add_test(tcase, a_copy_that_went_with_the_state_dir_is_made_again);
	tcase_add_test(tcase, it_is_news_but_once);
	tcase_add_test(tcase, settings_are_kept_with_it);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
