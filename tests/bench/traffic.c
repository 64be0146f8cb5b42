/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * traffic.c: names and clients such as a resolver of a company sees
 */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "traffic.h"

/* Marsaglia, "Xorshift RNGs", 2003. */
static uint32_t next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

void traffic_init(struct traffic *traffic)
{
	static const char *const hosts[] = {"www.", "", "api.", "cdn7.static.", "img."};
	char text[100];

	traffic->state = 88675123;
	for (size_t i = 0; i < TRAFFIC_NAMES; i++) {
		struct traffic_name *name = &traffic->names[i];

		snprintf(text, sizeof(text), "%ssite%zu.%s", hosts[i % 5], i / 3,
			i % 4 ? "com" : "co.uk");
		if (dw_name_from_text(text, strlen(text), name->wire, &name->len, NULL) != DW_OK)
			abort();
	}
	for (size_t i = 0; i < TRAFFIC_CLIENTS; i++) {
		snprintf(text, sizeof(text), "10.0.%zu.%zu", i / 256, i % 256);
		if (!dw_addr_from_text(text, strlen(text), &traffic->clients[i]))
			abort();
	}
}

size_t traffic_draw(struct traffic *traffic, size_t count)
{
	double x = next(&traffic->state) / 4294967296.0;

	return (size_t)(x * x * x * (double)count);
}

const struct traffic_name *traffic_name_for(struct traffic *traffic, size_t client)
{
	enum { OWN = 300, ANY_IN = 20 };

	if (next(&traffic->state) % ANY_IN == 0)
		return &traffic->names[traffic_draw(traffic, TRAFFIC_NAMES)];
	return &traffic->names[(client * 7919 + traffic_draw(traffic, OWN) * 61) % TRAFFIC_NAMES];
}
