/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of the ring: nothing is lost, doubled or torn, alone and between two threads
 */
#include "dnsward-config.h"
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include "log/ring.h"
#include "unit.h"

enum { SIZE = 4096 };

static struct dw_ring ring;

/* What the producer has seen: where the last record lies, how often one lay at the beginning,
 * and how often that was so because the ring was empty. */
static size_t place, starts, restarts;

static void setup(void)
{
	ck_assert(dw_ring_open(&ring, SIZE));
	starts = restarts = 0;
}

static void teardown(void)
{
	dw_ring_close(&ring);
}

/* A record: its length, its number, and bytes that hang on both. */
struct record {
	size_t len;
	uint32_t number;
	uint8_t bytes[SIZE];
};

static uint8_t byte_of(uint32_t number, size_t i)
{
	return (uint8_t)(number * 31 + i);
}

static struct record *reserve(size_t len)
{
	size_t base = ring.base;
	struct record *record = dw_ring_reserve(&ring, offsetof(struct record, bytes) + len);

	if (record == NULL)
		return NULL;
	place = (size_t)((uint8_t *)record - ring.bytes);
	starts += place == 16;
	restarts += ring.base != base;
	return record;
}

static bool put(uint32_t number, size_t len)
{
	struct record *record = reserve(len);

	if (record == NULL)
		return false;
	record->len = len;
	record->number = number;
	for (size_t i = 0; i < len; i++)
		record->bytes[i] = byte_of(number, i);
	dw_ring_commit(&ring, offsetof(struct record, bytes) + len);
	return true;
}

static bool is_whole(const struct record *record, uint32_t number)
{
	if (record->number != number || (uintptr_t)record % 16 != 0)
		return false;
	for (size_t i = 0; i < record->len; i++) {
		if (record->bytes[i] != byte_of(number, i))
			return false;
	}
	return true;
}

static bool take(uint32_t number)
{
	const struct record *record = dw_ring_peek(&ring);

	if (record == NULL)
		return false;
	if (!is_whole(record, number))
		ck_abort_msg("record %u is not what was put in", number);
	dw_ring_pop(&ring);
	return true;
}

START_TEST(empty_ring_has_nothing)
{
	ck_assert_ptr_null(dw_ring_peek(&ring));
	ck_assert_uint_eq(dw_ring_used(&ring), 0);
}
END_TEST

START_TEST(records_come_out_in_order)
{
	for (uint32_t i = 0; i < 10; i++)
		ck_assert(put(i, i * 7));
	for (uint32_t i = 0; i < 10; i++)
		ck_assert(take(i));
	ck_assert(!take(10));
	ck_assert_uint_eq(dw_ring_used(&ring), 0);
}
END_TEST

START_TEST(full_ring_refuses_and_keeps_what_it_has)
{
	uint32_t in = 0, out = 0;

	while (put(in, 50))
		in++;
	ck_assert_uint_gt(in, SIZE / 128);
	ck_assert(!put(in, 50));
	ck_assert(take(out++));
	ck_assert(put(in++, 50)); /* the room of one is room for one */
	while (out < in)
		ck_assert(take(out++));
	ck_assert(!take(out));
}
END_TEST

START_TEST(largest_record_fits_an_empty_ring)
{
	size_t max = dw_ring_record_max(&ring) - offsetof(struct record, bytes);

	ck_assert_ptr_null(dw_ring_reserve(&ring, dw_ring_record_max(&ring) + 1));
	for (uint32_t i = 0; i < 2 * SIZE / 16; i += 2) {
		ck_assert(put(i, 0));
		ck_assert(take(i));
		ck_assert(put(i + 1, max));
		ck_assert(take(i + 1));
	}
}
END_TEST

/* So that its other pages are not touched. */
START_TEST(empty_ring_starts_at_its_beginning)
{
	uint32_t in = 0, out = 0;

	for (size_t round = 1; round < 300; round++) {
		for (size_t i = 0; i < round % 7 + 1; i++) {
			ck_assert(put(in++, 50));
			ck_assert_uint_lt(place, SIZE / 4);
		}
		ck_assert_uint_eq(starts, round);
		while (out < in)
			ck_assert(take(out++));
		ck_assert(!take(out));
	}
}
END_TEST

START_TEST(ring_that_is_not_empty_goes_on)
{
	uint32_t in = 0;

	ck_assert(put(in++, 50));
	for (size_t last = place; starts < 2; last = place) {
		ck_assert(put(in++, 50));
		ck_assert(place > last || SIZE - last < 256);
		ck_assert(take(in - 2));
	}
	ck_assert_uint_eq(restarts, 0); /* the first base is 0 already */
}
END_TEST

START_TEST(forgotten_reservation_is_not_seen)
{
	ck_assert(put(0, 10));
	ck_assert_ptr_nonnull(dw_ring_reserve(&ring, 100));
	ck_assert(put(1, 20));
	ck_assert(take(0));
	ck_assert(take(1));
	ck_assert(!take(2));
}
END_TEST

/* Any order of puts and takes of any length, against a plain count. */
START_TEST(random_use_loses_nothing)
{
	uint32_t state = 4711, in = 0, out = 0;
	bool sane = true;

	for (int i = 0; i < 200000; i++) {
		if (unit_random(&state) % 2 == 0)
			in += put(in, unit_random(&state) % 600);
		else
			out += take(out);
		sane &= out <= in && dw_ring_used(&ring) <= SIZE;
	}
	ck_assert(sane);
	while (out < in)
		ck_assert(take(out++));
	ck_assert(!take(out));
	ck_assert_uint_gt(in, 50000);
	ck_assert_uint_gt(restarts, 1000);
	ck_assert_uint_gt(starts, restarts + 1000);
}
END_TEST

enum { PASSED = 300000 };

static void *produce(void *arg)
{
	uint32_t state = 99;

	(void)arg;
	for (uint32_t i = 0; i < PASSED;) {
		if (put(i, unit_random(&state) % 200))
			i++;
		else
			sched_yield();
	}
	return NULL;
}

START_TEST(two_threads_pass_everything_on)
{
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, produce, NULL), 0);
	for (uint32_t i = 0; i < PASSED;) {
		if (take(i))
			i++;
		else
			sched_yield();
	}
	pthread_join(thread, NULL);
	ck_assert_ptr_null(dw_ring_peek(&ring));
	ck_assert_uint_gt(restarts, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ring");
	TCase *tc = tcase_create("ring");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, empty_ring_has_nothing);
	tcase_add_test(tc, records_come_out_in_order);
	tcase_add_test(tc, full_ring_refuses_and_keeps_what_it_has);
	tcase_add_test(tc, largest_record_fits_an_empty_ring);
	tcase_add_test(tc, empty_ring_starts_at_its_beginning);
	tcase_add_test(tc, ring_that_is_not_empty_goes_on);
	tcase_add_test(tc, forgotten_reservation_is_not_seen);
	tcase_add_test(tc, random_use_loses_nothing);
	tcase_add_test(tc, two_threads_pass_everything_on);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
