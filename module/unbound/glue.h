/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * glue.h: what the sources of this room share */
#ifndef DNSWARD_UNBOUND_GLUE_H
#define DNSWARD_UNBOUND_GLUE_H

#include "unbound.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/engine.h"

/* How a query lives in Unbound, and where we stand:
 *
 *     client ─▶ local-zone, RPZ ─▶ message cache ─▶ modules: dnsward ▶ validator ▶ iterator
 *                                       │                       ▲          │
 *               reply_cache callback ◀──┘       question ───────┘          │
 *                                               answer back (moddone) ◀────┘
 *
 * A cached answer never reaches a module, and the callback that hears of it cannot stop it.
 * So what must not be handed out must not be in the message cache, and most of this room is
 * about that:
 *
 *   - where a row could sinkhole a name, for any client at any time, its answer is kept out
 *     (operate.c: no_cache_store at the question, removal when the answer is back); and so
 *     is what Unbound asks on the way there, for its parents and the targets of its aliases;
 *   - what was cached before it was listed is swept out (sweep.c);
 *   - what was on its way meanwhile is looked at again when it arrives (operate.c).
 *
 * Unbound's own look-ups (name servers' addresses, prefetches) have no client. They are
 * never sinkholed, but what they fetch is kept out of the clients' cache in the same way. */

/* ---- the loaded module ---- */

struct dw_thread {
	struct dw_worker *worker;
	struct dw_instance *instance;
	struct dw_thread *next;
	atomic_size_t stores; /* messages that its queries may have put into the cache */
	unsigned unweighed;   /* cached replies that were not judged: see dw_sweep.honoured */
};

struct dw_sweep {
	atomic_bool claimed;    /* some worker's event loop runs the timer */
	atomic_bool suspicious; /* an answer came from the cache that should not be there */
	/* The generation the cache is known to honour; 0 from when a sweep is needed until it is
	 * done. While it is the one in force, cached replies need no verdict where nothing but
	 * sinkholes could come of it; one in 64 is judged all the same, to find out. */
	atomic_uint_fast64_t honoured;
	/* all below: by the thread that runs the timer */
	struct ub_event *timer;
	struct comm_base *base;
	struct module_env *env;
	struct dw_thread *thread;
	struct dw_sweep_batch *batch;
	uint64_t enforced;   /* the generation the cache honours */
	uint64_t generation; /* of the sweep that runs */
	bool runs;
	size_t slab, bin;        /* where it stands */
	size_t messages, stores; /* at the last look: see was_loaded */
	size_t removed;          /* since then */
	uint64_t ticks, next_suspicion;
};

/* Between one init and its deinit. Statics outlive both, since the library stays mapped, so
 * a thread's own data carries the serial of the instance that it belongs to. */
struct dw_instance {
	struct dw_engine *engine;
	int id;          /* place in Unbound's module list */
	bool passes;     /* not the Unbound or the place we were built for: act on nothing */
	bool registered; /* for the reply callbacks */
	uint64_t serial;
	pthread_mutex_t lock; /* of `threads` */
	struct dw_thread *threads;
	struct dw_sweep sweep;
};

/* For init: NULL on failure, told in Unbound's log. Closing wants all workers stopped. */
struct dw_instance *dw_instance_open(struct module_env *env, int id);
void dw_instance_close(struct module_env *env, struct dw_instance **instance);
size_t dw_instance_memory(const struct dw_instance *instance);

/* The calling thread's part; made when it is first asked for. NULL where there is no memory
 * or too many threads have joined: then the query passes. */
struct dw_thread *dw_thread_here(struct dw_instance *instance);
void dw_thread_leave(struct dw_thread *thread);

/* ---- the host ---- */

/* Why the module must not act in this Unbound, as a sentence; NULL: it may. Reads nothing of
 * `env` that another build could have elsewhere before it knows that this is not one. */
const char *dw_host_check(struct module_env *env, int id, char *text, size_t text_len);

/* Why it must not act in this Unbound as it is configured, or NULL: forks in place of threads, or
 * another module that comes first. */
const char *dw_host_place(const struct module_env *env, int id, char *text, size_t text_len);

/* The path of our settings: the second `dynlib-file:`, else the built-in one. To be freed. */
char *dw_host_settings_path(struct module_env *env);

/* The prefix that DNS64 is to use where that is not the well-known one; else family 0. */
struct dw_net dw_host_nat64(const struct module_env *env);

/* Pass a query on in an Unbound whose structures are not known. */
void dw_host_pass(struct module_qstate *qstate, enum module_ev event, int id,
	struct outbound_entry *outbound);
void dw_host_pass_clear(struct module_qstate *qstate, int id);

/* ---- a query ---- */

/* Our part of a query, in minfo[id], from the question to clear(). */
struct dw_query {
	struct dw_thread *thread;
	const struct dw_snapshot *snapshot;
	struct dw_verdict verdict;
	const struct comm_reply *client; /* that the verdict is for; or NULL */
	bool keeps_out;                  /* no_cache_store is set for the response that came last */
	bool stays_out;                  /* and for the answer, of which an earlier one is part */
	bool responded;                  /* a response came from upstream */
	size_t led;               /* a CNAME answer of ours is being resolved: its records; or 0 */
	struct dns_msg *upstream; /* each client gets its own reply (share.c): what came back */
};

/* All below is called by Unbound's worker threads, each for its own queries, without a lock held
 * but where it is said; what they allocate is in the query's region. `id` is the module's number in
 * Unbound's arrays. */

/* One step of a query, as Unbound's operate: sets ext_state. */
void dw_operate(struct dw_instance *instance, struct module_qstate *qstate, enum module_ev event);

/* The query ends: its snapshot is let go. Nothing where we never saw it. */
void dw_query_clear(struct module_qstate *qstate, int id);

/* A query is sent upstream; a response came, and the iterator is about to store it. */
void dw_query_sent(struct module_qstate *qstate, int id);
void dw_query_response(
	struct dw_instance *instance, struct module_qstate *qstate, const struct dns_msg *response);

/* ---- view.c: Unbound's structures as the engine sees them ---- */

struct dw_question {
	uint8_t name[DW_NAME_MAX];
	struct dw_view view; /* `name` of it is the array above: not to be copied */
};

/* A message as a decision sees it. Not to be copied: `view` leads back to the whole. */
struct dw_answer {
	struct dw_answer_view view;
	const struct dw_snapshot *snapshot;
	const struct reply_info *rep;
	int64_t ttl_base;
};

/* False for what is not judged: classes other than IN and ANY. `client` may be NULL. */
bool dw_view_question(const struct query_info *qinfo, const struct comm_reply *client, int64_t now,
	struct dw_question *question);

/* Whether the answer section has anything to judge: targets and, where the snapshot has rules
 * for them, addresses. Here and below the rrsets must be ours or locked. */
bool dw_view_has_parts(const struct dw_snapshot *snapshot, const struct reply_info *rep);

/* Whether the answer section leads to another name. */
bool dw_view_is_alias(const struct reply_info *rep);

/* See a message so, as long as snapshot and message are there. `ttl_base`: what its TTLs count
 * from, 0 for one that just came. Those of the cache's own messages are points in time: then
 * `ttl_base` is now, and the TTLs that came from upstream are not known any more. */
void dw_view_answer(const struct dw_snapshot *snapshot, const struct reply_info *rep,
	int64_t ttl_base, struct dw_answer *answer);

/* An answer of which there is nothing but its response code. */
void dw_view_nothing(uint8_t rcode, struct dw_answer_view *view);

/* Whether the validator found it false, or should have looked and did not: such an answer
 * becomes SERVFAIL, and we leave it alone. Not where the clients asked for it unchecked (CD):
 * they get it, so it is judged like any other. */
bool dw_view_bogus(const struct module_qstate *qstate);

/* The verdict on a question, and on its answer where there is one (NULL: none). */
void dw_view_judge(struct dw_thread *thread, const struct dw_snapshot *snapshot,
	const struct dw_question *question, const struct reply_info *rep, int64_t ttl_base,
	struct dw_verdict *verdict);

/* Where no answer came, or none that may be looked at, after dw_view_judge: what hangs on the
 * response code. */
void dw_view_judge_error(struct dw_thread *thread, const struct dw_snapshot *snapshot,
	const struct dw_question *question, uint8_t rcode, struct dw_verdict *verdict);

/* A sinkhole verdict could not be carried out: say so in the log. */
void dw_verdict_passed(struct dw_verdict *verdict, const char *because);

bool dw_view_is_stream(const struct comm_reply *client);

/* The client that has waited longest, or NULL: it is a look-up of Unbound's own. */
const struct comm_reply *dw_view_client(const struct module_qstate *qstate);

/* ---- reply.c: our answers ---- */

/* The aliases that stay before an answer of ours: the first `count` records of `rep`. */
struct dw_kept_aliases {
	const struct reply_info *rep; /* or NULL: none */
	size_t count;
};

/* A message for `reply` in `region`, the CNAME kind without what its target gives. Kinds
 * that are no message are given what comes nearest. NULL: no memory. */
struct dns_msg *dw_reply_message(struct regional *region, const struct query_info *qinfo,
	const struct dw_kept_aliases *aliases, const struct dw_reply *reply);

/* Put the reply's EDE before what is in the list. */
void dw_reply_ede(struct edns_option **list, struct regional *region, const struct dw_reply *reply);

/* dw_reply_make, and PASS for a CNAME to a name that led here. `lead` comes with the answer that
 * was judged from `count` on, and leaves with what stays of it: as in RPZ, what a list answers to
 * an address or to an alias's target replaces that alone. */
void dw_reply_work_out(const struct dw_verdict *verdict, const struct dw_view *view, bool stream,
	struct dw_kept_aliases *aliases, struct dw_reply *reply);

/* Answer all clients of the query so; any kind but PASS. */
void dw_reply_give(struct module_qstate *qstate, int id, struct dw_query *query,
	const struct dw_kept_aliases *aliases, const struct dw_reply *reply);

/* Answer them with SERVFAIL, and finish the query: what was to be made could not be. */
void dw_reply_servfail(struct module_qstate *qstate, int id);

/* ---- target.c: a CNAME answer is resolved ---- */

/* Look up what the CNAME that was just given leads to; the query waits for it. Where that cannot be
 * asked, the CNAME stands alone. */
void dw_target_ask(
	struct module_qstate *qstate, int id, struct dw_query *query, const struct dw_reply *reply);

/* Unbound's inform_super: `sub` is done. Where `qstate` waited for it, its answer is added. */
void dw_target_told(struct module_qstate *sub, int id, struct module_qstate *qstate);
/* The target is resolved, or cannot be: finish the query, or go on to where the target leads. */
void dw_target_done(struct module_qstate *qstate, int id, struct dw_query *query);

/* No further client may join this query. */
void dw_query_isolate(struct module_qstate *qstate);

/* ---- share.c: clients of one query that get different replies ---- */

/* Whether `kind`, the reply to the first client, cannot be given to all who wait. */
bool dw_share_needed(struct module_qstate *qstate, struct dw_query *query, enum dw_reply_kind kind);

/* Give each its own from on_reply: what came from upstream is set aside for that. */
void dw_share_start(struct module_qstate *qstate, int id, struct dw_query *query);
/* From the reply callback: make `rep` this client's reply. */
void dw_share_reply(struct module_qstate *qstate, struct dw_query *query, struct reply_info *rep,
	const struct comm_reply *client, struct edns_option **options, struct dw_verdict *verdict);
/* Likewise where a task of Unbound's own waits: what came from upstream. */
void dw_share_own(const struct dw_query *query, struct reply_info *rep);

/* ---- events.c: Unbound's callbacks, and replies for the log ---- */

/* By the thread that calls init and deinit, with no worker running. False: no memory, and none is
 * registered. Cached replies' callback is called with locks of cache entries held. */
bool dw_callbacks_register(struct module_env *env, int id, struct dw_instance *instance);
void dw_callbacks_unregister(struct module_env *env, int id);

/* The clients of a query that is dropped: no callback tells of them. */
void dw_events_dropped(struct module_qstate *qstate, const struct dw_query *query);

/* ---- sweep.c: the message cache ---- */

/* Take one name's answers out of the cache. */
void dw_cache_forget(struct module_env *env, const struct query_info *qinfo);

/* All of the cache at once, while no worker runs. */
void dw_sweep_now(struct dw_instance *instance, struct module_env *env);

/* Run the timer on this worker's event loop, unless some worker's has it. */
void dw_sweep_start(struct dw_instance *instance, struct dw_thread *thread, struct comm_base *base,
	struct module_env *env);
/* An answer came from the cache that a row could sinkhole. */
void dw_sweep_suspect(struct dw_sweep *sweep);
void dw_sweep_stop(struct dw_sweep *sweep);
size_t dw_sweep_memory(const struct dw_sweep *sweep);

#endif
