/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * compiled patterns: loaded, and run over a name
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "dnsward-config.h"
#include <endian.h>
#include <hs.h>
#include <pcre2.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "blob.h"
#include "expression.h"
#include "match/quiet.h"

const uint8_t dw_blob_magic[DW_BLOB_MAGIC_BYTES] = {'d', 'w', 'p', 'a', 't', 't', '\r', '\n'};

/* How far PCRE2 may go. A name has 255 bytes at most, and a sensible expression needs
 * some hundred steps on it; 10,000 take about 0.1 ms. Frames: their store starts
 * with 20 KiB and doubles, and all of its sizes come from one block of the scratch. */
enum {
	MATCH_LIMIT = 10000,
	HEAP_LIMIT_KIB = 256,
	FRAMES_BYTES = (20 + 40 + 80 + 160 + HEAP_LIMIT_KIB + 16) * 1024,
	SUBJECT_MAX = 65535,
	GIVE_UPS_MAX = 4, /* in one name; after that, what is left does not match */
};

struct dw_patterns {
	size_t count;   /* ids are below it */
	size_t units;
	hs_database_t **unit;
	pcre2_code **confirm; /* by id; NULL where no pattern needs it */
};

struct dw_pattern_scratch {
	size_t count;       /* ids are below it */
	struct quiet *quiet;
	hs_scratch_t *hs;
	pcre2_general_context *general;
	pcre2_match_context *context;
	pcre2_match_data *match;
	size_t first, last; /* words of `seen` that are not all zero */
	size_t matched;     /* of `ids`, by the last scan */
	uint64_t *seen;     /* a bit for each id that matched */
	uint32_t *ids;
	char subject[SUBJECT_MAX + DW_END_BYTES];
	size_t used;        /* of `frames` */
	_Alignas(16) uint8_t frames[FRAMES_BYTES];
};

void dw_blob_digest(const uint8_t *blob, size_t len, uint8_t out[DW_BLOB_DIGEST_BYTES])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, DW_BLOB_DIGEST_BYTES);
	crypto_generichash_update(&state, blob, DW_BLOB_DIGEST_AT);
	crypto_generichash_update(&state, blob + DW_BLOB_HEADER, len - DW_BLOB_HEADER);
	crypto_generichash_final(&state, out, DW_BLOB_DIGEST_BYTES);
}

/* ---- loading ---- */

struct reader {
	const uint8_t *at;
	size_t left;
};

/* The next `len` bytes and what pads them; NULL if there are not as many. */
static const uint8_t *next(struct reader *r, uint64_t len)
{
	const uint8_t *at = r->at;
	uint64_t padded = len + (DW_BLOB_ALIGN - len % DW_BLOB_ALIGN) % DW_BLOB_ALIGN;

	if (padded < len || padded > r->left)
		return NULL;
	r->at += padded;
	r->left -= padded;
	return at;
}

static uint32_t load32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

static uint64_t load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

static enum dw_result damaged(struct dw_error *err)
{
	return dw_fail(err, DW_ERR_CORRUPT, NULL, 0, "the compiled patterns are damaged");
}

static enum dw_result load_unit(struct dw_patterns *p, struct reader *r, struct dw_error *err)
{
	const uint8_t *head = next(r, sizeof(uint64_t));
	uint64_t len = head != NULL ? load64(head) : UINT64_MAX;
	const uint8_t *bytes = next(r, len);

	if (head == NULL || bytes == NULL)
		return damaged(err);
	switch (hs_deserialize_database((const char *)bytes, len, &p->unit[p->units])) {
	case HS_SUCCESS:
		break;
	case HS_NOMEM:
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for compiled patterns");
	case HS_DB_VERSION_ERROR:
		return dw_fail(err, DW_ERR_VERSION, NULL, 0,
			"the patterns were compiled by another version of Vectorscan");
	case HS_DB_PLATFORM_ERROR:
		return dw_fail(err, DW_ERR_VERSION, NULL, 0,
			"the patterns were compiled for another CPU");
	default:
		return damaged(err);
	}
	p->units++;
	return DW_OK;
}

static enum dw_result load_confirm(struct dw_patterns *p, struct reader *r, struct dw_error *err)
{
	const uint8_t *head = next(r, 2 * sizeof(uint32_t));
	uint32_t id = head != NULL ? load32(head) : UINT32_MAX;
	uint32_t len = head != NULL ? load32(head + sizeof(uint32_t)) : 0;
	const uint8_t *text = next(r, (uint64_t)len + 1);
	int code;
	PCRE2_SIZE offset;

	if (head == NULL || text == NULL || id >= p->count || p->confirm[id] != NULL)
		return damaged(err);
	p->confirm[id] = pcre2_compile(text, len, DW_PCRE2_OPTIONS, &code, &offset, NULL);
	return p->confirm[id] != NULL ? DW_OK : damaged(err);
}

static enum dw_result check_header(const uint8_t *blob, size_t len, struct dw_error *err)
{
	uint8_t digest[DW_BLOB_DIGEST_BYTES];

	if (len < DW_BLOB_HEADER || memcmp(blob, dw_blob_magic, DW_BLOB_MAGIC_BYTES) != 0)
		return damaged(err);
	if (load32(blob + 8) != DW_BLOB_VERSION)
		return dw_fail(err, DW_ERR_VERSION, NULL, 0,
			"compiled patterns of version %u; this is version %d", load32(blob + 8),
			DW_BLOB_VERSION);
	if (load64(blob + 24) != len)
		return damaged(err);
	dw_blob_digest(blob, len, digest);
	if (memcmp(digest, blob + DW_BLOB_DIGEST_AT, sizeof(digest)) != 0)
		return damaged(err);
	return DW_OK;
}

static enum dw_result load(struct dw_patterns *p, const uint8_t *blob, size_t len,
	struct dw_error *err)
{
	uint32_t units = load32(blob + 16), confirms = load32(blob + 20);
	struct reader r = {blob + DW_BLOB_HEADER, len - DW_BLOB_HEADER};
	enum dw_result result = DW_OK;

	p->count = load32(blob + 12);
	/* each unit and each confirm has 8 bytes at least; ids are not worth more than
	 * the default limit of memory */
	if (units > r.left / DW_BLOB_ALIGN || confirms > r.left / DW_BLOB_ALIGN ||
		p->count > dw_pattern_default_limits.patterns)
		return damaged(err);
	p->unit = calloc(units + 1, sizeof(p->unit[0]));
	if (confirms > 0)
		p->confirm = calloc(p->count, sizeof(p->confirm[0]));
	if (p->unit == NULL || (confirms > 0 && p->confirm == NULL))
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for compiled patterns");
	while (units-- > 0 && result == DW_OK)
		result = load_unit(p, &r, err);
	while (confirms-- > 0 && result == DW_OK)
		result = load_confirm(p, &r, err);
	if (result == DW_OK && r.left > 0)
		result = damaged(err);
	return result;
}

enum dw_result dw_patterns_load(const uint8_t *blob, size_t len, struct dw_patterns **out,
	struct dw_error *err)
{
	struct dw_patterns *p;
	enum dw_result result = DW_OK;

	if (len > 0)
		result = check_header(blob, len, err);
	if (result != DW_OK)
		return result;
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return dw_fail(err, DW_ERR_MEMORY, NULL, 0, "no memory for compiled patterns");
	if (len > 0)
		result = load(p, blob, len, err);
	if (result == DW_OK)
		*out = p;
	else
		dw_patterns_close(&p);
	return result;
}

void dw_patterns_close(struct dw_patterns **patterns)
{
	struct dw_patterns *p = *patterns;

	if (p == NULL)
		return;
	for (size_t i = 0; i < p->units; i++)
		hs_free_database(p->unit[i]);
	for (size_t i = 0; p->confirm != NULL && i < p->count; i++)
		pcre2_code_free(p->confirm[i]);
	free(p->unit);
	free(p->confirm);
	free(p);
	*patterns = NULL;
}

/* ---- scratch ---- */

/* PCRE2 takes its frames from here: the hot path allocates nothing. What is freed is
 * not used again, and need not be: the store of frames only grows. */
static void *frames_alloc(size_t size, void *arg)
{
	struct dw_pattern_scratch *s = arg;
	size_t rounded = (size + 15) / 16 * 16;
	void *out = s->frames + s->used;

	if (rounded < size || rounded > FRAMES_BYTES - s->used)
		return NULL;
	s->used += rounded;
	return out;
}

static void frames_free(void *block, void *arg)
{
	(void)block;
	(void)arg;
}

static bool scratch_init(struct dw_pattern_scratch *s, const struct dw_patterns *p)
{
	s->count = p->count;
	s->seen = calloc(p->count / 64 + 1, sizeof(s->seen[0]));
	s->ids = calloc(p->count + 1, sizeof(s->ids[0]));
	s->quiet = aligned_alloc(DW_CACHE_LINE, sizeof(*s->quiet));
	if (s->seen == NULL || s->ids == NULL || s->quiet == NULL)
		return false;
	quiet_start(s->quiet);
	for (size_t i = 0; i < p->units; i++) {
		if (hs_alloc_scratch(p->unit[i], &s->hs) != HS_SUCCESS)
			return false;
	}
	if (p->confirm == NULL)
		return true;
	s->general = pcre2_general_context_create(frames_alloc, frames_free, s);
	s->context = pcre2_match_context_create(NULL);
	if (s->general == NULL || s->context == NULL)
		return false;
	s->match = pcre2_match_data_create(1, s->general);
	pcre2_set_match_limit(s->context, MATCH_LIMIT);
	pcre2_set_heap_limit(s->context, HEAP_LIMIT_KIB);
	return s->match != NULL;
}

enum dw_result dw_pattern_scratch_new(const struct dw_patterns *patterns,
	struct dw_pattern_scratch **out)
{
	struct dw_pattern_scratch *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return DW_ERR_MEMORY;
	if (!scratch_init(s, patterns)) {
		dw_pattern_scratch_free(&s);
		return DW_ERR_MEMORY;
	}
	*out = s;
	return DW_OK;
}

void dw_pattern_scratch_free(struct dw_pattern_scratch **scratch)
{
	struct dw_pattern_scratch *s = *scratch;

	if (s == NULL)
		return;
	hs_free_scratch(s->hs);
	pcre2_match_data_free(s->match);
	pcre2_match_context_free(s->context);
	pcre2_general_context_free(s->general);
	free(s->quiet);
	free(s->seen);
	free(s->ids);
	free(s);
	*scratch = NULL;
}

/* ---- scanning ---- */

static int matched(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
	void *arg)
{
	struct dw_pattern_scratch *s = arg;
	size_t word = id / 64;

	(void)from;
	(void)to;
	(void)flags;
	if (id >= s->count)
		return 0;
	s->seen[word] |= UINT64_C(1) << (id % 64);
	s->first = word < s->first ? word : s->first;
	s->last = word > s->last ? word : s->last;
	return 0;
}

/* PCRE2's word on what Vectorscan pre-filtered. */
static bool confirmed(const pcre2_code *re, struct dw_pattern_scratch *s, const char *subject,
	size_t len, int *give_ups)
{
	int rc;

	if (*give_ups >= GIVE_UPS_MAX)
		return false;
	rc = pcre2_match(re, (PCRE2_SPTR)subject, len, 0, 0, s->match, s->context);
	if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
		++*give_ups;
	return rc >= 0;
}

/* Empty `seen` into `ids`, ascending. */
static size_t collect(const struct dw_patterns *p, struct dw_pattern_scratch *s,
	const char *subject, size_t len)
{
	size_t count = 0;
	int give_ups = 0;

	for (size_t word = s->first; word <= s->last; word++) {
		for (uint64_t bits = s->seen[word]; bits != 0; bits &= bits - 1) {
			uint32_t id = (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(bits);
			const pcre2_code *re = p->confirm != NULL ? p->confirm[id] : NULL;

			if (re == NULL || confirmed(re, s, subject, len, &give_ups))
				s->ids[count++] = id;
		}
		s->seen[word] = 0;
	}
	return count;
}

/* The subject as expression.h says: its end written out, no other line feed in it. */
static void set_subject(struct dw_pattern_scratch *s, const char *subject, size_t len)
{
	char *feed = s->subject;

	memcpy(s->subject, subject, len);
	while ((feed = memchr(feed, '\n', len - (size_t)(feed - s->subject))) != NULL)
		*feed = ' ';
	memset(s->subject + len, '\n', DW_END_BYTES);
}

static size_t scan(const struct dw_patterns *patterns, struct dw_pattern_scratch *scratch,
	const char *subject, size_t len)
{
	set_subject(scratch, subject, len);
	scratch->first = SIZE_MAX;
	scratch->last = 0;
	for (size_t i = 0; i < patterns->units; i++)
		hs_scan(patterns->unit[i], scratch->subject, (unsigned)(len + DW_END_BYTES), 0,
			scratch->hs, matched, scratch);
	if (scratch->first == SIZE_MAX)
		return 0;
	return collect(patterns, scratch, scratch->subject, len);
}

size_t dw_patterns_match(const struct dw_patterns *patterns, struct dw_pattern_scratch *scratch,
	const char *subject, size_t len, const uint32_t **ids)
{
	struct quiet *quiet = scratch->quiet;
	uint64_t hash = len <= QUIET_LEN_MAX ? quiet_hash(quiet, subject, len) : 0;

	*ids = scratch->ids;
	scratch->matched = 0;
	if (patterns->units == 0 || (hash != 0 && quiet_has(quiet, hash)))
		return 0;
	scratch->matched =
		scan(patterns, scratch, subject, len < SUBJECT_MAX ? len : SUBJECT_MAX);
	if (scratch->matched == 0 && hash != 0)
		quiet_add(quiet, hash);
	return scratch->matched;
}

size_t dw_patterns_matched(const struct dw_pattern_scratch *scratch, const uint32_t **ids)
{
	*ids = scratch->ids;
	return scratch->matched;
}
