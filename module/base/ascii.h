/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * ascii.h: character classes that no locale can change */
#ifndef DNSWARD_BASE_ASCII_H
#define DNSWARD_BASE_ASCII_H

#include <stdbool.h>
#include <stdint.h>

static inline bool ascii_is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static inline uint8_t ascii_lower(uint8_t c)
{
	return (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* Blank, control byte or DEL: what no text of ours holds unescaped. */
static inline bool ascii_is_blank_or_control(uint8_t c)
{
	return c <= 0x20 || c == 0x7f;
}

#endif
