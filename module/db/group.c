/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * records of a name become a set
 */
#include "dnsward-config.h"
#include <stdlib.h>

#include "build.h"

/* The largest set: a handle of dw_db_origin has no room for more members. */
enum { SET_MAX = 65535 };

static bool same_name(const struct db_name *a, const struct db_name *b)
{
	return a->where == b->where && a->who == b->who;
}

/* Gather the distinct effects of the records from `first` on that have its name. They
 * are in the order of the rules. Returns one past the last record. */
static size_t members(struct db_builder *b, size_t first, uint32_t *set, size_t *set_size)
{
	size_t i = first, size = 0;

	for (; i < b->name_count && same_name(&b->names[i], &b->names[first]); i++) {
		uint32_t effect = b->names[i].effect;
		size_t same = 0;

		if (effect == (uint32_t)DB_DROPPED)
			continue;
		while (same < size && set[same] != effect)
			same++;
		if (same < size || size == SET_MAX) {
			b->stats.duplicates++;
			continue;
		}
		set[size] = effect;
		b->origins[b->origin_count + size] = b->names[i].line;
		size++;
	}
	*set_size = size;
	return i;
}

enum dw_result db_group(struct db_builder *b)
{
	uint32_t *set = malloc(SET_MAX * sizeof(set[0]));
	enum dw_result result = DW_OK;

	b->origins = malloc((b->name_count + 1) * sizeof(b->origins[0]));
	if (set == NULL || b->origins == NULL)
		result = db_no_memory(b);
	for (size_t i = 0; i < b->name_count && result == DW_OK;) {
		struct db_name *name = &b->names[b->distinct];
		size_t size, next = members(b, i, set, &size);
		uint32_t number;
		bool is_new;

		if (size > 0) {
			if (!db_intern_put(&b->sets, set, size * sizeof(set[0]), &number, &is_new)) {
				result = db_no_memory(b);
				break;
			}
			*name = b->names[i];
			name->effect = number;
			name->line = (uint32_t)b->origin_count;
			b->distinct++;
			b->origin_count += size;
		}
		i = next;
	}
	free(set);
	return result == DW_OK ? db_cancelled(b) : result;
}
