/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * when.h: times in the log and on the command line */
#ifndef DNSWARD_REVIEW_WHEN_H
#define DNSWARD_REVIEW_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/clock.h"

/* Times are microseconds since 1970 in UTC. Pure functions. */

/* A timestamp of RFC 3339: "2026-01-02T03:04:05.678901Z", the zone also as "+01:00", the fraction
 * of any length or not there. False, `out` untouched, for anything else. */
bool dw_when_read(const char *text, size_t len, int64_t *out);

/* What people write for a time:
 *
 *     2h  90m  3d                            so long before `now` (dw_duration_from_text)
 *     now  today  yesterday                  the latter two at midnight
 *     2026-01-02  2026-01-02T03:04[:05]      in `zone`, a blank for the T; with a Z or +01:00 at
 * its end in that zone
 *
 * DW_ERR_SYNTAX with what was expected. */
enum dw_result dw_when_from_text(const char *text, int64_t now, const struct dw_zone_info *zone,
	int64_t *out, struct dw_error *err) DW_MUST_CHECK;

/* "2026-01-02 03:04:05.678" in the zone; cut by who wants less. Years past 9999 are that one. */
enum { DW_WHEN_TEXT_MAX = 24 };
const char *dw_when_to_text(int64_t time, const struct dw_zone_info *zone, char *out);

#endif
