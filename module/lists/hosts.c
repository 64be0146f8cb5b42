/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * hosts.c: parser for hosts(5) files: `address name name ...` */
#include "dnsward-config.h"
#include "lists/data.h"
#include "lists/parser.h"

#include "dnsward/net.h"

/* Names that hosts files define for the local machine. */
static bool is_own_name(struct span name)
{
	static const char *const names[] = {
		"localhost",
		"localhost.localdomain",
		"local",
		"broadcasthost",
		"0.0.0.0",
	};

	if (name.len > 4 && strncasecmp(name.at, "ip6-", 4) == 0)
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (span_is(name, names[i]))
			return true;
	return false;
}

/* Parse an address, with or without a zone index (fe80::1%lo0). */
static bool read_address(struct span text, struct dw_addr *addr)
{
	return dw_addr_from_text(text.at, span_find(text, '%'), addr);
}

/* Whether lists use the address to block a name: unspecified or loopback. */
static bool is_blocking_address(const struct dw_addr *addr)
{
	static const uint8_t loopback[16] = {[15] = 1};
	static const uint8_t any[16];

	if (addr->family == 4)
		return addr->bytes[12] == 127 || memcmp(addr->bytes + 12, any, 4) == 0;
	return memcmp(addr->bytes, any, 16) == 0 || memcmp(addr->bytes, loopback, 16) == 0;
}

bool dw_hosts_is_line(struct span line)
{
	struct dw_addr addr;
	struct span word;

	return span_word(&line, &word) && line.len > 0 && read_address(word, &addr);
}

enum dw_result dw_hosts_line(struct dw_reader *reader, struct span line)
{
	struct dw_addr addr;
	struct span word;
	enum dw_result result = DW_OK;
	struct dw_rr rr;
	bool nowhere;

	if (!span_clean(&line))
		return DW_OK;
	line = span_to(line, span_find(line, '#'));
	if (!span_word(&line, &word))
		return DW_OK;
	nowhere = span_is(word, "0.0.0.0") || span_is(word, "127.0.0.1");
	if (!nowhere) {
		if (!read_address(word, &addr)) {
			dw_reader_skip(reader, "no address before the name");
			return DW_OK;
		}
		nowhere = is_blocking_address(&addr);
	}
	if (!span_word(&line, &word)) {
		dw_reader_skip(reader, "address without a name");
		return DW_OK;
	}
	if (!nowhere) {
		rr = dw_rr_of_address(&addr);
		reader->answer = &rr;
	}
	do {
		struct dw_rule rule = {.trigger = DW_TRIGGER_EXACT};

		if (is_own_name(word))
			continue;
		if (nowhere || reader->options->trust_answers)
			result = dw_reader_add_name(reader, &rule, word);
		else
			dw_reader_skip(reader, "address");
	} while (result == DW_OK && span_word(&line, &word));
	reader->answer = NULL;
	return result;
}
