/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * synth.h: generator of artificial DGA families */
#ifndef DNSWARD_TOOLS_DGA_SYNTH_H
#define DNSWARD_TOOLS_DGA_SYNTH_H

#include "data.h"
#include "rng.h"

/* A classifier that is trained on fifty families learns only these families. To make it learn
 * common properties of generators, the training mixes in artificial families ("domain
 * randomization", Tobin et al., 2017). Each has a random method, alphabet, length, vocabulary and
 * set of suffixes, and is replaced after a few dozen names. No parameter is taken from a family of
 * the data. */
struct synth;

/* Create a generator. Words are taken from hyphenated benign training names, and, if `dictionary`
 * is not NULL, from that file (one word per line). Free it with synth_close. Adds suffixes to
 * `data`, which must outlive it. Exits with a message on errors. */
struct synth *synth_open(struct data *data, const char *dictionary, uint64_t seed);
void synth_close(struct synth *synth);

/* Generate the next name. Its source is 0. */
void synth_next(struct synth *synth, struct name *out);

#endif
