/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * name_hash.h: the keyed hash of one name */
#ifndef DNSWARD_BASE_NAME_HASH_H
#define DNSWARD_BASE_NAME_HASH_H

#include "base/label_hash.h"

/* SipHash-1-3 over the name's bytes as they lie, the last word filled with zeroes: no name in wire
 * form is the beginning of another, so this makes no two names one. About half of what
 * label_hash takes for the name and all of its parents. */
static inline uint64_t name_hash(const struct dw_hash_key *key, const uint8_t *name, size_t len)
{
	const uint8_t *at = name, *end = name + len;
	struct label_hash hash;

	label_hash_init(&hash, key);
	for (; end - at > 8; at += 8)
		label_hash_word(&hash, label_hash_load(at, 8, name, end));
	if (at < end)
		label_hash_word(&hash, label_hash_load(at, (size_t)(end - at), name, end));
	return label_hash_first(&hash);
}

#endif
