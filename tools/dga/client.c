/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * client.c: simulation of the evidence against one client */
#include "client.h"

#include <err.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "rng.h"

enum { WINDOW = 20, GENERATED = 10, WINDOWS = 400000, TRIES = 400 };

struct client {
	const struct dw_dga *dga;
	const float *ordinary;
	size_t count;
	struct rng random;
	int32_t line;         /* threshold of the plain sum */
	/* share of ordinary windows whose running sum reaches DW_DGA_CLIENT_LINE */
	double ordinary_over;
};

struct sums {
	int32_t plain, most; /* most: the maximum of the running sum */
};

/* Simulate one window of 20 names. The generated names are at random places. */
static struct sums window(struct client *c, const float *family, size_t count)
{
	struct sums sums = {0};
	uint32_t generated = family == NULL ? 0 : GENERATED;
	int32_t running = 0;

	for (uint32_t left = WINDOW; left > 0; left--) {
		bool is_generated = rng_below(&c->random, left) < generated;
		float odds = is_generated ? family[rng_below(&c->random, (uint32_t)count)]
					  : c->ordinary[rng_below(&c->random, (uint32_t)c->count)];
		int32_t evidence = dw_dga_evidence(c->dga, (int32_t)lrintf(1000 * odds));

		generated -= is_generated;
		sums.plain += evidence;
		running = running + evidence > 0 ? running + evidence : 0;
		sums.most = running > sums.most ? running : sums.most;
	}
	return sums;
}

static int descending(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x < y) - (x > y);
}

struct client *client_new(const struct dw_dga *dga, const float *ordinary, size_t count)
{
	struct client *c = calloc(1, sizeof(*c));
	int32_t *plain = calloc(WINDOWS, sizeof(*plain));
	size_t over = 0;

	if (c == NULL || plain == NULL)
		err(1, NULL);
	*c = (struct client){
		.dga = dga, .ordinary = ordinary, .count = count, .random = {.state = 1}};
	for (size_t i = 0; i < WINDOWS; i++) {
		struct sums sums = window(c, NULL, 0);

		plain[i] = sums.plain;
		over += sums.most >= DW_DGA_CLIENT_LINE;
	}
	qsort(plain, WINDOWS, sizeof(*plain), descending);
	c->line = plain[WINDOWS / 10000];
	c->ordinary_over = (double)over / WINDOWS;
	free(plain);
	return c;
}

void client_free(struct client *client)
{
	free(client);
}

void client_add(
	struct client *client, const float *family, size_t count, struct client_rates *rates)
{
	size_t plain = 0, running = 0;

	for (size_t i = 0; i < TRIES; i++) {
		struct sums sums = window(client, family, count);

		plain += sums.plain > client->line;
		running += sums.most >= DW_DGA_CLIENT_LINE;
	}
	double found = (double)plain / TRIES;

	rates->sum += found;
	rates->square += found * found;
	rates->running += (double)running / TRIES;
	rates->ordinary += client->ordinary_over;
	rates->families++;
}

void client_print(const char *what, const struct client_rates *rates)
{
	double n = (double)rates->families, mean = rates->sum / n;
	double error = sqrt((rates->square / n - mean * mean) / n);

	printf("%-26s  by the sum %.3f (+-%.3f) at 1e-4 of windows; "
	       "by the running sum %.3f at %.1e\n",
		what, mean, 1.96 * error, rates->running / n, rates->ordinary / n);
}
