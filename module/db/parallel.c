/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * the builder's threads
 */
#include "dnsward-config.h"
#include <unistd.h>

#include "build.h"

enum { THREADS_MAX = 64 };

/* Work on its way: threads take the next item until there is none, or somebody
 * cancels, or memory ends. */
struct job {
	struct db_builder *b;
	db_work_fn *work;
	size_t count;
	atomic_size_t next;
	atomic_bool failed, cancelled;
};

static void *run(void *arg)
{
	struct job *job = arg;
	const atomic_bool *cancel = job->b->options->cancel;
	size_t i;

	while (!atomic_load(&job->failed) && !atomic_load(&job->cancelled) &&
		(i = atomic_fetch_add(&job->next, 1)) < job->count) {
		if (!job->work(job->b, i))
			atomic_store(&job->failed, true);
		if (cancel != NULL && atomic_load_explicit(cancel, memory_order_relaxed))
			atomic_store(&job->cancelled, true);
	}
	return NULL;
}

static size_t thread_count(const struct db_builder *b, size_t items)
{
	long processors = b->options->threads > 0 ? (long)b->options->threads
	                                          : sysconf(_SC_NPROCESSORS_ONLN);
	size_t count = processors > 0 ? (size_t)processors : 1;

	count = count < THREADS_MAX ? count : THREADS_MAX;
	return count < items ? count : items;
}

enum dw_result db_parallel(struct db_builder *b, size_t count, db_work_fn *work)
{
	struct job job = {.b = b, .work = work, .count = count};
	pthread_t threads[THREADS_MAX];
	size_t wanted = thread_count(b, count), started = 0;

	/* fewer threads than wanted are enough: this one works too */
	while (started + 1 < wanted && pthread_create(&threads[started], NULL, run, &job) == 0)
		started++;
	run(&job);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	return atomic_load(&job.failed) ? db_no_memory(b) : db_cancelled(b);
}
