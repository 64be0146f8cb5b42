/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * one list: fetched, weighed, and put in the place of its file
 */
#include "dnsward-config.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "dnsward/compile.h"
#include "dnsward/file.h"
#include "dnsward/signature.h"
#include "dnsward/state_dir.h"
#include "fetch.h"

/* One list under way. The signature stands beside the file, as the reader of lists looks for it. */
struct fetch {
	const struct dw_settings *settings;
	const struct dw_list_options *list;
	const struct download_limits *limits;
	char part[PATH_MAX], part_signature[PATH_MAX]; /* what comes, in state-dir/fetch */
	char signature[PATH_MAX];                      /* of the file that stands */
};

static enum dw_result set_paths(struct fetch *f, struct dw_error *err)
{
	enum dw_result res =
		dw_state_list_path(f->settings, "fetch", f->list, ".part", f->part, err);

	if (res == DW_OK)
		res = dw_state_list_path(
			f->settings, "fetch", f->list, ".part.minisig", f->part_signature, err);
	if (res == DW_OK && snprintf(f->signature, sizeof(f->signature), "%s.minisig",
				    f->list->path) >= PATH_MAX)
		res = dw_fail(err, DW_ERR_LIMIT, f->list->path, 0, "path is too long");
	return res;
}

/* ---- getting it ---- */

static enum dw_result get_signature(const struct fetch *f, struct dw_error *err)
{
	const struct download_limits limits = {DW_SIGNATURE_FILE_MAX, f->limits->seconds};
	struct download_version ignored;
	bool not_modified;
	char *url = download_url_beside(f->list->url, ".minisig");
	enum dw_result res = DW_ERR_MEMORY;
	struct dw_error why = {.text = "no memory"};

	if (url != NULL)
		res = download_file(
			url, f->part_signature, &limits, NULL, &ignored, &not_modified, &why);
	free(url);
	if (res != DW_OK)
		dw_fail(err, res, NULL, 0, "its signature (.minisig): %s", why.text);
	return res;
}

static enum dw_result get(const struct fetch *f, const struct download_version *have,
	struct download_version *version, bool *not_modified, struct dw_error *err)
{
	enum dw_result res =
		download_file(f->list->url, f->part, f->limits, have, version, not_modified, err);

	if (res == DW_OK && !*not_modified && f->list->public_key != NULL)
		res = get_signature(f, err);
	return res;
}

/* ---- putting it in place ---- */

/* All of the file, on its way to `path` but for the last step. */
static enum dw_result prepare(const struct fetch *f, const char *part, const char *path,
	struct dw_publish **out, uint64_t *bytes, struct dw_error *err)
{
	int from = open(part, O_RDONLY | O_CLOEXEC);
	enum dw_result res;

	if (from < 0)
		return dw_fail_errno(err, part, "cannot open");
	res = dw_publish_begin(path, f->settings->state_dir, out, err);
	if (res == DW_OK)
		res = dw_publish_copy(*out, from, part, UINT64_MAX, bytes, err);
	if (res == DW_OK && fsync(dw_publish_fd(*out)) != 0)
		res = dw_fail_errno(err, path, "cannot flush");
	close(from);
	return res;
}

/* A list and its signature cannot be replaced in one step. Both are written before the first is
 * renamed, so that whoever reads between the two finds, for a moment, a list that its signature
 * does not fit, and keeps its last good copy. */
static enum dw_result put_in_place(const struct fetch *f, uint64_t *bytes, struct dw_error *err)
{
	struct dw_publish *list = NULL, *signature = NULL;
	enum dw_result res = prepare(f, f->part, f->list->path, &list, bytes, err);

	if (res == DW_OK && f->list->public_key != NULL) {
		res = prepare(f, f->part_signature, f->signature, &signature, NULL, err);
		if (res == DW_OK)
			res = dw_publish_commit(&signature, err);
	}
	if (res == DW_OK)
		res = dw_publish_commit(&list, err);
	dw_publish_abort(&signature);
	dw_publish_abort(&list);
	return res;
}

static enum dw_result weigh(const struct fetch *f, struct fetched *out, struct dw_error *err)
{
	struct dw_list_report report;
	enum dw_result res = dw_compile_try(f->settings, f->list, f->part, &report, err);

	out->rules = report.rules;
	dw_list_report_clear(&report);
	return res;
}

/* ---- all of it ---- */

/* The file is as good as new, for `max-age` too. */
static enum dw_result touch(const struct fetch *f, struct dw_error *err)
{
	if (utimensat(AT_FDCWD, f->list->path, NULL, 0) != 0)
		return dw_fail_errno(err, f->list->path, "cannot set its time");
	return DW_OK;
}

static enum dw_result fetch(const struct fetch *f, const struct fetch_state *known,
	struct fetched *out, struct dw_error *err)
{
	struct download_version version;
	bool not_modified = false;
	enum dw_result res =
		get(f, known != NULL ? &known->version : NULL, &version, &not_modified, err);

	if (res != DW_OK)
		return res;
	out->outcome = not_modified ? FETCH_NOT_MODIFIED : FETCH_NEW;
	if (not_modified)
		res = touch(f, err);
	else
		res = weigh(f, out, err);
	if (res == DW_OK && !not_modified)
		res = put_in_place(f, &out->bytes, err);
	if (res == DW_OK)
		res = fetch_state_write(
			f->settings, f->list, not_modified ? &known->version : &version, err);
	return res;
}

/* A clock that was set back makes a list due. */
static bool is_due(const struct fetch_state *known, uint64_t refresh, int64_t now)
{
	return known->checked > now || (uint64_t)(now - known->checked) >= refresh;
}

/* Whatever goes wrong is told with the list's place in the settings; of files, too, where it is
 * the disk that is in the way. */
static void place(const struct dw_list_options *list, enum dw_result res, struct dw_error *err)
{
	char *shown = download_url_shown(list->url);
	struct dw_error inner = *err;
	char text[DW_ERROR_TEXT_MAX];

	if (res != DW_ERR_SYSTEM && res != DW_ERR_NOT_FOUND)
		inner.where[0] = '\0';
	dw_error_text(&inner, text, sizeof(text));
	dw_fail(err, res, list->file, list->line, "list %s: %s: %s", list->name,
		shown != NULL ? shown : "", text);
	free(shown);
}

enum dw_result fetch_list(const struct dw_settings *settings, const struct dw_list_options *list,
	const struct download_limits *limits, bool always, struct fetched *out,
	struct dw_error *err)
{
	struct fetch f = {.settings = settings, .list = list, .limits = limits};
	struct fetch_state known;
	const bool is_known = fetch_state_read(settings, list, &known);
	enum dw_result res = DW_OK;

	*out = (struct fetched){.outcome = FETCH_NOT_DUE};
	out->due = known.checked + (int64_t)list->refresh;
	if (is_known && !always && !is_due(&known, list->refresh, time(NULL)))
		return DW_OK;
	res = set_paths(&f, err);
	if (res == DW_OK)
		res = fetch(&f, is_known ? &known : NULL, out, err);
	unlink(f.part);
	unlink(f.part_signature);
	if (res != DW_OK)
		place(list, res, err);
	return res;
}
