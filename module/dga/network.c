/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * network.c: the network's arithmetic */
#include "dnsward-config.h"
#include "dga/model.h"

#include <string.h>
#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

/* All are sums of whole numbers without overflow, so all ways give the same number: in
 * plain C, by the vectors of SSE2, which every x86-64 has, and by those of AVX2. The vector code
 * is written once, in network_vector.h, over the few operations it needs. */
_Static_assert(INPUTS % 2 == 0, "inputs are mixed in pairs");
_Static_assert(GRAM_DIMS == 2, "the two weights of an n-gram share a word");

/* The two sums in a word, less what was added to each of the `count` weights. */
static inline uint32_t centre(uint32_t both, size_t count)
{
	uint32_t added = (uint32_t)(count * GRAM_LIMIT);

	return ((both & 0xffff0000) - (added << 16)) | ((both - added) & 0xffff);
}

/* Add the n-grams that end at one place. */
static inline void add_grams(
	const struct dw_dga *dga, const struct dw_dga_features *f, size_t place, uint32_t *sum)
{
	DW_DGA_UNROLL
	for (size_t order = 0; order < DW_DGA_ORDERS; order++)
		sum[order] += dga->grams[f->gram[order][place]];
}

/* The inputs that the sums of each group of n-grams come to, two in a word, and what they add to
 * the score. */
static inline int32_t finish_grams(const struct dw_dga *dga, const struct dw_dga_features *f,
	const uint32_t *sum, uint32_t *input)
{
	uint32_t crosses = 0;
	int32_t direct = 0;

	for (size_t i = 0; i < DW_DGA_CROSSES; i++)
		crosses += dga->grams[f->cross[i]];
	for (size_t order = 0; order < DW_DGA_ORDERS; order++)
		input[order] = centre(sum[order], f->len + 2);
	input[DW_DGA_ORDERS] = centre(crosses, DW_DGA_CROSSES);
	for (size_t group = 0; group < DW_DGA_GROUPS; group++)
		direct += (int16_t)input[group];
	return dga->scale.bias + direct * dga->scale.gram;
}

/* ---- plain C ---- */

/* Each loop over the filters is one that compilers make vectors of. */
static void pool(const struct dw_dga *dga, const struct dw_dga_features *f, int16_t *x)
{
	uint16_t sum[FILTERS] = {0}; /* of those that are max-pooled: the maximum */

	for (size_t p = 0; p < f->len + 2; p++) {
		const uint8_t *s = f->symbols + DW_DGA_LEAD - FILTER_PAD + p;
		const int16_t *a = dga->conv[0][s[0]], *b = dga->conv[1][s[1]],
			      *c = dga->conv[2][s[2]], *d = dga->conv[3][s[3]],
			      *e = dga->conv[4][s[4]];
		int16_t at[FILTERS];

		_Static_assert(WIDTH == 5, "a row for each symbol in sight");

		for (size_t i = 0; i < FILTERS; i++) {
			at[i] = (int16_t)(a[i] + b[i] + c[i] + d[i] + e[i]);
			at[i] = at[i] > 0 ? at[i] : 0;
		}
		for (size_t i = 0; i < MAX_FILTERS; i++)
			sum[i] = (uint16_t)at[i] > sum[i] ? (uint16_t)at[i] : sum[i];
		for (size_t i = MAX_FILTERS; i < FILTERS; i++)
			sum[i] = (uint16_t)(sum[i] + at[i]);
	}
	for (size_t i = 0; i < FILTERS; i++)
		x[i] = (int16_t)(i < MAX_FILTERS ? sum[i] : sum[i] >> SUM_SHIFT);
}

static const int16_t *row_of(const struct dw_dga *dga, const struct dw_dga_features *f, size_t i)
{
	return dga->rows[i < DW_DGA_SHAPES ? f->row[i] : DW_DGA_SHAPE_ROWS + f->suffix_row];
}

int32_t model_run_plain(const struct dw_dga *dga, const struct dw_dga_features *f)
{
	int16_t x[INPUTS];
	int32_t z[HIDDEN];
	uint32_t sum[DW_DGA_ORDERS] = {0}, grams[DW_DGA_GROUPS];

	pool(dga, f, x);
	for (size_t p = 0; p < f->len + 2; p++)
		add_grams(dga, f, p, sum);
	int32_t score = finish_grams(dga, f, sum, grams);

	for (size_t i = 0; i < GRAM_INPUTS; i++)
		x[FILTERS + i] = (int16_t)(grams[i / 2] >> i % 2 * 16);

	memcpy(z, dga->mix_bias, sizeof(z));
	for (size_t i = 0; i <= DW_DGA_SHAPES; i++) {
		const int16_t *row = row_of(dga, f, i);

		for (size_t j = 0; j < HIDDEN; j++)
			z[j] += row[j] * dga->scale.row;
	}
	for (size_t k = 0; k < INPUTS / 2; k++) {
		for (size_t j = 0; j < HIDDEN; j++)
			z[j] += x[2 * k] * dga->mix[k][j][0] + x[2 * k + 1] * dga->mix[k][j][1];
	}
	for (size_t j = 0; j < HIDDEN; j++) {
		int32_t h = z[j] >> dga->scale.hidden_shift;

		score += (h < 0 ? 0 : h > INT16_MAX ? INT16_MAX : h) * dga->out[j];
	}
	return score;
}

/* ---- SSE2 ---- */

#ifdef __SSE2__
#define TARGET
#define RUN run_sse2
#define VECTOR __m128i
#define LOAD(p) _mm_load_si128((const __m128i *)(p))
#define STORE(p, v) _mm_store_si128((__m128i *)(p), v)
#define ZERO _mm_setzero_si128()
#define ALL32(n) _mm_set1_epi32(n)
#define ADD16(a, b) _mm_add_epi16(a, b)
#define MAX16(a, b) _mm_max_epi16(a, b)
#define SHIFT16(v, n) _mm_srli_epi16(v, n)
#define ADD32(a, b) _mm_add_epi32(a, b)
#define SHIFT32(v, n) _mm_sra_epi32(v, n)
#define MUL_PAIRS(a, b) _mm_madd_epi16(a, b)
#define WIDEN(p) _mm_unpacklo_epi16(_mm_loadl_epi64((const __m128i *)(p)), _mm_setzero_si128())
#define PACK(a, b) _mm_packs_epi32(a, b)
#define HALF(v) (v)
#include "dga/network_vector.h"
#undef TARGET
#undef RUN
#undef VECTOR
#undef LOAD
#undef STORE
#undef ZERO
#undef ALL32
#undef ADD16
#undef MAX16
#undef SHIFT16
#undef ADD32
#undef SHIFT32
#undef MUL_PAIRS
#undef WIDEN
#undef PACK
#undef HALF

/* ---- AVX2 ---- */

#define TARGET __attribute__((target("avx2")))
#define RUN run_avx2
#define VECTOR __m256i
#define LOAD(p) _mm256_load_si256((const __m256i *)(p))
#define STORE(p, v) _mm256_store_si256((__m256i *)(p), v)
#define ZERO _mm256_setzero_si256()
#define ALL32(n) _mm256_set1_epi32(n)
#define ADD16(a, b) _mm256_add_epi16(a, b)
#define MAX16(a, b) _mm256_max_epi16(a, b)
#define SHIFT16(v, n) _mm256_srli_epi16(v, n)
#define ADD32(a, b) _mm256_add_epi32(a, b)
#define SHIFT32(v, n) _mm256_sra_epi32(v, n)
#define MUL_PAIRS(a, b) _mm256_madd_epi16(a, b)
#define WIDEN(p) _mm256_cvtepi16_epi32(_mm_load_si128((const __m128i *)(p)))
#define PACK(a, b) _mm256_permute4x64_epi64(_mm256_packs_epi32(a, b), 0xd8)
#define HALF(v) _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1))
#include "dga/network_vector.h"

model_run model_run_base(void)
{
	return run_sse2;
}

model_run model_run_best(void)
{
	return __builtin_cpu_supports("avx2") ? run_avx2 : run_sse2;
}
#else
model_run model_run_base(void)
{
	return model_run_plain;
}

model_run model_run_best(void)
{
	return model_run_plain;
}
#endif
