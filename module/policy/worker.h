/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * worker.h: a thread's own part of the engine */
#ifndef DNSWARD_POLICY_WORKER_H
#define DNSWARD_POLICY_WORKER_H

#include <stdatomic.h>

#include "dnsward/engine.h"
#include "dnsward/log.h"
#include "base/name_hash.h"
#include "dga/memo.h"
#include "dnsward/detect.h"
#include "policy/row.h"
#include "policy/rule_matches.h"
#include "policy/snapshot.h"

/* How a snapshot is taken and let go, without a lock:
 *
 *   worker:  entering = 1; s = current; s->slot[i].held++; entering = 0
 *   engine:  current = new; then, for the old one, watch each worker until `entering` has
 *            been seen 0 once: it has either taken the old one and counted itself, or will
 *            take the new one. When all have passed, `held` can only fall; when the sum is
 *            0, nobody has it and nobody can get it.
 *
 * The store of `entering` and the load of `current` must not change places (Dekker), hence
 * sequential consistency for these two on both sides. */

/* What detectors were asked about last: of a query they are asked when it is decided, and again
 * when it is answered. */
struct dw_asked {
	uint64_t model; /* number of the model that knows the suffix; 0: nothing was asked yet */
	bool complete;  /* the domain, and the subject's keys that hang on it, are set */
	size_t domain;  /* where in the name the registered domain starts */
	struct dw_addr client;
	struct dw_detect_subject subject;
	uint8_t len;
	uint8_t name[DW_NAME_MAX];
};

struct dw_worker {
	_Alignas(DW_CACHE_LINE) atomic_int entering;
	struct dw_engine *engine;
	size_t index;
	struct dw_log_queue *queue;
	atomic_uint_fast64_t answered; /* replies; only the worker writes */
	uint64_t lot;                  /* for samples; never 0 */
	struct dw_asked asked;
	/* What a decision fills: made for the worst, and nearly always empty. On the stack it
	 * would spread the frames of every query over many pages. From here on not cleared. */
	struct dw_matches matches;
	struct dw_matches rest; /* of it, without what is paused */
	struct dw_hits hits;
	/* of each database, lists that except the question or one of its targets */
	struct dw_list_set excepted[DW_SNAPSHOT_DBS];
	struct name_hash_key key;                   /* of names, where there are no detectors */
	struct dw_dga_memo names;                   /* that were asked for lately */
	struct dw_scanned scanned[DW_SNAPSHOT_DBS]; /* the answer that is being judged */
	char text[UINT16_MAX + 1];                  /* a part of it, while it is matched */
};

#endif
