/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * fuzz_db.c: any bytes behind a header that vouches for them */
#include "dnsward-config.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/format.h"
#include "dnsward/db.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Write the input as a file whose header passes the first rungs. */
static void write_file(int fd, const uint8_t *data, size_t size)
{
	uint8_t header[DB_HEADER] = {0};
	size_t head = size < DB_HEADER ? size : DB_HEADER;

	memcpy(header, data, head);
	memcpy(header, DB_MAGIC, DB_MAGIC_BYTES);
	db_store32(header + DB_AT_VERSION, DB_VERSION);
	db_store32(header + DB_AT_HEADER, DB_HEADER);
	db_store64(header + DB_AT_LENGTH, DB_HEADER + size - head);
	db_store64(header + DB_AT_FEATURES, 0);
	crypto_generichash(header + DB_AT_HEADER_DIGEST, DB_DIGEST, header, DB_AT_HEADER_DIGEST,
		NULL, 0);
	if (write(fd, header, DB_HEADER) != DB_HEADER ||
		write(fd, data + head, size - head) != (ssize_t)(size - head))
		abort();
}

static void ask(const struct dw_db *db, struct dw_pattern_scratch *scratch, const char *text)
{
	static struct dw_hits hits;
	uint8_t name[DW_NAME_MAX];
	size_t len;
	struct dw_labels labels;

	if (dw_name_from_text(text, strlen(text), name, &len, NULL) != DW_OK)
		abort();
	dw_name_labels(name, len, &labels);
	dw_db_lookup(db, scratch, name, len, &labels, 1, &hits);
	for (size_t i = 0; i < hits.count; i++) {
		struct dw_origin origin;
		struct dw_data answer;
		struct dw_db_records records;

		if (dw_db_origin(db, hits.hit[i].rule, &origin) && strlen(origin.file) > 1 << 20)
			abort();
		dw_db_data(db, hits.hit[i].data, &answer, &records);
		if (strlen(dw_db_pattern(db, hits.hit[i].pattern)) > 1 << 20)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {
		".", "example", "a.example", "x.a.example", "b.example", "ads1.test",
	};
	static struct dw_hits hits;
	char path[] = "/tmp/dnsward-fuzz-XXXXXX";
	int fd = mkstemp(path);
	struct dw_db *db;
	struct dw_pattern_scratch *scratch;
	struct dw_addr addr;

	if (fd < 0 || sodium_init() < 0)
		abort();
	write_file(fd, data, size);
	close(fd);
	if (dw_db_open(path, &db, NULL) == DW_OK) {
		if (dw_db_scratch_new(db, &scratch) != DW_OK)
			abort();
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			ask(db, scratch, names[i]);
		if (!dw_addr_from_text("192.0.2.1", 9, &addr))
			abort();
		dw_db_lookup_addr(db, &addr, &hits);
		if (dw_db_verify(db, NULL) == DW_OK)
			ask(db, scratch, "whole.example");
		dw_pattern_scratch_free(&scratch);
		dw_db_close(&db);
	}
	unlink(path);
	return 0;
}
