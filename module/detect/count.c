/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * count.c: the detectors that count within a window */
#include "dnsward-config.h"

#include "detect/information.h"
#include "detect/state.h"

enum { BITMAP_WORDS = 4 };

enum client_tally {
	QUERIES_TALLY,
	BYTES_TALLY,
	FAILURE_TALLIES, /* of each kind apart: a threshold is for one */
	TXT_TALLY = FAILURE_TALLIES + 3,
	NULL_TALLY,
	ANY_TALLY,
	CLIENT_TALLIES
};

/* What counts different things. */
struct distinct {
	struct dw_cell cell;
	uint64_t bitmap[BITMAP_WORDS];
};

/* What each query counts for stands first, within one cache line. */
struct client_entry {
	_Alignas(DW_CACHE_LINE) int32_t evidence; /* of dga-client, thousandths */
	uint32_t evidence_at;
	struct dw_tally tally[CLIENT_TALLIES];
	struct distinct nxdomain_names, ptr_names;
};

/* And here: the rest is for few names, and not clear unless `has_rest`. */
struct pair_entry {
	_Alignas(DW_CACHE_LINE) uint64_t told_names[BITMAP_WORDS];
	uint64_t repeated[1];
	struct dw_tally volume, repeats;
	uint32_t told_start;
	uint32_t has_rest : 1;
	uint32_t told : 31; /* bytes; stays at its end */
	struct distinct tunnel, chunks;
};
enum { PAIR_HEAD = offsetof(struct pair_entry, tunnel), TOLD_MOST = INT32_MAX };
_Static_assert(PAIR_HEAD == DW_CACHE_LINE, "what ordinary names count for is one cache line");

const struct dw_table_entry dw_client_entry = {
	sizeof(struct client_entry), sizeof(struct client_entry)};
const struct dw_table_entry dw_pair_entry = {sizeof(struct pair_entry), PAIR_HEAD};

static bool count_different(struct distinct *different, const uint32_t *threshold, uint32_t now,
	uint32_t amount, uint64_t key)
{
	struct dw_cell *cell = &different->cell;

	dw_cell_start(cell, different->bitmap, BITMAP_WORDS, threshold[DW_KEY_WINDOW], now);
	dw_cell_add(cell, different->bitmap, BITMAP_WORDS, key, amount);
	return cell->count >= threshold[DW_KEY_QUERIES] &&
	       dw_cell_distinct(cell) >= threshold[DW_KEY_DISTINCT] &&
	       cell->sum >= (uint64_t)threshold[DW_KEY_MEAN] * cell->count;
}

/* ---- of a client ---- */

/* What a misled machine asks for by itself: names that can only be found at home. From the
 * exclusions of public rules on NXDOMAIN. */
static bool is_homely(const uint8_t *name)
{
	static const char *const last_labels[] = {"\4arpa", "\4corp", "\6domain", "\4home",
		"\4host", "\10internal", "\3lan", "\5local", "\13localdomain", "\11localhost",
		"\6router", "\7gateway"};
	size_t at = 0, last = 0;

	for (; name[at] != 0; at += 1U + name[at])
		last = at;
	if (last == 0)
		return true; /* one label, or none */
	for (size_t i = 0; i < sizeof(last_labels) / sizeof(last_labels[0]); i++) {
		if (last_labels[i][0] == (char)name[last] &&
			memcmp(last_labels[i] + 1, name + last + 1, name[last]) == 0)
			return true;
	}
	return false;
}

/* A name that begins with a number of at most three digits, four times running: a look-up of an
 * IPv4 address in a list (RFC 5782), where NXDOMAIN is the good answer. */
static bool asks_a_list(const uint8_t *name)
{
	size_t at = 0;

	for (size_t labels = 0; labels < 4; labels++, at += 1U + name[at]) {
		if (name[at] == 0 || name[at] > 3)
			return false;
		for (size_t i = 1; i <= name[at]; i++) {
			if (name[at + i] < '0' || name[at + i] > '9')
				return false;
		}
	}
	return true;
}

static bool is_failure(const struct dw_observation *o)
{
	return !o->sinkholed && o->rcode != RCODE_NOERROR && !is_homely(o->name) &&
	       !asks_a_list(o->name);
}

static bool is_address(uint16_t type)
{
	return type == TYPE_A || type == TYPE_AAAA;
}

static size_t failure_tally(uint8_t rcode)
{
	return FAILURE_TALLIES + (rcode == RCODE_NXDOMAIN ? 0 : rcode == RCODE_SERVFAIL ? 1 : 2);
}

/* The evidence halves in each window, on a straight line between. */
static void let_fade(struct client_entry *entry, uint32_t half_life, uint32_t now)
{
	uint32_t age = now > entry->evidence_at ? now - entry->evidence_at : 0;
	uint32_t halvings = age / half_life, rest = age % half_life;

	entry->evidence = halvings < 31 ? entry->evidence >> halvings : 0;
	entry->evidence -= (int32_t)((int64_t)entry->evidence * rest / (2 * (int64_t)half_life));
	entry->evidence_at = now;
}

/* A sequential test (Page 1954): the sum of what names say for "generated" over what they say
 * for "not", never below zero. Of names that exist half is believed. */
static bool add_evidence(struct client_entry *entry, const uint32_t *threshold,
	const struct dw_observation *o, int32_t evidence, uint32_t now)
{
	bool exists = !o->sinkholed && o->rcode == RCODE_NOERROR;

	if (exists && evidence > 0)
		evidence /= 2;
	let_fade(entry, threshold[DW_KEY_WINDOW], now);
	entry->evidence += evidence;
	if (entry->evidence < 0)
		entry->evidence = 0;
	return entry->evidence >= (int32_t)threshold[DW_KEY_LOG_ODDS] * 1000;
}

#define EACH_QUERY (BIT(DW_DETECT_QUERY_FLOOD) | BIT(DW_DETECT_BYTES_OUT))

static bool count_queries(struct client_entry *entry, const uint32_t *threshold,
	const struct dw_detect_subject *subject)
{
	return dw_tally_add(&entry->tally[QUERIES_TALLY], threshold[DW_KEY_WINDOW], subject->now,
		       1) >= threshold[DW_KEY_QUERIES];
}

static bool count_bytes(struct client_entry *entry, const uint32_t *threshold,
	const struct dw_observation *o, const struct dw_detect_subject *subject)
{
	return dw_tally_add(&entry->tally[BYTES_TALLY], threshold[DW_KEY_WINDOW], subject->now,
		       (uint32_t)o->name_len) >= threshold[DW_KEY_BYTES];
}

/* The other detectors that count this reply. */
static uint32_t some_detectors(const struct dw_observation *o, const int32_t *evidence)
{
	uint32_t which = 0;

	switch (o->type) {
	case TYPE_TXT:
		which |= BIT(DW_DETECT_TXT_FLOOD);
		break;
	case TYPE_NULL:
		which |= BIT(DW_DETECT_NULL_FLOOD);
		break;
	case TYPE_ANY:
		which |= BIT(DW_DETECT_ANY_FLOOD);
		break;
	case TYPE_PTR:
		which |= BIT(DW_DETECT_PTR_SCAN);
		break;
	}
	if (is_failure(o)) {
		which |= BIT(DW_DETECT_FAILURES);
		if (o->rcode == RCODE_NXDOMAIN && is_address(o->type))
			which |= BIT(DW_DETECT_NXDOMAIN_NAMES);
	}
	if (evidence != NULL && !is_homely(o->name))
		which |= BIT(DW_DETECT_DGA_CLIENT);
	return which;
}

static bool count_one(struct client_entry *entry, enum dw_detector detector,
	const uint32_t *threshold, const struct dw_observation *o,
	const struct dw_detect_subject *subject, const int32_t *evidence)
{
	uint32_t now = subject->now, window = threshold[DW_KEY_WINDOW];
	uint32_t queries = threshold[DW_KEY_QUERIES];
	struct dw_tally *tally = entry->tally;

	switch (detector) {
	case DW_DETECT_TXT_FLOOD:
		return dw_tally_add(&tally[TXT_TALLY], window, now, 1) >= queries;
	case DW_DETECT_NULL_FLOOD:
		return dw_tally_add(&tally[NULL_TALLY], window, now, 1) >= queries;
	case DW_DETECT_ANY_FLOOD:
		return dw_tally_add(&tally[ANY_TALLY], window, now, 1) >= queries;
	case DW_DETECT_FAILURES:
		return dw_tally_add(&tally[failure_tally(o->rcode)], window, now, 1) >= queries;
	case DW_DETECT_NXDOMAIN_NAMES:
		return count_different(&entry->nxdomain_names, threshold, now, 0, subject->name);
	case DW_DETECT_PTR_SCAN:
		return count_different(&entry->ptr_names, threshold, now, 0, subject->name);
	case DW_DETECT_DGA_CLIENT:
		return add_evidence(entry, threshold, o, *evidence, now);
	default:
		return false;
	}
}

uint32_t dw_count_client(struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_observation *o, const struct dw_detect_subject *subject,
	const int32_t *evidence)
{
	const struct dw_detect_rule *rule = settings->rule;
	uint32_t left = some_detectors(o, evidence) & settings->on, fired = 0;
	struct dw_place place;

	if (((left | EACH_QUERY) & settings->on) == 0 ||
		!dw_take(detect, &detect->clients, subject->client, subject->now, &place))
		return 0;
	if (dw_detect_is_on(settings, DW_DETECT_QUERY_FLOOD) &&
		count_queries(place.entry, rule[DW_DETECT_QUERY_FLOOD].value, subject))
		fired |= BIT(DW_DETECT_QUERY_FLOOD);
	if (dw_detect_is_on(settings, DW_DETECT_BYTES_OUT) &&
		count_bytes(place.entry, rule[DW_DETECT_BYTES_OUT].value, o, subject))
		fired |= BIT(DW_DETECT_BYTES_OUT);
	for (; left != 0; left &= left - 1) {
		enum dw_detector detector = (enum dw_detector)__builtin_ctz(left);

		if (count_one(place.entry, detector, rule[detector].value, o, subject, evidence))
			fired |= BIT(detector);
	}
	dw_table_let_go(&place);
	return fired;
}

/* ---- of a client and a registered domain ---- */

/* `12-abcdefghijklmnop.` at the start of a name: the number of a piece and the piece, of 15
 * to 63 characters of base 64. False where it is none. */
static bool parse_chunk(const uint8_t *name, uint32_t *number, uint32_t *payload)
{
	size_t len = name[0], at = 1;

	*number = 0;
	for (; at <= len && at <= 5 && name[at] >= '0' && name[at] <= '9'; at++)
		*number = *number * 10 + (uint32_t)(name[at] - '0');
	if (at == 1 || at > len || name[at] != '-')
		return false;
	*payload = (uint32_t)(len - at);
	for (at++; at <= len; at++) {
		uint8_t c = name[at];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
			    c == '='))
			return false;
	}
	return *payload >= 15;
}

/* The part of an entry that few names need. */
static void need_rest(struct pair_entry *entry)
{
	if (!entry->has_rest) {
		entry->tunnel.cell.start = entry->chunks.cell.start = 0;
		entry->has_rest = 1;
	}
}

static bool count_tunnel(struct pair_entry *entry, const uint32_t *threshold,
	const struct dw_observation *o, const struct dw_detect_subject *subject)
{
	uint32_t length = (uint32_t)o->domain - 1; /* as text, without its last dot */

	if (length < threshold[DW_KEY_MIN_LENGTH])
		return false;
	need_rest(entry);
	return count_different(&entry->tunnel, threshold, subject->now, 0, subject->alone);
}

static bool count_chunks(struct pair_entry *entry, const uint32_t *threshold,
	const struct dw_observation *o, const struct dw_detect_subject *subject)
{
	uint32_t number, payload;

	if (!parse_chunk(o->name, &number, &payload))
		return false;
	need_rest(entry);
	return count_different(&entry->chunks, threshold, subject->now, payload,
		number * UINT64_C(0x9e3779b97f4a7c15) ^ subject->pair);
}

static bool count_repeats(struct pair_entry *entry, const uint32_t *threshold,
	const struct dw_detect_subject *subject)
{
	uint32_t window = threshold[DW_KEY_WINDOW];

	if (dw_window_is_over(entry->repeats.start, window, subject->now))
		entry->repeated[0] = 0;
	(void)dw_bitmap_add(entry->repeated, 1, subject->alone);
	return dw_tally_add(&entry->repeats, window, subject->now, 1) >=
		       threshold[DW_KEY_QUERIES] &&
	       dw_bitmap_is_within(entry->repeated, 1, threshold[DW_KEY_DISTINCT]);
}

static bool count_information(struct pair_entry *entry, const uint32_t *threshold,
	const struct dw_observation *o, const struct dw_detect_subject *subject)
{
	uint32_t stands_for, told;

	if (dw_window_is_over(entry->told_start, threshold[DW_KEY_WINDOW], subject->now)) {
		memset(entry->told_names, 0, sizeof(entry->told_names));
		entry->told_start = subject->now;
		entry->told = 0;
	}
	stands_for = dw_bitmap_add(entry->told_names, BITMAP_WORDS, subject->alone);
	if (stands_for > 0) {
		told = entry->told + dw_information(o->name + 1, o->domain - 1) * stands_for / 256;
		entry->told = told < TOLD_MOST ? told & TOLD_MOST : TOLD_MOST;
	}
	return entry->told >= threshold[DW_KEY_BYTES];
}

static bool count_volume(struct pair_entry *entry, const uint32_t *threshold,
	const struct dw_detect_subject *subject)
{
	return dw_tally_add(&entry->volume, threshold[DW_KEY_WINDOW], subject->now, 1) >=
	       threshold[DW_KEY_QUERIES];
}

static bool is_reverse(const struct dw_observation *o)
{
	return o->type == TYPE_PTR ||
	       (o->name_len >= 6 && memcmp(o->name + o->name_len - 6, "\4arpa", 6) == 0);
}

/* What looks at that part of a name which is left of the registered domain. */
static uint32_t count_left(struct pair_entry *entry, const struct dw_detect_settings *settings,
	const struct dw_observation *o, const struct dw_detect_subject *subject)
{
	const struct dw_detect_rule *rule = settings->rule;
	uint32_t fired = 0;

	if (dw_detect_is_on(settings, DW_DETECT_TUNNEL) &&
		count_tunnel(entry, rule[DW_DETECT_TUNNEL].value, o, subject))
		fired |= BIT(DW_DETECT_TUNNEL);
	if (dw_detect_is_on(settings, DW_DETECT_CHUNKS) &&
		count_chunks(entry, rule[DW_DETECT_CHUNKS].value, o, subject))
		fired |= BIT(DW_DETECT_CHUNKS);
	if (dw_detect_is_on(settings, DW_DETECT_INFORMATION) &&
		count_information(entry, rule[DW_DETECT_INFORMATION].value, o, subject))
		fired |= BIT(DW_DETECT_INFORMATION);
	return fired;
}

uint32_t dw_count_pair(struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_observation *o, const struct dw_detect_subject *subject)
{
	const struct dw_detect_rule *rule = settings->rule;
	uint32_t fired = 0;
	struct dw_place place;

	if (!(settings->on & COUNTED_BITS) || is_reverse(o) ||
		!dw_take(detect, &detect->pairs, subject->pair, subject->now, &place))
		return 0;
	if (dw_detect_is_on(settings, DW_DETECT_VOLUME) &&
		count_volume(place.entry, rule[DW_DETECT_VOLUME].value, subject))
		fired |= BIT(DW_DETECT_VOLUME);
	if (dw_detect_is_on(settings, DW_DETECT_REPEATS) &&
		count_repeats(place.entry, rule[DW_DETECT_REPEATS].value, subject))
		fired |= BIT(DW_DETECT_REPEATS);
	if (o->domain != 0)
		fired |= count_left(place.entry, settings, o, subject);
	dw_table_let_go(&place);
	return fired;
}
