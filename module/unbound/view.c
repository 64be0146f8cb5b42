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

/* Which parts of an answer are copied, and how many there were of each kind so far. */
struct taken {
	size_t round, targets, addresses, texts;
};

/* Whether the part that comes next, of a kind for `max` of which there is room, is this round's. */
static bool is_next(const struct taken *taken, size_t *count, size_t max, struct dw_answer *answer)
{
	size_t round = (*count)++ / max;

	answer->more |= round > taken->round;
	return round == taken->round;
}

static void add_target(
	const struct packed_rrset_data *data, struct taken *taken, struct dw_answer *answer)
{
	size_t len, n = answer->view.target_count;
	const uint8_t *name = data->count > 0 ? rdata(data, 0, &len) : NULL;

	if (name == NULL || !dw_name_check(name, len) ||
		!is_next(taken, &taken->targets, DW_ANSWER_TARGETS_MAX, answer))
		return;
	answer->view.target[n].name = answer->name[n];
	answer->view.target[n].len = dw_name_lower(name, len, answer->name[n]);
	answer->view.target_count++;
}

static void add_addresses(const struct dw_snapshot *snapshot, const struct packed_rrset_data *data,
	size_t want, int64_t ttl_base, struct taken *taken, struct dw_answer *answer)
{
	size_t len;
	int64_t ttl = data->ttl - ttl_base;

	if (ttl > (int64_t)answer->view.address_ttl)
		answer->view.address_ttl = (uint32_t)ttl;

	for (size_t i = 0; i < data->count; i++) {
		const uint8_t *bytes = rdata(data, i, &len);
		if (bytes == NULL || len != want ||
			!is_next(taken, &taken->addresses, DW_ANSWER_ADDRESSES_MAX, answer))
			continue;
		answer->address[answer->view.address_count++] =
			dw_snapshot_address(snapshot, bytes, len);
	}
}

static void add_texts(
	const struct packed_rrset_data *data, struct taken *taken, struct dw_answer *answer)
{
	for (size_t i = 0; i < data->count; i++) {
		size_t len;
		const uint8_t *bytes = rdata(data, i, &len);
		if (bytes != NULL && is_next(taken, &taken->texts, DW_ANSWER_TEXTS_MAX, answer))
			answer->text[answer->view.text_count++] =
				(struct dw_text){.rdata = bytes, .len = len};
	}
}

static void add_ttls(
	const struct packed_rrset_data *data, int64_t ttl_base, struct dw_answer_view *view)
{
	view->record_count += data->count;
	for (size_t i = 0; i < data->count; i++) {
		int64_t left = (int64_t)data->rr_ttl[i] - ttl_base;
		uint32_t ttl = left > 0 ? (uint32_t)left : 0;

		view->ttl_min = ttl < view->ttl_min ? ttl : view->ttl_min;
		view->ttl_max = ttl > view->ttl_max ? ttl : view->ttl_max;
	}
}

static bool is_weighed(uint16_t type, bool addresses)
{
	switch (type) {
	case LDNS_RR_TYPE_CNAME:
	case LDNS_RR_TYPE_DNAME:
		return true;
	case LDNS_RR_TYPE_A:
	case LDNS_RR_TYPE_AAAA:
		return addresses;
	default:
		return false;
	}
}

static bool has_weighed(const struct reply_info *rep, bool addresses)
{
	for (size_t i = 0; i < rep->an_numrrsets; i++) {
		if (is_weighed(ntohs(rep->rrsets[i]->rk.type), addresses))
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

void dw_view_nothing(uint8_t rcode, struct dw_answer *answer)
{
	answer->view.rcode = rcode;
	answer->view.target_count = answer->view.address_count = answer->view.text_count = 0;
	answer->view.record_count = answer->view.address_ttl = 0;
	answer->more = false;
	answer->view.addresses = answer->address;
	answer->view.texts = answer->text;
	answer->view.texts_unknown = answer->view.ttl_known = false;
	answer->view.ttl_min = UINT32_MAX;
	answer->view.ttl_max = 0;
}

void dw_view_answer(const struct dw_snapshot *snapshot, const struct reply_info *rep,
	int64_t ttl_base, size_t round, struct dw_answer *answer)
{
	struct taken taken = {.round = round};
	bool addresses = dw_snapshot_weighs_addresses(snapshot);
	bool all = dw_snapshot_weighs_answers(snapshot);

	dw_view_nothing(FLAGS_GET_RCODE(rep->flags), answer);
	answer->view.ttl_known = ttl_base != DW_TTL_LOST;
	for (size_t i = 0; i < rep->an_numrrsets; i++) {
		const struct ub_packed_rrset_key *rrset = rep->rrsets[i];
		const struct packed_rrset_data *data = rrset->entry.data;
		uint16_t type = ntohs(rrset->rk.type);
		if (all)
			add_ttls(data, ttl_base, &answer->view);
		if (all && type == LDNS_RR_TYPE_TXT)
			add_texts(data, &taken, answer);
		if (!is_weighed(type, addresses))
			continue;
		if (type == LDNS_RR_TYPE_A || type == LDNS_RR_TYPE_AAAA)
			add_addresses(snapshot, data, type == LDNS_RR_TYPE_A ? 4 : 16, ttl_base,
				&taken, answer);
		else
			add_target(data, &taken, answer);
	}
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

/* Apart, so that the common answer, which has no parts, needs no room for them. */
static __attribute__((noinline)) void judge_parts(struct dw_worker *worker,
	const struct dw_snapshot *snapshot, const struct dw_question *question,
	const struct reply_info *rep, int64_t ttl_base, struct dw_verdict *verdict)
{
	struct dw_answer answer;

	size_t round = 0;

	do {
		dw_view_answer(snapshot, rep, ttl_base, round++, &answer);
		dw_decide_answer(worker, snapshot, &question->view, &answer.view, verdict);
	} while (answer.more);
}

void dw_view_judge_error(struct dw_thread *thread, const struct dw_snapshot *snapshot,
	const struct dw_question *question, uint8_t rcode, struct dw_verdict *verdict)
{
	struct dw_answer answer;

	dw_view_nothing(rcode, &answer);
	dw_decide_answer(thread->worker, snapshot, &question->view, &answer.view, verdict);
}

void dw_view_judge(struct dw_thread *thread, const struct dw_snapshot *snapshot,
	const struct dw_question *question, const struct reply_info *rep, int64_t ttl_base,
	struct dw_verdict *verdict)
{
	dw_decide(thread->worker, snapshot, &question->view, verdict);
	if (rep != NULL && (verdict->awaits_answer || dw_view_has_parts(snapshot, rep)))
		judge_parts(thread->worker, snapshot, question, rep, ttl_base, verdict);
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
