/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * events to log
 */
#ifndef DNSWARD_TESTS_EVENTS_H
#define DNSWARD_TESTS_EVENTS_H

#include "dnsward/event.h"

/* Nothing that events made so far point to is what it was. */
void events_wipe(void);

/* The wire form of a name in text, escapes included; lives until the program ends. */
const uint8_t *events_name(const char *text, uint8_t *len);

/* An answered A query of 192.0.2.7 for `name`, allowed and on no list. */
struct dw_event events_plain(const char *name);

/* The same, sinkholed by a list. */
struct dw_event events_sinkhole(const char *name);

/* What was found of it, to be filled in: nothing yet, where there was none. */
struct dw_event_finding *events_found(struct dw_event *event);

/* Add an answer. `rdata` is copied. */
void events_answer(struct dw_event *event, const char *name, uint16_t type, const void *rdata,
	size_t len);

/* The same with the data in hex, blanks between. */
void events_answer_hex(struct dw_event *event, const char *name, uint16_t type, const char *hex);

/* As large as an event can get: each name 255 bytes, each text at its longest, 16 answers of
 * `rdata_len` bytes, all of it made of bytes that need escapes. */
struct dw_event events_worst(size_t rdata_len);

#endif
