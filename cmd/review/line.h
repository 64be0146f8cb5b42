/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * line.h: the fields of one line of the log */
#ifndef DNSWARD_REVIEW_LINE_H
#define DNSWARD_REVIEW_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "review/field.h"

/* One pass over the line, eight bytes at a time within strings, finds where the value of each
 * field stands; nothing is copied or decoded until somebody asks for it. All of RFC 8259 is
 * taken, in any order of keys, with blanks, escapes and dotted keys, as tools may write that
 * took the log through; what is quick is our own writer's order, since each key is looked for first
 * where it comes next in that order. No tree is made of the line, which is what general
 * libraries do and what most of their time goes into (docs/operations.md has the figures).
 *
 * A line that is no whole JSON object, such as the half line of a writer that was killed, is
 * broken; one that says nothing of a DNS question nor of the log itself is foreign. Where a key
 * stands twice, the last counts. Pure functions of any thread. */

enum dw_value_kind {
	DW_VALUE_NONE,   /* the field is not there, or null */
	DW_VALUE_STRING, /* what stands between the quotes */
	DW_VALUE_NUMBER,
	DW_VALUE_WORD,  /* true, false */
	DW_VALUE_ARRAY, /* what stands between the brackets */
};

/* Points into the line. */
struct dw_value {
	const char *at;
	uint32_t len;
	uint8_t kind;
	bool escaped; /* a string with a backslash in it */
};

enum dw_line_kind { DW_LINE_BROKEN, DW_LINE_FOREIGN, DW_LINE_STATE, DW_LINE_REPLY };

struct dw_line {
	const char *at;
	size_t len;
	int64_t time; /* microseconds since 1970; INT64_MIN: none that can be read */
	struct dw_value value[DW_FIELD_COUNT];
};

/* Behind the line's last byte stands a newline, and DW_LINE_PADDING bytes more can be read.
 * `out` is good as long as the line is. */
enum { DW_LINE_PADDING = 16, DW_LINE_MAX = 1 << 20 };
enum dw_line_kind dw_line_read(const char *at, size_t len, struct dw_line *out);

/* The value of a field, or of the one that stands in for it. */
const struct dw_value *dw_line_value(const struct dw_line *line, enum dw_field field);

/* The next string of an array; of anything else but nothing, itself, once. Start with *at NULL. */
bool dw_value_next(const struct dw_value *value, const char **at, struct dw_value *out);

/* How many replies the line stands for: more than one where it was drawn from a sample. */
uint64_t dw_line_weight(const struct dw_line *line);

/* 0 for what is no number that fits. */
uint64_t dw_value_uint(const struct dw_value *value);
/* Negative for what is no number from 0 to 1. */
double dw_value_fraction(const struct dw_value *value);

bool dw_value_is(const struct dw_value *value, const char *text);

/* The text of a value: as it stands in the line, or decoded in `room`, cut at DW_TEXT_MAX. Of an
 * array what is between its brackets. */
enum { DW_TEXT_MAX = 4096 };
const char *dw_value_text(const struct dw_value *value, char *room, size_t *len);

#endif
