/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * the patterns of all lists, each once, and their automaton
 */
#include "dnsward-config.h"
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "database.h"

/* Drop the patterns that a list holds twice. */
static enum dw_result unique_patterns(struct db_builder *b)
{
	struct db_intern seen;
	size_t kept = 0;
	bool is_new = true, ok = true;

	db_intern_init(&seen, 1);
	for (size_t i = 0; ok && i < b->pattern_count; i++) {
		const struct db_build_pattern *p = &b->patterns[i];
		struct db_bytes key = {0};
		uint32_t number;

		ok = db_bytes_put(&key, &p->effect, sizeof(p->effect)) &&
			db_bytes_put(&key, p->text, p->len) &&
			db_intern_put(&seen, key.data, key.size, &number, &is_new);
		free(key.data);
		if (is_new)
			b->patterns[kept++] = *p;
		else
			b->stats.duplicates++;
	}
	db_intern_clear(&seen);
	b->pattern_count = kept;
	return ok ? DW_OK : db_no_memory(b);
}

static void refused(void *arg, size_t id, const char *reason)
{
	struct db_builder *b = arg;
	struct db_build_pattern *p = &b->patterns[id];

	b->stats.patterns--;
	if (id >= b->pattern_count) {
		dw_detections_refuse(b->detections, id - b->pattern_count, reason);
		return;
	}
	p->refused = true;
	p->why = strdup(reason);
}

static enum dw_result compile_patterns(struct db_builder *b)
{
	size_t count = b->stats.patterns;
	struct dw_pattern *patterns = calloc(count + 1, sizeof(patterns[0]));
	enum dw_result result;

	if (patterns == NULL)
		return db_no_memory(b);
	for (size_t i = 0; i < b->pattern_count; i++) {
		patterns[i] = (struct dw_pattern){
			.kind = db_pattern_kind((uint8_t)b->patterns[i].trigger),
			.text = b->patterns[i].text,
			.len = b->patterns[i].len,
		};
	}
	for (size_t i = b->pattern_count; i < count; i++)
		patterns[i] = dw_detections_pattern(b->detections, i - b->pattern_count);
	result = dw_patterns_compile(patterns, count, NULL, b->options->cancel, refused,
		b, &b->automaton, &b->automaton_len, b->err);
	free(patterns);
	return result;
}

/* Whether the database that is to be replaced has just these patterns, all compiled. */
static bool same_patterns(const struct db_builder *b, const struct dw_db *old)
{
	const struct db_part *part = &old->part[DB_PATTERNS];

	if (old->recompiled || part->count != b->pattern_count)
		return false;
	for (size_t i = 0; i < part->count; i++) {
		const struct db_pattern *p = db_record(part, i, sizeof(*p));
		const char *text = db_string(old, db_load32(p->text));

		if ((p->effect.flags & DB_PATTERN_REFUSED) != 0 ||
			p->effect.trigger != b->patterns[i].trigger ||
			strlen(text) != b->patterns[i].len ||
			memcmp(text, b->patterns[i].text, b->patterns[i].len) != 0)
			return false;
	}
	return true;
}

/* Lists of names change every hour, expressions hardly ever, and they take longest to
 * compile: take the automaton of the database that stands, if it is of the same
 * patterns. It was loaded, so its digest holds. False: there is none such. */
static bool take_old(struct db_builder *b)
{
	const struct dw_detections *detections;
	struct dw_db *old;
	const struct db_part *blob;
	bool taken = false;

	if (dw_db_open(b->path, &old, NULL) != DW_OK)
		return false;
	blob = &old->part[DB_AUTOMATON];
	detections = old->book != NULL ? dw_rulebook_detections(old->book) : NULL;
	if (same_patterns(b, old) && db_same_texts(detections, b->detections) &&
		dw_detections_refused(detections) == 0) {
		b->automaton = malloc(blob->size);
		taken = b->automaton != NULL;
	}
	if (taken) {
		memcpy(b->automaton, blob->data, blob->size);
		b->automaton_len = blob->size;
	}
	dw_db_close(&old);
	return taken;
}

enum dw_result db_patterns(struct db_builder *b)
{
	enum dw_result result = unique_patterns(b);

	b->stats.patterns = b->pattern_count + dw_detections_pattern_count(b->detections);
	if (result != DW_OK || b->stats.patterns == 0 || take_old(b))
		return result;
	return compile_patterns(b);
}
