/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * sigma.c: parser for Sigma rules: documents, log sources, metadata */
#include "dnsward-config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ascii.h"
#include "lists/parser.h"
#include "lists/sigma.h"

void sigma_refuse(struct sigma *s, uint32_t line, const char *fmt, ...)
{
	va_list args;

	if (s->refused)
		return;
	s->refused = true;
	s->line = line;
	va_start(args, fmt);
	vsnprintf(s->reason, sizeof(s->reason), fmt, args);
	va_end(args);
}

/* Return the scalar under a key, or "" if there is none. */
static const char *text_of(const struct dw_yaml_node *map, const char *key)
{
	const struct dw_yaml_node *value = dw_yaml_get(map, key);

	return value && value->kind == DW_YAML_SCALAR ? value->text : "";
}

/* ---- the log source ---- */

/* Log sources that are DNS logs. NULL matches any value. */
static const struct {
	const char *product, *category, *service;
} sources[] = {
	{NULL, "dns", NULL},
	{NULL, "dns_query", NULL},
	{"zeek", NULL, "dns"},
	{NULL, NULL, "dns"},
	{"windows", NULL, "dns-client"},
	{"windows", NULL, "dns-server"},
	{"windows", NULL, "dns-server-analytic"},
};

enum { SOURCE_KEYS = 3, SOURCE_TEXT_MAX = SOURCE_KEYS * 41 + 1 };
static const char *const source_keys[SOURCE_KEYS] = {"product", "category", "service"};

static bool is_source(const struct dw_yaml_node *source, size_t i)
{
	const char *wanted[] = {sources[i].product, sources[i].category, sources[i].service};

	for (size_t k = 0; k < SOURCE_KEYS; k++)
		if (wanted[k] && strcasecmp(text_of(source, source_keys[k]), wanted[k]) != 0)
			return false;
	return true;
}

static const char *source_text(const struct dw_yaml_node *source, char out[SOURCE_TEXT_MAX])
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t k = 0; k < SOURCE_KEYS; k++) {
		const char *value = text_of(source, source_keys[k]);

		if (value[0] != '\0')
			len += (size_t)snprintf(out + len, SOURCE_TEXT_MAX - len, " %.40s", value);
	}
	return out;
}

static void check_source(struct sigma *s, const struct dw_yaml_node *root)
{
	const struct dw_yaml_node *source = dw_yaml_get(root, "logsource");
	char text[SOURCE_TEXT_MAX];

	if (!source || source->kind != DW_YAML_MAP) {
		sigma_refuse(s, root->line, "no log source");
		return;
	}
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (is_source(source, i))
			return;
	sigma_refuse(s, source->line, "another log source than DNS:%s", source_text(source, text));
}

/* ---- metadata ---- */

/* Return the first tag that is an ATT&CK technique: `attack.t1071.004` becomes T1071.004. NULL if
 * there is none. */
static const char *technique_of(const struct dw_yaml_node *root, char *out, size_t room)
{
	static const char prefix[] = "attack.t";
	const struct dw_yaml_node *tags = dw_yaml_get(root, "tags");

	for (size_t i = 0; tags && tags->kind == DW_YAML_LIST && i < tags->count; i++) {
		const struct dw_yaml_node *tag = tags->items[i];
		const char *digits;

		if (tag->kind != DW_YAML_SCALAR ||
			strncasecmp(tag->text, prefix, sizeof(prefix) - 1) != 0)
			continue;
		digits = tag->text + sizeof(prefix) - 1;
		if (strspn(digits, "0123456789.") == strlen(digits) && strlen(digits) >= 4 &&
			strlen(digits) + 2 <= room) {
			snprintf(out, room, "T%s", digits);
			return out;
		}
	}
	return NULL;
}

/* Copy a title or an identifier: truncated, with control characters replaced by `?`. */
static const char *clean(const char *text, char out[DW_DETECTION_NAME_MAX])
{
	size_t n = 0;

	for (; text[n] != '\0' && n < DW_DETECTION_NAME_MAX - 1; n++)
		out[n] = (uint8_t)text[n] < 0x20 || text[n] == 0x7f ? '?' : text[n];
	out[n] = '\0';
	return out;
}

static void begin(struct sigma *s, const struct dw_yaml_node *root)
{
	char name[DW_DETECTION_NAME_MAX], id[DW_DETECTION_NAME_MAX], technique[16];
	const char *slash = strrchr(s->reader->path, '/');
	const char *title = text_of(root, "title");
	struct dw_detection head = {
		.name = clean(title[0] != '\0' ? title
			      : slash          ? slash + 1
					       : s->reader->path,
			name),
		.id = text_of(root, "id")[0] != '\0' ? clean(text_of(root, "id"), id) : NULL,
		.technique = technique_of(root, technique, sizeof(technique)),
		.category = s->reader->options->category,
		.list = s->reader->options->name,
		.file = s->reader->path,
		.line = root->line,
	};

	(void)dw_level_from_name(text_of(root, "level"), &head.level);
	dw_detection_begin(s->detections, &head);
}

/* ---- one document ---- */

static void check_kind(struct sigma *s, const struct dw_yaml_node *root)
{
	s->detection = dw_yaml_get(root, "detection");
	if (dw_yaml_get(root, "correlation") || strcmp(text_of(root, "type"), "correlation") == 0)
		sigma_refuse(s, root->line, "a correlation rule");
	else if (dw_yaml_get(root, "action"))
		sigma_refuse(s, root->line, "a collection of rules (action: %.40s)",
			text_of(root, "action"));
	else if (!s->detection || s->detection->kind != DW_YAML_MAP)
		sigma_refuse(s, root->line, "no detection");
	else if (dw_yaml_get(s->detection, "timeframe"))
		sigma_refuse(s, s->detection->line, "timeframe: single queries are looked at");
}

static void put_condition(struct sigma *s)
{
	const struct dw_yaml_node *condition = dw_yaml_get(s->detection, "condition");
	enum dw_truth truth;

	if (!condition) {
		sigma_refuse(s, s->detection->line, "no condition");
		return;
	}
	s->known = calloc(s->detection->count + 1, sizeof(*s->known));
	if (!s->known) {
		sigma_refuse(s, s->detection->line, "no memory");
		return;
	}
	truth = sigma_condition(s, condition);
	free(s->known);
	if (s->hosts[0] != '\0' && !s->ignore_hosts)
		sigma_refuse(
			s, s->detection->line, "needs what is known on hosts alone: %s", s->hosts);
	else if (truth == DW_YES)
		sigma_refuse(s, s->detection->line,
			s->hosts[0] != '\0' ? "nothing is left of it without %s"
					    : "it fits every query%s",
			s->hosts);
	else if (truth == DW_NO)
		sigma_refuse(s, s->detection->line, "it fits no query");
}

static enum dw_result read_rule(struct sigma *s, const struct dw_yaml_node *root)
{
	struct dw_error error;
	enum dw_result result;

	begin(s, root);
	put_condition(s);
	if (s->refused && !dw_detection_failed(s->detections)) {
		dw_detection_drop(s->detections);
		return DW_OK;
	}
	if (s->hosts[0] != '\0')
		dw_detection_mark_partial(s->detections);
	result = dw_detection_end(s->detections, &error);
	if (result != DW_OK && result != DW_ERR_MEMORY) {
		sigma_refuse(s, root->line, "%s", error.text);
		result = DW_OK;
	}
	return result;
}

static enum dw_result read_document(struct dw_reader *reader, const struct dw_yaml_node *root)
{
	struct sigma s = {
		.reader = reader,
		.detections = reader->detections,
		.ignore_hosts = reader->options->ignore_host_fields,
	};
	const char *title = root->kind == DW_YAML_MAP ? text_of(root, "title") : "";
	enum dw_result result = DW_OK;

	if (root->kind != DW_YAML_MAP)
		sigma_refuse(&s, root->line, "no rule: expected lines of \"key: value\"");
	else
		check_kind(&s, root);
	if (!s.refused)
		check_source(&s, root);
	if (!s.refused)
		result = read_rule(&s, root);
	reader->line = s.line;
	if (s.refused)
		dw_reader_skip(reader, "%.60s%s%s", title, title[0] != '\0' ? ": " : "", s.reason);
	else if (s.hosts[0] != '\0' && result == DW_OK) {
		reader->line = root->line;
		dw_reader_note(reader, "%.60s%swithout %s", title, title[0] != '\0' ? ": " : "",
			s.hosts);
	}
	return result;
}

enum dw_result dw_sigma_text(
	struct dw_reader *reader, const char *text, size_t len, struct dw_error *err)
{
	const struct dw_yaml_node *root;
	struct dw_yaml *doc;
	enum dw_result result = DW_OK;

	if (!reader->detections && dw_detections_new(&reader->detections) != DW_OK)
		return dw_fail(err, DW_ERR_MEMORY, reader->path, 0, "no memory for its rules");
	result = dw_yaml_parse(reader->path, text, len, NULL, &doc, err);
	if (result != DW_OK)
		return result;
	for (size_t i = 0; result == DW_OK && (root = dw_yaml_root(doc, i)) != NULL; i++)
		result = read_document(reader, root);
	dw_yaml_close(&doc);
	if (result == DW_ERR_MEMORY)
		return dw_fail(err, result, reader->path, 0, "no memory for its rules");
	return result;
}
