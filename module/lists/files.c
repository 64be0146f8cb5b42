/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * files.c: the files of a list, their age, and a digest of them */
#include "dnsward-config.h"
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <fts.h>
#include <glob.h>
#include <libpsl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dnsward/clock.h"
#include "dnsward/lists.h"
#include "dnsward/version.h"
#include "lists/source.h"

enum { FILES_MAX = 65536, CHUNK_BYTES = 64 << 10 };

_Static_assert(DW_LIST_DIGEST_BYTES >= crypto_generichash_BYTES_MIN &&
		       DW_LIST_DIGEST_BYTES <= crypto_generichash_BYTES_MAX,
	"a digest BLAKE2b can make");

/* ---- files ---- */

/* Whether the file is left by an editor, a package manager or a download, or is a signature. */
static bool is_left_out(const char *path)
{
	static const char *const leftovers[] = {
		".*",
		"*~",
		"*.minisig",
		"*.tmp",
		"*.dpkg-*",
		"*.rpm*",
	};
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < sizeof(leftovers) / sizeof(*leftovers); i++)
		if (fnmatch(leftovers[i], name, 0) == 0)
			return true;
	return false;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Return a glob pattern for the files of a folder: `path` with special characters escaped, and "/"
 * "*". The caller frees it. */
static char *folder_glob(const char *path)
{
	char *pattern = malloc(strlen(path) * 2 + 3), *to = pattern;

	if (!pattern)
		return NULL;
	for (; *path; path++) {
		if (strchr("*?[]\\", *path))
			*to++ = '\\';
		*to++ = *path;
	}
	memcpy(to, "/*", 3);
	return pattern;
}

static int path_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Copy `count` paths, sorted, into one allocation with the array itself. NULL if out of memory. */
static char **pack(char *const *paths, size_t count)
{
	size_t size = count * sizeof(char *);
	char **out, *to;

	for (size_t i = 0; i < count; i++)
		size += strlen(paths[i]) + 1;
	out = malloc(size);
	if (!out)
		return NULL;
	to = (char *)(out + count);
	for (size_t i = 0; i < count; i++) {
		out[i] = to;
		to = stpcpy(to, paths[i]) + 1;
	}
	qsort(out, count, sizeof(*out), path_compare);
	return out;
}

static enum dw_result glob_files(
	const char *path, const char *pattern, char ***out, size_t *count, struct dw_error *err)
{
	glob_t found = {0};
	size_t kept = 0;
	enum dw_result result = DW_OK;
	int rc = glob(pattern, GLOB_NOSORT | GLOB_ERR, NULL, &found);

	for (size_t i = 0; rc == 0 && i < found.gl_pathc; i++) {
		if (is_left_out(found.gl_pathv[i]) || is_folder(found.gl_pathv[i]))
			continue;
		/* Swap, so that globfree() still frees all paths. */
		char *keep = found.gl_pathv[i];

		found.gl_pathv[i] = found.gl_pathv[kept];
		found.gl_pathv[kept++] = keep;
	}
	if (rc == GLOB_NOSPACE)
		result = dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory to look for files");
	else if (rc == GLOB_ABORTED)
		result = dw_fail_errno(err, path, "cannot read the folder");
	else if (kept == 0)
		result = dw_fail(
			err, DW_ERR_NOT_FOUND, path, 0, "no file there; expected one or more");
	else if (kept > FILES_MAX)
		result = dw_fail(err, DW_ERR_LIMIT, path, 0, "more than %d files", FILES_MAX);
	else if (!(*out = pack(found.gl_pathv, kept)))
		result = dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory to look for files");
	else
		*count = kept;
	globfree(&found);
	return result;
}

static enum dw_result folder_files(
	const char *path, char ***out, size_t *count, struct dw_error *err)
{
	char *pattern = folder_glob(path);
	enum dw_result result;

	if (!pattern)
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory to look for files");
	result = glob_files(path, pattern, out, count, err);
	free(pattern);
	return result;
}

/* ---- trees of folders ---- */

enum { TREE_DEPTH_MAX = 32 };

struct paths {
	char **list;
	size_t count, room;
};

static bool keep_path(struct paths *paths, const char *path)
{
	if (paths->count == paths->room) {
		size_t room = paths->room * 2 + 64;
		char **grown = reallocarray(paths->list, room, sizeof(*grown));

		if (!grown)
			return false;
		paths->list = grown;
		paths->room = room;
	}
	paths->list[paths->count] = strdup(path);
	return paths->list[paths->count++] != NULL;
}

static bool is_yaml(const char *path)
{
	return fnmatch("*.yml", path, 0) == 0 || fnmatch("*.yaml", path, 0) == 0;
}

/* Handle one entry of the folder tree. */
static enum dw_result visit(FTS *tree, FTSENT *entry, struct paths *paths, struct dw_error *err)
{
	switch (entry->fts_info) {
	case FTS_D:
		if (entry->fts_level > 0 && is_left_out(entry->fts_path))
			fts_set(tree, entry, FTS_SKIP);
		else if (entry->fts_level > TREE_DEPTH_MAX)
			return dw_fail(err, DW_ERR_LIMIT, entry->fts_path, 0,
				"folders more than %d deep", TREE_DEPTH_MAX);
		return DW_OK;
	case FTS_DNR:
	case FTS_ERR:
		errno = entry->fts_errno;
		return dw_fail_errno(err, entry->fts_path, "cannot read the folder");
	case FTS_F:
		if (!is_yaml(entry->fts_path) || is_left_out(entry->fts_path))
			return DW_OK;
		if (paths->count == FILES_MAX)
			return dw_fail(err, DW_ERR_LIMIT, entry->fts_path, 0, "more than %d files",
				FILES_MAX);
		if (!keep_path(paths, entry->fts_path))
			return dw_fail(err, DW_ERR_MEMORY, entry->fts_path, 0,
				"no memory to look for files");
		return DW_OK;
	default: /* folders after their contents, dangling links, and links that form a cycle */
		return DW_OK;
	}
}

static enum dw_result walk(FTS *tree, const char *path, struct paths *paths, struct dw_error *err)
{
	enum dw_result result = DW_OK;
	FTSENT *entry;

	errno = 0;
	while (result == DW_OK && (entry = fts_read(tree)) != NULL) {
		result = visit(tree, entry, paths, err);
		errno = 0;
	}
	if (result == DW_OK && errno != 0)
		return dw_fail_errno(err, path, "cannot read the folder");
	if (result == DW_OK && paths->count == 0)
		return dw_fail(err, DW_ERR_NOT_FOUND, path, 0,
			"no *.yml or *.yaml there or below; expected one or more");
	return result;
}

static enum dw_result tree_files(const char *path, char ***out, size_t *count, struct dw_error *err)
{
	struct paths paths = {0};
	FTS *tree = fts_open((char *const[]){(char *)path, NULL}, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	enum dw_result result;

	if (!tree)
		return dw_fail_errno(err, path, "cannot read the folder");
	result = walk(tree, path, &paths, err);
	fts_close(tree);
	if (result == DW_OK && !(*out = pack(paths.list, paths.count)))
		result = dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory to look for files");
	if (result == DW_OK)
		*count = paths.count;
	while (paths.count > 0)
		free(paths.list[--paths.count]);
	free(paths.list);
	return result;
}

/* ---- path of a list ---- */

enum dw_result dw_list_files(
	const struct dw_list_options *options, char ***out, size_t *count, struct dw_error *err)
{
	const char *path = options->path;
	struct stat st;

	if (stat(path, &st) != 0) {
		if (!strpbrk(path, "*?["))
			return dw_fail_errno(err, path, "cannot open");
		return glob_files(path, path, out, count, err);
	}
	if (S_ISDIR(st.st_mode))
		return options->format == DW_FORMAT_SIGMA ? tree_files(path, out, count, err)
							  : folder_files(path, out, count, err);
	*out = pack((char *const[]){(char *)path}, 1);
	if (!*out)
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory to look for files");
	*count = 1;
	return DW_OK;
}

/* ---- age ---- */

static time_t newest_of(char *const *files, size_t count)
{
	time_t newest = 0;
	struct stat st;

	for (size_t i = 0; i < count; i++)
		if (stat(files[i], &st) == 0 && st.st_mtime > newest)
			newest = st.st_mtime;
	return newest;
}

enum dw_result dw_list_check_age(
	const struct dw_list_options *options, time_t now, struct dw_error *err)
{
	char text[DW_TIMESTAMP_TEXT_MAX], **files;
	size_t count;
	time_t newest;

	if (options->max_age == 0 || dw_list_files(options, &files, &count, NULL) != DW_OK)
		return DW_OK;
	newest = newest_of(files, count);
	free(files);
	if (newest >= now || (uint64_t)(now - newest) <= options->max_age)
		return DW_OK;
	dw_timestamp_to_text((uint64_t)newest * 1000000, text);
	return dw_fail(err, DW_ERR_GUARD, options->path, 0,
		"list %s is of %.19sZ; max-age allows %llu seconds", options->name, text,
		(unsigned long long)options->max_age);
}

/* ---- digest ---- */

static void add(crypto_generichash_state *state, const void *bytes, size_t len)
{
	crypto_generichash_update(state, bytes, len);
}

/* Add a string with its NUL, so that consecutive strings stay distinct. */
static void add_string(crypto_generichash_state *state, const char *text)
{
	add(state, text ? text : "", text ? strlen(text) + 1 : 1);
}

static void add_options(crypto_generichash_state *state, const struct dw_list_options *options)
{
	const uint64_t numbers[] = {
		options->format,
		options->top,
		options->match_subtree,
		options->trust_answers,
		options->suffixes,
		options->skip_triggers,
		options->exceptions != NULL,
		options->ignore_host_fields,
	};

	/* another version of this program or of the suffix list may parse the same text
	 * differently */
	add_string(state, dw_version());
	add_string(state, psl_get_version());
	add(state, numbers, sizeof(numbers));
	add_string(state, options->zone);
	add_string(state, options->public_key);
}

static enum dw_result add_file(
	crypto_generichash_state *state, const char *path, struct dw_error *err)
{
	uint8_t chunk[CHUNK_BYTES];
	enum dw_result result;
	uint64_t size = 0;
	ssize_t n = 1;
	int fd;

	result = dw_source_file(path, DW_TEXT_MAX, &fd, err);
	if (result != DW_OK)
		return result;
	while (n > 0 && size <= DW_TEXT_MAX) {
		do
			n = read(fd, chunk, sizeof(chunk));
		while (n < 0 && errno == EINTR);
		if (n > 0) {
			add(state, chunk, (size_t)n);
			size += (uint64_t)n;
		}
	}
	if (n < 0)
		result = dw_fail_errno(err, path, "cannot read");
	close(fd);
	if (result != DW_OK)
		return result;
	add(state, &size, sizeof(size));
	add_string(state, path);
	return DW_OK;
}

/* Add the signature of a file. One that cannot be read only changes the digest; dw_list_load
 * reports it. */
static void add_signature(crypto_generichash_state *state, const char *path)
{
	char beside[PATH_MAX];
	int len = snprintf(beside, sizeof(beside), "%s.minisig", path);

	if (len >= (int)sizeof(beside) || add_file(state, beside, NULL) != DW_OK)
		add_string(state, "no signature");
}

enum dw_result dw_list_digest(const struct dw_list_options *options,
	uint8_t out[DW_LIST_DIGEST_BYTES], struct dw_error *err)
{
	crypto_generichash_state state;
	char **files;
	size_t count;
	enum dw_result result = dw_list_files(options, &files, &count, err);

	if (result != DW_OK)
		return result;
	crypto_generichash_init(&state, NULL, 0, DW_LIST_DIGEST_BYTES);
	add_options(&state, options);
	for (size_t i = 0; i < count && result == DW_OK; i++) {
		result = add_file(&state, files[i], err);
		if (options->public_key)
			add_signature(&state, files[i]);
	}
	if (result == DW_OK)
		crypto_generichash_final(&state, out, DW_LIST_DIGEST_BYTES);
	free(files);
	return result;
}
