/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * yaml.h: a YAML document as a tree that knows its lines */
#ifndef DNSWARD_YAML_H
#define DNSWARD_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/result.h"

/* libyaml's events turned into a tree. Settings and Sigma rules share it. It
 * types nothing: every scalar is text, and the key it stands under says what it
 * should be, so `no`, `null`, `on` and `08:00` mean what they say. Anchors and
 * aliases are taken, shared and not copied, and counted against the limits, so
 * that a small file cannot become a large tree. Duplicate keys are errors.
 *
 * A tree belongs to its document and dies with it. A document is written by
 * dw_yaml_parse alone, after that any number of threads may read it. */

enum dw_yaml_kind { DW_YAML_SCALAR, DW_YAML_LIST, DW_YAML_MAP };

struct dw_yaml_node {
	enum dw_yaml_kind kind;
	bool quoted;       /* a scalar in quotes or a block: never a number by accident */
	uint32_t line;     /* counted from 1 */
	const char *text;  /* scalar: NUL-terminated (a NUL inside is refused) */
	size_t text_len;
	size_t count;                       /* list: items; map: entries */
	const struct dw_yaml_node **items;  /* list: items; map: values, in the file's order */
	const struct dw_yaml_node **keys;   /* map: scalar keys, in the file's order */
};

struct dw_yaml_limits {
	size_t bytes;   /* of the file */
	size_t depth;   /* of nesting */
	size_t nodes;   /* of the tree, each use of an alias counting all that it stands for */
};

/* 16 MiB, 32 levels, 1,000,000 nodes: far above any settings or rule file met. */
extern const struct dw_yaml_limits dw_yaml_default_limits;

struct dw_yaml;

/* Read every document of a file, or of memory called `name` in errors. `limits`
 * NULL means the default. An empty file gives zero documents. On failure
 * DW_ERR_SYNTAX or DW_ERR_LIMIT with `name:line: what, and a hint at quoting
 * where a stray ':' '*' '@' '%' or '`' is the likely cause`. */
enum dw_result dw_yaml_open(const char *path, const struct dw_yaml_limits *limits,
	struct dw_yaml **out, struct dw_error *err) DW_MUST_CHECK;
enum dw_result dw_yaml_parse(const char *name, const char *text, size_t len,
	const struct dw_yaml_limits *limits, struct dw_yaml **out, struct dw_error *err)
	DW_MUST_CHECK;
void dw_yaml_close(struct dw_yaml **doc);

/* The roots, in order. NULL past the last. */
const struct dw_yaml_node *dw_yaml_root(const struct dw_yaml *doc, size_t index);

/* The value under a key of a map, or NULL. */
const struct dw_yaml_node *dw_yaml_get(const struct dw_yaml_node *map, const char *key);

#endif
