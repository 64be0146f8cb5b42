/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_warn.c: settings that are right and yet unlikely to be meant */
#include "dnsward-config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/nearest.h"
#include "policy/settings_warn.h"

void dw_warn(struct dw_warner *w, const char *file, uint32_t line, const char *fmt, ...)
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

/* ---- categories, lists and groups that do not meet ---- */

static const char *nearest_given(const struct dw_settings *s, const char *word)
{
	struct dw_nearest nearest = {.word = word};

	for (size_t i = 0; i < s->category_count; i++)
		if (dw_set_has(&s->given, i))
			dw_nearest_try(&nearest, s->categories[i]);
	return nearest.best;
}

static void warn_of_categories(struct dw_warner *w, const struct dw_set *set, const char *file,
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
		dw_warn(w, file, line, "%s: no list, rule or detector gives the category \"%s\"%s%s%s",
			key, s->categories[i], near ? "; did you mean \"" : "", near ? near : "",
			near ? "\"?" : "");
	}
}

static void warn_of_row_categories(struct dw_warner *w)
{
	const struct dw_settings *s = w->settings;

	for (size_t i = 0; i < s->row_count; i++) {
		const struct dw_row *row = &s->rows[i];

		warn_of_categories(w, &row->categories, row->file, row->line, "actions.category");
		warn_of_categories(w, &row->unless, row->file, row->line, "actions.unless");
	}
	warn_of_categories(w, &s->dry_run, s->dry_run_place.file, s->dry_run_place.line, "dry-run");
}

/* As the settings say or as it was found; DW_FORMAT_AUTO: not known. */
static enum dw_list_format format_of(const struct dw_warner *w, size_t list)
{
	const struct dw_list_options *options = &w->settings->lists[list];
	struct dw_db_info info = {0};
	struct dw_db_list found;

	if (options->format != DW_FORMAT_AUTO || !w->compiled)
		return options->format;
	dw_db_info(w->compiled, &info);
	for (size_t i = 0; i < info.list_count; i++) {
		dw_db_list(w->compiled, i, &found);
		if (strcmp(found.name, options->name) == 0)
			return found.format;
	}
	return DW_FORMAT_AUTO;
}

static bool may_hold_rules(const struct dw_warner *w, size_t list)
{
	enum dw_list_format format = format_of(w, list);

	return format == DW_FORMAT_SIGMA || format == DW_FORMAT_AUTO;
}

static bool may_bring_answers(const struct dw_warner *w, size_t list)
{
	switch (format_of(w, list)) {
	case DW_FORMAT_DOMAINS:
	case DW_FORMAT_WILDCARD:
	case DW_FORMAT_RANKING:
	case DW_FORMAT_SIGMA:
		return false;
	case DW_FORMAT_HOSTS:
		return w->settings->lists[list].trust_answers;
	default:
		return true;
	}
}

static void add_category(const struct dw_settings *s, const char *name, struct dw_set *set)
{
	size_t number;

	if (name && dw_settings_category(s, name, &number))
		dw_set_add(set, number);
}

/* Its own category, and that of its exceptions. */
static struct dw_set given_by(const struct dw_settings *s, size_t list)
{
	struct dw_set categories = {0};

	add_category(s, s->lists[list].category, &categories);
	add_category(s, s->lists[list].exceptions, &categories);
	return categories;
}

/* Rows that name rules or levels fit no list without rules: it has neither. */
static bool row_fits(const struct dw_warner *w, const struct dw_row *row, size_t list,
	const struct dw_set *categories)
{
	if ((row->rule_count > 0 || row->levels != 0) && !may_hold_rules(w, list))
		return false;
	if (row->has_lists && !dw_set_has(&row->lists, list))
		return false;
	return row->any_category || dw_set_meets(&row->categories, categories);
}

static bool row_uses(const struct dw_warner *w, const struct dw_row *row, size_t list,
	const struct dw_set *categories)
{
	return dw_set_meets(&row->unless, categories) || row_fits(w, row, list, categories);
}

/* Whoever stands between can write such a list. */
static void warn_of_open_ways(struct dw_warner *w)
{
	const struct dw_settings *s = w->settings;

	for (size_t i = 0; i < s->list_count; i++) {
		const struct dw_list_options *list = &s->lists[i];

		if (list->url && !list->public_key && strncmp(list->url, "http:", 5) == 0)
			dw_warn(w, list->file, list->line,
				"lists.url: the list \"%s\" comes by http without a signature; "
				"expected https, or a public-key",
				list->name);
	}
}

static bool has_row(const struct dw_warner *w, size_t list, const struct dw_set *categories)
{
	for (size_t i = 0; i < w->settings->row_count; i++)
		if (row_uses(w, &w->settings->rows[i], list, categories))
			return true;
	return false;
}

static void warn_of_lists(struct dw_warner *w)
{
	const struct dw_settings *s = w->settings;

	for (size_t i = 0; i < s->list_count; i++) {
		const struct dw_list_options *list = &s->lists[i];
		struct dw_set all = given_by(s, i), excepted = {0};

		add_category(s, list->exceptions, &excepted);
		if (!has_row(w, i, &all))
			dw_warn(w, list->file, list->line,
				"lists: no row under actions uses the list \"%s\" (category %s)",
				list->name, list->category);
		else if (list->exceptions && !has_row(w, i, &excepted))
			dw_warn(w, list->file, list->line,
				"lists.exceptions: no row under actions uses the category \"%s\" "
				"(list %s)",
				list->exceptions, list->name);
	}
}

static bool may_answer(const struct dw_warner *w, const struct dw_row *row)
{
	for (size_t i = 0; i < w->settings->list_count; i++) {
		struct dw_set categories = given_by(w->settings, i);

		if (row_fits(w, row, i, &categories) && may_bring_answers(w, i))
			return true;
	}
	return w->settings->database.path != NULL;
}

static void warn_of_answers(struct dw_warner *w)
{
	const struct dw_settings *s = w->settings;

	for (size_t i = 0; i < s->row_count; i++)
		if (s->rows[i].answer == DW_ANSWER_AS_LISTED && !may_answer(w, &s->rows[i]))
			dw_warn(w, s->rows[i].file, s->rows[i].line,
				"actions.action: as-listed is nxdomain here; lists of domains, "
				"wildcard, ranking and sigma bring no answers, and hosts only "
				"with `trust-answers: yes`");
}

static void warn_of_groups(struct dw_warner *w)
{
	const struct dw_settings *s = w->settings;
	uint64_t used = 0;

	used |= s->log.never_groups;
	for (size_t i = 0; i < s->row_count; i++)
		used |= s->rows[i].groups;
	for (size_t i = 0; i < s->group_count; i++) {
		const struct dw_group *group = &s->groups[i];

		if (!(used >> i & 1))
			dw_warn(w, group->file, group->line,
				"clients: no row under actions names the group \"%s\"",
				group->name);
		if (group->network_count == 0)
			dw_warn(w, group->file, group->line,
				"clients: the group \"%s\" has no networks", group->name);
	}
}

static void warn_of_log(struct dw_warner *w)
{
	const struct dw_settings *s = w->settings;

	warn_of_categories(w, &s->log.never_categories, s->log.never_place.file,
		s->log.never_place.line, "log.never.categories");
	if (s->log.sample > 0 && s->log.queries != DW_LOG_ALL)
		dw_warn(w, s->log.sample_place.file, s->log.sample_place.line,
			"log.sample: without `queries: all` there is nothing to take a sample of");
}

static bool may_bring_rules(const struct dw_warner *w)
{
	for (size_t i = 0; i < w->settings->list_count; i++)
		if (may_hold_rules(w, i))
			return true;
	return w->settings->database.path != NULL;
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

/* The rules that lists brought, or NULL. */
static const struct dw_detections *brought(const struct dw_warner *w)
{
	const struct dw_rulebook *book = w->compiled ? dw_db_rulebook(w->compiled) : NULL;

	return book ? dw_rulebook_detections(book) : NULL;
}

static bool has_rule(const struct dw_warner *w, const char *name)
{
	return is_among(w->settings->detections, name) || is_among(brought(w), name);
}

static uint32_t levels_of_rules(const struct dw_detections *rules)
{
	struct dw_detection rule;
	uint32_t levels = 0;

	for (size_t i = 0; rules && i < dw_detections_count(rules); i++) {
		dw_detections_get(rules, i, &rule);
		levels |= UINT32_C(1) << rule.level;
	}
	return levels;
}

/* A bit for each level that something has; what is on a list of names has none. */
static uint32_t levels_given(const struct dw_warner *w)
{
	const struct dw_settings *s = w->settings;
	uint32_t levels = levels_of_rules(s->detections) | levels_of_rules(brought(w));

	if (s->dga.on)
		levels |= UINT32_C(1) << DW_LEVEL_OF_SCORE;
	for (enum dw_detector d = 0; d < DW_DETECTORS; d++)
		if (dw_detect_is_on(&s->detect, d))
			levels |= UINT32_C(1) << dw_detector(d)->level;
	return levels;
}

static void warn_of_levels(struct dw_warner *w)
{
	const struct dw_settings *s = w->settings;
	uint32_t given = levels_given(w);

	for (size_t i = 0; i < s->row_count; i++)
		if (s->rows[i].levels != 0 && !(s->rows[i].levels & given))
			dw_warn(w, s->rows[i].file, s->rows[i].line,
				"actions.level: no rule or detector has such a level, so this row "
				"fits nothing");
}

static void warn_of_rules(struct dw_warner *w)
{
	const struct dw_settings *s = w->settings;

	if (may_bring_rules(w) && (!w->compiled || s->database.path))
		return;
	for (size_t i = 0; i < s->row_count; i++) {
		const struct dw_row *row = &s->rows[i];

		for (size_t k = 0; k < row->rule_count; k++)
			if (!has_rule(w, row->rules[k]))
				dw_warn(w, row->file, row->line,
					"actions.rule: no rule is named \"%s\"", row->rules[k]);
	}
	for (size_t i = 0; i < s->disabled_count; i++) {
		const struct dw_disabled *off = &s->disabled[i];

		if (!has_rule(w, off->name))
			dw_warn(w, off->place.file, off->place.line,
				"disable: no rule is named \"%s\"", off->name);
	}
	warn_of_levels(w);
}

/* ---- what rules and the score give ---- */

/* Whether some row asks for what carries the category by a rule, or by the score (no `name`). */
static bool is_asked_for(
	const struct dw_settings *s, size_t category, enum dw_level level, const char *name)
{
	for (size_t i = 0; i < s->row_count; i++) {
		const struct dw_row *row = &s->rows[i];
		size_t k = 0;

		if (dw_set_has(&row->unless, category))
			return true;
		while (k < row->rule_count && !(name && strcmp(row->rules[k], name) == 0))
			k++;
		if ((row->any_category || dw_set_has(&row->categories, category)) &&
			!row->has_lists && (row->levels == 0 || row->levels >> level & 1) &&
			(row->rule_count == 0 || k < row->rule_count))
			return true;
	}
	return false;
}

static bool is_disabled(const struct dw_settings *s, const char *name)
{
	size_t i = 0;

	while (i < s->disabled_count && strcmp(s->disabled[i].name, name) != 0)
		i++;
	return i < s->disabled_count;
}

/* Categories of which no rule is asked for, at the first that gives them. */
static void warn_of_rule_categories(struct dw_warner *w)
{
	const struct dw_settings *s = w->settings;
	size_t number, count = s->detections ? dw_detections_count(s->detections) : 0;
	struct dw_detection rule;
	struct dw_set done = {0};

	for (size_t i = 0; i < count; i++) {
		dw_detections_get(s->detections, i, &rule);
		if (dw_settings_category(s, rule.category, &number) &&
			is_asked_for(s, number, rule.level, rule.name))
			dw_set_add(&done, number);
	}
	for (size_t i = 0; i < count; i++) {
		dw_detections_get(s->detections, i, &rule);
		if (is_disabled(s, rule.name) ||
			!dw_settings_category(s, rule.category, &number) ||
			dw_set_has(&done, number))
			continue;
		dw_set_add(&done, number);
		dw_warn(w, rule.file, rule.line,
			"rules: no row under actions uses the category \"%s\" (rule %s)",
			rule.category, rule.name);
	}
}

static void warn_of_score(struct dw_warner *w)
{
	const struct dw_settings *s = w->settings;

	if (s->dga.on && !is_asked_for(s, s->dga.category, DW_LEVEL_OF_SCORE, NULL))
		dw_warn(w, s->dga.place.file, s->dga.place.line,
			"dga: no row under actions uses the category \"%s\"",
			s->categories[s->dga.category]);
}

/* ---- files ---- */

static void warn_of_files(struct dw_warner *w)
{
	const struct dw_settings *s = w->settings;
	struct stat st;

	for (size_t i = 0; i < s->file_count; i++)
		if (stat(s->files[i], &st) == 0 && (st.st_mode & S_IWOTH))
			dw_warn(w, s->files[i], 0,
				"every user of this machine may write this file; expected mode 644 "
				"or less");
	if (stat(s->state_dir, &st) == 0 && (st.st_mode & S_IWOTH))
		dw_warn(w, s->state_dir, 0,
			"every user of this machine may write this folder, the state-dir; expected "
			"mode 755 or less");
}

/* The state-dir is made where it is missing; no other folder is. */
static void warn_of_log_folder(struct dw_warner *w)
{
	const struct dw_settings *s = w->settings;
	const char *path = s->log.path, *name = strrchr(path, '/');
	char folder[PATH_MAX];

	if (path[0] != '/' || (size_t)(name - path) >= sizeof(folder))
		return;
	snprintf(folder, sizeof(folder), "%.*s", (int)(name - path + (name == path)), path);
	if (strcmp(folder, s->state_dir) != 0 &&
		faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) != 0)
		dw_warn(w, folder, 0, "log.path: as this user no file can be made in it: %s",
			strerror(errno));
}

size_t dw_settings_warn(const struct dw_settings *settings, const struct dw_db *compiled,
	dw_complain_fn *complain, void *arg)
{
	struct dw_warner w = {
		.settings = settings, .compiled = compiled, .complain = complain, .arg = arg};

	dw_warn_of_rows(&w);
	warn_of_row_categories(&w);
	warn_of_rules(&w);
	warn_of_rule_categories(&w);
	warn_of_score(&w);
	warn_of_lists(&w);
	warn_of_answers(&w);
	warn_of_open_ways(&w);
	warn_of_groups(&w);
	warn_of_log(&w);
	warn_of_files(&w);
	warn_of_log_folder(&w);
	return w.count;
}
