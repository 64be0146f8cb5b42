/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * net.c: the neural network in floating point, and its training */
#include "net.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* FIRST: offset of the first symbol that the filters at position 0 read. */
enum { BATCH = 64, SUM_FILTERS = FILTERS - MAX_FILTERS, FIRST = DW_DGA_LEAD - FILTER_PAD };

#define SUM_SCALE (1.f / (1 << SUM_SHIFT))
#define GRAM_RATE 5.f /* learning rate of the n-grams, relative to that of the other weights */
/* Dropout rate of the n-grams. Without it the longer ones memorize training names (Srivastava et
 * al., 2014, "Dropout"). */
#define GRAM_DROP .4f
#define FILTER_DROP .3f /* dropout rate of the filters */
/* Decoupled weight decay of the dense weights per step, relative to the learning rate (Loshchilov
 * and Hutter, 2017). */
#define DECAY .01f

/* An n-gram of a label: the index of its weights, and the group whose sum includes its vector. */
struct gram {
	uint16_t number;
	uint8_t group;
};

struct pass {
	float max[FILTERS];
	int32_t where[FILTERS]; /* position of the maximum; -1 if no value was above zero */
	struct gram grams[DW_DGA_GROUPS * DW_DGA_GROUP_MAX];
	size_t gram_count;
	float gram[GRAM_INPUTS];
	/* 0 if the filter is dropped, else the factor that compensates for dropped ones */
	float kept[FILTERS];
	float input[INPUTS];
	float hidden[HIDDEN];
};

struct net *net_new(struct rng *r)
{
	struct net *net = calloc(1, sizeof(*net));

	if (net == NULL || (net->grams = calloc(GRAMS, sizeof(*net->grams))) == NULL ||
		(net->gram_square = calloc(GRAMS, sizeof(*net->gram_square))) == NULL)
		err(1, NULL);
	float *conv = (float *)net->w.conv;
	float *mix = (float *)net->w.mix;

	for (size_t i = 0; i < sizeof(net->w.conv) / sizeof(float); i++)
		conv[i] = (float)rng_between(r, -.5, .5);
	for (size_t i = 0; i < sizeof(net->w.mix) / sizeof(float); i++)
		mix[i] = (float)rng_between(r, -.2, .2);
	for (size_t i = 0; i < HIDDEN; i++)
		net->w.out[i] = (float)rng_between(r, -.3, .3);
	net->random = *r;
	for (size_t i = 0; i < GRAMS; i++) {
		for (size_t d = 1; d < GRAM_DIMS; d++)
			net->grams[i][d] = (float)rng_between(r, -.1, .1);
	}
	return net;
}

void net_free(struct net *net)
{
	free(net->grams);
	free(net->gram_square);
	free(net);
}

static inline void add(float *restrict to, const float *restrict what, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] += what[i];
}

/* List the n-grams of a label. With `random`, drop each with probability GRAM_DROP. */
static void list_grams(struct pass *p, const struct dw_dga_features *f, struct rng *random)
{
	size_t n = 0;

	for (size_t order = 0; order < DW_DGA_ORDERS; order++) {
		for (size_t i = 0; i < f->len + 2; i++)
			p->grams[n++] = (struct gram){f->gram[order][i], (uint8_t)order};
	}
	for (size_t i = 0; i < DW_DGA_CROSSES; i++)
		p->grams[n++] = (struct gram){f->cross[i], DW_DGA_ORDERS};
	p->gram_count = 0;
	for (size_t i = 0; i < n; i++) {
		if (random == NULL || rng_unit(random) >= GRAM_DROP)
			p->grams[p->gram_count++] = p->grams[i];
	}
}

static void keep_filters(struct pass *p, struct rng *random)
{
	for (size_t c = 0; c < FILTERS; c++) {
		if (random == NULL)
			p->kept[c] = 1;
		else
			p->kept[c] = rng_unit(random) < FILTER_DROP ? 0 : 1 / (1 - FILTER_DROP);
	}
}

static void sum_grams(struct pass *p, const struct net *net, float scale)
{
	memset(p->gram, 0, sizeof(p->gram));
	for (size_t i = 0; i < p->gram_count; i++) {
		const float *g = net->grams[p->grams[i].number];
		float *to = p->gram + p->grams[i].group * GRAM_DIMS;

		for (size_t d = 0; d < GRAM_DIMS; d++)
			to[d] += g[d];
	}
	for (size_t d = 0; d < GRAM_INPUTS; d++)
		p->input[FILTERS + d] = NET_GRAM_SCALE * (p->gram[d] *= scale);
}

/* Apply the filters from `first` on at one position of a label. */
static inline void filter(const struct net *net, const uint8_t *s, size_t first, float *restrict at)
{
	memcpy(at, net->w.conv_bias + first, (FILTERS - first) * sizeof(*at));
	for (size_t k = 0; k < WIDTH; k++) {
		const float *restrict row = net->w.conv[k][s[k]] + first;

		for (size_t c = 0; c < FILTERS - first; c++)
			at[c] += row[c];
	}
}

static float forward(
	const struct net *net, const struct dw_dga_features *f, struct rng *random, struct pass *p)
{
	float sum[FILTERS] = {0};

	for (size_t c = 0; c < FILTERS; c++) {
		p->max[c] = 0;
		p->where[c] = -1;
	}
	for (size_t i = 0; i < f->len + 2; i++) {
		float at[FILTERS];

		filter(net, f->symbols + FIRST + i, 0, at);
		for (size_t c = 0; c < MAX_FILTERS; c++) {
			p->where[c] = at[c] > p->max[c] ? (int32_t)i : p->where[c];
			p->max[c] = at[c] > p->max[c] ? at[c] : p->max[c];
		}
		for (size_t c = MAX_FILTERS; c < FILTERS; c++)
			sum[c] += at[c] > 0 ? at[c] : 0;
	}
	keep_filters(p, random);
	for (size_t c = 0; c < FILTERS; c++)
		p->input[c] = p->kept[c] * (c < MAX_FILTERS ? p->max[c] : SUM_SCALE * sum[c]);
	list_grams(p, f, random);
	sum_grams(p, net, random == NULL ? 1 : 1 / (1 - GRAM_DROP));

	float z[HIDDEN];

	memcpy(z, net->w.mix_bias, sizeof(z));
	for (size_t k = 0; k < INPUTS; k++) {
		for (size_t j = 0; j < HIDDEN; j++)
			z[j] += p->input[k] * net->w.mix[k][j];
	}
	for (size_t k = 0; k <= DW_DGA_SHAPES; k++) {
		const float *row =
			net->w.rows[k < DW_DGA_SHAPES ? f->row[k]
						      : DW_DGA_SHAPE_ROWS + f->suffix_row];

		for (size_t j = 0; j < HIDDEN; j++)
			z[j] += row[j];
	}
	float score = net->w.out_bias;

	for (size_t i = 0; i < DW_DGA_GROUPS; i++)
		score += p->gram[i * GRAM_DIMS];

	for (size_t j = 0; j < HIDDEN; j++) {
		p->hidden[j] = z[j] > 0 ? z[j] : 0;
		score += p->hidden[j] * net->w.out[j];
	}
	return score;
}

float net_score(const struct net *net, const struct dw_dga_features *f)
{
	struct pass p;

	return forward(net, f, NULL, &p);
}

static void back_conv(
	struct net *net, const struct dw_dga_features *f, const struct pass *p, const float *slope)
{
	struct dense *g = &net->grad;

	for (size_t c = 0; c < MAX_FILTERS; c++) {
		if (p->where[c] < 0)
			continue;
		const uint8_t *s = f->symbols + FIRST + p->where[c];

		for (size_t k = 0; k < WIDTH; k++)
			g->conv[k][s[k]][c] += slope[c];
		g->conv_bias[c] += slope[c];
	}
	for (size_t i = 0; i < f->len + 2; i++) {
		float at[SUM_FILTERS];

		filter(net, f->symbols + FIRST + i, MAX_FILTERS, at);
		for (size_t c = 0; c < SUM_FILTERS; c++)
			at[c] = at[c] > 0 ? SUM_SCALE * slope[MAX_FILTERS + c] : 0;
		for (size_t k = 0; k < WIDTH; k++)
			add(g->conv[k][f->symbols[FIRST + i + k]] + MAX_FILTERS, at, SUM_FILTERS);
		add(g->conv_bias + MAX_FILTERS, at, SUM_FILTERS);
	}
}

static void back_grams(struct net *net, const struct pass *p, const float *slopes, float rate)
{
	for (size_t i = 0; i < p->gram_count; i++) {
		const float *slope = slopes + p->grams[i].group * GRAM_DIMS;
		float *restrict w = net->grams[p->grams[i].number];
		float *restrict square = net->gram_square[p->grams[i].number];

		for (size_t d = 0; d < GRAM_DIMS; d++) {
			square[d] += slope[d] * slope[d];
			w[d] -= GRAM_RATE * rate * slope[d] / (sqrtf(square[d]) + 1e-3f);
		}
	}
}

static void adam(struct net *net, float rate)
{
	float *w = (float *)&net->w, *g = (float *)&net->grad, *m = (float *)&net->m,
	      *v = (float *)&net->v;
	double step = (double)++net->steps;
	float scale = rate * (float)(sqrt(1 - pow(.999, step)) / (1 - pow(.9, step)));

	for (size_t i = 0; i < sizeof(struct dense) / sizeof(float); i++) {
		float slope = g[i] * (1.f / BATCH);

		m[i] += .1f * (slope - m[i]);
		v[i] += .001f * (slope * slope - v[i]);
		w[i] -= scale * m[i] / (sqrtf(v[i]) + 1e-8f) + DECAY * rate * w[i];
	}
	memset(g, 0, sizeof(struct dense));
}

float net_learn(
	struct net *net, const struct dw_dga_features *f, float generated, float weight, float rate)
{
	struct pass p;
	float score = forward(net, f, &net->random, &p);
	float slope = weight * (1 / (1 + expf(-score)) - generated);
	struct dense *g = &net->grad;
	float hidden[HIDDEN], input[INPUTS], gram[GRAM_INPUTS];

	g->out_bias += slope;
	for (size_t j = 0; j < HIDDEN; j++) {
		g->out[j] += slope * p.hidden[j];
		hidden[j] = p.hidden[j] > 0 ? slope * net->w.out[j] : 0;
		g->mix_bias[j] += hidden[j];
	}
	for (size_t k = 0; k <= DW_DGA_SHAPES; k++) {
		float *row =
			g->rows[k < DW_DGA_SHAPES ? f->row[k] : DW_DGA_SHAPE_ROWS + f->suffix_row];

		add(row, hidden, HIDDEN);
	}
	for (size_t k = 0; k < INPUTS; k++) {
		float sum = 0;

		for (size_t j = 0; j < HIDDEN; j++) {
			g->mix[k][j] += hidden[j] * p.input[k];
			sum += hidden[j] * net->w.mix[k][j];
		}
		input[k] = sum;
	}
	for (size_t c = 0; c < FILTERS; c++)
		input[c] *= p.kept[c];
	back_conv(net, f, &p, input);
	for (size_t d = 0; d < GRAM_INPUTS; d++)
		gram[d] = NET_GRAM_SCALE * input[FILTERS + d] + (d % GRAM_DIMS == 0 ? slope : 0);
	back_grams(net, &p, gram, rate);
	if (++net->pending == BATCH) {
		net->pending = 0;
		adam(net, rate);
	}
	return score;
}
