/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * version of this build
 */
#ifndef DNSWARD_VERSION_H
#define DNSWARD_VERSION_H

/* The version of dnsward as "MAJOR.MINOR.PATCH". A static string; any thread. */
const char *dw_version(void);

#endif
