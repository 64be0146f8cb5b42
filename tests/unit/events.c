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
static void *keep(size_t len)
{
	static uint8_t pool[4 << 20];
	static size_t used;
	ck_assert_uint_le(len, sizeof(pool) - used);
	used += len;
	return pool + used - len;
}

const uint8_t *events_name(const char *text, size_t *len)
{
	uint8_t *wire = keep(DW_NAME_MAX);
	ck_assert_int_eq(dw_name_from_text(text, strlen(text), wire, len, NULL), DW_OK);
	return wire;
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
	static const char *const categories[] = {"adverts", "tracking"};
	struct dw_event e = events_plain(name);
	e.rcode = 3;
	e.action = e.would = DW_ACTION_SINKHOLE;
	e.row = 2;
	e.list = "ads";
	e.category = "adverts";
	e.rule = "bad.example";
	e.match = "subtree";
	e.categories = categories;
	e.category_count = sizeof(categories) / sizeof(categories[0]);
	return e;
}

void events_answer(struct dw_event *event, const char *name, uint16_t type, const void *rdata,
	size_t len)
{
	struct dw_event_answer *answer = &event->answers[event->answer_count++];
	uint8_t *copy = keep(len);
	memcpy(copy, rdata, len);
	*answer = (struct dw_event_answer){
		.type = type, .klass = 1, .ttl = 60, .rdata = copy, .rdata_len = len};
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

static const uint8_t *worst_name(size_t *len)
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
	*len = (size_t)(at - wire) + 1;
	ck_assert_uint_eq(*len, DW_NAME_MAX);
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
	void *rdata = keep(rdata_len);
	memset(rdata, '"', rdata_len);
	e.question = worst_name(&e.question_len);
	e.matched = worst_name(&e.matched_len);
	e.rule = worst_text(4096);
	e.list = e.category = worst_text(64);
	e.categories = categories;
	e.category_count = DW_EVENT_CATEGORIES_MAX;
	for (size_t i = 0; i < e.category_count; i++)
		categories[i] = e.category;
	for (int i = 0; i < DW_EVENT_ANSWERS_MAX; i++) {
		events_answer(&e, ".", 16, rdata, rdata_len);
		e.answers[i].name = worst_name(&e.answers[i].name_len);
	}
	return e;
}
