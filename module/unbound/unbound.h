/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * unbound.h: Unbound's headers in their order, and what differs between its versions */
#ifndef DNSWARD_UNBOUND_UNBOUND_H
#define DNSWARD_UNBOUND_UNBOUND_H

/* Every source of this room starts with this header. Unbound's config.h decides the layout
 * of its structures, so it comes before anything else. */
#include "config.h"

#include <netdb.h>
#include <stdbool.h>

#include "daemon/worker.h"
#include "dynlibmod/dynlibmod.h"
#include "respip/respip.h"
#include "services/cache/dns.h"
#include "services/cache/rrset.h"
#include "services/listen_dnsport.h"
#include "services/mesh.h"
#include "sldns/rrdef.h"
#include "sldns/sbuffer.h"
#include "util/config_file.h"
#include "util/data/dname.h"
#include "util/data/msgreply.h"
#include "util/data/packed_rrset.h"
#include "util/log.h"
#include "util/module.h"
#include "util/net_help.h"
#include "util/netevent.h"
#include "util/regional.h"
#include "util/storage/lruhash.h"
#include "util/storage/slabhash.h"
#include "util/ub_event.h"

/* module_env.attach_sub takes the client's response-ip data from 1.26 on. Which of the two
 * this Unbound has is read off the field's own type, so that a version in which it came
 * earlier or later needs no change here. */
typedef int dw_attach_sub_fn(struct module_qstate *, struct query_info *, uint16_t, int, int,
	struct module_qstate **);
typedef int dw_attach_sub_cinfo_fn(struct module_qstate *, struct query_info *,
	struct respip_client_info *, uint16_t, int, int, struct module_qstate **);

static inline int dw_attach_sub(struct module_qstate *qstate, struct query_info *target,
	uint16_t flags)
{
	struct module_qstate *fresh = NULL;
	void *attach = (void *)qstate->env->attach_sub;

	if (__builtin_types_compatible_p(__typeof__(qstate->env->attach_sub), dw_attach_sub_fn *))
		return ((dw_attach_sub_fn *)attach)(qstate, target, flags, 0, 0, &fresh);
	return ((dw_attach_sub_cinfo_fn *)attach)(qstate, target, NULL, flags, 0, 0, &fresh);
}

/* So do streams of HTTP/2 and QUIC, in mesh_state_remove_reply. NULL there: all of `c`. */
typedef void dw_remove_reply_fn(struct mesh_area *, struct mesh_state *, struct comm_point *);
struct doq_stream;
typedef void dw_remove_reply_streams_fn(struct mesh_area *, struct mesh_state *,
	struct comm_point *, struct http2_stream *, struct doq_stream *);

static inline void dw_remove_replies(struct mesh_state *state, struct comm_point *c)
{
	struct mesh_area *mesh = state->s.env->mesh;
	void *remove = (void *)&mesh_state_remove_reply;

	if (__builtin_types_compatible_p(
		    __typeof__(&mesh_state_remove_reply), dw_remove_reply_fn *))
		((dw_remove_reply_fn *)remove)(mesh, state, c);
	else
		((dw_remove_reply_streams_fn *)remove)(mesh, state, c, NULL, NULL);
}

/* The address a listening socket is bound to: 1.17 keeps a struct addrinfo there. */
static inline const struct sockaddr *dw_listen_addr(const struct comm_point *c)
{
	const void *addr = c->socket != NULL ? c->socket->addr : NULL;

	if (addr != NULL &&
		__builtin_types_compatible_p(__typeof__(c->socket->addr), struct addrinfo *))
		return ((const struct addrinfo *)addr)->ai_addr;
	return addr;
}

/* The TTL that a client gets of a record, as packed_rrset_encode writes it at `now`; 0: the TTL is
 * none of the cache, and written as it stands. What has expired and is served all the same has a
 * TTL of its own, which later versions keep below the one it came with. */
static inline uint32_t dw_sent_ttl(const struct ub_packed_rrset_key *rrset, size_t i, time_t now)
{
	const struct packed_rrset_data *data = rrset->entry.data;
	time_t base = SERVE_ORIGINAL_TTL && now != 0 ? data->ttl_add : now;
	time_t ttl = data->rr_ttl[i];

#ifdef PACKED_RRSET_UPSTREAM_0TTL
	if (rrset->rk.flags & PACKED_RRSET_UPSTREAM_0TTL)
		return 0;
#endif
	if (base == 0 || (rrset->rk.flags & PACKED_RRSET_FIXEDTTL))
		return (uint32_t)ttl;
#ifdef EXPIRED_REPLY_TTL_CALC
	return (uint32_t)(ttl <= base ? EXPIRED_REPLY_TTL_CALC(ttl, data->ttl_add) : ttl - base);
#else
	if (ttl < base)
		return SERVE_EXPIRED ? (uint32_t)SERVE_EXPIRED_REPLY_TTL : 0;
	return (uint32_t)(ttl - base);
#endif
}

/* DNS over QUIC came with 1.22. */
static inline bool dw_is_quic(const struct comm_point *c)
{
#ifdef DOQ_MAX_CIDLEN
	return c->type == comm_doq;
#else
	(void)c;
	return false;
#endif
}

#endif
