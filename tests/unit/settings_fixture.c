/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_fixture.c: a folder with settings in it, read and compared
 */
#include "dnsward-config.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "settings_fixture.h"
#include "settings_show.h"
#include "unit.h"

char settings_folder[64];

static char told[65536];

void settings_setup(void)
{
	strcpy(settings_folder, "/tmp/check_settings.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(settings_folder));
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path);
}

void settings_teardown(void)
{
	nftw(settings_folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", settings_folder, name);
	return path;
}

void settings_write(const char *name, const char *text)
{
	char *path = strdup(path_of(name)), *slash = strrchr(path, '/');
	FILE *file;

	*slash = '\0';
	mkdir(path, 0755);
	*slash = '/';
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fchmod(fileno(file), 0644), 0);
	ck_assert_int_eq(fclose(file), 0);
	free(path);
}

static void take(void *arg, bool is_error, const struct dw_error *error)
{
	char line[1024], *from = line, *found;
	size_t folder_len = strlen(settings_folder);

	ck_assert(is_error == *(const bool *)arg);
	dw_error_text(error, line, sizeof(line));
	while ((found = strstr(from, settings_folder)) != NULL) {
		strncat(told, from, (size_t)(found - from));
		from = found + folder_len + (found[folder_len] == '/');
	}
	strcat(told, from);
	strcat(told, "\n");
	ck_assert_uint_lt(strlen(told), sizeof(told) - 2048);
}

const char *settings_complaints(struct dw_settings **out, const char *chroot)
{
	bool is_error = true;
	struct dw_error error;
	enum dw_result result;
	char first[1024];

	told[0] = '\0';
	result = dw_settings_open(path_of("dnsward.yaml"), chroot, take, &is_error, out, &error);
	ck_assert((result == DW_OK) == (told[0] == '\0'));
	if (result == DW_OK)
		return told;
	ck_assert_ptr_null(*out);
	/* the first that is told is the one in `err` */
	dw_error_text(&error, first, sizeof(first));
	ck_assert_msg(strncmp(told, first + strlen(settings_folder) + 1, 12) == 0 ||
			      strstr(first, "dnsward.yaml"),
		"%s is not the first of %s", first, told);
	return told;
}

const char *settings_warnings(const struct dw_settings *settings)
{
	bool is_error = false;
	size_t count, lines = 0;

	told[0] = '\0';
	count = dw_settings_warn(settings, NULL, take, &is_error);
	for (const char *p = told; *p; p++)
		lines += *p == '\n';
	ck_assert_uint_eq(count, lines);
	ck_assert_uint_eq(dw_settings_warn(settings, NULL, NULL, NULL), count);
	return told;
}

static void write_main(const char *text)
{
	char *whole;

	ck_assert_int_ge(asprintf(&whole, "version: 1\n%s", text), 0);
	settings_write("dnsward.yaml", whole);
	free(whole);
}

void settings_expect_bad(const char *text, const char *complaints)
{
	struct dw_settings *settings = NULL;

	write_main(text);
	ck_assert_str_eq(settings_complaints(&settings, NULL), complaints);
}

static struct dw_settings *open_good(const char *text)
{
	struct dw_settings *settings = NULL;

	write_main(text);
	ck_assert_str_eq(settings_complaints(&settings, NULL), "");
	ck_assert_ptr_nonnull(settings);
	return settings;
}

void settings_expect_good(const char *text, const char *part)
{
	struct dw_settings *settings = open_good(text);
	char *shown = settings_show(settings, settings_folder);

	ck_assert_msg(strstr(shown, part) != NULL, "no \"%s\" in:\n%s", part, shown);
	free(shown);
	dw_settings_close(&settings);
	ck_assert_ptr_null(settings);
}

void settings_expect_warnings(const char *text, const char *warnings)
{
	struct dw_settings *settings = open_good(text);

	ck_assert_str_eq(settings_warnings(settings), warnings);
	dw_settings_close(&settings);
}
