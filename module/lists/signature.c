/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * signature.c: parser for minisign keys and signatures, and their verification */
#include "dnsward-config.h"
#include "dnsward/signature.h"

#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "dnsward/file.h"
#include "lists/span.h"

enum { ALGORITHM = 2, KEY_ID = 8, POINT = 32, SIGNATURE = 64 };

static const char untrusted[] = "untrusted comment:";
static const char trusted[] = "trusted comment: ";

/* ---- lines and base64 ---- */

/* Split a text into at most `max` lines, without their ends (LF or CRLF). The end of the last line
 * is optional. Returns the number of lines, or max + 1 if there are more. */
static size_t split(const char *text, size_t len, struct span *lines, size_t max)
{
	const char *end = text + len;
	size_t count = 0;

	while (text < end && count <= max) {
		const char *lf = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((lf ? lf : end) - text);

		if (count < max)
			lines[count] = (struct span){text, n - (lf && n > 0 && text[n - 1] == '\r')};
		count++;
		text += n + (lf != NULL);
	}
	return count;
}

/* Decode base64 of exactly `len` bytes: padded, without blanks, in canonical form. libsodium
 * accepts some bytes above 127 as characters of its alphabet (seen in 1.0.18), so they are rejected
 * first. */
static bool decode(struct span text, uint8_t *out, size_t len)
{
	size_t n;

	for (size_t i = 0; i < text.len; i++)
		if ((uint8_t)text.at[i] > 127)
			return false;
	return text.len == (len + 2) / 3 * 4 &&
	       sodium_base642bin(out, len, text.at, text.len, NULL, &n, NULL,
		       sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       n == len;
}

/* ---- keys ---- */

enum dw_result dw_public_key_from_text(
	const char *text, size_t len, struct dw_public_key *out, struct dw_error *err)
{
	uint8_t bytes[ALGORITHM + KEY_ID + POINT];
	struct span lines[2];
	size_t count = split(text, len, lines, 2);

	if (count == 2 && span_starts(lines[0], untrusted))
		lines[0] = lines[1];
	else if (count != 1)
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0,
			"not a minisign public key: expected its base64, or the two lines of a "
			".pub file");
	if (!decode(lines[0], bytes, sizeof(bytes)))
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0,
			"not a minisign public key: expected base64 of %d characters",
			DW_PUBLIC_KEY_TEXT_MAX - 1);
	if (memcmp(bytes, "Ed", ALGORITHM) != 0)
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0,
			"a public key of another kind: minisign's start with RW");
	if (!crypto_core_ed25519_is_valid_point(bytes + ALGORITHM + KEY_ID))
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0,
			"a damaged public key: it is no point of the curve");
	memcpy(out->id, bytes + ALGORITHM, KEY_ID);
	memcpy(out->point, bytes + ALGORITHM + KEY_ID, POINT);
	return DW_OK;
}

const char *dw_public_key_to_text(const struct dw_public_key *key, char *out)
{
	uint8_t bytes[ALGORITHM + KEY_ID + POINT] = "Ed";

	memcpy(bytes + ALGORITHM, key->id, KEY_ID);
	memcpy(bytes + ALGORITHM + KEY_ID, key->point, POINT);
	return sodium_bin2base64(out, DW_PUBLIC_KEY_TEXT_MAX, bytes, sizeof(bytes),
		sodium_base64_VARIANT_ORIGINAL);
}

/* minisign prints the ID as a little-endian number. */
const char *dw_key_id_to_text(const uint8_t id[8], char *out)
{
	for (size_t i = 0; i < KEY_ID; i++)
		snprintf(out + 2 * i, 3, "%02X", id[KEY_ID - 1 - i]);
	return out;
}

/* ---- the serial ---- */

static bool read_number(struct span digits, uint64_t *out)
{
	uint64_t number = 0;

	for (size_t i = 0; i < digits.len; i++) {
		if (!ascii_is_digit((uint8_t)digits.at[i]) ||
			__builtin_mul_overflow(number, 10, &number) ||
			__builtin_add_overflow(number, (uint64_t)(digits.at[i] - '0'), &number))
			return false;
	}
	*out = number;
	return digits.len > 0;
}

/* Find the first word of the trusted comment that starts with `key`, and return the rest of the
 * word. */
static bool find_word(const struct dw_signature *signature, const char *key, struct span *out)
{
	struct span rest = {signature->comment, signature->comment_len}, word;

	while (span_word(&rest, &word)) {
		if (span_starts(word, key)) {
			*out = span_from(word, strlen(key));
			return true;
		}
	}
	return false;
}

static enum dw_result read_serial(
	const char *where, struct dw_signature *signature, struct dw_error *err)
{
	struct span digits;

	signature->serial = 0;
	if (!find_word(signature, "serial:", &digits) &&
		!find_word(signature, "timestamp:", &digits))
		return DW_OK;
	if (!read_number(digits, &signature->serial))
		return dw_fail(err, DW_ERR_SIGNATURE, where, 3,
			"serial in the trusted comment: expected a whole number below 2^64");
	return DW_OK;
}

/* ---- signatures ---- */

static enum dw_result check_lines(const char *where, const char *text, size_t len,
	struct span lines[static 4], struct dw_error *err)
{
	size_t count = split(text, len, lines, 4);

	if (memchr(text, '\0', len))
		return dw_fail(err, DW_ERR_SIGNATURE, where, 0, "not a signature: it holds a NUL byte");
	if (count != 4)
		return dw_fail(err, DW_ERR_SIGNATURE, where, 0,
			"not a minisign signature: expected four lines");
	if (!span_starts(lines[0], untrusted))
		return dw_fail(err, DW_ERR_SIGNATURE, where, 1,
			"not a minisign signature: expected \"%s\"", untrusted);
	if (!span_starts(lines[2], trusted))
		return dw_fail(err, DW_ERR_SIGNATURE, where, 3,
			"not a minisign signature: expected \"%s\"", trusted);
	if (lines[2].len - strlen(trusted) > DW_TRUSTED_COMMENT_MAX)
		return dw_fail(err, DW_ERR_SIGNATURE, where, 3,
			"trusted comment is longer than %d bytes", DW_TRUSTED_COMMENT_MAX);
	return DW_OK;
}

enum dw_result dw_signature_from_text(const char *where, const char *text, size_t len,
	struct dw_signature *out, struct dw_error *err)
{
	uint8_t bytes[ALGORITHM + KEY_ID + SIGNATURE];
	struct span lines[4];
	enum dw_result result = check_lines(where, text, len, lines, err);

	if (result != DW_OK)
		return result;
	if (!decode(lines[1], bytes, sizeof(bytes)))
		return dw_fail(err, DW_ERR_SIGNATURE, where, 2,
			"damaged signature: expected base64 of %zu bytes", sizeof(bytes));
	if (memcmp(bytes, "ED", ALGORITHM) != 0 && memcmp(bytes, "Ed", ALGORITHM) != 0)
		return dw_fail(err, DW_ERR_SIGNATURE, where, 2,
			"signature of another kind: expected algorithm ED or Ed");
	if (!decode(lines[3], out->of_comment, SIGNATURE))
		return dw_fail(err, DW_ERR_SIGNATURE, where, 4,
			"damaged signature of the trusted comment: expected base64 of %d bytes",
			SIGNATURE);
	out->prehashed = bytes[1] == 'D';
	memcpy(out->key_id, bytes + ALGORITHM, KEY_ID);
	memcpy(out->of_file, bytes + ALGORITHM + KEY_ID, SIGNATURE);
	out->comment_len = lines[2].len - strlen(trusted);
	memcpy(out->comment, lines[2].at + strlen(trusted), out->comment_len);
	out->comment[out->comment_len] = '\0';
	return read_serial(where, out, err);
}

static bool content_holds(const struct dw_signature *signature, const struct dw_public_key *key,
	const void *content, size_t len)
{
	uint8_t hash[crypto_generichash_BYTES_MAX];

	if (signature->prehashed) {
		crypto_generichash(hash, sizeof(hash), content, len, NULL, 0);
		content = hash;
		len = sizeof(hash);
	}
	return crypto_sign_verify_detached(signature->of_file, content, len, key->point) == 0;
}

static bool comment_holds(const struct dw_signature *signature, const struct dw_public_key *key)
{
	uint8_t text[SIGNATURE + DW_TRUSTED_COMMENT_MAX];

	memcpy(text, signature->of_file, SIGNATURE);
	memcpy(text + SIGNATURE, signature->comment, signature->comment_len);
	return crypto_sign_verify_detached(signature->of_comment, text,
		       SIGNATURE + signature->comment_len, key->point) == 0;
}

enum dw_result dw_signature_verify(const struct dw_signature *signature,
	const struct dw_public_key *key, const void *content, size_t len, const char *where,
	struct dw_error *err)
{
	char found[DW_KEY_ID_TEXT_MAX], expected[DW_KEY_ID_TEXT_MAX];

	if (memcmp(signature->key_id, key->id, KEY_ID) != 0)
		return dw_fail(err, DW_ERR_SIGNATURE, where, 0, "signed by key %s; expected key %s",
			dw_key_id_to_text(signature->key_id, found),
			dw_key_id_to_text(key->id, expected));
	if (!content_holds(signature, key, content, len))
		return dw_fail(err, DW_ERR_SIGNATURE, where, 0,
			"its signature does not hold: the content is not what was signed");
	if (!comment_holds(signature, key))
		return dw_fail(err, DW_ERR_SIGNATURE, where, 0,
			"its signature does not hold: the trusted comment is not what was signed");
	return DW_OK;
}

/* ---- files ---- */

static enum dw_result read_signature(
	const char *path, const char *file, struct dw_signature *out, struct dw_error *err)
{
	char *text;
	size_t len;
	enum dw_result result = dw_file_read(path, DW_SIGNATURE_FILE_MAX, &text, &len, err);

	if (result == DW_ERR_NOT_FOUND)
		return dw_fail(err, DW_ERR_SIGNATURE, file, 0,
			"not signed: expected its signature in %s", path);
	if (result == DW_ERR_LIMIT)
		return dw_fail(err, DW_ERR_SIGNATURE, path, 0,
			"not a minisign signature: more than %d bytes", DW_SIGNATURE_FILE_MAX);
	if (result != DW_OK)
		return result;
	result = dw_signature_from_text(path, text, len, out, err);
	free(text);
	return result;
}

enum dw_result dw_signed_read(const char *path, const char *signature_path,
	const struct dw_public_key *key, char **out, size_t *len, struct dw_signature *signature,
	struct dw_error *err)
{
	char beside[PATH_MAX];
	enum dw_result result;

	if (!signature_path) {
		if (snprintf(beside, sizeof(beside), "%s.minisig", path) >= (int)sizeof(beside))
			return dw_fail(err, DW_ERR_LIMIT, path, 0, "path is too long");
		signature_path = beside;
	}
	result = dw_file_read(path, DW_SIGNED_FILE_MAX, out, len, err);
	if (result != DW_OK)
		return result;
	result = read_signature(signature_path, path, signature, err);
	if (result == DW_OK)
		result = dw_signature_verify(signature, key, *out, *len, path, err);
	if (result != DW_OK)
		free(*out);
	return result;
}
