/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * client.c: what the log tells of a client */
#include "dnsward-config.h"

#include <string.h>

#include "log/log_parts.h"

enum { PREFIX_BYTES_4 = 12 + 3, PREFIX_BYTES_6 = 7 }; /* /24 and /56 */

static void keep_prefix(struct dw_addr *addr)
{
	size_t kept = addr->family == 4 ? PREFIX_BYTES_4 : PREFIX_BYTES_6;

	memset(addr->bytes + kept, 0, sizeof(addr->bytes) - kept);
}

void dw_event_hide_client(
	struct dw_event *event, enum dw_log_clients how, struct dw_pseudonyms *pseudonyms)
{
	event->clients = (uint8_t)how;
	if (event->client.family == 0 || how == DW_CLIENTS_FULL)
		return;
	if (how == DW_CLIENTS_PREFIX) {
		keep_prefix(&event->client);
	} else if (how == DW_CLIENTS_PSEUDONYM && pseudonyms != NULL) {
		event->client = dw_pseudonym_make(pseudonyms, event->time_us, &event->client);
	} else {
		event->client = (struct dw_addr){.family = 0};
		event->client_port = 0;
	}
}
