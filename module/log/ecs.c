/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * ecs.c: an event as one line of JSON in the Elastic Common Schema */
#include "dnsward-config.h"

#include <stdio.h>
#include <string.h>

#include "dnsward/clock.h"
#include "dnsward/json.h"
#include "dnsward/log.h"
#include "dnsward/rrtype.h"
#include "dnsward/verdict.h"
#include "log/log_parts.h"
#include "log/rdata.h"

/* The schema is docs/log-schema.md. A key without a value is left out. */

enum { TYPE_A = 1, TYPE_AAAA = 28 };
enum { RDATA_TEXT_MAX = 1024 };

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

static void add_name(struct dw_json *j, const char *key, const uint8_t *wire, size_t len)
{
	char text[DW_NAME_TEXT_MAX];
	size_t n = dw_name_to_text(wire, len, text);
	dw_json_string_n(j, key, text, n);
}

static void add_addr(struct dw_json *j, const char *key, const struct dw_addr *addr)
{
	char text[DW_ADDR_TEXT_MAX];
	dw_json_string(j, key, dw_addr_to_text(addr, text));
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
	static const char *const names[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",
		"REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"};
	if (rcode < sizeof(names) / sizeof(names[0]))
		return names[rcode];
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

static void add_event(struct dw_json *j, const struct dw_event *e)
{
	uint8_t level = e->level != DW_LEVEL_NONE ? e->level : level_of_action[e->action];
	dw_json_object(j, "event");
	dw_json_string(j, "kind", e->alert ? "alert" : "event");
	dw_json_array(j, "category");
	dw_json_string(j, NULL, "network");
	dw_json_end(j, ']');
	dw_json_array(j, "type");
	dw_json_string(j, NULL, "protocol");
	dw_json_string(j, NULL, e->action == DW_ACTION_SINKHOLE ? "denied" : "allowed");
	dw_json_end(j, ']');
	dw_json_string(j, "action", action_name(e->action));
	dw_json_string(j, "module", "dnsward");
	dw_json_string(j, "dataset", "dnsward.query");
	if (e->duration_us >= 0)
		dw_json_int(j, "duration", e->duration_us * 1000);
	if (level != DW_LEVEL_NONE)
		dw_json_uint(j, "severity", severity_of_level[level]);
	dw_json_end(j, '}');
}

static void add_endpoint(struct dw_json *j, const char *key, const struct dw_addr *addr,
	uint16_t port)
{
	dw_json_object(j, key);
	add_addr(j, "ip", addr);
	if (port != 0)
		dw_json_uint(j, "port", port);
	dw_json_end(j, '}');
}

static void add_network(struct dw_json *j, const struct dw_event *e)
{
	if (e->client.family != 0) {
		add_endpoint(j, "source", &e->client, e->client_port);
		add_endpoint(j, "client", &e->client, 0);
	}
	if (e->server.family != 0)
		add_endpoint(j, "destination", &e->server, e->server_port);
	dw_json_object(j, "network");
	dw_json_string(j, "protocol", "dns");
	dw_json_string(j, "transport", is_stream(e->transport) ? "tcp" : "udp");
	uint8_t family = e->server.family != 0 ? e->server.family : e->client.family;
	if (family != 0)
		dw_json_string(j, "type", family == 4 ? "ipv4" : "ipv6");
	dw_json_end(j, '}');
}

static bool is_address(const struct dw_event_answer *answer)
{
	return (answer->type == TYPE_A && answer->rdata_len == 4) ||
	       (answer->type == TYPE_AAAA && answer->rdata_len == 16);
}

static void add_resolved(struct dw_json *j, const struct dw_event *e)
{
	char text[64];
	for (size_t i = 0; i < e->answer_count; i++) {
		const struct dw_event_answer *answer = &e->answers[i];
		if (!is_address(answer))
			continue;
		dw_rdata_to_text(answer->type, answer->rdata, answer->rdata_len, text, sizeof(text));
		dw_json_string(j, NULL, text);
	}
}

static bool has_resolved(const struct dw_event *e)
{
	for (size_t i = 0; i < e->answer_count; i++) {
		if (is_address(&e->answers[i]))
			return true;
	}
	return false;
}

static void add_related(struct dw_json *j, const struct dw_event *e, const uint8_t *name)
{
	dw_json_object(j, "related");
	if (e->client.family != 0 || has_resolved(e)) {
		dw_json_array(j, "ip");
		if (e->client.family != 0)
			add_addr(j, NULL, &e->client);
		add_resolved(j, e);
		dw_json_end(j, ']');
	}
	dw_json_array(j, "hosts");
	add_name(j, NULL, name, e->question_len);
	if (e->matched != NULL)
		add_name(j, NULL, e->matched, e->matched_len);
	dw_json_end(j, ']');
	dw_json_end(j, '}');
}

/* The name cut at its public suffix. Names that are nothing but a suffix have none of these. */
static void add_name_parts(struct dw_json *j, const uint8_t *name, size_t len)
{
	struct dw_labels labels;
	size_t suffix = dw_name_suffix_labels(name, len), registered;
	dw_name_labels(name, len, &labels);
	if (suffix == 0 || suffix > labels.count)
		return;
	registered = labels.offset[labels.count - suffix];
	if (labels.count > suffix) {
		size_t start = labels.offset[labels.count - suffix - 1];
		add_name(j, "registered_domain", name + start, len - start);
		add_name(j, "etld_plus_one", name + start, len - start);
		if (start > 0) {
			uint8_t sub[DW_NAME_MAX];
			memcpy(sub, name, start);
			sub[start] = 0;
			add_name(j, "subdomain", sub, start + 1);
		}
	}
	add_name(j, "top_level_domain", name + registered, len - registered);
}

static void add_flags(struct dw_json *j, uint16_t flags)
{
	static const struct {
		uint16_t bit;
		const char *name;
	} names[] = {
		{0x0400, "AA"}, {0x0200, "TC"}, {0x0100, "RD"}, {0x0080, "RA"}, {0x0020, "AD"}, {0x0010, "CD"},
	};
	if ((flags & 0x07b0) == 0)
		return;
	dw_json_array(j, "header_flags");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (flags & names[i].bit)
			dw_json_string(j, NULL, names[i].name);
	}
	dw_json_end(j, ']');
}

static void add_answers(struct dw_json *j, const struct dw_event *e)
{
	char text[RDATA_TEXT_MAX], word[16];
	if (e->answer_count == 0)
		return;
	dw_json_array(j, "answers");
	for (size_t i = 0; i < e->answer_count; i++) {
		const struct dw_event_answer *answer = &e->answers[i];
		dw_json_object(j, NULL);
		add_name(j, "name", answer->name, answer->name_len);
		dw_json_string(j, "type", dw_type_to_text(answer->type, word));
		dw_json_string(j, "class", class_name(answer->klass, word, sizeof(word)));
		dw_json_uint(j, "ttl", answer->ttl);
		dw_rdata_to_text(answer->type, answer->rdata, answer->rdata_len, text, sizeof(text));
		dw_json_string(j, "data", text);
		dw_json_end(j, '}');
	}
	dw_json_end(j, ']');
}

static void add_dns(struct dw_json *j, const struct dw_event *e, const uint8_t *name)
{
	char word[16];
	dw_json_object(j, "dns");
	dw_json_string(j, "type", e->dropped ? "query" : "answer");
	if (!e->dropped) {
		add_flags(j, e->flags);
		dw_json_string(j, "response_code", rcode_name(e->rcode, word, sizeof(word)));
	}
	if (has_resolved(e)) {
		dw_json_array(j, "resolved_ip");
		add_resolved(j, e);
		dw_json_end(j, ']');
	}
	dw_json_object(j, "question");
	add_name(j, "name", name, e->question_len);
	dw_json_string(j, "type", dw_type_to_text(e->type, word));
	dw_json_string(j, "class", class_name(e->klass, word, sizeof(word)));
	add_name_parts(j, name, e->question_len);
	dw_json_end(j, '}');
	add_answers(j, e);
	dw_json_end(j, '}');
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

static void add_own(struct dw_json *j, const struct dw_event *e, const uint8_t *name)
{
	dw_json_object(j, "dnsward");
	dw_json_uint(j, "generation", e->generation);
	dw_json_string(j, "verdict", action_name(e->action));
	if (e->because != NULL) {
		dw_json_string(j, "would", action_name(e->would));
		dw_json_string(j, "because", e->because);
	}
	optional(j, "match", e->match);
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
	if (memcmp(name, e->question, e->question_len) != 0)
		add_name(j, "question_as_sent", e->question, e->question_len);
	if (e->clients != DW_CLIENTS_FULL)
		dw_json_string(j, "clients", dw_log_clients_name((enum dw_log_clients)e->clients));
	if (e->sample != 0)
		dw_json_uint(j, "sample", e->sample);
	dw_json_bool(j, "cached", e->cached);
	if (e->dropped)
		dw_json_bool(j, "dropped", true);
	dw_json_string(j, "transport", transport_name(e->transport));
	dw_json_end(j, '}');
}

static void add_observer(struct dw_json *j, const struct dw_log_options *options)
{
	dw_json_object(j, "observer");
	optional(j, "hostname", options->hostname);
	dw_json_string(j, "product", "dnsward");
	optional(j, "version", options->version);
	dw_json_end(j, '}');
}

/* ---- lines ---- */

static void start_line(struct dw_json *j, uint64_t time_us, char *out, size_t max)
{
	char time[DW_TIMESTAMP_TEXT_MAX];
	dw_json_start(j, out, max);
	dw_json_object(j, NULL);
	dw_json_string(j, "@timestamp", dw_timestamp_to_text(time_us, time));
	dw_json_object(j, "ecs");
	dw_json_string(j, "version", "8.11.0");
	dw_json_end(j, '}');
}

static size_t end_line(struct dw_json *j, char *out, size_t max)
{
	dw_json_end(j, '}');
	size_t len = dw_json_finish(j);
	if (len == 0 || len + 1 >= max)
		return 0;
	out[len] = '\n';
	out[len + 1] = '\0';
	return len + 1;
}

size_t dw_event_to_json(const struct dw_event *event, const struct dw_log_options *options,
	char *out, size_t max)
{
	uint8_t name[DW_NAME_MAX];
	struct dw_json j;
	dw_name_lower(event->question, event->question_len, name);
	start_line(&j, (uint64_t)event->time_us, out, max);
	add_event(&j, event);
	add_network(&j, event);
	add_observer(&j, options);
	add_related(&j, event, name);
	add_dns(&j, event, name);
	add_rule(&j, event);
	add_threat(&j, event);
	add_dga(&j, event);
	add_own(&j, event, name);
	return end_line(&j, out, max);
}

size_t dw_log_state_to_json(const struct dw_log_counters *counters,
	const struct dw_log_options *options, char *out, size_t max)
{
	struct dw_json j;
	start_line(&j, dw_clock_wall(), out, max);
	dw_json_object(&j, "event");
	dw_json_string(&j, "kind", "metric");
	dw_json_string(&j, "module", "dnsward");
	dw_json_string(&j, "dataset", "dnsward.state");
	dw_json_end(&j, '}');
	add_observer(&j, options);
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
