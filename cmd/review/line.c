/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * line.c: the fields of one line of the log */
#include "dnsward-config.h"
#include "review/line.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/ascii.h"
#include "base/word.h"
#include "review/text.h"
#include "review/when.h"

/* Every loop ends at the newline behind the line: no string, number or word of JSON holds one. */

enum { DEPTH_MAX = 32, KEY_MAX = 64 };

/* ---- strings ---- */

/* The first byte from `p` on that is a quote, a backslash or a control byte. */
#ifdef __SSE2__
static inline const char *string_run(const char *p)
{
	const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
	const __m128i control = _mm_set1_epi8(0x1f);

	for (;; p += sizeof(__m128i)) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)p);
		__m128i ends = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote),
						    _mm_cmpeq_epi8(bytes, backslash)),
			_mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
		int found = _mm_movemask_epi8(ends);

		if (found != 0)
			return p + __builtin_ctz((unsigned)found);
	}
}
#else
static inline const char *string_run(const char *p)
{
	for (;; p += WORD_BYTES) {
		uint64_t word = word_load(p);
		uint64_t ends =
			(word_equal(word, '"') | word_equal(word, '\\') | ~word_from(word, 0x20)) &
			~word & WORD_TOPS;
		if (ends != 0)
			return p + word_before(ends);
	}
}
#endif

static bool is_hex(char c)
{
	return ascii_is_digit((uint8_t)c) ||
	       (ascii_lower((uint8_t)c) >= 'a' && ascii_lower((uint8_t)c) <= 'f');
}

/* Behind the escape that starts at the backslash `p`; NULL: it is none. */
static const char *skip_escape(const char *p)
{
	if (p[1] == 'u') {
		for (int i = 2; i < 6; i++) {
			if (!is_hex(p[i]))
				return NULL;
		}
		return p + 6;
	}
	return p[1] != '\0' && strchr("\"\\/bfnrt", p[1]) != NULL ? p + 2 : NULL;
}

/* The same where the string has the backslash at `p`. */
static const char *escaped_end(const char *p)
{
	while (*p == '\\') {
		p = skip_escape(p);
		if (p == NULL)
			return NULL;
		p = string_run(p);
	}
	return *p == '"' ? p : NULL;
}

/* The quote that ends the string that starts behind the quote before `p`; NULL: none does. */
static inline const char *string_end(const char *p, bool *escaped)
{
	p = string_run(p);
	*escaped = *p == '\\';
	return *p == '"' ? p : escaped_end(p);
}

/* ---- numbers and words ---- */

static const char *digits(const char *p)
{
	if (!ascii_is_digit((uint8_t)*p))
		return NULL;
	while (ascii_is_digit((uint8_t)*p))
		p++;
	return p;
}

static const char *number_end(const char *p)
{
	p += *p == '-';
	p = *p == '0' ? p + 1 : digits(p);
	if (p != NULL && *p == '.')
		p = digits(p + 1);
	if (p != NULL && (*p == 'e' || *p == 'E')) {
		p++;
		p = digits(p + (*p == '+' || *p == '-'));
	}
	return p;
}

static const char *word_end(const char *p)
{
	static const char *const words[] = {"true", "false", "null"};

	for (size_t i = 0; i < 3; i++) {
		size_t len = strlen(words[i]);

		if (strncmp(p, words[i], len) == 0)
			return p + len;
	}
	return NULL;
}

static inline const char *skip_blanks(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\r')
		p++;
	return p;
}

/* ---- values ---- */

static const char *read_value(struct dw_line *line, const char *p, unsigned place, unsigned depth);

static inline void keep(struct dw_line *line, unsigned place, enum dw_value_kind kind,
	const char *at, const char *end, bool escaped)
{
	unsigned field = dw_places[place].field;

	if (field != DW_FIELD_COUNT)
		line->value[field] = (struct dw_value){.at = at,
			.len = (uint32_t)(end - at),
			.kind = (uint8_t)kind,
			.escaped = escaped};
}

/* Whether the key that starts at `p` is that of the place: eight bytes at once, since most have no
 * more. */
static inline bool is_key(const char *p, const struct dw_place *place)
{
	size_t len = place->key_len;

	if (len < WORD_BYTES) {
		uint64_t differ = word_load(p) ^ word_load(place->key);

		return (differ << (8 * (WORD_BYTES - len))) == 0 && p[len] == '"';
	}
	return word_load(p) == word_load(place->key) &&
	       strncmp(p + WORD_BYTES, place->key + WORD_BYTES, len - WORD_BYTES) == 0 &&
	       p[len] == '"';
}

/* The place that the key at `p` leads to, and in *end its closing quote; NULL there: it has none.
 * `next` is where our writer would go on. */
static inline unsigned enter(unsigned place, unsigned next, const char *p, const char **end)
{
	const struct dw_place *in = &dw_places[place];
	char decoded[KEY_MAX];
	bool escaped;

	for (; next < in->first + in->count; next++) {
		if (is_key(p, &dw_places[next])) {
			*end = p + dw_places[next].key_len;
			return next;
		}
	}
	*end = string_end(p, &escaped);
	if (in->count == 0 || *end == NULL)
		return DW_PLACE_NONE;
	size_t len = (size_t)(*end - p);
	if (escaped) {
		len = dw_text_decode(p, len, decoded, sizeof(decoded));
		p = decoded;
	}
	return dw_place_below(place, p, len);
}

static const char *read_object(struct dw_line *line, const char *p, unsigned place, unsigned depth)
{
	unsigned next = dw_places[place].first;

	p = skip_blanks(p + 1);
	if (*p == '}')
		return p + 1;
	while (*p == '"') {
		unsigned below = enter(place, next, p + 1, &p);

		if (p == NULL)
			return NULL;
		if (below != DW_PLACE_NONE)
			next = below + 1;
		p = skip_blanks(p + 1);
		if (*p != ':')
			return NULL;
		p = read_value(line, skip_blanks(p + 1), below, depth);
		if (p == NULL)
			return NULL;
		p = skip_blanks(p);
		if (*p == '}')
			return p + 1;
		if (*p != ',')
			return NULL;
		p = skip_blanks(p + 1);
	}
	return NULL;
}

static const char *read_array(struct dw_line *line, const char *p, unsigned place, unsigned depth)
{
	const char *start = p + 1;

	p = skip_blanks(start);
	for (bool first = true; *p != ']' || !first; first = false) {
		p = read_value(line, p, DW_PLACE_NONE, depth);
		if (p == NULL)
			return NULL;
		p = skip_blanks(p);
		if (*p == ']')
			break;
		if (*p != ',')
			return NULL;
		p = skip_blanks(p + 1);
	}
	keep(line, place, DW_VALUE_ARRAY, start, p, false);
	return p + 1;
}

/* Behind the value that starts at `p`; NULL: it is none. */
static const char *read_value(struct dw_line *line, const char *p, unsigned place, unsigned depth)
{
	const char *end;
	bool escaped;

	switch (*p) {
	case '"':
		end = string_end(p + 1, &escaped);
		if (end == NULL)
			return NULL;
		keep(line, place, DW_VALUE_STRING, p + 1, end, escaped);
		return end + 1;
	case '{':
		return depth == DEPTH_MAX ? NULL : read_object(line, p, place, depth + 1);
	case '[':
		return depth == DEPTH_MAX ? NULL : read_array(line, p, place, depth + 1);
	case 't':
	case 'f':
	case 'n':
		end = word_end(p);
		if (end != NULL)
			keep(line, place, *p == 'n' ? DW_VALUE_NONE : DW_VALUE_WORD, p, end, false);
		return end;
	default:
		end = number_end(p);
		if (end != NULL)
			keep(line, place, DW_VALUE_NUMBER, p, end, false);
		return end;
	}
}

/* ---- lines ---- */

enum dw_line_kind dw_line_read(const char *at, size_t len, struct dw_line *out)
{
	const struct dw_value *time = &out->value[DW_FIELD_TIME];
	const char *p = skip_blanks(at);

	out->at = at;
	out->len = len;
	out->time = INT64_MIN;
	memset(out->value, 0, sizeof(out->value));
	if (len > DW_LINE_MAX || *p != '{')
		return DW_LINE_BROKEN;
	p = read_object(out, p, DW_PLACE_TOP, 0);
	if (p == NULL || skip_blanks(p) != at + len)
		return DW_LINE_BROKEN;
	if (time->kind == DW_VALUE_STRING)
		dw_when_read(time->at, time->len, &out->time);
	if (dw_value_is(&out->value[DW_FIELD_DATASET], "dnsward.state"))
		return DW_LINE_STATE;
	return out->value[DW_FIELD_NAME].kind == DW_VALUE_STRING ? DW_LINE_REPLY : DW_LINE_FOREIGN;
}

const struct dw_value *dw_line_value(const struct dw_line *line, enum dw_field field)
{
	if (line->value[field].kind == DW_VALUE_NONE)
		field = dw_field_info(field)->instead;
	return &line->value[field];
}

uint64_t dw_line_weight(const struct dw_line *line)
{
	uint64_t sample = dw_value_uint(&line->value[DW_FIELD_SAMPLE]);

	return sample > 0 && sample <= UINT32_MAX ? sample : 1;
}

bool dw_value_next(const struct dw_value *value, const char **at, struct dw_value *out)
{
	struct dw_line unused;

	if (value->kind == DW_VALUE_NONE)
		return false;
	const char *end = value->at + value->len, *p = *at == NULL ? value->at : *at;
	if (*at == end)
		return false;
	if (value->kind != DW_VALUE_ARRAY) {
		*out = *value;
		*at = end;
		return true;
	}
	while ((p = skip_blanks(p)) < end) {
		const char *start = p + 1;
		bool string = *p == '"', escaped = false;

		p = string ? string_end(start, &escaped) + 1
			   : read_value(&unused, p, DW_PLACE_NONE, 0);
		const char *after = p;
		p = skip_blanks(p);
		p += p < end; /* the comma */
		if (!string)
			continue;
		*out = (struct dw_value){.at = start,
			.len = (uint32_t)(after - 1 - start),
			.kind = DW_VALUE_STRING,
			.escaped = escaped};
		*at = p;
		return true;
	}
	return false;
}

uint64_t dw_value_uint(const struct dw_value *value)
{
	uint64_t sum = 0;

	if (value->kind != DW_VALUE_NUMBER)
		return 0;
	for (uint32_t i = 0; i < value->len; i++) {
		if (!ascii_is_digit((uint8_t)value->at[i]) || sum > (UINT64_MAX - 9) / 10)
			return 0;
		sum = sum * 10 + (uint64_t)(value->at[i] - '0');
	}
	return sum;
}

double dw_value_fraction(const struct dw_value *value)
{
	if (value->kind != DW_VALUE_NUMBER || (*value->at != '0' && *value->at != '1'))
		return -1;
	const char *p = value->at, *end = p + value->len;
	double sum = *p++ - '0', unit = 1;
	if (p < end && *p++ != '.')
		return -1;
	for (; p < end; p++) {
		if (!ascii_is_digit((uint8_t)*p))
			return -1; /* an exponent: nobody writes a probability so */
		unit /= 10;
		sum += (*p - '0') * unit;
	}
	return sum <= 1 ? sum : -1;
}

bool dw_value_is(const struct dw_value *value, const char *text)
{
	return value->kind == DW_VALUE_STRING && value->len == strlen(text) &&
	       memcmp(value->at, text, value->len) == 0;
}

const char *dw_value_text(const struct dw_value *value, char *room, size_t *len)
{
	*len = value->len;
	if (value->kind == DW_VALUE_NONE)
		return "";
	if (!value->escaped)
		return value->at;
	*len = dw_text_decode(value->at, value->len, room, DW_TEXT_MAX);
	return room;
}
