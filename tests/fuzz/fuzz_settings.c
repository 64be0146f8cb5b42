/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * fuzz_settings.c: any bytes as dnsward.yaml
 */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dnsward/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

struct told {
	bool is_error;
	size_t count;
};

static void take(void *arg, bool is_error, const struct dw_error *error)
{
	struct told *told = arg;

	require(is_error == told->is_error && error->text[0] != '\0');
	told->count++;
}

/* What a host does for each query, for every group's first address. */
static void ask(const struct dw_settings *settings)
{
	for (size_t i = 0; i < settings->group_count; i++) {
		const struct dw_group *group = &settings->groups[i];

		for (size_t n = 0; n < group->network_count; n++)
			require(dw_settings_groups_of(settings, &group->networks[n].addr) >> i & 1);
	}
	for (size_t i = 0; i < settings->list_count; i++) {
		size_t number;

		require(dw_settings_list(settings, settings->lists[i].name, &number) &&
			number == i);
		require(dw_settings_category(settings, settings->lists[i].category, &number) &&
			dw_set_has(&settings->given, number));
	}
	for (size_t i = 0; i < settings->row_count; i++) {
		const struct dw_row *row = &settings->rows[i];

		require(row->number == i + 1 && row->file && row->line > 0);
		require(row->any_category || !dw_set_empty(&row->categories));
		require(row->answer != DW_ANSWER_ADDRESSES || row->address_count > 0);
		require(row->answer != DW_ANSWER_CNAME ||
			dw_name_check(row->cname, row->cname_len));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int file = -1;
	char path[64];
	struct dw_settings *settings = NULL;
	struct told told = {.is_error = true};
	struct dw_error error = {0};

	if (file < 0)
		file = memfd_create("dnsward.yaml", MFD_CLOEXEC);
	require(file >= 0 && ftruncate(file, 0) == 0);
	require(pwrite(file, data, size, 0) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	if (dw_settings_open(path, NULL, take, &told, &settings, &error) != DW_OK) {
		require(told.count > 0 && told.count <= 101 && error.text[0] != '\0' && !settings);
		return 0;
	}
	require(told.count == 0);
	ask(settings);
	told.is_error = false;
	require(dw_settings_warn(settings, NULL, take, &told) == told.count);
	dw_settings_close(&settings);
	return 0;
}
