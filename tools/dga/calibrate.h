/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * calibrate.h: from scores to log-odds at a stated base rate */
#ifndef DNSWARD_TOOLS_DGA_CALIBRATE_H
#define DNSWARD_TOOLS_DGA_CALIBRATE_H

#include "data.h"
#include "export.h"

/* Platt scaling (1999) on the validation side: a logistic regression of the
 * label on the score, where generated names together weigh the base rate, each
 * family the same, and benign names the rest. `scores` has one number a name;
 * families held out are left out. Sets slope, offset and base_rate. */
void calibrate(const struct data *data, const float *scores, const bool *held_out, double base_rate,
	struct calibration *out);

#endif
