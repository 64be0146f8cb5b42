/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * writer.c: the thread that empties the rings */
#include "dnsward-config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "dnsward/clock.h"
#include "log/log_parts.h"

enum {
	IDLE_MS = 50,        /* between two looks at empty rings */
	PAUSE_MS = 10,       /* between two at rings that were not */
	HOLD_MS = 50,        /* that a line waits for more, so that few large writes are made */
	MEND_MS = 500,       /* between two looks at the file's path, and two tries to open it */
	STATE_MS = 1000,     /* between two lines that tell of drops */
	WRITE_MS = 1000,     /* that a reader is waited for who takes nothing */
	DRAIN_MS = 1300,     /* for writing out at the end */
	TURN_RECORDS = 1024, /* of one ring, before it is the next one's turn */
};

struct writer {
	struct dw_log *log;
	struct dw_output *output;
	size_t used, lines;  /* of the batch */
	uint64_t since;      /* when its first line was made, ms */
	uint64_t mended;     /* when the path was looked at last, ms; 0: never */
	bool misplaced;      /* the file at the path cannot be opened */
	bool told;           /* a trouble has been said, its end has not */
	uint64_t state_told; /* when drops were told last, ms */
	uint64_t drops_told;
	uint64_t until;      /* when the end must have come, ms; 0: it is not asked for */
	uint64_t leaves;     /* when another output is turned to, ms; 0: none is wanted */
};

static uint64_t now_ms(void)
{
	return dw_clock_steady() / 1000000;
}

/* ---- the output ---- */

static void say(const struct writer *w, enum dw_say_level level, const char *text)
{
	const struct dw_speaker *speaker = &w->log->speaker;

	if (speaker->line != NULL)
		speaker->line(speaker->arg, level, text);
}

/* Once at the start of a trouble, once at its end. */
static void tell_trouble(struct writer *w, const struct dw_error *err)
{
	char text[sizeof(err->where) + sizeof(err->text) + 32];

	if (!w->told)
		say(w, DW_SAY_ERROR, dw_error_text(err, text, sizeof(text)));
	w->told = true;
}

static void tell_mended(struct writer *w)
{
	if (w->told)
		say(w, DW_SAY_INFO, "the query log is written again");
	w->told = false;
}

static void take_wanted(struct writer *w)
{
	struct dw_log *log = w->log;

	pthread_mutex_lock(&log->lock);
	struct dw_output *wanted = log->wanted;
	log->wanted = NULL;
	pthread_mutex_unlock(&log->lock);
	w->leaves = 0;
	if (wanted == NULL)
		return;
	if (dw_output_is_same(wanted, w->output)) {
		dw_output_close(wanted);
	} else {
		dw_output_close(w->output);
		*w->output = *wanted;
		w->mended = 0;
		w->told = false;
	}
	free(wanted);
}

static void mend(struct writer *w)
{
	struct dw_error err;
	bool reopened;
	uint64_t now = now_ms();

	take_wanted(w);
	if ((w->mended != 0 && now - w->mended < MEND_MS) || (w->until != 0 && now >= w->until))
		return;
	w->mended = now;
	if (w->log->pseudonyms != NULL)
		dw_pseudonyms_tidy(w->log->pseudonyms, (int64_t)dw_clock_wall());
	w->misplaced = dw_output_mend(w->output, &reopened, &err) != DW_OK;
	if (w->misplaced)
		tell_trouble(w, &err);
	if (reopened)
		atomic_fetch_add(&w->log->reopened, 1);
}

/* The end may be asked for while a reader is waited for, and for more than one. */
static bool is_ending(struct writer *w)
{
	if (w->until == 0 && atomic_load(&w->log->stop))
		w->until = now_ms() + DRAIN_MS;
	return w->until != 0;
}

static bool is_another_wanted(struct dw_log *log)
{
	pthread_mutex_lock(&log->lock);
	bool wanted = log->wanted != NULL;
	pthread_mutex_unlock(&log->lock);
	return wanted;
}

/* Who takes a little each second is waited for, but neither at the end nor when the lines are to go
 * somewhere else. */
static uint64_t wait_until(void *arg)
{
	struct writer *w = arg;
	uint64_t until = now_ms() + WRITE_MS;

	if (is_ending(w))
		until = w->until;
	else if (w->leaves != 0)
		until = w->leaves;
	else if (is_another_wanted(w->log))
		w->leaves = until;
	return until * 1000000;
}

/* How many bytes got out. */
static size_t put_out(struct writer *w, const char *lines, size_t len)
{
	struct dw_error err;

	if (w->output->fd < 0)
		return 0;
	const struct dw_output_patience patience = {wait_until, w};
	size_t done = dw_output_write(w->output, lines, len, &patience, &err);
	if (done < len)
		tell_trouble(w, &err);
	else if (!w->misplaced)
		tell_mended(w);
	return done;
}

/* ---- batches ---- */

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

	mend(w);
	if (w->used == 0)
		return;
	size_t done = put_out(w, log->batch, w->used);
	size_t whole = done == w->used ? w->lines : count_lines(log->batch, done);
	atomic_fetch_add(&log->bytes, done);
	atomic_fetch_add(&log->written, whole);
	atomic_fetch_add(&log->lost, w->lines - whole);
	w->used = w->lines = 0;
}

static void add(struct writer *w, struct dw_event *event)
{
	struct dw_log *log = w->log;

	dw_event_hide_client(
		event, (enum dw_log_clients)atomic_load(&log->clients), log->pseudonyms);
	if (w->used >= DW_BATCH_FULL)
		flush(w);
	if (w->used == 0)
		w->since = now_ms();
	size_t len =
		dw_event_to_json(log->ecs, event, log->batch + w->used, DW_BATCH_BYTES - w->used);
	if (len == 0)
		atomic_fetch_add(&log->too_large, 1);
	else
		w->lines++;
	w->used += len;
}

static uint64_t drops_of(const struct dw_log_counters *counters)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < DW_DROP_COUNT; i++)
		sum += counters->dropped[i];
	return sum;
}

/* Drops are told in the log itself, where those look who miss the events. */
static void tell_drops(struct writer *w)
{
	struct dw_log_counters counters;
	char line[DW_STATE_JSON_MAX];
	uint64_t now = now_ms();

	if (now - w->state_told < STATE_MS)
		return;
	dw_log_counters(w->log, &counters);
	if (drops_of(&counters) == w->drops_told)
		return;
	size_t len = dw_log_state_to_json(w->log->ecs, &counters, line, sizeof(line));
	w->state_told = now;
	if (put_out(w, line, len) == len)
		w->drops_told = drops_of(&counters);
}

/* ---- rings ---- */

/* Taking one record of each ring in turn would be slower and still not give the order of
 * time: readers sort by @timestamp. */
static size_t empty_ring(struct writer *w, struct dw_ring *ring)
{
	struct dw_event *event;
	size_t taken = 0;

	while (taken < TURN_RECORDS && (event = dw_ring_peek(ring)) != NULL) {
		add(w, event);
		dw_ring_pop(ring);
		taken++;
	}
	return taken;
}

/* The chain only grows at its head, and only this thread takes queues out of it. Returns the
 * records of the ring that had most. */
static size_t empty_rings(struct writer *w)
{
	struct dw_log *log = w->log;
	size_t most = 0;

	pthread_mutex_lock(&log->lock);
	struct dw_log_queue *queue = log->queues;
	pthread_mutex_unlock(&log->lock);
	for (; queue != NULL; queue = queue->next) {
		size_t taken = empty_ring(w, &queue->ring);

		most = taken > most ? taken : most;
	}
	if (most == 0 || now_ms() - w->since >= HOLD_MS)
		flush(w);
	return most;
}

static void forget_ended(struct dw_log *log)
{
	pthread_mutex_lock(&log->lock);
	for (struct dw_log_queue **at = &log->queues; *at != NULL;) {
		bool ended = atomic_load_explicit(&(*at)->ended, memory_order_acquire);

		if (ended && dw_ring_peek(&(*at)->ring) == NULL)
			dw_log_forget_queue(log, at);
		else
			at = &(*at)->next;
	}
	pthread_mutex_unlock(&log->lock);
}

/* The time is up. */
static void drop_rest(struct dw_log *log)
{
	for (struct dw_log_queue *queue = log->queues; queue != NULL; queue = queue->next) {
		for (; dw_ring_peek(&queue->ring) != NULL; dw_ring_pop(&queue->ring))
			atomic_fetch_add(&log->lost, 1);
	}
}

/* ---- the thread ---- */

static void *run(void *arg)
{
	struct dw_log *log = arg;
	struct writer w = {.log = log, .output = &log->output};

	for (;;) {
		bool ending = is_ending(&w);
		size_t most = empty_rings(&w);

		forget_ended(log);
		if (ending && (most == 0 || now_ms() > w.until))
			break;
		tell_drops(&w);
		struct pollfd fd = {.fd = log->wake, .events = POLLIN};
		if (most < TURN_RECORDS)
			(void)!poll(&fd, 1, most == 0 ? IDLE_MS : PAUSE_MS);
	}
	flush(&w);
	drop_rest(log);
	w.state_told = 0;
	tell_drops(&w);
	return NULL;
}

enum dw_result dw_log_start(struct dw_log *log, struct dw_error *err)
{
	sigset_t all, before;

	if (log->running)
		return DW_OK;
	log->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (log->wake < 0)
		return dw_fail_errno(err, NULL, "cannot make an eventfd for the query log");
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int rc = pthread_create(&log->thread, NULL, run, log);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0) {
		close(log->wake);
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
	close(log->wake);
	log->running = false;
}
