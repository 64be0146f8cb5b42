/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * count.c: the detectors that count within a window */
#include "dnsward-config.h"

#include "detect/information.h"
#include "detect/state.h"

/* Each has a cell, and a bitmap where it counts different things. Failures have three cells: a
 * threshold is for one kind of failure. */
enum { BITMAP_WORDS = 4 };

enum client_cell {
	QUERIES_CELL,
	BYTES_CELL,
	TXT_CELL,
	NULL_CELL,
	ANY_CELL,
	FAILURE_CELLS,
	NXDOMAIN_CELL = FAILURE_CELLS + 3,
	PTR_CELL,
	CLIENT_CELLS
};

enum pair_cell {
	VOLUME_CELL,
	REPEATS_CELL,
	INFORMATION_CELL,
	TUNNEL_CELL,
	CHUNKS_CELL,
	PAIR_CELLS
};

/* What each query counts for stands first, within one cache line. */
struct client_entry {
	_Alignas(DW_CACHE_LINE) int32_t evidence; /* of dga-client, thousandths */
	uint32_t evidence_at;
	struct dw_cell cell[CLIENT_CELLS];
	uint64_t nxdomain_names[BITMAP_WORDS], ptr_names[BITMAP_WORDS];
};

/* And here within two. */
struct pair_entry {
	_Alignas(DW_CACHE_LINE) uint64_t repeats[1];
	struct dw_cell cell[PAIR_CELLS];
	uint64_t told[BITMAP_WORDS], tunnel_names[BITMAP_WORDS], chunks[BITMAP_WORDS];
};

const size_t dw_client_entry_bytes = sizeof(struct client_entry);
const size_t dw_pair_entry_bytes = sizeof(struct pair_entry);

/* ---- a query that counts ---- */

static bool reaches(const struct dw_cell *cell, const uint32_t *threshold)
{
	return cell->count >= threshold[DW_KEY_QUERIES] &&
	       dw_cell_distinct(cell) >= threshold[DW_KEY_DISTINCT] &&
	       cell->sum >= threshold[DW_KEY_BYTES] &&
	       cell->sum >= (uint64_t)threshold[DW_KEY_MEAN] * cell->count;
}

static bool count(struct dw_cell *cell, const uint32_t *threshold, uint32_t now, uint32_t amount)
{
	dw_cell_start(cell, NULL, 0, threshold[DW_KEY_WINDOW], now);
	dw_cell_add(cell, amount);
	return reaches(cell, threshold);
}

static bool count_different(struct dw_cell *cell, uint64_t *bitmap, const uint32_t *threshold,
	uint32_t now, uint32_t amount, uint64_t key)
{
	dw_cell_start(cell, bitmap, BITMAP_WORDS, threshold[DW_KEY_WINDOW], now);
	dw_cell_add(cell, amount);
	(void)dw_cell_add_key(cell, bitmap, BITMAP_WORDS, key);
	return reaches(cell, threshold);
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

static size_t failure_cell(uint8_t rcode)
{
	return FAILURE_CELLS + (rcode == RCODE_NXDOMAIN ? 0 : rcode == RCODE_SERVFAIL ? 1 : 2);
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

/* The detectors that count this reply. */
static uint32_t client_detectors(const struct dw_observation *o, const int32_t *evidence)
{
	uint32_t which = BIT(DW_DETECT_QUERY_FLOOD) | BIT(DW_DETECT_BYTES_OUT);

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
	static const uint8_t cells[DW_DETECTORS] = {
		[DW_DETECT_QUERY_FLOOD] = QUERIES_CELL,
		[DW_DETECT_TXT_FLOOD] = TXT_CELL,
		[DW_DETECT_NULL_FLOOD] = NULL_CELL,
		[DW_DETECT_ANY_FLOOD] = ANY_CELL,
		[DW_DETECT_BYTES_OUT] = BYTES_CELL,
	};

	switch (detector) {
	case DW_DETECT_FAILURES:
		return count(&entry->cell[failure_cell(o->rcode)], threshold, subject->now, 0);
	case DW_DETECT_NXDOMAIN_NAMES:
		return count_different(&entry->cell[NXDOMAIN_CELL], entry->nxdomain_names,
			threshold, subject->now, 0, subject->name);
	case DW_DETECT_PTR_SCAN:
		return count_different(&entry->cell[PTR_CELL], entry->ptr_names, threshold,
			subject->now, 0, subject->name);
	case DW_DETECT_DGA_CLIENT:
		return add_evidence(entry, threshold, o, *evidence, subject->now);
	default:
		return count(&entry->cell[cells[detector]], threshold, subject->now,
			(uint32_t)o->name_len);
	}
}

uint32_t dw_count_client(struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_observation *o, const struct dw_detect_subject *subject,
	const int32_t *evidence)
{
	uint32_t left = client_detectors(o, evidence) & settings->on, fired = 0;
	struct dw_place place;

	if (left == 0 || !dw_take(detect, &detect->clients, subject->client, subject->now, &place))
		return 0;
	for (; left != 0; left &= left - 1) {
		enum dw_detector detector = (enum dw_detector)__builtin_ctz(left);
		if (count_one(place.entry, detector, settings->rule[detector].value, o, subject,
			    evidence))
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

static bool count_tunnel(struct pair_entry *entry, const uint32_t *threshold,
	const struct dw_observation *o, const struct dw_detect_subject *subject)
{
	uint32_t length = (uint32_t)o->domain - 1; /* as text, without its last dot */

	if (o->domain == 0 || length < threshold[DW_KEY_MIN_LENGTH])
		return false;
	return count_different(&entry->cell[TUNNEL_CELL], entry->tunnel_names, threshold,
		subject->now, 0, subject->alone);
}

static bool count_chunks(struct pair_entry *entry, const uint32_t *threshold,
	const struct dw_observation *o, const struct dw_detect_subject *subject)
{
	uint32_t number, payload;

	if (o->domain == 0 || !parse_chunk(o->name, &number, &payload))
		return false;
	return count_different(&entry->cell[CHUNKS_CELL], entry->chunks, threshold, subject->now,
		payload, number * UINT64_C(0x9e3779b97f4a7c15) ^ subject->pair);
}

static bool count_repeats(struct pair_entry *entry, const uint32_t *threshold,
	const struct dw_detect_subject *subject)
{
	struct dw_cell *cell = &entry->cell[REPEATS_CELL];

	dw_cell_start(cell, entry->repeats, 1, threshold[DW_KEY_WINDOW], subject->now);
	dw_cell_add(cell, 0);
	(void)dw_cell_add_key(cell, entry->repeats, 1, subject->alone);
	return cell->count >= threshold[DW_KEY_QUERIES] &&
	       dw_cell_distinct(cell) <= threshold[DW_KEY_DISTINCT];
}

static bool count_information(struct pair_entry *entry, const uint32_t *threshold,
	const struct dw_observation *o, const struct dw_detect_subject *subject)
{
	struct dw_cell *cell = &entry->cell[INFORMATION_CELL];
	uint32_t stands_for;

	if (o->domain == 0)
		return false;
	dw_cell_start(cell, entry->told, BITMAP_WORDS, threshold[DW_KEY_WINDOW], subject->now);
	stands_for = dw_cell_add_key(cell, entry->told, BITMAP_WORDS, subject->alone);
	if (stands_for > 0)
		dw_cell_add(cell, dw_information(o->name + 1, o->domain - 1) * stands_for / 256);
	return reaches(cell, threshold);
}

static bool count_pair(struct pair_entry *entry, enum dw_detector detector,
	const uint32_t *threshold, const struct dw_observation *o,
	const struct dw_detect_subject *subject)
{
	switch (detector) {
	case DW_DETECT_TUNNEL:
		return count_tunnel(entry, threshold, o, subject);
	case DW_DETECT_CHUNKS:
		return count_chunks(entry, threshold, o, subject);
	case DW_DETECT_REPEATS:
		return count_repeats(entry, threshold, subject);
	case DW_DETECT_INFORMATION:
		return count_information(entry, threshold, o, subject);
	default:
		return count(&entry->cell[VOLUME_CELL], threshold, subject->now, 0);
	}
}

static bool is_reverse(const struct dw_observation *o)
{
	return o->type == TYPE_PTR ||
	       (o->name_len >= 6 && memcmp(o->name + o->name_len - 6, "\4arpa", 6) == 0);
}

uint32_t dw_count_pair(struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_observation *o, const struct dw_detect_subject *subject)
{
	const uint32_t counting = BIT(DW_DETECT_TUNNEL) | BIT(DW_DETECT_CHUNKS) |
				  BIT(DW_DETECT_VOLUME) | BIT(DW_DETECT_REPEATS) |
				  BIT(DW_DETECT_INFORMATION);
	uint32_t left = counting & settings->on, fired = 0;
	struct dw_place place;

	if (left == 0 || is_reverse(o) ||
		!dw_take(detect, &detect->pairs, subject->pair, subject->now, &place))
		return 0;
	for (; left != 0; left &= left - 1) {
		enum dw_detector detector = (enum dw_detector)__builtin_ctz(left);
		if (count_pair(place.entry, detector, settings->rule[detector].value, o, subject))
			fired |= BIT(detector);
	}
	dw_table_let_go(&place);
	return fired;
}
