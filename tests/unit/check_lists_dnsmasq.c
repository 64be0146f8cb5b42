/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_lists_dnsmasq.c: lines of the formats dnsmasq and unbound */
#include "dnsward-config.h"

#include "list_lines.h"
#include "unit.h"

#define NULL_IP "A 00000000 ttl 10, AAAA 00000000000000000000000000000000 ttl 10"

/* ---- dnsmasq ---- */

static const struct list_case dnsmasq[] = {
	{"address=/a.example/", "subtree a.example = NXDOMAIN"},
	{"address=/a.example/#", "subtree a.example = " NULL_IP},
	{"address=/a.example/0.0.0.0", "subtree a.example = " NULL_IP},
	{"address=/a.example/::", "subtree a.example = " NULL_IP},
	{"address=/a.example/192.0.2.1", "subtree a.example"},
	{"address=/a.example/127.0.0.1", "subtree a.example"},
	{"address=/a.example/b.example/C.example/#",
		"subtree a.example = " NULL_IP "\nsubtree b.example = " NULL_IP
		"\nsubtree c.example = " NULL_IP},
	{"local=/a.example/", "subtree a.example = NXDOMAIN"},
	{"server=/a.example/", "subtree a.example = NXDOMAIN"},
	{"server=/a.example/b.example/", "subtree a.example = NXDOMAIN\nsubtree b.example = NXDOMAIN"},
	{"server=/a.example/#", "subtree! a.example"},
	{"local=/a.example/#", "subtree! a.example"},
	{"address = /a.example/ # comment", "subtree a.example = NXDOMAIN"},
	{"ADDRESS=/A.EXAMPLE./", "subtree a.example = NXDOMAIN"},
	{"address=/.a.example/", "subtree a.example = NXDOMAIN"},
	{"address=/*.a.example/", "subnames a.example = NXDOMAIN"},
	{"address=/*a.example/#", "glob *a.example = " NULL_IP},
	{"server=/*.a.example/#", "subnames! a.example"},
	{"# address=/a.example/\n\n", ""},
	{"address=/com/", "skip: public suffix"},
	{"address=/a.example/co.uk/", "subtree a.example = NXDOMAIN\nskip: public suffix"},
	{"server=/*.com/", "skip: public suffix"},
	{"address=/#/192.0.2.1", "skip: every name"},
	{"address=/#/", "skip: every name"},
	{"address=//", "skip: every name"},
	{"address=//192.0.2.1", "skip: every name"},
	{"local=//", "skip: every name"},
	{"address=/*/", "skip: every name"},
	{"address=/./", "skip: empty name"},
	{"address=/a.example/b..c/", "subtree a.example = NXDOMAIN\nskip: empty label"},
	{"address=/a*b.example/", "skip: wildcard inside a name"},
	{"address=/a.example/junk", "skip: not an address"},
	{"address=/a.example/192.0.2.1/24", "skip: not an address"},
	{"address=/a.example", "skip: every name"},
	{"address=192.0.2.1", "skip: every name"},
	{"address=", "skip: every name"},
	{"address", "skip: every name"},
	{"server=/a.example/192.0.2.1", "skip: forwarding"},
	{"server=/a.example/192.0.2.1#5353", "skip: forwarding"},
	{"server=192.0.2.1", "skip: forwarding"},
	{"local=/a.example/192.0.2.1", "skip: forwarding"},
	{"rev-server=192.0.2.0/24,192.0.2.1", "skip: forwarding"},
	{"conf-file=/etc/x", "skip: forwarding"},
	{"conf-dir=/etc/x", "skip: forwarding"},
	{"cache-size=1000", "skip: not address=, server= or local="},
	{"a.example", "skip: not address=, server= or local="},
};

START_TEST(dnsmasq_line)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_DNSMASQ}, &dnsmasq[_i]);
}
END_TEST

static const struct list_case dnsmasq_trusted[] = {
	{"address=/a.example/192.0.2.1", "subtree a.example = A c0000201 ttl 10"},
	{"address=/a.example/192.0.2.1\naddress=/b.example/a.example/2001:db8::1",
		"subtree a.example = A c0000201 ttl 10, AAAA 20010db8000000000000000000000001 ttl 10\n"
		"subtree b.example = AAAA 20010db8000000000000000000000001 ttl 10"},
	{"address=/*.a.example/192.0.2.1", "subnames a.example = A c0000201 ttl 10"},
	{"address=/*a.example/192.0.2.1", "glob *a.example = A c0000201 ttl 10"},
	{"address=/a.example/#", "subtree a.example = " NULL_IP},
	{"address=/com/192.0.2.1", "skip: public suffix"},
};

START_TEST(dnsmasq_trusted_line)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_DNSMASQ, .trust_answers = true},
		&dnsmasq_trusted[_i]);
}
END_TEST

/* ---- unbound ---- */

static const struct list_case unbound[] = {
	{"local-zone: \"a.example.\" static", "subtree a.example = NXDOMAIN"},
	{"local-zone: a.example deny", "subtree a.example = DROP"},
	{"local-zone: 'a.example' refuse", "subtree a.example = REFUSED"},
	{"local-zone: a.example redirect", "subtree a.example"},
	{"local-zone: a.example inform_redirect", "subtree a.example"},
	{"local-zone: a.example inform_deny", "subtree a.example = DROP"},
	{"local-zone: a.example always_nxdomain", "subtree a.example = NXDOMAIN"},
	{"local-zone: a.example always_nodata", "subtree a.example = NODATA"},
	{"local-zone: a.example always_refuse", "subtree a.example = REFUSED"},
	{"local-zone: a.example always_deny", "subtree a.example = DROP"},
	{"local-zone: a.example always_null", "subtree a.example = " NULL_IP},
	{"local-zone: a.example block_a", "subtree a.example A = NODATA"},
	{"local-zone: a.example transparent", "subtree! a.example"},
	{"local-zone: a.example typetransparent", "subtree! a.example"},
	{"local-zone: a.example always_transparent", "subtree! a.example"},
	{"local-zone: a.example inform", "subtree! a.example"},
	{"local-zone: a.example nodefault", "subtree! a.example"},
	{"local-zone: a.example noview", "subtree! a.example"},
	{"server:\n\tlocal-zone: \"A.Example\" \"Static\"  # comment\n",
		"subtree a.example = NXDOMAIN"},
	{"server: local-zone: a.example static local-zone: \"b.example\" deny",
		"subtree a.example = NXDOMAIN\nsubtree b.example = DROP"},
	{"local-zone:\"a.example\" static", "subtree a.example = NXDOMAIN"},
	{"local-zone: a\\.b.example static", "subtree a\\.b.example = NXDOMAIN"},
	{"local-zone: a.example ipset", "skip: unknown type of local-zone"},
	{"local-zone: a.example", "skip: local-zone without a name and a type"},
	{"local-zone:", "skip: local-zone without a name and a type"},
	{"local-zone: \"a.example static", "skip: local-zone without a name and a type"},
	{"local-zone: \".\" static", "skip: every name"},
	{"local-zone: com. static", "skip: public suffix"},
	{"local-zone: a..b static", "skip: empty label"},
	{"local-data: \"a.example A 192.0.2.1\"", "exact a.example"},
	{"local-data: 'a.example. 3600 IN TXT \"hello # world\"'", "exact a.example"},
	{"local-data: \"a.example IN 5m AAAA ::1\"", "exact a.example"},
	{"local-data: \"a.example A\"", "skip: record data that cannot be read"},
	{"local-data: \"a.example A 1.2.3\"", "skip: record data that cannot be read"},
	{"local-data: \"a.example JUNK 1\"", "skip: unknown record type"},
	{"local-data: \"a.example CH TXT x\"", "skip: class other than IN"},
	{"local-data: \"a.example\"", "skip: unknown record type"},
	{"local-data:", "skip: local-data without a record"},
	{"local-data: \"\"", "skip: local-data without a record"},
	{"local-zone: a.example redirect\nlocal-data: \"a.example A 192.0.2.1\"\n"
	 "local-data: \"a.example AAAA 2001:db8::1\"", "subtree a.example"},
	{"local-zone: a.example transparent\nlocal-data: \"a.example A 192.0.2.1\"",
		"subtree! a.example\nexact a.example"},
	{"local-zone: a.example static\nlocal-data: \"b.a.example A 192.0.2.1\"",
		"subtree a.example = NXDOMAIN\nexact b.a.example"},
	{"local-zone: a.example always_nodata\nlocal-data: \"b.a.example A 192.0.2.1\"\n"
	 "local-data: \"a.example A 192.0.2.1\"\nlocal-data: \"ba.example A 192.0.2.1\"",
		"subtree a.example = NODATA\nexact ba.example\n"
		"skip 2: local-data in a zone whose type ignores it\n"
		"skip 3: local-data in a zone whose type ignores it"},
	{"local-zone: a.example always_transparent\nlocal-data: \"b.a.example A 192.0.2.1\"",
		"subtree! a.example\nskip 2: local-data in a zone whose type ignores it"},
	{"local-zone: a.example always_null\nlocal-data: \"b.a.example A 192.0.2.1\"",
		"subtree a.example = " NULL_IP "\nexact b.a.example"},
	{"local-zone: a.example always_deny\nlocal-zone: b.a.example static\n"
	 "local-data: \"c.b.a.example A 192.0.2.1\"",
		"subtree a.example = DROP\nsubtree b.a.example = NXDOMAIN\nexact c.b.a.example"},
	{"# c\n! c\n  # c\nserver:\n", ""},
	{"include: \"/etc/x\"", "skip: include"},
	{"verbosity: 1", "skip: not local-zone or local-data"},
	{"local-data-ptr: \"192.0.2.1 a.example\"", "skip: not local-zone or local-data"},
	{"local-zone-tag: a.example \"x\"", "skip: not local-zone or local-data"},
	{"view:\n name: \"v\"\n local-zone: a.example static\nserver:\n local-zone: b.example static",
		"subtree b.example = NXDOMAIN\nskip 2: in a clause other than server:\n"
		"skip 3: in a clause other than server:"},
	{"a.example", "skip: not local-zone or local-data"},
};

START_TEST(unbound_line)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_UNBOUND}, &unbound[_i]);
}
END_TEST

static const struct list_case unbound_trusted[] = {
	{"local-data: \"a.example A 192.0.2.1\"", "exact a.example = A c0000201 ttl 3600"},
	{"local-data: \"a.example 1h IN A 192.0.2.1\"\nlocal-data: 'a.example TXT \"x y\"'",
		"exact a.example = A c0000201 ttl 3600, TXT 03782079 ttl 3600"},
	{"local-zone: a.example redirect\nlocal-data: \"a.example 60 A 192.0.2.1\"\n"
	 "local-data: \"a.example 60 A 192.0.2.2\"",
		"subtree a.example = A c0000201 ttl 60, A c0000202 ttl 60"},
	{"local-data: \"a.example 60 A 192.0.2.1\"\nlocal-zone: b.example redirect\n"
	 "local-zone: a.example redirect",
		"subtree a.example = A c0000201 ttl 60\nsubtree b.example"},
	{"local-zone: a.example static\nlocal-data: \"a.example 60 A 192.0.2.1\"",
		"subtree a.example = NXDOMAIN\nexact a.example = A c0000201 ttl 60"},
	{"local-data: \"a.example 60 CNAME b.example\"",
		"exact a.example = CNAME b.example ttl 60"},
};

START_TEST(unbound_trusted_line)
{
	list_check((struct dw_list_options){.format = DW_FORMAT_UNBOUND, .trust_answers = true},
		&unbound_trusted[_i]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lists_dnsmasq");
	TCase *tcase = tcase_create("all");

	UNIT_ADD_TABLE(tcase, dnsmasq_line, dnsmasq);
	UNIT_ADD_TABLE(tcase, dnsmasq_trusted_line, dnsmasq_trusted);
	UNIT_ADD_TABLE(tcase, unbound_line, unbound);
	UNIT_ADD_TABLE(tcase, unbound_trusted_line, unbound_trusted);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
