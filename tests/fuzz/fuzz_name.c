/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * fuzz_name.c: any bytes as a name's text, and as its wire form
 */
#include "dnsward-config.h"

#include <stdlib.h>
#include <string.h>

#include "dnsward/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* What must hold for any checked name. */
static void check_name(const uint8_t *wire, size_t len)
{
	uint8_t lower[DW_NAME_MAX], back[DW_NAME_MAX];
	char text[DW_NAME_TEXT_MAX];
	size_t back_len, text_len, suffix;
	struct dw_labels labels;

	require(dw_name_lower(wire, len, lower) == len);
	require(dw_name_check(lower, len));
	text_len = dw_name_to_text(wire, len, text);
	require(text_len == strlen(text) && text_len < sizeof(text));
	for (size_t i = 0; i < text_len; i++)
		require(text[i] > 0x20 && text[i] < 0x7f && text[i] != '"');
	require(dw_name_from_text(text, text_len, back, &back_len, NULL) == DW_OK);
	require(back_len == len && memcmp(back, lower, len) == 0);

	dw_name_labels(lower, len, &labels);
	require(labels.count <= DW_NAME_LABELS_MAX && labels.offset[labels.count] == len - 1);
	for (size_t i = 0; i <= labels.count; i++)
		require(dw_name_is_under(lower, len, lower + labels.offset[i],
			len - labels.offset[i]));
	suffix = dw_name_suffix_labels(lower, len);
	require(suffix <= labels.count && (suffix > 0) == (labels.count > 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t wire[DW_NAME_MAX];
	size_t len = 0;
	struct dw_error err;

	if (dw_name_check(data, size))
		check_name(data, size);
	if (dw_name_from_text((const char *)data, size, wire, &len, &err) == DW_OK) {
		require(dw_name_check(wire, len));
		check_name(wire, len);
	} else {
		require(err.text[0] != '\0');
	}
	return 0;
}
