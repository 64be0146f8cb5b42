/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * fuzz_sigma.c: any bytes as Sigma rules; the first says the options
 */
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

/* Told with a place and a reason, each that was not taken. */
static void take_skip(
	void *arg, enum dw_skip_kind kind, const char *file, size_t line, const char *reason)
{
	size_t *told = arg;

	require(kind == DW_SKIP_LINE || kind == DW_SKIP_PART);
	require(file[0] != '\0' && line > 0 && reason[0] != '\0');
	++*told;
}

static void take_rule_match(void *arg, const struct dw_rule_match *sighting)
{
	const struct dw_detections *d = arg;

	require(sighting->detection < dw_detections_count(d));
	require(sighting->truth == DW_OPEN || sighting->truth == DW_YES);
	require(sighting->pattern == DW_NO_PATTERN ||
		sighting->pattern < dw_detections_pattern_count(d));
}

/* An answer of one address. */
static bool next_address(const struct dw_answer_view *answer, enum dw_part_kind kind,
	struct dw_part_cursor *at, struct dw_part *part)
{
	(void)answer;
	part->address = (struct dw_addr){.family = 4, .bytes = {[10] = 0xff, 0xff, 192, 0, 2, 1}};
	return kind == DW_PART_ADDRESS && at->record++ == 0;
}

/* A query for which every pattern fits, without an answer and with one. */
static void ask(struct dw_rulebook *book, size_t patterns)
{
	static const uint8_t name[] = "\3www\4site\7example";
	uint32_t *ids = calloc(patterns + 1, sizeof(*ids));
	const struct dw_detections *d = dw_rulebook_detections(book);
	struct dw_labels labels;

	require(ids != NULL);
	for (size_t i = 0; i < patterns; i++)
		ids[i] = (uint32_t)i;
	dw_name_labels(name, sizeof(name), &labels);
	struct dw_fitting all = {.id = ids, .count = patterns};
	struct dw_answer_view view = {.next = next_address, .record_count = 1};
	struct dw_answer_facts answer = {.view = &view, .text = all, .target = all, .address = all};
	struct dw_query_facts facts = {.name = name,
		.name_len = sizeof(name),
		.labels = &labels,
		.type = 16,
		.fitting = all};

	dw_rulebook_ask(book, &facts, take_rule_match, (void *)(uintptr_t)d);
	facts.answer = &answer;
	dw_rulebook_ask(book, &facts, take_rule_match, (void *)(uintptr_t)d);
	free(ids);
}

/* As a database keeps them, and back. */
static void check_detections(const struct dw_detections *written, size_t lines)
{
	struct dw_detections *read = NULL;
	struct dw_rulebook *book = NULL;
	uint8_t *bytes = NULL;
	size_t len = 0, patterns = dw_detections_pattern_count(written);

	for (size_t i = 0; i < dw_detections_count(written); i++) {
		struct dw_detection one;

		dw_detections_get(written, i, &one);
		require(one.name[0] != '\0' && one.line > 0 && one.line <= lines && !one.refused);
		require(strcmp(one.list, "fuzz") == 0 && strcmp(one.category, "sigma") == 0);
	}
	for (size_t i = 0; i < patterns; i++) {
		struct dw_pattern pattern = dw_detections_pattern(written, i);

		require(pattern.kind < DW_PATTERN_KINDS && pattern.len > 0);
	}
	require(dw_detections_write(written, &bytes, &len) == DW_OK);
	require(dw_detections_read(bytes, len, &read, NULL) == DW_OK);
	require(dw_detections_count(read) == dw_detections_count(written));
	require(dw_rulebook_new(&read, 0, &book) == DW_OK);
	ask(book, patterns);
	dw_rulebook_free(&book);
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int file = -1;
	char path[64];
	struct dw_list_options options = {
		.name = "fuzz", .category = "sigma", .path = path, .format = DW_FORMAT_SIGMA};
	struct dw_list_report report;
	struct dw_rules *rules = NULL;
	struct dw_error err = {.text = ""};
	size_t told = 0;

	if (size < 1)
		return 0;
	if (file < 0)
		file = memfd_create("rules.yml", MFD_CLOEXEC);
	options.ignore_host_fields = data[0] & 1;
	require(file >= 0 && ftruncate(file, 0) == 0);
	require(pwrite(file, data + 1, size - 1, 0) == (ssize_t)size - 1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	if (dw_list_load(&options, 0, take_skip, &told, NULL, &rules, &report, &err) == DW_OK) {
		const struct dw_detections *d = dw_rules_detections(rules);

		require(d != NULL && report.rules == dw_detections_count(d) && report.rules > 0);
		require(report.partial <= report.rules);
		check_detections(d, report.lines + 1);
	} else {
		require(!rules && err.text[0] != '\0');
	}
	require(told == report.skipped + report.partial);
	dw_rules_free(&rules);
	dw_list_report_clear(&report);
	return 0;
}
