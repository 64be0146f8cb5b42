/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * calibrate.c: calibration of scores to log-odds at a given base rate */
#include "calibrate.h"

#include <math.h>

/* The weights of validation names. */
struct weights {
	double benign, family[FAMILY_MAX];
};

static void weigh(
	const struct data *data, const bool *held_out, double base_rate, struct weights *w)
{
	size_t benign = 0, names[FAMILY_MAX] = {0}, families = 0;

	for (size_t i = 0; i < data->count; i++) {
		const struct name *n = &data->names[i];

		if (n->side != SIDE_VALIDATE)
			continue;
		benign += n->kind == KIND_WEB || n->kind == KIND_DNS;
		names[n->source] += n->kind == KIND_FAMILY;
	}
	for (size_t i = 0; i < data->family_count; i++)
		families += names[i] > 0 && !held_out[i];
	w->benign = (1 - base_rate) / (double)benign;
	for (size_t i = 0; i < data->family_count; i++)
		w->family[i] = names[i] == 0 || held_out[i]
				       ? 0
				       : base_rate / (double)families / (double)names[i];
}

/* Do one step of Newton's method on slope and offset. Returns the size of the step. */
static double step(const struct data *data, const float *scores, const struct weights *w,
	struct calibration *c)
{
	double ga = 0, gb = 0, haa = 1e-12, hab = 0, hbb = 1e-12;

	for (size_t i = 0; i < data->count; i++) {
		const struct name *n = &data->names[i];

		if (n->side != SIDE_VALIDATE || n->kind == KIND_HARD)
			continue;
		double weight = n->kind == KIND_FAMILY ? w->family[n->source] : w->benign;
		double p = 1 / (1 + exp(-(c->slope * scores[i] + c->offset)));
		double slope = weight * (p - (n->kind == KIND_FAMILY)), bend = weight * p * (1 - p);

		ga += slope * scores[i];
		gb += slope;
		haa += bend * scores[i] * scores[i];
		hab += bend * scores[i];
		hbb += bend;
	}
	double det = haa * hbb - hab * hab;
	double da = (hbb * ga - hab * gb) / det, db = (haa * gb - hab * ga) / det;

	c->slope -= da;
	c->offset -= db;
	return fabs(da) + fabs(db);
}

void calibrate(const struct data *data, const float *scores, const bool *held_out, double base_rate,
	struct calibration *out)
{
	struct weights weights;

	weigh(data, held_out, base_rate, &weights);
	out->base_rate = base_rate;
	out->slope = .5;
	out->offset = log(base_rate / (1 - base_rate));
	for (int i = 0; i < 50 && step(data, scores, &weights, out) > 1e-9; i++)
		;
}
