/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * detect.h: what shows only in many queries: counters, thresholds, holds */
#ifndef DNSWARD_DETECT_H
#define DNSWARD_DETECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/net.h"
#include "dnsward/result.h"

/* A tunnel through DNS, a scan by reverse look-ups or a client full of malware cannot be told
 * from one query, but from a hundred. Detectors count what clients ask and, at a threshold,
 * *fire*: the client, or the client together with the registered domain it asked, carries the
 * detector's category from then on until the *hold* is over, and the action table does the
 * rest. Each reply is counted, cached ones too.
 *
 *     reply ──▶ observation ──▶ counters ──▶ fired? ──▶ mark: held until, told when
 *                                                        │
 *     question ──▶ is it held? ◀──────────────────────────┘
 *
 * Memory is the same whatever clients do, 29 MB of which only what is used is resident. The
 * tables are sets of eight places; a set that is full gives a place that was used once, lately, or
 * else least (its rank halves every 64 seconds without use): a flood of clients that ask once only
 * pushes out its own. Places are found by a hash under a key drawn at the start, so nobody can aim.
 * Different names are counted in bitmaps (linear counting, Whang et al. 1990) with the estimator of
 * historic inverse probability (Cohen 2014): up to some 20 exact but for a collision, with a
 * standard error below 7 % later.
 *
 * A window begins with the first query that counts and lasts its length; then the next one
 * begins. Clients are counted by their whole address: on the networks that have a resolver of
 * their own, one IPv6 /64 holds everybody. A client that moves among addresses is many clients.
 *
 * Threads: any number may note and ask at a time. A set is locked by a flag while it is looked
 * at (some 50 ns); who finds it taken does not wait: the observation is dropped and counted.
 * The clock is the caller's. dw_detect_new, dw_detect_tick, dw_detect_state and dw_detect_free
 * are for one thread, the first and last with nobody else around. */

/* The first DW_DETECT_CLIENT_FIRST hold a client together with a registered domain, the others
 * hold a client. docs/detect.md tells what each is for and where its thresholds come from. */
enum dw_detector {
	DW_DETECT_TUNNEL,      /* long and different names */
	DW_DETECT_CHUNKS,      /* numbered pieces of something */
	DW_DETECT_VOLUME,      /* many queries */
	DW_DETECT_REPEATS,     /* many queries for one or two names */
	DW_DETECT_INFORMATION, /* much information in the names */
	DW_DETECT_BEACON,      /* one name at regular times */
	DW_DETECT_REBINDING,   /* a public address, then a private one */
	DW_DETECT_FIRST_SEEN,  /* a name that the client never asked for */
	DW_DETECT_RARE,        /* a name that nobody ever asked for */

	DW_DETECT_CLIENT_FIRST,
	DW_DETECT_QUERY_FLOOD = DW_DETECT_CLIENT_FIRST,
	DW_DETECT_TXT_FLOOD,
	DW_DETECT_NULL_FLOOD,
	DW_DETECT_ANY_FLOOD,
	DW_DETECT_FAILURES,       /* of one kind: NXDOMAIN, SERVFAIL, others */
	DW_DETECT_NXDOMAIN_NAMES, /* different names that do not exist */
	DW_DETECT_PTR_SCAN,       /* different names of reverse look-ups */
	DW_DETECT_BYTES_OUT,      /* bytes of the questions */
	DW_DETECT_DGA_CLIENT,     /* generated names, taken together */

	DW_DETECTORS
};

/* What can be set of a detector. Which of them it takes: dw_detector_takes. */
enum dw_detect_key {
	DW_KEY_WINDOW,     /* seconds; of dga-client: in which its sum halves */
	DW_KEY_QUERIES,    /* fires at so many that count */
	DW_KEY_DISTINCT,   /* and so many different; of repeats: at most so many */
	DW_KEY_MIN_LENGTH, /* characters left of the registered domain that make a query count */
	DW_KEY_BYTES,      /* and so many bytes in all */
	DW_KEY_MEAN,       /* and so many bytes in the mean */
	DW_KEY_GAP,        /* seconds between queries: closer ones are one */
	DW_KEY_SHARE,      /* percent of the gaps that are alike */
	DW_KEY_TTL,        /* seconds: a private address that lives longer is no rebinding */
	DW_KEY_LOG_ODDS,   /* natural, whole: the sum at which it fires */
	DW_KEY_LEARN,      /* seconds after the start in which it is silent */
	DW_KEY_HOLD,       /* seconds; 0: it only tells */
	DW_DETECT_KEYS
};

struct dw_detect_key_facts {
	const char *name; /* in the settings: "min-length" */
	bool duration;    /* seconds, written as 5m */
	uint32_t min, max;
};
const struct dw_detect_key_facts *dw_detect_key(enum dw_detect_key key);

struct dw_detector_facts {
	const char *name;      /* in settings and log, and the category unless another is given */
	const char *technique; /* of MITRE ATT&CK */
	uint8_t level;         /* enum dw_level */
	uint32_t value[DW_DETECT_KEYS]; /* defaults; 0: does not take the key, or nothing */
};
const struct dw_detector_facts *dw_detector(enum dw_detector detector);
bool dw_detector_takes(enum dw_detector detector, enum dw_detect_key key);

/* Whether it holds a client as such, rather than a client and a domain. */
static inline bool dw_detector_holds_client(enum dw_detector detector)
{
	return detector >= DW_DETECT_CLIENT_FIRST;
}

/* The settings: `on` has a bit for each detector; the rules of those that are off hold their
 * defaults. */
struct dw_detect_settings {
	uint32_t on;
	struct dw_detect_rule {
		uint16_t category; /* number in the settings */
		uint32_t value[DW_DETECT_KEYS];
	} rule[DW_DETECTORS];
};

static inline bool dw_detect_is_on(
	const struct dw_detect_settings *settings, enum dw_detector detector)
{
	return settings->on >> detector & 1;
}

/* ---- the state: counters and marks ---- */

struct dw_detect;

/* Empty. DW_ERR_MEMORY. */
enum dw_result dw_detect_new(struct dw_detect **out, struct dw_error *err) DW_MUST_CHECK;
void dw_detect_free(struct dw_detect **detect);

/* What the answer's addresses were. */
enum { DW_DETECT_PUBLIC = 1, DW_DETECT_PRIVATE = 2 };

/* Whether only a network of one's own, or one's own machine, has this address. */
bool dw_detect_is_private(const struct dw_addr *addr);

/* Who asks for what and when, as keys of one struct dw_detect: worked out once a query, asked about
 * when it is decided, and counted when it is answered. */
struct dw_detect_subject {
	uint64_t domain, alone;      /* of the registered domain, and of the name, whoever asks */
	uint64_t client, pair, name; /* of the client; with the domain; with the name */
	bool nobody;                 /* there is no client (family 0) */
	uint32_t now;                /* seconds since the epoch; the caller's to set */
};

/* The key of a name, or of the registered domain at its end. */
uint64_t dw_detect_name_key(const struct dw_detect *detect, const uint8_t *name, size_t len);

/* First the keys of name and client, then that of the domain. Each starts to fetch what will be read
 * for them, which takes some hundred nanoseconds. */
void dw_detect_set(const struct dw_detect *detect, const struct dw_detect_settings *settings,
	struct dw_detect_subject *subject, uint64_t name, const struct dw_addr *client);
void dw_detect_set_domain(const struct dw_detect *detect,
	const struct dw_detect_settings *settings, struct dw_detect_subject *subject,
	uint64_t domain);

/* Whether such addresses in an answer for this subject would make the detector of rebinding fire:
 * what can still be kept from the client. `ttl` is of a private one: the least. */
bool dw_detect_rebinds(const struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_detect_subject *subject, uint8_t addresses, uint32_t ttl);

/* One reply. Borrowed for the call. */
struct dw_observation {
	const struct dw_detect_subject *subject; /* nobody: nothing is counted */
	const uint8_t *name;              /* checked, lowered wire form */
	size_t name_len;
	size_t domain; /* as for its subject */
	uint16_t type;
	uint8_t rcode;
	bool sinkholed;       /* the answer is ours: rcode and addresses tell nothing */
	uint8_t addresses;    /* DW_DETECT_PUBLIC, DW_DETECT_PRIVATE or both */
	uint32_t private_ttl; /* of a private one: the least */
	bool (*score)(void *arg, int32_t *evidence); /* what the name says of its client, in
	                                              * thousandths (dw_dga_evidence); false or NULL:
	                                              * nothing. Asked once, for names that are new */
	void *score_arg;
	uint32_t found;       /* detectors that were asked before, and would have fired, a bit each */
	uint32_t carries;     /* detectors by which the reply was decided, a bit each */
};

/* Sets of detectors, a bit each. An alert is due the first time, and then every
 * DW_DETECT_QUIET seconds: for what fired, and for what the reply carried; apart for replies
 * that were sinkholed and for those that were not. Of first-seen and rare each is due. */
struct dw_detected {
	uint32_t fired;
	uint32_t due;
};
enum { DW_DETECT_QUIET = 900 };

/* Count one reply, and say what fired. Any thread; where another one is busy with the same place of a
 * table for longer than a few hundred nanoseconds, that table does not count it. */
void dw_detect_note(struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_observation *observation, struct dw_detected *out);

/* Whether anything is held at all: one load. */
bool dw_detect_holds(const struct dw_detect *detect, int64_t now);

/* What is held, of the detectors that are on: `here`, what this client carries when it asks for
 * this name; `somebody`, what the registered domain carries for some client, this one or another.
 * Without a client (family 0) only the latter. */
struct dw_held {
	uint32_t here;
	uint32_t somebody;
};
void dw_detect_held(struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_detect_subject *subject, struct dw_held *out);

/* To be called about once a second: lets go of names that were seen too long ago. */
void dw_detect_tick(
	struct dw_detect *detect, const struct dw_detect_settings *settings, int64_t now);

/* How it is: bytes of memory, places taken and to be had in all tables (estimated from a part of
 * them), those given to others while in use, observations dropped because a set was taken, and how
 * full of seen names the memory for them is, in percent. */
struct dw_detect_state {
	uint64_t bytes, places, taken, evicted, dropped;
	unsigned seen_percent;
};
void dw_detect_state(struct dw_detect *detect, struct dw_detect_state *out);

#endif
