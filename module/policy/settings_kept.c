/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_kept.c: the settings in force as one file, and reading it back */
#include "dnsward-config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/dga.h"
#include "dnsward/file.h"
#include "dnsward/json.h"
#include "dnsward/rrtype.h"
#include "dnsward/settings.h"
#include "dnsward/state_dir.h"
#include "dnsward/yaml.h"

/* JSON is YAML, and what writes it here escapes whatever a name may hold. So the kept file is
 * settings like any other: no second reader, and nothing in it that people could not have
 * written. Only what differs from a default stands in it. */

static void put_yes(struct dw_json *j, const char *key, bool value)
{
	if (value)
		dw_json_string(j, key, "yes");
}

static void put_text(struct dw_json *j, const char *key, const char *text)
{
	if (text != NULL)
		dw_json_string(j, key, text);
}

static void put_count(struct dw_json *j, const char *key, uint64_t value)
{
	if (value != 0)
		dw_json_uint(j, key, value);
}

/* ---- lists and clients ---- */

static void put_list(struct dw_json *j, const struct dw_list_options *list)
{
	dw_json_object(j, NULL);
	dw_json_string(j, "name", list->name);
	dw_json_string(j, "path", list->path);
	dw_json_string(j, "format", dw_list_format_name(list->format));
	dw_json_string(j, "category", list->category);
	put_text(j, "url", list->url);
	if (list->url != NULL)
		put_count(j, "refresh", list->refresh);
	put_text(j, "exceptions", list->exceptions);
	put_text(j, "zone", list->zone);
	put_text(j, "public-key", list->public_key);
	put_text(j, "match", list->match_subtree ? "subtree" : NULL);
	put_yes(j, "trust-answers", list->trust_answers);
	put_yes(j, "suffixes", list->suffixes);
	put_yes(j, "skip-triggers", list->skip_triggers);
	put_text(j, "host-fields", list->ignore_host_fields ? "ignore" : NULL);
	put_count(j, "min-rules", list->min_rules);
	put_count(j, "max-age", list->max_age);
	put_count(j, "top", list->top);
	dw_json_end(j, '}');
}

static void put_group(struct dw_json *j, const struct dw_group *group)
{
	dw_json_object(j, NULL);
	dw_json_string(j, "name", group->name);
	dw_json_array(j, "networks");
	for (size_t i = 0; i < group->network_count; i++) {
		char text[DW_NET_TEXT_MAX];

		dw_json_string(j, NULL, dw_net_to_text(&group->networks[i], text));
	}
	dw_json_end(j, ']');
	dw_json_end(j, '}');
}

/* ---- rows ---- */

static void put_set(struct dw_json *j, const char *key, const struct dw_set *set,
	const struct dw_settings *s)
{
	if (dw_set_empty(set))
		return;
	dw_json_array(j, key);
	for (size_t i = 0; i < s->category_count; i++) {
		if (dw_set_has(set, i))
			dw_json_string(j, NULL, s->categories[i]);
	}
	dw_json_end(j, ']');
}

static void put_lists_of_row(struct dw_json *j, const struct dw_row *row, const struct dw_settings *s)
{
	if (!row->has_lists)
		return;
	dw_json_array(j, "list");
	for (size_t i = 0; i < s->list_count; i++) {
		if (dw_set_has(&row->lists, i))
			dw_json_string(j, NULL, s->lists[i].name);
	}
	dw_json_end(j, ']');
}

static void put_groups(struct dw_json *j, uint64_t groups, const struct dw_settings *s)
{
	if (groups == 0)
		return;
	dw_json_array(j, "clients");
	for (size_t i = 0; i < s->group_count; i++) {
		if (groups >> i & 1)
			dw_json_string(j, NULL, s->groups[i].name);
	}
	dw_json_end(j, ']');
}

static void put_types(struct dw_json *j, const struct dw_row *row)
{
	char text[DW_TYPE_TEXT_MAX];

	if (row->type_count == 0)
		return;
	dw_json_array(j, "types");
	for (size_t i = 0; i < row->type_count; i++)
		dw_json_string(j, NULL, dw_type_to_text(row->types[i], text));
	dw_json_end(j, ']');
}

static void put_levels(struct dw_json *j, const struct dw_row *row)
{
	if (row->levels == 0)
		return;
	dw_json_array(j, "level");
	for (unsigned level = DW_LEVEL_INFORMATIONAL; level <= DW_LEVEL_CRITICAL; level++) {
		if (row->levels >> level & 1)
			dw_json_string(j, NULL, dw_level_name(level));
	}
	dw_json_end(j, ']');
}

static void put_rules_of_row(struct dw_json *j, const struct dw_row *row)
{
	if (row->rule_count == 0)
		return;
	dw_json_array(j, "rule");
	for (size_t i = 0; i < row->rule_count; i++)
		dw_json_string(j, NULL, row->rules[i]);
	dw_json_end(j, ']');
}

static void put_window(struct dw_json *j, const struct dw_window *window)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	char text[64];
	size_t n = 0;

	for (unsigned day = 0; day < 7; day++) {
		if (window->days >> day & 1)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", n > 0 ? "," : "",
				days[day]);
	}
	snprintf(text + n, sizeof(text) - n, " %02u:%02u-%02u:%02u", window->start / 60U,
		window->start % 60U, window->end / 60U, window->end % 60U);
	dw_json_string(j, NULL, text);
}

static void put_when(struct dw_json *j, const struct dw_row *row)
{
	if (row->when_count == 0)
		return;
	dw_json_array(j, "when");
	for (size_t i = 0; i < row->when_count; i++)
		put_window(j, &row->when[i]);
	dw_json_end(j, ']');
}

static void put_answer(struct dw_json *j, const struct dw_row *row)
{
	char text[DW_NAME_TEXT_MAX + 8];

	if (row->answer == DW_ANSWER_CNAME) {
		size_t n = (size_t)snprintf(text, sizeof(text), "cname ");

		dw_name_to_text(row->cname, row->cname_len, text + n);
		dw_json_string(j, "answer", text);
	} else if (row->answer == DW_ANSWER_ADDRESSES) {
		dw_json_array(j, "answer");
		for (size_t i = 0; i < row->address_count; i++)
			dw_json_string(j, NULL, dw_addr_to_text(&row->addresses[i], text));
		dw_json_end(j, ']');
	} else if (row->answer != DW_ANSWER_AS_LISTED) {
		dw_json_string(j, "answer", dw_answer_name(row->answer));
	}
}

static void put_ede(struct dw_json *j, const struct dw_row *row)
{
	if (row->ede == DW_EDE_NONE)
		dw_json_string(j, "ede", "none");
	if (row->ede != DW_EDE_CODE)
		return;
	dw_json_object(j, "ede");
	dw_json_uint(j, "code", row->ede_code);
	put_text(j, "text", row->ede_text);
	dw_json_end(j, '}');
}

static void put_effect(struct dw_json *j, const struct dw_row *row)
{
	if (row->action != DW_ACTION_SINKHOLE) {
		dw_json_string(j, "action", dw_action_name(row->action));
		put_yes(j, "log", row->log);
		return;
	}
	dw_json_string(j, "action", row->answer == DW_ANSWER_AS_LISTED ? "as-listed" : "sinkhole");
	put_answer(j, row);
	dw_json_uint(j, "ttl", row->ttl);
	put_ede(j, row);
}

static void put_row(struct dw_json *j, const struct dw_row *row, const struct dw_settings *s)
{
	dw_json_object(j, NULL);
	if (row->any_category)
		dw_json_string(j, "category", "any");
	put_set(j, "category", &row->categories, s);
	put_set(j, "unless", &row->unless, s);
	put_groups(j, row->groups, s);
	put_types(j, row);
	put_levels(j, row);
	put_lists_of_row(j, row, s);
	put_rules_of_row(j, row);
	put_when(j, row);
	put_effect(j, row);
	dw_json_end(j, '}');
}

/* ---- rules ---- */

/* As it was written. Keys are those that the settings know, and people's own are left out. */
static void put_node(struct dw_json *j, const char *key, const struct dw_yaml_node *node)
{
	if (node->kind == DW_YAML_SCALAR) {
		dw_json_string_n(j, key, node->text, node->text_len);
		return;
	}
	if (node->kind == DW_YAML_LIST)
		dw_json_array(j, key);
	else
		dw_json_object(j, key);
	for (size_t i = 0; i < node->count; i++) {
		const char *name = node->kind == DW_YAML_MAP ? node->keys[i]->text : NULL;

		if (name == NULL || strncmp(name, "x-", 2) != 0)
			put_node(j, name, node->items[i]);
	}
	dw_json_end(j, node->kind == DW_YAML_LIST ? ']' : '}');
}

static void put_rules(struct dw_json *j, const struct dw_settings *s)
{
	dw_json_array(j, "rules");
	for (size_t i = 0; i < s->rule_node_count; i++)
		put_node(j, NULL, s->rule_nodes[i]);
	dw_json_end(j, ']');
	dw_json_array(j, "disable");
	for (size_t i = 0; i < s->disabled_count; i++)
		dw_json_string(j, NULL, s->disabled[i].name);
	dw_json_end(j, ']');
}

/* ---- all of it ---- */

static void put_database(struct dw_json *j, const struct dw_settings *s)
{
	const struct dw_database_settings *database = &s->database;

	if (database->path == NULL)
		return;
	dw_json_object(j, "database");
	dw_json_string(j, "path", database->path);
	dw_json_string(j, "public-key", database->public_key);
	put_count(j, "max-age", database->max_age);
	dw_json_string(j, "category", s->categories[database->category]);
	dw_json_end(j, '}');
}

static void put_dga(struct dw_json *j, const struct dw_settings *s)
{
	char threshold[32];

	if (!s->dga.on)
		return;
	dw_json_object(j, "dga");
	dw_json_string(j, "category", s->categories[s->dga.category]);
	snprintf(threshold, sizeof(threshold), "%u.%06u", s->dga.threshold / DW_DGA_ONE,
		s->dga.threshold % DW_DGA_ONE);
	if (s->dga.threshold != 0)
		dw_json_string(j, "threshold", threshold);
	put_text(j, "model", s->dga.model);
	dw_json_end(j, '}');
}

static void put_detector(struct dw_json *j, enum dw_detector d, const struct dw_settings *s)
{
	const struct dw_detect_rule *rule = &s->detect.rule[d];

	dw_json_object(j, dw_detector(d)->name);
	for (enum dw_detect_key key = 0; key < DW_DETECT_KEYS; key++) {
		if (dw_detector_takes(d, key))
			dw_json_uint(j, dw_detect_key(key)->name, rule->value[key]);
	}
	dw_json_string(j, "category", s->categories[rule->category]);
	dw_json_end(j, '}');
}

static void put_detect(struct dw_json *j, const struct dw_settings *s)
{
	if (s->detect.on == 0)
		return;
	dw_json_object(j, "detect");
	for (enum dw_detector d = 0; d < DW_DETECTORS; d++) {
		if (dw_detect_is_on(&s->detect, d))
			put_detector(j, d, s);
	}
	dw_json_end(j, '}');
}

static void put_log(struct dw_json *j, const struct dw_log_settings *log, const struct dw_settings *s)
{
	dw_json_object(j, "log");
	dw_json_string(j, "path", log->path);
	dw_json_string(j, "queries", log->queries == DW_LOG_ALL ? "all" : "hits");
	dw_json_string(j, "clients", dw_log_clients_name(log->clients));
	put_count(j, "sample", log->sample);
	if (!dw_set_empty(&log->never_categories) || log->never_groups != 0) {
		dw_json_object(j, "never");
		put_set(j, "categories", &log->never_categories, s);
		put_groups(j, log->never_groups, s);
		dw_json_end(j, '}');
	}
	dw_json_end(j, '}');
}

static void put_settings(struct dw_json *j, const struct dw_settings *s)
{
	dw_json_object(j, NULL);
	dw_json_uint(j, "version", 1);
	dw_json_string(j, "x-kept-from", s->path);
	dw_json_string(j, "state-dir", s->state_dir);
	dw_json_string(j, "on-mismatch", s->on_mismatch == DW_MISMATCH_STOP ? "stop" : "pass");
	put_text(j, "timezone", s->timezone_name);
	put_database(j, s);
	dw_json_array(j, "lists");
	for (size_t i = 0; i < s->list_count; i++)
		put_list(j, &s->lists[i]);
	dw_json_end(j, ']');
	put_rules(j, s);
	put_dga(j, s);
	put_detect(j, s);
	dw_json_array(j, "clients");
	for (size_t i = 0; i < s->group_count; i++)
		put_group(j, &s->groups[i]);
	dw_json_end(j, ']');
	dw_json_array(j, "actions");
	for (size_t i = 0; i < s->row_count; i++)
		put_row(j, &s->rows[i], s);
	dw_json_end(j, ']');
	put_yes(j, "dry-run", s->dry_run_all);
	if (!s->dry_run_all)
		put_set(j, "dry-run", &s->dry_run, s);
	put_log(j, &s->log, s);
	dw_json_end(j, '}');
}

/* Grow until it fits, up to what can be read back: settings of several files make one that may be
 * more than a file can be. */
static enum dw_result render(const struct dw_settings *settings, const char *path, char **out,
	size_t *out_len, struct dw_error *err)
{
	for (size_t room = 64 * 1024; room <= dw_yaml_default_limits.bytes; room *= 4) {
		struct dw_json j;
		char *text = malloc(room);

		if (text == NULL)
			return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory to keep the settings");
		dw_json_start(&j, text, room);
		put_settings(&j, settings);
		size_t len = dw_json_finish(&j);
		if (len > 0) {
			*out = text;
			*out_len = len;
			return DW_OK;
		}
		free(text);
	}
	return dw_fail(err, DW_ERR_LIMIT, path, 0,
		"as one file they would be larger than %zu bytes, and not read back",
		dw_yaml_default_limits.bytes);
}

/* Nor is every file that is small enough read back. */
static enum dw_result check_values(const char *path, const char *text, size_t len, struct dw_error *err)
{
	struct dw_yaml *doc;
	enum dw_result res = dw_yaml_parse(path, text, len, NULL, &doc, err);

	if (res == DW_OK)
		dw_yaml_close(&doc);
	return res;
}

static bool stands_already(const char *path, const char *text, size_t len)
{
	char *old;
	size_t old_len;

	if (dw_file_read(path, len, &old, &old_len, NULL) != DW_OK)
		return false;
	bool same = old_len == len && memcmp(old, text, len) == 0;
	free(old);
	return same;
}

static enum dw_result kept_path(const char *state_dir, char *out, struct dw_error *err)
{
	int n = snprintf(out, PATH_MAX, "%s/last-good.yaml", state_dir);

	if (n < 0 || n >= PATH_MAX)
		return dw_fail(err, DW_ERR_LIMIT, state_dir, 0, "path of state-dir is too long");
	return DW_OK;
}

enum dw_result dw_settings_keep(const struct dw_settings *settings, struct dw_error *err)
{
	char path[PATH_MAX], *text = NULL;
	size_t len = 0;
	enum dw_result res = kept_path(settings->state_dir, path, err);

	if (res == DW_OK)
		res = render(settings, path, &text, &len, err);
	if (res != DW_OK)
		return res;
	if (!stands_already(path, text, len)) {
		res = check_values(path, text, len, err);
		if (res == DW_OK)
			res = dw_state_dir_make(settings, "lists", err);
		if (res == DW_OK)
			res = dw_file_write(path, settings->state_dir, text, len, err);
	}
	free(text);
	return res;
}

/* ---- reading back ---- */

/* The value of a line `state-dir: VALUE` of a file that is no YAML any more; quotes and a
 * comment behind it are taken off. */
static char *find_line(const char *text)
{
	static const char key[] = "state-dir:";

	for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, sizeof(key) - 1) != 0)
			continue;
		line += sizeof(key) - 1;
		line += strspn(line, " \t\"'");
		return strndup(line, strcspn(line, "\"'#\r\n \t"));
	}
	return NULL;
}

static char *find_state_dir(const char *path)
{
	struct dw_yaml *doc;
	char *text, *found = NULL;
	size_t len;

	if (dw_yaml_open(path, NULL, &doc, NULL) == DW_OK) {
		const struct dw_yaml_node *root = dw_yaml_root(doc, 0);
		const struct dw_yaml_node *value =
			root != NULL && root->kind == DW_YAML_MAP ? dw_yaml_get(root, "state-dir") : NULL;

		if (value != NULL && value->kind == DW_YAML_SCALAR)
			found = strdup(value->text);
		dw_yaml_close(&doc);
		return found;
	}
	if (dw_file_read(path, dw_yaml_default_limits.bytes, &text, &len, NULL) != DW_OK)
		return NULL;
	found = find_line(text);
	free(text);
	return found;
}

enum dw_result dw_settings_open_kept(const char *path, const char *chroot,
	struct dw_settings **out, struct dw_error *err)
{
	char kept[PATH_MAX], *named = find_state_dir(path), *folder = NULL;
	enum dw_result res =
		dw_path_resolve(path, named != NULL ? named : DW_STATE_DIR, &folder);

	if (res == DW_OK)
		res = kept_path(folder, kept, err);
	if (res == DW_OK)
		res = dw_settings_open(kept, chroot, NULL, NULL, out, err);
	free(named);
	free(folder);
	return res;
}
