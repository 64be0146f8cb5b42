/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * window.c: weekly windows */
#include "dnsward-config.h"
#include "dnsward/clock.h"

#include <string.h>

#include "cursor.h"

enum { DAY_MINUTES = 1440, ALL_DAYS = 0x7f };

static bool take_blanks(struct cursor *c)
{
	const char *start = c->at;

	while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
		c->at++;
	return c->at > start;
}

static bool take_word(struct cursor *c, const char *word, size_t len)
{
	size_t word_len = 0;

	while (c->at + word_len < c->end && ascii_lower((uint8_t)c->at[word_len]) >= 'a' &&
		ascii_lower((uint8_t)c->at[word_len]) <= 'z')
		word_len++;
	if (word_len != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (ascii_lower((uint8_t)c->at[i]) != (uint8_t)word[i])
			return false;
	c->at += len;
	return true;
}

static bool take_day(struct cursor *c, unsigned *day)
{
	static const char *const names[] = {"sunday", "monday", "tuesday", "wednesday", "thursday",
		"friday", "saturday"};

	for (unsigned i = 0; i < 7; i++) {
		if (take_word(c, names[i], 3) || take_word(c, names[i], strlen(names[i]))) {
			*day = i;
			return true;
		}
	}
	return false;
}

static bool take_comma(struct cursor *c)
{
	bool found = cursor_take(c, ',');

	if (found)
		take_blanks(c);
	return found;
}

/* "daily", or days and ranges of days with commas between; ranges may wrap. */
static bool take_days(struct cursor *c, uint8_t *days)
{
	*days = 0;
	if (take_word(c, "daily", 5)) {
		*days = ALL_DAYS;
		return true;
	}
	do {
		unsigned first, last;

		if (!take_day(c, &first))
			return false;
		last = first;
		if (cursor_take(c, '-') && !take_day(c, &last))
			return false;
		for (unsigned day = first;; day = (day + 1) % 7) {
			*days |= (uint8_t)(1u << day);
			if (day == last)
				break;
		}
	} while (take_comma(c));
	return true;
}

static bool take_time(struct cursor *c, unsigned *minute)
{
	unsigned hour, minutes;

	if (cursor_digits(c, 2, &hour) == 0 || !cursor_take(c, ':') ||
		cursor_digits(c, 2, &minutes) != 2)
		return false;
	*minute = hour * 60 + minutes;
	return minutes < 60 && *minute <= DAY_MINUTES;
}

static bool take_window(struct cursor *c, struct dw_window *out)
{
	unsigned start, end;

	out->days = ALL_DAYS;
	take_blanks(c);
	if (c->at < c->end && !ascii_is_digit((uint8_t)*c->at) &&
		(!take_days(c, &out->days) || !take_blanks(c)))
		return false;
	if (!take_time(c, &start) || start == DAY_MINUTES)
		return false;
	take_blanks(c);
	if (!cursor_take(c, '-'))
		return false;
	take_blanks(c);
	if (!take_time(c, &end))
		return false;
	take_blanks(c);
	out->start = (uint16_t)start;
	out->end = (uint16_t)(end == 0 && start != 0 ? DAY_MINUTES : end);
	return c->at == c->end;
}

enum dw_result dw_window_from_text(
	const char *text, size_t len, struct dw_window *out, struct dw_error *err)
{
	struct cursor c = {.at = text, .end = text + len};
	struct dw_window window;
	int shown = (int)(len < 64 ? len : 64);

	if (!take_window(&c, &window))
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0,
			"\"%.*s\" is no window of time; expected days and hours like "
			"\"Sun-Thu 20:30-07:00\", \"Mon,Wed 10:00-11:00\" or \"daily 08:00-12:00\"",
			shown, text);
	if (window.start == window.end)
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0,
			"\"%.*s\" starts when it ends; write 00:00-24:00 for whole days", shown,
			text);
	*out = window;
	return DW_OK;
}

bool dw_window_contains(const struct dw_window *window, struct dw_week_time when)
{
	unsigned today = window->days >> when.weekday & 1;
	unsigned yesterday = window->days >> (when.weekday + 6) % 7 & 1;

	if (window->start < window->end)
		return today && when.minute >= window->start && when.minute < window->end;
	return (today && when.minute >= window->start) || (yesterday && when.minute < window->end);
}
