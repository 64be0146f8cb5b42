/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * follow.h: lines as they are written, over rotations */
#ifndef DNSWARD_REVIEW_FOLLOW_H
#define DNSWARD_REVIEW_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "dnsward/result.h"

/* What stands at each path is read on as it grows. Where another file has come in its place, that is
 * read from its start, and the old one as well for three seconds more, since the writer takes up
 * to one second to notice. A file that was cut is read from its start; one that is away is waited
 * for. A line is given when its newline is there; those of one file in their order, those of
 * several as they are found. */
struct dw_follow {
	const char *const *paths;
	size_t count;
	bool from_start;                                     /* not: only what comes from now on */
	bool (*line)(void *arg, const char *at, size_t len); /* as dw_line_read takes it */
	bool (*rest)(void *arg);                             /* all that is there has been given */
	void *arg;
};

/* Returns when `line` or `rest` returned false, or with an error: a file is there and
 * cannot be read. Ten times a second it looks. */
enum dw_result dw_follow(const struct dw_follow *follow, struct dw_error *err) DW_MUST_CHECK;

#endif
