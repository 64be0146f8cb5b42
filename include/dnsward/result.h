/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * result.h: how a function says that it failed, and why */
#ifndef DNSWARD_RESULT_H
#define DNSWARD_RESULT_H

#include <stddef.h>

#include "dnsward/attributes.h"

/* A status and a value never share a return: a function that can fail returns
 * a dw_result and writes its outputs only on DW_OK. The kinds differ in what
 * the caller can do about them, not in where they arose; the sentence in
 * struct dw_error says the rest. */
enum dw_result {
	DW_OK = 0,
	DW_ERR_MEMORY,      /* no memory; trying later may help */
	DW_ERR_SYSTEM,      /* a system call failed (open, read, rename, ...); text holds strerror */
	DW_ERR_BUSY,        /* another process is at it; trying again soon may help */
	DW_ERR_NOT_FOUND,   /* the file, list or key is not there */
	DW_ERR_SYNTAX,      /* the text cannot be read as what it should be */
	DW_ERR_LIMIT,       /* well-formed, but beyond a stated limit */
	DW_ERR_CORRUPT,     /* a binary file is damaged or not one of ours */
	DW_ERR_VERSION,     /* a binary file of another format version, platform or CPU */
	DW_ERR_SIGNATURE,   /* unsigned, altered, or older than what is in force */
	DW_ERR_GUARD,       /* a list was refused by a guard (min-rules, half of last count, max-age) */
	DW_ERR_UNSUPPORTED, /* known, but not in this version */
	DW_ERR_CANCELLED,   /* the caller asked the work to stop */
};

/* The longest text of an error, its closing NUL included. */
#define DW_ERROR_TEXT_MAX 512

/* A sentence for a person: what is wrong, and what was expected. `where` is
 * "file:line" or "file" and empty where no file is involved. A caller may pass
 * NULL wherever a struct dw_error * is taken. Plain memory: no clean-up. */
struct dw_error {
	char where[256];
	char text[DW_ERROR_TEXT_MAX];
};

/* Fill `err` (if not NULL) and return `result`, so that a function can end with
 * `return dw_fail(err, DW_ERR_SYNTAX, path, line, "...", ...)`. `path` may be
 * NULL; `line` 0 means no line. Control bytes in the text are replaced by '?':
 * parts of it come from lists, and it ends in logs and on terminals. */
enum dw_result dw_fail(struct dw_error *err, enum dw_result result, const char *path, size_t line,
	const char *fmt, ...) DW_PRINTF(5, 6);

/* As dw_fail with DW_ERR_SYSTEM (DW_ERR_NOT_FOUND for ENOENT, DW_ERR_MEMORY for
 * ENOMEM), appending ": " and the text of errno. */
enum dw_result dw_fail_errno(struct dw_error *err, const char *path, const char *fmt, ...)
	DW_PRINTF(3, 4);

/* Write "where: text" (or "text" alone) to `out`, NUL-terminated, cut to fit.
 * Returns `out`. */
const char *dw_error_text(const struct dw_error *err, char *out, size_t out_len);

/* The name of a result as used in logs and `status` ("ok", "syntax", ...). */
const char *dw_result_name(enum dw_result result);

#endif
