/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * report.h: from scores to the figures that are reported */
#ifndef DNSWARD_TOOLS_DGA_REPORT_H
#define DNSWARD_TOOLS_DGA_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "data.h"

/* False-positive rates of the thresholds: 1e-2, 1e-3, 1e-4. */
enum { LINES = 3 };

struct report {
	float threshold[LINES]; /* from web-ranked names of the validation side */
	double family[FAMILY_MAX]
		     [LINES];          /* part of each family's test names at or above the line */
	double web[LINES], dns[LINES]; /* benign test names likewise */
	double hard[HARD_MAX][LINES];
};

/* `scores` has one number for each of data's names; only those of the
 * validation and test sides are read. */
void report_make(const struct data *data, const float *scores, struct report *out);

/* The macro average over families for which `in` holds, of one class or (NULL) all. */
void report_mean(const struct data *data, const struct report *report, const bool *in,
	const char *class, double mean[LINES]);

void report_print(
	FILE *to, const struct data *data, const struct report *report, const bool *held_out);

#endif
