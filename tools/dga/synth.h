/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * synth.h: made-up families of generated names */
#ifndef DNSWARD_TOOLS_DGA_SYNTH_H
#define DNSWARD_TOOLS_DGA_SYNTH_H

#include "data.h"
#include "rng.h"

/* A classifier trained on fifty families learns these families. To make it learn what
 * generators have in common, the training mixes in families that never were:
 * each draws its method, alphabet, lengths, words and suffixes at random
 * ("domain randomization", Tobin et al., 2017), gives a few dozen names, and is
 * forgotten. No parameter is taken from a family of the data. */
struct synth;

/* Words are taken from hyphenated benign training names, and from `dictionary`
 * (a word a line) where that is not NULL. Free with synth_close. */
struct synth *synth_open(struct data *data, const char *dictionary, uint64_t seed);
void synth_close(struct synth *synth);

/* The next name, its source 0. */
void synth_next(struct synth *synth, struct name *out);

#endif
