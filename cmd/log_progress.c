/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * log, report: how far a long read has come, on a terminal
 */
#include "dnsward-config.h"
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "log.h"

#define NANO UINT64_C(1000000000)
enum { BAR_COLUMNS = 30 };

void cmd_progress_begin(struct cmd_progress *progress, const struct cmd_ask *ask, bool quiet)
{
	*progress = (struct cmd_progress){.started = dw_clock_steady()};
	progress->on = !quiet && isatty(STDERR_FILENO);
	for (size_t i = 0; i < ask->count; i++) {
		struct stat st;

		if (stat(ask->paths[i], &st) == 0 && S_ISREG(st.st_mode))
			progress->size += (uint64_t)st.st_size;
	}
}

void cmd_progress(void *arg, uint64_t done)
{
	struct cmd_progress *progress = arg;
	uint64_t now = dw_clock_steady(), taken = now - progress->started;

	if (!progress->on || taken < NANO / 2 || now - progress->drawn < NANO / 10 ||
		progress->size == 0)
		return;
	double share = (double)done / (double)progress->size;
	share = share > 1 ? 1 : share;
	int filled = (int)(share * BAR_COLUMNS);
	fprintf(stderr, "\r[%.*s%*s] %3d%%  %.0f of %.0f MB  %.0f MB/s ", filled,
		"##############################", BAR_COLUMNS - filled, "", (int)(share * 100),
		(double)done / 1e6, (double)progress->size / 1e6,
		(double)done / 1e6 / ((double)taken / (double)NANO));
	progress->drawn = now;
}

void cmd_progress_end(struct cmd_progress *progress)
{
	if (progress->drawn != 0)
		fputs("\r\033[K", stderr);
}
