/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * follow.c: lines as they are written, over rotations */
#include "dnsward-config.h"
#include "review/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "dnsward/clock.h"
#include "review/line.h"

#define OLD_NANOSECONDS UINT64_C(3000000000)
enum { PAUSE_NANOSECONDS = 100 * 1000 * 1000 };

struct tail {
	int fd; /* -1: none */
	dev_t device;
	ino_t inode;
	off_t offset;
	bool skipping; /* up to the next newline */
	size_t len;
	char buffer[DW_LINE_MAX + DW_LINE_PADDING];
};

/* One path, and the two files that are read for it. */
struct followed {
	const char *path;
	struct tail *now, *old;
	uint64_t old_since;
};

struct state {
	const struct dw_follow *follow;
	struct followed *files;
	bool stopped;
};

static void close_tail(struct tail *tail)
{
	if (tail->fd >= 0)
		close(tail->fd);
	tail->fd = -1;
}

static bool is_away(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ESTALE;
}

static enum dw_result open_tail(
	struct tail *tail, const char *path, bool from_start, struct dw_error *err)
{
	struct stat st;
	char last = '\n';

	tail->len = 0;
	tail->offset = 0;
	tail->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (tail->fd < 0)
		return is_away(errno) ? DW_OK : dw_fail_errno(err, path, "cannot open");
	if (fstat(tail->fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close_tail(tail);
		return dw_fail(err, DW_ERR_UNSUPPORTED, path, 0, "not a regular file");
	}
	tail->device = st.st_dev;
	tail->inode = st.st_ino;
	if (!from_start)
		tail->offset = st.st_size;
	tail->skipping = tail->offset > 0 && pread(tail->fd, &last, 1, tail->offset - 1) == 1 &&
			 last != '\n';
	return DW_OK;
}

/* Give the whole lines of the buffer, and keep what is behind them. */
static void give_lines(struct state *state, struct tail *tail)
{
	const char *at = tail->buffer, *end = at + tail->len, *newline;

	while (!state->stopped && (newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		if (!tail->skipping && newline > at)
			state->stopped = !state->follow->line(
				state->follow->arg, at, (size_t)(newline - at));
		tail->skipping = false;
		at = newline + 1;
	}
	tail->len = (size_t)(end - at);
	memmove(tail->buffer, at, tail->len);
	if (tail->len == DW_LINE_MAX) {
		tail->skipping = true;
		tail->len = 0;
	}
}

/* Whether anything was there. */
static bool read_on(struct state *state, struct tail *tail)
{
	bool any = false;
	struct stat st;

	if (tail->fd < 0)
		return false;
	if (fstat(tail->fd, &st) == 0 && st.st_size < tail->offset) {
		tail->offset = 0;
		tail->len = 0;
		tail->skipping = false;
	}
	while (!state->stopped) {
		ssize_t n = pread(
			tail->fd, tail->buffer + tail->len, DW_LINE_MAX - tail->len, tail->offset);

		if (n <= 0)
			break;
		any = true;
		tail->offset += n;
		tail->len += (size_t)n;
		give_lines(state, tail);
	}
	return any;
}

static bool was_replaced(const struct followed *file)
{
	struct stat st;

	if (stat(file->path, &st) != 0)
		return false;
	return file->now->fd < 0 || st.st_dev != file->now->device || st.st_ino != file->now->inode;
}

static enum dw_result change_over(struct state *state, struct followed *file, struct dw_error *err)
{
	struct tail *old = file->now;

	read_on(state, file->old);
	close_tail(file->old);
	file->now = file->old;
	file->old = old;
	file->old_since = dw_clock_steady();
	return open_tail(file->now, file->path, true, err);
}

/* `any` is set where something was there, or another file. */
static enum dw_result look_at(
	struct state *state, struct followed *file, bool *any, struct dw_error *err)
{
	*any |= read_on(state, file->old);
	*any |= read_on(state, file->now);
	if (file->old->fd >= 0 && dw_clock_steady() - file->old_since > OLD_NANOSECONDS)
		close_tail(file->old);
	if (!was_replaced(file))
		return DW_OK;
	*any = true;
	return change_over(state, file, err);
}

static enum dw_result go_on(struct state *state, struct dw_error *err)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NANOSECONDS};

	while (!state->stopped) {
		bool any = false;

		for (size_t i = 0; i < state->follow->count; i++) {
			enum dw_result result = look_at(state, &state->files[i], &any, err);

			if (result != DW_OK)
				return result;
		}
		if (any)
			continue;
		if (!state->stopped && !state->follow->rest(state->follow->arg))
			break;
		nanosleep(&pause, NULL);
	}
	return DW_OK;
}

static struct tail *tail_new(void)
{
	struct tail *tail = calloc(1, sizeof(*tail));

	if (tail != NULL)
		tail->fd = -1;
	return tail;
}

static void tail_free(struct tail *tail)
{
	if (tail == NULL)
		return;
	close_tail(tail);
	free(tail);
}

static enum dw_result open_all(struct state *state, struct dw_error *err)
{
	const struct dw_follow *follow = state->follow;
	enum dw_result result = DW_OK;

	for (size_t i = 0; i < follow->count && result == DW_OK; i++) {
		struct followed *file = &state->files[i];

		*file = (struct followed){follow->paths[i], tail_new(), tail_new(), 0};
		result = file->now != NULL && file->old != NULL
				 ? open_tail(file->now, file->path, follow->from_start, err)
				 : dw_fail(err, DW_ERR_MEMORY, file->path, 0,
					   "no memory to read it");
	}
	return result;
}

enum dw_result dw_follow(const struct dw_follow *follow, struct dw_error *err)
{
	struct state state = {
		.follow = follow, .files = calloc(follow->count, sizeof(struct followed))};
	enum dw_result result;

	if (state.files == NULL)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory to read logs");
	result = open_all(&state, err);
	if (result == DW_OK)
		result = go_on(&state, err);
	for (size_t i = 0; i < follow->count; i++) {
		tail_free(state.files[i].now);
		tail_free(state.files[i].old);
	}
	free(state.files);
	return result;
}
