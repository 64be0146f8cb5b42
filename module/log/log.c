/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * log.c: opening, queues, and putting events in */
#include "dnsward-config.h"

#include <stdlib.h>
#include <string.h>

#include "log/log_parts.h"

enum { QUEUE_BYTES = 4 * 1024 * 1024 };

const char *dw_drop_name(enum dw_drop reason)
{
	static const char *const names[DW_DROP_COUNT] = {
		[DW_DROP_QUEUE_FULL] = "queue-full",
		[DW_DROP_WRITE] = "write",
		[DW_DROP_TOO_LARGE] = "too-large",
	};

	return (unsigned)reason < DW_DROP_COUNT ? names[reason] : NULL;
}

/* ---- queues ---- */

struct dw_log_queue *dw_log_queue_new(struct dw_log *log)
{
	struct dw_log_queue *queue = aligned_alloc(DW_CACHE_LINE, sizeof(*queue));

	if (queue == NULL)
		return NULL;
	memset(queue, 0, sizeof(*queue));
	if (!dw_ring_open(&queue->ring, log->queue_bytes)) {
		free(queue);
		return NULL;
	}
	pthread_mutex_lock(&log->lock);
	queue->next = log->queues;
	log->queues = queue;
	pthread_mutex_unlock(&log->lock);
	return queue;
}

void dw_log_queue_end(struct dw_log_queue **queue)
{
	if (*queue != NULL)
		atomic_store_explicit(&(*queue)->ended, true, memory_order_release);
	*queue = NULL;
}

size_t dw_log_queue_used(const struct dw_log_queue *queue)
{
	return dw_ring_used(&queue->ring);
}

/* Counters have one writer, so that no locked instruction is needed. */
static void count(atomic_uint_fast64_t *counter)
{
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + 1,
		memory_order_relaxed);
}

bool dw_log_put(struct dw_log_queue *queue, const struct dw_event *event)
{
	struct dw_record_plan plan;
	void *record;

	count(&queue->noted);
	dw_event_record_plan(event, &plan);
	if (plan.size > dw_ring_record_max(&queue->ring)) {
		count(&queue->too_large);
		return false;
	}
	record = dw_ring_reserve(&queue->ring, plan.size);
	if (record == NULL) {
		count(&queue->full);
		return false;
	}
	dw_event_record_make(event, &plan, record);
	dw_ring_commit(&queue->ring, plan.size);
	return true;
}

/* ---- counters ---- */

static void add_queue(struct dw_log_counters *sum, const struct dw_log_queue *queue)
{
	sum->noted += atomic_load_explicit(&queue->noted, memory_order_relaxed);
	sum->dropped[DW_DROP_QUEUE_FULL] +=
		atomic_load_explicit(&queue->full, memory_order_relaxed);
	sum->dropped[DW_DROP_TOO_LARGE] +=
		atomic_load_explicit(&queue->too_large, memory_order_relaxed);
	sum->queued += dw_ring_used(&queue->ring);
}

void dw_log_counters(const struct dw_log *log, struct dw_log_counters *out)
{
	struct dw_log *l = (struct dw_log *)(uintptr_t)log;

	pthread_mutex_lock(&l->lock);
	*out = log->gone;
	for (const struct dw_log_queue *queue = log->queues; queue != NULL; queue = queue->next)
		add_queue(out, queue);
	pthread_mutex_unlock(&l->lock);
	out->written += atomic_load(&log->written);
	out->dropped[DW_DROP_WRITE] += atomic_load(&log->lost);
	out->dropped[DW_DROP_TOO_LARGE] += atomic_load(&log->too_large);
	out->bytes += atomic_load(&log->bytes);
	out->reopened += atomic_load(&log->reopened);
}

void dw_log_counters_add(struct dw_log_counters *sum, const struct dw_log_counters *more)
{
	sum->noted += more->noted;
	sum->written += more->written;
	for (size_t i = 0; i < DW_DROP_COUNT; i++)
		sum->dropped[i] += more->dropped[i];
	sum->bytes += more->bytes;
	sum->queued += more->queued;
	sum->reopened += more->reopened;
}

void dw_log_forget_queue(struct dw_log *log, struct dw_log_queue **at)
{
	struct dw_log_queue *queue = *at;

	*at = queue->next;
	add_queue(&log->gone, queue);
	dw_ring_close(&queue->ring);
	free(queue);
}

/* ---- open and close ---- */

enum dw_result dw_log_open(const struct dw_log_settings *settings,
	const struct dw_log_options *options, struct dw_log **out, struct dw_error *err)
{
	struct dw_log *log = calloc(1, sizeof(*log));
	enum dw_result res;

	if (log == NULL)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for the query log");
	pthread_mutex_init(&log->lock, NULL);
	log->speaker = options->speaker;
	log->queue_bytes = options->queue_bytes > 0 ? options->queue_bytes : QUEUE_BYTES;
	log->output.fd = -1;
	log->batch = malloc(DW_BATCH_BYTES);
	log->ecs = dw_ecs_open(options->hostname, options->version);
	atomic_store(&log->clients, settings->clients);
	if (settings->state_dir != NULL)
		log->pseudonyms = dw_pseudonyms_new(settings->state_dir, options->speaker);
	res = log->batch != NULL && log->ecs != NULL
		      ? dw_output_set(&log->output, settings->path, err)
		      : dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for the query log");
	if (res != DW_OK) {
		dw_log_close(&log);
		return res;
	}
	*out = log;
	return DW_OK;
}

static void drop_output(struct dw_output *output)
{
	if (output != NULL)
		dw_output_close(output);
	free(output);
}

enum dw_result dw_log_configure(
	struct dw_log *log, const struct dw_log_settings *settings, struct dw_error *err)
{
	struct dw_output *wanted = malloc(sizeof(*wanted)), *passed_over;

	if (wanted == NULL)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for the query log");
	enum dw_result res = dw_output_set(wanted, settings->path, err);
	if (res != DW_OK) {
		free(wanted);
		return res;
	}
	atomic_store(&log->clients, settings->clients);
	if (log->pseudonyms != NULL)
		dw_pseudonyms_move(log->pseudonyms, settings->state_dir);
	pthread_mutex_lock(&log->lock);
	passed_over = log->wanted;
	log->wanted = wanted;
	pthread_mutex_unlock(&log->lock);
	drop_output(passed_over);
	return DW_OK;
}

void dw_log_close(struct dw_log **log)
{
	struct dw_log *l = *log;

	if (l == NULL)
		return;
	dw_log_stop(l);
	while (l->queues != NULL)
		dw_log_forget_queue(l, &l->queues);
	dw_output_close(&l->output);
	drop_output(l->wanted);
	dw_pseudonyms_free(&l->pseudonyms);
	dw_ecs_close(&l->ecs);
	free(l->batch);
	pthread_mutex_destroy(&l->lock);
	free(l);
	*log = NULL;
}
