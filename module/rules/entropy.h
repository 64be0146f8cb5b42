/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * entropy.h: how mixed the bytes of a name are */
#ifndef DNSWARD_RULES_ENTROPY_H
#define DNSWARD_RULES_ENTROPY_H

#include "dnsward/name.h"

/* As DW_MEASURE_ENTROPY says. */
uint32_t dw_entropy_of_name(const uint8_t *name, size_t name_len, const struct dw_labels *labels);

#endif
