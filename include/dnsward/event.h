/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * event.h: one answered query, as the log sees it */
#ifndef DNSWARD_EVENT_H
#define DNSWARD_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/dga.h"
#include "dnsward/name.h"
#include "dnsward/net.h"

/* Everything the log says of one reply, as plain values and borrowed pointers that need
 * live only for the call that takes the event. The queue copies what it needs into its own
 * bytes; the writer thread makes JSON of it. */

enum dw_transport { DW_UDP, DW_TCP, DW_DOT, DW_DOH, DW_DOQ };

enum { DW_EVENT_ANSWERS_MAX = 16, DW_EVENT_CATEGORIES_MAX = 16 };

struct dw_event_answer {
	const uint8_t *name;  /* wire form, checked */
	const uint8_t *rdata; /* wire form, names uncompressed */
	uint32_t ttl;
	uint16_t type, klass;
	uint16_t rdata_len;
	uint8_t name_len;
};

/* What was found of a reply, and done about it. Of most nothing is. */
struct dw_event_finding {
	const char *because;
	const char *list;            /* ruleset: the list; "rules", "dga" or "detect" */
	const char *category;
	const char *rule;            /* what matched, for rule.id: pattern, listed name, identifier */
	const char *rule_name;       /* of a rule or detector; NULL: `rule` is the name too */
	const char *match;           /* "exact", "subtree", "regex", ... */
	const char *technique;       /* "T1071.004" or NULL */
	const uint8_t *matched;      /* CNAME target that was judged, wire form; or NULL */
	const char *const *categories; /* all the name carries */
	uint32_t row;                /* 0: none */
	uint8_t would;               /* enum dw_action; differs from action in dry-run and pause */
	uint8_t level;               /* enum dw_level */
	uint8_t matched_len;
	uint8_t category_count;
	bool partial;                /* of the rule, conditions about hosts were left out */
	bool alert;                  /* a rule, the scorer or a detector spoke, not only a list */
};

/* What each reply has lies close together: it passes from the worker's processor to the
 * writer's. */
struct dw_event {
	/* by the host */
	int64_t time_us;             /* microseconds since the epoch, when the reply was made */
	int64_t duration_us;         /* since the query came; -1: not known */
	const uint8_t *question;     /* as the client wrote it, checked wire form */
	const struct dw_event_answer *answers;
	struct dw_addr client, server;
	uint16_t client_port, server_port;
	uint16_t type, klass;
	uint16_t flags;              /* header flags of the reply as on the wire: AA TC RD RA AD CD */
	uint8_t question_len;
	uint8_t answer_count;        /* at most DW_EVENT_ANSWERS_MAX */
	uint8_t transport;           /* enum dw_transport */
	uint8_t rcode;
	bool cached;
	bool dropped;                /* no reply was sent */

	/* by dw_wants_event and dw_note, from the verdict */
	uint8_t action;              /* enum dw_action */
	uint8_t clients;             /* enum dw_log_clients: what is left of `client`; by the log */
	uint32_t sample;             /* it stands for so many; 0: for itself */
	struct dw_dga_mark dga;
	uint64_t generation;
	const struct dw_event_finding *found; /* NULL: nothing */
};

#endif
