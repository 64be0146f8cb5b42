/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_group_index.c: groups of clients, against a scan of all networks
 */
#include "dnsward-config.h"

#include <stdlib.h>
#include <string.h>

#include "dnsward/clock.h"
#include "policy/group_index.h"
#include "unit.h"

static struct dw_net net(const char *text)
{
	struct dw_net out;

	ck_assert_msg(dw_net_from_text(text, strlen(text), &out, NULL) == DW_OK, "%s", text);
	return out;
}

static struct dw_addr addr(const char *text)
{
	struct dw_addr out;

	ck_assert_msg(dw_addr_from_text(text, strlen(text), &out), "%s", text);
	return out;
}

static uint64_t scan(const struct dw_group *groups, size_t count, const struct dw_addr *client)
{
	uint64_t found = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; n < groups[i].network_count; n++)
			if (dw_net_contains(&groups[i].networks[n], client))
				found |= UINT64_C(1) << i;
	return found;
}

/* ---- one by one ---- */

static const struct {
	const char *networks[4]; /* of groups 0, 1, 2, 3 */
	const char *client;
	uint64_t groups;
} table[] = {
	{{"10.0.0.0/8", "10.1.0.0/16"}, "10.0.255.255", 1},
	{{"10.0.0.0/8", "10.1.0.0/16"}, "10.1.0.0", 3},
	{{"10.0.0.0/8", "10.1.0.0/16"}, "10.1.255.255", 3},
	{{"10.0.0.0/8", "10.1.0.0/16"}, "10.2.0.0", 1},
	{{"10.0.0.0/8", "10.1.0.0/16"}, "9.255.255.255", 0},
	{{"10.0.0.0/8", "10.1.0.0/16"}, "11.0.0.0", 0},
	{{"10.1.0.0/16", "10.0.0.0/8"}, "10.1.2.3", 3},
	/* the same network in two groups, ends that fall together, neighbours */
	{{"10.0.0.0/8", "10.0.0.0/8", "10.255.0.0/16", "11.0.0.0/8"}, "10.0.0.0", 3},
	{{"10.0.0.0/8", "10.0.0.0/8", "10.255.0.0/16", "11.0.0.0/8"}, "10.255.255.255", 7},
	{{"10.0.0.0/8", "10.0.0.0/8", "10.255.0.0/16", "11.0.0.0/8"}, "11.0.0.0", 8},
	{{"10.0.0.0/9", "10.128.0.0/9"}, "10.127.255.255", 1},
	{{"10.0.0.0/9", "10.128.0.0/9"}, "10.128.0.0", 2},
	/* the ends of the address spaces */
	{{"0.0.0.0/0"}, "0.0.0.0", 1},
	{{"0.0.0.0/0"}, "255.255.255.255", 1},
	{{"0.0.0.0/0", "255.255.255.255"}, "255.255.255.255", 3},
	{{"::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 3},
	{{"::/0"}, "::1", 1},
	/* a family has nothing to do with the other */
	{{"0.0.0.0/0"}, "2001:db8::1", 0},
	{{"::/0"}, "192.0.2.1", 0},
	{{"::/0", "0.0.0.0/0"}, "192.0.2.1", 2},
	{{"::ffff:0:0/96"}, "192.0.2.1", 1},
	{{"2001:db8::/32", "2001:db8:1::/48", "2001:db8:1::7"}, "2001:db8:1::7", 7},
	{{"2001:db8::/32", "2001:db8:1::/48", "2001:db8:1::7"}, "2001:db8:1::8", 3},
	{{"192.0.2.7"}, "192.0.2.8", 0},
	{{NULL}, "192.0.2.8", 0},
};

START_TEST(finds)
{
	struct dw_arena arena = {0};
	struct dw_net nets[4];
	struct dw_group groups[4] = {0};
	const struct dw_group_index *index;
	struct dw_addr client = addr(table[_i].client), none = {0};

	for (size_t i = 0; i < 4 && table[_i].networks[i]; i++) {
		nets[i] = net(table[_i].networks[i]);
		groups[i] = (struct dw_group){.networks = &nets[i], .network_count = 1};
	}
	index = dw_group_index_make(&arena, groups, 4);
	ck_assert_ptr_nonnull(index);
	ck_assert_uint_eq(scan(groups, 4, &client), table[_i].groups);
	ck_assert_uint_eq(dw_group_index_lookup(index, &client), table[_i].groups);
	ck_assert_uint_eq(dw_group_index_lookup(index, &none), 0);
	dw_arena_clear(&arena);
}
END_TEST

/* ---- many at random ---- */

/* Few distinct bits, so that networks nest and meet. */
static struct dw_net random_net(uint32_t *state)
{
	struct dw_net out = {.addr = {.family = unit_random(state) % 2 ? 4 : 6}};
	size_t first = out.addr.family == 4 ? 12 : 0;

	out.bits = (uint8_t)(first * 8 + unit_random(state) % (129 - first * 8));
	if (out.addr.family == 4)
		out.addr.bytes[10] = out.addr.bytes[11] = 0xff;
	for (size_t i = first; i < 16; i++) {
		uint32_t pick = unit_random(state) % 4;

		out.addr.bytes[i] = pick == 0 ? 0 : pick == 1 ? 0xff : pick == 2 ? 0x80 : 1;
	}
	for (unsigned bit = out.bits; bit < 128; bit++)
		out.addr.bytes[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
	return out;
}

/* In a network, at its end, or just off it. */
static struct dw_addr random_client(const struct dw_net *base, uint32_t *state)
{
	struct dw_addr out = base->addr;
	uint32_t kind = unit_random(state) % 4;

	for (unsigned bit = base->bits; bit < 128; bit++)
		if (kind == 0 || (kind == 1 && unit_random(state) % 2))
			out.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	if (kind == 3 && base->bits > (out.family == 4 ? 96 : 0))
		out.bytes[(base->bits - 1) / 8] ^= (uint8_t)(0x80 >> (base->bits - 1) % 8);
	return out;
}

START_TEST(agrees_with_a_scan)
{
	enum { GROUPS = 64, NETS = 40 };
	static struct dw_net nets[GROUPS][NETS];
	uint32_t state = (uint32_t)_i + 1;
	struct dw_group groups[GROUPS];
	struct dw_arena arena = {0};
	const struct dw_group_index *index;
	size_t count = 1 + unit_random(&state) % GROUPS;

	for (size_t i = 0; i < count; i++) {
		size_t used = unit_random(&state) % (NETS + 1);

		for (size_t n = 0; n < used; n++)
			nets[i][n] = random_net(&state);
		groups[i] = (struct dw_group){.networks = nets[i], .network_count = used};
	}
	index = dw_group_index_make(&arena, groups, count);
	ck_assert_ptr_nonnull(index);
	for (int round = 0; round < 2000; round++) {
		const struct dw_net *base =
			&nets[unit_random(&state) % count][unit_random(&state) % NETS];
		struct dw_addr client = random_client(base, &state);
		char text[DW_ADDR_TEXT_MAX];

		if (dw_group_index_lookup(index, &client) != scan(groups, count, &client))
			ck_abort_msg("seed %d: %s", _i + 1, dw_addr_to_text(&client, text));
	}
	dw_arena_clear(&arena);
}
END_TEST

/* All that one address can be in. */
START_TEST(nests_as_deep_as_can_be)
{
	enum { DEPTH = 129 };
	struct dw_net nets[DEPTH];
	struct dw_group groups[] = {
		{.networks = nets, .network_count = DEPTH},
		{.networks = &nets[DEPTH - 1], .network_count = 1},
	};
	struct dw_addr client = addr("2001:db8::7"), other = addr("2001:db8::6");
	struct dw_arena arena = {0};
	const struct dw_group_index *index;

	for (unsigned bits = 0; bits < DEPTH; bits++) {
		nets[bits] = (struct dw_net){.addr = client, .bits = (uint8_t)bits};
		for (unsigned bit = bits; bit < 128; bit++)
			nets[bits].addr.bytes[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
	}
	index = dw_group_index_make(&arena, groups, 2);
	ck_assert_ptr_nonnull(index);
	ck_assert_uint_eq(dw_group_index_lookup(index, &client), 3);
	ck_assert_uint_eq(dw_group_index_lookup(index, &other), 1);
	dw_arena_clear(&arena);
}
END_TEST

/* 10,000 networks: comparing with each would take some 100 us a question. */
START_TEST(is_no_scan)
{
	enum { NETS = 10000, ROUNDS = 100000 };
	struct dw_net *nets = calloc(NETS, sizeof(*nets));
	struct dw_group group = {.networks = nets, .network_count = NETS};
	struct dw_arena arena = {0};
	const struct dw_group_index *index;
	struct dw_addr client = addr("10.0.0.0");
	uint64_t start, steady, found = 0;

	ck_assert_ptr_nonnull(nets);
	for (uint32_t i = 0; i < NETS; i++) {
		nets[i] = net("10.0.0.0/31");
		nets[i].addr.bytes[13] = (uint8_t)(i >> 16);
		nets[i].addr.bytes[14] = (uint8_t)(i >> 8);
		nets[i].addr.bytes[15] = (uint8_t)(i & 0xfe);
	}
	index = dw_group_index_make(&arena, &group, 1);
	ck_assert_ptr_nonnull(index);
	start = dw_clock_steady();
	for (uint32_t i = 0; i < ROUNDS; i++) {
		client.bytes[14] = (uint8_t)(i >> 8);
		client.bytes[15] = (uint8_t)i;
		found += dw_group_index_lookup(index, &client);
	}
	steady = (dw_clock_steady() - start) / ROUNDS;
	ck_assert_uint_gt(found, 0);
	ck_assert_msg(steady < 10000, "%u ns a question", (unsigned)steady);
	dw_arena_clear(&arena);
	free(nets);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("group_index");
	TCase *tcase = tcase_create("groups");

	UNIT_ADD_TABLE(tcase, finds, table);
	tcase_add_loop_test(tcase, agrees_with_a_scan, 0, 50);
	tcase_add_test(tcase, nests_as_deep_as_can_be);
	tcase_add_test(tcase, is_no_scan);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
