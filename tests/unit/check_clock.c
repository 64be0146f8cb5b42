/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_clock.c: durations, timestamps, time zones and weekly windows
 */
#include "dnsward-config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dnsward/clock.h"
#include "dnsward/file.h"
#include "unit.h"

static uint64_t random64(uint32_t *state)
{
	uint64_t high = unit_random(state);

	return high << 32 | unit_random(state);
}

/* ---- durations ---- */

static const struct {
	const char *text;
	uint64_t seconds;
	const char *back;
} durations[] = {
	{"0", 0, "0s"},
	{"10", 10, "10s"},
	{"90s", 90, "90s"},
	{"5m", 300, "5m"},
	{"60m", 3600, "1h"},
	{"24h", 86400, "1d"},
	{"3d", 259200, "3d"},
	{"2w", 1209600, "2w"},
	{"0w", 0, "0s"},
	{"007", 7, "7s"},
	{"1000w", 604800000, "1000w"},
	{"604800000", 604800000, "1000w"},
};

START_TEST(duration_good)
{
	const char *text = durations[_i].text;
	char back[DW_DURATION_TEXT_MAX];
	struct dw_error err;
	uint64_t seconds = 1;

	ck_assert_msg(dw_duration_from_text(text, strlen(text), &seconds, &err) == DW_OK, "%s",
		err.text);
	ck_assert_uint_eq(seconds, durations[_i].seconds);
	ck_assert_str_eq(dw_duration_to_text(seconds, back), durations[_i].back);
}
END_TEST

static const struct {
	const char *text;
	enum dw_result result;
} bad_durations[] = {
	{"", DW_ERR_SYNTAX},
	{"s", DW_ERR_SYNTAX},
	{"5M", DW_ERR_SYNTAX},
	{"5 m", DW_ERR_SYNTAX},
	{" 5m", DW_ERR_SYNTAX},
	{"5m ", DW_ERR_SYNTAX},
	{"5min", DW_ERR_SYNTAX},
	{"1h30m", DW_ERR_SYNTAX},
	{"1.5h", DW_ERR_SYNTAX},
	{"-1", DW_ERR_SYNTAX},
	{"+1", DW_ERR_SYNTAX},
	{"5y", DW_ERR_SYNTAX},
	{"0x10", DW_ERR_SYNTAX},
	{"\xd9\xa1m", DW_ERR_SYNTAX},
	{"1001w", DW_ERR_LIMIT},
	{"604800001", DW_ERR_LIMIT},
	{"18446744073709551615", DW_ERR_LIMIT},
	{"18446744073709551616", DW_ERR_LIMIT},
	{"99999999999999999999999999999999999999w", DW_ERR_LIMIT},
};

START_TEST(duration_bad)
{
	const char *text = bad_durations[_i].text;
	struct dw_error err;
	uint64_t seconds = 77;

	ck_assert_int_eq(dw_duration_from_text(text, strlen(text), &seconds, &err),
		bad_durations[_i].result);
	ck_assert_uint_eq(seconds, 77);
	if (bad_durations[_i].result == DW_ERR_SYNTAX)
		ck_assert_ptr_nonnull(strstr(err.text, "expected a number and s, m, h, d or w"));
}
END_TEST

START_TEST(duration_longest_text)
{
	char text[DW_DURATION_TEXT_MAX];

	ck_assert_str_eq(dw_duration_to_text(UINT64_MAX, text), "18446744073709551615s");
}
END_TEST

/* ---- timestamps ---- */

static const struct {
	uint64_t wall;
	const char *text;
} timestamps[] = {
	{0, "1970-01-01T00:00:00.000000Z"},
	{1, "1970-01-01T00:00:00.000001Z"},
	{UINT64_C(1767323045678901), "2026-01-02T03:04:05.678901Z"},
	{UINT64_C(951782399999999), "2000-02-28T23:59:59.999999Z"},
	{UINT64_C(951782400000000), "2000-02-29T00:00:00.000000Z"},
	{UINT64_C(4107542400000000), "2100-03-01T00:00:00.000000Z"}, /* no leap year */
	{UINT64_C(253402300799999999), "9999-12-31T23:59:59.999999Z"},
	{UINT64_C(253402300800000000), "9999-12-31T23:59:59.999999Z"},
	{UINT64_MAX, "9999-12-31T23:59:59.999999Z"},
};

START_TEST(timestamp_table)
{
	char text[DW_TIMESTAMP_TEXT_MAX];

	ck_assert_str_eq(dw_timestamp_to_text(timestamps[_i].wall, text), timestamps[_i].text);
	ck_assert_uint_eq(strlen(text), DW_TIMESTAMP_TEXT_MAX - 1);
}
END_TEST

START_TEST(timestamp_as_strftime)
{
	uint32_t state = 3;

	for (int i = 0; i < 50000; i++) {
		uint64_t wall = random64(&state) % UINT64_C(253402300800000000);
		time_t seconds = (time_t)(wall / 1000000);
		char text[DW_TIMESTAMP_TEXT_MAX], date[32], expected[64];
		struct tm tm;

		gmtime_r(&seconds, &tm);
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
		snprintf(expected, sizeof(expected), "%s.%06" PRIu64 "Z", date, wall % 1000000);
		if (strcmp(dw_timestamp_to_text(wall, text), expected) != 0)
			ck_abort_msg("%s, expected %s", text, expected);
	}
}
END_TEST

START_TEST(clocks_go_on)
{
	uint64_t wall = dw_clock_wall(), steady = dw_clock_steady();
	time_t now = time(NULL);

	ck_assert_uint_le(wall / 1000000, (uint64_t)now + 1);
	ck_assert_uint_ge(wall / 1000000 + 2, (uint64_t)now);
	ck_assert_uint_ge(dw_clock_steady(), steady);
}
END_TEST

/* ---- zones ---- */

static void use_tz(const char *tz)
{
	setenv("TZ", tz, 1);
	tzset();
}

static struct dw_zone_info *open_zone(const char *name)
{
	struct dw_zone_info *zone = NULL;
	struct dw_error err;

	ck_assert_msg(dw_zone_info_open(name, &zone, &err) == DW_OK, "%s: %s", err.where, err.text);
	return zone;
}

/* The C library, in the zone that use_tz set, is the model. */
static void compare(const struct dw_zone_info *zone, const char *name, int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct dw_week_time when = dw_zone_info_week_time(zone, seconds);
	struct tm tm;

	localtime_r(&t, &tm);
	/* no ck_assert for each of millions: it writes to a file */
	if (dw_zone_info_offset(zone, seconds) != tm.tm_gmtoff || when.weekday != tm.tm_wday ||
		when.minute != tm.tm_hour * 60 + tm.tm_min)
		ck_abort_msg("%s at %" PRId64 ": %d, expected %ld", name, seconds,
			(int)dw_zone_info_offset(zone, seconds), tm.tm_gmtoff);
}

static const char *const zones[] = {"Europe/Zurich", "America/New_York", "UTC", "Europe/Dublin",
	"Africa/Casablanca", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
	"America/Sao_Paulo", "Antarctica/Troll", "America/Nuuk", "Asia/Gaza", "Pacific/Chatham",
	"Asia/Tehran", "America/St_Johns", "Etc/GMT+12", "Africa/Monrovia"};

START_TEST(zone_as_the_c_library)
{
	struct dw_zone_info *zone = open_zone(zones[_i]);
	uint32_t state = 11;

	use_tz(zones[_i]);
	/* 1900 to 2500 */
	for (int i = 0; i < 5000; i++)
		compare(zone, zones[_i],
			-INT64_C(2208988800) +
				(int64_t)(random64(&state) % UINT64_C(18934214400)));
	/* each hour of 2026 and of 2050 and the second before it: no change is missed */
	for (int64_t t = 1767225600; t < 1767225600 + INT64_C(31536000); t += 3600) {
		compare(zone, zones[_i], t - 1);
		compare(zone, zones[_i], t);
		compare(zone, zones[_i], t + INT64_C(757382400) - 1);
		compare(zone, zones[_i], t + INT64_C(757382400));
	}
	dw_zone_info_close(&zone);
	ck_assert_ptr_null(zone);
}
END_TEST

/* Read off `date -d @... '+%a %H:%M'` with TZ set. */
static const struct {
	const char *zone;
	int64_t seconds;
	uint8_t weekday;
	const char *time;
} moments[] = {
	{"Europe/Zurich", 1774745999, 0, "01:59"},    /* 2026-03-29, clocks go on */
	{"Europe/Zurich", 1774746000, 0, "03:00"},
	{"Europe/Zurich", 1792889999, 0, "02:59"},    /* 2026-10-25, and back */
	{"Europe/Zurich", 1792890000, 0, "02:00"},
	{"America/New_York", 1772953199, 0, "01:59"}, /* 2026-03-08 */
	{"America/New_York", 1772953200, 0, "03:00"},
	{"America/New_York", 1793512799, 0, "01:59"}, /* 2026-11-01 */
	{"America/New_York", 1793512800, 0, "01:00"},
	{"Europe/Zurich", 4078429199, 0, "01:59"},    /* 2099-03-29, past any table */
	{"Europe/Zurich", 4078429200, 0, "03:00"},
};

START_TEST(zone_moments)
{
	struct dw_zone_info *zone;
	struct dw_week_time when;
	char command[128], expected[32] = "", found[32];
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	FILE *date;

	zone = open_zone(moments[_i].zone);
	when = dw_zone_info_week_time(zone, moments[_i].seconds);
	dw_zone_info_close(&zone);
	snprintf(command, sizeof(command), "LC_ALL=C TZ=%s date -d @%" PRId64 " '+%%a %%H:%%M'",
		moments[_i].zone, moments[_i].seconds);
	date = popen(command, "r");
	ck_assert_ptr_nonnull(fgets(expected, sizeof(expected), date));
	ck_assert_int_eq(pclose(date), 0);
	snprintf(found, sizeof(found), "%s %02d:%02d\n", days[when.weekday], when.minute / 60,
		when.minute % 60);
	ck_assert_str_eq(found, expected);
	snprintf(expected, sizeof(expected), "%s %s\n", days[moments[_i].weekday],
		moments[_i].time);
	ck_assert_str_eq(found, expected);
}
END_TEST

/* Rules as TZ and the footers of zone files have them. */
static const char *const rules[] = {"UTC0", "CET-1CEST,M3.5.0,M10.5.0/3",
	"EST5EDT,M3.2.0,M11.1.0", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "IST-1GMT0,M10.5.0,M3.5.0/1",
	"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "EET-2EEST,M3.4.4/50,M10.4.4/50",
	"AAA3BBB,J60/0,J300/0", "AAA-3BBB,59/1:30:15,300/2", "XXX-12:45:30YYY-14,J2/2,J364/1"};

START_TEST(rule_as_the_c_library)
{
	struct dw_zone_info *zone;
	uint32_t state = 5;

	use_tz(rules[_i]);
	zone = open_zone(NULL);
	for (int i = 0; i < 10000; i++)
		compare(zone, rules[_i], (int64_t)(random64(&state) % UINT64_C(16725225600)));
	dw_zone_info_close(&zone);
}
END_TEST

START_TEST(rule_of_a_whole_year)
{
	struct dw_zone_info *zone;

	/* RFC 8536 section 3.3.1: daylight saving time all year */
	use_tz("EST5EDT,0/0,J365/25");
	zone = open_zone(NULL);
	for (int64_t t = 1735689600; t < 1735689600 + 3 * INT64_C(31536000); t += 1800 * 5)
		ck_assert_int_eq(dw_zone_info_offset(zone, t), -4 * 3600);
	dw_zone_info_close(&zone);
}
END_TEST

START_TEST(rule_over_the_new_year)
{
	struct dw_zone_info *zone;

	/* starts on January 1 at 02:00 by a clock 12:45:30 ahead: on December 31 at
	 * 13:14:30 UTC, 2025-12-31 here */
	use_tz("XXX-12:45:30YYY-14,J1/2,J200");
	zone = open_zone(NULL);
	ck_assert_int_eq(dw_zone_info_offset(zone, 1767186869), 45930);
	ck_assert_int_eq(dw_zone_info_offset(zone, 1767186870), 50400);
	dw_zone_info_close(&zone);
}
END_TEST

START_TEST(rule_agrees_with_the_table)
{
	struct dw_zone_info *named = open_zone("Europe/Zurich"), *ruled;

	use_tz("CET-1CEST,M3.5.0,M10.5.0/3");
	ruled = open_zone(NULL);
	/* 1996, when the rule began, to 2060 */
	for (int64_t t = 820454400; t < INT64_C(2840140800); t += 10800)
		if (dw_zone_info_offset(named, t) != dw_zone_info_offset(ruled, t))
			ck_abort_msg("at %" PRId64, t);
	dw_zone_info_close(&named);
	dw_zone_info_close(&ruled);
}
END_TEST

static const char *const no_rules[] = {"EST5EDT,M3.2.0", "AB3", "<AB", "<>3", "QQQ", "CET-25",
	"CET-1:60", "CET-1CEST,M13.1.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0",
	"CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J365", "CET-1CEST,0,366", "CET-1CEST,M3.5.0/168,M10.5.0",
	"CET-1CEST,M3.5.0,M10.5.0/3x", "No/Such_Zone", "../../etc/passwd", "/etc/passwd", ""};

START_TEST(a_bad_tz_is_utc)
{
	struct dw_zone_info *zone;

	use_tz(no_rules[_i]);
	zone = open_zone(NULL);
	for (int64_t t = 1735689600; t < 1735689600 + INT64_C(31536000); t += 86400)
		ck_assert_int_eq(dw_zone_info_offset(zone, t), 0);
	dw_zone_info_close(&zone);
}
END_TEST

START_TEST(the_machines_zone)
{
	struct dw_zone_info *zone;

	unsetenv("TZ");
	tzset();
	zone = open_zone(NULL);
	for (int64_t t = 1735689600; t < 1735689600 + INT64_C(31536000); t += 3600)
		compare(zone, "/etc/localtime", t);
	dw_zone_info_close(&zone);
	use_tz(":Asia/Kathmandu");
	zone = open_zone(NULL);
	ck_assert_int_eq(dw_zone_info_offset(zone, 1735689600), 20700);
	dw_zone_info_close(&zone);
	use_tz("/usr/share/zoneinfo/Asia/Kathmandu");
	zone = open_zone(NULL);
	ck_assert_int_eq(dw_zone_info_offset(zone, 1735689600), 20700);
	dw_zone_info_close(&zone);
	ck_assert_int_eq(dw_zone_info_offset(NULL, 1735689600), 0);
}
END_TEST

static const struct {
	const char *name;
	enum dw_result result;
	const char *reason;
} bad_zones[] = {
	{"", DW_ERR_NOT_FOUND, "expected a name like Europe/Zurich"},
	{"Europe/Zurch", DW_ERR_NOT_FOUND, "no time zone \"Europe/Zurch\""},
	{"../../../etc/localtime", DW_ERR_NOT_FOUND, "no time zone"},
	{"/etc/localtime", DW_ERR_NOT_FOUND, "no time zone"},
	{"Europe/Zurich\n", DW_ERR_NOT_FOUND, "no time zone"},
	{"Europe", DW_ERR_UNSUPPORTED, "not a regular file"},
	{"right/Europe/Zurich", DW_ERR_UNSUPPORTED, "counts leap seconds"},
	{"leapseconds", DW_ERR_CORRUPT, "not a time zone file"},
};

START_TEST(zone_bad)
{
	struct dw_zone_info *zone = NULL;
	struct dw_error err;
	enum dw_result result = dw_zone_info_open(bad_zones[_i].name, &zone, &err);

	/* the last two are not installed everywhere */
	if (result == DW_ERR_NOT_FOUND && bad_zones[_i].result != DW_ERR_UNSUPPORTED)
		return;
	ck_assert_int_eq(result, bad_zones[_i].result);
	ck_assert_msg(strstr(err.text, bad_zones[_i].reason) != NULL, "%s", err.text);
	ck_assert_ptr_null(zone);
}
END_TEST

/* A damaged file gives some zone or none, and touches nothing it should not. */
START_TEST(damaged_files)
{
	char path[] = "/tmp/dnsward-zone-XXXXXX";
	int fd = mkstemp(path);
	char *data, copy[8192];
	size_t len;
	uint32_t state = 13;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(
		dw_file_read("/usr/share/zoneinfo/Europe/Zurich", sizeof(copy), &data, &len, NULL),
		DW_OK);
	setenv("TZ", path, 1);
	for (size_t i = 0; i < 1000 + len; i++) {
		size_t cut = i < len ? i : len;
		struct dw_zone_info *zone;

		memcpy(copy, data, len);
		for (int flips = 0; i >= len && flips < 1 + (int)(i % 3); flips++) {
			/* headers and footer more often than the rest */
			size_t at = unit_random(&state) % (i % 2 ? 44 : len);

			copy[at] = (char)unit_random(&state);
		}
		ck_assert_int_eq(ftruncate(fd, 0), 0);
		ck_assert_int_eq(pwrite(fd, copy, cut, 0), (ssize_t)cut);
		zone = open_zone(NULL);
		for (int64_t t = -4000000000; t < 8000000000; t += 400000000)
			(void)dw_zone_info_offset(zone, t);
		dw_zone_info_close(&zone);
	}
	free(data);
	close(fd);
	unlink(path);
}
END_TEST

/* ---- windows ---- */

enum { SUN = 1, MON = 2, TUE = 4, WED = 8, THU = 16, FRI = 32, SAT = 64, ALL = 127 };

static const struct {
	const char *text;
	uint8_t days;
	uint16_t start, end;
} windows[] = {
	{"Sun-Thu 20:30-07:00", SUN | MON | TUE | WED | THU, 1230, 420},
	{"Fri-Sat 22:00-08:00", FRI | SAT, 1320, 480},
	{"Mon,Wed 10:00-11:00", MON | WED, 600, 660},
	{"daily 08:00-12:00", ALL, 480, 720},
	{"08:00-12:00", ALL, 480, 720},
	{"8:00-9:30", ALL, 480, 570},
	{"00:00-24:00", ALL, 0, 1440},
	{"20:00-24:00", ALL, 1200, 1440},
	{"20:00-00:00", ALL, 1200, 1440},
	{"00:00-00:01", ALL, 0, 1},
	{"23:59-00:00", ALL, 1439, 1440},
	{"MON 08:00-12:00", MON, 480, 720},
	{"monday-FRIDAY 08:00-12:00", MON | TUE | WED | THU | FRI, 480, 720},
	{"Sat-Mon 08:00-12:00", SAT | SUN | MON, 480, 720},
	{"Fri-Fri 08:00-12:00", FRI, 480, 720},
	{"Sun-Sat 08:00-12:00", ALL, 480, 720},
	{"Mon,Wed-Thu, Sat 08:00-12:00", MON | WED | THU | SAT, 480, 720},
	{" Mon  08:00 - 12:00 ", MON, 480, 720},
};

START_TEST(window_good)
{
	const char *text = windows[_i].text;
	struct dw_window window;
	struct dw_error err;

	ck_assert_msg(dw_window_from_text(text, strlen(text), &window, &err) == DW_OK, "%s",
		err.text);
	ck_assert_uint_eq(window.days, windows[_i].days);
	ck_assert_uint_eq(window.start, windows[_i].start);
	ck_assert_uint_eq(window.end, windows[_i].end);
}
END_TEST

static const char *const bad_windows[] = {"", " ", "Mon", "daily", "Mon-Fri", "08:00", "08:00-",
	"-12:00", "08:00-12", "8-12", "08:0-12:00", "008:00-12:00", "08:00-12:000", "08:60-12:00",
	"24:00-01:00", "08:00-24:01", "25:00-26:00", "08:00-12:00 Mon", "Mon08:00-12:00",
	"Mo 08:00-12:00", "Mond 08:00-12:00", "Montag 08:00-12:00", "Mon, 08:00-12:00",
	",Mon 08:00-12:00", "Mon--Fri 08:00-12:00", "daily,Mon 08:00-12:00", "08:00-12:00x",
	"08:00-12:00,13:00-14:00", "-1:00-2:00", ("08:00\xe2\x80\x93" "12:00"), "08.00-12.00",
	"8am-12am"};

START_TEST(window_bad)
{
	const char *text = bad_windows[_i];
	struct dw_window window = {.start = 7};
	struct dw_error err;

	ck_assert_msg(dw_window_from_text(text, strlen(text), &window, &err) == DW_ERR_SYNTAX, "%s",
		text);
	ck_assert_ptr_nonnull(strstr(err.text, "expected days and hours like"));
	ck_assert_uint_eq(window.start, 7);
}
END_TEST

START_TEST(window_of_no_length)
{
	struct dw_window window;
	struct dw_error err;

	ck_assert_int_eq(dw_window_from_text("08:00-08:00", 11, &window, &err), DW_ERR_SYNTAX);
	ck_assert_ptr_nonnull(strstr(err.text, "00:00-24:00"));
	ck_assert_int_eq(dw_window_from_text("00:00-00:00", 11, &window, &err), DW_ERR_SYNTAX);
	ck_assert_ptr_nonnull(strstr(err.text, "00:00-24:00"));
}
END_TEST

static const struct {
	const char *window;
	uint8_t weekday;
	uint16_t minute;
	bool contains;
} members[] = {
	{"Mon 08:00-12:00", 1, 479, false},
	{"Mon 08:00-12:00", 1, 480, true},
	{"Mon 08:00-12:00", 1, 719, true},
	{"Mon 08:00-12:00", 1, 720, false},
	{"Mon 08:00-12:00", 2, 480, false},
	{"Fri 22:00-08:00", 5, 1319, false},
	{"Fri 22:00-08:00", 5, 1320, true},
	{"Fri 22:00-08:00", 6, 0, true},
	{"Fri 22:00-08:00", 6, 479, true},
	{"Fri 22:00-08:00", 6, 480, false},
	{"Fri 22:00-08:00", 6, 1320, false},
	{"Fri 22:00-08:00", 5, 0, false},   /* that would be Thursday's */
	{"Sat 22:00-08:00", 0, 479, true},  /* over the week's end */
	{"Sat 22:00-08:00", 0, 1320, false},
	{"Sun-Thu 20:30-07:00", 5, 419, true},
	{"Sun-Thu 20:30-07:00", 5, 1230, false},
	{"Sun-Thu 20:30-07:00", 0, 0, false},
	{"00:00-24:00", 3, 1439, true},
	{"20:00-00:00", 3, 1439, true},
	{"20:00-00:00", 3, 0, false},
};

START_TEST(window_members)
{
	struct dw_window window;
	const char *text = members[_i].window;

	ck_assert_int_eq(dw_window_from_text(text, strlen(text), &window, NULL), DW_OK);
	ck_assert_msg(dw_window_contains(&window,
			      (struct dw_week_time){members[_i].weekday, members[_i].minute}) ==
			members[_i].contains,
		"%s, day %d minute %d", text, members[_i].weekday, members[_i].minute);
}
END_TEST

/* Model: mark each minute of the week, from each start on for as long as it lasts. */
START_TEST(window_as_the_model)
{
	enum { WEEK = 7 * 1440 };
	uint32_t state = 17;

	for (int i = 0; i < 100; i++) {
		struct dw_window w = {
			.days = (uint8_t)(unit_random(&state) % 128),
			.start = (uint16_t)(unit_random(&state) % 1440),
			.end = (uint16_t)(1 + unit_random(&state) % 1440),
		};
		unsigned length = (w.end + 1440u - w.start) % 1440u;
		bool marked[WEEK] = {false};

		if (length == 0 && w.end - w.start != 1440)
			continue;
		if (length == 0)
			length = 1440;
		for (unsigned day = 0; day < 7; day++)
			for (unsigned m = 0; w.days >> day & 1 && m < length; m++)
				marked[(day * 1440 + w.start + m) % WEEK] = true;
		for (unsigned m = 0; m < WEEK; m++) {
			struct dw_week_time when = {(uint8_t)(m / 1440), (uint16_t)(m % 1440)};

			if (dw_window_contains(&w, when) != marked[m])
				ck_abort_msg("days %d, %d to %d, minute %u", w.days, w.start, w.end, m);
		}
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("clock");
	TCase *tc = tcase_create("clock");

	UNIT_ADD_TABLE(tc, duration_good, durations);
	UNIT_ADD_TABLE(tc, duration_bad, bad_durations);
	tcase_add_test(tc, duration_longest_text);
	UNIT_ADD_TABLE(tc, timestamp_table, timestamps);
	tcase_add_test(tc, timestamp_as_strftime);
	tcase_add_test(tc, clocks_go_on);
	UNIT_ADD_TABLE(tc, zone_as_the_c_library, zones);
	UNIT_ADD_TABLE(tc, zone_moments, moments);
	UNIT_ADD_TABLE(tc, rule_as_the_c_library, rules);
	tcase_add_test(tc, rule_of_a_whole_year);
	tcase_add_test(tc, rule_over_the_new_year);
	tcase_add_test(tc, rule_agrees_with_the_table);
	UNIT_ADD_TABLE(tc, a_bad_tz_is_utc, no_rules);
	tcase_add_test(tc, the_machines_zone);
	UNIT_ADD_TABLE(tc, zone_bad, bad_zones);
	tcase_add_test(tc, damaged_files);
	UNIT_ADD_TABLE(tc, window_good, windows);
	UNIT_ADD_TABLE(tc, window_bad, bad_windows);
	tcase_add_test(tc, window_of_no_length);
	UNIT_ADD_TABLE(tc, window_members, members);
	tcase_add_test(tc, window_as_the_model);
	tcase_set_timeout(tc, 120);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
