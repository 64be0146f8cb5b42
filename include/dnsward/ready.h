/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * ready.h: a database that was compiled elsewhere */
#ifndef DNSWARD_READY_H
#define DNSWARD_READY_H

#include "dnsward/db.h"
#include "dnsward/result.h"
#include "dnsward/settings.h"

/* A fleet may compile its lists in one place and hand out the database, signed: `database:` of
 * the settings. It is asked beside the one that is compiled from the settings' own lists.
 *
 * Vectorscan runs what it once compiled, so nothing of a database is looked into before its
 * signature holds. What is verified must be what is asked, whoever writes to the file
 * meanwhile: it is copied into the state-dir first, and verified and opened there.
 *
 *     state-dir/ready.dwdb           the last good copy, replaced by rename
 *     state-dir/ready.dwdb.minisig   the signature that it came with
 *     state-dir/ready.part           one on its way
 *
 * One thread of a process at a time; two processes may do the same at once. */

/* The last good copy, as it was verified once by the key that the settings still name.
 * DW_ERR_NOT_FOUND where there is none. */
enum dw_result dw_ready_open_kept(
	const struct dw_settings *settings, struct dw_db **out, struct dw_error *err) DW_MUST_CHECK;

/* Take the database that the settings name: copy, verify, open, keep. DW_ERR_SIGNATURE for one
 * that is not signed, altered, or of a lower serial than the last good copy; DW_ERR_GUARD past
 * max-age; else what dw_db_open says. The last good copy stands then. */
enum dw_result dw_ready_take(
	const struct dw_settings *settings, struct dw_db **out, struct dw_error *err) DW_MUST_CHECK;

/* The same without keeping it: for those who only read. The copy is made in /tmp, and gone. */
enum dw_result dw_ready_try(
	const struct dw_settings *settings, struct dw_db **out, struct dw_error *err) DW_MUST_CHECK;

/* Whether the database is older than max-age allows at `now` (seconds since 1970): by the time
 * it was compiled, which is signed with it. DW_ERR_GUARD. */
enum dw_result dw_ready_check_age(const struct dw_settings *settings, const struct dw_db *db,
	int64_t now, struct dw_error *err) DW_MUST_CHECK;

#endif
