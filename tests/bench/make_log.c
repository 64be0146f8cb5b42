/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * make_log: a query log of a small network's week, for tests and benches of its review
 */
#include "dnsward-config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/log.h"
#include "dnsward/verdict.h"

/* make_log LINES [NAMES]: that many lines on stdout, the same on each run. Names are of the file
 * NAMES, one a line, or made up. Few names and clients make most of the queries, nights are
 * quiet, and there are lists, a rule with a technique, scored names, a tunnel and a log that
 * lost events. */

enum { CLIENTS = 40, MADE_UP = 20000 };
#define WEEK_US (INT64_C(7) * 86400 * 1000000)
#define START_US INT64_C(1767571200000000) /* 2026-01-05, a Monday */

struct names {
	char **text;
	size_t count;
};

static uint64_t state = 88172645463325252u;

/* xorshift64 (Marsaglia 2003) */
static uint64_t random_bits(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static double random_unit(void)
{
	return (double)(random_bits() >> 11) / 9007199254740992.0;
}

/* Few of them often, most of them seldom. */
static size_t random_skewed(size_t count)
{
	return (size_t)(pow(random_unit(), 4) * (double)count);
}

static char *made_up(size_t i)
{
	static const char *const tops[] = {"com.example", "net.example", "org.example", "test"};
	char text[64];

	snprintf(text, sizeof(text), "site%zu.%s", i, tops[i % 4]);
	return strdup(text);
}

static struct names read_names(const char *path)
{
	struct names names = {.text = malloc(MADE_UP * sizeof(char *))};
	FILE *file = path != NULL ? fopen(path, "r") : NULL;
	char line[512];

	for (; names.text != NULL && names.count < MADE_UP; names.count++) {
		if (file != NULL && fgets(line, sizeof(line), file) == NULL)
			break;
		names.text[names.count] = file != NULL ? strndup(line, strcspn(line, "\t\r\n"))
						       : made_up(names.count);
	}
	if (file != NULL)
		fclose(file);
	return names;
}

/* ---- kinds of replies ---- */

static size_t wire_of(const char *text, uint8_t *wire)
{
	size_t len;

	if (dw_name_from_text(text, strlen(text), wire, &len, NULL) != DW_OK) {
		wire[0] = 0;
		len = 1;
	}
	return len;
}

/* Of the reply that is made just now. */
static struct dw_event_finding found;

static void listed(struct dw_event *e, const char *list, const char *what)
{
	e->action = DW_ACTION_SINKHOLE;
	e->rcode = 3;
	found = (struct dw_event_finding){
		.would = DW_ACTION_SINKHOLE,
		.list = list,
		.category = list,
		.rule = what,
		.match = "subtree",
		.row = 2,
		.categories = &found.category,
		.category_count = 1,
	};
	e->found = &found;
}

static void alert(struct dw_event *e, uint8_t action, const char *source, const char *name,
	const char *category, const char *technique)
{
	listed(e, source, name);
	e->action = found.would = action;
	e->rcode = action == DW_ACTION_SINKHOLE ? 3 : 0;
	found.rule_name = name;
	found.category = category;
	found.technique = technique;
	found.level = DW_LEVEL_HIGH;
	found.match = source;
	found.alert = true;
}

static void random_label(char *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = "abcdefghijklmnopqrstuvwxyz234567"[random_bits() % 32];
	out[len] = '\0';
}

/* The name that is asked, in `text`, and what came of it in `e`. */
static void choose(const struct names *names, struct dw_event *e, char *text, size_t max)
{
	static const char *const lists[] = {"ads", "ads", "ads", "tracking", "tracking", "malware"};
	const char *name = names->text[random_skewed(names->count)];
	double kind = random_unit();
	char label[52];

	if (kind < 0.0015) {
		random_label(label, 48);
		snprintf(text, max, "%s.t.tunnel.example", label);
		alert(e, DW_ACTION_LOG, "detect", "tunnel", "tunnel", "T1572");
		e->type = 16;
	} else if (kind < 0.003) {
		snprintf(text, max, "post.1.%s", names->text[7]);
		alert(e, DW_ACTION_SINKHOLE, "rules", "beacon-prefix", "c2", "T1071.004");
	} else if (kind < 0.008) {
		random_label(label, 14);
		snprintf(text, max, "%s.example", label);
		alert(e, DW_ACTION_SINKHOLE, "dga", NULL, "dga", "T1568.002");
	} else if (kind < 0.18) {
		size_t i = random_skewed(names->count / 20 + 1);

		snprintf(text, max, "%s.%s", i % 3 == 0 ? "ads" : "pixel", names->text[i]);
		listed(e, lists[i % 6], names->text[i]);
	} else {
		snprintf(text, max, "%s%s", kind < 0.6 ? "www." : "", name);
	}
	if (kind > 0.1 && kind < 0.11) {
		e->action = DW_ACTION_ALLOW;
		e->rcode = 0;
		found.because = "dry-run";
	}
}

static double score_of(const struct dw_event *e)
{
	double chance = random_unit();

	return e->found != NULL && strcmp(e->found->list, "dga") == 0 ? 1 - chance * 0.02
								       : pow(chance, 6) * 0.97;
}

static int64_t time_of(size_t i, size_t count)
{
	int64_t time = (int64_t)((double)i / (double)count * (double)WEEK_US);
	double day = fmod((double)time / 86400e6, 1);

	/* night's queries are moved towards the day */
	return START_US + time + (int64_t)(sin(day * 6.283185307) * 2.1 * 3600e6);
}

static void answer(struct dw_event *e)
{
	static const uint8_t address[] = {192, 0, 2, 80};
	static struct dw_event_answer told = {
		.type = 1, .klass = 1, .ttl = 300, .rdata = address, .rdata_len = sizeof(address)};

	if (e->rcode != 0 || e->type != 1)
		return;
	told.name = e->question;
	told.name_len = e->question_len;
	e->answers = &told;
	e->answer_count = 1;
}

static void print_state(int64_t time, unsigned lost)
{
	char text[DW_TIMESTAMP_TEXT_MAX];

	printf("{\"@timestamp\":\"%s\",\"ecs\":{\"version\":\"8.11.0\"},\"event\":{\"kind\":"
	       "\"metric\","
	       "\"module\":\"dnsward\",\"dataset\":\"dnsward.state\"},\"observer\":{\"hostname\":"
	       "\"ns1\"},"
	       "\"dnsward\":{\"noted\":%u,\"written\":%u,\"dropped\":{\"queue-full\":%u,\"write\":%"
	       "u,"
	       "\"too-large\":0}}}\n",
		dw_timestamp_to_text((uint64_t)time, text), 1000 * lost, 997 * lost, 2 * lost,
		lost);
}

static void print_reply(struct dw_ecs *ecs, const struct names *names, int64_t time)
{
	static const uint16_t types[] = {1, 1, 1, 1, 28, 28, 65};
	static char line[DW_EVENT_JSON_MAX];
	uint8_t name[DW_NAME_MAX];
	char text[1024];
	struct dw_event e = {
		.time_us = time,
		.duration_us = (int64_t)(random_bits() % 40000),
		.client = {.bytes = {[10] = 255, [11] = 255, [12] = 192, [14] = 2}, .family = 4},
		.client_port = (uint16_t)(1024 + random_bits() % 60000),
		.type = types[random_bits() % 7],
		.klass = 1,
		.flags = 0x8180,
		.cached = random_bits() % 3 != 0,
		.transport = random_bits() % 10 == 0 ? DW_DOT : DW_UDP,
		.generation = 7,
	};

	e.client.bytes[15] = (uint8_t)(10 + random_skewed(CLIENTS));
	choose(names, &e, text, sizeof(text));
	e.question_len = (uint8_t)wire_of(text, name);
	e.question = name;
	answer(&e);
	double score = score_of(&e);
	e.dga = (struct dw_dga_mark){
		.scored = true, .hit = score >= 0.98, .probability = (uint32_t)(score * 1e6)};
	size_t len = dw_event_to_json(ecs, &e, line, sizeof(line));
	fwrite(line, 1, len, stdout);
}

int main(int argc, char **argv)
{
	size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	struct names names = read_names(argc > 2 ? argv[2] : NULL);
	struct dw_ecs *ecs = dw_ecs_open("ns1", "0.1.0");

	if (names.count < 100 || ecs == NULL) {
		fputs("make_log: 100 names at least are expected\n", stderr);
		return EXIT_FAILURE;
	}
	for (size_t i = 0; i < count; i++) {
		print_reply(ecs, &names, time_of(i, count));
		if (i % 50000 == 49999)
			print_state(time_of(i, count), (unsigned)(i / 50000 + 1));
	}
	dw_ecs_close(&ecs);
	for (size_t i = 0; i < names.count; i++)
		free(names.text[i]);
	free(names.text);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
