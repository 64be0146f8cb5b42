/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * summary.c: what is counted of a log for its summary and its report */
#include "dnsward-config.h"
#include "review/summary.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"

#define MINUTE INT64_C(60000000)
enum { HOST_MAX = 64, STATES_MAX = 1 << 14, KEY_MAX = 3 * DW_TEXT_MAX };

/* One line of the log of itself. */
struct dw_state_line {
	char host[HOST_MAX];
	int64_t time;
	struct dw_lost lost;
};

struct dw_summary *dw_summary_new(void)
{
	struct dw_summary *summary = calloc(1, sizeof(*summary));

	if (summary == NULL)
		return NULL;
	summary->first = INT64_MAX;
	summary->last = INT64_MIN;
	for (size_t i = 0; i < DW_SUMMARY_TALLIES; i++) {
		summary->tally[i] = dw_tally_new(0);
		if (summary->tally[i] == NULL) {
			dw_summary_free(&summary);
			return NULL;
		}
	}
	return summary;
}

void dw_summary_free(struct dw_summary **summary)
{
	if (*summary == NULL)
		return;
	for (size_t i = 0; i < DW_SUMMARY_TALLIES; i++)
		dw_tally_free(&(*summary)->tally[i]);
	free((*summary)->states);
	free(*summary);
	*summary = NULL;
}

void dw_minute_key(int64_t time, char *out)
{
	uint64_t minute = htobe64((uint64_t)floor_div(time, MINUTE) ^ UINT64_C(1) << 63);

	memcpy(out, &minute, sizeof(minute));
}

int64_t dw_minute_of_key(const char *key)
{
	uint64_t minute;

	memcpy(&minute, key, sizeof(minute));
	return (int64_t)(be64toh(minute) ^ UINT64_C(1) << 63) * MINUTE;
}

/* ---- replies ---- */

static enum dw_count_of count_of(const struct dw_value *value)
{
	if (dw_value_is(value, "sinkhole"))
		return DW_COUNT_SINKHOLE;
	return dw_value_is(value, "log") ? DW_COUNT_LOG : DW_COUNT_ALLOW;
}

enum dw_count_of dw_line_verdict(const struct dw_line *line)
{
	return count_of(dw_line_value(line, DW_FIELD_VERDICT));
}

/* One line as it counts. */
struct counted {
	struct dw_summary *summary;
	const struct dw_line *line;
	enum dw_count_of of;
	uint64_t weight;
};

static void tally(const struct counted *c, enum dw_summary_of what, const char *text, size_t len)
{
	if (!dw_tally_add(c->summary->tally[what], text, len, c->of, c->weight))
		c->summary->no_memory = true;
}

static void tally_value(
	const struct counted *c, enum dw_summary_of what, const struct dw_value *value)
{
	char room[DW_TEXT_MAX];
	size_t len;
	const char *text = dw_value_text(value, room, &len);

	if (value->kind != DW_VALUE_NONE && len > 0)
		tally(c, what, text, len);
}

static void tally_field(const struct counted *c, enum dw_summary_of what, enum dw_field field)
{
	tally_value(c, what, dw_line_value(c->line, field));
}

/* Several fields as one value. */
static void tally_fields(
	const struct counted *c, enum dw_summary_of what, const enum dw_field *fields, size_t count)
{
	char key[KEY_MAX], room[DW_TEXT_MAX];
	size_t at = 0, len;

	for (size_t i = 0; i < count; i++) {
		const char *text = dw_value_text(dw_line_value(c->line, fields[i]), room, &len);

		if (i > 0)
			key[at++] = '\0';
		for (size_t k = 0; k < len && k < DW_TEXT_MAX - 1; k++)
			key[at++] = text[k] != '\0' ? text[k] : ' '; /* NUL stands between fields */
	}
	tally(c, what, key, at);
}

static void add_technique(const struct counted *c)
{
	struct dw_value one, last = {0};
	const char *at = NULL;

	while (dw_value_next(&c->line->value[DW_FIELD_TECHNIQUE], &at, &one))
		last = one;
	tally_value(c, DW_SUMMARY_TECHNIQUES, &last);
}

static void add_score(const struct counted *c)
{
	double score = dw_value_fraction(&c->line->value[DW_FIELD_PROBABILITY]);

	if (score < 0)
		return;
	size_t step = (size_t)(score * DW_SUMMARY_SCORES);
	c->summary->score[step < DW_SUMMARY_SCORES ? step : DW_SUMMARY_SCORES - 1] += c->weight;
	c->summary->scored += c->weight;
}

/* What made a row of the action table fit. */
static void add_reason(const struct counted *c)
{
	static const enum dw_field rule[] = {DW_FIELD_LIST, DW_FIELD_RULE};
	enum dw_field alert[] = {DW_FIELD_SOURCE, DW_FIELD_DOMAIN, DW_FIELD_RULE};

	if (c->line->value[DW_FIELD_LIST].kind == DW_VALUE_NONE)
		return;
	tally_field(c, DW_SUMMARY_LISTS, DW_FIELD_LIST);
	tally_field(c, DW_SUMMARY_CATEGORIES, DW_FIELD_CATEGORY);
	tally_fields(c, DW_SUMMARY_RULES, rule, 2);
	if (!dw_value_is(&c->line->value[DW_FIELD_LIST], "detect"))
		return;
	if (c->line->value[DW_FIELD_DOMAIN].kind == DW_VALUE_NONE)
		alert[1] = DW_FIELD_NAME;
	tally_fields(c, DW_SUMMARY_ALERTS, alert, 3);
}

static void add_time(const struct counted *c)
{
	struct dw_summary *summary = c->summary;
	int64_t time = c->line->time;
	char minute[DW_MINUTE_KEY];

	if (time == INT64_MIN)
		return;
	summary->first = time < summary->first ? time : summary->first;
	summary->last = time > summary->last ? time : summary->last;
	dw_minute_key(time, minute);
	tally(c, DW_SUMMARY_MINUTES, minute, sizeof(minute));
}

static bool is_true(const struct dw_value *value)
{
	return value->kind == DW_VALUE_WORD && *value->at == 't';
}

static void add_sums(const struct counted *c, enum dw_count_of would)
{
	struct dw_summary *summary = c->summary;
	const struct dw_value *value = c->line->value;

	summary->replies[c->of] += c->weight;
	if (value[DW_FIELD_WOULD].kind != DW_VALUE_NONE)
		summary->would[would] += c->weight;
	if (dw_value_is(&value[DW_FIELD_KIND], "alert"))
		summary->alerts += c->weight;
	if (is_true(&value[DW_FIELD_CACHED]))
		summary->cached += c->weight;
	if (is_true(&value[DW_FIELD_DROPPED]))
		summary->unanswered += c->weight;
}

static void add_reply(struct dw_summary *summary, const struct dw_line *line)
{
	const struct counted c = {.summary = summary,
		.line = line,
		.of = dw_line_verdict(line),
		.weight = dw_line_weight(line)};
	enum dw_count_of would = count_of(&line->value[DW_FIELD_WOULD]);

	add_sums(&c, would);
	add_time(&c);
	if (c.of != DW_COUNT_ALLOW || would != DW_COUNT_ALLOW)
		tally_field(&c, DW_SUMMARY_NAMES, DW_FIELD_NAME);
	tally_field(&c, DW_SUMMARY_DOMAINS, DW_FIELD_DOMAIN);
	tally_field(&c, DW_SUMMARY_CLIENTS, DW_FIELD_SOURCE);
	tally_field(&c, DW_SUMMARY_TYPES, DW_FIELD_TYPE);
	tally_field(&c, DW_SUMMARY_RCODES, DW_FIELD_RCODE);
	add_reason(&c);
	add_technique(&c);
	add_score(&c);
}

/* ---- the log of itself ---- */

static int by_host_and_time(const void *a, const void *b)
{
	const struct dw_state_line *x = a, *y = b;
	int order = strcmp(x->host, y->host);

	if (order != 0)
		return order;
	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->lost.noted < y->lost.noted ? -1 : x->lost.noted > y->lost.noted;
}

/* Of each run only its last line is needed. */
static void keep_last_of_runs(struct dw_summary *summary)
{
	struct dw_state_line *lines = summary->states;
	size_t kept = 0;

	if (summary->state_count > 0)
		qsort(lines, summary->state_count, sizeof(*lines), by_host_and_time);
	for (size_t i = 0; i < summary->state_count; i++) {
		bool last = i + 1 == summary->state_count ||
			    strcmp(lines[i].host, lines[i + 1].host) != 0 ||
			    lines[i + 1].lost.noted < lines[i].lost.noted;

		if (last)
			lines[kept++] = lines[i];
	}
	summary->state_count = kept;
}

static void push_state(struct dw_summary *summary, const struct dw_state_line *state)
{
	if (summary->state_count >= STATES_MAX && summary->state_count == summary->state_room)
		keep_last_of_runs(summary);
	if (summary->state_count == summary->state_room) {
		size_t room = summary->state_room == 0 ? 64 : summary->state_room * 2;
		struct dw_state_line *more = realloc(summary->states, room * sizeof(*more));

		if (more == NULL) {
			summary->no_memory = true;
			return;
		}
		summary->states = more;
		summary->state_room = room;
	}
	summary->states[summary->state_count++] = *state;
}

static void add_state(struct dw_summary *summary, const struct dw_line *line)
{
	struct dw_state_line state = {
		.time = line->time,
		.lost =
			{
				.noted = dw_value_uint(&line->value[DW_FIELD_NOTED]),
				.written = dw_value_uint(&line->value[DW_FIELD_WRITTEN]),
				.queue_full = dw_value_uint(&line->value[DW_FIELD_LOST_QUEUE]),
				.write = dw_value_uint(&line->value[DW_FIELD_LOST_WRITE]),
				.too_large = dw_value_uint(&line->value[DW_FIELD_LOST_SIZE]),
			},
	};
	const struct dw_value *host = &line->value[DW_FIELD_HOST];

	if (host->kind == DW_VALUE_STRING)
		memcpy(state.host, host->at, host->len < HOST_MAX ? host->len : HOST_MAX - 1);
	push_state(summary, &state);
}

struct dw_lost dw_summary_lost(struct dw_summary *summary)
{
	struct dw_lost sum = {0};

	keep_last_of_runs(summary);
	for (size_t i = 0; i < summary->state_count; i++) {
		const struct dw_lost *run = &summary->states[i].lost;

		sum.noted += run->noted;
		sum.written += run->written;
		sum.queue_full += run->queue_full;
		sum.write += run->write;
		sum.too_large += run->too_large;
	}
	return sum;
}

/* ---- all ---- */

void dw_summary_add(struct dw_summary *summary, enum dw_line_kind kind, const struct dw_line *line)
{
	if (kind == DW_LINE_STATE)
		add_state(summary, line);
	else
		add_reply(summary, line);
}

void dw_summary_merge(struct dw_summary *sum, const struct dw_summary *more)
{
	for (size_t i = 0; i < DW_COUNTS; i++) {
		sum->replies[i] += more->replies[i];
		sum->would[i] += more->would[i];
	}
	sum->alerts += more->alerts;
	sum->cached += more->cached;
	sum->unanswered += more->unanswered;
	sum->first = more->first < sum->first ? more->first : sum->first;
	sum->last = more->last > sum->last ? more->last : sum->last;
	for (size_t i = 0; i < DW_SUMMARY_SCORES; i++)
		sum->score[i] += more->score[i];
	sum->scored += more->scored;
	for (size_t i = 0; i < DW_SUMMARY_TALLIES; i++)
		sum->no_memory |= !dw_tally_merge(sum->tally[i], more->tally[i]);
	for (size_t i = 0; i < more->state_count; i++)
		push_state(sum, &more->states[i]);
	sum->no_memory |= more->no_memory;
}
