/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * net.h: the model in floating point, and how it learns */
#ifndef DNSWARD_TOOLS_DGA_NET_H
#define DNSWARD_TOOLS_DGA_NET_H

#include <stddef.h>
#include <stdint.h>

#include "dga/model.h"
#include "rng.h"

/* Sums of a dozen vectors, brought to the size of the other inputs. */
#define NET_GRAM_SCALE .2f

/* What the optimiser moves together (Adam; the n-grams by Adagrad). */
struct dense {
	float conv[WIDTH][DW_DGA_SYMBOLS][FILTERS];
	float conv_bias[FILTERS];
	float rows[ROWS][HIDDEN];
	float mix[INPUTS][HIDDEN];
	float mix_bias[HIDDEN];
	float out[HIDDEN];
	float out_bias;
};

struct net {
	struct dense w;
	float (*grams)[GRAM_DIMS];
	/* the optimiser's */
	struct dense grad, m, v;
	float (*gram_square)[GRAM_DIMS];
	size_t steps, pending;
	struct rng random; /* which n-grams are left out */
};

struct net *net_new(struct rng *r);
void net_free(struct net *net);

/* The log-odds that a label is generated. */
float net_score(const struct net *net, const struct dw_dga_features *f);

/* One example: `generated` 1 or 0, `weight` of its loss; returns its log-odds
 * from before. Dense weights move every 64 examples, by learning rate `rate`. */
float net_learn(struct net *net, const struct dw_dga_features *f, float generated, float weight,
	float rate);

#endif
