/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * merge.c: the lines of several logs in the order of time */
#include "dnsward-config.h"
#include "review/merge.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW INT64_C(2000000)
enum { WAITING_BLOCKS_MAX = (256 << 20) / DW_BLOCK_BYTES };

/* ---- one after the other ---- */

static size_t ahead_of(const struct dw_run *run)
{
	return 2 * (size_t)dw_readers_size(run->readers) + 1;
}

static void tell_progress(const struct dw_run *run, uint64_t done)
{
	if (run->progress != NULL)
		run->progress(run->progress_arg, done);
}

static enum dw_result run_one(
	struct dw_run *run, const char *path, uint64_t *before, struct dw_error *err)
{
	struct dw_stream *stream;
	struct dw_block *block = NULL;
	bool no_memory = false;
	enum dw_result result = dw_stream_open(run->readers, path, &stream, err);

	if (result != DW_OK)
		return result;
	while ((result = dw_stream_next(stream, ahead_of(run), &block, err)) == DW_OK &&
		block != NULL) {
		dw_line_counts_add(&run->counts, block);
		no_memory |= block->no_memory;
		dw_stream_release(stream, block);
		tell_progress(run, *before + dw_stream_done(stream));
	}
	*before += dw_stream_done(stream);
	dw_stream_close(&stream);
	if (result == DW_OK && no_memory)
		result = dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory for all of its lines");
	return result;
}

enum dw_result dw_run_all(struct dw_run *run, dw_run_complain_fn *complain)
{
	enum dw_result first = DW_OK;
	uint64_t done = 0;

	for (size_t i = 0; i < run->count; i++) {
		struct dw_error err;
		enum dw_result result = run_one(run, run->paths[i], &done, &err);

		if (result != DW_OK)
			complain(&err);
		if (first == DW_OK)
			first = result;
	}
	return first;
}

/* ---- merged ---- */

struct source {
	struct dw_stream *stream; /* NULL: it has ended */
	int64_t newest;
	bool begun;
};

struct waiting {
	int64_t time;
	uint64_t number; /* the file, then the order of arrival */
	struct dw_block *block;
	struct source *source;
	uint32_t offset, len;
};

struct merge {
	struct dw_run *run;
	struct source *sources;
	struct waiting *heap;
	size_t count, room, blocks;
	uint64_t arrived;
	enum dw_result result;
	dw_run_complain_fn *complain;
};

static bool is_before(const struct waiting *a, const struct waiting *b)
{
	return a->time != b->time ? a->time < b->time : a->number < b->number;
}

static bool push(struct merge *m, struct waiting item)
{
	if (m->count == m->room) {
		size_t room = m->room == 0 ? 4096 : m->room * 2;
		struct waiting *more = realloc(m->heap, room * sizeof(*more));

		if (more == NULL)
			return false;
		m->heap = more;
		m->room = room;
	}
	size_t at = m->count++;
	for (; at > 0 && is_before(&item, &m->heap[(at - 1) / 2]); at = (at - 1) / 2)
		m->heap[at] = m->heap[(at - 1) / 2];
	m->heap[at] = item;
	return true;
}

static struct waiting pop(struct merge *m)
{
	struct waiting top = m->heap[0], last = m->heap[--m->count];
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < m->count && is_before(&m->heap[child + 1], &m->heap[child]))
			child++;
		if (child >= m->count || !is_before(&m->heap[child], &last))
			break;
		m->heap[at] = m->heap[child];
		at = child;
	}
	m->heap[at] = last;
	return top;
}

static void fail(struct merge *m, enum dw_result result, const struct dw_error *err)
{
	if (m->result == DW_OK)
		m->result = result;
	m->complain(err);
}

static void fail_memory(struct merge *m)
{
	struct dw_error err;

	fail(m, dw_fail(&err, DW_ERR_MEMORY, NULL, 0, "no memory for all lines"), &err);
}

/* A released block belongs to its stream, so a stream with blocks that wait stays open. */
static void release(struct merge *m, struct source *source, struct dw_block *block)
{
	dw_stream_release(source->stream, block);
	m->blocks--;
}

static void take_block(struct merge *m, struct source *source, struct dw_block *block)
{
	uint64_t file = (uint64_t)(source - m->sources);

	m->blocks++;
	dw_line_counts_add(&m->run->counts, block);
	if (block->newest > source->newest)
		source->newest = block->newest;
	for (size_t i = 0; i < block->kept_count; i++) {
		const struct dw_kept *kept = &block->kept[i];
		struct waiting item = {.time = kept->time,
			.number = file << 40 | m->arrived++,
			.block = block,
			.source = source,
			.offset = kept->offset,
			.len = kept->len};

		if (!push(m, item)) {
			block->no_memory = true;
			break;
		}
		block->pending++;
	}
	if (block->no_memory)
		fail_memory(m);
	if (block->pending == 0)
		release(m, source, block);
}

static uint64_t bytes_done(const struct merge *m)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < m->run->count; i++)
		sum += m->sources[i].stream != NULL ? dw_stream_done(m->sources[i].stream) : 0;
	return sum;
}

/* Read on in a file. It has ended when its newest time is that of doomsday. */
static void advance(struct merge *m, struct source *source)
{
	struct dw_block *block = NULL;
	struct dw_error err;
	size_t ahead = source->begun ? ahead_of(m->run) : 1;
	enum dw_result result = dw_stream_next(source->stream, ahead, &block, &err);

	source->begun = true;
	if (result != DW_OK)
		fail(m, result, &err);
	if (block != NULL)
		take_block(m, source, block);
	else
		source->newest = INT64_MAX;
	tell_progress(m->run, bytes_done(m));
}

static struct source *furthest_behind(struct merge *m)
{
	struct source *least = &m->sources[0];

	for (size_t i = 1; i < m->run->count; i++) {
		if (m->sources[i].newest < least->newest)
			least = &m->sources[i];
	}
	return least;
}

static bool emit(struct merge *m, dw_merged_fn *line, void *arg)
{
	struct waiting item = pop(m);
	bool more = line(arg, item.block->text + item.offset, item.len);

	if (--item.block->pending == 0)
		release(m, item.source, item.block);
	return more;
}

static void merge_all(struct merge *m, dw_merged_fn *line, void *arg)
{
	for (;;) {
		struct source *behind = furthest_behind(m);
		bool all_read = behind->newest == INT64_MAX;
		int64_t safe = all_read || behind->newest < INT64_MIN + WINDOW
				       ? behind->newest
				       : behind->newest - WINDOW;

		while (m->count > 0 &&
			(m->heap[0].time <= safe || m->blocks > WAITING_BLOCKS_MAX)) {
			if (!emit(m, line, arg))
				return;
		}
		if (all_read)
			return;
		advance(m, behind);
	}
}

enum dw_result dw_run_merged(
	struct dw_run *run, dw_merged_fn *line, void *arg, dw_run_complain_fn *complain)
{
	struct merge m = {.run = run, .complain = complain};

	if (run->count == 0)
		return DW_OK;
	m.sources = calloc(run->count, sizeof(*m.sources));
	if (m.sources == NULL) {
		fail_memory(&m);
		return m.result;
	}
	for (size_t i = 0; i < run->count; i++) {
		struct source *source = &m.sources[i];
		struct dw_error err;
		enum dw_result result =
			dw_stream_open(run->readers, run->paths[i], &source->stream, &err);

		source->newest = result == DW_OK ? INT64_MIN : INT64_MAX;
		if (result != DW_OK)
			fail(&m, result, &err);
	}
	merge_all(&m, line, arg);
	while (m.count > 0) {
		struct waiting item = pop(&m);

		if (--item.block->pending == 0)
			release(&m, item.source, item.block);
	}
	for (size_t i = 0; i < run->count; i++)
		dw_stream_close(&m.sources[i].stream);
	free(m.heap);
	free(m.sources);
	return m.result;
}
