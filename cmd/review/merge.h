/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * merge.h: the lines of several logs in the order of time */
#ifndef DNSWARD_REVIEW_MERGE_H
#define DNSWARD_REVIEW_MERGE_H

#include "review/readers.h"

/* Called between blocks with how many bytes of the files have been read. */
typedef void dw_progress_fn(void *arg, uint64_t done);

struct dw_run {
	struct dw_readers *readers;
	const char *const *paths;
	size_t count;
	dw_progress_fn *progress; /* or NULL */
	void *progress_arg;
	struct dw_line_counts counts; /* filled */
};

/* The files one after the other, for what needs no order: nothing that the readers kept is given.
 * A file that fails is told in `complain`, and the others are read; the first error is the
 * result. */
typedef void dw_run_complain_fn(const struct dw_error *error);
enum dw_result dw_run_all(struct dw_run *run, dw_run_complain_fn *complain);

/* All lines that the readers keeps, by time; equal times in the order of the files, then of their
 * lines. `line` returns false to stop.
 *
 * Lines within a file are nearly in order: the writer takes what its workers have queued
 * worker by worker. So a line waits in a heap until each file is past it by WINDOW, two
 * seconds, or until a quarter of a gigabyte waits. The file that is furthest behind is
 * read on, so that of the files of one rotated log only one is read at a time. Lines
 * that are further out of order come as late as they stand. */
typedef bool dw_merged_fn(void *arg, const char *line, size_t len);
enum dw_result dw_run_merged(
	struct dw_run *run, dw_merged_fn *line, void *arg, dw_run_complain_fn *complain);

#endif
