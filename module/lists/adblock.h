/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * adblock.h: the modifiers of a filter rule */
#ifndef DNSWARD_LISTS_ADBLOCK_H
#define DNSWARD_LISTS_ADBLOCK_H

#include "lists/data.h"
#include "lists/reader.h"

/* What stands behind the `$`, as AdGuard's syntax for DNS filtering has it. Types and
 * `important` go straight into the rule. */
struct dw_adblock_modifiers {
	bool badfilter;
	struct span denyallow;      /* names parted by `|`; `at` NULL: none */
	const struct dw_data *data; /* `$dnsrewrite` to a kind of answer, or NULL */
	struct dw_data cname;       /* what `data` points to where it names a target */
	uint8_t target[DW_NAME_MAX];
	struct dw_rr rr; /* `$dnsrewrite` to a record; `rdata` NULL: none */
};

/* Read them. False: the rule cannot be honoured and is skipped. Free what `out` holds
 * by dw_rr_clear(&out->rr) in both cases. DW_ERR_MEMORY through `result`. */
bool dw_adblock_modifiers_read(struct dw_reader *reader, struct span text, struct dw_rule *rule,
	struct dw_adblock_modifiers *out, enum dw_result *result);

#endif
