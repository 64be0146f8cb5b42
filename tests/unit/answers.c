/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * answers from upstream, as a decision sees them
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "answers.h"
#include "unit.h"

static bool next_made(const struct dw_answer_view *view, enum dw_part_kind kind,
	struct dw_part_cursor *at, struct dw_part *part)
{
	const struct made_answer *made = view->source;

	while (at->record < made->count) {
		const struct made_part *from = &made->part[at->record++];

		if (from->kind != kind)
			continue;
		part->data = from->data;
		part->len = from->len;
		part->address = from->address;
		part->ttl = made->ttl;
		return true;
	}
	return false;
}

static void put_text(const char *value, struct made_part *part)
{
	for (size_t len; *value != '\0'; value += len + (value[len] == '|')) {
		len = strcspn(value, "|");
		part->data[part->len++] = (uint8_t)len;
		memcpy(part->data + part->len, value, len);
		part->len += len;
	}
}

static void put_part(const char *key, const char *value, struct made_part *part)
{
	if (strncmp(key, "cname=", 6) == 0) {
		part->kind = DW_PART_TARGET;
		ck_assert_int_eq(
			dw_name_from_text(value, strlen(value), part->data, &part->len, NULL), DW_OK);
	} else if (strncmp(key, "ip=", 3) == 0) {
		part->kind = DW_PART_ADDRESS;
		ck_assert(dw_addr_from_text(value, strlen(value), &part->address));
	} else {
		ck_assert(strncmp(key, "txt=", 4) == 0);
		part->kind = DW_PART_TEXT;
		put_text(value, part);
	}
}

static void put_word(const char *word, struct made_answer *made)
{
	const char *star = strchr(word, '*');
	const char *key = star != NULL ? star + 1 : word;
	const char *value = strchr(key, '=') + 1;

	if (strncmp(key, "rcode=", 6) == 0) {
		made->view.rcode = (uint8_t)atoi(value);
	} else if (strncmp(key, "ttl=", 4) == 0) {
		made->view.ttl_known = true;
		made->ttl = made->view.ttl_min = made->view.ttl_max = (uint32_t)atoi(value);
		made->view.record_count++;
	} else {
		for (int i = star != NULL ? atoi(word) : 1; i > 0; i--) {
			ck_assert_uint_lt(made->count, sizeof(made->part) / sizeof(made->part[0]));
			put_part(key, value, &made->part[made->count++]);
			made->view.record_count++;
		}
	}
}

void answer_make(const char *words, struct made_answer *made)
{
	char copy[512], *rest;

	memset(made, 0, sizeof(*made));
	made->view = (struct dw_answer_view){
		.next = next_made, .source = made, .ttl_min = UINT32_MAX};
	snprintf(copy, sizeof(copy), "%s", words);
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		put_word(word, made);
}
