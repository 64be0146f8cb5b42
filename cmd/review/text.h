/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * text.h: strangers' text: out of JSON, and onto a terminal or a page */
#ifndef DNSWARD_REVIEW_TEXT_H
#define DNSWARD_REVIEW_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What clients ask for and lists say ends in the log, and from there before somebody's eyes. On
 * the way out each code point is shown as it is only if it can do nothing but be seen: no control
 * byte (C0, DEL, C1), no line or paragraph separator, nothing that has no shape of its own or turns
 * the order of what stands around it (Unicode's general category Cf and its kin), no private use,
 * and no bytes that are no UTF-8. The others are shown as \xHH (bytes) or \u{HEX} (code points). */

/* The bytes that the inside of a JSON string stands for. Half a surrogate pair becomes U+FFFD.
 * Cut at `max`; never longer than `len`. Returns the length. */
size_t dw_text_decode(const char *at, size_t len, char *out, size_t max);

enum dw_text_for {
	DW_TEXT_TERMINAL,
	DW_TEXT_HTML, /* and & < > " ' as character references: content and quoted attributes */
};

/* Returns how many columns it takes, as one each code point. `max`: no more than so many, the
 * last of them an ellipsis where it is cut; 0: all. */
size_t dw_text_put(FILE *out, enum dw_text_for how, const char *text, size_t len, size_t max);

/* A line of JSON as it is, but for what must not be shown, which becomes \uXXXX in strings and a
 * blank between them: the same JSON to a program, harmless to a terminal. No newline. */
void dw_text_put_json(FILE *out, const char *line, size_t len);

#endif
