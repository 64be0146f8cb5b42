/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * sources.c: the files that settings are read from */
#include "dnsward-config.h"
#include "policy/sources.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "policy/settings_read.h"

/* Paths one after another, each with its NUL; the first `files` are files, the others patterns. */
struct dw_sources {
	size_t files, len;
	char text[];
};

static size_t length_of(const struct dw_vector *paths)
{
	const char *const *path = paths->items;
	size_t len = 0;

	for (size_t i = 0; i < paths->count; i++)
		len += path[i] ? strlen(path[i]) + 1 : 0;
	return len;
}

static char *append(char *to, const struct dw_vector *paths)
{
	const char *const *path = paths->items;

	for (size_t i = 0; i < paths->count; i++)
		if (path[i])
			to = stpcpy(to, path[i]) + 1;
	return to;
}

struct dw_sources *dw_sources_of(const struct dw_reading *r)
{
	size_t files = length_of(&r->files), len = files + length_of(&r->patterns);
	struct dw_sources *sources = malloc(sizeof(*sources) + len);

	if (!sources)
		return NULL;
	*sources = (struct dw_sources){.files = files, .len = len};
	append(append(sources->text, &r->files), &r->patterns);
	return sources;
}

bool dw_sources_equal(const struct dw_sources *a, const struct dw_sources *b)
{
	return a && b && a->files == b->files && a->len == b->len &&
	       memcmp(a->text, b->text, a->len) == 0;
}

static void visit_found(const char *pattern, dw_source_fn *visit, void *arg)
{
	glob_t found = {0};

	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			visit(arg, found.gl_pathv[i]);
	globfree(&found);
}

void dw_sources_each(const struct dw_sources *sources, dw_source_fn *visit, void *arg)
{
	size_t len = sources ? sources->len : 0;

	for (size_t at = 0; at < len; at += strlen(sources->text + at) + 1) {
		visit(arg, sources->text + at);
		if (at >= sources->files)
			visit_found(sources->text + at, visit, arg);
	}
}
