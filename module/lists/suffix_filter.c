/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * suffix_filter.c: a Bloom filter for public suffixes */
#include "dnsward-config.h"
#include "lists/suffix_filter.h"

#include <ldns/ldns.h>
#include <libpsl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/file.h"
#include "dnsward/hash.h"
#include "dnsward/name.h"

enum {
	FILE_MAX = 16 << 20, /* the Public Suffix List had 250 kB in 2023 */
	/* about a hundred bits for each of the ten thousand rules */
	FILTER_BITS = 1 << 20,
};

/* Contains the names of all rules under `rule_key`, and those of `*.x` also under `parent_key`. */
struct dw_suffix_filter {
	struct dw_hash_key rule_key, parent_key;
	uint64_t bits[FILTER_BITS / 64];
};

static bool has(const struct dw_suffix_filter *filter, const struct dw_hash_key *key,
	const uint8_t *wire, size_t len)
{
	uint64_t bit = dw_hash(key, wire, len) % FILTER_BITS;

	return filter->bits[bit / 64] >> bit % 64 & 1;
}

static void put(struct dw_suffix_filter *filter, const struct dw_hash_key *key, const uint8_t *wire,
	size_t len)
{
	uint64_t bit = dw_hash(key, wire, len) % FILTER_BITS;

	filter->bits[bit / 64] |= UINT64_C(1) << bit % 64;
}

/* Add a rule of the list: `x`, `*.x` or `!x`. */
static bool put_rule(struct dw_suffix_filter *filter, const char *text, size_t len)
{
	bool is_wildcard = len > 2 && memcmp(text, "*.", 2) == 0;
	uint8_t wire[DW_NAME_MAX];
	size_t wire_len;

	if (is_wildcard) {
		text += 2;
		len -= 2;
	} else if (len > 1 && *text == '!') {
		text++;
		len--;
	}
	if (memchr(text, '*', len) || dw_name_from_text(text, len, wire, &wire_len, NULL) != DW_OK)
		return false;
	/* for `*.x`, libpsl treats x as a suffix too */
	put(filter, &filter->rule_key, wire, wire_len);
	if (is_wildcard)
		put(filter, &filter->parent_key, wire, wire_len);
	return true;
}

static bool put_rules(struct dw_suffix_filter *filter, const char *text)
{
	for (; *text != '\0'; text += strcspn(text, "\n"), text += *text == '\n') {
		size_t len = strcspn(text, " \t\r\n");

		if (len > 0 && strncmp(text, "//", 2) != 0 && !put_rule(filter, text, len))
			return false;
	}
	return true;
}

/* Whether libpsl was built with exactly this file. */
static bool is_builtin(const char *text, size_t len)
{
	uint8_t digest[LDNS_SHA1_DIGEST_LENGTH];
	char hex[2 * LDNS_SHA1_DIGEST_LENGTH + 1];

	ldns_sha1((const unsigned char *)text, (unsigned)len, digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return strcmp(hex, psl_builtin_sha1sum()) == 0;
}

struct dw_suffix_filter *dw_suffix_filter_new(void)
{
	struct dw_suffix_filter *filter;
	char *text;
	size_t len;

	if (dw_file_read(psl_builtin_filename(), FILE_MAX, &text, &len, NULL) != DW_OK)
		return NULL;
	filter = is_builtin(text, len) ? calloc(1, sizeof(*filter)) : NULL;
	if (filter) {
		dw_hash_key_random(&filter->rule_key);
		dw_hash_key_random(&filter->parent_key);
		if (!put_rules(filter, text))
			dw_suffix_filter_free(&filter);
	}
	free(text);
	return filter;
}

void dw_suffix_filter_free(struct dw_suffix_filter **filter)
{
	free(*filter);
	*filter = NULL;
}

bool dw_suffix_filter_may_be(
	const struct dw_suffix_filter *filter, const uint8_t *wire, size_t wire_len)
{
	size_t parent = (size_t)wire[0] + 1;

	if (parent + 1 >= wire_len) /* one label: always a public suffix, by the rule `*` */
		return true;
	return has(filter, &filter->rule_key, wire, wire_len) ||
	       has(filter, &filter->parent_key, wire + parent, wire_len - parent);
}
