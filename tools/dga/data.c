/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * data.c: reader for the labelled names, and their split into sides */
#include "data.h"

#include <err.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "psl.h"

enum { SUFFIX_INDEX = 1 << 20 };

enum side data_side(const uint8_t *label, size_t len)
{
	unsigned long bucket = crc32(0, label, (unsigned)len) % 100;

	return bucket < 60 ? SIDE_TRAIN : bucket < 70 ? SIDE_VALIDATE : SIDE_TEST;
}

static void *grow(void *at, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return at;
	*room = *room ? 2 * *room : 4096;
	at = realloc(at, *room * size);
	if (at == NULL)
		err(1, NULL);
	return at;
}

/* Convert a name to wire form, in lower case. Returns its length, or 0 if the text is not a
 * name. */
static size_t to_wire(const char *text, uint8_t *wire)
{
	size_t at = 0, len = 1;

	for (;; text++) {
		if (*text == '.' || *text == '\0') {
			if (len - at - 1 == 0 || len - at - 1 > 63)
				return 0;
			wire[at] = (uint8_t)(len - at - 1);
			at = len++;
			if (*text == '\0')
				break;
		} else {
			wire[len++] = (uint8_t)(*text >= 'A' && *text <= 'Z' ? *text + 32 : *text);
		}
		if (len > 250)
			return 0;
	}
	wire[at] = 0;
	return at + 1;
}

static uint32_t intern(struct data *d, const uint8_t *wire, size_t len, uint64_t hash)
{
	uint32_t slot = (uint32_t)hash % SUFFIX_INDEX;

	for (; d->suffix_index[slot] != 0; slot = (slot + 1) % SUFFIX_INDEX) {
		if (d->suffixes[d->suffix_index[slot] - 1].hash == hash)
			return d->suffix_index[slot] - 1;
	}
	d->suffixes = grow(d->suffixes, d->suffix_count, &d->suffix_room, sizeof(*d->suffixes));
	struct suffix *suffix = &d->suffixes[d->suffix_count++];

	*suffix = (struct suffix){.len = (uint8_t)len, .hash = hash};
	memcpy(suffix->wire, wire, len);
	d->suffix_index[slot] = (uint32_t)d->suffix_count;
	if (d->suffix_count * 2 > SUFFIX_INDEX)
		errx(1, "more than %d suffixes", SUFFIX_INDEX / 2);
	return (uint32_t)d->suffix_count - 1;
}

uint32_t data_suffix(struct data *d, const char *text)
{
	uint8_t wire[256];
	char sub[256];
	struct dw_suffix_split split;

	snprintf(sub, sizeof(sub), "0-0.%s", text);
	size_t len = to_wire(sub, wire);

	if (len == 0 || !dw_suffix_find(&d->table, wire, len, &split) || split.label != 0)
		errx(1, "%s: no public suffix", text);
	return intern(d, wire + 4, len - 4, split.suffix_hash);
}

static void add(
	struct data *d, const uint8_t *label, uint32_t suffix, enum kind kind, size_t source)
{
	d->names = grow(d->names, d->count, &d->room, sizeof(*d->names));
	struct name *name = &d->names[d->count++];

	*name = (struct name){.len = label[0],
		.kind = (uint8_t)kind,
		.source = (uint16_t)source,
		.suffix = suffix};
	memcpy(name->label, label + 1, label[0]);
	name->side = (uint8_t)data_side(name->label, name->len);
	if (name->side == SIDE_TRAIN && kind < KIND_FAMILY)
		d->suffixes[suffix].benign++;
}

/* Add a name. The label is the one next to the suffix, or with `leftmost`, the first one. */
static void add_text(struct data *d, const char *text, enum kind kind, size_t source, int leftmost)
{
	uint8_t wire[256];
	struct dw_suffix_split split;
	size_t len = to_wire(text, wire);

	if (len == 0 || !dw_suffix_find(&d->table, wire, len, &split))
		return; /* not a name, or a suffix itself: nothing to score */
	uint32_t suffix = intern(d, wire + split.suffix, len - split.suffix, split.suffix_hash);

	add(d, wire + (leftmost ? 0 : split.label), suffix, kind, source);
}

static FILE *open_xz(const char *folder, const char *file, char *path, size_t room)
{
	char command[1100];

	snprintf(path, room, "%s/%s", folder, file);
	snprintf(command, sizeof(command), "xz -dc -- '%s'", path);
	FILE *f = popen(command, "r");

	if (f == NULL)
		err(1, "%s", path);
	return f;
}

static void close_xz(FILE *f, const char *path)
{
	if (pclose(f) != 0)
		errx(1, "%s: xz could not read it", path);
}

static void digest_file(crypto_generichash_state *state, const char *path)
{
	uint8_t buffer[65536];
	size_t n;
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		err(1, "%s", path);
	while ((n = fread(buffer, 1, sizeof(buffer), f)) > 0)
		crypto_generichash_update(state, buffer, n);
	fclose(f);
}

static void digest_end(struct data *d, crypto_generichash_state *state, const char *what)
{
	uint8_t digest[32];
	char hex[65];
	size_t at = strlen(d->digests);

	crypto_generichash_final(state, digest, sizeof(digest));
	sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
	snprintf(d->digests + at, sizeof(d->digests) - at, "data: %s blake2b-256 %s\n", what, hex);
}

static void digest_one(struct data *d, const char *path, const char *what)
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, 32);
	digest_file(&state, path);
	digest_end(d, &state, what);
}

static size_t hard_class(struct data *d, const char *name)
{
	for (size_t i = 0; i < d->hard_count; i++) {
		if (strcmp(d->hard[i], name) == 0)
			return i;
	}
	if (d->hard_count == HARD_MAX)
		errx(1, "more than %d classes of hard negatives", HARD_MAX);
	snprintf(d->hard[d->hard_count], sizeof(d->hard[0]), "%s", name);
	return d->hard_count++;
}

static void load_benign(struct data *d, const char *folder)
{
	char path[1024], text[512], kind[32];
	FILE *f = open_xz(folder, "benign.tsv.xz", path, sizeof(path));

	while (fscanf(f, "%511s %31s", text, kind) == 2)
		add_text(d, text, strcmp(kind, "web") == 0 ? KIND_WEB : KIND_DNS, 0, 0);
	close_xz(f, path);
	digest_one(d, path, "benign.tsv.xz");
}

static void load_hard(struct data *d, const char *folder)
{
	char path[1024], text[512], class[32];
	FILE *f = open_xz(folder, "hard.tsv.xz", path, sizeof(path));

	while (fscanf(f, "%511s %31s", text, class) == 2)
		add_text(d, text, KIND_HARD, hard_class(d, class),
			strcmp(class, "cdn_host_leftlabel") == 0);
	close_xz(f, path);
	digest_one(d, path, "hard.tsv.xz");
}

static void load_families(struct data *d, const char *folder)
{
	char path[1024], text[512];
	crypto_generichash_state state;

	snprintf(path, sizeof(path), "%s/families.tsv", folder);
	FILE *index = fopen(path, "r");

	if (index == NULL || fgets(text, sizeof(text), index) == NULL)
		err(1, "%s", path);
	crypto_generichash_init(&state, NULL, 0, 32);
	digest_file(&state, path);
	for (struct family *fam = d->families;; fam++, d->family_count++) {
		if (d->family_count == FAMILY_MAX)
			errx(1, "%s: more than %d families", path, FAMILY_MAX);
		if (fscanf(index, "%31s %31s %15s %zu", fam->name, fam->group, fam->class,
			    &fam->names) != 4)
			break;
		char file[64], list[1024];

		snprintf(file, sizeof(file), "families/%.31s.txt.xz", fam->name);
		FILE *f = open_xz(folder, file, list, sizeof(list));

		while (fscanf(f, "%511s", text) == 1)
			add_text(d, text, KIND_FAMILY, d->family_count, 0);
		close_xz(f, list);
		digest_file(&state, list);
	}
	fclose(index);
	digest_end(d, &state, "families");
}

void data_load(struct data *d, const char *folder, const char *psl)
{
	*d = (struct data){0};
	if (sodium_init() < 0)
		errx(1, "libsodium does not start");
	d->suffix_index = calloc(SUFFIX_INDEX, sizeof(*d->suffix_index));
	if (d->suffix_index == NULL)
		err(1, NULL);
	psl_build(psl, &d->table_start, &d->table_nodes, &d->table_count);
	if (!dw_suffix_open(&d->table, d->table_start, d->table_nodes, d->table_count))
		errx(1, "%s: its table is wrong", psl);
	load_benign(d, folder);
	load_hard(d, folder);
	load_families(d, folder);
	digest_one(d, psl, "public_suffix_list.dat");
}

void data_free(struct data *d)
{
	free(d->names);
	free(d->suffixes);
	free(d->suffix_index);
	free(d->table_start);
	free(d->table_nodes);
}
