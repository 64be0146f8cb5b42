/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * row.h: whether a row of the action table fits */
#ifndef DNSWARD_POLICY_ROW_H
#define DNSWARD_POLICY_ROW_H

#include "dnsward/settings.h"
#include "dnsward/verdict.h"

/* What a name carries, gathered from all that know something of it. */
struct dw_matches {
	struct dw_set categories;
	struct dw_dga_mark dga;
	bool awaits_answer; /* some rule does */
	size_t count;
	struct dw_reason reason[DW_HITS_MAX];
};

/* Whether the row asks for a hit, rather than only for a client, a type or a time. */
bool dw_row_needs_hit(const struct dw_row *row);

/* Whether the row has conditions that hang on the client or the clock. */
bool dw_row_varies(const struct dw_row *row);

/* The part of the row that hangs on the name and the type alone. `reason` gets the index of
 * the hit that makes it fit (the longest name, then the order of lists), or SIZE_MAX where
 * the row asks for none. */
bool dw_row_fits_name(
	const struct dw_row *row, const struct dw_matches *matches, uint16_t type, size_t *reason);

/* The rest of it. `when` is now in the settings' time zone. */
bool dw_row_fits_client(const struct dw_row *row, uint64_t groups, struct dw_week_time when);

#endif
