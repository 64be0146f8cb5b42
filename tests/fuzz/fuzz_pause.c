/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * fuzz_pause.c: any bytes as the file that says what is paused
 */
#include "dnsward-config.h"

#include <stdlib.h>
#include <string.h>

#include "dnsward/pause.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void look_at(const struct dw_pauses *pauses, size_t i)
{
	const struct dw_pause *pause = &pauses->pause[i];
	char text[DW_PAUSE_TEXT_MAX];

	require(pause->until > 1000);
	require(memchr(pause->category, '\0', sizeof(pause->category)) != NULL);
	require(strlen(dw_pause_to_text(pause, text)) > 10);
	for (size_t k = 0; k < i; k++)
		require(!dw_pause_is_same(&pauses->pause[k], pause));
}

static void drop_first(struct dw_pauses *pauses)
{
	struct dw_pause first = pauses->pause[0];

	require(dw_pauses_remove(pauses, &first));
	require(!dw_pauses_remove(pauses, &first));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dw_pauses pauses = {.count = 77};
	struct dw_error err;

	if (dw_pauses_parse("fuzz", (const char *)data, size, 1000, &pauses, &err) != DW_OK) {
		require(pauses.count == 77 && err.text[0] != '\0');
		return 0;
	}
	require(pauses.count <= DW_PAUSES_MAX);
	for (size_t i = 0; i < pauses.count; i++)
		look_at(&pauses, i);
	while (pauses.count > 0)
		drop_first(&pauses);
	return 0;
}
