/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * the bytes of an answer
 */
#ifndef DNSWARD_DB_COLD_H
#define DNSWARD_DB_COLD_H

#include "database.h"

/* An answer in the section of data, at a multiple of four bytes:
 *
 *      u8 kind, u8 target_wild, u8 target_len, u8 records, u32 ttl
 *      the target
 *      each record: u16 type, u16 rdata_len, u32 ttl, rdata
 */
enum { DB_DATA_HEAD = 8, DB_DATA_RECORD = 8, DB_DATA_ALIGN = 4 };

#endif
