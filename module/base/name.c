/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * name.c: domain names in wire form */
#include "dnsward-config.h"
#include "dnsward/name.h"

#include <string.h>

#include "ascii.h"
#include "word.h"

/* Lowering and comparing may run over a name as plain bytes: a length byte is
 * at most 63 and so never taken for a letter. */
_Static_assert(DW_LABEL_MAX < 'A', "a length byte must not look like a letter");

bool dw_name_check(const uint8_t *wire, size_t len)
{
	size_t at = 0;

	if (len == 0 || len > DW_NAME_MAX)
		return false;
	while (wire[at] != 0) {
		if (wire[at] > DW_LABEL_MAX)
			return false;
		at += (size_t)wire[at] + 1;
		if (at >= len)
			return false;
	}
	return at + 1 == len;
}

size_t dw_name_lower(const uint8_t *wire, size_t len, uint8_t *out)
{
	size_t i = 0;

	for (; i + WORD_BYTES <= len; i += WORD_BYTES)
		word_store(out + i, word_lower(word_load(wire + i)));
	if (len >= WORD_BYTES) { /* the rest, and what is lower by now once more */
		i = len - WORD_BYTES;
		word_store(out + i, word_lower(word_load(wire + i)));
		return len;
	}
	for (; i < len; i++)
		out[i] = ascii_lower(wire[i]);
	return len;
}

void dw_name_labels(const uint8_t *wire, size_t len, struct dw_labels *labels)
{
	size_t at = 0;
	uint8_t count = 0;

	while (at + 1 < len) {
		labels->offset[count++] = (uint8_t)at;
		at += (size_t)wire[at] + 1;
	}
	labels->offset[count] = (uint8_t)at;
	labels->count = count;
}

bool dw_name_is_under(
	const uint8_t *name, size_t name_len, const uint8_t *parent, size_t parent_len)
{
	size_t at = 0;

	while (name_len - at > parent_len)
		at += (size_t)name[at] + 1;
	return name_len - at == parent_len && memcmp(name + at, parent, parent_len) == 0;
}
