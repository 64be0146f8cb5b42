/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * network_vector.h: the network's arithmetic by vectors; network.c includes it for each kind */

/* Sums and maxima stay in registers over the whole label. No guard: the operations and RUN, the
 * name of the function, are macros of whoever includes it. */
TARGET static int32_t RUN(const struct dw_dga *dga, const struct dw_dga_features *f)
{
	enum {
		IN16 = sizeof(VECTOR) / sizeof(int16_t),
		IN32 = sizeof(VECTOR) / sizeof(int32_t),
		POOLS = FILTERS / IN16,
		MAX_POOLS = MAX_FILTERS / IN16,
		SUMS = HIDDEN / IN16,
		UNITS = HIDDEN / IN32,
		AT_ONCE = 8, /* units of the hidden layer: sixteen registers hold no more */
		STEP = DW_DGA_SYMBOLS * FILTERS, /* from one place's rows to the next's */
	};
	_Alignas(VECTOR) uint32_t input[INPUTS / 2]; /* two in a word */
	_Alignas(VECTOR) int16_t row[HIDDEN];
	VECTOR pool[POOLS], shapes[SUMS], score = ZERO;
	uint32_t grams[DW_DGA_ORDERS] = {0};

	for (size_t v = 0; v < POOLS; v++)
		pool[v] = ZERO;
	/* where the rows of the five symbols in sight begin; each moves on by one */
	const int16_t *conv = dga->conv[0][0];
	const uint8_t *s = f->symbols + DW_DGA_LEAD - FILTER_PAD;
	size_t a, b = s[0] * (size_t)FILTERS, c = s[1] * (size_t)FILTERS,
		  d = s[2] * (size_t)FILTERS, e = s[3] * (size_t)FILTERS;

	for (size_t p = 0; p < f->len + 2; p++) {
		a = b, b = c, c = d, d = e, e = s[p + WIDTH - 1] * (size_t)FILTERS;
		add_grams(dga, f, p, grams);
		DW_DGA_UNROLL
		for (size_t v = 0; v < POOLS; v++) {
			const int16_t *at = conv + v * IN16;
			VECTOR sum = ADD16(LOAD(at + a), LOAD(at + STEP + b));

			sum = ADD16(sum, LOAD(at + 2 * STEP + c));
			sum = ADD16(sum, LOAD(at + 3 * STEP + d));
			sum = ADD16(sum, LOAD(at + 4 * STEP + e));
			pool[v] = v < MAX_POOLS ? MAX16(pool[v], sum)
						: ADD16(pool[v], MAX16(sum, ZERO));
		}
	}
	for (size_t v = 0; v < POOLS; v++)
		STORE(input + v * IN32, v < MAX_POOLS ? pool[v] : SHIFT16(pool[v], SUM_SHIFT));
	int32_t direct = finish_grams(dga, f, grams, input + FILTERS / 2);

	for (size_t v = 0; v < SUMS; v++)
		shapes[v] = LOAD(dga->rows[DW_DGA_SHAPE_ROWS + f->suffix_row] + v * IN16);
	DW_DGA_UNROLL
	for (size_t i = 0; i < DW_DGA_SHAPES; i++) {
		DW_DGA_UNROLL
		for (size_t v = 0; v < SUMS; v++)
			shapes[v] = ADD16(shapes[v], LOAD(dga->rows[f->row[i]] + v * IN16));
	}
	for (size_t v = 0; v < SUMS; v++)
		STORE(row + v * IN16, shapes[v]);
	__m128i shift = _mm_cvtsi32_si128(dga->scale.hidden_shift);

	for (size_t first = 0; first < UNITS; first += AT_ONCE) {
		VECTOR z[AT_ONCE];

		DW_DGA_UNROLL
		for (size_t v = 0; v < AT_ONCE; v++) {
			size_t unit = (first + v) * IN32;
			/* scale.row is below 2^15: the upper half of each 32 bits counts nothing */
			VECTOR scaled = MUL_PAIRS(WIDEN(row + unit), ALL32(dga->scale.row));

			z[v] = ADD32(LOAD(dga->mix_bias + unit), scaled);
		}
		DW_DGA_UNROLL_2
		for (size_t k = 0; k < INPUTS / 2; k++) {
			VECTOR two = ALL32((int32_t)input[k]);

			DW_DGA_UNROLL
			for (size_t v = 0; v < AT_ONCE; v++) {
				VECTOR mix = LOAD(dga->mix[k][(first + v) * IN32]);

				z[v] = ADD32(z[v], MUL_PAIRS(two, mix));
			}
		}
		DW_DGA_UNROLL
		for (size_t v = 0; v < AT_ONCE; v += 2) {
			/* packing cuts to 16 bits */
			VECTOR h = PACK(SHIFT32(z[v], shift), SHIFT32(z[v + 1], shift));

			h = MAX16(h, ZERO);
			score = ADD32(score, MUL_PAIRS(h, LOAD(dga->out + (first + v) * IN32)));
		}
	}
	__m128i half = HALF(score);

	half = _mm_add_epi32(half, _mm_srli_si128(half, 8));
	half = _mm_add_epi32(half, _mm_srli_si128(half, 4));
	return _mm_cvtsi128_si32(half) + direct;
}
