/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * what the unit tests share
 */
#ifndef DNSWARD_TESTS_UNIT_H
#define DNSWARD_TESTS_UNIT_H

#include <check.h>

/*
 * Run a suite and free it; the whole main() of a test program. Cases run in their own process
 * unless CK_FORK=no (valgrind, a debugger). Returns the exit status: EXIT_SUCCESS when no case
 * failed and at least one ran.
 */
int unit_main(Suite *suite);

#endif
