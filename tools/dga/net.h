/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * net.h: the neural network in floating point, and its training */
#ifndef DNSWARD_TOOLS_DGA_NET_H
#define DNSWARD_TOOLS_DGA_NET_H

#include <stddef.h>
#include <stdint.h>

#include "dga/model.h"
#include "rng.h"

/* Scales the sums of n-gram vectors (a dozen each) to the size of the other inputs. */
#define NET_GRAM_SCALE .2f

/* The dense weights, which are trained with Adam. The n-grams are trained with Adagrad. */
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
	/* state of the optimizer */
	struct dense grad, m, v;
	float (*gram_square)[GRAM_DIMS];
	size_t steps, pending;
	struct rng random; /* for dropout */
};

struct net *net_new(struct rng *r);
void net_free(struct net *net);

/* Return the log-odds that a label is generated. */
float net_score(const struct net *net, const struct dw_dga_features *f);

/* Train on one example. `generated` is 1 or 0, `weight` the weight of its loss. Returns the
 * log-odds from before the update, with dropout. The n-grams are updated at once, the dense weights
 * every 64 examples, with learning rate `rate`. */
float net_learn(struct net *net, const struct dw_dga_features *f, float generated, float weight,
	float rate);

#endif
