/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * row.c: whether a row of the action table fits */
#include "dnsward-config.h"

#include <string.h>

#include "policy/row.h"

bool dw_row_needs_hit(const struct dw_row *row)
{
	return !row->any_category || row->has_lists || row->levels != 0 || row->rule_count > 0;
}

bool dw_row_varies(const struct dw_row *row)
{
	return row->groups != 0 || row->when_count > 0;
}

static bool type_fits(const struct dw_row *row, uint16_t type)
{
	for (size_t i = 0; i < row->type_count; i++) {
		if (row->types[i] == type)
			return true;
	}
	return row->type_count == 0;
}

static bool names_rule(const struct dw_row *row, const struct dw_reason *reason)
{
	const char *name = reason->provider->name, *id = reason->provider->id;

	for (size_t i = 0; name != NULL && i < row->rule_count; i++) {
		if (strcmp(row->rules[i], name) == 0 ||
			(id != NULL && strcmp(row->rules[i], id) == 0))
			return true;
	}
	return false;
}

static bool reason_fits(const struct dw_row *row, const struct dw_reason *reason)
{
	const struct dw_provider *provider = reason->provider;

	if (row->levels != 0 && !(row->levels >> provider->level & 1))
		return false;
	if (!row->any_category && !dw_set_has(&row->categories, reason->category))
		return false;
	if (row->has_lists && (provider->list_number == DW_NO_LIST ||
				      !dw_set_has(&row->lists, provider->list_number)))
		return false;
	return row->rule_count == 0 || names_rule(row, reason);
}

bool dw_row_fits_name(
	const struct dw_row *row, const struct dw_matches *matches, uint16_t type, size_t *reason)
{
	*reason = SIZE_MAX;
	if (!type_fits(row, type) || dw_set_meets(&row->unless, &matches->categories))
		return false;
	if (!dw_row_needs_hit(row))
		return true;
	for (size_t i = 0; i < matches->count; i++) {
		if (!reason_fits(row, &matches->reason[i]))
			continue;
		if (*reason == SIZE_MAX ||
			matches->reason[i].hit.labels > matches->reason[*reason].hit.labels)
			*reason = i;
	}
	return *reason != SIZE_MAX;
}

bool dw_row_fits_client(const struct dw_row *row, uint64_t groups, struct dw_week_time when)
{
	if (row->groups != 0 && !(row->groups & groups))
		return false;
	for (size_t i = 0; i < row->when_count; i++) {
		if (dw_window_contains(&row->when[i], when))
			return true;
	}
	return row->when_count == 0;
}
