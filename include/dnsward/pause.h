/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * pause.h: enforcement off for a while */
#ifndef DNSWARD_PAUSE_H
#define DNSWARD_PAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/net.h"
#include "dnsward/result.h"

/* `dnsward pause` writes state-dir/pause, `dnsward resume` removes it, and engines take up what
 * stands there within a second. So a pause outlives a restart, holds for all resolvers of a
 * state-dir, and needs neither socket nor signal. It ends by itself, by the clock of whoever
 * decides. The file is JSON, replaced by rename:
 *
 *     {"version":1,"pauses":[{"until":1767323045,"category":"ads","client":"192.0.2.7"}]}
 *
 * A pause is for all, or for names of one category, or for one client (or network), or for both
 * together; `until` is in seconds since the epoch, and one that has none lasts until `resume`. In a
 * pause what the action table would sinkhole is logged and passes. A name of a paused category
 * that is sinkholed for another one stays so: it is judged as though it did not carry the paused
 * one.
 *
 * A verdict that was paused says all the same that caches must not know its answer
 * (dw_verdict.may_sinkhole), so nothing outlives the pause. */

enum {
	DW_PAUSES_MAX = 32,
	DW_PAUSE_CATEGORY_MAX = 72, /* a category's name (64) and its NUL */
	DW_PAUSE_TEXT_MAX = 192,
};

#define DW_PAUSE_FOREVER INT64_MAX

struct dw_pause {
	int64_t until;                        /* exclusive; or DW_PAUSE_FOREVER */
	char category[DW_PAUSE_CATEGORY_MAX]; /* empty: all */
	struct dw_net client;                 /* family 0: all */
};

struct dw_pauses {
	uint64_t count;
	struct dw_pause pause[DW_PAUSES_MAX];
};

/* What stands in the file, without what is over at `now`; nothing where there is no file. Its
 * bytes are believed in nothing: DW_ERR_SYNTAX, DW_ERR_LIMIT and the line. */
enum dw_result dw_pauses_read(const char *state_dir, int64_t now, struct dw_pauses *out,
	struct dw_error *err) DW_MUST_CHECK;

/* The same of text that is at hand, called `name` in errors. */
enum dw_result dw_pauses_parse(const char *name, const char *text, size_t len, int64_t now,
	struct dw_pauses *out, struct dw_error *err) DW_MUST_CHECK;

/* Replace the file; without a pause it is removed. */
enum dw_result dw_pauses_write(
	const char *state_dir, const struct dw_pauses *pauses, struct dw_error *err) DW_MUST_CHECK;

/* Whether both are of the same category and client. */
bool dw_pause_is_same(const struct dw_pause *a, const struct dw_pause *b);

/* Add one, or change how long the same one lasts. False: there are DW_PAUSES_MAX already. */
bool dw_pauses_add(struct dw_pauses *pauses, const struct dw_pause *pause);

/* Take the same one out. False: there is none. */
bool dw_pauses_remove(struct dw_pauses *pauses, const struct dw_pause *pause);

/* "all, until 2026-01-02T03:04:05Z", "category ads for 192.0.2.7, until resumed". `out` has
 * DW_PAUSE_TEXT_MAX bytes and is returned. */
const char *dw_pause_to_text(const struct dw_pause *pause, char *out);

#endif
