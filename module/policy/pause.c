/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * pause.c: the file that says what is paused */
#include "dnsward-config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dnsward/clock.h"
#include "dnsward/file.h"
#include "dnsward/json.h"
#include "dnsward/pause.h"
#include "dnsward/yaml.h"
#include "policy/settings_read.h"

enum { FILE_MAX = 16 * 1024 };

static enum dw_result path_of(const char *state_dir, char out[PATH_MAX], struct dw_error *err)
{
	if (snprintf(out, PATH_MAX, "%s/pause", state_dir) >= PATH_MAX)
		return dw_fail(err, DW_ERR_LIMIT, state_dir, 0, "its path is too long");
	return DW_OK;
}

/* ---- reading: JSON is YAML ---- */

static bool parse_until(const char *text, int64_t *out)
{
	int64_t value = 0;

	if (text[0] == '\0' || strlen(text) > 18)
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (*text - '0');
	}
	*out = value;
	return true;
}

static enum dw_result read_value(const char *path, const char *key,
	const struct dw_yaml_node *value, struct dw_pause *pause, struct dw_error *err)
{
	if (value->kind != DW_YAML_SCALAR)
		return dw_fail(err, DW_ERR_SYNTAX, path, value->line, "%s: expected a text", key);
	if (strcmp(key, "until") == 0 && parse_until(value->text, &pause->until))
		return DW_OK;
	if (strcmp(key, "category") == 0 && dw_is_name(value->text, value->text_len)) {
		snprintf(pause->category, sizeof(pause->category), "%s", value->text);
		return DW_OK;
	}
	if (strcmp(key, "client") == 0 &&
		dw_net_from_text(value->text, value->text_len, &pause->client, NULL) == DW_OK)
		return DW_OK;
	return dw_fail(err, DW_ERR_SYNTAX, path, value->line,
		"expected \"until\" with seconds since the epoch, \"category\" with a name, or "
		"\"client\" with an address");
}

static enum dw_result read_pause(const char *path, const struct dw_yaml_node *node,
	struct dw_pause *pause, struct dw_error *err)
{
	*pause = (struct dw_pause){.until = DW_PAUSE_FOREVER};
	if (node->kind != DW_YAML_MAP)
		return dw_fail(err, DW_ERR_SYNTAX, path, node->line, "expected a map");
	for (size_t i = 0; i < node->count; i++) {
		enum dw_result res =
			read_value(path, node->keys[i]->text, node->items[i], pause, err);

		if (res != DW_OK)
			return res;
	}
	return DW_OK;
}

static enum dw_result read_document(const char *path, const struct dw_yaml *doc, int64_t now,
	struct dw_pauses *out, struct dw_error *err)
{
	const struct dw_yaml_node *root = dw_yaml_root(doc, 0), *version, *list;

	if (root == NULL || root->kind != DW_YAML_MAP ||
		(version = dw_yaml_get(root, "version")) == NULL ||
		version->kind != DW_YAML_SCALAR || strcmp(version->text, "1") != 0 ||
		(list = dw_yaml_get(root, "pauses")) == NULL || list->kind != DW_YAML_LIST)
		return dw_fail(err, DW_ERR_SYNTAX, path, 0,
			"is not what `dnsward pause` writes; `dnsward resume` removes it");
	for (size_t i = 0; i < list->count; i++) {
		struct dw_pause pause;
		enum dw_result res = read_pause(path, list->items[i], &pause, err);

		if (res != DW_OK)
			return res;
		if (pause.until > now && !dw_pauses_add(out, &pause))
			return dw_fail(err, DW_ERR_LIMIT, path, list->items[i]->line,
				"expected at most %d pauses", DW_PAUSES_MAX);
	}
	return DW_OK;
}

enum dw_result dw_pauses_parse(const char *name, const char *text, size_t len, int64_t now,
	struct dw_pauses *out, struct dw_error *err)
{
	const struct dw_yaml_limits limits = {.bytes = FILE_MAX, .depth = 4, .nodes = 1024};
	struct dw_pauses found = {.count = 0};
	struct dw_yaml *doc;
	enum dw_result res = dw_yaml_parse(name, text, len, &limits, &doc, err);

	if (res != DW_OK)
		return res;
	res = read_document(name, doc, now, &found, err);
	dw_yaml_close(&doc);
	if (res == DW_OK)
		*out = found;
	return res;
}

enum dw_result dw_pauses_read(
	const char *state_dir, int64_t now, struct dw_pauses *out, struct dw_error *err)
{
	struct dw_error own;
	char path[PATH_MAX], *text;
	size_t len;
	enum dw_result res = path_of(state_dir, path, &own);

	if (res == DW_OK)
		res = dw_file_read(path, FILE_MAX, &text, &len, &own);
	if (res == DW_OK) {
		res = dw_pauses_parse(path, text, len, now, out, &own);
		free(text);
	} else if (res == DW_ERR_NOT_FOUND) {
		*out = (struct dw_pauses){.count = 0};
		return DW_OK;
	}
	if (res != DW_OK && err != NULL)
		*err = own;
	return res;
}

/* ---- writing ---- */

static size_t render(const struct dw_pauses *pauses, char *out, size_t max)
{
	char net[DW_NET_TEXT_MAX];
	struct dw_json j;

	dw_json_start(&j, out, max);
	dw_json_object(&j, NULL);
	dw_json_uint(&j, "version", 1);
	dw_json_array(&j, "pauses");
	for (size_t i = 0; i < pauses->count; i++) {
		const struct dw_pause *pause = &pauses->pause[i];

		dw_json_object(&j, NULL);
		if (pause->until != DW_PAUSE_FOREVER)
			dw_json_int(&j, "until", pause->until);
		if (pause->category[0] != '\0')
			dw_json_string(&j, "category", pause->category);
		if (pause->client.addr.family != 0)
			dw_json_string(&j, "client", dw_net_to_text(&pause->client, net));
		dw_json_end(&j, '}');
	}
	dw_json_end(&j, ']');
	dw_json_end(&j, '}');
	return dw_json_finish(&j);
}

enum dw_result dw_pauses_write(
	const char *state_dir, const struct dw_pauses *pauses, struct dw_error *err)
{
	char path[PATH_MAX], text[FILE_MAX];
	enum dw_result res = path_of(state_dir, path, err);

	if (res != DW_OK)
		return res;
	if (pauses->count == 0)
		return unlink(path) == 0 || errno == ENOENT
			       ? DW_OK
			       : dw_fail_errno(err, path, "cannot remove it");
	size_t len = render(pauses, text, sizeof(text) - 1);
	text[len] = '\n';
	return dw_file_write(path, state_dir, text, len + 1, err);
}

/* ---- what is in one ---- */

bool dw_pause_is_same(const struct dw_pause *a, const struct dw_pause *b)
{
	return strcmp(a->category, b->category) == 0 && a->client.bits == b->client.bits &&
	       a->client.addr.family == b->client.addr.family &&
	       memcmp(a->client.addr.bytes, b->client.addr.bytes, sizeof(a->client.addr.bytes)) ==
		       0;
}

static size_t find(const struct dw_pauses *pauses, const struct dw_pause *pause)
{
	size_t i = 0;

	while (i < pauses->count && !dw_pause_is_same(&pauses->pause[i], pause))
		i++;
	return i;
}

bool dw_pauses_add(struct dw_pauses *pauses, const struct dw_pause *pause)
{
	size_t i = find(pauses, pause);

	if (i == DW_PAUSES_MAX)
		return false;
	pauses->count += i == pauses->count;
	pauses->pause[i] = *pause;
	return true;
}

bool dw_pauses_remove(struct dw_pauses *pauses, const struct dw_pause *pause)
{
	size_t i = find(pauses, pause);

	if (i == pauses->count)
		return false;
	pauses->count--;
	memmove(&pauses->pause[i], &pauses->pause[i + 1],
		(pauses->count - i) * sizeof(pauses->pause[0]));
	return true;
}

const char *dw_pause_to_text(const struct dw_pause *pause, char *out)
{
	char net[DW_NET_TEXT_MAX], time[DW_TIMESTAMP_TEXT_MAX], *to = out;
	size_t left = DW_PAUSE_TEXT_MAX;
	int n = pause->category[0] != '\0' ? snprintf(to, left, "category %s", pause->category)
					   : snprintf(to, left, "all");

	if (pause->client.addr.family != 0)
		n += snprintf(
			to + n, left - (size_t)n, " for %s", dw_net_to_text(&pause->client, net));
	if (pause->until == DW_PAUSE_FOREVER)
		snprintf(to + n, left - (size_t)n, ", until resumed");
	else
		snprintf(to + n, left - (size_t)n, ", until %.19sZ",
			dw_timestamp_to_text((uint64_t)pause->until * 1000000, time));
	return out;
}
