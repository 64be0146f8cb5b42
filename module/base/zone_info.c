/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * zone_info.c: time zones, read from their files (RFC 8536) */
#include "dnsward-config.h"
#include "dnsward/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"
#include "dnsward/file.h"
#include "zone_rule.h"

#define ZONE_FOLDER "/usr/share/zoneinfo/"
#define MACHINE_FILE "/etc/localtime"

enum {
	FILE_MAX = 1 << 20, /* the largest zone file has some 4 KiB */
	NAME_MAX_BYTES = 128,
	HEADER_BYTES = 44,
	TYPE_BYTES = 6,
	/* RFC 8536 section 3.2: "SHOULD be between -89999 seconds and 93599" */
	OFFSET_MIN = -89999,
	OFFSET_MAX = 93599,
};

struct transition {
	int64_t at;
	int32_t offset; /* from then on, seconds east of UTC */
};

struct dw_zone_info {
	int32_t first; /* offset before the first transition */
	bool has_rule; /* for all times from the last transition on */
	struct zone_rule rule;
	size_t count;
	struct transition transitions[];
};

/* ---- the file ---- */

/* Bytes being read from the left; what is not there reads as a refusal. */
struct bytes {
	const uint8_t *at;
	size_t left;
};

static const uint8_t *take(struct bytes *b, size_t len)
{
	const uint8_t *start = b->at;

	if (len > b->left)
		return NULL;
	b->at += len;
	b->left -= len;
	return start;
}

static uint32_t load32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t load64(const uint8_t *p)
{
	return (int64_t)((uint64_t)load32(p) << 32 | load32(p + 4));
}

/* The six counts of a header, in the order they stand in. */
struct header {
	uint8_t version; /* '2', '3', ...; 0 for the first */
	uint32_t is_ut, is_standard, leaps, times, types, chars;
};

static bool take_header(struct bytes *b, struct header *out)
{
	const uint8_t *p = take(b, HEADER_BYTES);

	if (!p || memcmp(p, "TZif", 4) != 0)
		return false;
	*out = (struct header){
		.version = p[4],
		.is_ut = load32(p + 20),
		.is_standard = load32(p + 24),
		.leaps = load32(p + 28),
		.times = load32(p + 32),
		.types = load32(p + 36),
		.chars = load32(p + 40),
	};
	return true;
}

/* Pass over what we do not need after the transitions and types: designations,
 * leap seconds, and the two kinds of indicators. */
static bool skip_rest(struct bytes *b, const struct header *h, size_t time_bytes)
{
	return take(b, h->chars) && take(b, h->leaps * (time_bytes + 4)) &&
		take(b, h->is_standard) && take(b, h->is_ut);
}

static bool load_offset(const uint8_t *types, uint32_t index, int32_t *out)
{
	*out = (int32_t)load32(types + (size_t)index * TYPE_BYTES);
	return *out >= OFFSET_MIN && *out <= OFFSET_MAX;
}

static bool take_transitions(struct bytes *b, const struct header *h, struct dw_zone_info *zone)
{
	const uint8_t *times = take(b, h->times * (size_t)8);
	const uint8_t *indexes = take(b, h->times);
	const uint8_t *types = take(b, h->types * (size_t)TYPE_BYTES);

	if (!times || !indexes || !types || !load_offset(types, 0, &zone->first))
		return false;
	zone->count = h->times;
	for (size_t i = 0; i < zone->count; i++) {
		struct transition *t = &zone->transitions[i];

		t->at = load64(times + i * 8);
		if (i > 0 && t->at <= t[-1].at)
			return false;
		if (indexes[i] >= h->types || !load_offset(types, indexes[i], &t->offset))
			return false;
	}
	return true;
}

static bool take_footer(struct bytes *b, struct dw_zone_info *zone)
{
	const uint8_t *newline = take(b, 1);
	const uint8_t *end = b->left ? memchr(b->at, '\n', b->left) : NULL;
	size_t len;

	if (!newline || *newline != '\n' || !end)
		return false;
	len = (size_t)(end - b->at);
	zone->has_rule = len > 0;
	return len == 0 || zone_rule_parse((const char *)b->at, len, &zone->rule);
}

static enum dw_result parse(const char *path, const uint8_t *data, size_t len,
	struct dw_zone_info **out, struct dw_error *err)
{
	struct bytes b = {.at = data, .left = len};
	struct header h;
	struct dw_zone_info *zone;

	if (!take_header(&b, &h))
		return dw_fail(err, DW_ERR_CORRUPT, path, 0, "not a time zone file");
	if (h.version < '2')
		return dw_fail(err, DW_ERR_UNSUPPORTED, path, 0,
			"a time zone file of version 1; expected 2 or later");
	/* the old block, with times of 32 bits */
	if (!take(&b, h.times * (size_t)5) || !take(&b, h.types * (size_t)TYPE_BYTES) ||
		!skip_rest(&b, &h, 4) || !take_header(&b, &h) || h.types == 0 ||
		h.times > b.left / 9)
		return dw_fail(err, DW_ERR_CORRUPT, path, 0, "a damaged time zone file");
	if (h.leaps > 0)
		return dw_fail(err, DW_ERR_UNSUPPORTED, path, 0,
			"a time zone that counts leap seconds");
	zone = calloc(1, sizeof(*zone) + h.times * sizeof(zone->transitions[0]));
	if (!zone)
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory");
	if (!take_transitions(&b, &h, zone) || !skip_rest(&b, &h, 8) || !take_footer(&b, zone)) {
		free(zone);
		return dw_fail(err, DW_ERR_CORRUPT, path, 0, "a damaged time zone file");
	}
	*out = zone;
	return DW_OK;
}

static enum dw_result open_file(const char *path, struct dw_zone_info **out, struct dw_error *err)
{
	char *data;
	size_t len;
	enum dw_result result = dw_file_read(path, FILE_MAX, &data, &len, err);

	if (result != DW_OK)
		return result;
	result = parse(path, (const uint8_t *)data, len, out, err);
	free(data);
	return result;
}

/* ---- names ---- */

/* Letters, digits and "/_+-" alone: no dot, so no way out of the folder. */
static bool is_zone_name(const char *name)
{
	size_t len = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				  "0123456789/_+-");

	return len > 0 && len < NAME_MAX_BYTES && name[len] == '\0' && name[0] != '/';
}

static enum dw_result open_named(const char *name, struct dw_zone_info **out, struct dw_error *err)
{
	char path[sizeof(ZONE_FOLDER) + NAME_MAX_BYTES];
	enum dw_result result = DW_ERR_NOT_FOUND;

	if (is_zone_name(name)) {
		snprintf(path, sizeof(path), ZONE_FOLDER "%s", name);
		result = open_file(path, out, err);
	}
	if (result != DW_ERR_NOT_FOUND)
		return result;
	return dw_fail(err, result, NULL, 0,
		"no time zone \"%.64s\" in " ZONE_FOLDER "; expected a name like Europe/Zurich",
		name);
}

static enum dw_result open_rule(const char *text, struct dw_zone_info **out)
{
	struct zone_rule rule;

	if (!zone_rule_parse(text, strlen(text), &rule))
		return DW_ERR_SYNTAX;
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return DW_ERR_MEMORY;
	(*out)->has_rule = true;
	(*out)->rule = rule;
	return DW_OK;
}

/* As tzset(3) goes about it, UTC for want of anything else included. */
static enum dw_result open_machine(struct dw_zone_info **out)
{
	const char *tz = getenv("TZ");
	enum dw_result result;

	if (tz && *tz == ':')
		tz++;
	if (!tz)
		result = open_file(MACHINE_FILE, out, NULL);
	else if (*tz == '/')
		result = open_file(tz, out, NULL);
	else
		result = open_named(tz, out, NULL);
	if (result != DW_OK && result != DW_ERR_MEMORY && tz)
		result = open_rule(tz, out);
	if (result != DW_OK && result != DW_ERR_MEMORY)
		result = open_rule("UTC0", out);
	return result;
}

enum dw_result dw_zone_info_open(const char *name, struct dw_zone_info **out, struct dw_error *err)
{
	enum dw_result result;

	if (name)
		return open_named(name, out, err);
	result = open_machine(out);
	return result == DW_OK ? DW_OK : dw_fail(err, result, NULL, 0, "no memory");
}

void dw_zone_info_close(struct dw_zone_info **zone)
{
	free(*zone);
	*zone = NULL;
}

/* ---- asking ---- */

int32_t dw_zone_info_offset(const struct dw_zone_info *zone, int64_t seconds)
{
	size_t low = 0, high;

	if (!zone)
		return 0;
	/* how many transitions are not after the moment */
	for (high = zone->count; low < high;) {
		size_t middle = low + (high - low) / 2;

		if (zone->transitions[middle].at <= seconds)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == zone->count && zone->has_rule)
		return zone_rule_offset(&zone->rule, seconds);
	return low > 0 ? zone->transitions[low - 1].offset : zone->first;
}

struct dw_week_time dw_zone_info_week_time(const struct dw_zone_info *zone, int64_t seconds)
{
	int64_t local = seconds + dw_zone_info_offset(zone, seconds);
	int64_t days = floor_div(local, DAY_SECONDS);

	return (struct dw_week_time){
		.weekday = (uint8_t)weekday_from_days(days),
		.minute = (uint16_t)((local - days * DAY_SECONDS) / 60),
	};
}
