/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rules_drop.h: taking rules out of a container again (adblock `$badfilter`) */
#ifndef DNSWARD_LISTS_RULES_DROP_H
#define DNSWARD_LISTS_RULES_DROP_H

#include "dnsward/rules.h"

/* Told each rule before it goes. */
typedef void dw_rules_dropped_fn(void *arg, const struct dw_rule *rule);

/* Take out of `rules` every rule that equals one of `bad` in trigger, flags, name
 * or pattern, types and data; where they stand does not matter. Costs one hash a
 * rule, whatever the lists hold. DW_ERR_MEMORY alone. */
enum dw_result dw_rules_drop(struct dw_rules *rules, const struct dw_rules *bad,
	dw_rules_dropped_fn *dropped, void *arg) DW_MUST_CHECK;

#endif
