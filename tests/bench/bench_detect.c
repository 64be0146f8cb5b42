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

#include "dnsward/detect.h"
#include "dnsward/dga.h"
#include "thread_ns.h"
#include "traffic.h"

static struct traffic traffic;
static struct dw_dga *dga;

/* Nanoseconds a query with these detectors on; 0: what the loop itself takes. */
static double run(uint32_t on, size_t queries)
{
	struct dw_detect_settings settings = {.on = on};
	struct dw_detect *detect;
	struct dw_detect_subject subject = {0};
	struct dw_detected out;
	uint32_t fired = 0;
	size_t domains = 0;
	uint64_t start;

	for (enum dw_detector d = 0; d < DW_DETECTORS; d++)
		memcpy(settings.rule[d].value, dw_detector(d)->value,
			sizeof(settings.rule[d].value));
	if (dw_detect_new(&detect, NULL) != DW_OK)
		abort();
	traffic_init(&traffic);
	for (int lap = 0; lap < 2; lap++) { /* the first to warm up */
		start = thread_ns();
		for (size_t i = 0; i < queries; i++) {
			const struct traffic_name *name =
				&traffic.names[traffic_draw(&traffic, TRAFFIC_NAMES)];
			const struct dw_addr *client =
				&traffic.clients[traffic_draw(&traffic, TRAFFIC_CLIENTS)];
			struct dw_observation o = {.subject = &subject,
				.name = name->wire,
				.name_len = name->len,
				.type = i % 3 ? 1 : 28,
				.rcode = i % 50 ? 0 : 3,
				.addresses = i % 3 ? DW_DETECT_PUBLIC : 0};

			subject.now = (uint32_t)(TRAFFIC_NOW + i / 20000);
			if (on == 0) {
				domains += o.name_len;
				continue;
			}
			if (!dw_dga_registered(dga, o.name, o.name_len, &o.domain))
				o.domain = 0;
			dw_detect_set(detect, &settings, &subject,
				dw_detect_name_key(detect, o.name, o.name_len), client);
			dw_detect_set_domain(detect, &settings, &subject,
				dw_detect_name_key(
					detect, o.name + o.domain, o.name_len - o.domain));
			dw_detect_note(detect, &settings, &o, &out);
			fired |= out.fired;
		}
	}
	double each = (double)(thread_ns() - start) / (double)queries;
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
	loop = run(0, queries);
	printf("%-24s %6.1f ns a query, the registered domain included\n", "all detectors",
		run(all, queries) - loop);
	for (enum dw_detector d = 0; d < DW_DETECTORS; d++)
		printf("%-24s %6.1f\n", dw_detector(d)->name,
			run(UINT32_C(1) << d, queries) - loop);
	dw_dga_close(&dga);
	return 0;
}
