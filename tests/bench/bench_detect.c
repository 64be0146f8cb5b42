/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * bench_detect.c: what the detectors cost a query
 *
 * Queries of 1,000 clients for 20,000 names, squared so that few are asked often; processor time,
 * not that on the clock. bench_detect [QUERIES], default 3000000. */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dnsward/detect.h"
#include "dnsward/dga.h"
#include "dnsward/name.h"

enum { CLIENTS = 1000, NAMES = 20000, NOW = 1767312245 };

struct name {
	uint8_t wire[DW_NAME_MAX];
	size_t len, domain;
};

static struct name names[NAMES];
static struct dw_addr clients[CLIENTS];
static struct dw_dga *dga;

static uint32_t next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static size_t skewed(uint32_t *state, size_t count)
{
	double x = next(state) / 4294967296.0;

	return (size_t)(x * x * x * (double)count);
}

static void make_names(void)
{
	static const char *const hosts[] = {"www.", "", "api.", "cdn7.static.", "img."};
	char text[100];

	for (size_t i = 0; i < NAMES; i++) {
		snprintf(text, sizeof(text), "%ssite%zu.%s", hosts[i % 5], i / 3,
			i % 4 ? "com" : "co.uk");
		if (dw_name_from_text(text, strlen(text), names[i].wire, &names[i].len, NULL) !=
			DW_OK)
			abort();
	}
	for (size_t i = 0; i < CLIENTS; i++)
		clients[i] = (struct dw_addr){.family = 4,
			.bytes = {[10] = 0xff,
				[11] = 0xff,
				[12] = 10,
				[14] = (uint8_t)(i >> 8),
				[15] = (uint8_t)i}};
}

static double nanoseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Nanoseconds a query with these detectors on; 0: what the loop itself takes. */
static double run(uint32_t on, size_t queries)
{
	struct dw_detect_settings settings = {.on = on};
	struct dw_detect *detect;
	struct dw_detect_subject subject = {0};
	struct dw_detected out;
	uint32_t state = 88675123, fired = 0;
	size_t domains = 0;
	double start;

	for (enum dw_detector d = 0; d < DW_DETECTORS; d++)
		memcpy(settings.rule[d].value, dw_detector(d)->value,
			sizeof(settings.rule[d].value));
	if (dw_detect_new(&detect, NULL) != DW_OK)
		abort();
	for (int lap = 0; lap < 2; lap++) { /* the first to warm up */
		start = nanoseconds();
		for (size_t i = 0; i < queries; i++) {
			const struct name *name = &names[skewed(&state, NAMES)];
			const struct dw_addr *client = &clients[skewed(&state, CLIENTS)];
			struct dw_observation o = {.subject = &subject,
				.name = name->wire,
				.name_len = name->len,
				.type = i % 3 ? 1 : 28,
				.rcode = i % 50 ? 0 : 3,
				.addresses = i % 3 ? DW_DETECT_PUBLIC : 0};

			subject.now = (uint32_t)(NOW + i / 20000);
			if (on == 0) {
				domains += o.name_len;
				continue;
			}
			if (!dw_dga_registered(dga, o.name, o.name_len, &o.domain))
				o.domain = 0;
			dw_detect_set_name(detect, &subject, o.name, o.name_len, o.domain);
			dw_detect_set_client(detect, &subject, client);
			dw_detect_note(detect, &settings, &o, &out);
			fired |= out.fired;
		}
	}
	double each = (nanoseconds() - start) / (double)queries;
	struct dw_detect_state how;
	dw_detect_state(detect, &how);
	if (how.bytes + fired + domains == 0)
		abort();
	dw_detect_free(&detect);
	return each;
}

int main(int argc, char **argv)
{
	size_t queries = argc > 1 ? strtoul(argv[1], NULL, 10) : 3000000;
	const uint32_t all = (UINT32_C(1) << DW_DETECTORS) - 1;
	double loop;

	if (dw_dga_open(NULL, &dga, NULL) != DW_OK)
		return 1;
	make_names();
	loop = run(0, queries);
	printf("%-24s %6.1f ns a query, the registered domain included\n", "all detectors",
		run(all, queries) - loop);
	for (enum dw_detector d = 0; d < DW_DETECTORS; d++)
		printf("%-24s %6.1f\n", dw_detector(d)->name,
			run(UINT32_C(1) << d, queries) - loop);
	dw_dga_close(&dga);
	return 0;
}
