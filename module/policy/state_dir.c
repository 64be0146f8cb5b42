/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * state_dir.c: paths, folders and locks in the state-dir */
#include "dnsward-config.h"
#include "dnsward/state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum dw_result dw_state_path(
	const struct dw_settings *settings, const char *name, char *out, struct dw_error *err)
{
	int n = snprintf(out, PATH_MAX, "%s/%s", settings->state_dir, name);

	if (n < 0 || n >= PATH_MAX)
		return dw_fail(err, DW_ERR_LIMIT, settings->state_dir, 0,
			"path of state-dir is too long: expected fewer than %d bytes", PATH_MAX);
	return DW_OK;
}

enum dw_result dw_state_list_path(const struct dw_settings *settings, const char *folder,
	const struct dw_list_options *list, const char *suffix, char *out, struct dw_error *err)
{
	enum { SUFFIX_ROOM = 32 };
	char file[NAME_MAX + 1];
	size_t n = (size_t)snprintf(file, sizeof(file), "%s/", folder);

	for (const unsigned char *p = (const unsigned char *)list->name; *p != '\0'; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			     (*p >= '0' && *p <= '9') || *p == '-' || *p == '_' ||
			     (*p == '.' && p != (const unsigned char *)list->name);

		if (n + SUFFIX_ROOM > sizeof(file))
			return dw_fail(err, DW_ERR_LIMIT, NULL, 0,
				"list %s: name too long for a file in state-dir", list->name);
		n += (size_t)(plain ? snprintf(file + n, sizeof(file) - n, "%c", *p)
				    : snprintf(file + n, sizeof(file) - n, "%%%02X", *p));
	}
	snprintf(file + n, sizeof(file) - n, "%s", suffix);
	return dw_state_path(settings, file, out, err);
}

/* What is new takes the owner of `like`, where we may give that. By its descriptor: nobody can put
 * something else in its place meanwhile. */
static void take_owner(int fd, const struct stat *like)
{
	if (geteuid() == 0)
		(void)!fchown(fd, like->st_uid, like->st_gid);
}

/* And its mode, whatever the umask: who else may work in state-dir may work with what is in it. */
static void take_after(int fd, const struct stat *like, mode_t most, mode_t least)
{
	take_owner(fd, like);
	(void)!fchmod(fd, (like->st_mode & most) | least);
}

static enum dw_result look_at(const char *path, struct stat *st, struct dw_error *err)
{
	return stat(path, st) == 0 ? DW_OK : dw_fail_errno(err, path, "cannot look at it");
}

/* `*fd`: the folder where it is new, else -1. */
static enum dw_result make_folder(const char *path, int *fd, struct dw_error *err)
{
	*fd = -1;
	if (mkdir(path, 0755) == 0)
		*fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	else if (errno != EEXIST)
		return dw_fail_errno(err, path, "cannot make the folder");
	return DW_OK;
}

/* A command that root calls before the resolver's first start must not lock the resolver out. */
static enum dw_result make_state_dir(const struct dw_settings *settings, struct dw_error *err)
{
	char above[PATH_MAX];
	struct stat st;
	int fd = -1;
	enum dw_result res = dw_state_path(settings, "..", above, err);

	if (res == DW_OK)
		res = make_folder(settings->state_dir, &fd, err);
	if (fd >= 0 && stat(above, &st) == 0)
		take_owner(fd, &st);
	if (fd >= 0)
		close(fd);
	return res;
}

enum dw_result dw_state_dir_make(
	const struct dw_settings *settings, const char *folder, struct dw_error *err)
{
	char path[PATH_MAX];
	struct stat st;
	int fd = -1;
	enum dw_result res = make_state_dir(settings, err);

	if (res == DW_OK)
		res = dw_state_path(settings, folder, path, err);
	if (res == DW_OK)
		res = look_at(settings->state_dir, &st, err);
	if (res == DW_OK)
		res = make_folder(path, &fd, err);
	if (fd < 0)
		return res;
	take_after(fd, &st, 02775, 0700);
	close(fd);
	return res;
}

static enum dw_result refuse(
	const char *path, const char *what, bool *others_may, struct dw_error *err)
{
	*others_may = errno == EACCES;
	return dw_fail_errno(err, path, "%s", what);
}

/* By the rights that count when a file is opened. DW_ERR_NOT_FOUND: it is not there. */
static enum dw_result try_folder(const char *path, bool *others_may, struct dw_error *err)
{
	struct stat st;

	*others_may = false;
	if (stat(path, &st) != 0)
		return refuse(path, "cannot look at it", others_may, err);
	if (!S_ISDIR(st.st_mode))
		return dw_fail(err, DW_ERR_SYSTEM, path, 0, "not a folder");
	if (faccessat(AT_FDCWD, path, R_OK | W_OK | X_OK, AT_EACCESS) != 0)
		return refuse(path, "cannot make files in it", others_may, err);
	return DW_OK;
}

enum dw_result dw_state_dir_try(
	const struct dw_settings *settings, bool *others_may, struct dw_error *err)
{
	char path[PATH_MAX];
	enum dw_result res = try_folder(settings->state_dir, others_may, err);

	if (res == DW_ERR_NOT_FOUND) {
		res = dw_state_path(settings, "", path, err);
		return res == DW_OK ? try_folder(dirname(path), others_may, err) : res;
	}
	if (res == DW_OK)
		res = dw_state_path(settings, "lists", path, err);
	if (res == DW_OK)
		res = try_folder(path, others_may, err);
	return res == DW_ERR_NOT_FOUND ? DW_OK : res;
}

enum dw_result dw_state_lock_open(
	const struct dw_settings *settings, const char *name, int *out, struct dw_error *err)
{
	const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
	char path[PATH_MAX];
	struct stat st;
	enum dw_result res = dw_state_path(settings, name, path, err);
	int fd;

	if (res != DW_OK)
		return res;
	fd = open(path, flags | O_CREAT | O_EXCL, 0600);
	if (fd >= 0 && stat(settings->state_dir, &st) == 0)
		take_after(fd, &st, 0664, 0600);
	else if (fd < 0 && errno == EEXIST)
		fd = open(path, flags);
	if (fd < 0)
		return dw_fail_errno(err, path, "cannot open the lock file");
	*out = fd;
	return DW_OK;
}
