/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * domains.c: parser for lists with one name per line, plain or with wildcards */
#include "dnsward-config.h"
#include "lists/parser.h"

/* Remove a leading `*.` or `.`. Returns false if there is none, or nothing follows it. */
static bool strip_wildcard(struct span *name)
{
	size_t skip = span_starts(*name, "*.") ? 2 : span_starts(*name, ".") ? 1 : 0;

	if (skip == 0 || skip == name->len)
		return false;
	*name = span_from(*name, skip);
	return true;
}

enum dw_result dw_domains_line(struct dw_reader *reader, struct span line)
{
	struct dw_rule rule = {.trigger = DW_TRIGGER_EXACT};

	if (!span_clean(&line))
		return DW_OK;
	if (strip_wildcard(&line) || reader->options->match_subtree)
		rule.trigger = DW_TRIGGER_SUBTREE;
	return dw_reader_add_name(reader, &rule, line);
}

enum dw_result dw_wildcard_line(struct dw_reader *reader, struct span line)
{
	struct dw_rule rule = {.trigger = DW_TRIGGER_SUBTREE};
	struct span name;

	if (!span_clean(&line))
		return DW_OK;
	if (span_starts(line, "=")) {
		rule.trigger = DW_TRIGGER_EXACT;
		return dw_reader_add_name(reader, &rule, span_trim(span_from(line, 1)));
	}
	name = line;
	strip_wildcard(&name);
	if (!span_has(name, '*'))
		return dw_reader_add_name(reader, &rule, name);
	rule.trigger = DW_TRIGGER_GLOB;
	return dw_reader_add_glob(reader, &rule, line);
}
