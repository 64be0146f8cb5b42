/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * seen.c: what was seen before, in a fixed number of bits */
#include "dnsward-config.h"
#include "detect/seen.h"

enum { PROBES = 4, FULL_PERCENT = 50 };

_Static_assert(sizeof(atomic_uint_fast64_t) == 8, "words of 64 bits");

static atomic_uint_fast64_t *line_of(
	const struct dw_seen_keys *seen, unsigned filter, uint64_t hash)
{
	size_t line = (size_t)((hash >> 32) * DW_SEEN_LINES >> 32);

	return seen->words + filter * (size_t)DW_SEEN_WORDS + line * 8;
}

static bool has(const atomic_uint_fast64_t *line, uint64_t hash)
{
	for (unsigned i = 0; i < PROBES; i++, hash >>= 9) {
		uint64_t word = atomic_load_explicit(&line[hash >> 6 & 7], memory_order_relaxed);

		if (!(word >> (hash & 63) & 1))
			return false;
	}
	return true;
}

static void set(atomic_uint_fast64_t *line, uint64_t hash)
{
	for (unsigned i = 0; i < PROBES; i++, hash >>= 9)
		atomic_fetch_or_explicit(
			&line[hash >> 6 & 7], UINT64_C(1) << (hash & 63), memory_order_relaxed);
}

void dw_seen_prefetch(const struct dw_seen_keys *seen, uint64_t hash)
{
	__builtin_prefetch(
		line_of(seen, atomic_load_explicit(&seen->current, memory_order_relaxed), hash), 1);
}

bool dw_seen_lately(const struct dw_seen_keys *seen, uint64_t hash)
{
	unsigned current = atomic_load_explicit(&seen->current, memory_order_relaxed);

	return has(line_of(seen, current, hash), hash);
}

bool dw_seen_add(struct dw_seen_keys *seen, uint64_t hash)
{
	unsigned current = atomic_load_explicit(&seen->current, memory_order_relaxed);
	atomic_uint_fast64_t *line = line_of(seen, current, hash);

	if (has(line, hash))
		return false;
	set(line, hash);
	return !has(line_of(seen, current ^ 1, hash), hash);
}

unsigned dw_seen_percent(const struct dw_seen_keys *seen)
{
	const atomic_uint_fast64_t *words =
		seen->words + atomic_load(&seen->current) * (size_t)DW_SEEN_WORDS;
	size_t bits = 0, sum = 0;

	for (size_t line = 0; line < DW_SEEN_LINES; line += 64) {
		for (size_t i = 0; i < 8; i++)
			sum += (size_t)__builtin_popcountll(
				atomic_load_explicit(&words[line * 8 + i], memory_order_relaxed));
		bits += 512;
	}
	return (unsigned)(sum * 100 / bits);
}

static void wipe(atomic_uint_fast64_t *words)
{
	for (size_t i = 0; i < DW_SEEN_WORDS; i++) {
		if (atomic_load_explicit(&words[i], memory_order_relaxed) != 0)
			atomic_store_explicit(&words[i], 0, memory_order_relaxed);
	}
}

void dw_seen_turn(struct dw_seen_keys *seen, uint32_t age, uint32_t now)
{
	unsigned other = atomic_load(&seen->current) ^ 1;

	if (seen->since == 0 || now < seen->since)
		seen->since = now;
	if (now - seen->since < age && dw_seen_percent(seen) < FULL_PERCENT)
		return;
	wipe(seen->words + other * (size_t)DW_SEEN_WORDS);
	atomic_store(&seen->current, other);
	seen->since = now;
}
