/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * fuzz_yaml.c: any bytes as YAML
 */
#include "dnsward-config.h"

#include <stdlib.h>
#include <string.h>

#include "dnsward/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Small, so that the fuzzer meets them. */
static const struct dw_yaml_limits limits = {.bytes = 4096, .depth = 8, .nodes = 500};

/* Walk as a reader would, aliases as often as they are used; returns the nodes met. */
static size_t walk(const struct dw_yaml_node *node, size_t depth)
{
	size_t nodes = 1;

	require(node->line > 0);
	if (node->kind == DW_YAML_SCALAR) {
		require(strlen(node->text) == node->text_len);
		return nodes;
	}
	require(depth < limits.depth);
	for (size_t i = 0; i < node->count; i++) {
		if (node->kind == DW_YAML_MAP) {
			require(node->keys[i]->kind == DW_YAML_SCALAR);
			require(dw_yaml_get(node, node->keys[i]->text) == node->items[i]);
			nodes += walk(node->keys[i], depth + 1);
		}
		nodes += walk(node->items[i], depth + 1);
	}
	return nodes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dw_yaml *doc = NULL;
	struct dw_error err;
	const struct dw_yaml_node *root;
	size_t nodes = 0;

	if (dw_yaml_parse("fuzz", (const char *)data, size, &limits, &doc, &err) != DW_OK) {
		require(!doc && err.text[0] != '\0' && strncmp(err.where, "fuzz", 4) == 0);
		return 0;
	}
	for (size_t i = 0; (root = dw_yaml_root(doc, i)) != NULL; i++)
		nodes += walk(root, 0);
	require(nodes <= limits.nodes);
	dw_yaml_close(&doc);
	return 0;
}
