/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rule_matches.h: the detections that hold, as reasons for the action table */
#ifndef DNSWARD_POLICY_RULE_MATCHES_H
#define DNSWARD_POLICY_RULE_MATCHES_H

#include "policy/row.h"
#include "policy/snapshot.h"

/* Patterns that fit a part of the answer, whichever; ascending. Past the end of the room they
 * are not seen: each is a part of a rule, and nobody has rules for so many. */
enum { DW_FITTING_MAX = 512 };
struct dw_fitting_ids {
	size_t count;
	uint32_t id[DW_FITTING_MAX];
};

/* What the detections of one database find in an answer: found once, when it is first asked for,
 * and laid beside the question and each name that the answer leads to. */
struct dw_scanned {
	bool done;
	struct dw_fitting_ids text, target, address;
	struct dw_answer_facts facts; /* leads into the above */
};

/* Describe the detections of a database in terms of the settings; those that these do not have,
 * or have switched off, give nothing. False: no memory. */
bool dw_snapshot_rules_new(
	const struct dw_settings *settings, struct dw_snapshot_db *in, bool is_ready) DW_MUST_CHECK;
void dw_snapshot_rules_free(struct dw_snapshot_db *in);

/* What the detections of a database say of a name that was just looked up in it with this
 * scratch: the question, or what it is an alias of (`is_target`); and where the answer is there
 * (else NULL), what they say of both. It is the answer that the worker's `scanned` is of. */
void dw_match_rules(struct dw_worker *worker, const struct dw_snapshot *snapshot, size_t db,
	const struct dw_view *view, const struct dw_labels *labels, bool is_target,
	const struct dw_answer_view *answer, struct dw_matches *matches);

#endif
