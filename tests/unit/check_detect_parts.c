/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_detect_parts.c: the detectors' table, bitmaps, memory of what was seen, information
 */
#include "dnsward-config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "detect/cell.h"
#include "detect/information.h"
#include "detect/seen.h"
#include "detect/table.h"
#include "dnsward/detect.h"
#include "unit.h"

static uint64_t wide(uint32_t *state)
{
	uint64_t high = unit_random(state);

	return high << 32 | unit_random(state);
}

/* ---- table ---- */

enum { SETS = 4, NOW = 1000000 };

static struct dw_table table_of(size_t sets, size_t entry_bytes, size_t clear)
{
	const struct dw_table_entry entry = {entry_bytes, clear};
	struct dw_table table;
	size_t bytes = dw_table_bytes(sets, &entry);
	void *memory = aligned_alloc(DW_CACHE_LINE, bytes);

	ck_assert_ptr_nonnull(memory);
	memset(memory, 0, bytes);
	dw_table_start(&table, memory, sets, &entry);
	return table;
}

/* How often the key was used. */
static uint32_t use(const struct dw_table *table, uint64_t key, uint32_t now)
{
	struct dw_place place;

	ck_assert(dw_table_take(table, key, now, &place));
	uint32_t uses = ++*(uint32_t *)place.entry;
	dw_table_let_go(&place);
	return uses;
}

START_TEST(keeps)
{
	struct dw_table table = table_of(SETS, 20, 20);
	struct dw_place place;

	ck_assert(!dw_table_find(&table, 7, &place));
	for (uint64_t key = 0; key < DW_WAYS; key++)
		ck_assert_uint_eq(use(&table, key + 1, NOW), 1);
	for (uint64_t key = 0; key < DW_WAYS; key++)
		ck_assert_uint_eq(use(&table, key + 1, NOW), 2);
	ck_assert(dw_table_find(&table, 3, &place));
	ck_assert_uint_eq(*(uint32_t *)place.entry, 2);
	dw_table_let_go(&place);
	free(table.sets);
}
END_TEST

START_TEST(often_beats_once)
{
	struct dw_table table = table_of(1, 4, 4);
	uint32_t state = 1;

	for (int i = 0; i < 20; i++)
		use(&table, 42, NOW);
	for (int i = 0; i < 10000; i++)
		use(&table, wide(&state), NOW + i % 60);
	ck_assert_uint_eq(use(&table, 42, NOW + 60), 21);
	/* idle for ten minutes, it is worth no more than another */
	for (int i = 0; i < 10000; i++)
		use(&table, wide(&state), NOW + 700);
	ck_assert_uint_eq(use(&table, 42, NOW + 700), 1);
	free(table.sets);
}
END_TEST

START_TEST(a_newcomer_gets_in)
{
	struct dw_table table = table_of(1, 4, 4);

	for (uint64_t key = 1; key <= DW_WAYS; key++) {
		for (int i = 0; i < 200; i++)
			use(&table, key, NOW);
	}
	ck_assert_uint_eq(use(&table, 99, NOW), 1);
	ck_assert_uint_eq(use(&table, 99, NOW), 2);
	uint64_t taken = 0, evicted = 0;
	dw_table_survey(&table, 1, &taken, &evicted);
	ck_assert_uint_eq(taken, DW_WAYS);
	ck_assert_uint_eq(evicted, 1);
	free(table.sets);
}
END_TEST

START_TEST(taken_means_dropped)
{
	struct dw_table table = table_of(1, 4, 4);
	struct dw_place place, other;

	ck_assert(dw_table_take(&table, 1, NOW, &place));
	ck_assert(!dw_table_take(&table, 2, NOW, &other));
	ck_assert(!dw_table_find(&table, 1, &other));
	dw_table_let_go(&place);
	ck_assert(dw_table_find(&table, 1, &other));
	free(table.sets);
}
END_TEST

/* No two entries share a byte, and one that fits into a cache line lies in one. */
START_TEST(entries_lie_apart)
{
	static const size_t bytes[] = {1, 4, 20, 22, 33, 63, 64, 65, 108, 192};
	struct dw_table table = table_of(1, bytes[_i], bytes[_i]);
	size_t end = sizeof(struct dw_table_head);

	for (size_t way = 0; way < DW_WAYS; way++) {
		size_t first = table.at[way], last = first + bytes[_i] - 1;

		ck_assert_uint_ge(first, end);
		if (bytes[_i] <= DW_CACHE_LINE)
			ck_assert_uint_eq(first / DW_CACHE_LINE, last / DW_CACHE_LINE);
		end = last + 1;
	}
	ck_assert_uint_le(end, table.stride);
	ck_assert_uint_lt(table.stride - end, DW_CACHE_LINE);
	free(table.sets);
}
END_TEST

START_TEST(a_newcomer_finds_zeros)
{
	struct dw_table table = table_of(1, 128, 64);
	struct dw_place place;

	for (uint64_t key = 1; key <= 4 * DW_WAYS; key++) {
		ck_assert(dw_table_take(&table, key << 20, NOW, &place));
		for (size_t i = 0; i < table.clear; i++)
			ck_assert_uint_eq(((uint8_t *)place.entry)[i], 0);
		memset(place.entry, 0xff, 128);
		dw_table_let_go(&place);
	}
	free(table.sets);
}
END_TEST

/* ---- bitmaps ---- */

START_TEST(counts_different)
{
	static const uint32_t counts[] = {1, 5, 14, 30, 80, 101, 200, 500};
	uint32_t state = 2463534242;
	uint32_t n = counts[_i];
	double sum = 0, squares = 0;
	enum { RUNS = 400 };

	for (int run = 0; run < RUNS; run++) {
		struct dw_cell cell = {0};
		uint64_t bitmap[4] = {0};

		for (uint32_t i = 0; i < n; i++) {
			uint64_t key = wide(&state);

			dw_cell_add(&cell, bitmap, 4, key, 0);
			ck_assert_uint_eq(dw_bitmap_add(bitmap, 4, key), 0);
		}
		double estimate = dw_cell_distinct(&cell);
		if (n < 20)
			ck_assert_double_lt(estimate, n + 1); /* never fires early */
		sum += estimate;
		squares += (estimate - n) * (estimate - n);
	}
	ck_assert_msg(fabs(sum / RUNS - n) <= 1 + n * 0.02, "%u: mean %f", n, sum / RUNS);
	ck_assert_msg(
		sqrt(squares / RUNS) <= 1.5 + n * 0.07, "%u: error %f", n, sqrt(squares / RUNS));
}
END_TEST

START_TEST(a_full_bitmap)
{
	struct dw_cell cell = {0};
	uint64_t bitmap[4] = {0};
	uint32_t state = 7;

	for (int i = 0; i < 100000; i++)
		dw_cell_add(&cell, bitmap, 4, wide(&state), 0);
	ck_assert_uint_gt(dw_cell_distinct(&cell), 1000);
	ck_assert_uint_lt(dw_cell_distinct(&cell), 2000);
}
END_TEST

START_TEST(sums_stay_at_their_end)
{
	struct dw_cell cell = {.start = 1, .count = UINT32_MAX - 1, .sum = UINT32_MAX - 5};
	struct dw_tally tally = {.start = NOW, .sum = UINT32_MAX - 5};
	uint64_t bitmap[4] = {0};

	dw_cell_add(&cell, bitmap, 4, 1, 3);
	ck_assert_uint_eq(cell.sum, UINT32_MAX - 2);
	dw_cell_add(&cell, bitmap, 4, 1, 3);
	ck_assert_uint_eq(cell.sum, UINT32_MAX);
	ck_assert_uint_eq(cell.count, UINT32_MAX);
	ck_assert_uint_eq(dw_tally_add(&tally, 60, NOW + 59, 3), UINT32_MAX - 2);
	ck_assert_uint_eq(dw_tally_add(&tally, 60, NOW + 59, 3), UINT32_MAX);
	ck_assert_uint_eq(dw_tally_add(&tally, 60, NOW + 60, 3), 3);
	ck_assert_uint_eq(dw_tally_add(&tally, 60, NOW, 4), 4); /* a clock was put back */
}
END_TEST

/* The number of bits says what was added up. */
START_TEST(a_bitmap_is_within)
{
	uint64_t bitmap[1] = {0};
	uint32_t state = 19;
	struct dw_cell cell = {0};

	for (int i = 0; i < 2000; i++) {
		uint32_t distinct = dw_cell_distinct(&cell);

		ck_assert(dw_bitmap_is_within(bitmap, 1, distinct));
		ck_assert(distinct == 0 || !dw_bitmap_is_within(bitmap, 1, distinct - 1));
		dw_cell_add(&cell, bitmap, 1, wide(&state), 0);
	}
	ck_assert_uint_gt(dw_cell_distinct(&cell), 200);
}
END_TEST

/* ---- seen ---- */

static struct dw_seen_keys seen_keys(void)
{
	struct dw_seen_keys seen = {.words = aligned_alloc(DW_CACHE_LINE, DW_SEEN_BYTES)};

	ck_assert_ptr_nonnull(seen.words);
	memset(seen.words, 0, DW_SEEN_BYTES);
	return seen;
}

START_TEST(remembers)
{
	struct dw_seen_keys seen = seen_keys();
	uint32_t state = 11;
	uint64_t key = wide(&state);

	ck_assert(dw_seen_add(&seen, key));
	ck_assert(!dw_seen_add(&seen, key));
	ck_assert(dw_seen_lately(&seen, key));
	dw_seen_turn(&seen, 100, 1000);
	dw_seen_turn(&seen, 100, 1099);
	ck_assert_uint_eq(seen.current, 0);
	dw_seen_turn(&seen, 100, 1100);
	ck_assert_uint_eq(seen.current, 1);
	ck_assert(!dw_seen_lately(&seen, key));
	ck_assert(!dw_seen_add(&seen, key)); /* and it is remembered anew */
	dw_seen_turn(&seen, 100, 1200);
	ck_assert(!dw_seen_add(&seen, key));
	dw_seen_turn(&seen, 100, 1300);
	dw_seen_turn(&seen, 100, 1400);
	ck_assert(dw_seen_add(&seen, key));
	free(seen.words);
}
END_TEST

START_TEST(turns_when_full)
{
	struct dw_seen_keys seen = seen_keys();
	uint32_t state = 13;
	size_t missed = 0;
	enum { KEYS = 2900000 };

	dw_seen_turn(&seen, 1000000, 1);
	for (int i = 0; i < KEYS; i++)
		missed += !dw_seen_add(&seen, wide(&state));
	ck_assert_uint_ge(dw_seen_percent(&seen), 48);
	ck_assert_uint_lt(missed, KEYS / 40); /* over all of the filling; at its end 1 in 16 */
	for (int i = 0; i < 300000; i++)
		dw_seen_add(&seen, wide(&state));
	dw_seen_turn(&seen, 1000000, 2);
	ck_assert_uint_eq(seen.current, 1);
	ck_assert_uint_eq(dw_seen_percent(&seen), 0);
	free(seen.words);
}
END_TEST

/* ---- information ---- */

static const struct {
	const char *text;
	uint32_t from, to;
} texts[] = {
	{"", 0, 0},
	{"a", 0, 0},
	{"aaaaaaaaaaaaaaaa", 0, 0},
	{"0123456789abcdef", 7, 8},
	{"0123456789abcdef0123456789abcdef", 15, 16},
	{"abababababababab", 1, 2},
};

START_TEST(information)
{
	uint32_t is = dw_information((const uint8_t *)texts[_i].text, strlen(texts[_i].text));

	ck_assert_msg(is >= texts[_i].from && is <= texts[_i].to, "\"%s\": %u", texts[_i].text, is);
}
END_TEST

START_TEST(information_like_shannon)
{
	uint32_t state = 17;

	for (int run = 0; run < 2000; run++) {
		uint8_t text[255];
		double bits = 0;
		size_t len = 1 + unit_random(&state) % 255, often[256] = {0};
		unsigned range = 1 + unit_random(&state) % 60;

		for (size_t i = 0; i < len; i++)
			often[text[i] = (uint8_t)(unit_random(&state) % range)]++;
		for (size_t i = 0; i < 256; i++)
			bits += often[i] > 0
					? (double)often[i] * log2((double)len / (double)often[i])
					: 0;
		ck_assert_double_le(fabs(dw_information(text, len) - bits / 8), 1.5);
	}
}
END_TEST

/* ---- facts ---- */

START_TEST(facts)
{
	for (enum dw_detector d = 0; d < DW_DETECTORS; d++) {
		ck_assert_ptr_nonnull(dw_detector(d)->name);
		ck_assert_ptr_nonnull(dw_detector(d)->technique);
		ck_assert(dw_detector_takes(d, DW_KEY_WINDOW) && dw_detector_takes(d, DW_KEY_HOLD));
		for (enum dw_detect_key k = 0; k < DW_DETECT_KEYS; k++) {
			uint32_t value = dw_detector(d)->value[k];

			ck_assert(value == 0 || (value >= dw_detect_key(k)->min &&
							value <= dw_detect_key(k)->max));
		}
	}
	for (enum dw_detect_key k = 0; k < DW_DETECT_KEYS; k++)
		ck_assert_ptr_nonnull(dw_detect_key(k)->name);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("detect_parts");
	TCase *tcase = tcase_create("parts");

	tcase_add_test(tcase, keeps);
	tcase_add_test(tcase, often_beats_once);
	tcase_add_test(tcase, a_newcomer_gets_in);
	tcase_add_test(tcase, taken_means_dropped);
	tcase_add_loop_test(tcase, entries_lie_apart, 0, 10);
	tcase_add_test(tcase, a_newcomer_finds_zeros);
	tcase_add_loop_test(tcase, counts_different, 0, 8);
	tcase_add_test(tcase, a_full_bitmap);
	tcase_add_test(tcase, sums_stay_at_their_end);
	tcase_add_test(tcase, a_bitmap_is_within);
	tcase_add_test(tcase, remembers);
	tcase_add_test(tcase, turns_when_full);
	UNIT_ADD_TABLE(tcase, information, texts);
	tcase_add_test(tcase, information_like_shannon);
	tcase_add_test(tcase, facts);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
