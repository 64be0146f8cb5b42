/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * trouble.c: what is not as it should be, and is said but once */
#include "dnsward-config.h"

#include <string.h>

#include "policy/trouble.h"

bool dw_may_pass(enum dw_result result)
{
	return result == DW_ERR_MEMORY || result == DW_ERR_SYSTEM || result == DW_ERR_BUSY;
}

bool dw_trouble_is_known(const struct dw_trouble *trouble, const struct dw_error *err)
{
	return trouble->result != DW_OK && !trouble->renewed &&
	       strcmp(trouble->why.where, err->where) == 0 &&
	       strcmp(trouble->why.text, err->text) == 0;
}

bool dw_trouble_set(
	struct dw_trouble *trouble, enum dw_result result, const struct dw_error *err)
{
	bool news = result != DW_OK && !dw_trouble_is_known(trouble, err);

	trouble->result = result;
	trouble->renewed = false;
	if (result != DW_OK)
		trouble->why = *err;
	return news;
}
