/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * list_kept.c: the last good copies of lists, kept in their parsed form */
#include "dnsward-config.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/state_dir.h"
#include "policy/list_kept.h"

static const char *key_of(const struct dw_list_options *list)
{
	return list->public_key != NULL ? list->public_key : "-";
}

static enum dw_result rules_path(const struct dw_settings *settings,
	const struct dw_list_options *list, char *out, struct dw_error *err)
{
	return dw_state_list_path(settings, "lists", list, ".rules", out, err);
}

/* What stands beside the rules, so that a copy that serves later can still be told of. */
static void write_meta(const struct dw_list_options *list, const struct dw_compiled_list *told,
	char *out, size_t len)
{
	snprintf(out, len, "rules=%zu lines=%zu skipped=%zu partial=%zu loaded=%" PRId64 " format=%s key=%s",
		told->rules, told->lines, told->skipped, told->partial, told->loaded,
		dw_list_format_name(told->format), key_of(list));
}

static bool read_meta(const char *meta, struct dw_list_kept *kept)
{
	struct dw_compiled_list *told = &kept->told;
	char format[32];
	size_t rules, lines, skipped, partial;
	int64_t loaded;

	if (sscanf(meta,
		    "rules=%zu lines=%zu skipped=%zu partial=%zu loaded=%" SCNd64
		    " format=%31s key=%56s",
		    &rules, &lines, &skipped, &partial, &loaded, format, kept->key) != 7 ||
		!dw_list_format_from_name(format, &told->format))
		return false;
	told->rules = rules;
	told->lines = lines;
	told->skipped = skipped;
	told->partial = partial;
	told->loaded = loaded;
	return true;
}

void dw_list_kept_open(const struct dw_settings *settings, const struct dw_list_options *list,
	struct dw_list_kept *kept)
{
	char path[PATH_MAX];
	char *meta = NULL;

	*kept = (struct dw_list_kept){.rules = NULL};
	if (rules_path(settings, list, path, NULL) != DW_OK ||
		dw_rules_open(path, &kept->rules, kept->digest, &meta, NULL) != DW_OK)
		return;
	if (!read_meta(meta, kept))
		dw_rules_free(&kept->rules);
	free(meta);
}

void dw_list_kept_set_key(struct dw_list_kept *kept, const struct dw_list_options *list)
{
	snprintf(kept->key, sizeof(kept->key), "%s", key_of(list));
}

void dw_list_kept_save(const struct dw_settings *settings, const struct dw_list_options *list,
	const struct dw_rules *rules, const uint8_t digest[DW_LIST_DIGEST_BYTES],
	struct dw_compiled_list *told)
{
	char path[PATH_MAX], meta[256];
	struct dw_error err;
	enum dw_result res = rules_path(settings, list, path, &err);

	write_meta(list, told, meta, sizeof(meta));
	if (res == DW_OK)
		res = dw_rules_save(rules, path, digest, meta, &err);
	if (res != DW_OK)
		told->unkept = err;
}

enum dw_result dw_list_kept_check_serials(const struct dw_list_kept *kept,
	const struct dw_list_options *list, const struct dw_rules *now, struct dw_error *err)
{
	if (kept->rules == NULL || strcmp(kept->key, key_of(list)) != 0)
		return DW_OK;
	return dw_list_check_serials(kept->rules, now, err);
}
