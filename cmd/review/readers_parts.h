/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * readers_parts.h: how blocks go to the readers and come back */
#ifndef DNSWARD_REVIEW_READERS_PARTS_H
#define DNSWARD_REVIEW_READERS_PARTS_H

#include "review/readers.h"

/* The block is the readers's until it was waited for. */
void dw_readers_give(struct dw_readers *readers, struct dw_block *block);
void dw_readers_wait(struct dw_readers *readers, const struct dw_block *block);

#endif
