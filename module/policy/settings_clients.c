/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_clients.c: groups of clients, from dnsward.yaml and from files of networks */
#include "dnsward-config.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "dnsward/file.h"
#include "policy/settings_read.h"

/* A group while it is read. */
struct group {
	const char *name;
	struct dw_vector networks; /* struct dw_net */
};

/* Enough for DW_SETTINGS_NETWORKS_MAX lines of the longest network. */
enum { NETWORKS_FILE_MAX = 16 << 20 };

#define NETWORKS_EXPECTED "a network or a list of networks, such as 192.0.2.0/24"

static void add_network(struct dw_reading *r, const struct dw_key *key, uint32_t line,
	const char *text, size_t len, struct dw_vector *networks)
{
	struct dw_error error;
	struct dw_net net, *added;
	enum dw_result result = dw_net_from_text(text, len, &net, &error);

	if (result != DW_OK) {
		dw_complain(r, result, line, key->name, "%s", error.text);
		return;
	}
	if (++r->network_count > DW_SETTINGS_NETWORKS_MAX) {
		if (r->network_count == DW_SETTINGS_NETWORKS_MAX + 1)
			dw_complain(r, DW_ERR_LIMIT, line, key->name,
				"found more networks than %d, the most that all groups may have",
				DW_SETTINGS_NETWORKS_MAX);
		return;
	}
	added = dw_reading_add(r, networks, sizeof(*added));
	if (added)
		*added = net;
}

static void read_network(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	add_network(r, key, value->line, value->text, value->text_len, field);
}

static void read_networks(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	if (!dw_is_empty(value)) /* a group without networks fits nobody */
		dw_read_values(r, key, value, read_network, field, NETWORKS_EXPECTED);
}

/* ---- a file of networks ---- */

/* A network a line, blanks around it, `#` and what follows passed over. */
static void read_lines(struct dw_reading *r, const struct dw_key *key, const char *text,
	struct dw_vector *networks)
{
	uint32_t line = 1;

	for (; *text && !r->no_memory; line++) {
		size_t len = strcspn(text, "\n"), end = strcspn(text, "#\n"), start = 0;

		while (start < end && ascii_is_blank_or_control((uint8_t)text[start]))
			start++;
		while (end > start && ascii_is_blank_or_control((uint8_t)text[end - 1]))
			end--;
		if (end > start)
			add_network(r, key, line, text + start, end - start, networks);
		text += len + (text[len] == '\n');
	}
}

/* A file that is not there is one of the settings' all the same: when it comes, they are read. */
static void read_path(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	const uint32_t outer = r->file;
	const char **files, *path = NULL;
	struct dw_error error;
	enum dw_result result;
	char *text;
	size_t len;

	dw_read_path(r, key, value, &path);
	files = path ? dw_reading_add(r, &r->files, sizeof(*files)) : NULL;
	if (!files)
		return;
	*files = path;
	result = dw_file_read(path, NETWORKS_FILE_MAX, &text, &len, &error);
	if (result != DW_OK) {
		dw_complain(r, result, value->line, key->name,
			"found \"%s\": %s; expected a file of networks, one a line", value->text,
			error.text);
		return;
	}
	r->file = (uint32_t)r->files.count - 1;
	if (strlen(text) == len)
		read_lines(r, key, text + utf8_mark(text, len), field);
	else
		dw_complain(r, DW_ERR_SYNTAX, 0, key->name,
			"found a NUL byte; expected text, a network a line");
	r->file = outer;
	free(text);
}

/* ---- groups ---- */

#define AT(field) .offset = offsetof(struct group, field)

static const struct dw_key group_keys[] = {
	{.name = "name", .read = dw_read_name, AT(name), .required = "a name for the group"},
	{.name = "networks", .read = read_networks, AT(networks)},
	{.name = "path", .read = read_path, AT(networks)},
};
static const struct dw_keys keys = DW_KEYS(group_keys);

static bool check_group(struct dw_reading *r, const struct dw_yaml_node *map, const char *name)
{
	const struct dw_group *groups = r->groups.items;

	if (!dw_yaml_get(map, "networks") && !dw_yaml_get(map, "path"))
		dw_complain(r, DW_ERR_SYNTAX, map->line, "networks",
			"found nothing; expected networks, or path, a file of them");
	for (size_t i = 0; name && i < r->groups.count; i++)
		if (strcmp(groups[i].name, name) == 0)
			dw_complain(r, DW_ERR_SYNTAX, map->line, "name",
				"found \"%s\" again; expected a name of its own (the other one "
				"stands in %s:%u)",
				name, groups[i].file, groups[i].line);
	if (r->groups.count < DW_SETTINGS_GROUPS_MAX)
		return name != NULL;
	dw_complain(r, DW_ERR_LIMIT, map->line, NULL, "found more than %d groups",
		DW_SETTINGS_GROUPS_MAX);
	return false;
}

static void read_group(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *node, void *field)
{
	const char *outer = r->section;
	struct group group = {0};
	struct dw_group *added;
	bool is_good;

	(void)field;
	if (!dw_read_map(r, key->name, keys, node, "a map with name and networks", &group))
		return;
	r->section = key->name;
	is_good = check_group(r, node, group.name);
	r->section = outer;
	added = is_good ? dw_reading_add(r, &r->groups, sizeof(*added)) : NULL;
	if (added)
		*added = (struct dw_group){.name = group.name,
			.networks = group.networks.items,
			.network_count = group.networks.count,
			.file = dw_reading_file(r),
			.line = node->line};
}

void dw_read_clients(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	(void)field;
	dw_read_items(
		r, key, value, read_group, "a list of groups, each a map with name and networks");
}
