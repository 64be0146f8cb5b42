/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * dnsward version
 */
#include "dnsward-config.h"
#include <stdio.h>
#include "dnsward/version.h"
#include "cmd.h"

int cmd_version(const struct cmd_context *ctx, int argc, char **argv)
{
	(void)ctx;
	if (argc > 1)
		return cmd_misuse("version takes no argument, found '%s'", argv[1]);
	printf("dnsward %s\n", dw_version());
	return CMD_OK;
}
