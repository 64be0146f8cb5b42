/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * train.c: training of the model, on all families or without those of one fold */
#include <err.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate.h"
#include "data.h"
#include "export.h"
#include "fold.h"
#include "net.h"
#include "report.h"
#include "suffix_rows.h"
#include "synth.h"

/* The share of generated names among the names that a resolver sees for the first time. 1 in 100 is
 * a rough guess; it is stated in the model so that users can adapt the odds to their own. */
#define BASE_RATE .01

/* The composition of the training examples, and the weights of errors. Each value was chosen on the
 * validation side (docs/dga.md). */
struct mixture {
	double benign, hard, family; /* shares of the examples; the rest is artificial families */
	double benign_weight;
	double unknown_suffix; /* share of the examples whose suffix is hidden */
	double moved;          /* share of the benign examples shown with a family's suffix */
};

struct options {
	const char *data, *psl, *dictionary, *model, *version;
	int fold;
	uint64_t seed;
	double examples, rate;
	struct mixture mix;
};

/* The training names, grouped for sampling. The share of a class of hard negatives is the square
 * root of its size. Families have equal shares, except that one with fewer than 2,000 names has
 * proportionally less. */
struct pools {
	uint32_t *benign, *hard[HARD_MAX], *family[FAMILY_MAX];
	size_t benign_count, hard_count[HARD_MAX], family_count[FAMILY_MAX];
	double hard_share[HARD_MAX], share[FAMILY_MAX]; /* cumulative sums */
};

static void push(uint32_t **pool, size_t *count, size_t i)
{
	if ((*count & (*count - 1)) == 0)
		*pool = realloc(*pool, (*count ? 2 * *count : 1) * sizeof(**pool));
	if (*pool == NULL)
		err(1, NULL);
	(*pool)[(*count)++] = (uint32_t)i;
}

static void fill_pools(struct pools *p, const struct data *data, const bool *held_out)
{
	double sum = 0;

	for (size_t i = 0; i < data->count; i++) {
		const struct name *n = &data->names[i];

		if (n->side != SIDE_TRAIN)
			continue;
		if (n->kind == KIND_FAMILY) {
			if (!held_out[n->source])
				push(&p->family[n->source], &p->family_count[n->source], i);
		} else if (n->kind != KIND_HARD) {
			push(&p->benign, &p->benign_count, i);
		} else {
			push(&p->hard[n->source], &p->hard_count[n->source], i);
		}
	}
	for (size_t i = 0; i < data->hard_count; i++)
		p->hard_share[i] =
			(i > 0 ? p->hard_share[i - 1] : 0) + sqrt((double)p->hard_count[i]);
	for (size_t i = 0; i < data->family_count; i++) {
		double n = (double)p->family_count[i];

		sum += n < 2000 ? n / 2000 : 1;
		p->share[i] = sum;
	}
}

/* Draw an index, given the cumulative sums of the shares. */
static size_t draw_share(const double *share, size_t count, struct rng *r)
{
	double u = rng_unit(r) * share[count - 1];
	size_t i = 0;

	while (share[i] <= u)
		i++;
	return i;
}

static const struct name *draw_from(uint32_t *const *pools, const size_t *counts, size_t i,
	const struct data *data, struct rng *r)
{
	return &data->names[pools[i][rng_below(r, (uint32_t)counts[i])]];
}

static const struct name *draw_family_name(
	const struct pools *p, const struct data *data, struct rng *r)
{
	return draw_from(
		p->family, p->family_count, draw_share(p->share, data->family_count, r), data, r);
}

static const struct name *draw(const struct pools *p, const struct data *data,
	const struct mixture *mix, struct synth *synth, struct rng *r, struct name *made_up)
{
	double u = rng_unit(r);

	if (u < mix->benign)
		return &data->names[p->benign[rng_below(r, (uint32_t)p->benign_count)]];
	if (u < mix->benign + mix->hard)
		return draw_from(p->hard, p->hard_count,
			draw_share(p->hard_share, data->hard_count, r), data, r);
	if (u < mix->benign + mix->hard + mix->family)
		return draw_family_name(p, data, r);
	synth_next(synth, made_up);
	return made_up;
}

/* Return the row of the suffix for an example. Some benign names are shown with a suffix used by a
 * family: otherwise benign names are so rare under many of these suffixes that the suffix alone
 * would count as evidence. */
static size_t show_suffix(const struct pools *p, const struct data *data, const struct mixture *mix,
	const struct suffix_rows *rows, const struct name *n, struct rng *r)
{
	uint32_t suffix = n->suffix;

	if (n->kind != KIND_FAMILY && rng_unit(r) < mix->moved)
		suffix = draw_family_name(p, data, r)->suffix;
	return rng_unit(r) < mix->unknown_suffix ? suffix_row_unknown(data, suffix)
						 : suffix_row(rows, data, suffix);
}

static void learn(struct net *net, const struct options *o, struct data *data,
	const struct pools *pools, const struct suffix_rows *rows, struct rng *r)
{
	struct synth *synth = synth_open(data, o->dictionary, o->seed + 1);
	size_t total = (size_t)o->examples;
	double loss = 0;

	for (size_t i = 0; i < total; i++) {
		struct name made_up;
		struct dw_dga_features f;
		const struct name *n = draw(pools, data, &o->mix, synth, r, &made_up);
		size_t row = show_suffix(pools, data, &o->mix, rows, n, r);
		float generated = n->kind == KIND_FAMILY;
		double progress = (double)i / (double)total;
		float rate =
			(float)(o->rate * (1 - progress) * (progress < .005 ? progress / .005 : 1));

		dw_dga_features(n->label, n->len, row, &f);
		float score = net_learn(
			net, &f, generated, generated ? 1 : (float)o->mix.benign_weight, rate);

		loss += (generated != 0) == (score > 0) ? 0 : 1;
		if ((i + 1) % 2000000 == 0) {
			fprintf(stderr, "%zu examples, %.4f wrong\n", i + 1, loss / 2000000);
			loss = 0;
		}
	}
	synth_close(synth);
}

static void describe(const struct options *o, const struct data *data, const struct report *report,
	const bool *held_out, char *text, size_t room)
{
	bool known[FAMILY_MAX];
	double mean[LINES];

	for (size_t i = 0; i < FAMILY_MAX; i++)
		known[i] = !held_out[i];
	report_mean(data, report, known, NULL, mean);
	int n = snprintf(text, room,
		"model: %s\n%s"
		"training: seed %llu, %.0f examples, fold %d\n"
		"split: crc32(label) %% 100; below 60 train, below 70 validation, the rest test\n"
		"base rate: %g\n"
		"test, families known, at false-positive rate 1e-2 1e-3 1e-4: %.4f %.4f %.4f\n",
		o->version, data->digests, (unsigned long long)o->seed, o->examples, o->fold,
		BASE_RATE, mean[0], mean[1], mean[2]);

	if (n < 0 || (size_t)n >= room)
		errx(1, "the model's text is too long");
}

/* Compute the log-odds in nats of all names outside the training side, with the product's own
 * scorer. */
static void score_all(const struct dw_dga *dga, const struct data *data, float *scores)
{
	for (size_t i = 0; i < data->count; i++) {
		const struct name *n = &data->names[i];
		const struct suffix *s = &data->suffixes[n->suffix];

		if (n->side != SIDE_TRAIN)
			scores[i] = (float)dw_dga_log_odds(dga, n->label, n->len, s->wire, s->len) /
				    1000;
	}
}

static struct dw_dga *exported(const struct net *net, const struct data *data,
	const struct suffix_rows *rows, const struct calibration *c, const char *text,
	uint8_t **bytes, size_t *len)
{
	struct dw_error error;
	struct dw_dga *dga = NULL;
	char line[1024];

	*bytes = export_model(net, data, rows, c, text, len);
	if (model_read(*bytes, *len, "the new model", &dga, &error) != DW_OK)
		errx(1, "%s", dw_error_text(&error, line, sizeof(line)));
	return dga;
}

static void write_file(const char *path, const uint8_t *bytes, size_t len)
{
	FILE *f = fopen(path, "wb");

	if (f == NULL || fwrite(bytes, 1, len, f) != len || fclose(f) != 0)
		err(1, "%s", path);
}

/* Quantize the network, calibrate the quantized scores, write the model file and print its
 * figures. */
static void finish(const struct net *net, const struct options *o, const struct data *data,
	const struct suffix_rows *rows, const bool *held_out)
{
	struct calibration c = {.slope = 1, .base_rate = .5};
	float *scores = calloc(data->count, sizeof(*scores));
	struct report *report = calloc(1, sizeof(*report));
	char text[4096];
	uint8_t *bytes;
	size_t len;

	if (scores == NULL || report == NULL)
		err(1, NULL);
	struct dw_dga *dga = exported(net, data, rows, &c, "", &bytes, &len);

	score_all(dga, data, scores);
	dw_dga_close(&dga);
	free(bytes);
	calibrate(data, scores, held_out, BASE_RATE, &c);
	for (size_t i = 0; i < data->count; i++)
		scores[i] = (float)(c.slope * scores[i] + c.offset);
	report_make(data, scores, report);
	c.threshold = report->threshold[LINES - 1];
	describe(o, data, report, held_out, text, sizeof(text));
	dga = exported(net, data, rows, &c, text, &bytes, &len);
	score_all(dga, data, scores);
	report_make(data, scores, report);
	report_print(stdout, data, report, held_out);
	if (o->model != NULL)
		write_file(o->model, bytes, len);
	dw_dga_close(&dga);
	free(bytes);
	free(report);
	free(scores);
}

int main(int argc, char **argv)
{
	struct options o = {
		.data = "../shared/data/dga",
		.psl = "/usr/share/publicsuffix/public_suffix_list.dat",
		.dictionary = "/usr/share/dict/american-english",
		.version = "1",
		.fold = -1,
		.seed = 1,
		.examples = 6e6,
		.rate = .004,
		.mix = {.benign = .42,
			.hard = .125,
			.family = .41,
			.benign_weight = 4,
			.unknown_suffix = .05,
			.moved = .1},
	};
	int c;

	while ((c = getopt(argc, argv, "d:p:w:o:v:f:s:n:r:b:h:g:x:u:m:")) != -1) {
		switch (c) {
		case 'd':
			o.data = optarg;
			break;
		case 'p':
			o.psl = optarg;
			break;
		case 'w':
			o.dictionary = optarg;
			break;
		case 'o':
			o.model = optarg;
			break;
		case 'v':
			o.version = optarg;
			break;
		case 'f':
			o.fold = atoi(optarg);
			break;
		case 's':
			o.seed = strtoull(optarg, NULL, 10);
			break;
		case 'n':
			o.examples = atof(optarg);
			break;
		case 'r':
			o.rate = atof(optarg);
			break;
		case 'b':
			o.mix.benign = atof(optarg);
			break;
		case 'h':
			o.mix.hard = atof(optarg);
			break;
		case 'g':
			o.mix.family = atof(optarg);
			break;
		case 'x':
			o.mix.benign_weight = atof(optarg);
			break;
		case 'u':
			o.mix.unknown_suffix = atof(optarg);
			break;
		case 'm':
			o.mix.moved = atof(optarg);
			break;
		default:
			return 2;
		}
	}
	static struct data data;
	static struct pools pools;
	static struct suffix_rows rows;
	bool held_out[FAMILY_MAX];
	struct rng r = {.state = o.seed};

	data_load(&data, o.data, o.psl);
	fold_families(&data, o.fold, held_out);
	suffix_rows_choose(&rows, &data, held_out);
	fill_pools(&pools, &data, held_out);
	struct net *net = net_new(&r);

	learn(net, &o, &data, &pools, &rows, &r);
	finish(net, &o, &data, &rows, held_out);
	net_free(net);
	data_free(&data);
	return 0;
}
