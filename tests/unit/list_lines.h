/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * list_lines.h: what becomes of the lines of a list, as text */
#ifndef DNSWARD_TESTS_LIST_LINES_H
#define DNSWARD_TESTS_LIST_LINES_H

#include "dnsward/lists.h"

/* Lines of a list, and what must become of them. One result a line of `want`:
 *
 *     exact a.example              or subtree, subnames, glob, label-glob, regex, net
 *     subtree! a.example           ! exception, + important, ~ inverted
 *     subtree a.example A,AAAA     only these query types; -A,AAAA all but these
 *     exact a.example = NXDOMAIN   with data
 *     skip: reason                 with its line where it is not the first: skip 3: reason
 *
 * Rules come before skips. */
struct list_case {
	const char *text;
	const char *want;
};

/* Load `len` bytes of text as a list under the options (their path is set here) and
 * compare. */
void list_check_text(
	struct dw_list_options options, const char *text, size_t len, const char *want);
void list_check(struct dw_list_options options, const struct list_case *c);

/* A folder that is gone at exit, and a file in it. */
const char *list_folder(void);
const char *list_file(const char *name, const void *bytes, size_t len);

#endif
