/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * verdict.h: what is asked, and what is decided */
#ifndef DNSWARD_VERDICT_H
#define DNSWARD_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/answer.h"
#include "dnsward/db.h"
#include "dnsward/dga.h"
#include "dnsward/name.h"
#include "dnsward/net.h"
#include "dnsward/settings.h"

/* What is asked, as far as a decision needs it: a query, or Unbound's own look-up.
 * Filled by the host, on its stack, valid for the call. */
struct dw_view {
	const uint8_t *name;     /* checked, lower-case wire form */
	size_t name_len;
	uint16_t type;           /* query type, host order */
	struct dw_addr client;   /* family 0: no client (the resolver's own look-up) */
	int64_t now;             /* seconds since the epoch */
};

/* Who gives categories to names: a list, a rule, the scorer, a detector. Made with the
 * snapshot, and lives as long. */
enum dw_provider_kind {
	DW_PROVIDER_LIST,
	DW_PROVIDER_RULE,     /* a rule of the settings, or of a list of rules */
	DW_PROVIDER_DGA,
	DW_PROVIDER_DETECTOR,
	DW_PROVIDER_KINDS
};

enum { DW_NO_LIST = UINT16_MAX };

struct dw_provider {
	enum dw_provider_kind kind;
	enum dw_level level;   /* DW_LEVEL_NONE for lists */
	uint16_t list_number;  /* of the list in the settings that it is, or that it stands in, or
	                        * DW_NO_LIST */
	const char *source;    /* the list's name; "rules", "dga" or "detect" where there is no list */
	const char *name;      /* of the rule or the detector; NULL for a list and the scorer */
	const char *id;        /* of a Sigma rule; or NULL */
	const char *technique; /* of MITRE ATT&CK, "T1071.004"; or NULL */
	bool partial;          /* a rule whose conditions about hosts were left out */
	const struct dw_db *db; /* of lists: what the handles of their hits lead into */
	const char *file;      /* where a rule stands; NULL for all others: a list's line is the
	                        * hit's to tell (dw_db_origin) */
	uint32_t line;
};

/* Why a name carries a category. The action table, the log and `explain` ask nothing else, so
 * whoever gives categories makes one of these for each. */
struct dw_reason {
	const struct dw_provider *provider;
	uint16_t category;   /* number in the settings */
	const char *match;   /* how: "exact", "regex", "dga", ...; a constant */
	const char *matched; /* what: the pattern, the rule's identifier; lives as long as the
	                      * snapshot. NULL: what `hit` tells of, or nothing */
	struct dw_hit hit;   /* of lists: as the database gave it; else zeros */
};

/* The verdict: a small value. Its pointers lead into the snapshot it was made
 * with, and are good as long as the caller holds that snapshot. */
struct dw_verdict {
	enum dw_action action;         /* what is done: dry-run and pause already applied */
	enum dw_action would;          /* what the table says; may differ in dry-run and pause */
	const char *because;           /* "dry-run" or "pause" where they differ, else NULL */
	uint64_t generation;
	const struct dw_row *row;      /* that fitted, or NULL: no row, allow */
	bool has_reason;
	struct dw_reason reason;       /* the hit that made the row fit */
	struct dw_set categories;      /* all the name carries */
	struct dw_dga_mark dga;        /* the question's */
	uint8_t matched[DW_NAME_MAX];  /* the name that was judged where it is not the question
	                                * (a CNAME target); matched_len 0: the question */
	uint8_t matched_len;

	/* What the host's shared cache must know. `may_sinkhole`: some row could sinkhole
	 * this name and type for some client at some time (dry-run rows do not count), so an
	 * answer for it must not be handed out without asking us. `varies`: the verdict hangs
	 * on the client or the clock, so one client's answer must not be handed to another.
	 * `conditional`: rows that hang on them were met, whatever they do. */
	bool may_sinkhole;
	bool varies;
	bool conditional;

	/* Detectors, a bit each, that the answer made fire before it was given. */
	uint32_t found;

	/* Some rule hangs on the answer: dw_decide_answer has to be asked, whatever is in it. */
	bool awaits_answer;
};

/* The answer to give for a sinkhole verdict, worked out from the row and the hit.
 * Pointers lead into the snapshot. */
enum dw_reply_kind {
	DW_REPLY_NXDOMAIN,
	DW_REPLY_NODATA,
	DW_REPLY_REFUSED,
	DW_REPLY_DROP,
	DW_REPLY_TRUNCATE,
	DW_REPLY_RECORDS, /* `records`, all of the query's type; the answer has them */
	DW_REPLY_CNAME,   /* a CNAME to `cname`; resolve it and add what it gives */
	DW_REPLY_PASS,    /* a list's own answer says: let it pass (RPZ truncate over TCP) */
};

struct dw_reply {
	enum dw_reply_kind kind;
	uint32_t ttl;
	size_t record_count;
	/* rdata points into the snapshot or into `store` */
	struct dw_record records[DW_DATA_RECORDS_MAX];
	uint8_t store[16 * DW_ROW_ADDRESSES_MAX]; /* addresses of the row */
	uint8_t cname[DW_NAME_MAX];
	size_t cname_len;
	bool ede;
	uint16_t ede_code;
	char ede_text[128];            /* printable ASCII; may be empty */
};

#endif
