/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * file.c: whole files read and mapped, files for a while, and the paths files name */
#include "dnsward-config.h"
#include "dnsward/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static enum dw_result open_regular(const char *path, int *fd, struct stat *st, struct dw_error *err)
{
	/* O_NONBLOCK: a FIFO without a writer must not hold us up */
	int opened = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	enum dw_result result;

	if (opened < 0)
		return dw_fail_errno(err, path, "cannot open");
	if (fstat(opened, st) != 0)
		result = dw_fail_errno(err, path, "cannot look at it");
	else if (!S_ISREG(st->st_mode))
		result = dw_fail(err, DW_ERR_UNSUPPORTED, path, 0, "not a regular file");
	else
		result = DW_OK;
	if (result == DW_OK)
		*fd = opened;
	else
		close(opened);
	return result;
}

/* Read to the end, one byte past `cap` at most. The size that stat tells is only where
 * to start: files in /proc tell 0, and a file may grow meanwhile. */
static enum dw_result read_all(int fd, size_t hint, size_t cap, char **out, size_t *len,
	const char *path, struct dw_error *err)
{
	size_t room = (hint < cap ? hint : cap) + 1, used = 0;
	char *data = malloc(room + 1);

	while (data) {
		ssize_t n = read(fd, data + used, room - used);
		char *grown;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			enum dw_result result = dw_fail_errno(err, path, "cannot read");

			free(data);
			return result;
		}
		used += (size_t)n;
		if (used > cap) {
			free(data);
			return dw_fail(err, DW_ERR_LIMIT, path, 0, "larger than %zu bytes", cap);
		}
		if (n == 0) {
			data[used] = '\0';
			*out = data;
			*len = used;
			return DW_OK;
		}
		if (used < room)
			continue;
		room = room < 4096 ? 8192 : room * 2;
		if (room > cap + 1)
			room = cap + 1;
		grown = realloc(data, room + 1);
		if (!grown)
			free(data);
		data = grown;
	}
	return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory");
}

enum dw_result dw_file_read(
	const char *path, size_t cap, char **out, size_t *len, struct dw_error *err)
{
	struct stat st;
	int fd;
	enum dw_result result = open_regular(path, &fd, &st, err);

	if (result != DW_OK)
		return result;
	result = read_all(fd, (size_t)st.st_size, cap, out, len, path, err);
	close(fd);
	return result;
}

enum dw_result dw_file_map(const char *path, struct dw_map *out, struct dw_error *err)
{
	static const uint8_t nothing[1];
	struct stat st;
	void *data = (void *)nothing;
	int fd;
	enum dw_result result = open_regular(path, &fd, &st, err);

	if (result != DW_OK)
		return result;
	if (st.st_size > 0)
		data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (data == MAP_FAILED)
		result = dw_fail_errno(err, path, "cannot map");
	close(fd);
	if (result != DW_OK)
		return result;
	*out = (struct dw_map){
		.data = data,
		.size = (size_t)st.st_size,
		.device = st.st_dev,
		.inode = st.st_ino,
		.modified = st.st_mtim,
	};
	return DW_OK;
}

void dw_file_unmap(struct dw_map *map)
{
	if (map->size > 0)
		munmap((void *)map->data, map->size);
	*map = (struct dw_map){0};
}

enum dw_result dw_scratch_file_init(
	struct dw_scratch_file *scratch, const char *name, struct dw_error *err)
{
	strcpy(scratch->folder, "/tmp/dnsward-XXXXXX");
	if (!mkdtemp(scratch->folder))
		return dw_fail_errno(err, scratch->folder, "cannot make a folder");
	snprintf(scratch->path, sizeof(scratch->path), "%s/%s", scratch->folder, name);
	return DW_OK;
}

void dw_scratch_file_remove(const struct dw_scratch_file *scratch)
{
	unlink(scratch->path);
	rmdir(scratch->folder);
}

enum dw_result dw_path_resolve(const char *file, const char *path, char **out)
{
	const char *slash = strrchr(file, '/');
	size_t folder_len = slash && path[0] != '/' ? (size_t)(slash - file) + 1 : 0;
	size_t path_len = strlen(path);
	char *joined = malloc(folder_len + path_len + 1);

	if (!joined)
		return DW_ERR_MEMORY;
	memcpy(joined, file, folder_len);
	memcpy(joined + folder_len, path, path_len + 1);
	*out = joined;
	return DW_OK;
}
