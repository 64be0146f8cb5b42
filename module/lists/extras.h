/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * extras.h: what few rules have, kept once for all that have the same */
#ifndef DNSWARD_LISTS_EXTRAS_H
#define DNSWARD_LISTS_EXTRAS_H

#include "dnsward/hash.h"
#include "dnsward/rules.h"

/* The types and the data of a rule. `data` and all below it lies in the same
 * allocation. */
struct dw_extra {
	uint64_t hash;
	uint8_t type_count;
	uint16_t types[DW_RULE_TYPES_MAX];
	const struct dw_data *data;
};

/* Those of one container, each with its own index. */
struct dw_extras {
	size_t count, room;
	struct dw_extra **list;
	size_t slot_count; /* a power of two, at least twice `count` */
	uint32_t *slots;   /* index into the list plus one */
	uint32_t last;     /* the index given out last: neighbours are mostly alike */
	struct dw_hash_key key;
};

void dw_extras_init(struct dw_extras *extras);
void dw_extras_clear(struct dw_extras *extras);

/* The index of a rule's types and data, copied in where they are new. */
enum dw_result dw_extras_intern(
	struct dw_extras *extras, const struct dw_rule *rule, uint32_t *out) DW_MUST_CHECK;

/* Of a rule's types and data, all of them: no list can make many rules of one hash that
 * differ in these. */
uint64_t dw_extras_hash(const struct dw_hash_key *key, const struct dw_rule *rule);

/* Whether two rules have the same types and data. */
bool dw_extras_equal(const struct dw_rule *a, const struct dw_rule *b);

/* Room for one more pointer in an array that grows: the array, or NULL without memory,
 * the old one standing. */
void *dw_grown(void *array, size_t count, size_t *room);

#endif
