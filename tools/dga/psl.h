/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * psl.h: conversion of the Public Suffix List to the packed table of suffix.h */
#ifndef DNSWARD_TOOLS_DGA_PSL_H
#define DNSWARD_TOOLS_DGA_PSL_H

#include <stddef.h>
#include <stdint.h>

/* Read `path` in the format of publicsuffix.org, add the dynamic-DNS domains listed in psl.c, and
 * return the table. The caller frees *start and *nodes. Exits with a message on bad input. */
void psl_build(const char *path, uint8_t **start, uint8_t **nodes, size_t *count);

#endif
