/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * field.c: the words and the keys of the fields */
#include "dnsward-config.h"
#include "review/field.h"

#include <string.h>

/* ---- words ---- */

static const char *const kinds[] = {"event", "alert", NULL};
static const char *const verdicts[] = {"allow", "log", "sinkhole", NULL};
static const char *const truths[] = {"true", "false", NULL};
static const char *const transports[] = {"udp", "tcp", "dot", "doh", "doq", NULL};
static const char *const hindrances[] = {
	"dry-run", "pause", "cached", "local-data", "error", "tcp", NULL};

#define ALONE(field) .instead = (field), .also = (field)

static const struct dw_field_info infos[DW_FIELD_COUNT] = {
	[DW_FIELD_TIME] = {ALONE(DW_FIELD_TIME)},
	[DW_FIELD_KIND] = {"kind", "event or alert", .values = kinds, ALONE(DW_FIELD_KIND)},
	[DW_FIELD_ACTION] = {ALONE(DW_FIELD_ACTION)},
	[DW_FIELD_DATASET] = {ALONE(DW_FIELD_DATASET)},
	[DW_FIELD_SOURCE] = {"client", "an address or a network", DW_FIELD_ADDRESS,
		.instead = DW_FIELD_CLIENT, .also = DW_FIELD_SOURCE},
	[DW_FIELD_CLIENT] = {ALONE(DW_FIELD_CLIENT)},
	[DW_FIELD_HOST] = {"host", "the resolver's machine", ALONE(DW_FIELD_HOST)},
	[DW_FIELD_RCODE] = {"rcode", "NOERROR, NXDOMAIN...", ALONE(DW_FIELD_RCODE)},
	[DW_FIELD_NAME] = {"name", "a name and all below it", DW_FIELD_DNS, ALONE(DW_FIELD_NAME)},
	[DW_FIELD_TYPE] = {"type", "A, AAAA, TXT...", ALONE(DW_FIELD_TYPE)},
	[DW_FIELD_DOMAIN] = {"domain", "a registered domain", DW_FIELD_DNS, ALONE(DW_FIELD_DOMAIN)},
	[DW_FIELD_RULE] = {"rule", "the name of a rule, or what matched", .whole = true,
		.instead = DW_FIELD_RULE_ID, .also = DW_FIELD_RULE_ID},
	[DW_FIELD_LIST] = {"list", "a list, or rules, dga, detect", ALONE(DW_FIELD_LIST)},
	[DW_FIELD_RULE_ID] = {ALONE(DW_FIELD_RULE_ID)},
	[DW_FIELD_CATEGORY] = {"category", "of the rule; a filter takes all the name carries",
		.instead = DW_FIELD_CATEGORY, .also = DW_FIELD_CATEGORIES},
	[DW_FIELD_TECHNIQUE] = {"technique", "ATT&CK: T1071, T1071.004", ALONE(DW_FIELD_TECHNIQUE)},
	[DW_FIELD_PROBABILITY] = {ALONE(DW_FIELD_PROBABILITY)},
	[DW_FIELD_VERDICT] = {"verdict", "allow, log or sinkhole", .values = verdicts,
		.instead = DW_FIELD_ACTION, .also = DW_FIELD_VERDICT},
	[DW_FIELD_WOULD] = {"would", "what a dry run or a pause kept from being done",
		.values = verdicts, ALONE(DW_FIELD_WOULD)},
	[DW_FIELD_BECAUSE] = {"because", "what kept it: dry-run, pause...", .values = hindrances,
		ALONE(DW_FIELD_BECAUSE)},
	[DW_FIELD_MATCH] = {"match", "exact, subtree, regex...", ALONE(DW_FIELD_MATCH)},
	[DW_FIELD_CATEGORIES] = {ALONE(DW_FIELD_CATEGORIES)},
	[DW_FIELD_MATCHED] = {ALONE(DW_FIELD_MATCHED)},
	[DW_FIELD_CACHED] = {"cached", "true or false", .values = truths, ALONE(DW_FIELD_CACHED)},
	[DW_FIELD_DROPPED] = {ALONE(DW_FIELD_DROPPED)},
	[DW_FIELD_TRANSPORT] = {"transport", "udp, tcp, dot, doh, doq", .values = transports,
		ALONE(DW_FIELD_TRANSPORT)},
	[DW_FIELD_SAMPLE] = {ALONE(DW_FIELD_SAMPLE)},
	[DW_FIELD_NOTED] = {ALONE(DW_FIELD_NOTED)},
	[DW_FIELD_WRITTEN] = {ALONE(DW_FIELD_WRITTEN)},
	[DW_FIELD_LOST_QUEUE] = {ALONE(DW_FIELD_LOST_QUEUE)},
	[DW_FIELD_LOST_WRITE] = {ALONE(DW_FIELD_LOST_WRITE)},
	[DW_FIELD_LOST_SIZE] = {ALONE(DW_FIELD_LOST_SIZE)},
};

const struct dw_field_info *dw_field_info(enum dw_field field)
{
	return &infos[field];
}

bool dw_field_from_word(const char *word, enum dw_field *out)
{
	for (size_t i = 0; i < DW_FIELD_COUNT; i++) {
		if (infos[i].word != NULL && strcmp(infos[i].word, word) == 0) {
			*out = (enum dw_field)i;
			return true;
		}
	}
	return false;
}

/* ---- keys ---- */

/* Those without a field are here so that the one after them is found where it is looked for. */
enum {
	NONE,
	TOP,
	TOP_TIME,
	TOP_ECS,
	TOP_EVENT,
	TOP_SOURCE,
	TOP_CLIENT,
	TOP_DESTINATION,
	TOP_NETWORK,
	TOP_OBSERVER,
	TOP_RELATED,
	TOP_DNS,
	TOP_RULE,
	TOP_THREAT,
	TOP_DGA,
	TOP_OWN,
	EVENT_KIND,
	EVENT_CATEGORY,
	EVENT_TYPE,
	EVENT_ACTION,
	EVENT_MODULE,
	EVENT_DATASET,
	EVENT_DURATION,
	EVENT_SEVERITY,
	SOURCE_IP,
	SOURCE_PORT,
	CLIENT_IP,
	OBSERVER_HOSTNAME,
	OBSERVER_PRODUCT,
	OBSERVER_VERSION,
	DNS_TYPE,
	DNS_FLAGS,
	DNS_RCODE,
	DNS_RESOLVED,
	DNS_QUESTION,
	DNS_ANSWERS,
	RULE_NAME,
	RULE_RULESET,
	RULE_ID,
	RULE_CATEGORY,
	THREAT_FRAMEWORK,
	THREAT_TECHNIQUE,
	DGA_PREDICTION,
	DGA_PROBABILITY,
	OWN_GENERATION,
	OWN_VERDICT,
	OWN_WOULD,
	OWN_BECAUSE,
	OWN_MATCH,
	OWN_ROW,
	OWN_CATEGORIES,
	OWN_MATCHED,
	OWN_AS_SENT,
	OWN_CACHED,
	OWN_DROPPED,
	OWN_TRANSPORT,
	OWN_CLIENTS,
	OWN_SAMPLE,
	OWN_NOTED,
	OWN_WRITTEN,
	QUESTION_NAME,
	QUESTION_TYPE,
	QUESTION_CLASS,
	QUESTION_DOMAIN,
	QUESTION_ETLD,
	QUESTION_SUBDOMAIN,
	QUESTION_TLD,
	TECHNIQUE_ID,
	TECHNIQUE_SUB,
	DROPPED_QUEUE,
	DROPPED_WRITE,
	DROPPED_SIZE,
};

#define KEY(text) .key = (text), .key_len = sizeof(text) - 1
#define LEAF(text, f) KEY(text), .field = (f)
#define SKIPPED(text) LEAF(text, DW_FIELD_COUNT)
#define NODE(text, from, to) \
	KEY(text), .first = (from), .count = (to) - (from) + 1, .field = DW_FIELD_COUNT

const struct dw_place dw_places[] = {
	[NONE] = {.field = DW_FIELD_COUNT},
	[TOP] = {NODE("", TOP_TIME, TOP_OWN)},
	[TOP_TIME] = {LEAF("@timestamp", DW_FIELD_TIME)},
	[TOP_ECS] = {SKIPPED("ecs")},
	[TOP_EVENT] = {NODE("event", EVENT_KIND, EVENT_SEVERITY)},
	[TOP_SOURCE] = {NODE("source", SOURCE_IP, SOURCE_PORT)},
	[TOP_CLIENT] = {NODE("client", CLIENT_IP, CLIENT_IP)},
	[TOP_DESTINATION] = {SKIPPED("destination")},
	[TOP_NETWORK] = {SKIPPED("network")},
	[TOP_OBSERVER] = {NODE("observer", OBSERVER_HOSTNAME, OBSERVER_VERSION)},
	[TOP_RELATED] = {SKIPPED("related")},
	[TOP_DNS] = {NODE("dns", DNS_TYPE, DNS_ANSWERS)},
	[TOP_RULE] = {NODE("rule", RULE_NAME, RULE_CATEGORY)},
	[TOP_THREAT] = {NODE("threat", THREAT_FRAMEWORK, THREAT_TECHNIQUE)},
	[TOP_DGA] = {NODE("ml_is_dga", DGA_PREDICTION, DGA_PROBABILITY)},
	[TOP_OWN] = {NODE("dnsward", OWN_GENERATION, OWN_WRITTEN)},
	[EVENT_KIND] = {LEAF("kind", DW_FIELD_KIND)},
	[EVENT_CATEGORY] = {SKIPPED("category")},
	[EVENT_TYPE] = {SKIPPED("type")},
	[EVENT_ACTION] = {LEAF("action", DW_FIELD_ACTION)},
	[EVENT_MODULE] = {SKIPPED("module")},
	[EVENT_DATASET] = {LEAF("dataset", DW_FIELD_DATASET)},
	[EVENT_DURATION] = {SKIPPED("duration")},
	[EVENT_SEVERITY] = {SKIPPED("severity")},
	[SOURCE_IP] = {LEAF("ip", DW_FIELD_SOURCE)},
	[SOURCE_PORT] = {SKIPPED("port")},
	[CLIENT_IP] = {LEAF("ip", DW_FIELD_CLIENT)},
	[OBSERVER_HOSTNAME] = {LEAF("hostname", DW_FIELD_HOST)},
	[OBSERVER_PRODUCT] = {SKIPPED("product")},
	[OBSERVER_VERSION] = {SKIPPED("version")},
	[DNS_TYPE] = {SKIPPED("type")},
	[DNS_FLAGS] = {SKIPPED("header_flags")},
	[DNS_RCODE] = {LEAF("response_code", DW_FIELD_RCODE)},
	[DNS_RESOLVED] = {SKIPPED("resolved_ip")},
	[DNS_QUESTION] = {NODE("question", QUESTION_NAME, QUESTION_TLD)},
	[DNS_ANSWERS] = {SKIPPED("answers")},
	[RULE_NAME] = {LEAF("name", DW_FIELD_RULE)},
	[RULE_RULESET] = {LEAF("ruleset", DW_FIELD_LIST)},
	[RULE_ID] = {LEAF("id", DW_FIELD_RULE_ID)},
	[RULE_CATEGORY] = {LEAF("category", DW_FIELD_CATEGORY)},
	[THREAT_FRAMEWORK] = {SKIPPED("framework")},
	[THREAT_TECHNIQUE] = {NODE("technique", TECHNIQUE_ID, TECHNIQUE_SUB)},
	[DGA_PREDICTION] = {SKIPPED("malicious_prediction")},
	[DGA_PROBABILITY] = {LEAF("malicious_probability", DW_FIELD_PROBABILITY)},
	[OWN_GENERATION] = {SKIPPED("generation")},
	[OWN_VERDICT] = {LEAF("verdict", DW_FIELD_VERDICT)},
	[OWN_WOULD] = {LEAF("would", DW_FIELD_WOULD)},
	[OWN_BECAUSE] = {LEAF("because", DW_FIELD_BECAUSE)},
	[OWN_MATCH] = {LEAF("match", DW_FIELD_MATCH)},
	[OWN_ROW] = {SKIPPED("row")},
	[OWN_CATEGORIES] = {LEAF("categories", DW_FIELD_CATEGORIES)},
	[OWN_MATCHED] = {LEAF("matched", DW_FIELD_MATCHED)},
	[OWN_AS_SENT] = {SKIPPED("question_as_sent")},
	[OWN_CACHED] = {LEAF("cached", DW_FIELD_CACHED)},
	/* of a reply true or false, of the log itself counts by reason */
	[OWN_DROPPED] = {LEAF("dropped", DW_FIELD_DROPPED), .first = DROPPED_QUEUE, .count = 3},
	[OWN_TRANSPORT] = {LEAF("transport", DW_FIELD_TRANSPORT)},
	[OWN_CLIENTS] = {SKIPPED("clients")},
	[OWN_SAMPLE] = {LEAF("sample", DW_FIELD_SAMPLE)},
	[OWN_NOTED] = {LEAF("noted", DW_FIELD_NOTED)},
	[OWN_WRITTEN] = {LEAF("written", DW_FIELD_WRITTEN)},
	[QUESTION_NAME] = {LEAF("name", DW_FIELD_NAME)},
	[QUESTION_TYPE] = {LEAF("type", DW_FIELD_TYPE)},
	[QUESTION_CLASS] = {SKIPPED("class")},
	[QUESTION_DOMAIN] = {LEAF("registered_domain", DW_FIELD_DOMAIN)},
	[QUESTION_ETLD] = {SKIPPED("etld_plus_one")},
	[QUESTION_SUBDOMAIN] = {SKIPPED("subdomain")},
	[QUESTION_TLD] = {SKIPPED("top_level_domain")},
	[TECHNIQUE_ID] = {LEAF("id", DW_FIELD_TECHNIQUE)},
	[TECHNIQUE_SUB] = {SKIPPED("subtechnique")},
	[DROPPED_QUEUE] = {LEAF("queue-full", DW_FIELD_LOST_QUEUE)},
	[DROPPED_WRITE] = {LEAF("write", DW_FIELD_LOST_WRITE)},
	[DROPPED_SIZE] = {LEAF("too-large", DW_FIELD_LOST_SIZE)},
};

static unsigned find(unsigned place, const char *key, size_t len)
{
	const struct dw_place *in = &dw_places[place];

	for (unsigned i = in->first; i < in->first + in->count; i++) {
		if (dw_places[i].key_len == len && memcmp(dw_places[i].key, key, len) == 0)
			return i;
	}
	return DW_PLACE_NONE;
}

unsigned dw_place_below(unsigned place, const char *key, size_t len)
{
	const char *dot = memchr(key, '.', len);

	for (; dot != NULL && place != DW_PLACE_NONE; dot = memchr(key, '.', len)) {
		place = find(place, key, (size_t)(dot - key));
		len -= (size_t)(dot + 1 - key);
		key = dot + 1;
	}
	return find(place, key, len);
}
