/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * data.h: the labelled names, divided and split into sides */
#ifndef DNSWARD_TOOLS_DGA_DATA_H
#define DNSWARD_TOOLS_DGA_DATA_H

#include <stddef.h>
#include <stdint.h>

#include "dga/suffix.h"

/* Sides, by crc32(label) % 100, so that a label never stands on two. */
enum side {
	SIDE_TRAIN,    /* below 60 */
	SIDE_VALIDATE, /* 60 to 69: choices, thresholds and calibration */
	SIDE_TEST,     /* from 70: what is reported */
};

/* Where a name comes from; the classes of hard negatives follow from KIND_HARD. */
enum kind { KIND_WEB, KIND_DNS, KIND_FAMILY, KIND_HARD };

enum { SUFFIX_MAX = 4096, FAMILY_MAX = 128, HARD_MAX = 16 };

struct name {
	uint8_t label[63];
	uint8_t len;
	uint8_t kind;
	uint8_t side;
	uint16_t source; /* index of its family, or of its class of hard negatives */
	uint32_t suffix; /* index into data.suffixes */
};

struct family {
	char name[32], group[32], class[16];
	size_t names;
};

struct suffix {
	uint8_t wire[256];
	uint8_t len;
	uint64_t hash;
	size_t benign; /* training names that stand under it */
};

struct data {
	struct name *names;
	size_t count, room;
	struct suffix *suffixes;
	size_t suffix_count, suffix_room;
	uint32_t *suffix_index; /* hash table: index + 1 */
	struct family families[FAMILY_MAX];
	size_t family_count;
	char hard[HARD_MAX][32];
	size_t hard_count;
	uint8_t *table_start, *table_nodes;
	size_t table_count;
	struct dw_suffix_table table;
	char digests[1024]; /* "file blake2b-256" lines of what was read */
};

/* Read all of `folder` (benign.tsv.xz, hard.tsv.xz, families.tsv, families/) and the
 * Public Suffix List's text. Ends the program with a message on bad input. */
void data_load(struct data *data, const char *folder, const char *psl);
void data_free(struct data *data);

/* Index of a suffix given as text ("co.uk"), added where it is new. */
uint32_t data_suffix(struct data *data, const char *text);

/* The side of a label. */
enum side data_side(const uint8_t *label, size_t len);

#endif
