/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * psl.h: the text of the Public Suffix List to the packed table of suffix.h */
#ifndef DNSWARD_TOOLS_DGA_PSL_H
#define DNSWARD_TOOLS_DGA_PSL_H

#include <stddef.h>
#include <stdint.h>

/* Reads `path` (publicsuffix.org's format), adds the parents listed in psl.c
 * under which anybody can have a name, and returns the table in memory of the
 * caller's. Ends the program with a message on bad input. */
void psl_build(const char *path, uint8_t **start, uint8_t **nodes, size_t *count);

#endif
