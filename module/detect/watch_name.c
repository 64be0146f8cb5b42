/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * watch_name.c: the detectors that look at one name of one client */
#include "dnsward-config.h"

#include "detect/state.h"

struct name_entry {
	uint32_t start; /* of the beacon's window; 0: never used */
	uint32_t last;  /* query */
	uint16_t gap;   /* that most gaps are like, seconds */
	uint16_t gaps, alike;
	uint32_t public_at; /* when it last had a public address; 0: never */
};

const struct dw_table_entry dw_name_entry = {sizeof(struct name_entry), sizeof(struct name_entry)};

/* ---- beacon ---- */

enum { JITTER = 1 }; /* seconds: clocks are read in whole ones, on both sides */

static void add_gap(struct name_entry *entry, uint32_t seconds)
{
	uint16_t gap = seconds < UINT16_MAX ? (uint16_t)seconds : UINT16_MAX;

	if (entry->gaps == UINT16_MAX)
		entry->gaps = entry->alike = 0;
	entry->gaps++;
	if (gap + JITTER >= entry->gap && gap <= entry->gap + JITTER) {
		entry->alike++;
	} else if (entry->alike * 2 < entry->gaps) { /* the most common one is another */
		entry->gap = gap;
		entry->alike = 1;
	}
}

/* Queries that come within the least gap are one: a name is asked for by several types. */
static bool beats(struct name_entry *entry, const uint32_t *threshold, uint32_t now)
{
	uint32_t since = now - entry->last;

	if (entry->start != 0 && now >= entry->last && since <= threshold[DW_KEY_GAP])
		return false;
	if (entry->start == 0 || now < entry->last ||
		now - entry->start > threshold[DW_KEY_WINDOW]) {
		entry->start = now;
		entry->gaps = entry->alike = 0;
	} else {
		add_gap(entry, since);
	}
	entry->last = now;
	return entry->gaps + 1U >= threshold[DW_KEY_QUERIES] &&
	       entry->alike * 100U >= entry->gaps * threshold[DW_KEY_SHARE];
}

/* ---- rebinding ---- */

/* `public_at`: when the name last had a public address; 0: never. */
static bool is_rebinding(uint32_t public_at, const uint32_t *threshold, uint8_t addresses,
	uint32_t private_ttl, uint32_t now)
{
	bool was_public =
		public_at != 0 && now >= public_at && now - public_at <= threshold[DW_KEY_WINDOW];

	if (!(addresses & DW_DETECT_PRIVATE))
		return false;
	return (addresses & DW_DETECT_PUBLIC) ||
	       (was_public && private_ttl <= threshold[DW_KEY_TTL]);
}

static bool rebinds(struct name_entry *entry, const uint32_t *threshold,
	const struct dw_observation *o, uint32_t now)
{
	uint32_t before = entry->public_at;

	if (o->addresses & DW_DETECT_PUBLIC)
		entry->public_at = now;
	return is_rebinding(before, threshold, o->addresses, o->private_ttl, now);
}

bool dw_detect_rebinds(const struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_detect_subject *subject, uint8_t addresses, uint32_t ttl)
{
	const uint32_t *threshold = settings->rule[DW_DETECT_REBINDING].value;
	uint32_t public_at = 0;
	struct dw_place place;

	if (subject->nobody || !(addresses & DW_DETECT_PRIVATE) ||
		!dw_detect_is_on(settings, DW_DETECT_REBINDING))
		return false;
	if (dw_table_find(&detect->names, subject->name, &place)) {
		public_at = ((const struct name_entry *)place.entry)->public_at;
		dw_table_let_go(&place);
	}
	return is_rebinding(public_at, threshold, addresses, ttl, subject->now);
}

/* 0.0.0.0/32, 10/8, 100.64/10, 127/8, 169.254/16, 172.16/12, 192.168/16; ::, ::1, fc00::/7 and
 * fe80::/10. */
bool dw_detect_is_private(const struct dw_addr *addr)
{
	static const uint8_t zeros[15];
	const uint8_t *b = addr->bytes;

	if (addr->family == 6)
		return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80) ||
		       (memcmp(b, zeros, sizeof(zeros)) == 0 && b[15] <= 1);
	b += 12;
	return b[0] == 10 || b[0] == 127 || (b[0] == 100 && (b[1] & 0xc0) == 64) ||
	       (b[0] == 169 && b[1] == 254) || (b[0] == 172 && (b[1] & 0xf0) == 16) ||
	       (b[0] == 192 && b[1] == 168) || memcmp(b, zeros, 4) == 0;
}

/* ---- both ---- */

uint32_t dw_watch_name(struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_observation *o, const struct dw_detect_subject *subject)
{
	uint32_t which = 0, fired = 0;
	struct dw_place place;

	if (o->type != TYPE_PTR)
		which |= BIT(DW_DETECT_BEACON);
	if (o->addresses != 0 && !o->sinkholed)
		which |= BIT(DW_DETECT_REBINDING);
	which &= settings->on;
	if (which == 0 || !dw_take(detect, &detect->names, subject->name, subject->now, &place))
		return 0;
	if ((which & BIT(DW_DETECT_BEACON)) &&
		beats(place.entry, settings->rule[DW_DETECT_BEACON].value, subject->now))
		fired |= BIT(DW_DETECT_BEACON);
	if ((which & BIT(DW_DETECT_REBINDING)) &&
		rebinds(place.entry, settings->rule[DW_DETECT_REBINDING].value, o, subject->now))
		fired |= BIT(DW_DETECT_REBINDING);
	dw_table_let_go(&place);
	return fired;
}
