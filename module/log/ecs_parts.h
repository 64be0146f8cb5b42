/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * ecs_parts.h: what the files share that make a line of an event */
#ifndef DNSWARD_LOG_ECS_PARTS_H
#define DNSWARD_LOG_ECS_PARTS_H

#include "dnsward/json.h"
#include "dnsward/log.h"
#include "log/pen.h"
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
	DW_PIECE_END,
	DW_PIECES,
};
enum { DW_KEPT_SLOTS = 8, DW_KEPT_TEXT_MAX = 224 };

struct dw_ecs_key {
	uint64_t part[3];
};

struct dw_ecs_kept {
	struct dw_ecs_key key;
	size_t len; /* 0: nothing is kept */
	char text[DW_KEPT_TEXT_MAX];
};

enum { DW_OBSERVER_MAX = 2048, DW_HEAD_MAX = 80 };

struct dw_ecs {
	struct dw_suffix_memo *suffixes;
	uint64_t second; /* since the epoch, that `head` has the text of */
	size_t head_len;
	char head[DW_HEAD_MAX + PEN_BLOCK]; /* how each line starts: time, version of the schema */
	size_t observer_len;
	char observer[DW_OBSERVER_MAX + PEN_BLOCK]; /* the object and the comma before it */
	struct dw_ecs_kept kept[DW_PIECES][DW_KEPT_SLOTS];
};

/* A name as JSON has it between quotes: each byte five at most, a backslash, one to escape that,
 * three digits. `start` says where in there each label starts. */
enum { DW_SPELT_MAX = 5 * DW_NAME_MAX + PEN_BLOCK };
struct dw_spelt {
	size_t len, labels;
	uint16_t start[DW_NAME_LABELS_MAX + 1];
	char text[DW_SPELT_MAX];
};

/* A place in the text of a line's addresses. */
struct dw_span {
	uint16_t at, len;
};

/* Room for all that stands before the answers, for an answer, and for what stands behind them in
 * a usual line. The names and the observer are the most of it. */
enum {
	DW_PART_ROOM = 16 * 1024,
	DW_ADDRESS_MAX = DW_ADDR_TEXT_MAX + 2, /* in quotes, with a comma */
	DW_ADDRESSES_MAX = DW_EVENT_ANSWERS_MAX * DW_ADDRESS_MAX,
};
_Static_assert(7 * DW_SPELT_MAX + DW_OBSERVER_MAX + 2 * DW_ADDRESSES_MAX +
			       DW_PIECES * DW_KEPT_TEXT_MAX + 1024 <=
		       DW_PART_ROOM,
	"what has a bound fits");

/* An event to be told in a line, and what is used there more than once. */
struct dw_ecs_line {
	struct dw_ecs *ecs;
	const struct dw_event *event;
	uint64_t hash;             /* of `name`, for its suffix */
	bool as_sent;              /* the client wrote it so */
	uint8_t name[DW_NAME_MAX]; /* the question's, lowered */
	struct dw_spelt spelt;     /* the same */
	/* addresses as JSON strings; of each answer in there, len 0: none */
	size_t resolved_len, client_len;
	char resolved[DW_ADDRESSES_MAX + PEN_BLOCK], client[DW_ADDRESS_MAX + PEN_BLOCK];
	struct dw_span address[DW_EVENT_ANSWERS_MAX];
};

/* ecs.c: make the piece that is to be kept here. */
void dw_kept_make(struct dw_ecs_kept *kept, struct dw_ecs_key key,
	char *(*make)(char *pen, const void *of),
	const void *of);

/* Put the piece that `make` makes of `of`, all of which is in the key. For the slot any mixing
 * will do: what shares one is made again. */
static inline char *dw_pen_kept(char *pen, struct dw_ecs *ecs, enum dw_piece piece,
	struct dw_ecs_key key, char *(*make)(char *pen, const void *of), const void *of)
{
	uint64_t mixed =
		(key.part[0] ^ key.part[1] * 3 ^ key.part[2] * 5) * UINT64_C(0x9fb21c651e98df25);
	struct dw_ecs_kept *kept = &ecs->kept[piece][mixed >> 61];
	const struct dw_ecs_key *has = &kept->key;
	uint64_t odd = (has->part[0] ^ key.part[0]) | (has->part[1] ^ key.part[1]) |
		       (has->part[2] ^ key.part[2]);

	if (odd != 0 || kept->len == 0)
		dw_kept_make(kept, key, make, of);
	memcpy(pen, kept->text, kept->len);
	return pen + kept->len;
}

/* ecs_dns.c: what is said of the event more than once. */
void dw_line_spell(struct dw_ecs_line *line);

/* Then the parts of a line that say it: those before the answers, within DW_PART_ROOM, and the
 * answers, NULL where they do not fit. */
char *dw_line_related(const struct dw_ecs_line *line, char *pen);
char *dw_line_dns(const struct dw_ecs_line *line, char *pen);
char *dw_line_answers(const struct dw_ecs_line *line, char *pen, const char *end);

#endif
