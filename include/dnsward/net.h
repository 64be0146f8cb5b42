/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * net.h: addresses and networks */
#ifndef DNSWARD_NET_H
#define DNSWARD_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "dnsward/result.h"

/* An address of either family in one shape: IPv4 stands as an IPv4-mapped IPv6
 * address (::ffff:a.b.c.d, RFC 4291 section 2.5.5.2), so that comparing, hashing
 * and prefix tests need one code path. All zero (::) with `family` 0 means
 * "no address". */
struct dw_addr {
	uint8_t bytes[16];
	uint8_t family; /* 4, 6, or 0 for none */
};

/* A network: the first `bits` bits (of the 128-bit form) are fixed. */
struct dw_net {
	struct dw_addr addr;
	uint8_t bits; /* 0 to 128; an IPv4 /24 has 96 + 24 */
};

enum { DW_ADDR_TEXT_MAX = 46 }; /* INET6_ADDRSTRLEN */

/* From a socket address; `port` may be NULL. A mapped address given in a
 * sockaddr_in6 becomes family 4. Anything but AF_INET and AF_INET6 gives
 * "no address". */
struct dw_addr dw_addr_from_sockaddr(const struct sockaddr *sa, uint16_t *port);

/* From the data of an A or AAAA record, 4 or 16 bytes; of another length: "no address". What
 * stands for an IPv4 address is that address: one that is mapped, and one that DNS64 made (RFC
 * 6052), with the well-known prefix 64:ff9b::/96 or `nat64` (32, 40, 48, 56, 64 or 96 bits of
 * IPv6; family 0: there is none). */
struct dw_addr dw_addr_from_rdata(const uint8_t *bytes, size_t len, const struct dw_net *nat64);

/* From "192.0.2.1" or "2001:db8::1" (len bytes, no NUL needed). */
bool dw_addr_from_text(const char *text, size_t len, struct dw_addr *out);

/* The text (RFC 5952) of an address of 4 or 16 bytes, NUL-terminated; what inet_ntop writes,
 * without a printf behind it. `out` has DW_ADDR_TEXT_MAX bytes. Returns the length. */
size_t dw_ip_to_text(const uint8_t *bytes, size_t len, char *out);

/* To text in the family's own form; returns `out` (DW_ADDR_TEXT_MAX bytes). */
const char *dw_addr_to_text(const struct dw_addr *addr, char *out);

/* From "192.0.2.0/24", "2001:db8::/32" or a bare address. Bits set beyond the
 * prefix are an error that names the network meant. */
enum dw_result dw_net_from_text(const char *text, size_t len, struct dw_net *out,
	struct dw_error *err) DW_MUST_CHECK;

/* The other way round: "192.0.2.0/24", a single address without its length. Returns `out`
 * (DW_NET_TEXT_MAX bytes). */
enum { DW_NET_TEXT_MAX = DW_ADDR_TEXT_MAX + 4 };
const char *dw_net_to_text(const struct dw_net *net, char *out);

/* Whether `addr` lies in `net`. "No address" lies in no network. */
bool dw_net_contains(const struct dw_net *net, const struct dw_addr *addr);

#endif
