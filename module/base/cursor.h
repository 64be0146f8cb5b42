/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * cursor.h: text being read from the left */
#ifndef DNSWARD_BASE_CURSOR_H
#define DNSWARD_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>

#include "ascii.h"

struct cursor {
	const char *at;
	const char *end;
};

/* Pass over one byte, if it is the expected one. */
static inline bool cursor_take(struct cursor *c, char expected)
{
	if (c->at == c->end || *c->at != expected)
		return false;
	c->at++;
	return true;
}

/* Read up to `max` decimal digits (9 at most); returns how many there were. */
static inline size_t cursor_digits(struct cursor *c, size_t max, unsigned *value)
{
	const char *start = c->at;

	*value = 0;
	while (c->at < c->end && c->at < start + max && ascii_is_digit((uint8_t)*c->at))
		*value = *value * 10 + (unsigned)(*c->at++ - '0');
	return (size_t)(c->at - start);
}

#endif
