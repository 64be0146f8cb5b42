/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * the sections that grow with the names
 */
#include "dnsward-config.h"
#include <stdlib.h>

#include "write.h"

/* How many records a name has: the members of its set. */
static size_t members(const struct db_builder *b, const struct db_name *name)
{
	return b->sets.len[name->effect] / sizeof(uint32_t);
}

/* The bits that numbers below `count` need. */
static unsigned bits_for(uint64_t count)
{
	return count <= 1 ? 0 : 64 - (unsigned)__builtin_clzll(count - 1);
}

/* ---- numbers of some bits, one after the other, the lowest bit first ---- */

enum { BUFFER = 1 << 16 };

struct packer {
	struct db_writer *w;
	uint64_t bits;  /* not yet in the buffer */
	unsigned count; /* of them, below 8 */
	size_t used;
	uint8_t buffer[BUFFER + sizeof(uint64_t)];
};

static enum dw_result pack(struct packer *p, uint64_t value, unsigned bits)
{
	enum dw_result result = DW_OK;
	unsigned bytes;

	p->bits |= value << p->count;
	p->count += bits; /* at most 7 + 57 */
	bytes = p->count / 8;
	db_store64(p->buffer + p->used, p->bits);
	p->used += bytes;
	p->bits = bytes == sizeof(uint64_t) ? 0 : p->bits >> (8 * bytes);
	p->count %= 8;
	if (p->used >= BUFFER) {
		result = db_section_put(p->w, p->buffer, p->used);
		p->used = 0;
	}
	return result;
}

/* The last bits, and the slack that lets eight bytes be read at any of them. */
static enum dw_result pack_end(struct packer *p)
{
	uint8_t last[1 + DB_PACK_SLACK] = {(uint8_t)p->bits};
	enum dw_result result = db_section_put(p->w, p->buffer, p->used);

	if (result == DW_OK)
		result = db_section_put(p->w, last, (p->count > 0) + DB_PACK_SLACK);
	return result == DW_OK ? db_section_end(p->w) : result;
}

/* ---- sections ---- */

/* A line being filled. */
struct line {
	uint8_t bytes[DB_LINE];
	size_t count;
	struct db_place place[UINT8_MAX];
	uint64_t fingerprint[UINT8_MAX];
};

/* Add a name. False: the line is full, or the name cannot be told from another. */
static bool line_add(struct line *line, const struct db_name *name, struct db_place place)
{
	size_t n = line->count;
	uint64_t fingerprint = name->who >> (64 - DB_FINGERPRINT_BITS);

	if (n == UINT8_MAX)
		return false;
	for (size_t i = n; i-- > 0 && line->place[i].bucket == place.bucket &&
		line->place[i].tag == place.tag;) {
		if (line->fingerprint[i] == fingerprint)
			return false;
	}
	for (unsigned bucket = place.bucket; bucket < DB_LINE_BUCKETS; bucket++)
		line->bytes[DB_LINE_END + bucket] = (uint8_t)(n + 1);
	if (n < DB_LINE_TAGS)
		line->bytes[DB_LINE_TAG + n] = place.tag;
	line->place[n] = place;
	line->fingerprint[n] = fingerprint;
	line->count++;
	return true;
}

static enum dw_result put_line(struct db_writer *w, struct line *line, size_t first_entry)
{
	enum dw_result result;

	db_store32(line->bytes, (uint32_t)first_entry);
	result = db_section_put(w, line->bytes, DB_LINE);
	memset(line->bytes, 0, DB_LINE);
	line->count = 0;
	return result;
}

static enum dw_result put_index(struct db_builder *b, struct db_writer *w)
{
	uint64_t lines = (b->distinct + DB_LINE_NAMES - 1) / DB_LINE_NAMES, at = 0;
	struct line line = {.count = 0};
	size_t entry = 0;
	enum dw_result result = DW_OK;

	db_section_begin(w, DB_INDEX);
	for (size_t i = 0; i < b->name_count && result == DW_OK;
		i += members(b, &b->names[i]), entry++) {
		struct db_place place = db_place(b->names[i].where, lines);

		for (; at < place.line && result == DW_OK; at++)
			result = put_line(w, &line, entry - line.count);
		if (!line_add(&line, &b->names[i], place))
			b->unlucky = true;
	}
	for (; at < lines && result == DW_OK; at++)
		result = put_line(w, &line, entry - line.count);
	return result == DW_OK ? db_section_end(w) : result;
}

static enum dw_result put_entries(struct db_builder *b, struct db_writer *w, struct packer *p)
{
	unsigned set_bits = bits_for(b->sets.count);
	enum dw_result result = DW_OK;

	*p = (struct packer){.w = w};
	db_store32(w->header + DB_AT_SET_BITS, set_bits);
	db_section_begin(w, DB_ENTRIES);
	for (size_t i = 0; i < b->name_count && result == DW_OK; i += members(b, &b->names[i])) {
		result = pack(p, b->names[i].who >> (64 - DB_FINGERPRINT_BITS), DB_FINGERPRINT_BITS);
		if (result == DW_OK)
			result = pack(p, b->names[i].effect, set_bits);
	}
	return result == DW_OK ? pack_end(p) : result;
}

static enum dw_result put_starts(struct db_builder *b, struct db_writer *w)
{
	size_t entry = 0;
	enum dw_result result = DW_OK;

	db_section_begin(w, DB_STARTS);
	for (size_t i = 0; i < b->name_count && result == DW_OK;
		i += members(b, &b->names[i]), entry++) {
		uint8_t start[4];

		db_store32(start, (uint32_t)i);
		if (entry % DB_STARTS_NAMES == 0)
			result = db_section_put(w, start, sizeof(start));
	}
	return result == DW_OK ? db_section_end(w) : result;
}

static enum dw_result put_origins(struct db_builder *b, struct db_writer *w, struct packer *p)
{
	unsigned bits = bits_for(b->line_count + 2); /* at least one */
	enum dw_result result = DW_OK;

	*p = (struct packer){.w = w};
	db_store32(w->header + DB_AT_ORIGIN_BITS, bits);
	db_section_begin(w, DB_ORIGINS);
	for (size_t i = 0; i < b->name_count && result == DW_OK; i++)
		result = pack(p, b->names[i].line, bits);
	return result == DW_OK ? pack_end(p) : result;
}

enum dw_result db_write_names(struct db_builder *b, struct db_writer *w)
{
	struct packer *p = malloc(sizeof(*p));
	enum dw_result result;

	if (p == NULL)
		return db_no_memory(b);
	result = put_index(b, w);
	if (result == DW_OK && !b->unlucky)
		result = put_entries(b, w, p);
	if (result == DW_OK && !b->unlucky)
		result = put_starts(b, w);
	if (result == DW_OK && !b->unlucky)
		result = put_origins(b, w, p);
	free(p);
	return result;
}
