/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_log.c: what is logged and where, and what is only tried */
#include "dnsward-config.h"

#include <string.h>
#include <sys/un.h>

#include "policy/settings_read.h"

/* ---- log ---- */

#define PATH_EXPECTED "a path, unix: and the path of a socket, or stderr"

enum { SOCKET_PATH_MAX = sizeof(((struct sockaddr_un *)0)->sun_path) - 1 };

static void read_socket(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, const char **path)
{
	const char *socket = dw_reading_path(r, value->text + 5);

	if (socket && strlen(socket) > SOCKET_PATH_MAX)
		dw_expected(r, key, value, "the path of a socket of at most %d bytes",
			SOCKET_PATH_MAX);
	*path = socket ? dw_reading_join(r, "unix:", socket) : NULL;
}

/* A relative path is put into state-dir once all is read. */
static void read_path(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	const char **path = field;
	const char *text = value->text;
	size_t len;

	if (!dw_is_value(r, key, value, PATH_EXPECTED))
		return;
	len = value->text_len;
	if (strncmp(text, "unix:", 5) == 0 && text[5] == '/') {
		read_socket(r, key, value, path);
	} else if (strncmp(text, "unix:", 5) == 0 || text[len - 1] == '/') {
		dw_expected(r, key, value, "%s", PATH_EXPECTED);
	} else if (text[0] == '/') {
		*path = dw_reading_path(r, text);
	} else {
		*path = dw_reading_text(r, text, len);
	}
}

static const struct dw_choice queries[] = {
	{.word = "hits", .value = DW_LOG_HITS},
	{.word = "all", .value = DW_LOG_ALL},
	{0},
};

static const struct dw_choice clients[] = {
	{.word = "full", .value = DW_CLIENTS_FULL},
	{.word = "pseudonym", .value = DW_CLIENTS_PSEUDONYM},
	{.word = "prefix", .value = DW_CLIENTS_PREFIX},
	{.word = "none", .value = DW_CLIENTS_NONE},
	{0},
};

const char *dw_log_clients_name(enum dw_log_clients value)
{
	const struct dw_choice *c = clients;

	while (c->word != NULL && c->value != (int)value)
		c++;
	return c->word;
}

#define AT(field) .offset = offsetof(struct dw_log_settings, field)

static const struct dw_range sample = {.min = 2, .max = DW_LOG_SAMPLE_MAX};

static void read_sample(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	struct dw_log_settings *log = field;

	dw_read_size(r, key, value, &log->sample);
	log->sample_place = dw_reading_place(r, value);
}

static void read_never_categories(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	struct dw_log_settings *log = field;

	dw_read_categories(r, key, value, &log->never_categories);
	if (!log->never_place.file)
		log->never_place = dw_reading_place(r, value);
}

static const struct dw_key never_keys[] = {
	{.name = "categories", .read = read_never_categories},
	{.name = "clients", .read = dw_read_groups, AT(never_groups)},
};

static void read_never(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	static const struct dw_keys keys = DW_KEYS(never_keys);

	dw_read_map(r, "log.never", keys, value, "a map with categories or clients", field);
	(void)key;
}

static const struct dw_key log_keys[] = {
	{.name = "path", .read = read_path, AT(path), .once = true},
	{.name = "queries", .read = dw_read_choice, AT(queries), .of = queries, .once = true},
	{.name = "clients", .read = dw_read_choice, AT(clients), .of = clients, .once = true},
	{.name = "sample", .read = read_sample, .of = &sample, .once = true},
	{.name = "never", .read = read_never}, /* into all of the log's settings */
};
static const struct dw_keys keys = DW_KEYS(log_keys);

void dw_read_log(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *value,
	void *field)
{
	dw_read_map(r, key->name, keys, value, "a map with path, queries, clients, sample or never",
		field);
}

/* ---- dry-run ---- */

void dw_read_dry_run(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	struct dw_settings *settings = field;

	settings->dry_run_place = dw_reading_place(r, value);
	if (!dw_is_yes_no(value, &settings->dry_run_all))
		dw_read_categories(r, key, value, &settings->dry_run);
}
