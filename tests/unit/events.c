/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * events to log
 */
#include "dnsward-config.h"
#include <stdlib.h>
#include <string.h>
#include "dnsward/verdict.h"
#include "events.h"
#include "unit.h"

/* What events point to, until the program ends. */
static _Alignas(16) uint8_t pool[4 << 20];
static size_t used;

static void *keep(size_t len)
{
	size_t whole = (len + 15) / 16 * 16;

	ck_assert_uint_le(whole, sizeof(pool) - used);
	used += whole;
	return pool + used - whole;
}

void events_wipe(void)
{
	memset(pool, 0, used);
}

const uint8_t *events_name(const char *text, uint8_t *len)
{
	uint8_t *wire = keep(DW_NAME_MAX);
	size_t wire_len;

	ck_assert_int_eq(dw_name_from_text(text, strlen(text), wire, &wire_len, NULL), DW_OK);
	*len = (uint8_t)wire_len;
	return wire;
}

struct dw_event_finding *events_found(struct dw_event *event)
{
	struct dw_event_finding *found = keep(sizeof(*found));

	*found = event->found != NULL ? *event->found : (struct dw_event_finding){0};
	event->found = found;
	return found;
}

static struct dw_addr addr(const char *text)
{
	struct dw_addr out;

	ck_assert(dw_addr_from_text(text, strlen(text), &out));
	return out;
}

struct dw_event events_plain(const char *name)
{
	struct dw_event e = {
		.time_us = 1767323045678901,
		.duration_us = 12,
		.client = addr("192.0.2.7"),
		.server = addr("192.0.2.1"),
		.client_port = 40001,
		.server_port = 53,
		.type = 1,
		.klass = 1,
		.flags = 0x8180,
		.generation = 7,
	};

	e.question = events_name(name, &e.question_len);
	return e;
}

struct dw_event events_sinkhole(const char *name)
{
	struct dw_event e = events_plain(name);
	const char **categories = keep(2 * sizeof(*categories));

	categories[0] = "adverts";
	categories[1] = "tracking";
	e.rcode = 3;
	e.action = DW_ACTION_SINKHOLE;
	*events_found(&e) = (struct dw_event_finding){
		.would = DW_ACTION_SINKHOLE,
		.row = 2,
		.list = "ads",
		.category = "adverts",
		.rule = "bad.example",
		.match = "subtree",
		.categories = categories,
		.category_count = 2,
	};
	return e;
}

void events_answer(struct dw_event *event, const char *name, uint16_t type, const void *rdata,
	size_t len)
{
	struct dw_event_answer *answers = keep(DW_EVENT_ANSWERS_MAX * sizeof(*answers));
	struct dw_event_answer *answer = &answers[event->answer_count];
	uint8_t *copy = keep(len);

	memcpy(copy, rdata, len);
	if (event->answer_count > 0)
		memcpy(answers, event->answers, event->answer_count * sizeof(*answers));
	event->answers = answers;
	event->answer_count++;
	*answer = (struct dw_event_answer){
		.type = type, .klass = 1, .ttl = 60, .rdata = copy, .rdata_len = (uint16_t)len};
	answer->name = events_name(name, &answer->name_len);
}

void events_answer_hex(struct dw_event *event, const char *name, uint16_t type, const char *hex)
{
	uint8_t bytes[512];
	size_t len = 0;

	while (*hex != '\0') {
		char *end;

		bytes[len++] = (uint8_t)strtoul(hex, &end, 16);
		ck_assert_int_eq(end - hex, 2);
		hex = *end == ' ' ? end + 1 : end;
	}
	events_answer(event, name, type, bytes, len);
}

static const uint8_t *worst_name(uint8_t *len)
{
	uint8_t *wire = keep(DW_NAME_MAX), *at = wire;

	for (int left = DW_NAME_MAX - 1; left > 0;) {
		int label = left > DW_LABEL_MAX + 1 ? DW_LABEL_MAX : left - 1;

		*at++ = (uint8_t)label;
		memset(at, '\\', (size_t)label);
		at += label;
		left -= label + 1;
	}
	*at = 0;
	ck_assert_int_eq(at - wire + 1, DW_NAME_MAX);
	*len = DW_NAME_MAX;
	ck_assert(dw_name_check(wire, *len));
	return wire;
}

static const char *worst_text(size_t len)
{
	char *text = keep(len + 1);

	memset(text, '\001', len); /* six bytes each */
	text[len] = '\0';
	return text;
}

struct dw_event events_worst(size_t rdata_len)
{
	static const char *categories[DW_EVENT_CATEGORIES_MAX];
	struct dw_event e = events_sinkhole("a.example");
	struct dw_event_finding *found = events_found(&e);
	void *rdata = keep(rdata_len);

	memset(rdata, '"', rdata_len);
	e.question = worst_name(&e.question_len);
	found->matched = worst_name(&found->matched_len);
	found->rule = worst_text(4096);
	found->list = found->category = worst_text(64);
	found->categories = categories;
	found->category_count = DW_EVENT_CATEGORIES_MAX;
	for (size_t i = 0; i < found->category_count; i++)
		categories[i] = found->category;
	struct dw_event_answer *answers = keep(DW_EVENT_ANSWERS_MAX * sizeof(*answers));
	for (int i = 0; i < DW_EVENT_ANSWERS_MAX; i++) {
		answers[i] = (struct dw_event_answer){
			.type = 16, .klass = 1, .rdata = rdata, .rdata_len = (uint16_t)rdata_len};
		answers[i].name = worst_name(&answers[i].name_len);
	}
	e.answers = answers;
	e.answer_count = DW_EVENT_ANSWERS_MAX;
	return e;
}
