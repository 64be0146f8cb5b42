/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * ring.h: a bounded queue of records with one producer and one consumer */
#ifndef DNSWARD_LOG_RING_H
#define DNSWARD_LOG_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/attributes.h"

/* Records lie whole and in order in a ring of bytes; one that would reach over the end
 * starts anew at the beginning, and the gap is marked. `head` and `tail` count bytes ever
 * written and ever read, so full and empty differ. The producer writes a record, then moves
 * head (release); the consumer sees head (acquire), reads the record where it lies, then
 * moves tail (release): Lamport's queue. The consumer keeps a copy of head and looks at the real
 * one only when the copy says no (Lee, Bu and Chandranmenon, "A lock-free, cache-efficient
 * multi-core synchronization mechanism", 2009).
 *
 *      | size | record ........ | size | record .... |  free ...  |
 *        ^ tail                                        ^ head
 *
 * A producer that finds the ring empty goes on at the beginning of the bytes: it sets `base`, the
 * count that lies there. So a ring that is emptied now and then uses its first pages alone,
 * and the rest, which is there for when the consumer is held up, stays untouched memory. The
 * consumer reads `base` only while it has a record, after acquiring head and before releasing
 * tail; the producer changes it only having acquired a tail that is its own head. So neither
 * looks while the other writes, and head and tail are all that passes between them. The price is
 * that the producer looks at the real tail each time, which is in its cache but while the
 * consumer is at work.
 *
 * A record's bytes stay where they are until it is popped, so they may hold pointers into
 * themselves. Records are aligned to 16 bytes. */
struct dw_ring {
	_Alignas(DW_CACHE_LINE) atomic_size_t head; /* producer */
	_Alignas(DW_CACHE_LINE) atomic_size_t tail; /* consumer */
	size_t head_seen;
	_Alignas(DW_CACHE_LINE) uint8_t *bytes;
	size_t size; /* a power of two */
	size_t base; /* by the producer, while the ring is empty */
};

/* `size` bytes, a power of two. False: no memory. */
bool dw_ring_open(struct dw_ring *ring, size_t size);
void dw_ring_close(struct dw_ring *ring);

/* The largest record a ring of this size takes, whatever else is in it. */
size_t dw_ring_record_max(const struct dw_ring *ring);

/* Producer: room for a record, or NULL when the ring is full. The next commit makes it
 * visible; a reservation that is not committed is forgotten. */
void *dw_ring_reserve(struct dw_ring *ring, size_t len);
void dw_ring_commit(struct dw_ring *ring, size_t len);

/* Consumer: the oldest record, which is its own until it is let go; or NULL when the ring is
 * empty. And letting it go. */
void *dw_ring_peek(struct dw_ring *ring);
void dw_ring_pop(struct dw_ring *ring);

/* Bytes in the ring, gaps included; from any thread, of some recent moment. */
size_t dw_ring_used(const struct dw_ring *ring);

#endif
