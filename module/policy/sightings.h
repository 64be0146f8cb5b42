/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * sightings.h: the detections that hold, as reasons for the action table */
#ifndef DNSWARD_POLICY_SIGHTINGS_H
#define DNSWARD_POLICY_SIGHTINGS_H

#include "policy/row.h"
#include "policy/snapshot.h"

/* Describe the detections of a database in terms of the settings; those that these do not have,
 * or have switched off, give nothing. False: no memory. */
bool dw_snapshot_rules_new(
	const struct dw_settings *settings, struct dw_snapshot_db *in, bool is_ready) DW_MUST_CHECK;
void dw_snapshot_rules_free(struct dw_snapshot_db *in);

/* What the detections of a database say of a name that was just looked up in it with this
 * scratch: the question, or what it is an alias of (`is_target`); and where the answer is there
 * (else NULL), what they say of both. */
void dw_carry_sightings(struct dw_worker *worker, const struct dw_snapshot *snapshot, size_t db,
	const struct dw_view *view, const struct dw_labels *labels, bool is_target,
	const struct dw_answer_view *answer, struct dw_carried *carried);

#endif
