/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * from rules to a published database
 */
#include "dnsward-config.h"
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "cold.h"
#include "dnsward/clock.h"

enum dw_result db_no_memory(struct db_builder *b)
{
	return dw_fail(b->err, DW_ERR_MEMORY, NULL, 0, "no memory to compile %zu names",
		b->name_count);
}

enum dw_result db_cancelled(struct db_builder *b)
{
	if (b->options->cancel != NULL &&
		atomic_load_explicit(b->options->cancel, memory_order_relaxed))
		return dw_fail(b->err, DW_ERR_CANCELLED, NULL, 0, "compiling was cancelled");
	return DW_OK;
}

bool db_bytes_put(struct db_bytes *bytes, const void *data, size_t len)
{
	size_t need = bytes->size + len;

	if (need > bytes->capacity) {
		size_t capacity = need + need / 2 + 64;
		uint8_t *grown = realloc(bytes->data, capacity);

		if (grown == NULL)
			return false;
		bytes->data = grown;
		bytes->capacity = capacity;
	}
	if (len > 0)
		memcpy(bytes->data + bytes->size, data, len);
	bytes->size = need;
	return true;
}

bool db_grow(void *array_p, size_t count, size_t *room, size_t item)
{
	void **array = array_p;
	size_t more = *room + *room / 2 + 64;
	void *grown;

	if (count < *room)
		return true;
	grown = realloc(*array, more * item);
	if (grown == NULL)
		return false;
	*array = grown;
	*room = more;
	return true;
}

/* ---- lists and categories ---- */

/* The place of a category among `names`, which is new if it is not there. */
static enum dw_result category_place(struct db_builder *b, const char *category, uint32_t *place)
{
	uint8_t at[4];
	size_t count = b->categories.size / sizeof(at);

	for (size_t i = 0; i < count; i++) {
		const uint8_t *string = b->categories.data + i * sizeof(at);

		if (strcmp((char *)b->strings.data + db_load32(string), category) == 0) {
			*place = (uint32_t)i;
			return DW_OK;
		}
	}
	if (count == DW_CATEGORIES_MAX)
		return dw_fail(b->err, DW_ERR_LIMIT, NULL, 0,
			"category %s: at most %d categories are possible", category,
			DW_CATEGORIES_MAX);
	db_store32(at, (uint32_t)b->strings.size);
	if (!db_bytes_put(&b->strings, category, strlen(category) + 1) ||
		!db_bytes_put(&b->categories, at, sizeof(at)))
		return db_no_memory(b);
	*place = (uint32_t)count;
	return DW_OK;
}

static enum dw_result add_list(struct db_builder *b, const struct dw_db_source *source)
{
	const char *name = source->list->name;
	uint32_t category, exceptions = (uint32_t)DB_NONE;
	struct db_list list;
	enum dw_result result = category_place(b, source->list->category, &category);

	if (result == DW_OK && source->list->exceptions != NULL)
		result = category_place(b, source->list->exceptions, &exceptions);
	if (result != DW_OK)
		return result;
	db_store32(list.name, (uint32_t)b->strings.size);
	db_store32(list.category, category);
	db_store32(list.exceptions, exceptions);
	db_store32(list.format, (uint32_t)source->format);
	db_store64(list.rules, dw_rules_count_all(source->rules));
	if (!db_bytes_put(&b->strings, name, strlen(name) + 1) ||
		!db_bytes_put(&b->lists, &list, sizeof(list)))
		return db_no_memory(b);
	return DW_OK;
}

static enum dw_result add_lists(struct db_builder *b)
{
	enum dw_result result = DW_OK;

	if (b->source_count > DW_LISTS_MAX)
		return dw_fail(b->err, DW_ERR_LIMIT, NULL, 0, "%zu lists; at most %d are possible",
			b->source_count, DW_LISTS_MAX);
	for (size_t i = 0; i < b->source_count && result == DW_OK; i++)
		result = add_list(b, &b->sources[i]);
	return result;
}

/* ---- the steps ---- */

static enum dw_result run(struct db_builder *b)
{
	static enum dw_result (*const steps[])(struct db_builder *) = {
		add_lists, db_survey, db_detections, db_patterns, db_gather, db_order, db_cover,
		db_group, db_write,
	};
	enum dw_result result = DW_OK;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && result == DW_OK; i++)
		result = steps[i](b);
	return result;
}

static void clear(struct db_builder *b)
{
	for (size_t i = 0; b->file_base != NULL && i < b->source_count; i++)
		free(b->file_base[i]);
	free(b->file_base);
	free(b->files.data);
	free(b->strings.data);
	free(b->categories.data);
	free(b->lists.data);
	free(b->names);
	for (size_t i = 0; i < b->pattern_count; i++)
		free(b->patterns[i].why);
	free(b->patterns);
	free(b->nets);
	free(b->automaton);
	dw_detections_free(&b->detections);
	free(b->chunks);
	pthread_mutex_destroy(&b->lock);
	db_intern_clear(&b->effects);
	db_intern_clear(&b->types);
	db_intern_clear(&b->data);
	db_intern_clear(&b->sets);
}

static void init(struct db_builder *b, const struct db_builder *from)
{
	*b = *from;
	pthread_mutex_init(&b->lock, NULL);
	dw_hash_key_random(&b->key);
	db_intern_init(&b->effects, 1);
	db_intern_init(&b->types, 1);
	db_intern_init(&b->data, DB_DATA_ALIGN);
	db_intern_init(&b->sets, sizeof(uint32_t));
}

enum dw_result dw_db_build(const char *path, const struct dw_db_source *sources, size_t count,
	const struct dw_db_build_options *options, struct dw_db_build_stats *stats,
	struct dw_error *err)
{
	const struct db_builder fresh = {
		.path = path,
		.sources = sources,
		.source_count = count,
		.options = options,
		.err = err,
	};
	struct db_builder b;
	uint64_t start = dw_clock_steady();
	enum dw_result result;

	do {
		init(&b, &fresh);
		result = run(&b);
		clear(&b);
	} while (result == DW_OK && b.unlucky);
	if (result == DW_OK && stats != NULL) {
		*stats = b.stats;
		stats->seconds = (double)(dw_clock_steady() - start) / 1e9;
	}
	return result;
}
