/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * utf8.h: one code point of UTF-8, and the mark before a text */
#ifndef DNSWARD_BASE_UTF8_H
#define DNSWARD_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The length of the byte order mark that some editors put before a text; 0 where there is none. */
static inline size_t utf8_mark(const char *text, size_t len)
{
	static const char mark[] = {'\xef', '\xbb', '\xbf'};

	return len >= sizeof(mark) && memcmp(text, mark, sizeof(mark)) == 0 ? sizeof(mark) : 0;
}

/* The length of the well-formed sequence at `p` (RFC 3629 section 4: no overlong forms, no
 * surrogates, nothing above 10FFFF), its code point in `out`; 0 where there is none. */
static inline size_t utf8_decode(const uint8_t *p, size_t len, uint32_t *out)
{
	static const struct {
		uint8_t first_low, first_high, second_low, second_high, length;
	} forms[] = {
		{0x00, 0x7f, 0x80, 0xbf, 1},
		{0xc2, 0xdf, 0x80, 0xbf, 2},
		{0xe0, 0xe0, 0xa0, 0xbf, 3},
		{0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3},
		{0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4},
		{0xf1, 0xf3, 0x80, 0xbf, 4},
		{0xf4, 0xf4, 0x80, 0x8f, 4},
	};
	static const uint8_t first_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};

	for (size_t i = 0; len > 0 && i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t length = forms[i].length;

		if (p[0] < forms[i].first_low || p[0] > forms[i].first_high)
			continue;
		if (len < length ||
			(length > 1 && (p[1] < forms[i].second_low || p[1] > forms[i].second_high)))
			return 0;
		uint32_t point = p[0] & first_bits[length];
		for (size_t k = 1; k < length; k++) {
			if (p[k] < 0x80 || p[k] > 0xbf)
				return 0;
			point = point << 6 | (p[k] & 0x3f);
		}
		*out = point;
		return length;
	}
	return 0;
}

#endif
