/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * name.h: domain names in wire form */
#ifndef DNSWARD_NAME_H
#define DNSWARD_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/result.h"

/* Inside the house a name is its wire form (RFC 1035 section 3.1): labels, each
 * a length byte and that many bytes, ended by the root's zero byte; no
 * compression; ASCII upper case folded to lower. It is checked once, at the
 * edge, by dw_name_check, dw_name_from_text or dw_name_lower; behind the edge
 * it is trusted, and its length (the zero byte included) travels with it.
 *
 *      03 'w' 'w' 'w' 03 'b' 'a' 'd' 07 'e' 'x' 'a' 'm' 'p' 'l' 'e' 00
 *
 * All functions here are pure: any thread may call them at any time. */

enum {
	DW_NAME_MAX = 255,        /* bytes of a wire name, RFC 1035 section 2.3.4 */
	DW_LABEL_MAX = 63,        /* bytes of a label, the same section */
	DW_NAME_LABELS_MAX = 127, /* labels of a name, the root not counted: (255 - 1) / 2 */
	/* longest presentation form: each of 250-odd bytes as \DDD, dots and NUL */
	DW_NAME_TEXT_MAX = 1024,
};

/* Where each label of a name starts. offset[0] is the leftmost label;
 * offset[count] is the root's zero byte. So the ancestor of depth d (d labels)
 * starts at offset[count - d]. */
struct dw_labels {
	uint8_t count;
	uint8_t offset[DW_NAME_LABELS_MAX + 1];
};

/* Whether `wire` of `len` bytes is one whole wire name: lengths within bounds,
 * no compression pointer, the root byte last. Case is not looked at. */
bool dw_name_check(const uint8_t *wire, size_t len);

/* Copy the name to `out` (DW_NAME_MAX bytes) with ASCII letters lowered. `len`
 * must have been checked. Returns `len`. */
size_t dw_name_lower(const uint8_t *wire, size_t len, uint8_t *out);

/* Split a checked name. */
void dw_name_labels(const uint8_t *wire, size_t len, struct dw_labels *labels);

/* Text to wire. Takes ASCII names as lists and people write them: any case,
 * with or without the last dot, RFC 1035 escapes (\. and \DDD); underscores,
 * and any byte but blanks and control bytes unescaped. UTF-8 (an IDN) is turned
 * into A-labels by libidn2 (UTS #46 non-transitional, lower-cased). "." and ""
 * are the root and are returned as such (length 1).
 *
 * `out` has DW_NAME_MAX bytes. On failure DW_ERR_SYNTAX with a reason in `err`
 * ("label longer than 63 bytes", "empty label", ...), `out` untouched. */
enum dw_result dw_name_from_text(const char *text, size_t text_len, uint8_t *out, size_t *out_len,
	struct dw_error *err) DW_MUST_CHECK;

/* Wire to text, NUL-terminated, without the last dot ("." for the root).
 * Dots and backslashes inside a label become \. and \\, bytes outside 0x21 to
 * 0x7e, and the double quote, become \DDD (RFC 1035 section 5.1), so the text
 * is safe on a terminal, in a log and inside JSON once its backslashes are
 * escaped there. `out` has DW_NAME_TEXT_MAX bytes. Returns the length. */
size_t dw_name_to_text(const uint8_t *wire, size_t len, char *out);

/* Whether checked, lowered `name` is `parent` or below it. */
bool dw_name_is_under(const uint8_t *name, size_t name_len, const uint8_t *parent,
	size_t parent_len);

/* How many labels of the name its public suffix has (libpsl's built-in Public
 * Suffix List, private part included; the last label where no rule fits), and
 * 0 for the root. The registered domain has one label more, where there is one. */
size_t dw_name_suffix_labels(const uint8_t *wire, size_t len);

#endif
