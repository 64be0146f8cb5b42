/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * civil.h: days since 1970 and dates of the Gregorian calendar */
#ifndef DNSWARD_BASE_CIVIL_H
#define DNSWARD_BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

/* After H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013): years
 * are counted from March, so that the leap day is a year's last, in eras of 400
 * years, which all have the same days. */
enum {
	DAY_SECONDS = 86400,
	ERA_DAYS = 146097,
	ERA_TO_1970_DAYS = 719468, /* from 0000-03-01 */
};

struct civil_date {
	int32_t year;
	uint8_t month; /* 1 to 12 */
	uint8_t day;   /* 1 to 31 */
};

static inline int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static inline struct civil_date civil_from_days(int64_t days)
{
	int64_t era = floor_div(days + ERA_TO_1970_DAYS, ERA_DAYS);
	uint32_t of_era = (uint32_t)(days + ERA_TO_1970_DAYS - era * ERA_DAYS);
	uint32_t year =
		(of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA_DAYS - 1)) / 365;
	uint32_t of_year = of_era - (365 * year + year / 4 - year / 100);
	uint32_t month = (5 * of_year + 2) / 153; /* from March */

	return (struct civil_date){
		.year = (int32_t)(era * 400 + year + (month >= 10)),
		.month = (uint8_t)(month < 10 ? month + 3 : month - 9),
		.day = (uint8_t)(of_year - (153 * month + 2) / 5 + 1),
	};
}

static inline int64_t days_from_civil(int32_t year, uint32_t month, uint32_t day)
{
	int64_t from_march = (int64_t)year - (month <= 2);
	int64_t era = floor_div(from_march, 400);
	uint32_t of_era = (uint32_t)(from_march - era * 400);
	uint32_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
		ERA_TO_1970_DAYS;
}

/* 0 Sunday to 6 Saturday; 1970-01-01 was a Thursday. */
static inline uint32_t weekday_from_days(int64_t days)
{
	return (uint32_t)(days + 4 - floor_div(days + 4, 7) * 7);
}

static inline bool is_leap_year(int32_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

#endif
