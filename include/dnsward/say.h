/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * say.h: lines for the host's log */
#ifndef DNSWARD_SAY_H
#define DNSWARD_SAY_H

enum dw_say_level { DW_SAY_ERROR, DW_SAY_WARNING, DW_SAY_INFO, DW_SAY_DEBUG };

/* How the house speaks to whoever runs it: one line for the host's log, without newline.
 * `line` may be NULL (silence). It is called from the thread that opens the engine or
 * compiles, and from the engine's own threads, never from those that answer queries. */
struct dw_speaker {
	void (*line)(void *arg, enum dw_say_level level, const char *text);
	void *arg;
};

#endif
