/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * pseudonym.h: what stands in the query log in place of a client's address */
#ifndef DNSWARD_PSEUDONYM_H
#define DNSWARD_PSEUDONYM_H

#include <stdint.h>

#include "dnsward/net.h"
#include "dnsward/result.h"
#include "dnsward/say.h"

/* With `log: {clients: pseudonym}` a client has the same name all day, another one the next,
 * and who has the log alone cannot tell whose it is:
 *
 *     fd + the first 120 bits of BLAKE2b-128(key of the day, address in its 128-bit form)
 *
 * That is an address again, so that what takes the log need not know of pseudonyms: a field
 * of type ip stays one, and counting, joining and filtering by client work as they do.
 * fd00::/8 is the part of IPv6 that everybody may fill with random bits (RFC 4193); nothing in it
 * is routed, no database of places knows it, and 120 bits do not collide. It hides which family
 * the address was of. An address that is in fd00::/8 itself gets a pseudonym like any other.
 *
 * Keys are drawn with libsodium, one a day of UTC, and lie in state-dir/client-key.YYYY-MM-DD,
 * 64 hexadecimal digits, mode 0600. Who may read the key can find a known address in the log of
 * its day (`dnsward log --client` does); trying out all of IPv4 takes minutes, so the key is
 * what is to be kept. The keys of today and yesterday are there, older ones are removed: what
 * was logged under them cannot be traced any more by anybody. Engines that share a state-dir
 * use the same keys: a key file is made whole and linked to its name, which one of them does first.
 */

struct dw_pseudonyms;

/* Nothing is read or made yet. NULL: no memory. A trouble with a day's key is said once. */
struct dw_pseudonyms *dw_pseudonyms_new(const char *state_dir, struct dw_speaker speaker);
void dw_pseudonyms_free(struct dw_pseudonyms **pseudonyms);

/* Another state-dir from now on. Any thread. No memory: it stays as it was. */
void dw_pseudonyms_move(struct dw_pseudonyms *pseudonyms, const char *state_dir);

/* The pseudonym of an address on the day of `time_us` (microseconds since the epoch). Where no
 * key can be kept one in memory serves, and is kept as soon as that can be done: there is always
 * a pseudonym, and never an address in its place. Any thread; it may wait for a disk. */
struct dw_addr dw_pseudonym_make(
	struct dw_pseudonyms *pseudonyms, int64_t time_us, const struct dw_addr *addr);

/* Remove keys of the days before yesterday, where that was not done today. Cheap to call. */
void dw_pseudonyms_tidy(struct dw_pseudonyms *pseudonyms, int64_t now_us);

/* The same for readers: the pseudonym that `addr` has in the log of the day of `time_us`.
 * DW_ERR_NOT_FOUND where that day has no key (any more). */
enum dw_result dw_pseudonym_find(const char *state_dir, int64_t time_us, const struct dw_addr *addr,
	struct dw_addr *out, struct dw_error *err) DW_MUST_CHECK;

#endif
