/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * suffix.c: where the public suffix of a name starts */
#include "dnsward-config.h"
#include "dnsward/name.h"

#include <libpsl.h>

#include "ascii.h"

/* The longest rules of the Public Suffix List have five or six labels (s3.dualstack.
 * cn-north-1.amazonaws.com.cn), so the last eight labels of a name tell all; more
 * would only let a name of 127 labels cost more. */
enum { SUFFIX_LABELS_MAX = 8 };

/* A byte as the list writes it. What no rule holds becomes '?', a dot inside a
 * label and NUL among it, so that the text has the labels of the wire form. */
static char list_byte(uint8_t byte)
{
	byte = ascii_lower(byte);
	if ((byte >= 'a' && byte <= 'z') || ascii_is_digit(byte) || byte == '-')
		return (char)byte;
	return '?';
}

size_t dw_name_suffix_labels(const uint8_t *wire, size_t len)
{
	const psl_ctx_t *psl = psl_builtin(); /* constant data of the library; NULL without it */
	struct dw_labels labels;
	char text[DW_NAME_MAX];
	size_t depth, start, at;

	dw_name_labels(wire, len, &labels);
	depth = labels.count < SUFFIX_LABELS_MAX ? labels.count : SUFFIX_LABELS_MAX;
	if (depth <= 1 || !psl)
		return depth ? 1 : 0;
	start = labels.offset[labels.count - depth];
	for (at = start + 1; at < len; at++)
		text[at - start - 1] = list_byte(wire[at]);
	text[len - start - 2] = '\0';
	for (size_t d = depth - 1; d > 0; d--)
		text[labels.offset[labels.count - d] - start - 1] = '.';
	for (; depth > 1; depth--) {
		const char *suffix = text + labels.offset[labels.count - depth] - start;

		if (psl_is_public_suffix(psl, suffix))
			break;
	}
	return depth;
}
