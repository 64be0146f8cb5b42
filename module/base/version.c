/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * version of this build
 */
#include "dnsward-config.h"
#include "dnsward/version.h"

const char *dw_version(void)
{
	return PACKAGE_VERSION;
}
