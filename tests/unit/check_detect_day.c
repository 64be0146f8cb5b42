/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_detect_day.c: a day of ordinary queries, and who is found guilty of what
 *
 * A million queries of 300 clients, made from ranked names by a Zipf law: pages with their
 * third parties, content networks' hosts, mistypings, machines that poll, a mail server with block
 * lists and reverse look-ups, a virus scanner that asks by name. No detector may fire but those
 * that say so: first-seen and rare, which tell of names; and the table tells how often. */
#include "dnsward-config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "detect_fixture.h"
#include "dnsward/clock.h"
#include "dnsward/dga.h"
#include "dnsward/name.h"
#include "unit.h"

enum { QUERIES = 1000000, CLIENTS = 300, DAY = 86400, RANKED = 200000, HTTPS = 65 };

static char data[512];
static uint32_t state = 20261125;

static uint32_t below(uint32_t limit)
{
	return unit_random(&state) % limit;
}

/* ---- names ---- */

static char *ranked[RANKED];
static double weight[RANKED];

/* Web-ranked names in an order of our own: the file's is that of the alphabet. */
static void read_names(void)
{
	char command[700], line[300];
	size_t seen = 0;
	FILE *in;

	snprintf(command, sizeof(command), "xz -dc '%s/dga/benign.tsv.xz'", data);
	in = popen(command, "r");
	ck_assert_ptr_nonnull(in);
	while (fgets(line, sizeof(line), in) != NULL) {
		char *tab = strchr(line, '\t');
		size_t at = seen < RANKED ? seen : below((uint32_t)seen + 1); /* a reservoir */

		if (tab == NULL || strcmp(tab, "\tweb\n") != 0)
			continue;
		*tab = '\0';
		seen++;
		if (at < RANKED) {
			free(ranked[at]);
			ranked[at] = strdup(line);
		}
	}
	pclose(in);
	ck_assert_uint_gt(seen, RANKED);
	for (size_t i = RANKED - 1; i > 0; i--) {
		size_t j = below((uint32_t)i + 1);
		char *other = ranked[i];

		ranked[i] = ranked[j];
		ranked[j] = other;
	}
	for (size_t i = 0; i < RANKED; i++)
		weight[i] = (i > 0 ? weight[i - 1] : 0) + 1.0 / (double)(i + 1);
}

static const char *popular(void)
{
	double x = weight[RANKED - 1] * below(1000000) / 1e6;
	size_t low = 0, high = RANKED - 1;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (weight[middle] < x)
			low = middle + 1;
		else
			high = middle;
	}
	return ranked[low];
}

/* ---- asking ---- */

static struct detect_fixture f;
static struct dw_dga *dga;
static unsigned alerts[DW_DETECTORS], asked;
static char example[DW_DETECTORS][300];
static uint64_t spent;

static bool score(void *arg, int32_t *evidence)
{
	const struct dw_observation *o = arg;
	struct dw_dga_verdict verdict;

	if (!dw_dga_name(dga, o->name, o->name_len, &verdict))
		return false;
	*evidence = dw_dga_evidence(dga, verdict.log_odds);
	return true;
}

static void ask(unsigned client, const char *name, uint16_t type, uint8_t rcode, int at)
{
	uint8_t wire[DW_NAME_MAX];
	struct dw_detect_subject subject = {.now = (uint32_t)(NOW + at)};
	struct dw_detected out;
	struct dw_addr addr = {.family = 4,
		.bytes = {[10] = 0xff,
			[11] = 0xff,
			[12] = 10,
			[14] = (uint8_t)(client >> 8),
			[15] = (uint8_t)client}};
	struct dw_observation o = {.subject = &subject,
		.name = wire,
		.type = type,
		.rcode = rcode,
		.score = score,
		.addresses = type == A && rcode == NOERROR ? DW_DETECT_PUBLIC : 0};

	ck_assert_int_eq(dw_name_from_text(name, strlen(name), wire, &o.name_len, NULL), DW_OK);
	if (!dw_dga_registered(dga, wire, o.name_len, &o.domain))
		o.domain = 0;
	detect_set(&f, &subject, wire, o.name_len, o.domain, &addr);
	o.score_arg = &o;
	uint64_t before = dw_clock_steady();
	dw_detect_note(f.detect, &f.settings, &o, &out);
	spent += dw_clock_steady() - before;
	asked++;
	for (; out.due != 0; out.due &= out.due - 1) {
		int d = __builtin_ctz(out.due);

		if (alerts[d]++ == 0)
			snprintf(example[d], sizeof(example[d]), "client %u, %.200s, at %d", client,
				name, at);
	}
}

static void ask_all_types(unsigned client, const char *name, uint8_t rcode, int at)
{
	ask(client, name, A, rcode, at);
	ask(client, name, AAAA, rcode, at);
	if (below(2) == 0)
		ask(client, name, HTTPS, rcode, at);
}

/* A host of a content network: its label looks like nothing on earth. */
static void ask_content(unsigned client, int at)
{
	static const char *const forms[] = {"d%08x%05x.cloudfront.net", "e%u.dscb.akamaiedge.net",
		"r%u---sn-%07xn7ls.googlevideo.com", "%08x-%04x.s3.amazonaws.com",
		"%x.cdn%u.example-static.com", "scontent-%x-%u.xx.fbcdn.net"};
	char name[200];
	uint32_t pick = below(6), host = below(4000);

	snprintf(name, sizeof(name), forms[pick], host * 2654435761U, host * 40503U % 1048576);
	ask(client, name, below(3) ? A : AAAA, NOERROR, at);
}

static void ask_page(unsigned client, int at)
{
	char name[300];
	const char *site = popular();
	uint32_t others = 2 + below(6);

	if (below(60) == 0) { /* mistyped */
		snprintf(name, sizeof(name), "%.100s%c.%s", site, 'a' + (int)below(26),
			below(2) ? "cm" : "con");
		ask_all_types(client, name, NXDOMAIN, at);
		return;
	}
	snprintf(name, sizeof(name), "www.%s", site);
	ask_all_types(client, below(3) ? name : site, NOERROR, at);
	for (uint32_t i = 0; i < others; i++) {
		static const char *const hosts[] = {"static", "img", "api", "ads", "cdn", "t"};

		snprintf(name, sizeof(name), "%s.%s", hosts[below(6)], popular());
		if (below(4) == 0)
			ask_content(client, at);
		else
			ask_all_types(client, name, NOERROR, at + (int)below(2));
	}
}

/* What happens beside the pages: at a second of the day, by chance. */
static void ask_beside(unsigned client, int at)
{
	char name[300];

	switch (below(12)) {
	case 0: /* a machine looks who it talks to */
		snprintf(name, sizeof(name), "%u.0.0.10.in-addr.arpa", below(30));
		ask(client, name, PTR, NXDOMAIN, at);
		break;
	case 1: /* a name of the network it was in yesterday */
		snprintf(name, sizeof(name), "printer%u.lan", below(5));
		ask(client, name, A, NXDOMAIN, at);
		break;
	case 2: /* a browser tries whether answers are made up */
		snprintf(name, sizeof(name), "qz%08xk", unit_random(&state));
		ask(client, name, A, NXDOMAIN, at);
		break;
	case 3: /* a virus scanner asks for a file by its digest */
		if (client % 10 != 0)
			break;
		snprintf(name, sizeof(name),
			"0.11-a%07x.1010083.1518.17ea.%08x%08x%08x.avqs.mcafee.com",
			unit_random(&state) >> 4, unit_random(&state), unit_random(&state),
			unit_random(&state));
		ask(client, name, A, NXDOMAIN, at);
		break;
	case 4:
		ask(client, popular(), TXT, NOERROR, at);
		break;
	case 5: /* a server that fails now and then */
		snprintf(name, sizeof(name), "www.%s", popular());
		if (below(10) == 0)
			ask(client, name, A, SERVFAIL, at);
		break;
	default: /* polls, each client its own names, not quite in time */
		snprintf(name, sizeof(name), "poll%u.telemetry%u.com", below(3), client % 7);
		ask(client, name, A, NOERROR, at);
	}
}

/* Client 0 takes mail: block lists by address, reverse look-ups, policies in TXT. */
static void ask_for_mail(int at)
{
	char name[300];
	uint32_t a = below(256), b = below(256), c = below(256), d = 1 + below(223);

	snprintf(name, sizeof(name), "%u.%u.%u.%u.in-addr.arpa", a, b, c, d);
	if (below(20) == 0)
		ask(0, name, PTR, NOERROR, at);
	snprintf(name, sizeof(name), "%u.%u.%u.%u.zen.spamhaus.org", a, b, c, d);
	ask(0, name, A, below(4) ? NXDOMAIN : NOERROR, at);
	snprintf(name, sizeof(name), "_dmarc.%s", popular());
	ask(0, name, TXT, NOERROR, at);
}

START_TEST(a_day)
{
	struct dw_detect_state detectors;
	int at = 0;

	read_names();
	ck_assert_int_eq(dw_dga_open(NULL, &dga, NULL), DW_OK);
	detect_open(&f, DW_DETECTORS);
	for (enum dw_detector d = DW_DETECT_FIRST_SEEN; d <= DW_DETECT_RARE; d++)
		f.settings.rule[d].value[DW_KEY_LEARN] = dw_detector(d)->value[DW_KEY_LEARN] / 2;
	while (asked < QUERIES) {
		int next = (int)((uint64_t)asked * DAY / QUERIES);

		if (next > at)
			dw_detect_tick(f.detect, &f.settings, NOW + next);
		at = next;
		ask_page(1 + below(CLIENTS - 1), at);
		if (below(3) == 0)
			ask_beside(1 + below(CLIENTS - 1), at);
		if (below(10) == 0)
			ask_for_mail(at);
	}
	dw_detect_state(f.detect, &detectors);
	printf("%u queries, %llu ns each; %llu of %llu places, %llu evicted, seen %u %%\n", asked,
		(unsigned long long)(spent / asked), (unsigned long long)detectors.taken,
		(unsigned long long)detectors.places, (unsigned long long)detectors.evicted,
		detectors.seen_percent);
	for (enum dw_detector d = 0; d < DW_DETECTORS; d++)
		printf("%-15s %u alerts%s%s\n", dw_detector(d)->name, alerts[d],
			alerts[d] ? ": " : "", example[d]);
	fflush(stdout);
	for (enum dw_detector d = 0; d < DW_DETECTORS; d++) {
		if (d != DW_DETECT_FIRST_SEEN && d != DW_DETECT_RARE)
			ck_assert_msg(
				alerts[d] == 0, "%s: %u alerts", dw_detector(d)->name, alerts[d]);
	}
	detect_close(&f);
	dw_dga_close(&dga);
}
END_TEST

int main(void)
{
	const char *from_environment = getenv("DNSWARD_DATA"), *top = getenv("top_srcdir");
	char path[600];
	Suite *suite;
	TCase *tcase;

	if (from_environment)
		snprintf(data, sizeof(data), "%s", from_environment);
	else
		snprintf(data, sizeof(data), "%s/../shared/data", top ? top : ".");
	snprintf(path, sizeof(path), "%s/dga/benign.tsv.xz", data);
	if (access(path, R_OK) != 0) {
		printf("skipped: no %s (DNSWARD_DATA can say another place)\n", path);
		return 77;
	}
	suite = suite_create("detect_day");
	tcase = tcase_create("day");
	tcase_set_timeout(tcase, 300);
	tcase_set_tags(tcase, "slow");
	tcase_add_test(tcase, a_day);
	suite_add_tcase(suite, tcase);
	return unit_main(suite);
}
