/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_base.c: hashes and arenas
 */
#include "dnsward-config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/name_hash.h"
#include "dnsward/arena.h"
#include "dnsward/hash.h"
#include "unit.h"

/* ---- hash ---- */

/* The test vector of the SipHash paper, appendix A. */
START_TEST(hash_of_the_paper)
{
	struct dw_hash_key key;
	uint8_t bytes[16];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	memcpy(&key, bytes, sizeof(key));
	ck_assert_uint_eq(dw_hash(&key, bytes, 15), UINT64_C(0xa129ca6149be45e5));
}
END_TEST

START_TEST(keys_differ)
{
	struct dw_hash_key a, b;

	dw_hash_key_random(&a);
	dw_hash_key_random(&b);
	ck_assert_mem_ne(&a, &b, sizeof(a));
	ck_assert_uint_ne(dw_hash(&a, "x", 1), dw_hash(&b, "x", 1));
	ck_assert_uint_eq(dw_hash(&a, "x", 1), dw_hash(&a, "xy", 1));
}
END_TEST

/* ---- arena ---- */

START_TEST(pieces_are_zeroed_aligned_and_apart)
{
	enum { PIECES = 3000 };
	static uint8_t *pieces[PIECES];
	static size_t sizes[PIECES];
	struct dw_arena arena = {0};
	uint32_t state = 19;

	for (size_t i = 0; i < PIECES; i++) {
		sizes[i] = unit_random(&state) % (i % 100 == 0 ? 100000 : 300);
		pieces[i] = dw_arena_alloc(&arena, sizes[i], 1);
		ck_assert_ptr_nonnull(pieces[i]);
		if ((uintptr_t)pieces[i] % _Alignof(max_align_t) != 0)
			ck_abort_msg("piece %zu", i);
		for (size_t at = 0; at < sizes[i]; at++)
			if (pieces[i][at] != 0)
				ck_abort_msg("piece %zu", i);
		memset(pieces[i], (int)(i % 255 + 1), sizes[i]);
	}
	for (size_t i = 0; i < PIECES; i++)
		for (size_t at = 0; at < sizes[i]; at++)
			if (pieces[i][at] != i % 255 + 1)
				ck_abort_msg("piece %zu", i);
	dw_arena_clear(&arena);
	ck_assert_ptr_null(arena.blocks);
	ck_assert_ptr_nonnull(dw_arena_alloc(&arena, 1, 1));
	dw_arena_clear(&arena);
	dw_arena_clear(&arena);
}
END_TEST

START_TEST(sizes_that_no_memory_holds)
{
	struct dw_arena arena = {0};

	ck_assert_ptr_null(dw_arena_alloc(&arena, SIZE_MAX, 2));
	ck_assert_ptr_null(dw_arena_alloc(&arena, SIZE_MAX / 16 + 2, 16));
	ck_assert_ptr_null(dw_arena_alloc(&arena, 1, SIZE_MAX));
	ck_assert_ptr_null(dw_arena_alloc(&arena, 1, SIZE_MAX - 15));
	ck_assert_ptr_null(dw_arena_text(&arena, "x", SIZE_MAX));
	dw_arena_clear(&arena);
}
END_TEST

START_TEST(texts)
{
	struct dw_arena arena = {0};
	char *text = dw_arena_text(&arena, "abcdef", 3), *empty = dw_arena_text(&arena, NULL, 0);

	ck_assert_str_eq(text, "abc");
	ck_assert_str_eq(empty, "");
	dw_arena_clear(&arena);
}
END_TEST

/* ---- hashes of names ---- */

/* As it is written in books, byte by byte. */
static uint64_t plain_hash(const struct name_hash_key *key, const uint8_t *at, size_t len)
{
	uint64_t sum[2] = {key->word[0][0], key->word[0][1]}, both;

	for (size_t i = 0; i < len; i++) {
		for (size_t half = 0; half < 2; half++)
			sum[half] +=
				key->word[i / 4 + 1][half] * ((uint64_t)at[i] << (8 * (i % 4)));
	}
	both = ((sum[0] >> 32) << 32 | sum[1] >> 32) * UINT64_C(0x9e3779b97f4a7c15);
	return both ^ both >> 32;
}

START_TEST(hashes_of_names)
{
	struct name_hash_key key;
	uint32_t state = 23;

	for (size_t i = 0; i < sizeof(key); i++)
		((uint8_t *)&key)[i] = (uint8_t)unit_random(&state);
	for (size_t len = 0; len <= DW_NAME_MAX; len++) {
		uint8_t *text = malloc(len + (len == 0)); /* a sanitizer sees what is read */

		ck_assert_ptr_nonnull(text);
		for (size_t i = 0; i < len; i++)
			text[i] = (uint8_t)unit_random(&state);
		ck_assert_uint_eq(name_hash(&key, text, len), plain_hash(&key, text, len));
		if (len > 0) {
			uint64_t before = name_hash(&key, text, len);

			text[unit_random(&state) % len] ^= 1;
			ck_assert_uint_ne(name_hash(&key, text, len), before);
		}
		free(text);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base");
	TCase *tc = tcase_create("base");

	tcase_add_test(tc, hash_of_the_paper);
	tcase_add_test(tc, keys_differ);
	tcase_add_test(tc, hashes_of_names);
	tcase_add_test(tc, pieces_are_zeroed_aligned_and_apart);
	tcase_add_test(tc, sizes_that_no_memory_holds);
	tcase_add_test(tc, texts);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
