/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * records by hash
 */
#include "dnsward-config.h"
#include <stdlib.h>

#include "build.h"

static int compare(const void *x, const void *y)
{
	const struct db_name *a = x, *b = y;

	if (a->where != b->where)
		return a->where < b->where ? -1 : 1;
	if (a->who != b->who)
		return a->who < b->who ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->effect < b->effect ? -1 : a->effect > b->effect;
}

enum dw_result db_order(struct db_builder *b)
{
	if (b->name_count > 0)
		qsort(b->names, b->name_count, sizeof(b->names[0]), compare);
	return db_cancelled(b);
}
