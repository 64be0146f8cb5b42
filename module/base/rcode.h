/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rcode.h: the names of response codes */
#ifndef DNSWARD_BASE_RCODE_H
#define DNSWARD_BASE_RCODE_H

#include <stdbool.h>
#include <stdint.h>

/* By IANA's registry "DNS RCODEs", those of the header: 0 to 15. */
enum { DW_RCODES = 16 };

/* "NXDOMAIN"; NULL for a code that has no name. */
const char *dw_rcode_name(uint8_t rcode);

/* A name in any case, or the number. False, and `out` untouched, for anything else. */
bool dw_rcode_from_text(const char *text, uint8_t *out);

#endif
