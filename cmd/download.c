/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * one file from a URL to disk, by libcurl
 */
#include "dnsward-config.h"
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "dnsward/version.h"
#include "download.h"

/* One transfer under way. */
struct transfer {
	CURL *curl;
	struct curl_slist *headers;
	int fd;
	uint64_t bytes, bytes_max, header_bytes;
	bool too_large, headers_too_large;
	int write_errno; /* 0: all was written */
	struct download_version found;
	char trouble[CURL_ERROR_SIZE];
};

bool download_start(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

void download_end(void)
{
	curl_global_cleanup();
}

/* ---- what comes ---- */

static size_t take_content(char *data, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	size_t len = size * count;

	if (len > t->bytes_max - t->bytes) {
		t->too_large = true;
		return CURL_WRITEFUNC_ERROR;
	}
	for (size_t done = 0; done < len;) {
		ssize_t n = write(t->fd, data + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			t->write_errno = errno;
			return CURL_WRITEFUNC_ERROR;
		}
		done += (size_t)n;
	}
	t->bytes += len;
	return len;
}

/* Take the value of a header. One that is too long, or that could not be sent back as it is, is
 * as good as none. */
static void take_value(const char *value, size_t len, char out[static DOWNLOAD_TAG_MAX])
{
	while (len > 0 && (*value == ' ' || *value == '\t')) {
		value++;
		len--;
	}
	while (len > 0 && strchr(" \t\r\n", value[len - 1]) != NULL)
		len--;
	if (len >= DOWNLOAD_TAG_MAX)
		len = 0;
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)value[i] < 0x20 || value[i] == 0x7f)
			len = 0;
	}
	memcpy(out, value, len);
	out[len] = '\0';
}

static size_t take_header(char *line, size_t size, size_t count, void *arg)
{
	static const char etag[] = "ETag:", modified[] = "Last-Modified:", status[] = "HTTP/";
	struct transfer *t = arg;
	size_t len = size * count;

	t->header_bytes += len;
	t->headers_too_large = t->header_bytes > DOWNLOAD_HEADERS_MAX;
	if (t->headers_too_large) /* libcurl keeps all of those that come after the content */
		return 0;
	if (len >= strlen(status) && strncmp(line, status, strlen(status)) == 0)
		t->found =
			(struct download_version){.etag = ""}; /* that of a redirect is of no use */
	else if (len >= strlen(etag) && strncasecmp(line, etag, strlen(etag)) == 0)
		take_value(line + strlen(etag), len - strlen(etag), t->found.etag);
	else if (len >= strlen(modified) && strncasecmp(line, modified, strlen(modified)) == 0)
		take_value(line + strlen(modified), len - strlen(modified), t->found.modified);
	return len;
}

/* ---- what is asked ---- */

static bool add_header(struct transfer *t, const char *name, const char *value)
{
	char line[DOWNLOAD_TAG_MAX + 64];
	struct curl_slist *longer;

	if (value[0] == '\0')
		return true;
	snprintf(line, sizeof(line), "%s: %s", name, value);
	longer = curl_slist_append(t->headers, line);
	if (longer != NULL)
		t->headers = longer;
	return longer != NULL;
}

static bool set_up(struct transfer *t, const char *url, const struct download_limits *limits,
	const struct download_version *have)
{
	static const char agent[] = "dnsward/" PACKAGE_VERSION;
	const bool is_safe = strncmp(url, "https:", 6) == 0;
	/* libcurl counts milliseconds in an int, 24 days of them */
	const long timeout = limits->seconds < INT_MAX / 1000 ? (long)limits->seconds : INT_MAX / 1000;
	CURL *c = t->curl = curl_easy_init();

	if (c == NULL)
		return false;
	if (have != NULL && (!add_header(t, "If-None-Match", have->etag) ||
				    !add_header(t, "If-Modified-Since", have->modified)))
		return false;
	return curl_easy_setopt(c, CURLOPT_URL, url) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https,file") == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, is_safe ? "https" : "http,https") ==
		       CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)DOWNLOAD_REDIRECTS) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)DOWNLOAD_CONNECT_SECONDS) ==
		       CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, (long)DOWNLOAD_SLOW_BYTES) ==
		       CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)DOWNLOAD_SLOW_SECONDS) ==
		       CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_TIMEOUT, timeout) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)limits->bytes) ==
		       CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_USERAGENT, agent) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_HTTPHEADER, t->headers) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->trouble) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_content) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_WRITEDATA, t) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_HEADERDATA, t) == CURLE_OK;
}

/* ---- how it went ---- */

static enum dw_result explain(
	const struct transfer *t, CURLcode code, const char *path, struct dw_error *err)
{
	if (t->too_large || code == CURLE_FILESIZE_EXCEEDED)
		return dw_fail(err, DW_ERR_LIMIT, NULL, 0, "larger than %llu bytes",
			(unsigned long long)t->bytes_max);
	if (t->headers_too_large)
		return dw_fail(err, DW_ERR_LIMIT, NULL, 0, "more than %d bytes of headers",
			DOWNLOAD_HEADERS_MAX);
	if (t->write_errno != 0) {
		errno = t->write_errno;
		return dw_fail_errno(err, path, "cannot write");
	}
	return dw_fail(err, code == CURLE_OUT_OF_MEMORY ? DW_ERR_MEMORY : DW_ERR_SYSTEM, NULL, 0,
		"%s", t->trouble[0] != '\0' ? t->trouble : curl_easy_strerror(code));
}

static enum dw_result transfer(struct transfer *t, bool is_conditional, const char *path,
	bool *not_modified, struct dw_error *err)
{
	CURLcode code = curl_easy_perform(t->curl);
	long status = 0;
	char *scheme = NULL;

	if (code != CURLE_OK)
		return explain(t, code, path, err);
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(t->curl, CURLINFO_SCHEME, &scheme);
	*not_modified = is_conditional && status == 304;
	if (*not_modified || status == 200 || (scheme != NULL && strcasecmp(scheme, "file") == 0))
		return DW_OK;
	return dw_fail(
		err, DW_ERR_SYSTEM, NULL, 0, "answered with HTTP status %ld; expected 200", status);
}

enum dw_result download_file(const char *url, const char *path,
	const struct download_limits *limits, const struct download_version *have,
	struct download_version *version, bool *not_modified, struct dw_error *err)
{
	struct transfer t = {.fd = -1, .bytes_max = limits->bytes};
	enum dw_result res;

	unlink(path);
	t.fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (t.fd < 0)
		return dw_fail_errno(err, path, "cannot make the file");
	if (set_up(&t, url, limits, have))
		res = transfer(&t, have != NULL, path, not_modified, err);
	else
		res = dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for a transfer");
	close(t.fd);
	curl_easy_cleanup(t.curl);
	curl_slist_free_all(t.headers);
	if (res == DW_OK)
		*version = t.found;
	else
		unlink(path);
	return res;
}

/* ---- URLs ---- */

char *download_url_beside(const char *url, const char *suffix)
{
	size_t path_len = strcspn(url, "?#");
	char *beside = malloc(strlen(url) + strlen(suffix) + 1);

	if (beside != NULL)
		sprintf(beside, "%.*s%s%s", (int)path_len, url, suffix, url + path_len);
	return beside;
}

char *download_url_shown(const char *url)
{
	const char *host = strstr(url, "://"), *at;
	size_t scheme_len, authority_len;
	char *shown = malloc(strlen(url) + 1);

	if (shown == NULL)
		return NULL;
	strcpy(shown, url);
	if (host == NULL)
		return shown;
	host += 3;
	scheme_len = (size_t)(host - url);
	authority_len = strcspn(host, "/?#");
	at = memrchr(host, '@', authority_len);
	if (at != NULL)
		strcpy(shown + scheme_len, at + 1);
	return shown;
}
