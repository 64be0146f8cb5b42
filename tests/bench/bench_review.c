/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * bench_review: how fast one core reads the query log
 */
#include "dnsward-config.h"

#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dnsward/log.h"
#include "dnsward/verdict.h"
#include "review/filter.h"
#include "review/summary.h"
#include "thread_ns.h"

enum { LINES = 20000, ROUNDS = 10, LINE_ROOM = 2048 };

struct text {
	char *bytes;
	size_t len;
};

/* What it points to is good until the next one. */
static struct dw_event event_of(unsigned i, uint8_t *name)
{
	static const char *const categories[] = {"ads"};
	static const uint8_t address[] = {192, 0, 2, 80};
	static const struct dw_event_finding listed = {
		.would = DW_ACTION_SINKHOLE,
		.list = "ads",
		.category = "ads",
		.categories = categories,
		.category_count = 1,
		.rule = "site.example",
		.match = "subtree",
	};
	static struct dw_event_answer told = {
		.type = 1, .klass = 1, .ttl = 60, .rdata = address, .rdata_len = sizeof(address)};
	char text[64];
	size_t len;
	struct dw_event e = {
		.time_us = INT64_C(1767323045678901) + i * INT64_C(1000),
		.duration_us = 12 + i % 1000,
		.client = {.bytes = {[10] = 255,
				   [11] = 255,
				   [12] = 192,
				   [14] = 2,
				   [15] = (uint8_t)(i % 40)},
			.family = 4},
		.client_port = 40001,
		.question = name,
		.type = 1,
		.klass = 1,
		.flags = 0x8180,
		.cached = true,
	};

	snprintf(text, sizeof(text), "www%u.site%u.example", i % 10, i * 7919 % 5000);
	if (dw_name_from_text(text, strlen(text), name, &len, NULL) != DW_OK)
		abort();
	e.question_len = (uint8_t)len;
	if (i % 5 == 0) {
		e.action = DW_ACTION_SINKHOLE;
		e.rcode = 3;
		e.found = &listed;
	} else {
		told.name = name;
		told.name_len = e.question_len;
		e.answers = &told;
		e.answer_count = 1;
	}
	return e;
}

static struct text make_text(void)
{
	size_t room = (size_t)LINES * LINE_ROOM + DW_EVENT_JSON_MAX; /* and for making the last */
	struct text text = {.bytes = malloc(room + DW_LINE_PADDING)};
	struct dw_ecs *ecs = dw_ecs_open("bench", "0");

	for (unsigned i = 0; text.bytes != NULL && ecs != NULL && i < LINES; i++) {
		uint8_t name[DW_NAME_MAX];
		struct dw_event e = event_of(i, name);

		text.len += dw_event_to_json(ecs, &e, text.bytes + text.len, room - text.len);
	}
	dw_ecs_close(&ecs);
	return text;
}

/* ---- what is measured ---- */

struct job {
	struct dw_filter *filter;
	struct dw_summary *summary;
	size_t taken;
};

static void read_only(struct job *job, enum dw_line_kind kind, const struct dw_line *line)
{
	(void)line;
	job->taken += kind == DW_LINE_REPLY;
}

static void filter_too(struct job *job, enum dw_line_kind kind, const struct dw_line *line)
{
	(void)kind;
	job->taken += dw_filter_takes(job->filter, line);
}

static void count_all(struct job *job, enum dw_line_kind kind, const struct dw_line *line)
{
	dw_summary_add(job->summary, kind, line);
	job->taken++;
}

typedef void line_fn(struct job *job, enum dw_line_kind kind, const struct dw_line *line);

static void run(const struct text *text, struct job *job, line_fn *fn)
{
	const char *at = text->bytes, *end = at + text->len;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		struct dw_line line;

		fn(job, dw_line_read(at, (size_t)(newline - at), &line), &line);
		at = newline + 1;
	}
}

/* Instructions of this thread, which no busy neighbour changes; -1 where the kernel does not say.
 */
static int open_counter(void)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_HARDWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_HW_INSTRUCTIONS,
		.exclude_kernel = 1,
		.exclude_hv = 1};

	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

static long long read_counter(int fd)
{
	long long value;

	return fd >= 0 && read(fd, &value, sizeof(value)) == sizeof(value) ? value : -1;
}

static void measure(const char *what, const struct text *text, struct job *job, line_fn *fn)
{
	double best = 1e9;
	int counter = open_counter();
	long long before = read_counter(counter);

	for (int i = 0; i < ROUNDS; i++) {
		double start = thread_seconds();

		run(text, job, fn);
		double taken = thread_seconds() - start;
		best = taken < best ? taken : best;
	}
	printf("%-28s %7.0f MB/s a core, %5.0f ns a line", what, (double)text->len / best / 1e6,
		best / LINES * 1e9);
	if (before >= 0)
		printf(", %5.2f instructions a byte",
			(double)(read_counter(counter) - before) / ROUNDS / (double)text->len);
	putchar('\n');
	if (counter >= 0)
		close(counter);
}

int main(void)
{
	struct text text = make_text();
	struct job job = {.filter = dw_filter_new(), .summary = dw_summary_new()};
	bool ready = text.len > 0 && job.filter != NULL && job.summary != NULL &&
		     dw_filter_add(job.filter, DW_FIELD_NAME, "site42.example", NULL) == DW_OK &&
		     dw_filter_add(job.filter, DW_FIELD_SOURCE, "192.0.2.0/28", NULL) == DW_OK;

	if (ready) {
		printf("%d lines of %zu bytes\n", LINES, text.len / LINES);
		measure("every field found", &text, &job, read_only);
		measure("filtered by name and client", &text, &job, filter_too);
		measure("all counted (--summary)", &text, &job, count_all);
	}
	dw_summary_free(&job.summary);
	dw_filter_free(&job.filter);
	free(text.bytes);
	return ready ? EXIT_SUCCESS : EXIT_FAILURE;
}
