/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * report.c: computation and output of the reported figures */
#include "report.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

static const double rates[LINES] = {1e-2, 1e-3, 1e-4};

static int descending(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x < y) - (x > y);
}

/* Set each threshold to the score that the given share of validation names exceeds, with linear
 * interpolation between two scores, because 1e-4 of the validation names is 4.5 names. */
static void set_thresholds(const struct data *data, const float *scores, struct report *out)
{
	float *benign = malloc(data->count * sizeof(*benign));
	size_t n = 0;

	if (benign == NULL)
		err(1, NULL);
	for (size_t i = 0; i < data->count; i++) {
		if (data->names[i].side == SIDE_VALIDATE && data->names[i].kind == KIND_WEB)
			benign[n++] = scores[i];
	}
	qsort(benign, n, sizeof(*benign), descending);
	for (size_t l = 0; l < LINES; l++) {
		double at = rates[l] * (double)n;
		size_t below = (size_t)at;
		double part = at - (double)below;

		if (below + 1 >= n)
			errx(1, "too few validation names for thresholds");
		out->threshold[l] = (float)((1 - part) * benign[below] + part * benign[below + 1]);
	}
	free(benign);
}

struct tally {
	size_t names, above[LINES];
};

static void count(struct tally *tally, const struct report *report, float score)
{
	tally->names++;
	for (size_t l = 0; l < LINES; l++)
		tally->above[l] += score > report->threshold[l];
}

static void rate(const struct tally *tally, double out[LINES])
{
	for (size_t l = 0; l < LINES; l++)
		out[l] = tally->names == 0 ? 0 : (double)tally->above[l] / (double)tally->names;
}

void report_make(const struct data *data, const float *scores, struct report *out)
{
	struct tally family[FAMILY_MAX] = {0}, hard[HARD_MAX] = {0}, web = {0}, dns = {0};

	set_thresholds(data, scores, out);
	for (size_t i = 0; i < data->count; i++) {
		const struct name *n = &data->names[i];

		if (n->side != SIDE_TEST)
			continue;
		count(n->kind == KIND_FAMILY   ? &family[n->source]
			: n->kind == KIND_HARD ? &hard[n->source]
			: n->kind == KIND_WEB  ? &web
					       : &dns,
			out, scores[i]);
	}
	rate(&web, out->web);
	rate(&dns, out->dns);
	for (size_t i = 0; i < data->family_count; i++)
		rate(&family[i], out->family[i]);
	for (size_t i = 0; i < data->hard_count; i++)
		rate(&hard[i], out->hard[i]);
}

void report_mean(const struct data *data, const struct report *report, const bool *in,
	const char *class, double mean[LINES])
{
	size_t n = 0;

	memset(mean, 0, LINES * sizeof(*mean));
	for (size_t i = 0; i < data->family_count; i++) {
		if (!in[i] || (class != NULL && strcmp(class, data->families[i].class) != 0))
			continue;
		n++;
		for (size_t l = 0; l < LINES; l++)
			mean[l] += report->family[i][l];
	}
	for (size_t l = 0; n > 0 && l < LINES; l++)
		mean[l] /= (double)n;
}

static void line(FILE *to, const char *what, const double figure[LINES])
{
	fprintf(to, "%-28s %.4f %.4f %.4f\n", what, figure[0], figure[1], figure[2]);
}

void report_print(
	FILE *to, const struct data *data, const struct report *report, const bool *held_out)
{
	static const char *const classes[] = {
		NULL, "random", "hex", "pronounceable", "short", "wordlist"};
	bool known[FAMILY_MAX];
	double mean[LINES];
	char what[64];

	for (size_t i = 0; i < FAMILY_MAX; i++)
		known[i] = !held_out[i];
	for (size_t new = 0; new < 2; new ++) {
		for (size_t c = 0; c < sizeof(classes) / sizeof(classes[0]); c++) {
			report_mean(data, report, new ? held_out : known, classes[c], mean);
			snprintf(what, sizeof(what), "%s %s", new ? "new" : "known",
				classes[c] ? classes[c] : "all");
			line(to, what, mean);
		}
	}
	line(to, "web", report->web);
	line(to, "dns", report->dns);
	for (size_t i = 0; i < data->hard_count; i++)
		line(to, data->hard[i], report->hard[i]);
	for (size_t i = 0; i < data->family_count; i++) {
		snprintf(what, sizeof(what), "%s%s", held_out[i] ? "new: " : "",
			data->families[i].name);
		line(to, what, report->family[i]);
	}
}
