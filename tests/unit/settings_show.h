/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_show.h: settings as text, for tests to compare
 */
#ifndef DNSWARD_TESTS_SETTINGS_SHOW_H
#define DNSWARD_TESTS_SETTINGS_SHOW_H

#include "dnsward/settings.h"

/* One line a thing, every field that is not zero; paths without `folder` at their start.
 * The caller frees it. */
char *settings_show(const struct dw_settings *settings, const char *folder);

#endif
