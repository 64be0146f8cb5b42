/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * view.c: Unbound's structures as the engine sees them */
#include "glue.h"

#include <string.h>

#include "dnsward/name.h"

bool dw_view_question(const struct query_info *qinfo, const struct comm_reply *client, int64_t now,
	struct dw_question *question)
{
	if (qinfo->qclass != LDNS_RR_CLASS_IN && qinfo->qclass != LDNS_RR_CLASS_ANY)
		return false;
	if (!dw_name_check(qinfo->qname, qinfo->qname_len))
		return false;
	question->view = (struct dw_view){
		.name = question->name,
		.name_len = dw_name_lower(qinfo->qname, qinfo->qname_len, question->name),
		.type = qinfo->qtype,
		.now = now,
	};
	if (client != NULL)
		question->view.client =
			dw_addr_from_sockaddr((const struct sockaddr *)&client->client_addr, NULL);
	return true;
}

/* The rdata of one record, without the two bytes of its length. */
static const uint8_t *rdata(const struct packed_rrset_data *data, size_t i, size_t *len)
{
	if (data->rr_len[i] < sizeof(uint16_t))
		return NULL;
	*len = data->rr_len[i] - sizeof(uint16_t);
	return data->rr_data[i] + sizeof(uint16_t);
}

static uint32_t ttl_left(const struct dw_answer *answer, const struct packed_rrset_data *data, size_t i)
{
	int64_t left = (int64_t)data->rr_ttl[i] - answer->ttl_base;

	return left > 0 ? (uint32_t)left : 0;
}

static bool is_of_kind(uint16_t type, enum dw_part_kind kind)
{
	switch (type) {
	case LDNS_RR_TYPE_CNAME:
	case LDNS_RR_TYPE_DNAME:
		return kind == DW_PART_TARGET;
	case LDNS_RR_TYPE_A:
	case LDNS_RR_TYPE_AAAA:
		return kind == DW_PART_ADDRESS;
	case LDNS_RR_TYPE_TXT:
		return kind == DW_PART_TEXT;
	default:
		return false;
	}
}

/* False for a record that is not what its type says. */
static bool take_part(const struct dw_answer *answer, const struct ub_packed_rrset_key *rrset,
	size_t i, enum dw_part_kind kind, struct dw_part *part)
{
	const struct packed_rrset_data *data = rrset->entry.data;
	size_t address_len = ntohs(rrset->rk.type) == LDNS_RR_TYPE_A ? 4 : 16;

	part->data = rdata(data, i, &part->len);
	if (part->data == NULL)
		return false;
	switch (kind) {
	case DW_PART_TARGET:
		if (!dw_name_check(part->data, part->len))
			return false;
		part->len = dw_name_lower(part->data, part->len, part->room);
		part->data = part->room;
		return true;
	case DW_PART_ADDRESS:
		if (part->len != address_len)
			return false;
		part->address = dw_snapshot_address(answer->snapshot, part->data, part->len);
		part->ttl = ttl_left(answer, data, i);
		return true;
	default:
		return true;
	}
}

static bool next_part(const struct dw_answer_view *view, enum dw_part_kind kind,
	struct dw_part_cursor *at, struct dw_part *part)
{
	const struct dw_answer *answer = view->source;
	const struct reply_info *rep = answer->rep;

	for (; at->set < rep->an_numrrsets; at->set++, at->record = 0) {
		const struct ub_packed_rrset_key *rrset = rep->rrsets[at->set];
		const struct packed_rrset_data *data = rrset->entry.data;

		if (!is_of_kind(ntohs(rrset->rk.type), kind))
			continue;
		while (at->record < data->count)
			if (take_part(answer, rrset, at->record++, kind, part))
				return true;
	}
	return false;
}

static bool has_weighed(const struct reply_info *rep, bool addresses)
{
	for (size_t i = 0; i < rep->an_numrrsets; i++) {
		uint16_t type = ntohs(rep->rrsets[i]->rk.type);

		if (is_of_kind(type, DW_PART_TARGET) ||
			(addresses && is_of_kind(type, DW_PART_ADDRESS)))
			return true;
	}
	return false;
}

bool dw_view_has_parts(const struct dw_snapshot *snapshot, const struct reply_info *rep)
{
	return has_weighed(rep, dw_snapshot_weighs_addresses(snapshot));
}

bool dw_view_is_alias(const struct reply_info *rep)
{
	return has_weighed(rep, false);
}

void dw_view_nothing(uint8_t rcode, struct dw_answer_view *view)
{
	*view = (struct dw_answer_view){.rcode = rcode, .ttl_min = UINT32_MAX};
}

static void measure(const struct dw_answer *answer, struct dw_answer_view *view)
{
	for (size_t i = 0; i < answer->rep->an_numrrsets; i++) {
		const struct packed_rrset_data *data = answer->rep->rrsets[i]->entry.data;

		view->record_count += data->count;
		for (size_t k = 0; k < data->count; k++) {
			uint32_t ttl = ttl_left(answer, data, k);

			view->ttl_min = ttl < view->ttl_min ? ttl : view->ttl_min;
			view->ttl_max = ttl > view->ttl_max ? ttl : view->ttl_max;
		}
	}
}

void dw_view_answer(const struct dw_snapshot *snapshot, const struct reply_info *rep,
	int64_t ttl_base, struct dw_answer *answer)
{
	answer->snapshot = snapshot;
	answer->rep = rep;
	answer->ttl_base = ttl_base;
	dw_view_nothing(FLAGS_GET_RCODE(rep->flags), &answer->view);
	answer->view.next = next_part;
	answer->view.source = answer;
	answer->view.ttl_known = ttl_base == 0;
	if (dw_snapshot_weighs_answers(snapshot))
		measure(answer, &answer->view);
}

bool dw_view_bogus(const struct module_qstate *qstate)
{
	const struct module_env *env = qstate->env;
	enum sec_status security = qstate->return_msg->rep->security;

	if ((qstate->query_flags & BIT_CD) && !env->cfg->ignore_cd)
		return false;
	return security == sec_status_bogus || security == sec_status_secure_sentinel_fail ||
	       (security == sec_status_unchecked && env->need_to_validate);
}

void dw_view_judge_error(struct dw_thread *thread, const struct dw_snapshot *snapshot,
	const struct dw_question *question, uint8_t rcode, struct dw_verdict *verdict)
{
	struct dw_answer_view answer;

	dw_view_nothing(rcode, &answer);
	dw_decide_answer(thread->worker, snapshot, &question->view, &answer, verdict);
}

void dw_view_judge(struct dw_thread *thread, const struct dw_snapshot *snapshot,
	const struct dw_question *question, const struct reply_info *rep, int64_t ttl_base,
	struct dw_verdict *verdict)
{
	struct dw_answer answer;

	dw_decide(thread->worker, snapshot, &question->view, verdict);
	if (rep == NULL || (!verdict->awaits_answer && !dw_view_has_parts(snapshot, rep)))
		return;
	dw_view_answer(snapshot, rep, ttl_base, &answer);
	dw_decide_answer(thread->worker, snapshot, &question->view, &answer.view, verdict);
}

const struct comm_reply *dw_view_client(const struct module_qstate *qstate)
{
	const struct mesh_reply *reply = qstate->mesh_info->reply_list;

	return reply != NULL ? &reply->query_reply : NULL;
}

bool dw_view_is_stream(const struct comm_reply *client)
{
	return client != NULL && client->c->type != comm_udp;
}

void dw_verdict_passed(struct dw_verdict *verdict, const char *because)
{
	if (verdict->action != DW_ACTION_SINKHOLE)
		return;
	verdict->action = DW_ACTION_ALLOW;
	verdict->because = because;
}
