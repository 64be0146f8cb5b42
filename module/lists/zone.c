/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * zone.c: parser for the records of a zone file */
#include "dnsward-config.h"
#include "lists/zone.h"

#include "lists/data.h"

/* ---- words ---- */

bool dw_zone_name(const struct dw_zone *zone, struct span text, uint8_t *wire, size_t *wire_len)
{
	size_t backslashes = 0;

	if (span_is(text, "@")) {
		memcpy(wire, zone->origin, zone->origin_len);
		*wire_len = zone->origin_len;
		return true;
	}
	if (text.len == 0 || dw_name_from_text(text.at, text.len, wire, wire_len, NULL) != DW_OK)
		return false;
	while (backslashes + 1 < text.len && text.at[text.len - 2 - backslashes] == '\\')
		backslashes++;
	if (text.at[text.len - 1] == '.' && backslashes % 2 == 0)
		return true;
	if (*wire_len - 1 + zone->origin_len > DW_NAME_MAX)
		return false;
	memcpy(wire + *wire_len - 1, zone->origin, zone->origin_len);
	*wire_len += zone->origin_len - 1u;
	return true;
}

/* Parse a TTL in seconds, or with units as in BIND: 1h30m, 2W. Returns false if it is neither.
 * Values above 2^31 - 1 are reduced to that. */
static bool read_ttl(struct span text, uint32_t *out)
{
	static const struct {
		char letter;
		uint32_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
	uint64_t sum = 0, value = 0;
	bool digits = false;

	for (size_t i = 0; i < text.len && sum + value <= INT32_MAX; i++) {
		char c = text.at[i];
		size_t unit = 0;

		if (c >= '0' && c <= '9') {
			value = value * 10 + (uint64_t)(c - '0');
			digits = true;
			continue;
		}
		while (unit < 5 && units[unit].letter != (c | 0x20))
			unit++;
		if (unit == 5 || !digits)
			return false;
		sum += value * units[unit].seconds;
		value = 0;
		digits = false;
	}
	if (text.len == 0 || (sum == 0 && !digits && value == 0 && *text.at != '0'))
		return false;
	/* RFC 2181 section 8: 31 bits */
	*out = sum + value > INT32_MAX ? INT32_MAX : (uint32_t)(sum + value);
	return true;
}

/* ---- records ---- */

void dw_zone_set_origin(struct dw_zone *zone, const uint8_t *origin, size_t origin_len)
{
	memcpy(zone->origin, origin, origin_len);
	zone->origin_len = (uint8_t)origin_len;
	zone->has_origin = true;
}

static bool read_directive(struct dw_reader *reader, struct dw_zone *zone, struct span rest)
{
	uint8_t wire[DW_NAME_MAX];
	struct span word, value;
	size_t len;

	span_word(&rest, &word);
	span_word(&rest, &value);
	if (span_is(word, "$ORIGIN") && dw_zone_name(zone, value, wire, &len)) {
		dw_zone_set_origin(zone, wire, len);
	} else if (span_is(word, "$TTL") && read_ttl(value, &zone->ttl)) {
		zone->has_ttl = true; /* RFC 2308 section 4: TTLs of records do not change it */
	} else {
		dw_reader_skip(reader, "%s",
			span_is(word, "$INCLUDE")    ? "$INCLUDE"
			: span_is(word, "$GENERATE") ? "$GENERATE"
			: span_is(word, "$ORIGIN")   ? "$ORIGIN without a name"
			: span_is(word, "$TTL")      ? "$TTL without a time"
						     : "unknown directive");
		return false;
	}
	return true;
}

/* Read the owner of a record, which is that of the previous record if the line starts with a
 * blank. */
static bool read_owner(struct dw_reader *reader, struct dw_zone *zone, struct span *rest)
{
	struct span word;
	size_t len;

	if (span_is_blank(*rest->at)) {
		if (!zone->has_owner)
			dw_reader_skip(reader, "record without an owner");
		return zone->has_owner;
	}
	span_word(rest, &word);
	zone->has_owner = dw_zone_name(zone, word, zone->owner, &len);
	if (zone->has_owner)
		zone->owner_len = (uint8_t)len;
	else
		dw_reader_skip(reader, "not a domain name");
	return zone->has_owner;
}

static bool is_class(struct span word, bool *is_in)
{
	*is_in = span_is(word, "IN") || span_is(word, "CLASS1");
	return *is_in || span_is(word, "CH") || span_is(word, "HS") || span_is(word, "CS") ||
	       (word.len > 5 && strncasecmp(word.at, "CLASS", 5) == 0);
}

bool dw_zone_record_read(
	struct dw_reader *reader, struct span text, uint32_t ttl, struct dw_zone_record *out)
{
	struct span word;
	bool is_in = true;

	out->ttl = ttl;
	while (span_word(&text, &word)) {
		bool in;

		if (*word.at >= '0' && *word.at <= '9' && read_ttl(word, &out->ttl))
			continue;
		if (!is_class(word, &in))
			break;
		is_in = is_in && in;
	}
	out->type = dw_rr_type(word);
	out->rdata = span_trim(text);
	if (is_in && out->type != 0)
		return true;
	dw_reader_skip(reader, is_in ? "unknown record type" : "class other than IN");
	return false;
}

static enum dw_result take_record(
	struct dw_reader *reader, struct dw_zone *zone, dw_zone_record_fn *fn)
{
	struct span text = {zone->text, zone->len};
	struct dw_zone_record record;

	if (span_trim(text).len == 0)
		return DW_OK;
	if (*text.at == '$') {
		read_directive(reader, zone, text);
		return DW_OK;
	}
	if (!read_owner(reader, zone, &text) ||
		!dw_zone_record_read(reader, text, zone->ttl, &record))
		return DW_OK;
	if (!zone->has_ttl) /* RFC 1035 section 5.1: the last TTL stated is the default */
		zone->ttl = record.ttl;
	return fn(reader, zone, &record);
}

/* ---- lines ---- */

static void put(struct dw_zone *zone, char c)
{
	if (c == ' ' && zone->len > 0 && zone->text[zone->len - 1] == ' ')
		return;
	if (zone->len == DW_ZONE_RECORD_MAX)
		zone->too_long = true;
	else
		zone->text[zone->len++] = c;
}

/* Append a line to the text of the record. Comments and parentheses are removed and runs of blanks
 * reduced to one, except in quoted strings. */
static void gather(struct dw_zone *zone, struct span line)
{
	bool quoted = false;

	for (size_t i = 0; i < line.len; i++) {
		char c = line.at[i];

		if (c == '\\' && i + 1 < line.len) {
			put(zone, c);
			c = line.at[++i];
		} else if (c == '"') {
			quoted = !quoted;
		} else if (!quoted && c == ';') {
			break;
		} else if (!quoted && (c == '(' || c == ')')) {
			if (c == ')' && zone->depth == 0)
				zone->broken = true;
			else
				zone->depth += c == '(' ? 1u : -1u;
			c = ' ';
		} else if (!quoted && span_is_blank(c)) {
			c = ' ';
		}
		if (c == ' ' && quoted && zone->len < DW_ZONE_RECORD_MAX)
			zone->text[zone->len++] = c;
		else
			put(zone, c);
	}
	zone->broken |= quoted;
}

void dw_zone_begin(struct dw_zone *zone, const uint8_t *origin, size_t origin_len)
{
	memcpy(zone->origin, origin, origin_len);
	zone->origin_len = (uint8_t)origin_len;
	zone->ttl = DW_ZONE_TTL;
}

static void begin_record(struct dw_reader *reader, struct dw_zone *zone)
{
	static const uint8_t root[1];

	if (zone->origin_len == 0)
		dw_zone_begin(zone, root, sizeof(root));
	zone->len = 0;
	zone->too_long = zone->broken = false;
	zone->line = reader->line;
}

enum dw_result dw_zone_line(
	struct dw_reader *reader, struct dw_zone *zone, struct span line, dw_zone_record_fn *record)
{
	enum dw_result result = DW_OK;
	uint32_t here = reader->line;

	if (zone->depth == 0) {
		if (span_starts(line, "#") || span_starts(line, "!"))
			return DW_OK; /* not a comment in zone files, but in most lists */
		begin_record(reader, zone);
	}
	gather(zone, line);
	if (zone->depth > 0) {
		put(zone, ' ');
		return DW_OK;
	}
	reader->line = zone->line;
	if (zone->broken)
		dw_reader_skip(reader, "parenthesis or quote without its other half");
	else if (zone->too_long)
		dw_reader_skip(reader, "record longer than 64 KiB");
	else
		result = take_record(reader, zone, record);
	reader->line = here;
	return result;
}

void dw_zone_end(struct dw_reader *reader, struct dw_zone *zone)
{
	if (zone->depth == 0)
		return;
	reader->line = zone->line;
	dw_reader_skip(reader, "parenthesis or quote without its other half");
}
