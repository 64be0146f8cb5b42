/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * extras.h: shared storage for the query types and answers of rules */
#ifndef DNSWARD_LISTS_EXTRAS_H
#define DNSWARD_LISTS_EXTRAS_H

#include "dnsward/hash.h"
#include "dnsward/rules.h"

/* The query types and the data of a rule, stored in one allocation with all that `data` points
 * to. */
struct dw_extra {
	uint64_t hash;
	uint8_t type_count;
	uint16_t types[DW_RULE_TYPES_MAX];
	const struct dw_data *data;
};

/* The distinct types and data of one container; rules refer to them by index. */
struct dw_extras {
	size_t count, room;
	struct dw_extra **list;
	size_t slot_count; /* a power of two, at least twice `count`; 0 if empty */
	uint32_t *slots;   /* hash table: index into `list` plus one, 0 if free */
	uint32_t last;     /* index returned last: consecutive rules are often alike */
	struct dw_hash_key key;
};

void dw_extras_init(struct dw_extras *extras);
void dw_extras_clear(struct dw_extras *extras);

/* Set `out` to the index of the rule's types and data, which are copied if new. */
enum dw_result dw_extras_intern(
	struct dw_extras *extras, const struct dw_rule *rule, uint32_t *out) DW_MUST_CHECK;

/* Hash all of a rule's types and data. The key is random, so that a list cannot contain many rules
 * that differ in these but share a hash. */
uint64_t dw_extras_hash(const struct dw_hash_key *key, const struct dw_rule *rule);

/* Whether two rules have equal types and data. */
bool dw_extras_equal(const struct dw_rule *a, const struct dw_rule *b);

/* Grow an array of pointers if `count` has reached `*room`. Returns the array, or NULL if out of
 * memory; the old array is then still valid. */
void *dw_grown(void *array, size_t count, size_t *room);

#endif
