/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * patterns into Vectorscan databases, serialised
 */
#include "dnsward-config.h"
#include <endian.h>
#include <hs.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "blob.h"
#include "dnsward/clock.h"
#include "expression.h"

/* Vectorscan cannot be stopped while it compiles, so that patterns are compiled in
 * units; between two of them a limit or a cancel is seen. One unit scans fastest: 5,000
 * usual expressions take 5 s to compile and 0.2 us a name, in four units 0.9 us. */
enum { UNIT_PATTERNS = 8192 };

/* An expression that takes longer than this alone is refused: 1,000 of its kind would
 * hold up a reload for minutes. Usual ones take under 1 ms. */
enum { ALONE_MS_MAX = 500, AGAIN_MS_MAX = 2000 };

struct compiler {
	const struct dw_pattern_limits *limits;
	const atomic_bool *cancel;
	uint64_t deadline; /* on the steady clock */
	uint64_t tried_ms; /* spent on those that were tried alone */
	dw_pattern_bad_fn *bad;
	void *bad_arg;
	size_t refused;
	size_t count; /* of the patterns to compile; arrays below */
	char **expressions; /* Vectorscan's */
	char **confirms;    /* PCRE2's, or NULL */
	unsigned *flags;
	unsigned *ids;
	uint8_t *blob;
	size_t blob_len, blob_capacity;
	uint32_t units, confirm_count;
};

static void refuse(struct compiler *c, size_t id, const char *reason)
{
	c->refused++;
	if (c->bad != NULL)
		c->bad(c->bad_arg, id, reason);
}

static enum dw_result keep_on(const struct compiler *c, struct dw_error *err)
{
	if (c->cancel != NULL && atomic_load_explicit(c->cancel, memory_order_relaxed))
		return dw_fail(err, DW_ERR_CANCELLED, NULL, 0, "compiling patterns was cancelled");
	if (dw_clock_steady() > c->deadline)
		return dw_fail(err, DW_ERR_LIMIT, NULL, 0,
			"patterns took longer than %u s to compile", c->limits->seconds);
	return DW_OK;
}

/* Whether an expression may take long to compile: it has no run of three plain bytes
 * to be found by, counts high, or leaves much open. */
static bool is_suspect(const char *expression)
{
	enum { COUNT_MAX = 16, OPEN_MAX = 24 };
	size_t run = 0, longest = 0, open = 0;

	for (const char *p = expression; *p != '\0'; p++) {
		if (*p == '{' && strtoul(p + 1, NULL, 10) >= COUNT_MAX)
			return true;
		open += strchr("?*+{", *p) != NULL;
		run = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest < 3 || open > OPEN_MAX;
}

static uint64_t thread_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Compile one alone; how long that took, in milliseconds. */
static hs_error_t compile_alone(const char *expression, unsigned flags, uint64_t *took,
	hs_compile_error_t **error)
{
	hs_database_t *db = NULL;
	uint64_t start = thread_ms();

	hs_error_t rc = hs_compile(expression, flags, HS_MODE_BLOCK, NULL, &db, error);

	*took = thread_ms() - start;
	hs_free_database(db);
	return rc;
}

/* Whether it can be compiled, and soon. What it waited for the first time may have been the
 * compiler's own code: slow is what is slow twice, or very slow. */
static enum dw_result try_alone(const char *expression, unsigned flags, struct dw_error *err)
{
	hs_compile_error_t *error = NULL;
	uint64_t took;
	hs_error_t rc = compile_alone(expression, flags, &took, &error);
	enum dw_result result = DW_OK;

	if (rc == HS_SUCCESS && took > ALONE_MS_MAX && took < AGAIN_MS_MAX)
		rc = compile_alone(expression, flags, &took, &error);
	if (rc != HS_SUCCESS)
		result = dw_fail(err, DW_ERR_UNSUPPORTED, NULL, 0, "cannot be compiled: %s",
			error != NULL ? error->message : "no memory");
	else if (took > ALONE_MS_MAX)
		result = dw_fail(err, DW_ERR_LIMIT, NULL, 0,
			"too complex: takes longer than %d ms to compile", ALONE_MS_MAX);
	hs_free_compile_error(error);
	return result;
}

enum dw_result dw_pattern_try(const struct dw_pattern *pattern, struct dw_error *err)
{
	struct dw_expression e;
	enum dw_result result =
		dw_expression_init(&e, pattern, &dw_pattern_default_limits, err);

	if (result == DW_OK && is_suspect(e.pcre2))
		result = try_alone(e.hs, dw_expression_flags(&e), err);
	dw_expression_clear(&e);
	return result;
}

/* The same, while there is time for such. */
static enum dw_result try_in_time(
	struct compiler *c, const char *expression, unsigned flags, struct dw_error *err)
{
	uint64_t start = thread_ms();
	enum dw_result result;

	if (c->tried_ms >= (uint64_t)c->limits->try_seconds * 1000)
		return dw_fail(err, DW_ERR_LIMIT, NULL, 0,
			"too complex: others like it took %u s to compile", c->limits->try_seconds);
	result = try_alone(expression, flags, err);
	c->tried_ms += thread_ms() - start;
	return result;
}

/* Take pattern `id` in, or refuse it. */
static void take(struct compiler *c, const struct dw_pattern *pattern, size_t id)
{
	struct dw_error why = {.text = ""};
	struct dw_expression e;
	unsigned flags;

	if (dw_expression_init(&e, pattern, c->limits, &why) != DW_OK) {
		refuse(c, id, why.text);
		return;
	}
	flags = dw_expression_flags(&e);
	if (is_suspect(e.pcre2) && try_in_time(c, e.hs, flags, &why) != DW_OK) {
		refuse(c, id, why.text);
	} else {
		c->expressions[c->count] = e.hs;
		e.hs = NULL;
		if (e.confirm) {
			c->confirms[c->count] = e.pcre2;
			e.pcre2 = NULL;
		}
		c->flags[c->count] = flags;
		c->ids[c->count] = (unsigned)id;
		c->count++;
	}
	dw_expression_clear(&e);
}

static enum dw_result take_all(struct compiler *c, const struct dw_pattern *patterns, size_t count,
	struct dw_error *err)
{
	enum dw_result result = DW_OK;

	for (size_t i = 0; i < count && result == DW_OK; i++) {
		result = keep_on(c, err);
		if (result == DW_OK)
			take(c, &patterns[i], i);
	}
	return result;
}

/* Append to the blob, zeroes to its alignment after it. */
static enum dw_result append(struct compiler *c, const void *data, size_t len, struct dw_error *err)
{
	size_t padded = (len + DW_BLOB_ALIGN - 1) / DW_BLOB_ALIGN * DW_BLOB_ALIGN;
	size_t need = c->blob_len + padded;

	if (need > c->limits->compiled_bytes)
		return dw_fail(err, DW_ERR_LIMIT, NULL, 0,
			"compiled patterns take more than %zu bytes", c->limits->compiled_bytes);
	if (need > c->blob_capacity) {
		size_t capacity = need + need / 2;
		uint8_t *grown = realloc(c->blob, capacity);

		if (grown == NULL)
			return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for patterns");
		c->blob = grown;
		c->blob_capacity = capacity;
	}
	memcpy(c->blob + c->blob_len, data, len);
	memset(c->blob + c->blob_len + len, 0, padded - len);
	c->blob_len = need;
	return DW_OK;
}

static enum dw_result append_unit(struct compiler *c, const hs_database_t *db, struct dw_error *err)
{
	char *bytes = NULL;
	size_t len;
	uint64_t le;
	enum dw_result result;

	if (hs_serialize_database(db, &bytes, &len) != HS_SUCCESS)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for patterns");
	le = htole64(len);
	result = append(c, &le, sizeof(le), err);
	if (result == DW_OK)
		result = append(c, bytes, len, err);
	free(bytes);
	c->units++;
	return result;
}

/* Drop entry `at` of the arrays, whose unit ends at `*end`. */
static void drop(struct compiler *c, size_t at, size_t *end)
{
	size_t after = c->count - at - 1;

	free(c->expressions[at]);
	free(c->confirms[at]);
	memmove(&c->confirms[at], &c->confirms[at + 1], after * sizeof(c->confirms[0]));
	memmove(&c->expressions[at], &c->expressions[at + 1], after * sizeof(c->expressions[0]));
	memmove(&c->flags[at], &c->flags[at + 1], after * sizeof(c->flags[0]));
	memmove(&c->ids[at], &c->ids[at + 1], after * sizeof(c->ids[0]));
	c->count--;
	*end = *end < c->count ? *end : c->count;
}

/* One unit from entry `start`; `*end` is where the next one starts. */
static enum dw_result compile_unit(struct compiler *c, size_t start, size_t *end,
	struct dw_error *err)
{
	enum dw_result result = keep_on(c, err);

	*end = start + UNIT_PATTERNS < c->count ? start + UNIT_PATTERNS : c->count;
	while (result == DW_OK && start < *end) {
		hs_database_t *db = NULL;
		hs_compile_error_t *error = NULL;
		hs_error_t rc = hs_compile_multi((const char *const *)c->expressions + start,
			c->flags + start, c->ids + start, (unsigned)(*end - start), HS_MODE_BLOCK,
			NULL, &db, &error);

		if (rc == HS_SUCCESS) {
			result = append_unit(c, db, err);
			hs_free_database(db);
			break;
		}
		if (error != NULL && error->expression >= 0) {
			size_t at = start + (size_t)error->expression;

			refuse(c, c->ids[at], error->message);
			drop(c, at, end);
			result = keep_on(c, err);
		} else {
			result = dw_fail(err, DW_ERR_LIMIT, NULL, 0,
				"patterns cannot be compiled together: %s",
				error != NULL ? error->message : "no memory");
		}
		hs_free_compile_error(error);
	}
	return result;
}

static enum dw_result append_confirms(struct compiler *c, struct dw_error *err)
{
	enum dw_result result = DW_OK;

	for (size_t i = 0; i < c->count && result == DW_OK; i++) {
		const char *text = c->confirms[i];
		uint32_t head[2];

		if (text == NULL)
			continue;
		head[0] = htole32(c->ids[i]);
		head[1] = htole32((uint32_t)strlen(text));
		result = append(c, head, sizeof(head), err);
		if (result == DW_OK)
			result = append(c, text, strlen(text) + 1, err);
		c->confirm_count++;
	}
	return result;
}

static void fill_header(struct compiler *c, size_t count)
{
	uint32_t numbers[4] = {htole32(DW_BLOB_VERSION), htole32((uint32_t)count),
		htole32(c->units), htole32(c->confirm_count)};
	uint64_t len = htole64(c->blob_len);

	memcpy(c->blob, dw_blob_magic, DW_BLOB_MAGIC_BYTES);
	memcpy(c->blob + DW_BLOB_MAGIC_BYTES, numbers, sizeof(numbers));
	memcpy(c->blob + DW_BLOB_MAGIC_BYTES + sizeof(numbers), &len, sizeof(len));
	dw_blob_digest(c->blob, c->blob_len, c->blob + DW_BLOB_DIGEST_AT);
}

static enum dw_result compile_all(struct compiler *c, const struct dw_pattern *patterns,
	size_t count, struct dw_error *err)
{
	static const uint8_t header[DW_BLOB_HEADER];
	enum dw_result result = take_all(c, patterns, count, err);

	if (result == DW_OK)
		result = append(c, header, sizeof(header), err);
	for (size_t at = 0; result == DW_OK && at < c->count;)
		result = compile_unit(c, at, &at, err);
	if (result == DW_OK)
		result = append_confirms(c, err);
	if (result == DW_OK)
		fill_header(c, count);
	return result;
}

enum dw_result dw_patterns_compile(const struct dw_pattern *patterns, size_t count,
	const struct dw_pattern_limits *limits, const atomic_bool *cancel, dw_pattern_bad_fn *bad,
	void *bad_arg, uint8_t **blob, size_t *blob_len, struct dw_error *err)
{
	struct compiler c = {
		.limits = limits != NULL ? limits : &dw_pattern_default_limits,
		.cancel = cancel,
		.bad = bad,
		.bad_arg = bad_arg,
	};
	enum dw_result result;

	if (count == 0) {
		*blob = NULL;
		*blob_len = 0;
		return DW_OK;
	}
	if (count > c.limits->patterns)
		return dw_fail(err, DW_ERR_LIMIT, NULL, 0, "%zu patterns in all lists and rules; at most %zu are possible",
			count, c.limits->patterns);
	c.deadline = dw_clock_steady() + (uint64_t)c.limits->seconds * 1000000000;
	c.expressions = calloc(count, sizeof(c.expressions[0]));
	c.confirms = calloc(count, sizeof(c.confirms[0]));
	c.flags = calloc(count, sizeof(c.flags[0]));
	c.ids = calloc(count, sizeof(c.ids[0]));
	if (c.expressions == NULL || c.confirms == NULL || c.flags == NULL || c.ids == NULL)
		result = dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for %zu patterns", count);
	else
		result = compile_all(&c, patterns, count, err);
	for (size_t i = 0; i < c.count; i++) {
		free(c.expressions[i]);
		free(c.confirms[i]);
	}
	free(c.expressions);
	free(c.confirms);
	free(c.flags);
	free(c.ids);
	if (result == DW_OK) {
		*blob = c.blob;
		*blob_len = c.blob_len;
	} else {
		free(c.blob);
	}
	return result;
}
