/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_net.c: addresses and networks */
#include "dnsward-config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "dnsward/net.h"
#include "unit.h"

static struct dw_addr addr_of(const char *text)
{
	struct dw_addr addr;

	ck_assert_msg(dw_addr_from_text(text, strlen(text), &addr), "%s", text);
	return addr;
}

/* ---- addresses ---- */

static const struct {
	const char *text, *back;
	uint8_t family;
} addresses[] = {
	{"0.0.0.0", "0.0.0.0", 4},
	{"192.0.2.1", "192.0.2.1", 4},
	{"255.255.255.255", "255.255.255.255", 4},
	{"::", "::", 6},
	{"::1", "::1", 6},
	{"2001:DB8:0:0:0:0:0:1", "2001:db8::1", 6},
	{"::192.0.2.1", "::192.0.2.1", 6},
	{"::ffff:192.0.2.1", "192.0.2.1", 4},
	{"::ffff:c000:201", "192.0.2.1", 4},
	{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 6},
	{"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 6},
};

START_TEST(address_good)
{
	struct dw_addr addr = addr_of(addresses[_i].text);
	char text[DW_ADDR_TEXT_MAX];

	ck_assert_uint_eq(addr.family, addresses[_i].family);
	ck_assert_str_eq(dw_addr_to_text(&addr, text), addresses[_i].back);
}
END_TEST

static const char *const bad_addresses[] = {"", " ", "192.0.2", "192.0.2.256", "192.0.2.1.",
	"192.0.02.1", " 192.0.2.1", "192.0.2.1 ", "0xc0.0.2.1", "3221225985", "192.0.2.-1", ":::",
	"2001:db8", "2001:db8::1::2", "1:2:3:4:5:6:7:8:9", "fe80::1%eth0", "[::1]", "12345::",
	"\xd9\xa1.0.2.1", "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255.255.255"};

START_TEST(address_bad)
{
	struct dw_addr addr = {.family = 99};

	ck_assert_msg(!dw_addr_from_text(bad_addresses[_i], strlen(bad_addresses[_i]), &addr), "%s",
		bad_addresses[_i]);
	ck_assert_uint_eq(addr.family, 99);
}
END_TEST

START_TEST(address_reads_len_bytes)
{
	struct dw_addr addr;
	char text[DW_ADDR_TEXT_MAX];

	ck_assert(dw_addr_from_text("192.0.2.123", 9, &addr));
	ck_assert_str_eq(dw_addr_to_text(&addr, text), "192.0.2.1");
	ck_assert(!dw_addr_from_text("192.0.2.1\0", 10, &addr));
}
END_TEST

START_TEST(no_address_has_no_text)
{
	struct dw_addr none = {0};
	char text[DW_ADDR_TEXT_MAX] = "x";

	ck_assert_str_eq(dw_addr_to_text(&none, text), "");
}
END_TEST

START_TEST(from_sockaddr)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(53)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(40001)};
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct dw_addr addr, expected = addr_of("192.0.2.7");
	uint16_t port;

	inet_pton(AF_INET, "192.0.2.7", &in.sin_addr);
	addr = dw_addr_from_sockaddr((struct sockaddr *)&in, &port);
	ck_assert_mem_eq(&addr, &expected, sizeof(addr));
	ck_assert_uint_eq(port, 53);

	inet_pton(AF_INET6, "::ffff:192.0.2.7", &in6.sin6_addr);
	addr = dw_addr_from_sockaddr((struct sockaddr *)&in6, &port);
	ck_assert_mem_eq(&addr, &expected, sizeof(addr));
	ck_assert_uint_eq(port, 40001);

	inet_pton(AF_INET6, "2001:db8::7", &in6.sin6_addr);
	expected = addr_of("2001:db8::7");
	addr = dw_addr_from_sockaddr((struct sockaddr *)&in6, NULL);
	ck_assert_mem_eq(&addr, &expected, sizeof(addr));

	addr = dw_addr_from_sockaddr((struct sockaddr *)&un, &port);
	expected = (struct dw_addr){0};
	ck_assert_mem_eq(&addr, &expected, sizeof(addr));
	ck_assert_uint_eq(port, 0);
}
END_TEST

static const struct {
	const char *text, *prefix, *expected; /* text of IPv6; prefix "": none */
} records[] = {
	{"2001:db8::7", "", "2001:db8::7"},
	{"::ffff:192.0.2.7", "", "192.0.2.7"},
	{"64:ff9b::c000:207", "", "192.0.2.7"},
	{"64:ff9b::c000:207", "2001:db8::/32", "192.0.2.7"},
	{"64:ff9b:1::c000:207", "", "64:ff9b:1::c000:207"},
	{"64:ff9b::1:c000:207", "", "64:ff9b::1:c000:207"},
	/* RFC 6052 section 2.4 */
	{"2001:db8:c000:221::", "2001:db8::/32", "192.0.2.33"},
	{"2001:db8:1c0:2:21::", "2001:db8:100::/40", "192.0.2.33"},
	{"2001:db8:122:c000:2:2100::", "2001:db8:122::/48", "192.0.2.33"},
	{"2001:db8:122:3c0:0:221::", "2001:db8:122:300::/56", "192.0.2.33"},
	{"2001:db8:122:344:c0:2:2100::", "2001:db8:122:344::/64", "192.0.2.33"},
	{"2001:db8:122:344::c000:221", "2001:db8:122:344::/96", "192.0.2.33"},
	{"2001:db9:c000:221::", "2001:db8::/32", "2001:db9:c000:221::"},
};

START_TEST(from_rdata)
{
	struct dw_net prefix = {.bits = 0};
	struct dw_addr addr;
	struct dw_error err;
	uint8_t bytes[16];
	char text[DW_ADDR_TEXT_MAX];

	if (records[_i].prefix[0] != '\0')
		ck_assert_int_eq(dw_net_from_text(records[_i].prefix, strlen(records[_i].prefix),
					 &prefix, &err),
			DW_OK);
	inet_pton(AF_INET6, records[_i].text, bytes);
	addr = dw_addr_from_rdata(bytes, sizeof(bytes), &prefix);
	ck_assert_str_eq(dw_addr_to_text(&addr, text), records[_i].expected);
}
END_TEST

START_TEST(from_rdata_of_other_lengths)
{
	static const uint8_t bytes[17] = {192, 0, 2, 7};
	static const struct dw_net none;
	struct dw_addr addr = dw_addr_from_rdata(bytes, 4, &none), expected = addr_of("192.0.2.7");

	ck_assert_mem_eq(&addr, &expected, sizeof(addr));
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		if (len != 4 && len != 16)
			ck_assert_uint_eq(dw_addr_from_rdata(bytes, len, &none).family, 0);
	}
}
END_TEST

/* ---- networks ---- */

static const struct {
	const char *text;
	uint8_t family, bits;
} networks[] = {
	{"0.0.0.0/0", 4, 96},
	{"192.0.2.0/24", 4, 120},
	{"192.0.2.1/32", 4, 128},
	{"192.0.2.1", 4, 128},
	{"128.0.0.0/1", 4, 97},
	{"::/0", 6, 0},
	{"2001:db8::/32", 6, 32},
	{"2001:db8::1", 6, 128},
	{"2001:db8::1/128", 6, 128},
	{"8000::/1", 6, 1},
	{"::ffff:192.0.2.0/120", 4, 120},
	{"::ffff:0:0/96", 4, 96},
	{"::/95", 6, 95},
};

START_TEST(network_good)
{
	struct dw_net net;
	struct dw_error err;

	ck_assert_msg(dw_net_from_text(networks[_i].text, strlen(networks[_i].text), &net, &err) ==
			DW_OK,
		"%s", err.text);
	ck_assert_uint_eq(net.addr.family, networks[_i].family);
	ck_assert_uint_eq(net.bits, networks[_i].bits);
}
END_TEST

static const struct {
	const char *text, *reason;
} bad_networks[] = {
	{"", "is no network"},
	{"/24", "is no network"},
	{"example", "is no network"},
	{"192.0.2.0/", "prefix length is no number from 0 to 32"},
	{"192.0.2.0/33", "prefix length is no number from 0 to 32"},
	{"192.0.2.0/024", "prefix length is no number from 0 to 32"},
	{"192.0.2.0/-1", "prefix length is no number from 0 to 32"},
	{"192.0.2.0/ 24", "prefix length is no number from 0 to 32"},
	{"192.0.2.0/24/24", "prefix length is no number from 0 to 32"},
	{"192.0.2.0/255.255.255.0", "prefix length is no number from 0 to 32"},
	{"192.0.2.0/4294967320", "prefix length is no number from 0 to 32"},
	{"2001:db8::/129", "prefix length is no number from 0 to 128"},
	{"192.0.2.1/24", "write 192.0.2.0/24 for the network or 192.0.2.1 for the address"},
	{"192.0.2.255/31", "write 192.0.2.254/31 for the network or 192.0.2.255"},
	{"2001:db8::1/64", "write 2001:db8::/64 for the network or 2001:db8::1"},
	{"::1/0", "write ::/0 for the network or ::1"},
	{"::ffff:0:0/95", "write ::fffe:0:0/95 for the network or"},
};

START_TEST(network_bad)
{
	struct dw_net net = {.bits = 77};
	struct dw_error err;
	const char *text = bad_networks[_i].text;

	ck_assert_int_eq(dw_net_from_text(text, strlen(text), &net, &err), DW_ERR_SYNTAX);
	ck_assert_msg(strstr(err.text, bad_networks[_i].reason) != NULL, "%s", err.text);
	ck_assert_uint_eq(net.bits, 77);
	ck_assert_int_eq(dw_net_from_text(text, strlen(text), &net, NULL), DW_ERR_SYNTAX);
}
END_TEST

START_TEST(network_of_hostile_length)
{
	static char text[100000];
	struct dw_net net;
	struct dw_error err;

	memset(text, '1', sizeof(text));
	ck_assert_int_eq(dw_net_from_text(text, sizeof(text), &net, &err), DW_ERR_SYNTAX);
	memcpy(text, "::1/", 4);
	ck_assert_int_eq(dw_net_from_text(text, sizeof(text), &net, &err), DW_ERR_SYNTAX);
	ck_assert_uint_lt(strlen(err.text), 200);
}
END_TEST

static const struct {
	const char *net, *addr;
	bool contains;
} members[] = {
	{"192.0.2.0/24", "192.0.2.0", true},
	{"192.0.2.0/24", "192.0.2.255", true},
	{"192.0.2.0/24", "192.0.3.0", false},
	{"192.0.2.0/24", "192.0.1.255", false},
	{"192.0.2.128/25", "192.0.2.128", true},
	{"192.0.2.128/25", "192.0.2.127", false},
	{"192.0.2.1", "192.0.2.1", true},
	{"192.0.2.1", "192.0.2.2", false},
	{"192.0.2.2/31", "192.0.2.3", true},
	{"192.0.2.2/31", "192.0.2.4", false},
	{"0.0.0.0/0", "255.255.255.255", true},
	{"0.0.0.0/0", "::ffff:192.0.2.1", true},
	{"0.0.0.0/0", "2001:db8::1", false},
	{"::/0", "2001:db8::1", true},
	{"::/0", "192.0.2.1", false},
	{"2001:db8::/33", "2001:db8:7fff::", true},
	{"2001:db8::/33", "2001:db8:8000::", false},
	{"::1", "::1", true},
	{"::1", "::2", false},
};

START_TEST(contains_table)
{
	struct dw_addr addr = addr_of(members[_i].addr);
	struct dw_net net;

	ck_assert_int_eq(dw_net_from_text(members[_i].net, strlen(members[_i].net), &net, NULL),
		DW_OK);
	ck_assert_msg(dw_net_contains(&net, &addr) == members[_i].contains, "%s in %s",
		members[_i].addr, members[_i].net);
}
END_TEST

START_TEST(no_address_is_in_no_network)
{
	struct dw_addr none = {0};
	struct dw_net net;

	ck_assert_int_eq(dw_net_from_text("::/0", 4, &net, NULL), DW_OK);
	ck_assert(!dw_net_contains(&net, &none));
	net = (struct dw_net){0};
	ck_assert(!dw_net_contains(&net, &none));
}
END_TEST

/* Half of the fields are zero, so that rows of them come up at all places. */
START_TEST(text_as_inet_ntop)
{
	uint32_t state = 20260301;

	for (int i = 0; i < 100000; i++) {
		char text[DW_ADDR_TEXT_MAX], expected[DW_ADDR_TEXT_MAX];
		uint8_t bytes[16] = {0};

		for (size_t b = 0; b < sizeof(bytes); b++)
			bytes[b] = unit_random(&state) % 4 != 0 ? 0 : (uint8_t)unit_random(&state);
		if (unit_random(&state) % 8 == 0) {
			memset(bytes, 0, 10);
			bytes[10] = bytes[11] = 0xff;
		}
		ck_assert_ptr_nonnull(inet_ntop(AF_INET6, bytes, expected, sizeof(expected)));
		ck_assert_uint_eq(dw_ip_to_text(bytes, 16, text), strlen(expected));
		ck_assert_str_eq(text, expected);
		ck_assert_ptr_nonnull(inet_ntop(AF_INET, bytes + 12, expected, sizeof(expected)));
		ck_assert_uint_eq(dw_ip_to_text(bytes + 12, 4, text), strlen(expected));
		ck_assert_str_eq(text, expected);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net");
	TCase *tc = tcase_create("net");

	UNIT_ADD_TABLE(tc, address_good, addresses);
	UNIT_ADD_TABLE(tc, address_bad, bad_addresses);
	UNIT_ADD_TABLE(tc, from_rdata, records);
	tcase_add_test(tc, from_rdata_of_other_lengths);
	tcase_add_test(tc, address_reads_len_bytes);
	tcase_add_test(tc, no_address_has_no_text);
	tcase_add_test(tc, from_sockaddr);
	UNIT_ADD_TABLE(tc, network_good, networks);
	UNIT_ADD_TABLE(tc, network_bad, bad_networks);
	tcase_add_test(tc, network_of_hostile_length);
	UNIT_ADD_TABLE(tc, contains_table, members);
	tcase_add_test(tc, no_address_is_in_no_network);
	tcase_add_test(tc, text_as_inet_ntop);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
