/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * signature.h: minisign signatures on the files we are given */
#ifndef DNSWARD_SIGNATURE_H
#define DNSWARD_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/result.h"

/* What minisign (Frank Denis, https://jedisct1.github.io/minisign/) writes beside FILE as
 * FILE.minisig, four lines:
 *
 *     untrusted comment: anything
 *     base64 of: algorithm 2, key ID 8, Ed25519 signature 64
 *     trusted comment: text
 *     base64 of: Ed25519 signature 64 over the signature above and the text
 *
 * The algorithm is "ED", where BLAKE2b-512 of the file is what is signed, or "Ed" (legacy),
 * where it is the file itself. Both are taken, and both of the two signatures must hold; only
 * the first line may be changed by anybody. The curve is libsodium's.
 *
 * Whoever signs says which of two files is the newer by a serial in the trusted comment:
 * `serial:NUMBER` as a word of it, or, where there is none, `timestamp:NUMBER`, which minisign
 * writes by default (seconds since 1970). Text that has neither has serial 0.
 *
 * All functions may be called by any thread. Nothing here is secret. */

/* ---- keys ---- */

struct dw_public_key {
	uint8_t id[8];
	uint8_t point[32];
};

/* Read a key: the base64 of it (56 characters, "RW..."), or the two lines of a .pub file.
 * DW_ERR_SYNTAX, each rung with its own sentence. */
enum dw_result dw_public_key_from_text(const char *text, size_t len, struct dw_public_key *out,
	struct dw_error *err) DW_MUST_CHECK;

/* The base64 again, NUL-terminated. Returns `out`. */
enum { DW_PUBLIC_KEY_TEXT_MAX = 57 };
const char *dw_public_key_to_text(const struct dw_public_key *key, char *out);

/* A key ID as minisign prints it, 16 hexadecimal digits. Returns `out`. */
enum { DW_KEY_ID_TEXT_MAX = 17 };
const char *dw_key_id_to_text(const uint8_t id[8], char *out);

/* ---- signatures ---- */

enum {
	DW_TRUSTED_COMMENT_MAX = 8192,     /* bytes, as minisign's limit */
	DW_SIGNATURE_FILE_MAX = 16 * 1024, /* bytes of a .minisig; minisign's limits make 9.5 KiB */
};

/* The most a signed file may hold, as it lies on disk: 1 GiB. It is in memory as long as it is
 * read, because nothing is decompressed or parsed before the signature holds. */
#define DW_SIGNED_FILE_MAX (UINT64_C(1) << 30)

struct dw_signature {
	bool prehashed;
	uint8_t key_id[8];
	uint8_t of_file[64];
	uint8_t of_comment[64];
	uint64_t serial;
	size_t comment_len;
	char comment[DW_TRUSTED_COMMENT_MAX + 1]; /* no NUL or line's end in it; may hold others */
};

/* Read the text of a .minisig; `where` is its path for errors. It proves nothing yet.
 * DW_ERR_SIGNATURE for whatever minisign does not write. */
enum dw_result dw_signature_from_text(const char *where, const char *text, size_t len,
	struct dw_signature *out, struct dw_error *err) DW_MUST_CHECK;

/* Whether the signature is the key's, of this content and with this trusted comment;
 * DW_ERR_SIGNATURE says which of the three does not hold. `where` is the signed file. */
enum dw_result dw_signature_verify(const struct dw_signature *signature,
	const struct dw_public_key *key, const void *content, size_t len, const char *where,
	struct dw_error *err) DW_MUST_CHECK;

/* Read and verify a file that has its signature in `path`.minisig, or in `signature_path` where
 * that is not NULL. What was verified is what is handed out, whoever writes to the file
 * meanwhile. A signature that is not there is DW_ERR_SIGNATURE; a file, DW_ERR_NOT_FOUND. The
 * caller frees *out. */
enum dw_result dw_signed_read(const char *path, const char *signature_path,
	const struct dw_public_key *key, char **out, size_t *len, struct dw_signature *signature,
	struct dw_error *err) DW_MUST_CHECK;

#endif
