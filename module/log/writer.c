/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * writer.c: the thread that empties the rings */
#include "dnsward-config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log/log_parts.h"

enum {
	BATCH_BYTES = 256 * 1024,
	LINE_MAX_BYTES = 64 * 1024,
	IDLE_MS = 50,     /* between two looks at the rings */
	MEND_MS = 500,    /* between two looks at the file's path, and after a failure */
	DRAIN_MS = 2000,  /* for writing out at the end */
};

struct writer {
	struct dw_log *log;
	char *batch;
	size_t used, lines;
	int64_t mended; /* when the output was looked at last, ms */
	bool broken;    /* and what came of it */
	bool told;      /* the trouble has been said */
};

static int64_t now_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Once at the start of a trouble and once at its end. */
static void tell(struct writer *w, const struct dw_error *err)
{
	const struct dw_speaker *speaker = &w->log->options.speaker;
	char text[sizeof(err->where) + sizeof(err->text) + 32];
	if (w->told == (err != NULL) || speaker->line == NULL)
		return;
	w->told = err != NULL;
	if (err == NULL) {
		speaker->line(speaker->arg, DW_SAY_INFO, "query log: written again");
		return;
	}
	dw_error_text(err, text, sizeof(text));
	speaker->line(speaker->arg, DW_SAY_ERROR, text);
}

static void mend(struct writer *w)
{
	struct dw_error err;
	bool reopened;
	if (now_ms() - w->mended < MEND_MS && w->mended != 0)
		return;
	w->mended = now_ms();
	w->broken = dw_output_mend(&w->log->output, &reopened, &err) != DW_OK;
	if (reopened)
		atomic_fetch_add(&w->log->reopened, 1);
	if (w->broken)
		tell(w, &err);
}

static size_t count_lines(const char *text, size_t len)
{
	size_t lines = 0;
	for (const char *p = text; (p = memchr(p, '\n', len - (size_t)(p - text))) != NULL; p++)
		lines++;
	return lines;
}

/* What cannot be written is lost, and counted: memory is for the rings alone. */
static void flush(struct writer *w)
{
	struct dw_log *log = w->log;
	struct dw_error err;
	size_t done = 0, whole = 0;
	if (w->used == 0)
		return;
	pthread_mutex_lock(&log->lock);
	mend(w);
	if (!w->broken) {
		done = dw_output_write(&log->output, w->batch, w->used, &err);
		whole = count_lines(w->batch, done);
		w->broken = done < w->used;
	}
	pthread_mutex_unlock(&log->lock);
	atomic_fetch_add(&log->bytes, done);
	atomic_fetch_add(&log->written, whole);
	atomic_fetch_add(&log->lost, w->lines - whole);
	if (done == w->used)
		tell(w, NULL);
	else if (done > 0 || !w->told)
		tell(w, &err);
	w->used = w->lines = 0;
}

static void add(struct writer *w, const struct dw_event *event)
{
	size_t len;
	if (BATCH_BYTES - w->used < LINE_MAX_BYTES)
		flush(w);
	len = dw_event_to_json(event, &w->log->options, w->batch + w->used, BATCH_BYTES - w->used);
	if (len == 0) {
		atomic_fetch_add(&w->log->lost, 1);
		return;
	}
	w->used += len;
	w->lines++;
}

/* One record of each ring in turn would mix them in time; a ring at a time is quicker, and
 * readers sort by @timestamp. */
static bool empty_ring(struct writer *w, struct dw_log_queue *queue)
{
	const struct dw_event *event;
	bool some = false;
	while ((event = dw_ring_peek(&queue->ring)) != NULL) {
		add(w, event);
		dw_ring_pop(&queue->ring);
		some = true;
	}
	return some;
}

/* The chain only grows at its head, and only this thread takes queues out of it. */
static bool empty_rings(struct writer *w)
{
	struct dw_log *log = w->log;
	bool some = false;
	pthread_mutex_lock(&log->lock);
	struct dw_log_queue *queue = log->queues;
	pthread_mutex_unlock(&log->lock);
	for (; queue != NULL; queue = queue->next)
		some |= empty_ring(w, queue);
	flush(w);
	return some;
}

static void forget_ended(struct writer *w)
{
	struct dw_log *log = w->log;
	pthread_mutex_lock(&log->lock);
	for (struct dw_log_queue **at = &log->queues; *at != NULL;) {
		bool ended = atomic_load_explicit(&(*at)->ended, memory_order_acquire);
		if (ended && dw_ring_peek(&(*at)->ring) == NULL)
			dw_log_forget_queue(log, at);
		else
			at = &(*at)->next;
	}
	mend(w);
	pthread_mutex_unlock(&log->lock);
}

static void *run(void *arg)
{
	struct writer w = {.log = arg, .batch = malloc(BATCH_BYTES)};
	int64_t until = 0;
	if (w.batch == NULL)
		return NULL;
	for (;;) {
		bool stopping = atomic_load(&w.log->stop);
		if (stopping && until == 0)
			until = now_ms() + DRAIN_MS;
		bool some = empty_rings(&w);
		forget_ended(&w);
		if (stopping && (!some || now_ms() > until))
			break;
		struct pollfd fd = {.fd = w.log->wake, .events = POLLIN};
		if (!some)
			(void)!poll(&fd, 1, IDLE_MS);
	}
	free(w.batch);
	return NULL;
}

enum dw_result dw_log_start(struct dw_log *log, struct dw_error *err)
{
	sigset_t all, before;
	if (log->running)
		return DW_OK;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int rc = pthread_create(&log->thread, NULL, run, log);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0) {
		errno = rc;
		return dw_fail_errno(err, NULL, "cannot start the query log's thread");
	}
	log->running = true;
	return DW_OK;
}

void dw_log_stop(struct dw_log *log)
{
	uint64_t one = 1;
	if (!log->running)
		return;
	atomic_store(&log->stop, true);
	(void)!write(log->wake, &one, sizeof(one));
	pthread_join(log->thread, NULL);
	log->running = false;
}
