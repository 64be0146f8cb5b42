/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * crew_parts.h: how blocks go to the crew and come back */
#ifndef DNSWARD_REVIEW_CREW_PARTS_H
#define DNSWARD_REVIEW_CREW_PARTS_H

#include "review/crew.h"

/* The block is the crew's until it was waited for. */
void dw_crew_give(struct dw_crew *crew, struct dw_block *block);
void dw_crew_wait(struct dw_crew *crew, const struct dw_block *block);

#endif
