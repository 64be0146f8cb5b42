/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * zone_rule.h: POSIX time zone rules, the footer of a zone file */
#ifndef DNSWARD_BASE_ZONE_RULE_H
#define DNSWARD_BASE_ZONE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "CET-1CEST,M3.5.0,M10.5.0/3": POSIX.1-2017 section 8.3, TZ, with hours from
 * -167 to 167 in the times of change (RFC 8536 section 3.3.1). */
enum zone_change_kind {
	ZONE_CHANGE_JULIAN, /* Jn: day 1 to 365, February 29 never counted */
	ZONE_CHANGE_DAY,    /* n: day 0 to 365, February 29 counted */
	ZONE_CHANGE_MONTH,  /* Mm.w.d: week 1 to 4, or 5 for the last */
};

struct zone_change {
	enum zone_change_kind kind;
	uint16_t day; /* of the year, or for MONTH of the week from Sunday */
	uint8_t month;
	uint8_t week;
	int32_t time; /* seconds after the day's midnight, by the clock before the change */
};

struct zone_rule {
	int32_t standard; /* seconds east of UTC */
	int32_t daylight;
	bool has_daylight;
	struct zone_change start, end; /* of daylight saving time */
};

/* False for text that is no rule, and for one that names a daylight time but
 * not when it holds: what that means is left open by POSIX. */
bool zone_rule_parse(const char *text, size_t len, struct zone_rule *out);

/* Seconds east of UTC at `seconds` since 1970. */
int32_t zone_rule_offset(const struct zone_rule *rule, int64_t seconds);

#endif
