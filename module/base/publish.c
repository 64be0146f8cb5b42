/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * publish.c: files built beside the old one and renamed over it */
#include "dnsward-config.h"
#include "dnsward/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

struct dw_publish {
	int folder;
	int fd;
	bool named;              /* the temporary file has its name yet */
	const char *base;        /* into path */
	char temp[NAME_MAX + 1]; /* within folder */
	char path[];
};

static void publish_free(struct dw_publish *p)
{
	if (p->named)
		unlinkat(p->folder, p->temp, 0);
	if (p->fd >= 0)
		close(p->fd);
	if (p->folder >= 0)
		close(p->folder);
	free(p);
}

static enum dw_result publish_new(const char *path, struct dw_publish **out, struct dw_error *err)
{
	size_t len = strlen(path);
	struct dw_publish *p;
	char *slash;

	p = calloc(1, sizeof(*p) + len + 1);
	if (!p)
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory");
	p->fd = -1;
	memcpy(p->path, path, len + 1);
	slash = strrchr(p->path, '/');
	p->base = slash ? slash + 1 : p->path;
	if (!slash) {
		p->folder = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	} else { /* cut after the slash for a moment, so that "/x" is in "/" */
		char first = *(slash + 1);

		*(slash + 1) = '\0';
		p->folder = open(p->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		*(slash + 1) = first;
	}
	if (p->folder < 0) {
		enum dw_result result = dw_fail_errno(err, path, "cannot open its folder");

		publish_free(p);
		return result;
	}
	*out = p;
	return DW_OK;
}

/* What stands at the path must be something that a file may replace. */
static enum dw_result check_target(const struct dw_publish *p, struct dw_error *err)
{
	struct stat st;

	if (p->base[0] == '\0')
		return dw_fail(err, DW_ERR_SYNTAX, p->path, 0,
			"names a folder; expected a file");
	if (fstatat(p->folder, p->base, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? DW_OK : dw_fail_errno(err, p->path, "cannot look at it");
	if (!S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
		return dw_fail(err, DW_ERR_UNSUPPORTED, p->path, 0,
			"not a regular file, and not replaced by one");
	return DW_OK;
}

/* ---- temporary names: ".NAME.XXXXXXXX.tmp" ---- */

enum { RANDOM_DIGITS = 8 };

static bool is_temp_of(const char *name, const char *base)
{
	size_t base_len = strlen(base);

	return name[0] == '.' && strncmp(name + 1, base, base_len) == 0 &&
		name[1 + base_len] == '.' &&
		strspn(name + base_len + 2, "0123456789abcdef") == RANDOM_DIGITS &&
		strcmp(name + base_len + 2 + RANDOM_DIGITS, ".tmp") == 0;
}

/* Remove what killed writers of the same file left: temporary files nobody locks. */
static void sweep_leftovers(const struct dw_publish *p)
{
	int copy = openat(p->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
	const struct dirent *entry;

	if (!dir) {
		if (copy >= 0)
			close(copy);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		int fd;

		if (!is_temp_of(entry->d_name, p->base))
			continue;
		fd = openat(p->folder, entry->d_name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			unlinkat(p->folder, entry->d_name, 0);
		close(fd);
	}
	closedir(dir);
}

/* Create a temporary file and lock it. Between the two another writer's sweep may
 * take it for a leftover: then its lock is held or its name is gone, and the next
 * name is tried. */
static enum dw_result create_temp(struct dw_publish *p, struct dw_error *err)
{
	for (int tries = 0; tries < 100; tries++) {
		struct stat st;
		uint32_t random;
		int len;

		if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
			return dw_fail_errno(err, p->path, "no random bytes");
		len = snprintf(p->temp, sizeof(p->temp), ".%s.%0*x.tmp", p->base, RANDOM_DIGITS,
			(unsigned)random);
		if (len < 0 || (size_t)len >= sizeof(p->temp))
			return dw_fail(err, DW_ERR_LIMIT, p->path, 0, "file name too long");
		p->fd = openat(p->folder, p->temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (p->fd < 0 && errno == EEXIST)
			continue;
		if (p->fd < 0)
			return dw_fail_errno(err, p->path, "cannot create a file in its folder");
		/* a file system without locks is no reason not to publish */
		if ((flock(p->fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) &&
			fstatat(p->folder, p->temp, &st, AT_SYMLINK_NOFOLLOW) == 0) {
			p->named = true;
			return DW_OK;
		}
		close(p->fd);
		p->fd = -1;
	}
	return dw_fail(err, DW_ERR_SYSTEM, p->path, 0, "cannot create a temporary file");
}

static enum dw_result take_owner_and_mode(
	const struct dw_publish *p, const char *like, struct dw_error *err)
{
	struct stat st;

	if ((like ? stat(like, &st) : fstat(p->folder, &st)) != 0)
		return dw_fail_errno(err, like ? like : p->path, "cannot look at the folder");
	if (geteuid() == 0 && fchown(p->fd, st.st_uid, st.st_gid) != 0)
		return dw_fail_errno(err, p->path, "cannot give it the owner of its folder");
	if (fchmod(p->fd, (st.st_mode & 0664) | 0600) != 0)
		return dw_fail_errno(err, p->path, "cannot set its mode");
	return DW_OK;
}

enum dw_result dw_publish_begin(
	const char *path, const char *like, struct dw_publish **out, struct dw_error *err)
{
	struct dw_publish *p = NULL;
	enum dw_result result = publish_new(path, &p, err);

	if (result != DW_OK)
		return result;
	result = check_target(p, err);
	if (result == DW_OK) {
		sweep_leftovers(p);
		result = create_temp(p, err);
	}
	if (result == DW_OK)
		result = take_owner_and_mode(p, like, err);
	if (result != DW_OK) {
		publish_free(p);
		return result;
	}
	*out = p;
	return DW_OK;
}

int dw_publish_fd(const struct dw_publish *publish)
{
	return publish->fd;
}

enum dw_result dw_publish_write(
	struct dw_publish *publish, const void *data, size_t len, struct dw_error *err)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(publish->fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return dw_fail_errno(err, publish->path, "cannot write");
		p += n;
		len -= (size_t)n;
	}
	return DW_OK;
}

enum dw_result dw_publish_copy(struct dw_publish *publish, int from, const char *path,
	uint64_t cap, uint64_t *bytes, struct dw_error *err)
{
	char chunk[64 << 10];
	uint64_t sum = 0;
	enum dw_result result = DW_OK;

	while (result == DW_OK) {
		ssize_t n = read(from, chunk, sizeof(chunk));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return dw_fail_errno(err, path, "cannot read");
		if (n == 0)
			break;
		sum += (uint64_t)n;
		if (sum > cap)
			return dw_fail(err, DW_ERR_LIMIT, path, 0, "larger than %" PRIu64 " bytes", cap);
		result = dw_publish_write(publish, chunk, (size_t)n, err);
	}
	if (result == DW_OK && bytes != NULL)
		*bytes = sum;
	return result;
}

enum dw_result dw_publish_commit(struct dw_publish **publish, struct dw_error *err)
{
	struct dw_publish *p = *publish;
	enum dw_result result = DW_OK;

	*publish = NULL;
	if (fsync(p->fd) != 0) {
		result = dw_fail_errno(err, p->path, "cannot flush");
	} else if (renameat(p->folder, p->temp, p->folder, p->base) != 0) {
		result = dw_fail_errno(err, p->path, "cannot rename the new file over it");
	} else {
		p->named = false;
		if (fsync(p->folder) != 0)
			result = dw_fail_errno(
				err, p->path, "replaced, but its folder cannot be flushed");
	}
	publish_free(p);
	return result;
}

void dw_publish_abort(struct dw_publish **publish)
{
	if (!*publish)
		return;
	publish_free(*publish);
	*publish = NULL;
}

enum dw_result dw_file_write(
	const char *path, const char *like, const void *data, size_t len, struct dw_error *err)
{
	struct dw_publish *publish = NULL;
	enum dw_result result = dw_publish_begin(path, like, &publish, err);

	if (result != DW_OK)
		return result;
	result = dw_publish_write(publish, data, len, err);
	if (result != DW_OK) {
		dw_publish_abort(&publish);
		return result;
	}
	return dw_publish_commit(&publish, err);
}
