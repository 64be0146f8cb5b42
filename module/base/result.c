/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * result.c: how a function says that it failed, and why */
#include "dnsward-config.h"
#include "dnsward/result.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* How many bytes the well-formed UTF-8 sequence at `p` has (Unicode 15, table
 * 3-7: no overlong forms, no surrogates, nothing past U+10FFFF), or 0. The C1
 * controls, U+0080 to U+009F, drive terminals and count as malformed here. */
static size_t sequence_len(const unsigned char *p)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t len, i;

	if (p[0] < 0x80)
		return p[0] >= 0x20 && p[0] != 0x7f;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		len = 2;
	else if ((p[0] & 0xf0) == 0xe0)
		len = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		len = 4;
	else
		return 0;
	if (p[0] == 0xc2 || p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

/* Replace what a terminal or a log must not see, a sequence cut short included. */
static void sanitize(char *text)
{
	unsigned char *p = (unsigned char *)text;

	while (*p) {
		size_t len = sequence_len(p);

		if (len == 0)
			*p = '?';
		p += len ? len : 1;
	}
}

static void format_where(char *out, size_t out_len, const char *path, size_t line)
{
	char suffix[24] = "";
	const char *mark = "";
	size_t room, path_len;

	if (!path) {
		out[0] = '\0';
		return;
	}
	if (line)
		snprintf(suffix, sizeof(suffix), ":%zu", line);
	room = out_len - 1 - strlen(suffix);
	path_len = strlen(path);
	if (path_len > room) { /* its end tells more than its start */
		mark = "...";
		path += path_len - (room - strlen(mark));
	}
	snprintf(out, out_len, "%s%s%s", mark, path, suffix);
	sanitize(out);
}

/* Build first, copy last: arguments may point into `err` when one error wraps another. */
static void fill(struct dw_error *err, const char *path, size_t line, const char *fmt, va_list args,
	const char *suffix)
{
	struct dw_error built;
	int len;

	len = vsnprintf(built.text, sizeof(built.text), fmt, args);
	if (len < 0)
		len = snprintf(built.text, sizeof(built.text), "%s", fmt);
	if (suffix && (size_t)len < sizeof(built.text))
		snprintf(built.text + len, sizeof(built.text) - (size_t)len, ": %s", suffix);
	sanitize(built.text);
	format_where(built.where, sizeof(built.where), path, line);
	memcpy(err->text, built.text, strlen(built.text) + 1);
	memcpy(err->where, built.where, strlen(built.where) + 1);
}

enum dw_result dw_fail(struct dw_error *err, enum dw_result result, const char *path, size_t line,
	const char *fmt, ...)
{
	va_list args;

	if (!err)
		return result;
	va_start(args, fmt);
	fill(err, path, line, fmt, args, NULL);
	va_end(args);
	return result;
}

enum dw_result dw_fail_errno(struct dw_error *err, const char *path, const char *fmt, ...)
{
	int code = errno;
	/* untranslated and thread-safe, unlike strerror */
	const char *reason = strerrordesc_np(code);
	va_list args;

	if (err) {
		va_start(args, fmt);
		fill(err, path, 0, fmt, args, reason ? reason : "unknown error");
		va_end(args);
	}
	switch (code) {
	case ENOENT:
		return DW_ERR_NOT_FOUND;
	case ENOMEM:
		return DW_ERR_MEMORY;
	default:
		return DW_ERR_SYSTEM;
	}
}

const char *dw_error_text(const struct dw_error *err, char *out, size_t out_len)
{
	if (out_len == 0)
		return out;
	snprintf(out, out_len, "%s%s%s", err->where, err->where[0] ? ": " : "", err->text);
	sanitize(out);
	return out;
}

const char *dw_result_name(enum dw_result result)
{
	static const char *const names[] = {
		[DW_OK] = "ok",
		[DW_ERR_MEMORY] = "memory",
		[DW_ERR_SYSTEM] = "system",
		[DW_ERR_BUSY] = "busy",
		[DW_ERR_NOT_FOUND] = "not-found",
		[DW_ERR_SYNTAX] = "syntax",
		[DW_ERR_LIMIT] = "limit",
		[DW_ERR_CORRUPT] = "corrupt",
		[DW_ERR_VERSION] = "version",
		[DW_ERR_SIGNATURE] = "signature",
		[DW_ERR_GUARD] = "guard",
		[DW_ERR_UNSUPPORTED] = "unsupported",
		[DW_ERR_CANCELLED] = "cancelled",
	};

	if ((size_t)result >= sizeof(names) / sizeof(names[0]))
		return "unknown";
	return names[result];
}
