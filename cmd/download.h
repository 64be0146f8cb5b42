/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * one file from a URL to disk
 */
#ifndef DNSWARD_CMD_DOWNLOAD_H
#define DNSWARD_CMD_DOWNLOAD_H

#include <stdbool.h>
#include <stdint.h>
#include "dnsward/result.h"

/*
 * http, https and file, by libcurl, with what stands in the environment about proxies. Up to five
 * redirects are followed, to http or https, and from https to https alone. The content goes to
 * disk as it comes, so that whatever compresses it is there for the reader of lists. What is
 * answered is not trusted: it ends at a size and at a time, and when it comes too slowly.
 */
enum {
	DOWNLOAD_CONNECT_SECONDS = 30,
	DOWNLOAD_SLOW_BYTES = 100,  /* a second, ... */
	DOWNLOAD_SLOW_SECONDS = 60, /* ... over so many, is too slow */
	DOWNLOAD_REDIRECTS = 5,
	DOWNLOAD_HEADERS_MAX = 256 << 10, /* bytes, of all redirects and behind the content too */
};

struct download_limits {
	uint64_t bytes;
	uint64_t seconds; /* from start to end */
};

/* What a server said of the version it sent: to ask whether there is another one. */
enum { DOWNLOAD_TAG_MAX = 512 };
struct download_version {
	char etag[DOWNLOAD_TAG_MAX];     /* of the header ETag, or "" */
	char modified[DOWNLOAD_TAG_MAX]; /* Last-Modified, as it was written, or "" */
};

/* Before the first and after the last transfer. False: libcurl cannot start. */
bool download_start(void);
void download_end(void);

/*
 * Get `url` into `path`, a file made anew. `have` (or NULL): the version that is here; where it is
 * still the one *not_modified is set, and what `path` holds means nothing. Else `version` is that
 * of what came. On failure the file is gone.
 */
enum dw_result download_file(const char *url, const char *path,
	const struct download_limits *limits, const struct download_version *have,
	struct download_version *version, bool *not_modified, struct dw_error *err) DW_MUST_CHECK;

/* The URL with `suffix` behind its path, before a query. The caller frees it; NULL: no memory or
 * no URL. */
char *download_url_beside(const char *url, const char *suffix);

/* The URL as it may be shown: without user and password. The caller frees it; may be NULL. */
char *download_url_shown(const char *url);

#endif
