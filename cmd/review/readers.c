/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * readers.c: threads that read lines */
#include "dnsward-config.h"
#include "review/readers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "review/readers_parts.h"

struct member {
	struct dw_readers *readers;
	unsigned number;
	pthread_t thread;
};

struct dw_readers {
	dw_line_fn *fn;
	void *arg;
	pthread_mutex_t lock;
	pthread_cond_t work, done;
	struct dw_block *first, *last; /* to be read */
	bool ending;
	unsigned size;
	struct member member[DW_READERS_MAX];
};

/* ---- lines ---- */

static void keep(struct dw_block *block, const struct dw_line *line)
{
	if (block->kept_count == block->kept_room) {
		size_t room = block->kept_room == 0 ? 256 : block->kept_room * 2;
		struct dw_kept *more = realloc(block->kept, room * sizeof(*more));

		if (more == NULL) {
			block->no_memory = true;
			return;
		}
		block->kept = more;
		block->kept_room = room;
	}
	block->kept[block->kept_count++] = (struct dw_kept){
		.time = line->time != INT64_MIN ? line->time : block->newest,
		.offset = (uint32_t)(line->at - block->text),
		.len = (uint32_t)line->len,
	};
}

static void read_line(struct member *member, struct dw_block *block, const char *at, size_t len)
{
	struct dw_line line;
	enum dw_line_kind kind;

	if (len == 0)
		return;
	kind = dw_line_read(at, len, &line);
	block->lines++;
	block->broken += kind == DW_LINE_BROKEN;
	block->foreign += kind == DW_LINE_FOREIGN;
	if (kind == DW_LINE_BROKEN || kind == DW_LINE_FOREIGN)
		return;
	if (line.time > block->newest)
		block->newest = line.time;
	if (member->readers->fn(member->readers->arg, member->number, kind, &line))
		keep(block, &line);
}

static void read_block(struct member *member, struct dw_block *block)
{
	const char *at = block->text, *end = at + block->len;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		read_line(member, block, at, (size_t)(newline - at));
		at = newline + 1;
	}
}

/* ---- threads ---- */

static struct dw_block *take(struct dw_readers *readers)
{
	struct dw_block *block;

	pthread_mutex_lock(&readers->lock);
	while (readers->first == NULL && !readers->ending)
		pthread_cond_wait(&readers->work, &readers->lock);
	block = readers->first;
	if (block != NULL)
		readers->first = block->next;
	pthread_mutex_unlock(&readers->lock);
	return block;
}

static void *work(void *arg)
{
	struct member *member = arg;
	struct dw_readers *readers = member->readers;
	struct dw_block *block;

	while ((block = take(readers)) != NULL) {
		read_block(member, block);
		pthread_mutex_lock(&readers->lock);
		block->done = true;
		pthread_cond_broadcast(&readers->done);
		pthread_mutex_unlock(&readers->lock);
	}
	return NULL;
}

void dw_readers_give(struct dw_readers *readers, struct dw_block *block)
{
	pthread_mutex_lock(&readers->lock);
	block->next = NULL;
	block->done = false;
	if (readers->first == NULL)
		readers->first = block;
	else
		readers->last->next = block;
	readers->last = block;
	pthread_cond_signal(&readers->work);
	pthread_mutex_unlock(&readers->lock);
}

void dw_readers_wait(struct dw_readers *readers, const struct dw_block *block)
{
	pthread_mutex_lock(&readers->lock);
	while (!block->done)
		pthread_cond_wait(&readers->done, &readers->lock);
	pthread_mutex_unlock(&readers->lock);
}

static unsigned processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count < 1 ? 1 : count > DW_READERS_MAX ? DW_READERS_MAX : (unsigned)count;
}

struct dw_readers *dw_readers_new(unsigned threads, dw_line_fn *fn, void *arg)
{
	struct dw_readers *readers = calloc(1, sizeof(*readers));

	if (readers == NULL)
		return NULL;
	readers->fn = fn;
	readers->arg = arg;
	pthread_mutex_init(&readers->lock, NULL);
	pthread_cond_init(&readers->work, NULL);
	pthread_cond_init(&readers->done, NULL);
	if (threads == 0 || threads > DW_READERS_MAX)
		threads = processors();
	for (; readers->size < threads; readers->size++) {
		struct member *member = &readers->member[readers->size];

		*member = (struct member){.readers = readers, .number = readers->size};
		if (pthread_create(&member->thread, NULL, work, member) != 0)
			break;
	}
	if (readers->size == 0)
		dw_readers_end(&readers);
	return readers;
}

void dw_readers_end(struct dw_readers **crew_p)
{
	struct dw_readers *readers = *crew_p;

	if (readers == NULL)
		return;
	pthread_mutex_lock(&readers->lock);
	readers->ending = true;
	pthread_cond_broadcast(&readers->work);
	pthread_mutex_unlock(&readers->lock);
	for (unsigned i = 0; i < readers->size; i++)
		pthread_join(readers->member[i].thread, NULL);
	pthread_cond_destroy(&readers->done);
	pthread_cond_destroy(&readers->work);
	pthread_mutex_destroy(&readers->lock);
	free(readers);
	*crew_p = NULL;
}

unsigned dw_readers_size(const struct dw_readers *readers)
{
	return readers->size;
}
