/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * ranking.c: parser for rankings: popular names, most popular first */
#include "dnsward-config.h"
#include "lists/parser.h"

#include <stdlib.h>
#include <string.h>

enum {
	/* enough for Majestic's file, which has the most columns */
	COLUMNS_MAX = 32,
};

/* Domains whose subdomains belong to unrelated owners, but that the Public Suffix List does not
 * contain, or for which it contains only deeper names: domains of FreeDNS (afraid.org), names made
 * of addresses, tunnels, page hosting, clouds. Sorted by strcmp() for bsearch(). */
static const char *const parents[] = {
	"000webhostapp.com",
	"1u.ms",
	"afraid.org",
	"amazonaws.com",
	"angelfire.com",
	"at.ply.gg",
	"azure.com",
	"azureedge.net",
	"azurefd.net",
	"b-cdn.net",
	"backname.io",
	"btunnel.co.in",
	"bubbleapps.io",
	"chickenkiller.com",
	"crabdance.com",
	"devtunnels.ms",
	"digitaloceanspaces.com",
	"epizy.com",
	"fastly.net",
	"fc2.com",
	"free.fr",
	"godaddysites.com",
	"hatenablog.com",
	"ignorelist.com",
	"infinityfreeapp.com",
	"jimdofree.com",
	"jumpingcrab.com",
	"livejournal.com",
	"loca.lt",
	"localhost.run",
	"localto.net",
	"localtonet.com",
	"mooo.com",
	"narod.ru",
	"ngrok-free.app",
	"ngrok-free.dev",
	"ngrok.app",
	"ngrok.dev",
	"nip.io",
	"notion.site",
	"over-blog.com",
	"ply.gg",
	"portmap.host",
	"portmap.io",
	"railway.app",
	"replit.dev",
	"rf.gd",
	"serveo.net",
	"sslip.io",
	"strangled.net",
	"strikingly.com",
	"substack.com",
	"surge.sh",
	"traefik.me",
	"tripod.com",
	"tumblr.com",
	"twilightparadox.com",
	"typepad.com",
	"ucoz.com",
	"ucoz.ru",
	"us.to",
	"webflow.io",
	"webnode.page",
	"weebly.com",
	"weeblysite.com",
	"windows.net",
	"wordpress.com",
	"xip.io",
	"ydns.eu",
	"zohosites.com",
};

static int parent_compare(const void *name, const void *parent)
{
	return strcmp(name, *(const char *const *)parent);
}

/* Whether unrelated parties own the subdomains. The popularity of such a name says nothing about
 * its subdomains, so its rule is exact. */
static bool has_unrelated_subdomains(const uint8_t *wire, size_t wire_len)
{
	char text[DW_NAME_TEXT_MAX];
	struct dw_labels labels;

	dw_name_labels(wire, wire_len, &labels);
	if (dw_name_suffix_labels(wire, wire_len) == labels.count)
		return true;
	dw_name_to_text(wire, wire_len, text);
	return bsearch(text, parents, sizeof(parents) / sizeof(parents[0]), sizeof(parents[0]),
		       parent_compare) != NULL;
}

static struct span unquoted(struct span field)
{
	field = span_trim(field);
	if (field.len >= 2 && span_starts(field, "\"") && span_ends(field, "\""))
		return (struct span){field.at + 1, field.len - 2};
	return field;
}

/* Whether the line is a header. `column` is set to the column of the names. */
static bool read_header(struct span line, uint32_t *column)
{
	static const char *const names[] = {
		"domain", "origin", "host", "hostname", "name", "website"};
	struct span field;
	bool found = false;

	for (uint32_t i = 0; i < COLUMNS_MAX && span_part(&line, ',', &field); i++) {
		field = unquoted(field);
		if (span_is_digits(field) || span_has(field, '.'))
			return false;
		for (size_t n = 0; n < sizeof(names) / sizeof(*names) && !found; n++) {
			if (span_is(field, names[n])) {
				*column = i;
				found = true;
			}
		}
	}
	return found;
}

/* Return the field with the name: the header's column, or else the first that is not a number. */
static struct span name_field(struct span line, const struct dw_ranking_state *state)
{
	struct span field = {line.at, 0};

	for (uint32_t i = 0; span_part(&line, ',', &field); i++) {
		field = unquoted(field);
		if (state->has_header ? i == state->column : !span_is_digits(field))
			return field;
	}
	return (struct span){field.at, 0};
}

/* Extract the host from an origin: "https://www.example.com:8443" becomes www.example.com. */
static struct span without_scheme(struct span origin)
{
	for (size_t i = 0; i + 2 < origin.len; i++) {
		if (span_starts(span_from(origin, i), "://")) {
			origin = span_from(origin, i + 3);
			origin = span_to(origin, span_find(origin, '/'));
			return span_to(origin, span_find(origin, ':'));
		}
	}
	return origin;
}

enum dw_result dw_ranking_line(struct dw_reader *reader, struct span line)
{
	struct dw_ranking_state *state = reader->state;
	struct dw_rule rule = {.trigger = DW_TRIGGER_SUBTREE};
	uint8_t wire[DW_NAME_MAX];
	size_t wire_len;

	if (!span_clean(&line) ||
		(reader->options->top > 0 && state->entries >= reader->options->top))
		return DW_OK;
	if (!state->started) {
		state->started = true;
		state->has_header = read_header(line, &state->column);
		if (state->has_header)
			return DW_OK;
	}
	if (!dw_reader_name(reader, without_scheme(name_field(line, state)), wire, &wire_len))
		return DW_OK;
	if (has_unrelated_subdomains(wire, wire_len))
		rule.trigger = DW_TRIGGER_EXACT;
	rule.name = wire;
	rule.name_len = wire_len;
	state->entries++;
	return dw_reader_add(reader, &rule);
}
