/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * readers.h: threads that read lines, and the files the lines come from */
#ifndef DNSWARD_REVIEW_READERS_H
#define DNSWARD_REVIEW_READERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/result.h"
#include "review/line.h"

/* The caller's thread reads and decompresses files in blocks of whole lines; a readers of threads
 * reads the lines of several blocks at once; the caller gets the blocks back in the file's
 * order. So one core decompresses while the others look for what was asked.
 *
 *     readers = dw_readers_new(0, on_line, arg)
 *     dw_stream_open(readers, path, &stream)
 *     while (dw_stream_next(stream, ahead, &block) == DW_OK && block != NULL)
 *             ... block->kept ...; dw_stream_release(stream, block)
 *     dw_stream_close(&stream); dw_readers_end(&readers)
 *
 * Memory is bounded by the blocks that are ahead and not released yet. */

enum { DW_READERS_MAX = 16, DW_BLOCK_BYTES = 512 << 10 };

/* Called for each whole line of replies and of the log itself, by thread `thread` of the readers (0
 * to DW_READERS_MAX - 1) while others do the same. Returns whether the line is kept for the caller.
 */
typedef bool dw_line_fn(
	void *arg, unsigned thread, enum dw_line_kind kind, const struct dw_line *line);

/* A line that was kept. One without a time has that of the newest line before it. */
struct dw_kept {
	int64_t time;
	uint32_t offset, len;
};

struct dw_block {
	char *text;
	size_t len;
	struct dw_kept *kept;
	size_t kept_count, kept_room;
	int64_t newest;                /* of all lines; INT64_MIN: none has a time */
	size_t lines, broken, foreign; /* in `lines` are all */
	size_t pending;                /* the caller's own */
	bool no_memory;                /* lines are missing from `kept` */
	bool done;
	struct dw_block *next;
};

struct dw_readers;
/* `threads` 0: as many as there are processors. NULL: no memory, no thread. */
struct dw_readers *dw_readers_new(unsigned threads, dw_line_fn *fn, void *arg);
void dw_readers_end(struct dw_readers **readers);
unsigned dw_readers_size(const struct dw_readers *readers);

struct dw_stream;
enum dw_result dw_stream_open(struct dw_readers *readers, const char *path, struct dw_stream **out,
	struct dw_error *err) DW_MUST_CHECK;
void dw_stream_close(struct dw_stream **stream);

/* The next block, read; NULL in *out at the end. `ahead` blocks at most are being read meanwhile.
 * An error of the file comes after all blocks that were got from it. */
enum dw_result dw_stream_next(struct dw_stream *stream, size_t ahead, struct dw_block **out,
	struct dw_error *err) DW_MUST_CHECK;
void dw_stream_release(struct dw_stream *stream, struct dw_block *block);

/* Of the file as it lies on disk. */
uint64_t dw_stream_done(const struct dw_stream *stream);

/* What was read so far. */
struct dw_line_counts {
	uint64_t lines, broken, foreign;
};
void dw_line_counts_add(struct dw_line_counts *sum, const struct dw_block *block);

#endif
