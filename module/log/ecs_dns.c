/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * ecs_dns.c: the question and the answer, in the Elastic Common Schema */
#include "dnsward-config.h"

#include <stdio.h>
#include <string.h>

#include "dnsward/rrtype.h"
#include "base/rcode.h"
#include "log/ecs_parts.h"
#include "log/rdata.h"

enum { TYPE_A = 1, TYPE_AAAA = 28 };
enum { RDATA_TEXT_MAX = 1024 };

static const char *rcode_name(uint8_t rcode, char *out, size_t max)
{
	const char *name = dw_rcode_name(rcode);

	if (name != NULL)
		return name;
	snprintf(out, max, "RCODE%u", rcode);
	return out;
}

static const char *class_name(uint16_t klass, char *out, size_t max)
{
	switch (klass) {
	case 1:
		return "IN";
	case 3:
		return "CH";
	case 4:
		return "HS";
	case 255:
		return "ANY";
	default:
		snprintf(out, max, "CLASS%u", klass);
		return out;
	}
}

/* Text whose backslashes have to be escaped, which also tell a dot within a label from one
 * between two. */
static void spell_odd(struct dw_spelt *spelt, const char *text, size_t len)
{
	char *p = spelt->text;
	size_t label = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\\') {
			*p++ = '\\';
			*p++ = '\\';
			if (text[++i] == '\\')
				*p++ = '\\';
		} else if (text[i] == '.') {
			spelt->start[++label] = (uint16_t)(p + 1 - spelt->text);
		}
		*p++ = text[i];
	}
	spelt->len = (size_t)(p - spelt->text);
}

static void find_labels(struct dw_spelt *spelt, const uint8_t *wire, size_t len)
{
	size_t at = 0, count = 0;

	for (; at + 1 < len; at += wire[at] + (size_t)1)
		spelt->start[count++] = (uint16_t)at;
	spelt->start[count] = (uint16_t)at;
	spelt->labels = count;
}

static void spell_name(struct dw_spelt *spelt, const uint8_t *wire, size_t len)
{
	_Static_assert(sizeof(spelt->text) >= DW_NAME_TEXT_MAX, "dw_name_to_text's");

	find_labels(spelt, wire, len);
	spelt->len = dw_name_to_text(wire, len, spelt->text);
	if (spelt->len + 2 > len && len > 1) {
		char text[DW_NAME_TEXT_MAX];

		memcpy(text, spelt->text, spelt->len);
		spell_odd(spelt, text, spelt->len);
	}
}

/* A name in quotes. */
static char *pen_name(char *pen, const uint8_t *wire, size_t len)
{
	struct dw_spelt spelt;

	spell_name(&spelt, wire, len);
	*pen++ = '"';
	pen = pen_copy(pen, spelt.text, spelt.len);
	*pen++ = '"';
	return pen;
}

/* The part of the question's name that starts with its label `i`, and what stands before it. */
static char *put_parent(const struct dw_ecs_line *l, char *pen, size_t i)
{
	size_t start = l->spelt.start[i];

	*pen++ = '"';
	pen = pen_copy(pen, l->spelt.text + start, l->spelt.len - start);
	*pen++ = '"';
	return pen;
}

static char *put_child(const struct dw_ecs_line *l, char *pen, size_t i)
{
	*pen++ = '"';
	pen = pen_copy(pen, l->spelt.text, l->spelt.start[i] - (size_t)1);
	*pen++ = '"';
	return pen;
}

char *dw_line_related(const struct dw_ecs_line *l, char *pen)
{
	const struct dw_event *e = l->event;
	bool has_client = e->client.family != 0;

	pen = PEN_TEXT(pen, ",\"related\":{");
	if (has_client || l->resolved_len > 0) {
		pen = PEN_TEXT(pen, "\"ip\":[");
		pen = pen_copy(pen, l->client, l->client_len);
		if (has_client && l->resolved_len > 0)
			*pen++ = ',';
		pen = pen_copy(pen, l->resolved, l->resolved_len);
		pen = PEN_TEXT(pen, "],");
	}
	pen = PEN_TEXT(pen, "\"hosts\":[");
	pen = put_parent(l, pen, 0);
	if (e->found != NULL && e->found->matched != NULL) {
		*pen++ = ',';
		pen = pen_name(pen, e->found->matched, e->found->matched_len);
	}
	return PEN_TEXT(pen, "]}");
}

/* The name cut at its public suffix. Names that are nothing but a suffix have none of these. */
static char *put_name_parts(const struct dw_ecs_line *l, char *pen)
{
	size_t labels = l->spelt.labels;
	size_t suffix =
		dw_suffix_memo_labels(l->ecs->suffixes, l->hash, l->name, l->event->question_len);

	if (suffix == 0 || suffix > labels)
		return pen;
	if (labels > suffix) {
		size_t domain = labels - suffix - 1;

		pen = PEN_TEXT(pen, ",\"registered_domain\":");
		pen = put_parent(l, pen, domain);
		pen = PEN_TEXT(pen, ",\"etld_plus_one\":");
		pen = put_parent(l, pen, domain);
		if (domain > 0) {
			pen = PEN_TEXT(pen, ",\"subdomain\":");
			pen = put_child(l, pen, domain);
		}
	}
	pen = PEN_TEXT(pen, ",\"top_level_domain\":");
	return put_parent(l, pen, labels - suffix);
}

static char *put_flags(char *pen, uint16_t flags)
{
	static const struct {
		uint16_t bit;
		char name[3];
	} names[] = {
		{0x0400, "AA"},
		{0x0200, "TC"},
		{0x0100, "RD"},
		{0x0080, "RA"},
		{0x0020, "AD"},
		{0x0010, "CD"},
	};

	if ((flags & 0x07b0) == 0)
		return pen;
	pen = PEN_TEXT(pen, "\"header_flags\":[");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((flags & names[i].bit) == 0)
			continue;
		*pen++ = '"';
		pen = pen_word(pen, names[i].name);
		pen = PEN_TEXT(pen, "\",");
	}
	return PEN_TEXT(pen - 1, "],");
}

static char *make_type_and_class(char *pen, const void *of)
{
	const uint16_t *of_record = of;
	char word[16];

	pen = PEN_TEXT(pen, ",\"type\":\"");
	pen = pen_word(pen, dw_type_to_text(of_record[0], word));
	pen = PEN_TEXT(pen, "\",\"class\":\"");
	pen = pen_word(pen, class_name(of_record[1], word, sizeof(word)));
	return PEN_TEXT(pen, "\"");
}

static char *put_type_and_class(const struct dw_ecs_line *l, char *pen, uint16_t type, uint16_t klass)
{
	const uint16_t of_record[2] = {type, klass};
	const struct dw_ecs_key key = {{type, klass}};

	return dw_pen_kept(pen, l->ecs, DW_PIECE_TYPE, key, make_type_and_class, of_record);
}

static char *make_response(char *pen, const void *of)
{
	const struct dw_event *e = of;
	char word[16];

	if (e->dropped)
		return PEN_TEXT(pen, "\"type\":\"query\",");
	pen = PEN_TEXT(pen, "\"type\":\"answer\",");
	pen = put_flags(pen, e->flags);
	pen = PEN_TEXT(pen, "\"response_code\":\"");
	pen = pen_word(pen, rcode_name(e->rcode, word, sizeof(word)));
	return PEN_TEXT(pen, "\",");
}

char *dw_line_dns(const struct dw_ecs_line *l, char *pen)
{
	const struct dw_event *e = l->event;
	const struct dw_ecs_key key = {{e->flags, e->rcode, e->dropped}};

	pen = PEN_TEXT(pen, ",\"dns\":{");
	pen = dw_pen_kept(pen, l->ecs, DW_PIECE_RESPONSE, key, make_response, e);
	if (l->resolved_len > 0) {
		pen = PEN_TEXT(pen, "\"resolved_ip\":[");
		pen = pen_copy(pen, l->resolved, l->resolved_len);
		pen = PEN_TEXT(pen, "],");
	}
	pen = PEN_TEXT(pen, "\"question\":{\"name\":");
	pen = put_parent(l, pen, 0);
	pen = put_type_and_class(l, pen, e->type, e->klass);
	pen = put_name_parts(l, pen);
	return PEN_TEXT(pen, "}");
}

/* ---- answers ---- */

static bool is_same_name(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

/* Mostly that of the question. */
static char *put_owner(const struct dw_ecs_line *l, char *pen, const struct dw_event_answer *answer)
{
	if (is_same_name(answer->name, answer->name_len, l->name, l->event->question_len))
		return put_parent(l, pen, 0);
	return pen_name(pen, answer->name, answer->name_len);
}

static char *put_data(const struct dw_ecs_line *l, char *pen, const struct dw_event_answer *answer,
	const struct dw_span *address)
{
	char text[RDATA_TEXT_MAX];
	struct dw_json j;

	if (address->len > 0)
		return pen_copy(pen, l->resolved + address->at, address->len);
	size_t len = dw_rdata_to_text(
		answer->type, answer->rdata, answer->rdata_len, text, sizeof(text));
	dw_json_start(&j, pen, 2 * RDATA_TEXT_MAX); /* of printable ASCII */
	dw_json_string_n(&j, NULL, text, len);
	return j.at;
}

static char *put_answer(const struct dw_ecs_line *l, char *pen, size_t i)
{
	const struct dw_event_answer *answer = &l->event->answers[i];

	pen = PEN_TEXT(pen, "{\"name\":");
	pen = put_owner(l, pen, answer);
	pen = put_type_and_class(l, pen, answer->type, answer->klass);
	pen = PEN_TEXT(pen, ",\"ttl\":");
	pen = pen_number(pen, answer->ttl);
	pen = PEN_TEXT(pen, ",\"data\":");
	pen = put_data(l, pen, answer, &l->address[i]);
	return PEN_TEXT(pen, "},");
}

char *dw_line_answers(const struct dw_ecs_line *l, char *pen, const char *end)
{
	const struct dw_event *e = l->event;

	if (e->answer_count == 0)
		return PEN_TEXT(pen, "}");
	pen = PEN_TEXT(pen, ",\"answers\":[");
	for (size_t i = 0; i < e->answer_count; i++) {
		if ((size_t)(end - pen) < DW_PART_ROOM)
			return NULL;
		pen = put_answer(l, pen, i);
	}
	return PEN_TEXT(pen - 1, "]}");
}

/* ---- what is said more than once ---- */

static bool is_address(const struct dw_event_answer *answer)
{
	return (answer->type == TYPE_A && answer->rdata_len == 4) ||
	       (answer->type == TYPE_AAAA && answer->rdata_len == 16);
}

static char *put_address(char *pen, const uint8_t *bytes, size_t len)
{
	*pen++ = '"';
	pen += dw_ip_to_text(bytes, len, pen);
	*pen++ = '"';
	return pen;
}

static void spell_answers(struct dw_ecs_line *l)
{
	const struct dw_event *e = l->event;
	char *p = l->resolved;

	for (size_t i = 0; i < e->answer_count; i++) {
		const struct dw_event_answer *answer = &e->answers[i];

		l->address[i].len = 0;
		if (!is_address(answer))
			continue;
		if (p > l->resolved)
			*p++ = ',';
		char *start = p;
		p = put_address(p, answer->rdata, answer->rdata_len);
		l->address[i] = (struct dw_span){
			.at = (uint16_t)(start - l->resolved), .len = (uint16_t)(p - start)};
	}
	l->resolved_len = (size_t)(p - l->resolved);
}

static void spell_client(struct dw_ecs_line *l)
{
	const struct dw_addr *client = &l->event->client;
	size_t len = client->family == 4 ? 4 : 16;
	char *p = l->client;

	if (client->family != 0)
		p = put_address(p, client->bytes + sizeof(client->bytes) - len, len);
	l->client_len = (size_t)(p - l->client);
}

void dw_line_spell(struct dw_ecs_line *l)
{
	const struct dw_event *e = l->event;

	dw_name_lower(e->question, e->question_len, l->name);
	l->as_sent = memcmp(l->name, e->question, e->question_len) == 0;
	l->hash = dw_suffix_memo_fetch(l->ecs->suffixes, l->name, e->question_len);
	spell_name(&l->spelt, l->name, e->question_len);
	spell_client(l);
	spell_answers(l);
}
