/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * information.c: how much a text tells */
#include "dnsward-config.h"
#include "detect/information.h"

/* The binary logarithm in units of 1/65536, right to 0.008: between two powers of two it
 * is a straight line and a parabola on it. */
static uint32_t log2_fixed(uint32_t x)
{
	uint32_t whole = 31 - (uint32_t)__builtin_clz(x);
	uint32_t part = (uint32_t)(((uint64_t)x << 16 >> whole) - 65536);
	uint32_t bow = (uint32_t)((uint64_t)part * (65536 - part) >> 16);

	return (whole << 16) + part + (uint32_t)((uint64_t)bow * 22713 >> 16);
}

/* The sum over the bytes of log2(len / frequency of the byte). */
uint32_t dw_information(const uint8_t *text, size_t len)
{
	uint8_t often[256] = {0};
	uint64_t bits = len > 0 ? (uint64_t)len * log2_fixed((uint32_t)len) : 0;

	for (size_t i = 0; i < len; i++)
		often[text[i]]++;
	for (size_t i = 0; i < len; i++) {
		if (often[text[i]] > 1) /* few are, in most names */
			bits -= log2_fixed(often[text[i]]);
	}
	return (uint32_t)(bits / 8 >> 16);
}
