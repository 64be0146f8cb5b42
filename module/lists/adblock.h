/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * adblock.h: parser for the modifiers of adblock filter rules */
#ifndef DNSWARD_LISTS_ADBLOCK_H
#define DNSWARD_LISTS_ADBLOCK_H

#include "lists/data.h"
#include "lists/reader.h"

/* The modifiers after the `$`, in AdGuard's DNS filtering syntax. `dnstype` and `important` are
 * stored in the rule directly. */
struct dw_adblock_modifiers {
	bool badfilter;
	struct span denyallow;      /* names separated by `|`; `at` is NULL if absent */
	const struct dw_data *data; /* `$dnsrewrite` to a fixed answer or a CNAME, or NULL */
	struct dw_data cname;       /* `data` points here for a CNAME */
	uint8_t target[DW_NAME_MAX];
	struct dw_rr rr; /* `$dnsrewrite` to a record; `rdata` is NULL if absent */
};

/* Parse the modifiers in `text`. Returns false if the rule must be skipped; the skip has then been
 * reported, unless memory ran out. The caller sets *result to DW_OK before the call; it becomes
 * DW_ERR_MEMORY if memory runs out. Call dw_rr_clear(&out->rr) in all cases. Do not copy `out`:
 * `data` may point into it. */
bool dw_adblock_modifiers_read(struct dw_reader *reader, struct span text, struct dw_rule *rule,
	struct dw_adblock_modifiers *out, enum dw_result *result);

#endif
