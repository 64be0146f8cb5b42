/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * instance.c: the loaded module, and its part in each of Unbound's threads */
#include "glue.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "dnsward/version.h"

/* ---- threads ---- */

static __thread struct {
	uint64_t serial; /* of the instance that `thread` belongs to */
	struct dw_thread *thread;
} here;

static struct dw_thread *join(struct dw_instance *instance)
{
	struct dw_thread *thread = calloc(1, sizeof(*thread));

	if (thread != NULL)
		thread->worker = dw_worker_join(instance->engine);
	if (thread == NULL || thread->worker == NULL) {
		free(thread);
		log_err("dnsward: no memory, or more than %d threads: queries of this thread pass",
			DW_WORKERS_MAX);
		return NULL;
	}
	thread->instance = instance;
	pthread_mutex_lock(&instance->lock);
	thread->next = instance->threads;
	instance->threads = thread;
	pthread_mutex_unlock(&instance->lock);
	return thread;
}

struct dw_thread *dw_thread_here(struct dw_instance *instance)
{
	if (here.serial != instance->serial) {
		here.thread = join(instance);
		here.serial = instance->serial;
	}
	return here.thread;
}

void dw_thread_leave(struct dw_thread *thread)
{
	struct dw_instance *instance = thread->instance;
	struct dw_thread **link = &instance->threads;

	pthread_mutex_lock(&instance->lock);
	while (*link != thread)
		link = &(*link)->next;
	*link = thread->next;
	pthread_mutex_unlock(&instance->lock);
	if (here.thread == thread)
		here.serial = 0;
	dw_worker_leave(&thread->worker);
	free(thread);
}

/* ---- Unbound's log ---- */

/* Unbound's log functions take its log's lock, and show thread 0 for threads that are not
 * Unbound's: the engine's own may call them. */
static void say_unbound(void *arg, enum dw_say_level level, const char *text)
{
	(void)arg;
	switch (level) {
	case DW_SAY_ERROR:
		log_err("dnsward: %s", text);
		break;
	case DW_SAY_WARNING:
		log_warn("dnsward: %s", text);
		break;
	case DW_SAY_INFO:
		log_info("dnsward: %s", text);
		break;
	case DW_SAY_DEBUG:
		verbose(VERB_ALGO, "dnsward: %s", text);
		break;
	}
}

/* ---- opening and closing ---- */

/* From one instance to the next: on a reload the settings file itself may be gone, and no tunnel
 * is to start afresh. The library stays mapped, so statics outlive a reload; init and deinit are
 * called by one thread. */
static struct dw_handover *handover;

/* A compile takes tens of megabytes for a second, and the C library would keep them: from the first
 * large piece that is freed, it takes ever larger ones from heaps, which it does not give back.
 * With its threshold held where it starts, large pieces are mapped, and gone when they are freed.
 * Unbound has few that large, hash tables among them. */
static void give_memory_back(void)
{
#ifdef M_MMAP_THRESHOLD
	enum { LARGE = 128 * 1024 };

	(void)mallopt(M_MMAP_THRESHOLD, LARGE);
#endif
}

static enum dw_result open_engine(
	struct module_env *env, struct dw_instance *instance, const struct dw_net *nat64)
{
	struct dw_error err;
	char text[DW_ERROR_TEXT_MAX + sizeof(err.where)];
	char *settings = dw_host_settings_path(env);
	struct dw_engine_options options = {
		.settings = settings,
		.handover = &handover,
		.host = "unbound " DW_UNBOUND_VERSION,
		.nat64 = *nat64,
		.speaker = {.line = say_unbound},
	};
	enum dw_result result = settings == NULL ? dw_fail(&err, DW_ERR_MEMORY, NULL, 0, "no memory")
						 : dw_engine_open(&options, &instance->engine, &err);

	if (result != DW_OK)
		log_err("dnsward: cannot start: %s", dw_error_text(&err, text, sizeof(text)));
	free(settings);
	return result;
}

static enum dw_mismatch on_mismatch(struct dw_instance *instance)
{
	struct dw_thread *thread = dw_thread_here(instance);
	const struct dw_snapshot *snapshot;
	enum dw_mismatch wanted;

	if (thread == NULL)
		return DW_MISMATCH_PASS;
	snapshot = dw_snapshot_acquire(thread->worker);
	wanted = dw_snapshot_settings(snapshot)->on_mismatch;
	dw_snapshot_release(thread->worker, &snapshot);
	dw_thread_leave(thread);
	return wanted;
}

/* Not a host to act in. False: the settings want Unbound to stop. */
static bool stand_aside(struct dw_instance *instance, const char *why)
{
	instance->passes = true;
	dw_engine_disable(instance->engine, why);
	if (on_mismatch(instance) == DW_MISMATCH_STOP) {
		log_err("dnsward: %s: stopping, as on-mismatch says", why);
		return false;
	}
	log_err("dnsward: %s: no query is judged, all are passed on", why);
	return true;
}

static bool start_engine(struct dw_instance *instance)
{
	struct dw_error err;

	if (dw_engine_start(instance->engine, &err) == DW_OK)
		return true;
	log_err("dnsward: cannot start: %s", err.text);
	return false;
}

static bool set_up(struct module_env *env, struct dw_instance *instance)
{
	char text[512];
	const char *why = dw_host_check(env, instance->id, text, sizeof(text));
	struct dw_net nat64 = {.bits = 0};

	if (why == NULL)
		nat64 = dw_host_nat64(env);
	if (open_engine(env, instance, &nat64) != DW_OK || !start_engine(instance))
		return false;
	if (why == NULL)
		why = dw_host_place(env, instance->id, text, sizeof(text));
	if (why != NULL)
		return stand_aside(instance, why);
	instance->registered = dw_callbacks_register(env, instance->id, instance);
	if (!instance->registered) {
		log_err("dnsward: cannot register for replies: no memory");
		return false;
	}
	dw_sweep_now(instance, env);
	return true;
}

struct dw_instance *dw_instance_open(struct module_env *env, int id)
{
	static uint64_t serial; /* init and deinit are called by one thread */
	struct dw_instance *instance = calloc(1, sizeof(*instance));

	if (instance == NULL) {
		log_err("dnsward: no memory");
		return NULL;
	}
	give_memory_back();
	instance->id = id;
	instance->serial = ++serial;
	pthread_mutex_init(&instance->lock, NULL);
	if (!set_up(env, instance))
		dw_instance_close(env, &instance);
	return instance;
}

void dw_instance_close(struct module_env *env, struct dw_instance **instance)
{
	struct dw_instance *closing = *instance;

	if (closing->registered)
		dw_callbacks_unregister(env, closing->id);
	dw_sweep_stop(&closing->sweep);
	while (closing->threads != NULL)
		dw_thread_leave(closing->threads);
	if (closing->engine != NULL)
		dw_engine_close(&closing->engine);
	pthread_mutex_destroy(&closing->lock);
	free(closing);
	*instance = NULL;
}

size_t dw_instance_memory(const struct dw_instance *instance)
{
	return sizeof(*instance) + dw_sweep_memory(&instance->sweep);
}
