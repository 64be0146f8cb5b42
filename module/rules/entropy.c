/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * entropy.c: entropy of the labels of a name */
#include "dnsward-config.h"

#include <math.h>

#include "rules/entropy.h"

/* Shannon's entropy (1948), -sum of p log2 p over all bytes that occur, in thousandths of a bit. */
static uint32_t entropy(const uint8_t *bytes, size_t len)
{
	uint8_t counts[256] = {0};
	double sum = 0;

	for (size_t i = 0; i < len; i++)
		counts[bytes[i]]++;
	for (size_t i = 0; i < len; i++) {
		if (counts[bytes[i]] == 0)
			continue;
		double p = (double)counts[bytes[i]] / (double)len;
		sum -= p * log2(p);
		counts[bytes[i]] = 0;
	}
	return (uint32_t)(sum * 1000 + 0.5);
}

uint32_t dw_entropy_of_name(const uint8_t *name, size_t name_len, const struct dw_labels *labels)
{
	/* labels of the registered domain */
	size_t own = dw_name_suffix_labels(name, name_len) + 1;
	const uint8_t *longest = NULL;

	for (size_t i = 0; own < labels->count && i < labels->count - own; i++) {
		const uint8_t *label = name + labels->offset[i];

		if (longest == NULL || *label > *longest)
			longest = label;
	}
	return longest != NULL ? entropy(longest + 1, *longest) : 0;
}
