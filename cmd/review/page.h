/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * page.h: a summary as one page of HTML */
#ifndef DNSWARD_REVIEW_PAGE_H
#define DNSWARD_REVIEW_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "dnsward/clock.h"
#include "review/readers.h"
#include "review/summary.h"

/* The page is whole in itself: no script, no image, no font, nothing that is fetched, so that it
 * works from a mail's attachment and tells nobody that it was read. Its Content-Security-Policy
 * forbids all but its own style sheet, by digest. Charts are SVG with a title and a description,
 * and each has its figures in a table; colours follow the reader's light or dark scheme.
 *
 * Whatever comes from the log goes out by dw_text_put, in elements of its own (bdi), and only as
 * content, never as an attribute. */
struct dw_page {
	struct dw_summary *summary;
	const struct dw_line_counts *counts;
	const struct dw_zone_info *zone;
	const char *const *paths;
	size_t path_count;
	int64_t now;
};

/* False: no memory for it. Errors of `out` are the caller's to look for. */
bool dw_page_write(FILE *out, const struct dw_page *page);

#endif
