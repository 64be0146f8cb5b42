/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * sigma_condition.c: parser for the condition of a Sigma rule */
#include "dnsward-config.h"

#include <string.h>
#include <strings.h>

#include "lists/sigma.h"

/* A recursive-descent parser for this grammar:
 *
 *     or_  := and_ { "or" and_ }
 *     and_ := not_ { "and" not_ }
 *     not_ := "not" not_ | "(" or_ ")"
 *             | ("1" | "any" | "all") "of" ("them" | PATTERN) | NAME */
struct parser {
	struct sigma *s;
	const char *at;
	uint32_t line;
	unsigned depth;
	struct span word; /* the current token; empty at the end */
};

static void next(struct parser *p)
{
	p->at += strspn(p->at, " \t\r\n");
	p->word = (struct span){(char *)p->at, strcspn(p->at, " \t\r\n()|")};
	if (p->word.len == 0 && *p->at != '\0')
		p->word.len = 1;
	p->at += p->word.len;
}

static bool is(const struct parser *p, const char *word)
{
	return strlen(word) == p->word.len && strncasecmp(p->word.at, word, p->word.len) == 0;
}

static enum dw_truth refuse(struct parser *p, const char *what)
{
	sigma_refuse(p->s, p->line, "condition: %s at \"%.*s\"", what,
		(int)(p->word.len < 40 ? p->word.len : 40), p->word.at);
	return DW_OPEN;
}

static enum dw_truth parse_or(struct parser *p, bool negated);

/* Whether a name matches a pattern. `*` matches any run of characters. */
static bool fits(struct span pattern, const char *name)
{
	size_t star = span_find(pattern, '*');

	if (star >= pattern.len)
		return strlen(name) == pattern.len && memcmp(name, pattern.at, pattern.len) == 0;
	if (strncmp(name, pattern.at, star) != 0)
		return false;
	name += star;
	for (;; name++) {
		if (fits(span_from(pattern, star + 1), name))
			return true;
		if (*name == '\0')
			return false;
	}
}

enum dw_truth sigma_join(enum dw_truth sum, enum dw_truth member, bool all)
{
	return (all ? member < sum : member > sum) ? member : sum;
}

/* Write the i-th selection. A condition may name a selection many times; each use writes a copy,
 * but its patterns are checked only once. */
static enum dw_truth put_selection(struct parser *p, size_t i, bool negated)
{
	struct sigma *s = p->s;
	enum dw_truth truth;

	s->is_known = s->known[i];
	truth = sigma_selection(s, s->detection->items[i], negated);
	s->known[i] = true;
	/* if memory ran out instead, dw_detection_end reports that */
	if (dw_detection_failed(s->detections))
		sigma_refuse(s, p->line, "its condition is too large or too deep");
	return truth;
}

/* Parse "1 of x*": the selections whose names match. "them" means all whose names do not start with
 * `_`. */
static enum dw_truth parse_of(struct parser *p, bool negated)
{
	const struct dw_yaml_node *map = p->s->detection;
	bool all = is(p, "all"), them;
	enum dw_truth sum = all ? DW_YES : DW_NO;
	size_t count = 0, stars = 0;

	next(p);
	if (!is(p, "of"))
		return refuse(p, "expected \"of\"");
	next(p);
	them = is(p, "them");
	for (size_t i = 0; i < p->word.len; i++)
		stars += p->word.at[i] == '*';
	if (p->word.len == 0 || stars > 2)
		return refuse(p, "expected \"them\" or a name with *");
	dw_detection_open(p->s->detections, all ? DW_ALL_OF : DW_ANY_OF);
	for (size_t i = 0; i < map->count && !p->s->refused; i++) {
		const char *name = map->keys[i]->text;

		if (strcmp(name, "condition") == 0 ||
			(them ? name[0] == '_' : !fits(p->word, name)))
			continue;
		sum = sigma_join(sum, put_selection(p, i, negated), all);
		count++;
	}
	dw_detection_close(p->s->detections);
	if (count == 0)
		return refuse(p, "no selection is named so");
	next(p);
	return sum;
}

static enum dw_truth parse_name(struct parser *p, bool negated)
{
	const struct dw_yaml_node *map = p->s->detection;

	for (size_t i = 0; p->word.len > 0 && i < map->count; i++) {
		enum dw_truth truth;

		if (strcmp(map->keys[i]->text, "condition") == 0 ||
			strlen(map->keys[i]->text) != p->word.len ||
			memcmp(map->keys[i]->text, p->word.at, p->word.len) != 0)
			continue;
		truth = put_selection(p, i, negated);
		next(p);
		return truth;
	}
	return refuse(p, "expected a selection");
}

static enum dw_truth parse_primary(struct parser *p, bool negated)
{
	enum dw_truth truth;

	if (is(p, "1") || is(p, "any") || is(p, "all"))
		return parse_of(p, negated);
	if (!is(p, "("))
		return parse_name(p, negated);
	next(p);
	truth = parse_or(p, negated);
	if (!p->s->refused && !is(p, ")"))
		return refuse(p, "expected \")\"");
	next(p);
	return truth;
}

static enum dw_truth parse_not(struct parser *p, bool negated)
{
	enum dw_truth truth;

	if (++p->depth > SIGMA_DEPTH_MAX)
		return refuse(p, "nested too deep");
	if (!is(p, "not")) {
		truth = parse_primary(p, negated);
	} else {
		next(p);
		dw_detection_open(p->s->detections, DW_NOT);
		truth = (enum dw_truth)(DW_YES - parse_not(p, !negated));
		dw_detection_close(p->s->detections);
	}
	p->depth--;
	return truth;
}

static enum dw_truth parse_and(struct parser *p, bool negated)
{
	enum dw_truth truth;

	dw_detection_open(p->s->detections, DW_ALL_OF);
	truth = parse_not(p, negated);
	while (!p->s->refused && is(p, "and")) {
		next(p);
		truth = sigma_join(truth, parse_not(p, negated), true);
	}
	dw_detection_close(p->s->detections);
	return truth;
}

static enum dw_truth parse_or(struct parser *p, bool negated)
{
	enum dw_truth truth;

	dw_detection_open(p->s->detections, DW_ANY_OF);
	truth = parse_and(p, negated);
	while (!p->s->refused && is(p, "or")) {
		next(p);
		truth = sigma_join(truth, parse_and(p, negated), false);
	}
	dw_detection_close(p->s->detections);
	return truth;
}

static enum dw_truth parse(struct sigma *s, const struct dw_yaml_node *condition)
{
	struct parser p = {.s = s, .at = condition->text, .line = condition->line};
	enum dw_truth truth;

	if (condition->kind != DW_YAML_SCALAR) {
		sigma_refuse(s, condition->line, "condition: expected text");
		return DW_OPEN;
	}
	next(&p);
	truth = parse_or(&p, false);
	if (!s->refused && is(&p, "|"))
		return refuse(&p, "counting is not honoured");
	if (!s->refused && p.word.len > 0)
		return refuse(&p, "expected its end");
	return truth;
}

/* A list of conditions is true if any of them is. */
enum dw_truth sigma_condition(struct sigma *s, const struct dw_yaml_node *condition)
{
	enum dw_truth truth = DW_NO;

	if (condition->kind != DW_YAML_LIST)
		return parse(s, condition);
	dw_detection_open(s->detections, DW_ANY_OF);
	for (size_t i = 0; i < condition->count && !s->refused; i++)
		truth = sigma_join(truth, parse(s, condition->items[i]), false);
	dw_detection_close(s->detections);
	return truth;
}
