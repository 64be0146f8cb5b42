/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * log_parts.h: what the log's files share */
#ifndef DNSWARD_LOG_PARTS_H
#define DNSWARD_LOG_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "dnsward/log.h"
#include "dnsward/pseudonym.h"
#include "log/output.h"
#include "log/ring.h"

/* Lines are written out once there are DW_BATCH_FULL bytes of them. What the kernel does for a KiB
 * falls as writes get larger, since ext4 and XFS put a large one into large pieces of memory (from
 * Linux 6.16 on for ext4): 0.38 us at 64 KiB, 0.28 at 256, 0.25 at 512, 0.23 at 1024. */
enum {
	DW_BATCH_FULL = 512 * 1024,
	DW_BATCH_BYTES = DW_BATCH_FULL + DW_EVENT_JSON_MAX,
	DW_STATE_JSON_MAX = 2048,
};

struct dw_log_queue {
	struct dw_ring ring;
	/* written by the worker alone, read by anybody */
	_Alignas(DW_CACHE_LINE) atomic_uint_fast64_t noted, full, too_large;
	struct dw_log_queue *next; /* in the log's chain; under its lock */
	atomic_bool ended;         /* no more records come; the writer frees it when it is empty */
};

struct dw_log {
	struct dw_speaker speaker;
	size_t queue_bytes;
	pthread_mutex_t lock; /* never taken by a put, nor over a write */
	struct dw_log_queue *queues;
	struct dw_log_counters gone; /* of queues that have been freed */
	struct dw_output *wanted;    /* new settings that the writer has not taken up; or NULL */
	atomic_int clients;          /* enum dw_log_clients */
	struct dw_pseudonyms *pseudonyms; /* NULL: there are no keys to be had */

	/* the writer's own while it runs */
	struct dw_output output;
	struct dw_ecs *ecs;
	char *batch; /* DW_BATCH_BYTES */

	atomic_uint_fast64_t written, lost, too_large, bytes, reopened; /* by the writer */

	bool running;
	pthread_t thread;
	int wake; /* eventfd: stop; open while running */
	atomic_bool stop;
};

/* log.c: free a queue that is empty and ended, keeping its counters. Under the lock. */
void dw_log_forget_queue(struct dw_log *log, struct dw_log_queue **at);

/* event.c: an event as one record: a struct dw_event whose pointers lead into the record itself.
 * What it points to is looked at once, for the size; the plan is used before the event changes. */
enum { DW_RECORD_TEXTS = 7 }; /* of a finding */
struct dw_record_plan {
	size_t size;
	uint32_t own_names; /* bit i: answer i has another name than the question */
	size_t text[DW_RECORD_TEXTS]; /* bytes of each, where something was found */
};
void dw_event_record_plan(const struct dw_event *event, struct dw_record_plan *plan);
void dw_event_record_make(
	const struct dw_event *event, const struct dw_record_plan *plan, void *record);

/* client.c: leave of an event's client what may be told. */
void dw_event_hide_client(
	struct dw_event *event, enum dw_log_clients how, struct dw_pseudonyms *pseudonyms);

/* ecs.c: the line that tells what the log itself has lost. `out` has DW_STATE_JSON_MAX bytes. */
size_t dw_log_state_to_json(
	struct dw_ecs *ecs, const struct dw_log_counters *counters, char *out, size_t max);

#endif
