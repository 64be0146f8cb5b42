/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * entropy.h: entropy of the labels of a name */
#ifndef DNSWARD_RULES_ENTROPY_H
#define DNSWARD_RULES_ENTROPY_H

#include "dnsward/name.h"

/* Return the entropy defined by DW_MEASURE_ENTROPY (detection.h). `name` is a checked name in wire
 * form with its `labels`. */
uint32_t dw_entropy_of_name(const uint8_t *name, size_t name_len, const struct dw_labels *labels);

#endif
