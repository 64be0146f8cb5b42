/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * text.c: strangers' text: out of JSON, and onto a terminal or a page */
#include "dnsward-config.h"
#include "review/text.h"

#include <stdint.h>
#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "base/word.h"

/* ---- out of JSON ---- */

static unsigned hex_digit(char c)
{
	return ascii_is_digit((uint8_t)c) ? (unsigned)(c - '0')
					  : (unsigned)(ascii_lower((uint8_t)c) - 'a' + 10);
}

static uint32_t hex4(const char *p)
{
	return hex_digit(p[0]) << 12 | hex_digit(p[1]) << 8 | hex_digit(p[2]) << 4 |
	       hex_digit(p[3]);
}

static size_t utf8_encode(uint32_t point, char *out)
{
	if (point < 0x80) {
		out[0] = (char)point;
		return 1;
	}
	size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	for (size_t i = length - 1; i > 0; i--, point >>= 6)
		out[i] = (char)(0x80 | (point & 0x3f));
	out[0] = (char)((0xf00U >> length) | point);
	return length;
}

/* The code point of the \u escape at `p`, with its second half where it is a pair. */
static uint32_t escaped_point(const char *p, const char *end, size_t *taken)
{
	uint32_t point = hex4(p + 2);

	*taken = 6;
	if (point < 0xd800 || point > 0xdfff)
		return point;
	if (point < 0xdc00 && end - p >= 12 && p[6] == '\\' && p[7] == 'u') {
		uint32_t second = hex4(p + 8);

		if (second >= 0xdc00 && second <= 0xdfff) {
			*taken = 12;
			return 0x10000 + ((point - 0xd800) << 10) + (second - 0xdc00);
		}
	}
	return 0xfffd;
}

size_t dw_text_decode(const char *at, size_t len, char *out, size_t max)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *p = at, *end = at + len;
	size_t n = 0;

	while (p < end && n < max) {
		char bytes[4] = {*p};
		size_t count = 1, taken = 1;

		if (*p == '\\' && p[1] == 'u') {
			count = utf8_encode(escaped_point(p, end, &taken), bytes);
		} else if (*p == '\\') {
			const char *word = strchr(from, p[1]);

			bytes[0] = word != NULL ? to[word - from] : p[1];
			taken = 2;
		}
		if (count > max - n)
			break;
		memcpy(out + n, bytes, count);
		n += count;
		p += taken;
	}
	return n;
}

/* ---- before somebody's eyes ---- */

/* By Unicode 15: Cc, Cf, Zl, Zp, Co, variation selectors and other default ignorables, and
 * noncharacters. Sorted. */
static bool is_harmless(uint32_t point)
{
	static const struct {
		uint32_t first, last;
	} bad[] = {
		{0x00, 0x1f},
		{0x7f, 0x9f},
		{0xad, 0xad},
		{0x34f, 0x34f},
		{0x600, 0x605},
		{0x61c, 0x61c},
		{0x6dd, 0x6dd},
		{0x70f, 0x70f},
		{0x890, 0x891},
		{0x8e2, 0x8e2},
		{0x115f, 0x1160},
		{0x17b4, 0x17b5},
		{0x180b, 0x180f},
		{0x200b, 0x200f},
		{0x2028, 0x202e},
		{0x2060, 0x206f},
		{0x3164, 0x3164},
		{0xe000, 0xf8ff},
		{0xfdd0, 0xfdef},
		{0xfe00, 0xfe0f},
		{0xfeff, 0xfeff},
		{0xffa0, 0xffa0},
		{0xfff0, 0xfffc},
		{0xfffe, 0xffff},
		{0x110bd, 0x110bd},
		{0x110cd, 0x110cd},
		{0x13430, 0x1343f},
		{0x1bca0, 0x1bca3},
		{0x1d173, 0x1d17a},
		{0x1fffe, 0x1ffff},
		{0xe0000, 0x10ffff},
	};

	if (point >= 0x20 && point < 0x7f)
		return true;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]) && bad[i].first <= point; i++) {
		if (point <= bad[i].last)
			return false;
	}
	return true;
}

/* One piece of the text in a form that can be shown. Returns how many bytes were taken. */
static size_t shown(const uint8_t *p, size_t len, char *out, size_t *out_len)
{
	uint32_t point;
	size_t taken = utf8_decode(p, len, &point);

	if (taken == 0) {
		*out_len = (size_t)snprintf(out, 16, "\\x%02x", *p);
		return 1;
	}
	if (!is_harmless(point)) {
		*out_len = (size_t)snprintf(out, 16, point < 0x80 ? "\\x%02x" : "\\u{%x}", point);
		return taken;
	}
	memcpy(out, p, taken);
	*out_len = taken;
	return taken;
}

static const char *html_reference(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static size_t columns_of(const char *piece, size_t len)
{
	return (unsigned char)piece[0] < 0x80 ? len : 1;
}

static size_t all_columns(const uint8_t *p, const uint8_t *end)
{
	size_t sum = 0;

	while (p < end) {
		char piece[16];
		size_t len;

		p += shown(p, (size_t)(end - p), piece, &len);
		sum += columns_of(piece, len);
	}
	return sum;
}

size_t dw_text_put(FILE *out, enum dw_text_for how, const char *text, size_t len, size_t max)
{
	const uint8_t *p = (const uint8_t *)text, *end = p + len;
	size_t columns = 0, room = SIZE_MAX;
	bool cut = max > 0 && all_columns(p, end) > max;

	if (cut)
		room = max - 1;
	while (p < end) {
		char piece[16];
		size_t piece_len, taken = shown(p, (size_t)(end - p), piece, &piece_len);
		const char *reference = how == DW_TEXT_HTML ? html_reference(piece[0]) : NULL;

		if (columns_of(piece, piece_len) > room - columns)
			break;
		if (reference != NULL)
			fputs_unlocked(reference, out);
		else
			fwrite_unlocked(piece, 1, piece_len, out);
		columns += columns_of(piece, piece_len);
		p += taken;
	}
	if (cut) {
		fputs_unlocked("\u2026", out);
		columns++;
	}
	return columns;
}

/* ---- lines of JSON ---- */

static void put_unit(FILE *out, uint32_t unit)
{
	fprintf(out, "\\u%04x", unit);
}

static void put_escaped(FILE *out, uint32_t point)
{
	if (point >= 0x10000) {
		put_unit(out, 0xd800 + ((point - 0x10000) >> 10));
		point = 0xdc00 + ((point - 0x10000) & 0x3ff);
	}
	put_unit(out, point);
}

/* The first byte from `p` on that is not printable ASCII. */
static const uint8_t *plain_run(const uint8_t *p, const uint8_t *end)
{
	while (end - p >= WORD_BYTES) {
		size_t plain = word_before(word_outside(word_load(p), 0x20, 0x7e));

		p += plain;
		if (plain < WORD_BYTES)
			return p;
	}
	while (p < end && *p >= 0x20 && *p < 0x7f)
		p++;
	return p;
}

void dw_text_put_json(FILE *out, const char *line, size_t len)
{
	const uint8_t *p = (const uint8_t *)line, *end = p + len;

	while (p < end) {
		const uint8_t *run = p;
		uint32_t point = 0xfffd;

		p = plain_run(p, end);
		fwrite_unlocked(run, 1, (size_t)(p - run), out);
		if (p == end)
			break;
		size_t taken = utf8_decode(p, (size_t)(end - p), &point);
		if (point < 0x20) /* a line that was read has these only between its strings */
			putc_unlocked(' ', out);
		else if (taken > 0 && is_harmless(point))
			fwrite_unlocked(p, 1, taken, out);
		else
			put_escaped(out, point);
		p += taken > 0 ? taken : 1;
	}
}
