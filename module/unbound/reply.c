/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * reply.c: our answers, built in the query's region */
#include "glue.h"

#include <string.h>

/* The SOA that lets a client cache our NXDOMAIN or NODATA (RFC 2308 section 3): owned by the
 * name itself, so that a resolver behind us learns nothing of any other zone, and in the
 * words of Unbound's own empty zones (RFC 6303 section 3). Its last field is the TTL. */
static const uint8_t soa_head[] = "\011localhost\0"         /* MNAME */
				  "\006nobody\007invalid\0" /* RNAME */
				  "\0\0\0\1"                /* serial */
				  "\0\0\016\020"            /* refresh: 3600 */
				  "\0\0\004\260"            /* retry: 1200 */
				  "\0\011\072\200";         /* expire: 604800 */

enum { SOA_HEAD = sizeof(soa_head) - 1, SOA_LEN = SOA_HEAD + 4 };

/* An rrset of those records that have the type of the first, in one piece of memory: the
 * data, then lengths, pointers, TTLs and rdata as struct packed_rrset_data wants them. */
static struct ub_packed_rrset_key *rrset_new(struct regional *region,
	const struct query_info *qinfo, const struct dw_record *records, size_t count)
{
	size_t same = 0, bytes = 0;

	for (size_t i = 0; i < count; i++) {
		if (records[i].type == records[0].type) {
			same++;
			bytes += sizeof(uint16_t) + records[i].rdata_len;
		}
	}
	struct ub_packed_rrset_key *key = regional_alloc_zero(region, sizeof(*key));
	struct packed_rrset_data *data = regional_alloc_zero(region, sizeof(*data));
	uint8_t *at = regional_alloc(region, bytes);
	if (key == NULL || data == NULL || at == NULL)
		return NULL;
	data->rr_len = regional_alloc(region, same * sizeof(*data->rr_len));
	data->rr_data = regional_alloc(region, same * sizeof(*data->rr_data));
	data->rr_ttl = regional_alloc(region, same * sizeof(*data->rr_ttl));
	if (data->rr_len == NULL || data->rr_data == NULL || data->rr_ttl == NULL)
		return NULL;
	data->ttl = records[0].ttl;
	data->trust = rrset_trust_none;
	data->security = sec_status_insecure;
	for (size_t i = 0; i < count; i++) {
		const struct dw_record *record = &records[i];

		if (record->type != records[0].type)
			continue;
		data->rr_len[data->count] = sizeof(uint16_t) + record->rdata_len;
		data->rr_data[data->count] = at;
		data->rr_ttl[data->count++] = record->ttl;
		sldns_write_uint16(at, record->rdata_len);
		memcpy(at + sizeof(uint16_t), record->rdata, record->rdata_len);
		at += sizeof(uint16_t) + record->rdata_len;
	}
	key->entry.key = key;
	key->entry.data = data;
	key->rk.dname = qinfo->qname;
	key->rk.dname_len = qinfo->qname_len;
	key->rk.type = htons(records[0].type);
	key->rk.rrset_class = htons(LDNS_RR_CLASS_IN);
	return key;
}

/* Whether an rrset before record `i` has its type already. */
static bool seen(const struct dw_record *records, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (records[k].type == records[i].type)
			return true;
	}
	return false;
}

static bool add_records(struct regional *region, const struct query_info *qinfo,
	const struct dw_record *records, size_t count, struct reply_info *rep)
{
	for (size_t i = 0; i < count; i++) {
		if (seen(records, i))
			continue;
		rep->rrsets[rep->rrset_count] = rrset_new(region, qinfo, records + i, count - i);
		if (rep->rrsets[rep->rrset_count++] == NULL)
			return false;
	}
	return true;
}

static bool add_soa(struct regional *region, const struct query_info *qinfo, uint32_t ttl,
	struct reply_info *rep)
{
	uint8_t rdata[SOA_LEN];
	struct dw_record soa = {
		.type = LDNS_RR_TYPE_SOA, .rdata_len = SOA_LEN, .ttl = ttl, .rdata = rdata};

	memcpy(rdata, soa_head, SOA_HEAD);
	sldns_write_uint32(rdata + SOA_HEAD, ttl);
	return add_records(region, qinfo, &soa, 1, rep);
}

static struct dns_msg *message_new(struct regional *region, const struct query_info *qinfo,
	uint16_t flags, uint32_t ttl, size_t rrsets)
{
	struct dns_msg *msg = regional_alloc_zero(region, sizeof(*msg));
	struct reply_info *rep = regional_alloc_zero(region, sizeof(*rep));

	if (msg == NULL || rep == NULL)
		return NULL;
	msg->qinfo = *qinfo;
	msg->rep = rep;
	rep->rrsets = regional_alloc_zero(region, (rrsets + 1) * sizeof(struct rrset_ref));
	if (rep->rrsets == NULL)
		return NULL;
	rep->flags = (uint16_t)(BIT_QR | BIT_RA | flags);
	rep->qdcount = 1;
	rep->ttl = rep->prefetch_ttl = rep->serve_expired_ttl = ttl;
	rep->security = sec_status_insecure;
	rep->reason_bogus = LDNS_EDE_NONE;
	return msg;
}

/* The name that the answer is for: where the aliases before it lead, or the question. */
static struct query_info owner_of(
	const struct dw_kept_aliases *aliases, const struct query_info *qinfo)
{
	struct query_info owner = *qinfo;

	if (aliases->count > 0)
		get_cname_target(
			aliases->rep->rrsets[aliases->count - 1], &owner.qname, &owner.qname_len);
	return owner;
}

/* The answer section, or the SOA instead. */
static bool fill(struct regional *region, const struct query_info *qinfo,
	const struct dw_reply *reply, struct reply_info *rep)
{
	struct dw_record cname = {
		.type = LDNS_RR_TYPE_CNAME,
		.rdata_len = (uint16_t)reply->cname_len,
		.ttl = reply->ttl,
		.rdata = reply->cname,
	};

	switch (reply->kind) {
	case DW_REPLY_NXDOMAIN:
	case DW_REPLY_NODATA:
		rep->ns_numrrsets = 1;
		return add_soa(region, qinfo, reply->ttl, rep);
	case DW_REPLY_RECORDS:
		if (!add_records(region, qinfo, reply->records, reply->record_count, rep))
			return false;
		break;
	case DW_REPLY_CNAME:
		if (!add_records(region, qinfo, &cname, 1, rep))
			return false;
		break;
	case DW_REPLY_REFUSED:
	case DW_REPLY_DROP:
	case DW_REPLY_TRUNCATE:
	case DW_REPLY_PASS:
		break;
	}
	rep->an_numrrsets = rep->rrset_count;
	return true;
}

static uint16_t flags_of(enum dw_reply_kind kind)
{
	switch (kind) {
	case DW_REPLY_NXDOMAIN:
		return LDNS_RCODE_NXDOMAIN;
	case DW_REPLY_REFUSED:
	case DW_REPLY_DROP:
		return LDNS_RCODE_REFUSED;
	case DW_REPLY_TRUNCATE:
		return BIT_TC;
	case DW_REPLY_NODATA:
	case DW_REPLY_RECORDS:
	case DW_REPLY_CNAME:
	case DW_REPLY_PASS:
		break;
	}
	return LDNS_RCODE_NOERROR;
}

struct dns_msg *dw_reply_message(struct regional *region, const struct query_info *qinfo,
	const struct dw_kept_aliases *aliases, const struct dw_reply *reply)
{
	struct query_info owner = owner_of(aliases, qinfo);
	struct dns_msg *msg = message_new(region, qinfo, flags_of(reply->kind), reply->ttl,
		aliases->count + reply->record_count + 1);

	if (msg == NULL)
		return NULL;
	for (size_t i = 0; i < aliases->count; i++)
		msg->rep->rrsets[i] = aliases->rep->rrsets[i];
	msg->rep->an_numrrsets = msg->rep->rrset_count = aliases->count;
	return fill(region, &owner, reply, msg->rep) ? msg : NULL;
}

void dw_reply_ede(struct edns_option **list, struct regional *region, const struct dw_reply *reply)
{
	struct edns_option *option = NULL;

	if (!reply->ede || !edns_opt_list_append_ede(&option, region,
				   (sldns_ede_code)reply->ede_code, reply->ede_text))
		return;
	option->next = *list;
	*list = option;
}

void dw_reply_servfail(struct module_qstate *qstate, int id)
{
	qstate->return_msg = NULL;
	qstate->return_rcode = LDNS_RCODE_SERVFAIL;
	qstate->no_cache_lookup = 1; /* serve-expired would answer in our place */
	qstate->ext_state[id] = module_finished;
}

static bool may_be_led(enum dw_reply_kind kind)
{
	return kind == DW_REPLY_NXDOMAIN || kind == DW_REPLY_NODATA || kind == DW_REPLY_RECORDS ||
	       kind == DW_REPLY_CNAME;
}

/* Whether it was a part of the answer that the list spoke of, and it is the list that answers. */
static bool replaces_part(const struct dw_verdict *verdict)
{
	return verdict->row->answer == DW_ANSWER_AS_LISTED &&
	       (verdict->matched_len > 0 || (verdict->has_reason && verdict->reason.hit.trigger ==
									    DW_TRIGGER_ANSWER_NET));
}

static bool is_alias(const struct ub_packed_rrset_key *rrset)
{
	return rrset->rk.type == htons(LDNS_RR_TYPE_CNAME) ||
	       rrset->rk.type == htons(LDNS_RR_TYPE_DNAME);
}

static bool is_of(const struct ub_packed_rrset_key *rrset, const uint8_t *name)
{
	return query_dname_compare(rrset->rk.dname, (uint8_t *)name) == 0;
}

/* The aliases up to the name that is listed, or to the last. */
static void follow_alias(const struct dw_verdict *verdict, struct dw_kept_aliases *aliases)
{
	const struct reply_info *rep = aliases->rep;

	while (aliases->count < rep->an_numrrsets && is_alias(rep->rrsets[aliases->count]) &&
		!(verdict->matched_len > 0 && is_of(rep->rrsets[aliases->count], verdict->matched)))
		aliases->count++;
}

/* Where clients are sent to is no place that they are sent away from. */
static bool turns_back(const struct dw_reply *reply, const struct dw_view *view,
	const struct dw_kept_aliases *aliases)
{
	const struct query_info question = {.qname = (uint8_t *)view->name};

	for (size_t i = 0; i < aliases->count; i++) {
		if (is_of(aliases->rep->rrsets[i], reply->cname))
			return true;
	}
	return query_dname_compare(owner_of(aliases, &question).qname, (uint8_t *)reply->cname) ==
	       0;
}

void dw_reply_work_out(const struct dw_verdict *verdict, const struct dw_view *view, bool stream,
	struct dw_kept_aliases *aliases, struct dw_reply *reply)
{
	dw_reply_make(view, verdict, stream, reply);
	if (!may_be_led(reply->kind))
		aliases->count = 0;
	else if (replaces_part(verdict))
		follow_alias(verdict, aliases);
	if (reply->kind == DW_REPLY_CNAME && turns_back(reply, view, aliases))
		reply->kind = DW_REPLY_PASS;
}

/* From `reply` on, the first that is not QUIC's. */
static struct mesh_reply *not_quic(struct mesh_reply *reply)
{
	while (reply != NULL && dw_is_quic(reply->query_reply.c))
		reply = reply->next;
	return reply;
}

/* Take the clients off the query, as though they had gone, and close their streams. Unbound does
 * that for is_drop, but only of late without harm. In 1.17 a reply stays counted as one that
 * waits, until those who join a query are turned away; a stream that has asked twice is closed
 * twice, which can make a loop of the chain of free ones; and a stream of HTTP/2 keeps a pointer
 * to the query that is gone. QUIC is younger than that. */
static void drop(struct module_qstate *qstate)
{
	struct mesh_state *state = qstate->mesh_info;
	struct mesh_reply *reply;

	qstate->is_drop = 1;
	for (reply = state->reply_list; reply != NULL; reply = reply->next) {
		if (reply->query_reply.c->use_h2 && reply->h2_stream != NULL)
			reply->h2_stream->mesh_state = NULL;
	}
	while ((reply = not_quic(state->reply_list)) != NULL) {
		struct comm_reply client = reply->query_reply;

		dw_remove_replies(state, client.c);
		comm_point_drop_reply(&client);
	}
}

void dw_reply_give(struct module_qstate *qstate, int id, struct dw_query *query,
	const struct dw_kept_aliases *aliases, const struct dw_reply *reply)
{
	qstate->ext_state[id] = module_finished;
	qstate->return_rcode = LDNS_RCODE_NOERROR;
	if (reply->kind == DW_REPLY_DROP) {
		dw_events_dropped(qstate, query);
		drop(qstate);
		return;
	}
	if (reply->kind == DW_REPLY_TRUNCATE) {
		qstate->return_msg = NULL;
		qstate->return_rcode = LDNS_RCODE_NOERROR | BIT_TC;
	} else {
		qstate->return_msg =
			dw_reply_message(qstate->region, &qstate->qinfo, aliases, reply);
		if (qstate->return_msg == NULL) {
			dw_reply_servfail(qstate, id);
			return;
		}
	}
	dw_reply_ede(&qstate->edns_opts_front_out, qstate->region, reply);
	if (reply->kind == DW_REPLY_CNAME)
		dw_target_ask(qstate, id, query, reply);
}
