/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * engine.h: the one door between a host and the house */
#ifndef DNSWARD_ENGINE_H
#define DNSWARD_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/event.h"
#include "dnsward/result.h"
#include "dnsward/say.h"
#include "dnsward/settings.h"
#include "dnsward/verdict.h"

/* A host (the Unbound module, the command, a script) opens an engine with a settings
 * file, asks it for verdicts, tells it what was replied, and closes it. Nothing behind
 * this door knows the host's memory, threads or log.
 *
 * Life of a query in a host:
 *
 *     worker = dw_worker_join(engine)                 once a thread
 *     snap   = dw_snapshot_acquire(worker)            at the question
 *     dw_decide(worker, snap, &view, &verdict)
 *     dw_decide_answer(worker, snap, ...)             when the answer is there
 *     dw_reply_make(&view, &verdict, tcp, &reply)     for a sinkhole
 *     dw_observe(worker, snap, ...)                   once a client answered, with detectors on
 *     dw_note(worker, snap, ...)                      once a client answered
 *     dw_snapshot_release(worker, &snap)              when the query is done
 *
 * A snapshot is one generation of everything: settings, action table, database,
 * patterns. It is immutable. A query holds one from start to end. Publishing a new one
 * swaps one pointer; the old one is freed by the engine's own thread when its last
 * holder has let go. Acquiring and releasing are wait-free: a store, a load and an
 * increment on the worker's own cache line.
 *
 * Threads: dw_engine_open and dw_engine_close by one thread, with no worker in between
 * calls. A struct dw_worker is used by one thread at a time. Everything from
 * dw_snapshot_acquire to dw_note allocates nothing and waits for nothing; detectors take a lock
 * of one cache line, and do without what they cannot have at once (detect.h). The
 * engine runs two threads of its own: the compiler (low priority; watches files, compiles,
 * publishes, frees) and the log writer. They touch none of the host's memory. They are
 * started by dw_engine_start, once the host will fork no more. */

struct dw_engine;
struct dw_worker;
struct dw_snapshot;

/* What an engine leaves to the one that is opened after it in the same process: where the last
 * good settings are, for when the settings file cannot say so any more; what its detectors have
 * counted; the files as it saw them last. A host keeps the pointer, NULL at first. */
struct dw_handover;
void dw_handover_free(struct dw_handover **handover);

/* At most this many threads can join one engine. */
enum { DW_WORKERS_MAX = 256 };

struct dw_engine_options {
	const char *settings;  /* path of dnsward.yaml */
	const char *chroot;    /* put before absolute paths, or NULL (a host inside a chroot: NULL) */
	struct dw_handover **handover; /* where the host keeps what one engine leaves to the next:
	                                * taken at the opening, put back at the close; or NULL */
	const char *host;      /* "unbound 1.17.1", for the log and `status` */
	struct dw_net nat64;   /* in which the host's DNS64 makes addresses; family 0: none */
	bool read_only;        /* take what is compiled; compile, watch and write nothing (commands) */
	struct dw_speaker speaker;
};

/* Read the settings and take the last compiled database if it is there, so that a start
 * does not wait for lists of a million names; what has changed since is compiled in the
 * background. With no database yet, the lists are compiled before this returns.
 *
 * Settings that do not load: the last good ones (state-dir/last-good.yaml, found through
 * the broken file's state-dir line or the default) serve, and an error is said. Only when
 * there are none does this fail, with the first error in `err` (each was said as well). */
enum dw_result dw_engine_open(const struct dw_engine_options *options, struct dw_engine **out,
	struct dw_error *err) DW_MUST_CHECK;

/* Start the engine's threads in this process; nothing if they run. A read-only engine has
 * none. Call it before the first worker joins. */
enum dw_result dw_engine_start(struct dw_engine *engine, struct dw_error *err) DW_MUST_CHECK;

/* Ends the threads (a running compile is cancelled), writes out the log, frees all. Every
 * snapshot must have been released and every worker left. */
void dw_engine_close(struct dw_engine **engine);

/* The generation in force; changes when a snapshot is published. Any thread, one load. */
uint64_t dw_engine_generation(const struct dw_engine *engine);

/* Whether files may have changed since what is in force was made of them, so that settling is
 * worth waiting for. By the thread that opened the engine. */
bool dw_engine_is_behind(const struct dw_engine *engine);

/* The host has made its caches honour this generation (`status` tells). Any thread. */
void dw_engine_enforced(struct dw_engine *engine, uint64_t generation);

/* The host found that it must not act (built for another Unbound, order of modules);
 * `status` says so and exits 1. `why` is copied. */
void dw_engine_disable(struct dw_engine *engine, const char *why);

/* Wait until what is on disk now is in force or refused; for tests and commands. Seconds;
 * false on time-out. */
bool dw_engine_settle(struct dw_engine *engine, double seconds);

/* A thread's own handle. NULL where no memory or more than DW_WORKERS_MAX. Leaving
 * needs all snapshots of this worker released. */
struct dw_worker *dw_worker_join(struct dw_engine *engine);
void dw_worker_leave(struct dw_worker **worker);

/* Never NULL. */
const struct dw_snapshot *dw_snapshot_acquire(struct dw_worker *worker);
void dw_snapshot_release(struct dw_worker *worker, const struct dw_snapshot **snapshot);
uint64_t dw_snapshot_generation(const struct dw_snapshot *snapshot);
const struct dw_settings *dw_snapshot_settings(const struct dw_snapshot *snapshot);

/* Whether addresses in answers matter to any verdict, and whether all else that is in struct
 * dw_answer_view does. Targets always do. */
bool dw_snapshot_weighs_addresses(const struct dw_snapshot *snapshot);
bool dw_snapshot_weighs_answers(const struct dw_snapshot *snapshot);

/* The address of an A or AAAA record: see dw_addr_from_rdata. */
struct dw_addr dw_snapshot_address(
	const struct dw_snapshot *snapshot, const uint8_t *bytes, size_t len);

/* Whether replies from the host's shared cache need a verdict, for the log or to be counted. A
 * cache that honours the generation has nothing in it that a row could sinkhole: where rows do
 * nothing else, what comes from there is allowed without looking. Where all is logged that
 * holds only if each category is sinkholed by some row, so that there is none to tell of either. */
bool dw_snapshot_weighs_cached(const struct dw_snapshot *snapshot);

/* The verdict on what needs none: allowed, and nothing to say of it. */
const struct dw_verdict *dw_snapshot_allowed(const struct dw_snapshot *snapshot);

/* The verdict on a question: the union of what all lists say of the name and its parents,
 * then the first row that fits. */
void dw_decide(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, struct dw_verdict *verdict);

/* The verdict when the answer is there. `verdict` holds the question's; it is replaced where
 * the answer calls for more: each CNAME or DNAME target is judged as though it had been
 * asked for, in the chain's order, and so are the addresses against answer rules. An allow
 * row that fitted the question covers its targets too. A sinkhole beats a log, a log beats
 * no row. The caller must not ask for an answer that is bogus. */
void dw_decide_answer(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, const struct dw_answer_view *answer,
	struct dw_verdict *verdict);

/* All that lists, rules and the scorer say of the name, whether a row of the action table asks for
 * it or not. `out` has DW_HITS_MAX places; returns how many were filled. For commands: what
 * dw_decide looks through to find the verdict. */
size_t dw_reasons(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, struct dw_reason *out);

/* Work out the reply for a sinkhole verdict. `tcp`: the client asked over a stream, where
 * truncation means nothing. */
void dw_reply_make(const struct dw_view *view, const struct dw_verdict *verdict, bool tcp,
	struct dw_reply *reply);

/* A client was answered: count it, and put an event into the log where there is one. Called
 * once a reply, from the host's reply callbacks. `event` is filled by the host except for what
 * the verdict says; NULL: dw_wants_event said no. */
void dw_note(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_verdict *verdict, struct dw_event *event);

/* A client was answered with what needs no verdict: it is counted as allowed. */
void dw_note_allowed(struct dw_worker *worker, const struct dw_snapshot *snapshot);

/* Whether detectors are on: then each reply's event is filled, and handed to dw_observe before
 * dw_note. */
bool dw_wants_replies(const struct dw_snapshot *snapshot);

/* Let the detectors count a reply, and log what they find. `wanted` is what dw_wants_event said;
 * returns whether the reply is to be logged all the same: where a detector decided it, that
 * is once in 15 minutes. `answer`: what was replied, as for dw_decide_answer, or NULL where that was
 * nothing. The event is the host's, filled as for dw_note. */
bool dw_observe(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_verdict *verdict, const struct dw_answer_view *answer,
	struct dw_event *event, bool wanted);

/* What matched, as people write it: the listed name, the pattern, the rule's identifier. `out` has
 * DW_NAME_TEXT_MAX bytes and is used or not; NULL without a reason, and for an address.
 * `name` is the question's. */
const char *dw_verdict_pattern(
	const struct dw_verdict *verdict, const uint8_t *name, size_t name_len, char *out);

/* "exact", "subtree", "wildcard", "regex", "address": how it matched. */
const char *dw_trigger_name(enum dw_trigger trigger);

/* What a provider that is no list has as its `source`: "rules", "dga", "detect". */
const char *dw_provider_source(enum dw_provider_kind kind);

/* Whether replies with this verdict are logged, but for samples and what is never logged: where
 * not, dw_wants_event need not be asked. */
bool dw_tells_of(const struct dw_snapshot *snapshot, const struct dw_verdict *verdict);

/* Whether this reply to `client` is to be logged. Asked once a reply, since samples are drawn
 * here: a host fills an event only where it is wanted. */
bool dw_wants_event(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_verdict *verdict, const struct dw_addr *client);

#endif
