/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * page.c: a summary as one page of HTML */
#include "dnsward-config.h"
#include "review/page.h"

#include <sodium.h>
#include <string.h>

#include "dnsward/version.h"
#include "review/page_parts.h"
#include "review/when.h"

enum { BARS_MAX = 170, ALERTS_MAX = 20, TECHNIQUES_MAX = 40 };

static uint64_t replies_of(const struct dw_summary *summary)
{
	return summary->replies[DW_COUNT_ALLOW] + summary->replies[DW_COUNT_LOG] +
	       summary->replies[DW_COUNT_SINKHOLE];
}

/* ---- head ---- */

/* The digest of the style sheet, by which the policy lets it in. */
static void put_policy(FILE *out)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	char text[sodium_base64_ENCODED_LEN(sizeof(digest), sodium_base64_VARIANT_ORIGINAL)];

	crypto_hash_sha256(digest, (const unsigned char *)dw_page_style, strlen(dw_page_style));
	sodium_bin2base64(
		text, sizeof(text), digest, sizeof(digest), sodium_base64_VARIANT_ORIGINAL);
	fprintf(out,
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
		text);
}

static void put_head(FILE *out)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n", out);
	put_policy(out);
	fprintf(out,
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"generator\" content=\"dnsward %s\">\n"
		"<title>DNS report</title>\n<style>%s</style>\n</head>\n",
		dw_version(), dw_page_style);
}

/* "5 January 2026": a heading, not a column. */
static const char *long_date(int64_t time, const struct dw_zone_info *zone, char *out, size_t max)
{
	static const char *const months[] = {"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December"};
	char text[DW_WHEN_TEXT_MAX];

	dw_when_to_text(time, zone, text);
	unsigned month = (unsigned)(text[5] - '0') * 10 + (unsigned)(text[6] - '0');
	snprintf(out, max, "%s%.1s %s %.4s", text[8] == '0' ? "" : (char[]){text[8], '\0'},
		text + 9, months[(month - 1) % 12], text);
	return out;
}

static void put_title(FILE *out, const struct dw_page *page)
{
	const struct dw_summary *summary = page->summary;
	char first[40], last[40], clock[2][DW_WHEN_TEXT_MAX];

	if (summary->last == INT64_MIN) {
		fputs("<h1>An empty log</h1>\n<p class=\"lead\">No reply was found in it.</p>\n",
			out);
		return;
	}
	long_date(summary->first, page->zone, first, sizeof(first));
	long_date(summary->last, page->zone, last, sizeof(last));
	dw_when_to_text(summary->first, page->zone, clock[0]);
	dw_when_to_text(summary->last, page->zone, clock[1]);
	if (strcmp(strchr(first, ' '), strchr(last, ' ')) == 0 && strcmp(first, last) != 0)
		*strchr(first, ' ') = '\0'; /* "5 to 11 January 2026" */
	if (strcmp(first, last) == 0)
		fprintf(out, "<h1>%s</h1>\n<p class=\"lead\">From %.8s to %.8s, ", first,
			clock[0] + 11, clock[1] + 11);
	else
		fprintf(out,
			"<h1>%s to %s</h1>\n<p class=\"lead\">From %.5s of the first day to %.5s "
			"of the "
			"last, ",
			first, last, clock[0] + 11, clock[1] + 11);
}

static void put_lead(FILE *out, const struct dw_summary *summary)
{
	char all[DW_PAGE_NUMBER_MAX], sunk[DW_PAGE_NUMBER_MAX], share[DW_PAGE_NUMBER_MAX];

	if (summary->last == INT64_MIN)
		return;
	fprintf(out, "the log has <b>%s</b> replies; <b>%s</b> of them, %s, were sinkholed.</p>\n",
		dw_page_number(replies_of(summary), all),
		dw_page_number(summary->replies[DW_COUNT_SINKHOLE], sunk),
		dw_page_share(summary->replies[DW_COUNT_SINKHOLE], replies_of(summary), share));
}

static void put_sum(
	FILE *out, const char *what, const char *class, uint64_t count, const char *share)
{
	char number[DW_PAGE_NUMBER_MAX];

	fprintf(out, "<div><dt>%s</dt><dd class=\"n%s\">%s</dd><dd class=\"p\">%s</dd></div>\n",
		what, class, dw_page_number(count, number), share);
}

static void put_sums(FILE *out, const struct dw_summary *summary)
{
	char share[DW_PAGE_NUMBER_MAX], text[64];
	uint64_t all = replies_of(summary);

	fputs("<dl class=\"sums\">\n", out);
	snprintf(text, sizeof(text), "%s from the cache",
		dw_page_share(summary->cached, all, share));
	put_sum(out, "Replies", "", all, text);
	snprintf(text, sizeof(text), "%s of all",
		dw_page_share(summary->replies[DW_COUNT_SINKHOLE], all, share));
	put_sum(out, "Sinkholed", " s", summary->replies[DW_COUNT_SINKHOLE], text);
	snprintf(text, sizeof(text), "%s, let pass",
		dw_page_share(summary->replies[DW_COUNT_LOG], all, share));
	put_sum(out, "Logged", "", summary->replies[DW_COUNT_LOG], text);
	put_sum(out, "Alerts", "", summary->alerts, "of rules and detectors");
	put_sum(out, "Clients", "", dw_tally_size(summary->tally[DW_SUMMARY_CLIENTS]),
		dw_tally_lost(summary->tally[DW_SUMMARY_CLIENTS]) > 0 ? "at least" : "that asked");
	put_sum(out, "Domains", "", dw_tally_size(summary->tally[DW_SUMMARY_DOMAINS]),
		dw_tally_lost(summary->tally[DW_SUMMARY_DOMAINS]) > 0 ? "at least" : "asked for");
	fputs("</dl>\n", out);
}

static void put_nav(FILE *out)
{
	static const char *const links[][2] = {{"time", "Over time"}, {"names", "Names"},
		{"clients", "Clients"}, {"lists", "Lists"}, {"rules", "Rules"},
		{"techniques", "ATT&amp;CK"}, {"scores", "DGA"}, {"tunnels", "Tunnels"},
		{"missing", "Not in here"}};

	fputs("<nav aria-label=\"Parts of this report\"><ul>", out);
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		fprintf(out, "<li><a href=\"#%s\">%s</a></li>", links[i][0], links[i][1]);
	fputs("</ul></nav>\n", out);
}

/* ---- sections ---- */

static void open_section(FILE *out, const char *id, const char *title, const char *note)
{
	fprintf(out,
		"<section id=\"%s\" aria-labelledby=\"%s-h\">\n<h2 id=\"%s-h\">%s</h2>\n"
		"<p class=\"note\">%s</p>\n",
		id, id, id, title, note);
}

static bool put_time(FILE *out, const struct dw_page *page)
{
	struct dw_histogram histogram;
	char number[DW_PAGE_NUMBER_MAX];

	if (!dw_histogram_make(
		    page->summary->tally[DW_SUMMARY_MINUTES], 0, BARS_MAX, page->zone, &histogram))
		return false;
	open_section(out, "time", "Over time",
		"How many replies there were, and what was done with them.");
	if (histogram.count > 0)
		dw_page_time_chart(out, &histogram, page->zone);
	else
		fputs("<div class=\"card\"><p class=\"none\">No line has a time.</p></div>\n", out);
	if (histogram.left_out > 0)
		fprintf(out,
			"<p class=\"note\">%s replies whose times are more than a year away from "
			"all "
			"others are left out.</p>\n",
			dw_page_number(histogram.left_out, number));
	fputs("</section>\n", out);
	dw_histogram_free(&histogram);
	return true;
}

static void put_pair(FILE *out, const struct dw_summary *summary, const struct dw_page_table *first,
	const struct dw_page_table *second)
{
	fputs("<div class=\"pair\">\n", out);
	dw_page_table(out, summary, first);
	dw_page_table(out, summary, second);
	fputs("</div>\n", out);
}

/* A subtechnique is told with its technique: "Application Layer Protocol: DNS". */
static void put_technique_name(FILE *out, const struct dw_technique *known)
{
	const char *dot = known != NULL ? strchr(known->id, '.') : NULL;
	const struct dw_technique *parent =
		dot != NULL ? dw_technique_find(known->id, (size_t)(dot - known->id)) : NULL;

	if (known == NULL)
		fputs("not a technique we know", out);
	else
		fprintf(out, "%s%s%s", parent != NULL ? parent->name : "",
			parent != NULL ? ": " : "", known->name);
}

static void put_technique(
	FILE *out, const struct dw_tally_entry *entry, const struct dw_technique *known)
{
	char all[DW_PAGE_NUMBER_MAX], sunk[DW_PAGE_NUMBER_MAX];

	fputs("<li><span class=\"v\">", out);
	dw_page_text(out, entry->text, entry->len);
	fputs("</span><b>", out);
	put_technique_name(out, known);
	fprintf(out, "</b><span class=\"c\">%s %s, %s sinkholed</span></li>\n",
		dw_page_number(entry->total, all), entry->total == 1 ? "reply" : "replies",
		dw_page_number(entry->count[DW_COUNT_SINKHOLE], sunk));
}

/* In the order of the matrix, which is that of an attack. */
static void put_tactics(FILE *out, const struct dw_tally_entry *top, size_t count)
{
	static const char *const tactics[] = {"Reconnaissance", "Resource Development",
		"Initial Access", "Execution", "Privilege Escalation", "Defense Evasion",
		"Credential Access", "Discovery", "Lateral Movement", "Command and Control",
		"Exfiltration", "Impact", NULL};

	fputs("<div class=\"card tactics\">\n", out);
	for (size_t t = 0; t < sizeof(tactics) / sizeof(tactics[0]); t++) {
		bool open = false;

		for (size_t i = 0; i < count; i++) {
			const struct dw_technique *known =
				dw_technique_find(top[i].text, top[i].len);

			if (known == NULL ? tactics[t] != NULL
					  : tactics[t] == NULL ||
						    strcmp(known->tactic, tactics[t]) != 0)
				continue;
			if (!open)
				fprintf(out, "<div><h3>%s</h3><ul>\n",
					tactics[t] != NULL ? tactics[t] : "Others");
			open = true;
			put_technique(out, &top[i], known);
		}
		if (open)
			fputs("</ul></div>\n", out);
	}
	fputs("</div>\n", out);
}

static void put_techniques(FILE *out, const struct dw_summary *summary)
{
	struct dw_tally_entry top[TECHNIQUES_MAX];
	size_t count =
		dw_tally_top(summary->tally[DW_SUMMARY_TECHNIQUES], DW_COUNTS, top, TECHNIQUES_MAX);

	open_section(out, "techniques", "MITRE ATT&amp;CK",
		"What the rules that fitted are evidence of, by tactic.");
	if (count > 0)
		put_tactics(out, top, count);
	else
		fputs("<div class=\"card\"><p class=\"none\">No rule with a technique "
		      "fitted.</p></div>\n",
			out);
	fputs("</section>\n", out);
}

static void put_scores(FILE *out, const struct dw_summary *summary)
{
	open_section(out, "scores", "Generated names",
		"How much the names that were asked for look made by an algorithm (DGA): from 0, "
		"not at all, "
		"to 1. Each step upwards is ten times as many replies.");
	if (summary->scored > 0)
		dw_page_score_chart(out, summary);
	else
		fputs("<div class=\"card\"><p class=\"none\">No name was scored.</p></div>\n", out);
	fputs("</section>\n", out);
}

static void put_alert(FILE *out, const struct dw_tally_entry *entry)
{
	struct dw_page_part part[3] = {{"", 0}, {"", 0}, {"", 0}};
	char all[DW_PAGE_NUMBER_MAX], sunk[DW_PAGE_NUMBER_MAX];

	dw_page_split(entry, part, 3);
	fputs("<tr><th scope=\"row\"><span class=\"v\">", out);
	dw_page_text(out, part[1].text, part[1].len);
	fputs("</span><br><span class=\"of\">", out);
	dw_page_text(out, part[0].text, part[0].len);
	fputs(", found by ", out);
	dw_page_text(out, part[2].text, part[2].len);
	fprintf(out, "</span></th><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
		dw_page_number(entry->total, all),
		dw_page_number(entry->count[DW_COUNT_SINKHOLE], sunk));
}

static void put_tunnels(FILE *out, const struct dw_summary *summary)
{
	const struct dw_tally *alerts = summary->tally[DW_SUMMARY_ALERTS];
	struct dw_tally_entry top[ALERTS_MAX];
	size_t count = dw_tally_top(alerts, DW_COUNTS, top, ALERTS_MAX);
	char number[DW_PAGE_NUMBER_MAX];

	open_section(out, "tunnels", "Suspected tunnels and other alerts of detectors",
		"What shows only in many queries taken together: who, below which domain, and by "
		"which "
		"detector.");
	fputs("<div class=\"card\">\n", out);
	if (count == 0) {
		fputs("<p class=\"none\">No detector raised an alert.</p>\n</div>\n</section>\n",
			out);
		return;
	}
	fprintf(out,
		"<table>\n<caption>%s%zu of %s pairs of client and domain</caption>\n<thead><tr>"
		"<th scope=\"col\">Domain, client and detector</th>"
		"<th class=\"n\" scope=\"col\">Replies</th><th class=\"n\" "
		"scope=\"col\">Sinkholed</th>"
		"</tr></thead>\n<tbody>\n",
		count < dw_tally_size(alerts) ? "The first " : "", count,
		dw_page_number(dw_tally_size(alerts), number));
	for (size_t i = 0; i < count; i++)
		put_alert(out, &top[i]);
	fputs("</tbody></table>\n</div>\n</section>\n", out);
}

static void put_missing_row(FILE *out, const char *what, const char *why, uint64_t count)
{
	char number[DW_PAGE_NUMBER_MAX];

	fprintf(out,
		"<tr><th scope=\"row\">%s<br><span class=\"of\">%s</span></th><td "
		"class=\"n\">%s</td></tr>\n",
		what, why, dw_page_number(count, number));
}

static void put_missing(FILE *out, const struct dw_page *page)
{
	const struct dw_lost lost = dw_summary_lost(page->summary);
	const struct dw_summary *summary = page->summary;

	open_section(out, "missing", "What was dropped, and what is not in here",
		"Replies that were never sent, events that the log lost, and lines that could not "
		"be counted.");
	fputs("<div class=\"card\"><table>\n<caption>Counts over the whole "
	      "time</caption>\n<thead><tr>"
	      "<th scope=\"col\">What</th><th class=\"n\" "
	      "scope=\"col\">Count</th></tr></thead>\n<tbody>\n",
		out);
	put_missing_row(out, "Queries left unanswered", "the action table says to drop them",
		summary->unanswered);
	put_missing_row(out, "Would have been sinkholed", "but for a dry run, a pause or the like",
		summary->would[DW_COUNT_SINKHOLE]);
	put_missing_row(out, "Events lost: queue full", "the log's writer could not keep up",
		lost.queue_full);
	put_missing_row(
		out, "Events lost: writing", "a full disk, or a reader that was away", lost.write);
	put_missing_row(out, "Events lost: too large", "no line could hold them", lost.too_large);
	put_missing_row(out, "Lines that could not be read", "half lines, or damaged ones",
		page->counts->broken);
	put_missing_row(out, "Lines of something else", "they say nothing of a query",
		page->counts->foreign);
	fputs("</tbody></table></div>\n</section>\n", out);
}

static void put_footer(FILE *out, const struct dw_page *page)
{
	char time[DW_WHEN_TEXT_MAX], number[DW_PAGE_NUMBER_MAX];

	fprintf(out, "<footer>\n<p>Made by dnsward %s on %.16s of %s lines in ", dw_version(),
		dw_when_to_text(page->now, page->zone, time),
		dw_page_number(page->counts->lines, number));
	for (size_t i = 0; i < page->path_count && i < 5; i++) {
		fputs(i > 0 ? ", " : "", out);
		dw_page_text(out, page->paths[i], strlen(page->paths[i]));
	}
	if (page->path_count > 5)
		fprintf(out, " and %zu more", page->path_count - 5);
	fputs(". Times are in the time zone of the machine that made it.</p>\n"
	      "<p>This page loads nothing and runs nothing. MITRE ATT&amp;CK is a trademark of The "
	      "MITRE "
	      "Corporation.</p>\n</footer>\n",
		out);
}

bool dw_page_write(FILE *out, const struct dw_page *page)
{
	static const struct dw_page_table names = {DW_SUMMARY_NAMES, DW_COUNT_SINKHOLE, 15, "names",
		"Names that were sinkholed", "Name",
		"What was asked for most of all that was blocked.", "No name was sinkholed."};
	static const struct dw_page_table clients = {DW_SUMMARY_CLIENTS, DW_COUNTS, 15, "clients",
		"Clients", "Client", "Who asked most; the red part was sinkholed.",
		"No line names a client."};
	static const struct dw_page_table lists = {DW_SUMMARY_LISTS, DW_COUNTS, 10, "lists",
		"Lists", "List",
		"Where the rules stand that fitted. Rules, scores and detectors count as lists.",
		"No list fitted."};
	static const struct dw_page_table rules = {DW_SUMMARY_RULES, DW_COUNTS, 10, "rules",
		"Rules", "Rule",
		"What fitted: of a list the name or the pattern that stands in it.",
		"No rule fitted."};
	static const struct dw_page_table categories = {DW_SUMMARY_CATEGORIES, DW_COUNTS, 10,
		"categories", "Categories", "Category",
		"What the rules that fitted say of the names.", "No name carried a category."};
	static const struct dw_page_table domains = {DW_SUMMARY_DOMAINS, DW_COUNTS, 10, "domains",
		"Domains", "Domain", "What was asked for most, allowed or not.",
		"No line names a domain."};
	static const struct dw_page_table types = {DW_SUMMARY_TYPES, DW_COUNTS, 8, "types",
		"Query types", "Type", "What clients asked for.", "No line names a type."};
	static const struct dw_page_table rcodes = {DW_SUMMARY_RCODES, DW_COUNTS, 8, "rcodes",
		"Response codes", "Code", "What clients were told.", "No line has a code."};
	const struct dw_summary *summary = page->summary;

	put_head(out);
	fputs("<body>\n<a class=\"skip\" href=\"#time\">Skip to the report</a>\n<div "
	      "class=\"wrap\">\n<header>\n"
	      "<p class=\"brand\">dnsward &middot; DNS report</p>\n",
		out);
	put_title(out, page);
	put_lead(out, summary);
	put_sums(out, summary);
	put_nav(out);
	fputs("</header>\n<main>\n", out);
	if (!put_time(out, page))
		return false;
	put_pair(out, summary, &names, &clients);
	put_pair(out, summary, &lists, &rules);
	put_techniques(out, summary);
	put_scores(out, summary);
	put_tunnels(out, summary);
	put_pair(out, summary, &categories, &domains);
	put_pair(out, summary, &types, &rcodes);
	put_missing(out, page);
	fputs("</main>\n", out);
	put_footer(out, page);
	fputs("</div>\n</body>\n</html>\n", out);
	return true;
}
