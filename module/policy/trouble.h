/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * trouble.h: what is not as it should be, and is said but once */
#ifndef DNSWARD_POLICY_TROUBLE_H
#define DNSWARD_POLICY_TROUBLE_H

#include <stdbool.h>

#include "dnsward/result.h"

/* How the last try went. All zero: there was none that failed. */
struct dw_trouble {
	enum dw_result result; /* DW_OK: there is no trouble */
	struct dw_error why;
	bool renewed; /* what it came of has changed since: should it come again, it is news */
};

/* A full disk, no memory, rights, another process: what goes away without a change of what is read. */
bool dw_may_pass(enum dw_result result);

/* Whether this was said already. */
bool dw_trouble_is_known(const struct dw_trouble *trouble, const struct dw_error *err);

/* Note how it went; `err` is read where it did not go well. True where that is to be said. */
bool dw_trouble_set(
	struct dw_trouble *trouble, enum dw_result result, const struct dw_error *err);

#endif
