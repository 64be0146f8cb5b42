/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * bench_db.c: the database at several sizes: compile, map, look up, memory
 *
 * bench_db [COUNT...]: default 10000 1000000; 10000000 takes a GiB of memory. Patterns come last. */
#include "dnsward-config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dnsward/clock.h"
#include "dnsward/db.h"
#include "dnsward/match.h"
#include "goals.h"
#include "thread_ns.h"

/* What each figure should be, at most and at best, where the size is one that has goals. */
struct goals {
	uint64_t count;
	double compile[2], peak[2], open[2], resident[2], unlisted[2], listed[2];
};

static struct goals goals_of(uint64_t count)
{
	const struct goals none = {count, {NAN, NAN}, {NAN, NAN}, {NAN, NAN}, {NAN, NAN},
		{NAN, NAN}, {NAN, NAN}};
	const struct goals million = {
		count, {0.8, 0.4}, {120, 60}, {10, 2}, {14, 9}, {80, 60}, {150, 110}};
	const struct goals ten = {
		count, {10, 5}, {120, 60}, {10, 2}, {NAN, NAN}, {150, 110}, {300, 220}};

	return count == 1000000 ? million : count == 10000000 ? ten : none;
}

/* ---- names like those on real lists: about 26 characters, 2 to 4 labels ---- */

static uint64_t mix(uint64_t x) /* Stafford's variant 13 of the SplitMix64 finaliser */
{
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static const char *const syllables[] = {
	"ad", "track", "met", "click", "lo", "serv", "pix", "ban", "cdn", "ka", "ri", "stat",
	"tel", "ana", "sync", "mo", "bid", "cloud", "vi", "re", "push", "zen", "data", "go",
	"net", "pop", "fra", "hub", "ler", "ya", "quo", "nix",
};
static const char *const tlds[] = {
	"com", "net", "com", "org", "com", "info", "xyz", "co.uk", "de", "ru", "top", "online",
	"com", "io", "cn", "com.br",
};
static const char *const hosts[] = {"www", "ads", "cdn3", "pixel", "t", "metrics", "s1", "static"};

/* The i-th name of a family; different for different i. */
static size_t make_name(char *out, uint64_t family, uint64_t i)
{
	uint64_t r = mix(i * 2 + 1 + (family << 48));
	char *p = out;

	if (r % 10 >= 3)
		p += sprintf(p, "%s.", hosts[r >> 4 & 7]);
	if (r % 10 >= 8)
		p += sprintf(p, "%s%u.", syllables[r >> 8 & 31], (unsigned)(r >> 13 & 63));
	p += sprintf(p, "%s%s%s", syllables[r >> 20 & 31], syllables[r >> 25 & 31],
		(r >> 30 & 1) != 0 ? "-" : "");
	p += sprintf(p, "%s%llx.%s", syllables[r >> 31 & 31], (unsigned long long)(i * 8 + family),
		tlds[r >> 36 & 15]);
	return (size_t)(p - out);
}

enum { LISTED = 0, UNLISTED = 1 };

/* ---- compile ---- */

static _Noreturn void die(const char *what, const struct dw_error *err)
{
	fprintf(stderr, "bench_db: %s: %s\n", what, err->text);
	exit(1);
}

static void write_list(const char *path, uint64_t count)
{
	FILE *f = fopen(path, "w");
	char name[256];

	for (uint64_t i = 0; f != NULL && i < count; i++) {
		size_t len = make_name(name, LISTED, i);

		name[len] = '\n';
		fwrite(name, 1, len + 1, f);
	}
	if (f == NULL || fclose(f) != 0) {
		perror(path);
		exit(1);
	}
}

static double seconds_since(uint64_t start)
{
	return (double)(dw_clock_steady() - start) / 1e9;
}

static void compile(const char *list, const char *path, uint64_t count)
{
	struct dw_list_options options = {
		.name = "bench",
		.path = list,
		.format = DW_FORMAT_DOMAINS,
		.category = "ads",
		.match_subtree = true,
	};
	struct dw_list_report report;
	struct dw_rules *rules;
	struct dw_db_source source = {.list = &options, .format = DW_FORMAT_DOMAINS};
	const struct dw_db_build_options build = {.generation = 1};
	struct dw_db_build_stats stats;
	struct dw_error err;
	const struct goals goals = goals_of(count);
	uint64_t start = dw_clock_steady();
	double parse;
	struct rusage usage;

	if (dw_list_load(&options, 0, NULL, NULL, NULL, &rules, &report, &err) != DW_OK)
		die("load", &err);
	parse = seconds_since(start);
	source.rules = rules;
	if (dw_db_build(path, &source, 1, &build, &stats, &err) != DW_OK)
		die("build", &err);
	getrusage(RUSAGE_SELF, &usage);
	print_figure("compile, text to published file", seconds_since(start), "s",
		goals.compile[0], goals.compile[1]);
	print_figure("  of it parsing", parse, "s", NAN, NAN);
	print_figure("  of it building", stats.seconds, "s", NAN, NAN);
	print_figure("  processors together",
		(double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
			(double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
		"s", NAN, NAN);
	print_figure("peak memory of that", (double)usage.ru_maxrss * 1024 / (double)count,
		"bytes a name", goals.peak[0], goals.peak[1]);
	print_figure("file", (double)stats.bytes / (double)count, "bytes a name", NAN, NAN);
	dw_list_report_clear(&report);
	dw_rules_free(&rules);
}

/* ---- look-ups ---- */

struct query {
	uint8_t name[DW_NAME_MAX];
	size_t len;
	struct dw_labels labels;
};

enum kind { NAME_LISTED, NAME_BELOW, NAME_UNLISTED };

static void make_query(struct query *q, enum kind kind, uint64_t count, uint64_t n)
{
	char text[300] = "x.";
	uint64_t i = mix(n + 77) % count;
	size_t at = kind == NAME_BELOW ? 2 : 0;
	size_t len = at + make_name(text + at, kind == NAME_UNLISTED ? UNLISTED : LISTED, i);

	if (kind == NAME_UNLISTED) /* exactly three labels */
		len = (size_t)sprintf(text, "%s.%s%llx.com", hosts[i & 7], syllables[i >> 3 & 31],
			(unsigned long long)mix(i));
	if (dw_name_from_text(text, len, q->name, &q->len, NULL) != DW_OK)
		abort();
	dw_name_labels(q->name, q->len, &q->labels);
}

/* Names are made in batches outside of the clock, which counts this thread's time on a
 * processor. */
static void look_up(const struct dw_db *db, const char *what, enum kind kind, uint64_t count,
	const double goals[static 2])
{
	enum { BATCH = 256, BATCHES = 4000 };
	static struct query queries[BATCH];
	static struct dw_hits hits;
	uint64_t spent = 0, best = UINT64_MAX, found = 0;

	for (int b = 0; b < BATCHES; b++) {
		uint64_t start;

		for (uint64_t i = 0; i < BATCH; i++)
			make_query(&queries[i], kind, count, (uint64_t)b * BATCH + i);
		start = thread_ns();
		for (int i = 0; i < BATCH; i++) {
			dw_db_lookup(db, NULL, queries[i].name, queries[i].len,
				&queries[i].labels, 1, &hits);
			found += hits.count;
		}
		start = thread_ns() - start;
		spent += start;
		best = start < best ? start : best;
	}
	if (found != (kind == NAME_UNLISTED ? 0 : BATCH * BATCHES))
		abort();
	print_figure(what, (double)spent / BATCH / BATCHES, "ns", goals[0], goals[1]);
	print_figure("  its fastest batch of 256", (double)best / BATCH, "ns", NAN, NAN);
}

/* Resident bytes of the mapping of `path` in this process. */
static size_t resident(const char *path)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	char line[1024];
	bool ours = false;
	size_t kib = 0, sum = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (strchr(line, '-') != NULL && strchr(line, '/') != NULL)
			ours = strstr(line, path) != NULL;
		if (ours && sscanf(line, "Rss: %zu kB", &kib) == 1)
			sum += kib * 1024;
	}
	if (f != NULL)
		fclose(f);
	return sum;
}

/* Touch every name: all parts of the look-up, and no other. */
static void touch_all(const struct dw_db *db, uint64_t count)
{
	static struct dw_hits hits;
	char text[300];
	struct query q;

	for (uint64_t i = 0; i < count; i++) {
		size_t len = make_name(text, LISTED, i);

		if (dw_name_from_text(text, len, q.name, &q.len, NULL) != DW_OK)
			abort();
		dw_name_labels(q.name, q.len, &q.labels);
		dw_db_lookup(db, NULL, q.name, q.len, &q.labels, 1, &hits);
		if (hits.count != 1)
			abort();
	}
}

static void ask(const char *path, uint64_t count)
{
	const struct goals goals = goals_of(count);
	struct dw_db *db;
	struct dw_error err;
	uint64_t start = dw_clock_steady();

	if (dw_db_open(path, &db, &err) != DW_OK)
		die("open", &err);
	print_figure("map and shallow check", seconds_since(start) * 1e3, "ms", goals.open[0],
		goals.open[1]);
	touch_all(db, count);
	print_figure("resident, every name looked up", (double)resident(path) / (double)count,
		"bytes a name", goals.resident[0], goals.resident[1]);
	look_up(db, "look-up, on no list, three labels", NAME_UNLISTED, count, goals.unlisted);
	look_up(db, "look-up, listed", NAME_LISTED, count, goals.listed);
	look_up(db, "look-up, below a listed name", NAME_BELOW, count, goals.listed);
	dw_db_close(&db);
}

/* ---- the machine's memory ---- */

/* What a look-up waits for: reads of single lines, each of whose places is known only
 * when the one before has come, out of as many bytes as a million names take. A name on
 * no list waits for about a sixth of them once, a listed one for all of them once more. */
static void bench_memory(void)
{
	enum { LINE = 16, LINES = 1 << 17, READS = 1 << 20 }; /* lines of 64 bytes */
	uint32_t *at = malloc(sizeof(*at) * LINE * LINES);
	uint32_t here = 0;
	uint64_t start;

	if (at == NULL)
		abort();
	for (uint32_t i = 0; i < LINES; i++)
		at[i * LINE] = i * LINE;
	for (uint32_t i = LINES - 1; i > 0; i--) { /* Sattolo: one cycle through all lines */
		uint32_t j = (uint32_t)(mix(i) % i) * LINE, next = at[i * LINE];

		at[i * LINE] = at[j];
		at[j] = next;
	}
	start = thread_ns();
	for (size_t i = 0; i < READS; i++)
		here = at[here];
	start = thread_ns() - start;
	if (here % LINE != 0)
		abort();
	printf("this machine\n");
	print_figure("a read that waits for the one before, of 8 MiB", (double)start / READS, "ns",
		NAN, NAN);
	free(at);
}

/* ---- each step in a process of its own, so that its memory is its own ---- */

static void in_child(void (*step)(const char *, const char *, uint64_t), const char *list,
	const char *path, uint64_t count)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		step(list, path, count);
		exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		exit(1);
}

static void step_write(const char *list, const char *path, uint64_t count)
{
	(void)path;
	write_list(list, count);
}

static void step_ask(const char *list, const char *path, uint64_t count)
{
	(void)list;
	ask(path, count);
}

static void bench(const char *dir, uint64_t count)
{
	char list[128], path[128];
	struct stat st;

	snprintf(list, sizeof(list), "%s/list", dir);
	snprintf(path, sizeof(path), "%s/db", dir);
	in_child(step_write, list, path, count);
	if (stat(list, &st) != 0)
		exit(1);
	printf("%llu names, %.1f characters on average\n", (unsigned long long)count,
		(double)st.st_size / (double)count - 1);
	in_child(compile, list, path, count);
	in_child(step_ask, list, path, count);
	unlink(list);
	unlink(path);
}

/* ---- patterns ---- */

/* Like those people write against families of names: anchored, with a class and a literal. */
static char *make_expression(uint64_t i)
{
	static const char *const shapes[] = {
		"^%s[0-9]+[.]%s-%llx[.]", "(^|[.])%s-?%s%llx[.][a-z]+$", "^[a-z0-9-]+[.]%s%s%llx[.]com$",
		"%s[._-]%s%llx",
	};
	uint64_t r = mix(i + 12345);
	char *text;

	if (asprintf(&text, shapes[i % 4], syllables[r & 31], syllables[r >> 5 & 31],
		    (unsigned long long)(r >> 10 & 0xffff)) < 0)
		abort();
	return text;
}

static struct dw_pattern *make_patterns(size_t count)
{
	struct dw_pattern *patterns = calloc(count, sizeof(*patterns));

	for (size_t i = 0; patterns != NULL && i < count; i++) {
		char *text = make_expression(i);

		patterns[i] = (struct dw_pattern){
			.kind = DW_PATTERN_REGEX, .text = text, .len = strlen(text)};
	}
	return patterns;
}

static void scan(const struct dw_patterns *patterns, struct dw_pattern_scratch *scratch,
	const double goals[static 2])
{
	enum { BATCH = 256, BATCHES = 800 };
	static char names[BATCH][256];
	static size_t lens[BATCH];
	uint64_t spent = 0, found = 0;

	for (uint64_t b = 0; b < BATCHES; b++) {
		uint64_t start;

		for (uint64_t i = 0; i < BATCH; i++)
			lens[i] = make_name(names[i], UNLISTED, b * BATCH + i);
		start = thread_ns();
		for (size_t i = 0; i < BATCH; i++) {
			const uint32_t *ids;

			found += dw_patterns_match(patterns, scratch, names[i], lens[i], &ids);
		}
		spent += thread_ns() - start;
	}
	print_figure("a name", (double)spent / BATCH / BATCHES, "ns", goals[0], goals[1]);
	print_figure("hits of a million names", 1e6 * (double)found / BATCH / BATCHES, "", NAN, NAN);
}

static void bench_patterns(size_t count)
{
	const double goals[2] = {250, 150};
	struct dw_pattern *patterns = make_patterns(count);
	struct dw_pattern_scratch *scratch;
	struct dw_patterns *loaded;
	struct dw_error err;
	uint64_t start = dw_clock_steady();
	uint8_t *blob;
	size_t blob_len;

	if (dw_patterns_compile(patterns, count, NULL, NULL, NULL, NULL, &blob, &blob_len, &err) !=
		DW_OK)
		die("patterns", &err);
	printf("%zu regular expressions\n", count);
	print_figure("compile", seconds_since(start), "s", NAN, NAN);
	print_figure("compiled", (double)blob_len / 1e6, "MB", NAN, NAN);
	if (dw_patterns_load(blob, blob_len, &loaded, &err) != DW_OK ||
		dw_pattern_scratch_new(loaded, &scratch) != DW_OK)
		die("patterns", &err);
	scan(loaded, scratch, goals);
	dw_pattern_scratch_free(&scratch);
	dw_patterns_close(&loaded);
	for (size_t i = 0; i < count; i++)
		free((char *)(uintptr_t)patterns[i].text);
	free(patterns);
	free(blob);
}

int main(int argc, char **argv)
{
	char dir[] = "/tmp/dnsward-bench-XXXXXX";

	if (mkdtemp(dir) == NULL) {
		perror(dir);
		return 1;
	}
	for (int i = 1; i < argc; i++)
		bench(dir, strtoull(argv[i], NULL, 10));
	if (argc == 1) {
		bench(dir, 10000);
		bench(dir, 1000000);
	}
	rmdir(dir);
	bench_memory();
	bench_patterns(5000);
	return 0;
}
