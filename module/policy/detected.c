/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * detected.c: the detectors' place in a verdict, and in the log */
#include "dnsward-config.h"

#include <string.h>

#include "policy/asked.h"
#include "policy/detected.h"
#include "policy/engine_parts.h"

enum { CLASS_IN = 1 };

/* ---- the engine's part ---- */

void dw_detectors_start(struct dw_engine *engine)
{
	struct dw_error err;

	if (engine->detect != NULL || engine->options.read_only ||
		engine->settings->settings->detect.on == 0)
		return;
	if (dw_detect_new(&engine->detect, &err) != DW_OK)
		dw_say(engine, DW_SAY_ERROR, "%s: they are off", err.text);
}

void dw_detectors_tick(struct dw_engine *engine)
{
	if (engine->detect != NULL)
		dw_detect_tick(engine->detect, &engine->settings->settings->detect,
			(int64_t)(dw_clock_wall() / 1000000));
}

void dw_detectors_describe(struct dw_snapshot *snapshot)
{
	for (enum dw_detector d = 0; d < DW_DETECTORS; d++) {
		const struct dw_detector_facts *facts = dw_detector(d);

		snapshot->detectors[d] = (struct dw_provider){
			.kind = DW_PROVIDER_DETECTOR,
			.level = (enum dw_level)facts->level,
			.list_number = DW_NO_LIST,
			.source = dw_provider_source(DW_PROVIDER_DETECTOR),
			.name = facts->name,
			.technique = facts->technique,
		};
	}
}

/* ---- the verdict's part ---- */

void dw_detectors_prepare(
	struct dw_worker *worker, const struct dw_snapshot *snapshot, const struct dw_view *view)
{
	if (snapshot->detect != NULL)
		dw_asked_start(
			worker, snapshot, view->name, view->name_len, &view->client, view->now);
}

bool dw_detectors_held(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, struct dw_held *held)
{
	if (snapshot->detect == NULL)
		return false;
	const struct dw_asked *a = dw_asked(worker, snapshot);
	if (!dw_detect_holds(snapshot->detect, view->now))
		return false;
	struct dw_held found;
	dw_detect_held(snapshot->detect, &snapshot->settings->detect, &a->subject, &found);
	if ((found.here | found.somebody) == 0)
		return false;
	*held = found;
	return true;
}

/* What the addresses of an answer are, and how long the first of the private ones lives. */
static uint8_t look_at_addresses(const struct dw_answer_view *answer, uint32_t *private_ttl)
{
	struct dw_part_cursor at = {0};
	struct dw_part part;
	uint8_t kinds = 0;

	*private_ttl = UINT32_MAX;
	while (dw_answer_next(answer, DW_PART_ADDRESS, &at, &part)) {
		bool is_private = dw_detect_is_private(&part.address);

		kinds |= is_private ? DW_DETECT_PRIVATE : DW_DETECT_PUBLIC;
		if (is_private && part.ttl < *private_ttl)
			*private_ttl = part.ttl;
	}
	return kinds;
}

bool dw_detectors_rebinding(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_view *view, const struct dw_answer_view *answer)
{
	uint32_t ttl;

	if (!snapshot->cuts_rebinding || view->client.family == 0)
		return false;
	uint8_t addresses = look_at_addresses(answer, &ttl);
	if (!(addresses & DW_DETECT_PRIVATE))
		return false;
	dw_asked_start(worker, snapshot, view->name, view->name_len, &view->client, view->now);
	const struct dw_asked *a = dw_asked(worker, snapshot);
	return dw_detect_rebinds(
		snapshot->detect, &snapshot->settings->detect, &a->subject, addresses, ttl);
}

/* Field by field: a copy of what was just written in pieces would wait for them. */
static void set_reason(
	const struct dw_snapshot *snapshot, enum dw_detector detector, struct dw_reason *out)
{
	out->provider = &snapshot->detectors[detector];
	out->category = snapshot->settings->detect.rule[detector].category;
	out->match = "detector";
	out->matched = NULL;
	memset(&out->hit, 0, sizeof(out->hit));
}

void dw_detectors_add_matches(
	const struct dw_snapshot *snapshot, uint32_t detectors, struct dw_matches *matches)
{
	for (; detectors != 0 && matches->count < DW_HITS_MAX; detectors &= detectors - 1) {
		struct dw_reason *reason = &matches->reason[matches->count++];

		set_reason(snapshot, (enum dw_detector)__builtin_ctz(detectors), reason);
		dw_set_add(&matches->categories, reason->category);
	}
}

/* ---- the log's part ---- */

bool dw_wants_replies(const struct dw_snapshot *snapshot)
{
	return snapshot->detect != NULL;
}

struct scored {
	struct dw_worker *worker;
	const struct dw_snapshot *snapshot;
	const uint8_t *name;
	size_t name_len;
};

static bool score(void *arg, int32_t *evidence)
{
	const struct scored *scored = arg;
	const struct dw_snapshot *snapshot = scored->snapshot;
	int32_t log_odds;

	if (!dw_asked_score(scored->worker, snapshot, scored->name, scored->name_len, &log_odds))
		return false;
	*evidence = dw_dga_evidence(snapshot->model, log_odds);
	return true;
}

static uint32_t detector_of(const struct dw_snapshot *snapshot, const struct dw_verdict *verdict)
{
	if (!verdict->has_reason || verdict->reason.provider->kind != DW_PROVIDER_DETECTOR)
		return 0;
	return UINT32_C(1) << (verdict->reason.provider - snapshot->detectors);
}

/* The question in lower case: as it lies, where it is what was asked last. */
static const uint8_t *lowered(
	const struct dw_asked *asked, const struct dw_event *event, uint8_t *buffer)
{
	if (asked->len == event->question_len &&
		memcmp(asked->name, event->question, asked->len) == 0)
		return event->question;
	(void)dw_name_lower(event->question, event->question_len, buffer);
	return buffer;
}

static void observe(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_verdict *verdict, const struct dw_answer_view *answer,
	const struct dw_event *event, struct dw_detected *detected)
{
	const struct dw_detect_settings *settings = &snapshot->settings->detect;
	uint8_t buffer[DW_NAME_MAX];
	const uint8_t *name = lowered(&worker->asked, event, buffer);
	struct scored scored = {worker, snapshot, name, event->question_len};
	struct dw_observation observation = {
		.name = name,
		.name_len = event->question_len,
		.type = event->type,
		.rcode = event->rcode,
		.sinkholed = verdict->action == DW_ACTION_SINKHOLE,
		.score = score,
		.score_arg = &scored,
		.found = verdict->found,
		.carries = detector_of(snapshot, verdict),
	};

	dw_asked_start(worker, snapshot, name, event->question_len, &event->client,
		event->time_us / 1000000);
	const struct dw_asked *a = dw_asked(worker, snapshot);
	observation.domain = a->domain;
	observation.subject = &a->subject;
	if (answer != NULL && dw_detect_is_on(settings, DW_DETECT_REBINDING))
		observation.addresses = look_at_addresses(answer, &observation.private_ttl);
	dw_detect_note(snapshot->detect, settings, &observation, detected);
}

/* The reply has the category only from now on, so its own verdict says nothing of it. */
static void alert(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_verdict *verdict, enum dw_detector detector, struct dw_event *event)
{
	struct dw_verdict now = *verdict;

	now.has_reason = true;
	set_reason(snapshot, detector, &now.reason);
	now.row = NULL;
	if (now.action == DW_ACTION_ALLOW)
		now.action = now.would = DW_ACTION_LOG;
	dw_set_add(&now.categories, now.reason.category);
	dw_counters_hit(snapshot->slot[worker->index].counters, &now);
	if (dw_may_log(worker, snapshot, &now, &event->client))
		dw_log_reply(worker, snapshot, &now, event);
}

bool dw_observe(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const struct dw_verdict *verdict, const struct dw_answer_view *answer,
	struct dw_event *event, bool wanted)
{
	uint32_t matches = detector_of(snapshot, verdict);
	struct dw_detected detected;

	if (event->klass != CLASS_IN)
		return wanted;
	observe(worker, snapshot, verdict, answer, event, &detected);
	for (uint32_t left = detected.due & ~matches; left != 0; left &= left - 1)
		alert(worker, snapshot, verdict, (enum dw_detector)__builtin_ctz(left), event);
	if (snapshot->settings->log.queries == DW_LOG_ALL)
		return wanted;
	return wanted && (matches == 0 || (detected.due & matches) != 0);
}
