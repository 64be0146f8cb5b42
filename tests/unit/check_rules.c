/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_rules.c: the container of rules */
#include "dnsward-config.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "dnsward/rules.h"
#include "lists/extras.h"
#include "lists/rules_drop.h"
#include "unit.h"

static void add_name(struct dw_rules *rules, enum dw_trigger trigger, const char *text,
	uint32_t line, const struct dw_data *data)
{
	uint8_t wire[DW_NAME_MAX];
	struct dw_rule rule = {.trigger = trigger, .name = wire, .line = line, .data = data};

	/* not ck_assert: it writes a message each time */
	if (dw_name_from_text(text, strlen(text), wire, &rule.name_len, NULL) != DW_OK ||
		dw_rules_add(rules, &rule) != DW_OK)
		ck_abort_msg("cannot add %s", text);
}

START_TEST(empty)
{
	struct dw_rules *rules;
	struct dw_rule view;
	size_t cursor = 0;

	ck_assert_int_eq(dw_rules_new(&rules), DW_OK);
	ck_assert_uint_eq(dw_rules_count(rules), 0);
	ck_assert_uint_eq(dw_rules_file_count(rules), 0);
	ck_assert(!dw_rules_next(rules, &cursor, &view));
	dw_rules_free(&rules);
	ck_assert_ptr_null(rules);
	dw_rules_free(&rules);
}
END_TEST

/* One rule with everything it can have, of each trigger and with each set of flags. */
START_TEST(whole_rules_come_back)
{
	static const uint8_t name[] = "\001a\007example";
	static const uint8_t rdata[] = {192, 0, 2, 1};
	static const struct dw_record records[] = {
		{.type = 1, .ttl = 60, .rdata_len = 4, .rdata = rdata},
		{.type = 16, .ttl = 60},
	};
	static const struct dw_data datas[] = {
		{.kind = DW_DATA_NXDOMAIN},
		{.kind = DW_DATA_CNAME,
			.target_wild = true,
			.ttl = 5,
			.target = name,
			.target_len = sizeof(name)},
		{.kind = DW_DATA_RECORDS, .record_count = 2, .records = records},
	};
	struct dw_rules *rules;
	struct dw_rule view;
	size_t cursor = 0;

	ck_assert_int_eq(dw_rules_new(&rules), DW_OK);
	for (unsigned i = 0; i < 7 * 16 * 4; i++) {
		struct dw_rule rule = {
			.trigger = i % 7, .flags = i / 7 % 16, .line = i + 1, .file = i};

		if (rule.trigger <= DW_TRIGGER_SUBNAMES) {
			rule.name = name;
			rule.name_len = sizeof(name);
		} else if (rule.trigger == DW_TRIGGER_ANSWER_NET) {
			ck_assert_int_eq(
				dw_net_from_text("192.0.2.0/24", 12, &rule.net, NULL), DW_OK);
		} else {
			rule.pattern = "a*b";
			rule.pattern_len = 3;
		}
		rule.type_count = i % 3;
		rule.types[0] = rule.type_count > 0 ? 28 : 0;
		rule.types[1] = rule.type_count > 1 ? 65 : 0;
		rule.data = i / 112 < 3 ? &datas[i / 112] : NULL;
		ck_assert_int_eq(dw_rules_add(rules, &rule), DW_OK);
	}
	for (unsigned i = 0; i < 7 * 16 * 4; i++) {
		ck_assert(dw_rules_next(rules, &cursor, &view));
		ck_assert_uint_eq(view.trigger, i % 7);
		ck_assert_uint_eq(view.flags, i / 7 % 16);
		ck_assert_uint_eq(view.line, i + 1);
		ck_assert_uint_eq(view.file, i);
		if (view.trigger <= DW_TRIGGER_SUBNAMES) {
			ck_assert_mem_eq(view.name, name, sizeof(name));
			ck_assert_uint_eq(view.name_len, sizeof(name));
			ck_assert_ptr_null(view.pattern);
		} else if (view.trigger == DW_TRIGGER_ANSWER_NET) {
			ck_assert_uint_eq(view.net.bits, 120);
			ck_assert_uint_eq(view.net.addr.bytes[14], 2);
			ck_assert_ptr_null(view.name);
		} else {
			ck_assert_str_eq(view.pattern, "a*b");
			ck_assert_uint_eq(view.pattern_len, 3);
			ck_assert_ptr_null(view.name);
		}
		ck_assert_uint_eq(view.type_count, i % 3);
		ck_assert_uint_eq(view.types[0], i % 3 > 0 ? 28 : 0);
		ck_assert_uint_eq(view.types[1], i % 3 > 1 ? 65 : 0);
		ck_assert((view.data != NULL) == (i / 112 < 3));
		if (i / 112 == 1) {
			ck_assert(view.data->target_wild);
			ck_assert_mem_eq(view.data->target, name, sizeof(name));
		} else if (i / 112 == 2) {
			ck_assert_uint_eq(view.data->record_count, 2);
			ck_assert_mem_eq(view.data->records[0].rdata, rdata, sizeof(rdata));
			ck_assert_uint_eq(view.data->records[1].rdata_len, 0);
			ck_assert_uint_eq(view.data->records[1].type, 16);
		}
	}
	ck_assert(!dw_rules_next(rules, &cursor, &view));
	dw_rules_free(&rules);
}
END_TEST

/* Patterns of every length up to the limit, over the ends of blocks. */
START_TEST(patterns_of_all_lengths)
{
	static char pattern[65537];
	struct dw_rule rule = {.trigger = DW_TRIGGER_REGEX, .pattern = pattern}, view;
	struct dw_rules *rules;
	size_t cursor = 0;

	memset(pattern, 'x', sizeof(pattern) - 1);
	ck_assert_int_eq(dw_rules_new(&rules), DW_OK);
	for (size_t len = 0; len <= 65535; len += 771) {
		rule.pattern_len = len;
		rule.line = (uint32_t)len + 1;
		ck_assert_int_eq(dw_rules_add(rules, &rule), DW_OK);
	}
	rule.pattern_len = 65536;
	ck_assert_int_eq(dw_rules_add(rules, &rule), DW_ERR_LIMIT);
	for (size_t len = 0; len <= 65535; len += 771) {
		ck_assert(dw_rules_next(rules, &cursor, &view));
		ck_assert_uint_eq(view.line, len + 1);
		ck_assert_uint_eq(view.pattern_len, len);
		ck_assert_uint_eq(strlen(view.pattern), len);
	}
	ck_assert(!dw_rules_next(rules, &cursor, &view));
	dw_rules_free(&rules);
}
END_TEST

START_TEST(files)
{
	struct dw_rules *rules;
	uint32_t file = 99;
	char path[32];

	ck_assert_int_eq(dw_rules_new(&rules), DW_OK);
	for (uint32_t i = 0; i < 65536; i++) {
		snprintf(path, sizeof(path), "/lists/%u", i);
		ck_assert_int_eq(dw_rules_file(rules, path, &file), DW_OK);
		ck_assert_uint_eq(file, i);
	}
	ck_assert_int_eq(dw_rules_file(rules, "one more", &file), DW_ERR_LIMIT);
	ck_assert_uint_eq(file, 65535);
	ck_assert_uint_eq(dw_rules_file_count(rules), 65536);
	ck_assert_str_eq(dw_rules_file_path(rules, 65535), "/lists/65535");
	dw_rules_free(&rules);
}
END_TEST

/* Many names: what they cost, and that they are all there in their order. */
START_TEST(names_are_compact)
{
	enum { COUNT = 200000 };
	struct mallinfo2 before = mallinfo2(), after;
	static const struct dw_data nxdomain = {.kind = DW_DATA_NXDOMAIN};
	struct dw_rules *rules;
	struct dw_rule view;
	size_t cursor = 0, bytes = 0, cost;
	char text[64], back[DW_NAME_TEXT_MAX];

	ck_assert_int_eq(dw_rules_new(&rules), DW_OK);
	for (uint32_t i = 0; i < COUNT; i++) {
		snprintf(text, sizeof(text), "host%u.example", i);
		bytes += strlen(text) + 2;
		add_name(rules, DW_TRIGGER_EXACT, text, i + 1, i % 2 ? &nxdomain : NULL);
	}
	after = mallinfo2();
	cost = after.uordblks + after.hblkhd - before.uordblks - before.hblkhd - bytes;
	if (after.uordblks > 0) /* a sanitizer's malloc does not tell */
		ck_assert_uint_le(cost / COUNT, 12);
	ck_assert_uint_eq(dw_rules_count(rules), COUNT);
	for (uint32_t i = 0; i < COUNT; i++) {
		snprintf(text, sizeof(text), "host%u.example", i);
		if (!dw_rules_next(rules, &cursor, &view))
			ck_abort_msg("ends after %u", i);
		dw_name_to_text(view.name, view.name_len, back);
		if (strcmp(back, text) != 0 || view.line != i + 1 || (view.data != NULL) != i % 2)
			ck_abort_msg("%s is not %s", back, text);
	}
	ck_assert(!dw_rules_next(rules, &cursor, &view));
	dw_rules_free(&rules);
}
END_TEST

/* Rules with the same data share it; those with other data do not. */
START_TEST(data_is_kept_once)
{
	struct dw_rules *rules;
	struct dw_rule view;
	size_t cursor = 0;
	const struct dw_data *seen[300] = {NULL};

	ck_assert_int_eq(dw_rules_new(&rules), DW_OK);
	for (uint32_t i = 0; i < 3000; i++) {
		uint8_t target[] = {2, (uint8_t)(i % 300), (uint8_t)(i % 300 >> 8), 0};
		struct dw_data data = {.kind = DW_DATA_CNAME, .target = target, .target_len = 4};

		add_name(rules, DW_TRIGGER_EXACT, "a.example", i + 1, &data);
	}
	for (uint32_t i = 0; dw_rules_next(rules, &cursor, &view); i++) {
		ck_assert_uint_eq(view.data->target[1] | view.data->target[2] << 8, i % 300);
		if (i < 300)
			seen[i] = view.data;
		ck_assert_ptr_eq(view.data, seen[i % 300]);
	}
	dw_rules_free(&rules);
}
END_TEST

static void count(void *arg, const struct dw_rule *rule)
{
	ck_assert_uint_gt(rule->line, 0);
	++*(size_t *)arg;
}

START_TEST(drop)
{
	static const struct dw_data nxdomain = {.kind = DW_DATA_NXDOMAIN};
	struct dw_rules *rules, *bad;
	struct dw_rule view;
	size_t cursor = 0, dropped = 0;
	char text[64];

	ck_assert_int_eq(dw_rules_new(&rules), DW_OK);
	ck_assert_int_eq(dw_rules_new(&bad), DW_OK);
	for (uint32_t i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "a%u.example", i % 500);
		add_name(rules, i % 4 ? DW_TRIGGER_SUBTREE : DW_TRIGGER_EXACT, text, i + 1,
			i % 8 == 1 ? &nxdomain : NULL);
		if (i % 10 == 1)
			add_name(bad, DW_TRIGGER_SUBTREE, text, 1, NULL);
	}
	ck_assert_int_eq(dw_rules_drop(rules, bad, count, &dropped), DW_OK);
	/* of each 1, 11, 21, ... there were two, less those with data or exact */
	ck_assert_uint_gt(dropped, 0);
	ck_assert_uint_eq(dw_rules_count(rules), 1000 - dropped);
	for (size_t i = 0; i < 1000 - dropped; i++) {
		ck_assert(dw_rules_next(rules, &cursor, &view));
		ck_assert((view.line - 1) % 500 % 10 != 1 || view.trigger == DW_TRIGGER_EXACT ||
			  view.data);
	}
	ck_assert(!dw_rules_next(rules, &cursor, &view));
	ck_assert_int_eq(dw_rules_drop(rules, bad, count, &dropped), DW_OK);
	ck_assert_uint_eq(dw_rules_count(rules), 1000 - dropped);
	dw_rules_free(&rules);
	dw_rules_free(&bad);
}
END_TEST

/* Rules that differ in one part of their types or data have other hashes: a list that holds many
 * such rules costs a probe each, and not one for each before it. */
START_TEST(hash_is_of_all_parts)
{
	static const uint8_t one[] = {1}, two[] = {2}, target[] = "\001a";
	static const struct dw_record records[] = {
		{.type = 1, .ttl = 60, .rdata_len = 1, .rdata = one},
		{.type = 1, .ttl = 61, .rdata_len = 1, .rdata = one},
		{.type = 2, .ttl = 60, .rdata_len = 1, .rdata = one},
		{.type = 1, .ttl = 60, .rdata_len = 1, .rdata = two},
		{.type = 1, .ttl = 60},
	};
	static const struct dw_data datas[] = {
		{.kind = DW_DATA_NXDOMAIN},
		{.kind = DW_DATA_CNAME, .target = target, .target_len = 3},
		{.kind = DW_DATA_CNAME, .target = target, .target_len = 3, .ttl = 1},
		{.kind = DW_DATA_CNAME, .target = target, .target_len = 3, .target_wild = true},
		{.kind = DW_DATA_RECORDS, .record_count = 1, .records = &records[0]},
		{.kind = DW_DATA_RECORDS, .record_count = 1, .records = &records[1]},
		{.kind = DW_DATA_RECORDS, .record_count = 1, .records = &records[2]},
		{.kind = DW_DATA_RECORDS, .record_count = 1, .records = &records[3]},
		{.kind = DW_DATA_RECORDS, .record_count = 1, .records = &records[4]},
		{.kind = DW_DATA_RECORDS, .record_count = 5, .records = records},
	};
	enum { DATAS = sizeof(datas) / sizeof(datas[0]), RULES = 2 * DATAS + 2 };
	uint64_t hash[RULES];
	struct dw_hash_key key;

	dw_hash_key_random(&key);
	for (size_t i = 0; i < RULES; i++) {
		struct dw_rule rule = {.data = i < 2 ? NULL : &datas[(i - 2) / 2],
			.types = {28},
			.type_count = i % 2};

		hash[i] = dw_extras_hash(&key, &rule);
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(hash[k] != hash[i], "%zu and %zu", k, i);
	}
}
END_TEST

/* Seconds that taking nothing out of `count` rules takes, all of one name and each with its own
 * condition, and none of them among `count` others. */
static double drop_seconds(uint32_t number)
{
	struct timespec from, to;
	struct dw_rules *rules, *bad;
	struct dw_rule rule = {.trigger = DW_TRIGGER_EXACT,
		.name = (const uint8_t *)"",
		.name_len = 1,
		.line = 1,
		.type_count = 2};
	size_t dropped = 0;

	ck_assert_int_eq(dw_rules_new(&rules), DW_OK);
	ck_assert_int_eq(dw_rules_new(&bad), DW_OK);
	for (uint32_t i = 0; i < number; i++) {
		rule.types[0] = (uint16_t)(i % 1000 + 1);
		rule.types[1] = (uint16_t)(i / 1000 + 2000);
		if (dw_rules_add(rules, &rule) != DW_OK)
			ck_abort();
		rule.types[1] = (uint16_t)(i / 1000 + 4000);
		if (dw_rules_add(bad, &rule) != DW_OK)
			ck_abort();
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	ck_assert_int_eq(dw_rules_drop(rules, bad, count, &dropped), DW_OK);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	ck_assert_uint_eq(dropped, 0);
	dw_rules_free(&rules);
	dw_rules_free(&bad);
	return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* Eight times as many cost about eight times as much, and not 64 times. */
START_TEST(drop_does_not_grow_with_its_square)
{
	double few = drop_seconds(2500), many = drop_seconds(20000);

	ck_assert_msg(many < 24 * few, "%f s, and of 8 times as many %f s", few, many);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rules");
	TCase *tcase = tcase_create("all");

	tcase_add_test(tcase, empty);
	tcase_add_test(tcase, whole_rules_come_back);
	tcase_add_test(tcase, patterns_of_all_lengths);
	tcase_add_test(tcase, files);
	tcase_add_test(tcase, names_are_compact);
	tcase_add_test(tcase, data_is_kept_once);
	tcase_add_test(tcase, drop);
	tcase_add_test(tcase, hash_is_of_all_parts);
	tcase_add_test(tcase, drop_does_not_grow_with_its_square);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
