/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * fuzz_signature.c: any bytes as a minisign signature, and as a public key
 */
#include "dnsward-config.h"

#include <stdlib.h>
#include <string.h>

#include "dnsward/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* What is read as a key is written as one that reads the same. */
static void try_key(const char *text, size_t len)
{
	struct dw_public_key key, again;
	struct dw_error err;
	char out[DW_PUBLIC_KEY_TEXT_MAX];

	if (dw_public_key_from_text(text, len, &key, &err) != DW_OK) {
		require(err.text[0] != '\0');
		return;
	}
	dw_public_key_to_text(&key, out);
	require(strlen(out) == DW_PUBLIC_KEY_TEXT_MAX - 1);
	require(dw_public_key_from_text(out, strlen(out), &again, NULL) == DW_OK);
	require(memcmp(&key, &again, sizeof(key)) == 0);
}

static void try_signature(const char *text, size_t len)
{
	static const char key_text[] = "RWSODfGUu4NG8PIBtOTAgcryMh8/1rpWHrM/BJaCZQHeFrjP8IMlwNV5";
	struct dw_signature signature;
	struct dw_public_key key;
	struct dw_error err;

	if (dw_signature_from_text("fuzz", text, len, &signature, &err) != DW_OK) {
		require(err.text[0] != '\0' && strncmp(err.where, "fuzz", 4) == 0);
		return;
	}
	require(strlen(signature.comment) == signature.comment_len);
	require(!memchr(signature.comment, '\n', signature.comment_len));
	require(dw_public_key_from_text(key_text, strlen(key_text), &key, NULL) == DW_OK);
	/* nobody has signed this */
	memcpy(key.id, signature.key_id, sizeof(key.id));
	require(dw_signature_verify(&signature, &key, text, len, "fuzz", &err) == DW_ERR_SIGNATURE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_key((const char *)data, size);
	try_signature((const char *)data, size);
	return 0;
}
