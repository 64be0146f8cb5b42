/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rules_file.c: saving and loading the parsed rules of a list */
#include "dnsward-config.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/file.h"
#include "dnsward/rules.h"

/* The file format, little-endian, without padding:
 *
 *     magic 8 | version u32 | source digest 32
 *     meta: length u32, bytes
 *     files: count u32, each: length u32, bytes, serial u64
 *     rules: count u64, each: trigger u8, flags u8, file u32, line u32, parts u8 (HAS_*),
 *            then a network (18 bytes) or a text (length u16, bytes: a name or a pattern),
 *            then, if flagged in `parts`, types (count u8, each u16) and data
 *     detections: length u32, bytes (detection.h); length 0 if there are none
 *     digest 32 (BLAKE2b) over all before it */
static const char magic[8] = {'D', 'W', 'R', 'U', 'L', 'E', 'S', '\n'};

enum { FORMAT = 3, DIGEST = 32, META_MAX = 4096, PATH_BYTES_MAX = 65536 };
enum { HAS_NET = 1, HAS_TYPES = 2, HAS_DATA = 4 };

static bool is_pattern(enum dw_trigger trigger)
{
	return trigger == DW_TRIGGER_GLOB || trigger == DW_TRIGGER_GLOB_LABEL ||
	       trigger == DW_TRIGGER_REGEX;
}

/* ---- writing ---- */

struct out {
	struct dw_publish *publish;
	crypto_generichash_state hash;
	size_t used;
	enum dw_result result;
	struct dw_error *err;
	uint8_t buffer[64 * 1024];
};

static void drain(struct out *o)
{
	crypto_generichash_update(&o->hash, o->buffer, o->used);
	if (o->result == DW_OK)
		o->result = dw_publish_write(o->publish, o->buffer, o->used, o->err);
	o->used = 0;
}

static void put(struct out *o, const void *bytes, size_t len)
{
	while (len > 0) {
		size_t room = sizeof(o->buffer) - o->used;
		size_t n = len < room ? len : room;

		memcpy(o->buffer + o->used, bytes, n);
		o->used += n;
		bytes = (const uint8_t *)bytes + n;
		len -= n;
		if (o->used == sizeof(o->buffer))
			drain(o);
	}
}

static void put_number(struct out *o, uint64_t value, size_t bytes)
{
	uint8_t little[8];

	for (size_t i = 0; i < bytes; i++)
		little[i] = (uint8_t)(value >> (8 * i));
	put(o, little, bytes);
}

static void put_text(struct out *o, const void *text, size_t len, size_t length_bytes)
{
	put_number(o, len, length_bytes);
	put(o, text, len);
}

static void put_data(struct out *o, const struct dw_data *data)
{
	put_number(o, data->kind, 1);
	put_number(o, data->target_wild, 1);
	put_number(o, data->ttl, 4);
	put_text(o, data->target, data->target_len, 1);
	put_number(o, data->record_count, 4);
	for (size_t i = 0; i < data->record_count; i++) {
		put_number(o, data->records[i].type, 2);
		put_number(o, data->records[i].ttl, 4);
		put_text(o, data->records[i].rdata, data->records[i].rdata_len, 2);
	}
}

static void put_rule(struct out *o, const struct dw_rule *rule)
{
	unsigned parts = (rule->trigger == DW_TRIGGER_ANSWER_NET ? HAS_NET : 0) |
			 (rule->type_count > 0 ? HAS_TYPES : 0) | (rule->data != NULL ? HAS_DATA : 0);

	put_number(o, rule->trigger, 1);
	put_number(o, rule->flags, 1);
	put_number(o, rule->file, 4);
	put_number(o, rule->line, 4);
	put_number(o, parts, 1);
	if (parts & HAS_NET) {
		put(o, rule->net.addr.bytes, sizeof(rule->net.addr.bytes));
		put_number(o, rule->net.addr.family, 1);
		put_number(o, rule->net.bits, 1);
	} else if (is_pattern(rule->trigger)) {
		put_text(o, rule->pattern, rule->pattern_len, 2);
	} else {
		put_text(o, rule->name, rule->name_len, 2);
	}
	if (parts & HAS_TYPES) {
		put_number(o, rule->type_count, 1);
		for (size_t i = 0; i < rule->type_count; i++)
			put_number(o, rule->types[i], 2);
	}
	if (parts & HAS_DATA)
		put_data(o, rule->data);
}

static void put_detections(struct out *o, const struct dw_detections *detections)
{
	uint8_t *bytes = NULL;
	size_t len = 0;

	if (detections != NULL && dw_detections_write(detections, &bytes, &len) != DW_OK &&
		o->result == DW_OK)
		o->result = dw_fail(o->err, DW_ERR_MEMORY, NULL, 0, "no memory to keep a list");
	if (len > UINT32_MAX && o->result == DW_OK)
		o->result = dw_fail(o->err, DW_ERR_LIMIT, NULL, 0, "a list is too large to be kept");
	put_text(o, bytes, len, 4);
	free(bytes);
}

static void put_all(struct out *o, const struct dw_rules *rules, const uint8_t *digest,
	const char *meta)
{
	struct dw_rule rule;

	put(o, magic, sizeof(magic));
	put_number(o, FORMAT, 4);
	put(o, digest, DW_RULES_DIGEST_BYTES);
	put_text(o, meta, strlen(meta), 4);
	put_number(o, dw_rules_file_count(rules), 4);
	for (uint32_t i = 0; i < dw_rules_file_count(rules); i++) {
		put_text(o, dw_rules_file_path(rules, i), strlen(dw_rules_file_path(rules, i)), 4);
		put_number(o, dw_rules_file_serial(rules, i), 8);
	}
	put_number(o, dw_rules_count(rules), 8);
	for (size_t cursor = 0; dw_rules_next(rules, &cursor, &rule);)
		put_rule(o, &rule);
	put_detections(o, dw_rules_detections(rules));
	drain(o);
}

enum dw_result dw_rules_save(const struct dw_rules *rules, const char *path,
	const uint8_t source_digest[DW_RULES_DIGEST_BYTES], const char *meta, struct dw_error *err)
{
	struct out *o = malloc(sizeof(*o));
	uint8_t digest[DIGEST];

	if (o == NULL)
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory to keep a list");
	o->used = 0;
	o->err = err;
	o->result = dw_publish_begin(path, NULL, &o->publish, err);
	if (o->result == DW_OK) {
		crypto_generichash_init(&o->hash, NULL, 0, DIGEST);
		put_all(o, rules, source_digest, meta);
		crypto_generichash_final(&o->hash, digest, DIGEST);
		if (o->result == DW_OK)
			o->result = dw_publish_write(o->publish, digest, DIGEST, err);
		if (o->result == DW_OK)
			o->result = dw_publish_commit(&o->publish, err);
		dw_publish_abort(&o->publish);
	}
	enum dw_result res = o->result;
	free(o);
	return res;
}

/* ---- reading ---- */

/* A reader for untrusted bytes. It never reads past `end`; `bad` is set once it would have, or if a
 * value is invalid. */
struct in {
	const uint8_t *at, *end;
	bool bad;
};

static const uint8_t *take(struct in *in, size_t len)
{
	static const uint8_t nothing[8];
	const uint8_t *here = in->at;

	if (in->bad || (size_t)(in->end - in->at) < len) {
		in->bad = true;
		return nothing;
	}
	in->at += len;
	return here;
}

static uint64_t take_number(struct in *in, size_t bytes)
{
	const uint8_t *little = take(in, bytes);
	uint64_t value = 0;

	for (size_t i = bytes; i-- > 0;)
		value = value << 8 | little[i];
	return value;
}

/* Read a text of at most `max` bytes. *len is 0 if the data is bad. */
static const uint8_t *take_text(struct in *in, size_t length_bytes, size_t max, size_t *len)
{
	*len = take_number(in, length_bytes);
	in->bad |= *len > max;
	const uint8_t *text = take(in, in->bad ? 0 : *len);
	if (in->bad)
		*len = 0;
	return text;
}

static char *take_string(struct in *in, size_t max)
{
	size_t len;
	const uint8_t *text = take_text(in, 4, max, &len);

	return in->bad ? NULL : strndup((const char *)text, len);
}

/* Memory for the values that a rule points to until it is added. */
struct scratch {
	struct dw_data data;
	struct dw_record *records;
	size_t room;
	char pattern[UINT16_MAX + 1];
};

static bool make_room(struct scratch *s, size_t count)
{
	struct dw_record *more;

	if (count <= s->room)
		return true;
	more = realloc(s->records, count * sizeof(*more));
	if (more == NULL)
		return false;
	s->records = more;
	s->room = count;
	return true;
}

static void take_data(struct in *in, struct scratch *s)
{
	struct dw_data *data = &s->data;
	size_t len;

	memset(data, 0, sizeof(*data));
	data->kind = (enum dw_data_kind)take_number(in, 1);
	data->target_wild = take_number(in, 1) != 0;
	data->ttl = (uint32_t)take_number(in, 4);
	data->target = take_text(in, 1, DW_NAME_MAX, &len);
	data->target_len = (uint8_t)len;
	data->record_count = take_number(in, 4);
	in->bad |= data->kind > DW_DATA_RECORDS || data->record_count > DW_DATA_RECORDS_MAX ||
		   (data->kind == DW_DATA_CNAME) != (len > 0) ||
		   (len > 0 && !dw_name_check(data->target, len)) ||
		   (data->target_wild && (len < 2 || data->target[0] != 1));
	if (in->bad || !make_room(s, data->record_count)) {
		in->bad = true;
		return;
	}
	for (size_t i = 0; i < data->record_count; i++) {
		struct dw_record *record = &s->records[i];

		record->type = (uint16_t)take_number(in, 2);
		record->ttl = (uint32_t)take_number(in, 4);
		record->rdata = take_text(in, 2, UINT16_MAX, &len);
		record->rdata_len = (uint16_t)len;
	}
	data->records = s->records;
}

static void take_net(struct in *in, struct dw_net *net)
{
	memcpy(net->addr.bytes, take(in, 8), 8);
	memcpy(net->addr.bytes + 8, take(in, 8), 8);
	net->addr.family = (uint8_t)take_number(in, 1);
	net->bits = (uint8_t)take_number(in, 1);
	in->bad |= (net->addr.family != 4 && net->addr.family != 6) || net->bits > 128;
}

static void take_subject(struct in *in, struct scratch *s, struct dw_rule *rule)
{
	size_t len;
	const uint8_t *text = take_text(in, 2, UINT16_MAX, &len);

	if (is_pattern(rule->trigger)) {
		memcpy(s->pattern, text, len);
		s->pattern[len] = '\0';
		rule->pattern = s->pattern;
		rule->pattern_len = len;
		in->bad |= strlen(s->pattern) != len;
	} else {
		rule->name = text;
		rule->name_len = len;
		in->bad |= !dw_name_check(text, len);
	}
}

static void take_rule(struct in *in, struct scratch *s, size_t files, struct dw_rule *rule)
{
	unsigned parts;

	memset(rule, 0, sizeof(*rule));
	rule->trigger = (enum dw_trigger)take_number(in, 1);
	rule->flags = (uint32_t)take_number(in, 1);
	rule->file = (uint32_t)take_number(in, 4);
	rule->line = (uint32_t)take_number(in, 4);
	parts = (unsigned)take_number(in, 1);
	in->bad |= rule->trigger > DW_TRIGGER_ANSWER_NET || rule->file >= files ||
		   ((parts & HAS_NET) != 0) != (rule->trigger == DW_TRIGGER_ANSWER_NET) ||
		   rule->flags > (DW_RULE_TYPES_NOT << 1) - 1;
	if (in->bad)
		return;
	if (parts & HAS_NET)
		take_net(in, &rule->net);
	else
		take_subject(in, s, rule);
	if (parts & HAS_TYPES) {
		rule->type_count = (uint8_t)take_number(in, 1);
		in->bad |= rule->type_count > DW_RULE_TYPES_MAX;
		for (size_t i = 0; !in->bad && i < rule->type_count; i++)
			rule->types[i] = (uint16_t)take_number(in, 2);
	}
	if (parts & HAS_DATA) {
		take_data(in, s);
		rule->data = &s->data;
	}
}

static enum dw_result take_files(struct in *in, struct dw_rules *rules)
{
	uint64_t count = take_number(in, 4);
	enum dw_result res = DW_OK;
	uint32_t number;

	for (uint64_t i = 0; i < count && !in->bad && res == DW_OK; i++) {
		char *path = take_string(in, PATH_BYTES_MAX);
		uint64_t serial = take_number(in, 8);

		if (path != NULL)
			res = dw_rules_file(rules, path, &number);
		if (path != NULL && res == DW_OK)
			dw_rules_set_file_serial(rules, number, serial);
		free(path);
	}
	return res;
}

static enum dw_result take_detections(struct in *in, struct dw_rules *rules)
{
	struct dw_detections *detections;
	size_t len;
	const uint8_t *bytes = take_text(in, 4, UINT32_MAX, &len);
	enum dw_result res = DW_OK;

	if (in->bad || len == 0)
		return DW_OK;
	res = dw_detections_read(bytes, len, &detections, NULL);
	if (res == DW_OK)
		dw_rules_set_detections(rules, &detections);
	return res;
}

static enum dw_result take_rules(struct in *in, struct dw_rules *rules)
{
	struct scratch *s = calloc(1, sizeof(*s));
	struct dw_rule rule;
	enum dw_result res = s != NULL ? take_files(in, rules) : DW_ERR_MEMORY;
	uint64_t count = take_number(in, 8);

	for (uint64_t i = 0; i < count && !in->bad && res == DW_OK; i++) {
		take_rule(in, s, dw_rules_file_count(rules), &rule);
		if (!in->bad)
			res = dw_rules_add(rules, &rule);
	}
	if (s != NULL)
		free(s->records);
	free(s);
	if (res == DW_OK && !in->bad)
		res = take_detections(in, rules);
	return res == DW_OK && (in->bad || in->at != in->end) ? DW_ERR_CORRUPT : res;
}

/* Check size, magic, version and digest. */
static enum dw_result check_header(const char *path, const struct dw_map *map, struct in *in,
	struct dw_error *err)
{
	uint8_t digest[DIGEST];

	if (map->size < sizeof(magic) + 4 + DW_RULES_DIGEST_BYTES + DIGEST ||
		memcmp(map->data, magic, sizeof(magic)) != 0)
		return dw_fail(err, DW_ERR_CORRUPT, path, 0, "not a kept list of dnsward's");
	*in = (struct in){.at = map->data + sizeof(magic), .end = map->data + map->size - DIGEST};
	if (take_number(in, 4) != FORMAT)
		return dw_fail(err, DW_ERR_VERSION, path, 0, "a kept list of another version");
	crypto_generichash(digest, DIGEST, map->data, map->size - DIGEST, NULL, 0);
	if (sodium_memcmp(digest, in->end, DIGEST) != 0)
		return dw_fail(err, DW_ERR_CORRUPT, path, 0, "a damaged list: its digest is wrong");
	return DW_OK;
}

static enum dw_result read_map(const char *path, const struct dw_map *map, struct dw_rules **out,
	uint8_t source_digest[DW_RULES_DIGEST_BYTES], char **meta, struct dw_error *err)
{
	struct dw_rules *rules = NULL;
	char *text = NULL;
	const uint8_t *digest;
	struct in in;
	enum dw_result res = check_header(path, map, &in, err);

	if (res != DW_OK)
		return res;
	digest = take(&in, DW_RULES_DIGEST_BYTES);
	text = take_string(&in, META_MAX);
	res = text != NULL ? dw_rules_new(&rules) : DW_ERR_CORRUPT;
	if (res == DW_OK)
		res = take_rules(&in, rules);
	if (res != DW_OK) {
		free(text);
		dw_rules_free(&rules);
		return dw_fail(err, res, path, 0, "a kept list that cannot be read: %s",
			dw_result_name(res));
	}
	memcpy(source_digest, digest, DW_RULES_DIGEST_BYTES);
	*meta = text;
	*out = rules;
	return DW_OK;
}

enum dw_result dw_rules_open(const char *path, struct dw_rules **out,
	uint8_t source_digest[DW_RULES_DIGEST_BYTES], char **meta, struct dw_error *err)
{
	struct dw_map map;
	enum dw_result res = dw_file_map(path, &map, err);

	if (res != DW_OK)
		return res;
	res = read_map(path, &map, out, source_digest, meta, err);
	dw_file_unmap(&map);
	return res;
}
