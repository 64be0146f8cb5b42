/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * log --explain: where the rule of a line stands now, and what would be done now
 */
#include "dnsward-config.h"
#include <stdlib.h>
#include <string.h>
#include "log.h"
#include "dnsward/rrtype.h"

struct cmd_log_explainer {
	struct dw_engine *engine;
	struct dw_worker *worker;
	const struct dw_snapshot *snapshot;
	struct dw_reason reasons[DW_HITS_MAX];
};

int cmd_log_explainer_open(const struct cmd_context *ctx, struct cmd_log_explainer **out)
{
	struct cmd_log_explainer *x = calloc(1, sizeof(*x));

	if (x == NULL) {
		perror("dnsward");
		return CMD_WANTING;
	}
	if (cmd_open_engine(ctx, &x->engine, &x->worker) != CMD_OK) {
		cmd_log_explainer_close(&x);
		return CMD_WANTING;
	}
	x->snapshot = dw_snapshot_acquire(x->worker);
	*out = x;
	return CMD_OK;
}

void cmd_log_explainer_close(struct cmd_log_explainer **explainer)
{
	struct cmd_log_explainer *x = *explainer;

	if (x == NULL)
		return;
	if (x->snapshot != NULL)
		dw_snapshot_release(x->worker, &x->snapshot);
	if (x->worker != NULL)
		dw_worker_leave(&x->worker);
	dw_engine_close(&x->engine);
	free(x);
	*explainer = NULL;
}

static const char *field_text(
	const struct dw_line *line, enum dw_field field, char *room, size_t max)
{
	char decoded[DW_TEXT_MAX];
	size_t len;
	const char *text = dw_value_text(dw_line_value(line, field), decoded, &len);

	len = len < max ? len : max - 1;
	if (len > 0)
		memcpy(room, text, len);
	room[len] = '\0';
	return room;
}

static bool field_is(const struct dw_line *line, enum dw_field field, const char *text)
{
	char room[DW_TEXT_MAX];

	return text != NULL && strcmp(field_text(line, field, room, sizeof(room)), text) == 0;
}

/* The question of the line, or the target that was judged. */
static bool read_view(const struct dw_line *line, uint8_t *name, struct dw_view *view)
{
	bool target = line->value[DW_FIELD_MATCHED].kind != DW_VALUE_NONE;
	char text[DW_TEXT_MAX];
	uint8_t wire[DW_NAME_MAX];

	field_text(line, target ? DW_FIELD_MATCHED : DW_FIELD_NAME, text, sizeof(text));
	*view = (struct dw_view){.name = name, .now = line->time / 1000000};
	if (dw_name_from_text(text, strlen(text), wire, &view->name_len, NULL) != DW_OK)
		return false;
	dw_name_lower(wire, view->name_len, name);
	if (!dw_type_from_text(field_text(line, DW_FIELD_TYPE, text, sizeof(text)), &view->type))
		return false;
	field_text(line, DW_FIELD_SOURCE, text, sizeof(text));
	if (!dw_addr_from_text(text, strlen(text), &view->client))
		view->client = (struct dw_addr){0};
	return true;
}

/* Whether the reason is the one that the line names. The scorer has one only, without a name. */
static bool is_same(
	const struct dw_line *line, const struct dw_view *view, const struct dw_reason *reason)
{
	const struct dw_verdict verdict = {.has_reason = true, .reason = *reason};
	const struct dw_provider *provider = reason->provider;
	char text[DW_NAME_TEXT_MAX];
	const char *pattern = dw_verdict_pattern(&verdict, view->name, view->name_len, text);

	if (!field_is(line, DW_FIELD_LIST, provider->source))
		return false;
	return provider->kind == DW_PROVIDER_DGA || field_is(line, DW_FIELD_RULE, provider->name) ||
	       field_is(line, DW_FIELD_RULE_ID, pattern);
}

/* Among all that is said of the name: another rule, or another row, may win today. What a detector
 * says hangs on queries that are over. */
static void find_rule(struct cmd_log_explainer *x, const struct dw_line *line,
	const struct dw_view *view, struct cmd_log_place *out)
{
	size_t count = dw_reasons(x->worker, x->snapshot, view, x->reasons);
	struct dw_origin origin;

	out->fits = field_is(line, DW_FIELD_LIST, dw_provider_source(DW_PROVIDER_DETECTOR));
	for (size_t i = 0; i < count && !out->fits; i++) {
		out->fits = is_same(line, view, &x->reasons[i]);
		if (out->fits && cmd_reason_origin(&x->reasons[i], &origin)) {
			out->file = origin.file;
			out->line = origin.line;
		}
	}
}

bool cmd_log_explain(
	struct cmd_log_explainer *x, const struct dw_line *line, struct cmd_log_place *out)
{
	struct dw_verdict verdict;
	struct dw_view view;
	uint8_t name[DW_NAME_MAX];

	if (line->value[DW_FIELD_LIST].kind == DW_VALUE_NONE || !read_view(line, name, &view))
		return false;
	dw_decide(x->worker, x->snapshot, &view, &verdict);
	*out = (struct cmd_log_place){.verdict = dw_action_name(verdict.action)};
	find_rule(x, line, &view, out);
	return true;
}
