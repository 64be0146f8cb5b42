/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * list_changes.c: what is said of lists that were compiled */
#include "dnsward-config.h"

#include <string.h>

#include "policy/engine_parts.h"

static void say_list(struct dw_engine *engine, const struct dw_list_options *list,
	const struct dw_compiled_list *told)
{
	char text[DW_ERROR_TEXT_MAX + 300];

	if (told->result != DW_OK)
		dw_say(engine, DW_SAY_ERROR, "list %s: %s; %s", list->name,
			dw_error_text(&told->error, text, sizeof(text)),
			told->last_good ? "its last good copy serves"
					: "it has no last good copy and is left out");
	else if (told->parsed && told->report.format_unsure)
		dw_say(engine, DW_SAY_WARNING,
			"list %s: its format looks like %s, but that is not sure; "
			"expected a `format:` in the settings",
			list->name, dw_list_format_name(told->format));
	if (told->unkept.text[0] != '\0')
		dw_say(engine, DW_SAY_WARNING,
			"list %s: cannot be kept as its next last good copy: %s", list->name,
			dw_error_text(&told->unkept, text, sizeof(text)));
}

/* Rules that never fit, since a pattern could not be compiled. */
static void say_refused(struct dw_engine *engine, enum dw_say_level level, const char *of,
	const struct dw_list_report *report, size_t count)
{
	size_t said = 0;

	for (size_t i = 0; i < report->example_count; i++) {
		const struct dw_skip *skip = &report->examples[i];

		if (skip->kind != DW_SKIP_PATTERN)
			continue;
		dw_say(engine, level, "%s: %s:%zu: never fits: %s", of, skip->file, skip->line,
			skip->reason);
		said++;
	}
	if (said < count)
		dw_say(engine, level, "%s: %zu more never fit; `dnsward compile` tells all", of,
			count - said);
}

/* How the list of this name was before, or NULL. */
static const struct dw_compiled_list *before(const struct dw_engine *engine, const char *name)
{
	for (size_t i = 0; i < engine->compiled.count; i++) {
		if (strcmp(engine->compiled_of->settings->lists[i].name, name) == 0)
			return &engine->compiled.lists[i];
	}
	return NULL;
}

/* What was said of a list before is not said again while it stays as it is. */
static bool is_same_news(const struct dw_compiled_list *before, const struct dw_compiled_list *now)
{
	return before != NULL && before->result == now->result &&
	       strcmp(before->error.text, now->error.text) == 0 &&
	       strcmp(before->error.where, now->error.where) == 0 &&
	       before->refused == now->refused && !now->parsed;
}

void dw_take_compiled(struct dw_engine *engine, struct dw_compiled *now)
{
	const struct dw_settings *settings = engine->settings->settings;

	if (!now->looked) {
		dw_compiled_clear(now);
		return;
	}
	for (size_t i = 0; i < now->count; i++) {
		if (is_same_news(before(engine, settings->lists[i].name), &now->lists[i]))
			continue;
		say_list(engine, &settings->lists[i], &now->lists[i]);
		if (now->lists[i].refused > 0)
			say_refused(engine, DW_SAY_WARNING, settings->lists[i].name,
				&now->lists[i].report, now->lists[i].refused);
	}
	if (now->own.skipped > 0 &&
		(now->built || now->own.skipped != engine->compiled.own.skipped))
		say_refused(engine, DW_SAY_ERROR, "rules", &now->own, now->own.skipped);
	dw_compiled_clear(&engine->compiled);
	engine->compiled = *now;
	dw_shared_settings_drop(engine->compiled_of);
	engine->compiled_of = engine->settings;
	engine->compiled_of->users++;
}
