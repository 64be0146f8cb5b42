/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * arena.h: many small allocations that die together */
#ifndef DNSWARD_ARENA_H
#define DNSWARD_ARENA_H

#include <stddef.h>

#include "dnsward/attributes.h"

/* Memory for trees that are built once and freed whole: settings, YAML. It is
 * handed out from blocks that double up to 1 MiB; there is no way to give one
 * piece back. One thread at a time allocates. Start with {0}. */
struct dw_arena {
	struct dw_arena_block *blocks;
	size_t used;     /* of the newest block */
	size_t capacity; /* of the newest block */
};

/* Zeroed memory, aligned for any type. NULL where there is none, also for a
 * count * size that no size_t can hold. A request of 0 bytes gives a pointer
 * that must not be read through. */
void *dw_arena_alloc(struct dw_arena *arena, size_t count, size_t size) DW_MUST_CHECK;

/* A copy of `len` bytes with a NUL after them, or NULL. */
char *dw_arena_text(struct dw_arena *arena, const char *text, size_t len) DW_MUST_CHECK;

/* Free all of it; the arena is then as new. */
void dw_arena_clear(struct dw_arena *arena);

#endif
