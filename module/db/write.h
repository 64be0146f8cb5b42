/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * the file on its way: sections go out in order, and the header last
 */
#ifndef DNSWARD_DB_WRITE_H
#define DNSWARD_DB_WRITE_H

#include <sodium.h>

#include "build.h"
#include "dnsward/file.h"

struct db_writer {
	struct dw_publish *publish;
	struct dw_error *err;
	crypto_generichash_state digest; /* of all after the header */
	uint64_t at;
	enum db_section section;         /* the one that is being written */
	uint8_t header[DB_HEADER];
};

/* A section is begun, put in pieces, and ended, which fills up to the next one's
 * place. */
void db_section_begin(struct db_writer *w, enum db_section section);
enum dw_result db_section_put(struct db_writer *w, const void *data, size_t len);
enum dw_result db_section_end(struct db_writer *w);

/* Index, entries, and where their rules came from. Sets b->unlucky where the key has to
 * be drawn anew; what was written is then of no use. */
enum dw_result db_write_names(struct db_builder *b, struct db_writer *w);

#endif
