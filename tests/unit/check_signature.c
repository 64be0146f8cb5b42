/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_signature.c: minisign keys and signatures: what holds, and what is refused
 */
#include "dnsward-config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/file.h"
#include "dnsward/signature.h"
#include "list_lines.h"
#include "signed_lists.h"
#include "unit.h"

static struct dw_public_key key_of(const char *text)
{
	struct dw_public_key key;

	ck_assert_int_eq(dw_public_key_from_text(text, strlen(text), &key, NULL), DW_OK);
	return key;
}

/* Read and verify; the signature in `out`. */
static enum dw_result check(const char *minisig, size_t len, const char *key, const char *content,
	size_t content_len, struct dw_signature *out, struct dw_error *err)
{
	struct dw_public_key public_key = key_of(key);
	enum dw_result result = dw_signature_from_text("x.minisig", minisig, len, out, err);

	return result == DW_OK ? dw_signature_verify(out, &public_key, content, content_len, "x", err)
			       : result;
}

/* ---- keys ---- */

START_TEST(keys)
{
	struct dw_public_key line = key_of(signed_key), file = key_of(signed_key_file);
	char text[DW_PUBLIC_KEY_TEXT_MAX], id[DW_KEY_ID_TEXT_MAX];

	ck_assert_mem_eq(&line, &file, sizeof(line));
	ck_assert_str_eq(dw_public_key_to_text(&line, text), signed_key);
	/* as minisign has it in the file's comment */
	ck_assert_ptr_nonnull(strstr(signed_key_file, dw_key_id_to_text(line.id, id)));
}
END_TEST

static const struct {
	const char *text;
	const char *error;
} bad_keys[] = {
	{"", "the two lines of a .pub file"},
	{"\n", "base64 of 56"},
	{"RW", "base64 of 56"},
	{"a\nb\n", "the two lines of a .pub file"},
	{"untrusted comment: x\n", "base64 of 56"},
	{"untrusted comment: x\n\n", "base64 of 56"},
	{"untrusted comment: x\nRWSODfGUu4NG8PIBtOTAgcryMh8/1rpWHrM/BJaCZQHeFrjP8IMlwNV5\nmore\n",
		"the two lines of a .pub file"},
	{"RWSODfGUu4NG8PIBtOTAgcryMh8\xaf" "1rpWHrM/BJaCZQHeFrjP8IMlwNV5", "base64 of 56"},
	{" RWSODfGUu4NG8PIBtOTAgcryMh8/1rpWHrM/BJaCZQHeFrjP8IMlwNV5", "base64 of 56"},
	{"RWSODfGUu4NG8PIBtOTAgcryMh8/1rpWHrM/BJaCZQHeFrjP8IMlwNV", "base64 of 56"},
	{"RWSODfGUu4NG8PIBtOTAgcryMh8/1rpWHrM/BJaCZQHeFrjP8IMlwNV=", "base64 of 56"},
	{"RWSODfGUu4NG8PIBtOTAgcryMh8/1rpWHrM/BJaCZQHeFrjP8IMlwNV5AAAA", "base64 of 56"},
	{"RWSODfGUu4NG8PIBtOTAgcryMh8_1rpWHrM_BJaCZQHeFrjP8IMlwNV5", "base64 of 56"},
	{"RUSODfGUu4NG8PIBtOTAgcryMh8/1rpWHrM/BJaCZQHeFrjP8IMlwNV5", "of another kind"},
	/* all zero but the algorithm: a point of small order */
	{"RWQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "no point of the curve"},
};

START_TEST(bad_key)
{
	const char *text = bad_keys[_i].text;
	struct dw_public_key key;
	struct dw_error err;

	ck_assert_int_eq(dw_public_key_from_text(text, strlen(text), &key, &err), DW_ERR_SYNTAX);
	ck_assert_msg(strstr(err.text, bad_keys[_i].error), "%s", err.text);
}
END_TEST

/* ---- what holds ---- */

static const struct {
	const char *minisig;
	bool prehashed;
	uint64_t serial;
	const char *comment;
} good[] = {
	{signed_ed, true, 7, "serial:7"},
	{signed_legacy, false, 7, "the list of Monday serial:7"},
	{signed_default, true, 1795471901, "timestamp:1795471901\tfile:list\thashed"},
	{signed_older, true, 6, "serial:6"},
	{signed_plain, true, 0, "no number"},
};

START_TEST(holds)
{
	struct dw_signature signature;
	struct dw_error err;
	char text[1024], *to = text;

	ck_assert_msg(check(good[_i].minisig, strlen(good[_i].minisig), signed_key, signed_list,
			      strlen(signed_list), &signature, &err) == DW_OK,
		"%s", err.text);
	ck_assert(signature.prehashed == good[_i].prehashed);
	ck_assert_uint_eq(signature.serial, good[_i].serial);
	ck_assert_str_eq(signature.comment, good[_i].comment);
	ck_assert_uint_eq(signature.comment_len, strlen(good[_i].comment));
	/* with CRLF, and without a last line's end */
	for (const char *from = good[_i].minisig; *from; from++) {
		if (*from == '\n')
			*to++ = '\r';
		*to++ = *from;
	}
	ck_assert_int_eq(check(text, (size_t)(to - text), signed_key, signed_list,
				 strlen(signed_list), &signature, &err),
		DW_OK);
	ck_assert_int_eq(check(good[_i].minisig, strlen(good[_i].minisig) - 1, signed_key,
				 signed_list, strlen(signed_list), &signature, &err),
		DW_OK);
}
END_TEST

/* ---- what is refused ---- */

#define FIRST "untrusted comment: x\n"
#define SECOND \
	"RUSODfGUu4NG8IrMib4OkoMid2qWDKwiKzKzrroc7L5zp5Zmb7+T+Gm3WfQipXnSteOyH6KBRtZhW40PhXW83o" \
	"tF4/Ik8f8llAE=\n"
#define THIRD "trusted comment: serial:7\n"
#define FOURTH \
	"RIdOOzIuRrcBDhg9Vs1JwylA7GOyPozSkqAx+1UNAA9avCsR+i2QXLCuot5YrzvyJSpoSNeilEUvEh132nejAA==\n"

static const struct {
	const char *minisig;
	const char *error;
} refused[] = {
	{"", "four lines"},
	{"\n\n\n\n", "untrusted comment:"},
	{FIRST SECOND THIRD, "four lines"},
	{FIRST SECOND THIRD FOURTH "\n", "four lines"},
	{FIRST SECOND THIRD FOURTH "more", "four lines"},
	{"comment: x\n" SECOND THIRD FOURTH, "expected \"untrusted comment:\""},
	{FIRST SECOND "comment: serial:7\n" FOURTH, "expected \"trusted comment: \""},
	{FIRST "\n" THIRD FOURTH, "base64 of 74 bytes"},
	{FIRST FOURTH THIRD FOURTH, "base64 of 74 bytes"},
	{FIRST " " SECOND THIRD FOURTH, "base64 of 74 bytes"},
	{FIRST SECOND THIRD SECOND, "of the trusted comment: expected base64 of 64 bytes"},
	{signed_by_other, "signed by key 677B3AFBED5A5465; expected key F04683BB94F10D8E"},
	{signed_bad_serial, "expected a whole number below 2^64"},
	{FIRST SECOND "trusted comment: serial:\n" FOURTH, "expected a whole number below 2^64"},
	{FIRST SECOND "trusted comment: serial:18446744073709551616\n" FOURTH,
		"expected a whole number below 2^64"},
	{FIRST SECOND "trusted comment: serial:18446744073709551615\n" FOURTH,
		"the trusted comment is not what was signed"},
	{FIRST SECOND "trusted comment: serial:6\n" FOURTH,
		"the trusted comment is not what was signed"},
	{FIRST SECOND "trusted comment: \n" FOURTH, "the trusted comment is not what was signed"},
	/* the second signature of another comment */
	{FIRST SECOND THIRD
		"/lX7KKyz47VXTkCgOygTObK4YjxtnCyVMz8vNohkpMQ56DWRHoxA0fzaceJ2IEmCupQmdMvS5PtO1NQQdSbKA"
		"A==\n",
		"the trusted comment is not what was signed"},
	{signed_list_8_minisig, "the content is not what was signed"},
};

START_TEST(refuses)
{
	const char *minisig = refused[_i].minisig;
	struct dw_signature signature;
	struct dw_error err;

	ck_assert_int_eq(check(minisig, strlen(minisig), signed_key, signed_list,
				 strlen(signed_list), &signature, &err),
		DW_ERR_SIGNATURE);
	ck_assert_msg(strstr(err.text, refused[_i].error), "%s", err.text);
}
END_TEST

START_TEST(limits)
{
	static const char head[] = FIRST SECOND "trusted comment: ";
	static char text[DW_TRUSTED_COMMENT_MAX + 1024];
	struct dw_signature signature;
	struct dw_error err;
	size_t len = strlen(head);

	memcpy(text, head, len);
	memset(text + len, 'c', DW_TRUSTED_COMMENT_MAX);
	strcpy(text + len + DW_TRUSTED_COMMENT_MAX, "\n" FOURTH);
	ck_assert_int_eq(
		dw_signature_from_text("x", text, strlen(text), &signature, &err), DW_OK);
	ck_assert_uint_eq(signature.comment_len, DW_TRUSTED_COMMENT_MAX);
	strcpy(text + len + DW_TRUSTED_COMMENT_MAX, "c\n" FOURTH);
	ck_assert_int_eq(dw_signature_from_text("x", text, strlen(text), &signature, &err),
		DW_ERR_SIGNATURE);
	ck_assert_ptr_nonnull(strstr(err.text, "longer than 8192 bytes"));
	strcpy(text, FIRST SECOND THIRD FOURTH);
	len = strlen(text);
	text[len - 100] = '\0';
	ck_assert_int_eq(
		dw_signature_from_text("x", text, len, &signature, &err), DW_ERR_SIGNATURE);
	ck_assert_ptr_nonnull(strstr(err.text, "NUL byte"));
}
END_TEST

/* Each bit of a signature file: it is refused, or it was in the first line, which anybody may
 * write, and nothing came of it. */
START_TEST(tampered_signature)
{
	const char *minisig = good[_i].minisig;
	size_t len = strlen(minisig), changed = 0, free_bytes = strcspn(minisig, "\n");
	struct dw_signature before, after;
	struct dw_error err;
	char text[1024];

	ck_assert_int_eq(dw_signature_from_text("x", minisig, len, &before, NULL), DW_OK);
	for (size_t bit = 0; bit < len * 8; bit++) {
		memcpy(text, minisig, len + 1);
		text[bit / 8] ^= (char)(1 << bit % 8);
		if (check(text, len, signed_key, signed_list, strlen(signed_list), &after, &err) !=
			DW_OK)
			continue;
		changed++;
		ck_assert_uint_lt(bit / 8, free_bytes);
		ck_assert_uint_ge(bit / 8, strlen("untrusted comment:"));
		ck_assert_str_eq(after.comment, before.comment);
	}
	ck_assert_uint_gt(changed, 0);
	for (size_t cut = 0; cut + 1 < len; cut++)
		ck_assert_int_eq(check(minisig, cut, signed_key, signed_list, strlen(signed_list),
					 &after, &err),
			DW_ERR_SIGNATURE);
}
END_TEST

START_TEST(tampered_content)
{
	size_t len = strlen(signed_list), sig_len = strlen(good[_i].minisig);
	struct dw_signature signature;
	struct dw_error err;
	char text[256];

	for (size_t bit = 0; bit < len * 8; bit++) {
		memcpy(text, signed_list, len + 1);
		text[bit / 8] ^= (char)(1 << bit % 8);
		ck_assert_int_eq(check(good[_i].minisig, sig_len, signed_key, text, len, &signature,
					 &err),
			DW_ERR_SIGNATURE);
	}
	for (size_t cut = 0; cut < len; cut++)
		ck_assert_int_eq(check(good[_i].minisig, sig_len, signed_key, signed_list, cut,
					 &signature, &err),
			DW_ERR_SIGNATURE);
	/* longer by the NUL behind it */
	ck_assert_int_eq(check(good[_i].minisig, sig_len, signed_key, signed_list, len + 1,
				 &signature, &err),
		DW_ERR_SIGNATURE);
}
END_TEST

START_TEST(tampered_key)
{
	struct dw_signature signature;
	size_t len = strlen(signed_ed), refusals = 0;

	ck_assert_int_eq(dw_signature_from_text("x", signed_ed, len, &signature, NULL), DW_OK);
	for (size_t bit = 0; bit < strlen(signed_key) * 8; bit++) {
		struct dw_public_key key;
		char text[DW_PUBLIC_KEY_TEXT_MAX];

		strcpy(text, signed_key);
		text[bit / 8] ^= (char)(1 << bit % 8);
		if (dw_public_key_from_text(text, strlen(signed_key), &key, NULL) != DW_OK)
			continue;
		ck_assert_int_eq(dw_signature_verify(&signature, &key, signed_list,
					 strlen(signed_list), "x", NULL),
			DW_ERR_SIGNATURE);
		refusals++;
	}
	ck_assert_uint_gt(refusals, 0);
}
END_TEST

/* ---- files ---- */

static const char *write_text(const char *name, const char *text)
{
	return list_file(name, text, strlen(text));
}

START_TEST(files)
{
	struct dw_public_key key = key_of(signed_key);
	struct dw_signature signature;
	struct dw_error err;
	char path[256], other[256], *content;
	size_t len;

	strcpy(path, write_text("list", signed_list));
	ck_assert_int_eq(
		dw_signed_read(path, NULL, &key, &content, &len, &signature, &err), DW_ERR_SIGNATURE);
	ck_assert_str_eq(err.where, path);
	ck_assert_ptr_nonnull(strstr(err.text, "not signed: expected its signature in "));
	write_text("list.minisig", signed_ed);
	ck_assert_int_eq(dw_signed_read(path, NULL, &key, &content, &len, &signature, &err), DW_OK);
	ck_assert_uint_eq(len, strlen(signed_list));
	ck_assert_str_eq(content, signed_list);
	ck_assert_uint_eq(signature.serial, 7);
	free(content);
	strcpy(other, write_text("elsewhere", signed_older));
	ck_assert_int_eq(dw_signed_read(path, other, &key, &content, &len, &signature, &err), DW_OK);
	ck_assert_uint_eq(signature.serial, 6);
	free(content);
	write_text("list.minisig", "what?\n");
	ck_assert_int_eq(
		dw_signed_read(path, NULL, &key, &content, &len, &signature, &err), DW_ERR_SIGNATURE);
	ck_assert_ptr_nonnull(strstr(err.where, "list.minisig"));
	ck_assert_int_eq(dw_signed_read("/nowhere", NULL, &key, &content, &len, &signature, &err),
		DW_ERR_NOT_FOUND);
}
END_TEST

START_TEST(large_signature_file)
{
	static char text[DW_SIGNATURE_FILE_MAX + 1];
	struct dw_public_key key = key_of(signed_key);
	struct dw_signature signature;
	struct dw_error err;
	char path[256], *content;
	size_t len;

	memset(text, 'x', sizeof(text));
	list_file("list.minisig", text, sizeof(text));
	strcpy(path, write_text("list", signed_list));
	ck_assert_int_eq(
		dw_signed_read(path, NULL, &key, &content, &len, &signature, &err), DW_ERR_SIGNATURE);
	ck_assert_ptr_nonnull(strstr(err.text, "more than 16384 bytes"));
}
END_TEST

/* ---- what the installed minisign writes ---- */

static bool run(const char *fmt, ...)
{
	char command[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(command, sizeof(command), fmt, args);
	va_end(args);
	return system(command) == 0;
}

static const struct {
	const char *options;
	bool prehashed;
	uint64_t serial;
} live[] = {
	{"-t serial:18446744073709551615", true, UINT64_MAX},
	{"-l -t 'a b c serial:12'", false, 12},
	{"-t comment", true, 0},
};

START_TEST(live_minisign)
{
	struct dw_public_key key;
	struct dw_signature signature;
	struct dw_error err;
	char path[256], key_path[300], *text, *content;
	size_t len;

	if (system("command -v minisign >/dev/null 2>&1") != 0) {
		printf("minisign is not installed: skipped\n");
		return;
	}
	strcpy(path, write_text("list", signed_list));
	ck_assert(run("cd %s && minisign -G -f -W -p k.pub -s k.key >/dev/null", list_folder()));
	ck_assert(run("cd %s && minisign -S %s -s k.key -m list >/dev/null", list_folder(),
		live[_i].options));
	snprintf(key_path, sizeof(key_path), "%s/k.pub", list_folder());
	ck_assert_int_eq(dw_file_read(key_path, 4096, &text, &len, &err), DW_OK);
	ck_assert_int_eq(dw_public_key_from_text(text, len, &key, &err), DW_OK);
	free(text);
	ck_assert_msg(dw_signed_read(path, NULL, &key, &content, &len, &signature, &err) == DW_OK,
		"%s", err.text);
	ck_assert(signature.prehashed == live[_i].prehashed);
	ck_assert_uint_eq(signature.serial, live[_i].serial);
	free(content);
	key = key_of(signed_key);
	ck_assert_int_eq(
		dw_signed_read(path, NULL, &key, &content, &len, &signature, &err), DW_ERR_SIGNATURE);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("signature");
	TCase *tcase = tcase_create("signature");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, keys);
	UNIT_ADD_TABLE(tcase, bad_key, bad_keys);
	UNIT_ADD_TABLE(tcase, holds, good);
	UNIT_ADD_TABLE(tcase, refuses, refused);
	tcase_add_test(tcase, limits);
	UNIT_ADD_TABLE(tcase, tampered_signature, good);
	UNIT_ADD_TABLE(tcase, tampered_content, good);
	tcase_add_test(tcase, tampered_key);
	tcase_add_test(tcase, files);
	tcase_add_test(tcase, large_signature_file);
	UNIT_ADD_TABLE(tcase, live_minisign, live);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
