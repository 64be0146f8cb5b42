/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * bench_rules.c: what rules, Sigma and detectors cost a query above the look-up in lists
 *
 * Each query is decided, its answer too, and counted, as for a reply from the cache. 1,000 clients
 * ask for 300 of 20,000 names each, a few of them often, and now and then for any; processor time
 * of one thread.
 * bench_rules [QUERIES [WHICH]], default 1000000 and all; one of them, 0 to 3, for a profiler. The
 * pack is found through $srcdir. */
#include "dnsward-config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dnsward/engine.h"
#include "goals.h"
#include "thread_ns.h"
#include "traffic.h"

enum { SIGMA = 1000 };

static struct traffic traffic;
static char folder[] = "/tmp/dnsward-bench-XXXXXX";

static _Noreturn void die(const char *what, const struct dw_error *err)
{
	fprintf(stderr, "bench_rules: %s: %s\n", what, err->text);
	exit(1);
}

/* ---- files ---- */

static FILE *create(const char *name)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	if (f == NULL) {
		perror(path);
		exit(1);
	}
	return f;
}

static void write_list(void)
{
	FILE *f = create("list.txt");

	for (int i = 0; i < 100000; i++)
		fprintf(f, "ads%d.tracker%d.example\n", i, i % 977);
	fclose(f);
}

/* In the shapes that public rules for DNS have. */
static void write_sigma(void)
{
	static const char *const selections[] = {
		"{QueryName|endswith: '.bad%d.example', record_type: A}",
		"{query: ['c2-%d.example', 'www.c2-%1$d.example']}",
		"{query|contains: '.stage%d.'}",
		"{query|startswith: 'post%d.', record_type: [TXT, A]}",
		"{dns.question.name|re: '^[0-9a-f]{8}\\.drop%d\\.example$'}",
		"{query|contains|all: ['cmd%d-', '.exec.']}",
		"{record_type: TXT, answer|contains: 'payload%d'}",
		"{query|endswith: ['.panel%d.test', '.gate%1$d.test'], rcode: NOERROR}",
	};
	FILE *f = create("rules.yml");

	for (int i = 0; i < SIGMA; i++) {
		fprintf(f,
			"%stitle: Rule %d\nlogsource: {category: dns}\nlevel: high\n"
			"detection:\n  s: ",
			i > 0 ? "---\n" : "", i);
		fprintf(f, selections[i % 8], i);
		fprintf(f,
			"\n  not_us: {query|endswith: '.our%d.example'}\n"
			"  condition: s and not not_us\n",
			i);
	}
	fclose(f);
}

struct variant {
	const char *what;
	bool rules, detectors;
};

static void write_settings(const struct variant *v)
{
	const char *srcdir = getenv("srcdir");
	FILE *f = create("dnsward.yaml");
	char packs[PATH_MAX];

	if (realpath(srcdir != NULL ? srcdir : ".", packs) == NULL)
		exit(1);
	fprintf(f, "version: 1\nstate-dir: state%d%d\n", v->rules, v->detectors);
	if (v->rules || v->detectors)
		fprintf(f, "include: [%s%s%s%s%s]\n", v->rules ? packs : "",
			v->rules ? "/packs/detections/*.yaml" : "",
			v->rules && v->detectors ? ", " : "", v->detectors ? packs : "",
			v->detectors ? "/packs/detectors.yaml" : "");
	fprintf(f, "lists:\n  - {name: ads, path: list.txt, format: domains, match: subtree}\n");
	if (v->rules)
		fprintf(f, "  - {name: sigma, path: rules.yml, format: sigma}\n");
	fprintf(f, "actions:\n  - {category: ads, action: sinkhole}\n");
	if (v->rules)
		fprintf(f, "  - {category: [sigma, c2, stealer], action: sinkhole}\n");
	if (v->detectors)
		fprintf(f, "  - {category: [tunnel, txt-flood], action: sinkhole}\n");
	fclose(f);
}

/* ---- asking ---- */

/* Each answer is one address. */
static bool next_address(const struct dw_answer_view *answer, enum dw_part_kind kind,
	struct dw_part_cursor *at, struct dw_part *part)
{
	(void)answer;
	if (kind != DW_PART_ADDRESS || at->record++ > 0)
		return false;
	part->address = (struct dw_addr){
		.family = 4, .bytes = {[10] = 0xff, 0xff, 192, 0, 2, 80}};
	part->ttl = 60;
	return true;
}

static __attribute__((noinline)) void answer_query(
	struct dw_worker *worker, const struct traffic_name *name, const struct dw_addr *client, size_t i)
{
	static const uint8_t address[4] = {192, 0, 2, 80};
	const struct dw_snapshot *snapshot = dw_snapshot_acquire(worker);
	struct dw_view view = {.name = name->wire,
		.name_len = name->len,
		.type = i % 3 ? 1 : 28,
		.client = *client,
		.now = TRAFFIC_NOW + (int64_t)(i / 20000)};
	struct dw_answer_view answer = {
		.next = next_address, .rcode = i % 50 ? 0 : 3, .record_count = 1};
	const struct dw_event_answer told = {.name = name->wire,
		.name_len = (uint8_t)name->len,
		.type = 1,
		.klass = 1,
		.ttl = 60,
		.rdata = address,
		.rdata_len = sizeof(address)};
	struct dw_event event;
	struct dw_verdict verdict;

	dw_decide(worker, snapshot, &view, &verdict);
	if (verdict.awaits_answer || dw_snapshot_weighs_addresses(snapshot))
		dw_decide_answer(worker, snapshot, &view, &answer, &verdict);
	if (dw_wants_replies(snapshot)) {
		memset(&event, 0, sizeof(event));
		event.time_us = view.now * 1000000;
		event.client = view.client;
		event.question = name->wire;
		event.question_len = (uint8_t)name->len;
		event.type = view.type;
		event.klass = 1;
		event.rcode = answer.rcode;
		event.cached = true;
		event.answer_count = 1;
		event.answers = &told;
		(void)dw_observe(worker, snapshot, &verdict, &answer, &event,
			dw_wants_event(worker, snapshot, &verdict, client));
	}
	dw_note(worker, snapshot, &verdict, NULL);
	dw_snapshot_release(worker, &snapshot);
}

/* The one after is fetched ahead: a query comes in a packet that was just written. */
static void answer_queries(struct dw_worker *worker, size_t count)
{
	size_t who = traffic_draw(&traffic, TRAFFIC_CLIENTS), after;
	const struct traffic_name *name = traffic_name_for(&traffic, who), *following;

	for (size_t i = 0; i < count; i++, who = after, name = following) {
		after = traffic_draw(&traffic, TRAFFIC_CLIENTS);
		following = traffic_name_for(&traffic, after);
		__builtin_prefetch(following);
		__builtin_prefetch(&following->len);
		answer_query(worker, name, &traffic.clients[who], i);
	}
}

/* Nanoseconds a query, the best of some rounds. */
static double run(const struct variant *v, size_t queries)
{
	enum { ROUNDS = 5 };
	char path[200];
	struct dw_engine_options options = {.settings = path};
	struct dw_engine *engine;
	struct dw_worker *worker;
	struct dw_error err;
	double best = HUGE_VAL;

	traffic_init(&traffic); /* the same for each variant */
	write_settings(v);
	snprintf(path, sizeof(path), "%s/dnsward.yaml", folder);
	if (dw_engine_open(&options, &engine, &err) != DW_OK)
		die(v->what, &err);
	worker = dw_worker_join(engine);
	answer_queries(worker, queries); /* to warm up */
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t start = thread_ns();
		double each;

		answer_queries(worker, queries / ROUNDS);
		each = (double)(thread_ns() - start) / (double)(queries / ROUNDS);
		best = each < best ? each : best;
	}
	dw_worker_leave(&worker);
	dw_engine_close(&engine);
	return best;
}

static void clean(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	if (system(command) != 0)
		fprintf(stderr, "%s is left\n", folder);
}

int main(int argc, char **argv)
{
	static const struct variant variants[] = {
		{"the list alone", false, false},
		{"the pack and 1,000 Sigma rules", true, false},
		{"all detectors", false, true},
		{"both", true, true},
	};
	enum { VARIANTS = sizeof(variants) / sizeof(variants[0]), BOTH = VARIANTS - 1 };
	size_t queries = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
	size_t first = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	double list = 0;

	if (mkdtemp(folder) == NULL) {
		perror(folder);
		return 1;
	}
	atexit(clean);
	write_list();
	write_sigma();
	puts("a query, decided and counted");
	for (size_t i = first; i < VARIANTS && (i == first || argc < 3); i++) {
		double each = run(&variants[i], queries) - list;

		print_figure(variants[i].what, each, list > 0 ? "ns above that" : "ns",
			i == BOTH && list > 0 ? 400 : NAN, 400);
		if (i == 0)
			list = each;
	}
	return 0;
}
