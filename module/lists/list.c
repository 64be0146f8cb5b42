/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * list.c: loading of a list's files into one container, and the guards against broken lists */
#include "dnsward-config.h"
#include "dnsward/lists.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "dnsward/match.h"
#include "dnsward/signature.h"
#include "lists/data.h"
#include "lists/parser.h"
#include "lists/rules_drop.h"
#include "lists/source.h"
#include "lists/suffix_filter.h"

/* maximum size of a file that is read as a whole */
enum { TEXT_BYTES_MAX = 16 << 20 };

/* `auto` has neither `line` nor `text`. */
static const struct dw_list_parser parsers[DW_FORMAT_COUNT] = {
	[DW_FORMAT_AUTO] = {.name = "auto"},
	[DW_FORMAT_HOSTS] = {.name = "hosts", .line = dw_hosts_line},
	[DW_FORMAT_DOMAINS] = {.name = "domains", .line = dw_domains_line},
	[DW_FORMAT_WILDCARD] = {.name = "wildcard", .line = dw_wildcard_line},
	[DW_FORMAT_ADBLOCK] = {.name = "adblock", .line = dw_adblock_line},
	[DW_FORMAT_DNSMASQ] = {.name = "dnsmasq", .longest_wins = true, .line = dw_dnsmasq_line},
	[DW_FORMAT_UNBOUND] = {.name = "unbound",
		.longest_wins = true,
		.state_size = sizeof(struct dw_unbound_state),
		.line = dw_unbound_line},
	[DW_FORMAT_RPZ] = {.name = "rpz",
		.longest_wins = true,
		.encloses = true,
		.state_size = sizeof(struct dw_rpz_state),
		.line = dw_rpz_line,
		.end = dw_rpz_end},
	[DW_FORMAT_REGEX] = {.name = "regex", .line = dw_regex_line},
	[DW_FORMAT_RANKING] = {.name = "ranking",
		.state_size = sizeof(struct dw_ranking_state),
		.line = dw_ranking_line},
	[DW_FORMAT_SIGMA] = {.name = "sigma", .text = dw_sigma_text},
};

const char *dw_list_format_name(enum dw_list_format format)
{
	return parsers[format].name;
}

bool dw_list_format_from_name(const char *name, enum dw_list_format *out)
{
	for (size_t i = 0; i < DW_FORMAT_COUNT; i++) {
		if (strcmp(name, parsers[i].name) == 0) {
			*out = (enum dw_list_format)i;
			return true;
		}
	}
	return false;
}

bool dw_list_format_longest_wins(enum dw_list_format format)
{
	return parsers[format].longest_wins;
}

bool dw_list_format_encloses(enum dw_list_format format)
{
	return parsers[format].encloses;
}

void dw_list_report_add(struct dw_list_report *report, enum dw_skip_kind kind, const char *file,
	size_t line, const char *reason)
{
	struct dw_skip skip = {.kind = kind, .line = line};

	if (report->example_count == DW_LIST_EXAMPLES_MAX)
		return;
	skip.file = strdup(file);
	skip.reason = strdup(reason);
	if (skip.file && skip.reason) {
		report->examples[report->example_count++] = skip;
	} else { /* out of memory: the examples are fewer than the count of skips */
		free(skip.file);
		free(skip.reason);
	}
}

void dw_list_report_clear(struct dw_list_report *report)
{
	for (size_t i = 0; i < report->example_count; i++) {
		free(report->examples[i].file);
		free(report->examples[i].reason);
	}
	memset(report, 0, sizeof(*report));
}

/* ---- reading ---- */

/* The state of one dw_list_load call. */
struct load {
	struct dw_reader reader;
	const atomic_bool *cancel;
	struct dw_public_key key; /* set if the list has a public key */
	struct dw_error *err;
};

static enum dw_result fail(const struct load *load, enum dw_result result)
{
	const struct dw_reader *reader = &load->reader;

	if (result == DW_ERR_MEMORY)
		return dw_fail(
			load->err, result, reader->path, reader->line, "no memory for its rules");
	return dw_fail(load->err, result, reader->path, reader->line, "too many rules");
}

static bool is_cancelled(const struct load *load)
{
	return load->cancel && atomic_load(load->cancel);
}

/* Whether the file is an HTML page. Web servers send one in place of a list that no longer
 * exists. */
static bool is_web_page(const struct dw_source_line *line)
{
	static const char *const starts[] = {"<!doctype html", "<html"};
	struct span text = span_trim((struct span){line->text, line->len});

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (text.len >= strlen(starts[i]) &&
			strncasecmp(text.at, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

/* Whether the file is in UTF-16, as written by Windows. Each line would contain NUL bytes. */
static bool is_utf16(const struct dw_source_line *line)
{
	const uint8_t *text = (const uint8_t *)line->text;

	return line->kind == DW_SOURCE_LINE_BINARY &&
	       ((text[0] == 0xff && text[1] == 0xfe) || (text[0] == 0xfe && text[1] == 0xff));
}

static enum dw_result read_lines(
	struct load *load, const struct dw_list_parser *parser, struct dw_source *source)
{
	struct dw_reader *reader = &load->reader;

	for (;;) {
		struct dw_source_line line;
		enum dw_result result = dw_source_line(source, &line, load->err);

		if (result != DW_OK)
			return result;
		if (line.kind == DW_SOURCE_LINE_END)
			break;
		reader->line = line.number;
		reader->report->lines++;
		if (line.number == 1 && is_web_page(&line))
			return dw_fail(load->err, DW_ERR_GUARD, reader->path, 0,
				"list %s is a web page (HTML); expected a list",
				reader->options->name);
		if (line.number == 1 && is_utf16(&line))
			return dw_fail(load->err, DW_ERR_GUARD, reader->path, 0,
				"list %s is in UTF-16; expected UTF-8", reader->options->name);
		if (line.kind == DW_SOURCE_LINE_TOO_LONG)
			dw_reader_skip(reader, "longer than %d bytes", DW_SOURCE_LINE_MAX);
		else if (line.kind == DW_SOURCE_LINE_BINARY)
			dw_reader_skip(reader, "NUL byte");
		else
			result = parser->line(reader, (struct span){line.text, line.len});
		if (result != DW_OK)
			return fail(load, result);
		if (is_cancelled(load))
			return dw_fail(load->err, DW_ERR_CANCELLED, NULL, 0, "stopped");
	}
	if (parser->end) {
		enum dw_result result = parser->end(reader);

		if (result != DW_OK)
			return fail(load, result);
	}
	return DW_OK;
}

/* Read all lines into one text. The caller frees *text, also on failure. */
static enum dw_result gather_text(
	struct load *load, struct dw_source *source, char **text, size_t *len)
{
	size_t room = 0;

	*text = NULL;
	*len = 0;
	for (;;) {
		struct dw_source_line line;
		enum dw_result result = dw_source_line(source, &line, load->err);

		if (result != DW_OK || line.kind == DW_SOURCE_LINE_END)
			return result;
		load->reader.line = line.number;
		load->reader.report->lines++;
		if (line.kind != DW_SOURCE_LINE_TEXT)
			return dw_fail(load->err, DW_ERR_SYNTAX, load->reader.path, line.number,
				line.kind == DW_SOURCE_LINE_BINARY ? "NUL byte"
							    : "longer than 4096 bytes");
		if (*len + line.len + 1 > TEXT_BYTES_MAX)
			return dw_fail(load->err, DW_ERR_LIMIT, load->reader.path, 0,
				"more than %d bytes", TEXT_BYTES_MAX);
		if (*len + line.len + 1 > room) {
			room = (*len + line.len + 1) * 2;
			char *grown = realloc(*text, room);
			if (!grown)
				return fail(load, DW_ERR_MEMORY);
			*text = grown;
		}
		memcpy(*text + *len, line.text, line.len);
		*len += line.len;
		(*text)[(*len)++] = '\n';
	}
}

static enum dw_result read_text(
	struct load *load, const struct dw_list_parser *parser, struct dw_source *source)
{
	char *text;
	size_t len;
	enum dw_result result = gather_text(load, source, &text, &len);

	if (result == DW_OK)
		result = parser->text(&load->reader, text ? text : "", len, load->err);
	free(text);
	return result;
}

/* Record the format of another file in the report. */
static void note_format(struct dw_list_report *report, enum dw_list_format format, bool unsure)
{
	bool longest_wins = dw_list_format_longest_wins(format);

	if (report->files == 0) {
		report->format = format;
		report->longest_wins = longest_wins;
	}
	report->longest_wins &= longest_wins;
	report->format_unsure |= unsure || format != report->format;
	report->files++;
}

static enum dw_result read_source(struct load *load, struct dw_source *source)
{
	struct dw_reader *reader = &load->reader;
	enum dw_list_format format = reader->options->format;
	enum dw_result result = DW_OK;
	bool unsure = false;

	if (format == DW_FORMAT_AUTO)
		result = dw_list_detect(source, &format, &unsure, load->err);
	if (result != DW_OK)
		return result;
	note_format(reader->report, format, unsure);
	if (parsers[format].text)
		return read_text(load, &parsers[format], source);
	if (!parsers[format].line)
		return dw_fail(load->err, DW_ERR_UNSUPPORTED, reader->path, 0,
			"format %s is not in this version", dw_list_format_name(format));
	reader->state = calloc(1, parsers[format].state_size + 1);
	if (!reader->state)
		return fail(load, DW_ERR_MEMORY);
	result = read_lines(load, &parsers[format], source);
	free(reader->state);
	reader->state = NULL;
	return result;
}

/* Open a signed file. It is parsed from the bytes that were verified, which stay in memory. */
static enum dw_result open_signed(
	struct load *load, const char *path, struct dw_source **out, uint64_t *serial)
{
	struct dw_signature *signature = malloc(sizeof(*signature));
	char *content;
	size_t len;
	enum dw_result result;

	if (!signature)
		return fail(load, DW_ERR_MEMORY);
	result = dw_signed_read(path, NULL, &load->key, &content, &len, signature, load->err);
	if (result == DW_OK) {
		*serial = signature->serial;
		result = dw_source_open_content(path, content, len, DW_TEXT_MAX, out, load->err);
	}
	free(signature);
	return result;
}

static enum dw_result read_file(struct load *load, const char *path)
{
	struct dw_reader *reader = &load->reader;
	struct dw_source *source;
	uint64_t serial = 0;
	enum dw_result result;

	reader->path = path;
	reader->line = 0;
	result = reader->options->public_key
			 ? open_signed(load, path, &source, &serial)
			 : dw_source_open(path, DW_TEXT_MAX, &source, load->err);
	if (result != DW_OK)
		return result;
	result = dw_rules_file(reader->rules, path, &reader->file);
	if (result == DW_OK) {
		dw_rules_set_file_serial(reader->rules, reader->file, serial);
		result = read_source(load, source);
	} else {
		result = fail(load, result);
	}
	dw_source_close(&source);
	return result;
}

/* ---- after the last line ---- */

static void uncount(void *arg, const struct dw_rule *rule)
{
	struct dw_list_report *report = arg;

	report->exceptions -= (rule->flags & DW_RULE_EXCEPTION) != 0;
}

static enum dw_result finish(struct load *load)
{
	struct dw_reader *reader = &load->reader;
	enum dw_result result = dw_records_flush(reader);

	if (reader->detections)
		dw_rules_set_detections(reader->rules, &reader->detections);
	if (result == DW_OK && reader->bad)
		result = dw_rules_drop(reader->rules, reader->bad, uncount, reader->report);
	if (result != DW_OK)
		return fail(load, result);
	reader->report->rules = dw_rules_count_all(reader->rules);
	return DW_OK;
}

enum dw_result dw_list_check_count(
	const struct dw_list_options *options, size_t rules, struct dw_error *err)
{
	if (rules >= options->min_rules)
		return DW_OK;
	return dw_fail(err, DW_ERR_GUARD, options->path, 0,
		"list %s holds %zu rules; min-rules expects at least %zu", options->name, rules,
		options->min_rules);
}

/* Check the loaded list against its limits, its minimum and its previous size. */
static enum dw_result guard(const struct load *load, size_t last_count)
{
	const struct dw_list_options *options = load->reader.options;
	const struct dw_list_report *report = load->reader.report;
	size_t patterns = dw_rules_pattern_count(load->reader.rules);
	struct dw_error *err = load->err;

	/* more patterns would make the compilation of the whole database fail */
	if (patterns > dw_pattern_default_limits.patterns)
		return dw_fail(err, DW_ERR_LIMIT, options->path, 0,
			"list %s holds %zu patterns; at most %zu are possible in all", options->name,
			patterns, dw_pattern_default_limits.patterns);
	if (report->rules == 0)
		return dw_fail(err, DW_ERR_GUARD, options->path, 0,
			"list %s holds no rule: %zu lines, %zu of them skipped", options->name,
			report->lines, report->skipped);
	if (dw_list_check_count(options, report->rules, err) != DW_OK)
		return DW_ERR_GUARD;
	if (report->rules < last_count - last_count / 2)
		return dw_fail(err, DW_ERR_GUARD, options->path, 0,
			"list %s holds %zu rules, under half of the %zu it had (if that is meant, "
			"remove state-dir's lists/%s.rules and compile)", options->name,
			report->rules, last_count, options->name);
	if (report->exceptions == report->rules && !options->exceptions)
		return dw_fail(err, DW_ERR_GUARD, options->path, 0,
			"list %s holds nothing but exceptions, which do nothing by themselves; "
			"give them a category by exceptions: CATEGORY",
			options->name);
	return dw_list_check_age(options, time(NULL), err);
}

static enum dw_result load_files(struct load *load, size_t last_count)
{
	char **files;
	size_t count;
	enum dw_result result = dw_list_files(load->reader.options, &files, &count, load->err);

	if (result != DW_OK)
		return result;
	for (size_t i = 0; i < count && result == DW_OK; i++)
		result = is_cancelled(load)
				 ? dw_fail(load->err, DW_ERR_CANCELLED, NULL, 0, "stopped")
				 : read_file(load, files[i]);
	if (result == DW_OK)
		result = finish(load);
	free(files);
	return result == DW_OK ? guard(load, last_count) : result;
}

enum dw_result dw_list_load(const struct dw_list_options *options, size_t last_count,
	dw_skip_fn *skip, void *skip_arg, const atomic_bool *cancel, struct dw_rules **out,
	struct dw_list_report *report, struct dw_error *err)
{
	struct load load = {
		.reader = {.options = options,
			.report = report,
			.skip = skip,
			.skip_arg = skip_arg},
		.cancel = cancel,
		.err = err,
	};
	enum dw_result result;

	memset(report, 0, sizeof(*report));
	report->format = options->format;
	if (options->public_key) {
		result = dw_public_key_from_text(
			options->public_key, strlen(options->public_key), &load.key, err);
		if (result != DW_OK)
			return result;
	}
	if (dw_rules_new(&load.reader.rules) != DW_OK)
		return dw_fail(err, DW_ERR_MEMORY, options->path, 0, "no memory for its rules");
	result = load_files(&load, last_count);
	dw_records_free(&load.reader.records);
	dw_detections_free(&load.reader.detections);
	dw_rules_free(&load.reader.bad);
	dw_suffix_filter_free(&load.reader.suffix_filter);
	if (result == DW_OK)
		*out = load.reader.rules;
	else
		dw_rules_free(&load.reader.rules);
	return result;
}

static enum dw_result check_serial(
	uint64_t before, uint64_t now, const char *path, struct dw_error *err)
{
	if (now >= before)
		return DW_OK;
	return dw_fail(err, DW_ERR_SIGNATURE, path, 0,
		"older than what is in force: serial %" PRIu64 "; expected %" PRIu64 " or later",
		now, before);
}

/* Files are sorted by path in both containers, so one merge pass finds the pairs. */
enum dw_result dw_list_check_serials(
	const struct dw_rules *before, const struct dw_rules *now, struct dw_error *err)
{
	uint32_t old = 0, count = (uint32_t)dw_rules_file_count(before);
	enum dw_result result = DW_OK;

	if (count == 1 && dw_rules_file_count(now) == 1)
		return check_serial(dw_rules_file_serial(before, 0), dw_rules_file_serial(now, 0),
			dw_rules_file_path(now, 0), err);
	for (uint32_t new = 0; new < dw_rules_file_count(now) && result == DW_OK; new ++) {
		const char *path = dw_rules_file_path(now, new);

		while (old < count && strcmp(dw_rules_file_path(before, old), path) < 0)
			old++;
		if (old == count)
			break;
		if (strcmp(dw_rules_file_path(before, old), path) == 0)
			result = check_serial(dw_rules_file_serial(before, old),
				dw_rules_file_serial(now, new), path, err);
	}
	return result;
}
