/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * decoder.h: what lies under a compressed file */
#ifndef DNSWARD_BASE_DECODER_H
#define DNSWARD_BASE_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/result.h"

/* One step takes some of the input and gives some output. A compression is a
 * constant with four functions; `state` is its library's own object. */
struct dw_decoder {
	const char *name; /* as errors tell it */
	uint8_t magic[6];
	size_t magic_len;
	void *(*open)(void); /* NULL: no memory */
	void (*close)(void *state);
	/* Take from `in`, give to `out`, move both. `at_end` of the input is told so that
	 * what is held back comes out. `*whole` says whether the text so far may end
	 * here. DW_ERR_CORRUPT, DW_ERR_LIMIT (wants too much memory), DW_ERR_MEMORY. */
	enum dw_result (*step)(void *state, const uint8_t **in, size_t *in_len, uint8_t **out,
		size_t *out_len, bool at_end, bool *whole);
};

/* The one whose magic a file starts with, or NULL for plain text. */
const struct dw_decoder *dw_decoder_find(const uint8_t *start, size_t len);

#endif
