/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_yaml.c: YAML as a tree that knows its lines
 */
#include "dnsward-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dnsward/yaml.h"
#include "unit.h"

#define TEXT(literal) literal, sizeof(literal) - 1

/* The tree on one line: 'text' plain, "text" quoted, [a b] and {key=value}. */
static void show(const struct dw_yaml_node *node, FILE *out)
{
	char mark = node->quoted ? '"' : '\'';

	if (node->kind == DW_YAML_SCALAR) {
		fprintf(out, "%c%s%c", mark, node->text, mark);
		return;
	}
	fputc(node->kind == DW_YAML_LIST ? '[' : '{', out);
	for (size_t i = 0; i < node->count; i++) {
		if (i > 0)
			fputc(' ', out);
		if (node->kind == DW_YAML_MAP)
			fprintf(out, "%s=", node->keys[i]->text);
		show(node->items[i], out);
	}
	fputc(node->kind == DW_YAML_LIST ? ']' : '}', out);
}

static char *shown(const struct dw_yaml *doc)
{
	static char text[65536];
	FILE *out = fmemopen(text, sizeof(text), "w");

	for (size_t i = 0; dw_yaml_root(doc, i); i++) {
		if (i > 0)
			fputs(" --- ", out);
		show(dw_yaml_root(doc, i), out);
	}
	fputc('\0', out);
	fclose(out);
	return text;
}

static struct dw_yaml *parse(const char *text, size_t len)
{
	struct dw_yaml *doc = NULL;
	struct dw_error err;

	ck_assert_msg(dw_yaml_parse("test.yaml", text, len, NULL, &doc, &err) == DW_OK, "%s: %s",
		err.where, err.text);
	return doc;
}

/* ---- what is taken ---- */

static const struct {
	const char *text;
	size_t len;
	const char *tree;
} good[] = {
	{TEXT(""), ""},
	{TEXT("\n# nothing\n"), ""},
	{TEXT("---\n"), "''"},
	{TEXT("[]"), "[]"},
	{TEXT("{}"), "{}"},
	{TEXT("a: 1\nb: [x, y]\n"), "{a='1' b=['x' 'y']}"},
	{TEXT("a: 1\r\nb: 2\r\n"), "{a='1' b='2'}"},
	{TEXT("\xef\xbb\xbf" "a: 1\nb: 2\n"), "{a='1' b='2'}"},
	{TEXT("- a\n- - b\n  - c\n- {d: e}\n"), "['a' ['b' 'c'] {d='e'}]"},
	/* nothing is typed */
	{TEXT("a: no\nb: null\nc: ~\nd: 08:00\ne: 0x10\nf: 1e3\ng: on\nh: .inf"),
		"{a='no' b='null' c='~' d='08:00' e='0x10' f='1e3' g='on' h='.inf'}"},
	{TEXT("a:\nb: \"\"\nc: ''"), "{a='' b=\"\" c=\"\"}"},
	{TEXT("<<: a\n2026-01-02: b"), "{<<='a' 2026-01-02='b'}"},
	/* quotes and blocks */
	{TEXT("a: \"1\"\nb: '2'\nc: |\n  3\nd: >\n  4\n"), "{a=\"1\" b=\"2\" c=\"3\n\" d=\"4\n\"}"},
	{TEXT("'it''s': \"\\x41\\u00fc\""), "{it's=\"A\xc3\xbc\"}"},
	{TEXT("a: b:c\nd: e#f\ng: x@y\nh: 10%\ni: a*b\nj: -1\nk: ?x\nl: :x"),
		"{a='b:c' d='e#f' g='x@y' h='10%' i='a*b' j='-1' k='?x' l=':x'}"},
	/* documents */
	{TEXT("a: 1\n---\nb: 2\n...\n---\n[]\n"), "{a='1'} --- {b='2'} --- []"},
	/* anchors */
	{TEXT("a: &x {k: v}\nb: *x\nc: [*x, *x]"), "{a={k='v'} b={k='v'} c=[{k='v'} {k='v'}]}"},
	{TEXT("- &x 1\n- &x 2\n- *x"), "['1' '2' '2']"},
	{TEXT("- &k key\n- *k : v"), "['key' {key='v'}]"},
	{TEXT("%YAML 1.2\n---\na: 1"), "{a='1'}"},
	{TEXT("b\xc3\xbc" "cher: \xe4\xbe\x8b"), "{b\xc3\xbc" "cher='\xe4\xbe\x8b'}"},
};

START_TEST(good_table)
{
	struct dw_yaml *doc = parse(good[_i].text, good[_i].len);

	ck_assert_str_eq(shown(doc), good[_i].tree);
	dw_yaml_close(&doc);
	ck_assert_ptr_null(doc);
	dw_yaml_close(&doc);
}
END_TEST

START_TEST(lines)
{
	struct dw_yaml *doc = parse(TEXT("# one\na: 1\n\nlist:\n  - x\n  -\n    k: v\n  - |\n    b\n"
					 "'q': \"r\n  s\"\nlast: [1,\n 2]\n---\nb: 1\n"));
	const struct dw_yaml_node *root = dw_yaml_root(doc, 0), *list = dw_yaml_get(root, "list");

	ck_assert_uint_eq(root->line, 2);
	ck_assert_uint_eq(root->keys[0]->line, 2);
	ck_assert_uint_eq(dw_yaml_get(root, "a")->line, 2);
	ck_assert_uint_eq(root->keys[1]->line, 4);
	ck_assert_uint_eq(list->line, 5);
	ck_assert_uint_eq(list->items[0]->line, 5);
	ck_assert_uint_eq(list->items[1]->line, 7);
	ck_assert_uint_eq(list->items[2]->line, 8);
	ck_assert_uint_eq(dw_yaml_get(root, "q")->line, 10);
	ck_assert_uint_eq(dw_yaml_get(root, "last")->items[0]->line, 12);
	ck_assert_uint_eq(dw_yaml_get(root, "last")->items[1]->line, 13);
	ck_assert_uint_eq(dw_yaml_get(dw_yaml_root(doc, 1), "b")->line, 15);
	ck_assert_ptr_null(dw_yaml_root(doc, 2));
	ck_assert_ptr_null(dw_yaml_get(root, "A"));
	ck_assert_ptr_null(dw_yaml_get(list, "a"));
	dw_yaml_close(&doc);
}
END_TEST

START_TEST(an_alias_is_shared)
{
	struct dw_yaml *doc = parse(TEXT("a: &x [1]\nb: *x\n"));
	const struct dw_yaml_node *root = dw_yaml_root(doc, 0);

	ck_assert_ptr_eq(dw_yaml_get(root, "a"), dw_yaml_get(root, "b"));
	dw_yaml_close(&doc);
}
END_TEST

/* ---- what is refused ---- */

static const struct {
	const char *text;
	size_t len;
	const char *error; /* starts with */
	const char *hint;  /* and holds */
} bad[] = {
	/* values that want quotes */
	{TEXT("a: 1\nb: *.example"), "test.yaml:2:", "starts with '*' in quotes"},
	{TEXT("- *"), "test.yaml:1:", "starts with '*' in quotes"},
	{TEXT("b: [a, *.example]"), "test.yaml:1:", "starts with '*' in quotes"},
	{TEXT("a: \xc3\xbc\nb: [\xc3\xbc, *.example]"), "test.yaml:2:", "'*' in quotes"},
	{TEXT("a: *nothing"), "test.yaml:1: alias \"*nothing\"", "starts with '*' in quotes"},
	{TEXT("a: @b"), "test.yaml:1:", "starts with '@' in quotes"},
	{TEXT("a: `b`"), "test.yaml:1:", "starts with '`' in quotes"},
	{TEXT("a: %b"), "test.yaml:1:", "starts with '%' in quotes"},
	{TEXT("%b"), "test.yaml:1:", "starts with '%' in quotes"},
	{TEXT("a: &.b"), "test.yaml:1:", "starts with '&' in quotes"},
	{TEXT("a: !b"), "test.yaml:1: tag \"!b\"", "starts with '!' in quotes"},
	{TEXT("a: !!str b"), "test.yaml:1: tag", "in quotes"},
	{TEXT("a: ! b"), "test.yaml:1: tag", "in quotes"},
	{TEXT("a: - b"), "test.yaml:1:", "starts with '-' in quotes"},
	{TEXT("a: ? b"), "test.yaml:1:", "starts with '?' in quotes"},
	{TEXT("a: >b"), "test.yaml:1:", "starts with '>' in quotes"},
	{TEXT("a: |b"), "test.yaml:1:", "starts with '|' in quotes"},
	{TEXT("a: ]"), "test.yaml:1:", "starts with ']' in quotes"},
	{TEXT("\n\na: b: c"), "test.yaml:3:", "holds ': ' in quotes"},
	{TEXT("a: \"\\d+\""), "test.yaml:1:", "single quotes"},
	{TEXT("a: 'it's'"), "test.yaml:1:", "check the indentation and the quotes"},
	{TEXT("a: 1\nb: \"x\nc: 2\n"), "test.yaml:2:", "closing quote is missing"},
	{TEXT("{{ a }}: b"), "test.yaml:1: a list or map as a key", "in quotes"},
	{TEXT("[a]: b"), "test.yaml:1: a list or map as a key", "in quotes"},
	{TEXT("? - a\n: b"), "test.yaml:1: a list or map as a key", "in quotes"},
	/* indentation */
	{TEXT("a:\n\tb: 1"), "test.yaml:2:", "a tab stands here"},
	{TEXT("a: |\n\tb"), "test.yaml:2:", "a tab"},
	{TEXT("a:\n  b: 1\n c: 2"), "test.yaml:3:", "starts on line 1; check the indentation"},
	{TEXT("- a\nb: c"), "test.yaml:2:", "each item starts with '- '"},
	{TEXT("a: 1\nfoo\nb: 2"), "test.yaml:2:", "expected 'key: value'"},
	{TEXT("a: [1,\n2\nb: 3"), "test.yaml:3:", "missing ',' or ']'"},
	{TEXT("a: {x: 1\n"), "test.yaml:2:", "missing ',' or '}'"},
	/* keys */
	{TEXT("a: 1\nb: 2\na: 3"), "test.yaml:3: key \"a\"", "on line 1"},
	{TEXT("a: 1\n\"a\": 2"), "test.yaml:2: key \"a\"", "on line 1"},
	{TEXT("x: {a: 1, b: 2, b: 3}"), "test.yaml:1: key \"b\"", ""},
	{TEXT("b: 1\na: 1\na: 2\nb: 2\n"), "test.yaml:3: key \"a\"", "on line 2"},
	/* bytes */
	{TEXT("a: 1\nb: \0"), "test.yaml:2: a NUL byte", "UTF-8"},
	{TEXT("a: \"\\0\""), "test.yaml:1: a NUL byte inside a value", ""},
	{TEXT("a: 1\nb: \xff"), "test.yaml:2:", "expected UTF-8 text"},
	{TEXT("a: \xc0\xaf"), "test.yaml:1:", "expected UTF-8 text"},
	{TEXT("a: \xed\xa0\x80"), "test.yaml:1:", "expected UTF-8 text"},
	{TEXT("a: \xc3"), "test.yaml:1:", "expected UTF-8 text"},
	{TEXT("a: 1\n\nb: \033[2J"), "test.yaml:3: control characters", ""},
	{TEXT("\xff\xfe" "a\0:\0 \0" "1\0"), "test.yaml:1: a NUL byte", "UTF-8"}, /* UTF-16 */
	{TEXT("\xff\xfe"), "test.yaml:1:", "expected UTF-8 text"},
	/* cycles */
	{TEXT("&a [*a]"), "test.yaml:1: alias \"*a\" without its anchor", ""},
	{TEXT("a: &x\n  b: *x"), "test.yaml:2: alias \"*x\" without its anchor", ""},
	/* an anchor ends with its document */
	{TEXT("&a x\n---\n*a"), "test.yaml:3: alias \"*a\" without its anchor", ""},
};

START_TEST(bad_table)
{
	struct dw_yaml *doc = (struct dw_yaml *)&doc;
	struct dw_error err;
	char text[sizeof(err)];

	ck_assert_int_eq(dw_yaml_parse("test.yaml", bad[_i].text, bad[_i].len, NULL, &doc, &err),
		DW_ERR_SYNTAX);
	dw_error_text(&err, text, sizeof(text));
	ck_assert_msg(strncmp(text, bad[_i].error, strlen(bad[_i].error)) == 0, "%s", text);
	ck_assert_msg(strstr(text, bad[_i].hint) != NULL, "%s", text);
	ck_assert_ptr_eq(doc, &doc);
	ck_assert_int_eq(dw_yaml_parse("test.yaml", bad[_i].text, bad[_i].len, NULL, &doc, NULL),
		DW_ERR_SYNTAX);
}
END_TEST

/* ---- limits ---- */

static void expect_limit(const char *text, const struct dw_yaml_limits *limits, const char *reason)
{
	struct dw_yaml *doc = NULL;
	struct dw_error err = {0};
	enum dw_result result = dw_yaml_parse("l", text, strlen(text), limits, &doc, &err);

	if (reason) {
		ck_assert_int_eq(result, DW_ERR_LIMIT);
		ck_assert_msg(strstr(err.text, reason) != NULL, "%s", err.text);
	} else {
		ck_assert_msg(result == DW_OK, "%s", err.text);
		dw_yaml_close(&doc);
	}
}

static char *nested(char open, char close, size_t depth)
{
	static char text[100000];

	memset(text, open, depth);
	memset(text + depth, close, depth);
	text[2 * depth] = '\0';
	return text;
}

START_TEST(depth_32_33)
{
	expect_limit(nested('[', ']', 32), NULL, NULL);
	expect_limit(nested('[', ']', 33), NULL, "nested deeper than 32 levels");
	expect_limit(nested('[', ']', 40000), NULL, "nested deeper than 32 levels");
	expect_limit(nested('{', '}', 40000), NULL, "nested deeper than 32 levels");
	expect_limit("a: {b: {c: d}}", &(struct dw_yaml_limits){99, 3, 99}, NULL);
	expect_limit("a: {b: {c: d}}", &(struct dw_yaml_limits){99, 2, 99}, "nested deeper");
}
END_TEST

START_TEST(depth_through_aliases)
{
	/* four levels at the most: [ [ *a [ [ ] ] ] ] */
	const char text[] = "- &a [[]]\n- [*a]\n";

	expect_limit(text, &(struct dw_yaml_limits){99, 4, 99}, NULL);
	expect_limit(text, &(struct dw_yaml_limits){99, 3, 99}, "nested deeper");
}
END_TEST

START_TEST(bytes_at_and_past)
{
	expect_limit("a: 1", &(struct dw_yaml_limits){4, 9, 9}, NULL);
	expect_limit("a: 1", &(struct dw_yaml_limits){3, 9, 9}, "larger than 3 bytes");
}
END_TEST

START_TEST(nodes_at_and_past)
{
	/* list, four scalars, and the list of two again */
	const char text[] = "[&a [1, 2], 3, *a]";

	expect_limit(text, &(struct dw_yaml_limits){99, 9, 8}, NULL);
	expect_limit(text, &(struct dw_yaml_limits){99, 9, 7}, "more than 7 values");
	expect_limit("[1, 2]", &(struct dw_yaml_limits){99, 9, 3}, NULL);
	expect_limit("[1, 2]", &(struct dw_yaml_limits){99, 9, 2}, "more than 2 values");
	expect_limit("a\n---\nb\n", &(struct dw_yaml_limits){99, 9, 1}, "more than 1 values");
}
END_TEST

START_TEST(alias_bomb)
{
	char text[4096];
	int len = snprintf(text, sizeof(text), "a0: &a0 [x,x,x,x,x,x,x,x,x]\n");

	for (int i = 1; i < 10; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
			"a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i, i - 1,
			i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	expect_limit(text, NULL, "more than 1000000 values");
}
END_TEST

START_TEST(anchors_256_257)
{
	char text[8192];
	int len = 0;

	for (int i = 0; i < 257; i++) {
		len += snprintf(text + len, sizeof(text) - (size_t)len, "- &a%d x\n", i);
		if (i == 255)
			expect_limit(text, NULL, NULL);
	}
	expect_limit(text, NULL, "more than 256 anchors");
}
END_TEST

START_TEST(a_map_of_many_keys)
{
	enum { KEYS = 50000 };
	char *text = malloc(KEYS * 16);
	size_t len = 0;
	struct dw_yaml *doc = NULL;
	struct dw_error err;

	for (int i = 0; i < KEYS; i++)
		len += (size_t)sprintf(text + len, "k%d: %d\n", i * 7919 % KEYS, i);
	doc = parse(text, len);
	ck_assert_uint_eq(dw_yaml_root(doc, 0)->count, KEYS);
	ck_assert_str_eq(dw_yaml_root(doc, 0)->items[KEYS - 1]->text, "49999");
	dw_yaml_close(&doc);
	len += (size_t)sprintf(text + len, "k7919: again\n");
	ck_assert_int_eq(dw_yaml_parse("l", text, len, NULL, &doc, &err), DW_ERR_SYNTAX);
	ck_assert_str_eq(err.where, "l:50001");
	ck_assert_str_eq(err.text, "key \"k7919\" stands here again; it is on line 2 already");
	free(text);
}
END_TEST

/* ---- files ---- */

START_TEST(from_a_file)
{
	char path[] = "/tmp/dnsward-yaml-XXXXXX";
	int fd = mkstemp(path);
	const struct dw_yaml_limits small = {.bytes = 3, .depth = 9, .nodes = 9};
	struct dw_yaml *doc = NULL;
	struct dw_error err;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "a: 1\n", 5), 5);
	ck_assert_int_eq(dw_yaml_open(path, NULL, &doc, &err), DW_OK);
	ck_assert_str_eq(shown(doc), "{a='1'}");
	dw_yaml_close(&doc);
	ck_assert_int_eq(dw_yaml_open(path, &small, &doc, &err), DW_ERR_LIMIT);
	ck_assert_str_eq(err.where, path);
	close(fd);
	unlink(path);
	ck_assert_int_eq(dw_yaml_open(path, NULL, &doc, &err), DW_ERR_NOT_FOUND);
	ck_assert_str_eq(err.where, path);
	ck_assert_int_eq(dw_yaml_open("/tmp", NULL, &doc, &err), DW_ERR_UNSUPPORTED);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("yaml");
	TCase *tc = tcase_create("yaml");

	UNIT_ADD_TABLE(tc, good_table, good);
	tcase_add_test(tc, lines);
	tcase_add_test(tc, an_alias_is_shared);
	UNIT_ADD_TABLE(tc, bad_table, bad);
	tcase_add_test(tc, depth_32_33);
	tcase_add_test(tc, depth_through_aliases);
	tcase_add_test(tc, bytes_at_and_past);
	tcase_add_test(tc, nodes_at_and_past);
	tcase_add_test(tc, alias_bomb);
	tcase_add_test(tc, anchors_256_257);
	tcase_add_test(tc, a_map_of_many_keys);
	tcase_add_test(tc, from_a_file);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
