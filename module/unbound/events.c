/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * events.c: Unbound's callbacks, and what the log is told of a reply */
#include "glue.h"

#include <string.h>
#include <time.h>

/* A reply as a callback hears of it. */
struct sent {
	const struct query_info *qinfo;
	const struct reply_info *rep; /* or NULL */
	int rcode;                    /* 0: the one in `rep` */
	uint16_t query_flags;
	const struct edns_data *edns;
	const struct comm_reply *client;
	const struct timeval *start; /* or NULL */
	time_t ttl_base;             /* TTLs count from here: the cache's are absolute */
	bool cached, local, dropped;
	bool server; /* of the server itself, class CH: Unbound hands over no question */
};

/* ---- one event ---- */

static void add_answers(const struct ub_packed_rrset_key *rrset, time_t ttl_base,
	struct dw_event *event, struct dw_event_answer answers[DW_EVENT_ANSWERS_MAX])
{
	const struct packed_rrset_data *data = rrset->entry.data;

	for (size_t i = 0; i < data->count && event->answer_count < DW_EVENT_ANSWERS_MAX; i++) {
		if (data->rr_len[i] < sizeof(uint16_t))
			continue;
		answers[event->answer_count++] = (struct dw_event_answer){
			.name = rrset->rk.dname,
			.name_len = (uint8_t)rrset->rk.dname_len,
			.type = ntohs(rrset->rk.type),
			.klass = ntohs(rrset->rk.rrset_class),
			.ttl = dw_sent_ttl(rrset, i, ttl_base),
			.rdata = data->rr_data[i] + sizeof(uint16_t),
			.rdata_len = (uint16_t)(data->rr_len[i] - sizeof(uint16_t)),
		};
	}
}

static enum dw_transport transport(const struct comm_point *c)
{
	if (c->type == comm_udp)
		return DW_UDP;
	if (c->type == comm_http)
		return DW_DOH;
	if (dw_is_quic(c))
		return DW_DOQ;
	return c->ssl != NULL ? DW_DOT : DW_TCP;
}

/* The address the client asked: of the packet where Unbound keeps it (interface-automatic),
 * else what the socket is bound to, or connected from where that is a wildcard. */
static void add_server(const struct comm_reply *client, struct dw_event *event)
{
	static const struct dw_addr none4 = {.family = 4, .bytes = {[10] = 0xff, [11] = 0xff}};
	static const struct dw_addr none6 = {.family = 6};
	const struct sockaddr *bound = dw_listen_addr(client->c);
	struct sockaddr_storage real;
	socklen_t len = sizeof(real);

	event->server = (struct dw_addr){.family = 0};
	event->server_port = 0;
	if (bound != NULL)
		event->server = dw_addr_from_sockaddr(bound, &event->server_port);
	if (client->srctype == 4)
		memcpy(event->server.bytes + 12, &client->pktinfo.v4info.ipi_addr, 4);
	else if (client->srctype == 6)
		memcpy(event->server.bytes, &client->pktinfo.v6info.ipi6_addr, 16);
	if (client->c->type != comm_udp &&
		(memcmp(&event->server, &none4, sizeof(none4)) == 0 ||
			memcmp(&event->server, &none6, sizeof(none6)) == 0) &&
		getsockname(client->c->fd, (struct sockaddr *)&real, &len) == 0)
		event->server =
			dw_addr_from_sockaddr((struct sockaddr *)&real, &event->server_port);
}

/* The header's flags as Unbound is about to write them. */
static uint16_t reply_flags(const struct sent *sent)
{
	const struct reply_info *rep = sent->rep;
	uint16_t asked = sent->query_flags;
	uint16_t flags;

	if (sent->rcode != 0 || rep == NULL)
		return (uint16_t)(BIT_QR | BIT_RA | sent->rcode | (asked & (BIT_RD | BIT_CD)) |
				  (sent->local && !sent->server ? BIT_AA : 0));
	flags = (uint16_t)(rep->flags | (asked & (BIT_RD | BIT_CD)));
	if (!sent->local && !rep->authoritative)
		flags &= (uint16_t)~BIT_AA;
	if (rep->security == sec_status_secure &&
		((sent->edns->bits & EDNS_DO) || (asked & BIT_AD)))
		flags |= BIT_AD;
	return flags;
}

static int64_t microseconds(const struct timeval *tv)
{
	return (int64_t)tv->tv_sec * 1000000 + tv->tv_usec;
}

static void fill(const struct sent *sent, struct dw_event *event,
	struct dw_event_answer answers[DW_EVENT_ANSWERS_MAX])
{
	const struct query_info *qinfo = sent->qinfo;
	const struct ub_packed_rrset_key *alias =
		qinfo->local_alias != NULL ? qinfo->local_alias->rrset : NULL;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	event->time_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
	event->duration_us = sent->start != NULL ? event->time_us - microseconds(sent->start) : -1;
	if (event->duration_us < 0)
		event->duration_us = sent->start != NULL ? 0 : -1;
	add_server(sent->client, event);
	event->transport = (uint8_t)transport(sent->client->c);
	event->question = alias != NULL ? alias->rk.dname : qinfo->qname;
	event->question_len = (uint8_t)(alias != NULL ? alias->rk.dname_len : qinfo->qname_len);
	event->type = qinfo->qtype;
	event->klass = qinfo->qclass;
	event->flags = reply_flags(sent);
	event->rcode = FLAGS_GET_RCODE(event->flags);
	event->cached = sent->cached;
	event->dropped = sent->dropped;
	event->answers = answers;
	event->answer_count = 0;
	if (alias != NULL)
		add_answers(alias, 0, event, answers);
	if (sent->rcode == 0 && sent->rep != NULL) {
		for (size_t i = 0; i < sent->rep->an_numrrsets; i++)
			add_answers(sent->rep->rrsets[i], sent->ttl_base, event, answers);
	}
}

static bool observe(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_verdict *verdict, const struct sent *sent, struct dw_event *event,
	bool wanted)
{
	struct dw_answer answer;

	if (sent->rcode != 0 || sent->rep == NULL)
		return dw_observe(worker, snapshot, verdict, NULL, event, wanted);
	dw_view_answer(snapshot, sent->rep, sent->ttl_base, &answer);
	return dw_observe(worker, snapshot, verdict, &answer.view, event, wanted);
}

static void note(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_verdict *verdict, const struct sent *sent)
{
	bool observed = dw_wants_replies(snapshot);
	struct dw_event_answer answers[DW_EVENT_ANSWERS_MAX];
	struct dw_event event;

	if (!observed && !dw_tells_of(snapshot, verdict)) {
		dw_note(worker, snapshot, verdict, NULL);
		return;
	}
	event.client = dw_addr_from_sockaddr(
		(const struct sockaddr *)&sent->client->client_addr, &event.client_port);
	bool wanted = dw_wants_event(worker, snapshot, verdict, &event.client);
	if (wanted || observed)
		fill(sent, &event, answers);
	if (observed)
		wanted = observe(worker, snapshot, verdict, sent, &event, wanted);
	dw_note(worker, snapshot, verdict, wanted ? &event : NULL);
}

/* ---- replies that no module saw ---- */

static uint16_t flags_in_packet(const struct comm_point *c)
{
	return sldns_buffer_limit(c->buffer) >= 2 * sizeof(uint16_t)
		       ? sldns_buffer_read_u16_at(c->buffer, sizeof(uint16_t))
		       : 0;
}

/* The question as it stands in the packet, which Unbound has parsed and not written over yet. */
static bool question_in_packet(const struct comm_point *c, struct query_info *out)
{
	enum { HEADER = 12, REST = 4 };
	size_t limit = sldns_buffer_limit(c->buffer);
	uint8_t *packet = sldns_buffer_begin(c->buffer);
	size_t at = HEADER;

	while (at < limit && packet[at] != 0)
		at += packet[at] + 1u;
	if (at + 1 + REST > limit || !dw_name_check(packet + HEADER, at + 1 - HEADER))
		return false;
	*out = (struct query_info){
		.qname = packet + HEADER,
		.qname_len = at + 1 - HEADER,
		.qtype = sldns_read_uint16(packet + at + 1),
		.qclass = sldns_read_uint16(packet + at + 1 + sizeof(uint16_t)),
	};
	return true;
}

/* Decide now, for the log only: the answer cannot be stopped. One that should not have come
 * from the cache makes the sweep look again. */
static void decide_late(struct dw_thread *thread, const struct dw_snapshot *snapshot,
	const struct sent *sent, struct dw_verdict *verdict)
{
	int64_t now = sent->start != NULL ? sent->start->tv_sec : time(NULL);
	struct dw_question question;

	if (!dw_view_question(sent->qinfo, sent->client, now, &question)) {
		memset(verdict, 0, sizeof(*verdict));
		verdict->generation = dw_snapshot_generation(snapshot);
		return;
	}
	dw_view_judge(thread, snapshot, &question, sent->cached ? sent->rep : NULL,
		sent->ttl_base, verdict);
	if (sent->cached && verdict->may_sinkhole)
		dw_sweep_suspect(&thread->instance->sweep);
	dw_verdict_passed(verdict, sent->local ? "local-data" : "cached");
}

/* Whether nothing can come of a verdict on this reply: see struct dw_sweep. */
static bool needs_no_verdict(
	struct dw_thread *thread, const struct dw_snapshot *snapshot, const struct sent *sent)
{
	enum { JUDGED_ONE_IN = 64 };
	const struct dw_sweep *sweep = &thread->instance->sweep;

	return sent->cached && !dw_snapshot_weighs_cached(snapshot) &&
	       dw_snapshot_generation(snapshot) ==
		       atomic_load_explicit(&sweep->honoured, memory_order_relaxed) &&
	       thread->unweighed++ % JUDGED_ONE_IN != 0;
}

static void judge_unseen(struct dw_thread *thread, const struct dw_snapshot *snapshot,
	const struct sent *sent)
{
	struct dw_verdict verdict;

	decide_late(thread, snapshot, sent, &verdict);
	note(thread->worker, snapshot, &verdict, sent);
}

static void unseen_reply(struct dw_instance *instance, struct sent *sent)
{
	struct dw_thread *thread = dw_thread_here(instance);
	const struct comm_point *c = sent->client->c;
	const struct dw_snapshot *snapshot;

	if (thread == NULL)
		return;
	if (c->callback == &worker_handle_request) {
		struct worker *worker = c->cb_arg;

		dw_sweep_start(instance, thread, worker->base, &worker->env);
	}
	snapshot = dw_snapshot_acquire(thread->worker);
	sent->query_flags = flags_in_packet(c);
	if (!needs_no_verdict(thread, snapshot, sent))
		judge_unseen(thread, snapshot, sent);
	else if (dw_tells_of(snapshot, dw_snapshot_allowed(snapshot)))
		note(thread->worker, snapshot, dw_snapshot_allowed(snapshot), sent);
	else
		dw_note_allowed(thread->worker, snapshot);
	dw_snapshot_release(thread->worker, &snapshot);
}

/* ---- replies of queries that went through us ---- */

/* Whether this client gets what the first one gets, but rows that only log may fit it otherwise. */
static bool is_logged_apart(const struct dw_query *query, const struct sent *sent)
{
	return query->verdict.conditional && !query->verdict.varies && sent->client != query->client;
}

/* Who is held for all it asks gets what others wait for, as it gets what is cached. */
static void judge_apart(const struct module_qstate *qstate, const struct dw_query *query,
	const struct sent *sent, struct dw_verdict *verdict)
{
	const struct reply_info *rep = sent->rcode == 0 ? sent->rep : NULL;
	struct dw_question question;

	(void)dw_view_question(&qstate->qinfo, sent->client, *qstate->env->now, &question);
	dw_view_judge(query->thread, query->snapshot, &question, rep, 0, verdict);
	if (rep == NULL)
		dw_view_judge_error(query->thread, query->snapshot, &question,
			FLAGS_GET_RCODE(sent->rcode), verdict);
	dw_verdict_passed(verdict, "cached");
}

/* The verdict on this one reply where it is not the query's: a client that gets a reply of its
 * own or that is logged apart, or an alias of local-data that led to the name that was judged. */
static void seen_specially(struct module_qstate *qstate, struct dw_query *query,
	struct reply_info *rep, struct edns_option **options, const struct sent *sent,
	struct dw_verdict *verdict)
{
	const struct query_info *qinfo = sent->qinfo;

	*verdict = query->verdict;
	if (query->upstream != NULL && rep != NULL)
		dw_share_reply(qstate, query, rep, sent->client, options, verdict);
	else if (is_logged_apart(query, sent))
		judge_apart(qstate, query, sent, verdict);
	if (qinfo->local_alias != NULL && verdict->row != NULL && verdict->matched_len == 0)
		verdict->matched_len =
			(uint8_t)dw_name_lower(qinfo->qname, qinfo->qname_len, verdict->matched);
}

static void seen_reply(struct module_qstate *qstate, struct dw_query *query, struct reply_info *rep,
	struct edns_option **options, struct sent *sent)
{
	const struct dw_verdict *verdict = &query->verdict;
	struct dw_verdict own;

	if (query->upstream != NULL || sent->qinfo->local_alias != NULL ||
		is_logged_apart(query, sent)) {
		seen_specially(qstate, query, rep, options, sent, &own);
		verdict = &own;
	}
	note(query->thread->worker, query->snapshot, verdict, sent);
}

void dw_events_dropped(struct module_qstate *qstate, const struct dw_query *query)
{
	const struct mesh_reply *reply;

	for (reply = qstate->mesh_info->reply_list; reply != NULL; reply = reply->next) {
		struct query_info qinfo = qstate->qinfo;
		struct sent sent = {
			.qinfo = &qinfo,
			.query_flags = reply->qflags,
			.edns = &reply->edns,
			.client = &reply->query_reply,
			.start = &reply->start_time,
			.dropped = true,
		};

		qinfo.qname = reply->qname;
		qinfo.local_alias = reply->local_alias;
		note(query->thread->worker, query->snapshot, &query->verdict, &sent);
	}
}

/* ---- the callbacks ---- */

/* A reply of a query: its client's flags stand beside the comm_reply in struct mesh_reply. */
static int on_reply(struct query_info *qinfo, struct module_qstate *qstate, struct reply_info *rep,
	int rcode, struct edns_data *edns, struct edns_option **options, struct comm_reply *client,
	struct regional *region, struct timeval *start, int id, void *arg)
{
	struct dw_query *query;

	(void)region, (void)arg;
	if (qstate == NULL || (query = qstate->minfo[id]) == NULL)
		return 1;
	if (client == NULL) {
		if (rep != NULL)
			dw_share_own(query, rep);
		return 1;
	}
	const struct mesh_reply *reply =
		(const void *)((const char *)client - offsetof(struct mesh_reply, query_reply));
	struct sent sent = {
		.qinfo = qinfo,
		.rep = rep,
		.rcode = rcode,
		.query_flags = reply->qflags,
		.edns = edns,
		.client = client,
		.start = start,
	};
	seen_reply(qstate, query, rep, options, &sent);
	return 1;
}

static int on_reply_servfail(struct query_info *qinfo, struct module_qstate *qstate,
	struct reply_info *rep, int rcode, struct edns_data *edns, struct edns_option **options,
	struct comm_reply *client, struct regional *region, struct timeval *start, int id,
	void *arg)
{
	struct dw_query *query = qstate != NULL ? qstate->minfo[id] : NULL;
	struct sent sent = {
		.qinfo = qinfo,
		.rcode = rcode,
		.query_flags = qstate != NULL ? qstate->query_flags : 0,
		.edns = edns,
		.client = client,
		.start = start,
		.cached = qstate == NULL,
	};

	(void)rep, (void)region;
	if (client == NULL)
		return 1;
	if (query != NULL)
		seen_reply(qstate, query, NULL, options, &sent);
	else if (qstate == NULL)
		unseen_reply(arg, &sent);
	return 1;
}

static int on_reply_cache(struct query_info *qinfo, struct module_qstate *qstate,
	struct reply_info *rep, int rcode, struct edns_data *edns, struct edns_option **options,
	struct comm_reply *client, struct regional *region, struct timeval *start, int id,
	void *arg)
{
	struct sent sent = {
		.qinfo = qinfo,
		.rep = rep,
		.edns = edns,
		.client = client,
		.start = start,
		.ttl_base = start != NULL ? start->tv_sec : time(NULL),
		.cached = true,
	};

	(void)qstate, (void)rcode, (void)options, (void)region, (void)id;
	if (client != NULL)
		unseen_reply(arg, &sent);
	return 1;
}

static int on_reply_local(struct query_info *qinfo, struct module_qstate *qstate,
	struct reply_info *rep, int rcode, struct edns_data *edns, struct edns_option **options,
	struct comm_reply *client, struct regional *region, struct timeval *start, int id,
	void *arg)
{
	struct sent sent = {
		.qinfo = qinfo,
		.rep = rep,
		.rcode = rep == NULL ? rcode : 0, /* else it stands in `rep` */
		.edns = edns,
		.client = client,
		.start = start,
		.local = true,
		.server = qinfo == NULL,
	};
	struct query_info own;

	(void)qstate, (void)options, (void)region, (void)id;
	if (client != NULL && qinfo == NULL && question_in_packet(client->c, &own))
		sent.qinfo = &own;
	if (client != NULL && sent.qinfo != NULL)
		unseen_reply(arg, &sent);
	return 1;
}

static int on_query(struct query_info *qinfo, uint16_t flags, struct module_qstate *qstate,
	struct sockaddr_storage *addr, socklen_t addr_len, uint8_t *zone, size_t zone_len,
	struct regional *region, int id, void *arg)
{
	(void)qinfo, (void)flags, (void)addr, (void)addr_len, (void)zone, (void)zone_len;
	(void)region, (void)arg;
	dw_query_sent(qstate, id);
	return 1;
}

static int on_response(struct module_qstate *qstate, struct dns_msg *response, int id, void *arg)
{
	(void)id;
	dw_query_response(arg, qstate, response);
	return 1;
}

static const struct {
	enum inplace_cb_list_type type;
	void *callback;
} callbacks[] = {
	{inplace_cb_reply, (void *)on_reply},
	{inplace_cb_reply_cache, (void *)on_reply_cache},
	{inplace_cb_reply_local, (void *)on_reply_local},
	{inplace_cb_reply_servfail, (void *)on_reply_servfail},
	{inplace_cb_query, (void *)on_query},
	{inplace_cb_query_response, (void *)on_response},
};

bool dw_callbacks_register(struct module_env *env, int id, struct dw_instance *instance)
{
	const struct dynlibmod_env *dynlib = env->modinfo[id];

	for (size_t i = 0; i < sizeof(callbacks) / sizeof(callbacks[0]); i++) {
		if (!dynlib->inplace_cb_register_wrapped(
			    callbacks[i].callback, callbacks[i].type, instance, env, id)) {
			dw_callbacks_unregister(env, id);
			return false;
		}
	}
	return true;
}

void dw_callbacks_unregister(struct module_env *env, int id)
{
	const struct dynlibmod_env *dynlib = env->modinfo[id];

	for (size_t i = 0; i < sizeof(callbacks) / sizeof(callbacks[0]); i++)
		dynlib->inplace_cb_delete_wrapped(env, callbacks[i].type, id);
}
