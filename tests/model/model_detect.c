/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * model_detect.c: the detectors against exact counts
 *
 * Random queries of few clients for few names under random thresholds, and beside them windows
 * that keep every query. Counts must agree to the query, numbers of different names within
 * eight standard errors. DNSWARD_MODEL_ROUNDS (default 40), DNSWARD_MODEL_SEED. */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/detect_fixture.h"
#include "../unit/unit.h"

enum { CLIENTS = 3, DOMAINS = 3, QUERIES = 4000 };

static uint32_t state;

static uint32_t below(uint32_t limit)
{
	return unit_random(&state) % limit;
}

/* ---- the model: a window that keeps all that it counted ---- */

struct window {
	bool begun;
	int start;
	size_t count, bytes, names;
	uint32_t name[QUERIES];
};

static struct window by_client[DW_DETECTORS][CLIENTS][3], by_pair[DW_DETECTORS][CLIENTS][DOMAINS];

static void add(struct window *w, const uint32_t *threshold, int at, uint32_t name, size_t bytes)
{
	if (!w->begun || at - w->start >= (int)threshold[DW_KEY_WINDOW])
		*w = (struct window){.begun = true, .start = at};
	w->count++;
	w->bytes += bytes;
	for (size_t i = 0; i < w->names; i++) {
		if (w->name[i] == name)
			return;
	}
	w->name[w->names++] = name;
}

static bool agrees(
	const struct window *w, enum dw_detector detector, const uint32_t *threshold, bool fired)
{
	uint32_t distinct = threshold[DW_KEY_DISTINCT];
	bool counts = w->count >= threshold[DW_KEY_QUERIES] && w->bytes >= threshold[DW_KEY_BYTES];

	if (!counts)
		return !fired;
	if (detector == DW_DETECT_REPEATS) /* a bitmap of 64 bits can miss some names */
		return w->names <= distinct ? fired : w->names <= distinct + 4 || !fired;
	if (w->names + 4 + w->names * 2 / 5 < distinct)
		return !fired;
	if (w->names >= distinct + 4 + distinct * 2 / 5)
		return fired;
	return true;
}

/* ---- both sides by side ---- */

struct query {
	int at;
	uint32_t client, domain, sub;
	uint16_t type;
	uint8_t rcode;
	char name[128];
};

static void make_query(struct query *q, int at)
{
	static const uint16_t types[] = {A, A, A, TXT, NULL_TYPE, ANY, AAAA};
	static const uint8_t rcodes[] = {NOERROR, NOERROR, NXDOMAIN, SERVFAIL};

	q->at = at;
	q->client = below(CLIENTS);
	q->domain = below(DOMAINS);
	q->sub = below(q->client == 0 ? 3 : q->client == 1 ? 60 : 400);
	q->type = types[below(7)];
	q->rcode = rcodes[below(4)];
	sprintf(q->name, "%04u%.*s.domain%u.example", q->sub, (int)(q->sub % 4 * 19),
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", q->domain);
}

/* The window that counts the query, with it counted; NULL: none does. */
static const struct window *count(
	enum dw_detector d, const uint32_t *threshold, const struct query *q)
{
	uint32_t name = q->domain << 16 | q->sub;
	size_t length = 4 + q->sub % 4 * 19;
	struct window *w = dw_detector_holds_client(d) ? &by_client[d][q->client][0]
						       : &by_pair[d][q->client][q->domain];
	size_t bytes = d == DW_DETECT_BYTES_OUT ? strlen(q->name) + 2 : 0;

	if (d == DW_DETECT_FAILURES)
		w += q->rcode == SERVFAIL;
	if ((d == DW_DETECT_TUNNEL && length < threshold[DW_KEY_MIN_LENGTH]) ||
		(d == DW_DETECT_TXT_FLOOD && q->type != TXT) ||
		(d == DW_DETECT_NULL_FLOOD && q->type != NULL_TYPE) ||
		(d == DW_DETECT_ANY_FLOOD && q->type != ANY) ||
		(d == DW_DETECT_FAILURES && q->rcode == NOERROR) ||
		(d == DW_DETECT_NXDOMAIN_NAMES &&
			(q->rcode != NXDOMAIN || (q->type != A && q->type != AAAA))))
		return NULL;
	add(w, threshold, q->at, name, bytes);
	return w;
}

static void pick_thresholds(struct detect_fixture *f)
{
	for (enum dw_detector d = 0; d < DW_DETECTORS; d++) {
		uint32_t *value = f->settings.rule[d].value;

		value[DW_KEY_WINDOW] = 20 + below(600);
		value[DW_KEY_QUERIES] = dw_detector(d)->value[DW_KEY_QUERIES] ? 1 + below(200) : 0;
		value[DW_KEY_DISTINCT] = d == DW_DETECT_REPEATS                   ? 1 + below(2)
					 : dw_detector(d)->value[DW_KEY_DISTINCT] ? 1 + below(100)
										  : 0;
		value[DW_KEY_BYTES] = dw_detector(d)->value[DW_KEY_BYTES] ? 1 + below(20000) : 0;
	}
}

static void run(uint32_t seed)
{
	static const enum dw_detector modelled[] = {DW_DETECT_TUNNEL, DW_DETECT_VOLUME,
		DW_DETECT_REPEATS, DW_DETECT_QUERY_FLOOD, DW_DETECT_TXT_FLOOD, DW_DETECT_NULL_FLOOD,
		DW_DETECT_ANY_FLOOD, DW_DETECT_FAILURES, DW_DETECT_NXDOMAIN_NAMES,
		DW_DETECT_BYTES_OUT};
	static const char *const clients[CLIENTS] = {"192.0.2.1", "2001:db8::1", "192.0.2.3"};
	struct detect_fixture f;
	struct query q;
	int at = 0;

	memset(by_client, 0, sizeof(by_client));
	memset(by_pair, 0, sizeof(by_pair));
	detect_open(&f, DW_DETECTORS);
	pick_thresholds(&f);
	for (int i = 0; i < QUERIES; i++) {
		at += below(100) == 0 ? (int)below(300) : below(4) == 0;
		make_query(&q, at);
		uint32_t fired = SEE(&f, .name = q.name, .client = clients[q.client],
			.type = q.type, .rcode = q.rcode, .at = at)
					 .fired;
		for (size_t m = 0; m < sizeof(modelled) / sizeof(modelled[0]); m++) {
			enum dw_detector d = modelled[m];
			const uint32_t *threshold = f.settings.rule[d].value;
			const struct window *w = count(d, threshold, &q);
			bool is = fired & BIT(d);

			ck_assert_msg(w ? agrees(w, d, threshold, is) : !is,
				"seed %u, query %d (%s, type %u): %s %s; %zu queries, %zu names of "
				"%u, %u",
				seed, i, q.name, q.type, dw_detector(d)->name,
				is ? "fired" : "did not fire", w ? w->count : 0, w ? w->names : 0,
				threshold[DW_KEY_QUERIES], threshold[DW_KEY_DISTINCT]);
		}
	}
	detect_close(&f);
}

START_TEST(counts_as_the_model)
{
	const char *rounds = getenv("DNSWARD_MODEL_ROUNDS"), *first = getenv("DNSWARD_MODEL_SEED");
	uint32_t seed = first ? (uint32_t)strtoul(first, NULL, 10) : 1;

	for (int i = rounds ? atoi(rounds) : 40; i > 0; i--, seed++) {
		state = seed * 2654435761U | 1;
		run(seed);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("model_detect");
	TCase *tcase = tcase_create("model");

	tcase_set_timeout(tcase, 300);
	tcase_set_tags(tcase, "slow");
	tcase_add_test(tcase, counts_as_the_model);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
