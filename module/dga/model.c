/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * model.c: reading and checking a model file */
#include "dnsward-config.h"
#include "dga/model.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/file.h"

enum {
	COUNT_BYTES = 8,
	SCALES = sizeof(struct model_scale) / 4,
	FIXED_BYTES = COUNT_BYTES + 4 * SCALES + GRAMS * GRAM_DIMS +
		      WIDTH * DW_DGA_SYMBOLS * FILTERS + ROWS * HIDDEN + 2 * FILTERS +
		      2 * INPUTS * HIDDEN + 4 * HIDDEN + 2 * HIDDEN + 4 * SUFFIX_ROWS +
		      2 * (DW_SUFFIX_BUCKETS + 1),
};

_Static_assert((size_t)FIXED_BYTES < MODEL_FILE_MAX, "room for suffixes and text");

/* Bytes are taken off in order; the length was checked before. */
struct cursor {
	const uint8_t *at;
};

static const uint8_t *take(struct cursor *c, size_t n)
{
	const uint8_t *at = c->at;

	c->at += n;
	return at;
}

static uint32_t take32(struct cursor *c)
{
	const uint8_t *p = take(c, 4);

	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static int16_t take16s(struct cursor *c)
{
	const uint8_t *p = take(c, 2);

	return (int16_t)(p[0] | p[1] << 8);
}

static void take_weights(struct dw_dga *dga, struct cursor *c)
{
	int32_t *scale = &dga->scale.row;

	for (size_t i = 0; i < SCALES; i++)
		scale[i] = (int32_t)take32(c);
	for (size_t i = 0; i < GRAMS; i++) {
		const int8_t *gram = (const int8_t *)take(c, GRAM_DIMS);

		dga->grams[i] = (uint32_t)(gram[0] + GRAM_LIMIT) | (uint32_t)(gram[1] + GRAM_LIMIT)
									   << 16;
	}
	for (size_t k = 0; k < WIDTH; k++) {
		for (size_t s = 0; s < DW_DGA_SYMBOLS; s++) {
			const int8_t *row = (const int8_t *)take(c, FILTERS);

			for (size_t i = 0; i < FILTERS; i++)
				dga->conv[k][s][i] = row[i];
		}
	}
	for (size_t i = 0; i < ROWS; i++) {
		const int8_t *row = (const int8_t *)take(c, HIDDEN);

		for (size_t j = 0; j < HIDDEN; j++)
			dga->rows[i][j] = row[j];
	}
	for (size_t i = 0; i < FILTERS; i++) {
		int bias = take16s(c);

		/* one out of bounds stays so for check_weights to see, and does not wrap */
		bias = abs(bias) > BIAS_LIMIT ? 2 * BIAS_LIMIT + 256 : bias;
		for (size_t s = 0; s < DW_DGA_SYMBOLS; s++)
			dga->conv[0][s][i] = (int16_t)(dga->conv[0][s][i] + bias);
	}
	for (size_t k = 0; k < INPUTS; k++) {
		for (size_t j = 0; j < HIDDEN; j++)
			dga->mix[k / 2][j][k % 2] = take16s(c);
	}
	for (size_t j = 0; j < HIDDEN; j++)
		dga->mix_bias[j] = (int32_t)take32(c);
	for (size_t j = 0; j < HIDDEN; j++)
		dga->out[j] = take16s(c);
	for (size_t i = 0; i < SUFFIX_ROWS; i++)
		dga->suffix_key[i] = take32(c);
}

/* Greatest size of each input of the hidden layer, for any label. */
static int64_t input_limit(size_t k)
{
	int64_t one = WIDTH * 128 + BIAS_LIMIT, positions = DW_DGA_LABEL_MAX + 2;

	return k < MAX_FILTERS ? one
	       : k < FILTERS   ? positions * one >> SUM_SHIFT
			       : GRAM_LIMIT * DW_DGA_GROUP_MAX;
}

/* NULL, or which promise of model.h the weights break. */
static const char *check_weights(const struct dw_dga *dga)
{
	const struct model_scale *s = &dga->scale;
	int64_t score = llabs((long long)s->bias) + (int64_t)GRAM_LIMIT * DW_DGA_GROUP_MAX *
							    DW_DGA_GROUPS *
							    llabs((long long)s->gram);

	for (size_t i = 0; i < DW_DGA_SYMBOLS * FILTERS; i++) {
		if (abs(dga->conv[0][i / FILTERS][i % FILTERS]) > BIAS_LIMIT + 128)
			return "a filter's bias";
	}
	for (size_t j = 0; j < HIDDEN; j++) {
		int64_t sum = llabs((long long)dga->mix_bias[j]) +
			      128 * (DW_DGA_SHAPES + 1) * llabs((long long)s->row);

		for (size_t k = 0; k < INPUTS; k++)
			sum += input_limit(k) * abs(dga->mix[k / 2][j][k % 2]);
		if (sum > INT32_MAX)
			return "the hidden layer's input";
		score += (int64_t)INT16_MAX * abs(dga->out[j]);
	}
	if (score > INT32_MAX)
		return "the score";
	if (s->row < 0 || s->row > INT16_MAX)
		return "the rows' scale";
	if (s->hidden_shift < 0 || s->hidden_shift > 31)
		return "the hidden layer's shift";
	if (s->prior < -LOG_ODDS_LIMIT || s->prior > LOG_ODDS_LIMIT)
		return "the base rate";
	return NULL;
}

static void index_suffixes(struct dw_dga *dga)
{
	for (size_t i = 0; i < SUFFIX_SLOTS; i++)
		dga->suffix_slot[i] = SUFFIX_SLOT_NONE;
	for (size_t i = DW_DGA_SUFFIX_CLASSES; i < SUFFIX_ROWS; i++) {
		uint32_t slot = dga->suffix_key[i] % SUFFIX_SLOTS;

		while (dga->suffix_slot[slot] != SUFFIX_SLOT_NONE)
			slot = (slot + 1) % SUFFIX_SLOTS;
		if (dga->suffix_key[i] != 0)
			dga->suffix_slot[slot] = (uint16_t)i;
	}
}

size_t model_suffix_row(const struct dw_dga *dga, uint64_t hash, const uint8_t *suffix, size_t len)
{
	uint32_t key = (uint32_t)(hash >> 32);

	for (uint32_t slot = key % SUFFIX_SLOTS; dga->suffix_slot[slot] != SUFFIX_SLOT_NONE;
		slot = (slot + 1) % SUFFIX_SLOTS) {
		if (dga->suffix_key[dga->suffix_slot[slot]] == key)
			return dga->suffix_slot[slot];
	}
	return dw_dga_suffix_class(suffix, len);
}

static enum dw_result take_suffixes(struct dw_dga *dga, struct cursor *c, uint32_t nodes)
{
	size_t start = 2 * (DW_SUFFIX_BUCKETS + 1),
	       bytes = start + (size_t)nodes * DW_SUFFIX_NODE_BYTES;

	dga->suffix_bytes = malloc(bytes);
	if (dga->suffix_bytes == NULL)
		return DW_ERR_MEMORY;
	memcpy(dga->suffix_bytes, take(c, bytes), bytes);
	return dw_suffix_open(&dga->suffixes, dga->suffix_bytes, dga->suffix_bytes + start, nodes)
		       ? DW_OK
		       : DW_ERR_CORRUPT;
}

static enum dw_result take_text(struct dw_dga *dga, struct cursor *c, uint32_t len)
{
	const uint8_t *text = take(c, len);

	for (uint32_t i = 0; i < len; i++) {
		if (text[i] != '\n' && (text[i] < 0x20 || text[i] > 0x7e))
			return DW_ERR_CORRUPT;
	}
	dga->text = strndup((const char *)text, len);
	return dga->text == NULL ? DW_ERR_MEMORY : DW_OK;
}

static enum dw_result read_content(const uint8_t *bytes, size_t len, const char *path,
	struct dw_dga **out, struct dw_error *err)
{
	struct cursor c = {bytes};
	uint32_t nodes = len < FIXED_BYTES ? 0 : take32(&c);
	uint32_t text_len = len < FIXED_BYTES ? 0 : take32(&c);

	if (nodes > UINT16_MAX || text_len > MODEL_FILE_MAX ||
		len != FIXED_BYTES + (size_t)nodes * DW_SUFFIX_NODE_BYTES + text_len)
		return dw_fail(err, DW_ERR_CORRUPT, path, 0,
			"DGA model: its content is %zu bytes, and not as long as it says", len);
	struct dw_dga *dga = aligned_alloc(_Alignof(struct dw_dga), sizeof(*dga));

	if (dga == NULL)
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory for a DGA model");
	memset(dga, 0, sizeof(*dga));
	take_weights(dga, &c);
	const char *what = check_weights(dga);
	enum dw_result result = what == NULL ? DW_OK : DW_ERR_CORRUPT;

	if (result == DW_OK && (result = take_suffixes(dga, &c, nodes)) != DW_OK)
		what = "the suffix table";
	if (result == DW_OK && (result = take_text(dga, &c, text_len)) != DW_OK)
		what = "the text";
	if (result != DW_OK) {
		dw_dga_close(&dga);
		return dw_fail(err, result, path, 0, "DGA model: %s is out of bounds", what);
	}
	index_suffixes(dga);
	dga->run = model_run_best();
	*out = dga;
	return DW_OK;
}

enum dw_result model_read(const uint8_t *bytes, size_t len, const char *path, struct dw_dga **out,
	struct dw_error *err)
{
	uint8_t *content;
	size_t content_len;
	enum dw_result result = model_unpack(bytes, len, path, &content, &content_len, err);

	if (result != DW_OK)
		return result;
	result = read_content(content, content_len, path, out, err);
	free(content);
	return result;
}

static enum dw_result read_file(const char *path, struct dw_dga **out, struct dw_error *err)
{
	char *bytes;
	size_t len;
	enum dw_result result = dw_file_read(path, MODEL_FILE_MAX, &bytes, &len, err);

	if (result != DW_OK)
		return result;
	result = model_read((const uint8_t *)bytes, len, path, out, err);
	free(bytes);
	return result;
}

enum dw_result dw_dga_open(const char *path, struct dw_dga **out, struct dw_error *err)
{
	if (sodium_init() < 0)
		return dw_fail(err, DW_ERR_SYSTEM, path, 0, "libsodium does not start");
	if (path != NULL)
		return read_file(path, out, err);
	return model_read(model_builtin, model_builtin_len, "built-in DGA model", out, err);
}

void dw_dga_close(struct dw_dga **dga)
{
	if (*dga == NULL)
		return;
	free((*dga)->suffix_bytes);
	free((*dga)->text);
	free(*dga);
	*dga = NULL;
}

uint32_t dw_dga_threshold(const struct dw_dga *dga)
{
	return dw_dga_probability(dga->scale.threshold);
}

const char *dw_dga_text(const struct dw_dga *dga)
{
	return dga->text;
}
