/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * compile_thread.c: compiling while the engine's thread looks after what must not wait */
#include "dnsward-config.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "policy/engine_parts.h"

enum { LOOK_NS = 200 * 1000000 };

struct aside {
	const struct dw_settings *settings;
	struct dw_compile_options options;
	struct dw_compiled out;
	struct dw_error err;
	enum dw_result result;
};

static void *run(void *arg)
{
	struct aside *a = arg;

	a->result = dw_compile(a->settings, &a->options, &a->out, &a->err);
	return NULL;
}

/* False: not yet. */
static bool joined(pthread_t thread)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += LOOK_NS;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	return pthread_timedjoin_np(thread, NULL, &until) == 0;
}

enum dw_result dw_compile_in_thread(
	struct dw_engine *engine, struct dw_compiled *out, struct dw_error *err)
{
	/* Seconds. A resolver that runs tries again every other second, so that settings need not
	 * wait for somebody else's compile; one that is to start has no lists without it. */
	enum { PATIENCE = 1, PATIENCE_AT_OPENING = 10 };
	bool opening = atomic_load(&engine->current) == NULL;
	struct aside a = {
		.settings = engine->settings->settings,
		.options = {.cancel = &engine->stop,
			.patience = opening ? PATIENCE_AT_OPENING : PATIENCE,
			.speaker = {.line = dw_speak, .arg = engine}},
	};
	pthread_t thread;

	if (opening || pthread_create(&thread, NULL, run, &a) != 0)
		return dw_compile(a.settings, &a.options, out, err);
	while (!joined(thread))
		(void)dw_engine_turn(engine, false, true);
	*out = a.out;
	*err = a.err;
	return a.result;
}
