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
	const uint8_t *name; /* wire form, checked */
	size_t name_len;
	uint16_t type, klass;
	uint32_t ttl;
	const uint8_t *rdata; /* wire form, names uncompressed */
	size_t rdata_len;
};

struct dw_event {
	/* by the host */
	int64_t time_us;             /* microseconds since the epoch, when the reply was made */
	int64_t duration_us;         /* since the query came; -1: not known */
	struct dw_addr client, server;
	uint16_t client_port, server_port;
	enum dw_transport transport;
	const uint8_t *question;     /* as the client wrote it, checked wire form */
	size_t question_len;
	uint16_t type, klass;
	uint16_t flags;              /* header flags of the reply as on the wire: AA TC RD RA AD CD */
	uint8_t rcode;
	bool cached;
	bool dropped;                /* no reply was sent */

	/* by dw_note, from the verdict */
	uint64_t generation;
	uint8_t action;              /* enum dw_action */
	uint8_t would;               /* differs from action in dry-run and pause */
	const char *because;
	const char *list;            /* ruleset: the list; "rules", "dga" or "detect" */
	const char *category;
	const char *rule;            /* what matched, for rule.id: pattern, listed name, identifier */
	const char *rule_name;       /* of a rule or detector; NULL: `rule` is the name too */
	const char *match;           /* "exact", "subtree", "regex", ... */
	const uint8_t *matched;      /* CNAME target that was judged, wire form; or NULL */
	size_t matched_len;
	const char *technique;       /* "T1071.004" or NULL */
	bool partial;                /* of the rule, conditions about hosts were left out */
	const char *const *categories; /* all the name carries */
	size_t category_count;
	uint32_t row;                /* 0: none */

	/* by dw_wants_event and dw_note */
	uint32_t sample;             /* it stands for so many; 0: for itself */

	/* by the log */
	uint8_t clients;             /* enum dw_log_clients: what is left of `client` */
	uint8_t level;               /* enum dw_level */
	struct dw_dga_mark dga;
	bool alert;                  /* a rule, the scorer or a detector spoke, not only a list */

	/* by the host again; last, since only `answer_count` of them are copied */
	size_t answer_count;
	struct dw_event_answer answers[DW_EVENT_ANSWERS_MAX];
};

#endif
