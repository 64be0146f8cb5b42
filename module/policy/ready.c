/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * ready.c: taking a database that was compiled elsewhere */
#include "dnsward-config.h"
#include "dnsward/ready.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dnsward/file.h"
#include "dnsward/signature.h"
#include "dnsward/state_dir.h"

/* One database on its way. */
struct take {
	const struct dw_settings *settings;
	struct dw_public_key key;
	char *signature_text;
	size_t signature_len;
	struct dw_signature signature, kept; /* kept.serial is 0 where there is none */
};

static enum dw_result beside(const char *path, char *out, struct dw_error *err)
{
	if (snprintf(out, PATH_MAX, "%s.minisig", path) >= PATH_MAX)
		return dw_fail(err, DW_ERR_LIMIT, path, 0, "path is too long");
	return DW_OK;
}

static enum dw_result read_key(
	const struct dw_settings *settings, struct dw_public_key *key, struct dw_error *err)
{
	const char *text = settings->database.public_key;

	return dw_public_key_from_text(text, strlen(text), key, err);
}

/* ---- signatures ---- */

static enum dw_result read_signature(struct take *t, struct dw_error *err)
{
	const char *path = t->settings->database.path;
	char file[PATH_MAX];
	enum dw_result res = beside(path, file, err);

	if (res == DW_OK)
		res = dw_file_read(
			file, DW_SIGNATURE_FILE_MAX, &t->signature_text, &t->signature_len, err);
	if (res == DW_ERR_NOT_FOUND)
		return dw_fail(err, DW_ERR_SIGNATURE, path, 0,
			"not signed: expected its signature in %s", file);
	if (res != DW_OK)
		return res;
	return dw_signature_from_text(
		file, t->signature_text, t->signature_len, &t->signature, err);
}

/* The signature of the last good copy, if it is by the same key: a new key begins its own
 * serials. */
static bool read_kept(const struct dw_settings *settings, const struct dw_public_key *key,
	struct dw_signature *kept)
{
	char path[PATH_MAX], *text;
	size_t len;
	bool is_ours;

	if (dw_state_path(settings, "ready.dwdb.minisig", path, NULL) != DW_OK ||
		dw_file_read(path, DW_SIGNATURE_FILE_MAX, &text, &len, NULL) != DW_OK)
		return false;
	is_ours = dw_signature_from_text(path, text, len, kept, NULL) == DW_OK &&
		  memcmp(kept->key_id, key->id, sizeof(key->id)) == 0;
	free(text);
	return is_ours;
}

static enum dw_result check_serial(const struct take *t, struct dw_error *err)
{
	if (t->signature.serial >= t->kept.serial)
		return DW_OK;
	return dw_fail(err, DW_ERR_SIGNATURE, t->settings->database.path, 0,
		"older than what is in force: serial %" PRIu64 "; expected %" PRIu64 " or later",
		t->signature.serial, t->kept.serial);
}

static enum dw_result start(struct take *t, struct dw_error *err)
{
	enum dw_result res = read_key(t->settings, &t->key, err);

	if (res == DW_OK)
		res = read_signature(t, err);
	if (res == DW_OK && !read_kept(t->settings, &t->key, &t->kept))
		t->kept.serial = 0;
	return res == DW_OK ? check_serial(t, err) : res;
}

/* ---- the copy ---- */

static enum dw_result copy(const struct take *t, const char *part, struct dw_error *err)
{
	const char *path = t->settings->database.path;
	struct dw_publish *publish = NULL;
	/* O_NONBLOCK: a FIFO without a writer must not hold us up */
	int from = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	enum dw_result res;

	if (from < 0)
		return dw_fail_errno(err, path, "cannot open");
	res = dw_publish_begin(part, NULL, &publish, err);
	if (res == DW_OK)
		res = dw_publish_copy(publish, from, path, DW_SIGNED_FILE_MAX, NULL, err);
	if (res == DW_OK)
		res = dw_publish_commit(&publish, err);
	dw_publish_abort(&publish);
	close(from);
	return res;
}

static enum dw_result verify(const struct take *t, const char *part, struct dw_error *err)
{
	struct dw_map map;
	enum dw_result res = dw_file_map(part, &map, err);

	if (res != DW_OK)
		return res;
	res = dw_signature_verify(
		&t->signature, &t->key, map.data, map.size, t->settings->database.path, err);
	dw_file_unmap(&map);
	return res;
}

/* Errors of the copy are of the file that it is a copy of. */
static enum dw_result open_copy(
	const struct take *t, const char *part, struct dw_db **out, struct dw_error *err)
{
	struct dw_error why;
	struct dw_db *db = NULL;
	enum dw_result res = dw_db_open(part, &db, &why);

	if (res != DW_OK)
		return dw_fail(err, res, t->settings->database.path, 0, "%s", why.text);
	res = dw_ready_check_age(t->settings, db, time(NULL), err);
	if (res != DW_OK)
		dw_db_close(&db);
	else
		*out = db;
	return res;
}

static enum dw_result take_into(
	struct take *t, const char *part, struct dw_db **out, struct dw_error *err)
{
	enum dw_result res = start(t, err);

	if (res == DW_OK)
		res = copy(t, part, err);
	if (res == DW_OK)
		res = verify(t, part, err);
	if (res == DW_OK)
		res = open_copy(t, part, out, err);
	return res;
}

/* The signature first: should the other not come to pass, an older serial is refused all the
 * same, and what stands is what was verified before. */
static enum dw_result keep(const struct take *t, const char *part, struct dw_error *err)
{
	char path[PATH_MAX], signature[PATH_MAX];
	enum dw_result res = dw_state_path(t->settings, "ready.dwdb", path, err);

	if (res == DW_OK)
		res = beside(path, signature, err);
	if (res == DW_OK)
		res = dw_file_write(signature, NULL, t->signature_text, t->signature_len, err);
	if (res == DW_OK && rename(part, path) != 0)
		res = dw_fail_errno(err, path, "cannot rename the new file over it");
	return res;
}

/* ---- for all to use ---- */

enum dw_result dw_ready_check_age(const struct dw_settings *settings, const struct dw_db *db,
	int64_t now, struct dw_error *err)
{
	const struct dw_database_settings *database = &settings->database;
	struct dw_db_info info;
	int64_t age;

	dw_db_info(db, &info);
	age = now - (int64_t)info.built;
	if (database->max_age == 0 || age <= 0 || (uint64_t)age <= database->max_age)
		return DW_OK;
	return dw_fail(err, DW_ERR_GUARD, database->path, 0,
		"compiled %" PRId64 " seconds ago; max-age allows %" PRIu64, age,
		database->max_age);
}

enum dw_result dw_ready_open_kept(
	const struct dw_settings *settings, struct dw_db **out, struct dw_error *err)
{
	struct dw_public_key key;
	struct dw_signature *kept = malloc(sizeof(*kept));
	char path[PATH_MAX];
	enum dw_result res = kept != NULL ? read_key(settings, &key, err) : DW_ERR_MEMORY;

	if (res == DW_OK)
		res = dw_state_path(settings, "ready.dwdb", path, err);
	if (res == DW_OK && !read_kept(settings, &key, kept))
		res = dw_fail(err, DW_ERR_NOT_FOUND, path, 0, "there is no copy by this key");
	free(kept);
	return res == DW_OK ? dw_db_open(path, out, err) : res;
}

enum dw_result dw_ready_take(
	const struct dw_settings *settings, struct dw_db **out, struct dw_error *err)
{
	struct take *t = calloc(1, sizeof(*t));
	char part[PATH_MAX];
	enum dw_result res;

	if (t == NULL)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for a database");
	t->settings = settings;
	res = dw_state_path(settings, "ready.part", part, err);
	if (res == DW_OK)
		res = take_into(t, part, out, err);
	if (res == DW_OK) {
		res = keep(t, part, err);
		if (res != DW_OK)
			dw_db_close(out);
	}
	if (res != DW_OK)
		unlink(part);
	free(t->signature_text);
	free(t);
	return res;
}

enum dw_result dw_ready_try(
	const struct dw_settings *settings, struct dw_db **out, struct dw_error *err)
{
	struct dw_scratch_file scratch;
	struct take *t = calloc(1, sizeof(*t));
	enum dw_result res;

	if (t == NULL)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for a database");
	t->settings = settings;
	res = dw_scratch_file_init(&scratch, "ready.part", err);
	if (res == DW_OK) {
		res = take_into(t, scratch.path, out, err);
		dw_scratch_file_remove(&scratch);
	}
	free(t->signature_text);
	free(t);
	return res;
}
