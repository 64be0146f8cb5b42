/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * traffic.h: names and clients such as a resolver of a company sees, always the same
 */
#ifndef DNSWARD_BENCH_TRAFFIC_H
#define DNSWARD_BENCH_TRAFFIC_H

#include "dnsward/name.h"
#include "dnsward/net.h"

enum { TRAFFIC_NAMES = 20000, TRAFFIC_CLIENTS = 1000, TRAFFIC_NOW = 1767312245 };

struct traffic {
	struct traffic_name {
		uint8_t wire[DW_NAME_MAX];
		size_t len;
	} names[TRAFFIC_NAMES];
	struct dw_addr clients[TRAFFIC_CLIENTS];
	uint32_t state; /* of the numbers drawn */
};

/* It is large: static, or allocated. Aborts on failure, as benches do. */
void traffic_init(struct traffic *traffic);

/* One of `count`, the first ones often: half of all fall on the first eighth. */
size_t traffic_draw(struct traffic *traffic, size_t count);

/* One of the client's own 300 names; one time in twenty any name. */
const struct traffic_name *traffic_name_for(struct traffic *traffic, size_t client);

#endif
