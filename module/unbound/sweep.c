/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * sweep.c: Unbound's message cache is made to honour a new generation */
#include "glue.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* After a list or the settings changed, the message cache holds answers for names that a row
 * could now sinkhole. One worker sweeps it, from a timer on its own event loop: a reply
 * callback holds locks of cache entries, and a thread of ours must not touch the cache at
 * all, since Unbound deletes it on a reload before it tells us.
 *
 * The sweep takes few hash bins at a time under their lock, copies what a verdict needs, and
 * judges without a lock. It leaves the order in which entries would be dropped for age as it
 * is, which a look-up of each would not. Between slices of half a millisecond the event loop
 * answers queries.
 *
 * Nobody tells of `unbound-control load_cache`. But all that queries store comes by us, one
 * message for a response from upstream at most: when the cache grew by more than that since
 * the last look, somebody else has put answers in, and it is swept again. The same is done
 * when a reply callback hears of a cached answer that should not be there. */

enum {
	POLL_MS = 100,
	GROWTH_TICKS = 5, /* polls between two looks at the cache's size */
	SUSPICION_TICKS = 50,
	SLICE_US = 500, /* of judging, then the loop goes round */
	BATCH_BINS = 32,
	BATCH_MESSAGES = 32, /* about what the bins hold when their table is full */

	/* of one answer; none that has more may stay */
	TARGETS_MAX = 16,
	ADDRESSES_MAX = 64,
};

static const double settle_seconds = 2.0;

/* The parts of an answer, but for texts: they lie in the cache, and it is not locked any more when
 * they would be looked at. */
struct parts {
	bool overflow; /* it has more than there is room for */
	size_t targets, addresses;
	size_t target_len[TARGETS_MAX];
	uint8_t target[TARGETS_MAX][DW_NAME_MAX];
	struct dw_addr address[ADDRESSES_MAX];
};

struct message {
	struct query_info qinfo; /* its qname is `qname` */
	uint8_t qname[DW_NAME_MAX];
	struct dw_answer_view answer; /* of `parts` */
	struct parts parts;
};

struct dw_sweep_batch {
	size_t count;
	bool overflow; /* one bin holds more than a batch */
	struct message message[BATCH_MESSAGES];
};

void dw_cache_forget(struct module_env *env, const struct query_info *qinfo)
{
	/* A query with CD has an entry of its own only for AAAA: query_info_hash. */
	msg_cache_remove(env, qinfo->qname, qinfo->qname_len, qinfo->qtype, qinfo->qclass, 0);
	if (qinfo->qtype == LDNS_RR_TYPE_AAAA)
		msg_cache_remove(
			env, qinfo->qname, qinfo->qname_len, qinfo->qtype, qinfo->qclass, BIT_CD);
}

static size_t count_messages(const struct slabhash *cache)
{
	size_t count = 0;

	for (size_t i = 0; i < cache->size; i++) {
		lock_quick_lock(&cache->array[i]->lock);
		count += cache->array[i]->num;
		lock_quick_unlock(&cache->array[i]->lock);
	}
	return count;
}

/* ---- collecting ---- */

static void copy_part(struct parts *parts, enum dw_part_kind kind, const struct dw_part *part)
{
	bool is_target = kind == DW_PART_TARGET;

	if (is_target ? parts->targets == TARGETS_MAX : parts->addresses == ADDRESSES_MAX) {
		parts->overflow = true;
	} else if (is_target) {
		memcpy(parts->target[parts->targets], part->data, part->len);
		parts->target_len[parts->targets++] = part->len;
	} else {
		parts->address[parts->addresses++] = part->address;
	}
}

static void copy_parts(
	const struct dw_answer_view *answer, enum dw_part_kind kind, struct parts *parts)
{
	struct dw_part_cursor at = {0};
	struct dw_part part;

	while (!parts->overflow && dw_answer_next(answer, kind, &at, &part))
		copy_part(parts, kind, &part);
}

static bool next_copied(const struct dw_answer_view *answer, enum dw_part_kind kind,
	struct dw_part_cursor *at, struct dw_part *part)
{
	const struct parts *parts = answer->source;
	size_t i = at->record++;

	if (kind == DW_PART_TARGET && i < parts->targets) {
		part->data = parts->target[i];
		part->len = parts->target_len[i];
		return true;
	}
	if (kind != DW_PART_ADDRESS || i >= parts->addresses)
		return false;
	part->address = parts->address[i];
	part->ttl = 0;
	return true;
}

/* What is left of TTLs is not what came from upstream, but the least that it can have been. */
static void copy_answer(
	const struct dw_snapshot *snapshot, const struct reply_info *rep, struct message *message)
{
	struct dw_part_cursor first = {0};
	struct dw_part part;
	struct dw_answer answer;

	dw_view_answer(snapshot, rep, time(NULL), &answer);
	copy_parts(&answer.view, DW_PART_TARGET, &message->parts);
	if (dw_snapshot_weighs_addresses(snapshot))
		copy_parts(&answer.view, DW_PART_ADDRESS, &message->parts);
	message->answer = answer.view;
	message->answer.texts_unknown = dw_answer_next(&answer.view, DW_PART_TEXT, &first, &part);
	message->answer.ttl_known = true;
	message->answer.next = next_copied;
	message->answer.source = &message->parts;
}

/* Copy a message's question and what a verdict needs of its answer. The bin's lock is
 * held; the lock of the entry, and then those of the rrsets, are taken in the order in which
 * Unbound takes them. An answer whose rrsets have changed is not served by Unbound either. */
static void collect(
	const struct dw_snapshot *snapshot, struct lruhash_entry *entry, struct message *message)
{
	const struct msgreply_entry *key = entry->key;
	struct reply_info *rep;

	message->qinfo = key->key;
	message->qinfo.local_alias = NULL;
	message->qinfo.qname = message->qname;
	memcpy(message->qname, key->key.qname, key->key.qname_len);
	message->parts.targets = message->parts.addresses = 0;
	message->parts.overflow = false;
	lock_rw_rdlock(&entry->lock);
	rep = entry->data;
	dw_view_nothing(FLAGS_GET_RCODE(rep->flags), &message->answer);
	if (rep->an_numrrsets > 0 && rrset_array_lock(rep->ref, rep->rrset_count, 0)) {
		copy_answer(snapshot, rep, message);
		rrset_array_unlock(rep->ref, rep->rrset_count);
	}
	lock_rw_unlock(&entry->lock);
}

/* All messages of a bin, or none where they do not fit. */
static bool collect_bin(
	const struct dw_snapshot *snapshot, struct lruhash_bin *bin, struct dw_sweep_batch *batch)
{
	size_t count = batch->count;
	bool fits = true;

	lock_quick_lock(&bin->lock);
	for (struct lruhash_entry *e = bin->overflow_list; e != NULL && fits;
		e = e->overflow_next) {
		fits = count < BATCH_MESSAGES;
		if (fits)
			collect(snapshot, e, &batch->message[count++]);
	}
	lock_quick_unlock(&bin->lock);
	batch->overflow = !fits && batch->count == 0;
	if (fits || batch->overflow)
		batch->count = count;
	return fits;
}

/* The next batch. A table that grows meanwhile splits bin i into i and one behind all there
 * were, so that going upwards misses none. */
static void collect_batch(
	const struct dw_snapshot *snapshot, struct dw_sweep *sweep, struct slabhash *cache)
{
	struct lruhash *table = cache->array[sweep->slab];
	size_t bins = 0;

	sweep->batch->count = 0;
	lock_quick_lock(&table->lock);
	while (bins < BATCH_BINS && sweep->bin < table->size &&
		collect_bin(snapshot, &table->array[sweep->bin], sweep->batch)) {
		sweep->bin++;
		bins++;
	}
	if (sweep->bin >= table->size) {
		sweep->slab++;
		sweep->bin = 0;
	}
	lock_quick_unlock(&table->lock);
}

/* ---- judging ---- */

static bool may_stay(
	struct dw_thread *thread, const struct dw_snapshot *snapshot, const struct message *message)
{
	struct dw_question question;
	struct dw_verdict verdict;

	if (!dw_view_question(&message->qinfo, NULL, time(NULL), &question))
		return true;
	if (message->parts.overflow)
		return false;
	dw_decide(thread->worker, snapshot, &question.view, &verdict);
	dw_decide_answer(thread->worker, snapshot, &question.view, &message->answer, &verdict);
	return !verdict.may_sinkhole;
}

static void judge_batch(struct dw_sweep *sweep, struct module_env *env, struct dw_thread *thread,
	const struct dw_snapshot *snapshot)
{
	const struct dw_sweep_batch *batch = sweep->batch;

	for (size_t i = 0; i < batch->count; i++) {
		const struct message *message = &batch->message[i];

		/* A bin too full for a batch gets room: it is a cache. */
		if (!batch->overflow && may_stay(thread, snapshot, message))
			continue;
		dw_cache_forget(env, &message->qinfo);
		sweep->removed++;
	}
}

static void restart(struct dw_sweep *sweep, uint64_t generation)
{
	sweep->runs = true;
	sweep->generation = generation;
	atomic_store_explicit(&sweep->honoured, 0, memory_order_relaxed);
	sweep->slab = sweep->bin = 0;
}

/* One batch. False when the cache has been walked. */
static bool step(struct dw_sweep *sweep, struct dw_thread *thread, struct module_env *env)
{
	const struct dw_snapshot *snapshot;
	uint64_t generation;

	if (sweep->slab >= env->msg_cache->size)
		return false;
	snapshot = dw_snapshot_acquire(thread->worker);
	generation = dw_snapshot_generation(snapshot);
	if (generation != sweep->generation)
		restart(sweep, generation);
	collect_batch(snapshot, sweep, env->msg_cache);
	judge_batch(sweep, env, thread, snapshot);
	dw_snapshot_release(thread->worker, &snapshot);
	return true;
}

static void done(struct dw_sweep *sweep, struct dw_engine *engine)
{
	sweep->runs = false;
	sweep->enforced = sweep->generation;
	atomic_store_explicit(&sweep->honoured, sweep->enforced, memory_order_relaxed);
	dw_engine_enforced(engine, sweep->enforced);
}

static bool have_batch(struct dw_sweep *sweep)
{
	if (sweep->batch == NULL)
		sweep->batch = malloc(sizeof(*sweep->batch));
	return sweep->batch != NULL;
}

void dw_sweep_now(struct dw_instance *instance, struct module_env *env)
{
	struct dw_sweep *sweep = &instance->sweep;
	struct dw_thread *thread;

	if (count_messages(env->msg_cache) == 0) {
		sweep->generation = dw_engine_generation(instance->engine);
		done(sweep, instance->engine);
		return;
	}
	/* The cache was kept over a reload, for which lists may have been changed. */
	if (dw_engine_is_behind(instance->engine) &&
		!dw_engine_settle(instance->engine, settle_seconds))
		log_info("dnsward: lists are still being compiled: they are enforced when that is "
			 "done");
	thread = dw_thread_here(instance);
	if (thread == NULL)
		return;
	if (have_batch(sweep)) {
		restart(sweep, dw_engine_generation(instance->engine));
		while (step(sweep, thread, env))
			;
		done(sweep, instance->engine);
	}
	dw_thread_leave(thread); /* it is no worker, and joins as one where it becomes one */
}

/* ---- the timer ---- */

static size_t count_stores(struct dw_instance *instance)
{
	size_t count = 0;

	pthread_mutex_lock(&instance->lock);
	for (struct dw_thread *thread = instance->threads; thread != NULL; thread = thread->next)
		count += atomic_load_explicit(&thread->stores, memory_order_relaxed);
	pthread_mutex_unlock(&instance->lock);
	return count;
}

/* Whether more messages came into the cache than queries have stored. */
static bool was_loaded(struct dw_instance *instance)
{
	struct dw_sweep *sweep = &instance->sweep;
	bool first = sweep->ticks == 0;
	size_t messages, stores, expected;

	if (sweep->ticks++ % GROWTH_TICKS != 0)
		return false;
	messages = count_messages(sweep->env->msg_cache);
	stores = count_stores(instance);
	expected = sweep->messages + stores - sweep->stores - sweep->removed;
	sweep->messages = messages;
	sweep->stores = stores;
	sweep->removed = 0;
	return !first && messages > expected;
}

void dw_sweep_suspect(struct dw_sweep *sweep)
{
	atomic_store_explicit(&sweep->honoured, 0, memory_order_relaxed);
	atomic_store_explicit(&sweep->suspicious, true, memory_order_relaxed);
}

/* Whether a callback heard of an answer that should not be cached. Not too often, since some
 * answers are made without the message cache (to queries without RD). */
static bool is_suspicious(struct dw_sweep *sweep)
{
	if (sweep->ticks < sweep->next_suspicion ||
		!atomic_exchange_explicit(&sweep->suspicious, false, memory_order_relaxed))
		return false;
	sweep->next_suspicion = sweep->ticks + SUSPICION_TICKS;
	return true;
}

static long elapsed_us(const struct timespec *since)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - since->tv_sec) * 1000000 + (now.tv_nsec - since->tv_nsec) / 1000;
}

static void slice(struct dw_instance *instance)
{
	struct dw_sweep *sweep = &instance->sweep;
	struct timespec start;

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (elapsed_us(&start) < SLICE_US) {
		if (!step(sweep, sweep->thread, sweep->env)) {
			done(sweep, instance->engine);
			return;
		}
	}
}

static void on_timer(int fd, short bits, void *arg);

static void set_timer(struct dw_instance *instance, long ms)
{
	struct dw_sweep *sweep = &instance->sweep;
	struct timeval tv = {.tv_usec = ms * 1000};

	if (ub_timer_add(sweep->timer, comm_base_internal(sweep->base), on_timer, instance, &tv) !=
		0)
		log_err("dnsward: cannot set a timer: names that are listed while they are cached "
			"stay until they expire");
}

static void on_timer(int fd, short bits, void *arg)
{
	struct dw_instance *instance = arg;
	struct dw_sweep *sweep = &instance->sweep;
	uint64_t generation = dw_engine_generation(instance->engine);

	(void)fd, (void)bits;
	if (!sweep->runs && have_batch(sweep)) {
		bool again = was_loaded(instance) || is_suspicious(sweep);

		if (again || generation != sweep->enforced)
			restart(sweep, generation);
	}
	if (sweep->runs)
		slice(instance);
	set_timer(instance, sweep->runs ? 0 : POLL_MS);
}

/* Also called by reply callbacks, which hold locks of cache entries: so it only sets the
 * timer. */
void dw_sweep_start(struct dw_instance *instance, struct dw_thread *thread, struct comm_base *base,
	struct module_env *env)
{
	struct dw_sweep *sweep = &instance->sweep;

	if (atomic_load_explicit(&sweep->claimed, memory_order_relaxed) ||
		atomic_exchange(&sweep->claimed, true))
		return;
	sweep->timer =
		ub_event_new(comm_base_internal(base), -1, UB_EV_TIMEOUT, on_timer, instance);
	if (sweep->timer == NULL) {
		atomic_store(&sweep->claimed, false);
		return;
	}
	sweep->base = base;
	sweep->env = env;
	sweep->thread = thread;
	set_timer(instance, 0);
}

/* The event loop is gone, and took the timer off; what is left is its memory. */
void dw_sweep_stop(struct dw_sweep *sweep)
{
	if (sweep->timer != NULL)
		ub_event_free(sweep->timer);
	free(sweep->batch);
	sweep->timer = NULL;
	sweep->batch = NULL;
}

size_t dw_sweep_memory(const struct dw_sweep *sweep)
{
	return sweep->batch != NULL ? sizeof(*sweep->batch) : 0;
}
