/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * byte strings, each kept once and known by its number
 */
#ifndef DNSWARD_DB_INTERN_H
#define DNSWARD_DB_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/hash.h"

/* Items lie one after the other in `bytes`, each at a multiple of `align`; item i
 * from at[i] on, len[i] bytes. One thread at a time. */
struct db_intern {
	size_t align;
	struct dw_hash_key key;
	uint8_t *bytes;
	size_t size, capacity;
	size_t *at;
	uint32_t *len;
	uint32_t count, room;
	uint32_t *table; /* number + 1, or 0; open addressing */
	size_t slots;
};

void db_intern_init(struct db_intern *in, size_t align);
void db_intern_clear(struct db_intern *in);

/* The number of an item, which is new if it was not there. False: no memory, or 2^32-2
 * items. */
bool db_intern_put(struct db_intern *in, const void *item, size_t len, uint32_t *number,
	bool *is_new);

static inline const void *db_intern_item(const struct db_intern *in, uint32_t number)
{
	return in->bytes + in->at[number];
}

#endif
