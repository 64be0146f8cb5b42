/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * ecs.c: an event as one line of JSON in the Elastic Common Schema */
#include "dnsward-config.h"

#include <stdlib.h>
#include <string.h>

#include "dnsward/clock.h"
#include "dnsward/json.h"
#include "dnsward/log.h"
#include "dnsward/verdict.h"
#include "log/ecs_parts.h"
#include "log/log_parts.h"

/* The schema is docs/log-schema.md. A key without a value is left out. */

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

static void optional(struct dw_json *j, const char *key, const char *text)
{
	if (text != NULL && *text != '\0')
		dw_json_string(j, key, text);
}

void dw_put_name(struct dw_json *j, const char *key, const uint8_t *wire, size_t len)
{
	char text[DW_NAME_TEXT_MAX];
	size_t n = dw_name_to_text(wire, len, text);
	dw_json_string_n(j, key, text, n);
}

/* ---- pieces that are kept ---- */

/* Any mixing will do: what shares a slot is made again. */
static struct dw_kept *slot_of(struct dw_ecs *ecs, enum dw_piece piece, const uint64_t key[3])
{
	uint64_t mixed = (key[0] ^ key[1] * 3 ^ key[2] * 5) * UINT64_C(0x9fb21c651e98df25);
	return &ecs->kept[piece][mixed >> 61];
}

static bool is_same(const uint64_t a[3], const uint64_t b[3])
{
	return a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
}

void dw_put_kept(struct dw_line *l, enum dw_piece piece, const uint64_t key[3],
	void (*make)(struct dw_json *json, const void *of), const void *of)
{
	struct dw_kept *kept = slot_of(l->ecs, piece, key);
	const char *start = l->json.at;
	if (kept->len > 0 && is_same(kept->key, key)) {
		dw_json_raw(&l->json, kept->text, kept->len);
		return;
	}
	make(&l->json, of);
	size_t len = (size_t)(l->json.at - start);
	if (l->json.full || len > sizeof(kept->text))
		return;
	memcpy(kept->key, key, sizeof(kept->key));
	memcpy(kept->text, start, len);
	kept->len = len;
}

/* ---- words ---- */

static const char *transport_name(enum dw_transport transport)
{
	static const char *const names[] = {"udp", "tcp", "dot", "doh", "doq"};
	return names[transport <= DW_DOQ ? transport : 0];
}

static bool is_stream(enum dw_transport transport)
{
	return transport != DW_UDP && transport != DW_DOQ;
}

/* ---- parts ---- */

static void make_event(struct dw_json *j, const void *of)
{
	const struct dw_event *e = of;
	PIECE(j, ",\"event\":{\"kind\":\"");
	put_word(j, e->alert ? "alert" : "event");
	PIECE(j, "\",\"category\":[\"network\"],\"type\":[\"protocol\",\"");
	put_word(j, e->action == DW_ACTION_SINKHOLE ? "denied" : "allowed");
	PIECE(j, "\"],\"action\":\"");
	put_word(j, dw_action_name((enum dw_action)e->action));
	PIECE(j, "\",\"module\":\"dnsward\",\"dataset\":\"dnsward.query\"");
}

static void add_event(struct dw_line *l)
{
	struct dw_json *j = &l->json;
	const struct dw_event *e = l->event;
	uint8_t level = e->level != DW_LEVEL_NONE ? e->level : level_of_action[e->action];
	const uint64_t key[3] = {e->action, e->alert};
	dw_put_kept(l, DW_PIECE_EVENT, key, make_event, e);
	if (e->duration_us >= 0) {
		PIECE(j, ",\"duration\":");
		dw_json_int(j, NULL, e->duration_us * 1000);
	}
	if (level != DW_LEVEL_NONE)
		dw_json_uint(j, "severity", severity_of_level[level]);
	PIECE(j, "}");
}

static void add_client(struct dw_line *l)
{
	struct dw_json *j = &l->json;
	PIECE(j, ",\"source\":{\"ip\":");
	dw_json_raw_string(j, l->client, l->client_len);
	if (l->event->client_port != 0) {
		PIECE(j, ",\"port\":");
		dw_json_uint(j, NULL, l->event->client_port);
	}
	PIECE(j, "},\"client\":{\"ip\":");
	dw_json_raw_string(j, l->client, l->client_len);
	PIECE(j, "}");
}

static void make_server(struct dw_json *j, const struct dw_event *e)
{
	char text[DW_ADDR_TEXT_MAX];
	PIECE(j, ",\"destination\":{\"ip\":\"");
	put_word(j, dw_addr_to_text(&e->server, text));
	PIECE(j, "\"");
	if (e->server_port != 0)
		dw_json_uint(j, "port", e->server_port);
	PIECE(j, "}");
}

static uint8_t family_of(const struct dw_event *e)
{
	return e->server.family != 0 ? e->server.family : e->client.family;
}

static void make_place(struct dw_json *j, const void *of)
{
	const struct dw_event *e = of;
	uint8_t family = family_of(e);
	if (e->server.family != 0)
		make_server(j, e);
	PIECE(j, ",\"network\":{\"protocol\":\"dns\",\"transport\":\"");
	put_word(j, is_stream(e->transport) ? "tcp" : "udp");
	if (family != 0) {
		PIECE(j, "\",\"type\":\"");
		put_word(j, family == 4 ? "ipv4" : "ipv6");
	}
	PIECE(j, "\"}");
}

static void add_network(struct dw_line *l)
{
	const struct dw_event *e = l->event;
	uint64_t key[3] = {0, 0,
		family_of(e) | (uint64_t)e->server.family << 8 |
			(uint64_t)is_stream(e->transport) << 16 | (uint64_t)e->server_port << 32};
	_Static_assert(sizeof(e->server.bytes) == 2 * sizeof(key[0]), "an address is two words");
	memcpy(key, e->server.bytes, sizeof(e->server.bytes));
	if (e->client.family != 0)
		add_client(l);
	dw_put_kept(l, DW_PIECE_PLACE, key, make_place, e);
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

static void make_own(struct dw_json *j, const void *of)
{
	const struct dw_line *l = of;
	const struct dw_event *e = l->event;
	PIECE(j, ",\"dnsward\":{");
	dw_json_uint(j, "generation", e->generation);
	PIECE(j, ",\"verdict\":\"");
	put_word(j, dw_action_name((enum dw_action)e->action));
	PIECE(j, "\"");
	if (e->because != NULL) {
		dw_json_string(j, "would", dw_action_name((enum dw_action)e->would));
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
		dw_put_name(j, "matched", e->matched, e->matched_len);
	if (memcmp(l->name, e->question, e->question_len) != 0)
		dw_put_name(j, "question_as_sent", e->question, e->question_len);
	if (e->clients != DW_CLIENTS_FULL)
		dw_json_string(j, "clients", dw_log_clients_name((enum dw_log_clients)e->clients));
	if (e->sample != 0)
		dw_json_uint(j, "sample", e->sample);
	dw_json_bool(j, "cached", e->cached);
	if (e->dropped)
		dw_json_bool(j, "dropped", true);
	PIECE(j, ",\"transport\":\"");
	put_word(j, transport_name(e->transport));
	PIECE(j, "\"}");
}

/* What nothing was found of and nothing done to, by far the most, has little to say. */
static bool is_usual(const struct dw_line *l)
{
	const struct dw_event *e = l->event;
	return e->because == NULL && e->match == NULL && !e->partial && e->row == 0 &&
	       e->category_count == 0 && e->matched == NULL && e->clients == DW_CLIENTS_FULL &&
	       e->sample == 0 && !e->dropped && memcmp(l->name, e->question, e->question_len) == 0;
}

static void add_own(struct dw_line *l)
{
	const struct dw_event *e = l->event;
	const uint64_t key[3] = {e->generation, e->action, e->cached | (uint64_t)e->transport << 8};
	if (is_usual(l))
		dw_put_kept(l, DW_PIECE_OWN, key, make_own, l);
	else
		make_own(&l->json, l);
}

/* ---- lines ---- */

static const char head_start[] = "{\"@timestamp\":\"";
static const char head_end[] = "\",\"ecs\":{\"version\":\"8.11.0\"}";
enum { TIME_TEXT = DW_TIMESTAMP_TEXT_MAX - 1 };
_Static_assert(sizeof(head_start) + TIME_TEXT + sizeof(head_end) <= DW_HEAD_MAX,
	"the head of a line fits");

static void spell_head(struct dw_ecs *ecs, uint64_t time_us)
{
	char *p = stpcpy(ecs->head, head_start);
	dw_timestamp_to_text(time_us, p);
	p = stpcpy(p + TIME_TEXT, head_end);
	ecs->head_len = (size_t)(p - ecs->head);
	ecs->second = time_us / 1000000;
}

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
	if (time_us / 1000000 != ecs->second)
		spell_head(ecs, time_us);
	put_microseconds(ecs->head + sizeof(head_start) - 1, (uint32_t)(time_us % 1000000));
	dw_json_raw(j, ecs->head, ecs->head_len);
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

size_t dw_event_to_json(struct dw_ecs *ecs, const struct dw_event *event, char *out, size_t max)
{
	struct dw_line l;
	l.ecs = ecs;
	l.event = event;
	dw_line_spell(&l);
	start_line(ecs, &l.json, (uint64_t)event->time_us, out, max);
	add_event(&l);
	add_network(&l);
	dw_json_raw(&l.json, ecs->observer, ecs->observer_len);
	dw_line_related(&l);
	dw_line_dns(&l);
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
	spell_head(ecs, 0);
	if (ecs->suffixes == NULL || !spell_observer(ecs, hostname, version))
		dw_ecs_close(&ecs);
	return ecs;
}

void dw_ecs_close(struct dw_ecs **ecs)
{
	if (*ecs != NULL)
		dw_suffix_memo_free(&(*ecs)->suffixes);
	free(*ecs);
	*ecs = NULL;
}
