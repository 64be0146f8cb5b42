/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings.c: the top of dnsward.yaml, from opening to closing */
#include "dnsward-config.h"
#include "dnsward/settings.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dnsward/clock.h"
#include "policy/group_index.h"
#include "policy/settings_read.h"
#include "policy/sources.h"

static void read_version(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	(void)field;
	if (value->kind != DW_YAML_SCALAR || strcmp(value->text, "1") != 0)
		dw_expected(r, key, value, "1, the version of settings that is read here");
}

static void read_timezone(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	const struct dw_zone_info **zone = field;
	struct dw_zone_info *opened;
	struct dw_error error;
	enum dw_result result;

	if (!dw_is_value(r, key, value, "a time zone such as Europe/Zurich"))
		return;
	if (*zone) /* given twice, and told as such */
		return;
	result = dw_zone_info_open(value->text, &opened, &error);
	if (result != DW_OK) {
		dw_complain(r, result, value->line, key->name, "%s", error.text);
		return;
	}
	*zone = opened;
	r->out->timezone_name = dw_reading_text(r, value->text, value->text_len);
}

static const struct dw_choice mismatches[] = {
	{.word = "pass", .value = DW_MISMATCH_PASS},
	{.word = "stop", .value = DW_MISMATCH_STOP},
	{0},
};

#define AT(field) .offset = offsetof(struct dw_settings, field)

/* In the order they are read in: rows name lists, clients and categories. */
static const struct dw_key top_keys[] = {
	{.name = "version", .read = read_version},
	{.name = "include", .read = dw_read_nothing}, /* followed already: settings_sources.c */
	{.name = "state-dir", .read = dw_read_path, AT(state_dir), .once = true},
	{.name = "on-mismatch",
		.read = dw_read_choice,
		AT(on_mismatch),
		.of = mismatches,
		.once = true},
	{.name = "timezone", .read = read_timezone, AT(timezone), .once = true},
	{.name = "database", .read = dw_read_database, AT(database), .once = true},
	{.name = "lists", .read = dw_read_lists},
	{.name = "rules", .read = dw_read_rules},
	{.name = "disable", .read = dw_read_disable},
	{.name = "dga", .read = dw_read_dga, AT(dga), .once = true},
	{.name = "detect", .read = dw_read_detect, AT(detect)},
	{.name = "clients", .read = dw_read_clients},
	{.name = "actions", .read = dw_read_actions},
	{.name = "dry-run", .read = dw_read_dry_run, .once = true},
	{.name = "log", .read = dw_read_log, AT(log)},
};
static const struct dw_keys keys = DW_KEYS(top_keys);

static void read_sections(struct dw_reading *r)
{
	const struct dw_source_file *sources = r->sources.items;

	for (size_t i = 0; i < r->sources.count; i++) {
		r->file = sources[i].file;
		if (sources[i].root)
			dw_check_keys(r, keys, sources[i].root);
	}
	for (size_t k = 0; k < keys.count; k++) {
		for (size_t i = 0; i < r->sources.count; i++) {
			r->file = sources[i].file;
			if (sources[i].root)
				dw_read_key(r, &keys.key[k], sources[i].root, r->out);
		}
	}
}

/* A file that includes others need not say the version again, the main one must. */
static void check_main(struct dw_reading *r)
{
	const struct dw_source_file *main_file = r->sources.items;

	bool is_missing = main_file->root ? !dw_yaml_get(main_file->root, "version")
					  : r->complaint_count == 0;

	r->file = main_file->file;
	if (is_missing)
		dw_complain(r, DW_ERR_SYNTAX, 1, "version",
			"found nothing; expected \"version: 1\" in the main file");
}

static bool is_in_state_dir(const char *log_path)
{
	return log_path[0] != '/' && strcmp(log_path, "stderr") != 0 &&
	       strncmp(log_path, "unix:", 5) != 0;
}

/* What was not given; and what goes into the state-dir, wherever that was said. */
static void set_defaults(struct dw_reading *r)
{
	struct dw_settings *s = r->out;
	struct dw_zone_info *zone;

	r->file = 0;
	if (!s->state_dir)
		s->state_dir = dw_reading_path(r, DW_STATE_DIR);
	s->log.state_dir = s->state_dir;
	if (!s->log.path)
		s->log.path = "query.jsonl";
	if (s->state_dir && is_in_state_dir(s->log.path)) {
		const char *folder = dw_reading_join(r, s->state_dir, "/");

		s->log.path = folder ? dw_reading_join(r, folder, s->log.path) : NULL;
	}
	if (!s->timezone && dw_zone_info_open(NULL, &zone, NULL) == DW_OK)
		s->timezone = zone;
}

static void hand_over(struct dw_reading *r)
{
	struct dw_settings *s = r->out;

	s->files = r->files.items;
	s->file_count = r->files.count;
	s->lists = r->lists.items;
	s->list_count = r->lists.count;
	s->categories = r->categories.items;
	s->category_count = r->categories.count;
	s->groups = r->groups.items;
	s->group_count = r->groups.count;
	s->rows = r->rows.items;
	s->row_count = r->rows.count;
	s->rule_nodes = r->rule_nodes.items;
	s->rule_node_count = r->rule_nodes.count;
	s->disabled = r->disabled.items;
	s->disabled_count = r->disabled.count;
	s->group_index = dw_group_index_make(r->arena, s->groups, s->group_count);
	if (!s->group_index)
		r->no_memory = true;
}

/* What a relative path starts at must not change with the working directory. */
static const char *absolute_path(struct dw_reading *r, const char *path)
{
	char folder[PATH_MAX];

	if (path[0] == '/')
		return dw_is_in_chroot(r, path) ? dw_reading_join(r, "", path)
						: dw_reading_join(r, r->chroot, path);
	if (!getcwd(folder, sizeof(folder) - 1))
		return dw_reading_join(r, "", path);
	return dw_reading_join(r, strcat(folder, "/"), path);
}

static void set_chroot(struct dw_reading *r, const char *chroot)
{
	size_t len = chroot ? strlen(chroot) : 0;

	while (len > 0 && chroot[len - 1] == '/')
		len--;
	r->chroot = dw_reading_text(r, chroot ? chroot : "", len);
}

static void read_all(struct dw_reading *r, const char *path)
{
	dw_read_sources(r, path);
	if (r->no_memory)
		return;
	read_sections(r);
	check_main(r);
	set_defaults(r);
	if (!r->no_memory)
		hand_over(r);
}

enum dw_result dw_settings_open(const char *path, const char *chroot, dw_complain_fn *complain,
	void *arg, struct dw_settings **out, struct dw_error *err)
{
	return dw_settings_read(path, chroot, complain, arg, NULL, out, err);
}

enum dw_result dw_settings_read(const char *path, const char *chroot, dw_complain_fn *complain,
	void *arg, struct dw_sources **went_to, struct dw_settings **out, struct dw_error *err)
{
	struct dw_arena *arena = calloc(1, sizeof(*arena));
	struct dw_settings *s = arena ? dw_arena_alloc(arena, 1, sizeof(*s)) : NULL;
	struct dw_reading r = {.out = s, .arena = arena, .section = ""};
	const struct dw_source_file *sources;
	enum dw_result result;

	if (went_to)
		*went_to = NULL;
	if (!s) {
		free(arena);
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory");
	}
	s->arena = arena;
	set_chroot(&r, chroot);
	s->path = r.chroot ? absolute_path(&r, path) : NULL;
	if (s->path)
		read_all(&r, s->path);
	s->detections = r.detections;
	if (went_to)
		*went_to = dw_sources_of(&r);
	result = dw_reading_tell(&r, complain, arg, err);
	sources = r.sources.items;
	for (size_t i = 0; i < r.sources.count; i++) {
		struct dw_yaml *doc = sources[i].doc;

		dw_yaml_close(&doc);
	}
	if (result == DW_OK)
		*out = s;
	else
		dw_settings_close(&s);
	return result;
}

void dw_settings_close(struct dw_settings **settings)
{
	struct dw_settings *s = *settings;
	struct dw_zone_info *zone;
	struct dw_arena arena;

	if (!s)
		return;
	dw_detections_free(&s->detections);
	zone = (struct dw_zone_info *)s->timezone;
	dw_zone_info_close(&zone);
	arena = *s->arena; /* which holds the settings themselves */
	free(s->arena);
	dw_arena_clear(&arena);
	*settings = NULL;
}

/* ---- asking ---- */

bool dw_settings_category(const struct dw_settings *settings, const char *name, size_t *out)
{
	for (size_t i = 0; i < settings->category_count; i++) {
		if (strcmp(settings->categories[i], name) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

bool dw_settings_list(const struct dw_settings *settings, const char *name, size_t *out)
{
	for (size_t i = 0; i < settings->list_count; i++) {
		if (strcmp(settings->lists[i].name, name) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

uint64_t dw_settings_groups_of(const struct dw_settings *settings, const struct dw_addr *client)
{
	if (settings->group_count == 0)
		return 0;
	return dw_group_index_lookup(settings->group_index, client);
}
