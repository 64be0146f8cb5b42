/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * goals.h: a figure beside what it should be
 */
#ifndef DNSWARD_BENCH_GOALS_H
#define DNSWARD_BENCH_GOALS_H

#include <math.h>
#include <stdio.h>

/* A line "  what  figure unit   at least X, goal Y: met". `least` and `goal` are upper bounds;
 * NAN: there is none at this size. Who misses a goal on a busy machine learns nothing. */
static inline void print_figure(
	const char *what, double figure, const char *unit, double least, double goal)
{
	printf("  %-38s %10.2f %-14s", what, figure, unit);
	if (!isnan(least))
		printf(" at least %g, goal %g: %s", least, goal,
			figure <= goal    ? "goal met"
			: figure <= least ? "met"
					  : "missed");
	putchar('\n');
}

#endif
