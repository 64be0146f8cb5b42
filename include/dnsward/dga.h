/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * dga.h: how much a name looks as if an algorithm had made it */
#ifndef DNSWARD_DGA_H
#define DNSWARD_DGA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/result.h"

/* Malware asks for names that a domain generation algorithm (DGA; ATT&CK
 * T1568.002) makes from the date or a seed, so that blocking yesterday's names
 * does not silence it. Such names are in no list. They can often be told by
 * their letters: this is a score of one label, the one left of the public
 * suffix, and of the suffix it stands under.
 *
 *      www . kq3v9fhe2x . co.uk          a1b2c3 . ddns.net
 *            ~~~~~~~~~~ ~~~~~~           ~~~~~~ ~~~~~~~~~
 *              label    suffix            label   suffix
 *
 * The public suffix is that of the Public Suffix List with its private part, and
 * of some dynamic-DNS parents that are not in it, as they stood when the model was
 * trained: the list is part of the model, so a score depends on the name and
 * the model's version alone. Below a hosting or dynamic-DNS parent the
 * sub-domain's label is what is scored.
 *
 * The score is a small network of whole numbers, in the spirit of FANCI's
 * features (Schueppen et al., 2018), of hashed n-grams (Weinberger et al., 2009)
 * and of the convolution of Yu et al. (2018). Data, training, figures, and what
 * an attacker can do about it: docs/dga.md. In short: it finds random, hexadecimal and
 * most pronounceable names; of names put together from words it finds few, and
 * a name of three to five letters tells nothing.
 *
 * A model is immutable: after dw_dga_open any number of threads may score with it
 * until it is closed. Scoring allocates nothing, takes no lock, reads no locale and no
 * clock. Plain C and vector paths give the same numbers. */
struct dw_dga;

/* Probabilities are in units of 1e-6. */
enum { DW_DGA_ONE = 1000000 };

/* Open the model file `path`, or with NULL the model that is built in. The file is
 * read once, checked whole (size, magic, version, BLAKE2b digest, bounds of each
 * part), and not kept open: replacing it does not touch an open model. Fails
 * with DW_ERR_CORRUPT, DW_ERR_VERSION, DW_ERR_LIMIT (over 256 KiB), or as a read
 * does; then `*out` is untouched. */
enum dw_result dw_dga_open(
	const char *path, struct dw_dga **out, struct dw_error *err) DW_MUST_CHECK;

/* Free it and set *dga to NULL; NULL inside is fine. No thread may still score. */
void dw_dga_close(struct dw_dga **dga);

/* Natural log-odds that the label is generated, in thousandths (2000 is 7.4 to
 * 1), at the model's base rate, which is 1 in 100. `label` is 1 to 63 bytes; `suffix` is wire
 * form without or with its root byte, lower case. */
int32_t dw_dga_log_odds(const struct dw_dga *dga, const uint8_t *label, size_t label_len,
	const uint8_t *suffix, size_t suffix_len);

/* Log-odds in thousandths to a probability in millionths, by integer arithmetic. */
uint32_t dw_dga_probability(int32_t log_odds);

/* What a whole name comes to. */
struct dw_dga_verdict {
	uint8_t label;        /* offset in the name of the scored label's length byte */
	uint8_t suffix;       /* offset of the first length byte of the suffix */
	int32_t log_odds;     /* thousandths */
	uint32_t probability; /* millionths */
};

/* What a decision and the log keep of it. Zeros: not scored. */
struct dw_dga_mark {
	bool scored;
	bool hit;             /* the probability reached the threshold in force */
	uint32_t probability; /* millionths */
};

/* Score a checked, lowered wire name. False, and `out` untouched, where there is no
 * label left of the suffix: the root, "com", "co.uk". */
bool dw_dga_name(
	const struct dw_dga *dga, const uint8_t *wire, size_t len, struct dw_dga_verdict *out);

/* Where the registered domain of such a name starts, that is at the label left of the suffix. False
 * where there is none. Some 15 ns: whoever has a model need not ask libpsl. */
bool dw_dga_registered(const struct dw_dga *dga, const uint8_t *wire, size_t len, size_t *start);

/* What is measured of a label's shape. */
enum dw_dga_shape {
	DW_DGA_LENGTH, /* characters */
	DW_DGA_DIGITS,
	DW_DGA_CHANGES,    /* between letters, digits and others */
	DW_DGA_CONSONANTS, /* the longest run of them */
	DW_DGA_VOWELS,     /* in sixteenths of the letters */
	DW_DGA_DISTINCT,   /* different characters */
	DW_DGA_HYPHENS,
	DW_DGA_LAST_LETTER, /* the highest in the alphabet: 1 for a, 26 for z, 0 for none */
	DW_DGA_REPEATS,     /* pairs of characters that stood in the label before */
	DW_DGA_DOUBLES,     /* a character twice running */
	DW_DGA_CHARSET,     /* bits: 1 digits, 2 letters a to f, 4 letters from g, 8 hyphens */
	DW_DGA_SHAPES
};

/* "length", "digits", ... */
const char *dw_dga_shape_name(enum dw_dga_shape shape);

/* Where a score comes from, in thousandths of log-odds. The network is linear as long
 * as the same hidden units and the same places of a filter's maximum are at work, so its score
 * is a sum over its inputs, and that sum is given, not an approximation; what it would be for
 * another name it does not say. log_odds is base plus all the rest. */
struct dw_dga_explanation {
	struct dw_dga_verdict verdict;
	int32_t base; /* of every name: the biases and the calibration */
	int32_t suffix;
	uint16_t value[DW_DGA_SHAPES];
	int32_t shape[DW_DGA_SHAPES];
	int32_t letter[63]; /* what ends at, or for a filter is centred on, each character */
};

/* As dw_dga_name, more slowly. */
bool dw_dga_explain(
	const struct dw_dga *dga, const uint8_t *wire, size_t len, struct dw_dga_explanation *out);

/* The default threshold: the probability that one in 10,000 web-ranked benign names
 * reaches. */
uint32_t dw_dga_threshold(const struct dw_dga *dga);

/* What one name says of its client: its log-odds less the prior, in thousandths, cut to
 * -1000 .. 6000, so that no one name carries a client over a line (it takes two), and so that
 * an hour of ordinary names does not pay for ten generated ones. Add them up for each client,
 * never below 0 (Page's CUSUM, 1954). Of runs of 20 ordinary names, drawn evenly from rankings,
 * fewer than one in 10,000 comes to DW_DGA_CLIENT_LINE; ten generated names among ten ordinary
 * ones nearly always do. tools/dga/client.h measures it. */
enum { DW_DGA_EVIDENCE_LEAST = -1000, DW_DGA_EVIDENCE_MOST = 6000, DW_DGA_CLIENT_LINE = 11000 };
int32_t dw_dga_evidence(const struct dw_dga *dga, int32_t log_odds);

/* What the model was made from and how it measured: lines of "key: value", valid
 * until close. */
const char *dw_dga_text(const struct dw_dga *dga);

#endif
