/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * json.c: writing JSON into a buffer */
#include "dnsward-config.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "dnsward/json.h"

#include "digits.h"
#include "word.h"

void dw_json_start(struct dw_json *json, char *buffer, size_t len)
{
	*json = (struct dw_json){.at = buffer, .start = buffer, .end = buffer + len};
}

static void put(struct dw_json *json, const char *bytes, size_t len)
{
	if (!dw_json_has_room(json, len))
		return;
	memcpy(json->at, bytes, len);
	json->at += len;
}

static void put_text(struct dw_json *json, const char *text)
{
	put(json, text, strlen(text));
}

/* Whether a value has to be parted from what is there, which its last byte tells. */
static bool follows(const struct dw_json *json)
{
	char last = json->at > json->start ? json->at[-1] : ':';

	return last != '{' && last != '[' && last != ':' && last != ',';
}

/* The comma before a value, and its key. */
static void before(struct dw_json *json, const char *key)
{
	bool comma = follows(json);
	size_t len = key != NULL ? strlen(key) : 0;
	size_t need = (key != NULL ? len + sizeof("\"\":") - 1 : 0) + comma;

	if (!dw_json_has_room(json, need))
		return;
	if (comma)
		*json->at++ = ',';
	if (key == NULL)
		return;
	*json->at++ = '"';
	memcpy(json->at, key, len);
	json->at += len;
	*json->at++ = '"';
	*json->at++ = ':';
}

void dw_json_object(struct dw_json *json, const char *key)
{
	before(json, key);
	put(json, "{", 1);
}

void dw_json_array(struct dw_json *json, const char *key)
{
	before(json, key);
	put(json, "[", 1);
}

void dw_json_end(struct dw_json *json, char bracket)
{
	put(json, &bracket, 1);
}

/* ---- strings ---- */

static void put_control(struct dw_json *json, unsigned char byte)
{
	static const char hex[] = "0123456789abcdef";
	char escape[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};

	put(json, escape, sizeof(escape));
}

/* One byte that cannot stand as it is, or one UTF-8 sequence. Returns how many were taken. */
static size_t put_special(struct dw_json *json, const unsigned char *p, size_t len)
{
	size_t sequence;
	uint32_t point;

	if (*p == '"' || *p == '\\') {
		put(json, (char[]){'\\', (char)*p}, 2);
		return 1;
	}
	if (*p < 0x20 || *p == 0x7f) {
		put_control(json, *p);
		return 1;
	}
	sequence = utf8_decode(p, len, &point);
	if (sequence == 0) {
		put(json, "\xef\xbf\xbd", 3);
		return 1;
	}
	put(json, (const char *)p, sequence);
	return sequence;
}

static bool is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

/* The bytes that stand as they are, from the start of `len`. */
static size_t put_plain(struct dw_json *json, const unsigned char *bytes, size_t len)
{
	size_t room = (size_t)(json->end - json->at), most = len < room ? len : room;
	size_t n = 0, plain = WORD_BYTES;

	while (plain == WORD_BYTES && most - n >= WORD_BYTES) {
		uint64_t word = word_load(bytes + n);

		plain = word_before(word_outside(word, ' ', '~') | word_equal(word, '"') |
				    word_equal(word, '\\'));
		word_store(json->at + n, word);
		n += plain;
	}
	json->at += n;
	const unsigned char *rest = bytes + n;
	while (n < len && is_plain(bytes[n]))
		n++;
	put(json, (const char *)rest, (size_t)(bytes + n - rest));
	return n;
}

static void put_escaped(struct dw_json *json, const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + len;

	while (p < end) {
		p += put_plain(json, p, (size_t)(end - p));
		if (p < end)
			p += put_special(json, p, (size_t)(end - p));
	}
}

void dw_json_string_n(struct dw_json *json, const char *key, const char *text, size_t len)
{
	before(json, key);
	put(json, "\"", 1);
	put_escaped(json, text, len);
	put(json, "\"", 1);
}

void dw_json_string(struct dw_json *json, const char *key, const char *text)
{
	dw_json_string_n(json, key, text, strlen(text));
}

/* ---- numbers and words ---- */

static void put_uint(struct dw_json *json, uint64_t value, unsigned least)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits);
	char *first = digits_put_before(end, value);

	while ((size_t)(end - first) < least)
		*--first = '0';
	put(json, first, (size_t)(end - first));
}

void dw_json_uint(struct dw_json *json, const char *key, uint64_t value)
{
	before(json, key);
	put_uint(json, value, 1);
}

void dw_json_int(struct dw_json *json, const char *key, int64_t value)
{
	before(json, key);
	if (value < 0)
		put(json, "-", 1);
	put_uint(json, value < 0 ? -(uint64_t)value : (uint64_t)value, 1);
}

void dw_json_number(struct dw_json *json, const char *key, double value, unsigned decimals)
{
	uint64_t scale = 1;

	if (decimals > 9)
		decimals = 9;
	for (unsigned i = 0; i < decimals; i++)
		scale *= 10;
	if (!isfinite(value) || fabs(value) * (double)scale >= 1e19) {
		dw_json_null(json, key);
		return;
	}
	uint64_t whole = (uint64_t)(fabs(value) * (double)scale + 0.5);
	before(json, key);
	if (value < 0 && whole > 0)
		put(json, "-", 1);
	put_uint(json, whole / scale, 1);
	if (decimals > 0) {
		put(json, ".", 1);
		put_uint(json, whole % scale, decimals);
	}
}

void dw_json_bool(struct dw_json *json, const char *key, bool value)
{
	before(json, key);
	put_text(json, value ? "true" : "false");
}

void dw_json_null(struct dw_json *json, const char *key)
{
	before(json, key);
	put_text(json, "null");
}

size_t dw_json_finish(struct dw_json *json)
{
	if (json->full || json->at == json->end)
		return 0;
	*json->at = '\0';
	return (size_t)(json->at - json->start);
}
