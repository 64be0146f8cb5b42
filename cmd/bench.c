/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * bench: look-ups measured on this machine
 */
#include "dnsward-config.h"
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "cmd.h"
#include "dnsward/db.h"
#include "dnsward/json.h"

/* At least so many look-ups are made, over the names again and again. */
enum { LOOKUPS_MIN = 1000000 };

static const char blanks[] = " \t\r\n";

/* Names in wire form, one after the other, each behind a byte with its length. */
struct names {
	uint8_t *bytes;
	size_t size, room, count;
	size_t skipped; /* lines that are none */
};

struct figures {
	size_t names, skipped, lookups, hits;
	double ns_per_lookup;
	size_t resident;
	struct dw_db_info db;
};

static bool add_name(struct names *names, const uint8_t *wire, size_t len)
{
	if (names->room - names->size < len + 1) {
		size_t room = names->room * 2 + 65536;
		uint8_t *grown = realloc(names->bytes, room);

		if (grown == NULL)
			return false;
		names->bytes = grown;
		names->room = room;
	}
	names->bytes[names->size++] = (uint8_t)len;
	memcpy(names->bytes + names->size, wire, len);
	names->size += len;
	names->count++;
	return true;
}

/* `NAME [TYPE [CLIENT]]`, as explain reads it; only the name counts here. */
static enum dw_result read_line(char *line, uint8_t wire[static DW_NAME_MAX], size_t *len,
	struct dw_error *err)
{
	char *rest;
	const char *name = strtok_r(line, blanks, &rest), *type = strtok_r(NULL, blanks, &rest);
	uint16_t number;

	if (type != NULL && !dw_type_from_text(type, &number))
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0,
			"behind the name '%s' is no query type", type);
	return cmd_read_name(name, wire, len, err);
}

/* Of lines that are no names the first are told, and how many there are. */
static bool read_lines(FILE *file, const char *path, struct names *names)
{
	enum { LINES_SHOWN = 3 };
	char *line = NULL;
	size_t room = 0;
	bool fits = true;

	for (size_t number = 1; fits && getline(&line, &room, file) >= 0; number++) {
		uint8_t wire[DW_NAME_MAX];
		size_t len;
		struct dw_error err;

		if (line[strspn(line, blanks)] == '\0')
			continue;
		if (read_line(line, wire, &len, &err) == DW_OK)
			fits = add_name(names, wire, len);
		else if (names->skipped++ < LINES_SHOWN)
			fprintf(stderr, "%s:%zu: %s\n", path, number, err.text);
	}
	free(line);
	if (names->skipped > 0)
		fprintf(stderr, "%s: %zu of %zu lines are no names\n", path, names->skipped,
			names->skipped + names->count);
	return fits;
}

static int read_names(const char *path, struct names *names)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	bool fits;

	if (file == NULL) {
		perror(path);
		return CMD_WANTING;
	}
	fits = read_lines(file, path, names);
	if (file != stdin)
		fclose(file);
	if (fits && names->count > 0)
		return CMD_OK;
	fprintf(stderr, "%s: %s\n", path, fits ? "holds no names" : "no memory for the names");
	return CMD_WANTING;
}

/* Resident bytes of files mapped into this process. */
static size_t resident_files(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	char line[256];
	size_t kib = 0;

	while (status != NULL && fgets(line, sizeof(line), status) != NULL) {
		if (sscanf(line, "RssFile: %zu", &kib) == 1)
			break;
	}
	if (status != NULL)
		fclose(status);
	return kib * 1024;
}

/* This thread's time on a processor: a busy machine does not count as a slow look-up. */
static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* One look-up of each name, splitting it into labels included, as a query has it. */
static size_t look_up_all(const struct dw_db *db, struct dw_pattern_scratch *scratch,
	const struct names *names)
{
	static struct dw_hits hits;
	size_t hit = 0;

	for (const uint8_t *at = names->bytes; at < names->bytes + names->size; at += *at + 1) {
		struct dw_labels labels;

		dw_name_labels(at + 1, *at, &labels);
		dw_db_lookup(db, scratch, at + 1, *at, &labels, 1, &hits);
		hit += hits.count > 0;
	}
	return hit;
}

static int measure(const char *path, const struct names *names, struct figures *f)
{
	struct dw_db *db = NULL;
	struct dw_pattern_scratch *scratch = NULL;
	struct dw_error err;
	size_t resident = resident_files();
	double start;
	enum dw_result res = dw_db_open(path, &db, &err);

	if (res == DW_OK && dw_db_scratch_new(db, &scratch) != DW_OK)
		res = dw_fail(&err, DW_ERR_MEMORY, path, 0, "no memory to look names up");
	if (res != DW_OK) {
		cmd_print_error(NULL, &err);
		dw_db_close(&db);
		return CMD_WANTING;
	}
	*f = (struct figures){.names = names->count, .skipped = names->skipped};
	f->hits = look_up_all(db, scratch, names); /* and all pages are there */
	start = now();
	do {
		look_up_all(db, scratch, names);
		f->lookups += names->count;
	} while (f->lookups < LOOKUPS_MIN);
	f->ns_per_lookup = (now() - start) / (double)f->lookups;
	f->resident = resident_files() - resident;
	dw_db_info(db, &f->db);
	dw_pattern_scratch_free(&scratch);
	dw_db_close(&db);
	return CMD_OK;
}

static void print_json(const struct figures *f)
{
	char buffer[512];
	struct dw_json json;

	dw_json_start(&json, buffer, sizeof(buffer));
	dw_json_object(&json, NULL);
	dw_json_uint(&json, "names", f->names);
	dw_json_uint(&json, "skipped", f->skipped);
	dw_json_uint(&json, "lookups", f->lookups);
	dw_json_number(&json, "ns_per_lookup", f->ns_per_lookup, 1);
	dw_json_number(&json, "hit_rate", (double)f->hits / (double)f->names, 4);
	dw_json_uint(&json, "db_bytes", f->db.bytes);
	dw_json_uint(&json, "resident_bytes", f->resident);
	dw_json_number(&json, "bytes_per_name",
		f->db.names > 0 ? (double)f->resident / (double)f->db.names : 0, 2);
	dw_json_end(&json, '}');
	if (dw_json_finish(&json) > 0)
		puts(buffer);
}

static void print_text(const struct figures *f)
{
	printf("%zu names looked up %zu times: %.1f ns each, %.2f %% of them hit\n", f->names,
		f->lookups, f->ns_per_lookup, 100.0 * (double)f->hits / (double)f->names);
	printf("database: %zu names and %zu patterns in %zu bytes, %zu resident after that\n",
		f->db.names, f->db.patterns, f->db.bytes, f->resident);
}

static int bench(const struct cmd_context *ctx, const char *names_path, bool as_json)
{
	struct dw_settings *settings;
	struct names names = {0};
	struct figures f;
	struct dw_error err;
	char path[PATH_MAX];
	int status = cmd_open_settings(ctx, NULL, &settings);

	if (status != CMD_OK)
		return status;
	if (dw_compile_database_path(settings, path, &err) != DW_OK) {
		cmd_print_error(NULL, &err);
		status = CMD_WANTING;
	}
	dw_settings_close(&settings);
	if (status == CMD_OK)
		status = read_names(names_path, &names);
	if (status == CMD_OK)
		status = measure(path, &names, &f);
	if (status == CMD_OK)
		(as_json ? print_json : print_text)(&f);
	free(names.bytes);
	return status;
}

int cmd_bench(const struct cmd_context *ctx, int argc, char **argv)
{
	static const struct option options[] = {
		{"names", required_argument, NULL, 'n'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	const char *names = NULL;
	bool as_json = false;
	int opt;

	while ((opt = getopt_long(argc, argv, "n:j", options, NULL)) != -1) {
		switch (opt) {
		case 'n':
			names = optarg;
			break;
		case 'j':
			as_json = true;
			break;
		default:
			return cmd_usage("bench");
		}
	}
	if (names == NULL || optind < argc)
		return cmd_usage("bench");
	return bench(ctx, names, as_json);
}
