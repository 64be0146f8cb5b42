/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_show.c: settings as text, for tests to compare
 */
#include "dnsward-config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/clock.h"
#include "settings_show.h"

static const char *below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 && path[len] == '/' ? path + len + 1 : path;
}

static void show_set(FILE *out, const char *key, const struct dw_set *set, const char *const *names,
	size_t count)
{
	const char *before = key;

	for (size_t i = 0; i < count; i++) {
		if (dw_set_has(set, i)) {
			fprintf(out, "%s%s", before, names[i]);
			before = ",";
		}
	}
}

static void show_list(FILE *out, const struct dw_list_options *list, const char *folder)
{
	fprintf(out, "list %s %s %s category=%s", list->name, below(list->path, folder),
		dw_list_format_name(list->format), list->category);
	if (list->url)
		fprintf(out, " url=%s refresh=%" PRIu64, list->url, list->refresh);
	if (list->exceptions)
		fprintf(out, " exceptions=%s", list->exceptions);
	if (list->zone)
		fprintf(out, " zone=%s", list->zone);
	if (list->min_rules)
		fprintf(out, " min-rules=%zu", list->min_rules);
	if (list->top)
		fprintf(out, " top=%zu", list->top);
	if (list->max_age)
		fprintf(out, " max-age=%" PRIu64, list->max_age);
	if (list->public_key)
		fprintf(out, " public-key=%s", list->public_key);
	fprintf(out, "%s%s%s%s at %s:%u\n", list->match_subtree ? " subtree" : "",
		list->trust_answers ? " trust-answers" : "", list->suffixes ? " suffixes" : "",
		list->skip_triggers ? " skip-triggers" : "", below(list->file, folder), list->line);
}

static void show_group(FILE *out, const struct dw_group *group)
{
	fprintf(out, "group %s", group->name);
	for (size_t i = 0; i < group->network_count; i++) {
		const struct dw_net *net = &group->networks[i];
		char text[DW_ADDR_TEXT_MAX];

		fprintf(out, " %s/%u", dw_addr_to_text(&net->addr, text),
			net->addr.family == 4 ? net->bits - 96U : net->bits);
	}
	fputc('\n', out);
}

static void show_conditions(FILE *out, const struct dw_settings *s, const struct dw_row *row)
{
	fprintf(out, "%s", row->any_category ? " any" : "");
	show_set(out, " category=", &row->categories, s->categories, s->category_count);
	show_set(out, " unless=", &row->unless, s->categories, s->category_count);
	for (size_t i = 0; i < s->group_count; i++)
		if (row->groups >> i & 1)
			fprintf(out, " client=%s", s->groups[i].name);
	for (size_t i = 0; i < row->type_count; i++) {
		char text[DW_TYPE_TEXT_MAX];

		fprintf(out, " type=%s", dw_type_to_text(row->types[i], text));
	}
	for (int level = DW_LEVEL_NONE; level <= DW_LEVEL_CRITICAL; level++)
		if (row->levels >> level & 1)
			fprintf(out, " level=%s", dw_level_name((enum dw_level)level));
	for (size_t i = 0; i < s->list_count; i++)
		if (row->has_lists && dw_set_has(&row->lists, i))
			fprintf(out, " list=%s", s->lists[i].name);
	for (size_t i = 0; i < row->rule_count; i++)
		fprintf(out, " rule=%s", row->rules[i]);
	for (size_t i = 0; i < row->when_count; i++)
		fprintf(out, " when=%02x:%u-%u", row->when[i].days, row->when[i].start,
			row->when[i].end);
}

static void show_effect(FILE *out, const struct dw_row *row)
{
	static const char *const actions[] = {"allow", "log", "sinkhole"};
	static const char *const answers[] = {"nxdomain", "nodata", "refused", "null-ip", "drop",
		"truncate", "addresses", "cname", "as-listed"};

	fprintf(out, " -> %s%s", actions[row->action], row->log ? " log" : "");
	if (row->action != DW_ACTION_SINKHOLE)
		return;
	fprintf(out, " %s", answers[row->answer]);
	for (size_t i = 0; i < row->address_count; i++) {
		char text[DW_ADDR_TEXT_MAX];

		fprintf(out, " %s", dw_addr_to_text(&row->addresses[i], text));
	}
	if (row->cname_len) {
		char text[DW_NAME_TEXT_MAX];

		dw_name_to_text(row->cname, row->cname_len, text);
		fprintf(out, " %s", text);
	}
	fprintf(out, " ttl=%u", row->ttl);
	if (row->ede == DW_EDE_NONE)
		fprintf(out, " ede=none");
	if (row->ede == DW_EDE_CODE)
		fprintf(out, " ede=%u '%s'", row->ede_code, row->ede_text ? row->ede_text : "");
}

char *settings_show(const struct dw_settings *s, const char *folder)
{
	static const char *const queries[] = {"hits", "all"};
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	fprintf(out, "path %s\nstate-dir %s\non-mismatch %s\n", below(s->path, folder),
		below(s->state_dir, folder), s->on_mismatch == DW_MISMATCH_STOP ? "stop" : "pass");
	for (size_t i = 0; i < s->file_count; i++)
		fprintf(out, "file %s\n", below(s->files[i], folder));
	fprintf(out, "offset %d %d\n", dw_zone_info_offset(s->timezone, 1767225600),
		dw_zone_info_offset(s->timezone, 1782864000));
	for (size_t i = 0; i < s->list_count; i++)
		show_list(out, &s->lists[i], folder);
	fprintf(out, "categories");
	for (size_t i = 0; i < s->category_count; i++)
		fprintf(out, " %s%s", s->categories[i],
			dw_set_has(&s->given, i) ? "" : "(not given)");
	fputc('\n', out);
	for (size_t i = 0; i < s->group_count; i++)
		show_group(out, &s->groups[i]);
	for (size_t i = 0; i < s->row_count; i++) {
		fprintf(out, "row %u", s->rows[i].number);
		show_conditions(out, s, &s->rows[i]);
		show_effect(out, &s->rows[i]);
		fprintf(out, " at %s:%u\n", below(s->rows[i].file, folder), s->rows[i].line);
	}
	if (s->dga.on)
		fprintf(out, "dga %s threshold=%u model=%s\n", s->categories[s->dga.category],
			s->dga.threshold, s->dga.model ? below(s->dga.model, folder) : "built-in");
	fprintf(out, "dry-run%s", s->dry_run_all ? " all" : "");
	show_set(out, " ", &s->dry_run, s->categories, s->category_count);
	fprintf(out, "\nlog %s queries=%s clients=%s", below(s->log.path, folder),
		queries[s->log.queries], dw_log_clients_name(s->log.clients));
	if (s->log.sample > 0)
		fprintf(out, " sample=%zu", s->log.sample);
	show_set(out, " never=", &s->log.never_categories, s->categories, s->category_count);
	if (s->log.never_groups != 0)
		fprintf(out, " never-groups=%#lx", (unsigned long)s->log.never_groups);
	fputc('\n', out);
	fclose(out);
	return text;
}
