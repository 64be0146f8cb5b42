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

static void put_name(struct dw_json *j, const char *key, const uint8_t *wire, size_t len)
{
	char text[DW_NAME_TEXT_MAX];
	size_t n = dw_name_to_text(wire, len, text);

	dw_json_string_n(j, key, text, n);
}

/* ---- pieces ---- */

void dw_kept_make(struct dw_ecs_kept *kept, struct dw_ecs_key key,
	char *(*make)(char *pen, const void *of),
	const void *of)
{
	kept->key = key;
	kept->len = (size_t)(make(kept->text, of) - kept->text);
}

/* One that is always the same. */
#define PIECE(json, text) dw_json_raw((json), (text), sizeof(text) - 1)

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

static bool is_alert(const struct dw_event *e)
{
	return e->found != NULL && e->found->alert;
}

static uint8_t level_of(const struct dw_event *e)
{
	uint8_t level = e->found != NULL ? e->found->level : DW_LEVEL_NONE;

	return level != DW_LEVEL_NONE ? level : level_of_action[e->action];
}

static char *make_event(char *pen, const void *of)
{
	const struct dw_event *e = of;

	pen = PEN_TEXT(pen, ",\"event\":{\"kind\":\"");
	pen = pen_word(pen, is_alert(e) ? "alert" : "event");
	pen = PEN_TEXT(pen, "\",\"category\":[\"network\"],\"type\":[\"protocol\",\"");
	pen = pen_word(pen, e->action == DW_ACTION_SINKHOLE ? "denied" : "allowed");
	pen = PEN_TEXT(pen, "\"],\"action\":\"");
	pen = pen_word(pen, dw_action_name((enum dw_action)e->action));
	return PEN_TEXT(pen, "\",\"module\":\"dnsward\",\"dataset\":\"dnsward.query\"");
}

static char *put_event(const struct dw_ecs_line *l, char *pen)
{
	const struct dw_event *e = l->event;
	uint8_t level = level_of(e);
	const struct dw_ecs_key key = {{e->action, is_alert(e)}};

	pen = dw_pen_kept(pen, l->ecs, DW_PIECE_EVENT, key, make_event, e);
	if (e->duration_us >= 0) {
		pen = PEN_TEXT(pen, ",\"duration\":");
		pen = pen_number(pen, (uint64_t)e->duration_us * 1000);
	}
	if (level != DW_LEVEL_NONE) {
		pen = PEN_TEXT(pen, ",\"severity\":");
		pen = pen_number(pen, severity_of_level[level]);
	}
	return PEN_TEXT(pen, "}");
}

static char *put_client(const struct dw_ecs_line *l, char *pen)
{
	pen = PEN_TEXT(pen, ",\"source\":{\"ip\":");
	pen = pen_copy(pen, l->client, l->client_len);
	if (l->event->client_port != 0) {
		pen = PEN_TEXT(pen, ",\"port\":");
		pen = pen_number(pen, l->event->client_port);
	}
	pen = PEN_TEXT(pen, "},\"client\":{\"ip\":");
	pen = pen_copy(pen, l->client, l->client_len);
	return PEN_TEXT(pen, "}");
}

static char *make_server(char *pen, const struct dw_event *e)
{
	char text[DW_ADDR_TEXT_MAX];

	pen = PEN_TEXT(pen, ",\"destination\":{\"ip\":\"");
	pen = pen_word(pen, dw_addr_to_text(&e->server, text));
	pen = PEN_TEXT(pen, "\"");
	if (e->server_port != 0) {
		pen = PEN_TEXT(pen, ",\"port\":");
		pen = pen_number(pen, e->server_port);
	}
	return PEN_TEXT(pen, "}");
}

static uint8_t family_of(const struct dw_event *e)
{
	return e->server.family != 0 ? e->server.family : e->client.family;
}

static char *make_place(char *pen, const void *of)
{
	const struct dw_event *e = of;
	uint8_t family = family_of(e);

	if (e->server.family != 0)
		pen = make_server(pen, e);
	pen = PEN_TEXT(pen, ",\"network\":{\"protocol\":\"dns\",\"transport\":\"");
	pen = pen_word(pen, is_stream(e->transport) ? "tcp" : "udp");
	if (family != 0) {
		pen = PEN_TEXT(pen, "\",\"type\":\"");
		pen = pen_word(pen, family == 4 ? "ipv4" : "ipv6");
	}
	return PEN_TEXT(pen, "\"}");
}

static char *put_network(const struct dw_ecs_line *l, char *pen)
{
	const struct dw_event *e = l->event;
	struct dw_ecs_key key = {{0, 0,
		family_of(e) | (uint64_t)e->server.family << 8 |
			(uint64_t)is_stream(e->transport) << 16 | (uint64_t)e->server_port << 32}};
	_Static_assert(
		sizeof(e->server.bytes) == 2 * sizeof(key.part[0]), "an address is two words");

	memcpy(key.part, e->server.bytes, sizeof(e->server.bytes));
	if (e->client.family != 0)
		pen = put_client(l, pen);
	return dw_pen_kept(pen, l->ecs, DW_PIECE_PLACE, key, make_place, e);
}

static void add_rule(struct dw_json *j, const struct dw_event_finding *f)
{
	if (f->list == NULL && f->rule == NULL)
		return;
	dw_json_object(j, "rule");
	optional(j, "name", f->rule_name != NULL ? f->rule_name : f->rule);
	optional(j, "ruleset", f->list);
	optional(j, "id", f->rule);
	optional(j, "category", f->category);
	dw_json_end(j, '}');
}

/* "T1071.004" is the technique T1071 and its subtechnique. */
static void add_threat(struct dw_json *j, const struct dw_event_finding *f)
{
	if (f->technique == NULL)
		return;
	const char *dot = strchr(f->technique, '.');
	dw_json_object(j, "threat");
	dw_json_string(j, "framework", "MITRE ATT&CK");
	dw_json_object(j, "technique");
	dw_json_array(j, "id");
	if (dot != NULL)
		dw_json_string_n(j, NULL, f->technique, (size_t)(dot - f->technique));
	dw_json_string(j, NULL, f->technique);
	dw_json_end(j, ']');
	if (dot != NULL) {
		dw_json_object(j, "subtechnique");
		dw_json_array(j, "id");
		dw_json_string(j, NULL, f->technique);
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

/* How our own object starts, and how it ends. */
static char *make_verdict(char *pen, const void *of)
{
	const struct dw_event *e = of;

	pen = PEN_TEXT(pen, ",\"dnsward\":{\"generation\":");
	pen = pen_number(pen, e->generation);
	pen = PEN_TEXT(pen, ",\"verdict\":\"");
	pen = pen_word(pen, dw_action_name((enum dw_action)e->action));
	return PEN_TEXT(pen, "\"");
}

static char *make_way(char *pen, const void *of)
{
	const struct dw_event *e = of;

	pen = PEN_TEXT(pen, ",\"cached\":");
	pen = pen_word(pen, e->cached ? "true" : "false");
	if (e->dropped)
		pen = PEN_TEXT(pen, ",\"dropped\":true");
	pen = PEN_TEXT(pen, ",\"transport\":\"");
	pen = pen_word(pen, transport_name(e->transport));
	return PEN_TEXT(pen, "\"}}\n");
}

static void add_found(struct dw_json *j, const struct dw_event_finding *f)
{
	if (f->because != NULL) {
		dw_json_string(j, "would", dw_action_name((enum dw_action)f->would));
		dw_json_string(j, "because", f->because);
	}
	optional(j, "match", f->match);
	if (f->partial)
		dw_json_bool(j, "partial", true);
	if (f->row != 0)
		dw_json_uint(j, "row", f->row);
	if (f->category_count > 0) {
		dw_json_array(j, "categories");
		for (size_t i = 0; i < f->category_count; i++)
			dw_json_string(j, NULL, f->categories[i]);
		dw_json_end(j, ']');
	}
	if (f->matched != NULL)
		put_name(j, "matched", f->matched, f->matched_len);
}

static void add_own(struct dw_json *j, const struct dw_ecs_line *l)
{
	const struct dw_event *e = l->event;

	if (e->found != NULL)
		add_found(j, e->found);
	if (!l->as_sent)
		put_name(j, "question_as_sent", e->question, e->question_len);
	if (e->clients != DW_CLIENTS_FULL)
		dw_json_string(j, "clients", dw_log_clients_name((enum dw_log_clients)e->clients));
	if (e->sample != 0)
		dw_json_uint(j, "sample", e->sample);
}

/* What nothing was found of and nothing done to, by far the most, has no more to say. */
static bool is_usual(const struct dw_ecs_line *l)
{
	const struct dw_event *e = l->event;

	return e->found == NULL && !e->dga.scored && e->clients == DW_CLIENTS_FULL &&
	       e->sample == 0 && l->as_sent;
}

static char *make_usual_end(char *pen, const void *of)
{
	return make_way(make_verdict(pen, of), of);
}

static char *put_usual_end(const struct dw_ecs_line *l, char *pen)
{
	const struct dw_event *e = l->event;
	const struct dw_ecs_key key = {{e->generation,
		e->action | (uint64_t)e->cached << 8 | (uint64_t)e->dropped << 9, e->transport}};

	return dw_pen_kept(pen, l->ecs, DW_PIECE_END, key, make_usual_end, e);
}

/* Texts of rules have no bound, so that each is asked room for. */
static char *put_unusual_end(const struct dw_ecs_line *l, char *pen, char *end)
{
	const struct dw_event *e = l->event;
	char piece[DW_KEPT_TEXT_MAX];
	struct dw_json j;

	dw_json_start(
		&j, pen - 1, (size_t)(end - pen) + 1); /* with the byte that asks for a comma */
	j.at = pen;
	if (e->found != NULL) {
		add_rule(&j, e->found);
		add_threat(&j, e->found);
	}
	add_dga(&j, e);
	dw_json_raw(&j, piece, (size_t)(make_verdict(piece, e) - piece));
	add_own(&j, l);
	dw_json_raw(&j, piece, (size_t)(make_way(piece, e) - piece));
	return j.full ? NULL : j.at;
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
static void put_microseconds(char *time, unsigned value)
{
	char *digit = time + sizeof("2026-01-02T03:04:05.") - 1;

	digits_put_pair(digit, value / 10000);
	digits_put_pair(digit + 2, value / 100 % 100);
	digits_put_pair(digit + 4, value % 100);
}

static void turn_head(struct dw_ecs *ecs, uint64_t time_us)
{
	uint64_t second = time_us / 1000000;

	if (second != ecs->second)
		spell_head(ecs, time_us);
	put_microseconds(
		ecs->head + sizeof(head_start) - 1, (unsigned)(time_us - second * 1000000));
}

static char *put_line(const struct dw_ecs_line *l, char *pen, char *end)
{
	if ((size_t)(end - pen) < DW_PART_ROOM)
		return NULL;
	turn_head(l->ecs, (uint64_t)l->event->time_us);
	pen = pen_copy(pen, l->ecs->head, l->ecs->head_len);
	pen = put_event(l, pen);
	pen = put_network(l, pen);
	pen = pen_copy(pen, l->ecs->observer, l->ecs->observer_len);
	pen = dw_line_related(l, pen);
	pen = dw_line_dns(l, pen);
	pen = dw_line_answers(l, pen, end);
	if (pen == NULL)
		return NULL;
	return is_usual(l) ? put_usual_end(l, pen) : put_unusual_end(l, pen, end);
}

size_t dw_event_to_json(struct dw_ecs *ecs, const struct dw_event *event, char *out, size_t max)
{
	struct dw_ecs_line l;

	l.ecs = ecs;
	l.event = event;
	dw_line_spell(&l);
	char *end = put_line(&l, out, out + max);
	if (end == NULL || end == out + max)
		return 0;
	*end = '\0';
	return (size_t)(end - out);
}

size_t dw_log_state_to_json(
	struct dw_ecs *ecs, const struct dw_log_counters *counters, char *out, size_t max)
{
	struct dw_json j;

	turn_head(ecs, dw_clock_wall());
	dw_json_start(&j, out, max);
	dw_json_raw(&j, ecs->head, ecs->head_len);
	PIECE(&j, ",\"event\":{\"kind\":\"metric\",\"module\":\"dnsward\","
		  "\"dataset\":\"dnsward.state\"}");
	dw_json_raw(&j, ecs->observer, ecs->observer_len);
	dw_json_object(&j, "dnsward");
	dw_json_uint(&j, "noted", counters->noted);
	dw_json_uint(&j, "written", counters->written);
	dw_json_object(&j, "dropped");
	for (size_t i = 0; i < DW_DROP_COUNT; i++)
		dw_json_uint(&j, dw_drop_name((enum dw_drop)i), counters->dropped[i]);
	PIECE(&j, "}}}\n");
	return dw_json_finish(&j);
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
