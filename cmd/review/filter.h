/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * filter.h: which lines are asked for */
#ifndef DNSWARD_REVIEW_FILTER_H
#define DNSWARD_REVIEW_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "dnsward/result.h"
#include "dnsward/net.h"
#include "review/line.h"

/* Values of one field are or-ed, fields and times are and-ed; a filter of nothing takes every
 * reply. Built by one thread, then asked by any number. */
struct dw_filter;

struct dw_filter *dw_filter_new(void); /* NULL: no memory */
void dw_filter_free(struct dw_filter **filter);

/* One value, or several with commas between them where the field's values have none. DW_ERR_SYNTAX
 * says what was expected, DW_ERR_MEMORY. */
enum dw_result dw_filter_add(struct dw_filter *filter, enum dw_field field, const char *text,
	struct dw_error *err) DW_MUST_CHECK;

/* One network more for a field of addresses, from `since` to before `until`: a pseudonym of a day.
 */
enum dw_result dw_filter_add_net(struct dw_filter *filter, enum dw_field field,
	const struct dw_net *net, int64_t since, int64_t until) DW_MUST_CHECK;

/* Not before `since`, and before `until`. Lines whose time cannot be read do not fit either. */
void dw_filter_since(struct dw_filter *filter, int64_t since);
void dw_filter_until(struct dw_filter *filter, int64_t until);

bool dw_filter_takes(const struct dw_filter *filter, const struct dw_line *line);

#endif
