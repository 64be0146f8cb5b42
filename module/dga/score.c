/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * score.c: the network's arithmetic */
#include "dnsward-config.h"
#include "dga/model.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#if defined(__x86_64__) || defined(__i386__)
#define HAVE_AVX2_PATH 1
#endif

/* The filters are loops of fixed length that gcc and clang turn into vector code;
 * they are compiled for the base processor and for AVX2. What compilers do not see
 * (pmaddwd, mostly) is written out for SSE2, which every x86-64 has, beside the same
 * in plain C. All are sums of whole numbers without overflow, so all give the
 * same number. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* clang would make vectors along the label, by gathering, rather than along the filters */
#ifdef __clang__
#define STEP_BY_STEP _Pragma("clang loop vectorize(disable)")
#else
#define STEP_BY_STEP
#endif

enum { BLOCK = 16 }; /* filters at a time: their sums and pools stay in registers */

_Static_assert(FILTERS % BLOCK == 0 && MAX_FILTERS % BLOCK == 0, "blocks are pooled one way");
_Static_assert(INPUTS % 2 == 0, "inputs are mixed in pairs");
_Static_assert(GRAM_DIMS == 4, "four n-grams fill a vector of SSE2");

ALWAYS_INLINE void filter(
	const struct dw_dga *dga, const uint8_t *s, size_t first, int16_t *restrict at)
{
	const int16_t *a = dga->conv[0][s[0]] + first, *b = dga->conv[1][s[1]] + first,
		      *c = dga->conv[2][s[2]] + first, *d = dga->conv[3][s[3]] + first,
		      *e = dga->conv[4][s[4]] + first;

	for (size_t i = 0; i < BLOCK; i++)
		at[i] = (int16_t)(a[i] + b[i] + c[i] + d[i] + e[i]);
}

ALWAYS_INLINE void pool_max(
	const struct dw_dga *dga, const struct dw_dga_features *f, size_t first, int16_t *out)
{
	int16_t best[BLOCK] = {0}, at[BLOCK];

	STEP_BY_STEP
	for (size_t p = 0; p < f->len + 2; p++) {
		filter(dga, f->symbols + p, first, at);
		for (size_t i = 0; i < BLOCK; i++)
			best[i] = at[i] > best[i] ? at[i] : best[i];
	}
	memcpy(out, best, sizeof(best));
}

ALWAYS_INLINE void pool_sum(
	const struct dw_dga *dga, const struct dw_dga_features *f, size_t first, int16_t *out)
{
	uint16_t sum[BLOCK] = {0};
	int16_t at[BLOCK];

	STEP_BY_STEP
	for (size_t p = 0; p < f->len + 2; p++) {
		filter(dga, f->symbols + p, first, at);
		for (size_t i = 0; i < BLOCK; i++)
			sum[i] = (uint16_t)(sum[i] + (at[i] > 0 ? at[i] : 0));
	}
	for (size_t i = 0; i < BLOCK; i++)
		out[i] = (int16_t)(sum[i] >> SUM_SHIFT);
}

ALWAYS_INLINE void sum_rows(const struct dw_dga *dga, const struct dw_dga_features *f, int16_t *out)
{
	for (size_t first = 0; first < HIDDEN; first += BLOCK) {
		const int16_t *suffix = dga->rows[DW_DGA_SHAPE_ROWS + f->suffix_row] + first;
		int16_t sum[BLOCK];

		memcpy(sum, suffix, sizeof(sum));
		for (size_t i = 0; i < DW_DGA_SHAPES; i++) {
			const int16_t *row = dga->rows[f->row[i]] + first;

			for (size_t j = 0; j < BLOCK; j++)
				sum[j] = (int16_t)(sum[j] + row[j]);
		}
		memcpy(out + first, sum, sizeof(sum));
	}
}

ALWAYS_INLINE const int8_t *gram(const struct dw_dga *dga, uint32_t bucket)
{
	return dga->grams[bucket >> (32 - GRAM_BITS)];
}

ALWAYS_INLINE void sum_grams_plain(
	const struct dw_dga *dga, const uint32_t *bucket, size_t n, int16_t *restrict sum)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t d = 0; d < GRAM_DIMS; d++)
			sum[d] = (int16_t)(sum[d] + gram(dga, bucket[i])[d]);
	}
}

/* From the inputs `x` and the summed rows through the hidden layer to the score. */
static int32_t finish_plain(const struct dw_dga *dga, const int16_t *x, const int16_t *rows)
{
	int32_t score = dga->scale.bias + x[FILTERS] * dga->scale.gram;
	int32_t z[HIDDEN];

	for (size_t j = 0; j < HIDDEN; j++)
		z[j] = dga->mix_bias[j] + rows[j] * dga->scale.row;
	for (size_t k = 0; k < INPUTS / 2; k++) {
		int32_t even = x[2 * k], odd = x[2 * k + 1];

		for (size_t j = 0; j < HIDDEN; j++)
			z[j] += even * dga->mix[k][j][0] + odd * dga->mix[k][j][1];
	}
	for (size_t j = 0; j < HIDDEN; j++) {
		int32_t h = z[j] >> dga->scale.hidden_shift;

		score += (h < 0 ? 0 : h > INT16_MAX ? INT16_MAX : h) * dga->out[j];
	}
	return score;
}

#ifdef __SSE2__
ALWAYS_INLINE __m128i load4(const void *p)
{
	int32_t value;

	memcpy(&value, p, sizeof(value));
	return _mm_cvtsi32_si128(value);
}

ALWAYS_INLINE void sum_grams(
	const struct dw_dga *dga, const struct dw_dga_features *f, int16_t *sum)
{
	const uint32_t *b = f->bucket;
	__m128i both = _mm_setzero_si128();
	size_t i = 0;

	for (; i + 4 <= f->grams; i += 4) {
		__m128i low =
			_mm_unpacklo_epi32(load4(gram(dga, b[i])), load4(gram(dga, b[i + 1])));
		__m128i high =
			_mm_unpacklo_epi32(load4(gram(dga, b[i + 2])), load4(gram(dga, b[i + 3])));
		__m128i four = _mm_unpacklo_epi64(low, high);

		/* bytes to the high half of 16 bits, and down again with their sign */
		both = _mm_add_epi16(both, _mm_srai_epi16(_mm_unpacklo_epi8(four, four), 8));
		both = _mm_add_epi16(both, _mm_srai_epi16(_mm_unpackhi_epi8(four, four), 8));
	}
	both = _mm_add_epi16(both, _mm_srli_si128(both, 8));
	_mm_storel_epi64((__m128i *)sum, both);
	sum_grams_plain(dga, b + i, f->grams - i, sum);
}

ALWAYS_INLINE int32_t finish(const struct dw_dga *dga, const int16_t *x, const int16_t *rows)
{
	enum { VECTORS = HIDDEN / 4 };
	const __m128i *bias = (const __m128i *)dga->mix_bias, *out = (const __m128i *)dga->out;
	__m128i z[VECTORS], zero = _mm_setzero_si128(), score = zero;
	__m128i shift = _mm_cvtsi32_si128(dga->scale.hidden_shift);
	__m128i row_scale = _mm_set1_epi32(dga->scale.row); /* below 2^15: the other half is 0 */

	for (size_t j = 0; j < VECTORS; j += 2) {
		__m128i row = _mm_load_si128((const __m128i *)(rows + 4 * j));

		z[j] = _mm_madd_epi16(_mm_unpacklo_epi16(row, zero), row_scale);
		z[j + 1] = _mm_madd_epi16(_mm_unpackhi_epi16(row, zero), row_scale);
		z[j] = _mm_add_epi32(z[j], _mm_load_si128(bias + j));
		z[j + 1] = _mm_add_epi32(z[j + 1], _mm_load_si128(bias + j + 1));
	}
	for (size_t k = 0; k < INPUTS / 2; k++) {
		const __m128i *mix = (const __m128i *)dga->mix[k];
		__m128i pair = _mm_shuffle_epi32(load4(x + 2 * k), 0);

		for (size_t j = 0; j < VECTORS; j++)
			z[j] = _mm_add_epi32(z[j], _mm_madd_epi16(pair, _mm_load_si128(mix + j)));
	}
	for (size_t j = 0; j < VECTORS; j += 2) {
		/* packing cuts to 16 bits */
		__m128i h =
			_mm_packs_epi32(_mm_sra_epi32(z[j], shift), _mm_sra_epi32(z[j + 1], shift));

		h = _mm_max_epi16(h, zero);
		score = _mm_add_epi32(score, _mm_madd_epi16(h, _mm_load_si128(out + j / 2)));
	}
	score = _mm_add_epi32(score, _mm_srli_si128(score, 8));
	score = _mm_add_epi32(score, _mm_srli_si128(score, 4));
	return _mm_cvtsi128_si32(score) + dga->scale.bias + x[FILTERS] * dga->scale.gram;
}
#else
ALWAYS_INLINE void sum_grams(
	const struct dw_dga *dga, const struct dw_dga_features *f, int16_t *sum)
{
	memset(sum, 0, GRAM_DIMS * sizeof(*sum));
	sum_grams_plain(dga, f->bucket, f->grams, sum);
}

#define finish finish_plain
#endif

ALWAYS_INLINE void pool(const struct dw_dga *dga, const struct dw_dga_features *f, int16_t *x)
{
	for (size_t first = 0; first < MAX_FILTERS; first += BLOCK)
		pool_max(dga, f, first, x + first);
	for (size_t first = MAX_FILTERS; first < FILTERS; first += BLOCK)
		pool_sum(dga, f, first, x + first);
}

ALWAYS_INLINE int32_t run(const struct dw_dga *dga, const struct dw_dga_features *f)
{
	_Alignas(32) int16_t x[INPUTS];
	_Alignas(32) int16_t rows[HIDDEN];

	pool(dga, f, x);
	sum_grams(dga, f, x + FILTERS);
	sum_rows(dga, f, rows);
	return finish(dga, x, rows);
}

static int32_t run_base(const struct dw_dga *dga, const struct dw_dga_features *f)
{
	return run(dga, f);
}

int32_t model_run_plain(const struct dw_dga *dga, const struct dw_dga_features *f)
{
	int16_t x[INPUTS] = {0}, rows[HIDDEN];

	pool(dga, f, x);
	sum_grams_plain(dga, f->bucket, f->grams, x + FILTERS);
	sum_rows(dga, f, rows);
	return finish_plain(dga, x, rows);
}

#ifdef HAVE_AVX2_PATH
__attribute__((target("avx2"))) static int32_t run_avx2(
	const struct dw_dga *dga, const struct dw_dga_features *f)
{
	return run(dga, f);
}
#endif

model_run model_run_base(void)
{
	return run_base;
}

model_run model_run_best(void)
{
#ifdef HAVE_AVX2_PATH
	if (__builtin_cpu_supports("avx2"))
		return run_avx2;
#endif
	return model_run_base();
}

int32_t model_calibrate(const struct dw_dga *dga, int32_t score)
{
	int64_t odds = ((int64_t)score * dga->scale.slope >> 24) + dga->scale.offset;

	return (int32_t)(odds < -LOG_ODDS_LIMIT  ? -LOG_ODDS_LIMIT
			 : odds > LOG_ODDS_LIMIT ? LOG_ODDS_LIMIT
						 : odds);
}

/* exp(-x) for x = log_odds in thousandths, as a part of 2^32: whole powers from a
 * table, the rest by the series, whose 8 terms are exact to the last bit kept. */
static uint64_t exp_minus(uint32_t thousandths)
{
	static const uint32_t whole[] = {
		/* round(2^32 * exp(-n)) */
		4294967295,
		1580030169,
		581260615,
		213833830,
		78665070,
		28939262,
		10646160,
		3916503,
		1440801,
		530041,
		194991,
		71733,
		26389,
		9708,
		3571,
		1314,
		483,
	};
	uint32_t n = thousandths / 1000;
	uint64_t x = ((uint64_t)(thousandths % 1000) << 32) / 1000;
	uint64_t sum = UINT64_C(1) << 32;

	if (n >= sizeof(whole) / sizeof(whole[0]))
		return 0;
	/* 1 - x (1 - x/2 (1 - x/3 (...))) */
	for (uint64_t k = 10; k > 0; k--)
		sum = (UINT64_C(1) << 32) - (x * (sum >> 1) >> 31) / k;
	return sum * whole[n] >> 32;
}

uint32_t dw_dga_probability(int32_t log_odds)
{
	uint64_t rest = exp_minus(log_odds < 0 ? 0u - (uint32_t)log_odds : (uint32_t)log_odds);
	uint64_t one = UINT64_C(1) << 32;
	uint64_t likely = (one * DW_DGA_ONE + (one + rest) / 2) / (one + rest);

	return (uint32_t)(log_odds < 0 ? DW_DGA_ONE - likely : likely);
}

int32_t dw_dga_evidence(const struct dw_dga *dga, int32_t log_odds)
{
	int32_t evidence = log_odds - dga->scale.prior;

	return evidence < DW_DGA_EVIDENCE_LEAST  ? DW_DGA_EVIDENCE_LEAST
	       : evidence > DW_DGA_EVIDENCE_MOST ? DW_DGA_EVIDENCE_MOST
						 : evidence;
}

static uint64_t hash_suffix(const uint8_t *suffix, size_t len)
{
	uint8_t at[DW_DGA_LABEL_MAX * 2 + 2];
	size_t count = 0;
	uint64_t hash = DW_SUFFIX_ROOT;

	for (size_t i = 0; i < len && suffix[i] != 0 && count < sizeof(at); i += 1u + suffix[i])
		at[count++] = (uint8_t)i;
	while (count-- > 0) {
		const uint8_t *label = suffix + at[count];
		size_t room = len - at[count] - 1u;

		hash = dw_suffix_hash(hash, label + 1, label[0] < room ? label[0] : room);
	}
	return hash;
}

int32_t dw_dga_log_odds(const struct dw_dga *dga, const uint8_t *label, size_t label_len,
	const uint8_t *suffix, size_t suffix_len)
{
	struct dw_dga_features f;

	dw_dga_features(label, label_len,
		model_suffix_row(dga, hash_suffix(suffix, suffix_len), suffix, suffix_len), &f);
	return model_calibrate(dga, dga->run(dga, &f));
}

uint32_t dw_dga_score(const struct dw_dga *dga, const uint8_t *label, size_t label_len,
	const uint8_t *suffix, size_t suffix_len)
{
	return dw_dga_probability(dw_dga_log_odds(dga, label, label_len, suffix, suffix_len));
}

bool model_features(const struct dw_dga *dga, const uint8_t *wire, size_t len,
	struct dw_suffix_split *split, struct dw_dga_features *f)
{
	if (!dw_suffix_find(&dga->suffixes, wire, len, split))
		return false;
	dw_dga_features(wire + split->label + 1, wire[split->label],
		model_suffix_row(
			dga, split->suffix_hash, wire + split->suffix, len - split->suffix),
		f);
	return true;
}

bool dw_dga_name(
	const struct dw_dga *dga, const uint8_t *wire, size_t len, struct dw_dga_verdict *out)
{
	struct dw_suffix_split split;
	struct dw_dga_features f;

	if (!model_features(dga, wire, len, &split, &f))
		return false;
	int32_t log_odds = model_calibrate(dga, dga->run(dga, &f));

	*out = (struct dw_dga_verdict){
		.label = split.label,
		.suffix = split.suffix,
		.log_odds = log_odds,
		.probability = dw_dga_probability(log_odds),
	};
	return true;
}

bool dw_dga_registered(const struct dw_dga *dga, const uint8_t *wire, size_t len, size_t *start)
{
	struct dw_suffix_split split;

	if (!dw_suffix_find(&dga->suffixes, wire, len, &split))
		return false;
	*start = split.label;
	return true;
}
