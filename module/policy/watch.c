/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * watch.c: fingerprints and inotify */
#include "dnsward-config.h"

#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dnsward/compile.h"
#include "policy/watch.h"

/* ---- fingerprints ---- */

/* A part of the fingerprint on its way, and what goes through all parts. */
struct digest {
	crypto_generichash_state part, files;
};

static void begin_files(struct digest *digest)
{
	crypto_generichash_init(&digest->files, NULL, 0, 16);
}

static void end_files(struct digest *digest, uint8_t out[static 16])
{
	crypto_generichash_final(&digest->files, out, 16);
}

static void begin_part(struct digest *digest)
{
	crypto_generichash_init(&digest->part, NULL, 0, 16);
}

static void end_part(struct digest *digest, uint8_t out[static 16])
{
	crypto_generichash_final(&digest->part, out, 16);
}

static void add_text(struct digest *digest, const char *text)
{
	crypto_generichash_update(&digest->part, (const uint8_t *)text, strlen(text) + 1);
}

static void add_file(void *arg, const char *path)
{
	struct digest *digest = arg;
	struct stat st;
	struct {
		uint64_t device, inode, size;
		int64_t modified[2], changed[2];
	} seen;

	memset(&seen, 0, sizeof(seen));
	if (stat(path, &st) == 0) {
		seen.device = st.st_dev;
		seen.inode = st.st_ino;
		seen.size = (uint64_t)st.st_size;
		seen.modified[0] = st.st_mtim.tv_sec;
		seen.modified[1] = st.st_mtim.tv_nsec;
		seen.changed[0] = st.st_ctim.tv_sec;
		seen.changed[1] = st.st_ctim.tv_nsec;
	}
	add_text(digest, path);
	crypto_generichash_update(&digest->part, (const uint8_t *)&seen, sizeof(seen));
	crypto_generichash_update(&digest->files, (const uint8_t *)&seen,
		sizeof(seen.device) + sizeof(seen.inode));
}

static void add_signature(struct digest *digest, const char *path)
{
	char beside[PATH_MAX];

	if (snprintf(beside, sizeof(beside), "%s.minisig", path) < (int)sizeof(beside))
		add_file(digest, beside);
}

static void add_list(struct digest *digest, const struct dw_list_options *list)
{
	char **files;
	size_t count;

	add_file(digest, list->path);
	if (dw_list_files(list, &files, &count, NULL) != DW_OK)
		return;
	for (size_t i = 0; i < count; i++) {
		add_file(digest, files[i]);
		if (list->public_key != NULL)
			add_signature(digest, files[i]);
	}
	free(files);
}

void dw_fingerprint(const struct dw_sources *sources, const struct dw_settings *settings,
	struct dw_fingerprint *out)
{
	struct digest digest;
	char database[PATH_MAX];

	begin_files(&digest);
	begin_part(&digest);
	dw_sources_each(sources, add_file, &digest);
	if (settings->dga.model != NULL)
		add_file(&digest, settings->dga.model);
	end_part(&digest, out->settings);

	begin_part(&digest);
	for (size_t i = 0; i < settings->list_count; i++)
		add_list(&digest, &settings->lists[i]);
	end_part(&digest, out->lists);

	begin_part(&digest);
	if (settings->database.path != NULL) {
		add_file(&digest, settings->database.path);
		add_signature(&digest, settings->database.path);
		add_text(&digest, settings->database.public_key);
		crypto_generichash_update(&digest.part,
			(const uint8_t *)&settings->database.max_age,
			sizeof(settings->database.max_age));
	}
	end_part(&digest, out->ready);

	end_files(&digest, out->files);
	begin_files(&digest); /* our own is no sign of anything */
	begin_part(&digest);
	if (dw_compile_database_path(settings, database, NULL) == DW_OK)
		add_file(&digest, database);
	end_part(&digest, out->database);
}

bool dw_fingerprint_equal(const struct dw_fingerprint *a, const struct dw_fingerprint *b)
{
	return memcmp(a, b, offsetof(struct dw_fingerprint, files)) == 0;
}

bool dw_fingerprint_is_of_database(const struct dw_fingerprint *a, const struct dw_fingerprint *b)
{
	return memcmp(a, b, offsetof(struct dw_fingerprint, database)) == 0 &&
	       memcmp(a->database, b->database, sizeof(a->database)) != 0;
}

bool dw_fingerprint_is_in_place(const struct dw_fingerprint *a, const struct dw_fingerprint *b)
{
	return memcmp(a->files, b->files, sizeof(a->files)) == 0;
}

/* ---- inotify ---- */

enum { FOLDERS_MAX = 1024 };

struct dw_watch {
	int fd;
	size_t count;
	int folder[FOLDERS_MAX];
};

struct dw_watch *dw_watch_new(void)
{
	struct dw_watch *watch = calloc(1, sizeof(*watch));

	if (watch == NULL)
		return NULL;
	watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (watch->fd < 0) {
		free(watch);
		return NULL;
	}
	return watch;
}

void dw_watch_free(struct dw_watch **watch)
{
	if (*watch == NULL)
		return;
	close((*watch)->fd);
	free(*watch);
	*watch = NULL;
}

/* A file is replaced by a rename into its folder, so the folder is what is watched. inotify
 * gives the same number for a folder that is watched already. */
static void watch_folder(struct dw_watch *watch, const char *path, uint32_t what)
{
	int number = inotify_add_watch(watch->fd, path, what | IN_ONLYDIR | IN_MASK_ADD);

	for (size_t i = 0; i < watch->count; i++) {
		if (watch->folder[i] == number)
			return;
	}
	if (number >= 0 && watch->count < FOLDERS_MAX)
		watch->folder[watch->count++] = number;
}

static void watch_file(struct dw_watch *watch, const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL || slash == path ? 1 : (size_t)(slash - path);

	if (len >= sizeof(folder))
		return;
	memcpy(folder, slash == NULL ? "." : path, len);
	folder[len] = '\0';
	watch_folder(watch, folder, IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
			IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF);
}

/* The path as it stands, and what it leads to through symbolic links. */
static void watch_path(void *arg, const char *path)
{
	struct dw_watch *watch = arg;
	char real[PATH_MAX];

	watch_file(watch, path);
	if (realpath(path, real) != NULL)
		watch_file(watch, real);
}

static void watch_list(struct dw_watch *watch, const struct dw_list_options *list)
{
	char **files;
	size_t count;

	watch_path(watch, list->path);
	if (dw_list_files(list, &files, &count, NULL) != DW_OK)
		return;
	for (size_t i = 0; i < count; i++)
		watch_path(watch, files[i]);
	free(files);
}

void dw_watch_set(struct dw_watch *watch, const struct dw_sources *sources,
	const struct dw_settings *settings)
{
	if (watch == NULL)
		return;
	while (watch->count > 0)
		inotify_rm_watch(watch->fd, watch->folder[--watch->count]);
	/* where `dnsward pause` renames its file to; what else is written there is our own, unless
	 * a list stands there too, and then what follows asks for more */
	watch_folder(watch, settings->state_dir, IN_MOVED_TO | IN_DELETE);
	dw_sources_each(sources, watch_path, watch);
	if (settings->dga.model != NULL)
		watch_path(watch, settings->dga.model);
	for (size_t i = 0; i < settings->list_count; i++)
		watch_list(watch, &settings->lists[i]);
	if (settings->database.path != NULL)
		watch_path(watch, settings->database.path);
}

int dw_watch_fd(const struct dw_watch *watch)
{
	return watch != NULL ? watch->fd : -1;
}

void dw_watch_drain(struct dw_watch *watch)
{
	char buffer[4096];

	while (watch != NULL && read(watch->fd, buffer, sizeof(buffer)) > 0)
		;
}
