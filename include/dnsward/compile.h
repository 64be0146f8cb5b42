/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * compile.h: from the settings' lists to a published database */
#ifndef DNSWARD_COMPILE_H
#define DNSWARD_COMPILE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/db.h"
#include "dnsward/lists.h"
#include "dnsward/result.h"
#include "dnsward/say.h"
#include "dnsward/settings.h"

/* All lists of the settings into one database, as `dnsward compile` does by hand and the
 * engine's thread by itself. What a list was when it last loaded is kept in its parsed form
 * under state-dir/lists/; a list that did not change since is taken from there, and so is
 * one that cannot be used now: that is its last good copy.
 *
 *     state-dir/policy.dwdb       the database, replaced by rename
 *     state-dir/lists/NAME.rules  the parsed form of each list
 *     state-dir/lock              held by the process that compiles */

/* How it went for one list. */
struct dw_compiled_list {
	enum dw_result result;   /* DW_OK, or why the list on disk is not in force */
	struct dw_error error;
	bool last_good;          /* an older copy serves in its place */
	struct dw_error unkept;  /* why it could not be kept as the next last good copy; or no text */
	bool parsed;             /* it was read now, not taken from its parsed form */
	size_t rules;            /* in force */
	size_t skipped;          /* lines of the copy in force, or of one that failed, not honoured */
	size_t refused;          /* of `skipped`: rules of which a pattern could not be compiled */
	size_t partial;          /* sigma: rules of it taken without their conditions about hosts */
	size_t lines;
	int64_t loaded;          /* seconds since the epoch: when the copy in force was read */
	enum dw_list_format format;
	struct dw_list_report report; /* filled where parsed; what was refused is told in any case */
};

struct dw_compiled {
	size_t count;
	struct dw_compiled_list *lists; /* in the order of the settings */
	bool looked;                    /* at the lists; false: it failed before that */
	struct dw_list_report own;      /* of the settings' rules those that never fit: `skipped` of them */
	bool built;                     /* false: nothing had changed, the database stands */
	struct dw_db_build_stats stats;
	uint64_t generation;
};
void dw_compiled_clear(struct dw_compiled *compiled);

struct dw_compile_options {
	const char *database;      /* where to publish, or NULL for state-dir/policy.dwdb */
	bool read_only;            /* write no file but `database`: nothing is kept */
	bool always;               /* parse and build even what has not changed */
	unsigned threads;          /* 0: as many as processors */
	unsigned patience;         /* seconds to wait while another process compiles: DW_ERR_BUSY then */
	struct dw_speaker speaker; /* told, after a second, that we wait */
	const atomic_bool *cancel; /* or NULL */
	dw_skip_fn *skip;          /* told all that is skipped or refused; or NULL */
	void *skip_arg;
};

/* A list that cannot be used does not fail the rest: see its `result`. Fails where the
 * database cannot be made or published. `compiled` is filled in both cases. */
enum dw_result dw_compile(const struct dw_settings *settings,
	const struct dw_compile_options *options, struct dw_compiled *compiled,
	struct dw_error *err) DW_MUST_CHECK;

/* Whether a list would be taken if the file at `path`, and with a public key the signature
 * beside it, stood in the place of its own: the signature, the guards and the serials of
 * dw_compile, against its last good copy, or where none is kept against the file that stands.
 * Nothing is written. `report` is filled in both cases. */
enum dw_result dw_compile_try(const struct dw_settings *settings,
	const struct dw_list_options *list, const char *path, struct dw_list_report *report,
	struct dw_error *err) DW_MUST_CHECK;

/* Whether the database is of the lists and rules as the settings and the disk have them now, all of
 * them. Reads every list. */
bool dw_compile_is_current(const struct dw_settings *settings, const struct dw_db *db);

/* state-dir/policy.dwdb, for those who only read. `out` has PATH_MAX bytes. */
enum dw_result dw_compile_database_path(const struct dw_settings *settings, char *out,
	struct dw_error *err) DW_MUST_CHECK;

#endif
