/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * data.h: the labelled names, and their split into sides */
#ifndef DNSWARD_TOOLS_DGA_DATA_H
#define DNSWARD_TOOLS_DGA_DATA_H

#include <stddef.h>
#include <stdint.h>

#include "dga/suffix.h"

/* The side of a name is decided by crc32(label) % 100, so that equal labels are on the same
 * side. */
enum side {
	SIDE_TRAIN,    /* below 60 */
	SIDE_VALIDATE, /* 60 to 69: for choices, thresholds and calibration */
	SIDE_TEST,     /* from 70: for the reported figures */
};

/* The origin of a name. KIND_HARD are hard negatives: benign names that look generated. */
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
	size_t benign; /* number of benign training names with this suffix */
};

struct data {
	struct name *names;
	size_t count, room;
	struct suffix *suffixes;
	size_t suffix_count, suffix_room;
	uint32_t *suffix_index; /* hash table of indices + 1; 0: free */
	struct family families[FAMILY_MAX];
	size_t family_count;
	char hard[HARD_MAX][32];
	size_t hard_count;
	uint8_t *table_start, *table_nodes;
	size_t table_count;
	struct dw_suffix_table table;
	char digests[1024]; /* lines "data: FILE blake2b-256 DIGEST", one per input */
};

/* Read all names in `folder` (benign.tsv.xz, hard.tsv.xz, families.tsv, families/) and the Public
 * Suffix List. Exits with a message on bad input. */
void data_load(struct data *data, const char *folder, const char *psl);
void data_free(struct data *data);

/* Return the index of a suffix given as text ("co.uk"). It is added if it is new. */
uint32_t data_suffix(struct data *data, const char *text);

enum side data_side(const uint8_t *label, size_t len);

#endif
