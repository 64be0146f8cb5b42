/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * psl.c: conversion of the Public Suffix List to the packed table of suffix.h */
#include "psl.h"

#include <ctype.h>
#include <err.h>
#include <idn2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dga/suffix.h"

/* Domains of dynamic-DNS services that let anyone register names under them, and that are not in
 * the private part of the list. */
static const char *const parents[] = {
	"mooo.com",
	"yi.org",
	"dynserv.com",
	"chickenkiller.com",
	"strangled.net",
	"us.to",
	"uk.to",
	"crabdance.com",
	"ignorelist.com",
	"jumpingcrab.com",
	"twilightparadox.com",
	"info.tm",
	"minecraftnoob.com",
	"my.to",
	"soon.it",
	"home.kg",
	"allowed.org",
	"punked.us",
	"3utilities.com",
	"changeip.net",
	"dns04.com",
	"dns05.com",
	"dynamic-dns.net",
	"ddns.info",
	"ddns.us",
	"dsmtp.com",
	"4pu.com",
	"1dumb.com",
	"25u.com",
	"2waky.com",
	"ezua.com",
	"itsaol.com",
	"mefound.com",
	"mrbasic.com",
	"mrface.com",
	"ns01.us",
	"ocry.com",
	"onmypc.net",
	"otzo.com",
	"qpoe.com",
	"sendsmtp.com",
	"toythieves.com",
	"wikaba.com",
	"xxuz.com",
	"youdontcare.com",
	"zyns.com",
	"zzux.com",
	"duia.us",
	"publicvm.com",
	"linkpc.net",
	"dynv6.net",
	"ddnsking.com",
	"dnsdynamic.com",
	"dnsdynamic.net",
	"ntdll.top",
	"afraid.org",
};

struct node {
	uint64_t hash;
	int flags;
};

struct nodes {
	struct node *at;
	size_t count, room;
};

static void add_node(struct nodes *nodes, uint64_t hash, int flags)
{
	if (nodes->count == nodes->room) {
		nodes->room = nodes->room ? 2 * nodes->room : 16384;
		nodes->at = realloc(nodes->at, nodes->room * sizeof(*nodes->at));
		if (nodes->at == NULL)
			err(1, NULL);
	}
	nodes->at[nodes->count++] = (struct node){.hash = hash, .flags = flags};
}

/* Add the nodes of one rule in A-label form: one for each of its suffixes with two or more labels,
 * and one for the label of a rule such as `*.ck`. Destroys `rule`. */
static void add_rule(struct nodes *nodes, char *rule)
{
	int flags = DW_SUFFIX_RULE;
	uint64_t hash = DW_SUFFIX_ROOT;
	size_t depth = 0;

	if (*rule == '!') {
		flags = DW_SUFFIX_EXCEPTION;
		rule++;
	} else if (strncmp(rule, "*.", 2) == 0) {
		flags = DW_SUFFIX_WILDCARD;
		rule += 2;
	}
	while (*rule != '\0') {
		char *dot = strrchr(rule, '.');
		char *label = dot == NULL ? rule : dot + 1;
		int last = dot == NULL;

		hash = dw_suffix_hash(hash, (uint8_t *)label, strlen(label));
		if (++depth > 1 || (last && (flags & DW_SUFFIX_WILDCARD)))
			add_node(nodes, hash, last ? flags : 0);
		*(last ? rule : dot) = '\0';
	}
}

static int by_hash(const void *a, const void *b)
{
	const struct node *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

static size_t unite(struct nodes *nodes)
{
	size_t n = 0;

	qsort(nodes->at, nodes->count, sizeof(*nodes->at), by_hash);
	for (size_t i = 0; i < nodes->count; i++) {
		if (n > 0 && nodes->at[n - 1].hash == nodes->at[i].hash)
			nodes->at[n - 1].flags |= nodes->at[i].flags;
		else
			nodes->at[n++] = nodes->at[i];
	}
	return n;
}

static void pack(const struct nodes *nodes, size_t count, uint8_t **start, uint8_t **packed)
{
	size_t i = 0;

	*start = calloc(DW_SUFFIX_BUCKETS + 1, 2);
	*packed = calloc(count, DW_SUFFIX_NODE_BYTES);
	if (*start == NULL || *packed == NULL)
		err(1, NULL);
	for (size_t b = 0; b < DW_SUFFIX_BUCKETS; b++) {
		for (; i < count && nodes->at[i].hash >> (64 - DW_SUFFIX_BUCKET_BITS) == b; i++) {
			uint32_t node = (uint32_t)((nodes->at[i].hash & 0x1fffff) << 3) |
					(uint32_t)nodes->at[i].flags;

			for (int k = 0; k < DW_SUFFIX_NODE_BYTES; k++)
				(*packed)[i * DW_SUFFIX_NODE_BYTES + (size_t)k] =
					(uint8_t)(node >> 8 * k);
		}
		(*start)[2 * b + 2] = (uint8_t)i;
		(*start)[2 * b + 3] = (uint8_t)(i >> 8);
	}
}

void psl_build(const char *path, uint8_t **start, uint8_t **packed, size_t *count)
{
	struct nodes nodes = {0};
	char *line = NULL, rule[256];
	size_t room = 0;
	FILE *f = fopen(path, "r");

	if (f == NULL)
		err(1, "%s", path);
	while (getline(&line, &room, f) >= 0) {
		char *ascii = NULL;

		line[strcspn(line, " \t\r\n")] = '\0';
		if (line[0] == '\0' || strncmp(line, "//", 2) == 0)
			continue;
		/* convert only what follows '*.' or '!', which IDNA does not allow */
		size_t mark = strncmp(line, "*.", 2) == 0 ? 2 : line[0] == '!';
		int rc = idn2_to_ascii_8z(line + mark, &ascii, IDN2_NONTRANSITIONAL);

		if (rc != IDN2_OK)
			errx(1, "%s: %s: %s", path, line, idn2_strerror(rc));
		snprintf(rule, sizeof(rule), "%.*s%s", (int)mark, line, ascii);
		add_rule(&nodes, rule);
		idn2_free(ascii);
	}
	fclose(f);
	free(line);
	for (size_t i = 0; i < sizeof(parents) / sizeof(parents[0]); i++) {
		snprintf(rule, sizeof(rule), "%s", parents[i]);
		add_rule(&nodes, rule);
	}
	*count = unite(&nodes);
	if (*count > UINT16_MAX)
		errx(1, "%s: %zu nodes, more than a 16-bit offset can say", path, *count);
	pack(&nodes, *count, start, packed);
	free(nodes.at);
}
