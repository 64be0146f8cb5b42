/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * tests of the answers that sinkhole verdicts give
 */
#include "dnsward-config.h"
#include <stdio.h>
#include <string.h>
#include "engine_fixture.h"
#include "unit.h"

enum { A = 1, AAAA = 28, ANY = 255 };

static const char settings[] =
	"version: 1\n"
	"state-dir: state\n"
	"lists:\n"
	"  - {name: zone, path: zone.txt, format: rpz, trust-answers: yes}\n"
	"  - {name: many, path: many.txt, format: domains}\n"
	"  - {name: coded, path: coded.txt, format: domains}\n"
	"  - {name: quiet, path: quiet.txt, format: domains}\n"
	"actions:\n"
	"  - {category: zone, action: as-listed, ttl: 20}\n"
	"  - category: many\n"
	"    action: sinkhole\n"
	"    answer: [192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5, 192.0.2.6, 192.0.2.7,\n"
	"      192.0.2.8, 192.0.2.9, 192.0.2.10, 192.0.2.11, 192.0.2.12, 192.0.2.13, 192.0.2.14,\n"
	"      192.0.2.15, 192.0.2.16]\n"
	"  - {category: coded, action: sinkhole, answer: nodata, ede: {code: 17, text: here}}\n"
	"  - {category: quiet, action: sinkhole, answer: refused, ede: none}\n"
	"  - {types: ANY, action: as-listed, ttl: 30}\n";

static const char zone[] = "$TTL 300\n"
			   "$ORIGIN rpz.example.\n"
			   "@ SOA ns.rpz.example. host.rpz.example. 1 3600 600 86400 60\n"
			   "*.wild.example CNAME *.walled.example.\n"
			   "tcp.example CNAME rpz-tcp-only.\n"
			   "two.example A 192.0.2.101\n"
			   "two.example A 192.0.2.102\n";

static struct fixture f;

static void setup(void)
{
	fixture_setup(&f);
	fixture_write(&f, "dnsward.yaml", settings);
	fixture_write(&f, "zone.txt", zone);
	fixture_write(&f, "many.txt", "many.example\n");
	fixture_write(&f, "coded.txt", "coded.example\n");
	fixture_write(&f, "quiet.txt", "quiet.example\n");
	fixture_must_open(&f);
}

static void teardown(void)
{
	fixture_teardown(&f);
}

#define L33 "abcdefghijklmnopqrstuvwxyz0123456"
#define L63 L33 "abcdefghijklmnopqrstuvwxyz0123"
#define LONG L63 "." L63 "." L63 "."

static const struct {
	const char *name;
	uint16_t type;
	bool tcp;
	enum dw_reply_kind kind;
	uint32_t ttl;
	const char *cname;
	size_t records;
	uint8_t last;    /* byte of the last record */
	const char *ede; /* NULL: none */
	uint16_t ede_code;
} cases[] = {
	{"x.wild.example", A, false, DW_REPLY_CNAME, 300, "x.wild.example.walled.example", 0, 0, "zone", 15},
	/* as long as a name can be, and longer */
	{LONG L33 ".wild.example", A, false, DW_REPLY_CNAME, 300,
		LONG L33 ".wild.example.walled.example", 0, 0, "zone", 15},
	{LONG L33 "7.wild.example", A, false, DW_REPLY_NXDOMAIN, 300, NULL, 0, 0, "zone", 15},
	{"tcp.example", A, false, DW_REPLY_TRUNCATE, 20, NULL, 0, 0, "zone", 15},
	{"tcp.example", A, true, DW_REPLY_PASS, 20, NULL, 0, 0, "zone", 15},
	{"two.example", A, false, DW_REPLY_RECORDS, 300, NULL, 2, 102, "zone", 15},
	{"two.example", AAAA, false, DW_REPLY_NODATA, 20, NULL, 0, 0, "zone", 15},
	/* as many addresses as a row can have */
	{"many.example", A, false, DW_REPLY_RECORDS, 10, NULL, 16, 16, "many", 15},
	{"many.example", AAAA, false, DW_REPLY_NODATA, 10, NULL, 0, 0, "many", 15},
	{"coded.example", A, false, DW_REPLY_NODATA, 10, NULL, 0, 0, "here", 17},
	/* on no list */
	{"free.example", ANY, false, DW_REPLY_NXDOMAIN, 30, NULL, 0, 0, "", 15},
	{"quiet.example", A, false, DW_REPLY_REFUSED, 10, NULL, 0, 0, NULL, 0},
};

static struct dw_reply reply_to(const char *name, uint16_t type, bool tcp)
{
	uint8_t wire[DW_NAME_MAX];
	struct dw_view view = {.name = wire, .type = type};
	struct dw_verdict v;
	struct dw_reply reply;

	memset(&v, 0x55, sizeof(v)); /* as it is on a stack */
	ck_assert(dw_name_from_text(name, strlen(name), wire, &view.name_len, NULL) == DW_OK);
	dw_decide(f.worker, f.snapshot, &view, &v);
	ck_assert_int_eq(v.action, DW_ACTION_SINKHOLE);
	dw_reply_make(&view, &v, tcp, &reply);
	return reply;
}

START_TEST(answer_is_the_rows)
{
	char text[DW_NAME_TEXT_MAX];
	struct dw_reply reply = reply_to(cases[_i].name, cases[_i].type, cases[_i].tcp);

	ck_assert_int_eq(reply.kind, cases[_i].kind);
	ck_assert_uint_eq(reply.ttl, cases[_i].ttl);
	ck_assert_uint_eq(reply.record_count, cases[_i].records);
	if (reply.kind == DW_REPLY_CNAME) {
		dw_name_to_text(reply.cname, reply.cname_len, text);
		ck_assert_str_eq(text, cases[_i].cname);
	}
	if (reply.record_count > 0) {
		const struct dw_record *last = &reply.records[reply.record_count - 1];

		ck_assert_uint_eq(last->type, cases[_i].type);
		ck_assert_uint_eq(last->rdata[last->rdata_len - 1], cases[_i].last);
	}
	ck_assert_int_eq(reply.ede, cases[_i].ede != NULL);
	if (!reply.ede)
		return;
	ck_assert_str_eq(reply.ede_text, cases[_i].ede);
	ck_assert_uint_eq(reply.ede_code, cases[_i].ede_code);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reply");
	TCase *tcase = tcase_create("answers");

	tcase_add_checked_fixture(tcase, setup, teardown);
	UNIT_ADD_TABLE(tcase, answer_is_the_rows, cases);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
