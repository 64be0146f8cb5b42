/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * name_text.c: domain names as people and lists write them */
#include "dnsward-config.h"
#include "dnsward/name.h"

#include <idn2.h>
#include <string.h>

#include "ascii.h"
#include "word.h"

static const char label_too_long[] = "label longer than 63 bytes";
static const char name_too_long[] = "name longer than 255 bytes";

/* A name being written, label by label; `label` is where the open label's
 * length byte stands. One byte is kept for the root. */
struct writer {
	uint8_t wire[DW_NAME_MAX];
	size_t len;
	size_t label;
	struct dw_error *err;
};

static enum dw_result syntax(struct dw_error *err, const char *reason)
{
	return dw_fail(err, DW_ERR_SYNTAX, NULL, 0, "%s", reason);
}

static enum dw_result writer_put(struct writer *w, uint8_t byte)
{
	if (w->len - w->label > DW_LABEL_MAX)
		return syntax(w->err, label_too_long);
	if (w->len + 1 >= DW_NAME_MAX)
		return syntax(w->err, name_too_long);
	w->wire[w->len++] = ascii_lower(byte);
	return DW_OK;
}

static enum dw_result writer_end_label(struct writer *w)
{
	size_t len = w->len - w->label - 1;

	if (len == 0)
		return syntax(w->err, "empty label");
	w->wire[w->label] = (uint8_t)len;
	w->label = w->len;
	return DW_OK;
}

static enum dw_result writer_start_label(struct writer *w)
{
	if (w->len + 2 >= DW_NAME_MAX)
		return syntax(w->err, name_too_long);
	w->len++;
	return DW_OK;
}

/* The byte an escape at text[*at] (the backslash) stands for; moves past it. */
static enum dw_result unescape(
	const uint8_t *text, size_t len, size_t *at, uint8_t *byte, struct dw_error *err)
{
	const uint8_t *p = text + *at + 1;
	size_t left = len - *at - 1;
	unsigned value;

	if (left == 0)
		return syntax(err, "backslash at the end; write \\\\ for a backslash");
	if (!ascii_is_digit(p[0])) {
		if (ascii_is_blank_or_control(p[0]) || p[0] >= 0x80)
			return syntax(err, "backslash before a byte that must be written as \\DDD");
		*byte = p[0];
		*at += 2;
		return DW_OK;
	}
	if (left < 3 || !ascii_is_digit(p[1]) || !ascii_is_digit(p[2]))
		return syntax(err, "backslash and a digit; expected three digits, \\000 to \\255");
	value = (p[0] - '0') * 100u + (p[1] - '0') * 10u + (p[2] - '0');
	if (value > 255)
		return syntax(err, "escape past \\255");
	*byte = (uint8_t)value;
	*at += 4;
	return DW_OK;
}

static enum dw_result put_ascii_label(struct writer *w, const uint8_t *text, size_t len)
{
	enum dw_result result = writer_start_label(w);
	size_t at = 0;

	while (result == DW_OK && at < len) {
		uint8_t byte = text[at];

		if (byte == '\\') {
			result = unescape(text, len, &at, &byte, w->err);
		} else if (ascii_is_blank_or_control(byte)) {
			return dw_fail(w->err, DW_ERR_SYNTAX, NULL, 0,
				"%s inside a name; write it as \\%03u if it is meant",
				byte == ' ' || byte == '\t' ? "blank" : "control byte", byte);
		} else {
			at++;
		}
		if (result == DW_OK)
			result = writer_put(w, byte);
	}
	return result == DW_OK ? writer_end_label(w) : result;
}

/* A label with bytes outside ASCII. UTS #46 also takes U+3002 and its kin for
 * dots, so one label of text may become several. */
static enum dw_result put_idn_label(struct writer *w, const uint8_t *text, size_t len)
{
	/* longer than any UTF-8 text of a name of 255 bytes */
	uint8_t input[4 * DW_NAME_MAX + 1];
	uint8_t *ascii = NULL;
	enum dw_result result = DW_OK;
	const uint8_t *p;
	int rc;

	if (len >= sizeof(input))
		return syntax(w->err, name_too_long);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\\')
			return syntax(w->err, "escape inside an internationalized label");
		if (ascii_is_blank_or_control(text[i]))
			return syntax(w->err, "blank or control byte inside a name");
	}
	memcpy(input, text, len);
	input[len] = '\0';
	rc = idn2_lookup_u8(input, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (rc == IDN2_MALLOC)
		return dw_fail(w->err, DW_ERR_MEMORY, NULL, 0, "no memory");
	if (rc == IDN2_TOO_BIG_LABEL || rc == IDN2_PUNYCODE_BIG_OUTPUT)
		return syntax(w->err, label_too_long);
	if (rc != IDN2_OK)
		return dw_fail(w->err, DW_ERR_SYNTAX, NULL, 0,
			"not a valid internationalized name: %s", idn2_strerror(rc));
	if (strchr((const char *)ascii, '\\')) /* U+FF3C is mapped to one */
		result = syntax(w->err, "backslash inside an internationalized label");
	for (p = ascii; result == DW_OK; p++) {
		size_t part = strcspn((const char *)p, ".");

		result = put_ascii_label(w, p, part);
		p += part;
		if (*p == '\0')
			break;
	}
	idn2_free(ascii);
	return result;
}

/* The length of the label at `text`, up to an unescaped dot or the end. */
static size_t label_span(const uint8_t *text, size_t len, bool *is_ascii)
{
	size_t at = 0;

	*is_ascii = true;
	while (at < len && text[at] != '.') {
		if (text[at] >= 0x80)
			*is_ascii = false;
		at += text[at] == '\\' && at + 1 < len ? 2 : 1;
	}
	return at;
}

enum dw_result dw_name_from_text(
	const char *text, size_t text_len, uint8_t *out, size_t *out_len, struct dw_error *err)
{
	struct writer w = {.err = err};
	const uint8_t *p = (const uint8_t *)text;
	size_t left = text_len;

	if (left == 1 && *p == '.')
		left = 0;
	while (left > 0) {
		bool is_ascii;
		size_t span = label_span(p, left, &is_ascii);
		enum dw_result result =
			is_ascii ? put_ascii_label(&w, p, span) : put_idn_label(&w, p, span);

		if (result != DW_OK)
			return result;
		if (span < left) /* the dot */
			span++;
		p += span;
		left -= span;
	}
	w.wire[w.len++] = 0;
	memcpy(out, w.wire, w.len);
	*out_len = w.len;
	return DW_OK;
}

static bool text_is_plain(uint8_t byte)
{
	return byte > 0x20 && byte < 0x7f && byte != '"' && byte != '.' && byte != '\\';
}

static char *put_escaped(char *out, uint8_t byte)
{
	*out++ = '\\';
	if (byte != '.' && byte != '\\') {
		*out++ = (char)('0' + byte / 100);
		*out++ = (char)('0' + byte / 10 % 10);
		byte = (uint8_t)('0' + byte % 10);
	}
	*out++ = (char)byte;
	return out;
}

/* The bytes that need no escape, from the start of `len`; eight are looked at while there are
 * as many left in the name, and then written: what is too much is written over. */
static size_t put_plain(char *out, const uint8_t *bytes, size_t len, size_t left)
{
	size_t n = 0;

	for (; n < len && left - n >= WORD_BYTES; n += WORD_BYTES) {
		uint64_t word = word_load(bytes + n);
		size_t plain = word_before(word_outside(word, '!', '~') | word_equal(word, '"') |
					   word_equal(word, '.') | word_equal(word, '\\'));

		word_store(out + n, word);
		if (plain < WORD_BYTES)
			return n + plain < len ? n + plain : len;
	}
	for (; n < len && text_is_plain(bytes[n]); n++)
		out[n] = (char)bytes[n];
	return n < len ? n : len;
}

/* What stands in the place of a label's length while the text is looked at. */
static const char STAND_IN = '-';

static void part_labels(const uint8_t *wire, size_t len, char *out, char dot)
{
	for (size_t at = wire[0] + (size_t)1; at + 1 < len; at += wire[at] + (size_t)1)
		out[at - 1] = dot;
}

/* Bytes that are looked at together; of what is asked of each, whether any is so. */
typedef uint8_t block __attribute__((vector_size(16)));

static bool block_any(block answers)
{
	uint64_t halves[2];

	memcpy(halves, &answers, sizeof(halves));
	return (halves[0] | halves[1]) != 0;
}

/* A name that needs no escape, as nearly all do, is its own text with dots for lengths. False
 * for any other, and for one with `!`, since a range is cheaper to look for; `out` is spoiled
 * then. */
static bool put_plain_name(const uint8_t *wire, size_t len, char *out)
{
	size_t text_len = len - 2;
	block odd = {0};

	memcpy(out, wire + 1, text_len);
	memset(out + text_len, STAND_IN, sizeof(block));
	part_labels(wire, len, out, STAND_IN);
	for (size_t n = 0; n < text_len; n += sizeof(block)) {
		block bytes;

		memcpy(&bytes, out + n, sizeof(block));
		odd |= (block)((bytes < '#') | (bytes > '~') | (bytes == '.') | (bytes == '\\'));
	}
	part_labels(wire, len, out, '.');
	out[text_len] = '\0';
	return !block_any(odd);
}

size_t dw_name_to_text(const uint8_t *wire, size_t len, char *out)
{
	char *p = out;
	size_t at = 0;

	if (len > 2 && put_plain_name(wire, len, out))
		return len - 2;
	if (len <= 1)
		*p++ = '.';
	while (at + 1 < len) {
		size_t end = at + 1 + wire[at];

		if (at++ > 0)
			*p++ = '.';
		while (at < end) {
			size_t n = put_plain(p, wire + at, end - at, len - at);

			p += n;
			at += n;
			if (at < end)
				p = put_escaped(p, wire[at++]);
		}
	}
	*p = '\0';
	return (size_t)(p - out);
}
