/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * mark.c: who is held for what, and what was told of it */
#include "dnsward-config.h"

#include "detect/state.h"

/* One mark for a client, or for a client and a domain, and one for the domain: there `told` is
 * not used. A slot for each detector that holds such a thing. */
#define SLOTS 9
_Static_assert(DW_DETECT_CLIENT_FIRST <= SLOTS && DW_DETECTORS - DW_DETECT_CLIENT_FIRST <= SLOTS,
	"a slot for each detector");

struct mark_entry {
	struct {
		uint32_t until;
		uint32_t told[2]; /* [1]: that it was sinkholed */
	} slot[SLOTS];
};

const size_t dw_mark_entry_bytes = sizeof(struct mark_entry);

static size_t slot_of(enum dw_detector detector)
{
	return dw_detector_holds_client(detector) ? (size_t)detector - DW_DETECT_CLIENT_FIRST
						  : (size_t)detector;
}

/* ---- marking ---- */

static void raise_to(atomic_uint *most, uint32_t value)
{
	unsigned now = atomic_load_explicit(most, memory_order_relaxed);

	while (now < value && !atomic_compare_exchange_weak_explicit(most, &now, value,
				      memory_order_release, memory_order_relaxed))
		;
}

static void hold(struct dw_detect *detect, struct mark_entry *entry, enum dw_detector detector,
	uint32_t seconds, uint32_t now)
{
	uint32_t *until = &entry->slot[slot_of(detector)].until;

	if (seconds == 0)
		return;
	if (*until < now + seconds)
		*until = now + seconds;
	raise_to(&detect->held_until, *until);
}

static bool is_due(uint32_t *told, uint32_t now)
{
	if (*told != 0 && now >= *told && now - *told < DW_DETECT_QUIET)
		return false;
	*told = now;
	return true;
}

/* The mark `key` of what fired or was carried, all of one kind. The alerts that are due. */
static uint32_t mark(struct dw_detect *detect, const struct dw_detect_settings *settings,
	uint64_t key, uint32_t fired, uint32_t which, bool sinkholed, uint32_t now)
{
	struct dw_place place;
	struct mark_entry *entry;
	uint32_t due = 0;

	if (which == 0 || !dw_take(detect, &detect->marks, key, now, &place))
		return 0;
	entry = place.entry;
	for (; which != 0; which &= which - 1) {
		enum dw_detector detector = (enum dw_detector)__builtin_ctz(which);
		if (fired & BIT(detector))
			hold(detect, entry, detector, settings->rule[detector].value[DW_KEY_HOLD],
				now);
		if (is_due(&entry->slot[slot_of(detector)].told[sinkholed], now))
			due |= BIT(detector);
	}
	dw_table_let_go(&place);
	return due;
}

uint32_t dw_mark(struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_observation *o, const struct dw_detect_subject *subject, uint32_t fired)
{
	uint32_t which = (fired | o->carries) & settings->on, once = 0, due;

	/* these come once a name, so there is nothing to remember of them unless they hold */
	for (enum dw_detector d = DW_DETECT_FIRST_SEEN; d <= DW_DETECT_RARE; d++) {
		once |= fired & BIT(d);
		if (settings->rule[d].value[DW_KEY_HOLD] == 0)
			which &= ~BIT(d);
	}
	due = mark(detect, settings, subject->client, fired, which & CLIENT_BITS, o->sinkholed,
		subject->now);
	due |= mark(detect, settings, subject->pair, fired, which & PAIR_BITS, o->sinkholed,
		subject->now);
	(void)mark(detect, settings, subject->domain, fired, fired & which & PAIR_BITS, false,
		subject->now);
	return due | once;
}

/* ---- asking ---- */

bool dw_detect_holds(const struct dw_detect *detect, int64_t now)
{
	return atomic_load_explicit(&detect->held_until, memory_order_acquire) > (uint32_t)now;
}

/* Of the detectors in `which`, all of one kind, those that hold this key. */
static uint32_t held(struct dw_detect *detect, uint64_t key, uint32_t which, uint32_t now)
{
	struct dw_place place;
	const struct mark_entry *entry;
	uint32_t found = 0;

	if (which == 0 || !dw_table_find(&detect->marks, key, &place))
		return 0;
	entry = place.entry;
	for (; which != 0; which &= which - 1) {
		enum dw_detector detector = (enum dw_detector)__builtin_ctz(which);
		if (entry->slot[slot_of(detector)].until > now)
			found |= BIT(detector);
	}
	dw_table_let_go(&place);
	return found;
}

void dw_detect_held(struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_detect_subject *subject, struct dw_held *out)
{
	out->somebody = held(detect, subject->domain, settings->on & PAIR_BITS, subject->now);
	out->here = 0;
	if (subject->nobody)
		return;
	out->here = held(detect, subject->client, settings->on & CLIENT_BITS, subject->now) |
		    held(detect, subject->pair, out->somebody, subject->now);
}
