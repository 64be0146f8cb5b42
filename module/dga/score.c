/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * score.c: from a name to its score */
#include "dnsward-config.h"
#include "dga/model.h"

int32_t model_calibrate(const struct dw_dga *dga, int32_t score)
{
	int64_t odds = ((int64_t)score * dga->scale.slope >> 24) + dga->scale.offset;

	return (int32_t)(odds < -LOG_ODDS_LIMIT  ? -LOG_ODDS_LIMIT
			 : odds > LOG_ODDS_LIMIT ? LOG_ODDS_LIMIT
						 : odds);
}

/* round(2^32 * exp(-n * step)), cut to 32 bits: a table for each decimal. */
static const uint32_t exp_ones[] = {
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
static const uint32_t exp_tenths[] = {
	4294967295,
	3886247119,
	3516421809,
	3181790030,
	2879002676,
	2605029347,
	2357128029,
	2132817639,
	1929853206,
	1746203392,
};
static const uint32_t exp_hundredths[] = {
	4294967295,
	4252231657,
	4209921245,
	4168031829,
	4126559220,
	4085499269,
	4044847872,
	4004600963,
	3964754518,
	3925304552,
};
static const uint32_t exp_thousandths[] = {
	4294967295,
	4290674475,
	4286385946,
	4282101702,
	4277821741,
	4273546057,
	4269274647,
	4265007507,
	4260744631,
	4256486016,
};

/* exp(-x) for x in thousandths, as a part of 2^32. */
static uint64_t exp_minus(uint32_t x)
{
	if (x / 1000 >= sizeof(exp_ones) / sizeof(exp_ones[0]))
		return 0;
	uint64_t high = (uint64_t)exp_ones[x / 1000] * exp_tenths[x / 100 % 10] >> 32;
	uint64_t low = (uint64_t)exp_hundredths[x / 10 % 10] * exp_thousandths[x % 10] >> 32;

	return high * low >> 32;
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
