/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rules.h: what a list says, whatever format it was written in */
#ifndef DNSWARD_RULES_H
#define DNSWARD_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/detection.h"
#include "dnsward/name.h"
#include "dnsward/net.h"
#include "dnsward/result.h"

/* Every parser in module/lists/ turns a line into zero or more struct dw_rule;
 * every line it cannot honour becomes a skip with its reason. The rules of one
 * list go into one struct dw_rules, and the builder (dnsward/db.h) compiles
 * several of them into a database.
 *
 * A rule has a trigger (what it fits) and an effect (what it means for a name
 * it fits). Whether a list hits a name is decided over all of the list's rules
 * that fit the name, and the answer is one of "hit" and "no hit":
 *
 *   - an IMPORTANT rule that is no exception hits, unless an IMPORTANT exception
 *     fits as well;
 *   - else any exception that fits means no hit (and with an exception category
 *     on the list, gives that category instead);
 *   - else any rule that fits hits.
 *
 * Lists of a format in which the longest name wins (unbound, rpz, dnsmasq) set
 * LONGEST_WINS on the list: there only the rules of the longest fitting name
 * are looked at, the exact ones before wildcards of the same name; patterns
 * count as shorter than any name.
 *
 * In some of these (rpz) an exact rule also ends the wildcards of shorter names: where a
 * list holds `*.x` and `a.x`, it says nothing of `b.a.x`, as a zone would not. Names that
 * only stand between (`a.x` where there is `c.a.x` alone) end nothing.
 *
 * Where several rules of a list hit, the one that is told (log, explain) and
 * whose data is taken is that of the longest name, then the first in the list. */

enum dw_trigger {
	DW_TRIGGER_EXACT,    /* the name itself */
	DW_TRIGGER_SUBTREE,  /* the name and all below it */
	DW_TRIGGER_SUBNAMES, /* all below the name, not the name itself (RPZ `*.x`) */
	DW_TRIGGER_GLOB,     /* text with `*`: over the whole name without last dot, `*` any
	                      * run of bytes, empty too; the rest literal. A leading "||" in
	                      * adblock is resolved by the parser: see GLOB_LABEL */
	DW_TRIGGER_GLOB_LABEL, /* as GLOB, but may start at any label's start and must
	                        * end at the name's end (adblock `||a*b^`) */
	DW_TRIGGER_REGEX,    /* PCRE syntax with POSIX classes, unanchored, case folded, over the
	                      * name without last dot */
	DW_TRIGGER_ANSWER_NET, /* an address in the answer lies in `net` (RPZ `N.rpz-ip`) */
};

enum dw_rule_flag {
	DW_RULE_EXCEPTION = 1 << 0,
	DW_RULE_IMPORTANT = 1 << 1, /* adblock `$important` */
	DW_RULE_INVERT = 1 << 2,    /* Pi-hole `;invert`: fits the names the regex does not match */
	DW_RULE_TYPES_NOT = 1 << 3, /* `types` lists the query types it does not fit */
};

/* The most query types one rule can name: adblock and Pi-hole lists name one to
 * four. More is a skip. */
enum { DW_RULE_TYPES_MAX = 16 };

/* What an answer the list itself brings is. Used only by rows that say
 * `as-listed`, and only where the list says `trust-answers: yes`; without that
 * trust the parser leaves `data` NULL (RPZ's own actions below are not "trusted
 * data" in that sense, since they name no address: NXDOMAIN, NODATA, DROP and
 * TRUNCATE are always kept). */
enum dw_data_kind {
	DW_DATA_NXDOMAIN,  /* RPZ `CNAME .` */
	DW_DATA_NODATA,    /* RPZ `CNAME *.` */
	DW_DATA_DROP,      /* RPZ `CNAME rpz-drop.` */
	DW_DATA_TRUNCATE,  /* RPZ `CNAME rpz-tcp-only.` */
	DW_DATA_REFUSED,   /* unbound refuse, adblock `$dnsrewrite=REFUSED` */
	DW_DATA_CNAME,     /* `target`; where it starts with the label `*` (RPZ `CNAME *.walled.`)
	                    * `target_wild` is set and the query name stands for that label */
	DW_DATA_RECORDS,   /* `records`; types not among them get NODATA */
};

/* The most records an answer has: more would not fit one over UDP by far. More is a skip. */
enum { DW_DATA_RECORDS_MAX = 64 };

/* One record of an answer: its owner is the query's name. */
struct dw_record {
	uint16_t type;
	uint16_t rdata_len;
	uint32_t ttl;
	const uint8_t *rdata; /* wire form, names in it uncompressed */
};

struct dw_data {
	enum dw_data_kind kind;
	bool target_wild;
	uint32_t ttl; /* for DW_DATA_CNAME */
	uint8_t target_len;
	const uint8_t *target; /* checked lower-case wire form */
	size_t record_count;
	const struct dw_record *records;
};

/* A rule as a parser hands it over. Everything it points to may be reused once
 * dw_rules_add has returned. */
struct dw_rule {
	enum dw_trigger trigger;
	uint32_t flags;           /* enum dw_rule_flag */
	const uint8_t *name;      /* EXACT, SUBTREE, SUBNAMES: checked lower-case wire form */
	size_t name_len;
	const char *pattern;      /* GLOB*, REGEX: text, NUL-terminated */
	size_t pattern_len;
	struct dw_net net;        /* ANSWER_NET */
	uint16_t types[DW_RULE_TYPES_MAX]; /* query types it is limited to; none: all */
	uint8_t type_count;
	const struct dw_data *data; /* or NULL */
	uint32_t file;            /* index from dw_rules_file, for provenance */
	uint32_t line;            /* counted from 1 */
};

/* ---- the rules of one list ---- */

struct dw_rules;

/* `important`-style book-keeping aside, a container is append-only. It holds
 * names at about their length plus 12 bytes, for lists of millions of names; a
 * rule that carries more (types, data, pattern) costs more. One thread at a
 * time writes; after that any number may read. */
enum dw_result dw_rules_new(struct dw_rules **out) DW_MUST_CHECK;
void dw_rules_free(struct dw_rules **rules);

/* Name a file the following rules come from; returns its index in `out`.
 * DW_ERR_LIMIT past 65,536 files. */
enum dw_result dw_rules_file(struct dw_rules *rules, const char *path, uint32_t *out) DW_MUST_CHECK;
size_t dw_rules_file_count(const struct dw_rules *rules);
const char *dw_rules_file_path(const struct dw_rules *rules, uint32_t file);

/* The serial of the signature that a file came with (signature.h); 0 where it had none. */
void dw_rules_set_file_serial(struct dw_rules *rules, uint32_t file, uint64_t serial);
uint64_t dw_rules_file_serial(const struct dw_rules *rules, uint32_t file);

/* Copy a rule in. DW_ERR_MEMORY, or DW_ERR_LIMIT past 2^32-2 rules, or for a
 * pattern of more than 65,535 bytes. */
enum dw_result dw_rules_add(struct dw_rules *rules, const struct dw_rule *rule) DW_MUST_CHECK;
size_t dw_rules_count(const struct dw_rules *rules);

/* Walk all rules in the order they were added. The view's pointers live as long
 * as the container and are valid until the next add. Start with *cursor = 0;
 * false at the end. */
bool dw_rules_next(const struct dw_rules *rules, size_t *cursor, struct dw_rule *view);

/* What a list of detections (Sigma) holds, beside or in place of rules. It passes to the
 * container, which has it once; NULL where there is none. */
void dw_rules_set_detections(struct dw_rules *rules, struct dw_detections **detections);
const struct dw_detections *dw_rules_detections(const struct dw_rules *rules);

/* Rules, and detections: what guards and reports count. */
size_t dw_rules_count_all(const struct dw_rules *rules);

/* Patterns among the rules, and those of the detections: what an automaton is made of. */
size_t dw_rules_pattern_count(const struct dw_rules *rules);

/* ---- the parsed form on disk ---- */

/* A container can be kept in a file and read again. That is the last good copy of a list,
 * and the reason why only the lists that changed are parsed again. The file carries a digest
 * of what it was made from (dw_list_digest), a small text of the caller's, `meta`, and a
 * digest over itself; a damaged file is DW_ERR_CORRUPT, one of another version
 * DW_ERR_VERSION, and then the list is parsed instead. Saved by publishing (file.h). The
 * caller frees *meta. */
enum { DW_RULES_DIGEST_BYTES = 32 };
enum dw_result dw_rules_save(const struct dw_rules *rules, const char *path,
	const uint8_t source_digest[DW_RULES_DIGEST_BYTES], const char *meta,
	struct dw_error *err) DW_MUST_CHECK;
enum dw_result dw_rules_open(const char *path, struct dw_rules **out,
	uint8_t source_digest[DW_RULES_DIGEST_BYTES], char **meta, struct dw_error *err)
	DW_MUST_CHECK;

#endif
