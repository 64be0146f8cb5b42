/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * sigma.h: declarations shared by the files of the Sigma parser */
#ifndef DNSWARD_LISTS_SIGMA_H
#define DNSWARD_LISTS_SIGMA_H

#include "dnsward/yaml.h"
#include "lists/reader.h"

/* The state of the parser for one Sigma rule:
 *
 *   sigma.c            documents: log source, metadata, acceptance
 *   sigma_condition.c  `condition`: and, or, not, parentheses, 1 of x*
 *   sigma_field.c      the meaning of field names
 *   sigma_selection.c  selections: maps and lists, modifiers, values
 *
 * The functions write a condition into the detections, and return its truth while nothing is known
 * of the query: DW_YES and DW_NO mean that it does not depend on the query at all. */
enum { SIGMA_REASON_MAX = 256, SIGMA_HOST_MAX = 128, SIGMA_DEPTH_MAX = 16 };

struct sigma {
	struct dw_reader *reader;
	struct dw_detections *detections;
	const struct dw_yaml_node *detection; /* the map under `detection` */
	bool *known;                   /* by index in `detection`: the patterns were checked */
	bool is_known;                 /* so for the current selection */
	bool ignore_hosts;
	bool refused;
	uint32_t line;                 /* line of the first reason */
	char reason[SIGMA_REASON_MAX]; /* first reason for refusal */
	char hosts[SIGMA_HOST_MAX];    /* fields about hosts, separated by ", " */
};

/* Refuse the rule with a reason. Only the first reason is kept. */
void sigma_refuse(struct sigma *s, uint32_t line, const char *fmt, ...) DW_PRINTF(3, 4);

/* Combine the truth of a group (all-of if `all`, else any-of) with that of another member. */
enum dw_truth sigma_join(enum dw_truth sum, enum dw_truth member, bool all);

/* Write a condition, or a selection, into the detections. `negated`: it is inside an odd number of
 * nots. */
enum dw_truth sigma_condition(struct sigma *s, const struct dw_yaml_node *condition);
enum dw_truth sigma_selection(struct sigma *s, const struct dw_yaml_node *selection, bool negated);

/* The meaning of a field. */
enum sigma_field {
	FIELD_NAME,
	FIELD_TYPE,
	FIELD_ANSWER,
	FIELD_RCODE,
	FIELD_STATUS,
	FIELD_TTL,
	FIELD_EVENT,
	FIELD_HOST,       /* known only to the host that sends the query */
	FIELD_CONNECTION, /* about the connection that carried the query */
	FIELD_UNKNOWN
};
enum sigma_field sigma_field_of(const char *name, size_t len);

#endif
