/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * operate.c: a query, from its question to its answer */
#include "glue.h"

#include <string.h>

static bool question_of(const struct module_qstate *qstate, struct dw_question *question)
{
	return dw_view_question(
		&qstate->qinfo, dw_view_client(qstate), *qstate->env->now, question);
}

/* The verdict on the question, and on its answer where there is one, for the first client. */
static void judge(const struct module_qstate *qstate, struct dw_query *query,
	const struct dw_question *question, const struct reply_info *rep)
{
	query->client = dw_view_client(qstate);
	dw_view_judge(query->thread, query->snapshot, question, rep, 0, &query->verdict);
}

/* A query's part of ours, judged by its question, with `question` filled. NULL for what is not
 * judged, and where there is no memory. */
static struct dw_query *start_query(
	struct dw_instance *instance, struct module_qstate *qstate, struct dw_question *question)
{
	struct dw_thread *thread;
	struct dw_query *query;

	if (!question_of(qstate, question))
		return NULL;
	thread = dw_thread_here(instance);
	query = thread != NULL ? regional_alloc_zero(qstate->region, sizeof(*query)) : NULL;
	if (query == NULL)
		return NULL;
	query->thread = thread;
	query->snapshot = dw_snapshot_acquire(thread->worker);
	judge(qstate, query, question, NULL);
	qstate->minfo[instance->id] = query;
	dw_sweep_start(instance, thread, qstate->env->worker_base, qstate->env);
	return query;
}

/* Unbound starts its own look-ups at the module that wants them, so that of many of them we
 * hear only when a response comes, or the answer. */
static struct dw_query *query_of(struct dw_instance *instance, struct module_qstate *qstate)
{
	struct dw_query *query = qstate->minfo[instance->id];
	struct dw_question question;

	return query != NULL ? query : start_query(instance, qstate, &question);
}

void dw_query_clear(struct module_qstate *qstate, int id)
{
	struct dw_query *query = qstate->minfo[id];

	if (query != NULL)
		dw_snapshot_release(query->thread->worker, &query->snapshot);
	qstate->minfo[id] = NULL;
}

/* The reply to the clients of a query: PASS where nothing is done to them. */
static void make_reply(const struct module_qstate *qstate, const struct dw_query *query,
	const struct dw_view *view, struct dw_kept_aliases *aliases, struct dw_reply *reply)
{
	reply->kind = DW_REPLY_PASS;
	if (query->verdict.action == DW_ACTION_SINKHOLE)
		dw_reply_work_out(&query->verdict, view, dw_view_is_stream(dw_view_client(qstate)),
			aliases, reply);
}

/* The question came. */
static void ask(struct dw_instance *instance, struct module_qstate *qstate)
{
	int id = instance->id;
	struct dw_question question;
	struct dw_query *query = start_query(instance, qstate, &question);
	struct dw_kept_aliases none = {0};
	struct dw_reply reply;

	qstate->ext_state[id] = module_wait_module;
	if (query == NULL)
		return;
	if (query->verdict.may_sinkhole)
		qstate->no_cache_store = 1;
	/* An own look-up that a client has joined already is left for when it is back. */
	if (dw_view_client(qstate) == NULL || qstate->mesh_info->super_set.count > 0)
		return;
	make_reply(qstate, query, &question.view, &none, &reply);
	if (reply.kind != DW_REPLY_PASS)
		dw_reply_give(qstate, id, query, &none, &reply);
	else if (query->verdict.varies)
		dw_query_isolate(qstate);
}

/* What was in force when the question came may have been replaced since: answers come into the
 * cache after that was swept, so go by what is in force now. */
static void renew(
	struct dw_instance *instance, struct module_qstate *qstate, struct dw_query *query)
{
	struct dw_worker *worker = query->thread->worker;
	struct dw_question question;

	if (query->verdict.generation == dw_engine_generation(instance->engine))
		return;
	dw_snapshot_release(worker, &query->snapshot);
	query->snapshot = dw_snapshot_acquire(worker);
	(void)question_of(qstate, &question);
	judge(qstate, query, &question, NULL);
}

static void count_store(struct dw_query *query)
{
	atomic_fetch_add_explicit(&query->thread->stores, 1, memory_order_relaxed);
}

/* Whether the response is to the very question of the query, for which there is a verdict. */
static bool is_to_question(const struct module_qstate *qstate, const struct query_info *qinfo)
{
	return qinfo->qtype == qstate->qinfo.qtype && qinfo->qclass == qstate->qinfo.qclass &&
	       qinfo->qname_len == qstate->qinfo.qname_len &&
	       memcmp(qinfo->qname, qstate->qinfo.qname, qinfo->qname_len) == 0;
}

static bool may_sinkhole(const struct module_qstate *qstate, const struct dw_query *query,
	const struct dns_msg *response)
{
	struct dw_question question;
	struct dw_verdict verdict;

	if (is_to_question(qstate, &response->qinfo) && !query->verdict.awaits_answer &&
		!dw_view_has_parts(query->snapshot, response->rep))
		return query->verdict.may_sinkhole;
	if (!dw_view_question(&response->qinfo, NULL, *qstate->env->now, &question))
		return false;
	dw_view_judge(query->thread, query->snapshot, &question, response->rep, 0, &verdict);
	return verdict.may_sinkhole;
}

/* The iterator stores what it asks on its way to an answer: with QNAME minimisation (RFC 9156)
 * the A records of the name's parents, and those of an alias's target. Where such a name is
 * listed, its message must not come into the cache either. The flag is for this one message:
 * it is taken back when the next query is sent, before modules after us set theirs. But an
 * alias is part of the answer that is stored last, before it comes to us: it stays out, for
 * the validator may take seconds, and clients that set CD would be given it meanwhile. */
void dw_query_response(
	struct dw_instance *instance, struct module_qstate *qstate, const struct dns_msg *response)
{
	struct dw_query *query = query_of(instance, qstate);

	if (query == NULL || response == NULL || response->rep == NULL)
		return;
	query->responded = true;
	count_store(query);
	renew(instance, qstate, query);
	if (query->stays_out || query->verdict.may_sinkhole)
		qstate->no_cache_store = 1;
	if (qstate->no_cache_store || !may_sinkhole(qstate, query, response))
		return;
	qstate->no_cache_store = 1;
	query->stays_out = dw_view_is_alias(response->rep);
	query->keeps_out = !query->stays_out;
}

void dw_query_sent(struct module_qstate *qstate, int id)
{
	struct dw_query *query = qstate->minfo[id];

	if (query == NULL || !query->keeps_out)
		return;
	qstate->no_cache_store = 0;
	query->keeps_out = false;
}

/* The clients get what the verdict on the answer says. Own look-ups that wait for it get
 * what came from upstream all the same. */
static void apply(struct module_qstate *qstate, int id, struct dw_query *query,
	const struct dw_question *question)
{
	struct dw_kept_aliases aliases = {.rep = qstate->return_msg->rep};
	struct dw_reply reply;

	make_reply(qstate, query, &question->view, &aliases, &reply);
	if (dw_share_needed(qstate, query, reply.kind))
		dw_share_start(qstate, id, query);
	else if (reply.kind != DW_REPLY_PASS)
		dw_reply_give(qstate, id, query, &aliases, &reply);
	else
		dw_verdict_passed(&query->verdict, "tcp");
}

static bool is_sound(const struct module_qstate *qstate)
{
	return qstate->return_rcode == LDNS_RCODE_NOERROR && qstate->return_msg != NULL &&
	       qstate->return_msg->rep != NULL && !dw_view_bogus(qstate);
}

/* What the client gets where no answer came, or a bogus one. */
static uint8_t error_code(const struct module_qstate *qstate)
{
	return qstate->return_rcode != LDNS_RCODE_NOERROR ? (uint8_t)qstate->return_rcode
							  : LDNS_RCODE_SERVFAIL;
}

/* What was found false becomes SERVFAIL, but it is in the cache, for clients that set CD. */
static void forget_bogus(struct module_qstate *qstate, const struct dw_query *query)
{
	struct dw_question question;
	struct dw_verdict verdict;

	if (qstate->return_msg == NULL || qstate->return_msg->rep == NULL)
		return;
	(void)question_of(qstate, &question);
	dw_view_judge(
		query->thread, query->snapshot, &question, qstate->return_msg->rep, 0, &verdict);
	if (verdict.may_sinkhole)
		dw_cache_forget(qstate->env, &qstate->qinfo);
}

/* The answer came back. The verdict on the question stands where nothing has come that could
 * change it: no other generation, no client that has joined a verdict that hangs on the client,
 * and nothing in the answer that is judged. */
static void answered(struct dw_instance *instance, struct module_qstate *qstate)
{
	int id = instance->id;
	struct dw_query *query = query_of(instance, qstate);
	const struct reply_info *rep = is_sound(qstate) ? qstate->return_msg->rep : NULL;
	struct dw_question question;

	qstate->ext_state[id] = module_finished;
	if (query == NULL)
		return;
	if (!query->responded)
		count_store(query);
	renew(instance, qstate, query);
	if (rep == NULL)
		forget_bogus(qstate, query);
	if (!query->verdict.may_sinkhole && !query->verdict.conditional &&
		!query->verdict.awaits_answer &&
		(rep == NULL || !dw_view_has_parts(query->snapshot, rep)))
		return;
	(void)question_of(qstate, &question);
	judge(qstate, query, &question, rep);
	if (rep == NULL)
		dw_view_judge_error(query->thread, query->snapshot, &question, error_code(qstate),
			&query->verdict);
	/* Modules after us reset no_cache_store, and of a CNAME's target we know only now. */
	if (query->verdict.may_sinkhole)
		dw_cache_forget(qstate->env, &qstate->qinfo);
	/* Errors stay errors: above all, what the validator refused is not made clean. */
	if (rep == NULL)
		dw_verdict_passed(&query->verdict, "error");
	else if (dw_view_client(qstate) != NULL)
		apply(qstate, id, query, &question);
}

void dw_operate(struct dw_instance *instance, struct module_qstate *qstate, enum module_ev event)
{
	int id = instance->id;
	struct dw_query *query = qstate->minfo[id];

	switch (event) {
	case module_event_new:
	case module_event_pass:
		if (query == NULL)
			ask(instance, qstate);
		else if (query->led > 0)
			dw_target_done(qstate, id, query);
		else
			qstate->ext_state[id] = module_wait_module;
		return;
	case module_event_moddone:
		answered(instance, qstate);
		return;
	default:
		qstate->ext_state[id] = module_error;
	}
}
