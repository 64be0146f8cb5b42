/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * records of a name become a set
 */
#include "dnsward-config.h"
#include <stdlib.h>

#include "build.h"

/* The largest set: a handle of dw_db_origin has no room for more members. */
enum { SET_MAX = 65535 };

/* Keep the records from `first` on that have its name, but for what is covered or
 * said twice, at `to`; their effects go into `set`. Returns one past the last. */
static size_t keep_name(struct db_builder *b, size_t first, size_t to, uint32_t *set,
	size_t *set_size)
{
	const struct db_name name = b->names[first];
	size_t i = first, size = 0;

	for (; i < b->name_count && b->names[i].where == name.where && b->names[i].who == name.who;
		i++) {
		uint32_t effect = b->names[i].effect;
		size_t same = 0;

		if ((effect & DB_COVERED) != 0) {
			b->stats.covered++;
			continue;
		}
		while (same < size && set[same] != effect)
			same++;
		if (same < size || size == SET_MAX) {
			b->stats.duplicates++;
			continue;
		}
		set[size] = effect;
		b->names[to + size++] = b->names[i];
	}
	*set_size = size;
	return i;
}

/* The number of a set. Most have one member, and the number is found by that. */
static bool set_number(struct db_builder *b, const uint32_t *set, size_t size, uint32_t *single,
	uint32_t *number)
{
	bool is_new;

	if (size == 1 && single[set[0]] != 0) {
		*number = single[set[0]] - 1;
		return true;
	}
	if (!db_intern_put(&b->sets, set, size * sizeof(set[0]), number, &is_new))
		return false;
	if (size == 1)
		single[set[0]] = *number + 1;
	return true;
}

static enum dw_result group(struct db_builder *b, uint32_t *set, uint32_t *single)
{
	enum { CANCEL_EVERY = 1 << 20 };
	size_t kept = 0;
	enum dw_result result = DW_OK;

	for (size_t i = 0; i < b->name_count && result == DW_OK;) {
		size_t size;
		uint32_t number;

		i = keep_name(b, i, kept, set, &size);
		if (size == 0)
			continue;
		if (!set_number(b, set, size, single, &number))
			return db_no_memory(b);
		b->names[kept].effect = number;
		kept += size;
		b->distinct++;
		if (b->distinct % CANCEL_EVERY == 0)
			result = db_cancelled(b);
	}
	b->name_count = kept;
	return result;
}

enum dw_result db_group(struct db_builder *b)
{
	uint32_t *set = malloc(SET_MAX * sizeof(set[0]));
	uint32_t *single = calloc((size_t)b->effects.count + 1, sizeof(single[0]));
	enum dw_result result;

	result = set != NULL && single != NULL ? group(b, set, single) : db_no_memory(b);
	free(set);
	free(single);
	return result;
}
