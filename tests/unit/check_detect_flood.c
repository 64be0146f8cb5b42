/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_detect_flood.c: more clients than there are places, and many threads
 */
#include "dnsward-config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect_fixture.h"
#include "dnsward/name.h"
#include "unit.h"

enum { MEMORY_MOST = 32000000, PER_SECOND = 100000 };

static bool score(void *arg, int32_t *evidence)
{
	(void)arg;
	*evidence = -1000;
	return true;
}

/* A query of a client of that number. */
static struct dw_detected ask(
	struct detect_fixture *f, uint32_t client, const char *name, uint16_t type, uint32_t now)
{
	uint8_t wire[DW_NAME_MAX];
	size_t len;
	struct dw_labels labels;
	struct dw_detect_subject subject = {.now = (uint32_t)now};
	struct dw_detected out;
	struct dw_addr addr = {.family = 4, .bytes = {[10] = 0xff, [11] = 0xff}};

	for (int i = 0; i < 4; i++)
		addr.bytes[12 + i] = (uint8_t)(client >> (24 - 8 * i));
	ck_assert_int_eq(dw_name_from_text(name, strlen(name), wire, &len, NULL), DW_OK);
	dw_name_labels(wire, len, &labels);
	struct dw_observation observation = {
		.subject = &subject,
		.name = wire,
		.name_len = len,
		.domain = labels.count > 2 ? labels.offset[labels.count - 2] : 0,
		.type = type,
		.addresses = DW_DETECT_PUBLIC,
		.score = score,
	};
	detect_set(f, &subject, wire, len, observation.domain, &addr);
	dw_detect_note(f->detect, &f->settings, &observation, &out);
	return out;
}

static const char *tunnel_name(char *out, uint32_t n)
{
	sprintf(out, "%08x%08x%08x%08x.%08xaaaaaaaaaaaaaaaaa.evil.example", n * 2654435761U, n, ~n,
		n * 40503U, n);
	return out;
}

/* A million clients that were made up, `each` queries of each; and one client with a tunnel, 20
 * queries a second. How many the tunnel needs to be found; 0: it is not. */
static unsigned find_tunnel(unsigned each, bool long_names)
{
	struct detect_fixture f;
	struct dw_detect_state state;
	char name[256];
	unsigned sent = 0, found = 0;
	uint32_t random = 19;

	detect_open(&f, DW_DETECTORS);
	for (uint32_t i = 0; i < 1000000; i++) {
		uint32_t now = NOW + i * each / PER_SECOND;
		uint32_t client = 0x0a000000 + i;

		for (unsigned n = 0; n < each; n++) {
			if (long_names)
				tunnel_name(name, unit_random(&random));
			else
				sprintf(name, "www.site%u.example", unit_random(&random) % 1000);
			ck_assert_uint_eq(ask(&f, client, name, A, now).fired &
						  ~BIT(DW_DETECT_FIRST_SEEN) & ~BIT(DW_DETECT_RARE),
				0);
		}
		if (i * each / (PER_SECOND / 20) != (i + 1) * each / (PER_SECOND / 20) && !found &&
			(ask(&f, 0xc0000207, tunnel_name(name, sent++), TXT, now).fired &
				BIT(DW_DETECT_TUNNEL)))
			found = sent;
	}
	dw_detect_state(f.detect, &state);
	ck_assert_uint_le(state.bytes, MEMORY_MOST);
	ck_assert_uint_le(state.taken, state.places);
	ck_assert_uint_gt(state.evicted, 100000);
	detect_close(&f);
	return found;
}

START_TEST(a_tunnel_in_a_flood)
{
	unsigned found = find_tunnel(1, false);

	ck_assert_msg(found >= 25 && found <= 60, "found at %u", found);
}
END_TEST

START_TEST(a_tunnel_in_a_flood_of_long_names)
{
	unsigned found = find_tunnel(2, true);

	ck_assert_msg(found >= 25 && found <= 100, "found at %u", found);
}
END_TEST

/* What is held stays held while others come. */
START_TEST(a_hold_in_a_flood)
{
	struct detect_fixture f;
	char name[256];

	detect_open(&f, DW_DETECTORS);
	for (uint32_t i = 0; i < 30; i++)
		ask(&f, 0xc0000207, tunnel_name(name, i), TXT, NOW);
	for (uint32_t i = 0; i < 300000; i++) {
		sprintf(name, "www.site%u.example", i % 5000);
		ask(&f, 0x0a000000 + i, name, A, NOW + i / 1000);
	}
	ck_assert_uint_ne(
		HELD(&f, .name = "x.evil.example", .at = 300).here & BIT(DW_DETECT_TUNNEL), 0);
	detect_close(&f);
}
END_TEST

/* ---- threads ---- */

enum { THREADS = 4, QUERIES = 20000 };

struct side {
	struct detect_fixture *f;
	uint32_t number;
	atomic_uint *fired;
};

static void *work(void *arg)
{
	struct side *side = arg;
	char name[256];

	for (uint32_t i = 0; i < QUERIES; i++) {
		struct dw_detected got;

		if (i % 8 == 0)
			got = ask(side->f, 0xc0000207, tunnel_name(name, i), TXT, NOW + i / 1000);
		else
			got = ask(side->f, unit_random(&side->number), "www.site.example", A,
				NOW + i / 1000);
		atomic_fetch_or(side->fired, got.fired);
		if (i % 4 == 0 && dw_detect_holds(side->f->detect, NOW))
			(void)HELD(side->f, .name = "x.evil.example", .at = (int)(i / 1000));
	}
	return NULL;
}

START_TEST(threads)
{
	struct detect_fixture f;
	pthread_t thread[THREADS];
	struct side side[THREADS];
	struct dw_detect_state state;
	atomic_uint fired = 0;

	detect_open(&f, DW_DETECTORS);
	for (uint32_t i = 0; i < THREADS; i++) {
		side[i] = (struct side){.f = &f, .number = i + 1, .fired = &fired};
		ck_assert_int_eq(pthread_create(&thread[i], NULL, work, &side[i]), 0);
	}
	for (int i = 0; i < 20; i++) {
		dw_detect_tick(f.detect, &f.settings, NOW + i * 86400);
		dw_detect_state(f.detect, &state);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	ck_assert_uint_ne(fired & BIT(DW_DETECT_TUNNEL), 0);
	ck_assert_uint_ne(fired & BIT(DW_DETECT_TXT_FLOOD), 0);
	detect_close(&f);
}
END_TEST

/* Who gets the place of a pair that is gone inherits nothing of what it counted. */
START_TEST(no_pair_inherits)
{
	enum { PAIRS = 3 * 65536, LONG_NAMES = 8 };
	struct detect_fixture f;
	char name[200];

	detect_open(&f, DW_DETECT_TUNNEL);
	for (uint32_t pair = 0; pair < PAIRS; pair++) {
		for (uint32_t i = 0; i < LONG_NAMES; i++)
			ck_assert_uint_eq(ask(&f, pair, tunnel_name(name, pair * LONG_NAMES + i),
						  TXT, NOW)
						  .fired,
				0);
	}
	detect_close(&f);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("detect_flood");
	TCase *tcase = tcase_create("flood");

	tcase_set_timeout(tcase, 120);
	tcase_set_tags(tcase, "slow");
	tcase_add_test(tcase, a_tunnel_in_a_flood);
	tcase_add_test(tcase, a_tunnel_in_a_flood_of_long_names);
	tcase_add_test(tcase, a_hold_in_a_flood);
	tcase_add_test(tcase, no_pair_inherits);
	suite_add_tcase(suite, tcase);
	tcase = tcase_create("threads");
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, threads);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
