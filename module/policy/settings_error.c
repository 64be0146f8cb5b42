/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_error.c: what is wrong with the settings, said in one shape and in order */
#include "dnsward-config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/settings_read.h"

/* A file that is something else altogether has an error a line; nobody reads more. */
enum { COMPLAINTS_MAX = 100 };

/* Of what was found, only so much is repeated. */
enum { FOUND_MAX = 60 };

static struct dw_complaint *add_complaint(
	struct dw_reading *r, enum dw_result result, uint32_t line)
{
	struct dw_complaint *complaint;

	r->complaint_count++;
	if (r->complaints.count == COMPLAINTS_MAX)
		return NULL;
	complaint = dw_reading_add(r, &r->complaints, sizeof(*complaint));
	if (!complaint)
		return NULL;
	complaint->result = result;
	complaint->file = r->file;
	complaint->line = line;
	complaint->number = (uint32_t)r->complaints.count;
	return complaint;
}

void dw_complain_error(struct dw_reading *r, enum dw_result result, const struct dw_error *error)
{
	const char *colon = strrchr(error->where, ':');
	uint32_t line = colon ? (uint32_t)strtoul(colon + 1, NULL, 10) : 0;
	struct dw_complaint *complaint = add_complaint(r, result, line);

	if (complaint)
		complaint->error = *error;
}

static void complain_va(struct dw_reading *r, enum dw_result result, uint32_t line, const char *key,
	const char *fmt, va_list args)
{
	struct dw_complaint *complaint = add_complaint(r, result, line);
	char text[DW_ERROR_TEXT_MAX];

	if (!complaint)
		return;
	vsnprintf(text, sizeof(text), fmt, args);
	if (!key)
		key = "";
	dw_fail(&complaint->error, result, dw_reading_file(r), line, "%s%s%s%s%s", r->section,
		r->section[0] && key[0] ? "." : "", key, r->section[0] || key[0] ? ": " : "", text);
}

void dw_complain(struct dw_reading *r, enum dw_result result, uint32_t line, const char *key,
	const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	complain_va(r, result, line, key, fmt, args);
	va_end(args);
}

static const char *describe(const struct dw_yaml_node *node, char *out, size_t out_len)
{
	if (node->kind == DW_YAML_LIST)
		snprintf(out, out_len, node->count ? "a list" : "an empty list");
	else if (node->kind == DW_YAML_MAP)
		snprintf(out, out_len, "a map");
	else if (node->text_len == 0)
		snprintf(out, out_len, node->quoted ? "empty text" : "nothing");
	else if (node->text_len > FOUND_MAX)
		snprintf(out, out_len, "\"%.*s...\"", FOUND_MAX - 3, node->text);
	else
		snprintf(out, out_len, "\"%s\"", node->text);
	return out;
}

void dw_expected(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *found,
	const char *fmt, ...)
{
	char what[FOUND_MAX + 16], expected[DW_ERROR_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(expected, sizeof(expected), fmt, args);
	va_end(args);
	dw_complain(r, DW_ERR_SYNTAX, found->line, key ? key->name : NULL, "found %s; expected %s",
		describe(found, what, sizeof(what)), expected);
}

void dw_unknown(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *found,
	const char *what, const char *nearest)
{
	dw_expected(r, key, found, "%s%s%s%s", what, nearest ? " (did you mean \"" : "",
		nearest ? nearest : "", nearest ? "\"?)" : "");
}

static int compare_complaints(const void *a, const void *b)
{
	const struct dw_complaint *left = a, *right = b;

	if (left->file != right->file)
		return left->file < right->file ? -1 : 1;
	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	return left->number < right->number ? -1 : 1;
}

enum dw_result dw_reading_tell(
	struct dw_reading *r, dw_complain_fn *complain, void *arg, struct dw_error *err)
{
	struct dw_complaint *complaints = r->complaints.items;
	struct dw_error error;

	if (r->no_memory) {
		dw_fail(&error, DW_ERR_MEMORY, r->out->path, 0, "no memory");
		if (complain)
			complain(arg, true, &error);
		if (err)
			*err = error;
		return DW_ERR_MEMORY;
	}
	if (r->complaint_count == 0)
		return DW_OK;
	qsort(complaints, r->complaints.count, sizeof(*complaints), compare_complaints);
	for (size_t i = 0; complain && i < r->complaints.count; i++)
		complain(arg, true, &complaints[i].error);
	if (complain && r->complaint_count > r->complaints.count) {
		dw_fail(&error, DW_ERR_SYNTAX, r->out->path, 0, "%zu more errors",
			r->complaint_count - r->complaints.count);
		complain(arg, true, &error);
	}
	if (err)
		*err = complaints[0].error;
	return complaints[0].result;
}
