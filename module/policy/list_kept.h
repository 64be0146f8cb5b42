/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * list_kept.h: the last good copy of a list */
#ifndef DNSWARD_POLICY_LIST_KEPT_H
#define DNSWARD_POLICY_LIST_KEPT_H

#include "dnsward/compile.h"
#include "dnsward/signature.h"

/* The parsed form of a list as it last loaded, state-dir/lists/NAME.rules, with what can be
 * told of it. */
struct dw_list_kept {
	struct dw_rules *rules; /* NULL: there is none */
	uint8_t digest[DW_LIST_DIGEST_BYTES];
	struct dw_compiled_list told;
	char key[DW_PUBLIC_KEY_TEXT_MAX]; /* that it was verified with, or "-" */
};

/* A damaged one is as good as none. The caller frees `rules`. */
void dw_list_kept_open(const struct dw_settings *settings, const struct dw_list_options *list,
	struct dw_list_kept *kept);

/* Note the key that `rules` were verified with. */
void dw_list_kept_set_key(struct dw_list_kept *kept, const struct dw_list_options *list);

/* Keep what was just loaded. Where the disk does not take it the list serves all the same, and
 * `told->unkept` says why; the next start has to parse it again, and what was kept before, its
 * serials too, still stands. */
void dw_list_kept_save(const struct dw_settings *settings, const struct dw_list_options *list,
	const struct dw_rules *rules, const uint8_t digest[DW_LIST_DIGEST_BYTES],
	struct dw_compiled_list *told);

/* Whether no file is older than that of the kept copy, by the serials of their signatures:
 * DW_ERR_SIGNATURE. A new key begins its own serials. */
enum dw_result dw_list_kept_check_serials(const struct dw_list_kept *kept,
	const struct dw_list_options *list, const struct dw_rules *now,
	struct dw_error *err) DW_MUST_CHECK;

#endif
