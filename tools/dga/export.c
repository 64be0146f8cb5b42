/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * export.c: quantization of the trained network, and its file format */
#include "export.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct out {
	uint8_t *bytes;
	size_t len;
};

static void put(struct out *o, const void *data, size_t len)
{
	if (o->len + len > MODEL_FILE_MAX)
		errx(1, "the model is larger than %d bytes", MODEL_FILE_MAX);
	memcpy(o->bytes + o->len, data, len);
	o->len += len;
}

static void put_le(struct out *o, int64_t value, size_t bytes)
{
	uint8_t le[4];

	for (size_t i = 0; i < bytes; i++)
		le[i] = (uint8_t)(value >> 8 * i);
	put(o, le, bytes);
}

static double clip(double value, double most)
{
	return value > most ? most : value < -most ? -most : value;
}

static void put_rounded(struct out *o, double value, double most, size_t bytes)
{
	put_le(o, (int64_t)lround(clip(value, most)), bytes);
}

static void put_all(
	struct out *o, const float *w, size_t n, double scale, double most, size_t bytes)
{
	for (size_t i = 0; i < n; i++)
		put_rounded(o, w[i] * scale, most, bytes);
}

static int ascending(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

/* Return the scale that keeps all but 1 in 5,000 of `n` weights (`stride` apart) within `most`. */
static double scale_of(const float *w, size_t n, size_t stride, double most)
{
	float *size = malloc(n * sizeof(*size));

	if (size == NULL)
		err(1, NULL);
	for (size_t i = 0; i < n; i++)
		size[i] = fabsf(w[i * stride]);
	qsort(size, n, sizeof(*size), ascending);
	double high = size[n - 1 - n / 5000];

	free(size);
	return high == 0 ? 1 : most / high;
}

/* Return the scale of the hidden layer's sums: the largest power of two for which they cannot
 * overflow 32 bits, and below 1024 times the scale of the filters. */
static double hidden_scale(
	const struct net *net, const double *input_scale, double row_scale, double conv_scale)
{
	double most = 0;

	for (size_t j = 0; j < HIDDEN; j++) {
		double sum = fabs(net->w.mix_bias[j]) + 128. * (DW_DGA_SHAPES + 1) / row_scale;

		for (size_t k = 0; k < INPUTS; k++) {
			double one = WIDTH * 128 + BIAS_LIMIT;
			double limit = k < MAX_FILTERS ? one
				       : k < FILTERS
					       ? (DW_DGA_LABEL_MAX + 2) * one / (1 << SUM_SHIFT)
					       : GRAM_LIMIT * DW_DGA_GROUP_MAX;

			sum += limit * fabs(net->w.mix[k][j]) / input_scale[k];
		}
		most = sum > most ? sum : most;
	}
	double scale = 1;

	while (2 * scale * most < .98 * INT32_MAX && 2 * scale < 1024 * conv_scale)
		scale *= 2;
	return scale;
}

uint8_t *export_model(const struct net *net, const struct data *data,
	const struct suffix_rows *rows, const struct calibration *calibration, const char *text,
	size_t *len)
{
	const struct dense *w = &net->w;
	struct out o = {.bytes = calloc(1, MODEL_FILE_MAX)};
	double gram_scale[GRAM_DIMS], input_scale[INPUTS], sum_out = 0;

	if (o.bytes == NULL)
		err(1, NULL);
	double conv_scale =
		scale_of((const float *)w->conv, WIDTH * DW_DGA_SYMBOLS * FILTERS, 1, 127);
	double row_scale = scale_of((const float *)w->rows, ROWS * HIDDEN, 1, 127);

	for (size_t d = 0; d < GRAM_DIMS; d++)
		gram_scale[d] = scale_of((const float *)net->grams + d, GRAMS, GRAM_DIMS, 127);
	/* the quantized form of an input x is x * input_scale; for sum-pooling both forms include
	 * the shift */
	for (size_t k = 0; k < INPUTS; k++)
		input_scale[k] = k < FILTERS
					 ? conv_scale
					 : gram_scale[(k - FILTERS) % GRAM_DIMS] / NET_GRAM_SCALE;
	double z_scale = hidden_scale(net, input_scale, row_scale, conv_scale);
	int shift = 0;

	while (z_scale / (double)(1 << shift) > 512)
		shift++;
	double h_scale = z_scale / (double)(1 << shift);

	for (size_t j = 0; j < HIDDEN; j++)
		sum_out += fabs(w->out[j]);
	double out_scale = floor(.5 * INT32_MAX / INT16_MAX / sum_out);

	out_scale = out_scale > 4096 ? 4096 : out_scale;
	double score_scale = h_scale * out_scale;

	put_le(&o, (int64_t)data->table_count, 4);
	put_le(&o, (int64_t)strlen(text), 4);
	put_rounded(&o, z_scale / row_scale, INT32_MAX, 4);
	put_le(&o, shift, 4);
	put_rounded(&o, score_scale / gram_scale[0], INT32_MAX, 4);
	put_rounded(&o, w->out_bias * score_scale, INT32_MAX, 4);
	put_rounded(&o, calibration->slope * 1000 / score_scale * 0x1p24, INT32_MAX, 4);
	put_rounded(&o, calibration->offset * 1000, INT32_MAX, 4);
	put_rounded(&o, calibration->threshold * 1000, INT32_MAX, 4);
	put_rounded(&o, 1000 * log(calibration->base_rate / (1 - calibration->base_rate)),
		INT32_MAX, 4);
	for (size_t i = 0; i < GRAMS * GRAM_DIMS; i++)
		put_rounded(&o,
			net->grams[i / GRAM_DIMS][i % GRAM_DIMS] * gram_scale[i % GRAM_DIMS], 127,
			1);
	put_all(&o, (const float *)w->conv, WIDTH * DW_DGA_SYMBOLS * FILTERS, conv_scale, 127, 1);
	put_all(&o, (const float *)w->rows, ROWS * HIDDEN, row_scale, 127, 1);
	put_all(&o, w->conv_bias, FILTERS, conv_scale, BIAS_LIMIT, 2);
	for (size_t k = 0; k < INPUTS; k++)
		put_all(&o, w->mix[k], HIDDEN, z_scale / input_scale[k], INT16_MAX, 2);
	put_all(&o, w->mix_bias, HIDDEN, z_scale, INT32_MAX, 4);
	put_all(&o, w->out, HIDDEN, out_scale, INT16_MAX, 2);
	for (size_t i = 0; i < SUFFIX_ROWS; i++)
		put_le(&o, (int64_t)(rows->hash[i] >> 32), 4);
	put(&o, data->table_start, 2 * (DW_SUFFIX_BUCKETS + 1));
	put(&o, data->table_nodes, data->table_count * DW_SUFFIX_NODE_BYTES);
	put(&o, text, strlen(text));

	uint8_t *file = calloc(1, MODEL_FILE_MAX);

	if (file == NULL)
		err(1, NULL);
	*len = model_pack(o.bytes, o.len, file);
	free(o.bytes);
	return file;
}
