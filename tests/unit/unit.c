/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * what the unit tests share
 */
#include "dnsward-config.h"
#include <stdlib.h>
#include "unit.h"

/* automake's word for a test that was not run */
enum { SKIPPED = 77 };

int unit_main(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed, ran;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	ran = srunner_ntests_run(runner);
	srunner_free(runner);
	if (failed == 0 && ran == 0 && getenv("CK_EXCLUDE_TAGS") != NULL)
		return SKIPPED;
	return failed == 0 && ran > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

uint32_t unit_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}
