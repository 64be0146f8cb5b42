/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * detection.h: rules that describe a query or its answer, and give it a category */
#ifndef DNSWARD_DETECTION_H
#define DNSWARD_DETECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsward/answer.h"
#include "dnsward/match.h"
#include "dnsward/name.h"
#include "dnsward/net.h"
#include "dnsward/result.h"

/* A list names names; a detection describes queries: "the name begins with post.1, or holds
 * .stage.123456.", "a TXT answer whose text holds Invoke-Expression". Detections are written
 * under `rules:` of the settings and in Sigma rules; people call them rules. They are not
 * to be confused with struct dw_rule (rules.h), which is a line of a list.
 *
 * A detection is a condition: groups (all of, any of, not) over four kinds of leaves:
 *
 *   match     some of a few patterns (match.h) fit the name, or a part of the answer
 *   compare   a number: the query type, the name's length, ..., the answer's code, its TTL
 *   nets      some address of the answer lies in one of a few networks
 *   constant  always, never: what is left of a condition that says nothing here
 *
 * Cost. The patterns of all detections are in the one automaton of the database, which reads
 * the name once. A detection that cannot hold unless one of some patterns fits (its triggers) is
 * looked at only when one did; of the others, one that cannot hold but for some query types
 * is looked at for these; what is left is looked at for every query. So the cost of a query
 * does not grow with the number of detections that describe names.
 *
 * Aliases. What a CNAME or DNAME of the answer leads to is a name to be asked about as well, with
 * the query's type and the answer. Then only detections are looked at of which a trigger fits
 * that name: they say whom one does not want to talk to. What is left describes shapes, or the
 * answer alone, and names of content networks have every shape.
 *
 * The answer. Before it is there, leaves about it are neither true nor false but open, and so
 * may be the whole (Kleene's three values): what is YES then is so whatever is answered. */

enum dw_level {
	DW_LEVEL_NONE, /* not said; and whatever has no level */
	DW_LEVEL_INFORMATIONAL,
	DW_LEVEL_LOW,
	DW_LEVEL_MEDIUM,
	DW_LEVEL_HIGH,
	DW_LEVEL_CRITICAL,
	DW_LEVEL_OF_SCORE = DW_LEVEL_MEDIUM, /* what looks generated */
};
const char *dw_level_name(enum dw_level level);

/* "low"; false for a word that is no level. */
bool dw_level_from_name(const char *name, enum dw_level *out);

/* ---- one detection ---- */

enum { DW_DETECTION_NAME_MAX = 256 }; /* bytes of a name or an identifier, NUL included */

struct dw_detection {
	const char *name;      /* shown in logs; rows and `disable` know it by this or by its id */
	const char *id;        /* of Sigma, or NULL */
	const char *technique; /* of MITRE ATT&CK, "T1071.004"; or NULL */
	const char *category;
	const char *list; /* the list it stands in; "" in the settings */
	const char *file; /* where it stands */
	uint32_t line;
	enum dw_level level;
	bool partial;        /* it had conditions about hosts, which were left out */
	bool question_only;  /* not laid against what the question is an alias of */
	const char *refused; /* why it never holds (see dw_detections_refuse), or NULL */
};

/* What a pattern is laid against: a set of these. */
enum dw_subject {
	DW_SUBJECT_NAME = 1,    /* the question's name: text, lower case, no last dot */
	DW_SUBJECT_TEXT = 2,    /* of each TXT record: its strings joined */
	DW_SUBJECT_TARGET = 4,  /* of each CNAME and DNAME: its target, as a name */
	DW_SUBJECT_ADDRESS = 8, /* of each A and AAAA: the address as text */
	DW_SUBJECT_ANSWER = DW_SUBJECT_TEXT | DW_SUBJECT_TARGET | DW_SUBJECT_ADDRESS,
};

enum dw_measure {
	DW_MEASURE_TYPE,   /* the query type's number */
	DW_MEASURE_LENGTH, /* bytes of the name as text */
	DW_MEASURE_LABELS, /* of the name, the root not counted */
	/* Shannon's entropy of the bytes of the longest label left of the registered domain (the
	 * first of equals), in thousandths of a bit a byte; 0 where there is none. The registered
	 * domain is left out because its owner chose it once, while a tunnel writes left of it. */
	DW_MEASURE_ENTROPY,
	/* of the answer */
	DW_MEASURE_RCODE,
	DW_MEASURE_RECORDS, /* in the answer section */
	DW_MEASURE_TTL_MIN, /* seconds; compares false where it is not known, and without records */
	DW_MEASURE_TTL_MAX,
	DW_MEASURES
};

enum dw_compare { DW_EQUAL, DW_LESS, DW_AT_MOST, DW_MORE, DW_AT_LEAST, DW_COMPARES };

enum dw_grouping { DW_ALL_OF, DW_ANY_OF, DW_NOT };

/* ---- writing ---- */

/* Detections of a list, of the settings, or of a whole database. One thread writes, after that
 * any number may read. Limits, each DW_ERR_LIMIT with a sentence: */
enum {
	DW_DETECTIONS_MAX = 65535,
	DW_DETECTION_DEPTH_MAX = 32,    /* of groups */
	DW_DETECTION_WORDS_MAX = 65536, /* leaves and groups of one, roughly */
};
struct dw_detections;

enum dw_result dw_detections_new(struct dw_detections **out) DW_MUST_CHECK;
void dw_detections_free(struct dw_detections **detections);

/* One is begun, its condition put as it would be written, and ended:
 *
 *     dw_detection_begin(d, &head);
 *       dw_detection_open(d, DW_ALL_OF);
 *         dw_detection_compare(d, DW_MEASURE_TYPE, DW_EQUAL, 16);
 *         dw_detection_match(d, DW_SUBJECT_TEXT, patterns, count);
 *       dw_detection_close(d);
 *     result = dw_detection_end(d, &err);
 *
 * DW_NOT has one member. Groups of one are taken for their member; empty ones are true for
 * all-of, and false for any-of. All is copied. What goes wrong between is told by the end,
 * which then leaves nothing of it; so does drop. */
void dw_detection_begin(struct dw_detections *d, const struct dw_detection *head);
void dw_detection_open(struct dw_detections *d, enum dw_grouping group);
void dw_detection_close(struct dw_detections *d);
void dw_detection_match(struct dw_detections *d, unsigned subjects,
	const struct dw_pattern *patterns, size_t count);
void dw_detection_compare(
	struct dw_detections *d, enum dw_measure measure, enum dw_compare compare, uint32_t value);
void dw_detection_nets(struct dw_detections *d, const struct dw_net *nets, size_t count);
void dw_detection_constant(struct dw_detections *d, bool holds);
enum dw_result dw_detection_end(struct dw_detections *d, struct dw_error *err) DW_MUST_CHECK;
void dw_detection_drop(struct dw_detections *d);
/* Whether something went wrong with the one begun: nothing more of it need be put. */
bool dw_detection_failed(const struct dw_detections *d);
/* The one begun: `partial`, which is known late. */
void dw_detection_mark_partial(struct dw_detections *d);

/* Copy all of `from`. With a list and a category, these stand in place of their own: a list's
 * category is said in the settings, and may change while the list does not. */
enum dw_result dw_detections_append(struct dw_detections *d, const struct dw_detections *from,
	const char *list, const char *category) DW_MUST_CHECK;

size_t dw_detections_count(const struct dw_detections *d);
/* `out`'s strings live until the next one is begun. */
void dw_detections_get(const struct dw_detections *d, size_t i, struct dw_detection *out);
size_t dw_detections_pattern_count(const struct dw_detections *d);
struct dw_pattern dw_detections_pattern(const struct dw_detections *d, size_t i);

/* A pattern turned out not to compile: the detection it stands in never holds. */
void dw_detections_refuse(struct dw_detections *d, size_t pattern, const char *why);
size_t dw_detections_refused(const struct dw_detections *d); /* detections; 0 for NULL */

/* To bytes (the caller's: free) that can lie in a file, and back. Whatever the bytes are,
 * nothing but DW_ERR_CORRUPT comes of it. */
enum dw_result dw_detections_write(
	const struct dw_detections *d, uint8_t **bytes, size_t *len) DW_MUST_CHECK;
enum dw_result dw_detections_read(const uint8_t *bytes, size_t len, struct dw_detections **out,
	struct dw_error *err) DW_MUST_CHECK;

/* ---- asking ---- */

/* Detections made ready to be asked: immutable, shared by any number of threads. */
struct dw_rulebook;

/* `*detections` passes to the book, on failure too. `base`: what pattern 0 is known as in the
 * automaton. */
enum dw_result dw_rulebook_new(
	struct dw_detections **detections, uint32_t base, struct dw_rulebook **out) DW_MUST_CHECK;
void dw_rulebook_free(struct dw_rulebook **book);
const struct dw_detections *dw_rulebook_detections(const struct dw_rulebook *book);

/* The subjects that some detection looks at: what need not be scanned. */
unsigned dw_rulebook_subjects(const struct dw_rulebook *book);

/* Whether some detection looks at the answer at all. */
bool dw_rulebook_asks_answer(const struct dw_rulebook *book);

/* Ids of patterns that fit, ascending. Those below the book's base are passed over. */
struct dw_fitting {
	const uint32_t *id;
	size_t count;
};

enum dw_truth { DW_NO, DW_OPEN, DW_YES };

/* What is known of an answer, whatever name it is laid beside. */
struct dw_answer_facts {
	const struct dw_answer_view *view;
	struct dw_fitting text, target, address;
	/* What was found of the first conditions on networks, known by their first: that it need
	 * not be found again for each alias of a thousand. */
	struct {
		uint32_t first;
		enum dw_truth truth;
	} net[8];
	size_t net_count;
};

/* What is known of a query. */
struct dw_query_facts {
	const uint8_t *name; /* checked, lower-case wire form */
	size_t name_len;
	const struct dw_labels *labels;
	uint16_t type;
	bool any_type;                  /* the type is open */
	bool is_target;                 /* not the question: an alias leads to the name */
	struct dw_fitting fitting;      /* the name */
	struct dw_answer_facts *answer; /* NULL: not there yet */
};

/* A detection that holds, or may. `pattern`: one that fits the name and speaks for it, its
 * number among the detections' patterns, or DW_NO_PATTERN. */
#define DW_NO_PATTERN UINT32_MAX
struct dw_rule_match {
	uint32_t detection;
	enum dw_truth truth; /* YES or OPEN */
	uint32_t pattern;
};

/* Called for each, in no order. Nothing is allocated, no lock is taken. */
typedef void dw_rule_match_fn(void *arg, const struct dw_rule_match *sighting);
void dw_rulebook_ask(const struct dw_rulebook *book, const struct dw_query_facts *facts,
	dw_rule_match_fn *found, void *arg);

#endif
