/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * bench_db.c: the database at several sizes: compile, map, look up, memory
 *
 * bench_db [COUNT...]: default 10000 1000000; 10000000 takes a GiB of memory. */
#include "dnsward-config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "dnsward/clock.h"
#include "dnsward/db.h"

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

static void die(const char *what, const struct dw_error *err)
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
	printf("  compile        %.3f s: parse %.3f, build %.3f; %.3f s of processors; peak %.1f "
	       "bytes a name\n",
		seconds_since(start), parse, stats.seconds,
		(double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
			(double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
		(double)usage.ru_maxrss * 1024 / (double)count);
	printf("  file           %.2f bytes a name (%zu names stored)\n",
		(double)stats.bytes / (double)count, stats.names);
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

static uint64_t thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Names are made in batches outside of the clock, which counts this thread's time on a
 * processor. */
static void look_up(const struct dw_db *db, const char *what, enum kind kind, uint64_t count)
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
	printf("  %-14s %.1f ns (fastest batch %.1f), %llu of %d hit\n", what,
		(double)spent / BATCH / BATCHES, (double)best / BATCH, (unsigned long long)found,
		BATCH * BATCHES);
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
	struct dw_db *db;
	struct dw_error err;
	uint64_t start = dw_clock_steady();

	if (dw_db_open(path, &db, &err) != DW_OK)
		die("open", &err);
	printf("  open           %.3f ms\n", seconds_since(start) * 1e3);
	touch_all(db, count);
	printf("  resident       %.2f bytes a name, every name looked up\n",
		(double)resident(path) / (double)count);
	look_up(db, "on no list", NAME_UNLISTED, count);
	look_up(db, "listed", NAME_LISTED, count);
	look_up(db, "below a listed", NAME_BELOW, count);
	dw_db_close(&db);
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
	return 0;
}
