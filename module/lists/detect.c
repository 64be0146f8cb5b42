/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * detect.c: detection of a list's format from the appearance of its lines */
#include "dnsward-config.h"
#include "lists/parser.h"

#include "lists/source.h"

enum {
	SAMPLE_LINES = 1000,    /* lines in the sample, comments excluded */
	COMMENT_LINES = 100000, /* lines read at most, comments included */
	SURE_PERCENT = 90,      /* share of the sample that must fit the format */
};

/* What a line looks like, regardless of its format. Most of these occur in one format only. */
enum look {
	LOOK_HOSTS,   /* ADDRESS NAME... */
	LOOK_NAME,    /* a.example */
	LOOK_BELOW,   /* *.a.example or .a.example */
	LOOK_ONLY,    /* =a.example */
	LOOK_GLOB,    /* ads*.example */
	LOOK_FILTER,  /* ||a.example^, @@..., cosmetic rules, $modifiers */
	LOOK_DNSMASQ, /* address=/a.example/ */
	LOOK_UNBOUND, /* local-zone: a.example static */
	LOOK_ZONE,    /* a.example CNAME . */
	LOOK_REGEX,   /* ^ads[0-9]+\. */
	LOOK_SLASHES, /* a regular expression in slashes */
	LOOK_RANK,    /* 1,a.example */
	LOOK_SIGMA,   /* title: */
	LOOK_SOURCE,  /* logsource: */
	LOOK_DETECTION, /* detection: */
	LOOK_OTHER,
	LOOK_COUNT
};

#define BIT(look) (1u << (look))

/* The line kinds that each format accepts. The format that accepts most lines of the sample wins,
 * and of equals the first one, so narrow formats come before wide ones. */
static const struct {
	enum dw_list_format format;
	unsigned takes;
	unsigned needs; /* the sample must contain at least one of these */
} formats[] = {
	{DW_FORMAT_HOSTS, BIT(LOOK_HOSTS), BIT(LOOK_HOSTS)},
	{DW_FORMAT_DNSMASQ, BIT(LOOK_DNSMASQ), BIT(LOOK_DNSMASQ)},
	{DW_FORMAT_UNBOUND, BIT(LOOK_UNBOUND), BIT(LOOK_UNBOUND)},
	{DW_FORMAT_RPZ, BIT(LOOK_ZONE), BIT(LOOK_ZONE)},
	{DW_FORMAT_RANKING, BIT(LOOK_RANK), BIT(LOOK_RANK)},
	{DW_FORMAT_DOMAINS, BIT(LOOK_NAME) | BIT(LOOK_BELOW), BIT(LOOK_NAME)},
	{DW_FORMAT_WILDCARD, BIT(LOOK_NAME) | BIT(LOOK_BELOW) | BIT(LOOK_ONLY) | BIT(LOOK_GLOB),
		BIT(LOOK_BELOW) | BIT(LOOK_ONLY) | BIT(LOOK_GLOB)},
	{DW_FORMAT_REGEX, BIT(LOOK_REGEX) | BIT(LOOK_SLASHES), BIT(LOOK_REGEX) | BIT(LOOK_SLASHES)},
	{DW_FORMAT_ADBLOCK,
		BIT(LOOK_FILTER) | BIT(LOOK_HOSTS) | BIT(LOOK_NAME) | BIT(LOOK_BELOW) |
			BIT(LOOK_GLOB) | BIT(LOOK_SLASHES),
		BIT(LOOK_FILTER)},
};

/* ---- one line ---- */

static bool starts_with_any(struct span line, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (line.len >= strlen(words[i]) &&
			strncasecmp(line.at, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

#define STARTS_WITH_ANY(line, ...)                                \
	starts_with_any(line, (const char *const[]){__VA_ARGS__}, \
		sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* Whether all bytes may occur in names or are listed in `others`. */
static bool is_made_of_name_bytes(struct span text, const char *others)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = (uint8_t)text.at[i];
		bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';

		if (!letter && !(c >= '0' && c <= '9') && c < 0x80 && !strchr("-_.", c) &&
			!strchr(others, c))
			return false;
	}
	return text.len > 0;
}

/* Whether the line looks like a record `owner [ttl] [class] TYPE rdata`, a directive, or a part of
 * an SOA record. */
static bool is_zone_line(struct span line)
{
	struct span word;

	if (STARTS_WITH_ANY(line, "$TTL", "$ORIGIN", "$INCLUDE", "$GENERATE"))
		return true;
	for (size_t i = 0; i < 5 && span_word(&line, &word); i++) {
		if (*word.at == ';' || span_is(word, "(") || span_is(word, ")"))
			return true;
		if (line.len > 0 && (span_is(word, "CNAME") || span_is(word, "SOA") ||
					    span_is(word, "NS") || span_is(word, "A") ||
					    span_is(word, "AAAA") || span_is(word, "TXT") ||
					    span_is(word, "MX") || span_is(word, "SRV")))
			return true;
	}
	return false;
}

/* Whether the line has a number and a name as comma-separated fields in any order, quoted or not,
 * or is the header of such a file. */
static bool is_rank_line(struct span line)
{
	struct span field;
	bool has_number = false, has_name = false;

	if (STARTS_WITH_ANY(line, "GlobalRank,", "origin,", "rank,", "\"GlobalRank", "\"origin"))
		return true;
	if (!span_has(line, ','))
		return false;
	while (span_part(&line, ',', &field)) {
		if (field.len >= 2 && span_starts(field, "\"") && span_ends(field, "\""))
			field = (struct span){field.at + 1, field.len - 2};
		if (span_is_digits(field))
			has_number = true;
		else if (span_has(field, '.') && is_made_of_name_bytes(field, ":/"))
			has_name = true;
	}
	return has_number && has_name;
}

static bool is_filter_line(struct span line)
{
	size_t dollar = span_find(line, '$');

	return STARTS_WITH_ANY(line, "||", "@@", "[Adblock", "|http") || span_ends(line, "^") ||
	       span_ends(line, "^|") || (span_starts(line, "|") && span_has(line, '^')) ||
	       (dollar > 0 && dollar + 1 < line.len &&
		       STARTS_WITH_ANY(span_from(line, dollar + 1), "important", "third-party",
			       "~third-party", "denyallow=", "dnstype=", "dnsrewrite", "badfilter",
			       "domain=", "document", "popup", "script", "image", "all"));
}

static enum look look_at_word(struct span line)
{
	struct span rest = span_from(line, 1);

	if (is_made_of_name_bytes(line, ""))
		return *line.at == '.' ? LOOK_BELOW : LOOK_NAME;
	if (*line.at == '=' && is_made_of_name_bytes(rest, ""))
		return LOOK_ONLY;
	if (span_starts(line, "*.") && is_made_of_name_bytes(rest, ""))
		return LOOK_BELOW;
	if (is_made_of_name_bytes(line, "*"))
		return LOOK_GLOB;
	if (line.len > 2 && *line.at == '/' && span_ends(line, "/"))
		return LOOK_SLASHES;
	for (size_t i = 0; i < line.len; i++)
		if (strchr("\\[](){}^$+?|", line.at[i]) && *line.at != '<')
			return LOOK_REGEX;
	return LOOK_OTHER;
}

static enum look look_at(struct span line)
{
	if (STARTS_WITH_ANY(line,
		    "address=", "server=", "local=", "conf-file=", "conf-dir=", "rev-server="))
		return LOOK_DNSMASQ;
	if (STARTS_WITH_ANY(
		    line, "local-zone:", "local-data:", "server:", "local-data-ptr:", "include:"))
		return LOOK_UNBOUND;
	if (STARTS_WITH_ANY(line, "logsource:"))
		return LOOK_SOURCE;
	if (STARTS_WITH_ANY(line, "detection:"))
		return LOOK_DETECTION;
	if (STARTS_WITH_ANY(line, "title:", "level:", "status:", "id:",
		    "falsepositives:"))
		return LOOK_SIGMA;
	if (is_filter_line(line) || dw_adblock_is_cosmetic(line))
		return LOOK_FILTER;
	if (is_rank_line(line))
		return LOOK_RANK;
	if (dw_hosts_is_line(line))
		return LOOK_HOSTS;
	if (span_starts(line, "/") && span_has(span_from(line, 1), '/') && span_has(line, '$'))
		return LOOK_FILTER;
	if (is_zone_line(line))
		return LOOK_ZONE;
	return span_has(line, ' ') ? LOOK_OTHER : look_at_word(line);
}

/* ---- the sample ---- */

static enum dw_result take_sample(
	struct dw_source *source, size_t counts[LOOK_COUNT], size_t *total, struct dw_error *err)
{
	struct dw_source_line line;

	for (size_t lines = 0; *total < SAMPLE_LINES && lines < COMMENT_LINES; lines++) {
		enum dw_result result = dw_source_line(source, &line, err);
		struct span text;

		if (result != DW_OK)
			return result;
		if (line.kind == DW_SOURCE_LINE_END)
			break;
		text = span_trim((struct span){line.text, line.len});
		/* Some cosmetic rules start like comments. Comments of zone files start with
		 * `;`. */
		if (!dw_adblock_is_cosmetic(text) && (!span_clean(&text) || *text.at == ';'))
			continue;
		counts[line.kind == DW_SOURCE_LINE_TEXT ? look_at(text) : LOOK_OTHER]++;
		++*total;
	}
	return DW_OK;
}

static size_t count_of(const size_t counts[LOOK_COUNT], unsigned looks)
{
	size_t sum = 0;

	for (size_t i = 0; i < LOOK_COUNT; i++)
		sum += looks & BIT(i) ? counts[i] : 0;
	return sum;
}

enum dw_result dw_list_detect(
	struct dw_source *source, enum dw_list_format *format, bool *unsure, struct dw_error *err)
{
	size_t counts[LOOK_COUNT] = {0}, total = 0, most = 0;
	enum dw_result result = take_sample(source, counts, &total, err);

	if (result != DW_OK)
		return result;
	if (counts[LOOK_SOURCE] > 0 && counts[LOOK_DETECTION] > 0) {
		*format = DW_FORMAT_SIGMA;
		*unsure = false;
		return dw_source_rewind(source, err);
	}
	*format = DW_FORMAT_DOMAINS;
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		size_t taken = count_of(counts, formats[i].takes);

		if (taken > most && count_of(counts, formats[i].needs) > 0) {
			most = taken;
			*format = formats[i].format;
		}
	}
	/* Names and `*.name` mixed: plain names are exact in one format and subtrees in another. */
	*unsure = most == 0 || most * 100 < total * SURE_PERCENT ||
		  (*format == DW_FORMAT_DOMAINS && counts[LOOK_BELOW] > 0);
	return dw_source_rewind(source, err);
}
