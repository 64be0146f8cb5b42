/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * main for a fuzz target that replays its corpus
 */
/*
 * Each argument is an input, or a folder of inputs. Without arguments the folders TARGET.in and,
 * where there is one, TARGET.repro are taken from beside the target's source ($top_srcdir). No
 * input at all is a failure.
 */
#include "dnsward-config.h"
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned n_inputs;

static void fail(const char *path)
{
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	exit(EXIT_FAILURE);
}

/* The input is handed over in a block of just its size, so that a sanitizer or valgrind sees a
 * read past its end. */
static void replay_file(const char *path, size_t size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = malloc(size);

	if (file == NULL || (data == NULL && size > 0) || fread(data, 1, size, file) != size)
		fail(path);
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	n_inputs++;
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void replay(const char *path)
{
	struct dirent **entries;
	struct stat st;
	int n;

	if (stat(path, &st) != 0)
		fail(path);
	if (!S_ISDIR(st.st_mode)) {
		replay_file(path, (size_t)st.st_size);
		return;
	}
	n = scandir(path, &entries, not_hidden, alphasort);
	if (n < 0)
		fail(path);
	for (int i = 0; i < n; i++) {
		char *child;

		if (asprintf(&child, "%s/%s", path, entries[i]->d_name) < 0)
			fail(path);
		replay(child);
		free(child);
		free(entries[i]);
	}
	free(entries);
}

/* Replay $top_srcdir/tests/fuzz/TARGET.KIND. */
static void replay_default(const char *target, const char *kind, int required)
{
	const char *top = getenv("top_srcdir");
	char *path;

	if (asprintf(&path, "%s/tests/fuzz/%s.%s", top ? top : ".", target, kind) < 0)
		fail(target);
	if (required || access(path, F_OK) == 0)
		replay(path);
	free(path);
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	const char *target = slash ? slash + 1 : argv[0];

	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	if (argc == 1) {
		replay_default(target, "in", 1);
		replay_default(target, "repro", 0);
	}
	printf("%s: %u inputs replayed\n", target, n_inputs);
	return n_inputs > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
