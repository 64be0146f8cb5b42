/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * types.h: parser for conditions on the query type */
#ifndef DNSWARD_LISTS_TYPES_H
#define DNSWARD_LISTS_TYPES_H

#include "lists/reader.h"

/* Parse a condition on the query type into a rule: "A|~CNAME" (part '|', sign '~') or "!A,AAAA"
 * (part ',', sign '!'). The rule matches the types without the sign, minus those with it, or, if
 * all have the sign, all types but those. Returns false, and skips the line, if a type is unknown,
 * there are too many, or no type is left. */
bool dw_reader_types(
	struct dw_reader *reader, struct span text, char part, char sign, struct dw_rule *rule);

#endif
