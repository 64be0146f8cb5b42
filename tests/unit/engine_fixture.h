/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * a folder with settings and lists, and an engine over it
 */
#ifndef DNSWARD_TESTS_ENGINE_FIXTURE_H
#define DNSWARD_TESTS_ENGINE_FIXTURE_H

#include <stdatomic.h>
#include "dnsward/engine.h"

/* Seconds that time(2) is ahead of the clock, in the whole program. */
extern atomic_long fixture_ahead;

/* A folder of its own under /tmp with dnsward.yaml, state/ and whatever a test writes. */
struct fixture {
	char folder[64];
	struct dw_engine *engine;
	struct dw_worker *worker;
	const struct dw_snapshot *snapshot;
	struct dw_handover *handover; /* from one engine to the next */
	char said[16384]; /* what the engine said, a line each */
};

void fixture_setup(struct fixture *f);
void fixture_teardown(struct fixture *f);

/* Write (by rename, as list tools do) or remove a file in the folder. */
void fixture_write(struct fixture *f, const char *name, const char *text);
void fixture_remove(struct fixture *f, const char *name);

/* Whether it has said this by now; `said` itself is for when its thread is at rest. */
void fixture_forget_said(struct fixture *f);
bool fixture_said(const struct fixture *f, const char *what);
void fixture_said_once(const struct fixture *f, const char *what); /* or the test fails */

/* Open the engine with threads running, or read-only; take a worker and a snapshot. */
enum dw_result fixture_open(struct fixture *f, bool read_only, struct dw_error *err);
void fixture_must_open(struct fixture *f); /* with threads, or the test fails */
void fixture_close(struct fixture *f);

/* Wait until what is on disk is in force, and take the newest snapshot. */
void fixture_settle(struct fixture *f);

/* Decide on a name in text; `client` may be NULL. */
struct dw_verdict fixture_decide(struct fixture *f, const char *name, uint16_t type,
	const char *client, int64_t now);

/* Whether a question for an address from 10.0.0.1 is sinkholed. */
bool fixture_blocks(struct fixture *f, const char *name);

#endif
