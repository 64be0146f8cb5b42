/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * pack.c: a model's content in its file */
#include "dnsward-config.h"
#include "dga/model.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static uint32_t load32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void store32(uint8_t *p, size_t value)
{
	for (size_t i = 0; i < 4; i++)
		p[i] = (uint8_t)(value >> 8 * i);
}

static void digest(const uint8_t *bytes, size_t len, uint8_t out[MODEL_DIGEST_BYTES])
{
	crypto_generichash(out, MODEL_DIGEST_BYTES, bytes, len - MODEL_DIGEST_BYTES, NULL, 0);
}

size_t model_pack(const uint8_t *content, size_t len, uint8_t *file)
{
	uLongf packed = MODEL_FILE_MAX - MODEL_HEADER_BYTES - MODEL_DIGEST_BYTES;

	if (compress2(file + MODEL_HEADER_BYTES, &packed, content, len, Z_BEST_COMPRESSION) != Z_OK)
		return 0;
	size_t length = MODEL_HEADER_BYTES + packed + MODEL_DIGEST_BYTES;

	memcpy(file, MODEL_MAGIC, sizeof(MODEL_MAGIC) - 1);
	store32(file + 8, MODEL_FORMAT);
	store32(file + 12, length);
	store32(file + 16, len);
	digest(file, length, file + length - MODEL_DIGEST_BYTES);
	return length;
}

static enum dw_result check_file(
	const uint8_t *file, size_t len, const char *path, struct dw_error *err)
{
	uint8_t expected[MODEL_DIGEST_BYTES];

	if (len > MODEL_FILE_MAX)
		return dw_fail(err, DW_ERR_LIMIT, path, 0, "%zu bytes; a DGA model has at most %d",
			len, MODEL_FILE_MAX);
	if (len < MODEL_HEADER_BYTES + MODEL_DIGEST_BYTES ||
		memcmp(file, MODEL_MAGIC, sizeof(MODEL_MAGIC) - 1) != 0)
		return dw_fail(err, DW_ERR_CORRUPT, path, 0, "not a DGA model");
	if (load32(file + 8) != MODEL_FORMAT)
		return dw_fail(err, DW_ERR_VERSION, path, 0,
			"DGA model of format %u; this program reads format %d", load32(file + 8),
			MODEL_FORMAT);
	if (load32(file + 12) != len)
		return dw_fail(err, DW_ERR_CORRUPT, path, 0,
			"DGA model: %zu bytes, the header says %u", len, load32(file + 12));
	digest(file, len, expected);
	if (memcmp(expected, file + len - MODEL_DIGEST_BYTES, sizeof(expected)) != 0)
		return dw_fail(err, DW_ERR_CORRUPT, path, 0,
			"DGA model: the digest does not fit the content");
	return DW_OK;
}

enum dw_result model_unpack(const uint8_t *file, size_t len, const char *path, uint8_t **content,
	size_t *content_len, struct dw_error *err)
{
	enum dw_result result = check_file(file, len, path, err);

	if (result != DW_OK)
		return result;
	uLongf unpacked = load32(file + 16);

	if (unpacked > MODEL_FILE_MAX)
		return dw_fail(err, DW_ERR_LIMIT, path, 0,
			"DGA model: %lu bytes of content; at most %d", unpacked, MODEL_FILE_MAX);
	*content_len = unpacked;
	*content = malloc(unpacked + 1);
	if (*content == NULL)
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory for a DGA model");
	if (uncompress(*content, &unpacked, file + MODEL_HEADER_BYTES,
		    len - MODEL_HEADER_BYTES - MODEL_DIGEST_BYTES) == Z_OK &&
		unpacked == *content_len)
		return DW_OK;
	free(*content);
	return dw_fail(err, DW_ERR_CORRUPT, path, 0,
		"DGA model: what is packed is not %zu bytes of content", *content_len);
}
