/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * when.c: times in the log and on the command line */
#include "dnsward-config.h"
#include "review/when.h"

#include <stdio.h>
#include <string.h>

#include "base/ascii.h"
#include "base/civil.h"

#define SECOND INT64_C(1000000)

/* ---- reading ---- */

/* `count` digits at `*p`, not past `end`; -1 if they are not there. */
static int32_t number(const char **p, const char *end, int count)
{
	int32_t sum = 0;

	if (end - *p < count)
		return -1;
	for (int i = 0; i < count; i++) {
		char c = *(*p)++;

		if (!ascii_is_digit((uint8_t)c))
			return -1;
		sum = sum * 10 + (c - '0');
	}
	return sum;
}

static bool take(const char **p, const char *end, const char *any_of)
{
	if (*p == end || **p == '\0' || strchr(any_of, **p) == NULL)
		return false;
	(*p)++;
	return true;
}

static int32_t days_of_month(int32_t year, int32_t month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap_year(year));
}

/* Seconds of the day's start. */
static bool read_date(const char **p, const char *end, int64_t *out)
{
	int32_t year, month, day;

	if ((year = number(p, end, 4)) < 0 || !take(p, end, "-") ||
		(month = number(p, end, 2)) < 1 || month > 12 || !take(p, end, "-") ||
		(day = number(p, end, 2)) < 1 || day > days_of_month(year, month))
		return false;
	*out = days_from_civil(year, (uint32_t)month, (uint32_t)day) * DAY_SECONDS;
	return true;
}

/* Microseconds of the day; seconds and their fraction may be left out. */
static bool read_clock(const char **p, const char *end, int64_t *out)
{
	int32_t hour, minute, second = 0;
	int64_t fraction = 0, unit = SECOND;

	if ((hour = number(p, end, 2)) < 0 || hour > 23 || !take(p, end, ":") ||
		(minute = number(p, end, 2)) < 0 || minute > 59)
		return false;
	if (take(p, end, ":") && ((second = number(p, end, 2)) < 0 || second > 60))
		return false;
	if (take(p, end, ".,")) {
		if (*p == end || !ascii_is_digit((uint8_t) * *p))
			return false;
		for (; *p < end && ascii_is_digit((uint8_t) * *p); (*p)++) {
			unit /= 10;
			fraction += (**p - '0') * unit;
		}
	}
	*out = ((hour * 60 + minute) * INT64_C(60) + second) * SECOND + fraction;
	return true;
}

/* "Z", "+01:00" or nothing, which `*known` tells; seconds east of UTC. */
static bool read_zone(const char **p, const char *end, int64_t *out, bool *known)
{
	int32_t hour, minute;

	*known = *p < end;
	*out = 0;
	if (*p == end || take(p, end, "Zz"))
		return true;
	int64_t sign = **p == '-' ? -1 : 1;
	if (!take(p, end, "+-") || (hour = number(p, end, 2)) < 0 || hour > 23)
		return false;
	take(p, end, ":");
	if ((minute = number(p, end, 2)) < 0 || minute > 59)
		return false;
	*out = sign * (hour * 60 + minute) * 60;
	return true;
}

bool dw_when_read(const char *text, size_t len, int64_t *out)
{
	const char *p = text, *end = text + len;
	int64_t day, clock, east;
	bool known;

	if (!read_date(&p, end, &day) || !take(&p, end, "Tt ") || !read_clock(&p, end, &clock) ||
		!read_zone(&p, end, &east, &known) || !known || p != end)
		return false;
	*out = (day - east) * SECOND + clock;
	return true;
}

/* ---- what people write ---- */

/* UTC of a local time. Of an hour that is there twice the first, of one that is not there the
 * same hour by the offset before it. */
static int64_t from_local(int64_t local, const struct dw_zone_info *zone)
{
	int64_t seconds = floor_div(local, SECOND);
	int32_t before = dw_zone_info_offset(zone, seconds - DAY_SECONDS);
	int32_t after = dw_zone_info_offset(zone, seconds + DAY_SECONDS);
	bool is_before = dw_zone_info_offset(zone, seconds - before) == before ||
			 dw_zone_info_offset(zone, seconds - after) != after;

	return local - (is_before ? before : after) * SECOND;
}

static int64_t midnight(int64_t now, const struct dw_zone_info *zone, int64_t days)
{
	int64_t seconds = floor_div(now, SECOND);
	int64_t day = floor_div(seconds + dw_zone_info_offset(zone, seconds), DAY_SECONDS) + days;

	return from_local(day * DAY_SECONDS * SECOND, zone);
}

static bool read_local(const char *text, const struct dw_zone_info *zone, int64_t *out)
{
	const char *p = text, *end = text + strlen(text);
	int64_t day, clock = 0, east;
	bool known;

	if (!read_date(&p, end, &day) ||
		(p < end && (!take(&p, end, "Tt ") || !read_clock(&p, end, &clock))) ||
		!read_zone(&p, end, &east, &known) || p != end)
		return false;
	*out = day * SECOND + clock;
	*out = known ? *out - east * SECOND : from_local(*out, zone);
	return true;
}

enum dw_result dw_when_from_text(const char *text, int64_t now, const struct dw_zone_info *zone,
	int64_t *out, struct dw_error *err)
{
	uint64_t ago;

	if (strcmp(text, "now") == 0)
		*out = now;
	else if (strcmp(text, "today") == 0)
		*out = midnight(now, zone, 0);
	else if (strcmp(text, "yesterday") == 0)
		*out = midnight(now, zone, -1);
	else if (dw_duration_from_text(text, strlen(text), &ago, NULL) == DW_OK)
		*out = now - (int64_t)ago * SECOND;
	else if (!read_local(text, zone, out))
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0,
			"'%s' is no time: expected 2h, 3d, today, yesterday, 2026-01-02, "
			"2026-01-02T03:04 or 2026-01-02T03:04:05Z",
			text);
	return DW_OK;
}

/* ---- writing ---- */

const char *dw_when_to_text(int64_t time, const struct dw_zone_info *zone, char *out)
{
	const int64_t last = INT64_C(253402300799);
	int64_t seconds = floor_div(time, SECOND), milli = (time - seconds * SECOND) / 1000;

	seconds += dw_zone_info_offset(zone, seconds);
	seconds = seconds < 0 ? 0 : seconds > last ? last : seconds;
	struct civil_date date = civil_from_days(seconds / DAY_SECONDS);
	unsigned of_day = (unsigned)(seconds % DAY_SECONDS);
	snprintf(out, DW_WHEN_TEXT_MAX, "%04u-%02u-%02u %02u:%02u:%02u.%03u",
		(unsigned)date.year % 10000, date.month % 100U, date.day % 100U,
		of_day / 3600 % 100, of_day / 60 % 60, of_day % 60, (unsigned)milli % 1000);
	return out;
}
