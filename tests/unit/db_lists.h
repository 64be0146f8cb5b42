/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * lists written down in a test, and the database of them
 */
#ifndef DNSWARD_TESTS_DB_LISTS_H
#define DNSWARD_TESTS_DB_LISTS_H

#include "dnsward/db.h"

enum { DB_LISTS_MAX = 300 };

struct db_lists {
	size_t count;
	struct dw_list_options options[DB_LISTS_MAX];
	struct dw_db_source sources[DB_LISTS_MAX];
	struct dw_rules *rules[DB_LISTS_MAX];
	uint32_t file[DB_LISTS_MAX], line[DB_LISTS_MAX];
	char dir[64], path[80];
	struct dw_db_build_options build;
	struct dw_db_build_stats stats;
};

/* No lists, and a folder of their own. */
void db_lists_init(struct db_lists *l);
/* Free the lists, remove the database and the folder. */
void db_lists_clear(struct db_lists *l);

/* One list more; strings must live on. Its rules come from a file called like it. */
size_t db_lists_add(struct db_lists *l, const char *name, const char *category,
	const char *exceptions, enum dw_list_format format);

/* One rule more, on the next line. File and line of `rule` are filled in. */
void db_lists_rule(struct db_lists *l, size_t list, struct dw_rule *rule);

/* The same, from text: [@][!][~]TRIGGER[ [-]TYPE,TYPE...] with @ an exception, ! important, ~
 * inverted, and one of =name exact, ^name subtree, *name sub-names, ?text glob, &text glob
 * at a label, /text regular expression. Types are numbers; - means all but these. */
void db_lists_text(struct db_lists *l, size_t list, const char *text);

/* Build, open and verify. The caller closes it. */
struct dw_db *db_lists_open(struct db_lists *l);

/* Look a name up, given as text; with a scratch of the caller's, or with a fresh one. */
void db_ask_with(const struct dw_db *db, struct dw_pattern_scratch *scratch, const char *name,
	uint16_t qtype, struct dw_hits *hits);
void db_ask(const struct dw_db *db, const char *name, uint16_t qtype, struct dw_hits *hits);

#endif
