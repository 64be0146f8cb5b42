/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * handover.c: what an engine leaves to the one after it in the same process */
#include "dnsward-config.h"

#include <stdlib.h>

#include "policy/handover.h"

void dw_handover_free(struct dw_handover **handover)
{
	struct dw_handover *h = *handover;

	if (h == NULL)
		return;
	dw_detect_free(&h->detect);
	dw_shared_settings_drop(h->settings);
	free(h);
	*handover = NULL;
}
