/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * fuzz_lists.c: any bytes as a list: the first says the format, the second the options */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dnsward/lists.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_data(const struct dw_data *data)
{
	if (data->kind == DW_DATA_CNAME)
		require(dw_name_check(data->target, data->target_len));
	require((data->kind == DW_DATA_RECORDS) == (data->record_count > 0));
	for (size_t i = 0; i < data->record_count; i++)
		require(data->records[i].rdata || data->records[i].rdata_len == 0);
}

/* What must hold for any rule, whatever it was made of. */
static void check_rule(const struct dw_rules *rules, const struct dw_rule *rule,
	const struct dw_list_report *report, const struct dw_list_options *options)
{
	uint8_t lower[DW_NAME_MAX];

	require(rule->file < dw_rules_file_count(rules));
	require(rule->line >= 1 && rule->line <= report->lines);
	require(rule->type_count <= DW_RULE_TYPES_MAX);
	if (rule->trigger <= DW_TRIGGER_SUBNAMES) {
		require(dw_name_check(rule->name, rule->name_len));
		dw_name_lower(rule->name, rule->name_len, lower);
		require(memcmp(lower, rule->name, rule->name_len) == 0);
		if (rule->trigger != DW_TRIGGER_EXACT && !options->suffixes &&
			report->format != DW_FORMAT_RANKING) {
			struct dw_labels labels;

			dw_name_labels(rule->name, rule->name_len, &labels);
			require(labels.count > dw_name_suffix_labels(rule->name, rule->name_len));
		}
	} else if (rule->trigger == DW_TRIGGER_ANSWER_NET) {
		require(rule->net.bits <= 128 && rule->net.addr.family != 0);
	} else {
		require(rule->pattern_len > 0 && rule->pattern[rule->pattern_len] == '\0');
	}
	if (rule->data)
		check_data(rule->data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	struct dw_list_options options = {.name = "fuzz", .path = path, .exceptions = "allow"};
	struct dw_list_report report;
	struct dw_rules *rules = NULL;
	struct dw_error err = {.text = ""};
	enum dw_result result;
	int fd;

	if (size < 2)
		return 0;
	options.format = data[0] % DW_FORMAT_COUNT;
	if (options.format == DW_FORMAT_SIGMA)
		return 0; /* fuzz_sigma has these */
	options.trust_answers = data[1] & 1;
	options.suffixes = data[1] & 2;
	options.match_subtree = data[1] & 4;
	options.zone = data[1] & 8 ? "rpz.example" : NULL;
	options.top = data[1] & 16 ? 2 : 0;
	fd = memfd_create("list", MFD_CLOEXEC);
	require(fd >= 0 && write(fd, data + 2, size - 2) == (ssize_t)(size - 2));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	result = dw_list_load(&options, 0, NULL, NULL, NULL, &rules, &report, &err);
	if (result == DW_OK) {
		struct dw_rule rule;
		size_t cursor = 0, count = 0, exceptions = 0;

		for (; dw_rules_next(rules, &cursor, &rule); count++) {
			check_rule(rules, &rule, &report, &options);
			exceptions += (rule.flags & DW_RULE_EXCEPTION) != 0;
		}
		if (report.format != DW_FORMAT_SIGMA)
			require(count == report.rules);
		require(exceptions == report.exceptions);
	} else {
		require(!rules && err.text[0] != '\0');
	}
	dw_rules_free(&rules);
	dw_list_report_clear(&report);
	close(fd);
	return 0;
}
