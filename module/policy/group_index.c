/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * group_index.c: which client groups an address belongs to, in one binary search */
#include "dnsward-config.h"
#include "policy/group_index.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A place in both address spaces: the family, then the address. One after the last address
 * of a family is the first place of the next, so that no end needs a case of its own. */
enum { PLACE_BYTES = 17 };

struct place {
	uint8_t bytes[PLACE_BYTES];
};

struct stretch {
	struct place start;
	uint64_t groups;
};

struct dw_group_index {
	const struct stretch *stretches;
	size_t count;
};

struct member {
	struct place start;
	struct place after; /* one after the last address */
	uint64_t group;
};

static struct place place_of(const struct dw_addr *addr)
{
	struct place place = {.bytes = {addr->family}};

	memcpy(place.bytes + 1, addr->bytes, sizeof(addr->bytes));
	return place;
}

static int compare_places(const struct place *a, const struct place *b)
{
	return memcmp(a->bytes, b->bytes, PLACE_BYTES);
}

static struct place place_after(const struct dw_net *net)
{
	struct place place = place_of(&net->addr);
	size_t i = PLACE_BYTES;

	for (unsigned bit = net->bits; bit < 128; bit++)
		place.bytes[1 + bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	while (++place.bytes[--i] == 0)
		;
	return place;
}

/* Outer networks before those inside them. */
static int compare_members(const void *a, const void *b)
{
	const struct member *left = a, *right = b;
	int order = compare_places(&left->start, &right->start);

	return order ? order : -compare_places(&left->after, &right->after);
}

static struct member *collect(const struct dw_group *groups, size_t count, size_t *total)
{
	struct member *members;
	size_t used = 0;

	*total = 0;
	for (size_t i = 0; i < count; i++)
		*total += groups[i].network_count;
	members = calloc(*total + 1, sizeof(*members));
	for (size_t i = 0; members && i < count; i++) {
		for (size_t n = 0; n < groups[i].network_count; n++) {
			const struct dw_net *net = &groups[i].networks[n];

			members[used++] = (struct member){.start = place_of(&net->addr),
				.after = place_after(net),
				.group = UINT64_C(1) << i};
		}
	}
	if (members)
		qsort(members, used, sizeof(*members), compare_members);
	return members;
}

/* From `start` on it is `groups`; of two starts at one place the later said holds. */
static size_t cut(struct stretch *stretches, size_t count, struct place start, uint64_t groups)
{
	if (count > 0 && compare_places(&stretches[count - 1].start, &start) == 0)
		count--;
	if (count == 0 || stretches[count - 1].groups != groups)
		stretches[count++] = (struct stretch){.start = start, .groups = groups};
	return count;
}

struct open_network {
	struct place after;
	uint64_t groups; /* of all that are open up to this one */
};

/* Networks nest at most 129 deep in a family once equal ones share an entry. */
enum { OPEN_MAX = 130 };

static size_t sweep(const struct member *members, size_t total, struct stretch *stretches)
{
	struct open_network open[OPEN_MAX];
	size_t depth = 0, count = 0;

	for (size_t i = 0; i <= total; i++) {
		const struct member *next = i < total ? &members[i] : NULL;

		while (depth > 0 &&
			(!next || compare_places(&open[depth - 1].after, &next->start) <= 0)) {
			depth--;
			count = cut(stretches, count, open[depth].after,
				depth > 0 ? open[depth - 1].groups : 0);
		}
		if (!next)
			break;
		if (depth == 0 || compare_places(&open[depth - 1].after, &next->after) != 0 ||
			i == 0 || compare_places(&members[i - 1].start, &next->start) != 0) {
			open[depth].after = next->after;
			open[depth].groups = depth > 0 ? open[depth - 1].groups : 0;
			depth++;
		}
		open[depth - 1].groups |= next->group;
		count = cut(stretches, count, next->start, open[depth - 1].groups);
	}
	return count;
}

const struct dw_group_index *dw_group_index_make(
	struct dw_arena *arena, const struct dw_group *groups, size_t count)
{
	struct dw_group_index *index = dw_arena_alloc(arena, 1, sizeof(*index));
	size_t total;
	struct member *members = collect(groups, count, &total);
	struct stretch *stretches = dw_arena_alloc(arena, 2 * total, sizeof(*stretches));

	if (!index || !members || !stretches) {
		free(members);
		return NULL;
	}
	index->stretches = stretches;
	index->count = sweep(members, total, stretches);
	free(members);
	return index;
}

uint64_t dw_group_index_lookup(const struct dw_group_index *index, const struct dw_addr *addr)
{
	struct place place = place_of(addr);
	size_t low = 0, high = index->count; /* the answer is the stretch before `low` */

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_places(&index->stretches[middle].start, &place) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? index->stretches[low - 1].groups : 0;
}
