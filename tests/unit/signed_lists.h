/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * lists with their signatures, as minisign made them
 */
#ifndef DNSWARD_TESTS_SIGNED_LISTS_H
#define DNSWARD_TESTS_SIGNED_LISTS_H

/* Made once by minisign 0.11 of Debian 12, with two pairs of keys that were made for these
 * tests and whose secret halves were thrown away. */
extern const char signed_key[], signed_key_file[], signed_other_key[];

/* One list with signatures of all kinds. */
extern const char signed_list[];
extern const char signed_ed[];         /* prehashed, serial:7 */
extern const char signed_legacy[];     /* not prehashed, serial:7 as the last word */
extern const char signed_default[];    /* the comment minisign makes: timestamp:1795471901 ... */
extern const char signed_older[];      /* serial:6 */
extern const char signed_plain[];      /* neither serial nor timestamp */
extern const char signed_by_other[];   /* serial:7 by the other key */
extern const char signed_bad_serial[]; /* serial:7x */

/* What it was before, and what it will be. */
extern const char signed_list_6[], signed_list_6_minisig[], signed_list_6_by_other[];
extern const char signed_list_8[], signed_list_8_minisig[], signed_list_8_plain[];

#endif
