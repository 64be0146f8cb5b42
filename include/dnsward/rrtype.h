/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rrtype.h: the names of record types */
#ifndef DNSWARD_RRTYPE_H
#define DNSWARD_RRTYPE_H

#include <stdbool.h>
#include <stdint.h>

/* Text <-> number of record and query types, by IANA's registry "Resource Record (RR)
 * TYPEs" and, for what is not in it, RFC 3597 section 5 (TYPE65280). Pure functions:
 * any thread may call them at any time. */

enum { DW_TYPE_TEXT_MAX = 16 };

/* Names in any case; "TYPE1" is A. False, and `out` untouched, for anything else. */
bool dw_type_from_text(const char *text, uint16_t *out);

/* `out` has DW_TYPE_TEXT_MAX bytes. Returns `out`. */
const char *dw_type_to_text(uint16_t type, char *out);

#endif
