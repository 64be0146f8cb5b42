/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * allocations.h: allocations that fail when a test says so
 */
#ifndef DNSWARD_TESTS_ALLOCATIONS_H
#define DNSWARD_TESTS_ALLOCATIONS_H

#include <stdbool.h>

/* An allocator in the place of the C library's, in the whole program: only for those that name it
 * among their sources. Sanitizers have one of their own, and there is none of this. */

/* From now on the thread that calls is granted this many allocations; the next one fails, and so do
 * all after it, or none where memory `comes_back`. */
void allocations_arm(long granted, bool comes_back);
void allocations_disarm(void);

/* Since it was armed: whether one failed, and allocations less frees. */
bool allocations_failed(void);
long allocations_live(void);

/* False under valgrind, which puts its own allocator before ours. */
bool allocations_in_charge(void);

#endif
