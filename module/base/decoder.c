/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * decoder.c: gzip, xz and zstd through their libraries */
#include "dnsward-config.h"
#include "base/decoder.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

/* xz -9 needs 65 MiB to decompress, zstd --ultra -22 128 MiB. */
#define DECODER_MEMORY_MAX (UINT64_C(128) << 20)
enum { ZSTD_WINDOW_LOG_MAX = 27 };

/* ---- gzip ---- */

struct gzip {
	z_stream stream;
	bool between; /* a member has ended, and none begun after it */
};

static void *gzip_open(void)
{
	struct gzip *gzip = calloc(1, sizeof(*gzip));

	if (gzip && inflateInit2(&gzip->stream, MAX_WBITS + 16) != Z_OK) {
		free(gzip);
		return NULL;
	}
	return gzip;
}

static void gzip_close(void *state)
{
	struct gzip *gzip = state;

	inflateEnd(&gzip->stream);
	free(gzip);
}

static enum dw_result gzip_step(void *state, const uint8_t **in, size_t *in_len, uint8_t **out,
	size_t *out_len, bool at_end, bool *whole)
{
	struct gzip *gzip = state;
	z_stream *stream = &gzip->stream;
	int rc;

	(void)at_end;
	*whole = gzip->between;
	if (*in_len == 0 && gzip->between)
		return DW_OK;
	if (gzip->between && inflateReset(stream) != Z_OK)
		return DW_ERR_MEMORY;
	stream->next_in = (uint8_t *)*in;
	stream->avail_in = (uInt)*in_len;
	stream->next_out = *out;
	stream->avail_out = (uInt)*out_len;
	rc = inflate(stream, Z_NO_FLUSH);
	*in = stream->next_in;
	*in_len = stream->avail_in;
	*out = stream->next_out;
	*out_len = stream->avail_out;
	gzip->between = rc == Z_STREAM_END;
	*whole = gzip->between;
	if (rc == Z_MEM_ERROR)
		return DW_ERR_MEMORY;
	return rc == Z_OK || rc == Z_STREAM_END || rc == Z_BUF_ERROR ? DW_OK : DW_ERR_CORRUPT;
}

/* ---- xz ---- */

static void *xz_open(void)
{
	lzma_stream *stream = calloc(1, sizeof(*stream));

	if (stream &&
		lzma_stream_decoder(stream, DECODER_MEMORY_MAX, LZMA_CONCATENATED) != LZMA_OK) {
		free(stream);
		return NULL;
	}
	return stream;
}

static void xz_close(void *state)
{
	lzma_end(state);
	free(state);
}

static enum dw_result xz_step(void *state, const uint8_t **in, size_t *in_len, uint8_t **out,
	size_t *out_len, bool at_end, bool *whole)
{
	lzma_stream *stream = state;
	lzma_ret rc;

	stream->next_in = *in;
	stream->avail_in = *in_len;
	stream->next_out = *out;
	stream->avail_out = *out_len;
	rc = lzma_code(stream, at_end ? LZMA_FINISH : LZMA_RUN);
	*in = stream->next_in;
	*in_len = stream->avail_in;
	*out = stream->next_out;
	*out_len = stream->avail_out;
	*whole = rc == LZMA_STREAM_END;
	if (rc == LZMA_MEM_ERROR)
		return DW_ERR_MEMORY;
	if (rc == LZMA_MEMLIMIT_ERROR)
		return DW_ERR_LIMIT;
	return rc == LZMA_OK || rc == LZMA_STREAM_END || rc == LZMA_BUF_ERROR ? DW_OK
									      : DW_ERR_CORRUPT;
}

/* ---- zstd ---- */

struct zstd {
	ZSTD_DCtx *context;
	bool between; /* a frame has ended, and none begun after it */
};

static void *zstd_open(void)
{
	struct zstd *zstd = calloc(1, sizeof(*zstd));

	if (!zstd)
		return NULL;
	zstd->context = ZSTD_createDCtx();
	if (!zstd->context) {
		free(zstd);
		return NULL;
	}
	ZSTD_DCtx_setParameter(zstd->context, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);
	return zstd;
}

static void zstd_close(void *state)
{
	struct zstd *zstd = state;

	ZSTD_freeDCtx(zstd->context);
	free(zstd);
}

static enum dw_result zstd_step(void *state, const uint8_t **in, size_t *in_len, uint8_t **out,
	size_t *out_len, bool at_end, bool *whole)
{
	struct zstd *zstd = state;
	ZSTD_inBuffer from = {.src = *in, .size = *in_len};
	ZSTD_outBuffer to = {.dst = *out, .size = *out_len};
	size_t rc;

	(void)at_end;
	*whole = zstd->between;
	if (*in_len == 0 && zstd->between)
		return DW_OK;
	rc = ZSTD_decompressStream(zstd->context, &to, &from);
	if (ZSTD_isError(rc)) {
		if (ZSTD_getErrorCode(rc) == ZSTD_error_memory_allocation)
			return DW_ERR_MEMORY;
		return ZSTD_getErrorCode(rc) == ZSTD_error_frameParameter_windowTooLarge
			       ? DW_ERR_LIMIT
			       : DW_ERR_CORRUPT;
	}
	*in += from.pos;
	*in_len -= from.pos;
	*out += to.pos;
	*out_len -= to.pos;
	zstd->between = rc == 0;
	*whole = zstd->between;
	return DW_OK;
}

/* ---- all ---- */

static const struct dw_decoder decoders[] = {
	{"gzip", {0x1f, 0x8b}, 2, gzip_open, gzip_close, gzip_step},
	{"xz", {0xfd, '7', 'z', 'X', 'Z', 0x00}, 6, xz_open, xz_close, xz_step},
	{"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4, zstd_open, zstd_close, zstd_step},
};

const struct dw_decoder *dw_decoder_find(const uint8_t *start, size_t len)
{
	for (size_t i = 0; i < sizeof(decoders) / sizeof(*decoders); i++)
		if (len >= decoders[i].magic_len &&
			memcmp(start, decoders[i].magic, decoders[i].magic_len) == 0)
			return &decoders[i];
	return NULL;
}
