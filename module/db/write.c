/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * the file of a database, section by section
 */
#include "dnsward-config.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "build.h"
#include "dnsward/file.h"

/* The file on its way: sections go out in order, and the header last. */
struct db_writer {
	struct dw_publish *publish;
	struct dw_error *err;
	crypto_generichash_state digest; /* of all after the header */
	uint64_t at;
	uint8_t header[DB_HEADER];
};

static enum dw_result put(struct db_writer *w, const void *data, size_t len)
{
	enum dw_result result = len > 0 ? dw_publish_write(w->publish, data, len, w->err) : DW_OK;

	if (result == DW_OK) {
		crypto_generichash_update(&w->digest, data, len);
		w->at += len;
	}
	return result;
}

static enum dw_result put_section(struct db_writer *w, enum db_section section, const void *data,
	size_t size)
{
	static const uint8_t zeroes[DB_ALIGN];
	uint8_t *place = w->header + DB_AT_SECTIONS + 16 * (size_t)section;
	enum dw_result result;

	db_store64(place, w->at);
	db_store64(place + 8, size);
	result = put(w, data, size);
	if (result == DW_OK)
		result = put(w, zeroes, (DB_ALIGN - size % DB_ALIGN) % DB_ALIGN);
	return result;
}

static enum dw_result put_bytes(struct db_writer *w, enum db_section section,
	const struct db_bytes *bytes)
{
	return put_section(w, section, bytes->data, bytes->size);
}

/* ---- packed sections ---- */

/* Numbers of up to 57 bits, one after the other, lowest bit first. */
struct packer {
	uint8_t *data;
	uint64_t at; /* bits */
};

static void pack(struct packer *p, uint64_t value, unsigned bits)
{
	uint8_t *byte = p->data + p->at / 8;

	if (bits == 0)
		return;
	db_store64(byte, db_load64(byte) | value << (p->at % 8));
	p->at += bits;
}

static size_t packed_bytes(uint64_t count, unsigned bits)
{
	return (count * bits + 7) / 8 + DB_PACK_SLACK;
}

/* The bits that numbers below `count` need. */
static unsigned bits_for(uint64_t count)
{
	return count <= 1 ? 0 : 64 - (unsigned)__builtin_clzll(count - 1);
}

static enum dw_result put_packed(struct db_writer *w, enum db_section section, struct packer *p,
	size_t size)
{
	enum dw_result result = put_section(w, section, p->data, size);

	free(p->data);
	return result;
}

/* ---- names ---- */

/* Fill the line that starts with record `first`. Returns its number of names; more
 * than a byte can count, or a name that cannot be told from another, and the key has
 * to be drawn anew: false. */
static bool fill_line(const struct db_builder *b, uint64_t lines, uint64_t line, size_t first,
	uint8_t *out, size_t *count)
{
	size_t n = 0;
	struct db_place before = {0};

	db_store32(out, (uint32_t)first);
	for (; first + n < b->distinct; n++) {
		const struct db_name *name = &b->names[first + n];
		struct db_place place = db_place(name->where, lines);

		if (place.line != line)
			break;
		if (n == UINT8_MAX)
			return false;
		for (unsigned bucket = place.bucket; bucket < DB_LINE_BUCKETS; bucket++)
			out[DB_LINE_END + bucket] = (uint8_t)(n + 1);
		if (n < DB_LINE_TAGS)
			out[DB_LINE_TAG + n] = place.tag;
		for (size_t i = n; i-- > 0 && before.bucket == place.bucket && before.tag == place.tag;) {
			const struct db_name *other = &b->names[first + i];

			before = db_place(other->where, lines);
			if (other->who >> 8 == name->who >> 8)
				return false;
		}
		before = place;
	}
	*count = n;
	return true;
}

static enum dw_result put_index(struct db_builder *b, struct db_writer *w, uint64_t lines)
{
	uint8_t *index = calloc(lines, DB_LINE);
	size_t first = 0, count;
	enum dw_result result;

	if (index == NULL && lines > 0)
		return db_no_memory(b);
	for (uint64_t line = 0; line < lines; line++) {
		if (!fill_line(b, lines, line, first, index + line * DB_LINE, &count)) {
			b->unlucky = true;
			break;
		}
		first += count;
	}
	result = put_section(w, DB_INDEX, index, lines * DB_LINE);
	free(index);
	return result;
}

static enum dw_result put_entries(struct db_builder *b, struct db_writer *w)
{
	unsigned set_bits = bits_for(b->sets.count);
	size_t size = packed_bytes(b->distinct, DB_FINGERPRINT_BITS + set_bits);
	struct packer p = {.data = calloc(size, 1)};

	if (p.data == NULL)
		return db_no_memory(b);
	db_store32(w->header + DB_AT_SET_BITS, set_bits);
	for (size_t i = 0; i < b->distinct; i++) {
		pack(&p, b->names[i].who >> (64 - DB_FINGERPRINT_BITS), DB_FINGERPRINT_BITS);
		pack(&p, b->names[i].effect, set_bits);
	}
	return put_packed(w, DB_ENTRIES, &p, size);
}

static enum dw_result put_starts(struct db_builder *b, struct db_writer *w)
{
	struct db_bytes starts = {0};
	uint8_t start[4];
	enum dw_result result;

	for (size_t i = 0; i < b->distinct; i += DB_STARTS_NAMES) {
		db_store32(start, b->names[i].line);
		if (!db_bytes_put(&starts, start, sizeof(start))) {
			free(starts.data);
			return db_no_memory(b);
		}
	}
	result = put_bytes(w, DB_STARTS, &starts);
	free(starts.data);
	return result;
}

static enum dw_result put_origins(struct db_builder *b, struct db_writer *w)
{
	unsigned bits = bits_for(b->line_count + 1);
	size_t size;
	struct packer p = {0};

	bits = bits == 0 ? 1 : bits;
	size = packed_bytes(b->origin_count, bits);
	p.data = calloc(size, 1);
	if (p.data == NULL)
		return db_no_memory(b);
	db_store32(w->header + DB_AT_ORIGIN_BITS, bits);
	for (size_t i = 0; i < b->origin_count; i++)
		pack(&p, b->origins[i], bits);
	return put_packed(w, DB_ORIGINS, &p, size);
}

static enum dw_result put_sets(struct db_builder *b, struct db_writer *w)
{
	struct db_bytes sets = {0}, effects = {0};
	uint8_t place[4];
	bool ok;
	enum dw_result result;

	db_store32(place, 0);
	ok = db_bytes_put(&sets, place, sizeof(place));
	for (uint32_t i = 0; ok && i < b->sets.count; i++) {
		const uint32_t *set = db_intern_item(&b->sets, i);
		size_t members = b->sets.len[i] / sizeof(set[0]);

		for (size_t j = 0; ok && j < members; j++)
			ok = db_bytes_put(&effects, db_intern_item(&b->effects, set[j]),
				sizeof(struct db_effect));
		db_store32(place, (uint32_t)(effects.size / sizeof(struct db_effect)));
		ok = ok && db_bytes_put(&sets, place, sizeof(place));
	}
	if (!ok) {
		result = db_no_memory(b);
	} else {
		result = put_bytes(w, DB_SETS, &sets);
		if (result == DW_OK)
			result = put_bytes(w, DB_EFFECTS, &effects);
	}
	free(sets.data);
	free(effects.data);
	return result;
}

static enum dw_result put_names(struct db_builder *b, struct db_writer *w)
{
	uint64_t lines = (b->distinct + DB_LINE_NAMES - 1) / DB_LINE_NAMES;
	enum dw_result result = put_index(b, w, lines);

	if (result == DW_OK)
		result = put_entries(b, w);
	if (result == DW_OK)
		result = put_sets(b, w);
	if (result == DW_OK)
		result = put_starts(b, w);
	if (result == DW_OK)
		result = put_origins(b, w);
	return result;
}

/* ---- patterns and nets ---- */

static enum dw_result put_patterns(struct db_builder *b, struct db_writer *w)
{
	struct db_bytes patterns = {0}, inverted = {0};
	bool ok = true;
	enum dw_result result;

	for (size_t i = 0; ok && i < b->pattern_count; i++) {
		const struct db_build_pattern *from = &b->patterns[i];
		const struct db_effect *effect = db_intern_item(&b->effects, from->effect);
		struct db_pattern p = {.effect = *effect};
		uint8_t id[4];

		db_store32(p.text, (uint32_t)b->strings.size);
		db_store32(p.text_len, (uint32_t)from->len);
		db_store32(p.origin, from->line);
		db_store32(id, (uint32_t)i);
		ok = db_bytes_put(&b->strings, from->text, from->len) &&
			db_bytes_put(&b->strings, "", 1) &&
			db_bytes_put(&patterns, &p, sizeof(p));
		if (ok && (effect->flags & DW_RULE_INVERT) != 0 && !from->refused)
			ok = db_bytes_put(&inverted, id, sizeof(id));
	}
	result = ok ? put_bytes(w, DB_PATTERNS, &patterns) : db_no_memory(b);
	if (result == DW_OK)
		result = put_bytes(w, DB_INVERTED, &inverted);
	if (result == DW_OK)
		result = put_section(w, DB_AUTOMATON, b->automaton, b->automaton_len);
	free(patterns.data);
	free(inverted.data);
	return result;
}

/* Longest prefix first, then by address, then in the order of the rules. */
static int compare_nets(const void *x, const void *y)
{
	const struct db_build_net *a = x, *b = y;
	int order;

	if (a->net.bits != b->net.bits)
		return a->net.bits > b->net.bits ? -1 : 1;
	order = memcmp(a->net.addr.bytes, b->net.addr.bytes, sizeof(a->net.addr.bytes));
	if (order != 0)
		return order;
	return a->line < b->line ? -1 : a->line > b->line;
}

static enum dw_result put_nets(struct db_builder *b, struct db_writer *w)
{
	struct db_bytes nets = {0};
	bool ok = true;
	enum dw_result result;

	if (b->net_count > 0)
		qsort(b->nets, b->net_count, sizeof(b->nets[0]), compare_nets);
	for (size_t i = 0; ok && i < b->net_count; i++) {
		const struct db_build_net *from = &b->nets[i];
		const struct db_effect *effect = db_intern_item(&b->effects, from->effect);
		struct db_net n = {
			.effect = *effect,
			.family = from->net.addr.family,
			.bits = from->net.bits,
		};

		db_store32(n.origin, from->line);
		memcpy(n.addr, from->net.addr.bytes, sizeof(n.addr));
		ok = db_bytes_put(&nets, &n, sizeof(n));
	}
	result = ok ? put_bytes(w, DB_NETS, &nets) : db_no_memory(b);
	free(nets.data);
	return result;
}

/* ---- the whole ---- */

static enum dw_result put_rest(struct db_builder *b, struct db_writer *w)
{
	struct db_bytes types = {.data = b->types.bytes, .size = b->types.size};
	struct db_bytes data = {.data = b->data.bytes, .size = b->data.size};
	const struct {
		enum db_section section;
		const struct db_bytes *bytes;
	} parts[] = {
		{DB_TYPES, &types},
		{DB_DATA, &data},
		{DB_LISTS, &b->lists},
		{DB_CATEGORIES, &b->categories},
		{DB_STRINGS, &b->strings},
		{DB_FILES, &b->files},
	};
	enum dw_result result = put_patterns(b, w); /* adds to the strings */

	if (result == DW_OK)
		result = put_nets(b, w);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && result == DW_OK; i++)
		result = put_bytes(w, parts[i].section, parts[i].bytes);
	return result;
}

static enum dw_result put_header(struct db_builder *b, struct db_writer *w)
{
	uint8_t *h = w->header;

	memcpy(h, DB_MAGIC, DB_MAGIC_BYTES);
	db_store32(h + DB_AT_VERSION, DB_VERSION);
	db_store32(h + DB_AT_HEADER, DB_HEADER);
	db_store64(h + DB_AT_LENGTH, w->at);
	db_store64(h + DB_AT_FEATURES, 0);
	db_store64(h + DB_AT_GENERATION, b->options->generation);
	db_store64(h + DB_AT_BUILT, (uint64_t)time(NULL));
	db_store64(h + DB_AT_NAMES, b->distinct);
	db_store64(h + DB_AT_DEPTHS, b->depths[0]);
	db_store64(h + DB_AT_DEPTHS + 8, b->depths[1]);
	db_store64(h + DB_AT_KEY, b->key.k[0]);
	db_store64(h + DB_AT_KEY + 8, b->key.k[1]);
	memcpy(h + DB_AT_SOURCES, b->options->sources, sizeof(b->options->sources));
	crypto_generichash_final(&w->digest, h + DB_AT_BODY_DIGEST, DB_DIGEST);
	crypto_generichash(h + DB_AT_HEADER_DIGEST, DB_DIGEST, h, DB_AT_HEADER_DIGEST, NULL, 0);
	if (pwrite(dw_publish_fd(w->publish), h, DB_HEADER, 0) != DB_HEADER)
		return dw_fail_errno(w->err, NULL, "the header cannot be written");
	return DW_OK;
}

enum dw_result db_write(struct db_builder *b, const char *path)
{
	struct db_writer *w = calloc(1, sizeof(*w));
	enum dw_result result;

	if (w == NULL)
		return db_no_memory(b);
	w->err = b->err;
	crypto_generichash_init(&w->digest, NULL, 0, DB_DIGEST);
	result = dw_publish_begin(path, NULL, &w->publish, b->err);
	if (result == DW_OK)
		result = dw_publish_write(w->publish, w->header, DB_HEADER, b->err);
	w->at = DB_HEADER;
	if (result == DW_OK)
		result = put_names(b, w);
	if (result == DW_OK && !b->unlucky)
		result = put_rest(b, w);
	if (result == DW_OK && !b->unlucky)
		result = put_header(b, w);
	if (result == DW_OK && !b->unlucky)
		result = dw_publish_commit(&w->publish, b->err);
	dw_publish_abort(&w->publish);
	b->stats.names = b->distinct;
	b->stats.bytes = w->at;
	free(w);
	return result;
}
