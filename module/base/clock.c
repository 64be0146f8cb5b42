/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * clock.c: now, durations and timestamps */
#include "dnsward-config.h"
#include "dnsward/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ascii.h"
#include "civil.h"

enum { MICROSECONDS = 1000000 };

uint64_t dw_clock_wall(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * MICROSECONDS + (uint64_t)now.tv_nsec / 1000;
}

uint64_t dw_clock_steady(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* ---- durations ---- */

static const struct {
	char letter;
	uint32_t seconds;
} units[] = {{'w', 7 * DAY_SECONDS}, {'d', DAY_SECONDS}, {'h', 3600}, {'m', 60}, {'s', 1}};

static const uint64_t duration_max = UINT64_C(1000) * 7 * DAY_SECONDS;

enum dw_result dw_duration_from_text(
	const char *text, size_t len, uint64_t *seconds, struct dw_error *err)
{
	uint64_t value = 0, unit = 1;
	size_t digits = 0;

	/* past the most, more digits change nothing */
	for (; digits < len && ascii_is_digit((uint8_t)text[digits]); digits++)
		if (value <= duration_max)
			value = value * 10 + (uint64_t)(text[digits] - '0');
	if (digits > 0 && digits + 1 == len) {
		unit = 0;
		for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
			if (text[digits] == units[i].letter)
				unit = units[i].seconds;
	}
	if (digits == 0 || digits + 1 < len || unit == 0)
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0,
			"\"%.*s\" is no duration; expected a number and s, m, h, d or w, like 90s "
			"or 24h",
			(int)(len < 64 ? len : 64), text);
	if (value > duration_max / unit)
		return dw_fail(err, DW_ERR_LIMIT, NULL, 0, "\"%.*s\" is longer than 1000w",
			(int)(len < 64 ? len : 64), text);
	*seconds = value * unit;
	return DW_OK;
}

const char *dw_duration_to_text(uint64_t seconds, char *out)
{
	size_t i = 0;

	while (seconds % units[i].seconds != 0 || (seconds == 0 && units[i].seconds > 1))
		i++;
	snprintf(out, DW_DURATION_TEXT_MAX, "%" PRIu64 "%c", seconds / units[i].seconds,
		units[i].letter);
	return out;
}

/* ---- timestamps ---- */

static char *put_digits(char *out, uint32_t value, int digits)
{
	for (int i = digits - 1; i >= 0; i--) {
		out[i] = (char)('0' + value % 10);
		value /= 10;
	}
	return out + digits;
}

const char *dw_timestamp_to_text(uint64_t wall, char *out)
{
	/* 9999-12-31T23:59:59.999999Z */
	static const uint64_t last = UINT64_C(253402300800) * MICROSECONDS - 1;
	struct civil_date date;
	uint32_t second, fraction;
	char *p = out;

	if (wall > last)
		wall = last;
	fraction = (uint32_t)(wall % MICROSECONDS);
	wall /= MICROSECONDS;
	second = (uint32_t)(wall % DAY_SECONDS);
	date = civil_from_days((int64_t)(wall / DAY_SECONDS));
	p = put_digits(p, (uint32_t)date.year, 4);
	*p++ = '-';
	p = put_digits(p, date.month, 2);
	*p++ = '-';
	p = put_digits(p, date.day, 2);
	*p++ = 'T';
	p = put_digits(p, second / 3600, 2);
	*p++ = ':';
	p = put_digits(p, second / 60 % 60, 2);
	*p++ = ':';
	p = put_digits(p, second % 60, 2);
	*p++ = '.';
	p = put_digits(p, fraction, 6);
	*p++ = 'Z';
	*p = '\0';
	return out;
}
