/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * zone_rule.c: POSIX time zone rules, the footer of a zone file */
#include "dnsward-config.h"
#include "zone_rule.h"

#include "civil.h"
#include "cursor.h"

static bool take_number(struct cursor *c, unsigned min, unsigned max, unsigned *value)
{
	return cursor_digits(c, 3, value) > 0 && *value >= min && *value <= max;
}

/* Three or more letters, or "<+0330>". */
static bool take_designation(struct cursor *c)
{
	const char *start = c->at;
	bool quoted = cursor_take(c, '<');

	while (c->at < c->end) {
		uint8_t byte = ascii_lower((uint8_t)*c->at);
		bool fits = (byte >= 'a' && byte <= 'z') ||
			(quoted && (ascii_is_digit(byte) || byte == '+' || byte == '-'));

		if (!fits)
			break;
		c->at++;
	}
	if (quoted)
		return c->at > start + 1 && cursor_take(c, '>');
	return c->at >= start + 3;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(struct cursor *c, unsigned max_hours, int32_t *seconds)
{
	unsigned hours, minutes = 0, rest = 0;
	bool negative = cursor_take(c, '-');

	if (!negative)
		cursor_take(c, '+');
	if (!take_number(c, 0, max_hours, &hours))
		return false;
	if (cursor_take(c, ':')) {
		if (!take_number(c, 0, 59, &minutes))
			return false;
		if (cursor_take(c, ':') && !take_number(c, 0, 59, &rest))
			return false;
	}
	*seconds = (int32_t)(hours * 3600 + minutes * 60 + rest);
	if (negative)
		*seconds = -*seconds;
	return true;
}

static bool take_day(struct cursor *c, struct zone_change *out)
{
	unsigned day, month, week;

	if (cursor_take(c, 'J')) {
		out->kind = ZONE_CHANGE_JULIAN;
		if (!take_number(c, 1, 365, &day))
			return false;
	} else if (cursor_take(c, 'M')) {
		out->kind = ZONE_CHANGE_MONTH;
		if (!take_number(c, 1, 12, &month) || !cursor_take(c, '.') ||
			!take_number(c, 1, 5, &week) || !cursor_take(c, '.') ||
			!take_number(c, 0, 6, &day))
			return false;
		out->month = (uint8_t)month;
		out->week = (uint8_t)week;
	} else {
		out->kind = ZONE_CHANGE_DAY;
		if (!take_number(c, 0, 365, &day))
			return false;
	}
	out->day = (uint16_t)day;
	return true;
}

static bool take_change(struct cursor *c, struct zone_change *out)
{
	*out = (struct zone_change){.time = 2 * 3600};
	if (!cursor_take(c, ',') || !take_day(c, out))
		return false;
	return !cursor_take(c, '/') || take_time(c, 167, &out->time);
}

bool zone_rule_parse(const char *text, size_t len, struct zone_rule *out)
{
	struct cursor c = {.at = text, .end = text + len};
	struct zone_rule rule = {0};
	int32_t west;

	if (!take_designation(&c) || !take_time(&c, 24, &west))
		return false;
	rule.standard = -west;
	if (c.at < c.end) {
		rule.has_daylight = true;
		rule.daylight = rule.standard + 3600;
		if (!take_designation(&c))
			return false;
		if (c.at < c.end && *c.at != ',') {
			if (!take_time(&c, 24, &west))
				return false;
			rule.daylight = -west;
		}
		if (!take_change(&c, &rule.start) || !take_change(&c, &rule.end))
			return false;
	}
	if (c.at != c.end)
		return false;
	*out = rule;
	return true;
}

/* Days since 1970 of a change in a year. */
static int64_t change_day(const struct zone_change *change, int32_t year)
{
	int64_t first = days_from_civil(year, 1, 1), next_month;

	switch (change->kind) {
	case ZONE_CHANGE_JULIAN:
		return first + change->day - 1 + (is_leap_year(year) && change->day >= 60);
	case ZONE_CHANGE_DAY:
		return first + change->day;
	case ZONE_CHANGE_MONTH:
		break;
	}
	first = days_from_civil(year, change->month, 1);
	next_month = change->month == 12 ? days_from_civil(year + 1, 1, 1)
					 : days_from_civil(year, change->month + 1u, 1);
	first += (change->day + 7 - weekday_from_days(first)) % 7 + (change->week - 1) * 7;
	return first < next_month ? first : first - 7;
}

/* The last change before or at the moment holds. Times of change reach up to a week
 * out of their day and so out of their year; where an end and a start fall together,
 * daylight saving time holds all year. */
int32_t zone_rule_offset(const struct zone_rule *rule, int64_t seconds)
{
	int32_t year, offset = rule->standard;
	int64_t latest = INT64_MIN;

	if (!rule->has_daylight)
		return rule->standard;
	year = civil_from_days(floor_div(seconds, DAY_SECONDS)).year;
	for (int32_t y = year - 1; y <= year + 1; y++) {
		int64_t end = change_day(&rule->end, y) * DAY_SECONDS + rule->end.time -
			rule->daylight;
		int64_t start = change_day(&rule->start, y) * DAY_SECONDS + rule->start.time -
			rule->standard;

		if (end <= seconds && end > latest) {
			latest = end;
			offset = rule->standard;
		}
		if (start <= seconds && start >= latest) {
			latest = start;
			offset = rule->daylight;
		}
	}
	return offset;
}
