/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * detect_fixture.c: detectors, and replies for them to see
 */
#include "dnsward-config.h"
#include "detect_fixture.h"

#include <check.h>
#include <string.h>

#include "dnsward/name.h"

void detect_open(struct detect_fixture *f, enum dw_detector detector)
{
	ck_assert_int_eq(dw_detect_new(&f->detect, NULL), DW_OK);
	f->settings.on = detector == DW_DETECTORS ? BIT(DW_DETECTORS) - 1 : BIT(detector);
	for (enum dw_detector d = 0; d < DW_DETECTORS; d++) {
		memcpy(f->settings.rule[d].value, dw_detector(d)->value,
			sizeof(dw_detector(d)->value));
		f->settings.rule[d].value[DW_KEY_LEARN] = 0;
	}
}

void detect_close(struct detect_fixture *f)
{
	dw_detect_free(&f->detect);
	ck_assert_ptr_null(f->detect);
}

struct parsed {
	uint8_t name[DW_NAME_MAX];
	size_t len, domain;
	struct dw_addr client;
	struct dw_detect_subject subject;
};

static void parse(const struct seen *seen, struct parsed *out)
{
	const char *client = seen->client ? seen->client : "192.0.2.7";
	size_t labels = seen->labels ? seen->labels : 2;
	struct dw_labels split;

	ck_assert_int_eq(
		dw_name_from_text(seen->name, strlen(seen->name), out->name, &out->len, NULL),
		DW_OK);
	dw_name_labels(out->name, out->len, &split);
	out->domain = split.count > labels ? split.offset[split.count - labels] : 0;
	ck_assert(dw_addr_from_text(client, strlen(client), &out->client));
}

void detect_set(const struct detect_fixture *f, struct dw_detect_subject *subject,
	const uint8_t *name, size_t len, size_t domain, const struct dw_addr *client)
{
	dw_detect_set(
		f->detect, &f->settings, subject, dw_detect_name_key(f->detect, name, len), client);
	dw_detect_set_domain(f->detect, &f->settings, subject,
		dw_detect_name_key(f->detect, name + domain, len - domain));
}

static void set_subject(
	const struct detect_fixture *f, const struct seen *seen, struct parsed *parsed)
{
	parsed->subject.now = (uint32_t)(NOW + seen->at);
	detect_set(f, &parsed->subject, parsed->name, parsed->len, parsed->domain, &parsed->client);
}

static bool score(void *arg, int32_t *evidence)
{
	*evidence = ((const struct seen *)arg)->evidence;
	return *evidence != 0;
}

struct dw_detected detect_see(struct detect_fixture *f, const struct seen *seen)
{
	struct parsed parsed;
	struct dw_detected out;

	parse(seen, &parsed);
	set_subject(f, seen, &parsed);
	struct dw_observation observation = {
		.subject = &parsed.subject,
		.name = parsed.name,
		.name_len = parsed.len,
		.domain = parsed.domain,
		.type = seen->type ? seen->type : A,
		.rcode = seen->rcode,
		.sinkholed = seen->sinkholed,
		.addresses = seen->addresses,
		.private_ttl = seen->private_ttl,
		.score = score,
		.score_arg = (void *)(uintptr_t)seen,
		.carries = seen->carries,
	};
	dw_detect_note(f->detect, &f->settings, &observation, &out);
	return out;
}

struct dw_held detect_held(struct detect_fixture *f, const struct seen *seen)
{
	struct parsed parsed;
	struct dw_held out;

	parse(seen, &parsed);
	if (seen->client && strcmp(seen->client, "::") == 0)
		parsed.client.family = 0;
	if (!dw_detect_holds(f->detect, NOW + seen->at))
		return (struct dw_held){0};
	set_subject(f, seen, &parsed);
	dw_detect_held(f->detect, &f->settings, &parsed.subject, &out);
	return out;
}

bool detect_rebinds(struct detect_fixture *f, const struct seen *seen)
{
	struct parsed parsed;

	parse(seen, &parsed);
	set_subject(f, seen, &parsed);
	return dw_detect_rebinds(
		f->detect, &f->settings, &parsed.subject, seen->addresses, seen->private_ttl);
}
