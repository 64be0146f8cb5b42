/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_sources.c: the files of the settings: the main one and what is included */
#include "dnsward-config.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/settings_read.h"

enum {
	INCLUDE_DEPTH_MAX = 8,
	INCLUDE_FILES_MAX = 1000,
};

/* A file is one, whatever paths lead to it. */
struct dw_file_identity {
	dev_t device;
	ino_t inode;
};

/* The include that is being followed; NULL for the main file. */
struct include {
	const struct dw_key *key;
	const struct dw_yaml_node *value;
	unsigned depth;
};

static const struct dw_key include_key = {.name = "include"};

static void read_source(struct dw_reading *r, const char *path, const struct include *from);

/* A file that cannot even be opened is the fault of the line that includes it. */
static void complain_of_file(struct dw_reading *r, enum dw_result result, uint32_t file,
	const struct include *from, const struct dw_error *error)
{
	const uint32_t outer = r->file;

	if (from && (result == DW_ERR_NOT_FOUND || result == DW_ERR_SYSTEM ||
			    result == DW_ERR_UNSUPPORTED)) {
		dw_complain(r, result, from->value->line, from->key->name,
			"found \"%s\": %s; expected a file or a pattern", from->value->text,
			error->text);
		return;
	}
	r->file = file;
	dw_complain_error(r, result, error);
	r->file = outer;
}

/* Whether the file was read before; if not, it is from now on. */
static bool was_read(struct dw_reading *r, const char *path)
{
	struct dw_file_identity *known = r->identities.items;
	struct stat st;

	if (stat(path, &st) != 0)
		return false; /* reading it will tell why */
	for (size_t i = 0; i < r->identities.count; i++)
		if (known[i].device == st.st_dev && known[i].inode == st.st_ino)
			return true;
	known = dw_reading_add(r, &r->identities, sizeof(*known));
	if (known)
		*known = (struct dw_file_identity){.device = st.st_dev, .inode = st.st_ino};
	return false;
}

/* ---- include ---- */

/* A folder that is not there has no files; one that cannot be read is an error. */
static int on_glob_error(const char *path, int code)
{
	(void)path;
	return code != ENOENT && code != ENOTDIR;
}

static bool is_pattern(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

static char *escape(const char *text, size_t len)
{
	char *out = calloc(len * 2 + 1, 1), *p = out;

	for (size_t i = 0; out && i < len; i++) {
		if (strchr("*?[]\\", text[i]))
			*p++ = '\\';
		*p++ = text[i];
	}
	return out;
}

/* The pattern with the folder it starts at, or the chroot, before it. Those two are no
 * patterns, whatever they hold. */
static char *full_pattern(struct dw_reading *r, const char *pattern)
{
	const char *resolved = dw_reading_path(r, pattern);
	size_t fixed, len;
	char *folder, *out = NULL;

	if (!resolved)
		return NULL;
	fixed = strlen(resolved) - strlen(pattern);
	folder = escape(resolved, fixed);
	len = folder ? strlen(folder) + strlen(pattern) + 1 : 0;
	if (folder)
		out = malloc(len);
	if (out)
		snprintf(out, len, "%s%s", folder, pattern);
	else
		r->no_memory = true;
	free(folder);
	return out;
}

/* Files that the pattern finds and that were not read yet, in byte order. None is no
 * error: a folder for additions may be empty. */
static void include_pattern(struct dw_reading *r, const struct include *from)
{
	char *pattern = full_pattern(r, from->value->text);
	const char **patterns = pattern ? dw_reading_add(r, &r->patterns, sizeof(*patterns)) : NULL;
	glob_t found = {0};
	int code;

	if (patterns)
		*patterns = dw_reading_text(r, pattern, strlen(pattern));
	if (!pattern)
		return;
	code = glob(pattern, 0, on_glob_error, &found);
	if (code == GLOB_NOSPACE)
		r->no_memory = true;
	else if (code == GLOB_ABORTED)
		dw_complain(r, DW_ERR_SYSTEM, from->value->line, from->key->name,
			"%s: cannot read the folder; expected one whose files can be listed",
			pattern);
	for (size_t i = 0; code == 0 && i < found.gl_pathc && !r->no_memory; i++)
		if (!was_read(r, found.gl_pathv[i]))
			read_source(r, found.gl_pathv[i], from);
	globfree(&found);
	free(pattern);
}

static void include_value(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	const unsigned *depth = field;
	const struct include from = {.key = key, .value = value, .depth = *depth};
	const char *path;

	if (is_pattern(value->text)) {
		include_pattern(r, &from);
		return;
	}
	path = dw_reading_path(r, value->text);
	if (!path)
		return;
	if (was_read(r, path))
		dw_expected(r, key, value, "a file that was not read already");
	else
		read_source(r, path, &from);
}

static void follow_includes(struct dw_reading *r, const struct dw_yaml_node *root, unsigned depth)
{
	const struct dw_yaml_node *value = dw_yaml_get(root, include_key.name);

	if (!value || dw_is_empty(value))
		return;
	if (depth == INCLUDE_DEPTH_MAX)
		dw_complain(r, DW_ERR_LIMIT, value->line, include_key.name,
			"found one in a file %u includes deep; expected at most %d", depth,
			INCLUDE_DEPTH_MAX);
	else
		dw_read_values(
			r, &include_key, value, include_value, &depth, "a path or a list of paths");
}

/* ---- files ---- */

static const struct dw_yaml_node *check_root(struct dw_reading *r, const struct dw_yaml *doc)
{
	const struct dw_yaml_node *root = dw_yaml_root(doc, 0);
	const struct dw_yaml_node *second = dw_yaml_root(doc, 1);

	if (second)
		dw_complain(r, DW_ERR_SYNTAX, second->line, NULL,
			"found a second document; expected one a file (no line of ---)");
	if (!root || (root->kind == DW_YAML_SCALAR && root->text_len == 0))
		return NULL;
	if (root->kind == DW_YAML_MAP)
		return root;
	dw_expected(r, NULL, root, "settings: lines of \"key: value\"");
	return NULL;
}

static void read_source(struct dw_reading *r, const char *path, const struct include *from)
{
	const uint32_t outer = r->file;
	const char *copy = dw_reading_text(r, path, strlen(path));
	const char **files = copy ? dw_reading_add(r, &r->files, sizeof(*files)) : NULL;
	const struct dw_yaml_node *root;
	struct dw_source_file *source;
	struct dw_yaml *doc = NULL;
	struct dw_error error;
	enum dw_result result;

	if (!files)
		return;
	*files = copy;
	if (r->sources.count == INCLUDE_FILES_MAX) {
		dw_complain(r, DW_ERR_LIMIT, from->value->line, from->key->name,
			"found more than %d files", INCLUDE_FILES_MAX);
		return;
	}
	result = dw_yaml_open(path, NULL, &doc, &error);
	source = dw_reading_add(r, &r->sources, sizeof(*source));
	if (!source) {
		dw_yaml_close(&doc);
		return;
	}
	*source = (struct dw_source_file){.file = (uint32_t)r->files.count - 1, .doc = doc};
	if (result != DW_OK) {
		complain_of_file(r, result, source->file, from, &error);
		return;
	}
	r->file = source->file;
	source->root = root = check_root(r, doc);
	if (root)
		follow_includes(r, root, from ? from->depth + 1 : 0);
	r->file = outer;
}

void dw_read_sources(struct dw_reading *r, const char *path)
{
	was_read(r, path);
	read_source(r, path, NULL);
}
