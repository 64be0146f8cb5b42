/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_effect.c: what a row of the action table does: its action and its answer */
#include "dnsward-config.h"

#include <string.h>

#include "dnsward/clock.h"
#include "policy/settings_read.h"

/* ---- action ---- */

/* as-listed is a sinkhole with the list's own answer */
enum { AS_LISTED = DW_ACTION_SINKHOLE + 1 };

static const struct dw_choice actions[] = {
	[DW_ACTION_ALLOW] = {.word = "allow", .value = DW_ACTION_ALLOW},
	[DW_ACTION_LOG] = {.word = "log", .value = DW_ACTION_LOG},
	[DW_ACTION_SINKHOLE] = {.word = "sinkhole", .value = DW_ACTION_SINKHOLE},
	[AS_LISTED] = {.word = "as-listed", .value = AS_LISTED},
	{0},
};

const char *dw_action_name(enum dw_action action)
{
	return actions[action].word;
}

void dw_read_action(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	struct dw_row *row = field;
	struct dw_key as_choice = *key;
	int action = DW_ACTION_ALLOW;

	as_choice.of = actions;
	dw_read_choice(r, &as_choice, value, &action);
	if (action == AS_LISTED)
		row->answer = DW_ANSWER_AS_LISTED;
	row->action = action == AS_LISTED ? DW_ACTION_SINKHOLE : (enum dw_action)action;
}

/* ---- answer ---- */

#define ANSWER_EXPECTED                                                                         \
	"nxdomain, nodata, refused, null-ip, drop, truncate, cname NAME, an address or a list " \
	"of addresses"

static void add_address(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	struct dw_row *row = field;
	struct dw_addr addr;

	if (!dw_addr_from_text(value->text, value->text_len, &addr))
		dw_expected(r, key, value, "an address such as 192.0.2.53 or 2001:db8::53");
	else if (row->address_count == DW_ROW_ADDRESSES_MAX)
		dw_expected(r, key, value, "at most %d addresses", DW_ROW_ADDRESSES_MAX);
	else
		row->addresses[row->address_count++] = addr;
}

static void read_cname(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, const char *name, struct dw_row *row)
{
	struct dw_error error;
	enum dw_result result =
		dw_name_from_text(name, strlen(name), row->cname, &row->cname_len, &error);

	if (result != DW_OK)
		dw_expected(r, key, value, "cname and a domain name (%s)", error.text);
	else if (row->cname_len == 1)
		dw_expected(r, key, value, "cname and a domain name other than the root");
	else
		row->answer = DW_ANSWER_CNAME;
}

/* Those that a word alone says come first. */
static const char *const answers[] = {
	[DW_ANSWER_NXDOMAIN] = "nxdomain",
	[DW_ANSWER_NODATA] = "nodata",
	[DW_ANSWER_REFUSED] = "refused",
	[DW_ANSWER_NULL_IP] = "null-ip",
	[DW_ANSWER_DROP] = "drop",
	[DW_ANSWER_TRUNCATE] = "truncate",
	[DW_ANSWER_ADDRESSES] = "addresses",
	[DW_ANSWER_CNAME] = "cname",
	[DW_ANSWER_AS_LISTED] = "as-listed",
};

const char *dw_answer_name(enum dw_answer_kind kind)
{
	return answers[kind];
}

static bool read_answer_word(const char *word, struct dw_row *row)
{
	if (strcmp(word, "null") == 0)
		word = answers[DW_ANSWER_NULL_IP];
	for (int kind = DW_ANSWER_NXDOMAIN; kind <= DW_ANSWER_TRUNCATE; kind++) {
		if (strcmp(word, answers[kind]) == 0) {
			row->answer = (enum dw_answer_kind)kind;
			return true;
		}
	}
	return false;
}

void dw_read_answer(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	struct dw_row *row = field;
	struct dw_addr addr;

	if (value->kind == DW_YAML_LIST) {
		row->answer = DW_ANSWER_ADDRESSES;
		dw_read_values(r, key, value, add_address, row, "a list of addresses");
		return;
	}
	if (!dw_is_value(r, key, value, ANSWER_EXPECTED) || read_answer_word(value->text, row))
		return;
	if (strncmp(value->text, "cname ", 6) == 0) {
		read_cname(r, key, value, value->text + 6 + strspn(value->text + 6, " "), row);
	} else if (dw_addr_from_text(value->text, value->text_len, &addr)) {
		row->answer = DW_ANSWER_ADDRESSES;
		add_address(r, key, value, row);
	} else {
		dw_expected(r, key, value, ANSWER_EXPECTED);
	}
}

void dw_read_ttl(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *value,
	void *field)
{
	static const struct dw_range range = {0, 604800};
	struct dw_key as_duration = *key;
	uint64_t seconds = *(const uint32_t *)field;

	as_duration.of = &range;
	dw_read_duration(r, &as_duration, value, &seconds);
	*(uint32_t *)field = (uint32_t)seconds;
}

/* ---- ede ---- */

#define EDE_EXPECTED "none, a code from 0 to 65535, or a map of code and text"

/* RFC 8914 section 4.16: Blocked. */
enum { EDE_BLOCKED = 15 };

static const struct dw_range ede_codes = {0, UINT16_MAX};

/* Printable ASCII: it goes into answers, and from there into strangers' logs. */
static void read_ede_text(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	bool is_good = value->kind == DW_YAML_SCALAR && value->text_len < DW_EDE_TEXT_MAX;

	for (size_t i = 0; is_good && i < value->text_len; i++)
		is_good = value->text[i] >= 0x20 && value->text[i] < 0x7f;
	if (!is_good)
		dw_expected(r, key, value, "text of up to %d printable ASCII characters",
			DW_EDE_TEXT_MAX - 1);
	else
		*(const char **)field = dw_reading_text(r, value->text, value->text_len);
}

struct ede {
	size_t code;
	const char *text;
};

static const struct dw_key ede_keys[] = {
	{.name = "code",
		.read = dw_read_size,
		.offset = offsetof(struct ede, code),
		.of = &ede_codes},
	{.name = "text", .read = read_ede_text, .offset = offsetof(struct ede, text)},
};
static const struct dw_keys keys = DW_KEYS(ede_keys);

void dw_read_ede(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *value,
	void *field)
{
	struct dw_row *row = field;
	struct ede ede = {.code = EDE_BLOCKED};
	struct dw_key as_code = *key;

	as_code.of = &ede_codes;
	row->ede = DW_EDE_CODE;
	if (value->kind == DW_YAML_MAP)
		dw_read_map(r, "actions.ede", keys, value, EDE_EXPECTED, &ede);
	else if (value->kind == DW_YAML_SCALAR && strcmp(value->text, "none") == 0)
		row->ede = DW_EDE_NONE;
	else if (value->kind == DW_YAML_SCALAR && value->text[0] >= '0' && value->text[0] <= '9')
		dw_read_size(r, &as_code, value, &ede.code);
	else
		dw_expected(r, key, value, EDE_EXPECTED);
	row->ede_code = (uint16_t)ede.code;
	row->ede_text = ede.text;
}

/* ---- what goes with what ---- */

static void check_key(struct dw_reading *r, const struct dw_yaml_node *map, const char *key,
	bool is_fit, const char *expected)
{
	const struct dw_yaml_node *value = dw_yaml_get(map, key);

	if (value && !is_fit)
		dw_complain(r, DW_ERR_SYNTAX, value->line, key,
			"found with action: %s; expected with %s alone",
			dw_yaml_get(map, "action")->text, expected);
}

void dw_check_effect(struct dw_reading *r, const struct dw_yaml_node *map, const struct dw_row *row)
{
	const struct dw_yaml_node *action = dw_yaml_get(map, "action");
	const struct dw_choice *known = actions;
	const bool is_sinkhole = row->action == DW_ACTION_SINKHOLE;

	if (!action || action->kind != DW_YAML_SCALAR)
		return; /* told already */
	while (known->word && strcmp(known->word, action->text) != 0)
		known++;
	if (!known->word)
		return;
	check_key(r, map, "answer", known->value == DW_ACTION_SINKHOLE, "sinkhole");
	check_key(r, map, "ttl", is_sinkhole, "sinkhole or as-listed");
	check_key(r, map, "ede", is_sinkhole, "sinkhole or as-listed");
	check_key(r, map, "log", row->action == DW_ACTION_ALLOW, "allow");
}
