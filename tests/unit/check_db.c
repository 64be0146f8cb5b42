/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_db.c: what lists mean in a database, and what a damaged one does */
#include "dnsward-config.h"

#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "db/format.h"
#include "base/label_hash.h"
#include "db_lists.h"
#include "unit.h"

/* ---- what rules mean: one list, one question ---- */

struct meaning {
	const char *rules[6];
	const char *name;
	uint16_t type;
	const char *hit; /* the rule's line and labels, "N/L"; E: by an exception; "" none */
};

static const struct meaning any_rule_counts[] = {
	/* triggers */
	{{"=ads.example"}, "ads.example", 1, "1/2"},
	{{"=ads.example"}, "x.ads.example", 1, ""},
	{{"=ads.example"}, "example", 1, ""},
	{{"^ads.example"}, "ads.example", 1, "1/2"},
	{{"^ads.example"}, "a.b.ads.example", 1, "1/2"},
	{{"^ads.example"}, "bads.example", 1, ""},
	{{"*ads.example"}, "ads.example", 1, ""},
	{{"*ads.example"}, "x.ads.example", 1, "1/2"},
	{{"^."}, "any.name", 1, "1/0"},
	{{"^."}, ".", 1, "1/0"},
	{{"=."}, ".", 1, "1/0"},
	{{"=."}, "a", 1, ""},
	{{"?ad*.example"}, "ads.example", 1, "1/0"},
	{{"&ad*.example"}, "x.ads.example", 1, "1/0"},
	{{"/^ads[0-9]"}, "ads1.example", 1, "1/0"},
	{{"/^$"}, ".", 1, "1/0"},
	/* the longest name is told, then the first; names before patterns */
	{{"=a.b.example", "^b.example 1"}, "a.b.example", 1, "1/3"},
	{{"=a.b.example", "^b.example"}, "a.b.example", 1, "2/2"},
	{{"^example", "^b.example 1", "=a.b.example 28"}, "a.b.example", 28, "3/3"},
	{{"^example", "^b.example 1", "=a.b.example 28"}, "a.b.example", 1, "2/2"},
	{{"/a", "^example"}, "a.example", 1, "2/1"},
	{{"/a", "/e"}, "a.example", 1, "1/0"},
	{{"^a.example 1", "=a.example"}, "a.example", 1, "1/2"},
	{{"^a.example 1", "=a.example"}, "a.example", 28, "2/2"},
	/* exceptions, whatever their length */
	{{"^example", "@=a.example"}, "a.example", 1, "2/2E"},
	{{"^example", "@=a.example"}, "b.example", 1, "1/1"},
	{{"=a.example", "@^example"}, "a.example", 1, "2/1E"},
	{{"=a.example", "@/a"}, "a.example", 1, "2/0E"},
	{{"@=a.example"}, "a.example", 1, "1/2E"},
	/* important */
	{{"!^example", "@=a.example"}, "a.example", 1, "1/1"},
	{{"!^example", "@!=a.example"}, "a.example", 1, "2/2E"},
	{{"!^example", "=a.example"}, "a.example", 1, "1/1"},
	{{"^example", "@!^example", "@=a.example"}, "a.example", 1, "3/2E"},
	/* types */
	{{"=a.example 1,28"}, "a.example", 28, "1/2"},
	{{"=a.example 1,28"}, "a.example", 16, ""},
	{{"=a.example -1,28"}, "a.example", 16, "1/2"},
	{{"=a.example -1,28"}, "a.example", 1, ""},
	{{"^example", "@=a.example 1"}, "a.example", 28, "1/1"},
	{{"/a 16"}, "a.example", 16, "1/0"},
	{{"/a 16"}, "a.example", 1, ""},
	/* inverted */
	{{"~/^a"}, "b.example", 1, "1/0"},
	{{"~/^a"}, "a.example", 1, ""},
	{{"~/^a", "/^a"}, "a.example", 1, "2/0"},
	{{"/x", "~/^a"}, "x.example", 1, "1/0"},
	{{"^example", "@~/^a"}, "b.example", 1, "2/0E"},
	{{"^example", "@~/^a"}, "a.example", 1, "1/1"},
	/* covered: told by what covers it */
	{{"^example", "=a.example", "^b.example"}, "a.example", 1, "1/1"},
	{{"^example", "^b.example", "=a.b.example"}, "a.b.example", 1, "1/1"},
	{{"*example", "^a.example"}, "a.example", 1, "1/1"},
	{{"=example", "=a.example"}, "a.example", 1, "2/2"},
	{{"^example", "@^b.example", "^a.b.example"}, "a.b.example", 1, "2/2E"},
	{{"^example", "^a.example 1"}, "a.example", 1, "2/2"},
	/* the same twice */
	{{"=a.example", "=a.example"}, "a.example", 1, "1/2"},
	{{"/a.*x", "/a.*x"}, "a.example", 1, "1/0"},
};

static const struct meaning longest_wins[] = {
	{{"^example", "@=a.example"}, "a.example", 1, "2/2E"},
	{{"=a.example", "@^example"}, "a.example", 1, "1/2"},
	{{"=a.example", "@^example"}, "b.example", 1, "2/1E"},
	{{"^a.example", "@=a.example"}, "a.example", 1, "2/2E"},
	{{"@^a.example", "=a.example"}, "x.a.example", 1, "1/2E"},
	{{"@^a.example", "=a.example"}, "a.example", 1, "2/2"},
	{{"=a.example", "@*a.example"}, "a.example", 1, "1/2"},
	{{"@/a", "^example"}, "a.example", 1, "2/1"},
	{{"!^example", "@=a.example"}, "a.example", 1, "2/2E"},
	{{"^example", "@=a.example 1"}, "a.example", 28, "1/1"},
	{{"^example", "@^b.example", "^a.b.example"}, "a.b.example", 1, "3/3"},
};

/* as a zone's own wildcards */
static const struct meaning ended_wildcards[] = {
	{{"*example", "=a.example"}, "b.a.example", 1, ""},
	{{"*example", "=a.example"}, "a.example", 1, "2/2"},
	{{"*example", "=a.example"}, "b.example", 1, "1/1"},
	{{"*example", "=a.example", "*a.example"}, "b.a.example", 1, "3/2"},
	{{"*example", "*a.example", "=a.example"}, "b.a.example", 1, "2/2"},
	{{"*example", "@=a.example"}, "b.a.example", 1, ""},
	{{"*example", "=b.a.example"}, "c.b.a.example", 1, ""},
	{{"*example", "=b.a.example"}, "c.a.example", 1, "1/1"}, /* a.example is no name of it */
	{{"*example", "=example"}, "a.example", 1, "1/1"},
	{{"*example", "=a.example", "=c.b.a.example"}, "c.b.a.example", 1, "3/4"},
};

enum {
	N_ANY = sizeof(any_rule_counts) / sizeof(any_rule_counts[0]),
	N_LONGEST = sizeof(longest_wins) / sizeof(longest_wins[0]),
	N_ENDED = sizeof(ended_wildcards) / sizeof(ended_wildcards[0]),
};

static void check_meaning(const struct meaning *m, enum dw_list_format format)
{
	struct db_lists l;
	struct dw_db *db;
	struct dw_hits hits;
	struct dw_origin origin;
	char told[32] = "";

	db_lists_init(&l);
	db_lists_add(&l, "list", "ads", "allow", format);
	for (int i = 0; i < 6 && m->rules[i] != NULL; i++)
		db_lists_text(&l, 0, m->rules[i]);
	db = db_lists_open(&l);
	db_ask(db, m->name, m->type, &hits);
	ck_assert_uint_le(hits.count, 1);
	if (hits.count == 1) {
		const struct dw_hit *hit = &hits.hit[0];

		ck_assert(dw_db_origin(db, hit->rule, &origin));
		ck_assert_str_eq(origin.file, "list");
		snprintf(told, sizeof(told), "%u/%u%s", origin.line, hit->labels,
			hit->exception ? "E" : "");
		ck_assert_str_eq(dw_db_category(db, hit->category),
			hit->exception ? "allow" : "ads");
	}
	ck_assert_msg(strcmp(told, m->hit) == 0, "%s %s...: %s type %u is '%s', not '%s'",
		m->rules[0], m->rules[1], m->name, m->type, told, m->hit);
	dw_db_close(&db);
	db_lists_clear(&l);
}

START_TEST(ended)
{
	check_meaning(&ended_wildcards[_i], DW_FORMAT_RPZ);
}
END_TEST

/* In other formats what stands above is not ended by an exact name. */
START_TEST(not_ended)
{
	static const struct meaning meaning = {{"*example", "@=a.example"}, "b.a.example", 1, "1/1"};

	check_meaning(&meaning, DW_FORMAT_UNBOUND);
}
END_TEST

START_TEST(any_rule)
{
	check_meaning(&any_rule_counts[_i], DW_FORMAT_ADBLOCK);
}
END_TEST

START_TEST(longest)
{
	check_meaning(&longest_wins[_i], DW_FORMAT_RPZ);
}
END_TEST

/* ---- several lists ---- */

START_TEST(lists_in_order)
{
	struct db_lists l;
	struct dw_db *db;
	struct dw_hits hits;
	struct dw_db_info info;
	struct dw_db_list list;

	db_lists_init(&l);
	db_lists_add(&l, "one", "ads", NULL, DW_FORMAT_DOMAINS);
	db_lists_add(&l, "two", "malware", NULL, DW_FORMAT_DOMAINS);
	db_lists_add(&l, "three", "ads", "allow", DW_FORMAT_ADBLOCK);
	db_lists_text(&l, 2, "@^a.example");
	db_lists_text(&l, 1, "^example");
	db_lists_text(&l, 0, "=a.example");
	db_lists_text(&l, 0, "@=b.example");
	l.build.generation = 42;
	memset(l.build.sources, 7, sizeof(l.build.sources));
	db = db_lists_open(&l);
	dw_db_info(db, &info);
	ck_assert_uint_eq(info.generation, 42);
	ck_assert_uint_eq(info.sources[31], 7);
	ck_assert_uint_le(info.built, (uint64_t)time(NULL));
	ck_assert_uint_ge(info.built + 100, (uint64_t)time(NULL));
	ck_assert_uint_eq(info.names, 3);
	ck_assert_uint_eq(info.bytes, l.stats.bytes);
	ck_assert_uint_eq(info.list_count, 3);
	ck_assert_uint_eq(info.category_count, 3);
	dw_db_list(db, 2, &list);
	ck_assert_str_eq(list.name, "three");
	ck_assert_str_eq(list.category, "ads");
	ck_assert_int_eq(list.format, DW_FORMAT_ADBLOCK);
	ck_assert_uint_eq(list.rules, 1);
	db_ask(db, "a.example", 1, &hits);
	ck_assert_uint_eq(hits.count, 3);
	for (uint16_t i = 0; i < 3; i++)
		ck_assert_uint_eq(hits.hit[i].list, i);
	ck_assert(hits.hit[2].exception);
	ck_assert_str_eq(dw_db_category(db, hits.hit[2].category), "allow");
	db_ask(db, "b.example", 1, &hits); /* an exception without a category is no hit */
	ck_assert_uint_eq(hits.count, 1);
	ck_assert_uint_eq(hits.hit[0].list, 1);
	dw_db_close(&db);
	db_lists_clear(&l);
}
END_TEST

/* As many lists as there can be, all with the same name; then one too many. */
START_TEST(many_lists)
{
	static char names[DW_LISTS_MAX + 1][16];
	static struct db_lists l;
	struct dw_db *db;
	struct dw_hits hits;
	struct dw_error err;

	db_lists_init(&l);
	for (size_t i = 0; i < DW_LISTS_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "l%zu", i);
		db_lists_add(&l, names[i], names[i], NULL, DW_FORMAT_DOMAINS);
		db_lists_text(&l, i, "^a.example");
	}
	db = db_lists_open(&l);
	db_ask(db, "x.a.example", 1, &hits);
	ck_assert_uint_eq(hits.count, DW_LISTS_MAX);
	for (size_t i = 0; i < DW_LISTS_MAX; i++)
		ck_assert_uint_eq(hits.hit[i].list, i);
	dw_db_close(&db);
	db_lists_add(&l, "more", "l0", NULL, DW_FORMAT_DOMAINS);
	ck_assert_int_eq(dw_db_build(l.path, l.sources, l.count, &l.build, NULL, &err),
		DW_ERR_LIMIT);
	ck_assert_ptr_nonnull(strstr(err.text, "257 lists"));
	db_lists_clear(&l);
}
END_TEST

START_TEST(nothing_at_all)
{
	struct db_lists l;
	struct dw_db *db;
	struct dw_hits hits;

	db_lists_init(&l);
	db = db_lists_open(&l);
	db_ask(db, "a.example", 1, &hits);
	ck_assert_uint_eq(hits.count, 0);
	ck_assert(!dw_db_has_addr_rules(db));
	dw_db_close(&db);
	db_lists_clear(&l);
}
END_TEST

/* ---- answers ---- */

START_TEST(answers)
{
	static const uint8_t name[] = "\1a\7example", target[] = "\6walled\7example";
	static const uint8_t v4[] = {192, 0, 2, 1}, v6[16] = {0x20, 1};
	const struct dw_record records[] = {{1, 4, 60, v4}, {28, 16, 61, v6}};
	const struct dw_data data[] = {
		{.kind = DW_DATA_NODATA},
		{.kind = DW_DATA_CNAME, .target_wild = true, .ttl = 5, .target = target,
			.target_len = sizeof(target)},
		{.kind = DW_DATA_RECORDS, .records = records, .record_count = 2},
	};
	struct db_lists l;
	struct dw_db *db;
	struct dw_hits hits;
	struct dw_data out;
	struct dw_db_records room;

	db_lists_init(&l);
	for (size_t i = 0; i < 3; i++) {
		struct dw_rule rule = {.name = name, .name_len = sizeof(name), .data = &data[i]};

		db_lists_add(&l, "list", "ads", NULL, DW_FORMAT_RPZ);
		db_lists_rule(&l, i, &rule);
	}
	db = db_lists_open(&l);
	db_ask(db, "a.example", 1, &hits);
	ck_assert_uint_eq(hits.count, 3);
	ck_assert(dw_db_data(db, hits.hit[0].data, &out, &room));
	ck_assert_int_eq(out.kind, DW_DATA_NODATA);
	ck_assert(dw_db_data(db, hits.hit[1].data, &out, &room));
	ck_assert_int_eq(out.kind, DW_DATA_CNAME);
	ck_assert(out.target_wild);
	ck_assert_uint_eq(out.ttl, 5);
	ck_assert_uint_eq(out.target_len, sizeof(target));
	ck_assert_mem_eq(out.target, target, sizeof(target));
	ck_assert(dw_db_data(db, hits.hit[2].data, &out, &room));
	ck_assert_uint_eq(out.record_count, 2);
	ck_assert_ptr_eq(out.records, room.record);
	ck_assert_uint_eq(out.records[1].type, 28);
	ck_assert_uint_eq(out.records[1].ttl, 61);
	ck_assert_uint_eq(out.records[1].rdata_len, 16);
	ck_assert_mem_eq(out.records[1].rdata, v6, 16);
	ck_assert(!dw_db_data(db, 0, &out, &room));
	ck_assert(!dw_db_data(db, 100000, &out, &room));
	dw_db_close(&db);
	db_lists_clear(&l);
}
END_TEST

static void add_net(struct db_lists *l, size_t list, const char *text, uint32_t flags)
{
	struct dw_rule rule = {.trigger = DW_TRIGGER_ANSWER_NET, .flags = flags};

	ck_assert_int_eq(dw_net_from_text(text, strlen(text), &rule.net, NULL), DW_OK);
	db_lists_rule(l, list, &rule);
}

START_TEST(addresses)
{
	static const struct {
		const char *addr;
		uint32_t line; /* 0: no hit */
	} asked[] = {
		{"192.0.2.1", 1}, {"192.0.2.129", 2}, {"192.0.2.200", 0}, {"192.0.3.0", 0},
		{"2001:db8::1", 4}, {"2001:db9::1", 0}, {"10.0.0.1", 5}, {"::1", 0},
	};
	struct db_lists l;
	struct dw_db *db;
	struct dw_hits hits;
	struct dw_addr addr;
	struct dw_origin origin;

	db_lists_init(&l);
	db_lists_add(&l, "list", "ads", NULL, DW_FORMAT_RPZ);
	add_net(&l, 0, "192.0.2.0/24", 0);
	add_net(&l, 0, "192.0.2.129", 0);
	add_net(&l, 0, "192.0.2.192/26", DW_RULE_EXCEPTION);
	add_net(&l, 0, "2001:db8::/32", 0);
	add_net(&l, 0, "10.0.0.0/8", 0);
	db = db_lists_open(&l);
	ck_assert(dw_db_has_addr_rules(db));
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		ck_assert(dw_addr_from_text(asked[i].addr, strlen(asked[i].addr), &addr));
		dw_db_lookup_addr(db, &addr, &hits);
		ck_assert_msg(hits.count == (asked[i].line > 0), "%s", asked[i].addr);
		if (hits.count > 0) {
			ck_assert_int_eq(hits.hit[0].trigger, DW_TRIGGER_ANSWER_NET);
			ck_assert(dw_db_origin(db, hits.hit[0].rule, &origin));
			ck_assert_uint_eq(origin.line, asked[i].line);
		}
	}
	dw_db_close(&db);
	db_lists_clear(&l);
}
END_TEST

/* ---- building ---- */

START_TEST(counted)
{
	struct db_lists l;
	struct dw_db *db;

	db_lists_init(&l);
	db_lists_add(&l, "list", "ads", NULL, DW_FORMAT_ADBLOCK);
	db_lists_text(&l, 0, "^example");
	db_lists_text(&l, 0, "^a.example");  /* covered */
	db_lists_text(&l, 0, "=b.example");  /* covered */
	db_lists_text(&l, 0, "^test");
	db_lists_text(&l, 0, "^test");       /* twice */
	db_lists_text(&l, 0, "/a");
	db_lists_text(&l, 0, "/a");          /* twice */
	db = db_lists_open(&l);
	ck_assert_uint_eq(l.stats.names, 2);
	ck_assert_uint_eq(l.stats.covered, 2);
	ck_assert_uint_eq(l.stats.duplicates, 2);
	ck_assert_uint_eq(l.stats.patterns, 1);
	dw_db_close(&db);
	db_lists_clear(&l);
}
END_TEST

/* The list and the line of what never fits. */
struct bad {
	char list[16];
	uint32_t line;
	size_t count;
};

static void note_bad(void *arg, const struct dw_db_refused *refused)
{
	struct bad *bad = arg;

	ck_assert_ptr_nonnull(strstr(refused->reason, "offset"));
	ck_assert_ptr_null(refused->rule);
	ck_assert_str_eq(refused->file, refused->list);
	snprintf(bad->list, sizeof(bad->list), "%s", refused->list);
	bad->line = refused->line;
	bad->count++;
}

/* An expression that cannot be is told with its place; inverted, it hits nothing. */
START_TEST(bad_pattern)
{
	struct db_lists l;
	struct dw_db *db;
	struct dw_hits hits;
	struct bad told = {.count = 0};

	db_lists_init(&l);
	db_lists_add(&l, "one", "ads", NULL, DW_FORMAT_REGEX);
	db_lists_add(&l, "two", "ads", NULL, DW_FORMAT_REGEX);
	db_lists_text(&l, 0, "/good");
	db_lists_text(&l, 1, "~/bad(");
	db = db_lists_open(&l);
	dw_db_refused(db, note_bad, &told);
	ck_assert_uint_eq(told.count, 1);
	ck_assert_str_eq(told.list, "two");
	ck_assert_uint_eq(told.line, 1);
	ck_assert_uint_eq(l.stats.patterns, 1);
	db_ask(db, "good.example", 1, &hits);
	ck_assert_uint_eq(hits.count, 1);
	ck_assert_uint_eq(hits.hit[0].list, 0);
	ck_assert_str_eq(dw_db_pattern(db, hits.hit[0].pattern), "good");
	dw_db_close(&db);
	db_lists_clear(&l);
}
END_TEST

START_TEST(cancelled)
{
	struct db_lists l;
	atomic_bool cancel = true;

	db_lists_init(&l);
	db_lists_add(&l, "list", "ads", NULL, DW_FORMAT_DOMAINS);
	db_lists_text(&l, 0, "=a.example");
	l.build.cancel = &cancel;
	ck_assert_int_eq(dw_db_build(l.path, l.sources, l.count, &l.build, NULL, NULL),
		DW_ERR_CANCELLED);
	ck_assert_int_ne(access(l.path, F_OK), 0);
	db_lists_clear(&l);
}
END_TEST

/* Enough names for several chunks, parts and threads: every one is found, with its line
 * and no other, and what was not put in is not found. */
enum { MANY = 150000 };

static void fill_many(struct db_lists *l)
{
	db_lists_add(l, "many", "ads", NULL, DW_FORMAT_DOMAINS);
	for (unsigned i = 0; i < MANY; i++) {
		char text[64];

		snprintf(text, sizeof(text), "=n%u.%s%u.example", i, i % 3 ? "a" : "b", i % 1000);
		db_lists_text(l, 0, text);
	}
}

START_TEST(many_names)
{
	static struct db_lists l;
	struct dw_db *db;
	struct dw_hits hits;
	struct dw_origin origin;

	db_lists_init(&l);
	fill_many(&l);
	l.build.threads = 4;
	db = db_lists_open(&l);
	ck_assert_uint_eq(l.stats.names, MANY);
	for (unsigned i = 0; i < MANY; i++) {
		char text[64];

		snprintf(text, sizeof(text), "n%u.%s%u.example", i, i % 3 ? "a" : "b", i % 1000);
		db_ask(db, text, 1, &hits);
		ck_assert_uint_eq(hits.count, 1);
		ck_assert(dw_db_origin(db, hits.hit[0].rule, &origin));
		ck_assert_uint_eq(origin.line, i + 1);
		text[0] = 'm';
		db_ask(db, text, 1, &hits);
		ck_assert_uint_eq(hits.count, 0);
	}
	dw_db_close(&db);
	db_lists_clear(&l);
}
END_TEST

/* Killed at any moment, a build leaves the old database or the new one. */
START_TEST(killed)
{
	static struct db_lists l;
	struct dw_db *db;
	struct dw_db_info info;
	struct dw_hits hits;
	uint64_t before = 1;

	db_lists_init(&l);
	fill_many(&l);
	db = db_lists_open(&l);
	dw_db_close(&db);
	for (unsigned i = 0; i < 40; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			l.build.generation = i + 2;
			_exit(dw_db_build(l.path, l.sources, l.count, &l.build, NULL, NULL) !=
				DW_OK);
		}
		ck_assert_int_gt(pid, 0);
		usleep(i * 5000);
		kill(pid, SIGKILL);
		ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
		ck_assert_int_eq(dw_db_open(l.path, &db, NULL), DW_OK);
		ck_assert_int_eq(dw_db_verify(db, NULL), DW_OK);
		dw_db_info(db, &info);
		ck_assert(info.generation == before || info.generation == i + 2);
		before = info.generation;
		db_ask(db, "n1.a1.example", 1, &hits);
		ck_assert_uint_eq(hits.count, 1);
		dw_db_close(&db);
	}
	/* what the killed ones left is removed by the next */
	db = db_lists_open(&l);
	dw_db_close(&db);
	db_lists_clear(&l);
	ck_assert_int_ne(access(l.dir, F_OK), 0);
}
END_TEST

/* A database that is open goes on as it was when another takes its path. */
START_TEST(replaced)
{
	struct db_lists l;
	struct dw_db *old, *new;
	struct dw_hits hits;

	db_lists_init(&l);
	db_lists_add(&l, "list", "ads", NULL, DW_FORMAT_DOMAINS);
	db_lists_text(&l, 0, "=a.example");
	old = db_lists_open(&l);
	db_lists_text(&l, 0, "=b.example");
	new = db_lists_open(&l);
	db_ask(old, "b.example", 1, &hits);
	ck_assert_uint_eq(hits.count, 0);
	db_ask(new, "b.example", 1, &hits);
	ck_assert_uint_eq(hits.count, 1);
	dw_db_close(&old);
	dw_db_close(&new);
	db_lists_clear(&l);
}
END_TEST

/* ---- the hash ---- */

/* SipHash as its paper has it, with the rounds as parameters and 128 bits of output. */
static void siphash(const uint8_t *in, size_t len, const uint64_t k[2], int c, int d,
	uint64_t out[2])
{
	struct label_hash s;
	uint64_t last = (uint64_t)len << 56, word;

	s.v0 = k[0] ^ UINT64_C(0x736f6d6570736575);
	s.v1 = k[1] ^ UINT64_C(0x646f72616e646f6d) ^ 0xee;
	s.v2 = k[0] ^ UINT64_C(0x6c7967656e657261);
	s.v3 = k[1] ^ UINT64_C(0x7465646279746573);
	for (size_t i = 0; i + 8 <= len; i += 8) {
		memcpy(&word, in + i, 8);
		s.v3 ^= le64toh(word);
		for (int r = 0; r < c; r++)
			label_hash_round(&s);
		s.v0 ^= le64toh(word);
	}
	for (size_t i = 0; i < len % 8; i++)
		last |= (uint64_t)in[len / 8 * 8 + i] << (8 * i);
	s.v3 ^= last;
	for (int r = 0; r < c; r++)
		label_hash_round(&s);
	s.v0 ^= last;
	for (int half = 0; half < 2; half++) {
		if (half == 0)
			s.v2 ^= 0xee;
		else
			s.v1 ^= 0xdd;
		for (int r = 0; r < d; r++)
			label_hash_round(&s);
		out[half] = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
	}
}

/* The reference above is libsodium's SipHash-2-4, and ours is it with 1 and 3 rounds over
 * the labels as label_hash.h lays them out. */
START_TEST(hash)
{
	static const char *const names[] = {
		".", "com", "example.com", "www.example.com", "a.eightby8.twelve-bytes",
		"x.a-label-of-thirty-one-bytes-here.b", "1234567.abcdefgh.com",
	};
	const struct dw_hash_key key = {{0x0706050403020100, 0x0f0e0d0c0b0a0908}};
	uint8_t bytes[512];
	uint64_t mine[2], theirs[2];

	for (size_t len = 0; len < 64; len++) {
		bytes[len] = (uint8_t)len;
		siphash(bytes, len, key.k, 2, 4, mine);
		crypto_shorthash_siphashx24((uint8_t *)theirs, bytes, len, (const uint8_t *)key.k);
		ck_assert_uint_eq(mine[0], le64toh(theirs[0]));
		ck_assert_uint_eq(mine[1], le64toh(theirs[1]));
	}
	for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
		uint8_t wire[DW_NAME_MAX];
		size_t wire_len, len = 0;
		struct dw_labels labels;
		struct label_hash state;

		ck_assert_int_eq(dw_name_from_text(names[n], strlen(names[n]), wire, &wire_len,
			NULL), DW_OK);
		dw_name_labels(wire, wire_len, &labels);
		memset(bytes, 0, sizeof(bytes));
		label_hash_init(&state, &key);
		for (size_t i = labels.count; i-- > 0;) {
			const uint8_t *label = wire + labels.offset[i];

			memcpy(bytes + len, label, *label + 1u);
			len += (*label + 8u) / 8 * 8;
			label_hash_label(&state, label, wire, wire_len);
		}
		siphash(bytes, len, key.k, LABEL_HASH_WORD_ROUNDS, LABEL_HASH_END_ROUNDS, mine);
		ck_assert_uint_eq(label_hash_first(&state), mine[0]);
		ck_assert_uint_eq(label_hash_second(&state), mine[1]);
	}
}
END_TEST

/* ---- damage ---- */

static uint8_t *read_all(const char *path, size_t *len)
{
	struct stat st;
	FILE *f = fopen(path, "rb");
	uint8_t *bytes;

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fstat(fileno(f), &st), 0);
	*len = (size_t)st.st_size;
	bytes = malloc(*len + 1);
	ck_assert_uint_eq(fread(bytes, 1, *len, f), *len);
	fclose(f);
	return bytes;
}

static void write_all(const char *path, const uint8_t *bytes, size_t len)
{
	FILE *f = fopen(path, "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

/* Make the header's digest fit what stands in it. */
static void seal(uint8_t *bytes)
{
	crypto_generichash(bytes + DB_AT_HEADER_DIGEST, DB_DIGEST, bytes, DB_AT_HEADER_DIGEST, NULL,
		0);
}

static const char *const asked[] = {
	"a.example", "x.a.example", "b.example", "ads1.test", ".", "example", "c.b.example",
	"nothing.invalid", "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.example",
};
enum { N_ASKED = sizeof(asked) / sizeof(asked[0]) };

/* Ask everything that can be asked; answers do not matter, survival does. */
static void ask_all(const struct dw_db *db)
{
	static struct dw_hits hits;
	struct dw_pattern_scratch *scratch;
	struct dw_addr addr;
	struct dw_db_info info;

	dw_db_info(db, &info);
	for (size_t i = 0; i < info.list_count; i++) {
		struct dw_db_list list;

		dw_db_list(db, i, &list);
		ck_assert_uint_lt(strlen(list.name) + strlen(list.category), 100000);
	}
	ck_assert_int_eq(dw_db_scratch_new(db, &scratch), DW_OK);
	for (size_t i = 0; i < N_ASKED; i++) {
		db_ask_with(db, scratch, asked[i], 1, &hits);
		for (size_t h = 0; h < hits.count; h++) {
			struct dw_origin origin;
			struct dw_data data;
			struct dw_db_records records;

			ck_assert_uint_lt(hits.hit[h].list, info.list_count);
			ck_assert_uint_lt(hits.hit[h].category, info.category_count);
			if (dw_db_origin(db, hits.hit[h].rule, &origin))
				ck_assert_uint_lt(strlen(origin.file), 100000);
			if (dw_db_data(db, hits.hit[h].data, &data, &records))
				ck_assert_uint_le(data.record_count, DW_DATA_RECORDS_MAX);
			ck_assert_uint_lt(strlen(dw_db_pattern(db, hits.hit[h].pattern)), 100000);
		}
	}
	dw_pattern_scratch_free(&scratch);
	ck_assert(dw_addr_from_text("192.0.2.1", 9, &addr));
	dw_db_lookup_addr(db, &addr, &hits);
}

/* Open what may be damaged, ask it, check it. Returns whether all of it seems whole. */
static bool survive(const char *path)
{
	struct dw_db *db;
	struct dw_error err = {.text = ""};
	enum dw_result result = dw_db_open(path, &db, &err);
	bool whole;

	if (result != DW_OK) {
		ck_assert_msg(result == DW_ERR_CORRUPT || result == DW_ERR_VERSION, "%s", err.text);
		ck_assert_str_ne(err.text, "");
		return false;
	}
	ask_all(db);
	whole = dw_db_verify(db, &err) == DW_OK;
	dw_db_close(&db);
	return whole;
}

/* A database with something in each section. */
static uint8_t *small(struct db_lists *l, size_t *len)
{
	static const char *const rules[] = {
		"^a.example 1,28", "=b.example", "@^c.b.example", "!^example", "/^ads[0-9]",
		"~/^(?!x)[a-z.0-9]*$", "&ad*.example", "*example -16",
	};
	static const uint8_t name[] = "\1b\7example", target[] = "\6walled\7example";
	static const uint8_t v4[] = {192, 0, 2, 1};
	const struct dw_record record = {1, 4, 60, v4};
	const struct dw_data data[] = {
		{.kind = DW_DATA_CNAME, .target = target, .target_len = sizeof(target)},
		{.kind = DW_DATA_RECORDS, .records = &record, .record_count = 1},
	};
	struct dw_db *db;

	db_lists_init(l);
	for (size_t list = 0; list < 2; list++) {
		struct dw_rule rule = {.name = name, .name_len = sizeof(name), .data = &data[list]};

		db_lists_add(l, list == 0 ? "one" : "two", "ads", "allow", DW_FORMAT_ADBLOCK);
		for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
			db_lists_text(l, list, rules[i]);
		db_lists_rule(l, list, &rule);
		add_net(l, list, "192.0.2.0/24", 0);
	}
	db = db_lists_open(l);
	dw_db_close(&db);
	return read_all(l->path, len);
}

START_TEST(every_byte)
{
	struct db_lists l;
	size_t len;
	uint8_t *bytes = small(&l, &len);

	for (size_t i = 0; i < len; i++) {
		bytes[i] ^= (uint8_t)(1 << i % 8);
		write_all(l.path, bytes, len);
		ck_assert_msg(!survive(l.path), "byte %zu of %zu is not missed", i, len);
		bytes[i] ^= (uint8_t)(1 << i % 8);
	}
	write_all(l.path, bytes, len);
	ck_assert(survive(l.path));
	free(bytes);
	db_lists_clear(&l);
}
END_TEST

/* The same with a header that vouches for itself: no digest stands in the way. */
START_TEST(every_header_byte_sealed)
{
	static const uint8_t values[] = {0x00, 0x01, 0x40, 0x7f, 0x80, 0xff};
	struct db_lists l;
	size_t len;
	uint8_t *bytes = small(&l, &len);

	for (size_t i = 0; i < DB_AT_HEADER_DIGEST; i++) {
		uint8_t before = bytes[i];

		for (size_t v = 0; v < sizeof(values); v++) {
			bytes[i] = values[v];
			seal(bytes);
			write_all(l.path, bytes, len);
			survive(l.path);
		}
		bytes[i] = before;
	}
	free(bytes);
	db_lists_clear(&l);
}
END_TEST

START_TEST(every_length)
{
	struct db_lists l;
	size_t len;
	uint8_t *bytes = small(&l, &len);

	for (size_t cut = 0; cut < len; cut++) {
		write_all(l.path, bytes, cut);
		ck_assert_msg(!survive(l.path), "cut to %zu of %zu", cut, len);
		if (cut < DB_HEADER)
			continue;
		/* and with a header that says so */
		write_all(l.path, bytes, cut);
		if (cut % 7 == 0) {
			uint8_t *copy = malloc(cut);

			memcpy(copy, bytes, cut);
			db_store64(copy + DB_AT_LENGTH, cut);
			seal(copy);
			write_all(l.path, copy, cut);
			ck_assert(!survive(l.path));
			free(copy);
		}
	}
	free(bytes);
	db_lists_clear(&l);
}
END_TEST

/* Blocks of random bytes anywhere behind the header; and headers of random numbers. */
START_TEST(garbage)
{
	struct db_lists l;
	size_t len;
	uint8_t *bytes = small(&l, &len), *copy = malloc(len);

	for (unsigned round = 0; round < 3000; round++) {
		uint8_t seed[randombytes_SEEDBYTES] = {(uint8_t)round, (uint8_t)(round >> 8)};
		uint32_t at, size;
		uint32_t numbers[4];

		memcpy(copy, bytes, len);
		randombytes_buf_deterministic(numbers, sizeof(numbers), seed);
		seed[31] = 1;
		if (round % 4 == 0) {
			at = DB_AT_NAMES + numbers[0] % (DB_AT_HEADER_DIGEST - DB_AT_NAMES - 8);
			size = 8;
		} else {
			at = DB_HEADER + numbers[0] % (uint32_t)(len - DB_HEADER);
			size = 1 + numbers[1] % (uint32_t)(len - at);
			size = size < 512 ? size : numbers[2] % 512;
		}
		randombytes_buf_deterministic(copy + at, size, seed);
		seal(copy);
		write_all(l.path, copy, len);
		survive(l.path);
	}
	free(copy);
	free(bytes);
	db_lists_clear(&l);
}
END_TEST

static const struct {
	const char *what;
	size_t at;
	uint8_t value;
	bool sealed;
	enum dw_result result;
	const char *says;
} rungs[] = {
	{"magic", 0, 'x', true, DW_ERR_CORRUPT, "not a dnsward database"},
	{"version", DB_AT_VERSION, 9, true, DW_ERR_VERSION, "version 9"},
	{"length", DB_AT_LENGTH, 1, true, DW_ERR_CORRUPT, "its header says"},
	{"feature", DB_AT_FEATURES + 2, 1, true, DW_ERR_VERSION, "features (10000)"},
	{"digest", DB_AT_GENERATION, 9, false, DW_ERR_CORRUPT, "header is damaged"},
	{"header size", DB_AT_HEADER, 1, true, DW_ERR_CORRUPT, "header is damaged"},
	{"names", DB_AT_NAMES + 3, 1, true, DW_ERR_CORRUPT, "does not fit"},
	{"set bits", DB_AT_SET_BITS, 60, true, DW_ERR_CORRUPT, "does not fit"},
	{"place", DB_AT_SECTIONS + 6, 1, true, DW_ERR_CORRUPT, "section 0"},
	{"size", DB_AT_SECTIONS + 16 * DB_STRINGS + 15, 1, true, DW_ERR_CORRUPT, "section 12"},
};

START_TEST(each_rung)
{
	struct db_lists l;
	size_t len;
	uint8_t *bytes = small(&l, &len);
	struct dw_db *db = NULL;
	struct dw_error err = {.text = ""};

	bytes[rungs[_i].at] = rungs[_i].value;
	if (rungs[_i].sealed)
		seal(bytes);
	write_all(l.path, bytes, len);
	ck_assert_int_eq(dw_db_open(l.path, &db, &err), rungs[_i].result);
	ck_assert_msg(strstr(err.text, rungs[_i].says) != NULL, "%s: %s", rungs[_i].what, err.text);
	ck_assert_str_eq(err.where, l.path);
	ck_assert_ptr_null(db);
	free(bytes);
	db_lists_clear(&l);
}
END_TEST

START_TEST(not_there)
{
	struct dw_db *db = NULL;

	ck_assert_int_eq(dw_db_open("/nonexistent/db", &db, NULL), DW_ERR_NOT_FOUND);
	ck_assert_ptr_null(db);
}
END_TEST

/* Patterns of another Vectorscan are compiled again from their texts. */
START_TEST(recompiled)
{
	struct db_lists l;
	size_t len;
	uint8_t *bytes = small(&l, &len), *blob;
	struct dw_db *db;
	struct dw_hits hits;

	blob = bytes + db_load64(bytes + DB_AT_SECTIONS + 16 * DB_AUTOMATON);
	blob[8]++; /* its version */
	write_all(l.path, bytes, len);
	ck_assert_int_eq(dw_db_open(l.path, &db, NULL), DW_OK);
	db_ask(db, "ads1.test", 1, &hits);
	ck_assert_uint_eq(hits.count, 2);
	ck_assert_int_eq(hits.hit[0].trigger, DW_TRIGGER_REGEX);
	dw_db_close(&db);
	free(bytes);
	db_lists_clear(&l);
}
END_TEST

/* The automaton of the database in `bytes`, and its length. */
static const uint8_t *automaton(const uint8_t *bytes, size_t *len)
{
	const uint8_t *place = bytes + DB_AT_SECTIONS + 16 * DB_AUTOMATON;

	*len = db_load64(place + 8);
	return bytes + db_load64(place);
}

/* A build over a database of the same patterns takes what is compiled there: here that is
 * made to be another expression's, which tells it from what would be compiled anew. So
 * it is for other patterns, and for one that was refused. */
START_TEST(automaton_taken_over)
{
	struct db_lists l;
	struct dw_db *db;
	struct dw_hits hits;
	size_t len, blob_len, at;
	uint8_t *foreign, *own, *spliced;
	const uint8_t *blob;

	db_lists_init(&l);
	db_lists_add(&l, "list", "ads", NULL, DW_FORMAT_REGEX);
	db_lists_text(&l, 0, "/^foreign[0-9]");
	db = db_lists_open(&l);
	dw_db_close(&db);
	foreign = read_all(l.path, &len);
	db_lists_clear(&l);

	db_lists_init(&l);
	db_lists_add(&l, "list", "ads", NULL, DW_FORMAT_REGEX);
	db_lists_text(&l, 0, "/^written[0-9]");
	db = db_lists_open(&l);
	dw_db_close(&db);
	own = read_all(l.path, &len);
	blob = automaton(foreign, &blob_len);
	spliced = calloc(1, len + DB_ALIGN + blob_len);
	memcpy(spliced, own, len);
	at = (len + DB_ALIGN - 1) / DB_ALIGN * DB_ALIGN;
	memcpy(spliced + at, blob, blob_len);
	db_store64(spliced + DB_AT_SECTIONS + 16 * DB_AUTOMATON, at);
	db_store64(spliced + DB_AT_SECTIONS + 16 * DB_AUTOMATON + 8, blob_len);
	db_store64(spliced + DB_AT_LENGTH, at + blob_len);
	seal(spliced);
	write_all(l.path, spliced, at + blob_len);
	free(spliced);
	free(foreign);
	free(own);

	db_lists_text(&l, 0, "=a.example");
	db = db_lists_open(&l);
	db_ask(db, "foreign1.example", 1, &hits);
	ck_assert_uint_eq(hits.count, 1);
	ck_assert_uint_eq(hits.hit[0].pattern, 0);
	db_ask(db, "a.example", 1, &hits);
	ck_assert_uint_eq(hits.count, 1);
	dw_db_close(&db);
	db_lists_text(&l, 0, "~/bad(");
	for (int i = 0; i < 2; i++) {
		struct bad told = {.count = 0};

		db = db_lists_open(&l);
		dw_db_refused(db, note_bad, &told);
		ck_assert_uint_eq(told.count, 1);
		ck_assert_uint_eq(told.line, 3);
		ck_assert_uint_eq(l.stats.patterns, 1);
		db_ask(db, "written1.example", 1, &hits);
		ck_assert_uint_eq(hits.count, 1);
		db_ask(db, "foreign1.example", 1, &hits);
		ck_assert_uint_eq(hits.count, 0);
		dw_db_close(&db);
	}
	db_lists_clear(&l);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("db");
	TCase *meaning = tcase_create("meaning"), *lists = tcase_create("lists");
	TCase *building = tcase_create("building"), *damage = tcase_create("damage");

	if (sodium_init() < 0)
		return EXIT_FAILURE;
	tcase_add_loop_test(meaning, any_rule, 0, N_ANY);
	tcase_add_loop_test(meaning, longest, 0, N_LONGEST);
	tcase_add_loop_test(meaning, ended, 0, N_ENDED);
	tcase_add_test(meaning, not_ended);
	tcase_add_test(lists, lists_in_order);
	tcase_add_test(lists, many_lists);
	tcase_add_test(lists, nothing_at_all);
	tcase_add_test(lists, answers);
	tcase_add_test(lists, addresses);
	tcase_add_test(building, counted);
	tcase_add_test(building, bad_pattern);
	tcase_add_test(building, cancelled);
	tcase_add_test(building, many_names);
	tcase_add_test(building, killed);
	tcase_add_test(building, replaced);
	tcase_add_test(building, hash);
	tcase_set_timeout(building, 120);
	tcase_add_test(damage, every_byte);
	tcase_add_test(damage, every_header_byte_sealed);
	tcase_add_test(damage, every_length);
	tcase_add_test(damage, garbage);
	tcase_add_loop_test(damage, each_rung, 0, sizeof(rungs) / sizeof(rungs[0]));
	tcase_add_test(damage, not_there);
	tcase_add_test(damage, recompiled);
	tcase_add_test(building, automaton_taken_over);
	tcase_set_timeout(damage, 300);
	suite_add_tcase(suite, meaning);
	suite_add_tcase(suite, lists);
	suite_add_tcase(suite, building);
	suite_add_tcase(suite, damage);
	return unit_main(suite);
}
