/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * client.h: what the scores of one client's names come to together */
#ifndef DNSWARD_TOOLS_DGA_CLIENT_H
#define DNSWARD_TOOLS_DGA_CLIENT_H

#include <stddef.h>

#include "dnsward/dga.h"

/* A client asks for twenty names drawn independently: all ordinary, or ten of them of one
 * family. What each adds is dw_dga_evidence. Two ways to add are measured: the plain sum of
 * the twenty, whose line is the sum that one in 10,000 windows of ordinary names passes, and the
 * running sum that never falls below zero, whose line is DW_DGA_CLIENT_LINE. */
struct client;

/* Log-odds in nats of ordinary names; kept by the caller. Seed 1. */
struct client *client_new(const struct dw_dga *dga, const float *ordinary, size_t count);
void client_free(struct client *client);

struct client_rates {
	double sum, running; /* of families' parts found, added up */
	double square;       /* of the parts found by the sum */
	double ordinary;     /* part of ordinary windows over DW_DGA_CLIENT_LINE, added up */
	size_t families;
};

/* Measure one family. */
void client_add(
	struct client *client, const float *family, size_t count, struct client_rates *rates);

/* One line: the macro averages. */
void client_print(const char *what, const struct client_rates *rates);

#endif
