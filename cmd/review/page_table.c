/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * page_table.c: the tables of the page */
#include "dnsward-config.h"

#include <inttypes.h>
#include <string.h>

#include "review/page_parts.h"
#include "review/text.h"

enum { TEXT_COLUMNS = 90, TABLE_MAX = 50 };

void dw_page_text(FILE *out, const char *text, size_t len)
{
	fputs("<bdi>", out);
	dw_text_put(out, DW_TEXT_HTML, text, len, TEXT_COLUMNS);
	fputs("</bdi>", out);
}

const char *dw_page_number(uint64_t number, char *out)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, number);
	char *to = out;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return out;
}

const char *dw_page_share(uint64_t part, uint64_t all, char *out)
{
	double share = all > 0 ? 100.0 * (double)part / (double)all : 0;

	if (part == 0)
		strcpy(out, "0%");
	else if (share < 0.1)
		strcpy(out, "&lt;0.1%");
	else
		snprintf(out, DW_PAGE_NUMBER_MAX, "%.1f%%", share);
	return out;
}

size_t dw_page_split(const struct dw_tally_entry *entry, struct dw_page_part *out, size_t max)
{
	const char *at = entry->text, *end = at + entry->len;
	size_t count = 0;

	while (count < max) {
		const char *stop = count + 1 < max ? memchr(at, '\0', (size_t)(end - at)) : NULL;

		out[count++] =
			(struct dw_page_part){at, (size_t)((stop != NULL ? stop : end) - at)};
		if (stop == NULL)
			break;
		at = stop + 1;
	}
	return count;
}

/* A bar as long as the entry is of the longest, its sinkholes first. */
static void put_strip(FILE *out, const struct dw_tally_entry *entry, uint64_t most)
{
	static const enum dw_count_of order[] = {DW_COUNT_SINKHOLE, DW_COUNT_LOG, DW_COUNT_ALLOW};
	static const char *const classes[] = {"s", "l", "a"};
	double at = 0;

	fputs("<svg class=\"strip\" viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\" "
	      "aria-hidden=\"true\">",
		out);
	for (size_t i = 0; i < DW_COUNTS; i++) {
		double width = 100.0 * (double)entry->count[order[i]] / (double)most;

		if (width > 0)
			fprintf(out, "<rect class=\"%s\" x=\"%.2f\" width=\"%.2f\" height=\"1\"/>",
				classes[i], at, width);
		at += width;
	}
	fputs("</svg>", out);
}

/* A rule is told with its list, the scorer, whose rule has no name, alone. */
static void put_value(FILE *out, const struct dw_tally_entry *entry, enum dw_summary_of what)
{
	struct dw_page_part part[2];
	size_t count = dw_page_split(entry, part, what == DW_SUMMARY_RULES ? 2 : 1);

	if (count == 2 && part[1].len == 0)
		count = 1;
	fputs("<span class=\"v\">", out);
	dw_page_text(out, part[count - 1].text, part[count - 1].len);
	fputs("</span>", out);
	if (count < 2)
		return;
	fputs(" <span class=\"of\">of ", out);
	dw_page_text(out, part[0].text, part[0].len);
	fputs("</span>", out);
}

static void put_row(FILE *out, const struct dw_page_table *table,
	const struct dw_tally_entry *entry, uint64_t most, uint64_t all)
{
	char number[DW_PAGE_NUMBER_MAX], share[DW_PAGE_NUMBER_MAX];
	uint64_t count = table->by == DW_COUNTS ? entry->total : entry->count[table->by];

	fputs("<tr><th scope=\"row\">", out);
	put_value(out, entry, table->what);
	put_strip(out, entry, most);
	fprintf(out, "</th><td class=\"n\">%s</td><td class=\"n p\">%s</td></tr>\n",
		dw_page_number(count, number), dw_page_share(count, all, share));
}

static void put_caption(
	FILE *out, const struct dw_page_table *table, const struct dw_tally *tally, size_t shown)
{
	char number[DW_PAGE_NUMBER_MAX];

	if (dw_tally_size(tally) > shown)
		fprintf(out, "<caption>The first %zu of %s%s", shown,
			dw_tally_lost(tally) > 0 ? "more than " : "",
			dw_page_number(dw_tally_size(tally), number));
	else
		fprintf(out, "<caption>All %s", dw_page_number(shown, number));
	if (dw_tally_lost(tally) > 0)
		fprintf(out,
			"; there were too many to count each, so a count may be too low by up to "
			"%s",
			dw_page_number(dw_tally_lost(tally), number));
	fprintf(out,
		"</caption>\n<thead><tr><th scope=\"col\">%s</th><th class=\"n\" "
		"scope=\"col\">%s</th>"
		"<th class=\"n\" scope=\"col\">Share</th></tr></thead>\n<tbody>\n",
		table->column, table->by == DW_COUNT_SINKHOLE ? "Sinkholed" : "Replies");
}

void dw_page_table(FILE *out, const struct dw_summary *summary, const struct dw_page_table *table)
{
	const struct dw_tally *tally = summary->tally[table->what];
	struct dw_tally_entry top[TABLE_MAX];
	size_t count = dw_tally_top(
		tally, table->by, top, table->max < TABLE_MAX ? table->max : TABLE_MAX);
	uint64_t most = 1,
		 all = table->by == DW_COUNTS ? dw_tally_sum(tally) : summary->replies[table->by];

	for (size_t i = 0; i < count; i++)
		most = top[i].total > most ? top[i].total : most;
	fprintf(out,
		"<section id=\"%s\" aria-labelledby=\"%s-h\">\n<h2 id=\"%s-h\">%s</h2>\n"
		"<p class=\"note\">%s</p>\n<div class=\"card\">\n",
		table->id, table->id, table->id, table->title, table->note);
	if (count == 0) {
		fprintf(out, "<p class=\"none\">%s</p>\n", table->nothing);
	} else {
		fputs("<table>\n", out);
		put_caption(out, table, tally, count);
		for (size_t i = 0; i < count; i++)
			put_row(out, table, &top[i], most, all);
		fputs("</tbody></table>\n", out);
	}
	fputs("</div>\n</section>\n", out);
}
