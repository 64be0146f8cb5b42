/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * what is remembered of a list that was fetched
 */
#include "dnsward-config.h"
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "dnsward/file.h"
#include "dnsward/signature.h"
#include "dnsward/state_dir.h"
#include "fetch.h"

static enum dw_result state_path(const struct dw_settings *settings,
	const struct dw_list_options *list, char *out, struct dw_error *err)
{
	return dw_state_list_path(settings, "fetch", list, ".state", out, err);
}

/* ---- lines: "key value" ---- */

static void copy_value(const char *value, char *out, size_t room)
{
	size_t len = strlen(value);

	memcpy(out, value, len < room ? len + 1 : 0);
}

static void read_time(const char *value, struct timespec *out)
{
	int64_t seconds;
	long nanoseconds;

	if (sscanf(value, "%" SCNd64 ".%9ld", &seconds, &nanoseconds) == 2)
		*out = (struct timespec){.tv_sec = (time_t)seconds, .tv_nsec = nanoseconds};
}

static void read_line(char *line, struct fetch_state *s)
{
	char *value = strchr(line, ' ');

	if (value == NULL)
		return;
	*value++ = '\0';
	if (strcmp(line, "url") == 0)
		copy_value(value, s->url, sizeof(s->url));
	else if (strcmp(line, "etag") == 0)
		copy_value(value, s->version.etag, sizeof(s->version.etag));
	else if (strcmp(line, "last-modified") == 0)
		copy_value(value, s->version.modified, sizeof(s->version.modified));
	else if (strcmp(line, "checked") == 0)
		s->checked = strtoll(value, NULL, 10);
	else if (strcmp(line, "size") == 0)
		s->size = strtoll(value, NULL, 10);
	else if (strcmp(line, "time") == 0)
		read_time(value, &s->modified);
}

/* By the key that is asked for now. */
static bool is_signed(const struct dw_list_options *list)
{
	struct dw_public_key key;
	struct dw_signature signature;
	char *content;
	size_t len;

	if (dw_public_key_from_text(list->public_key, strlen(list->public_key), &key, NULL) != DW_OK ||
		dw_signed_read(list->path, NULL, &key, &content, &len, &signature, NULL) != DW_OK)
		return false;
	free(content);
	return true;
}

static bool stands(const struct dw_list_options *list, const struct fetch_state *s)
{
	struct stat st;

	if (stat(list->path, &st) != 0 || st.st_size != s->size ||
		st.st_mtim.tv_sec != s->modified.tv_sec ||
		st.st_mtim.tv_nsec != s->modified.tv_nsec)
		return false;
	return list->public_key == NULL || is_signed(list);
}

bool fetch_state_read(const struct dw_settings *settings, const struct dw_list_options *list,
	struct fetch_state *out)
{
	enum { STATE_MAX = 16 << 10 };
	char path[PATH_MAX], *text, *line, *rest;
	size_t len;

	*out = (struct fetch_state){.size = -1};
	if (state_path(settings, list, path, NULL) != DW_OK ||
		dw_file_read(path, STATE_MAX, &text, &len, NULL) != DW_OK)
		return false;
	for (rest = text; (line = strsep(&rest, "\n")) != NULL;)
		read_line(line, out);
	free(text);
	return strcmp(out->url, list->url) == 0 && stands(list, out);
}

enum dw_result fetch_state_write(const struct dw_settings *settings,
	const struct dw_list_options *list, const struct download_version *version,
	struct dw_error *err)
{
	char path[PATH_MAX], text[sizeof(struct fetch_state) + 256];
	struct stat st;
	enum dw_result res = state_path(settings, list, path, err);
	int n;

	if (res != DW_OK)
		return res;
	if (stat(list->path, &st) != 0)
		return dw_fail_errno(err, list->path, "cannot look at it");
	n = snprintf(text, sizeof(text),
		"url %s\netag %s\nlast-modified %s\nchecked %" PRId64 "\nsize %" PRId64
		"\ntime %" PRId64 ".%09ld\n",
		list->url, version->etag, version->modified, (int64_t)time(NULL),
		(int64_t)st.st_size, (int64_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	if (n < 0 || (size_t)n >= sizeof(text))
		return DW_OK; /* a url that long is fetched whole each time */
	return dw_file_write(path, settings->state_dir, text, (size_t)n, err);
}
