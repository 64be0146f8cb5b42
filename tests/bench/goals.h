/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * goals.h: a figure beside what it should be
 */
#ifndef DNSWARD_BENCH_GOALS_H
#define DNSWARD_BENCH_GOALS_H

#include <math.h>
#include <stdio.h>

/* A line "  what  figure unit   at most X, goal Y: met". Without goals at this size, `most` is NAN.
 * A goal that is missed on a busy machine tells nothing. */
static inline void print_figure(
	const char *what, double figure, const char *unit, double most, double goal)
{
	printf("  %-38s %10.2f %-14s", what, figure, unit);
	if (!isnan(most))
		printf(" at most %g, goal %g: %s", most, goal,
			figure <= goal   ? "goal met"
			: figure <= most ? "met"
					 : "missed");
	putchar('\n');
}

#endif
