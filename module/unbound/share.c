/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * share.c: clients of one query that get different replies */
#include "glue.h"

/* A name whose verdict hangs on the client is isolated when it is asked for, so that each
 * client has a query of its own. But a client can join a look-up of Unbound's own, and a list
 * can change while clients wait together. Then the query ends with a message of which the
 * reply callback, called once a client just before encoding, makes that client's reply; and
 * own look-ups get what came from upstream: those of other queries, and those of Unbound's
 * tasks (where a zone's primary is), which wait among the clients.
 *
 * A drop becomes REFUSED here and a CNAME comes without its target's answer: the callback
 * can only write a message. */

bool dw_share_needed(struct module_qstate *qstate, struct dw_query *query, enum dw_reply_kind kind)
{
	const struct mesh_reply *first = qstate->mesh_info->reply_list, *reply;
	const struct dw_verdict *verdict = &query->verdict;
	bool by_stream = verdict->action == DW_ACTION_SINKHOLE &&
			 (kind == DW_REPLY_TRUNCATE || kind == DW_REPLY_PASS);
	struct dw_question question;
	struct dw_verdict other;

	if (kind != DW_REPLY_PASS && kind != DW_REPLY_DROP &&
		(qstate->mesh_info->super_set.count > 0 || qstate->mesh_info->cb_list != NULL))
		return true;
	if (!verdict->varies && !by_stream)
		return false;
	for (reply = first->next; reply != NULL; reply = reply->next) {
		if (by_stream && dw_view_is_stream(&reply->query_reply) !=
					 dw_view_is_stream(&first->query_reply))
			return true;
		if (!dw_view_question(
			    &qstate->qinfo, &reply->query_reply, *qstate->env->now, &question))
			continue;
		dw_view_judge(query->thread, query->snapshot, &question, qstate->return_msg->rep, 0,
			&other);
		if (other.action != verdict->action || other.row != verdict->row)
			return true;
	}
	return false;
}

void dw_share_start(struct module_qstate *qstate, int id, struct dw_query *query)
{
	struct dns_msg *msg = regional_alloc_init(qstate->region, qstate->return_msg, sizeof(*msg));
	struct reply_info *rep =
		regional_alloc_init(qstate->region, qstate->return_msg->rep, sizeof(*rep));

	if (msg == NULL || rep == NULL) {
		dw_reply_servfail(qstate, id);
		return;
	}
	rep->security = sec_status_insecure; /* AD is decided before the callback */
	msg->rep = rep;
	query->upstream = qstate->return_msg;
	qstate->return_msg = msg;
}

void dw_share_own(const struct dw_query *query, struct reply_info *rep)
{
	if (query->upstream != NULL)
		*rep = *query->upstream->rep;
}

static void refuse(struct reply_info *rep)
{
	rep->flags = BIT_QR | BIT_RA | LDNS_RCODE_REFUSED;
	rep->an_numrrsets = rep->ns_numrrsets = rep->ar_numrrsets = rep->rrset_count = 0;
}

void dw_share_reply(struct module_qstate *qstate, struct dw_query *query, struct reply_info *rep,
	const struct comm_reply *client, struct edns_option **options, struct dw_verdict *verdict)
{
	const struct reply_info *upstream = query->upstream->rep;
	struct dw_question question;
	struct dw_kept_aliases aliases = {.rep = upstream};
	struct dw_reply reply = {.kind = DW_REPLY_PASS};
	struct dns_msg *msg;

	/* Unbound holds `rep` for the clients that follow; own look-ups read this later. */
	qstate->return_msg = query->upstream;
	(void)dw_view_question(&qstate->qinfo, client, *qstate->env->now, &question);
	dw_view_judge(query->thread, query->snapshot, &question, upstream, 0, verdict);
	if (verdict->action == DW_ACTION_SINKHOLE)
		dw_reply_work_out(
			verdict, &question.view, dw_view_is_stream(client), &aliases, &reply);
	if (reply.kind == DW_REPLY_PASS) {
		dw_verdict_passed(verdict, "tcp");
		*rep = *upstream;
		rep->security = sec_status_insecure; /* AD of the next client hangs on it */
		return;
	}
	msg = dw_reply_message(qstate->region, &qstate->qinfo, &aliases, &reply);
	if (msg == NULL) {
		refuse(rep);
		return;
	}
	*rep = *msg->rep;
	dw_reply_ede(options, qstate->region, &reply);
}
