/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * asked.h: who asks for what, and what a worker knows of the name */
#ifndef DNSWARD_POLICY_ASKED_H
#define DNSWARD_POLICY_ASKED_H

#include "policy/snapshot.h"
#include "policy/worker.h"

/* Who asks for what as detectors know it, of a snapshot that has some: started, and some hundred
 * nanoseconds later told without a wait. What was told last is kept, since detectors are asked of a
 * query when it is decided and again when it is answered. */
void dw_asked_start(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const uint8_t *name, size_t len, const struct dw_addr *client, int64_t now);
const struct dw_asked *dw_asked(struct dw_worker *worker, const struct dw_snapshot *snapshot);

/* The log-odds, in thousandths, that a name is generated, by the snapshot's model; false where
 * there is nothing to score. */
bool dw_asked_score(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const uint8_t *name, size_t len, int32_t *log_odds);

#endif
