/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * ring.c: a bounded queue of records with one producer and one consumer */
#include "dnsward-config.h"

#include <stdlib.h>
#include <string.h>

#include "log/ring.h"

/* Before each record. A record of length GAP runs to the end of the ring and is none. */
struct mark {
	_Alignas(16) size_t len;
};

static const size_t GAP = SIZE_MAX;

static size_t whole(size_t len)
{
	const size_t align = sizeof(struct mark);

	return sizeof(struct mark) + (len + align - 1) / align * align;
}

bool dw_ring_open(struct dw_ring *ring, size_t size)
{
	memset(ring, 0, sizeof(*ring));
	ring->bytes = aligned_alloc(DW_CACHE_LINE, size);
	ring->size = size;
	return ring->bytes != NULL;
}

void dw_ring_close(struct dw_ring *ring)
{
	free(ring->bytes);
	ring->bytes = NULL;
}

/* With half the ring a record fits behind the oldest or before it. */
size_t dw_ring_record_max(const struct dw_ring *ring)
{
	return ring->size / 2 - sizeof(struct mark);
}

static size_t offset_of(const struct dw_ring *ring, size_t count)
{
	return (count - ring->base) & (ring->size - 1);
}

static struct mark *mark_at(const struct dw_ring *ring, size_t count)
{
	return (struct mark *)(ring->bytes + offset_of(ring, count));
}

static size_t left_behind(const struct dw_ring *ring, size_t count)
{
	return ring->size - offset_of(ring, count);
}

void *dw_ring_reserve(struct dw_ring *ring, size_t len)
{
	size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	size_t used = head - atomic_load_explicit(&ring->tail, memory_order_acquire);

	if (used == 0)
		ring->base = head;
	size_t to_end = left_behind(ring, head);
	size_t gap = whole(len) <= to_end ? 0 : to_end;
	if (len > dw_ring_record_max(ring) || used + gap + whole(len) > ring->size)
		return NULL;
	if (gap > 0) {
		mark_at(ring, head)->len = GAP;
		head += gap;
		atomic_store_explicit(&ring->head, head, memory_order_release);
	}
	return mark_at(ring, head) + 1;
}

void dw_ring_commit(struct dw_ring *ring, size_t len)
{
	size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);

	mark_at(ring, head)->len = len;
	atomic_store_explicit(&ring->head, head + whole(len), memory_order_release);
}

static bool has_record(struct dw_ring *ring, size_t tail)
{
	if (ring->head_seen != tail)
		return true;
	ring->head_seen = atomic_load_explicit(&ring->head, memory_order_acquire);
	return ring->head_seen != tail;
}

void *dw_ring_peek(struct dw_ring *ring)
{
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

	while (has_record(ring, tail)) {
		struct mark *mark = mark_at(ring, tail);

		if (mark->len != GAP)
			return mark + 1;
		tail += left_behind(ring, tail);
		atomic_store_explicit(&ring->tail, tail, memory_order_release);
	}
	return NULL;
}

void dw_ring_pop(struct dw_ring *ring)
{
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

	atomic_store_explicit(&ring->tail, tail + whole(mark_at(ring, tail)->len),
		memory_order_release);
}

size_t dw_ring_used(const struct dw_ring *ring)
{
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
	size_t head = atomic_load_explicit(&ring->head, memory_order_acquire);

	return head - tail;
}
