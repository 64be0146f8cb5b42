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

struct state {
	const struct dw_follow *follow;
	struct tail *now, *old;
	uint64_t old_since;
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

static bool was_replaced(const struct state *state)
{
	struct stat st;
	if (stat(state->follow->path, &st) != 0)
		return false;
	return state->now->fd < 0 || st.st_dev != state->now->device ||
	       st.st_ino != state->now->inode;
}

static enum dw_result change_over(struct state *state, struct dw_error *err)
{
	struct tail *old = state->now;
	read_on(state, state->old);
	close_tail(state->old);
	state->now = state->old;
	state->old = old;
	state->old_since = dw_clock_steady();
	return open_tail(state->now, state->follow->path, true, err);
}

static enum dw_result go_on(struct state *state, struct dw_error *err)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NANOSECONDS};
	while (!state->stopped) {
		bool any = read_on(state, state->old);
		any |= read_on(state, state->now);
		if (state->old->fd >= 0 && dw_clock_steady() - state->old_since > OLD_NANOSECONDS)
			close_tail(state->old);
		if (was_replaced(state)) {
			enum dw_result result = change_over(state, err);
			if (result != DW_OK)
				return result;
			continue;
		}
		if (any)
			continue;
		if (!state->stopped && !state->follow->rest(state->follow->arg))
			break;
		nanosleep(&pause, NULL);
	}
	return DW_OK;
}

enum dw_result dw_follow(const struct dw_follow *follow, struct dw_error *err)
{
	struct state state = {.follow = follow,
		.now = calloc(1, sizeof(struct tail)),
		.old = calloc(1, sizeof(struct tail))};
	enum dw_result result;
	if (state.now == NULL || state.old == NULL) {
		free(state.now);
		free(state.old);
		return dw_fail(err, DW_ERR_MEMORY, follow->path, 0, "no memory to read it");
	}
	state.old->fd = -1;
	result = open_tail(state.now, follow->path, follow->from_start, err);
	if (result == DW_OK)
		result = go_on(&state, err);
	close_tail(state.now);
	close_tail(state.old);
	free(state.now);
	free(state.old);
	return result;
}
