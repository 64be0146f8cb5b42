/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * explain.c: the parts of a score */
#include "dnsward-config.h"
#include "dga/model.h"

#include <string.h>

const char *dw_dga_shape_name(enum dw_dga_shape shape)
{
	static const char *const names[DW_DGA_SHAPES] = {
		[DW_DGA_LENGTH] = "length",
		[DW_DGA_DIGITS] = "digits",
		[DW_DGA_CHANGES] = "class-changes",
		[DW_DGA_CONSONANTS] = "consonant-run",
		[DW_DGA_VOWELS] = "vowels",
		[DW_DGA_DISTINCT] = "distinct",
		[DW_DGA_HYPHENS] = "hyphens",
		[DW_DGA_LAST_LETTER] = "last-letter",
		[DW_DGA_REPEATS] = "repeats",
		[DW_DGA_DOUBLES] = "doubles",
		[DW_DGA_CHARSET] = "charset",
	};

	return (unsigned)shape < DW_DGA_SHAPES ? names[shape] : "unknown";
}

/* What one step of each input is worth in thousandths of log-odds, at this name. */
struct worth {
	double input[INPUTS];
	double row[HIDDEN];
	double gram; /* beside its way through the hidden layer */
};

/* The hidden units at work are found as the score finds them; which place holds a
 * filter's maximum is found with it. */
struct trace {
	int32_t input[INPUTS];
	size_t place[MAX_FILTERS]; /* len + 2 where nothing passed zero */
};

static int32_t filter_at(
	const struct dw_dga *dga, const struct dw_dga_features *f, size_t place, size_t filter)
{
	int32_t at = 0;

	for (size_t k = 0; k < WIDTH; k++)
		at += dga->conv[k][f->symbols[DW_DGA_LEAD - FILTER_PAD + place + k]][filter];
	return at > 0 ? at : 0;
}

static const int16_t *row_of(
	const struct dw_dga *dga, const struct dw_dga_features *f, size_t shape)
{
	return dga->rows[shape < DW_DGA_SHAPES ? f->row[shape] : DW_DGA_SHAPE_ROWS + f->suffix_row];
}

/* The two weights of an n-gram. */
static int32_t gram_weight(const struct dw_dga *dga, size_t number, size_t which)
{
	return (int32_t)(dga->grams[number] >> 16 * which & 0xffff) - GRAM_LIMIT;
}

static void add_gram(const struct dw_dga *dga, size_t number, size_t group, struct trace *t)
{
	for (size_t d = 0; d < GRAM_DIMS; d++)
		t->input[FILTERS + GRAM_DIMS * group + d] += gram_weight(dga, number, d);
}

static void trace_inputs(const struct dw_dga *dga, const struct dw_dga_features *f, struct trace *t)
{
	size_t places = f->len + 2;

	memset(t, 0, sizeof(*t));
	for (size_t i = 0; i < FILTERS; i++) {
		int32_t sum = 0;

		if (i < MAX_FILTERS)
			t->place[i] = places;
		for (size_t p = 0; p < places; p++) {
			int32_t at = filter_at(dga, f, p, i);

			sum += at;
			if (i < MAX_FILTERS && at > t->input[i]) {
				t->input[i] = at;
				t->place[i] = p;
			}
		}
		if (i >= MAX_FILTERS)
			t->input[i] = sum >> SUM_SHIFT;
	}
	for (size_t order = 0; order < DW_DGA_ORDERS; order++) {
		for (size_t i = 0; i < f->len + 2; i++)
			add_gram(dga, f->gram[order][i], order, t);
	}
	for (size_t i = 0; i < DW_DGA_CROSSES; i++)
		add_gram(dga, f->cross[i], DW_DGA_ORDERS, t);
}

static void weigh(const struct dw_dga *dga, const struct dw_dga_features *f, const struct trace *t,
	struct worth *w)
{
	double thousandth = (double)dga->scale.slope / (1 << 24);
	double step = thousandth / (double)(UINT64_C(1) << dga->scale.hidden_shift);

	memset(w, 0, sizeof(*w));
	for (size_t j = 0; j < HIDDEN; j++) {
		int64_t z = dga->mix_bias[j];

		for (size_t k = 0; k < INPUTS; k++)
			z += (int64_t)t->input[k] * dga->mix[k / 2][j][k % 2];
		for (size_t i = 0; i <= DW_DGA_SHAPES; i++)
			z += (int64_t)row_of(dga, f, i)[j] * dga->scale.row;
		if (z >> dga->scale.hidden_shift <= 0)
			continue;
		for (size_t k = 0; k < INPUTS; k++)
			w->input[k] += step * dga->out[j] * dga->mix[k / 2][j][k % 2];
		w->row[j] = step * dga->out[j] * dga->scale.row;
	}
	w->gram = thousandth * dga->scale.gram;
}

static double row_part(const int16_t *row, const struct worth *w)
{
	double sum = 0;

	for (size_t j = 0; j < HIDDEN; j++)
		sum += w->row[j] * row[j];
	return sum;
}

static double gram_part(
	const struct dw_dga *dga, size_t number, size_t group, const struct worth *w)
{
	double sum = w->gram * gram_weight(dga, number, 0);

	for (size_t d = 0; d < GRAM_DIMS; d++)
		sum += w->input[FILTERS + GRAM_DIMS * group + d] * gram_weight(dga, number, d);
	return sum;
}

/* Places 0 and len + 1 are the ends of the label; they count with the character beside. */
static size_t letter_of(const struct dw_dga_features *f, size_t place)
{
	return place == 0 ? 0 : place > f->len ? f->len - 1 : place - 1;
}

static void letter_parts(const struct dw_dga *dga, const struct dw_dga_features *f,
	const struct trace *t, const struct worth *w, double *letter, double *suffix)
{
	for (size_t i = 0; i < MAX_FILTERS; i++) {
		if (t->place[i] < f->len + 2)
			letter[letter_of(f, t->place[i])] += w->input[i] * t->input[i];
	}
	for (size_t i = MAX_FILTERS; i < FILTERS; i++) {
		for (size_t p = 0; p < f->len + 2; p++)
			letter[letter_of(f, p)] +=
				w->input[i] * filter_at(dga, f, p, i) / (1 << SUM_SHIFT);
	}
	for (size_t order = 0; order < DW_DGA_ORDERS; order++) {
		for (size_t p = 0; p < f->len + 2; p++)
			letter[letter_of(f, p)] += gram_part(dga, f->gram[order][p], order, w);
	}
	for (size_t i = 0; i < DW_DGA_CROSSES; i++)
		*suffix += gram_part(dga, f->cross[i], DW_DGA_ORDERS, w);
}

static int32_t whole(double value)
{
	return (int32_t)(value < 0 ? value - .5 : value + .5);
}

bool dw_dga_explain(
	const struct dw_dga *dga, const uint8_t *wire, size_t len, struct dw_dga_explanation *out)
{
	struct dw_dga_explanation e = {0};
	struct dw_suffix_split split;
	struct dw_dga_features f;
	struct trace t;
	struct worth w;
	double letter[DW_DGA_LABEL_MAX] = {0};

	if (!dw_dga_name(dga, wire, len, &e.verdict))
		return false;
	model_features(dga, wire, len, &split, &f);
	trace_inputs(dga, &f, &t);
	weigh(dga, &f, &t, &w);

	double suffix = row_part(row_of(dga, &f, DW_DGA_SHAPES), &w);

	letter_parts(dga, &f, &t, &w, letter, &suffix);
	e.suffix = whole(suffix);
	e.base = e.verdict.log_odds - e.suffix;
	for (size_t i = 0; i < DW_DGA_SHAPES; i++) {
		e.value[i] = (uint16_t)(f.row[i] - dw_dga_shape_row[i]);
		e.shape[i] = whole(row_part(row_of(dga, &f, i), &w));
		e.base -= e.shape[i];
	}
	for (size_t i = 0; i < f.len; i++) {
		e.letter[i] = whole(letter[i]);
		e.base -= e.letter[i];
	}
	*out = e;
	return true;
}
