/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rules_drop.h: removal of rules from a container (adblock `$badfilter`) */
#ifndef DNSWARD_LISTS_RULES_DROP_H
#define DNSWARD_LISTS_RULES_DROP_H

#include "dnsward/rules.h"

/* Called for each rule before it is removed. */
typedef void dw_rules_dropped_fn(void *arg, const struct dw_rule *rule);

/* Remove from `rules` every rule that equals a rule of `bad` in trigger, flags, name or pattern,
 * network, types and data. The position in the list does not matter. The cost is one hash per rule
 * and a binary search, whatever the lists contain. Fails only with DW_ERR_MEMORY. */
enum dw_result dw_rules_drop(struct dw_rules *rules, const struct dw_rules *bad,
	dw_rules_dropped_fn *dropped, void *arg) DW_MUST_CHECK;

#endif
