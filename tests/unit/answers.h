/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * answers from upstream, as a decision sees them
 */
#ifndef DNSWARD_TESTS_ANSWERS_H
#define DNSWARD_TESTS_ANSWERS_H

#include "dnsward/answer.h"

struct made_answer {
	struct dw_answer_view view; /* leads back to the whole: not to be copied */
	size_t count;
	uint32_t ttl;
	struct made_part {
		enum dw_part_kind kind;
		struct dw_addr address;
		size_t len;
		uint8_t data[DW_NAME_MAX];
	} part[400];
};

/* "rcode=3 ttl=60 cname=a.example ip=192.0.2.1 txt=one|two 70*txt=three": strings of a text are parted
 * by a bar, 70* makes 70 such records. Without `ttl` the answer is one from the cache. */
void answer_make(const char *words, struct made_answer *made);

#endif
