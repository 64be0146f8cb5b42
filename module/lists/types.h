/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * types.h: conditions on the query type */
#ifndef DNSWARD_LISTS_TYPES_H
#define DNSWARD_LISTS_TYPES_H

#include "lists/reader.h"

/* Read "A|~CNAME" (part '|', not '~') or "!A,AAAA" (',', '!') into the rule: the types
 * named without the sign less those with it, or, where all have it, all but those.
 * False: a type is unknown, or there are too many; the line is skipped. */
bool dw_reader_types(
	struct dw_reader *reader, struct span text, char part, char sign, struct dw_rule *rule);

#endif
