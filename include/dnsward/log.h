/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * log.h: the query log: bounded queues and one writer */
#ifndef DNSWARD_LOG_H
#define DNSWARD_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/event.h"
#include "dnsward/result.h"
#include "dnsward/say.h"
#include "dnsward/settings.h"

/* Each worker has a queue of its own: a ring of bytes with one producer and one
 * consumer, so that putting an event in is a copy and two atomic stores, and nobody
 * waits. A full ring drops the event and counts it. One writer thread empties all rings,
 * formats (Elastic Common Schema, JSON lines; the schema is docs/log-schema.md), and
 * writes in batches of whole lines with one write(2) each, for which a line waits 50 ms at most.
 *
 * The writer looks twice a second whether its file is still the one at its path, and
 * reopens it if not: logrotate needs no signal. A socket without a reader is connected again
 * as often. What a full or failing disk does not take is dropped and counted; a line that was
 * cut by a short write is ended with a newline before the next one, so that a reader loses one
 * line at most. Drops are told in the log itself, by a line of their own, once a second. */

struct dw_log;
struct dw_log_queue;

/* Why events were lost. */
enum dw_drop { DW_DROP_QUEUE_FULL, DW_DROP_WRITE, DW_DROP_TOO_LARGE, DW_DROP_COUNT };
const char *dw_drop_name(enum dw_drop reason);

/* Counters, read while all runs; each is exact, together they are of one moment only
 * when the log is at rest: noted = written + sum of drops + those still queued. */
struct dw_log_counters {
	uint64_t noted, written, dropped[DW_DROP_COUNT], bytes;
	uint64_t queued; /* bytes now in the rings */
	uint64_t reopened;
};

struct dw_log_options {
	const char *hostname;    /* observer.hostname; for the call */
	const char *version;     /* observer.version; for the call */
	size_t queue_bytes;      /* of a ring, a power of two; 0: 4 MiB */
	struct dw_speaker speaker; /* called by the writer too: at the start of a trouble and its end */
};

/* A log without threads yet. dw_log_start starts the writer in the calling process;
 * dw_log_stop drains what is queued (two and a half seconds at most) and ends it, and so does
 * dw_log_close where it was not called before. */
enum dw_result dw_log_open(const struct dw_log_settings *settings,
	const struct dw_log_options *options, struct dw_log **out, struct dw_error *err)
	DW_MUST_CHECK;
enum dw_result dw_log_start(struct dw_log *log, struct dw_error *err) DW_MUST_CHECK;
void dw_log_stop(struct dw_log *log);
void dw_log_close(struct dw_log **log);

/* New settings: the path and what is told of clients, for what is written from now on. By one
 * thread, while workers put and the writer writes. */
enum dw_result dw_log_configure(struct dw_log *log, const struct dw_log_settings *settings,
	struct dw_error *err) DW_MUST_CHECK;

/* A worker's queue. Made and ended by the worker's thread (or, for the end, when the
 * worker is known to have stopped); what is in it is still written. NULL: no memory. */
struct dw_log_queue *dw_log_queue_new(struct dw_log *log);
void dw_log_queue_end(struct dw_log_queue **queue);

/* Bytes in it, of some recent moment. Any thread, while the queue has not ended. */
size_t dw_log_queue_used(const struct dw_log_queue *queue);

/* Put an event in. False: dropped and counted. Never waits. */
bool dw_log_put(struct dw_log_queue *queue, const struct dw_event *event);

/* What was counted, of some recent moment. Any thread. */
void dw_log_counters(const struct dw_log *log, struct dw_log_counters *out);
void dw_log_counters_add(struct dw_log_counters *sum, const struct dw_log_counters *more);

/* Makes lines: keeps what is the same in many of them, and public suffixes it has looked up.
 * One thread at a time. Texts may be NULL or empty. NULL: no memory, or texts beyond reason. */
struct dw_ecs;
struct dw_ecs *dw_ecs_open(const char *hostname, const char *version);
void dw_ecs_close(struct dw_ecs **ecs);

/* The JSON line of an event, newline and NUL included, as the writer makes it. Returns its
 * length, or 0 if it does not fit into `max` bytes; where fewer than 16 KiB are left for any part of
 * it, that is not tried. DW_EVENT_JSON_MAX is enough whatever a client or an upstream server comes up
 * with: the data of a record are cut where their text gets long. */
enum { DW_EVENT_JSON_MAX = 128 * 1024 };
size_t dw_event_to_json(struct dw_ecs *ecs, const struct dw_event *event, char *out, size_t max);

#endif
