/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * report.h: computation and output of the reported figures */
#ifndef DNSWARD_TOOLS_DGA_REPORT_H
#define DNSWARD_TOOLS_DGA_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "data.h"

/* The number of thresholds, for the false-positive rates 1e-2, 1e-3 and 1e-4. */
enum { LINES = 3 };

struct report {
	float threshold[LINES]; /* from web-ranked names of the validation side */
	double family[FAMILY_MAX]
		     [LINES];          /* share of each family's test names above a threshold */
	double web[LINES], dns[LINES]; /* the same for benign test names */
	double hard[HARD_MAX][LINES];
};

/* Compute the report. `scores` has one element per name of `data`; only those of the validation and
 * test sides are read. */
void report_make(const struct data *data, const float *scores, struct report *out);

/* Compute the average over families with `in` set, of one class or, with NULL, of all classes. */
void report_mean(const struct data *data, const struct report *report, const bool *in,
	const char *class, double mean[LINES]);

void report_print(
	FILE *to, const struct data *data, const struct report *report, const bool *held_out);

#endif
