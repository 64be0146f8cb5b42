/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * span.h: parts of a line, and functions to split them */
#ifndef DNSWARD_LISTS_SPAN_H
#define DNSWARD_LISTS_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* A part of a line owned by someone else. Not NUL-terminated. */
struct span {
	const char *at;
	size_t len;
};

static inline bool span_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline struct span span_from(struct span s, size_t start)
{
	return (struct span){s.at + start, s.len - start};
}

static inline struct span span_to(struct span s, size_t end)
{
	return (struct span){s.at, end};
}

static inline struct span span_trim(struct span s)
{
	while (s.len > 0 && span_is_blank(*s.at))
		s = span_from(s, 1);
	while (s.len > 0 && span_is_blank(s.at[s.len - 1]))
		s.len--;
	return s;
}

static inline bool span_starts(struct span s, const char *text)
{
	size_t len = strlen(text);

	return s.len >= len && memcmp(s.at, text, len) == 0;
}

static inline bool span_ends(struct span s, const char *text)
{
	size_t len = strlen(text);

	return s.len >= len && memcmp(s.at + s.len - len, text, len) == 0;
}

/* Whether the span equals a word, ignoring case. */
static inline bool span_is(struct span s, const char *word)
{
	return s.len == strlen(word) && strncasecmp(s.at, word, s.len) == 0;
}

/* Return the offset of the first `c`, or `len` if there is none. */
static inline size_t span_find(struct span s, char c)
{
	const char *found = s.len ? memchr(s.at, c, s.len) : NULL;

	return found ? (size_t)(found - s.at) : s.len;
}

static inline bool span_has(struct span s, char c)
{
	return span_find(s, c) < s.len;
}

/* Split off the part before the next `c` (everything if there is none), and move `rest` past that
 * `c`. Returns false if nothing is left. "a,b," has the parts "a", "b" and "". An empty span has
 * one empty part, unless its `at` is NULL. */
static inline bool span_part(struct span *rest, char c, struct span *part)
{
	size_t end;

	if (!rest->at)
		return false;
	end = span_find(*rest, c);
	*part = span_to(*rest, end);
	*rest = end < rest->len ? span_from(*rest, end + 1) : (struct span){NULL, 0};
	return true;
}

/* Split off the next word. Words are separated by blanks. */
static inline bool span_word(struct span *rest, struct span *word)
{
	size_t len = 0;

	*rest = span_trim(*rest);
	while (len < rest->len && !span_is_blank(rest->at[len]))
		len++;
	*word = span_to(*rest, len);
	*rest = span_from(*rest, len);
	return len > 0;
}

static inline bool span_is_digits(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
	return s.len > 0;
}

/* Parse a decimal number of at most nine digits. */
static inline bool span_number(struct span s, uint32_t *out)
{
	uint32_t value = 0;

	if (s.len > 9 || !span_is_digits(s))
		return false;
	for (size_t i = 0; i < s.len; i++)
		value = value * 10 + (uint32_t)(s.at[i] - '0');
	*out = value;
	return true;
}

/* Remove blanks at both ends and a ` # comment`. Returns false if the line is empty or is a comment
 * that starts with `#` or `!`. */
static inline bool span_clean(struct span *line)
{
	*line = span_trim(*line);
	if (line->len == 0 || *line->at == '#' || *line->at == '!')
		return false;
	for (size_t i = 1; (i += span_find(span_from(*line, i), '#')) < line->len; i++) {
		if (span_is_blank(line->at[i - 1])) {
			*line = span_trim(span_to(*line, i));
			break;
		}
	}
	return true;
}

#endif
