/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * clock.h: durations, timestamps, time zones and weekly windows */
#ifndef DNSWARD_CLOCK_H
#define DNSWARD_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/result.h"

/* All functions here may be called by any thread; none reads or writes the C
 * library's locale or its idea of the local time. */

/* ---- now ---- */

/* The wall clock: microseconds since 1970-01-01T00:00:00Z, leap seconds not
 * counted. It may jump, in both directions. */
uint64_t dw_clock_wall(void);

/* A clock that only goes forward, in nanoseconds since some start. */
uint64_t dw_clock_steady(void);

/* ---- durations, as settings and options write them ---- */

/* A whole number with a unit: s seconds, m minutes, h hours, d days, w weeks;
 * none means seconds: "10", "90s", "5m", "24h", "3d", "2w". One number and one
 * unit, no blanks, no fractions, lower case. DW_ERR_SYNTAX with what was
 * expected, DW_ERR_LIMIT past 1,000 weeks (about 19 years: more is a slip of
 * the hand). */
enum dw_result dw_duration_from_text(const char *text, size_t len, uint64_t *seconds,
	struct dw_error *err) DW_MUST_CHECK;

/* The same with the largest unit that needs no fraction: 5400 is "90m". */
enum { DW_DURATION_TEXT_MAX = 24 };
const char *dw_duration_to_text(uint64_t seconds, char *out);

/* ---- timestamps ---- */

/* "2026-01-02T03:04:05.678901Z" (RFC 3339, UTC, microseconds), always 27 bytes
 * and a NUL. Days turn into a date by arithmetic (Hinnant, "chrono-Compatible
 * Low-Level Date Algorithms", 2013, civil_from_days): no lock of the C library
 * and nothing to cache, tens of nanoseconds. Times past the year 9999 read as
 * its last microsecond. Returns `out`. */
enum { DW_TIMESTAMP_TEXT_MAX = 28 };
const char *dw_timestamp_to_text(uint64_t wall, char *out);

/* ---- time zones ---- */

/* Windows in the settings are in local time, and the settings may name a zone
 * that is not the machine's. The C library knows one zone a process: localtime_r
 * takes a lock that all threads share, and another zone is had only by changing
 * the environment, which no part of a threaded process may do. So the zone's
 * file is read here, once, when settings are (RFC 8536: the 64-bit block of a
 * version 2 to 4 file, and the POSIX rule in its footer for all times after the
 * last transition, without which a "slim" file knows nothing of the present).
 * What is read never changes, and a question is a binary search or a little
 * arithmetic: no lock, no cache, nothing to refresh each hour.
 *
 * A snapshot that outlives an update of the zone files keeps the old rules until
 * settings are read again. */
struct dw_zone_info;

/* The zone of an IANA name ("Europe/Zurich", looked for in /usr/share/zoneinfo),
 * or with NULL the machine's: what TZ says where it is set (a name or a POSIX
 * rule such as "CET-1CEST,M3.5.0,M10.5.0/3"), else /etc/localtime, else UTC, as
 * in tzset(3). Like tzset, the machine's zone is UTC where none can be read; a
 * named one is an error: DW_ERR_NOT_FOUND for no such zone, DW_ERR_CORRUPT for a
 * file that is no zone, DW_ERR_UNSUPPORTED for one that counts leap seconds
 * ("right/...") or is older than version 2. Inside a chroot the files must be
 * there. */
enum dw_result dw_zone_info_open(const char *name, struct dw_zone_info **out, struct dw_error *err)
	DW_MUST_CHECK;
void dw_zone_info_close(struct dw_zone_info **zone);

/* Seconds east of UTC at `seconds` since 1970 (negative: before). NULL is UTC. */
int32_t dw_zone_info_offset(const struct dw_zone_info *zone, int64_t seconds);

/* A moment of the local week. */
struct dw_week_time {
	uint8_t weekday; /* 0 Sunday to 6 Saturday */
	uint16_t minute; /* of the day, 0 to 1439 */
};
struct dw_week_time dw_zone_info_week_time(const struct dw_zone_info *zone, int64_t seconds);

/* ---- weekly windows, the `when` of a row ---- */

/* From `start` to `end` (exclusive) on each of its days. A window whose end is
 * not after its start goes over midnight and belongs to the day it starts on:
 * "Fri 22:00-08:00" holds on Saturday at 07:59, not on Friday. Windows are read
 * off the clock on the wall: in the night clocks change, one holds an hour more
 * or less, and an hour that is skipped holds in no window. */
struct dw_window {
	uint8_t days;   /* bit d: day d, 0 Sunday to 6 Saturday */
	uint16_t start; /* minute of the day, 0 to 1439 */
	uint16_t end;   /* minute of the day, 1 to 1440 */
};

/* "Sun-Thu 20:30-07:00", "Mon,Wed 10:00-11:00", "daily 08:00-12:00", and
 * "08:00-12:00" for every day. Days are English, three letters or in full, any
 * case, ranges may wrap ("Fri-Mon"); times are H:MM or HH:MM, and 24:00 may end
 * a window. Start and end being equal is an error that names 00:00-24:00. */
enum dw_result dw_window_from_text(const char *text, size_t len, struct dw_window *out,
	struct dw_error *err) DW_MUST_CHECK;

bool dw_window_contains(const struct dw_window *window, struct dw_week_time when);

#endif
