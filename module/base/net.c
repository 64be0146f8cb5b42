/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * net.c: addresses and networks */
#include "dnsward-config.h"
#include "dnsward/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "ascii.h"

enum { MAPPED_BITS = 96, MAPPED_BYTES = MAPPED_BITS / 8 };

static const uint8_t mapped_prefix[MAPPED_BYTES] = {[10] = 0xff, [11] = 0xff};

static struct dw_addr addr_from_v4(const void *bytes)
{
	struct dw_addr addr = {.family = 4};

	memcpy(addr.bytes, mapped_prefix, MAPPED_BYTES);
	memcpy(addr.bytes + MAPPED_BYTES, bytes, 4);
	return addr;
}

static struct dw_addr addr_from_v6(const void *bytes)
{
	struct dw_addr addr = {.family = 6};

	memcpy(addr.bytes, bytes, sizeof(addr.bytes));
	if (memcmp(addr.bytes, mapped_prefix, MAPPED_BYTES) == 0)
		addr.family = 4;
	return addr;
}

static void set_port(uint16_t *port, in_port_t net_port)
{
	if (port)
		*port = ntohs(net_port);
}

struct dw_addr dw_addr_from_sockaddr(const struct sockaddr *sa, uint16_t *port)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	switch (sa->sa_family) {
	case AF_INET:
		memcpy(&in, sa, sizeof(in));
		set_port(port, in.sin_port);
		return addr_from_v4(&in.sin_addr);
	case AF_INET6:
		memcpy(&in6, sa, sizeof(in6));
		set_port(port, in6.sin6_port);
		return addr_from_v6(&in6.sin6_addr);
	default:
		set_port(port, 0);
		return (struct dw_addr){.family = 0};
	}
}

/* The IPv4 address stands behind the prefix, but never in byte 8 (RFC 6052 section 2.2). */
static void translate(struct dw_addr *addr, const struct dw_net *prefix)
{
	enum { UNUSED_BYTE = 8 };
	uint8_t v4[4];
	size_t at = prefix->bits / 8;

	if (!dw_net_contains(prefix, addr))
		return;
	for (size_t i = 0; i < sizeof(v4); i++) {
		at += at == UNUSED_BYTE;
		v4[i] = addr->bytes[at++];
	}
	*addr = addr_from_v4(v4);
}

struct dw_addr dw_addr_from_rdata(const uint8_t *bytes, size_t len, const struct dw_net *nat64)
{
	static const struct dw_net well_known = {
		.addr = {.family = 6, .bytes = {0, 0x64, 0xff, 0x9b}}, .bits = 96};
	struct dw_addr addr;

	if (len == 4)
		return addr_from_v4(bytes);
	if (len != sizeof(addr.bytes))
		return (struct dw_addr){.family = 0};
	addr = addr_from_v6(bytes);
	translate(&addr, &well_known);
	if (nat64->addr.family == 6)
		translate(&addr, nat64);
	return addr;
}

/* As dw_addr_from_text; `family` is the one it was written in. */
static bool parse_addr(const char *text, size_t len, struct dw_addr *out, uint8_t *family)
{
	char copy[DW_ADDR_TEXT_MAX];
	uint8_t bytes[16];

	if (len >= sizeof(copy) || memchr(text, '\0', len))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (inet_pton(AF_INET, copy, bytes) == 1) {
		*out = addr_from_v4(bytes);
		*family = 4;
		return true;
	}
	if (inet_pton(AF_INET6, copy, bytes) == 1) {
		*out = addr_from_v6(bytes);
		*family = 6;
		return true;
	}
	return false;
}

bool dw_addr_from_text(const char *text, size_t len, struct dw_addr *out)
{
	uint8_t family;

	return parse_addr(text, len, out, &family);
}

#define TEN(tens)                                                                               \
	tens "0", tens "1", tens "2", tens "3", tens "4", tens "5", tens "6", tens "7", tens "8", \
		tens "9"
static const char octets[256][4] = {TEN(""), TEN("1"), TEN("2"), TEN("3"), TEN("4"), TEN("5"),
	TEN("6"), TEN("7"), TEN("8"), TEN("9"), TEN("10"), TEN("11"), TEN("12"), TEN("13"), TEN("14"),
	TEN("15"), TEN("16"), TEN("17"), TEN("18"), TEN("19"), TEN("20"), TEN("21"), TEN("22"),
	TEN("23"), TEN("24"), "250", "251", "252", "253", "254", "255"};

/* Writes up to four bytes, of which what is too much is written over. */
static char *put_octet(char *out, uint8_t byte)
{
	memcpy(out, octets[byte], sizeof(octets[byte]));
	return out + 1 + (byte > 9) + (byte > 99);
}

static char *put_v4(char *out, const uint8_t *bytes)
{
	for (size_t i = 0; i < 3; i++) {
		out = put_octet(out, bytes[i]);
		*out++ = '.';
	}
	return put_octet(out, bytes[3]);
}

static char *put_field(char *out, unsigned field)
{
	static const char digits[] = "0123456789abcdef";
	int shift = field > 0xfff ? 12 : field > 0xff ? 8 : field > 0xf ? 4 : 0;

	for (; shift >= 0; shift -= 4)
		*out++ = digits[field >> shift & 15];
	return out;
}

/* The first of the longest rows of two zero fields or more (RFC 5952 section 4.2): where it
 * starts and ends, or 8 and 8. */
static void find_zeros(const unsigned field[8], size_t *start, size_t *end)
{
	*start = *end = 8;
	for (size_t i = 0; i < 8; i++) {
		size_t from = i;

		while (i < 8 && field[i] == 0)
			i++;
		if (i - from >= 2 && i - from > *end - *start) {
			*start = from;
			*end = i;
		}
	}
}

static char *put_v6(char *out, const uint8_t *bytes)
{
	unsigned field[8];
	size_t start, end;

	for (size_t i = 0; i < 8; i++)
		field[i] = bytes[2 * i] * 256u + bytes[2 * i + 1];
	find_zeros(field, &start, &end);
	for (size_t i = 0; i < 8; i++) {
		if (i == start) {
			*out++ = ':';
			i = end;
			if (i == 8)
				*out++ = ':';
		}
		if (i == 8)
			break;
		if (i > 0)
			*out++ = ':';
		if (i == 6 && start == 0 && (end == 6 || (end == 5 && field[5] == 0xffff)))
			return put_v4(out, bytes + MAPPED_BYTES); /* compatible or mapped */
		out = put_field(out, field[i]);
	}
	return out;
}

size_t dw_ip_to_text(const uint8_t *bytes, size_t len, char *out)
{
	char *end = len == 4 ? put_v4(out, bytes) : put_v6(out, bytes);

	*end = '\0';
	return (size_t)(end - out);
}

const char *dw_addr_to_text(const struct dw_addr *addr, char *out)
{
	out[0] = '\0';
	if (addr->family == 4)
		dw_ip_to_text(addr->bytes + MAPPED_BYTES, 4, out);
	else if (addr->family == 6)
		dw_ip_to_text(addr->bytes, 16, out);
	return out;
}

/* Zero the bits of `addr` from `bits` on; true if any was set. */
static bool clear_host_bits(struct dw_addr *addr, unsigned bits)
{
	bool was_set = false;

	for (unsigned i = 0; i < sizeof(addr->bytes); i++) {
		unsigned fixed = bits > i * 8 ? bits - i * 8 : 0;
		uint8_t keep = fixed >= 8 ? 0xff : (uint8_t)(0xff00 >> fixed);

		was_set |= (addr->bytes[i] & ~keep) != 0;
		addr->bytes[i] &= keep;
	}
	return was_set;
}

/* One to three digits, no leading zero, at most `max`. */
static bool parse_bits(const char *text, size_t len, unsigned max, unsigned *out)
{
	unsigned bits = 0;

	if (len == 0 || len > 3 || (len > 1 && text[0] == '0'))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!ascii_is_digit((uint8_t)text[i]))
			return false;
		bits = bits * 10 + (unsigned)(text[i] - '0');
	}
	*out = bits;
	return bits <= max;
}

enum dw_result dw_net_from_text(
	const char *text, size_t len, struct dw_net *out, struct dw_error *err)
{
	const char *slash = memchr(text, '/', len);
	size_t addr_len = slash ? (size_t)(slash - text) : len;
	char meant[DW_ADDR_TEXT_MAX], alone[DW_ADDR_TEXT_MAX];
	struct dw_addr addr;
	uint8_t family;
	unsigned max, bits;

	if (!parse_addr(text, addr_len, &addr, &family))
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0,
			"\"%.*s\" is no network; expected an address like 192.0.2.1 or "
			"2001:db8::1, "
			"or one with a prefix length like 192.0.2.0/24",
			(int)(len < 64 ? len : 64), text);
	bits = max = family == 4 ? 32 : 128;
	if (slash && !parse_bits(slash + 1, len - addr_len - 1, max, &bits))
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0,
			"\"%.*s\": prefix length is no number from 0 to %u",
			(int)(len < 64 ? len : 64), text, max);
	if (family == 4)
		bits += MAPPED_BITS;
	dw_addr_to_text(&addr, alone);
	if (bits < MAPPED_BITS) /* ::/0 is a network of IPv6 and holds no mapped address */
		addr.family = 6;
	if (clear_host_bits(&addr, bits))
		return dw_fail(err, DW_ERR_SYNTAX, NULL, 0,
			"\"%.*s\" has bits set beyond its prefix; write %s/%u for the network or "
			"%s "
			"for the address alone",
			(int)len, text, dw_addr_to_text(&addr, meant),
			addr.family == 4 ? bits - MAPPED_BITS : bits, alone);
	*out = (struct dw_net){.addr = addr, .bits = (uint8_t)bits};
	return DW_OK;
}

const char *dw_net_to_text(const struct dw_net *net, char *out)
{
	unsigned bits = net->bits;

	dw_addr_to_text(&net->addr, out);
	if (net->addr.family == 4)
		bits -= MAPPED_BITS;
	if (net->bits < 8 * sizeof(net->addr.bytes))
		snprintf(out + strlen(out), DW_NET_TEXT_MAX - strlen(out), "/%u", bits);
	return out;
}

bool dw_net_contains(const struct dw_net *net, const struct dw_addr *addr)
{
	unsigned whole = net->bits / 8, rest = net->bits % 8;

	if (addr->family == 0 || addr->family != net->addr.family)
		return false;
	if (memcmp(net->addr.bytes, addr->bytes, whole) != 0)
		return false;
	return rest == 0 || ((net->addr.bytes[whole] ^ addr->bytes[whole]) >> (8 - rest)) == 0;
}
