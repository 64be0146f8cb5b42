/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * page_parts.h: what the parts of the page are made of */
#ifndef DNSWARD_REVIEW_PAGE_PARTS_H
#define DNSWARD_REVIEW_PAGE_PARTS_H

#include "review/histogram.h"
#include "review/page.h"

/* ---- page_style.c ---- */

extern const char dw_page_style[];

/* ---- page_table.c ---- */

/* Strangers' text, cut at 90 columns. */
void dw_page_text(FILE *out, const char *text, size_t len);

/* "1,234,567", and "12.3%"; of nothing "0%", of little "<0.1%". */
enum { DW_PAGE_NUMBER_MAX = 32 };
const char *dw_page_number(uint64_t number, char *out);
const char *dw_page_share(uint64_t part, uint64_t all, char *out);

/* A table of the most frequent values with a bar each. */
struct dw_page_table {
	enum dw_summary_of what;
	enum dw_count_of by; /* DW_COUNTS: all replies */
	size_t max;
	const char *id, *title, *column, *note, *nothing;
};
void dw_page_table(FILE *out, const struct dw_summary *summary, const struct dw_page_table *table);

/* The values of one entry that were tallied as one: returns how many, at most `max`. */
struct dw_page_part {
	const char *text;
	size_t len;
};
size_t dw_page_split(const struct dw_tally_entry *entry, struct dw_page_part *out, size_t max);

/* ---- page_chart.c ---- */

void dw_page_time_chart(
	FILE *out, const struct dw_histogram *histogram, const struct dw_zone_info *zone);
void dw_page_score_chart(FILE *out, const struct dw_summary *summary);

/* ---- technique.c ---- */

/* Techniques of MITRE ATT&CK that show in DNS, version 17; NULL for others. */
struct dw_technique {
	const char *id, *name, *tactic;
};
const struct dw_technique *dw_technique_find(const char *id, size_t len);

#endif
