/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * what the unit tests share
 */
#ifndef DNSWARD_TESTS_UNIT_H
#define DNSWARD_TESTS_UNIT_H

#include <check.h>
#include <stdint.h>

/*
 * Run a suite and free it; the whole main() of a test program. Cases run in their own process
 * unless CK_FORK=no (a debugger). Returns the exit status: EXIT_SUCCESS when no case
 * failed and at least one ran.
 */
int unit_main(Suite *suite);

/* Run `test` once for each row of an array; _i is the row. */
#define UNIT_ADD_TABLE(tcase, test, table) \
	tcase_add_loop_test(tcase, test, 0, (int)(sizeof(table) / sizeof((table)[0])))

/* The next of a series that is the same on each run (xorshift32, Marsaglia 2003);
 * start with any state but 0. */
uint32_t unit_random(uint32_t *state);

#endif
