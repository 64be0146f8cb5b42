/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * the file of a database, section by section
 */
#include "dnsward-config.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "write.h"

void db_section_begin(struct db_writer *w, enum db_section section)
{
	w->section = section;
	db_store64(w->header + DB_AT_SECTIONS + 16 * (size_t)section, w->at);
}

enum dw_result db_section_put(struct db_writer *w, const void *data, size_t len)
{
	enum dw_result result = DW_OK;

	if (len > 0)
		result = dw_publish_write(w->publish, data, len, w->err);
	if (result == DW_OK) {
		crypto_generichash_update(&w->digest, data, len);
		w->at += len;
	}
	return result;
}

enum dw_result db_section_end(struct db_writer *w)
{
	static const uint8_t zeroes[DB_ALIGN];
	uint8_t *place = w->header + DB_AT_SECTIONS + 16 * (size_t)w->section;

	db_store64(place + 8, w->at - db_load64(place));
	return db_section_put(w, zeroes, (DB_ALIGN - w->at % DB_ALIGN) % DB_ALIGN);
}

static enum dw_result put_section(struct db_writer *w, enum db_section section, const void *data,
	size_t size)
{
	enum dw_result result;

	db_section_begin(w, section);
	result = db_section_put(w, data, size);
	return result == DW_OK ? db_section_end(w) : result;
}

static enum dw_result put_bytes(struct db_writer *w, enum db_section section,
	const struct db_bytes *bytes)
{
	return put_section(w, section, bytes->data, bytes->size);
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

/* ---- patterns and nets ---- */

/* Behind the text of the pattern that it is about. */
static bool put_reason(struct db_builder *b, const char *why)
{
	return db_bytes_put(&b->strings, why != NULL ? why : "", (why != NULL ? strlen(why) : 0) + 1);
}

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

		p.effect.flags |= from->refused ? DB_PATTERN_REFUSED : 0;
		db_store32(p.text, (uint32_t)b->strings.size);
		db_store32(p.text_len, (uint32_t)from->len);
		db_store32(p.origin, from->line);
		db_store32(id, (uint32_t)i);
		ok = db_bytes_put(&b->strings, from->text, from->len) &&
			db_bytes_put(&b->strings, "", 1) &&
			(!from->refused || put_reason(b, from->why)) &&
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

static enum dw_result put_detections(struct db_builder *b, struct db_writer *w)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	enum dw_result result;

	if (dw_detections_count(b->detections) > 0 &&
		dw_detections_write(b->detections, &bytes, &len) != DW_OK)
		return db_no_memory(b);
	result = put_section(w, DB_DETECTIONS, bytes, len);
	free(bytes);
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
	enum dw_result result = put_sets(b, w);

	if (result == DW_OK)
		result = put_patterns(b, w); /* adds to the strings */
	if (result == DW_OK)
		result = put_nets(b, w);
	if (result == DW_OK)
		result = put_detections(b, w);
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
	db_store64(h + DB_AT_FEATURES, b->stats.detections > 0 ? DB_FEATURE_DETECTIONS : 0);
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

enum dw_result db_write(struct db_builder *b)
{
	struct db_writer *w = calloc(1, sizeof(*w));
	enum dw_result result;

	if (w == NULL)
		return db_no_memory(b);
	w->err = b->err;
	crypto_generichash_init(&w->digest, NULL, 0, DB_DIGEST);
	result = dw_publish_begin(b->path, NULL, &w->publish, b->err);
	if (result == DW_OK)
		result = dw_publish_write(w->publish, w->header, DB_HEADER, b->err);
	w->at = DB_HEADER;
	if (result == DW_OK)
		result = db_write_names(b, w);
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
