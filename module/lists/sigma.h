/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * sigma.h: what the parts of the Sigma parser share */
#ifndef DNSWARD_LISTS_SIGMA_H
#define DNSWARD_LISTS_SIGMA_H

#include "dnsward/yaml.h"
#include "lists/reader.h"

/* One Sigma rule on its way into the list's detections.
 *
 *   sigma.c            a document: log source, head, what is taken
 *   sigma_condition.c  `condition`: and, or, not, parentheses, 1 of x*
 *   sigma_field.c      what a field stands for
 *   sigma_selection.c  selections: maps and lists, modifiers, values
 *
 * The parts put a condition into the detections and return what it comes to where all that
 * looks at DNS is open: YES and NO are conditions that say nothing of a query. */
enum { SIGMA_REASON_MAX = 256, SIGMA_HOST_MAX = 128, SIGMA_DEPTH_MAX = 16 };

struct sigma {
	struct dw_reader *reader;
	struct dw_detections *detections;
	const struct dw_yaml_node *detection; /* the map under `detection` */
	bool *known;                   /* by place in it: selections whose patterns were checked */
	bool is_known;                 /* the selection that is being put is one of these */
	bool ignore_hosts;
	bool refused;
	uint32_t line;                 /* of what was refused */
	char reason[SIGMA_REASON_MAX]; /* the first */
	char hosts[SIGMA_HOST_MAX];    /* names of fields about hosts, ", " between them */
};

/* The rule is not honoured. The first reason stays. */
void sigma_refuse(struct sigma *s, uint32_t line, const char *fmt, ...) DW_PRINTF(3, 4);

/* What all-of, or any-of, comes to with one more member. */
enum dw_truth sigma_join(enum dw_truth sum, enum dw_truth member, bool all);

/* `negated`: an odd number of nots are around it. */
enum dw_truth sigma_condition(struct sigma *s, const struct dw_yaml_node *condition);
enum dw_truth sigma_selection(struct sigma *s, const struct dw_yaml_node *selection, bool negated);

/* What a field stands for. */
enum sigma_field {
	FIELD_NAME,
	FIELD_TYPE,
	FIELD_ANSWER,
	FIELD_RCODE,
	FIELD_STATUS,
	FIELD_TTL,
	FIELD_EVENT,
	FIELD_HOST,       /* known on hosts alone */
	FIELD_CONNECTION, /* of the packet in which the query came */
	FIELD_UNKNOWN
};
enum sigma_field sigma_field_of(const char *name, size_t len);

#endif
