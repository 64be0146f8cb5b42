/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of what is asked and counted of many lines: filters, tallies, bars, order
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "review/filter.h"
#include "review/histogram.h"
#include "review/merge.h"
#include "review/summary.h"
#include "unit.h"

/* ---- filters ---- */

static const char reply[] =
	"{\"@timestamp\":\"2026-01-02T03:04:05Z\",\"event\":{\"kind\":\"alert\",\"action\":"
	"\"sinkhole\"},"
	"\"source\":{\"ip\":\"192.0.2.7\"},\"dns\":{\"response_code\":\"NXDOMAIN\",\"question\":"
	"{\"name\":\"www.Bad.example\",\"type\":\"A\",\"registered_domain\":\"bad.example\"}},"
	"\"rule\":{\"name\":\"beacon\",\"ruleset\":\"rules\",\"id\":\"a{1,2}\",\"category\":\"c2\"}"
	","
	"\"threat\":{\"technique\":{\"id\":[\"T1071\",\"T1071.004\"]}},"
	"\"dnsward\":{\"categories\":[\"c2\",\"malware\"]}}";
static const char odd_name[] =
	"{\"dns\":{\"question\":{\"name\":\"x\\\\034\\\\.y.bad\\\\.example\",\"type\":\"A\"}}}";

static const struct {
	const char *line;
	enum dw_field field;
	const char *value;
	bool takes;
} filters[] = {
	{reply, DW_FIELD_NAME, "bad.example", true},
	{reply, DW_FIELD_NAME, "BAD.example.", true},
	{reply, DW_FIELD_NAME, "www.bad.example", true},
	{reply, DW_FIELD_NAME, "d.example", false},
	{reply, DW_FIELD_NAME, "x.www.bad.example", false},
	{reply, DW_FIELD_NAME, ".", true},
	{reply, DW_FIELD_NAME, "other.test,example", true},
	{reply, DW_FIELD_DOMAIN, "bad.example", true},
	{reply, DW_FIELD_SOURCE, "192.0.2.7", true},
	{reply, DW_FIELD_SOURCE, "192.0.2.0/24", true},
	{reply, DW_FIELD_SOURCE, "192.0.2.8", false},
	{reply, DW_FIELD_SOURCE, "2001:db8::/32,192.0.2.7", true},
	{reply, DW_FIELD_SOURCE, "::/0", false},
	{reply, DW_FIELD_TYPE, "a", true},
	{reply, DW_FIELD_TYPE, "AAAA", false},
	{reply, DW_FIELD_TYPE, "AAAA,A", true},
	{reply, DW_FIELD_RCODE, "nxdomain", true},
	{reply, DW_FIELD_VERDICT, "sinkhole", true},
	{reply, DW_FIELD_VERDICT, "allow,log", false},
	{reply, DW_FIELD_LIST, "rules", true},
	{reply, DW_FIELD_RULE, "beacon", true},
	{reply, DW_FIELD_RULE, "a{1,2}", true},
	{reply, DW_FIELD_RULE, "other,beacon", false},
	{reply, DW_FIELD_CATEGORY, "c2", true},
	{reply, DW_FIELD_CATEGORY, "malware", true},
	{reply, DW_FIELD_CATEGORY, "ads", false},
	{reply, DW_FIELD_TECHNIQUE, "T1071", true},
	{reply, DW_FIELD_TECHNIQUE, "t1071.004", true},
	{reply, DW_FIELD_TECHNIQUE, "T1572", false},
	{reply, DW_FIELD_KIND, "alert", true},
	{odd_name, DW_FIELD_NAME, "example", false},
	{odd_name, DW_FIELD_NAME, "bad\\.example", true},
	{odd_name, DW_FIELD_NAME, "x\\\"\\.y.bad\\.example", true},
	{odd_name, DW_FIELD_NAME, "y.bad\\.example", false},
	{odd_name, DW_FIELD_SOURCE, "0.0.0.0/0", false},
};

static struct dw_line read_reply(const char *text)
{
	static char room[4096];
	struct dw_line line;

	snprintf(room, sizeof(room) - DW_LINE_PADDING, "%s\n", text);
	ck_assert_int_eq(dw_line_read(room, strlen(text), &line), DW_LINE_REPLY);
	return line;
}

/* Values that no line can have: a filter of them would find nothing. */
static const struct {
	enum dw_field field;
	const char *value, *expected;
} slips[] = {
	{DW_FIELD_VERDICT, "block", "found 'block'; expected allow, log or sinkhole"},
	{DW_FIELD_VERDICT, "sinkhole, log", "found ' log'; expected allow, log or sinkhole"},
	{DW_FIELD_VERDICT, "sink", "found 'sink'; expected allow, log or sinkhole"},
	{DW_FIELD_WOULD, "blocked", "found 'blocked'; expected allow, log or sinkhole"},
	{DW_FIELD_CACHED, "yes", "found 'yes'; expected true or false"},
	{DW_FIELD_KIND, "alerts", "found 'alerts'; expected event or alert"},
	{DW_FIELD_TRANSPORT, "tls", "found 'tls'; expected udp, tcp, dot, doh or doq"},
	{DW_FIELD_BECAUSE, "paused",
		"found 'paused'; expected dry-run, pause, cached, local-data, error or tcp"},
};

START_TEST(slip)
{
	struct dw_filter *filter = dw_filter_new();
	struct dw_error err;

	ck_assert_int_eq(
		dw_filter_add(filter, slips[_i].field, slips[_i].value, &err), DW_ERR_SYNTAX);
	ck_assert_str_eq(err.text, slips[_i].expected);
	dw_filter_free(&filter);
}
END_TEST

START_TEST(one_filter)
{
	struct dw_filter *filter = dw_filter_new();
	struct dw_line line = read_reply(filters[_i].line);

	ck_assert_int_eq(dw_filter_add(filter, filters[_i].field, filters[_i].value, NULL), DW_OK);
	ck_assert_int_eq(dw_filter_takes(filter, &line), filters[_i].takes);
	dw_filter_free(&filter);
}
END_TEST

START_TEST(fields_and_times_are_anded)
{
	const int64_t time = INT64_C(1767323045000000);
	struct dw_filter *filter = dw_filter_new();
	struct dw_line line = read_reply(reply);

	ck_assert(dw_filter_takes(filter, &line));
	ck_assert_int_eq(dw_filter_add(filter, DW_FIELD_TYPE, "A", NULL), DW_OK);
	ck_assert_int_eq(dw_filter_add(filter, DW_FIELD_LIST, "rules", NULL), DW_OK);
	dw_filter_since(filter, time);
	dw_filter_until(filter, time + 1);
	ck_assert(dw_filter_takes(filter, &line));
	dw_filter_until(filter, time);
	ck_assert(!dw_filter_takes(filter, &line));
	dw_filter_until(filter, INT64_MAX);
	dw_filter_since(filter, time + 1);
	ck_assert(!dw_filter_takes(filter, &line));
	dw_filter_since(filter, INT64_MIN);
	ck_assert_int_eq(dw_filter_add(filter, DW_FIELD_RCODE, "NOERROR", NULL), DW_OK);
	ck_assert(!dw_filter_takes(filter, &line));
	dw_filter_free(&filter);
}
END_TEST

static const struct {
	enum dw_field field;
	const char *value;
} misuses[] = {
	{DW_FIELD_NAME, "a..b"},
	{DW_FIELD_NAME, ""},
	{DW_FIELD_TYPE, "A,"},
	{DW_FIELD_SOURCE, "192.0.2.1/24"},
	{DW_FIELD_SOURCE, "host"},
};

START_TEST(misused_filters)
{
	struct dw_filter *filter = dw_filter_new();
	struct dw_error err = {.text = ""};

	ck_assert_int_eq(
		dw_filter_add(filter, misuses[_i].field, misuses[_i].value, &err), DW_ERR_SYNTAX);
	ck_assert_str_ne(err.text, "");
	dw_filter_free(&filter);
}
END_TEST

/* ---- tallies ---- */

START_TEST(counts_are_exact_below_the_limit)
{
	struct dw_tally *tally = dw_tally_new(0), *more = dw_tally_new(0);
	struct dw_tally_entry top[4];
	char key[16];

	for (int i = 0; i < 5000; i++) {
		int len = snprintf(key, sizeof(key), "k%d", i);

		ck_assert(dw_tally_add(i % 2 == 0 ? tally : more, key, (size_t)len,
			i % 3 == 0 ? DW_COUNT_SINKHOLE : DW_COUNT_ALLOW, (uint64_t)i + 1));
	}
	ck_assert(dw_tally_add(tally, "k4999", 5, DW_COUNT_LOG, 1));
	ck_assert(dw_tally_merge(tally, more));
	ck_assert_uint_eq(dw_tally_size(tally), 5000);
	ck_assert_uint_eq(dw_tally_lost(tally), 0);
	ck_assert_uint_eq(dw_tally_sum(tally), 5000 * 5001 / 2 + 1);
	ck_assert_uint_eq(dw_tally_top(tally, DW_COUNTS, top, 4), 4);
	ck_assert_mem_eq(top[0].text, "k4999", 5);
	ck_assert_uint_eq(top[0].total, 5001);
	ck_assert_uint_eq(dw_tally_top(tally, DW_COUNT_SINKHOLE, top, 4), 4);
	ck_assert_mem_eq(top[0].text, "k4998", 5);
	ck_assert_uint_eq(dw_tally_top(tally, DW_COUNT_LOG, top, 4), 1);
	dw_tally_free(&tally);
	dw_tally_free(&more);
}
END_TEST

/* Two values of three thousand are frequent; the bound holds for each. */
START_TEST(the_frequent_survive_the_limit)
{
	struct dw_tally *tally = dw_tally_new(100);
	struct dw_tally_entry top[2];
	uint32_t state = 1;
	uint64_t often = 0, seldom = 0;
	char key[16];

	for (int i = 0; i < 30000; i++) {
		uint32_t draw = unit_random(&state) % 10;
		int len = snprintf(key, sizeof(key), "%u", unit_random(&state) % 3000);

		if (draw < 3)
			len = snprintf(key, sizeof(key), "often");
		else if (draw < 4)
			len = snprintf(key, sizeof(key), "seldom");
		often += draw < 3;
		seldom += draw == 3;
		ck_assert(dw_tally_add(tally, key, (size_t)len, DW_COUNT_ALLOW, 1));
	}
	ck_assert_uint_le(dw_tally_size(tally), 100);
	ck_assert_uint_gt(dw_tally_lost(tally), 0);
	ck_assert_uint_eq(dw_tally_top(tally, DW_COUNTS, top, 2), 2);
	ck_assert_mem_eq(top[0].text, "often", 5);
	ck_assert_mem_eq(top[1].text, "seldom", 6);
	ck_assert_uint_le(top[0].total, often);
	ck_assert_uint_ge(top[0].total + dw_tally_lost(tally), often);
	ck_assert_uint_ge(top[1].total + dw_tally_lost(tally), seldom);
	dw_tally_free(&tally);
}
END_TEST

/* ---- bars ---- */

static void add_minute(struct dw_tally *tally, int64_t seconds, uint64_t count)
{
	char key[DW_MINUTE_KEY];

	dw_minute_key(seconds * 1000000, key);
	ck_assert_int_eq(dw_minute_of_key(key), seconds * 1000000 / 60000000 * 60000000);
	ck_assert(dw_tally_add(tally, key, sizeof(key), DW_COUNT_ALLOW, count));
}

START_TEST(bars)
{
	const int64_t start = 1767571200; /* a Monday's midnight */
	struct dw_tally *tally = dw_tally_new(0);
	struct dw_histogram histogram;

	ck_assert(dw_histogram_make(tally, 0, 48, NULL, &histogram));
	ck_assert_uint_eq(histogram.count, 0);
	for (int64_t hour = 0; hour < 24; hour++)
		add_minute(tally, start + hour * 3600 + 120, 10);
	ck_assert(dw_histogram_make(tally, 0, 24, NULL, &histogram));
	ck_assert_int_eq(histogram.step, 3600);
	ck_assert_uint_eq(histogram.count, 24);
	ck_assert_int_eq(histogram.bars[1].start, (start + 3600) * 1000000);
	ck_assert_uint_eq(histogram.bars[23].total, 10);
	dw_histogram_free(&histogram);
	ck_assert(dw_histogram_make(tally, 7 * 86400, 24, NULL, &histogram));
	ck_assert_uint_eq(histogram.count, 1);
	ck_assert_int_eq(histogram.bars[0].start, start * 1000000);
	dw_histogram_free(&histogram);
	add_minute(tally, 0, 1); /* a machine whose clock was not set yet */
	ck_assert(dw_histogram_make(tally, 0, 24, NULL, &histogram));
	ck_assert_uint_eq(histogram.count, 24);
	ck_assert_uint_eq(histogram.left_out, 1);
	dw_histogram_free(&histogram);
	dw_tally_free(&tally);
}
END_TEST

/* ---- order ---- */

struct folder {
	char path[64];
	char file[3][96];
};

static void setup(struct folder *folder)
{
	strcpy(folder->path, "/tmp/dnsward-review-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder->path));
	for (int i = 0; i < 3; i++)
		snprintf(folder->file[i], sizeof(folder->file[i]), "%s/%d", folder->path, i);
}

static void teardown(struct folder *folder)
{
	for (int i = 0; i < 3; i++)
		unlink(folder->file[i]);
	rmdir(folder->path);
}

static void put_line(FILE *file, int64_t second, int number)
{
	char text[DW_TIMESTAMP_TEXT_MAX];

	fprintf(file, "{\"@timestamp\":\"%s\",\"dns\":{\"question\":{\"name\":\"n%d\"}}}\n",
		dw_timestamp_to_text((uint64_t)second * 100000, text), number);
}

struct order {
	int64_t last;
	size_t count;
	bool sorted;
};

static bool see(void *arg, const char *at, size_t len)
{
	struct order *order = arg;
	struct dw_line line;

	ck_assert_int_eq(dw_line_read(at, len, &line), DW_LINE_REPLY);
	order->sorted &= line.time >= order->last;
	order->last = line.time;
	order->count++;
	return true;
}

static bool keep_all(void *arg, unsigned thread, enum dw_line_kind kind, const struct dw_line *line)
{
	(void)arg;
	(void)thread;
	(void)line;
	return kind == DW_LINE_REPLY;
}

static void no_complaint(const struct dw_error *err)
{
	ck_abort_msg("%s: %s", err->where, err->text);
}

/* Three files: two of the same time whose lines are out of order by a second, and an older one;
 * more than one block each, with broken and foreign lines between. */
START_TEST(merged_in_order)
{
	struct folder folder;
	uint32_t state = 7;

	setup(&folder);
	for (int i = 0; i < 3; i++) {
		FILE *file = fopen(folder.file[i], "w");

		for (int k = 0; k < 20000; k++) {
			put_line(file,
				(i == 2 ? 0 : 100000) + k + (int64_t)(unit_random(&state) % 10), k);
			if (k % 1000 == 0)
				fputs("{\"half\n{}\n\n", file);
		}
		fclose(file);
	}
	const char *paths[] = {folder.file[0], folder.file[1], folder.file[2]};
	struct dw_run run = {.paths = paths, .count = 3};
	struct order order = {.sorted = true};
	run.readers = dw_readers_new(2, keep_all, NULL);
	ck_assert_int_eq(dw_run_merged(&run, see, &order, no_complaint), DW_OK);
	ck_assert(order.sorted);
	ck_assert_uint_eq(order.count, 60000);
	ck_assert_uint_eq(run.counts.lines, 60000 + 120);
	ck_assert_uint_eq(run.counts.broken, 60);
	ck_assert_uint_eq(run.counts.foreign, 60);
	dw_readers_end(&run.readers);
	teardown(&folder);
}
END_TEST

/* A line longer than a block is one that is broken; what is around it is read. */
START_TEST(lines_beyond_a_block)
{
	struct folder folder;

	setup(&folder);
	FILE *file = fopen(folder.file[0], "w");
	put_line(file, 1, 1);
	for (int i = 0; i < 3 * DW_BLOCK_BYTES; i++)
		putc('x', file);
	putc('\n', file);
	put_line(file, 2, 2);
	fputs("{\"dns\":{\"question\":{\"name\":\"no newline\"}}}", file);
	fclose(file);
	const char *paths[] = {folder.file[0]};
	struct dw_run run = {.paths = paths, .count = 1};
	struct order order = {.sorted = true};
	run.readers = dw_readers_new(1, keep_all, NULL);
	ck_assert_int_eq(dw_run_merged(&run, see, &order, no_complaint), DW_OK);
	ck_assert_uint_eq(order.count, 3);
	ck_assert_uint_eq(run.counts.broken, 1);
	dw_readers_end(&run.readers);
	teardown(&folder);
}
END_TEST

/* ---- what the log lost ---- */

static void add_state(struct dw_summary *summary, const char *host, int second, int noted, int lost)
{
	char text[512], room[600];
	struct dw_line line;
	int len = snprintf(text, sizeof(text),
		"{\"@timestamp\":\"2026-01-02T03:04:%02dZ\",\"event\":{\"dataset\":\"dnsward."
		"state\"},"
		"\"observer\":{\"hostname\":\"%s\"},\"dnsward\":{\"noted\":%d,\"dropped\":{"
		"\"write\":%d}}}",
		second, host, noted, lost);

	snprintf(room, sizeof(room), "%s\n", text);
	ck_assert_int_eq(dw_line_read(room, (size_t)len, &line), DW_LINE_STATE);
	dw_summary_add(summary, DW_LINE_STATE, &line);
}

START_TEST(losses_of_several_runs)
{
	struct dw_summary *summary = dw_summary_new(), *more = dw_summary_new();

	add_state(summary, "ns1", 1, 100, 3);
	add_state(more, "ns1", 2, 200, 5);
	add_state(summary, "ns1", 3, 50, 1); /* started anew */
	add_state(more, "ns1", 4, 60, 2);
	add_state(summary, "ns2", 1, 1000, 70);
	dw_summary_merge(summary, more);
	ck_assert_uint_eq(dw_summary_lost(summary).write, 5 + 2 + 70);
	dw_summary_free(&summary);
	dw_summary_free(&more);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("review");
	TCase *tcase = tcase_create("review");

	UNIT_ADD_TABLE(tcase, slip, slips);
	UNIT_ADD_TABLE(tcase, one_filter, filters);
	tcase_add_test(tcase, fields_and_times_are_anded);
	UNIT_ADD_TABLE(tcase, misused_filters, misuses);
	tcase_add_test(tcase, counts_are_exact_below_the_limit);
	tcase_add_test(tcase, the_frequent_survive_the_limit);
	tcase_add_test(tcase, bars);
	tcase_add_test(tcase, merged_in_order);
	tcase_add_test(tcase, lines_beyond_a_block);
	tcase_add_test(tcase, losses_of_several_runs);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
