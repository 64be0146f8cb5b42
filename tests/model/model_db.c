/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * model_db.c: the database against a list of rules that is walked from end to end
 *
 * Random lists, random names, equal answers. DNSWARD_MODEL_ROUNDS (default 60) says how
 * many databases are made, DNSWARD_MODEL_SEED the first one's seed; each asks 400 names. */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "dnsward-config.h"
#include <pcre2.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/db_lists.h"
#include "../unit/unit.h"

/* ---- random numbers: xorshift64 (Marsaglia, "Xorshift RNGs", 2003) ---- */

static uint64_t random_state;

static uint64_t below(uint64_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % limit;
}

static bool chance(unsigned percent)
{
	return below(100) < percent;
}

/* ---- the model: rules as they were made ---- */

enum { RULES_MAX = 600, LISTS_MAX = 8 };

struct model_rule {
	struct dw_rule rule; /* its pointers lead here */
	uint8_t name[DW_NAME_MAX];
	char pattern[64];
	struct dw_data data;
	struct dw_record record;
	uint8_t rdata[4];
	size_t list;
	pcre2_code *regex;
	bool covered;
};

struct model {
	struct db_lists lists;
	size_t count;
	struct model_rule rules[RULES_MAX];
};

static struct model model;

/* The labels from the right: few, so that names meet. */
static const char *const words[] = {
	"com", "net", "a", "b", "ads", "x-y", "track3r", "a-label-that-is-longer-than-16-bytes",
	"_dmarc", "eightby8", "seven77",
};

static size_t random_name(uint8_t *out)
{
	char text[256] = "";
	size_t len;

	for (uint64_t labels = below(20) == 0 ? 0 : 1 + below(4); labels > 0; labels--) {
		strcat(text, words[below(labels > 2 ? 11 : labels > 1 ? 7 : 4)]);
		if (labels > 1)
			strcat(text, ".");
	}
	ck_assert_int_eq(dw_name_from_text(text, strlen(text), out, &len, NULL), DW_OK);
	return len;
}

static void random_regex(char *out)
{
	static const char *const parts[] = {
		"a", "b", ".", "ads", "\\.", "[a-d]+", "(x|track)", "com$", "^a", "(^|\\.)b",
		"(?!net)", "[0-9]r?", "(a|b)\\1", ".*",
	};

	*out = '\0';
	for (uint64_t i = 1 + below(3); i > 0; i--)
		strcat(out, parts[below(sizeof(parts) / sizeof(parts[0]))]);
}

static void random_glob(char *out)
{
	static const char *const parts[] = {"*", "a", "b", ".", "ads", "com", "x-y", "net", "c*"};

	*out = '\0';
	for (uint64_t i = 1 + below(4); i > 0; i--)
		strcat(out, parts[below(sizeof(parts) / sizeof(parts[0]))]);
}

static void random_net(struct dw_net *net)
{
	static const char *const nets[] = {
		"192.0.2.0/24", "192.0.2.0/25", "192.0.2.7", "192.0.0.0/8", "0.0.0.0/0", "::/0",
		"2001:db8::/32", "2001:db8::1", "192.0.2.7/32",
	};
	const char *text = nets[below(sizeof(nets) / sizeof(nets[0]))];

	if (dw_net_from_text(text, strlen(text), net, NULL) != DW_OK)
		ck_assert_int_eq(dw_net_from_text("192.0.0.0/16", 12, net, NULL), DW_OK);
}

static void random_types(struct dw_rule *rule)
{
	for (uint64_t i = below(3); i > 0; i--)
		rule->types[rule->type_count++] = (uint16_t)(1 + below(3));
	if (rule->type_count > 0 && chance(40))
		rule->flags |= DW_RULE_TYPES_NOT;
}

static void random_data(struct model_rule *r)
{
	r->data = (struct dw_data){.kind = (enum dw_data_kind)below(DW_DATA_RECORDS + 1)};
	if (r->data.kind == DW_DATA_CNAME) {
		r->data.target = (const uint8_t *)"\1w\0";
		r->data.target_len = 3;
		r->data.ttl = 60;
		r->data.target_wild = chance(50);
	}
	if (r->data.kind == DW_DATA_RECORDS) {
		r->rdata[3] = (uint8_t)below(4);
		r->record = (struct dw_record){1, sizeof(r->rdata), 300, r->rdata};
		r->data.records = &r->record;
		r->data.record_count = 1;
	}
	r->rule.data = &r->data;
}

static void random_rule(struct model_rule *r, unsigned extras, unsigned patterns)
{
	struct dw_rule *rule = &r->rule;

	*r = (struct model_rule){0};
	rule->trigger = chance(patterns) ? DW_TRIGGER_GLOB + (enum dw_trigger)below(4)
	                                 : (enum dw_trigger)below(3);
	if (chance(extras))
		rule->flags |= DW_RULE_EXCEPTION;
	if (chance(extras / 2))
		rule->flags |= DW_RULE_IMPORTANT;
	if (rule->trigger == DW_TRIGGER_REGEX && chance(extras))
		rule->flags |= DW_RULE_INVERT;
	if (chance(extras))
		random_types(rule);
	if (chance(extras))
		random_data(r);
	if (rule->trigger <= DW_TRIGGER_SUBNAMES) {
		rule->name_len = random_name(r->name);
		rule->name = r->name;
	} else if (rule->trigger == DW_TRIGGER_ANSWER_NET) {
		random_net(&rule->net);
	} else {
		(rule->trigger == DW_TRIGGER_REGEX ? random_regex : random_glob)(r->pattern);
		rule->pattern = r->pattern;
		rule->pattern_len = strlen(r->pattern);
	}
}

/* Whether a random expression is one; it is compiled along the way. */
static bool compile_regex(struct model_rule *r)
{
	struct dw_pattern p = {DW_PATTERN_REGEX, false, r->pattern, strlen(r->pattern)};
	int code;
	PCRE2_SIZE offset;

	if (r->rule.trigger != DW_TRIGGER_REGEX)
		return true;
	if (dw_pattern_check(&p, NULL) != DW_OK)
		return false;
	r->regex = pcre2_compile((PCRE2_SPTR)r->pattern, PCRE2_ZERO_TERMINATED,
		PCRE2_CASELESS | PCRE2_DOTALL, &code, &offset, NULL);
	return r->regex != NULL;
}

/* ---- the model: whether a rule fits ---- */

static bool glob_fits(const char *glob, const char *text)
{
	if (*glob == '*')
		return glob_fits(glob + 1, text) || (*text != '\0' && glob_fits(glob, text + 1));
	if (*glob == '\0' || *text == '\0')
		return *glob == *text;
	return *glob == *text && glob_fits(glob + 1, text + 1);
}

static bool pattern_fits(const struct model_rule *r, const uint8_t *name, size_t len)
{
	char text[DW_NAME_TEXT_MAX];
	bool fits = false;

	dw_name_to_text(name, len, text);
	if (len == 1)
		text[0] = '\0';
	if (r->rule.trigger == DW_TRIGGER_REGEX) {
		pcre2_match_data *match = pcre2_match_data_create(1, NULL);

		fits = pcre2_match(r->regex, (PCRE2_SPTR)text, strlen(text), 0, 0, match, NULL) >= 0;
		pcre2_match_data_free(match);
		return fits != ((r->rule.flags & DW_RULE_INVERT) != 0);
	}
	if (r->rule.trigger == DW_TRIGGER_GLOB)
		return glob_fits(r->pattern, text);
	for (const char *p = text; p != NULL && !fits; p = strchr(p, '.')) {
		p += *p == '.' && p != text;
		fits = glob_fits(r->pattern, p);
	}
	return fits;
}

static bool name_fits(const struct dw_rule *rule, const uint8_t *name, size_t len)
{
	bool itself = len == rule->name_len && memcmp(name, rule->name, len) == 0;
	bool under = dw_name_is_under(name, len, rule->name, rule->name_len);

	if (rule->trigger == DW_TRIGGER_EXACT)
		return itself;
	return rule->trigger == DW_TRIGGER_SUBTREE ? under : under && !itself;
}

static bool type_fits(const struct dw_rule *rule, uint16_t qtype)
{
	bool listed = false;

	for (size_t i = 0; i < rule->type_count; i++)
		listed = listed || rule->types[i] == qtype;
	return rule->type_count == 0 || listed != ((rule->flags & DW_RULE_TYPES_NOT) != 0);
}

struct question {
	const uint8_t *name; /* or NULL: `addr` is asked */
	size_t len;
	uint16_t qtype;
	struct dw_addr addr;
};

static bool rule_fits(const struct model_rule *r, const struct question *q)
{
	if (q->name == NULL)
		return r->rule.trigger == DW_TRIGGER_ANSWER_NET &&
			dw_net_contains(&r->rule.net, &q->addr);
	if (r->rule.trigger == DW_TRIGGER_ANSWER_NET || !type_fits(&r->rule, q->qtype))
		return false;
	return r->rule.trigger <= DW_TRIGGER_SUBNAMES ? name_fits(&r->rule, q->name, q->len)
	                                              : pattern_fits(r, q->name, q->len);
}

/* ---- the model: what covers what ---- */

static bool same_data(const struct dw_data *a, const struct dw_data *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->kind == b->kind && a->target_wild == b->target_wild && a->ttl == b->ttl &&
		a->target_len == b->target_len && a->record_count == b->record_count &&
		(a->record_count == 0 || memcmp(a->records[0].rdata, b->records[0].rdata, 4) == 0);
}

static bool has_type(const struct dw_rule *rule, uint16_t type)
{
	for (size_t i = 0; i < rule->type_count; i++) {
		if (rule->types[i] == type)
			return true;
	}
	return false;
}

static bool same_meaning(const struct dw_rule *a, const struct dw_rule *b)
{
	uint32_t types_not = a->type_count > 0 ? 0 : DW_RULE_TYPES_NOT;

	for (uint16_t t = 1; t <= 3; t++) {
		if (has_type(a, t) != has_type(b, t))
			return false;
	}
	return (a->flags | types_not) == (b->flags | types_not) && same_data(a->data, b->data);
}

/* The labels of the nearest name above `c` that has rules of the list for what is below
 * it; -1 for none. */
static int nearest_above(const struct model_rule *c)
{
	int nearest = -1;

	for (size_t i = 0; i < model.count; i++) {
		const struct dw_rule *r = &model.rules[i].rule;
		struct dw_labels labels;

		if (model.rules[i].list != c->list || r->trigger == DW_TRIGGER_EXACT ||
			r->trigger > DW_TRIGGER_SUBNAMES || r->name_len >= c->rule.name_len ||
			!dw_name_is_under(c->name, c->rule.name_len, r->name, r->name_len))
			continue;
		dw_name_labels(r->name, r->name_len, &labels);
		nearest = labels.count > nearest ? labels.count : nearest;
	}
	return nearest;
}

/* A rule is not stored when all rules of its list at its name mean the same as all
 * those of the nearest name above it. */
static bool is_covered(const struct model_rule *c)
{
	int above = nearest_above(c);

	if (dw_list_format_encloses(model.lists.options[c->list].format))
		return false;
	for (size_t i = 0; i < model.count && above >= 0; i++) {
		const struct dw_rule *r = &model.rules[i].rule;
		struct dw_labels labels;
		bool here, there;

		if (model.rules[i].list != c->list || r->trigger > DW_TRIGGER_SUBNAMES)
			continue;
		dw_name_labels(r->name, r->name_len, &labels);
		here = r->name_len == c->rule.name_len &&
			memcmp(r->name, c->name, r->name_len) == 0;
		there = labels.count == above && r->trigger != DW_TRIGGER_EXACT && !here &&
			dw_name_is_under(c->name, c->rule.name_len, r->name, r->name_len);
		if ((here || there) && !same_meaning(r, &c->rule))
			return false;
	}
	return above >= 0;
}

/* ---- the model: what a list says ---- */

/* How much a rule counts: its name's labels, the exact before the wildcards. */
static int weight(const struct dw_rule *rule)
{
	struct dw_labels labels;

	if (rule->trigger == DW_TRIGGER_ANSWER_NET)
		return rule->net.bits;
	if (rule->trigger > DW_TRIGGER_SUBNAMES)
		return -1;
	dw_name_labels(rule->name, rule->name_len, &labels);
	return labels.count * 2 + (rule->trigger == DW_TRIGGER_EXACT);
}

/* The rule with the longest name, then the first, among those that fit and have
 * these flags; at least `min` heavy. Exact and wildcards of a name weigh the same here
 * but for `longest_wins`. */
static const struct model_rule *best(size_t list, const struct question *q, uint32_t mask,
	uint32_t flags, int min, bool longest_wins)
{
	const struct model_rule *found = NULL;
	int found_weight = -2;

	for (size_t i = 0; i < model.count; i++) {
		const struct model_rule *r = &model.rules[i];
		int w = weight(&r->rule);

		if (r->list != list || r->covered || (r->rule.flags & mask) != flags || w < min ||
			!rule_fits(r, q))
			continue;
		if (!longest_wins && w >= 0 && r->rule.trigger <= DW_TRIGGER_SUBNAMES)
			w /= 2;
		if (w > found_weight) {
			found = r;
			found_weight = w;
		}
	}
	return found;
}

/* How heavy a rule must be not to be ended by an exact one below it: as heavy as the wildcards of
 * the longest name above the question that has an exact rule. */
static int closed_below(size_t list, const struct question *q)
{
	int min = -1;

	for (size_t i = 0; i < model.count; i++) {
		const struct dw_rule *r = &model.rules[i].rule;

		if (model.rules[i].list == list && r->trigger == DW_TRIGGER_EXACT &&
			r->name_len < q->len && weight(r) - 1 > min &&
			dw_name_is_under(q->name, q->len, r->name, r->name_len))
			min = weight(r) - 1;
	}
	return min;
}

static const struct model_rule *answer(size_t list, const struct question *q, bool *exception)
{
	bool longest_wins = dw_list_format_longest_wins(model.lists.options[list].format);
	const uint32_t both = DW_RULE_EXCEPTION | DW_RULE_IMPORTANT;
	const struct model_rule *r;
	int min = -1;

	*exception = false;
	if (longest_wins) {
		if (q->name != NULL && dw_list_format_encloses(model.lists.options[list].format))
			min = closed_below(list, q);
		r = best(list, q, 0, 0, min, true);
		min = r != NULL ? weight(&r->rule) : INT_MAX;
	}
	r = best(list, q, both, DW_RULE_IMPORTANT, min, longest_wins);
	if (r != NULL && best(list, q, both, both, min, longest_wins) == NULL)
		return r;
	r = best(list, q, DW_RULE_EXCEPTION, DW_RULE_EXCEPTION, min, longest_wins);
	*exception = r != NULL;
	return r != NULL ? r : best(list, q, DW_RULE_EXCEPTION, 0, min, longest_wins);
}

/* ---- equal answers ---- */

static void compare_hit(const struct dw_db *db, const struct dw_hit *hit,
	const struct model_rule *want, bool exception)
{
	const struct dw_list_options *list = &model.lists.options[want->list];
	const char *category = exception ? list->exceptions : list->category;
	struct dw_origin origin;
	struct dw_labels labels = {0};

	ck_assert_uint_eq(hit->list, want->list);
	ck_assert_str_eq(dw_db_category(db, hit->category), category);
	ck_assert_int_eq(hit->exception, exception);
	ck_assert_int_eq(hit->trigger, want->rule.trigger);
	if (want->rule.trigger <= DW_TRIGGER_SUBNAMES)
		dw_name_labels(want->name, want->rule.name_len, &labels);
	ck_assert_int_eq(hit->labels, labels.count);
	ck_assert(dw_db_origin(db, hit->rule, &origin));
	ck_assert_str_eq(origin.file, list->name);
	ck_assert_uint_eq(origin.line, want->rule.line);
	if (want->rule.trigger >= DW_TRIGGER_GLOB && want->rule.trigger <= DW_TRIGGER_REGEX)
		ck_assert_str_eq(dw_db_pattern(db, hit->pattern), want->pattern);
	ck_assert_int_eq(hit->data != 0, want->rule.data != NULL);
	if (hit->data != 0) {
		struct dw_data data;
		struct dw_db_records records;

		ck_assert(dw_db_data(db, hit->data, &data, &records));
		ck_assert(same_data(&data, want->rule.data));
	}
}

static void compare(const struct dw_db *db, struct dw_pattern_scratch *scratch,
	const struct question *q)
{
	struct dw_hits hits;
	struct dw_labels labels;
	size_t at = 0;

	if (q->name != NULL) {
		dw_name_labels(q->name, q->len, &labels);
		dw_db_lookup(db, scratch, q->name, q->len, &labels, q->qtype, &hits);
	} else {
		dw_db_lookup_addr(db, &q->addr, &hits);
	}
	for (size_t list = 0; list < model.lists.count; list++) {
		bool exception;
		const struct model_rule *want = answer(list, q, &exception);

		if (want == NULL || (exception && model.lists.options[list].exceptions == NULL))
			continue;
		ck_assert_uint_lt(at, hits.count);
		compare_hit(db, &hits.hit[at++], want, exception);
	}
	ck_assert_uint_eq(at, hits.count);
}

/* ---- rounds ---- */

static void make_lists(void)
{
	static const char *const names[LISTS_MAX] = {"l0", "l1", "l2", "l3", "l4", "l5", "l6", "l7"};
	static const char *const categories[] = {"ads", "malware", "allow"};
	static const enum dw_list_format formats[] = {DW_FORMAT_ADBLOCK, DW_FORMAT_RPZ};

	for (uint64_t i = 1 + below(LISTS_MAX); i > 0; i--)
		db_lists_add(&model.lists, names[model.lists.count], categories[below(3)],
			chance(50) ? categories[below(3)] : NULL, formats[below(2)]);
}

static void make_rules(void)
{
	unsigned extras = (unsigned)below(3) * 15, patterns = (unsigned)below(3) * 10;

	for (uint64_t wanted = below(RULES_MAX); model.count < wanted;) {
		struct model_rule *r = &model.rules[model.count];

		random_rule(r, extras, patterns);
		if (!compile_regex(r))
			continue;
		r->list = below(model.lists.count);
		db_lists_rule(&model.lists, r->list, &r->rule);
		model.count++;
	}
	for (size_t i = 0; i < model.count; i++) {
		struct model_rule *r = &model.rules[i];

		r->covered = r->rule.trigger <= DW_TRIGGER_SUBNAMES && is_covered(r);
	}
}

START_TEST(equal)
{
	const char *seed = getenv("DNSWARD_MODEL_SEED");
	struct dw_db *db;
	struct dw_pattern_scratch *scratch;
	struct question q = {0};
	uint8_t name[DW_NAME_MAX];
	static const char *const addresses[] = {
		"192.0.2.7", "192.0.2.8", "192.0.2.200", "10.0.0.1", "2001:db8::1", "2001:db9::1",
	};

	random_state = ((seed != NULL ? strtoull(seed, NULL, 10) : 1) + (uint64_t)_i) *
		UINT64_C(0x9e3779b97f4a7c15);
	model.count = 0;
	db_lists_init(&model.lists);
	make_lists();
	make_rules();
	db = db_lists_open(&model.lists);
	ck_assert_int_eq(dw_db_scratch_new(db, &scratch), DW_OK);
	for (int i = 0; i < 400; i++) {
		q.name = name;
		q.len = random_name(name);
		q.qtype = (uint16_t)(1 + below(4));
		compare(db, scratch, &q);
	}
	q.name = NULL;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		ck_assert(dw_addr_from_text(addresses[i], strlen(addresses[i]), &q.addr));
		compare(db, scratch, &q);
	}
	dw_pattern_scratch_free(&scratch);
	dw_db_close(&db);
	db_lists_clear(&model.lists);
	for (size_t i = 0; i < model.count; i++)
		pcre2_code_free(model.rules[i].regex);
}
END_TEST

int main(void)
{
	const char *rounds = getenv("DNSWARD_MODEL_ROUNDS");
	Suite *suite = suite_create("model_db");
	TCase *tcase = tcase_create("equal");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, equal, 0, rounds != NULL ? atoi(rounds) : 60);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
