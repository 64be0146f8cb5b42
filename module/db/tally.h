/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * from the rules that fit to the hits: the meaning of dnsward/rules.h
 */
#ifndef DNSWARD_DB_TALLY_H
#define DNSWARD_DB_TALLY_H

#include "database.h"

/* What a rule that fits counts as. Two rules of a list differ in what they mean for
 * the outcome by this alone. */
enum tally_side {
	TALLY_IMPORTANT, /* a rule that is no exception, important */
	TALLY_PLAIN,     /* a rule that is no exception, important or not */
	TALLY_EXCEPTION, /* an exception, important or not */
	TALLY_IMPORTANT_EXCEPTION,
	TALLY_SIDES
};

/* Which rules of one list fit. Of each side the first one put in stays, so that
 * rules are put in with the longest name first, patterns last. */
struct tally_list {
	uint8_t seen;  /* bit: enum tally_side */
	uint16_t rank; /* of the rules seen: what longest-wins lists compare */
	struct dw_hit told[TALLY_SIDES];
};

/* Only lists whose bit is set have their tally_list filled; closed ones may have seen nothing. */
struct tally {
	const struct dw_db *db;
	uint16_t qtype;
	bool any_type; /* types conditions are not looked at */
	uint64_t lists[DW_LISTS_MAX / 64];
	struct tally_list *list; /* the caller's, one for each list of the database */
};

/* How much a rule's name weighs where the longest wins: patterns 0, then names by
 * labels, the exact before the wildcards of the same name. */
static inline uint16_t tally_rank(unsigned labels, bool exact)
{
	return (uint16_t)((labels + 1) * 2 + exact);
}

/* `list` needs no filling: nearly all of it stays untouched. */
static inline struct tally tally_of(const struct dw_db *db, struct tally_list *list)
{
	return (struct tally){.db = db, .list = list};
}

/* Count a rule that fits but for its types condition. */
void tally_add(struct tally *t, const struct db_effect *effect, const struct dw_hit *hit,
	uint16_t rank);

/* Nothing of the list counts whose rank is lower, unless something was counted before. */
void tally_close(struct tally *t, size_t list, uint16_t rank);

/* The outcome where no rule fits. */
static inline void tally_no_hits(struct dw_hits *hits)
{
	hits->count = 0;
	hits->excepted = (struct dw_list_set){0};
}

/* The outcome of each list, in their order. */
void tally_hits(const struct tally *t, struct dw_hits *hits);

#endif
