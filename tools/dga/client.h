/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * client.h: simulation of the evidence against one client */
#ifndef DNSWARD_TOOLS_DGA_CLIENT_H
#define DNSWARD_TOOLS_DGA_CLIENT_H

#include <stddef.h>

#include "dnsward/dga.h"

/* A client queries twenty names drawn independently: all ordinary, or ten of them from one family.
 * Each name adds its evidence (dw_dga_evidence). Two sums are measured. The threshold of the plain
 * sum is the one that 1 in 10,000 windows of ordinary names exceeds. The running sum is never below
 * zero; its threshold is DW_DGA_CLIENT_LINE. */
struct client;

/* Create a simulation. `ordinary` are `count` log-odds in nats of ordinary names; the caller keeps
 * them until client_free. The seed is 1. */
struct client *client_new(const struct dw_dga *dga, const float *ordinary, size_t count);
void client_free(struct client *client);

struct client_rates {
	double sum, running; /* sums over families of their detection rates */
	double square;       /* sum of the squared rates of the plain sum */
	/* sum of the shares of ordinary windows that reach DW_DGA_CLIENT_LINE */
	double ordinary;
	size_t families;
};

/* Simulate windows with one family, given `count` log-odds of its names, and add the rates. */
void client_add(
	struct client *client, const float *family, size_t count, struct client_rates *rates);

/* Print one line with the averages over families. */
void client_print(const char *what, const struct client_rates *rates);

#endif
