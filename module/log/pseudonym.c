/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * pseudonym.c: pseudonyms of clients, and the keys of their days */
#include "dnsward-config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "dnsward/clock.h"
#include "dnsward/file.h"
#include "dnsward/pseudonym.h"

#define KEY_PREFIX "client-key."
#define TEMPORARY_PREFIX ".client-key."

enum {
	KEY_BYTES = crypto_generichash_KEYBYTES,
	KEY_TEXT_BYTES = 2 * KEY_BYTES + 1, /* hexadecimal and a newline */
	DATE_BYTES = 10,                    /* YYYY-MM-DD */
	RETRY_SECONDS = 10,
};
static const int64_t day_us = INT64_C(86400) * 1000000;

struct key {
	int64_t day; /* since the epoch */
	bool known;
	bool kept;      /* in its file */
	uint64_t retry; /* not kept: when to try again, dw_clock_steady */
	uint8_t bytes[KEY_BYTES];
};

struct dw_pseudonyms {
	pthread_mutex_t lock;
	char *state_dir;
	struct dw_speaker speaker;
	struct key key[2]; /* of even and odd days: today's and yesterday's */
	int64_t tidied;    /* day */
};

/* ---- the pseudonym ---- */

static struct dw_addr hide(const uint8_t key[KEY_BYTES], const struct dw_addr *addr)
{
	struct dw_addr hidden = {.family = 6, .bytes = {0xfd}};
	uint8_t digest[crypto_generichash_BYTES_MIN];

	crypto_generichash(
		digest, sizeof(digest), addr->bytes, sizeof(addr->bytes), key, KEY_BYTES);
	memcpy(hidden.bytes + 1, digest, sizeof(hidden.bytes) - 1);
	return hidden;
}

/* ---- key files ---- */

static int64_t day_of(int64_t time_us)
{
	return time_us / day_us;
}

static void date_of(int64_t day, char out[DW_TIMESTAMP_TEXT_MAX])
{
	dw_timestamp_to_text((uint64_t)(day * day_us), out);
	out[DATE_BYTES] = '\0';
}

static enum dw_result path_of(
	const char *state_dir, int64_t day, char out[PATH_MAX], struct dw_error *err)
{
	char date[DW_TIMESTAMP_TEXT_MAX];

	date_of(day, date);
	if (snprintf(out, PATH_MAX, "%s/" KEY_PREFIX "%s", state_dir, date) >= PATH_MAX)
		return dw_fail(err, DW_ERR_LIMIT, state_dir, 0, "its path is too long");
	return DW_OK;
}

static enum dw_result read_key(const char *path, uint8_t out[KEY_BYTES], struct dw_error *err)
{
	uint8_t key[KEY_BYTES];
	char *text;
	size_t len, bytes = 0;
	enum dw_result res = dw_file_read(path, KEY_TEXT_BYTES, &text, &len, err);

	if (res != DW_OK)
		return res;
	if (len == KEY_TEXT_BYTES)
		(void)sodium_hex2bin(key, sizeof(key), text, len - 1, NULL, &bytes, NULL);
	if (bytes == sizeof(key))
		memcpy(out, key, sizeof(key));
	else
		res = dw_fail(err, DW_ERR_CORRUPT, path, 0,
			"is no key: expected %d hexadecimal digits", 2 * KEY_BYTES);
	sodium_memzero(key, sizeof(key));
	sodium_memzero(text, len);
	free(text);
	return res;
}

/* A whole file beside it; mkstemp(3) makes it for its owner alone. */
static enum dw_result write_temporary(const char *state_dir, const uint8_t key[KEY_BYTES],
	char out[PATH_MAX], struct dw_error *err)
{
	char text[KEY_TEXT_BYTES + 1];

	if (snprintf(out, PATH_MAX, "%s/" TEMPORARY_PREFIX "XXXXXX", state_dir) >= PATH_MAX)
		return dw_fail(err, DW_ERR_LIMIT, state_dir, 0, "its path is too long");
	int fd = mkostemp(out, O_CLOEXEC);
	if (fd < 0)
		return dw_fail_errno(err, out, "cannot make a key for pseudonyms");
	sodium_bin2hex(text, sizeof(text), key, KEY_BYTES);
	text[KEY_TEXT_BYTES - 1] = '\n';
	ssize_t n = write(fd, text, KEY_TEXT_BYTES);
	if (n >= 0 && n < KEY_TEXT_BYTES)
		errno = ENOSPC;
	enum dw_result res = n == KEY_TEXT_BYTES && fsync(fd) == 0
				     ? DW_OK
				     : dw_fail_errno(err, out, "cannot write a key for pseudonyms");
	close(fd);
	sodium_memzero(text, sizeof(text));
	if (res != DW_OK)
		unlink(out);
	return res;
}

/* Give the day its key, unless it has one. */
static enum dw_result link_key(
	const char *state_dir, const char *path, const uint8_t key[KEY_BYTES], struct dw_error *err)
{
	char temporary[PATH_MAX];
	enum dw_result res = write_temporary(state_dir, key, temporary, err);

	if (res != DW_OK)
		return res;
	if (link(temporary, path) != 0 && errno != EEXIST)
		res = dw_fail_errno(err, path, "cannot keep a key for pseudonyms");
	unlink(temporary);
	return res;
}

/* The day's key as it stands in its file, which gets `key` where there was none, or no sound one.
 */
static enum dw_result keep(
	const char *state_dir, int64_t day, uint8_t key[KEY_BYTES], struct dw_error *err)
{
	char path[PATH_MAX];
	enum dw_result res = path_of(state_dir, day, path, err);

	for (int tries = 0; res == DW_OK && tries < 3; tries++) {
		res = read_key(path, key, err);
		if (res == DW_OK)
			return res;
		if (res == DW_ERR_CORRUPT || res == DW_ERR_LIMIT)
			unlink(path);
		else if (res != DW_ERR_NOT_FOUND)
			return res;
		res = link_key(state_dir, path, key, err);
	}
	return res == DW_OK ? read_key(path, key, err) : res;
}

static bool is_old_key(const char *name, const char *oldest_kept)
{
	const size_t prefix = sizeof(KEY_PREFIX) - 1;

	return strncmp(name, KEY_PREFIX, prefix) == 0 && strlen(name) == prefix + DATE_BYTES &&
	       strcmp(name + prefix, oldest_kept) < 0;
}

/* Of whoever was killed while making a key. A younger one may be another process's, on its way. */
static bool is_leftover(int folder, const char *name)
{
	enum { HOUR = 3600 };
	struct stat st;

	return strncmp(name, TEMPORARY_PREFIX, sizeof(TEMPORARY_PREFIX) - 1) == 0 &&
	       fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && time(NULL) - st.st_mtime > HOUR;
}

static void remove_old(const char *state_dir, int64_t today)
{
	char oldest[DW_TIMESTAMP_TEXT_MAX];
	const struct dirent *entry;
	DIR *folder = opendir(state_dir);

	if (folder == NULL)
		return;
	date_of(today - 1, oldest);
	while ((entry = readdir(folder)) != NULL) {
		if (is_old_key(entry->d_name, oldest) || is_leftover(dirfd(folder), entry->d_name))
			unlinkat(dirfd(folder), entry->d_name, 0);
	}
	closedir(folder);
}

/* ---- keys in memory: under the lock ---- */

static void say_trouble(const struct dw_pseudonyms *p, const struct dw_error *err)
{
	char text[sizeof(err->where) + sizeof(err->text) + 160],
		why[sizeof(err->where) + sizeof(err->text) + 4];

	if (p->speaker.line == NULL)
		return;
	snprintf(text, sizeof(text),
		"%s; a key in memory serves, and `dnsward log --client` cannot find pseudonyms of "
		"it",
		dw_error_text(err, why, sizeof(why)));
	p->speaker.line(p->speaker.arg, DW_SAY_WARNING, text);
}

static void try_to_keep(struct dw_pseudonyms *p, struct key *key, bool first)
{
	struct dw_error err;

	key->kept = keep(p->state_dir, key->day, key->bytes, &err) == DW_OK;
	key->retry = dw_clock_steady() + RETRY_SECONDS * UINT64_C(1000000000);
	if (!key->kept && first)
		say_trouble(p, &err);
}

static const struct key *key_of(struct dw_pseudonyms *p, int64_t day)
{
	struct key *key = &p->key[day & 1];

	if (!key->known || key->day != day) {
		*key = (struct key){.day = day, .known = true};
		randombytes_buf(key->bytes, sizeof(key->bytes));
		try_to_keep(p, key, true);
	} else if (!key->kept && dw_clock_steady() > key->retry) {
		try_to_keep(p, key, false);
	}
	return key;
}

struct dw_addr dw_pseudonym_make(
	struct dw_pseudonyms *p, int64_t time_us, const struct dw_addr *addr)
{
	pthread_mutex_lock(&p->lock);
	struct dw_addr hidden = hide(key_of(p, day_of(time_us))->bytes, addr);
	pthread_mutex_unlock(&p->lock);
	return hidden;
}

void dw_pseudonyms_tidy(struct dw_pseudonyms *p, int64_t now_us)
{
	int64_t today = day_of(now_us);

	pthread_mutex_lock(&p->lock);
	if (p->tidied != today)
		remove_old(p->state_dir, today);
	p->tidied = today;
	pthread_mutex_unlock(&p->lock);
}

/* ---- open and close ---- */

struct dw_pseudonyms *dw_pseudonyms_new(const char *state_dir, struct dw_speaker speaker)
{
	struct dw_pseudonyms *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	pthread_mutex_init(&p->lock, NULL);
	p->speaker = speaker;
	p->state_dir = strdup(state_dir);
	if (p->state_dir == NULL)
		dw_pseudonyms_free(&p);
	return p;
}

void dw_pseudonyms_free(struct dw_pseudonyms **pseudonyms)
{
	struct dw_pseudonyms *p = *pseudonyms;

	if (p == NULL)
		return;
	pthread_mutex_destroy(&p->lock);
	sodium_memzero(p->key, sizeof(p->key));
	free(p->state_dir);
	free(p);
	*pseudonyms = NULL;
}

void dw_pseudonyms_move(struct dw_pseudonyms *p, const char *state_dir)
{
	char *copy = strdup(state_dir);

	pthread_mutex_lock(&p->lock);
	if (copy != NULL && strcmp(copy, p->state_dir) != 0) {
		char *before = p->state_dir;

		p->state_dir = copy;
		copy = before;
		sodium_memzero(p->key, sizeof(p->key));
		p->tidied = 0;
	}
	pthread_mutex_unlock(&p->lock);
	free(copy);
}

/* ---- readers ---- */

enum dw_result dw_pseudonym_find(const char *state_dir, int64_t time_us, const struct dw_addr *addr,
	struct dw_addr *out, struct dw_error *err)
{
	char path[PATH_MAX];
	uint8_t key[KEY_BYTES];
	enum dw_result res = path_of(state_dir, day_of(time_us), path, err);

	if (res == DW_OK)
		res = read_key(path, key, err);
	if (res != DW_OK)
		return res;
	*out = hide(key, addr);
	sodium_memzero(key, sizeof(key));
	return DW_OK;
}
