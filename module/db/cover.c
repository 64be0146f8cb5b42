/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * drops the names that a parent covers
 */
#include "dnsward-config.h"

#include "build.h"
#include "hash.h"

enum dw_result db_cover(struct db_builder *b)
{
	return db_cancelled(b);
}
