/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * asking a database
 */
#include "dnsward-config.h"
#include <string.h>

#include "database.h"
#include "hash.h"
#include "tally.h"

/* ---- names ---- */

/* A parent of the name, or the name itself, that may be listed. */
struct probe {
	struct db_hash state; /* after the first half of the hash */
	struct db_place place;
	uint8_t labels;
};

struct probes {
	size_t count;
	struct probe probe[DW_NAME_LABELS_MAX + 1]; /* fewest labels first */
};

static bool has_depth(const struct dw_db *db, unsigned labels)
{
	return (db->depths[labels / 64] >> (labels % 64) & 1) != 0;
}

/* Hash the name from the right, and ask for the line of each parent that has as many
 * labels as any listed name: all of them are on their way before the first is read. */
static void prepare(const struct dw_db *db, const uint8_t *name, size_t name_len,
	const struct dw_labels *labels, struct probes *probes)
{
	struct db_hash state;

	probes->count = 0;
	db_hash_init(&state, &db->key);
	for (unsigned depth = 0; depth <= labels->count; depth++) {
		if (depth > 0)
			db_hash_label(&state, name + labels->offset[labels->count - depth], name,
				name_len);
		if (has_depth(db, depth)) {
			struct probe *p = &probes->probe[probes->count++];

			p->state = state;
			p->place = db_place(db_hash_first(&p->state), db->lines);
			p->labels = (uint8_t)depth;
			__builtin_prefetch(db->part[DB_INDEX].data + p->place.line * DB_LINE);
		}
	}
}

/* The entry with the probe's fingerprint; UINT64_MAX for none. Nothing is read past
 * the index (place.line < lines) or the entries (entry < names). */
static uint64_t find(const struct dw_db *db, struct probe *p)
{
	const uint8_t *line = db->part[DB_INDEX].data + p->place.line * DB_LINE;
	const uint8_t *ends = line + DB_LINE_END, *tags = line + DB_LINE_TAG;
	unsigned from = p->place.bucket > 0 ? ends[p->place.bucket - 1] : 0;
	unsigned to = ends[p->place.bucket];
	uint64_t base = db_load32(line), fingerprint = 0;
	bool hashed = false;

	for (unsigned i = from; i < to; i++) {
		if (i < DB_LINE_TAGS && tags[i] != p->place.tag)
			continue;
		if (!hashed) {
			fingerprint = db_hash_second(&p->state) >> (64 - DB_FINGERPRINT_BITS);
			hashed = true;
		}
		if (base + i < db->names && db_entry_fingerprint(db, base + i) == fingerprint)
			return base + i;
	}
	return UINT64_MAX;
}

static bool trigger_fits(uint8_t trigger, bool itself)
{
	switch (trigger) {
	case DW_TRIGGER_EXACT:
		return itself;
	case DW_TRIGGER_SUBTREE:
		return true;
	case DW_TRIGGER_SUBNAMES:
		return !itself;
	default:
		return false;
	}
}

static void add_set(struct tally *t, uint64_t entry, unsigned labels, bool itself)
{
	size_t count;
	const struct db_effect *effects = db_set(t->db, db_entry_set(t->db, entry), &count);

	for (size_t i = 0; i < count; i++) {
		const struct db_effect *e = &effects[i];
		struct dw_hit hit = {
			.list = db_load16(e->list),
			.trigger = e->trigger,
			.labels = (uint8_t)labels,
			.rule = db_rule_of_name(entry, i),
			.data = db_load32(e->data),
		};

		if (trigger_fits(e->trigger, itself))
			tally_add(t, e, &hit,
				tally_rank(labels, e->trigger == DW_TRIGGER_EXACT));
	}
}

static void add_names(struct tally *t, const uint8_t *name, size_t name_len,
	const struct dw_labels *labels)
{
	struct probes probes;

	prepare(t->db, name, name_len, labels, &probes);
	for (size_t i = probes.count; i-- > 0;) {
		struct probe *p = &probes.probe[i];
		uint64_t entry = find(t->db, p);

		if (entry != UINT64_MAX)
			add_set(t, entry, p->labels, p->labels == labels->count);
	}
}

/* ---- patterns ---- */

static void add_pattern(struct tally *t, uint32_t id)
{
	const struct db_pattern *p = db_record(&t->db->part[DB_PATTERNS], id, sizeof(*p));
	struct dw_hit hit = {
		.list = db_load16(p->effect.list),
		.trigger = p->effect.trigger,
		.pattern = id,
		.rule = db_rule_of(DB_RULE_PATTERN, id),
		.data = db_load32(p->effect.data),
	};

	tally_add(t, &p->effect, &hit, 0);
}

/* The name as patterns see it: dots in place of the length bytes. */
static size_t subject_of(const uint8_t *name, size_t name_len, const struct dw_labels *labels,
	char *out)
{
	if (labels->count == 0)
		return 0;
	memcpy(out, name + 1, name_len - 2);
	for (size_t i = 1; i < labels->count; i++)
		out[labels->offset[i] - 1] = '.';
	return name_len - 2;
}

/* Those that match and those that should not and do not, merged by id: that is the
 * order of the lists and of the rules in them. */
static void add_patterns(struct tally *t, struct dw_pattern_scratch *scratch, const uint8_t *name,
	size_t name_len, const struct dw_labels *labels)
{
	const struct dw_db *db = t->db;
	char subject[DW_NAME_MAX];
	const uint32_t *ids;
	size_t len = subject_of(name, name_len, labels, subject), i = 0, j = 0;
	size_t count = dw_patterns_match(db->patterns, scratch, subject, len, &ids);

	while (i < count || j < db->inverted_count) {
		uint32_t id = i < count ? ids[i] : UINT32_MAX;
		uint32_t inverted = j < db->inverted_count ? db->inverted[j] : UINT32_MAX;

		i += id <= inverted;
		j += inverted <= id;
		if (id == inverted)
			continue;
		id = id < inverted ? id : inverted;
		if (id < db->part[DB_PATTERNS].count)
			add_pattern(t, id);
	}
}

/* ---- the three questions ---- */

static void add_all(struct tally *t, struct dw_pattern_scratch *scratch, const uint8_t *name,
	size_t name_len, const struct dw_labels *labels)
{
	if (t->db->lines > 0)
		add_names(t, name, name_len, labels);
	if (t->db->patterns != NULL && scratch != NULL)
		add_patterns(t, scratch, name, name_len, labels);
}

void dw_db_lookup(const struct dw_db *db, struct dw_pattern_scratch *scratch, const uint8_t *name,
	size_t name_len, const struct dw_labels *labels, uint16_t qtype, struct dw_hits *hits)
{
	struct tally t;

	tally_init(&t, db);
	t.qtype = qtype;
	add_all(&t, scratch, name, name_len, labels);
	tally_hits(&t, hits);
}

bool dw_db_touches(const struct dw_db *db, struct dw_pattern_scratch *scratch, const uint8_t *name,
	size_t name_len, const struct dw_labels *labels)
{
	struct tally t;

	tally_init(&t, db);
	t.any_type = true;
	add_all(&t, scratch, name, name_len, labels);
	return tally_any(&t);
}

/* ---- addresses ---- */

bool dw_db_has_addr_rules(const struct dw_db *db)
{
	return db->net_group_count > 0;
}

static void mask(const struct dw_addr *addr, unsigned bits, uint8_t out[16])
{
	for (unsigned i = 0; i < 16; i++) {
		unsigned kept = bits > i * 8 ? bits - i * 8 : 0;

		out[i] = kept >= 8 ? addr->bytes[i] : (uint8_t)(addr->bytes[i] & (0xff00 >> kept));
	}
}

/* The first net of the group at or after the address. */
static size_t lower_bound(const struct db_net *nets, const struct db_net_group *group,
	const uint8_t addr[16])
{
	size_t low = group->first, high = group->end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(nets[middle].addr, addr, sizeof(nets[middle].addr)) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void add_net(struct tally *t, const struct db_net *net, size_t i)
{
	struct dw_hit hit = {
		.list = db_load16(net->effect.list),
		.trigger = net->effect.trigger,
		.rule = db_rule_of(DB_RULE_NET, i),
		.data = db_load32(net->effect.data),
	};

	tally_add(t, &net->effect, &hit, net->bits);
}

void dw_db_lookup_addr(const struct dw_db *db, const struct dw_addr *addr, struct dw_hits *hits)
{
	const struct db_net *nets = (const struct db_net *)db->part[DB_NETS].data;
	struct tally t;

	tally_init(&t, db);
	t.any_type = true;
	for (size_t g = 0; g < db->net_group_count; g++) {
		const struct db_net_group *group = &db->net_groups[g];
		uint8_t masked[16];

		mask(addr, group->bits, masked);
		for (size_t i = lower_bound(nets, group, masked);
			i < group->end && memcmp(nets[i].addr, masked, sizeof(masked)) == 0; i++) {
			if (nets[i].family == addr->family)
				add_net(&t, &nets[i], i);
		}
	}
	tally_hits(&t, hits);
}
