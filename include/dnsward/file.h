/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * file.h: whole files: read, mapped, and replaced in one step */
#ifndef DNSWARD_FILE_H
#define DNSWARD_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "dnsward/result.h"

/* Files are read by other processes while they are replaced: an Unbound maps
 * the database that a command compiles. So no file is ever rewritten in place.
 * A new one is built beside the old, flushed, and renamed over it; until then
 * the old one stands, and whoever has it open keeps it.
 *
 * Errors have the path in `where`. Different objects may be used by different
 * threads at once. */

/* ---- publishing ---- */

/* A file being built: ".NAME.RANDOM.tmp" in the folder of its path. It is fresh
 * (O_EXCL), so nothing that was put there before is written through, and held
 * by flock(2) while it is built. What a killed writer leaves behind holds no
 * lock and is removed by the next one to publish the same name. */
struct dw_publish;

/* Start a file to stand at `path`. Its owner (where we run as root) and its mode
 * (the folder's read and write bits, never writable for all) are those of the
 * folder `like`, the state-dir for whatever lives there; NULL means the folder of
 * `path`. A `path` that is there and is no regular file, /dev/null say, is
 * refused; a symbolic link will be replaced, not followed. */
enum dw_result dw_publish_begin(const char *path, const char *like, struct dw_publish **out,
	struct dw_error *err) DW_MUST_CHECK;

/* The file's descriptor, for writing and seeking; owned by the publish. */
int dw_publish_fd(const struct dw_publish *publish);

/* Append. Short writes are gone on with; on an error (a full disk, a file size
 * limit) nothing is to be hoped for but abort. */
enum dw_result dw_publish_write(struct dw_publish *publish, const void *data, size_t len,
	struct dw_error *err) DW_MUST_CHECK;

/* Append all that can be read from `from`, a file that is open; `path` is its name, for errors.
 * DW_ERR_LIMIT past `cap` bytes. `bytes`, or NULL, gets how many there were. */
enum dw_result dw_publish_copy(struct dw_publish *publish, int from, const char *path,
	uint64_t cap, uint64_t *bytes, struct dw_error *err) DW_MUST_CHECK;

/* fsync, rename, fsync of the folder. Ends the publish either way and sets
 * *publish to NULL; on failure the temporary file is gone and the old file
 * stands, except when only the last step failed, which the error says. */
enum dw_result dw_publish_commit(struct dw_publish **publish, struct dw_error *err) DW_MUST_CHECK;

/* Drop it; nothing for NULL inside. */
void dw_publish_abort(struct dw_publish **publish);

/* Begin, write, commit, for content that is at hand. */
enum dw_result dw_file_write(const char *path, const char *like, const void *data, size_t len,
	struct dw_error *err) DW_MUST_CHECK;

/* ---- reading ---- */

/* Both open regular files only, without waiting on a FIFO or a device
 * (DW_ERR_UNSUPPORTED: "not a regular file"). */

/* The whole of a file of at most `cap` bytes (DW_ERR_LIMIT past it), with a NUL
 * after its last byte. The caller frees *out. */
enum dw_result dw_file_read(const char *path, size_t cap, char **out, size_t *len,
	struct dw_error *err) DW_MUST_CHECK;

/* A file mapped read-only. An empty file has size 0 and data that must not be
 * read. Map only what is published by rename: one that shrinks under its mapping
 * ends the process with SIGBUS. */
struct dw_map {
	const uint8_t *data;
	size_t size;
	dev_t device;             /* with inode and time: the same file as before? */
	ino_t inode;
	struct timespec modified;
};

enum dw_result dw_file_map(const char *path, struct dw_map *out, struct dw_error *err)
	DW_MUST_CHECK;

/* Unmap and zero. */
void dw_file_unmap(struct dw_map *map);

/* ---- for a while ---- */

/* A file of our own that is gone at the end: NAME in a new folder under /tmp that nobody else
 * may look into. */
struct dw_scratch_file {
	char folder[24];
	char path[64];
};

/* The folder; the file is the caller's to make, or not. `name` is short. */
enum dw_result dw_scratch_file_init(
	struct dw_scratch_file *scratch, const char *name, struct dw_error *err) DW_MUST_CHECK;

/* Remove both. */
void dw_scratch_file_remove(const struct dw_scratch_file *scratch);

/* ---- paths ---- */

/* `path` as written in `file`: absolute as it is, relative from the file's
 * folder. The caller frees *out. DW_ERR_MEMORY alone. */
enum dw_result dw_path_resolve(const char *file, const char *path, char **out) DW_MUST_CHECK;

#endif
