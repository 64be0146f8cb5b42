/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * list_lines.c: what becomes of the lines of a list, as text */
#include "dnsward-config.h"
#include "list_lines.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

/* ---- files ---- */

static char folder[] = "/tmp/dnsward-lists-XXXXXX";
static pid_t folder_owner;

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void remove_folder(void)
{
	if (getpid() == folder_owner)
		nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *list_folder(void)
{
	if (folder_owner == getpid())
		return folder;
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	folder_owner = getpid();
	atexit(remove_folder);
	return folder;
}

const char *list_file(const char *name, const void *bytes, size_t len)
{
	static char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", list_folder(), name);
	file = fopen(path, "wb");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, len, file), len);
	ck_assert_int_eq(fclose(file), 0);
	return path;
}

/* ---- rules as text ---- */

static const char *type_name(uint16_t type)
{
	static char other[16];

	switch (type) {
	case 1:
		return "A";
	case 5:
		return "CNAME";
	case 16:
		return "TXT";
	case 28:
		return "AAAA";
	case 65:
		return "HTTPS";
	case 255:
		return "ANY";
	default:
		snprintf(other, sizeof(other), "TYPE%u", type);
		return other;
	}
}

static void print_data(FILE *out, const struct dw_data *data)
{
	static const char *const kinds[] = {
		"NXDOMAIN", "NODATA", "DROP", "TRUNCATE", "REFUSED", "CNAME", "RECORDS"};
	char name[DW_NAME_TEXT_MAX];

	if (data->kind != DW_DATA_RECORDS)
		fprintf(out, " = %s", kinds[data->kind]);
	if (data->kind == DW_DATA_CNAME) {
		dw_name_to_text(data->target, data->target_len, name);
		fprintf(out, " %s%s ttl %u", data->target_wild ? "*." : "", name, data->ttl);
	}
	for (size_t i = 0; i < data->record_count; i++) {
		const struct dw_record *record = &data->records[i];

		fprintf(out, "%s%s ", i ? ", " : " = ", type_name(record->type));
		for (size_t b = 0; b < record->rdata_len; b++)
			fprintf(out, "%02x", record->rdata[b]);
		fprintf(out, " ttl %u", record->ttl);
	}
}

static void print_rule(FILE *out, const struct dw_rule *rule)
{
	static const char *const triggers[] = {
		"exact", "subtree", "subnames", "glob", "label-glob", "regex", "net"};
	char text[DW_NAME_TEXT_MAX] = "";

	if (rule->name)
		dw_name_to_text(rule->name, rule->name_len, text);
	else if (rule->trigger == DW_TRIGGER_ANSWER_NET)
		dw_addr_to_text(&rule->net.addr, text);
	fprintf(out, "%s%s%s%s %s", triggers[rule->trigger],
		rule->flags & DW_RULE_EXCEPTION ? "!" : "",
		rule->flags & DW_RULE_IMPORTANT ? "+" : "", rule->flags & DW_RULE_INVERT ? "~" : "",
		rule->pattern ? rule->pattern : text);
	if (rule->trigger == DW_TRIGGER_ANSWER_NET)
		fprintf(out, "/%u", rule->net.bits);
	for (size_t i = 0; i < rule->type_count; i++)
		fprintf(out, "%s%s",
			i                                 ? ","
			: rule->flags & DW_RULE_TYPES_NOT ? " -"
							  : " ",
			type_name(rule->types[i]));
	if (rule->data)
		print_data(out, rule->data);
	fputc('\n', out);
}

/* ---- loading ---- */

static void print_skip(void *arg, enum dw_skip_kind kind, const char *file, size_t line,
	const char *reason)
{
	(void)kind;
	(void)file;
	if (line == 1)
		fprintf(arg, "skip: %s\n", reason);
	else
		fprintf(arg, "skip %zu: %s\n", line, reason);
}

void list_check_text(struct dw_list_options options, const char *text, size_t len, const char *want)
{
	char *rules_text, *skips_text, *got;
	size_t rules_len, skips_len, cursor = 0;
	FILE *rules_out = open_memstream(&rules_text, &rules_len);
	FILE *skips_out = open_memstream(&skips_text, &skips_len);
	struct dw_list_report report;
	struct dw_rules *rules = NULL;
	struct dw_rule rule;
	struct dw_error err;
	enum dw_result result;

	options.name = "test";
	options.path = list_file("list", text, len);
	if (!options.exceptions)
		options.exceptions = "allow";
	result = dw_list_load(&options, 0, print_skip, skips_out, NULL, &rules, &report, &err);
	/* a list of which nothing is left is refused; here its skips are what counts */
	ck_assert_msg(result == DW_OK || (result == DW_ERR_GUARD && report.rules == 0), "%s: %s",
		text, result == DW_OK ? "" : err.text);
	while (result == DW_OK && dw_rules_next(rules, &cursor, &rule)) {
		print_rule(rules_out, &rule);
		ck_assert_uint_ge(rule.line, 1);
		ck_assert_uint_le(rule.line, report.lines);
	}
	fclose(rules_out);
	fclose(skips_out);
	ck_assert_int_ge(asprintf(&got, "%s%s", rules_text, skips_text), 0);
	if (got[0] != '\0')
		got[strlen(got) - 1] = '\0';
	ck_assert_msg(strcmp(got, want) == 0, "\nlines:\n%s\nwant:\n%s\ngot:\n%s", text, want, got);
	free(got);
	free(rules_text);
	free(skips_text);
	dw_rules_free(&rules);
	dw_list_report_clear(&report);
}

void list_check(struct dw_list_options options, const struct list_case *c)
{
	list_check_text(options, c->text, strlen(c->text), c->want);
}
