/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * detect.c: the state of the detectors, and one reply's way through them */
#include "dnsward-config.h"

#include <sodium.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "detect/state.h"

/* ---- beginning and end ---- */

static void *carve(uint8_t **at, size_t bytes)
{
	void *piece = *at;

	*at += bytes;
	return piece;
}

static void start_table(
	struct dw_table *table, uint8_t **at, size_t sets, const struct dw_table_entry *entry)
{
	dw_table_start(table, carve(at, dw_table_bytes(sets, entry)), sets, entry);
}

static size_t memory_needed(void)
{
	return dw_table_bytes(CLIENT_SETS, &dw_client_entry) +
	       dw_table_bytes(PAIR_SETS, &dw_pair_entry) +
	       dw_table_bytes(NAME_SETS, &dw_name_entry) +
	       dw_table_bytes(MARK_SETS, &dw_mark_entry) + DW_SEEN_BYTES;
}

/* Mapped, not allocated: what nobody touches costs nothing. */
enum dw_result dw_detect_new(struct dw_detect **out, struct dw_error *err)
{
	struct dw_detect *detect = aligned_alloc(DW_CACHE_LINE, sizeof(*detect));
	size_t len = memory_needed();
	void *memory = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint8_t *at = memory;

	if (detect == NULL || memory == MAP_FAILED) {
		if (memory != MAP_FAILED)
			munmap(memory, len);
		free(detect);
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for the detectors");
	}
	memset(detect, 0, sizeof(*detect));
	(void)madvise(memory, len, MADV_HUGEPAGE); /* places are all over it */
	detect->memory = memory;
	detect->memory_len = len;
	randombytes_buf(&detect->name_key, sizeof(detect->name_key));
	randombytes_buf(&detect->client_key, sizeof(detect->client_key));
	start_table(&detect->clients, &at, CLIENT_SETS, &dw_client_entry);
	start_table(&detect->pairs, &at, PAIR_SETS, &dw_pair_entry);
	start_table(&detect->names, &at, NAME_SETS, &dw_name_entry);
	start_table(&detect->marks, &at, MARK_SETS, &dw_mark_entry);
	detect->seen.words = carve(&at, DW_SEEN_BYTES);
	*out = detect;
	return DW_OK;
}

void dw_detect_free(struct dw_detect **detect)
{
	struct dw_detect *d = *detect;

	if (d == NULL)
		return;
	munmap(d->memory, d->memory_len);
	free(d);
	*detect = NULL;
}

/* ---- keys ---- */

/* Two secret hashes to one (the finaliser of MurmurHash3, A. Appleby, public domain). Clients,
 * domains and pairs share a table of marks; that one is taken for another is no more likely than
 * for two of a kind. */
static uint64_t mix(uint64_t a, uint64_t b)
{
	uint64_t h = a ^ (b << 32 | b >> 32);

	h *= UINT64_C(0xff51afd7ed558ccd);
	h ^= h >> 33;
	h *= UINT64_C(0xc4ceb9fe1a85ec53);
	return h ^ h >> 33;
}

uint64_t dw_detect_name_key(const struct dw_detect *detect, const uint8_t *name, size_t len)
{
	return name_hash(&detect->name_key, name, len);
}

void dw_detect_set(const struct dw_detect *detect, const struct dw_detect_settings *settings,
	struct dw_detect_subject *subject, uint64_t name, const struct dw_addr *client)
{
	subject->nobody = client->family == 0;
	subject->alone = name;
	subject->client = name_hash(&detect->client_key, client->bytes, sizeof(client->bytes));
	subject->name = mix(subject->client, name);
	if (settings->on & CLIENT_BITS)
		dw_table_prefetch(&detect->clients, subject->client);
	if (settings->on & NAME_BITS)
		dw_table_prefetch(&detect->names, subject->name);
	if (settings->on & SEEN_BITS)
		dw_seen_prefetch(&detect->seen, subject->name);
	else if (settings->on & BIT(DW_DETECT_RARE))
		dw_seen_prefetch(&detect->seen, subject->alone);
}

void dw_detect_set_domain(const struct dw_detect *detect, const struct dw_detect_settings *settings,
	struct dw_detect_subject *subject, uint64_t domain)
{
	subject->domain = domain;
	subject->pair = mix(subject->client, domain);
	if (settings->on & COUNTED_BITS)
		dw_table_prefetch(&detect->pairs, subject->pair);
}

/* ---- one reply ---- */

/* Whether names have been remembered for as long as the detector has to learn. */
static bool has_learnt(
	const struct dw_detect *detect, const struct dw_detect_rule *rule, uint32_t now)
{
	uint32_t since = atomic_load_explicit(&detect->seen_since, memory_order_relaxed);

	return since != 0 && now >= since && now - since >= rule->value[DW_KEY_LEARN];
}

static bool is_unseen(struct dw_detect *detect, uint64_t hash, uint32_t now)
{
	unsigned none = 0;

	if (atomic_load_explicit(&detect->seen_since, memory_order_relaxed) == 0)
		atomic_compare_exchange_strong(&detect->seen_since, &none, now);
	return dw_seen_add(&detect->seen, hash);
}

/* Remember the name. `is_new`: this client has not asked for it. Where a client is known to have
 * asked for the name lately, so is somebody: each time that is remembered of the client, it is of
 * the name too. */
static uint32_t look_for_new(struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_observation *o, const struct dw_detect_subject *subject, bool *is_new)
{
	uint32_t fired = 0;

	*is_new = false;
	if (o->type == TYPE_PTR || !(settings->on & (SEEN_BITS | BIT(DW_DETECT_RARE))))
		return 0;
	if (settings->on & SEEN_BITS) {
		if (dw_seen_lately(&detect->seen, subject->name))
			return 0;
		*is_new = is_unseen(detect, subject->name, subject->now);
	}
	if (*is_new && dw_detect_is_on(settings, DW_DETECT_FIRST_SEEN) &&
		has_learnt(detect, &settings->rule[DW_DETECT_FIRST_SEEN], subject->now))
		fired |= BIT(DW_DETECT_FIRST_SEEN);
	if (dw_detect_is_on(settings, DW_DETECT_RARE) &&
		is_unseen(detect, subject->alone, subject->now) &&
		has_learnt(detect, &settings->rule[DW_DETECT_RARE], subject->now))
		fired |= BIT(DW_DETECT_RARE);
	return fired;
}

void dw_detect_note(struct dw_detect *detect, const struct dw_detect_settings *settings,
	const struct dw_observation *o, struct dw_detected *out)
{
	const struct dw_detect_subject *subject = o->subject;
	int32_t evidence;
	bool is_new, has_evidence;

	*out = (struct dw_detected){0};
	if (settings->on == 0 || subject->nobody)
		return;
	out->fired = look_for_new(detect, settings, o, subject, &is_new);
	has_evidence = is_new && dw_detect_is_on(settings, DW_DETECT_DGA_CLIENT) &&
		       o->score != NULL && o->score(o->score_arg, &evidence);
	out->fired |=
		dw_count_client(detect, settings, o, subject, has_evidence ? &evidence : NULL);
	out->fired |= dw_watch_name(detect, settings, o, subject);
	out->fired |= dw_count_pair(detect, settings, o, subject);
	out->fired |= o->found;
	if ((out->fired | o->carries) != 0)
		out->due = dw_mark(detect, settings, o, subject, out->fired);
}

/* ---- now and then ---- */

void dw_detect_tick(
	struct dw_detect *detect, const struct dw_detect_settings *settings, int64_t now)
{
	uint32_t first = settings->rule[DW_DETECT_FIRST_SEEN].value[DW_KEY_WINDOW];
	uint32_t rare = settings->rule[DW_DETECT_RARE].value[DW_KEY_WINDOW];

	if (atomic_load(&detect->seen_since) != 0)
		dw_seen_turn(&detect->seen, first > rare ? first : rare, (uint32_t)now);
}

void dw_detect_state(struct dw_detect *detect, struct dw_detect_state *out)
{
	enum { STEP = 16 };
	const struct dw_table *tables[] = {
		&detect->clients, &detect->pairs, &detect->names, &detect->marks};

	*out = (struct dw_detect_state){
		.bytes = detect->memory_len + sizeof(*detect),
		.dropped = atomic_load(&detect->dropped),
		.seen_percent = dw_seen_percent(&detect->seen),
	};
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		out->places += tables[i]->count * DW_WAYS;
		dw_table_survey(tables[i], STEP, &out->taken, &out->evicted);
	}
	out->taken *= STEP;
	out->evicted *= STEP;
}
