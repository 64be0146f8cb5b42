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

/* What is asked for with each question stands first, within one cache line. */
struct mark_entry {
	uint32_t held; /* detectors that ever did, a bit each */
	uint32_t until[SLOTS];
	uint32_t told[SLOTS][2]; /* [1]: that it was sinkholed */
};

const struct dw_table_entry dw_mark_entry = {sizeof(struct mark_entry), sizeof(struct mark_entry)};

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

static atomic_uint *held_there(struct dw_detect *detect, uint64_t key)
{
	return &detect->held_there[(key >> 20) % HELD_PLACES];
}

static void hold(struct dw_detect *detect, uint64_t key, struct mark_entry *entry,
	enum dw_detector detector, uint32_t seconds, uint32_t now)
{
	uint32_t *until = &entry->until[slot_of(detector)];

	if (seconds == 0)
		return;
	entry->held |= BIT(detector);
	if (*until < now + seconds)
		*until = now + seconds;
	raise_to(held_there(detect, key), *until);
	raise_to(&detect->held_until, *until);
}

static bool is_due(uint32_t *told, uint32_t now)
{
	if (*told != 0 && now >= *told && now - *told < DW_DETECT_QUIET)
		return false;
	*told = now;
	return true;
}

/* What there is to mark, in one number: of two that differ so do these, but for one in 2^64. */
static uint64_t digest(uint64_t key, uint32_t fired, uint32_t which, bool sinkholed, uint32_t now)
{
	uint64_t what = (uint64_t)fired << 32 | which;

	return key + (what ^ (uint64_t)sinkholed << 31) * UINT64_C(0x9e3779b97f4a7c15) +
	       now * UINT64_C(0xc4ceb9fe1a85ec53);
}

/* The mark `key` of what fired or was carried, all of one kind. The alerts that are due. A flood
 * comes to the same mark a thousand times a second. */
static uint32_t mark(struct dw_detect *detect, const struct dw_detect_settings *settings,
	uint64_t key, uint32_t fired, uint32_t which, bool sinkholed, uint32_t now)
{
	uint64_t what = digest(key, fired & which, which, sinkholed, now);
	atomic_uint_fast64_t *there = &detect->marked_there[key % MARKED_PLACES];
	struct dw_place place;
	struct mark_entry *entry;
	uint32_t due = 0;

	if (which == 0 || atomic_load_explicit(there, memory_order_relaxed) == what ||
		!dw_take(detect, &detect->marks, key, now, &place))
		return 0;
	entry = place.entry;
	for (; which != 0; which &= which - 1) {
		enum dw_detector detector = (enum dw_detector)__builtin_ctz(which);

		if (fired & BIT(detector))
			hold(detect, key, entry, detector,
				settings->rule[detector].value[DW_KEY_HOLD], now);
		if (is_due(&entry->told[slot_of(detector)][sinkholed], now))
			due |= BIT(detector);
	}
	dw_table_let_go(&place);
	atomic_store_explicit(there, what, memory_order_relaxed);
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

	if (which == 0 ||
		atomic_load_explicit(held_there(detect, key), memory_order_acquire) <= now ||
		!dw_table_find(&detect->marks, key, &place))
		return 0;
	entry = place.entry;
	for (which &= entry->held; which != 0; which &= which - 1) {
		enum dw_detector detector = (enum dw_detector)__builtin_ctz(which);

		if (entry->until[slot_of(detector)] > now)
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
