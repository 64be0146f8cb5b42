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

/* The part of the question's name that starts with its label at `start`. */
static void add_parent(struct dw_line *l, size_t start)
{
	if (l->plain)
		dw_json_raw_string(&l->json, l->text + start, l->len - start);
	else
		dw_put_name(&l->json, NULL, l->name + start, l->event->question_len - start);
}

/* And what stands before it. */
static void add_child(struct dw_line *l, size_t end)
{
	uint8_t child[DW_NAME_MAX];
	if (l->plain) {
		dw_json_raw_string(&l->json, l->text, end - 1);
		return;
	}
	memcpy(child, l->name, end);
	child[end] = 0;
	dw_put_name(&l->json, NULL, child, end + 1);
}

void dw_line_related(struct dw_line *l)
{
	struct dw_json *j = &l->json;
	const struct dw_event *e = l->event;
	PIECE(j, ",\"related\":{");
	if (e->client.family != 0 || l->resolved_len > 0) {
		PIECE(j, "\"ip\":[");
		if (e->client.family != 0)
			dw_json_raw_string(j, l->client, l->client_len);
		if (e->client.family != 0 && l->resolved_len > 0)
			PIECE(j, ",");
		dw_json_raw(j, l->resolved, l->resolved_len);
		PIECE(j, "],");
	}
	PIECE(j, "\"hosts\":[");
	add_parent(l, 0);
	if (e->matched != NULL)
		dw_put_name(j, NULL, e->matched, e->matched_len);
	PIECE(j, "]}");
}

/* The name cut at its public suffix. Names that are nothing but a suffix have none of these. */
static void add_name_parts(struct dw_line *l)
{
	size_t len = l->event->question_len;
	size_t suffix = dw_suffix_memo_labels(l->ecs->suffixes, l->hash, l->name, len);
	struct dw_labels labels;
	dw_name_labels(l->name, len, &labels);
	if (suffix == 0 || suffix > labels.count)
		return;
	if (labels.count > suffix) {
		size_t start = labels.offset[labels.count - suffix - 1];
		PIECE(&l->json, ",\"registered_domain\":");
		add_parent(l, start);
		PIECE(&l->json, ",\"etld_plus_one\":");
		add_parent(l, start);
		if (start > 0) {
			PIECE(&l->json, ",\"subdomain\":");
			add_child(l, start);
		}
	}
	PIECE(&l->json, ",\"top_level_domain\":");
	add_parent(l, labels.offset[labels.count - suffix]);
}

static void add_flags(struct dw_json *j, uint16_t flags)
{
	static const struct {
		uint16_t bit;
		const char *name;
	} names[] = {
		{0x0400, "AA"},
		{0x0200, "TC"},
		{0x0100, "RD"},
		{0x0080, "RA"},
		{0x0020, "AD"},
		{0x0010, "CD"},
	};
	if ((flags & 0x07b0) == 0)
		return;
	PIECE(j, "\"header_flags\":[");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (flags & names[i].bit)
			dw_json_string_n(j, NULL, names[i].name, 2);
	}
	PIECE(j, "],");
}

static void make_type_and_class(struct dw_json *j, const void *of)
{
	const uint16_t *of_record = of;
	char word[16];
	PIECE(j, ",\"type\":\"");
	put_word(j, dw_type_to_text(of_record[0], word));
	PIECE(j, "\",\"class\":\"");
	put_word(j, class_name(of_record[1], word, sizeof(word)));
	PIECE(j, "\"");
}

static void add_type_and_class(struct dw_line *l, uint16_t type, uint16_t klass)
{
	const uint16_t of_record[2] = {type, klass};
	const uint64_t key[3] = {type, klass};
	dw_put_kept(l, DW_PIECE_TYPE, key, make_type_and_class, of_record);
}

static bool is_same_name(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

/* Mostly that of the question. */
static void add_owner(struct dw_line *l, const struct dw_event_answer *answer)
{
	if (is_same_name(answer->name, answer->name_len, l->name, l->event->question_len))
		add_parent(l, 0);
	else
		dw_put_name(&l->json, NULL, answer->name, answer->name_len);
}

static void add_data(
	struct dw_line *l, const struct dw_event_answer *answer, const struct dw_span *address)
{
	char text[RDATA_TEXT_MAX];
	PIECE(&l->json, ",\"data\":");
	if (address->len > 0) {
		dw_json_raw(&l->json, l->resolved + address->at, address->len);
		return;
	}
	size_t len = dw_rdata_to_text(
		answer->type, answer->rdata, answer->rdata_len, text, sizeof(text));
	dw_json_string_n(&l->json, NULL, text, len);
}

static void add_answer(struct dw_line *l, size_t i)
{
	struct dw_json *j = &l->json;
	const struct dw_event_answer *answer = &l->event->answers[i];
	PIECE(j, "{\"name\":");
	add_owner(l, answer);
	add_type_and_class(l, answer->type, answer->klass);
	PIECE(j, ",\"ttl\":");
	dw_json_uint(j, NULL, answer->ttl);
	add_data(l, answer, &l->address[i]);
	PIECE(j, "}");
}

static void add_answers(struct dw_line *l)
{
	struct dw_json *j = &l->json;
	const struct dw_event *e = l->event;
	if (e->answer_count == 0)
		return;
	PIECE(j, ",\"answers\":[");
	for (size_t i = 0; i < e->answer_count; i++) {
		if (i > 0)
			PIECE(j, ",");
		add_answer(l, i);
	}
	PIECE(j, "]");
}

static void make_response(struct dw_json *j, const void *of)
{
	const struct dw_event *e = of;
	char word[16];
	if (e->dropped) {
		PIECE(j, "\"type\":\"query\",");
		return;
	}
	PIECE(j, "\"type\":\"answer\",");
	add_flags(j, e->flags);
	PIECE(j, "\"response_code\":\"");
	put_word(j, rcode_name(e->rcode, word, sizeof(word)));
	PIECE(j, "\",");
}

void dw_line_dns(struct dw_line *l)
{
	struct dw_json *j = &l->json;
	const struct dw_event *e = l->event;
	const uint64_t key[3] = {e->flags, e->rcode, e->dropped};
	PIECE(j, ",\"dns\":{");
	dw_put_kept(l, DW_PIECE_RESPONSE, key, make_response, e);
	if (l->resolved_len > 0) {
		PIECE(j, "\"resolved_ip\":[");
		dw_json_raw(j, l->resolved, l->resolved_len);
		PIECE(j, "],");
	}
	PIECE(j, "\"question\":{\"name\":");
	add_parent(l, 0);
	add_type_and_class(l, e->type, e->klass);
	add_name_parts(l);
	PIECE(j, "}");
	add_answers(l);
	PIECE(j, "}");
}

/* ---- what is said more than once ---- */

static bool is_address(const struct dw_event_answer *answer)
{
	return (answer->type == TYPE_A && answer->rdata_len == 4) ||
	       (answer->type == TYPE_AAAA && answer->rdata_len == 16);
}

static void spell_addresses(struct dw_line *l)
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
		*p++ = '"';
		p += dw_ip_to_text(answer->rdata, answer->rdata_len, p);
		*p++ = '"';
		l->address[i] = (struct dw_span){
			.at = (uint16_t)(start - l->resolved), .len = (uint16_t)(p - start)};
	}
	l->resolved_len = (size_t)(p - l->resolved);
}

void dw_line_spell(struct dw_line *l)
{
	const struct dw_event *e = l->event;
	dw_name_lower(e->question, e->question_len, l->name);
	l->hash = dw_suffix_memo_fetch(l->ecs->suffixes, l->name, e->question_len);
	l->len = dw_name_to_text(l->name, e->question_len, l->text);
	l->plain = l->len + 2 == e->question_len;
	l->client_len = strlen(dw_addr_to_text(&e->client, l->client));
	spell_addresses(l);
}
