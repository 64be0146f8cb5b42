/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rcode.c: the names of response codes */
#include "dnsward-config.h"

#include <stdlib.h>
#include <strings.h>

#include "base/ascii.h"
#include "base/rcode.h"

static const char *const names[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",
	"REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"};

const char *dw_rcode_name(uint8_t rcode)
{
	return rcode < sizeof(names) / sizeof(names[0]) ? names[rcode] : NULL;
}

bool dw_rcode_from_text(const char *text, uint8_t *out)
{
	long number = -1;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(text, names[i]) == 0)
			number = (long)i;
	if (ascii_is_digit((uint8_t)text[0]) &&
		(text[1] == '\0' || (ascii_is_digit((uint8_t)text[1]) && text[2] == '\0')))
		number = strtol(text, NULL, 10);
	if (number < 0 || number >= DW_RCODES)
		return false;
	*out = (uint8_t)number;
	return true;
}
