/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * group_index.h: which client groups an address belongs to, in one binary search */
#ifndef DNSWARD_POLICY_GROUP_INDEX_H
#define DNSWARD_POLICY_GROUP_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "dnsward/arena.h"
#include "dnsward/net.h"
#include "dnsward/settings.h"

/* Two networks are apart or one lies in the other, so their first addresses and the
 * addresses after their last ones cut the address space into stretches with one set of
 * groups each:
 *
 *     10.0.0.0/8 guests   |------------------------------------|
 *     10.1.0.0/16 staff            |---------|
 *     stretches       0   | guests | g+staff | guests          | 0
 *
 * The index is the sorted array of the starts of stretches; an address belongs to the last
 * start that is not after it. n networks give at most 2n starts, a question takes
 * log2(2n) comparisons: 15 for 10,000 networks. */
struct dw_group_index;

/* The index over all networks of `groups` (at most 64), in `arena`; NULL: no memory. */
const struct dw_group_index *dw_group_index_make(
	struct dw_arena *arena, const struct dw_group *groups, size_t count);

/* Bit i: group i. 0 for "no address". Any thread, at any time. */
uint64_t dw_group_index_lookup(const struct dw_group_index *index, const struct dw_addr *addr);

#endif
