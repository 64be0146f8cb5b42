/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * dnsmasq.c: parser for address=, server= and local= lines of a dnsmasq configuration */
#include "dnsward-config.h"
#include "lists/data.h"
#include "lists/parser.h"

/* The effect on the names, as given by the part after the last slash. */
struct meaning {
	uint32_t flags;
	const struct dw_data *data;
	bool has_rr; /* `rr` is set, and the list has trust-answers */
	struct dw_addr addr;
	struct dw_rr rr;
};

static bool is_null(const struct dw_addr *addr)
{
	static const uint8_t any[16];

	return memcmp(addr->bytes + (addr->family == 4 ? 12 : 0), any,
		       addr->family == 4 ? 4 : 16) == 0;
}

/* Parse the value of `address=`: empty means NXDOMAIN, `#` the null addresses. */
static bool read_address(struct dw_reader *reader, struct span value, struct meaning *meaning)
{
	if (value.len == 0) {
		meaning->data = &dw_data_nxdomain;
	} else if (span_is(value, "#")) {
		meaning->data = &dw_data_null_ip;
	} else if (!dw_addr_from_text(value.at, value.len, &meaning->addr)) {
		dw_reader_skip(reader, "not an address");
		return false;
	} else if (is_null(&meaning->addr)) {
		meaning->data = &dw_data_null_ip;
	} else {
		meaning->has_rr = reader->options->trust_answers;
		meaning->rr = dw_rr_of_address(&meaning->addr);
	}
	return true;
}

/* Parse the value of `server=` and `local=`: empty means NXDOMAIN, `#` normal resolution. */
static bool read_server(struct dw_reader *reader, struct span value, struct meaning *meaning)
{
	if (value.len == 0) {
		meaning->data = &dw_data_nxdomain;
	} else if (span_is(value, "#")) {
		meaning->flags = DW_RULE_EXCEPTION;
	} else {
		dw_reader_skip(reader, "forwarding");
		return false;
	}
	return true;
}

/* Add a rule for one name between two slashes. */
static enum dw_result add_name(
	struct dw_reader *reader, struct span name, const struct meaning *meaning)
{
	struct dw_rule rule = {
		.trigger = DW_TRIGGER_SUBTREE, .flags = meaning->flags, .data = meaning->data};

	if (name.len == 0 || span_is(name, "#")) {
		dw_reader_skip(reader, "every name");
		return DW_OK;
	}
	if (span_starts(name, "*.")) {
		rule.trigger = DW_TRIGGER_SUBNAMES;
		name = span_from(name, 2);
	} else if (span_starts(name, "*")) {
		rule.trigger = DW_TRIGGER_GLOB;
		return dw_reader_add_glob(reader, &rule, name);
	} else if (span_starts(name, ".")) {
		name = span_from(name, 1);
	}
	return dw_reader_add_name(reader, &rule, name);
}

/* Parse `/name/name/value` and add a rule for each name. */
static enum dw_result add_names(struct dw_reader *reader, struct span value, bool is_address)
{
	struct meaning meaning = {0};
	enum dw_result result = DW_OK;
	struct span names, name;
	size_t last = value.len;

	while (last > 0 && value.at[last - 1] != '/')
		last--;
	if (last < 2 || *value.at != '/') {
		dw_reader_skip(reader, is_address ? "every name" : "forwarding");
		return DW_OK;
	}
	names = (struct span){value.at + 1, last - 2};
	value = span_from(value, last);
	if (is_address ? !read_address(reader, value, &meaning)
		       : !read_server(reader, value, &meaning))
		return DW_OK;
	reader->answer = meaning.has_rr ? &meaning.rr : NULL;
	while (result == DW_OK && span_part(&names, '/', &name))
		result = add_name(reader, name, &meaning);
	reader->answer = NULL;
	return result;
}

enum dw_result dw_dnsmasq_line(struct dw_reader *reader, struct span line)
{
	struct span option, value;
	size_t equals;

	if (!span_clean(&line))
		return DW_OK;
	equals = span_find(line, '=');
	option = span_trim(span_to(line, equals));
	value = span_trim(span_from(line, equals < line.len ? equals + 1 : equals));
	if (span_is(option, "address"))
		return add_names(reader, value, true);
	if (span_is(option, "server") || span_is(option, "local"))
		return add_names(reader, value, false);
	if (span_is(option, "rev-server") || span_starts(option, "conf-"))
		dw_reader_skip(reader, "forwarding");
	else
		dw_reader_skip(reader, "not address=, server= or local=");
	return DW_OK;
}
