/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * arena.c: many small allocations that die together */
#include "dnsward-config.h"
#include "dnsward/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_MIN = 4096, BLOCK_MAX = 1 << 20 };

struct dw_arena_block {
	struct dw_arena_block *older;
	_Alignas(max_align_t) unsigned char bytes[];
};

static bool add_block(struct dw_arena *arena, size_t need)
{
	size_t capacity = arena->capacity < BLOCK_MIN ? BLOCK_MIN : arena->capacity * 2;
	struct dw_arena_block *block;

	if (capacity > BLOCK_MAX)
		capacity = BLOCK_MAX;
	if (capacity < need)
		capacity = need;
	if (capacity > SIZE_MAX - sizeof(*block))
		return false;
	block = calloc(1, sizeof(*block) + capacity);
	if (!block)
		return false;
	block->older = arena->blocks;
	*arena = (struct dw_arena){.blocks = block, .capacity = capacity};
	return true;
}

void *dw_arena_alloc(struct dw_arena *arena, size_t count, size_t size)
{
	const size_t mask = _Alignof(max_align_t) - 1;
	size_t need;
	void *piece;

	if (__builtin_mul_overflow(count, size, &need) || need > SIZE_MAX - mask)
		return NULL;
	need = (need + mask) & ~mask;
	if ((!arena->blocks || arena->capacity - arena->used < need) && !add_block(arena, need))
		return NULL;
	piece = arena->blocks->bytes + arena->used;
	arena->used += need;
	return piece;
}

char *dw_arena_text(struct dw_arena *arena, const char *text, size_t len)
{
	char *copy = len < SIZE_MAX ? dw_arena_alloc(arena, len + 1, 1) : NULL;

	if (copy && len > 0)
		memcpy(copy, text, len);
	return copy;
}

void dw_arena_clear(struct dw_arena *arena)
{
	while (arena->blocks) {
		struct dw_arena_block *older = arena->blocks->older;

		free(arena->blocks);
		arena->blocks = older;
	}
	*arena = (struct dw_arena){0};
}
