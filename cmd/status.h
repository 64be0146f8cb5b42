/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * what a running module has in force, gathered and judged, and the forms it is told in
 */
#ifndef DNSWARD_CMD_STATUS_H
#define DNSWARD_CMD_STATUS_H

#include <stdio.h>
#include "dnsward/pause.h"
#include "dnsward/stats.h"

enum { STATUS_WRONG_MAX = 8 + DW_SETTINGS_LISTS_MAX };

/* One engine, and why it does not enforce what the settings say. */
struct status_instance {
	struct dw_stats stats;
	bool alive;
	struct dw_pauses pauses; /* of its own, those that hold now */
	size_t wrong_count;
	char wrong[STATUS_WRONG_MAX][DW_STATS_TEXT_MAX + DW_STATS_NAME_MAX + 64];
};

/* All engines of a state-dir that run; where none does, the one that told something last. */
struct status {
	int64_t now; /* seconds since the epoch */
	size_t count;
	struct status_instance *instance[DW_STATS_INSTANCES_MAX];
	struct dw_stats_counted counted; /* by all, those that have ended too: it never falls */
	bool enforcing; /* all that was found */
};

/* It enforces what its settings say: nothing is wrong, and nothing paused. */
bool status_enforces(const struct status_instance *instance);

/* For people, as JSON, and in the text format 0.0.4 of Prometheus. */
void status_print_text(FILE *out, const struct status *status);
void status_print_json(FILE *out, const struct status *status);
void status_print_prometheus(FILE *out, const struct status *status);

#endif
