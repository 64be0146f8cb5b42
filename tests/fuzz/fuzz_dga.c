/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * fuzz_dga.c: a model file with changed bytes and a fitting digest, and any name
 */
#include "dnsward-config.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "dga/model.h"
#include "dnsward/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Each way to the score gives the same, the parts add up, and nothing leaves its range. */
static void check_score(const struct dw_dga *dga, const uint8_t *wire, size_t len)
{
	struct dw_suffix_split split;
	struct dw_dga_features f;
	struct dw_dga_verdict verdict;
	struct dw_dga_explanation e;
	bool scored = dw_dga_name(dga, wire, len, &verdict);

	require(dw_dga_explain(dga, wire, len, &e) == scored);
	require(model_features(dga, wire, len, &split, &f) == scored);
	if (!scored)
		return;
	require(verdict.label < verdict.suffix && verdict.suffix < len);
	require(verdict.probability <= DW_DGA_ONE);
	require(abs(verdict.log_odds) <= LOG_ODDS_LIMIT);
	int32_t evidence = dw_dga_evidence(dga, verdict.log_odds);

	require(evidence >= DW_DGA_EVIDENCE_LEAST && evidence <= DW_DGA_EVIDENCE_MOST);
	int32_t score = model_run_plain(dga, &f);

	require(dga->run(dga, &f) == score);
	require(model_run_base()(dga, &f) == score);
	require(model_calibrate(dga, score) == verdict.log_odds);
}

/* The file of the built-in model's content with the changes of the input; its length. */
static size_t make_file(const uint8_t *changes, size_t count, uint8_t *file)
{
	uint8_t *content;
	size_t len;

	require(model_unpack(model_builtin, model_builtin_len, NULL, &content, &len, NULL) ==
		DW_OK);
	for (size_t i = 0; i < count; i++) {
		const uint8_t *at = changes + 4 * i;

		content[(at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16) % len] ^= at[3];
	}
	len = model_pack(content, len, file);
	free(content);
	return len;
}

/* Input: a number of changes; for each the place in the content, 3 bytes, and what to flip there; a
 * name. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t changes = size > 0 ? data[0] : 0;
	struct dw_dga *dga = NULL;
	struct dw_error err = {.text = ""};

	if (sodium_init() < 0)
		abort();
	require(model_read(data, size, "input", &dga, &err) != DW_OK && err.text[0] != '\0');
	if (size < 1 + 4 * changes)
		return 0;
	uint8_t *file = malloc(MODEL_FILE_MAX);

	if (file == NULL)
		abort();
	size_t len = make_file(data + 1, changes, file);

	if (model_read(file, len, "input", &dga, &err) == DW_OK) {
		const uint8_t *wire = data + 1 + 4 * changes;
		size_t wire_len = size - 1 - 4 * changes;
		uint8_t lower[DW_NAME_MAX];

		if (dw_name_check(wire, wire_len)) {
			dw_name_lower(wire, wire_len, lower);
			check_score(dga, lower, wire_len);
		}
		dw_dga_close(&dga);
	}
	free(file);
	return 0;
}
