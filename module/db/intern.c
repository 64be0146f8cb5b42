/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * byte strings, each kept once and known by its number
 */
#include "dnsward-config.h"
#include <stdlib.h>
#include <string.h>

#include "intern.h"

void db_intern_init(struct db_intern *in, size_t align)
{
	*in = (struct db_intern){.align = align};
	dw_hash_key_random(&in->key);
}

void db_intern_clear(struct db_intern *in)
{
	free(in->bytes);
	free(in->at);
	free(in->len);
	free(in->table);
	*in = (struct db_intern){.align = in->align};
}

/* Where the item is, or where it would go. */
static uint32_t *slot_of(const struct db_intern *in, const void *item, size_t len)
{
	size_t slot = dw_hash(&in->key, item, len) & (in->slots - 1);

	for (;; slot = (slot + 1) & (in->slots - 1)) {
		uint32_t n = in->table[slot];

		if (n == 0 || (in->len[n - 1] == len &&
			memcmp(db_intern_item(in, n - 1), item, len) == 0))
			return &in->table[slot];
	}
}

static bool grow_table(struct db_intern *in)
{
	uint32_t *old = in->table;

	in->slots = in->slots == 0 ? 64 : in->slots * 2;
	in->table = calloc(in->slots, sizeof(in->table[0]));
	free(old);
	if (in->table == NULL) {
		in->slots = 0;
		return false;
	}
	for (uint32_t i = 0; i < in->count; i++)
		*slot_of(in, db_intern_item(in, i), in->len[i]) = i + 1;
	return true;
}

static bool grow_items(struct db_intern *in)
{
	uint32_t room = in->room == 0 ? 32 : in->room < UINT32_MAX / 2 ? in->room * 2 : UINT32_MAX;
	size_t *at = realloc(in->at, room * sizeof(at[0]));
	uint32_t *len;

	if (at == NULL)
		return false;
	in->at = at;
	len = realloc(in->len, room * sizeof(len[0]));
	if (len == NULL)
		return false;
	in->len = len;
	in->room = room;
	return true;
}

/* Room for `len` bytes and what pads them. */
static bool grow_bytes(struct db_intern *in, size_t len)
{
	size_t need = in->size + len + in->align, capacity = need + need / 2;
	uint8_t *bytes;

	if (need <= in->capacity)
		return true;
	bytes = realloc(in->bytes, capacity);
	if (bytes == NULL)
		return false;
	in->bytes = bytes;
	in->capacity = capacity;
	return true;
}

bool db_intern_put(struct db_intern *in, const void *item, size_t len, uint32_t *number,
	bool *is_new)
{
	uint32_t *slot;
	size_t padded = (len + in->align - 1) / in->align * in->align;

	if (in->count >= in->slots / 2 && !grow_table(in))
		return false;
	slot = slot_of(in, item, len);
	*is_new = *slot == 0;
	if (*is_new) {
		if (in->count >= UINT32_MAX - 2 || len > UINT32_MAX || !grow_bytes(in, len) ||
			(in->count == in->room && !grow_items(in)))
			return false;
		memcpy(in->bytes + in->size, item, len);
		memset(in->bytes + in->size + len, 0, padded - len);
		in->at[in->count] = in->size;
		in->len[in->count] = (uint32_t)len;
		in->size += padded;
		*slot = ++in->count;
	}
	*number = *slot - 1;
	return true;
}
