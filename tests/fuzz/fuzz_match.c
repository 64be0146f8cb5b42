/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * fuzz_match.c: any expression over any name, beside PCRE2 alone
 *
 * Input: a byte for the kind, the pattern, a line feed, and the names to scan, one a
 * line. Without a line feed it is taken for compiled patterns. */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "dnsward-config.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What PCRE2 says: 1, 0, or -1 where it gives up, as ours may then. */
static int expected(const struct dw_pattern *pattern, const char *subject, size_t len)
{
	int code, rc;
	PCRE2_SIZE offset;
	pcre2_code *re = pcre2_compile((PCRE2_SPTR)pattern->text, pattern->len,
		pattern->cased ? 0 : PCRE2_CASELESS, &code, &offset, NULL);
	pcre2_match_data *match = pcre2_match_data_create(1, NULL);
	pcre2_match_context *context = pcre2_match_context_create(NULL);

	if (re == NULL || match == NULL || context == NULL)
		abort(); /* checked before */
	pcre2_set_match_limit(context, 2000);
	rc = pcre2_match(re, (PCRE2_SPTR)subject, len, 0, 0, match, context);
	pcre2_match_context_free(context);
	pcre2_match_data_free(match);
	pcre2_code_free(re);
	if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
		return -1;
	return rc >= 0;
}

static void scan(const struct dw_pattern *pattern, const struct dw_patterns *patterns,
	struct dw_pattern_scratch *scratch, const char *subject, size_t len)
{
	const uint32_t *ids;
	size_t count = dw_patterns_match(patterns, scratch, subject, len, &ids);
	int want;

	if (count > 1 || (count == 1 && ids[0] != 0))
		abort();
	if (pattern->kind != DW_PATTERN_REGEX || len > 253)
		return;
	want = expected(pattern, subject, len);
	if (want >= 0 && (size_t)want != count)
		abort();
}

static void run(const struct dw_pattern *pattern, const char *names, size_t len)
{
	uint8_t *blob;
	size_t blob_len;
	struct dw_patterns *patterns;
	struct dw_pattern_scratch *scratch;

	if (dw_patterns_compile(pattern, 1, NULL, NULL, NULL, NULL, &blob, &blob_len, NULL) != DW_OK)
		return;
	if (dw_patterns_load(blob, blob_len, &patterns, NULL) != DW_OK)
		abort();
	if (dw_pattern_scratch_new(patterns, &scratch) != DW_OK)
		abort();
	for (const char *end = names + len; names < end;) {
		const char *feed = memchr(names, '\n', (size_t)(end - names));
		const char *stop = feed != NULL ? feed : end;

		scan(pattern, patterns, scratch, names, (size_t)(stop - names));
		names = stop + 1;
	}
	dw_pattern_scratch_free(&scratch);
	dw_patterns_close(&patterns);
	free(blob);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *feed = size > 0 ? memchr(data, '\n', size) : NULL;
	struct dw_patterns *patterns;
	struct dw_pattern pattern = {0};

	if (feed == NULL || feed == data) {
		if (dw_patterns_load(data, size, &patterns, NULL) == DW_OK)
			dw_patterns_close(&patterns);
		return 0;
	}
	pattern.kind = (enum dw_pattern_kind)(data[0] % DW_PATTERN_KINDS);
	pattern.cased = (data[0] & 0x80) != 0;
	pattern.text = (const char *)data + 1;
	pattern.len = (size_t)(feed - data) - 1;
	if (dw_pattern_check(&pattern, NULL) == DW_OK)
		run(&pattern, (const char *)feed + 1, size - (size_t)(feed - data) - 1);
	return 0;
}
