/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * allocations.c: allocations that fail when a test says so
 */
#include "dnsward-config.h"

#include <stdlib.h>

#include "allocations.h"
#include "dnsward/attributes.h"
#include "unit.h"

#ifndef DW_SANITIZED

/* glibc's own, behind those below; which serve the libraries as well, hence DW_API. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *old);

/* volatile: compilers know that malloc touches no variable of ours */
static _Thread_local volatile bool armed;
static _Thread_local volatile bool back;  /* after one that failed the others are granted */
static _Thread_local volatile long until; /* allocations that are granted yet */
static _Thread_local volatile bool failed;
static _Thread_local volatile long live;

static bool grant(void)
{
	if (!armed)
		return true;
	if (until-- > 0 || (failed && back))
		return true;
	failed = true;
	return false;
}

DW_API void *malloc(size_t size)
{
	void *piece = grant() ? __libc_malloc(size) : NULL;

	live += armed && piece;
	return piece;
}

DW_API void *calloc(size_t count, size_t size)
{
	void *piece = grant() ? __libc_calloc(count, size) : NULL;

	live += armed && piece;
	return piece;
}

DW_API void *realloc(void *old, size_t size)
{
	void *piece = grant() ? __libc_realloc(old, size) : NULL;

	live += armed && piece && !old;
	return piece;
}

DW_API void *reallocarray(void *old, size_t count, size_t size)
{
	return realloc(old, count * size);
}

DW_API void *aligned_alloc(size_t alignment, size_t size)
{
	void *piece = grant() ? __libc_memalign(alignment, size) : NULL;

	live += armed && piece;
	return piece;
}

DW_API void free(void *old)
{
	live -= armed && old;
	__libc_free(old);
}

void allocations_arm(long granted, bool comes_back)
{
	until = granted;
	back = comes_back;
	failed = false;
	live = 0;
	armed = true;
}

void allocations_disarm(void)
{
	armed = false;
}

bool allocations_failed(void)
{
	return failed;
}

long allocations_live(void)
{
	return live;
}

bool allocations_in_charge(void)
{
	void *volatile piece;

	allocations_arm(1, false);
	piece = malloc(1);
	free(piece);
	allocations_disarm();
	return until == 0;
}

#endif
