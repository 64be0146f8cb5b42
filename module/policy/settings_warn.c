/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_warn.c: settings that are right and yet unlikely to be meant */
#include "dnsward-config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "policy/nearest.h"
#include "dnsward/settings.h"

struct warner {
	const struct dw_settings *settings;
	const struct dw_db *compiled; /* or NULL */
	dw_complain_fn *complain;
	void *arg;
	size_t count;
};

static void warn(struct warner *w, const char *file, uint32_t line, const char *fmt, ...)
	DW_PRINTF(4, 5);

static void warn(struct warner *w, const char *file, uint32_t line, const char *fmt, ...)
{
	char text[DW_ERROR_TEXT_MAX];
	struct dw_error error;
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	dw_fail(&error, DW_OK, file, line, "%s", text);
	w->count++;
	if (w->complain)
		w->complain(w->arg, false, &error);
}

/* ---- rows that nothing can reach ---- */

static bool is_subset(const struct dw_set *inner, const struct dw_set *outer)
{
	for (size_t i = 0; i < sizeof(inner->word) / sizeof(inner->word[0]); i++)
		if (inner->word[i] & ~outer->word[i])
			return false;
	return true;
}

/* Bit sets in which none means no condition. */
static bool covers_bits(uint64_t outer, uint64_t inner)
{
	return outer == 0 || (inner != 0 && (inner & ~outer) == 0);
}

static bool covers_types(const struct dw_row *outer, const struct dw_row *inner)
{
	if (outer->type_count == 0)
		return true;
	for (size_t i = 0; i < inner->type_count; i++) {
		size_t k = 0;

		while (k < outer->type_count && outer->types[k] != inner->types[i])
			k++;
		if (k == outer->type_count)
			return false;
	}
	return inner->type_count > 0;
}

static bool covers_rules(const struct dw_row *outer, const struct dw_row *inner)
{
	if (outer->rule_count == 0)
		return true;
	for (size_t i = 0; i < inner->rule_count; i++) {
		size_t k = 0;

		while (k < outer->rule_count && strcmp(outer->rules[k], inner->rules[i]) != 0)
			k++;
		if (k == outer->rule_count)
			return false;
	}
	return inner->rule_count > 0;
}

/* Each window of `inner` lies in one of `outer`: the same days or fewer, the same times or
 * less. Windows that only cover together are not seen through. */
static bool covers_windows(const struct dw_row *outer, const struct dw_row *inner)
{
	if (outer->when_count == 0)
		return true;
	for (size_t i = 0; i < inner->when_count; i++) {
		const struct dw_window *in = &inner->when[i];
		size_t k = 0;

		for (; k < outer->when_count; k++) {
			const struct dw_window *out = &outer->when[k];
			unsigned in_end = in->end + (in->end <= in->start ? 1440U : 0U);
			unsigned out_end = out->end + (out->end <= out->start ? 1440U : 0U);

			if ((in->days & ~out->days) == 0 && in->start >= out->start &&
				in_end <= out_end)
				break;
		}
		if (k == outer->when_count)
			return false;
	}
	return inner->when_count > 0;
}

/* Whether everything that `inner` fits is fitted by `outer`. Sure where it says so. */
static bool covers(const struct dw_row *outer, const struct dw_row *inner)
{
	bool categories =
		outer->any_category ||
		(!inner->any_category && is_subset(&inner->categories, &outer->categories));
	bool lists =
		!outer->has_lists || (inner->has_lists && is_subset(&inner->lists, &outer->lists));

	return categories && lists && is_subset(&outer->unless, &inner->unless) &&
	       covers_bits(outer->groups, inner->groups) &&
	       covers_bits(outer->levels, inner->levels) && covers_types(outer, inner) &&
	       covers_rules(outer, inner) && covers_windows(outer, inner);
}

/* All that the row wants is what it does not want. */
static bool contradicts_itself(const struct dw_row *row)
{
	return !row->any_category && dw_set_meets(&row->categories, &row->unless) &&
	       is_subset(&row->categories, &row->unless);
}

static void warn_of_unreachable(struct warner *w)
{
	const struct dw_row *rows = w->settings->rows;

	for (size_t i = 0; i < w->settings->row_count; i++) {
		size_t k = 0;

		if (contradicts_itself(&rows[i])) {
			warn(w, rows[i].file, rows[i].line,
				"actions: row %u fits nothing; all its categories stand under "
				"unless",
				rows[i].number);
			continue;
		}
		while (k < i && !covers(&rows[k], &rows[i]))
			k++;
		if (k < i)
			warn(w, rows[i].file, rows[i].line,
				"actions: row %u is never reached; row %u (%s:%u) fits all it "
				"would",
				rows[i].number, rows[k].number, rows[k].file, rows[k].line);
	}
}

/* ---- categories, lists and groups that do not meet ---- */

static const char *nearest_given(const struct dw_settings *s, const char *word)
{
	struct dw_nearest nearest = {.word = word};

	for (size_t i = 0; i < s->category_count; i++)
		if (dw_set_has(&s->given, i))
			dw_nearest_try(&nearest, s->categories[i]);
	return nearest.best;
}

static void warn_of_categories(struct warner *w, const struct dw_set *set, const char *file,
	uint32_t line, const char *key)
{
	const struct dw_settings *s = w->settings;

	if (s->database.path) /* which has lists of its own */
		return;
	for (size_t i = 0; i < s->category_count; i++) {
		const char *near;

		if (!dw_set_has(set, i) || dw_set_has(&s->given, i))
			continue;
		near = nearest_given(s, s->categories[i]);
		warn(w, file, line, "%s: no list, rule or detector gives the category \"%s\"%s%s%s",
			key, s->categories[i], near ? "; did you mean \"" : "", near ? near : "",
			near ? "\"?" : "");
	}
}

static void warn_of_row_categories(struct warner *w)
{
	const struct dw_settings *s = w->settings;

	for (size_t i = 0; i < s->row_count; i++) {
		const struct dw_row *row = &s->rows[i];

		warn_of_categories(w, &row->categories, row->file, row->line, "actions.category");
		warn_of_categories(w, &row->unless, row->file, row->line, "actions.unless");
	}
	warn_of_categories(w, &s->dry_run, s->dry_run_place.file, s->dry_run_place.line, "dry-run");
}

/* Rows that name rules or levels fit no list: lists have neither. */
static bool row_uses(const struct dw_row *row, size_t list, const struct dw_set *categories)
{
	if (dw_set_meets(&row->unless, categories))
		return true;
	if (row->rule_count > 0 || row->levels != 0 ||
		(row->has_lists && !dw_set_has(&row->lists, list)))
		return false;
	return row->any_category || dw_set_meets(&row->categories, categories);
}

/* Whoever stands between can write such a list. */
static void warn_of_open_ways(struct warner *w)
{
	const struct dw_settings *s = w->settings;

	for (size_t i = 0; i < s->list_count; i++) {
		const struct dw_list_options *list = &s->lists[i];

		if (list->url && !list->public_key && strncmp(list->url, "http:", 5) == 0)
			warn(w, list->file, list->line,
				"lists.url: the list \"%s\" comes by http without a signature; "
				"expected https, or a public-key",
				list->name);
	}
}

static void warn_of_lists(struct warner *w)
{
	const struct dw_settings *s = w->settings;

	for (size_t i = 0; i < s->list_count; i++) {
		const struct dw_list_options *list = &s->lists[i];
		struct dw_set categories = {0};
		size_t number, row = 0;

		if (dw_settings_category(s, list->category, &number))
			dw_set_add(&categories, number);
		if (list->exceptions && dw_settings_category(s, list->exceptions, &number))
			dw_set_add(&categories, number);
		while (row < s->row_count && !row_uses(&s->rows[row], i, &categories))
			row++;
		if (row == s->row_count)
			warn(w, list->file, list->line,
				"lists: no row under actions uses the list \"%s\" (category %s)",
				list->name, list->category);
	}
}

static void warn_of_groups(struct warner *w)
{
	const struct dw_settings *s = w->settings;
	uint64_t used = 0;

	used |= s->log.never_groups;
	for (size_t i = 0; i < s->row_count; i++)
		used |= s->rows[i].groups;
	for (size_t i = 0; i < s->group_count; i++) {
		const struct dw_group *group = &s->groups[i];

		if (!(used >> i & 1))
			warn(w, group->file, group->line,
				"clients: no row under actions names the group \"%s\"",
				group->name);
		if (group->network_count == 0)
			warn(w, group->file, group->line,
				"clients: the group \"%s\" has no networks", group->name);
	}
}

static void warn_of_log(struct warner *w)
{
	const struct dw_settings *s = w->settings;

	warn_of_categories(w, &s->log.never_categories, s->log.never_place.file,
		s->log.never_place.line, "log.never.categories");
	if (s->log.sample > 0 && s->log.queries != DW_LOG_ALL)
		warn(w, s->log.sample_place.file, s->log.sample_place.line,
			"log.sample: without `queries: all` there is nothing to take a sample of");
}

/* What is in a list of Sigma rules is known when it has been read. */
static bool may_hold_rules(const struct dw_settings *s)
{
	for (size_t i = 0; i < s->list_count; i++)
		if (s->lists[i].format == DW_FORMAT_SIGMA || s->lists[i].format == DW_FORMAT_AUTO)
			return true;
	return s->database.path != NULL;
}

static bool is_among(const struct dw_detections *rules, const char *name)
{
	struct dw_detection rule;

	for (size_t i = 0; rules && i < dw_detections_count(rules); i++) {
		dw_detections_get(rules, i, &rule);
		if (strcmp(rule.name, name) == 0 || (rule.id && strcmp(rule.id, name) == 0))
			return true;
	}
	return false;
}

static bool has_rule(const struct warner *w, const char *name)
{
	const struct dw_rulebook *book = w->compiled ? dw_db_rulebook(w->compiled) : NULL;

	return is_among(w->settings->detections, name) ||
	       (book && is_among(dw_rulebook_detections(book), name));
}

/* Lists have no level; all else may. */
static void warn_of_levels(struct warner *w)
{
	const struct dw_settings *s = w->settings;

	for (size_t i = 0; i < s->row_count; i++)
		if (s->rows[i].levels != 0 && !s->detections && !s->dga.on)
			warn(w, s->rows[i].file, s->rows[i].line,
				"actions.level: no rule has a level, so this row fits nothing");
}

static void warn_of_rules(struct warner *w)
{
	const struct dw_settings *s = w->settings;

	if (may_hold_rules(s) && (!w->compiled || s->database.path))
		return;
	for (size_t i = 0; i < s->row_count; i++) {
		const struct dw_row *row = &s->rows[i];

		for (size_t k = 0; k < row->rule_count; k++)
			if (!has_rule(w, row->rules[k]))
				warn(w, row->file, row->line,
					"actions.rule: no rule is named \"%s\"", row->rules[k]);
	}
	for (size_t i = 0; i < s->disabled_count; i++) {
		const struct dw_disabled *off = &s->disabled[i];

		if (!has_rule(w, off->name))
			warn(w, off->place.file, off->place.line,
				"disable: no rule is named \"%s\"", off->name);
	}
	if (!may_hold_rules(s))
		warn_of_levels(w);
}

/* ---- files ---- */

static void warn_of_files(struct warner *w)
{
	const struct dw_settings *s = w->settings;
	struct stat st;

	for (size_t i = 0; i < s->file_count; i++)
		if (stat(s->files[i], &st) == 0 && (st.st_mode & S_IWOTH))
			warn(w, s->files[i], 0,
				"every user of this machine may write this file; expected mode 644 "
				"or less");
	if (stat(s->state_dir, &st) == 0 && (st.st_mode & S_IWOTH))
		warn(w, s->state_dir, 0,
			"every user of this machine may write this folder, the state-dir; expected "
			"mode 755 or less");
}

size_t dw_settings_warn(const struct dw_settings *settings, const struct dw_db *compiled,
	dw_complain_fn *complain, void *arg)
{
	struct warner w = {
		.settings = settings, .compiled = compiled, .complain = complain, .arg = arg};

	warn_of_unreachable(&w);
	warn_of_row_categories(&w);
	warn_of_rules(&w);
	warn_of_lists(&w);
	warn_of_open_ways(&w);
	warn_of_groups(&w);
	warn_of_log(&w);
	warn_of_files(&w);
	return w.count;
}
