/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_warn.h: what dw_settings_warn is made of */
#ifndef DNSWARD_POLICY_SETTINGS_WARN_H
#define DNSWARD_POLICY_SETTINGS_WARN_H

#include "dnsward/settings.h"

struct dw_warner {
	const struct dw_settings *settings;
	const struct dw_db *compiled; /* or NULL */
	dw_complain_fn *complain;
	void *arg;
	size_t count;
};

/* Hand a warning over, and count it. */
void dw_warn(struct dw_warner *w, const char *file, uint32_t line, const char *fmt, ...)
	DW_PRINTF(4, 5);

/* Of rows that nothing can reach. */
void dw_warn_of_rows(struct dw_warner *w);

#endif
