/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * ecs.c: an event as one line of JSON in the Elastic Common Schema */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/clock.h"
#include "dnsward/json.h"
#include "dnsward/log.h"
#include "dnsward/rrtype.h"
#include "dnsward/verdict.h"
#include "base/rcode.h"
#include "log/log_parts.h"
#include "log/rdata.h"
#include "log/suffix_memo.h"

/* The schema is docs/log-schema.md. A key without a value is left out. */

enum { TYPE_A = 1, TYPE_AAAA = 28 };
enum { RDATA_TEXT_MAX = 1024 };
enum { OBSERVER_MAX = 2048 };

/* What is the same in many lines. */
struct dw_ecs {
	struct dw_suffix_memo *suffixes;
	uint64_t second; /* since the epoch, that `time` is the text of */
	char time[DW_TIMESTAMP_TEXT_MAX];
	size_t observer_len;
	char observer[OBSERVER_MAX]; /* the object and the comma before it */
};

/* A line, and what is used in it more than once. */
struct line {
	struct dw_json json;
	const struct dw_event *event;
	uint8_t name[DW_NAME_MAX]; /* the question's, lowered */
	char text[DW_NAME_TEXT_MAX];
	size_t len; /* of `text` */
	bool plain; /* no byte is escaped, so `text` has the offsets of `name` */
	size_t resolved_len;
	char resolved[DW_EVENT_ANSWERS_MAX *
		      (DW_ADDR_TEXT_MAX + 3)]; /* addresses as JSON strings */
	size_t client_len;
	char client[DW_ADDR_TEXT_MAX];
};

/* A piece that is always the same. */
#define PIECE(json, text) dw_json_raw((json), (text), sizeof(text) - 1)

/* Elastic's own scale. A hit without a level is as grave as what was done about it. */
static const uint8_t severity_of_level[] = {
	[DW_LEVEL_INFORMATIONAL] = 1,
	[DW_LEVEL_LOW] = 21,
	[DW_LEVEL_MEDIUM] = 47,
	[DW_LEVEL_HIGH] = 73,
	[DW_LEVEL_CRITICAL] = 99,
};
static const uint8_t level_of_action[] = {
	[DW_ACTION_ALLOW] = DW_LEVEL_NONE,
	[DW_ACTION_LOG] = DW_LEVEL_MEDIUM,
	[DW_ACTION_SINKHOLE] = DW_LEVEL_HIGH,
};

/* A word of ours, or other text that has nothing to escape. */
static void put(struct dw_json *j, const char *text)
{
	dw_json_raw(j, text, strlen(text));
}

static void put_quoted(struct dw_json *j, const char *text, size_t len)
{
	PIECE(j, "\"");
	dw_json_raw(j, text, len);
	PIECE(j, "\"");
}

static void optional(struct dw_json *j, const char *key, const char *text)
{
	if (text != NULL && *text != '\0')
		dw_json_string(j, key, text);
}

static void add_name(struct dw_json *j, const char *key, const uint8_t *wire, size_t len)
{
	char text[DW_NAME_TEXT_MAX];
	size_t n = dw_name_to_text(wire, len, text);
	dw_json_string_n(j, key, text, n);
}

/* ---- words ---- */

static const char *action_name(uint8_t action)
{
	static const char *const names[] = {"allow", "log", "sinkhole"};
	return names[action < 3 ? action : 0];
}

static const char *transport_name(enum dw_transport transport)
{
	static const char *const names[] = {"udp", "tcp", "dot", "doh", "doq"};
	return names[transport <= DW_DOQ ? transport : 0];
}

static bool is_stream(enum dw_transport transport)
{
	return transport != DW_UDP && transport != DW_DOQ;
}

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

/* ---- parts ---- */

static void add_event(struct line *l)
{
	struct dw_json *j = &l->json;
	const struct dw_event *e = l->event;
	uint8_t level = e->level != DW_LEVEL_NONE ? e->level : level_of_action[e->action];
	PIECE(j, ",\"event\":{\"kind\":\"");
	put(j, e->alert ? "alert" : "event");
	PIECE(j, "\",\"category\":[\"network\"],\"type\":[\"protocol\",\"");
	put(j, e->action == DW_ACTION_SINKHOLE ? "denied" : "allowed");
	PIECE(j, "\"],\"action\":\"");
	put(j, action_name(e->action));
	PIECE(j, "\",\"module\":\"dnsward\",\"dataset\":\"dnsward.query\"");
	if (e->duration_us >= 0)
		dw_json_int(j, "duration", e->duration_us * 1000);
	if (level != DW_LEVEL_NONE)
		dw_json_uint(j, "severity", severity_of_level[level]);
	PIECE(j, "}");
}

static void add_client(struct line *l)
{
	struct dw_json *j = &l->json;
	PIECE(j, ",\"source\":{\"ip\":\"");
	dw_json_raw(j, l->client, l->client_len);
	PIECE(j, "\"");
	if (l->event->client_port != 0)
		dw_json_uint(j, "port", l->event->client_port);
	PIECE(j, "},\"client\":{\"ip\":\"");
	dw_json_raw(j, l->client, l->client_len);
	PIECE(j, "\"}");
}

static void add_server(struct line *l)
{
	struct dw_json *j = &l->json;
	char text[DW_ADDR_TEXT_MAX];
	PIECE(j, ",\"destination\":{\"ip\":\"");
	put(j, dw_addr_to_text(&l->event->server, text));
	PIECE(j, "\"");
	if (l->event->server_port != 0)
		dw_json_uint(j, "port", l->event->server_port);
	PIECE(j, "}");
}

static void add_network(struct line *l)
{
	struct dw_json *j = &l->json;
	const struct dw_event *e = l->event;
	uint8_t family = e->server.family != 0 ? e->server.family : e->client.family;
	if (e->client.family != 0)
		add_client(l);
	if (e->server.family != 0)
		add_server(l);
	PIECE(j, ",\"network\":{\"protocol\":\"dns\",\"transport\":\"");
	put(j, is_stream(e->transport) ? "tcp" : "udp");
	if (family != 0) {
		PIECE(j, "\",\"type\":\"");
		put(j, family == 4 ? "ipv4" : "ipv6");
	}
	PIECE(j, "\"}");
}

/* The part of the question's name that starts with its label at `start`. */
static void add_parent(struct line *l, size_t start)
{
	if (l->plain)
		put_quoted(&l->json, l->text + start, l->len - start);
	else
		add_name(&l->json, NULL, l->name + start, l->event->question_len - start);
}

/* And what stands before it. */
static void add_child(struct line *l, size_t end)
{
	uint8_t child[DW_NAME_MAX];
	if (l->plain) {
		put_quoted(&l->json, l->text, end - 1);
		return;
	}
	memcpy(child, l->name, end);
	child[end] = 0;
	add_name(&l->json, NULL, child, end + 1);
}

static void add_related(struct line *l)
{
	struct dw_json *j = &l->json;
	const struct dw_event *e = l->event;
	PIECE(j, ",\"related\":{");
	if (e->client.family != 0 || l->resolved_len > 0) {
		PIECE(j, "\"ip\":[");
		if (e->client.family != 0)
			put_quoted(j, l->client, l->client_len);
		if (e->client.family != 0 && l->resolved_len > 0)
			PIECE(j, ",");
		dw_json_raw(j, l->resolved, l->resolved_len);
		PIECE(j, "],");
	}
	PIECE(j, "\"hosts\":[");
	add_parent(l, 0);
	if (e->matched != NULL)
		add_name(j, NULL, e->matched, e->matched_len);
	PIECE(j, "]}");
}

/* The name cut at its public suffix. Names that are nothing but a suffix have none of these. */
static void add_name_parts(struct dw_ecs *ecs, struct line *l)
{
	size_t len = l->event->question_len;
	size_t suffix = dw_suffix_memo_labels(ecs->suffixes, l->name, len);
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

static void add_type_and_class(struct dw_json *j, uint16_t type, uint16_t klass)
{
	char word[16];
	PIECE(j, ",\"type\":\"");
	put(j, dw_type_to_text(type, word));
	PIECE(j, "\",\"class\":\"");
	put(j, class_name(klass, word, sizeof(word)));
	PIECE(j, "\"");
}

static void add_answer(struct line *l, const struct dw_event_answer *answer)
{
	struct dw_json *j = &l->json;
	char text[RDATA_TEXT_MAX];
	PIECE(j, "{\"name\":");
	if (answer->name_len == l->event->question_len &&
		memcmp(answer->name, l->name, answer->name_len) == 0)
		add_parent(l, 0);
	else
		add_name(j, NULL, answer->name, answer->name_len);
	add_type_and_class(j, answer->type, answer->klass);
	dw_json_uint(j, "ttl", answer->ttl);
	size_t len = dw_rdata_to_text(
		answer->type, answer->rdata, answer->rdata_len, text, sizeof(text));
	dw_json_string_n(j, "data", text, len);
	PIECE(j, "}");
}

static void add_answers(struct line *l)
{
	struct dw_json *j = &l->json;
	const struct dw_event *e = l->event;
	if (e->answer_count == 0)
		return;
	PIECE(j, ",\"answers\":[");
	for (size_t i = 0; i < e->answer_count; i++) {
		if (i > 0)
			PIECE(j, ",");
		add_answer(l, &e->answers[i]);
	}
	PIECE(j, "]");
}

static void add_response(struct dw_json *j, const struct dw_event *e)
{
	char word[16];
	if (e->dropped) {
		PIECE(j, "\"type\":\"query\",");
		return;
	}
	PIECE(j, "\"type\":\"answer\",");
	add_flags(j, e->flags);
	PIECE(j, "\"response_code\":\"");
	put(j, rcode_name(e->rcode, word, sizeof(word)));
	PIECE(j, "\",");
}

static void add_dns(struct dw_ecs *ecs, struct line *l)
{
	struct dw_json *j = &l->json;
	PIECE(j, ",\"dns\":{");
	add_response(j, l->event);
	if (l->resolved_len > 0) {
		PIECE(j, "\"resolved_ip\":[");
		dw_json_raw(j, l->resolved, l->resolved_len);
		PIECE(j, "],");
	}
	PIECE(j, "\"question\":{\"name\":");
	add_parent(l, 0);
	add_type_and_class(j, l->event->type, l->event->klass);
	add_name_parts(ecs, l);
	PIECE(j, "}");
	add_answers(l);
	PIECE(j, "}");
}

static void add_rule(struct dw_json *j, const struct dw_event *e)
{
	if (e->list == NULL && e->rule == NULL)
		return;
	dw_json_object(j, "rule");
	optional(j, "name", e->rule_name != NULL ? e->rule_name : e->rule);
	optional(j, "ruleset", e->list);
	optional(j, "id", e->rule);
	optional(j, "category", e->category);
	dw_json_end(j, '}');
}

/* "T1071.004" is the technique T1071 and its subtechnique. */
static void add_threat(struct dw_json *j, const struct dw_event *e)
{
	if (e->technique == NULL)
		return;
	const char *dot = strchr(e->technique, '.');
	dw_json_object(j, "threat");
	dw_json_string(j, "framework", "MITRE ATT&CK");
	dw_json_object(j, "technique");
	dw_json_array(j, "id");
	if (dot != NULL)
		dw_json_string_n(j, NULL, e->technique, (size_t)(dot - e->technique));
	dw_json_string(j, NULL, e->technique);
	dw_json_end(j, ']');
	if (dot != NULL) {
		dw_json_object(j, "subtechnique");
		dw_json_array(j, "id");
		dw_json_string(j, NULL, e->technique);
		dw_json_end(j, ']');
		dw_json_end(j, '}');
	}
	dw_json_end(j, '}');
	dw_json_end(j, '}');
}

static void add_dga(struct dw_json *j, const struct dw_event *e)
{
	if (!e->dga.scored)
		return;
	dw_json_object(j, "ml_is_dga");
	dw_json_uint(j, "malicious_prediction", e->dga.hit);
	dw_json_number(j, "malicious_probability", (double)e->dga.probability / DW_DGA_ONE, 6);
	dw_json_end(j, '}');
}

static void add_own(struct line *l)
{
	struct dw_json *j = &l->json;
	const struct dw_event *e = l->event;
	PIECE(j, ",\"dnsward\":{");
	dw_json_uint(j, "generation", e->generation);
	PIECE(j, ",\"verdict\":\"");
	put(j, action_name(e->action));
	PIECE(j, "\"");
	if (e->because != NULL) {
		dw_json_string(j, "would", action_name(e->would));
		dw_json_string(j, "because", e->because);
	}
	optional(j, "match", e->match);
	if (e->partial)
		dw_json_bool(j, "partial", true);
	if (e->row != 0)
		dw_json_uint(j, "row", e->row);
	if (e->category_count > 0) {
		dw_json_array(j, "categories");
		for (size_t i = 0; i < e->category_count; i++)
			dw_json_string(j, NULL, e->categories[i]);
		dw_json_end(j, ']');
	}
	if (e->matched != NULL)
		add_name(j, "matched", e->matched, e->matched_len);
	if (memcmp(l->name, e->question, e->question_len) != 0)
		add_name(j, "question_as_sent", e->question, e->question_len);
	if (e->clients != DW_CLIENTS_FULL)
		dw_json_string(j, "clients", dw_log_clients_name((enum dw_log_clients)e->clients));
	if (e->sample != 0)
		dw_json_uint(j, "sample", e->sample);
	dw_json_bool(j, "cached", e->cached);
	if (e->dropped)
		dw_json_bool(j, "dropped", true);
	PIECE(j, ",\"transport\":\"");
	put(j, transport_name(e->transport));
	PIECE(j, "\"}");
}

/* ---- lines ---- */

/* Over the six digits behind the point. */
static void put_microseconds(char *time, uint32_t value)
{
	char *digit = time + sizeof("2026-01-02T03:04:05.678901") - 1;
	for (int i = 0; i < 6; i++, value /= 10)
		*--digit = (char)('0' + value % 10);
}

static void start_line(
	struct dw_ecs *ecs, struct dw_json *j, uint64_t time_us, char *out, size_t max)
{
	dw_json_start(j, out, max);
	PIECE(j, "{\"@timestamp\":\"");
	if (time_us / 1000000 != ecs->second) {
		dw_timestamp_to_text(time_us, ecs->time);
		ecs->second = time_us / 1000000;
	}
	put_microseconds(ecs->time, (uint32_t)(time_us % 1000000));
	dw_json_raw(j, ecs->time, DW_TIMESTAMP_TEXT_MAX - 1);
	PIECE(j, "\",\"ecs\":{\"version\":\"8.11.0\"}");
}

static size_t end_line(struct dw_json *j, char *out, size_t max)
{
	PIECE(j, "}");
	size_t len = dw_json_finish(j);
	if (len == 0 || len + 1 >= max)
		return 0;
	out[len] = '\n';
	out[len + 1] = '\0';
	return len + 1;
}

static bool is_address(const struct dw_event_answer *answer)
{
	return (answer->type == TYPE_A && answer->rdata_len == 4) ||
	       (answer->type == TYPE_AAAA && answer->rdata_len == 16);
}

static void spell_addresses(struct line *l)
{
	const struct dw_event *e = l->event;
	struct dw_json list;
	char text[DW_ADDR_TEXT_MAX];
	dw_json_start(&list, l->resolved, sizeof(l->resolved));
	for (size_t i = 0; i < e->answer_count; i++) {
		const struct dw_event_answer *answer = &e->answers[i];
		if (!is_address(answer))
			continue;
		size_t len = dw_ip_to_text(answer->rdata, answer->rdata_len, text);
		dw_json_string_n(&list, NULL, text, len);
	}
	l->resolved_len = dw_json_finish(&list);
	l->client_len = strlen(dw_addr_to_text(&e->client, l->client));
}

static void spell(struct line *l)
{
	size_t len = l->event->question_len;
	dw_name_lower(l->event->question, len, l->name);
	l->len = dw_name_to_text(l->name, len, l->text);
	l->plain = l->len + 2 == len;
	spell_addresses(l);
}

size_t dw_event_to_json(struct dw_ecs *ecs, const struct dw_event *event, char *out, size_t max)
{
	struct line l;
	l.event = event;
	spell(&l);
	start_line(ecs, &l.json, (uint64_t)event->time_us, out, max);
	add_event(&l);
	add_network(&l);
	dw_json_raw(&l.json, ecs->observer, ecs->observer_len);
	add_related(&l);
	add_dns(ecs, &l);
	add_rule(&l.json, event);
	add_threat(&l.json, event);
	add_dga(&l.json, event);
	add_own(&l);
	return end_line(&l.json, out, max);
}

size_t dw_log_state_to_json(
	struct dw_ecs *ecs, const struct dw_log_counters *counters, char *out, size_t max)
{
	struct dw_json j;
	start_line(ecs, &j, dw_clock_wall(), out, max);
	PIECE(&j, ",\"event\":{\"kind\":\"metric\",\"module\":\"dnsward\","
		  "\"dataset\":\"dnsward.state\"}");
	dw_json_raw(&j, ecs->observer, ecs->observer_len);
	dw_json_object(&j, "dnsward");
	dw_json_uint(&j, "noted", counters->noted);
	dw_json_uint(&j, "written", counters->written);
	dw_json_object(&j, "dropped");
	for (size_t i = 0; i < DW_DROP_COUNT; i++)
		dw_json_uint(&j, dw_drop_name((enum dw_drop)i), counters->dropped[i]);
	dw_json_end(&j, '}');
	dw_json_end(&j, '}');
	return end_line(&j, out, max);
}

/* ---- what lines share ---- */

/* A host's name has 64 bytes at most, and a version of ours fewer. */
static bool spell_observer(struct dw_ecs *ecs, const char *hostname, const char *version)
{
	struct dw_json j;
	dw_json_start(&j, ecs->observer, sizeof(ecs->observer));
	PIECE(&j, ",\"observer\":{");
	optional(&j, "hostname", hostname);
	dw_json_string(&j, "product", "dnsward");
	optional(&j, "version", version);
	PIECE(&j, "}");
	ecs->observer_len = dw_json_finish(&j);
	return ecs->observer_len > 0;
}

struct dw_ecs *dw_ecs_open(const char *hostname, const char *version)
{
	struct dw_ecs *ecs = calloc(1, sizeof(*ecs));
	if (ecs == NULL)
		return NULL;
	ecs->suffixes = dw_suffix_memo_new();
	dw_timestamp_to_text(0, ecs->time);
	if (ecs->suffixes == NULL || !spell_observer(ecs, hostname, version))
		dw_ecs_close(&ecs);
	return ecs;
}

void dw_ecs_close(struct dw_ecs **ecs)
{
	if (*ecs != NULL)
		free((*ecs)->suffixes);
	free(*ecs);
	*ecs = NULL;
}
