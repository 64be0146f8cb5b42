/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * target.c: the target of a CNAME answer is resolved, and what it gives is added */
#include "glue.h"

/* Aliases in an answer, before no more targets are asked: lists can send from name to name
 * without an end. */
enum { LED_MAX = 16 };

void dw_query_isolate(struct module_qstate *qstate)
{
	struct mesh_state *state = qstate->mesh_info;
	struct mesh_area *mesh = qstate->env->mesh;

	/* The trees of all states, and those of a state's sub- and super-queries, are sorted by
	 * what this changes: a state must be out of the first, and in none of the others. */
	if (state->unique != NULL || state->super_set.count > 0 || state->sub_set.count > 0)
		return;
	bool runnable = rbtree_delete(&mesh->run, state) != NULL;
	(void)rbtree_delete(&mesh->all, state);
	mesh_state_make_unique(state);
	(void)rbtree_insert(&mesh->all, &state->node);
	if (runnable)
		(void)rbtree_insert(&mesh->run, &state->run_node);
}

void dw_target_ask(
	struct module_qstate *qstate, int id, struct dw_query *query, const struct dw_reply *reply)
{
	struct query_info target = {
		.qname = (uint8_t *)reply->cname, /* copied by attach_sub */
		.qname_len = reply->cname_len,
		.qtype = qstate->qinfo.qtype,
		.qclass = LDNS_RR_CLASS_IN,
	};
	uint16_t flags = BIT_RD | (qstate->query_flags & BIT_CD);

	query->led = 0;
	if (target.qtype == LDNS_RR_TYPE_CNAME || target.qtype == LDNS_RR_TYPE_ANY ||
		qstate->return_msg->rep->an_numrrsets > LED_MAX)
		return;
	/* Whoever joined while we wait could be one whom no row sends there. */
	qstate->env->detach_subs(qstate);
	dw_query_isolate(qstate);
	if (qstate->env->detect_cycle(qstate, &target, flags, 0, 0) ||
		!dw_attach_sub(qstate, &target, flags))
		return; /* the CNAME alone */
	query->led = qstate->return_msg->rep->an_numrrsets;
	qstate->ext_state[id] = module_wait_subquery;
}

/* The aliases that led to the target, its answer, and where that is empty its SOA. */
static bool add_answer(struct module_qstate *qstate, const struct reply_info *target, size_t led)
{
	struct reply_info *rep = qstate->return_msg->rep;
	size_t an = target->an_numrrsets, ns = an > 0 ? 0 : target->ns_numrrsets;
	struct ub_packed_rrset_key **rrsets =
		regional_alloc(qstate->region, (led + an + ns) * sizeof(struct rrset_ref));

	if (rrsets == NULL)
		return false;
	for (size_t i = 0; i < led; i++)
		rrsets[i] = rep->rrsets[i];
	for (size_t i = 0; i < an + ns; i++) {
		rrsets[led + i] = packed_rrset_copy_region(target->rrsets[i], qstate->region, 0);
		if (rrsets[led + i] == NULL)
			return false;
	}
	rep->rrsets = rrsets;
	rep->an_numrrsets = led + an;
	rep->ns_numrrsets = ns;
	rep->rrset_count = led + an + ns;
	FLAGS_SET_RCODE(rep->flags, FLAGS_GET_RCODE(target->flags));
	return true;
}

/* A target that cannot be had, or that is bogus, adds nothing: the client gets the CNAME alone.
 * SERVFAIL would send it to its next resolver; from the cache it comes as a message. */
static bool is_answer(const struct module_qstate *sub)
{
	if (sub->return_rcode != LDNS_RCODE_NOERROR || sub->return_msg == NULL ||
		sub->return_msg->rep == NULL || dw_view_bogus(sub))
		return false;
	switch (FLAGS_GET_RCODE(sub->return_msg->rep->flags)) {
	case LDNS_RCODE_NOERROR:
	case LDNS_RCODE_NXDOMAIN:
		return true;
	default:
		return false;
	}
}

void dw_target_told(struct module_qstate *sub, int id, struct module_qstate *qstate)
{
	const struct dw_query *query = qstate->minfo[id];

	if (query != NULL && query->led > 0 && is_answer(sub))
		(void)add_answer(qstate, sub->return_msg->rep, query->led);
}

/* What lists say of the target holds where it is a list that sends there, as in RPZ: its answer
 * is judged as though the client had asked for it. Rows with answers of their own do not count:
 * they are for those who ask. */
static void judge_target(const struct module_qstate *qstate, const struct dw_query *query,
	struct dw_kept_aliases *aliases, struct dw_reply *reply)
{
	const struct comm_reply *client = dw_view_client(qstate);
	struct query_info target = qstate->qinfo;
	struct reply_info part = *qstate->return_msg->rep;
	struct dw_question question;
	struct dw_verdict verdict;

	reply->kind = DW_REPLY_PASS;
	get_cname_target(part.rrsets[query->led - 1], &target.qname, &target.qname_len);
	part.rrsets += query->led;
	part.an_numrrsets -= query->led;
	if (query->verdict.row->answer != DW_ANSWER_AS_LISTED ||
		!dw_view_question(&target, client, *qstate->env->now, &question))
		return;
	dw_view_judge(query->thread, query->snapshot, &question, &part, 0, &verdict);
	if (verdict.action == DW_ACTION_SINKHOLE && verdict.row->answer == DW_ANSWER_AS_LISTED)
		dw_reply_work_out(
			&verdict, &question.view, dw_view_is_stream(client), aliases, reply);
}

void dw_target_done(struct module_qstate *qstate, int id, struct dw_query *query)
{
	struct dw_kept_aliases aliases = {.rep = qstate->return_msg->rep, .count = query->led};
	struct dw_reply reply;

	judge_target(qstate, query, &aliases, &reply);
	reply.ede = false; /* who sends there has told so */
	if (reply.kind != DW_REPLY_PASS)
		dw_reply_give(qstate, id, query, &aliases, &reply);
	else
		qstate->ext_state[id] = module_finished;
}
