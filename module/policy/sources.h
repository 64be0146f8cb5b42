/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * sources.h: the files that settings are read from */
#ifndef DNSWARD_POLICY_SOURCES_H
#define DNSWARD_POLICY_SOURCES_H

#include <stdbool.h>

struct dw_reading;

/* Where a reading of the settings went to: the main file, what it includes, files of networks,
 * and the patterns of `include`, which may find other files the next time. A reading that failed
 * has them too: whatever it went to may be what mends it. One piece of memory, free it. */
struct dw_sources;

/* NULL where there is no memory. */
struct dw_sources *dw_sources_of(const struct dw_reading *r);

bool dw_sources_equal(const struct dw_sources *a, const struct dw_sources *b);

/* Call `visit` with the path of each file, with each pattern, and with what that finds now.
 * NULL has none. */
typedef void dw_source_fn(void *arg, const char *path);
void dw_sources_each(const struct dw_sources *sources, dw_source_fn *visit, void *arg);

#endif
