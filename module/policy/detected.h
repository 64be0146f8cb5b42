/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * detected.h: the detectors' place in a verdict, and in the log */
#ifndef DNSWARD_POLICY_DETECTED_H
#define DNSWARD_POLICY_DETECTED_H

#include "policy/row.h"
#include "policy/snapshot.h"
#include "policy/worker.h"

struct dw_engine;

/* The state of the detectors belongs to the engine: a new snapshot brings new thresholds and
 * forgets nothing. It is made when settings first have a detector on. */
void dw_detectors_start(struct dw_engine *engine);

/* About once a second, by the engine's thread. */
void dw_detectors_tick(struct dw_engine *engine);

/* Describe each detector for reasons, in a snapshot whose settings are set. */
void dw_detectors_describe(struct dw_snapshot *snapshot);

/* Look ahead at what detectors will be asked of this question; before anything else is. */
void dw_detectors_prepare(
	struct dw_worker *worker, const struct dw_snapshot *snapshot, const struct dw_view *view);

/* What detectors hold of the question that was prepared: false, and `held` untouched, where it is
 * nothing. */
bool dw_detectors_held(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, struct dw_held *held);

/* Whether the answer leads the client astray: a private address where a public one was. */
bool dw_detectors_rebinding(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, const struct dw_answer_view *answer);

/* Add what these detectors give, a bit each. */
void dw_detectors_add_matches(
	const struct dw_snapshot *snapshot, uint32_t detectors, struct dw_matches *matches);

#endif
