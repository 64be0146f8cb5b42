/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rules.c: the container for the rules of one list */
#include "dnsward-config.h"
#include "dnsward/rules.h"

#include <stdlib.h>
#include <string.h>

#include "dnsward/hash.h"
#include "lists/extras.h"
#include "lists/rules_drop.h"

/* Rules are stored one after the other in blocks; no rule straddles two blocks. The layout of a
 * rule is:
 *
 *     line  u32 | file  u16 | len  u8 | bits  u8 | payload | extra  u32
 *
 * payload  the name's `len` bytes; for a pattern a u16 length, the text and a NUL;
 *          for a network its struct dw_net
 * bits     the trigger, the flags, and whether `extra` is present
 * extra    index of the rule's types and data, which are shared by all rules with equal
 *          ones: a zone of a million `CNAME .` has one
 *
 * So a plain name takes its own length plus 8 bytes. A cursor consists of a block number and an
 * offset into the block. */
enum {
	BLOCK_SHIFT = 20,
	BLOCK_BYTES = 1 << BLOCK_SHIFT,
	HEAD_BYTES = 8,

	TRIGGER_MASK = 0x07,
	FLAGS_SHIFT = 3,
	FLAGS_MASK = 0x0f,
	HAS_EXTRA = 0x80,

	FILES_MAX = 65536,
};

/* Marks a removed rule, in place of its line number. No text of 2 GiB has so many lines. */
#define LINE_DROPPED UINT32_MAX

_Static_assert((int)DW_TRIGGER_ANSWER_NET <= (int)TRIGGER_MASK, "a trigger fits three bits");
_Static_assert((int)DW_RULE_TYPES_NOT <= (int)FLAGS_MASK, "the flags fit four bits");

struct block {
	size_t used;
	uint8_t bytes[BLOCK_BYTES];
};

struct file {
	uint64_t serial;
	char path[];
};

struct dw_rules {
	size_t count, patterns;
	size_t block_count, block_room;
	struct block **blocks;
	size_t file_count, file_room;
	struct file **files;
	struct dw_extras extras;
	struct dw_detections *detections; /* or NULL */
};

enum dw_result dw_rules_new(struct dw_rules **out)
{
	struct dw_rules *rules = calloc(1, sizeof(*rules));

	if (!rules)
		return DW_ERR_MEMORY;
	dw_extras_init(&rules->extras);
	*out = rules;
	return DW_OK;
}

void dw_rules_free(struct dw_rules **rules_p)
{
	struct dw_rules *rules = *rules_p;

	if (!rules)
		return;
	for (size_t i = 0; i < rules->block_count; i++)
		free(rules->blocks[i]);
	for (size_t i = 0; i < rules->file_count; i++)
		free(rules->files[i]);
	free(rules->blocks);
	free(rules->files);
	dw_extras_clear(&rules->extras);
	dw_detections_free(&rules->detections);
	free(rules);
	*rules_p = NULL;
}

enum dw_result dw_rules_file(struct dw_rules *rules, const char *path, uint32_t *out)
{
	struct file **files, *file;
	size_t size = strlen(path) + 1;

	if (rules->file_count == FILES_MAX)
		return DW_ERR_LIMIT;
	files = dw_grown(rules->files, rules->file_count, &rules->file_room);
	if (!files)
		return DW_ERR_MEMORY;
	rules->files = files;
	file = malloc(sizeof(*file) + size);
	if (!file)
		return DW_ERR_MEMORY;
	file->serial = 0;
	memcpy(file->path, path, size);
	*out = (uint32_t)rules->file_count;
	rules->files[rules->file_count++] = file;
	return DW_OK;
}

size_t dw_rules_file_count(const struct dw_rules *rules)
{
	return rules->file_count;
}

const char *dw_rules_file_path(const struct dw_rules *rules, uint32_t file)
{
	return rules->files[file]->path;
}

void dw_rules_set_file_serial(struct dw_rules *rules, uint32_t file, uint64_t serial)
{
	rules->files[file]->serial = serial;
}

uint64_t dw_rules_file_serial(const struct dw_rules *rules, uint32_t file)
{
	return rules->files[file]->serial;
}

size_t dw_rules_count(const struct dw_rules *rules)
{
	return rules->count;
}

void dw_rules_set_detections(struct dw_rules *rules, struct dw_detections **detections)
{
	rules->detections = *detections;
	*detections = NULL;
}

const struct dw_detections *dw_rules_detections(const struct dw_rules *rules)
{
	return rules->detections;
}

size_t dw_rules_count_all(const struct dw_rules *rules)
{
	return rules->count + (rules->detections ? dw_detections_count(rules->detections) : 0);
}

size_t dw_rules_pattern_count(const struct dw_rules *rules)
{
	return rules->patterns +
	       (rules->detections ? dw_detections_pattern_count(rules->detections) : 0);
}

/* ---- rules ---- */

static bool is_pattern(enum dw_trigger trigger)
{
	return trigger == DW_TRIGGER_GLOB || trigger == DW_TRIGGER_GLOB_LABEL ||
	       trigger == DW_TRIGGER_REGEX;
}

static size_t payload_size(const struct dw_rule *rule)
{
	if (is_pattern(rule->trigger))
		return sizeof(uint16_t) + rule->pattern_len + 1;
	return rule->trigger == DW_TRIGGER_ANSWER_NET ? sizeof(rule->net) : rule->name_len;
}

static void payload_write(uint8_t *to, const struct dw_rule *rule)
{
	if (is_pattern(rule->trigger)) {
		uint16_t len = (uint16_t)rule->pattern_len;

		memcpy(to, &len, sizeof(len));
		memcpy(to + sizeof(len), rule->pattern, len);
		to[sizeof(len) + len] = '\0';
	} else if (rule->trigger == DW_TRIGGER_ANSWER_NET) {
		memcpy(to, &rule->net, sizeof(rule->net));
	} else {
		memcpy(to, rule->name, rule->name_len);
	}
}

/* Set the payload members of a view. Returns the size of the payload. */
static size_t payload_read(const uint8_t *from, uint8_t len, struct dw_rule *view)
{
	if (is_pattern(view->trigger)) {
		uint16_t pattern_len;

		memcpy(&pattern_len, from, sizeof(pattern_len));
		view->pattern = (const char *)from + sizeof(pattern_len);
		view->pattern_len = pattern_len;
	} else if (view->trigger == DW_TRIGGER_ANSWER_NET) {
		memcpy(&view->net, from, sizeof(view->net));
	} else {
		view->name = from;
		view->name_len = len;
	}
	return payload_size(view);
}

static uint8_t *reserve(struct dw_rules *rules, size_t size)
{
	struct block *block = rules->block_count ? rules->blocks[rules->block_count - 1] : NULL;

	if (!block || BLOCK_BYTES - block->used < size) {
		struct block **blocks =
			dw_grown(rules->blocks, rules->block_count, &rules->block_room);

		if (!blocks)
			return NULL;
		rules->blocks = blocks;
		block = malloc(sizeof(*block));
		if (!block)
			return NULL;
		block->used = 0;
		rules->blocks[rules->block_count++] = block;
	}
	block->used += size;
	return block->bytes + block->used - size;
}

enum dw_result dw_rules_add(struct dw_rules *rules, const struct dw_rule *rule)
{
	bool has_extra = rule->type_count > 0 || rule->data;
	size_t size = payload_size(rule);
	uint16_t file = (uint16_t)rule->file;
	uint32_t extra = 0;
	uint8_t *to;

	if (rules->count >= UINT32_MAX - 1 || rule->pattern_len > UINT16_MAX)
		return DW_ERR_LIMIT;
	if (has_extra) {
		enum dw_result result = dw_extras_intern(&rules->extras, rule, &extra);

		if (result != DW_OK)
			return result;
	}
	to = reserve(rules, HEAD_BYTES + size + (has_extra ? sizeof(extra) : 0));
	if (!to)
		return DW_ERR_MEMORY;
	memcpy(to, &rule->line, sizeof(rule->line));
	memcpy(to + 4, &file, sizeof(file));
	to[6] = (uint8_t)rule->name_len;
	to[7] = (uint8_t)(rule->trigger | rule->flags << FLAGS_SHIFT | (has_extra ? HAS_EXTRA : 0));
	payload_write(to + HEAD_BYTES, rule);
	if (has_extra)
		memcpy(to + HEAD_BYTES + size, &extra, sizeof(extra));
	rules->count++;
	rules->patterns += is_pattern(rule->trigger);
	return DW_OK;
}

/* Read the rule at *cursor, removed or not, into `view`, and advance the cursor. Returns the
 * address of the rule, or NULL at the end. */
static uint8_t *read_next(const struct dw_rules *rules, size_t *cursor, struct dw_rule *view)
{
	size_t number = *cursor >> BLOCK_SHIFT;
	size_t offset = *cursor & (BLOCK_BYTES - 1);
	struct block *block;
	uint16_t file;
	uint8_t *at;
	size_t size;

	if (number >= rules->block_count)
		return NULL;
	block = rules->blocks[number];
	at = block->bytes + offset;
	memset(view, 0, sizeof(*view));
	memcpy(&view->line, at, sizeof(view->line));
	memcpy(&file, at + 4, sizeof(file));
	view->file = file;
	view->trigger = at[7] & TRIGGER_MASK;
	view->flags = at[7] >> FLAGS_SHIFT & FLAGS_MASK;
	size = HEAD_BYTES + payload_read(at + HEAD_BYTES, at[6], view);
	if (at[7] & HAS_EXTRA) {
		const struct dw_extra *extra;
		uint32_t index;

		memcpy(&index, at + size, sizeof(index));
		extra = rules->extras.list[index];
		view->type_count = extra->type_count;
		memcpy(view->types, extra->types, sizeof(view->types));
		view->data = extra->data;
		size += sizeof(index);
	}
	offset += size;
	*cursor = offset == block->used ? (number + 1) << BLOCK_SHIFT : *cursor + size;
	return at;
}

bool dw_rules_next(const struct dw_rules *rules, size_t *cursor, struct dw_rule *view)
{
	while (read_next(rules, cursor, view))
		if (view->line != LINE_DROPPED)
			return true;
	return false;
}

/* ---- removal ---- */

/* The position of a rule in the other container; sorted by hash. */
struct place {
	uint64_t hash;
	size_t cursor;
};

static uint64_t rule_hash(const struct dw_hash_key *key, const struct dw_rule *rule)
{
	uint64_t head[] = {
		(uint64_t)rule->trigger << 8 | rule->flags,
		rule->pattern ? dw_hash(key, rule->pattern, rule->pattern_len)
			      : dw_hash(key, rule->name, rule->name_len),
		dw_extras_hash(key, rule),
	};

	return dw_hash(key, head, sizeof(head));
}

static bool rule_equal(const struct dw_rule *a, const struct dw_rule *b)
{
	return a->trigger == b->trigger && a->flags == b->flags && a->name_len == b->name_len &&
	       a->pattern_len == b->pattern_len && dw_extras_equal(a, b) &&
	       memcmp(&a->net, &b->net, sizeof(a->net)) == 0 &&
	       (a->name_len == 0 || memcmp(a->name, b->name, a->name_len) == 0) &&
	       (a->pattern_len == 0 || memcmp(a->pattern, b->pattern, a->pattern_len) == 0);
}

static int place_compare(const void *a_p, const void *b_p)
{
	const struct place *a = a_p, *b = b_p;

	return a->hash < b->hash ? -1 : a->hash > b->hash;
}

/* Whether `bad` contains the rule. `places` are the sorted positions of its rules, with hashes made
 * with `key`. */
static bool contains(const struct dw_rules *bad, const struct place *places,
	const struct dw_hash_key *key, const struct dw_rule *rule)
{
	uint64_t hash = rule_hash(key, rule);
	size_t low = 0, high = bad->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (places[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < bad->count && places[low].hash == hash; low++) {
		size_t cursor = places[low].cursor;
		struct dw_rule other;

		if (dw_rules_next(bad, &cursor, &other) && rule_equal(rule, &other))
			return true;
	}
	return false;
}

enum dw_result dw_rules_drop(
	struct dw_rules *rules, const struct dw_rules *bad, dw_rules_dropped_fn *dropped, void *arg)
{
	struct place *places = calloc(bad->count + 1, sizeof(*places));
	size_t cursor = 0, count = 0;
	struct dw_hash_key key;
	struct dw_rule rule;
	uint8_t *at;

	if (!places)
		return DW_ERR_MEMORY;
	dw_hash_key_random(&key);
	for (size_t here = 0; dw_rules_next(bad, &cursor, &rule); here = cursor) {
		places[count].hash = rule_hash(&key, &rule);
		places[count++].cursor = here;
	}
	qsort(places, count, sizeof(*places), place_compare);
	cursor = 0;
	while ((at = read_next(rules, &cursor, &rule))) {
		static const uint32_t gone = LINE_DROPPED;

		if (rule.line == LINE_DROPPED || !contains(bad, places, &key, &rule))
			continue;
		dropped(arg, &rule);
		memcpy(at, &gone, sizeof(gone));
		rules->count--;
		rules->patterns -= is_pattern(rule.trigger);
	}
	free(places);
	return DW_OK;
}
