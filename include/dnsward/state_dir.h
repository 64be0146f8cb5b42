/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * state_dir.h: where things stand in the state-dir */
#ifndef DNSWARD_STATE_DIR_H
#define DNSWARD_STATE_DIR_H

#include "dnsward/lists.h"
#include "dnsward/result.h"
#include "dnsward/settings.h"

/* The state-dir is shared by an Unbound that runs as a user of its own and by commands that
 * root may call. So whatever is made in it takes its owner, and as much of its mode as fits:
 * folders here, files by publishing (file.h). The state-dir itself, where it is missing, takes the
 * owner of the folder it stands in.
 *
 * `out` has PATH_MAX bytes everywhere. */

/* state-dir/NAME. */
enum dw_result dw_state_path(const struct dw_settings *settings, const char *name, char *out,
	struct dw_error *err) DW_MUST_CHECK;

/* state-dir/FOLDER/LIST SUFFIX, bytes of the list's name that do not belong in a file name as
 * %XX. */
enum dw_result dw_state_list_path(const struct dw_settings *settings, const char *folder,
	const struct dw_list_options *list, const char *suffix, char *out,
	struct dw_error *err) DW_MUST_CHECK;

/* Make the state-dir and state-dir/FOLDER where they are missing; the folder that state-dir
 * stands in must be there. */
enum dw_result dw_state_dir_make(
	const struct dw_settings *settings, const char *folder, struct dw_error *err) DW_MUST_CHECK;

/* Whether who calls could make files in the state-dir, or make that; nothing is made. Where not,
 * `others_may` says that it is for want of rights, which another user may have. */
enum dw_result dw_state_dir_try(const struct dw_settings *settings, bool *others_may,
	struct dw_error *err) DW_MUST_CHECK;

/* Open the lock file state-dir/NAME, made where it is missing, for flock(2). */
enum dw_result dw_state_lock_open(const struct dw_settings *settings, const char *name, int *out,
	struct dw_error *err) DW_MUST_CHECK;

#endif
