/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * bench_change.c: from a list that changes on disk to its names being enforced
 *
 * bench_change [NAMES]: default 1000000, in ten lists. */
#include "dnsward-config.h"
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "dnsward/clock.h"
#include "dnsward/engine.h"
#include "goals.h"

enum { LISTS = 10, ROUNDS = 10 };

static char folder[] = "/tmp/dnsward-bench-XXXXXX";

static FILE *create(const char *name, char path[static 128])
{
	FILE *f;

	snprintf(path, 128, "%s/%s", folder, name);
	f = fopen(path, "w");
	if (f == NULL) {
		perror(path);
		exit(1);
	}
	return f;
}

static void finish(FILE *f)
{
	if (fclose(f) != 0) {
		perror(folder);
		exit(1);
	}
}

/* One of the lists, with a name of its own for each round, renamed into place. */
static void write_list(int list, size_t count, int round)
{
	char name[32], path[128], there[128];
	FILE *f;

	snprintf(name, sizeof(name), "%d.new", list);
	snprintf(there, sizeof(there), "%s/%d.txt", folder, list);
	f = create(name, path);
	for (size_t i = 0; i < count; i++)
		fprintf(f, "cdn%zu.tracker-%d-%zx.example\n", i % 7, list, i * 2654435761U);
	fprintf(f, "round%d.example\n", round);
	finish(f);
	if (rename(path, there) != 0) {
		perror(there);
		exit(1);
	}
}

static void write_settings(void)
{
	char path[128];
	FILE *f = create("dnsward.yaml", path);

	fprintf(f, "version: 1\nstate-dir: state\nlists:\n");
	for (int i = 0; i < LISTS; i++)
		fprintf(f, "  - {name: l%d, path: %d.txt, format: domains}\n", i, i);
	fprintf(f, "actions:\n");
	for (int i = 0; i < LISTS; i++)
		fprintf(f, "  - {category: l%d, action: sinkhole}\n", i);
	finish(f);
}

static bool is_enforced(struct dw_worker *worker, int round)
{
	const struct dw_snapshot *snapshot = dw_snapshot_acquire(worker);
	struct dw_verdict verdict;
	uint8_t wire[DW_NAME_MAX];
	struct dw_view view = {.name = wire, .type = 1};
	char text[64];
	int len = snprintf(text, sizeof(text), "round%d.example", round);

	if (dw_name_from_text(text, (size_t)len, wire, &view.name_len, NULL) != DW_OK)
		abort();
	dw_decide(worker, snapshot, &view, &verdict);
	dw_snapshot_release(worker, &snapshot);
	return verdict.action == DW_ACTION_SINKHOLE;
}

static double processor_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double wait_until_enforced(struct dw_worker *worker, int round)
{
	uint64_t start = dw_clock_steady();

	while (!is_enforced(worker, round))
		usleep(1000);
	return (double)(dw_clock_steady() - start) / 1e9;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(struct dw_worker *worker, size_t count)
{
	const bool is_goal = count == 1000000;
	double seconds[ROUNDS], spent = 0;

	for (int round = 1; round <= ROUNDS; round++) {
		double before;

		write_list(round % LISTS, count / LISTS, round);
		before = processor_seconds();
		seconds[round - 1] = wait_until_enforced(worker, round);
		spent += processor_seconds() - before;
	}
	qsort(seconds, ROUNDS, sizeof(seconds[0]), by_value);
	print_figure("list change to enforced, median", seconds[ROUNDS / 2], "s",
		is_goal ? 1 : NAN, 0.3);
	print_figure("the fastest", seconds[0], "s", NAN, NAN);
	print_figure("processors, each", spent / ROUNDS, "s", NAN, NAN);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

int main(int argc, char **argv)
{
	size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
	char path[128];
	struct dw_engine_options options = {.settings = path, .host = "bench"};
	struct dw_engine *engine;
	struct dw_worker *worker;
	struct dw_error err;

	if (mkdtemp(folder) == NULL) {
		perror(folder);
		return 1;
	}
	write_settings();
	for (int i = 0; i < LISTS; i++)
		write_list(i, count / LISTS, 0);
	snprintf(path, sizeof(path), "%s/dnsward.yaml", folder);
	if (dw_engine_open(&options, &engine, &err) != DW_OK ||
		dw_engine_start(engine, &err) != DW_OK) {
		fprintf(stderr, "bench_change: %s: %s\n", err.where, err.text);
		return 1;
	}
	worker = dw_worker_join(engine);
	printf("%zu names in %d lists, one changed\n", count, LISTS);
	measure(worker, count);
	dw_worker_leave(&worker);
	dw_engine_close(&engine);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}
