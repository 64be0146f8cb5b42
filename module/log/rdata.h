/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rdata.h: the data of a record as text */
#ifndef DNSWARD_LOG_RDATA_H
#define DNSWARD_LOG_RDATA_H

#include <stddef.h>
#include <stdint.h>

/* In presentation form (RFC 1035 section 5, and each type's own RFC) for the types that logs see;
 * any other type, and data that is not what its type says, in the form of RFC 3597, "\# LENGTH
 * HEX". Printable ASCII only, NUL-terminated, and cut to fit `max` (4 or more) with "..." as its
 * end. Reads nothing past `len`, whatever the bytes are. Returns the length of the text. */
size_t dw_rdata_to_text(uint16_t type, const uint8_t *rdata, size_t len, char *out, size_t max);

#endif
