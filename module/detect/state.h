/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * state.h: what the files of this room share */
#ifndef DNSWARD_DETECT_STATE_H
#define DNSWARD_DETECT_STATE_H

#include <stdatomic.h>

#include "base/name_hash.h"
#include "detect/cell.h"
#include "detect/seen.h"
#include "detect/table.h"
#include "dnsward/detect.h"
#include "dnsward/name.h"

enum { TYPE_A = 1, TYPE_NULL = 10, TYPE_PTR = 12, TYPE_TXT = 16, TYPE_AAAA = 28, TYPE_ANY = 255 };
enum { RCODE_NOERROR = 0, RCODE_SERVFAIL = 2, RCODE_NXDOMAIN = 3 };

/* Sizes: sets of eight. In all 29 MB. */
enum {
	CLIENT_SETS = 4096,
	PAIR_SETS = 8192,
	NAME_SETS = 16384,
	MARK_SETS = 1024,
	HELD_PLACES = 4096,
	MARKED_PLACES = 512,
};

struct dw_detect {
	struct name_hash_key name_key, client_key;
	struct dw_table clients;  /* struct client_entry */
	struct dw_table pairs;    /* a client and a registered domain: struct pair_entry */
	struct dw_table names;    /* a client and a name: struct name_entry */
	struct dw_table marks;    /* a client, a pair or a domain: struct mark_entry */
	struct dw_seen_keys seen; /* a client and a name, or a name */
	_Alignas(DW_CACHE_LINE) atomic_uint held_until; /* the latest of all marks */
	/* and of the marks whose keys fall there: most keys are held for nothing, and that is seen
	 * here */
	_Alignas(DW_CACHE_LINE) atomic_uint held_there[HELD_PLACES];
	/* What was marked there last, and in which second: to mark it again changes nothing. */
	atomic_uint_fast64_t marked_there[MARKED_PLACES];
	atomic_uint seen_since; /* when the first name was remembered, seconds; 0: none was */
	_Alignas(DW_CACHE_LINE) atomic_uint_fast64_t dropped;
	void *memory;
	size_t memory_len;
};

extern const struct dw_table_entry dw_client_entry, dw_pair_entry, dw_name_entry, dw_mark_entry;

/* The counting ones, of the client and of the pair, and those that look at names one by one:
 * what has fired, a bit each. `evidence` is of a name that is new to the client, or NULL. */
uint32_t dw_count_client(struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_observation *o, const struct dw_detect_subject *subject,
	const int32_t *evidence);
uint32_t dw_count_pair(struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_observation *o, const struct dw_detect_subject *subject);
uint32_t dw_watch_name(struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_observation *o, const struct dw_detect_subject *subject);

/* Hold what has fired; of that and of what the reply carried, those whose alert is due. */
uint32_t dw_mark(struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_observation *o, const struct dw_detect_subject *subject, uint32_t fired);

static inline bool dw_take(struct dw_detect *detect, const struct dw_table *table, uint64_t hash,
	uint32_t now, struct dw_place *place)
{
	if (dw_table_take(table, hash, now, place))
		return true;
	atomic_fetch_add_explicit(&detect->dropped, 1, memory_order_relaxed);
	return false;
}

#define BIT(detector) (UINT32_C(1) << (detector))
#define CLIENT_BITS (BIT(DW_DETECTORS) - BIT(DW_DETECT_CLIENT_FIRST))
#define PAIR_BITS (BIT(DW_DETECT_CLIENT_FIRST) - 1)
/* Of those that hold pairs: what counts, what watches single names, and what remembers them. */
#define COUNTED_BITS (BIT(DW_DETECT_BEACON) - 1)
#define NAME_BITS (BIT(DW_DETECT_BEACON) | BIT(DW_DETECT_REBINDING))
#define SEEN_BITS (BIT(DW_DETECT_FIRST_SEEN) | BIT(DW_DETECT_DGA_CLIENT))

#endif
