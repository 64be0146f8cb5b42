/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rdata.c: the data of a record as text */
#include "dnsward-config.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "dnsward/name.h"
#include "dnsward/net.h"
#include "log/rdata.h"

/* What the data of a type is made of, in order:
 *   1 2 4  a number of so many bytes       n  a name
 *   a      an IPv4 address                 b  an IPv6 address
 *   s      one character-string            S  character-strings to the end
 *   c      one character-string, unquoted (a CAA tag)
 *   t      the rest as one string          v  the parameters of a service binding */
static const struct {
	uint16_t type;
	const char *parts;
} layouts[] = {
	{1, "a"}, {2, "n"}, {5, "n"}, {6, "nn44444"}, {12, "n"}, {13, "ss"}, {15, "2n"}, {16, "S"},
	{28, "b"}, {33, "222n"}, {35, "22sssn"}, {39, "n"}, {64, "2nv"}, {65, "2nv"}, {99, "S"}, {257, "1ct"},
};

struct reader {
	const uint8_t *at, *end;
};

struct writer {
	char *at, *end; /* room is kept for the mark of a cut, and the NUL */
	bool full;
};

static void put(struct writer *w, const char *text, size_t len)
{
	if (w->full || (size_t)(w->end - w->at) < len) {
		w->full = true;
		return;
	}
	memcpy(w->at, text, len);
	w->at += len;
}

static void put_text(struct writer *w, const char *text)
{
	put(w, text, strlen(text));
}

static bool take_number(struct reader *r, size_t bytes, uint32_t *out)
{
	if ((size_t)(r->end - r->at) < bytes)
		return false;
	for (*out = 0; bytes > 0; bytes--)
		*out = *out << 8 | *r->at++;
	return true;
}

/* `len` bytes as a reader of their own. */
static bool take_part(struct reader *r, size_t len, struct reader *out)
{
	if ((size_t)(r->end - r->at) < len)
		return false;
	*out = (struct reader){.at = r->at, .end = r->at + len};
	r->at += len;
	return true;
}

static bool put_number(struct reader *r, struct writer *w, size_t bytes)
{
	char digits[16];
	uint32_t value;

	if (!take_number(r, bytes, &value))
		return false;
	snprintf(digits, sizeof(digits), "%u", value);
	put_text(w, digits);
	return true;
}

static bool put_address(struct reader *r, struct writer *w, size_t bytes)
{
	char text[DW_ADDR_TEXT_MAX];

	if ((size_t)(r->end - r->at) < bytes)
		return false;
	put(w, text, dw_ip_to_text(r->at, bytes, text));
	r->at += bytes;
	return true;
}

static bool put_name(struct reader *r, struct writer *w)
{
	char text[DW_NAME_TEXT_MAX];
	size_t len = 0, left = (size_t)(r->end - r->at);

	while (len < left && r->at[len] != 0)
		len += r->at[len] + (size_t)1;
	len++;
	if (len > left || !dw_name_check(r->at, len))
		return false;
	dw_name_to_text(r->at, len, text);
	r->at += len;
	put_text(w, text);
	return true;
}

static void put_quoted(struct writer *w, const uint8_t *bytes, size_t len)
{
	char escape[8];

	put(w, "\"", 1);
	for (size_t i = 0; i < len; i++) {
		uint8_t byte = bytes[i];

		if (byte == '"' || byte == '\\')
			snprintf(escape, sizeof(escape), "\\%c", byte);
		else if (byte < 0x20 || byte > 0x7e)
			snprintf(escape, sizeof(escape), "\\%03u", byte);
		else
			snprintf(escape, sizeof(escape), "%c", byte);
		put_text(w, escape);
	}
	put(w, "\"", 1);
}

static bool put_string(struct reader *r, struct writer *w)
{
	if (r->at == r->end || (size_t)(r->end - r->at) < (size_t)1 + r->at[0])
		return false;
	put_quoted(w, r->at + 1, r->at[0]);
	r->at += (size_t)1 + r->at[0];
	return true;
}

/* A CAA tag is letters and digits (RFC 8659 section 4.1); one that is not is no CAA. */
static bool put_word(struct reader *r, struct writer *w)
{
	if (r->at == r->end || (size_t)(r->end - r->at) < (size_t)1 + r->at[0])
		return false;
	for (size_t i = 1; i <= r->at[0]; i++) {
		if (r->at[i] <= 0x20 || r->at[i] > 0x7e || r->at[i] == '"' || r->at[i] == '\\')
			return false;
	}
	put(w, (const char *)r->at + 1, r->at[0]);
	r->at += (size_t)1 + r->at[0];
	return true;
}

static bool put_strings(struct reader *r, struct writer *w)
{
	if (!put_string(r, w))
		return false;
	while (r->at < r->end) {
		put(w, " ", 1);
		if (!put_string(r, w))
			return false;
	}
	return true;
}

/* ---- service bindings: the parameters of SVCB and HTTPS (RFC 9460 section 2) ---- */

enum { KEY_MANDATORY, KEY_ALPN, KEY_NO_DEFAULT_ALPN, KEY_PORT, KEY_IPV4HINT, KEY_ECH, KEY_IPV6HINT };

static void put_key(struct writer *w, uint32_t key)
{
	static const char *const names[] = {
		"mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint",
	};
	char number[16];

	snprintf(number, sizeof(number), "key%u", key);
	put_text(w, key < sizeof(names) / sizeof(names[0]) ? names[key] : number);
}

/* What separates anything in here is escaped in numbers, so that there is one way to read it. */
static void put_escaped(struct writer *w, const struct reader *r)
{
	char escape[8];

	for (const uint8_t *p = r->at; p < r->end; p++) {
		bool plain = *p > 0x20 && *p < 0x7f && *p != '"' && *p != '\\' && *p != ',';

		snprintf(escape, sizeof(escape), plain ? "%c" : "\\%03u", *p);
		put_text(w, escape);
	}
}

static bool put_param_item(struct reader *value, struct writer *w, uint32_t key)
{
	struct reader id;
	uint32_t number;

	switch (key) {
	case KEY_MANDATORY:
		if (!take_number(value, 2, &number))
			return false;
		put_key(w, number);
		return true;
	case KEY_ALPN:
		if (!take_number(value, 1, &number) || !take_part(value, number, &id))
			return false;
		put_escaped(w, &id);
		return true;
	case KEY_PORT:
		return put_number(value, w, 2) && value->at == value->end;
	case KEY_IPV4HINT:
		return put_address(value, w, 4);
	case KEY_IPV6HINT:
		return put_address(value, w, 16);
	default:
		put_escaped(w, value);
		value->at = value->end;
		return true;
	}
}

static void put_base64(struct writer *w, const struct reader *r)
{
	enum { STEP = 48 };
	char text[sodium_base64_ENCODED_LEN(STEP, sodium_base64_VARIANT_ORIGINAL)];

	for (const uint8_t *p = r->at; p < r->end; p += STEP) {
		size_t len = r->end - p < STEP ? (size_t)(r->end - p) : STEP;

		sodium_bin2base64(text, sizeof(text), p, len, sodium_base64_VARIANT_ORIGINAL);
		put_text(w, text);
		if (len < STEP)
			break;
	}
}

static bool put_param(struct reader *r, struct writer *w)
{
	uint32_t key, len;
	struct reader value;

	if (!take_number(r, 2, &key) || !take_number(r, 2, &len) || !take_part(r, len, &value))
		return false;
	put_key(w, key);
	if (len == 0)
		return true;
	put(w, "=", 1);
	if (key == KEY_ECH) {
		put_base64(w, &value);
		return true;
	}
	while (put_param_item(&value, w, key)) {
		if (value.at == value.end)
			return true;
		put(w, ",", 1);
	}
	return false;
}

static bool put_params(struct reader *r, struct writer *w)
{
	while (r->at < r->end) {
		put(w, " ", 1);
		if (!put_param(r, w))
			return false;
	}
	return true;
}

static bool put_part(struct reader *r, struct writer *w, char part)
{
	switch (part) {
	case '1':
	case '2':
	case '4':
		return put_number(r, w, (size_t)(part - '0'));
	case 'a':
		return put_address(r, w, 4);
	case 'b':
		return put_address(r, w, 16);
	case 'n':
		return put_name(r, w);
	case 'c':
		return put_word(r, w);
	case 's':
		return put_string(r, w);
	case 'S':
		return put_strings(r, w);
	case 'v':
		return put_params(r, w);
	default:
		put_quoted(w, r->at, (size_t)(r->end - r->at));
		r->at = r->end;
		return true;
	}
}

static bool put_known(const char *parts, struct reader *r, struct writer *w)
{
	for (const char *part = parts; *part != '\0'; part++) {
		if (part > parts && *part != 'v')
			put(w, " ", 1);
		if (!put_part(r, w, *part))
			return false;
	}
	return r->at == r->end;
}

static void put_unknown(struct reader *r, struct writer *w)
{
	char text[32];

	snprintf(text, sizeof(text), "\\# %zu%s", (size_t)(r->end - r->at), r->at < r->end ? " " : "");
	put_text(w, text);
	for (; r->at < r->end; r->at++) {
		snprintf(text, sizeof(text), "%02x", *r->at);
		put_text(w, text);
	}
}

/* ---- all of it ---- */

static const char cut_mark[] = "...";

static const char *layout_of(uint16_t type)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		if (layouts[i].type == type)
			return layouts[i].parts;
	}
	return NULL;
}

size_t dw_rdata_to_text(uint16_t type, const uint8_t *rdata, size_t len, char *out, size_t max)
{
	const char *parts = layout_of(type);
	const struct writer blank = {.at = out, .end = out + max - sizeof(cut_mark)};
	struct writer w = blank;
	struct reader r = {.at = rdata, .end = rdata + len};

	if (parts == NULL || !put_known(parts, &r, &w)) {
		w = blank;
		r = (struct reader){.at = rdata, .end = rdata + len};
		put_unknown(&r, &w);
	}
	if (w.full) {
		memcpy(w.at, cut_mark, sizeof(cut_mark) - 1);
		w.at += sizeof(cut_mark) - 1;
	}
	*w.at = '\0';
	return (size_t)(w.at - out);
}
