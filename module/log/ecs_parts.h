/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * ecs_parts.h: what the files share that make a line of an event */
#ifndef DNSWARD_LOG_ECS_PARTS_H
#define DNSWARD_LOG_ECS_PARTS_H

#include "dnsward/json.h"
#include "dnsward/log.h"
#include "log/suffix_memo.h"

/* Much of a line is the same in the next one: which address was asked, over what, with which
 * flags. Such a piece is made once and kept beside what it was made of, its key, so that the next
 * line copies it. A few slots each, chosen by the key; a key that shares its slot with another is
 * made again each time, and costs what it would cost without. */
enum dw_piece {
	DW_PIECE_EVENT,
	DW_PIECE_PLACE,
	DW_PIECE_RESPONSE,
	DW_PIECE_TYPE,
	DW_PIECE_OWN,
	DW_PIECES,
};
enum { DW_KEPT_SLOTS = 8, DW_KEPT_TEXT_MAX = 224 };

struct dw_kept {
	uint64_t key[3];
	size_t len; /* 0: nothing is kept */
	char text[DW_KEPT_TEXT_MAX];
};

enum { DW_OBSERVER_MAX = 2048, DW_HEAD_MAX = 80 };

struct dw_ecs {
	struct dw_suffix_memo *suffixes;
	uint64_t second; /* since the epoch, that `head` has the text of */
	size_t head_len;
	char head[DW_HEAD_MAX]; /* how each line starts: the time, the version of the schema */
	size_t observer_len;
	char observer[DW_OBSERVER_MAX]; /* the object and the comma before it */
	struct dw_kept kept[DW_PIECES][DW_KEPT_SLOTS];
};

/* A place in the text of a line's addresses. */
struct dw_span {
	uint16_t at, len;
};

/* A line, and what is used in it more than once. */
struct dw_line {
	struct dw_json json;
	struct dw_ecs *ecs;
	const struct dw_event *event;
	uint8_t name[DW_NAME_MAX]; /* the question's, lowered */
	char text[DW_NAME_TEXT_MAX];
	size_t len; /* of `text` */
	uint64_t hash; /* of `name`, for its suffix */
	bool plain; /* no byte is escaped, so `text` has the offsets of `name` */
	size_t resolved_len;
	char resolved[DW_EVENT_ANSWERS_MAX *
		      (DW_ADDR_TEXT_MAX + 3)];        /* addresses as JSON strings */
	struct dw_span address[DW_EVENT_ANSWERS_MAX]; /* of each answer in there; len 0: none */
	size_t client_len;
	char client[DW_ADDR_TEXT_MAX];
};

/* A piece that is always the same, and a word of ours. */
#define PIECE(json, text) dw_json_raw((json), (text), sizeof(text) - 1)
static inline void put_word(struct dw_json *json, const char *word)
{
	dw_json_raw(json, word, strlen(word));
}

/* ecs.c: put the piece that `make` makes of `of`, all of which is in the key. */
void dw_put_kept(struct dw_line *line, enum dw_piece piece, const uint64_t key[3],
	void (*make)(struct dw_json *json, const void *of), const void *of);

/* ecs.c: a name as a JSON string. */
void dw_put_name(struct dw_json *json, const char *key, const uint8_t *wire, size_t len);

/* ecs_dns.c: what is said of the question more than once; then the parts of a line that say it. */
void dw_line_spell(struct dw_line *line);
void dw_line_related(struct dw_line *line);
void dw_line_dns(struct dw_line *line);

#endif
