/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * yaml.c: a YAML document as a tree that knows its lines */
#include "dnsward-config.h"
#include "dnsward/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "dnsward/arena.h"
#include "dnsward/file.h"
#include "utf8.h"
#include "yaml_error.h"

const struct dw_yaml_limits dw_yaml_default_limits = {
	.bytes = 16 << 20,
	.depth = 32,
	.nodes = 1000000,
};

/* An alias is looked for one by one among the anchors; files that are written by
 * people have a handful. */
enum { ANCHORS_MAX = 256 };

typedef const struct dw_yaml_node *node_ref;

struct refs {
	node_ref *at;
	size_t count, capacity;
};

struct dw_yaml {
	struct dw_arena arena;
	const char *name;
	struct refs roots;
};

/* What a finished node adds to the tree it is put into. */
struct extent {
	size_t nodes;  /* it and all below it, aliases followed */
	size_t height; /* levels of lists and maps, 0 for a scalar */
};

struct anchor {
	const char *name;
	node_ref node;
	struct extent extent;
};

/* A list or map whose end has not been seen. Its children wait in
 * builder.pending from `first` on; those of a map are key, value, key, ... */
struct frame {
	struct dw_yaml_node *node;
	const char *anchor;
	size_t first;
	struct extent extent;
};

struct builder {
	struct dw_yaml *doc;
	const struct dw_yaml_limits *limits;
	struct dw_error *err;
	struct frame *frames; /* limits->depth of them */
	size_t depth;
	struct refs pending;
	struct anchor anchors[ANCHORS_MAX];
	size_t anchor_count;
	size_t nodes;
};

static enum dw_result fail_memory(const struct builder *b)
{
	return dw_fail(b->err, DW_ERR_MEMORY, b->doc->name, 0, "no memory");
}

static bool refs_push(struct refs *refs, node_ref node)
{
	if (refs->count == refs->capacity) {
		size_t capacity = refs->capacity ? refs->capacity * 2 : 64;
		node_ref *grown = reallocarray(refs->at, capacity, sizeof(*grown));

		if (!grown)
			return false;
		refs->at = grown;
		refs->capacity = capacity;
	}
	refs->at[refs->count++] = node;
	return true;
}

/* ---- anchors ---- */

static enum dw_result set_anchor(struct builder *b, const char *name, node_ref node,
	struct extent extent)
{
	size_t i;

	for (i = 0; i < b->anchor_count; i++)
		if (strcmp(b->anchors[i].name, name) == 0)
			break;
	if (i == ANCHORS_MAX)
		return dw_fail(b->err, DW_ERR_LIMIT, b->doc->name, node->line,
			"more than %d anchors in a document", ANCHORS_MAX);
	if (i == b->anchor_count)
		b->anchor_count++;
	b->anchors[i] = (struct anchor){.name = name, .node = node, .extent = extent};
	return DW_OK;
}

static const struct anchor *find_anchor(const struct builder *b, const char *name)
{
	for (size_t i = 0; i < b->anchor_count; i++)
		if (strcmp(b->anchors[i].name, name) == 0)
			return &b->anchors[i];
	return NULL;
}

/* ---- the tree ---- */

/* Count a node that starts here, or all that an alias stands for. */
static enum dw_result count_nodes(struct builder *b, struct extent extent, size_t line)
{
	if (extent.nodes > b->limits->nodes - b->nodes)
		return dw_fail(b->err, DW_ERR_LIMIT, b->doc->name, line,
			"more than %zu values, aliases counted as what they stand for",
			b->limits->nodes);
	if (extent.height > b->limits->depth - b->depth)
		return dw_fail(b->err, DW_ERR_LIMIT, b->doc->name, line,
			"nested deeper than %zu levels", b->limits->depth);
	b->nodes += extent.nodes;
	return DW_OK;
}

/* Put a finished node where it belongs: under the open list or map, or as a root. */
static enum dw_result attach(struct builder *b, node_ref node, struct extent extent, size_t line)
{
	struct frame *frame;

	if (b->depth == 0)
		return refs_push(&b->doc->roots, node) ? DW_OK : fail_memory(b);
	frame = &b->frames[b->depth - 1];
	if (frame->node->kind == DW_YAML_MAP && (b->pending.count - frame->first) % 2 == 0 &&
		node->kind != DW_YAML_SCALAR)
		return dw_fail(b->err, DW_ERR_SYNTAX, b->doc->name, line,
			"a list or map as a key; expected text (put text that starts with '[' or "
			"'{' in quotes)");
	if (!refs_push(&b->pending, node))
		return fail_memory(b);
	frame->extent.nodes += extent.nodes;
	if (frame->extent.height < extent.height + 1)
		frame->extent.height = extent.height + 1;
	return DW_OK;
}

static enum dw_result new_node(struct builder *b, const yaml_event_t *event,
	enum dw_yaml_kind kind, const yaml_char_t *tag, struct dw_yaml_node **out)
{
	size_t line = event->start_mark.line + 1;
	struct dw_yaml_node *node;
	enum dw_result result;

	if (tag)
		return dw_fail(b->err, DW_ERR_SYNTAX, b->doc->name, line,
			"tag \"%.64s\" is not taken; " YAML_ERROR_QUOTE, (const char *)tag, '!');
	result = count_nodes(b, (struct extent){1, kind != DW_YAML_SCALAR}, line);
	if (result != DW_OK)
		return result;
	node = dw_arena_alloc(&b->doc->arena, 1, sizeof(*node));
	if (!node)
		return fail_memory(b);
	node->kind = kind;
	node->line = (uint32_t)line;
	*out = node;
	return DW_OK;
}

static enum dw_result copy_anchor(struct builder *b, const yaml_char_t *anchor, const char **out)
{
	const char *name = (const char *)anchor;

	*out = NULL;
	if (!name)
		return DW_OK;
	*out = dw_arena_text(&b->doc->arena, name, strlen(name));
	return *out ? DW_OK : fail_memory(b);
}

static enum dw_result on_scalar(struct builder *b, const yaml_event_t *event)
{
	const struct extent extent = {.nodes = 1};
	const char *value = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length;
	struct dw_yaml_node *node;
	const char *anchor;
	enum dw_result result;

	result = new_node(b, event, DW_YAML_SCALAR, event->data.scalar.tag, &node);
	if (result != DW_OK)
		return result;
	if (memchr(value, '\0', len))
		return dw_fail(b->err, DW_ERR_SYNTAX, b->doc->name, node->line,
			"a NUL byte inside a value");
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	node->text_len = len;
	node->text = dw_arena_text(&b->doc->arena, value, len);
	if (!node->text)
		return fail_memory(b);
	result = copy_anchor(b, event->data.scalar.anchor, &anchor);
	if (result == DW_OK && anchor)
		result = set_anchor(b, anchor, node, extent);
	return result == DW_OK ? attach(b, node, extent, node->line) : result;
}

static enum dw_result on_start(struct builder *b, const yaml_event_t *event,
	enum dw_yaml_kind kind, const yaml_char_t *tag, const yaml_char_t *anchor)
{
	struct frame frame = {.first = b->pending.count, .extent = {1, 1}};
	enum dw_result result = new_node(b, event, kind, tag, &frame.node);

	if (result == DW_OK)
		result = copy_anchor(b, anchor, &frame.anchor);
	if (result == DW_OK)
		b->frames[b->depth++] = frame;
	return result;
}

static int compare_keys(const void *a, const void *b)
{
	node_ref left = *(const node_ref *)a, right = *(const node_ref *)b;
	int order = strcmp(left->text, right->text);

	return order ? order : (left->line > right->line) - (left->line < right->line);
}

static enum dw_result check_duplicates(const struct builder *b, const struct dw_yaml_node *map)
{
	node_ref *sorted, again = NULL, first = NULL;

	if (map->count < 2)
		return DW_OK;
	sorted = reallocarray(NULL, map->count, sizeof(*sorted));
	if (!sorted)
		return fail_memory(b);
	memcpy(sorted, map->keys, map->count * sizeof(*sorted));
	qsort(sorted, map->count, sizeof(*sorted), compare_keys);
	for (size_t i = 1; i < map->count; i++) {
		if (strcmp(sorted[i - 1]->text, sorted[i]->text) != 0 ||
			(again && again->line <= sorted[i]->line))
			continue;
		first = sorted[i - 1];
		again = sorted[i];
	}
	free(sorted);
	if (!again)
		return DW_OK;
	return dw_fail(b->err, DW_ERR_SYNTAX, b->doc->name, again->line,
		"key \"%.64s\" stands here again; it is on line %u already", again->text,
		first->line);
}

static enum dw_result fill_list(struct builder *b, struct dw_yaml_node *node, const node_ref *from,
	size_t count)
{
	node->count = count;
	node->items = dw_arena_alloc(&b->doc->arena, count, sizeof(*node->items));
	if (!node->items)
		return fail_memory(b);
	if (count > 0)
		memcpy(node->items, from, count * sizeof(*from));
	return DW_OK;
}

static enum dw_result fill_map(struct builder *b, struct dw_yaml_node *node, const node_ref *from,
	size_t count)
{
	node->count = count / 2;
	node->items = dw_arena_alloc(&b->doc->arena, node->count, sizeof(*node->items));
	node->keys = dw_arena_alloc(&b->doc->arena, node->count, sizeof(*node->keys));
	if (!node->items || !node->keys)
		return fail_memory(b);
	for (size_t i = 0; i < node->count; i++) {
		node->keys[i] = from[2 * i];
		node->items[i] = from[2 * i + 1];
	}
	return check_duplicates(b, node);
}

static enum dw_result on_end(struct builder *b)
{
	const struct frame frame = b->frames[--b->depth];
	size_t count = b->pending.count - frame.first;
	const node_ref *from = count ? b->pending.at + frame.first : NULL;
	enum dw_result result;

	if (frame.node->kind == DW_YAML_MAP)
		result = fill_map(b, frame.node, from, count);
	else
		result = fill_list(b, frame.node, from, count);
	b->pending.count = frame.first;
	if (result == DW_OK && frame.anchor)
		result = set_anchor(b, frame.anchor, frame.node, frame.extent);
	return result == DW_OK ? attach(b, frame.node, frame.extent, frame.node->line) : result;
}

/* An anchor is known from the end of its node on, so no node can hold itself. */
static enum dw_result on_alias(struct builder *b, const yaml_event_t *event)
{
	const char *name = (const char *)event->data.alias.anchor;
	size_t line = event->start_mark.line + 1;
	const struct anchor *anchor = find_anchor(b, name);
	enum dw_result result;

	if (!anchor)
		return dw_fail(b->err, DW_ERR_SYNTAX, b->doc->name, line,
			"alias \"*%.64s\" without its anchor; " YAML_ERROR_QUOTE, name, '*');
	result = count_nodes(b, anchor->extent, line);
	return result == DW_OK ? attach(b, anchor->node, anchor->extent, line) : result;
}

static enum dw_result on_event(struct builder *b, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return on_scalar(b, event);
	case YAML_SEQUENCE_START_EVENT:
		return on_start(b, event, DW_YAML_LIST, event->data.sequence_start.tag,
			event->data.sequence_start.anchor);
	case YAML_MAPPING_START_EVENT:
		return on_start(b, event, DW_YAML_MAP, event->data.mapping_start.tag,
			event->data.mapping_start.anchor);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return on_end(b);
	case YAML_ALIAS_EVENT:
		return on_alias(b, event);
	case YAML_DOCUMENT_START_EVENT:
		b->anchor_count = 0;
		return DW_OK;
	default:
		return DW_OK;
	}
}

/* ---- reading ---- */

static enum dw_result read_events(struct builder *b, const char *text, size_t len)
{
	enum dw_result result = DW_OK;
	yaml_parser_t parser;
	bool more = true;

	if (!yaml_parser_initialize(&parser))
		return fail_memory(b);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	while (result == DW_OK && more) {
		yaml_event_t event;

		if (!yaml_parser_parse(&parser, &event)) {
			result = yaml_error_explain(&parser, b->doc->name, text, len, b->err);
			break;
		}
		more = event.type != YAML_STREAM_END_EVENT;
		result = on_event(b, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return result;
}

static enum dw_result check_text(const char *name, const char *text, size_t len,
	const struct dw_yaml_limits *limits, struct dw_error *err)
{
	const char *nul;
	size_t line = 1;

	if (len > limits->bytes)
		return dw_fail(err, DW_ERR_LIMIT, name, 0, "larger than %zu bytes", limits->bytes);
	nul = len ? memchr(text, '\0', len) : NULL;
	if (!nul)
		return DW_OK;
	for (const char *p = text; p < nul; p++)
		line += *p == '\n';
	return dw_fail(err, DW_ERR_SYNTAX, name, line, "a NUL byte; expected UTF-8 text");
}

enum dw_result dw_yaml_parse(const char *name, const char *text, size_t len,
	const struct dw_yaml_limits *limits, struct dw_yaml **out, struct dw_error *err)
{
	struct builder b = {.limits = limits ? limits : &dw_yaml_default_limits, .err = err};
	enum dw_result result = check_text(name, text, len, b.limits, err);

	if (result != DW_OK)
		return result;
	size_t mark = utf8_mark(text, len);

	text += mark;
	len -= mark;
	b.doc = calloc(1, sizeof(*b.doc));
	b.frames = calloc(b.limits->depth + 1, sizeof(*b.frames));
	if (b.doc)
		b.doc->name = dw_arena_text(&b.doc->arena, name, strlen(name));
	if (!b.doc || !b.frames || !b.doc->name)
		result = dw_fail(err, DW_ERR_MEMORY, name, 0, "no memory");
	else
		result = read_events(&b, text, len);
	free(b.frames);
	free(b.pending.at);
	if (result == DW_OK)
		*out = b.doc;
	else
		dw_yaml_close(&b.doc);
	return result;
}

enum dw_result dw_yaml_open(const char *path, const struct dw_yaml_limits *limits,
	struct dw_yaml **out, struct dw_error *err)
{
	char *text;
	size_t len;
	enum dw_result result;

	if (!limits)
		limits = &dw_yaml_default_limits;
	result = dw_file_read(path, limits->bytes, &text, &len, err);
	if (result != DW_OK)
		return result;
	result = dw_yaml_parse(path, text, len, limits, out, err);
	free(text);
	return result;
}

void dw_yaml_close(struct dw_yaml **doc)
{
	if (!*doc)
		return;
	free((*doc)->roots.at);
	dw_arena_clear(&(*doc)->arena);
	free(*doc);
	*doc = NULL;
}

const struct dw_yaml_node *dw_yaml_root(const struct dw_yaml *doc, size_t index)
{
	return index < doc->roots.count ? doc->roots.at[index] : NULL;
}

const struct dw_yaml_node *dw_yaml_get(const struct dw_yaml_node *map, const char *key)
{
	if (map->kind != DW_YAML_MAP)
		return NULL;
	for (size_t i = 0; i < map->count; i++)
		if (strcmp(map->keys[i]->text, key) == 0)
			return map->items[i];
	return NULL;
}
