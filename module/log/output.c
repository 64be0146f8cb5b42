/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * output.c: where log lines go: a file, a socket, stderr */
#include "dnsward-config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "dnsward/clock.h"
#include "log/output.h"

static const char socket_prefix[] = "unix:";

/* For a reader that has ceased to accept. */
static const struct timeval connect_patience = {.tv_usec = 500000};

enum dw_result dw_output_set(struct dw_output *output, const char *path, struct dw_error *err)
{
	struct dw_output new = {.fd = -1, .kind = DW_OUTPUT_FILE};

	if (strcmp(path, "stderr") == 0) {
		new.kind = DW_OUTPUT_STDERR;
		new.fd = STDERR_FILENO;
		*output = new;
		return DW_OK;
	}
	if (strncmp(path, socket_prefix, sizeof(socket_prefix) - 1) == 0) {
		new.kind = DW_OUTPUT_STREAM;
		path += sizeof(socket_prefix) - 1;
		if (strlen(path) >= sizeof(((struct sockaddr_un *)0)->sun_path))
			return dw_fail(err, DW_ERR_LIMIT, path, 0,
				"path of a socket is too long: expected at most %zu bytes",
				sizeof(((struct sockaddr_un *)0)->sun_path) - 1);
	}
	new.path = strdup(path);
	if (new.path == NULL)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for the log's path");
	*output = new;
	return DW_OK;
}

static bool is_socket(const struct dw_output *output)
{
	return output->kind == DW_OUTPUT_STREAM || output->kind == DW_OUTPUT_DATAGRAM;
}

bool dw_output_is_same(const struct dw_output *a, const struct dw_output *b)
{
	if (a->path == NULL || b->path == NULL)
		return a->path == b->path;
	return is_socket(a) == is_socket(b) && strcmp(a->path, b->path) == 0;
}

static void hang_up(struct dw_output *output)
{
	if (output->kind == DW_OUTPUT_STDERR)
		return;
	if (output->fd >= 0)
		close(output->fd);
	output->fd = -1;
}

void dw_output_close(struct dw_output *output)
{
	hang_up(output);
	free(output->path);
	output->path = NULL;
}

/* ---- files ---- */

static bool is_in_place(const struct dw_output *output)
{
	struct stat st;

	return output->fd >= 0 && stat(output->path, &st) == 0 && st.st_dev == output->device &&
	       st.st_ino == output->inode;
}

static bool is_nameless(int fd)
{
	struct stat st;

	return fstat(fd, &st) != 0 || st.st_nlink == 0;
}

/* A file that was left in the middle of a line, by a crash or a full disk, gets a newline first. */
static bool is_cut(int fd, off_t size)
{
	char last;

	return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

static enum dw_result open_file(struct dw_output *output, struct dw_error *err)
{
	struct stat st;

	if (output->fd >= 0 && is_nameless(output->fd))
		hang_up(output);
	int fd = open(output->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		0640);
	if (fd < 0)
		return dw_fail_errno(err, output->path, "cannot open the query log");
	if (fstat(fd, &st) != 0 || S_ISDIR(st.st_mode)) {
		close(fd);
		return dw_fail(err, DW_ERR_SYSTEM, output->path, 0, "the query log is no file");
	}
	hang_up(output);
	output->fd = fd;
	output->device = st.st_dev;
	output->inode = st.st_ino;
	output->cut = S_ISREG(st.st_mode) && is_cut(fd, st.st_size);
	return DW_OK;
}

/* ---- sockets ---- */

static enum dw_result try_socket(struct dw_output *output, int type, struct dw_error *err)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return dw_fail_errno(err, output->path, "cannot make a socket");
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &connect_patience, sizeof(connect_patience));
	memcpy(addr.sun_path, output->path, strlen(output->path) + 1);
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0) {
		enum dw_result res = dw_fail_errno(err, output->path, "cannot connect to the reader");
		int why = errno;

		close(fd);
		errno = why;
		return res;
	}
	output->fd = fd;
	output->kind = type == SOCK_STREAM ? DW_OUTPUT_STREAM : DW_OUTPUT_DATAGRAM;
	output->cut = false;
	return DW_OK;
}

static enum dw_result open_socket(struct dw_output *output, struct dw_error *err)
{
	enum dw_result res = try_socket(output, SOCK_STREAM, err);

	return res != DW_OK && errno == EPROTOTYPE ? try_socket(output, SOCK_DGRAM, err) : res;
}

enum dw_result dw_output_mend(struct dw_output *output, bool *reopened, struct dw_error *err)
{
	enum dw_result res = DW_OK;
	bool was_open = output->fd >= 0;

	*reopened = false;
	switch (output->kind) {
	case DW_OUTPUT_STDERR:
		return DW_OK;
	case DW_OUTPUT_FILE:
		if (is_in_place(output))
			return DW_OK;
		res = open_file(output, err);
		break;
	case DW_OUTPUT_STREAM:
	case DW_OUTPUT_DATAGRAM:
		if (was_open)
			return DW_OK;
		res = open_socket(output, err);
		break;
	}
	*reopened = res == DW_OK && was_open;
	return res;
}

/* ---- writing ---- */

/* A datagram is one line: a reader that takes them so is not handed half of one. */
static size_t datagram_length(const char *lines, size_t len)
{
	const char *newline = memchr(lines, '\n', len);

	return newline != NULL ? (size_t)(newline - lines) + 1 : len;
}

/* What a pipe takes without waiting once it takes anything, in whole lines where one fits. stderr
 * is shared with the host and blocks for both. */
static size_t pipe_length(const char *lines, size_t len)
{
	if (len <= PIPE_BUF)
		return len;
	const char *newline = memrchr(lines, '\n', PIPE_BUF);
	return newline != NULL ? (size_t)(newline - lines) + 1 : PIPE_BUF;
}

static ssize_t write_some(const struct dw_output *output, const char *lines, size_t len)
{
	switch (output->kind) {
	case DW_OUTPUT_FILE:
		return write(output->fd, lines, len);
	case DW_OUTPUT_STDERR:
		return write(output->fd, lines, pipe_length(lines, len));
	case DW_OUTPUT_DATAGRAM:
		len = datagram_length(lines, len);
		break;
	case DW_OUTPUT_STREAM:
		break;
	}
	return send(output->fd, lines, len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Write when there is room; errno EAGAIN: there was none in time. */
static ssize_t write_in_time(const struct dw_output *output, const char *lines, size_t len,
	const struct dw_output_patience *patience)
{
	struct pollfd fd = {.fd = output->fd, .events = POLLOUT};
	const uint64_t until = patience->until(patience->arg);

	for (;;) {
		uint64_t now = dw_clock_steady();
		int left = until > now ? (int)((until - now) / 1000000) : 0;
		int ready = poll(&fd, 1, left);
		ssize_t n = ready > 0 ? write_some(output, lines, len) : -1;

		if (n >= 0)
			return n;
		if (ready == 0)
			errno = EAGAIN;
		if (errno != EINTR && (errno != EAGAIN || left == 0))
			return n;
	}
}

/* With the errno of what failed. A socket whose reader is gone is connected again. */
static void fail_to_write(struct dw_output *output, struct dw_error *err)
{
	int why = errno;

	dw_fail_errno(err, output->path, "cannot write the query log");
	if (is_socket(output) && why != EAGAIN && why != ENOBUFS)
		hang_up(output);
}

static bool end_cut_line(struct dw_output *output, const struct dw_output_patience *patience)
{
	if (output->cut && write_in_time(output, "\n", 1, patience) == 1)
		output->cut = false;
	return !output->cut;
}

size_t dw_output_write(struct dw_output *output, const char *lines, size_t len,
	const struct dw_output_patience *patience, struct dw_error *err)
{
	size_t done = 0;

	if (!end_cut_line(output, patience)) {
		fail_to_write(output, err);
		return 0;
	}
	while (done < len) {
		ssize_t n = write_in_time(output, lines + done, len - done, patience);

		if (n <= 0) {
			fail_to_write(output, err);
			break;
		}
		done += (size_t)n;
	}
	output->cut = done > 0 && lines[done - 1] != '\n' && output->fd >= 0;
	return done;
}
