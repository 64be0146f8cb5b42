/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * yaml_error.h: what a YAML parser's complaint means for who wrote the file */
#ifndef DNSWARD_BASE_YAML_ERROR_H
#define DNSWARD_BASE_YAML_ERROR_H

#include <yaml.h>

#include "dnsward/result.h"

/* Turn the error state of `parser`, which was reading `text`, into a sentence
 * with the line to look at and, where the cause is likely, what to write
 * instead. Returns DW_ERR_SYNTAX, or DW_ERR_MEMORY. */
enum dw_result yaml_error_explain(const yaml_parser_t *parser, const char *name, const char *text,
	size_t len, struct dw_error *err);

/* How errors advise to quote a value; takes the character it starts with. */
#define YAML_ERROR_QUOTE "put a value that starts with '%c' in quotes"

#endif
