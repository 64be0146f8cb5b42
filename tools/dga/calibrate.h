/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * calibrate.h: calibration of scores to log-odds at a given base rate */
#ifndef DNSWARD_TOOLS_DGA_CALIBRATE_H
#define DNSWARD_TOOLS_DGA_CALIBRATE_H

#include "data.h"
#include "export.h"

/* Platt scaling (1999): a weighted logistic regression of the label on the score, over the
 * web-ranked, DNS-ranked and generated names of the validation side. The generated names together
 * have the weight `base_rate`, each family an equal part of it; the benign names share the rest.
 * Held-out families are excluded. `scores` has one element per name. Sets slope, offset and
 * base_rate. */
void calibrate(const struct data *data, const float *scores, const bool *held_out, double base_rate,
	struct calibration *out);

#endif
