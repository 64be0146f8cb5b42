/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * synth.c: generator of artificial DGA families */
#include "synth.h"

#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NAMES_A_FAMILY = 40,
	WORD_MAX = 15,
	PICKED_MAX = 2048, /* words of a family */
	PARTS_MAX = 64,    /* syllables of a family */
};

enum method {
	METHOD_ALPHABET, /* characters drawn uniformly from an alphabet */
	METHOD_HEX,
	METHOD_SPOKEN,    /* consonants and vowels alternating */
	METHOD_SYLLABLES, /* from a short list of syllables */
	METHOD_WORDS,
	METHOD_WORD_TAIL, /* a word and random letters or digits, in either order */
	METHOD_MUTATE,    /* one string with some characters changed */
	METHOD_COUNT
};

struct word {
	char text[WORD_MAX + 1];
};

struct synth {
	struct data *data;
	struct rng random;
	struct word *words;
	/* words[0 .. tokens) are from benign names, the rest from the dictionary */
	size_t count, room,
		tokens;
	uint32_t *common; /* suffixes common among DGA families */
	size_t common_count;
	uint32_t *benign; /* suffixes with more than 20 benign names */
	size_t benign_count;
	/* the current family */
	size_t left;
	enum method method;
	char alphabet[40], seed[64];
	size_t alphabet_len, low, high;
	uint32_t suffixes[8];
	size_t suffix_count;
	uint32_t picked[PICKED_MAX];
	size_t picked_count;
	char parts[PARTS_MAX][4];
	size_t parts_count;
	int hyphen, digits, cut, head;
};

static const char *const common_suffixes[] = {
	"com",
	"com",
	"com",
	"com",
	"net",
	"net",
	"net",
	"org",
	"org",
	"biz",
	"biz",
	"info",
	"info",
	"ru",
	"ru",
	"cn",
	"in",
	"cc",
	"ws",
	"tk",
	"pw",
	"top",
	"xyz",
	"su",
	"eu",
	"us",
	"me",
	"tv",
	"club",
	"site",
	"online",
	"space",
	"co",
	"ga",
	"ml",
	"cf",
	"gq",
	"nl",
	"de",
	"pl",
	"co.uk",
	"com.tw",
	"jp",
	"kr",
	"ir",
	"la",
	"mn",
	"to",
	"nu",
	"live",
	"life",
	"win",
	"bid",
	"cx",
	"li",
	"ddns.net",
	"dyndns.org",
	"duckdns.org",
	"hopto.org",
	"mooo.com",
	"no-ip.org",
	"at",
	"be",
	"fr",
	"it",
	"ch",
	"se",
	"ca",
	"mobi",
	"name",
	"pro",
	"tech",
	"website",
};

static void add_word(struct synth *s, const uint8_t *text, size_t len)
{
	if (len < 3 || len > WORD_MAX)
		return;
	if (s->count == s->room) {
		s->room = s->room ? 2 * s->room : 65536;
		s->words = realloc(s->words, s->room * sizeof(*s->words));
		if (s->words == NULL)
			err(1, NULL);
	}
	struct word *word = &s->words[s->count];

	*word = (struct word){""};
	for (size_t i = 0; i < len; i++) {
		if (text[i] < 'a' || text[i] > 'z')
			return;
		word->text[i] = (char)text[i];
	}
	s->count++;
}

static void read_benign_words(struct synth *s)
{
	for (size_t i = 0; i < s->data->count; i++) {
		const struct name *n = &s->data->names[i];
		size_t start = 0;

		if (n->side != SIDE_TRAIN || n->kind > KIND_DNS ||
			memchr(n->label, '-', n->len) == NULL || memcmp(n->label, "xn--", 4) == 0)
			continue;
		for (size_t k = 0; k <= n->len; k++) {
			if (k == n->len || n->label[k] == '-') {
				add_word(s, n->label + start, k - start);
				start = k + 1;
			}
		}
	}
	s->tokens = s->count;
}

static void read_dictionary(struct synth *s, const char *path)
{
	char line[128];
	FILE *f = fopen(path, "r");

	if (f == NULL)
		err(1, "%s", path);
	while (fgets(line, sizeof(line), f) != NULL)
		add_word(s, (uint8_t *)line, strcspn(line, "\n"));
	fclose(f);
}

struct synth *synth_open(struct data *data, const char *dictionary, uint64_t seed)
{
	struct synth *s = calloc(1, sizeof(*s));

	if (s == NULL)
		err(1, NULL);
	s->data = data;
	s->random.state = seed;
	read_benign_words(s);
	if (dictionary != NULL)
		read_dictionary(s, dictionary);
	s->common_count = sizeof(common_suffixes) / sizeof(common_suffixes[0]);
	s->common = calloc(s->common_count, sizeof(*s->common));
	s->benign = calloc(data->suffix_count, sizeof(*s->benign));
	if (s->common == NULL || s->benign == NULL)
		err(1, NULL);
	for (size_t i = 0; i < data->suffix_count; i++) {
		if (data->suffixes[i].benign > 20)
			s->benign[s->benign_count++] = (uint32_t)i;
	}
	for (size_t i = 0; i < s->common_count; i++)
		s->common[i] = data_suffix(data, common_suffixes[i]);
	return s;
}

void synth_close(struct synth *s)
{
	free(s->words);
	free(s->common);
	free(s->benign);
	free(s);
}

static int chance(struct synth *s, double p)
{
	return rng_unit(&s->random) < p;
}

static size_t between(struct synth *s, size_t low, size_t high)
{
	return low + rng_below(&s->random, (uint32_t)(high - low + 1));
}

static char pick(struct synth *s, const char *from)
{
	return from[rng_below(&s->random, (uint32_t)strlen(from))];
}

/* Reduce the alphabet to `n` characters chosen at random. */
static void thin(struct synth *s, size_t n)
{
	while (s->alphabet_len > n) {
		size_t i = rng_below(&s->random, (uint32_t)s->alphabet_len);

		s->alphabet[i] = s->alphabet[--s->alphabet_len];
	}
	s->alphabet[s->alphabet_len] = '\0';
}

static void draw_alphabet(struct synth *s)
{
	static const char *const sets[] = {
		"abcdefghijklmnopqrstuvwxyz",
		"abcdefghijklmnopqrstuvwxyz",
		"abcdefghijklmnopqrstuvwxyz0123456789",
		"abcdefghijklmnopqrstuvwxy",
		"abcdefghijklmnopqrstuvwxyz234567",
		"bcdfghjklmnpqrstvwxyz",
		"abcdefghijklmnopqrstuvwxyz0123456789",
	};
	size_t which = rng_below(&s->random, sizeof(sets) / sizeof(sets[0]));

	strcpy(s->alphabet, sets[which]);
	s->alphabet_len = strlen(s->alphabet);
	if (chance(s, .2))
		thin(s, between(s, 6, s->alphabet_len));
	else if (chance(s, .1))
		s->alphabet[s->alphabet_len = between(s, 8, s->alphabet_len)] = '\0';
}

static void draw_lengths(struct synth *s, size_t shortest, size_t longest)
{
	/* squaring the random number favours short lengths, which are more common */
	double u = rng_unit(&s->random);

	s->low = shortest + (size_t)(u * u * (double)(longest - shortest + 1));
	s->high = chance(s, .4) ? s->low : s->low + between(s, 1, 8);
}

static void draw_suffixes(struct synth *s)
{
	s->suffix_count = chance(s, .35) ? 1 : between(s, 2, 8);
	for (size_t i = 0; i < s->suffix_count; i++)
		s->suffixes[i] =
			chance(s, .85)
				? s->common[rng_below(&s->random, (uint32_t)s->common_count)]
				: s->benign[rng_below(&s->random, (uint32_t)s->benign_count)];
}

static void draw_parts(struct synth *s)
{
	s->parts_count = between(s, 12, PARTS_MAX);
	for (size_t i = 0; i < s->parts_count; i++) {
		char *p = s->parts[i];

		if (chance(s, .6))
			*p++ = pick(s, "bcdfghjklmnprstvwxz");
		*p++ = pick(s, "aeiouaeioy");
		if (chance(s, .4))
			*p++ = pick(s, "bcdfghklmnprstvwx");
		*p = '\0';
	}
}

static void draw_words(struct synth *s)
{
	/* a range of one source, because neighbouring words share a language or a beginning */
	size_t from = 0, to = s->tokens;

	if (s->count > s->tokens && chance(s, .6)) {
		from = s->tokens;
		to = s->count;
	}
	if (chance(s, .2)) {
		size_t width = between(s, 1000, 8000);

		from = between(s, from, to - width);
		to = from + width;
	}
	s->picked_count = between(s, 60, PICKED_MAX);
	size_t longest = chance(s, .5) ? WORD_MAX : between(s, 4, 9);

	for (size_t i = 0; i < s->picked_count; i++) {
		/* accept a long word after 20 tries, because a range may have few short ones */
		for (int tries = 0; tries < 20; tries++) {
			s->picked[i] = (uint32_t)between(s, from, to - 1);
			if (strlen(s->words[s->picked[i]].text) <= longest)
				break;
		}
	}
	s->low = chance(s, .6) ? 2 : 3;
	s->high = s->low + (chance(s, .4) ? 1 : 0);
	s->hyphen = chance(s, .15);
	s->cut = chance(s, .15);
	s->digits = chance(s, .1);
}

static void draw_seed(struct synth *s)
{
	size_t len = between(s, 9, 20), n = 0;

	if (chance(s, .5)) {
		while (n < len) {
			s->seed[n++] = pick(s, "bcdfghjklmnpqrstvwxz");
			s->seed[n++] = pick(s, "aeiou");
		}
	} else {
		while (n < len)
			s->seed[n++] = pick(s, "abcdefghijklmnopqrstuvwxyz");
	}
	s->seed[n] = '\0';
	s->head = chance(s, .6);
	s->low = between(s, 3, 6);
}

static void draw_family(struct synth *s)
{
	static const double share[METHOD_COUNT] = {.36, .08, .11, .13, .20, .06, .06};
	double u = rng_unit(&s->random);

	s->left = NAMES_A_FAMILY;
	s->hyphen = s->digits = s->cut = s->head = 0;
	for (s->method = 0; s->method + 1 < METHOD_COUNT && u >= share[s->method]; s->method++)
		u -= share[s->method];
	draw_suffixes(s);
	draw_alphabet(s);
	switch (s->method) {
	case METHOD_ALPHABET:
		draw_lengths(s, 6, 34);
		break;
	case METHOD_HEX:
		strcpy(s->alphabet, "0123456789abcdef");
		draw_lengths(s, 8, 32);
		if (chance(s, .25))
			s->low = s->high = 32;
		s->head = chance(s, .3);
		break;
	case METHOD_SPOKEN:
		draw_lengths(s, 6, 18);
		s->cut = chance(s, .5);
		break;
	case METHOD_SYLLABLES:
		draw_parts(s);
		s->low = between(s, 2, 4);
		s->high = s->low + between(s, 0, 2);
		break;
	case METHOD_MUTATE:
		draw_seed(s);
		break;
	default:
		draw_words(s);
		break;
	}
	s->seed[0] =
		s->method == METHOD_MUTATE ? s->seed[0] : pick(s, "abcdefghijklmnopqrstuvwxyz");
}

static size_t put(char *label, size_t len, const char *text, size_t most)
{
	size_t n = strlen(text);

	n = n < most ? n : most;
	if (len + n > 63)
		n = 63 - len;
	memcpy(label + len, text, n);
	return len + n;
}

static size_t make_words(struct synth *s, char *label)
{
	size_t parts = between(s, s->low, s->high), len = 0;

	for (size_t i = 0; i < parts; i++) {
		const char *word =
			s->words[s->picked[rng_below(&s->random, (uint32_t)s->picked_count)]].text;

		if (i > 0 && s->hyphen && len < 62)
			label[len++] = '-';
		len = put(label, len, word, s->cut && chance(s, .3) ? between(s, 2, 6) : WORD_MAX);
	}
	if (s->digits && len < 60)
		label[len++] = pick(s, "0123456789");
	return len;
}

static size_t make_word_tail(struct synth *s, char *label)
{
	const char *word =
		s->words[s->picked[rng_below(&s->random, (uint32_t)s->picked_count)]].text;
	char tail[12];
	size_t n = between(s, 3, 8);

	for (size_t i = 0; i < n; i++)
		tail[i] = s->alphabet[rng_below(&s->random, (uint32_t)s->alphabet_len)];
	tail[n] = '\0';
	size_t len = put(label, 0, s->head ? tail : word, WORD_MAX);

	return put(label, len, s->head ? word : tail, WORD_MAX);
}

static size_t make_spoken(struct synth *s, char *label)
{
	size_t n = between(s, s->low, s->high);
	int vowel = chance(s, .3);

	for (size_t i = 0; i < n; i++, vowel = !vowel) {
		if (s->cut && chance(s, .15))
			vowel = !vowel;
		label[i] = vowel ? pick(s, "aeiou") : pick(s, "bcdfghjklmnpqrstvwxyz");
	}
	return n;
}

static size_t make_mutant(struct synth *s, char *label)
{
	size_t n = strlen(s->seed);

	memcpy(label, s->seed, n);
	for (size_t i = 0; i < s->low; i++) {
		size_t at = s->head ? i : rng_below(&s->random, (uint32_t)n);

		label[at] = pick(s, "abcdefghijklmnopqrstuvwxyz");
	}
	return n;
}

static size_t make_label(struct synth *s, char *label)
{
	size_t n = 0;

	switch (s->method) {
	case METHOD_SPOKEN:
		return make_spoken(s, label);
	case METHOD_SYLLABLES:
		for (size_t parts = between(s, s->low, s->high); parts > 0; parts--)
			n = put(label, n, s->parts[rng_below(&s->random, (uint32_t)s->parts_count)],
				4);
		return n;
	case METHOD_WORDS:
		return make_words(s, label);
	case METHOD_WORD_TAIL:
		return make_word_tail(s, label);
	case METHOD_MUTATE:
		return make_mutant(s, label);
	default:
		break;
	}
	size_t len = between(s, s->low, s->high);

	if (s->head)
		label[n++] = s->seed[0];
	while (n < len)
		label[n++] =
			s->method == METHOD_HEX
				? pick(s, "0123456789abcdef")
				: s->alphabet[rng_below(&s->random, (uint32_t)s->alphabet_len)];
	return n;
}

void synth_next(struct synth *s, struct name *out)
{
	char label[64];
	size_t len;

	/* skip labels that are too short to tell anything */
	do {
		if (s->left == 0)
			draw_family(s);
		s->left--;
		len = make_label(s, label);
	} while (len < 5);
	*out = (struct name){
		.len = (uint8_t)len,
		.kind = KIND_FAMILY,
		.side = SIDE_TRAIN,
		.suffix = s->suffixes[rng_below(&s->random, (uint32_t)s->suffix_count)],
	};
	memcpy(out->label, label, len);
}
