/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * a folder with settings and lists, and an engine over it
 */
#include "dnsward-config.h"
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "engine_fixture.h"
#include "unit.h"

static pthread_mutex_t said_lock = PTHREAD_MUTEX_INITIALIZER;

atomic_long fixture_ahead;

/* In the place of the C library's. */
time_t time(time_t *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec += atomic_load(&fixture_ahead);
	if (out != NULL)
		*out = now.tv_sec;
	return now.tv_sec;
}

static void path_of(const struct fixture *f, const char *name, char out[256])
{
	ck_assert_int_lt(snprintf(out, 256, "%s/%s", f->folder, name), 256);
}

void fixture_setup(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	strcpy(f->folder, "/tmp/dnsward-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(f->folder));
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

void fixture_teardown(struct fixture *f)
{
	fixture_close(f);
	dw_handover_free(&f->handover);
	nftw(f->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void fixture_write(struct fixture *f, const char *name, const char *text)
{
	char path[256], temporary[256 + 8];

	path_of(f, name, path);
	snprintf(temporary, sizeof(temporary), "%s.tmp", path);
	FILE *file = fopen(temporary, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(rename(temporary, path), 0);
}

void fixture_remove(struct fixture *f, const char *name)
{
	char path[256];

	path_of(f, name, path);
	ck_assert_int_eq(remove(path), 0);
}

static void hear(void *arg, enum dw_say_level level, const char *text)
{
	struct fixture *f = arg;

	(void)level;
	pthread_mutex_lock(&said_lock);
	size_t len = strlen(f->said);
	snprintf(f->said + len, sizeof(f->said) - len, "%s\n", text);
	pthread_mutex_unlock(&said_lock);
}

void fixture_forget_said(struct fixture *f)
{
	pthread_mutex_lock(&said_lock);
	f->said[0] = '\0';
	pthread_mutex_unlock(&said_lock);
}

bool fixture_said(const struct fixture *f, const char *what)
{
	pthread_mutex_lock(&said_lock);
	bool said = strstr(f->said, what) != NULL;
	pthread_mutex_unlock(&said_lock);
	return said;
}

void fixture_said_once(const struct fixture *f, const char *what)
{
	pthread_mutex_lock(&said_lock);
	const char *first = strstr(f->said, what);
	bool once = first != NULL && strstr(first + 1, what) == NULL;
	pthread_mutex_unlock(&said_lock);
	ck_assert_msg(once, "%s", f->said);
}

enum dw_result fixture_open(struct fixture *f, bool read_only, struct dw_error *err)
{
	char path[256];

	path_of(f, "dnsward.yaml", path);
	struct dw_engine_options options = {
		.settings = path,
		.handover = &f->handover,
		.host = "test",
		.read_only = read_only,
		.speaker = {.line = hear, .arg = f},
	};
	enum dw_result res = dw_engine_open(&options, &f->engine, err);
	if (res == DW_OK)
		res = dw_engine_start(f->engine, err);
	if (res != DW_OK)
		return res;
	f->worker = dw_worker_join(f->engine);
	ck_assert_ptr_nonnull(f->worker);
	f->snapshot = dw_snapshot_acquire(f->worker);
	return DW_OK;
}

void fixture_must_open(struct fixture *f)
{
	struct dw_error err;
	enum dw_result res = fixture_open(f, false, &err);

	ck_assert_msg(res == DW_OK, "%s: %s\n%s", err.where, err.text, f->said);
}

void fixture_close(struct fixture *f)
{
	if (f->engine == NULL)
		return;
	if (f->worker != NULL) {
		dw_snapshot_release(f->worker, &f->snapshot);
		dw_worker_leave(&f->worker);
	}
	dw_engine_close(&f->engine);
}

void fixture_settle(struct fixture *f)
{
	ck_assert(dw_engine_settle(f->engine, 30));
	dw_snapshot_release(f->worker, &f->snapshot);
	f->snapshot = dw_snapshot_acquire(f->worker);
}

struct dw_verdict fixture_decide(struct fixture *f, const char *name, uint16_t type,
	const char *client, int64_t now)
{
	uint8_t wire[DW_NAME_MAX];
	struct dw_view view = {.name = wire, .type = type, .now = now};
	struct dw_verdict verdict;

	ck_assert_int_eq(dw_name_from_text(name, strlen(name), wire, &view.name_len, NULL), DW_OK);
	if (client != NULL)
		ck_assert(dw_addr_from_text(client, strlen(client), &view.client));
	dw_decide(f->worker, f->snapshot, &view, &verdict);
	return verdict;
}

bool fixture_blocks(struct fixture *f, const char *name)
{
	return fixture_decide(f, name, 1, "10.0.0.1", 0).action == DW_ACTION_SINKHOLE;
}
