/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * the bytes of compiled patterns
 */
#ifndef DNSWARD_MATCH_BLOB_H
#define DNSWARD_MATCH_BLOB_H

#include <stddef.h>
#include <stdint.h>

/* All integers are little-endian.
 *
 *      0  magic "dwpatt\r\n"
 *      8  u32 version            12  u32 count: ids are below it
 *     16  u32 units              20  u32 confirms
 *     24  u64 length of all
 *     32  BLAKE2b-256 over bytes 0 to 31 and 64 to the end
 *     64  units:    each u64 length, serialised Vectorscan database, zeroes to 8
 *         confirms: each u32 id, u32 length, expression, NUL, zeroes to 8
 *
 * The digest tells damage, not malice: Vectorscan runs what it deserialises, so a
 * blob is to be trusted as far as whoever made it. */
enum {
	DW_BLOB_MAGIC_BYTES = 8,
	DW_BLOB_VERSION = 1,
	DW_BLOB_DIGEST_AT = 32,
	DW_BLOB_DIGEST_BYTES = 32,
	DW_BLOB_HEADER = 64,
	DW_BLOB_ALIGN = 8,
};
extern const uint8_t dw_blob_magic[DW_BLOB_MAGIC_BYTES];

/* The digest a blob of `len` bytes, at least a header, should carry. */
void dw_blob_digest(const uint8_t *blob, size_t len, uint8_t out[DW_BLOB_DIGEST_BYTES]);

#endif
