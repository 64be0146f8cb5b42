/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * digits.h: numbers as decimal text, two digits at a time */
#ifndef DNSWARD_BASE_DIGITS_H
#define DNSWARD_BASE_DIGITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { DIGITS_MAX = 20 }; /* of 64 bits */

/* 0 to 99, with a zero before a single digit. */
static inline void digits_put_pair(char *out, unsigned value)
{
	static const char pairs[] =
		"00010203040506070809101112131415161718192021222324252627282930313233343536373839"
		"40414243444546474849505152535455565758596061626364656667686970717273747576777879"
		"8081828384858687888990919293949596979899";

	memcpy(out, pairs + 2 * (size_t)value, 2);
}

/* As many as it takes, one at least, before `end`; returns the first. */
static inline char *digits_put_before(char *end, uint64_t value)
{
	for (; value > UINT32_MAX; value /= 100)
		digits_put_pair(end -= 2, (unsigned)(value % 100));
	uint32_t rest = (uint32_t)value; /* is cheaper to divide */
	for (; rest >= 100; rest /= 100)
		digits_put_pair(end -= 2, rest % 100);
	if (rest >= 10)
		digits_put_pair(end -= 2, rest);
	else
		*--end = (char)('0' + rest);
	return end;
}

#endif
