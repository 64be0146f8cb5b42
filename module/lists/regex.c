/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * regex.c: parser for one regular expression per line, with Pi-hole's extensions */
#include "dnsward-config.h"
#include "base/utf8.h"
#include "lists/data.h"
#include "lists/parser.h"
#include "lists/types.h"

/* Values of `;reply=` other than addresses. IP means the address of the Pi-hole itself; here the
 * action table decides the answer. */
static const struct {
	const char *name;
	const struct dw_data *data;
} replies[] = {
	{"NXDOMAIN", &dw_data_nxdomain},
	{"NODATA", &dw_data_nodata},
	{"REFUSED", &dw_data_refused},
	{"NONE", &dw_data_drop},
	{"NULL", &dw_data_null_ip},
	{"IP", NULL},
};

enum { TYPE_A = 1, TYPE_AAAA = 28, REPLY_ADDRESSES_MAX = 4 };

/* The addresses of `;reply=`, as the rule's data. */
struct reply {
	struct dw_data data;
	struct dw_record records[REPLY_ADDRESSES_MAX];
	struct dw_addr addrs[REPLY_ADDRESSES_MAX];
};

static bool add_reply_address(struct dw_reader *reader, const struct dw_addr *addr,
	struct dw_rule *rule, struct reply *reply)
{
	size_t i = reply->data.record_count;
	bool is_v4 = addr->family == 4;

	if (!reader->options->trust_answers)
		/* the expression still matches, and the action table decides the answer */
		return true;
	if (i == REPLY_ADDRESSES_MAX) {
		dw_reader_skip(reader, "more than %d replies", REPLY_ADDRESSES_MAX);
		return false;
	}
	reply->addrs[i] = *addr;
	reply->records[i] = (struct dw_record){.type = is_v4 ? TYPE_A : TYPE_AAAA,
		.ttl = DW_DATA_TTL,
		.rdata_len = is_v4 ? 4 : 16,
		.rdata = reply->addrs[i].bytes + (is_v4 ? 12 : 0)};
	reply->data.kind = DW_DATA_RECORDS;
	reply->data.records = reply->records;
	reply->data.record_count++;
	rule->data = &reply->data;
	return true;
}

static bool read_reply(
	struct dw_reader *reader, struct span value, struct dw_rule *rule, struct reply *reply)
{
	struct dw_addr addr;

	for (size_t i = 0; i < sizeof(replies) / sizeof(*replies); i++) {
		if (span_is(value, replies[i].name)) {
			rule->data = replies[i].data;
			return true;
		}
	}
	if (dw_addr_from_text(value.at, value.len, &addr))
		return add_reply_address(reader, &addr, rule, reply);
	dw_reader_skip(reader, "unknown reply");
	return false;
}

static bool read_extension(
	struct dw_reader *reader, struct span text, struct dw_rule *rule, struct reply *reply)
{
	size_t equals = span_find(text, '=');
	struct span name = span_to(text, equals);
	struct span value = span_from(text, equals < text.len ? equals + 1 : equals);

	if (span_is(text, "invert")) {
		rule->flags |= DW_RULE_INVERT;
		return true;
	}
	if (span_is(name, "querytype"))
		return dw_reader_types(reader, value, ',', '!', rule);
	if (span_is(name, "reply"))
		return read_reply(reader, value, rule, reply);
	dw_reader_skip(reader, "unknown extension of a regular expression");
	return false;
}

/* Whether the text is UTF-8 without control characters. A file with others is not a list of
 * expressions, although many of its lines would compile. */
static bool is_text(struct span text)
{
	uint32_t point = 0;
	size_t n;

	for (size_t i = 0; i < text.len; i += n) {
		n = utf8_decode((const uint8_t *)text.at + i, text.len - i, &point);
		if (n == 0 || point < 0x20 || point == 0x7f)
			return false;
	}
	return true;
}

/* Return the name of a syntax that other programs support and PCRE takes for literal text, or NULL.
 * Such an expression would match the wrong names. */
static const char *foreign_syntax(struct span text)
{
	for (size_t i = 0; i + 1 < text.len; i++) {
		char c = text.at[i], next = text.at[i + 1];

		if (c == '\\' && (next == '<' || next == '>'))
			return "word boundary \\< or \\>; expected \\b";
		if (c == '{' && strchr("~+-#", next) && next != '\0')
			return "approximate matching";
		if (c == '\\')
			i++;
	}
	return NULL;
}

enum dw_result dw_regex_line(struct dw_reader *reader, struct span line)
{
	struct dw_rule rule = {.trigger = DW_TRIGGER_REGEX};
	struct reply reply = {0};
	struct span rest, text, extension;
	const char *foreign;

	if (!span_clean(&line))
		return DW_OK;
	if (!is_text(line)) {
		dw_reader_skip(reader, "not text: expected UTF-8 without control bytes");
		return DW_OK;
	}
	rest = line;
	span_part(&rest, ';', &text);
	while (span_part(&rest, ';', &extension))
		if (!read_extension(reader, span_trim(extension), &rule, &reply))
			return DW_OK;
	text = span_trim(text);
	/* names contain no slash, so slashes at both ends are delimiters, as in other formats */
	if (text.len > 2 && span_starts(text, "/") && span_ends(text, "/"))
		text = (struct span){text.at + 1, text.len - 2};
	foreign = foreign_syntax(text);
	if (foreign) {
		dw_reader_skip(reader, "%s", foreign);
		return DW_OK;
	}
	return dw_reader_add_regex(reader, &rule, text);
}
