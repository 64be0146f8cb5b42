/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * verify: minisign signatures of files
 */
#include "dnsward-config.h"
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "cmd.h"
#include "dnsward/file.h"
#include "dnsward/signature.h"

/* Where the key is from, and where the signature is. */
struct verify {
	struct dw_settings *settings; /* NULL: there is a key on the command line */
	struct dw_public_key key;
	const char *signature; /* path, or NULL for beside the file */
};

static bool is_same_file(const char *path, const struct stat *file)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_dev == file->st_dev && st.st_ino == file->st_ino;
}

static bool list_has_file(const struct dw_list_options *list, const struct stat *file)
{
	char **paths;
	size_t count;
	bool has = false;

	if (dw_list_files(list, &paths, &count, NULL) != DW_OK)
		return false;
	for (size_t i = 0; i < count && !has; i++)
		has = is_same_file(paths[i], file);
	free(paths);
	return has;
}

static bool is_database(const struct dw_settings *settings, const struct stat *file)
{
	return settings->database.path != NULL && is_same_file(settings->database.path, file);
}

/* The key of the list that the file belongs to, or of the ready-made database that it is. */
static enum dw_result find_key(
	const struct dw_settings *settings, const char *path, struct dw_public_key *key,
	struct dw_error *err)
{
	struct stat file;

	if (stat(path, &file) != 0)
		return dw_fail_errno(err, path, "cannot open");
	for (size_t i = 0; i < settings->list_count; i++) {
		const struct dw_list_options *list = &settings->lists[i];

		if (list->public_key != NULL && list_has_file(list, &file))
			return dw_public_key_from_text(
				list->public_key, strlen(list->public_key), key, err);
	}
	if (is_database(settings, &file))
		return dw_public_key_from_text(settings->database.public_key,
			strlen(settings->database.public_key), key, err);
	return dw_fail(err, DW_ERR_NOT_FOUND, path, 0,
		"of no list with a public-key in %s: expected -P KEY or -p FILE", settings->path);
}

/* The comment is the signer's; whatever else it holds, a terminal gets text. */
static void print_good(const char *path, const struct dw_signature *signature)
{
	char id[DW_KEY_ID_TEXT_MAX];

	printf("%s: signed by key %s", path, dw_key_id_to_text(signature->key_id, id));
	if (signature->serial > 0)
		printf(", serial %" PRIu64, signature->serial);
	printf("%s\n%s: trusted comment: ", signature->prehashed ? "" : ", legacy", path);
	for (size_t i = 0; i < signature->comment_len; i++) {
		unsigned char c = (unsigned char)signature->comment[i];

		putchar(c == '\t' ? ' ' : c < 0x20 || c == 0x7f ? '?' : c);
	}
	putchar('\n');
}

static enum dw_result verify_file(struct verify *v, const char *path, struct dw_error *err)
{
	struct dw_signature signature;
	char *content;
	size_t len;
	enum dw_result res =
		v->settings != NULL ? find_key(v->settings, path, &v->key, err) : DW_OK;

	if (res == DW_OK)
		res = dw_signed_read(path, v->signature, &v->key, &content, &len, &signature, err);
	if (res != DW_OK)
		return res;
	free(content);
	print_good(path, &signature);
	return DW_OK;
}

static int verify_files(struct verify *v, int count, char **paths)
{
	int status = CMD_OK;

	for (int i = 0; i < count; i++) {
		struct dw_error err;

		if (verify_file(v, paths[i], &err) != DW_OK) {
			cmd_print_error(NULL, &err);
			status = CMD_WANTING;
		}
	}
	return status;
}

static int read_key(const char *text, const char *path, struct dw_public_key *key)
{
	struct dw_error err;
	char *read = NULL;
	size_t len = text != NULL ? strlen(text) : 0;
	enum dw_result res = DW_OK;

	if (path != NULL)
		res = dw_file_read(path, DW_SIGNATURE_FILE_MAX, &read, &len, &err);
	if (res == DW_OK)
		res = dw_public_key_from_text(path != NULL ? read : text, len, key, &err);
	if (res != DW_OK && err.where[0] == '\0')
		snprintf(err.where, sizeof(err.where), "%s", path != NULL ? path : "-P");
	if (res != DW_OK)
		cmd_print_error(NULL, &err);
	free(read);
	return res == DW_OK ? CMD_OK : CMD_WANTING;
}

static int verify(const struct cmd_context *ctx, struct verify *v, const char *key_text,
	const char *key_path, int count, char **paths)
{
	int status = key_text != NULL || key_path != NULL
			     ? read_key(key_text, key_path, &v->key)
			     : cmd_open_settings(ctx, NULL, &v->settings);

	if (status == CMD_OK)
		status = verify_files(v, count, paths);
	dw_settings_close(&v->settings);
	return status;
}

int cmd_verify(const struct cmd_context *ctx, int argc, char **argv)
{
	static const struct option options[] = {
		{"key", required_argument, NULL, 'P'},
		{"key-file", required_argument, NULL, 'p'},
		{"signature", required_argument, NULL, 'x'},
		{NULL, 0, NULL, 0},
	};
	const char *key_text = NULL, *key_path = NULL;
	struct verify v = {.settings = NULL};
	int opt;

	while ((opt = getopt_long(argc, argv, "P:p:x:", options, NULL)) != -1) {
		switch (opt) {
		case 'P':
			key_text = optarg;
			break;
		case 'p':
			key_path = optarg;
			break;
		case 'x':
			v.signature = optarg;
			break;
		default:
			return cmd_usage("verify");
		}
	}
	if (key_text != NULL && key_path != NULL)
		return cmd_misuse("verify: -P and -p do not go together");
	if (optind == argc)
		return cmd_misuse("verify: a file is expected");
	if (v.signature != NULL && argc - optind > 1)
		return cmd_misuse("verify: -x goes with one file");
	return verify(ctx, &v, key_text, key_path, argc - optind, argv + optind);
}
