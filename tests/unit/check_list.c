/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_list.c: loading a list: guards, folders, compression, detection, digest */
#include "dnsward-config.h"

#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>
#include <zlib.h>
#include <zstd.h>

#include "dnsward/match.h"
#include "list_lines.h"
#include "lists/parser.h"
#include "lists/source.h"
#include "unit.h"

/* ---- helpers ---- */

struct loaded {
	enum dw_result result;
	struct dw_rules *rules;
	struct dw_list_report report;
	struct dw_error err;
};

static struct loaded load(const struct dw_list_options *options, size_t last_count)
{
	struct loaded l = {.rules = NULL};

	l.result = dw_list_load(
		options, last_count, NULL, NULL, NULL, &l.rules, &l.report, &l.err);
	return l;
}

static void unload(struct loaded *l)
{
	dw_rules_free(&l->rules);
	dw_list_report_clear(&l->report);
	ck_assert_uint_eq(l->report.example_count, 0);
}

static const char *text_file(const char *name, const char *text)
{
	return list_file(name, text, strlen(text));
}

/* ---- formats ---- */

START_TEST(format_names)
{
	enum dw_list_format format;

	for (int i = 0; i < DW_FORMAT_COUNT; i++) {
		ck_assert(dw_list_format_from_name(dw_list_format_name(i), &format));
		ck_assert_int_eq(format, i);
		ck_assert(dw_list_format_longest_wins(i) == (i == DW_FORMAT_UNBOUND ||
			i == DW_FORMAT_RPZ || i == DW_FORMAT_DNSMASQ));
	}
	ck_assert(!dw_list_format_from_name("Hosts", &format));
	ck_assert(!dw_list_format_from_name("", &format));
}
END_TEST

/* ---- guards ---- */

static const struct {
	const char *text;
	size_t min_rules, last_count;
	const char *exceptions;
	const char *error; /* NULL: it loads */
} guards[] = {
	{"", 0, 0, NULL, "holds no rule"},
	{"# comment\n", 0, 0, NULL, "holds no rule"},
	{"<b>\n<b>not found</b>\n", 0, 0, NULL, "holds no rule: 2 lines, 2 of them skipped"},
	{"<html>\n||a.example^\n", 0, 0, NULL, "is a web page (HTML)"},
	{" <!DOCTYPE HTML PUBLIC>\n||a.example^\n", 0, 0, NULL, "is a web page (HTML)"},
	{"||a.example^\n<html>\n", 0, 0, NULL, NULL},
	{"||a.example^\n", 0, 0, NULL, NULL},
	{"||a.example^\n||b.example^\n", 2, 0, NULL, NULL},
	{"||a.example^\n||b.example^\n", 3, 0, NULL, "2 rules; min-rules expects at least 3"},
	/* what Vectorscan cannot read, and PCRE2 can, fits nothing either */
	{"/^ads/\n/b\\Kc/\n/\\Rd/\n", 2, 0, NULL, "1 rules; min-rules expects at least 2"},
	{"||a.example^\n||b.example^\n", 0, 4, NULL, NULL},
	{"||a.example^\n||b.example^\n", 0, 5, NULL, "2 rules, under half of the 5 it had"},
	{"||a.example^\n||b.example^\n", 0, 1, NULL, NULL},
	{"@@||a.example^\n", 0, 0, NULL, "nothing but exceptions"},
	{"@@||a.example^\n", 0, 0, "allow", NULL},
	{"@@||a.example^\n||b.example^\n", 0, 0, NULL, NULL},
	{"||a.example^\n||a.example^$badfilter\n", 0, 0, NULL, "holds no rule"},
	{"@@||a.example^\n||b.example^\n||b.example^$badfilter", 0, 0, NULL, "nothing but exceptions"},
};

START_TEST(guard)
{
	struct dw_list_options options = {.name = "guarded",
		.path = text_file("l", guards[_i].text),
		.format = DW_FORMAT_ADBLOCK,
		.min_rules = guards[_i].min_rules,
		.exceptions = guards[_i].exceptions};
	struct loaded l = load(&options, guards[_i].last_count);

	if (guards[_i].error) {
		ck_assert_int_eq(l.result, DW_ERR_GUARD);
		ck_assert_ptr_null(l.rules);
		ck_assert_str_eq(l.err.where, options.path);
		ck_assert_msg(strstr(l.err.text, "list guarded") != NULL &&
				strstr(l.err.text, guards[_i].error) != NULL, "%s", l.err.text);
	} else {
		ck_assert_msg(l.result == DW_OK, "%s", l.err.text);
		ck_assert_uint_eq(l.report.rules, dw_rules_count(l.rules));
	}
	unload(&l);
}
END_TEST

/* More patterns than a database can have are this list's fault, and no other's. */
START_TEST(too_many_patterns)
{
	size_t most = dw_pattern_default_limits.patterns;
	struct dw_list_options options = {.name = "many", .format = DW_FORMAT_ADBLOCK};

	for (size_t more = 0; more < 2; more++) {
		struct loaded l;
		char *text;
		size_t len;
		FILE *out = open_memstream(&text, &len);

		for (size_t i = 0; i < most + more + 2; i++)
			fprintf(out, "||a%zu*b^\n", i);
		fputs("||a0*b^$badfilter\n||a1*b^$badfilter\n", out);
		fclose(out);
		options.path = list_file("many", text, len);
		l = load(&options, 0);
		ck_assert_int_eq(l.result, more ? DW_ERR_LIMIT : DW_OK);
		if (more)
			ck_assert_msg(strstr(l.err.text, "list many holds 200001 patterns") != NULL,
				"%s", l.err.text);
		unload(&l);
		free(text);
	}
}
END_TEST

START_TEST(max_age)
{
	struct dw_list_options options = {.name = "old", .path = text_file("l", "a.example\n"),
		.max_age = 3600};
	struct utimbuf times = {.modtime = time(NULL) - 7200};
	struct loaded l = load(&options, 0);

	ck_assert_int_eq(l.result, DW_OK);
	unload(&l);
	ck_assert_int_eq(utime(options.path, &times), 0);
	l = load(&options, 0);
	ck_assert_int_eq(l.result, DW_ERR_GUARD);
	ck_assert_ptr_nonnull(strstr(l.err.text, "max-age allows 3600"));
	unload(&l);
	options.max_age = 0;
	l = load(&options, 0);
	ck_assert_int_eq(l.result, DW_OK);
	unload(&l);
}
END_TEST

/* Of several files the newest counts, wherever it stands among them. */
START_TEST(max_age_to_the_second)
{
	struct dw_list_options options = {.name = "old", .max_age = 3600};
	struct utimbuf old = {.modtime = 1000000}, new = {.modtime = 2000000};
	char path[512];

	ck_assert_int_eq(utime(text_file("age-a", "a.example\n"), &new), 0);
	snprintf(path, sizeof(path), "%s", text_file("age-b", "b.example\n"));
	ck_assert_int_eq(utime(path, &old), 0);
	path[strlen(path) - 1] = '*';
	options.path = path;
	ck_assert_int_eq(dw_list_check_age(&options, 2000000 + 3600, NULL), DW_OK);
	ck_assert_int_eq(dw_list_check_age(&options, 2000000 + 3601, NULL), DW_ERR_GUARD);
	ck_assert_int_eq(dw_list_check_age(&options, 2000000 - 9999, NULL), DW_OK);
}
END_TEST

START_TEST(report_counts)
{
	static const char text[] = "! comment\n||a.example^\n@@||b.a.example^\n##.ad\n\n||c..d^\n";
	struct dw_list_options options = {.name = "l", .path = text_file("l", text)};
	struct loaded l = load(&options, 0);

	ck_assert_int_eq(l.result, DW_OK);
	ck_assert_int_eq(l.report.format, DW_FORMAT_ADBLOCK);
	ck_assert(!l.report.longest_wins);
	ck_assert_uint_eq(l.report.files, 1);
	ck_assert_uint_eq(l.report.lines, 6);
	ck_assert_uint_eq(l.report.rules, 2);
	ck_assert_uint_eq(l.report.exceptions, 1);
	ck_assert_uint_eq(l.report.skipped, 2);
	ck_assert_uint_eq(l.report.example_count, 2);
	ck_assert_str_eq(l.report.examples[0].file, options.path);
	ck_assert_uint_eq(l.report.examples[0].line, 4);
	ck_assert_str_eq(l.report.examples[0].reason, "cosmetic rule");
	ck_assert_uint_eq(l.report.examples[1].line, 6);
	ck_assert_str_eq(dw_rules_file_path(l.rules, 0), options.path);
	unload(&l);
}
END_TEST

START_TEST(examples_are_bounded)
{
	char text[2000] = "a.example\n";
	struct dw_list_options options = {.name = "l", .format = DW_FORMAT_DOMAINS};
	struct loaded l;

	for (int i = 0; i < 50; i++)
		strcat(text, "a..b\n");
	options.path = text_file("l", text);
	l = load(&options, 0);
	ck_assert_uint_eq(l.report.skipped, 50);
	ck_assert_uint_eq(l.report.example_count, DW_LIST_EXAMPLES_MAX);
	unload(&l);
}
END_TEST

START_TEST(cancelled)
{
	atomic_bool cancel = true;
	struct dw_list_options options = {.name = "l", .format = DW_FORMAT_DOMAINS};
	struct dw_list_report report;
	struct dw_rules *rules = NULL;
	struct dw_error err;
	char *text = calloc(1, 200001);

	for (int i = 0; i < 100000; i++)
		memcpy(text + 2 * i, "a\n", 2);
	options.path = text_file("l", text);
	ck_assert_int_eq(dw_list_load(&options, 0, NULL, NULL, &cancel, &rules, &report, &err),
		DW_ERR_CANCELLED);
	ck_assert_ptr_null(rules);
	dw_list_report_clear(&report);
	free(text);
}
END_TEST

/* ---- files ---- */

static enum dw_result find_files(
	const char *path, char ***files, size_t *count, struct dw_error *err)
{
	struct dw_list_options options = {.path = path};

	return dw_list_files(&options, files, count, err);
}

START_TEST(folder)
{
	static const char *const kept[] = {"B.txt", "a.txt", "a.txt.gz", "c[1]"};
	static const char *const left_out[] = {".hidden", "a.txt~", "a.txt.minisig", "a.tmp",
		"a.dpkg-old", "a.rpmsave", "a.rpm"};
	char path[300], want[400];
	struct dw_error err;
	char **files;
	size_t count;

	for (size_t i = 0; i < 4; i++)
		text_file(kept[i], "a.example\n");
	for (size_t i = 0; i < 7; i++)
		text_file(left_out[i], "b.example\n");
	snprintf(path, sizeof(path), "%s/folder", list_folder());
	ck_assert_int_eq(mkdir(path, 0700), 0);

	ck_assert_int_eq(find_files(list_folder(), &files, &count, &err), DW_OK);
	ck_assert_uint_eq(count, 4);
	for (size_t i = 0; i < 4; i++) {
		snprintf(want, sizeof(want), "%s/%s", list_folder(), kept[i]);
		ck_assert_str_eq(files[i], want);
	}
	free(files);

	snprintf(path, sizeof(path), "%s/*.txt*", list_folder());
	ck_assert_int_eq(find_files(path, &files, &count, &err), DW_OK);
	ck_assert_uint_eq(count, 3);
	free(files);
	/* a file that is there is that file, whatever its name */
	snprintf(path, sizeof(path), "%s/c[1]", list_folder());
	ck_assert_int_eq(find_files(path, &files, &count, &err), DW_OK);
	ck_assert_uint_eq(count, 1);
	free(files);
	snprintf(path, sizeof(path), "%s/a.tmp", list_folder());
	ck_assert_int_eq(find_files(path, &files, &count, &err), DW_OK);
	free(files);
	/* nothing there */
	snprintf(path, sizeof(path), "%s/folder", list_folder());
	ck_assert_int_eq(find_files(path, &files, &count, &err), DW_ERR_NOT_FOUND);
	snprintf(path, sizeof(path), "%s/*.minisig", list_folder());
	ck_assert_int_eq(find_files(path, &files, &count, &err), DW_ERR_NOT_FOUND);
	snprintf(path, sizeof(path), "%s/none", list_folder());
	ck_assert_int_eq(find_files(path, &files, &count, &err), DW_ERR_NOT_FOUND);
	ck_assert_str_eq(err.where, path);
}
END_TEST

/* Of Sigma a folder is all rules in it and below it, and nothing else. */
START_TEST(folder_of_sigma_is_a_tree)
{
	static const char *const folders[] = {"sub", "sub/deep", ".git", "empty"};
	static const char *const kept[] = {"a.yml", "sub/b.yaml", "sub/deep/c.yml"};
	static const char *const left_out[] = {
		"README.md", "sub/rule.txt", ".git/x.yml", "sub/.y.yml", "sub/deep/z.yml~"};
	struct dw_list_options options = {.path = list_folder(), .format = DW_FORMAT_SIGMA};
	char path[300];
	struct dw_error err;
	char **files;
	size_t count;

	ck_assert_int_eq(dw_list_files(&options, &files, &count, &err), DW_ERR_NOT_FOUND);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", list_folder(), folders[i]);
		ck_assert_int_eq(mkdir(path, 0700), 0);
	}
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		text_file(kept[i], "title: a\n");
	for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
		text_file(left_out[i], "{\n");
	snprintf(path, sizeof(path), "%s/sub/deep/around", list_folder());
	ck_assert_int_eq(symlink(list_folder(), path), 0);
	ck_assert_msg(dw_list_files(&options, &files, &count, &err) == DW_OK, "%s", err.text);
	ck_assert_uint_eq(count, sizeof(kept) / sizeof(kept[0]));
	for (size_t i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", list_folder(), kept[i]);
		ck_assert_str_eq(files[i], path);
	}
	free(files);
}
END_TEST

START_TEST(folder_is_one_list)
{
	struct dw_list_options options = {.name = "l"};
	struct loaded l;
	struct dw_rule rule;
	size_t cursor = 0;
	char path[300];

	text_file("1.hosts", "0.0.0.0 a.example\n");
	text_file("2.domains", "b.example\n");
	text_file("3.adblock", "||c.example^\n");
	options.path = list_folder();
	l = load(&options, 0);
	ck_assert_msg(l.result == DW_OK, "%s", l.err.text);
	ck_assert_uint_eq(l.report.files, 3);
	ck_assert_uint_eq(l.report.rules, 3);
	ck_assert_int_eq(l.report.format, DW_FORMAT_HOSTS);
	ck_assert(l.report.format_unsure);
	for (uint32_t i = 0; i < 3; i++) {
		ck_assert(dw_rules_next(l.rules, &cursor, &rule));
		ck_assert_uint_eq(rule.file, i);
		ck_assert_uint_eq(rule.line, 1);
	}
	unload(&l);
	/* one file that cannot be read, and the list is not what it should be */
	snprintf(path, sizeof(path), "%s/4.gone", list_folder());
	ck_assert_int_eq(symlink("/nonexistent/x", path), 0);
	l = load(&options, 0);
	ck_assert_int_eq(l.result, DW_ERR_NOT_FOUND);
	ck_assert_str_eq(l.err.where, path);
	unload(&l);
}
END_TEST

/* What is no regular file, or larger than any list, is neither waited for nor read. */
static void refused(const char *path, enum dw_result wanted)
{
	struct dw_list_options options = {.name = "l", .path = path};
	uint8_t digest[DW_LIST_DIGEST_BYTES];
	struct loaded l = load(&options, 0);

	ck_assert_int_eq(l.result, wanted);
	ck_assert_int_eq(dw_list_digest(&options, digest, NULL), wanted);
	unload(&l);
}

START_TEST(special_files)
{
	char path[300];

	refused("/dev/zero", DW_ERR_UNSUPPORTED);
	snprintf(path, sizeof(path), "%s/fifo", list_folder());
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	refused(path, DW_ERR_UNSUPPORTED);
	snprintf(path, sizeof(path), "%s/loop", list_folder());
	ck_assert_int_eq(symlink(path, path), 0);
	refused(path, DW_ERR_SYSTEM);
	snprintf(path, sizeof(path), "%s/empty", list_folder());
	ck_assert_int_eq(mkdir(path, 0700), 0);
	refused(path, DW_ERR_NOT_FOUND);
	ck_assert_int_eq(rmdir(path), 0);
	snprintf(path, sizeof(path), "%s", text_file("sparse", "a.example\n"));
	ck_assert_int_eq(truncate(path, (off_t)10 << 30), 0);
	refused(path, DW_ERR_LIMIT);
}
END_TEST

/* ---- compression ---- */

static size_t gzip(const void *text, size_t len, uint8_t *out, size_t room)
{
	z_stream stream = {0};

	ck_assert_int_eq(deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY),
		Z_OK);
	stream.next_in = (uint8_t *)text;
	stream.avail_in = (uInt)len;
	stream.next_out = out;
	stream.avail_out = (uInt)room;
	ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return room - stream.avail_out;
}

static size_t xz(const void *text, size_t len, uint8_t *out, size_t room)
{
	size_t at = 0;

	ck_assert_int_eq(lzma_easy_buffer_encode(
				 6, LZMA_CHECK_CRC64, NULL, text, len, out, &at, room), LZMA_OK);
	return at;
}

static size_t zstd(const void *text, size_t len, uint8_t *out, size_t room)
{
	size_t size = ZSTD_compress(out, room, text, len, 3);

	ck_assert(!ZSTD_isError(size));
	return size;
}

static size_t (*const compress_with[])(const void *, size_t, uint8_t *, size_t) = {gzip, xz, zstd};

static char *some_names(size_t count, size_t *len)
{
	char *text;
	FILE *out = open_memstream(&text, len);

	for (size_t i = 0; i < count; i++)
		fprintf(out, "host%zu.example\n", i);
	fclose(out);
	return text;
}

START_TEST(compressed)
{
	enum { ROOM = 1 << 20, COUNT = 20000 };
	struct dw_list_options options = {.name = "l"};
	uint8_t *packed = malloc(ROOM);
	size_t len, size;
	char *text = some_names(COUNT, &len);
	struct loaded l;

	size = compress_with[_i](text, len, packed, ROOM);
	options.path = list_file("l", packed, size);
	l = load(&options, 0);
	ck_assert_msg(l.result == DW_OK, "%s", l.err.text);
	ck_assert_uint_eq(l.report.rules, COUNT);
	ck_assert_uint_eq(l.report.lines, COUNT);
	ck_assert_int_eq(l.report.format, DW_FORMAT_DOMAINS);
	unload(&l);
	/* two after one another are one text */
	memcpy(packed + size, packed, size);
	options.path = list_file("l", packed, 2 * size);
	l = load(&options, 0);
	ck_assert_uint_eq(l.report.rules, 2 * COUNT);
	unload(&l);
	/* the empty text */
	options.path = list_file("l", packed, compress_with[_i]("", 0, packed, ROOM));
	l = load(&options, 0);
	ck_assert_int_eq(l.result, DW_ERR_GUARD);
	unload(&l);
	free(text);
	free(packed);
}
END_TEST

/* Cut anywhere, or with a byte turned: an error, or (where a checksum is missing) a list
 * that is no worse than its text. */
START_TEST(damaged)
{
	enum { ROOM = 1 << 16 };
	struct dw_list_options options = {.name = "l", .format = DW_FORMAT_DOMAINS};
	uint8_t packed[ROOM];
	size_t len, size, corrupt = 0;
	char *text = some_names(200, &len);
	struct loaded l;

	size = compress_with[_i](text, len, packed, ROOM);
	for (size_t cut = 8; cut < size; cut += 1 + cut / 40) {
		options.path = list_file("l", packed, cut);
		l = load(&options, 0);
		ck_assert_msg(l.result == DW_ERR_CORRUPT, "cut at %zu of %zu: %s", cut, size,
			dw_result_name(l.result));
		ck_assert_str_eq(l.err.where, options.path);
		unload(&l);
	}
	for (size_t at = 8; at < size; at += 1 + at / 40) {
		packed[at] ^= 0x55;
		options.path = list_file("l", packed, size);
		l = load(&options, 0);
		corrupt += l.result == DW_ERR_CORRUPT || l.result == DW_ERR_LIMIT;
		unload(&l);
		packed[at] ^= 0x55;
	}
	ck_assert_uint_gt(corrupt, 10);
	/* something else behind it */
	memcpy(packed + size, "a.example\n", 10);
	options.path = list_file("l", packed, size + 10);
	l = load(&options, 0);
	ck_assert_int_eq(l.result, DW_ERR_CORRUPT);
	unload(&l);
	free(text);
}
END_TEST

/* Text past the cap, in few bytes of file. */
START_TEST(bomb)
{
	enum { TEXT = 8 << 20, ROOM = 1 << 20 };
	char *text = malloc(TEXT);
	uint8_t *packed = malloc(ROOM);
	struct dw_source *source;
	struct dw_source_line line;
	struct dw_error err;
	enum dw_result result;
	const char *path;

	memset(text, '\n', TEXT);
	path = list_file("l", packed, compress_with[_i](text, TEXT, packed, ROOM));
	ck_assert_int_eq(dw_source_open(path, TEXT, &source, &err), DW_OK);
	do
		result = dw_source_line(source, &line, &err);
	while (result == DW_OK && line.kind != DW_SOURCE_LINE_END);
	ck_assert_int_eq(result, DW_OK);
	ck_assert_uint_eq(line.number, TEXT);
	dw_source_close(&source);

	ck_assert_int_eq(dw_source_open(path, TEXT - 1, &source, &err), DW_OK);
	do
		result = dw_source_line(source, &line, &err);
	while (result == DW_OK && line.kind != DW_SOURCE_LINE_END);
	ck_assert_int_eq(result, DW_ERR_LIMIT);
	ck_assert_ptr_nonnull(strstr(err.text, "7 MiB of text"));
	dw_source_close(&source);
	free(text);
	free(packed);
}
END_TEST

/* A dictionary of 1 GiB, which a decoder would have to hold. */
START_TEST(greedy_xz)
{
	lzma_options_lzma lzma;
	lzma_filter filters[] = {
		{.id = LZMA_FILTER_LZMA2, .options = &lzma}, {.id = LZMA_VLI_UNKNOWN}};
	struct dw_list_options options = {.name = "l"};
	uint8_t packed[4096], *filter;
	struct loaded l;
	size_t len = 0, header_len;
	uint32_t crc;

	lzma_lzma_preset(&lzma, 0);
	ck_assert_int_eq(lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC32, NULL,
				 (const uint8_t *)"a.example\n", 10, packed, &len,
				 sizeof(packed)), LZMA_OK);
	/* the dictionary's size stands behind the filter's id and length in the block's
	 * header, which a CRC32 ends */
	header_len = (packed[12] + 1u) * 4;
	filter = memmem(packed + 13, header_len, "\x21\x01", 2);
	ck_assert_ptr_nonnull(filter);
	filter[2] = 36;
	crc = lzma_crc32(packed + 12, header_len - 4, 0);
	for (size_t i = 0; i < 4; i++)
		packed[12 + header_len - 4 + i] = (uint8_t)(crc >> 8 * i);
	options.path = list_file("l", packed, len);
	l = load(&options, 0);
	ck_assert_msg(l.result == DW_ERR_LIMIT, "%s %s", dw_result_name(l.result), l.err.text);
	ck_assert_ptr_nonnull(strstr(l.err.text, "memory to decompress"));
	unload(&l);
}
END_TEST

/* ---- detection ---- */

static const struct {
	const char *text;
	enum dw_list_format format;
	bool unsure;
} looks[] = {
	{"0.0.0.0 a.example\n", DW_FORMAT_HOSTS, false},
	{"# c\n127.0.0.1 localhost\n::1 localhost\n0.0.0.0 a.example\n", DW_FORMAT_HOSTS, false},
	{"a.example\nb.example\n", DW_FORMAT_DOMAINS, false},
	{"# 0.0.0.0 a.example\n! ||a.example^\na.example\n", DW_FORMAT_DOMAINS, false},
	{"*.a.example\n*.b.example\n", DW_FORMAT_WILDCARD, false},
	{"*.a.example\nb.example\n", DW_FORMAT_DOMAINS, true},
	{"=a.example\nb.example\nads.*\n", DW_FORMAT_WILDCARD, false},
	{"[Adblock Plus 2.0]\n! c\n||a.example^\n", DW_FORMAT_ADBLOCK, false},
	{"||a.example^\nb.example\n0.0.0.0 c.example\n/ads/\n", DW_FORMAT_ADBLOCK, false},
	{"@@||a.example^$important\n", DW_FORMAT_ADBLOCK, false},
	{"a.example##.ad\nb.example###x\n", DW_FORMAT_ADBLOCK, false},
	{"# c\naddress=/a.example/#\nserver=/b.example/\n", DW_FORMAT_DNSMASQ, false},
	{"# c\nserver:\nlocal-zone: \"a.example.\" static\n", DW_FORMAT_UNBOUND, false},
	{"local-data: \"a.example A 192.0.2.1\"\n", DW_FORMAT_UNBOUND, false},
	{"$TTL 60\n@ SOA a. b. 1 2 3 4 5\n NS localhost.\na.example CNAME .\n", DW_FORMAT_RPZ, false},
	{"; c\n$ORIGIN rpz.\n@ IN SOA ns. a. (\n 1 ; serial\n 2 ; refresh\n 3 ; retry\n 4 ; x\n 5 )\n"
	 "a.example IN CNAME rpz-drop.\n", DW_FORMAT_RPZ, false},
	{"a.example 60 IN A 192.0.2.1\nb.example CNAME .\n", DW_FORMAT_RPZ, false},
	{"^ads[0-9]*\\.\n(^|\\.)a\\.example$\n", DW_FORMAT_REGEX, false},
	{"1,a.example\n2,b.example\n", DW_FORMAT_RANKING, false},
	{"GlobalRank,TldRank,Domain\n1,1,a.example\n", DW_FORMAT_RANKING, false},
	{"origin,rank\nhttps://a.example,1000\n", DW_FORMAT_RANKING, false},
	{"title: x\nlogsource:\n  category: dns\ndetection:\n  s: {query: a.example}\n", DW_FORMAT_SIGMA, false},
	{"", DW_FORMAT_DOMAINS, true},
	{"# only\n! comments\n", DW_FORMAT_DOMAINS, true},
	{"<html>\n<body>x</body>\n", DW_FORMAT_DOMAINS, true},
	{"0.0.0.0 a.example\n||b.example^$x\naddress=/c.example/\n", DW_FORMAT_ADBLOCK, true},
};

START_TEST(look)
{
	struct dw_source *source;
	enum dw_list_format format;
	struct dw_error err;
	struct dw_source_line line;
	bool unsure;

	ck_assert_int_eq(
		dw_source_open(text_file("l", looks[_i].text), DW_TEXT_MAX, &source, &err), DW_OK);
	ck_assert_int_eq(dw_list_detect(source, &format, &unsure, &err), DW_OK);
	ck_assert_str_eq(dw_list_format_name(format), dw_list_format_name(looks[_i].format));
	ck_assert_int_eq(unsure, looks[_i].unsure);
	/* and it is at its start again */
	ck_assert_int_eq(dw_source_line(source, &line, &err), DW_OK);
	if (line.kind != DW_SOURCE_LINE_END)
		ck_assert_uint_eq(line.number, 1);
	ck_assert_mem_eq(line.text, looks[_i].text, line.len);
	dw_source_close(&source);
}
END_TEST

/* ---- digest ---- */

static void digest(const struct dw_list_options *options, uint8_t *out)
{
	ck_assert_int_eq(dw_list_digest(options, out, NULL), DW_OK);
}

START_TEST(digests)
{
	uint8_t first[DW_LIST_DIGEST_BYTES], other[DW_LIST_DIGEST_BYTES];
	struct dw_list_options options = {.name = "l", .path = text_file("l", "a.example\n")};
	struct dw_list_options changed[8];

	digest(&options, first);
	digest(&options, other);
	ck_assert_mem_eq(first, other, sizeof(first));
	for (size_t i = 0; i < 8; i++)
		changed[i] = options;
	changed[0].format = DW_FORMAT_HOSTS;
	changed[1].top = 5;
	changed[2].match_subtree = true;
	changed[3].trust_answers = true;
	changed[4].suffixes = true;
	changed[5].skip_triggers = true;
	changed[6].zone = "x";
	changed[7].exceptions = "allow";
	for (size_t i = 0; i < 8; i++) {
		digest(&changed[i], other);
		ck_assert_mem_ne(first, other, sizeof(first));
	}
	text_file("l", "a.examplf\n");
	digest(&options, other);
	ck_assert_mem_ne(first, other, sizeof(first));
	options.path = "/nonexistent/list";
	ck_assert_int_eq(dw_list_digest(&options, other, NULL), DW_ERR_NOT_FOUND);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("list");
	TCase *tcase = tcase_create("all");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, format_names);
	UNIT_ADD_TABLE(tcase, guard, guards);
	tcase_add_test(tcase, too_many_patterns);
	tcase_add_test(tcase, max_age);
	tcase_add_test(tcase, max_age_to_the_second);
	tcase_add_test(tcase, report_counts);
	tcase_add_test(tcase, examples_are_bounded);
	tcase_add_test(tcase, cancelled);
	tcase_add_test(tcase, folder);
	tcase_add_test(tcase, folder_of_sigma_is_a_tree);
	tcase_add_test(tcase, folder_is_one_list);
	tcase_add_test(tcase, special_files);
	UNIT_ADD_TABLE(tcase, compressed, compress_with);
	UNIT_ADD_TABLE(tcase, damaged, compress_with);
	UNIT_ADD_TABLE(tcase, bomb, compress_with);
	tcase_add_test(tcase, greedy_xz);
	UNIT_ADD_TABLE(tcase, look, looks);
	tcase_add_test(tcase, digests);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
