/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * log: the lines themselves, as they stand or in columns
 */
#include "dnsward-config.h"
#include <inttypes.h>
#include <string.h>
#include <unistd.h>
#include "log.h"
#include "dnsward/json.h"
#include "review/follow.h"
#include "review/text.h"
#include "review/when.h"

/* ---- one line in columns ---- */

static const char dim[] = "\033[2m", plain[] = "\033[0m";

static const char *colour_of(enum dw_count_of verdict, bool would)
{
	static const char *const colours[DW_COUNTS] = {[DW_COUNT_ALLOW] = "\033[32m",
		[DW_COUNT_LOG] = "\033[33m",
		[DW_COUNT_SINKHOLE] = "\033[31m"};

	return would ? "\033[35m" : colours[verdict];
}

static void colour(const struct cmd_log_writer *writer, const char *sequence)
{
	if (writer->colour)
		fputs_unlocked(sequence, stdout);
}

static size_t put_value(const struct dw_value *value)
{
	char room[DW_TEXT_MAX];
	size_t len;
	const char *text = dw_value_text(value, room, &len);

	return dw_text_put(stdout, DW_TEXT_TERMINAL, text, len, 0);
}

static void column(const struct dw_line *line, enum dw_field field, size_t width)
{
	size_t taken = put_value(dw_line_value(line, field));

	do
		putc_unlocked(' ', stdout);
	while (++taken <= width);
}

/* "beacon (rules, c2)"; of a list "ads (adverts) by bad.example". */
static void put_reason(const struct dw_line *line)
{
	const struct dw_value *list = dw_line_value(line, DW_FIELD_LIST);

	if (list->kind == DW_VALUE_NONE)
		return;
	put_value(list);
	fputs_unlocked(" (", stdout);
	put_value(dw_line_value(line, DW_FIELD_CATEGORY));
	fputs_unlocked(") ", stdout);
	if (line->value[DW_FIELD_MATCH].kind != DW_VALUE_NONE) {
		put_value(&line->value[DW_FIELD_MATCH]);
		putc_unlocked(' ', stdout);
	}
	put_value(dw_line_value(line, DW_FIELD_RULE));
	if (line->value[DW_FIELD_MATCHED].kind != DW_VALUE_NONE) {
		fputs_unlocked(" at ", stdout);
		put_value(&line->value[DW_FIELD_MATCHED]);
	}
}

static void put_time(const struct cmd_log_writer *writer, const struct dw_line *line)
{
	char text[DW_WHEN_TEXT_MAX] = "no time                ";

	if (line->time != INT64_MIN)
		dw_when_to_text(line->time, writer->zone, text);
	colour(writer, dim);
	fputs_unlocked(text, stdout);
	colour(writer, plain);
	putc_unlocked(' ', stdout);
}

static void put_reply(const struct cmd_log_writer *writer, const struct dw_line *line)
{
	bool would = line->value[DW_FIELD_WOULD].kind != DW_VALUE_NONE;

	put_time(writer, line);
	colour(writer, colour_of(dw_line_verdict(line), would));
	column(line, DW_FIELD_VERDICT, 9);
	colour(writer, plain);
	column(line, DW_FIELD_SOURCE, 16);
	column(line, DW_FIELD_TYPE, 6);
	column(line, DW_FIELD_RCODE, 9);
	column(line, DW_FIELD_NAME, 40);
	if (would) {
		fputs_unlocked("would be ", stdout);
		column(line, DW_FIELD_WOULD, 0);
		fputs_unlocked("but for ", stdout);
		column(line, DW_FIELD_BECAUSE, 0);
	}
	colour(writer, dim);
	put_reason(line);
	colour(writer, plain);
}

static void put_state(const struct cmd_log_writer *writer, const struct dw_line *line)
{
	put_time(writer, line);
	printf("the log lost events, in all %" PRIu64 " for a full queue, %" PRIu64
	       " in writing, %" PRIu64 " too large, of %" PRIu64,
		dw_value_uint(&line->value[DW_FIELD_LOST_QUEUE]),
		dw_value_uint(&line->value[DW_FIELD_LOST_WRITE]),
		dw_value_uint(&line->value[DW_FIELD_LOST_SIZE]),
		dw_value_uint(&line->value[DW_FIELD_NOTED]));
}

static void put_place(const struct cmd_log_writer *writer, const struct cmd_log_place *place)
{
	colour(writer, dim);
	fputs("\n                        now: ", stdout);
	fputs(place->verdict, stdout);
	if (place->file != NULL) {
		fputs(", the rule stands in ", stdout);
		dw_text_put(stdout, DW_TEXT_TERMINAL, place->file, strlen(place->file), 0);
		printf(":%u", place->line);
	} else if (!place->fits) {
		fputs(", the rule is gone or does not fit any more", stdout);
	}
	colour(writer, plain);
}

/* ---- one line as it stands ---- */

/* The line with one object more at its end. */
static void put_json_place(const struct dw_line *line, const struct cmd_log_place *place)
{
	char buffer[16384];
	struct dw_json json;
	size_t len = line->len;

	while (len > 0 && line->at[len - 1] != '}')
		len--;
	dw_text_put_json(stdout, line->at, len - 1);
	dw_json_start(&json, buffer, sizeof(buffer));
	dw_json_object(&json, NULL);
	dw_json_string(&json, "verdict", place->verdict);
	dw_json_bool(&json, "fits", place->fits);
	if (place->file != NULL) {
		dw_json_string(&json, "file", place->file);
		dw_json_uint(&json, "line", place->line);
	}
	dw_json_end(&json, '}');
	if (dw_json_finish(&json) > 0)
		printf(",\"explained\":%s", buffer);
	putc_unlocked('}', stdout);
}

static bool write_line(
	const struct cmd_log_writer *writer, enum dw_line_kind kind, const struct dw_line *line)
{
	struct cmd_log_place place;
	bool has_place = kind == DW_LINE_REPLY && writer->explainer != NULL &&
			 cmd_log_explain(writer->explainer, line, &place);

	if (writer->form == CMD_LOG_JSON && has_place)
		put_json_place(line, &place);
	else if (writer->form == CMD_LOG_JSON)
		dw_text_put_json(stdout, line->at, line->len);
	else if (kind == DW_LINE_STATE)
		put_state(writer, line);
	else
		put_reply(writer, line);
	if (writer->form == CMD_LOG_TEXT && has_place)
		put_place(writer, &place);
	putc_unlocked('\n', stdout);
	return !ferror_unlocked(stdout);
}

/* ---- all lines in order ---- */

static bool keep_line(
	void *arg, unsigned thread, enum dw_line_kind kind, const struct dw_line *line)
{
	const struct cmd_ask *ask = arg;

	(void)thread;
	(void)kind;
	return dw_filter_takes(ask->filter, line);
}

static bool write_merged(void *arg, const char *at, size_t len)
{
	const struct cmd_log_writer *writer = arg;
	struct dw_line line;

	if (writer->form == CMD_LOG_TEXT || writer->explainer != NULL)
		return write_line(writer, dw_line_read(at, len, &line), &line);
	dw_text_put_json(stdout, at, len);
	putc_unlocked('\n', stdout);
	return !ferror_unlocked(stdout);
}

int cmd_log_lines(const struct cmd_ask *ask, struct cmd_log_writer *writer)
{
	struct cmd_progress progress;
	struct dw_run run = {.paths = ask->paths,
		.count = ask->count,
		.progress = cmd_progress,
		.progress_arg = &progress};

	run.readers = dw_readers_new(0, keep_line, (void *)ask);
	if (run.readers == NULL) {
		perror("dnsward");
		return CMD_WANTING;
	}
	cmd_progress_begin(&progress, ask, isatty(STDOUT_FILENO));
	enum dw_result result = dw_run_merged(&run, write_merged, writer, cmd_ask_complain);
	cmd_progress_end(&progress);
	dw_readers_end(&run.readers);
	return cmd_ask_told(&run, result);
}

/* ---- lines as they come ---- */

struct following {
	const struct cmd_ask *ask;
	const struct cmd_log_writer *writer;
};

static bool write_followed(void *arg, const char *at, size_t len)
{
	const struct following *following = arg;
	struct dw_line line;
	enum dw_line_kind kind = dw_line_read(at, len, &line);

	if ((kind == DW_LINE_REPLY || kind == DW_LINE_STATE) &&
		dw_filter_takes(following->ask->filter, &line))
		return write_line(following->writer, kind, &line);
	return true;
}

static bool flush_followed(void *arg)
{
	(void)arg;
	return fflush(stdout) == 0;
}

int cmd_log_follow(const struct cmd_ask *ask, struct cmd_log_writer *writer)
{
	struct following following = {.ask = ask, .writer = writer};
	struct dw_follow follow = {.paths = ask->paths,
		.count = ask->count,
		.from_start = ask->has_since,
		.line = write_followed,
		.rest = flush_followed,
		.arg = &following};
	struct dw_error err;

	for (size_t i = 0; i < ask->count; i++)
		if (strcmp(ask->paths[i], "-") == 0)
			return cmd_misuse("log --follow: files are followed, not standard input");
	if (dw_follow(&follow, &err) == DW_OK)
		return CMD_OK;
	cmd_print_error(NULL, &err);
	return CMD_WANTING;
}
