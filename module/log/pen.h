/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * pen.h: text written where there is known to be room */
#ifndef DNSWARD_LOG_PEN_H
#define DNSWARD_LOG_PEN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/digits.h"

/* Most of a line has a bound, so that its room can be asked for once and not piece by piece.
 * Each of these writes at `pen` and returns where it has come to. They write in blocks: what is
 * too much is written over by the next piece, and room for a block is asked for beside. */
enum { PEN_BLOCK = 32 };

/* A literal. */
#define PEN_TEXT(pen, text) ((char *)memcpy((pen), (text), sizeof(text) - 1) + sizeof(text) - 1)

/* A short text, of bytes that PEN_BLOCK more may be read behind, whatever they are. */
static inline char *pen_copy(char *pen, const char *from, size_t len)
{
	char *end = pen + len;

	for (; pen < end; pen += PEN_BLOCK, from += PEN_BLOCK)
		memcpy(pen, from, PEN_BLOCK);
	return end;
}

static inline char *pen_word(char *pen, const char *word)
{
	return stpcpy(pen, word);
}

/* All of what `digits` has room for is copied, since a size that is known costs nothing. */
static inline char *pen_number(char *pen, uint64_t value)
{
	char digits[2 * DIGITS_MAX] = {0};
	char *end = digits + DIGITS_MAX, *first = digits_put_before(end, value);

	memcpy(pen, first, DIGITS_MAX);
	return pen + (end - first);
}

#endif
