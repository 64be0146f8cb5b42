/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * lists.h: from a list on disk to its rules */
#ifndef DNSWARD_LISTS_H
#define DNSWARD_LISTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "dnsward/result.h"
#include "dnsward/rules.h"

/* A list is one entry under `lists:` of the settings: a file, a folder or a
 * glob, in one format, plain or compressed (gzip, xz, zstd, told by magic).
 * dw_list_load reads all its files in byte order of their paths, and parses
 * them; what no parser can honour is skipped, counted and reported. Any thread
 * may load any number of lists at once; a load shares nothing.
 *
 * Limits, each with an error of its own: 2 GiB of text a file after
 * decompression (a decompression bomb ends there), 4,096 bytes a line, 65,536
 * files a list, and as many patterns as an automaton can have (match.h). */

enum dw_list_format {
	DW_FORMAT_AUTO,
	DW_FORMAT_HOSTS,
	DW_FORMAT_DOMAINS,
	DW_FORMAT_WILDCARD,
	DW_FORMAT_ADBLOCK,
	DW_FORMAT_DNSMASQ,
	DW_FORMAT_UNBOUND,
	DW_FORMAT_RPZ,
	DW_FORMAT_REGEX,
	DW_FORMAT_RANKING,
	DW_FORMAT_SIGMA,
	DW_FORMAT_COUNT
};

/* "auto", "hosts", ... and back; false for a word that is no format. */
const char *dw_list_format_name(enum dw_list_format format);
bool dw_list_format_from_name(const char *name, enum dw_list_format *out);

/* Whether in this format only the longest fitting name counts (rules.h):
 * unbound, rpz and dnsmasq. */
bool dw_list_format_longest_wins(enum dw_list_format format);

/* Whether in this format wildcards end at the names that the list itself holds (RFC 4592
 * section 3.3.1, the closest encloser; see rules.h): rpz. */
bool dw_list_format_encloses(enum dw_list_format format);

/* How often a list is fetched that does not say. */
enum { DW_LIST_REFRESH_DEFAULT = 24 * 3600 };

/* What the settings say of a list. Strings live as long as the settings. */
struct dw_list_options {
	const char *name;            /* unique among lists */
	const char *path;            /* file, folder or glob, already resolved against the settings' folder */
	const char *url;             /* what `dnsward fetch` keeps the file at `path` fresh from, or NULL */
	uint64_t refresh;            /* seconds: how often it does */
	enum dw_list_format format;
	const char *category;        /* of its hits */
	const char *exceptions;      /* category of its exceptions, or NULL for "own" */
	const char *zone;            /* rpz: the apex, for a file without a SOA; or NULL */
	const char *public_key;      /* base64 of a minisign public key (signature.h), or NULL */
	size_t min_rules;
	size_t top;                  /* ranking: only so many entries; 0: all */
	uint64_t max_age;            /* seconds since the file's time; 0: any age */
	bool match_subtree;          /* domains: a bare name is a subtree */
	bool trust_answers;
	bool suffixes;               /* subtrees that are a public suffix are taken */
	bool ignore_host_fields;     /* sigma: rules are taken without their conditions about hosts */
	bool skip_triggers;          /* rpz: triggers not honoured are no fault */
	const char *file;            /* where it stands in the settings, for errors */
	uint32_t line;
};

/* The most reasons kept with their place; all are counted. */
enum { DW_LIST_EXAMPLES_MAX = 20 };

enum dw_skip_kind {
	DW_SKIP_LINE,    /* a line, or a rule */
	DW_SKIP_PART,    /* of a Sigma rule, its conditions about hosts */
	DW_SKIP_PATTERN, /* a pattern that cannot be compiled, and with it its rule */
};

struct dw_skip {
	enum dw_skip_kind kind;
	char *file;
	size_t line;
	char *reason;
};

/* How a load went. `result` and `error` say why the list cannot be used. */
struct dw_list_report {
	enum dw_list_format format;  /* the one in force after `auto`; of the first file */
	bool format_unsure;          /* `auto` found a tie, too little to go by, or files of
	                              * different formats; the reader is told */
	bool longest_wins;           /* every file's format is one in which the longest name wins */
	size_t files, lines, rules;  /* rules: entries taken, exceptions included */
	size_t exceptions;
	size_t skipped;              /* lines not honoured */
	size_t partial;              /* sigma: rules taken without their conditions about hosts */
	size_t unhonoured_triggers;  /* rpz-nsip, rpz-nsdname, rpz-client-ip */
	size_t example_count;
	struct dw_skip examples[DW_LIST_EXAMPLES_MAX];
};

/* Keep one more example where there is room. */
void dw_list_report_add(struct dw_list_report *report, enum dw_skip_kind kind, const char *file,
	size_t line, const char *reason);

/* Free what a report holds and zero it. */
void dw_list_report_clear(struct dw_list_report *report);

/* Called for all that was skipped, in order, in place of keeping examples only
 * (`dnsward compile` prints each). May be NULL. */
typedef void dw_skip_fn(void *arg, enum dw_skip_kind kind, const char *file, size_t line,
	const char *reason);

/* Read, verify (public_key), decompress and parse a list into a fresh container. With a
 * public key each of its files has a signature beside it, FILE.minisig: DW_ERR_SIGNATURE where
 * one does not hold, before anything of that file is looked into. Their serials are kept with
 * the files (rules.h).
 * Guards: DW_ERR_GUARD when it has fewer than min_rules rules, none at all, under
 * half of `last_count` (0: not known), or is older than max_age; also when it holds
 * nothing but exceptions while `exceptions` is "own". `report` is filled on success
 * and on failure (clear it in both cases); `*out` is the caller's on success.
 * `cancel` may be NULL; when it becomes true the load ends soon with
 * DW_ERR_CANCELLED. */
enum dw_result dw_list_load(const struct dw_list_options *options, size_t last_count,
	dw_skip_fn *skip, void *skip_arg, const atomic_bool *cancel, struct dw_rules **out,
	struct dw_list_report *report, struct dw_error *err) DW_MUST_CHECK;

/* Whether no file of a list that was loaded has a lower serial than the file of the same path
 * had `before`: DW_ERR_SIGNATURE. The one file of a list is the same wherever it stands. Both
 * containers are of dw_list_load, now or kept. */
enum dw_result dw_list_check_serials(const struct dw_rules *before, const struct dw_rules *now,
	struct dw_error *err) DW_MUST_CHECK;

/* The files that a list's path stands for (file itself, a folder's files, a glob's
 * matches), sorted; dot files, *~, *.minisig, *.tmp, *.dpkg-*, *.rpm* left out.
 * Sigma rules are handed around as trees of folders with other things in them: of a folder
 * with `format: sigma` it is the *.yml and *.yaml of it and of the folders below it.
 * No match is DW_ERR_NOT_FOUND. The array and its strings are one allocation:
 * free(*out). */
enum dw_result dw_list_files(const struct dw_list_options *options, char ***out, size_t *count,
	struct dw_error *err) DW_MUST_CHECK;

/* Whether a list of so many rules has as many as `min_rules` says: DW_ERR_GUARD. The settings may
 * say another number while the list stays as it was. */
enum dw_result dw_list_check_count(const struct dw_list_options *options, size_t rules,
	struct dw_error *err) DW_MUST_CHECK;

/* Whether the newest of a list's files is older than `max_age` at `now`: DW_ERR_GUARD. It grows so
 * without a change on disk, so dw_list_load is not the only one to ask. Files that are not there
 * are for others to tell of. */
enum dw_result dw_list_check_age(const struct dw_list_options *options, time_t now,
	struct dw_error *err) DW_MUST_CHECK;

/* A digest over the list's options that change its meaning and over the content of its files and,
 * with a public key, of their signatures: equal digests mean equal rules. Used to parse only what
 * changed. */
enum { DW_LIST_DIGEST_BYTES = 32 };
enum dw_result dw_list_digest(const struct dw_list_options *options,
	uint8_t out[DW_LIST_DIGEST_BYTES], struct dw_error *err) DW_MUST_CHECK;

#endif
