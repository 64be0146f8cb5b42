/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * log_fixture.h: a folder, a query log, and events that can be told apart
 */
#ifndef DNSWARD_TESTS_LOG_FIXTURE_H
#define DNSWARD_TESTS_LOG_FIXTURE_H

#include "dnsward/log.h"

/* A fresh folder for each test, gone after it as is the log: for tcase_add_checked_fixture. */
extern char log_folder[64], log_path[96];
extern struct dw_log *query_log;
void log_setup(void);
void log_teardown(void);

/* Open it, or open and start it, writing to `to`; queue_bytes as in dw_log_options. */
void log_open(const char *to, size_t queue_bytes);
void log_start(const char *to, size_t queue_bytes);

/* What it has said so far, a line each. */
void log_hear(void *arg, enum dw_say_level level, const char *text);
bool log_said(const char *text);
bool log_said_nothing(void);

/* Put an event in. `number` is told as dnsward.row. */
void log_put(struct dw_log_queue *queue, uint32_t number);

/* Wait until all that was noted is written or counted as dropped. */
extern struct dw_log_counters log_counters; /* as they are then */
void log_settle(void);

void log_pause(long ms);

/* Count the lines of a file: events, lines that tell of drops, and broken ones, all of them added
 * to `out`. `seen` (or NULL) gets one more at the row of each event. */
struct log_lines {
	size_t events, states, broken;
};
void log_count(const char *file, struct log_lines *out, uint8_t *seen, size_t rows);
struct log_lines log_count_path(void); /* of the file at log_path */

#endif
