/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * bench.c: benchmark that computes the figures of docs/dga.md on held-out names */
#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "data.h"
#include "dga/model.h"
#include "fold.h"
#include "report.h"
#include "rng.h"

/* Usage: bench [-d DATA] [-p PSL] MODEL [FOLD-MODEL ...]: the shipped model, then the models
 * trained without the families of fold 0, 1, ...
 *
 * Intervals are 95 %, by bootstrap with 400 draws and seed 1. Each draw resamples the validation
 * names, and so the thresholds. The test names of a family are resampled by a normal approximation.
 * For left-out families, the families are resampled too. */
enum { DRAWS = 400 };

static const double rates[LINES] = {1e-2, 1e-3, 1e-4};

struct scored {
	struct dw_dga *dga;
	const struct data *data;
	float *scores;
	float *web; /* scores of web-ranked validation names, in descending order */
	size_t web_count;
	float *benign; /* scores of web-ranked and DNS-ranked test names */
	size_t benign_count;
	float *family[FAMILY_MAX]; /* scores of test names, in descending order */
	size_t family_count[FAMILY_MAX];
	bool held_out[FAMILY_MAX];
};

static int descending(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x < y) - (x > y);
}

static void *allocate(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (p == NULL)
		err(1, NULL);
	return p;
}

static struct dw_dga *open_model(const char *path)
{
	struct dw_dga *dga;
	struct dw_error error;
	char line[1024];

	if (dw_dga_open(path, &dga, &error) != DW_OK)
		errx(1, "%s", dw_error_text(&error, line, sizeof(line)));
	return dga;
}

static void score(struct scored *s, const struct data *data)
{
	s->data = data;
	s->scores = allocate(data->count, sizeof(float));
	s->web = allocate(data->count, sizeof(float));
	s->benign = allocate(data->count, sizeof(float));
	for (size_t i = 0; i < data->family_count; i++)
		s->family[i] = allocate(data->families[i].names, sizeof(float));
	for (size_t i = 0; i < data->count; i++) {
		const struct name *n = &data->names[i];
		const struct suffix *x = &data->suffixes[n->suffix];

		if (n->side == SIDE_TRAIN)
			continue;
		float odds =
			(float)dw_dga_log_odds(s->dga, n->label, n->len, x->wire, x->len) / 1000;

		s->scores[i] = odds;
		if (n->side == SIDE_VALIDATE && n->kind == KIND_WEB)
			s->web[s->web_count++] = odds;
		else if (n->side == SIDE_TEST && n->kind == KIND_FAMILY)
			s->family[n->source][s->family_count[n->source]++] = odds;
		else if (n->side == SIDE_TEST && (n->kind == KIND_WEB || n->kind == KIND_DNS))
			s->benign[s->benign_count++] = odds;
	}
	qsort(s->web, s->web_count, sizeof(float), descending);
	for (size_t i = 0; i < data->family_count; i++)
		qsort(s->family[i], s->family_count[i], sizeof(float), descending);
}

/* Compute the thresholds for one bootstrap sample of the validation names. Only the top 4 % of the
 * scores can contain them. */
static void resample_thresholds(const struct scored *s, struct rng *r, float threshold[LINES])
{
	size_t top = s->web_count / 25;
	uint32_t *copies = allocate(top, sizeof(*copies));
	size_t seen = 0, line = LINES;

	for (size_t i = 0; i < s->web_count; i++) {
		size_t k = rng_below(r, (uint32_t)s->web_count);

		if (k < top)
			copies[k]++;
	}
	for (size_t k = 0; k < top && line > 0; k++) {
		seen += copies[k];
		while (line > 0 && (double)seen > rates[line - 1] * (double)s->web_count)
			threshold[--line] = s->web[k];
	}
	free(copies);
}

static double above(const float *sorted, size_t n, float threshold)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (sorted[mid] > threshold)
			low = mid + 1;
		else
			high = mid;
	}
	return n == 0 ? 0 : (double)low / (double)n;
}

static double normal(struct rng *r)
{
	return sqrt(-2 * log(1 - rng_unit(r))) * cos(2 * 3.14159265358979 * rng_unit(r));
}

/* A family, and the model that scores it. */
struct member {
	const struct scored *scored;
	size_t family;
};

static double resample_family(const struct member *m, float threshold, struct rng *r)
{
	size_t n = m->scored->family_count[m->family];
	double p = above(m->scored->family[m->family], n, threshold);

	p += normal(r) * sqrt(p * (1 - p) / (double)n);
	return p < 0 ? 0 : p > 1 ? 1 : p;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print_interval(const char *what, const struct member *members, size_t count,
	const struct scored *models, size_t model_count, bool families_vary)
{
	struct rng r = {.state = 1};
	double mean[LINES] = {0}, (*draws)[DRAWS] = allocate(LINES, sizeof(*draws));
	struct report *report = allocate(1, sizeof(*report));

	for (size_t m = 0; m < model_count; m++) {
		report_make(models[m].data, models[m].scores, report);
		for (size_t i = 0; i < count; i++) {
			for (size_t l = 0; l < LINES && members[i].scored == &models[m]; l++)
				mean[l] += report->family[members[i].family][l] / (double)count;
		}
	}
	for (size_t d = 0; d < DRAWS; d++) {
		float threshold[8][LINES] = {{0}};

		for (size_t m = 0; m < model_count; m++)
			resample_thresholds(&models[m], &r, threshold[m]);
		for (size_t l = 0; l < LINES; l++)
			draws[l][d] = 0;
		for (size_t i = 0; i < count; i++) {
			const struct member *m =
				&members[families_vary ? rng_below(&r, (uint32_t)count) : i];

			for (size_t l = 0; l < LINES; l++)
				draws[l][d] +=
					resample_family(m, threshold[m->scored - models][l], &r) /
					(double)count;
		}
	}
	printf("%-26s", what);
	for (size_t l = 0; l < LINES; l++) {
		qsort(draws[l], DRAWS, sizeof(double), by_value);
		printf("  %.3f (%.3f-%.3f)", mean[l], draws[l][DRAWS / 40],
			draws[l][DRAWS - 1 - DRAWS / 40]);
	}
	printf("  %zu\n", count);
	free(draws);
	free(report);
}

static const char *const classes[] = {NULL, "random", "hex", "pronounceable", "short", "wordlist"};

static void print_families(const char *what, const struct scored *models, size_t count, bool new)
{
	for (size_t c = 0; c < sizeof(classes) / sizeof(classes[0]); c++) {
		struct member members[FAMILY_MAX];
		size_t n = 0;
		char title[64];

		for (size_t m = 0; m < count; m++) {
			for (size_t i = 0; i < models[m].data->family_count; i++) {
				if (models[m].held_out[i] == new &&models[m].family_count[i] > 0 &&
					(classes[c] == NULL ||
						strcmp(classes[c],
							models[m].data->families[i].class) == 0))
					members[n++] = (struct member){&models[m], i};
			}
		}
		snprintf(title, sizeof(title), "%s, %s", what,
			classes[c] == NULL ? "all" : classes[c]);
		print_interval(title, members, n, models, count, new);
	}
}

static double nanoseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Return ns of CPU time per name, suffix look-up included: the best of 20 rounds over 20,000 names.
 * These are contiguous, because a name just received from the network is in the cache. */
static double speed(const struct data *data, const struct dw_dga *dga)
{
	enum { NAMES = 20000, ROUNDS = 20 };
	static uint8_t wire[NAMES * 64];
	static uint32_t start[NAMES + 1];
	size_t n = 0, step = data->count / NAMES;
	double best = INFINITY;

	for (size_t i = 0; n < NAMES && i < data->count; i += step, n++) {
		const struct name *name = &data->names[i];
		const struct suffix *suffix = &data->suffixes[name->suffix];
		uint8_t *at = wire + start[n];

		start[n + 1] = start[n] + 1u + name->len + suffix->len;
		if (start[n + 1] > sizeof(wire))
			break;
		at[0] = name->len;
		memcpy(at + 1, name->label, name->len);
		memcpy(at + 1 + name->len, suffix->wire, suffix->len);
	}
	for (int round = 0; round < ROUNDS; round++) {
		double begin = nanoseconds();

		for (size_t i = 0; i < n; i++) {
			struct dw_dga_verdict verdict = {0};

			dw_dga_name(dga, wire + start[i], start[i + 1] - start[i], &verdict);
			__asm__ volatile("" : : "r"(verdict.log_odds)); /* keep the result */
		}
		double took = (nanoseconds() - begin) / (double)n;

		best = took < best ? took : best;
	}
	return best;
}

/* Print rates per client: known families with the shipped model, left-out ones with the models
 * trained without them. */
static void print_clients(const struct scored *models, size_t count)
{
	struct client_rates known = {0}, new = {0};

	for (size_t m = 0; m < count; m++) {
		struct client *client =
			client_new(models[m].dga, models[m].benign, models[m].benign_count);

		for (size_t f = 0; f < models[m].data->family_count; f++) {
			if (models[m].family_count[f] > 0 && models[m].held_out[f] == (m > 0))
				client_add(client, models[m].family[f], models[m].family_count[f],
					m > 0 ? &new : &known);
		}
		client_free(client);
	}
	printf("\nten generated among ten ordinary names of one client\n");
	client_print("known", &known);
	if (count > 1)
		client_print("left out", &new);
}

/* Print rates over `n` names in percent, with Wilson's score interval (95 %). */
static void print_part(const char *what, const double part[LINES], size_t n)
{
	const double z = 1.96;

	printf("%-26s", what);
	for (size_t l = 0; l < LINES && n > 0; l++) {
		double p = part[l], count = (double)n, scale = 1 + z * z / count;
		double middle = (p + z * z / (2 * count)) / scale;
		double half = z * sqrt(p * (1 - p) / count + z * z / (4 * count * count)) / scale;
		double low = middle - half > 0 ? middle - half : 0;

		printf("  %.3f (%.3f-%.3f)", 100 * p, 100 * low, 100 * (middle + half));
	}
	printf("  %zu\n", n);
}

static void print_benign(const struct scored *s)
{
	struct report *report = allocate(1, sizeof(*report));
	size_t web = 0, dns = 0, hard[HARD_MAX] = {0};

	for (size_t i = 0; i < s->data->count; i++) {
		const struct name *n = &s->data->names[i];

		if (n->side == SIDE_TEST) {
			web += n->kind == KIND_WEB;
			dns += n->kind == KIND_DNS;
			hard[n->source] += n->kind == KIND_HARD;
		}
	}
	report_make(s->data, s->scores, report);
	printf("\n%-26s  %-20s  %-20s  %-20s  names\n", "benign, percent, at FPR", "1e-2", "1e-3",
		"1e-4");
	print_part("web-ranked", report->web, web);
	print_part("DNS-ranked", report->dns, dns);
	for (size_t i = 0; i < s->data->hard_count; i++)
		print_part(s->data->hard[i], report->hard[i], hard[i]);
	printf("\n%-26s", "probability at the lines");
	for (size_t l = 0; l < LINES; l++)
		printf("  %-20.4f", 1 / (1 + exp(-report->threshold[l])));
	printf("\n");
	free(report);
}

int main(int argc, char **argv)
{
	static struct data data;
	static struct scored models[1 + FOLDS];
	const char *folder = "../shared/data/dga",
		   *psl = "/usr/share/publicsuffix/public_suffix_list.dat";
	int c;

	while ((c = getopt(argc, argv, "d:p:")) != -1) {
		if (c == 'd')
			folder = optarg;
		else if (c == 'p')
			psl = optarg;
		else
			return 2;
	}
	size_t count = (size_t)(argc - optind);

	if (count < 1 || count > 1 + FOLDS)
		errx(2, "usage: bench [-d DATA] [-p PSL] MODEL [FOLD-MODEL ...]");
	data_load(&data, folder, psl);
	for (size_t m = 0; m < count; m++) {
		struct dw_dga *dga = open_model(argv[(size_t)optind + m]);

		models[m].dga = dga;
		score(&models[m], &data);
		fold_families(&data, (int)m - 1, models[m].held_out);
		if (m == 0) {
			printf("%s\nspeed: %.0f ns a name", dw_dga_text(dga), speed(&data, dga));
			dga->run = model_run_base();
			printf(", %.0f ns without AVX2\n", speed(&data, dga));
		}
	}
	printf("\n%-26s  %-20s  %-20s  %-20s  families\n", "detected at FPR", "1e-2", "1e-3",
		"1e-4");
	print_families("known", models, 1, false);
	if (count > 1)
		print_families("left out", models + 1, count - 1, true);
	print_benign(&models[0]);
	print_clients(models, count);
	for (size_t m = 0; m < count; m++)
		dw_dga_close(&models[m].dga);
	return 0;
}
