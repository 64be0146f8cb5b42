/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_warn_rows.c: rows of the action table that nothing can reach */
#include "dnsward-config.h"

#include <string.h>

#include "policy/settings_warn.h"

static bool is_subset(const struct dw_set *inner, const struct dw_set *outer)
{
	for (size_t i = 0; i < sizeof(inner->word) / sizeof(inner->word[0]); i++)
		if (inner->word[i] & ~outer->word[i])
			return false;
	return true;
}

/* Bit sets in which none means no condition. */
static bool covers_bits(uint64_t outer, uint64_t inner)
{
	return outer == 0 || (inner != 0 && (inner & ~outer) == 0);
}

static bool covers_types(const struct dw_row *outer, const struct dw_row *inner)
{
	if (outer->type_count == 0)
		return true;
	for (size_t i = 0; i < inner->type_count; i++) {
		size_t k = 0;

		while (k < outer->type_count && outer->types[k] != inner->types[i])
			k++;
		if (k == outer->type_count)
			return false;
	}
	return inner->type_count > 0;
}

static bool covers_rules(const struct dw_row *outer, const struct dw_row *inner)
{
	if (outer->rule_count == 0)
		return true;
	for (size_t i = 0; i < inner->rule_count; i++) {
		size_t k = 0;

		while (k < outer->rule_count && strcmp(outer->rules[k], inner->rules[i]) != 0)
			k++;
		if (k == outer->rule_count)
			return false;
	}
	return inner->rule_count > 0;
}

/* Each window of `inner` lies in one of `outer`: the same days or fewer, the same times or
 * less. Windows that only cover together are not seen through. */
static bool covers_windows(const struct dw_row *outer, const struct dw_row *inner)
{
	if (outer->when_count == 0)
		return true;
	for (size_t i = 0; i < inner->when_count; i++) {
		const struct dw_window *in = &inner->when[i];
		size_t k = 0;

		for (; k < outer->when_count; k++) {
			const struct dw_window *out = &outer->when[k];
			unsigned in_end = in->end + (in->end <= in->start ? 1440U : 0U);
			unsigned out_end = out->end + (out->end <= out->start ? 1440U : 0U);

			if ((in->days & ~out->days) == 0 && in->start >= out->start &&
				in_end <= out_end)
				break;
		}
		if (k == outer->when_count)
			return false;
	}
	return inner->when_count > 0;
}

/* Whether everything that `inner` fits is fitted by `outer`. Sure where it says so. */
static bool covers(const struct dw_row *outer, const struct dw_row *inner)
{
	bool categories =
		outer->any_category ||
		(!inner->any_category && is_subset(&inner->categories, &outer->categories));
	bool lists =
		!outer->has_lists || (inner->has_lists && is_subset(&inner->lists, &outer->lists));

	return categories && lists && is_subset(&outer->unless, &inner->unless) &&
	       covers_bits(outer->groups, inner->groups) &&
	       covers_bits(outer->levels, inner->levels) && covers_types(outer, inner) &&
	       covers_rules(outer, inner) && covers_windows(outer, inner);
}

/* All that the row wants is what it does not want. */
static bool contradicts_itself(const struct dw_row *row)
{
	return !row->any_category && dw_set_meets(&row->categories, &row->unless) &&
	       is_subset(&row->categories, &row->unless);
}

/* The first of the `count` rows that fits all that `row` would; `count`: none does. */
static size_t first_cover(const struct dw_row *rows, size_t count, const struct dw_row *row)
{
	size_t k = 0;

	while (k < count && !covers(&rows[k], row))
		k++;
	return k;
}

/* The same where it takes several rows, a type each: the one for the first type. */
static size_t first_of_types(const struct dw_row *rows, size_t count, const struct dw_row *row)
{
	struct dw_row part = *row;
	size_t first = count;

	part.type_count = 1;
	for (size_t i = row->type_count; i-- > 0;) {
		part.types[0] = row->types[i];
		first = first_cover(rows, count, &part);
		if (first == count)
			return count;
	}
	return first;
}

static void warn_of_row(struct dw_warner *w, size_t i)
{
	const struct dw_row *rows = w->settings->rows, *row = &rows[i];
	size_t k;

	if (contradicts_itself(row))
		dw_warn(w, row->file, row->line,
			"actions: row %u fits nothing; all its categories stand under unless",
			row->number);
	else if ((k = first_cover(rows, i, row)) < i)
		dw_warn(w, row->file, row->line,
			"actions: row %u is never reached; row %u (%s:%u) fits all it would",
			row->number, rows[k].number, rows[k].file, rows[k].line);
	else if ((k = first_of_types(rows, i, row)) < i)
		dw_warn(w, row->file, row->line,
			"actions: row %u is never reached; each of its types is fitted by a row "
			"above it, such as row %u (%s:%u)",
			row->number, rows[k].number, rows[k].file, rows[k].line);
}

void dw_warn_of_rows(struct dw_warner *w)
{
	for (size_t i = 0; i < w->settings->row_count; i++)
		warn_of_row(w, i);
}
