/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * page_chart.c: the charts of the page */
#include "dnsward-config.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "review/page_parts.h"
#include "review/when.h"

/* Bars are drawn in a square of 1000 by 1000 that is stretched to whatever room there is; words
 * and numbers are no part of it, so that they keep their size. */
enum { SIDE = 1000, GRID_LINES = 4, BAR_MAX = 60 };

/* The next of 1, 2, 4, 8 and 10 times a power of ten; each is four steps of a round number or few.
 */
static uint64_t round_up(uint64_t number)
{
	static const uint64_t steps[] = {4, 8, 12, 20, 40};
	uint64_t unit = 1;

	for (;; unit *= 10) {
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
			if (steps[i] * unit >= number)
				return steps[i] * unit;
		}
		if (unit > UINT64_MAX / 1000)
			return number;
	}
}

static void put_y_labels(FILE *out, const char *const *labels, size_t count)
{
	fputs("<div class=\"y\" aria-hidden=\"true\">", out);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "<span>%s</span>", labels[i]);
	fputs("</div>\n", out);
}

static void put_grid(FILE *out, size_t lines)
{
	for (size_t i = 0; i < lines; i++)
		fprintf(out, "<path class=\"grid\" d=\"M0 %zuH%d\"/>", i * SIDE / lines, SIDE);
	fprintf(out, "<path class=\"base\" d=\"M0 %dH%d\"/>\n", SIDE, SIDE);
}

static void start_svg(FILE *out, const char *id, const char *class, const char *title)
{
	fprintf(out,
		"<svg class=\"%s\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" role=\"img\" "
		"aria-labelledby=\"%s-t %s-d\">\n<title id=\"%s-t\">%s</title>\n<desc id=\"%s-d\">",
		class, SIDE, SIDE, id, id, id, title, id);
}

static void put_legend(FILE *out)
{
	static const char *const entries[][2] = {
		{"s", "sinkholed"}, {"l", "logged"}, {"a", "allowed"}};

	fputs("<ul class=\"legend\">", out);
	for (size_t i = 0; i < 3; i++)
		fprintf(out,
			"<li><svg viewBox=\"0 0 1 1\" aria-hidden=\"true\"><rect class=\"%s\" "
			"width=\"1\" "
			"height=\"1\"/></svg>%s</li>",
			entries[i][0], entries[i][1]);
	fputs("</ul>\n", out);
}

/* ---- over time ---- */

static const char *span_name(int64_t seconds, char *out, size_t max)
{
	static const struct {
		int64_t seconds;
		const char *one;
	} units[] = {{365 * INT64_C(86400), "year"}, {7 * 86400, "week"}, {86400, "day"},
		{3600, "hour"}, {60, "minute"}, {1, "second"}};
	size_t i = 0;

	while (seconds % units[i].seconds != 0)
		i++;
	int64_t count = seconds / units[i].seconds;
	if (count == 1)
		snprintf(out, max, "%s", units[i].one);
	else
		snprintf(out, max, "%" PRId64 " %ss", count, units[i].one);
	return out;
}

static void put_bar(FILE *out, const struct dw_histogram *histogram, size_t i, uint64_t top,
	const struct dw_zone_info *zone)
{
	static const enum dw_count_of order[] = {DW_COUNT_SINKHOLE, DW_COUNT_LOG, DW_COUNT_ALLOW};
	static const char *const classes[] = {"s", "l", "a"};
	const struct dw_bar *bar = &histogram->bars[i];
	double room = (double)SIDE / (double)histogram->count, at = SIDE;
	double width = room * 0.88 < BAR_MAX ? room * 0.88 : BAR_MAX;
	char time[DW_WHEN_TEXT_MAX], all[DW_PAGE_NUMBER_MAX], sunk[DW_PAGE_NUMBER_MAX];

	if (bar->total == 0)
		return;
	fprintf(out, "<g class=\"bar\"><title>%.16s: %s replies, %s sinkholed</title>",
		dw_when_to_text(bar->start, zone, time), dw_page_number(bar->total, all),
		dw_page_number(bar->count[DW_COUNT_SINKHOLE], sunk));
	for (size_t k = 0; k < DW_COUNTS; k++) {
		double height = SIDE * (double)bar->count[order[k]] / (double)top;

		at -= height;
		if (height > 0)
			fprintf(out,
				"<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" "
				"height=\"%.2f\"/>",
				classes[k], (double)i * room + (room - width) / 2, at, width,
				height);
	}
	fputs("</g>\n", out);
}

/* The smallest round step that needs no more than nine ticks. */
static int64_t tick_step(int64_t span)
{
	static const int64_t steps[] = {60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600,
		86400, 2 * 86400, 7 * 86400, 14 * 86400, 28 * 86400, 91 * 86400, 364 * 86400};
	size_t i = 0;

	while (i + 1 < sizeof(steps) / sizeof(steps[0]) && span / steps[i] > 9)
		i++;
	int64_t step = steps[i];
	while (span / step > 9)
		step *= 2;
	return step;
}

/* "6 Jan", "6 Jan 18:00" or "18:00": what is not the same all along. */
static void put_tick(
	FILE *out, int64_t time, int64_t step, bool one_day, const struct dw_zone_info *zone)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char text[DW_WHEN_TEXT_MAX];

	dw_when_to_text(time, zone, text);
	int month = (text[5] - '0') * 10 + (text[6] - '0') - 1;
	if (!one_day)
		fprintf(out, "%s%c %.3s", text[8] == '0' ? "" : (char[]){text[8], '\0'}, text[9],
			months + 3 * (month % 12));
	if (step < 86400)
		fprintf(out, "%s%.5s", one_day ? "" : " ", text + 11);
}

/* Where the ticks fall within the bars, which start at the zone's round times. */
static void put_x_times(
	FILE *out, const struct dw_histogram *histogram, const struct dw_zone_info *zone)
{
	int64_t span = (int64_t)histogram->count * histogram->step, step = tick_step(span);
	int64_t start = histogram->bars[0].start / 1000000;
	int64_t local = start + dw_zone_info_offset(zone, start);
	int64_t first = (step - local % step) % step;

	fputs("<svg class=\"x\" aria-hidden=\"true\">", out);
	for (int64_t at = first, i = 0; at <= span; at += step, i++) {
		double place = 100.0 * (double)at / (double)span;

		fprintf(out, "<text%s x=\"%.2f%%\" y=\"12\" text-anchor=\"%s\">",
			i % 2 == 1 ? " class=\"o\"" : "", place,
			place < 4    ? "start"
			: place > 96 ? "end"
				     : "middle");
		put_tick(out, (start + at) * 1000000, step, span <= 86400, zone);
		fputs("</text>", out);
	}
	fputs("</svg>\n", out);
}

static void put_time_table(FILE *out, const struct dw_histogram *histogram,
	const struct dw_zone_info *zone, const char *span)
{
	fprintf(out,
		"<details><summary>The figures as a table</summary>\n<div class=\"scroll\" "
		"tabindex=\"0\" "
		"role=\"region\" aria-label=\"Replies by time\"><table>\n"
		"<caption>Replies in each %s</caption>\n<thead><tr><th scope=\"col\">From</th>"
		"<th class=\"n\" scope=\"col\">Replies</th><th class=\"n\" "
		"scope=\"col\">Allowed</th>"
		"<th class=\"n\" scope=\"col\">Logged</th><th class=\"n\" "
		"scope=\"col\">Sinkholed</th>"
		"</tr></thead>\n<tbody>\n",
		span);
	for (size_t i = 0; i < histogram->count; i++) {
		const struct dw_bar *bar = &histogram->bars[i];
		char time[DW_WHEN_TEXT_MAX], number[4][DW_PAGE_NUMBER_MAX];

		fprintf(out,
			"<tr><th scope=\"row\">%.16s</th><td class=\"n\">%s</td><td "
			"class=\"n\">%s</td>"
			"<td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
			dw_when_to_text(bar->start, zone, time),
			dw_page_number(bar->total, number[0]),
			dw_page_number(bar->count[DW_COUNT_ALLOW], number[1]),
			dw_page_number(bar->count[DW_COUNT_LOG], number[2]),
			dw_page_number(bar->count[DW_COUNT_SINKHOLE], number[3]));
	}
	fputs("</tbody></table></div></details>\n", out);
}

static void put_time_description(FILE *out, const struct dw_histogram *histogram,
	const struct dw_zone_info *zone, const char *span)
{
	const struct dw_bar *most = &histogram->bars[0];
	char number[DW_PAGE_NUMBER_MAX], time[DW_WHEN_TEXT_MAX];

	for (size_t i = 1; i < histogram->count; i++)
		most = histogram->bars[i].total > most->total ? &histogram->bars[i] : most;
	fprintf(out,
		"%zu bars, one for each %s. The highest has %s replies and starts at %.16s. "
		"The figures are in the table below.</desc>\n",
		histogram->count, span, dw_page_number(most->total, number),
		dw_when_to_text(most->start, zone, time));
}

void dw_page_time_chart(
	FILE *out, const struct dw_histogram *histogram, const struct dw_zone_info *zone)
{
	char span[32], text[GRID_LINES + 1][DW_PAGE_NUMBER_MAX];
	const char *labels[GRID_LINES + 1];
	uint64_t top = 1;

	for (size_t i = 0; i < histogram->count; i++)
		top = histogram->bars[i].total > top ? histogram->bars[i].total : top;
	top = round_up(top);
	for (size_t i = 0; i <= GRID_LINES; i++)
		labels[i] = dw_page_number(top * (GRID_LINES - i) / GRID_LINES, text[i]);
	span_name(histogram->step, span, sizeof(span));
	fprintf(out, "<div class=\"card\">\n");
	put_legend(out);
	fputs("<div class=\"plot\">\n", out);
	put_y_labels(out, labels, GRID_LINES + 1);
	start_svg(out, "time", "high", "Replies over time by verdict");
	put_time_description(out, histogram, zone, span);
	put_grid(out, GRID_LINES);
	for (size_t i = 0; i < histogram->count; i++)
		put_bar(out, histogram, i, top, zone);
	fputs("</svg>\n", out);
	put_x_times(out, histogram, zone);
	fputs("</div>\n", out);
	put_time_table(out, histogram, zone, span);
	fputs("</div>\n", out);
}

/* ---- scores ---- */

static void put_score_bars(FILE *out, const struct dw_summary *summary, int decades)
{
	const double width = (double)SIDE / DW_SUMMARY_SCORES;

	for (size_t i = 0; i < DW_SUMMARY_SCORES; i++) {
		uint64_t count = summary->score[i];
		char number[DW_PAGE_NUMBER_MAX];

		if (count == 0)
			continue;
		/* one is a tenth of a decade high, so that it can be seen */
		double height = SIDE * (log10((double)count) + 0.1) / (decades + 0.1);
		fprintf(out,
			"<g class=\"bar\"><title>%.2f to %.2f: %s replies</title><rect "
			"class=\"%s\" x=\"%.2f\" "
			"y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/></g>\n",
			(double)i / DW_SUMMARY_SCORES, (double)(i + 1) / DW_SUMMARY_SCORES,
			dw_page_number(count, number), i + 1 == DW_SUMMARY_SCORES ? "s" : "a",
			(double)i * width + width * 0.06, SIDE - height, width * 0.88, height);
	}
}

static void put_score_table(FILE *out, const struct dw_summary *summary)
{
	fputs("<details><summary>The figures as a table</summary>\n<table>\n"
	      "<caption>Replies by the score of their name</caption>\n<thead><tr><th "
	      "scope=\"col\">Score</th>"
	      "<th class=\"n\" scope=\"col\">Replies</th><th class=\"n\" "
	      "scope=\"col\">Share</th></tr></thead>"
	      "\n<tbody>\n",
		out);
	for (size_t i = 0; i < DW_SUMMARY_SCORES; i++) {
		char number[DW_PAGE_NUMBER_MAX], share[DW_PAGE_NUMBER_MAX];

		fprintf(out,
			"<tr><th scope=\"row\">%.2f to %.2f</th><td class=\"n\">%s</td>"
			"<td class=\"n p\">%s</td></tr>\n",
			(double)i / DW_SUMMARY_SCORES, (double)(i + 1) / DW_SUMMARY_SCORES,
			dw_page_number(summary->score[i], number),
			dw_page_share(summary->score[i], summary->scored, share));
	}
	fputs("</tbody></table></details>\n", out);
}

void dw_page_score_chart(FILE *out, const struct dw_summary *summary)
{
	static const char *const powers[] = {"1", "10", "100", "1,000", "10,000", "100,000", "1 M",
		"10 M", "100 M", "1 G", "10 G", "100 G"};
	const char *labels[12];
	char number[DW_PAGE_NUMBER_MAX];
	uint64_t top = 1;

	for (size_t i = 0; i < DW_SUMMARY_SCORES; i++)
		top = summary->score[i] > top ? summary->score[i] : top;
	int decades = (int)ceil(log10((double)top));
	decades = decades < 1 ? 1 : decades > 11 ? 11 : decades;
	for (int i = 0; i <= decades; i++)
		labels[i] = powers[decades - i];
	fputs("<div class=\"card\">\n<div class=\"plot\">\n", out);
	put_y_labels(out, labels, (size_t)decades + 1);
	start_svg(out, "score", "low", "Replies by DGA score, on a logarithmic scale");
	fprintf(out,
		"20 bars from score 0 to 1. The last, from 0.95 to 1, has %s replies. The figures "
		"are in the "
		"table below.</desc>\n",
		dw_page_number(summary->score[DW_SUMMARY_SCORES - 1], number));
	put_grid(out, (size_t)decades);
	put_score_bars(out, summary, decades);
	fputs("</svg>\n<svg class=\"x\" aria-hidden=\"true\"><text x=\"0\" y=\"12\">0</text>"
	      "<text class=\"o\" x=\"25%\" y=\"12\" text-anchor=\"middle\">0.25</text>"
	      "<text x=\"50%\" y=\"12\" text-anchor=\"middle\">0.5</text>"
	      "<text class=\"o\" x=\"75%\" y=\"12\" text-anchor=\"middle\">0.75</text>"
	      "<text x=\"100%\" y=\"12\" text-anchor=\"end\">1</text></svg>\n</div>\n",
		out);
	put_score_table(out, summary);
	fputs("</div>\n", out);
}
