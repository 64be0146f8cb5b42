/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * the parts of a database that few queries touch: answers, texts, provenance
 */
#include "dnsward-config.h"

#include "cold.h"

/* ---- answers ---- */

/* Take `len` bytes at `*at`, or NULL where the section ends before. */
static const uint8_t *take(const struct db_part *data, size_t *at, size_t len)
{
	const uint8_t *p = data->data + *at;

	if (*at > data->size || len > data->size - *at)
		return NULL;
	*at += len;
	return p;
}

static bool read_records(const struct db_part *part, size_t at, struct dw_db_records *records)
{
	for (size_t i = 0; i < records->count; i++) {
		const uint8_t *head = take(part, &at, DB_DATA_RECORD);
		struct dw_record *r = &records->record[i];

		if (head == NULL)
			return false;
		r->type = db_load16(head);
		r->rdata_len = db_load16(head + 2);
		r->ttl = db_load32(head + 4);
		r->rdata = take(part, &at, r->rdata_len);
		if (r->rdata == NULL)
			return false;
	}
	return true;
}

bool dw_db_data(const struct dw_db *db, uint32_t data, struct dw_data *out,
	struct dw_db_records *records)
{
	const struct db_part *part = &db->part[DB_DATA];
	size_t at = ((size_t)data - 1) * DB_DATA_ALIGN;
	const uint8_t *head = data != 0 ? take(part, &at, DB_DATA_HEAD) : NULL;
	const uint8_t *target;

	if (head == NULL || head[0] > DW_DATA_RECORDS ||
		head[3] > DW_DATA_RECORDS_MAX)
		return false;
	target = take(part, &at, head[2]);
	if (target == NULL || (head[0] == DW_DATA_CNAME && !dw_name_check(target, head[2])))
		return false;
	records->count = head[3];
	if (!read_records(part, at, records))
		return false;
	*out = (struct dw_data){
		.kind = head[0],
		.target_wild = head[1] != 0,
		.ttl = db_load32(head + 4),
		.target_len = head[2],
		.target = target,
		.record_count = records->count,
		.records = records->record,
	};
	return true;
}

/* ---- texts ---- */

const char *dw_db_pattern(const struct dw_db *db, uint32_t pattern)
{
	const struct db_part *patterns = &db->part[DB_PATTERNS];
	const struct db_pattern *p;

	if (pattern >= patterns->count)
		return "";
	p = db_record(patterns, pattern, sizeof(*p));
	return db_string(db, db_load32(p->text));
}

/* ---- provenance ---- */

/* The number of a name's first origin: that of the 64 names it stands among, and the
 * sizes of the sets before it. */
static bool first_origin(const struct dw_db *db, uint64_t entry, uint64_t *out)
{
	const struct db_part *starts = &db->part[DB_STARTS];
	uint64_t group = entry / DB_STARTS_NAMES;

	if (entry >= db->names || group >= starts->count)
		return false;
	*out = db_load32(starts->data + 4 * group);
	for (uint64_t i = group * DB_STARTS_NAMES; i < entry; i++) {
		size_t count;

		db_set(db, db_entry_set(db, i), &count);
		*out += count;
	}
	return true;
}

static bool origin_of_name(const struct dw_db *db, uint64_t rule, uint32_t *line)
{
	const struct db_part *part = &db->part[DB_ORIGINS];
	uint64_t at;

	if (!first_origin(db, rule >> DB_RULE_MEMBER_BITS, &at) || part->size < DB_PACK_SLACK)
		return false;
	at += rule & ((UINT64_C(1) << DB_RULE_MEMBER_BITS) - 1);
	if (at >= (uint64_t)(part->size - DB_PACK_SLACK) * 8 / db->origin_bits)
		return false;
	*line = (uint32_t)db_unpack(part->data, at * db->origin_bits, db->origin_bits);
	return true;
}

/* From a line counted over all files to a file and its line. */
static bool origin_at(const struct dw_db *db, uint32_t line, struct dw_origin *out)
{
	const struct db_file *files = (const struct db_file *)db->part[DB_FILES].data;
	size_t low = 0, high = db->part[DB_FILES].count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (db_load32(files[middle].base) <= line)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return false;
	out->file = db_string(db, db_load32(files[low - 1].path));
	out->line = line - db_load32(files[low - 1].base);
	return true;
}

bool dw_db_origin(const struct dw_db *db, uint64_t rule, struct dw_origin *out)
{
	const struct db_part *patterns = &db->part[DB_PATTERNS], *nets = &db->part[DB_NETS];
	uint64_t number = rule & ((UINT64_C(1) << DB_RULE_KIND) - 1);
	uint32_t line;

	switch (rule >> DB_RULE_KIND) {
	case DB_RULE_NAME:
		return origin_of_name(db, rule, &line) && origin_at(db, line, out);
	case DB_RULE_PATTERN:
		if (number >= patterns->count)
			return false;
		line = db_load32(((const struct db_pattern *)patterns->data)[number].origin);
		return origin_at(db, line, out);
	case DB_RULE_NET:
		if (number >= nets->count)
			return false;
		line = db_load32(((const struct db_net *)nets->data)[number].origin);
		return origin_at(db, line, out);
	default:
		return false;
	}
}

/* ---- what never fits ---- */

/* Why a pattern of a list was refused; NULL: it was not. */
static const char *why_refused(const struct dw_db *db, size_t pattern)
{
	const struct db_pattern *p = db_record(&db->part[DB_PATTERNS], pattern, sizeof(*p));

	if ((p->effect.flags & DB_PATTERN_REFUSED) != 0)
		return db_string(
			db, db_load32(p->text) + db_load32(p->text_len) + 1);
	if (db->refused != NULL && db->refused[pattern])
		return "cannot be compiled on this machine";
	return NULL;
}

void dw_db_refused(const struct dw_db *db, dw_db_refused_fn *told, void *arg)
{
	const struct dw_detections *detections =
		db->book != NULL ? dw_rulebook_detections(db->book) : NULL;
	size_t count = detections != NULL ? dw_detections_count(detections) : 0;

	for (size_t i = 0; i < db->part[DB_PATTERNS].count; i++) {
		const struct db_pattern *p = db_record(&db->part[DB_PATTERNS], i, sizeof(*p));
		struct dw_db_refused refused = {.reason = why_refused(db, i)};
		size_t list = db_load16(p->effect.list);
		struct dw_origin origin;

		if (refused.reason == NULL || list >= db->list_count ||
			!dw_db_origin(db, db_rule_of(DB_RULE_PATTERN, i), &origin))
			continue;
		refused.list = db->lists[list].told.name;
		refused.file = origin.file;
		refused.line = origin.line;
		told(arg, &refused);
	}
	for (size_t i = 0; i < count; i++) {
		struct dw_detection d;

		dw_detections_get(detections, i, &d);
		if (d.refused != NULL)
			told(arg, &(struct dw_db_refused){d.list, d.name, d.file, d.line, d.refused});
	}
}
