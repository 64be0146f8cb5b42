/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * one list fetched: what is known of it, and how it went
 */
#ifndef DNSWARD_CMD_FETCH_H
#define DNSWARD_CMD_FETCH_H

#include <sys/types.h>
#include <time.h>
#include "dnsward/settings.h"
#include "download.h"

/* ---- fetch_state.c: what is remembered of a list that was fetched ---- */

/* state-dir/fetch/NAME.state, a line each; whatever else may stand there means that nothing is
 * known, and the list is fetched whole. */
struct fetch_state {
	int64_t checked; /* seconds since 1970: when its source was asked last, and answered */
	int64_t size;    /* of the file that was published, and its time: another one is not ours */
	struct timespec modified;
	struct download_version version;
	char url[2048];
};

/* False: nothing is known, or it is of another url, or another file stands at the list's path, or
 * one that its signature does not fit. */
bool fetch_state_read(const struct dw_settings *settings, const struct dw_list_options *list,
	struct fetch_state *out);

/* Remember that the file that stands is the version, as of now. */
enum dw_result fetch_state_write(const struct dw_settings *settings,
	const struct dw_list_options *list, const struct download_version *version,
	struct dw_error *err) DW_MUST_CHECK;

/* ---- fetch_list.c ---- */

enum fetch_outcome {
	FETCH_NEW,          /* a new file stands */
	FETCH_NOT_MODIFIED, /* the one that stands is the one at the url */
	FETCH_NOT_DUE,      /* asked less than `refresh` ago */
};

struct fetched {
	enum fetch_outcome outcome;
	size_t rules;
	uint64_t bytes;
	int64_t due; /* seconds since 1970: when it is asked for again */
};

/*
 * Fetch a list into state-dir/fetch, and put it in the place of its file if it would be taken
 * there: signed, of no older serial, not gone wrong (dw_compile_try). The old file stands
 * otherwise, and until then. `always`: also when it is not due. On failure `err` tells of the
 * list's place in the settings.
 */
enum dw_result fetch_list(const struct dw_settings *settings, const struct dw_list_options *list,
	const struct download_limits *limits, bool always, struct fetched *out,
	struct dw_error *err) DW_MUST_CHECK;

#endif
