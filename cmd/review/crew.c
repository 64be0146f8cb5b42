/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * crew.c: threads that read lines */
#include "dnsward-config.h"
#include "review/crew.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "review/crew_parts.h"

struct member {
	struct dw_crew *crew;
	unsigned number;
	pthread_t thread;
};

struct dw_crew {
	dw_line_fn *fn;
	void *arg;
	pthread_mutex_t lock;
	pthread_cond_t work, done;
	struct dw_block *first, *last; /* to be read */
	bool ending;
	unsigned size;
	struct member member[DW_CREW_MAX];
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
	if (member->crew->fn(member->crew->arg, member->number, kind, &line))
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

static struct dw_block *take(struct dw_crew *crew)
{
	struct dw_block *block;
	pthread_mutex_lock(&crew->lock);
	while (crew->first == NULL && !crew->ending)
		pthread_cond_wait(&crew->work, &crew->lock);
	block = crew->first;
	if (block != NULL)
		crew->first = block->next;
	pthread_mutex_unlock(&crew->lock);
	return block;
}

static void *work(void *arg)
{
	struct member *member = arg;
	struct dw_crew *crew = member->crew;
	struct dw_block *block;
	while ((block = take(crew)) != NULL) {
		read_block(member, block);
		pthread_mutex_lock(&crew->lock);
		block->done = true;
		pthread_cond_broadcast(&crew->done);
		pthread_mutex_unlock(&crew->lock);
	}
	return NULL;
}

void dw_crew_give(struct dw_crew *crew, struct dw_block *block)
{
	pthread_mutex_lock(&crew->lock);
	block->next = NULL;
	block->done = false;
	if (crew->first == NULL)
		crew->first = block;
	else
		crew->last->next = block;
	crew->last = block;
	pthread_cond_signal(&crew->work);
	pthread_mutex_unlock(&crew->lock);
}

void dw_crew_wait(struct dw_crew *crew, const struct dw_block *block)
{
	pthread_mutex_lock(&crew->lock);
	while (!block->done)
		pthread_cond_wait(&crew->done, &crew->lock);
	pthread_mutex_unlock(&crew->lock);
}

static unsigned processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);
	return count < 1 ? 1 : count > DW_CREW_MAX ? DW_CREW_MAX : (unsigned)count;
}

struct dw_crew *dw_crew_new(unsigned threads, dw_line_fn *fn, void *arg)
{
	struct dw_crew *crew = calloc(1, sizeof(*crew));
	if (crew == NULL)
		return NULL;
	crew->fn = fn;
	crew->arg = arg;
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->work, NULL);
	pthread_cond_init(&crew->done, NULL);
	if (threads == 0 || threads > DW_CREW_MAX)
		threads = processors();
	for (; crew->size < threads; crew->size++) {
		struct member *member = &crew->member[crew->size];
		*member = (struct member){.crew = crew, .number = crew->size};
		if (pthread_create(&member->thread, NULL, work, member) != 0)
			break;
	}
	if (crew->size == 0)
		dw_crew_end(&crew);
	return crew;
}

void dw_crew_end(struct dw_crew **crew_p)
{
	struct dw_crew *crew = *crew_p;
	if (crew == NULL)
		return;
	pthread_mutex_lock(&crew->lock);
	crew->ending = true;
	pthread_cond_broadcast(&crew->work);
	pthread_mutex_unlock(&crew->lock);
	for (unsigned i = 0; i < crew->size; i++)
		pthread_join(crew->member[i].thread, NULL);
	pthread_cond_destroy(&crew->done);
	pthread_cond_destroy(&crew->work);
	pthread_mutex_destroy(&crew->lock);
	free(crew);
	*crew_p = NULL;
}

unsigned dw_crew_size(const struct dw_crew *crew)
{
	return crew->size;
}
