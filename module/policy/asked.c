/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * asked.c: who asks for what, and what a worker knows of the name */
#include "dnsward-config.h"

#include <string.h>

#include "policy/asked.h"

static bool is_asked(const struct dw_asked *a, const struct dw_snapshot *snapshot,
	const uint8_t *name, size_t len)
{
	return a->model == snapshot->dga_number && a->len == len && memcmp(a->name, name, len) == 0;
}

static struct dw_dga_memo_place *place_of(struct dw_worker *worker,
	const struct dw_snapshot *snapshot, uint64_t hash, const uint8_t *name, size_t len)
{
	return dw_dga_memo_name(
		&worker->names, snapshot->model, snapshot->dga_number, hash, name, len);
}

static void take_name(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const uint8_t *name, size_t len)
{
	struct dw_asked *a = &worker->asked;

	a->model = snapshot->dga_number;
	a->len = (uint8_t)len;
	memcpy(a->name, name, len);
	a->subject.alone = dw_detect_name_key(snapshot->detect, name, len);
	dw_dga_memo_prefetch(&worker->names, a->subject.alone);
}

void dw_asked_start(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const uint8_t *name, size_t len, const struct dw_addr *client, int64_t now)
{
	struct dw_asked *a = &worker->asked;
	bool same = is_asked(a, snapshot, name, len);

	a->subject.now = (uint32_t)now;
	if (same && memcmp(&a->client, client, sizeof(a->client)) == 0)
		return;
	if (!same)
		take_name(worker, snapshot, name, len);
	a->client = *client;
	a->complete = false;
	dw_detect_set(snapshot->detect, &snapshot->settings->detect, &a->subject, a->subject.alone,
		client);
}

/* The registered domain is looked for, and hashed, once for all that is asked of a name. */
static void complete(struct dw_worker *worker, const struct dw_snapshot *snapshot)
{
	struct dw_asked *a = &worker->asked;
	struct dw_dga_memo_place *place =
		place_of(worker, snapshot, a->subject.alone, a->name, a->len);

	a->complete = true;
	a->domain = place->label != DW_DGA_NO_LABEL ? place->label : 0;
	if (place->domain == 0)
		place->domain = dw_detect_name_key(
			snapshot->detect, a->name + a->domain, a->len - a->domain);
	dw_detect_set_domain(
		snapshot->detect, &snapshot->settings->detect, &a->subject, place->domain);
}

const struct dw_asked *dw_asked(struct dw_worker *worker, const struct dw_snapshot *snapshot)
{
	if (!worker->asked.complete)
		complete(worker, snapshot);
	return &worker->asked;
}

bool dw_asked_score(struct dw_worker *worker, const struct dw_snapshot *snapshot,
	const uint8_t *name, size_t len, int32_t *log_odds)
{
	uint64_t hash = snapshot->detect != NULL && is_asked(&worker->asked, snapshot, name, len)
				? worker->asked.subject.alone
				: name_hash(&worker->key, name, len);

	return dw_dga_memo_score(
		place_of(worker, snapshot, hash, name, len), snapshot->model, name, len, log_odds);
}
