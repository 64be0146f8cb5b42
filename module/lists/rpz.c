/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rpz.c: parser for response policy zones (RPZ) in zone files */
#include "dnsward-config.h"
#include "lists/data.h"
#include "lists/parser.h"

#include "dnsward/net.h"

/* The meaning of owners and targets follows draft-vixie-dnsop-dns-rpz-00. A CNAME that points to
 * its own owner is the older form of `rpz-passthru.`. */

enum {
	TYPE_A = 1,
	TYPE_NS = 2,
	TYPE_CNAME = 5,
	TYPE_SOA = 6,
	TYPE_AAAA = 28,
	TYPE_DNAME = 39,
};

/* A name in wire form as a string literal; its NUL is the root label. */
struct name {
	const uint8_t *wire;
	size_t len;
};
#define NAME(text)                                    \
	{                                             \
		(const uint8_t *)(text), sizeof(text) \
	}

static bool name_is(const uint8_t *wire, size_t len, struct name other)
{
	return len == other.len && memcmp(wire, other.wire, len) == 0;
}

/* Whether the type belongs to DNSSEC. Such records are no part of a policy, and no error. */
static bool is_dnssec(uint16_t type)
{
	static const uint16_t types[] = {43, 46, 47, 48, 50, 51, 59, 60, 63};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (type == types[i])
			return true;
	return false;
}

/* ---- triggers ---- */

static bool is_zeros(const uint8_t *label)
{
	return label[0] == 2 && memcmp(label + 1, "zz", 2) == 0;
}

/* Parse a network: `PREFIX.D.C.B.A.rpz-ip`, or `PREFIX.WORD.WORD...rpz-ip` with `zz` for `::`. */
static bool read_net(const uint8_t *wire, const struct dw_labels *labels, struct dw_net *net)
{
	size_t first = labels->count - 2u; /* first label of the address in text order */
	char text[DW_NAME_MAX + 8];
	bool is_v4 = first == 4;
	size_t len = 0;

	if (labels->count < 3)
		return false;
	for (size_t i = 1; i <= first; i++)
		is_v4 = is_v4 && !is_zeros(wire + labels->offset[i]);
	for (size_t i = first; i >= 1; i--) {
		const uint8_t *label = wire + labels->offset[i];

		if (i < first)
			text[len++] = is_v4 ? '.' : ':';
		if (!is_zeros(label)) {
			memcpy(text + len, label + 1, label[0]);
			len += label[0];
			continue;
		}
		if (i == first) /* no preceding word that adds the first colon */
			text[len++] = ':';
		if (i == 1)
			text[len++] = ':';
	}
	text[len++] = '/';
	memcpy(text + len, wire + 1, wire[0]);
	return dw_net_from_text(text, len + wire[0], net, NULL) == DW_OK;
}

/* Set a rule's trigger from an owner relative to the apex. Returns false if it is skipped. */
static bool read_trigger(
	struct dw_reader *reader, const uint8_t *wire, size_t len, struct dw_rule *rule)
{
	static const struct {
		struct name label;
		const char *reason;
	} unhonoured[] = {
		{NAME("\010rpz-nsip"), "trigger rpz-nsip"},
		{NAME("\013rpz-nsdname"), "trigger rpz-nsdname"},
		{NAME("\015rpz-client-ip"), "trigger rpz-client-ip"},
	};
	static const struct name ip = NAME("\006rpz-ip");
	struct dw_labels labels;
	const uint8_t *last;
	size_t last_len;

	dw_name_labels(wire, len, &labels);
	last = wire + labels.offset[labels.count - 1];
	last_len = len - labels.offset[labels.count - 1];
	for (size_t i = 0; i < sizeof(unhonoured) / sizeof(*unhonoured); i++) {
		if (name_is(last, last_len, unhonoured[i].label)) {
			reader->report->unhonoured_triggers++;
			dw_reader_skip(reader, "%s", unhonoured[i].reason);
			return false;
		}
	}
	if (name_is(last, last_len, ip)) {
		rule->trigger = DW_TRIGGER_ANSWER_NET;
		if (read_net(wire, &labels, &rule->net))
			return true;
		dw_reader_skip(reader, "trigger rpz-ip without a network");
		return false;
	}
	rule->name = wire;
	rule->name_len = len;
	if (wire[0] != 1 || wire[1] != '*')
		return true;
	rule->trigger = DW_TRIGGER_SUBNAMES;
	rule->name += 2;
	rule->name_len -= 2;
	return dw_reader_subtree_allowed(reader, rule->name, rule->name_len);
}

/* ---- actions ---- */

/* Set a rule's action from a CNAME target: an RPZ action, or a name, stored in `data`. Returns
 * false if it is skipped. */
static bool read_target(struct dw_reader *reader, const uint8_t *target, size_t len,
	const uint8_t *owner, size_t owner_len, struct dw_rule *rule, struct dw_data *data)
{
	static const struct {
		struct name target;
		const struct dw_data *data;
	} actions[] = {
		{NAME(""), &dw_data_nxdomain},
		{NAME("\001*"), &dw_data_nodata},
		{NAME("\010rpz-drop"), &dw_data_drop},
		{NAME("\014rpz-tcp-only"), &dw_data_truncate},
	};
	static const struct name passthru = NAME("\014rpz-passthru");
	struct dw_labels labels;
	const uint8_t *last;

	if (name_is(target, len, passthru) ||
		name_is(target, len, (struct name){owner, owner_len})) {
		rule->flags |= DW_RULE_EXCEPTION;
		return true;
	}
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		if (name_is(target, len, actions[i].target)) {
			rule->data = actions[i].data;
			return true;
		}
	}
	dw_name_labels(target, len, &labels);
	last = target + labels.offset[labels.count - 1];
	if (last[0] > 4 && memcmp(last + 1, "rpz-", 4) == 0) {
		dw_reader_skip(reader, "unknown action");
		return false;
	}
	if (!reader->options->trust_answers)
		return true;
	data->target_wild = target[0] == 1 && target[1] == '*';
	data->target = target;
	data->target_len = (uint8_t)len;
	rule->data = data;
	return true;
}

static enum dw_result add_cname(struct dw_reader *reader, const struct dw_zone *zone,
	const struct dw_zone_record *record, const uint8_t *owner, size_t owner_len,
	struct dw_rule *rule)
{
	struct dw_data data = {.kind = DW_DATA_CNAME, .ttl = record->ttl};
	struct span rest = record->rdata, word;
	uint8_t target[DW_NAME_MAX];
	size_t len;

	span_word(&rest, &word);
	rest = span_trim(rest);
	if (!dw_zone_name(zone, word, target, &len) || (rest.len > 0 && *rest.at != '#')) {
		dw_reader_skip(reader, "CNAME without one name");
		return DW_OK;
	}
	if (!read_target(reader, target, len, owner, owner_len, rule, &data))
		return DW_OK;
	return dw_reader_add(reader, rule);
}

/* Add a record of a type other than CNAME: the answer itself (RPZ local data). */
static enum dw_result add_local_data(struct dw_reader *reader, const struct dw_zone *zone,
	const struct dw_zone_record *record, struct dw_rule *rule)
{
	struct dw_rr rr = {0};
	enum dw_result result = dw_rr_from_text(
		record->type, record->rdata, zone->origin, zone->origin_len, record->ttl, &rr);

	if (result == DW_ERR_SYNTAX) {
		dw_reader_skip(reader, "record data that cannot be read");
		return DW_OK;
	}
	if (result == DW_OK && reader->options->trust_answers)
		result = dw_reader_add_record(reader, rule, &rr);
	else if (result == DW_OK)
		result = dw_reader_add(reader, rule);
	dw_rr_clear(&rr);
	return result;
}

/* ---- records ---- */

/* Whether a record is part of the policy. Others are ignored or skipped; an SOA sets the apex. */
static bool is_policy(
	struct dw_reader *reader, struct dw_rpz_state *state, const struct dw_zone_record *record)
{
	struct dw_zone *zone = &state->zone;

	if (record->type == TYPE_SOA) {
		if (!zone->has_origin) /* without $ORIGIN, the first SOA's owner is the origin */
			dw_zone_set_origin(zone, zone->owner, zone->owner_len);
		memcpy(state->apex, zone->owner, zone->owner_len);
		state->apex_len = zone->owner_len;
		state->has_apex = true;
		return false;
	}
	if (is_dnssec(record->type))
		return false;
	if (!state->has_apex) {
		dw_reader_skip(reader, "no SOA before it, and the list names no zone");
	} else if (!dw_name_is_under(zone->owner, zone->owner_len, state->apex, state->apex_len)) {
		dw_reader_skip(reader, "outside the zone");
	} else if (zone->owner_len == state->apex_len) {
		if (record->type != TYPE_NS)
			dw_reader_skip(reader, "record of the zone itself");
	} else if (record->type == TYPE_NS || record->type == TYPE_DNAME) {
		dw_reader_skip(reader, "NS or DNAME record");
	} else {
		return true;
	}
	return false;
}

static enum dw_result take_record(
	struct dw_reader *reader, struct dw_zone *zone, const struct dw_zone_record *record)
{
	struct dw_rpz_state *state = reader->state;
	struct dw_rule rule = {.trigger = DW_TRIGGER_EXACT};
	uint8_t owner[DW_NAME_MAX];
	size_t len;

	if (!is_policy(reader, state, record))
		return DW_OK;
	len = (size_t)zone->owner_len - state->apex_len;
	memcpy(owner, zone->owner, len);
	owner[len++] = 0;
	if (!read_trigger(reader, owner, len, &rule))
		return DW_OK;
	if (record->type == TYPE_CNAME)
		return add_cname(reader, zone, record, owner, len, &rule);
	return add_local_data(reader, zone, record, &rule);
}

/* Set the apex and the origin to the list's `zone`, if any. An SOA record in the file replaces the
 * apex. */
static void begin(struct dw_rpz_state *state, const char *zone)
{
	uint8_t wire[DW_NAME_MAX];
	size_t len;

	if (!zone || dw_name_from_text(zone, strlen(zone), wire, &len, NULL) != DW_OK)
		return;
	memcpy(state->apex, wire, len);
	state->apex_len = (uint8_t)len;
	state->has_apex = true;
	dw_zone_begin(&state->zone, wire, len);
	state->zone.has_origin = true;
}

enum dw_result dw_rpz_line(struct dw_reader *reader, struct span line)
{
	struct dw_rpz_state *state = reader->state;

	if (state->zone.origin_len == 0)
		begin(state, reader->options->zone);
	return dw_zone_line(reader, &state->zone, line, take_record);
}

enum dw_result dw_rpz_end(struct dw_reader *reader)
{
	struct dw_rpz_state *state = reader->state;

	dw_zone_end(reader, &state->zone);
	return DW_OK;
}
