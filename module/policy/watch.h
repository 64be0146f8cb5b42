/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * watch.h: noticing that settings or lists changed on disk */
#ifndef DNSWARD_POLICY_WATCH_H
#define DNSWARD_POLICY_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "dnsward/settings.h"
#include "policy/sources.h"

/* What the files are is told by a fingerprint over their paths, inodes, sizes and times, that of
 * the last change of the inode among them: what becomes readable by chmod(1), or is given its old
 * time again by who copies, is news. inotify only says when to look again. So a lost event, a folder on a network, a symbolic
 * link that is switched elsewhere cost a few seconds (the engine looks by itself every
 * DW_WATCH_SECONDS), never a change. */
enum { DW_WATCH_SECONDS = 2 };

struct dw_fingerprint {
	uint8_t settings[16];
	uint8_t lists[16];
	uint8_t ready[16];    /* the ready-made database, its signature, and what is asked of it */
	uint8_t database[16]; /* another process may compile into the same state-dir */
	uint8_t files[16];    /* which files settings, lists and what came ready-made are in,
	                       * whatever they hold; not compared */
};

/* Of where the settings were last read from (they may be broken) and of all that the settings in
 * force name. */
void dw_fingerprint(const struct dw_sources *sources, const struct dw_settings *settings,
	struct dw_fingerprint *out);
bool dw_fingerprint_equal(const struct dw_fingerprint *a, const struct dw_fingerprint *b);

/* Whether they differ in the compiled database and in nothing else. */
bool dw_fingerprint_is_of_database(const struct dw_fingerprint *a, const struct dw_fingerprint *b);

/* Whether what differs was written into files that were there before, not renamed over them:
 * somebody may be writing still. */
bool dw_fingerprint_is_in_place(const struct dw_fingerprint *a, const struct dw_fingerprint *b);

struct dw_watch;

/* A watch without folders; NULL where inotify cannot be had (then only the clock helps). */
struct dw_watch *dw_watch_new(void);
void dw_watch_free(struct dw_watch **watch);

/* Watch the folders of the same files, and no others. */
void dw_watch_set(struct dw_watch *watch, const struct dw_sources *sources,
	const struct dw_settings *settings);

/* For poll(2); -1 for NULL. */
int dw_watch_fd(const struct dw_watch *watch);

/* Read off what has come in. */
void dw_watch_drain(struct dw_watch *watch);

#endif
