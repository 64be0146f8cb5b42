/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * json.h: writing JSON into a buffer */
#ifndef DNSWARD_JSON_H
#define DNSWARD_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A writer over the caller's buffer, for log lines and for what commands print with --json.
 * It puts the commas, and escapes strings (RFC 8259 section 7): quote, backslash, all below
 * 0x20, and 0x7f too. Bytes above 0x7e go out as they are only as part of well-formed
 * UTF-8, each other one as U+FFFD, so that whatever is put in, a line is valid JSON and has
 * no control byte. Once the buffer is full nothing more is written and `full` stays set;
 * the caller looks at the end.
 *
 *     dw_json_start(&j, buffer, sizeof(buffer));
 *     dw_json_object(&j, NULL);
 *       dw_json_string(&j, "name", "a.example");
 *       dw_json_array(&j, "categories");
 *         dw_json_string(&j, NULL, "ads");
 *       dw_json_end(&j, ']');
 *     dw_json_end(&j, '}');
 *     len = dw_json_finish(&j);         {"name":"a.example","categories":["ads"]}
 *
 * `key` is a literal of ours, NULL inside an array and at the top. Plain memory, no lock,
 * no locale. */
struct dw_json {
	char *at, *end, *start;
	bool full;
};

void dw_json_start(struct dw_json *json, char *buffer, size_t len);
void dw_json_object(struct dw_json *json, const char *key);
void dw_json_array(struct dw_json *json, const char *key);
void dw_json_end(struct dw_json *json, char bracket);
void dw_json_string(struct dw_json *json, const char *key, const char *text);
void dw_json_string_n(struct dw_json *json, const char *key, const char *text, size_t len);
void dw_json_int(struct dw_json *json, const char *key, int64_t value);
void dw_json_uint(struct dw_json *json, const char *key, uint64_t value);
void dw_json_bool(struct dw_json *json, const char *key, bool value);
void dw_json_null(struct dw_json *json, const char *key);

/* `decimals` digits behind the point, 0 to 9; written without the C library's locale. A value
 * that is no number is null. */
void dw_json_number(struct dw_json *json, const char *key, double value, unsigned decimals);

/* Whether `len` more bytes fit; if not, the buffer is full from now on. */
static inline bool dw_json_has_room(struct dw_json *json, size_t len)
{
	if ((size_t)(json->end - json->at) >= len)
		return true;
	json->end = json->at;
	json->full = true;
	return false;
}

/* JSON that the caller has made, as it is: constant pieces of a line, where speed counts. The
 * value that comes next gets its comma, unless the text ends where none is due. */
static inline void dw_json_raw(struct dw_json *json, const char *text, size_t len)
{
	if (!dw_json_has_room(json, len))
		return;
	memcpy(json->at, text, len);
	json->at += len;
}

/* The same of a string that has nothing to escape: it gets its quotes here. */
static inline void dw_json_raw_string(struct dw_json *json, const char *text, size_t len)
{
	if (!dw_json_has_room(json, len + 2))
		return;
	json->at[0] = '"';
	memcpy(json->at + 1, text, len);
	json->at[len + 1] = '"';
	json->at += len + 2;
}

/* The length of what was written, with a NUL behind it; 0 if it did not fit. */
size_t dw_json_finish(struct dw_json *json);

#endif
