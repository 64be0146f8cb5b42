/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * asking a database
 */
#include "dnsward-config.h"
#include <string.h>

#include "database.h"
#include "base/label_hash.h"
#include "tally.h"

/* ---- names ---- */

/* A parent of the name, or the name itself, that may be listed. */
struct probe {
	struct label_hash state; /* after the first half of the hash */
	struct db_place place;
	unsigned labels;
};

/* A listed one. */
struct found {
	uint64_t entry;
	unsigned labels;
};

static bool has_depth(const struct dw_db *db, unsigned labels)
{
	return (db->depths[labels / 64] >> (labels % 64) & 1) != 0;
}

/* Hash the name from the right, and ask for the line of each parent that has as many
 * labels as any listed name: all of them are on their way before the first is read.
 * Fewest labels first. */
static size_t prepare(const struct dw_db *db, const uint8_t *name, size_t name_len,
	const struct dw_labels *labels, struct probe *probes)
{
	struct label_hash state;
	size_t count = 0;

	label_hash_init(&state, &db->key);
	for (unsigned depth = 0;; depth++) {
		if (has_depth(db, depth)) {
			struct probe *p = &probes[count++];

			p->state = state;
			p->place = db_place(label_hash_first(&p->state), db->lines);
			p->labels = depth;
			__builtin_prefetch(db->part[DB_INDEX].data + p->place.line * DB_LINE);
		}
		if (depth == labels->count)
			return count;
		label_hash_label(&state, name + labels->offset[labels->count - depth - 1], name,
			name_len);
	}
}

/* Whether one of `count` tags from `from` on may be `tag`: certain where it says no.
 * Eight are compared at once (Mycroft's test for a zero byte). */
static bool may_have_tag(const uint8_t *tags, unsigned from, unsigned count, uint8_t tag)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t word;

	if (count == 0)
		return false;
	if (count > sizeof(word) || from > DB_LINE_TAGS - sizeof(word))
		return true;
	word = db_load64(tags + from) ^ ones * tag;
	word = (word - ones) & ~word & ones << 7;
	return word << (8 * (sizeof(word) - count)) != 0;
}

/* The entry with the probe's fingerprint among entries `from` to `to` of the line;
 * UINT64_MAX for none. Nothing is read past the entries (entry < names). */
static uint64_t search(const struct dw_db *db, struct probe *p, const uint8_t *line,
	unsigned from, unsigned to)
{
	uint64_t base = db_load32(line), fingerprint = 0;
	bool hashed = false;

	for (unsigned i = from; i < to && base + i < db->names; i++) {
		if (i < DB_LINE_TAGS && line[DB_LINE_TAG + i] != p->place.tag)
			continue;
		if (!hashed) {
			__builtin_prefetch(db->part[DB_ENTRIES].data +
				(base + i) * db->entry_bits / 8);
			fingerprint = label_hash_second(&p->state) >> (64 - DB_FINGERPRINT_BITS);
			hashed = true;
		}
		if (db_entry_fingerprint(db, base + i) == fingerprint)
			return base + i;
	}
	return UINT64_MAX;
}

/* What is listed of the name and its parents, longest first. */
static size_t find(const struct dw_db *db, struct probe *probes, size_t count,
	struct found *found)
{
	size_t n = 0;

	while (count-- > 0) {
		struct probe *p = &probes[count];
		const uint8_t *line = db->part[DB_INDEX].data + p->place.line * DB_LINE;
		const uint8_t *ends = line + DB_LINE_END;
		unsigned from = p->place.bucket > 0 ? ends[p->place.bucket - 1] : 0;
		unsigned to = ends[p->place.bucket];
		uint64_t entry;

		if (to <= from || !may_have_tag(line + DB_LINE_TAG, from, to - from, p->place.tag))
			continue;
		entry = search(db, p, line, from, to);
		if (entry != UINT64_MAX)
			found[n++] = (struct found){entry, p->labels};
	}
	return n;
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

/* An exact rule at a name above ends the wildcards of the names above that. */
static void end_wildcards(struct tally *t, const struct db_effect *effect, unsigned labels)
{
	size_t list = db_load16(effect->list);

	if (effect->trigger == DW_TRIGGER_EXACT && list < t->db->list_count &&
		t->db->lists[list].encloses)
		tally_close(t, list, tally_rank(labels, false));
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
		else
			end_wildcards(t, e, labels);
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
static void add_patterns(struct tally *t, const uint32_t *ids, size_t count)
{
	const struct dw_db *db = t->db;
	size_t i = 0, j = 0;

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

/* ---- questions about names ---- */

struct question {
	const uint8_t *name;
	size_t len;
	const struct dw_labels *labels;
	uint16_t type;
	struct dw_pattern_scratch *scratch; /* or NULL: no patterns */
};

/* What is found of a question. */
struct findings {
	struct found name[DW_NAME_LABELS_MAX + 1];
	size_t names;
	const uint32_t *pattern;
	size_t patterns;
};

static void weigh_in(const struct dw_db *db, const struct question *q, const struct findings *f,
	struct dw_hits *hits, struct tally_list *room)
{
	struct tally t = tally_of(db, room);

	t.qtype = q->type;
	for (size_t i = 0; i < f->names; i++)
		add_set(&t, f->name[i].entry, f->name[i].labels,
			f->name[i].labels == q->labels->count);
	if (q->scratch != NULL)
		add_patterns(&t, f->pattern, f->patterns);
	tally_hits(&t, hits);
}

/* A tally of 256 lists is a large thing to make room for on each look-up, and few
 * databases have so many. */
enum { FEW_LISTS = 24 };

static __attribute__((noinline)) void weigh_few(const struct dw_db *db, const struct question *q,
	const struct findings *f, struct dw_hits *hits)
{
	struct tally_list room[FEW_LISTS];

	weigh_in(db, q, f, hits, room);
}

static __attribute__((noinline)) void weigh_many(const struct dw_db *db, const struct question *q,
	const struct findings *f, struct dw_hits *hits)
{
	struct tally_list room[DW_LISTS_MAX];

	weigh_in(db, q, f, hits, room);
}

/* The lines of the index are on their way while the patterns are matched. `probes` has
 * room for every depth. */
static inline void look_up(const struct dw_db *db, const struct question *q, struct probe *probes,
	struct dw_hits *hits)
{
	struct findings f;
	size_t count = 0;

	if (db->lines > 0)
		count = prepare(db, q->name, q->len, q->labels, probes);
	if (q->scratch != NULL) {
		char subject[DW_NAME_MAX];
		size_t len = subject_of(q->name, q->len, q->labels, subject);

		f.patterns = dw_patterns_match(db->patterns, q->scratch, subject, len, &f.pattern);
	}
	f.names = find(db, probes, count, f.name);
	if (f.names > 0 || q->scratch != NULL)
		(db->list_count <= FEW_LISTS ? weigh_few : weigh_many)(db, q, &f, hits);
	else
		tally_no_hits(hits);
}

void dw_db_lookup(const struct dw_db *db, struct dw_pattern_scratch *scratch, const uint8_t *name,
	size_t name_len, const struct dw_labels *labels, uint16_t qtype, struct dw_hits *hits)
{
	/* names have few labels: the long way is for those that are made up */
	enum { USUAL = 12 };
	struct question q = {name, name_len, labels, qtype, db->patterns != NULL ? scratch : NULL};

	if (labels->count < USUAL) {
		struct probe probes[USUAL];

		look_up(db, &q, probes, hits);
	} else {
		struct probe probes[DW_NAME_LABELS_MAX + 1];

		look_up(db, &q, probes, hits);
	}
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
	struct tally_list room[DW_LISTS_MAX];
	struct tally t = tally_of(db, room);

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
