/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * stats.c: the file an engine tells of itself in */
#include "dnsward-config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "dnsward/stats.h"

/* ---- layout ---- */

static const char magic[8] = {'D', 'W', 'S', 'T', 'A', 'T', '0', '4'};

struct head {
	char magic[sizeof(magic)];
	uint8_t digest[crypto_generichash_BYTES]; /* of `size` and all that follows */
	uint64_t size;                            /* of the file */
};

struct image {
	struct head head;
	uint8_t body[sizeof(struct dw_stats)];
};

enum {
	FIXED_BYTES = offsetof(struct dw_stats, lists),
	COUNTED_BYTES = offsetof(struct dw_stats_counted, hits),
};
_Static_assert(sizeof(struct head) % 8 == 0, "the body is aligned");

static size_t body_size(const struct dw_stats *stats)
{
	return FIXED_BYTES + stats->list_count * sizeof(stats->lists[0]) + COUNTED_BYTES +
	       stats->counted.hit_count * sizeof(stats->counted.hits[0]);
}

static void digest_of(const struct image *image, size_t size, uint8_t out[crypto_generichash_BYTES])
{
	const size_t skipped = offsetof(struct head, size);

	crypto_generichash(out, crypto_generichash_BYTES, (const uint8_t *)image + skipped,
		size - skipped, NULL, 0);
}

static size_t pack(const struct dw_stats *stats, struct image *image)
{
	const size_t lists = stats->list_count * sizeof(stats->lists[0]);
	uint8_t *at = image->body;

	memcpy(at, stats, FIXED_BYTES);
	memcpy(at += FIXED_BYTES, stats->lists, lists);
	memcpy(at += lists, &stats->counted, body_size(stats) - FIXED_BYTES - lists);
	memcpy(image->head.magic, magic, sizeof(magic));
	image->head.size = sizeof(struct head) + body_size(stats);
	digest_of(image, image->head.size, image->head.digest);
	return image->head.size;
}

/* ---- believing nothing ---- */

static void make_printable(char *text, size_t max)
{
	text[max - 1] = '\0';
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
	}
}
#define MAKE_PRINTABLE(array) make_printable(array, sizeof(array))

static void make_texts_printable(struct dw_stats *stats)
{
	MAKE_PRINTABLE(stats->version);
	MAKE_PRINTABLE(stats->host);
	MAKE_PRINTABLE(stats->disabled);
	MAKE_PRINTABLE(stats->settings_error);
	MAKE_PRINTABLE(stats->database_error);
	MAKE_PRINTABLE(stats->pauses_error);
	MAKE_PRINTABLE(stats->last_error);
	MAKE_PRINTABLE(stats->refusal);
	for (size_t i = 0; i < stats->pauses.count; i++)
		MAKE_PRINTABLE(stats->pauses.pause[i].category);
	for (size_t i = 0; i < stats->list_count; i++) {
		MAKE_PRINTABLE(stats->lists[i].name);
		MAKE_PRINTABLE(stats->lists[i].format);
		MAKE_PRINTABLE(stats->lists[i].error);
	}
	for (size_t i = 0; i < stats->counted.hit_count; i++) {
		MAKE_PRINTABLE(stats->counted.hits[i].list);
		MAKE_PRINTABLE(stats->counted.hits[i].category);
	}
}

/* The body, cut where its own counts say; false where they do not add up to `size`. */
static bool unpack(const uint8_t *body, size_t size, struct dw_stats *out)
{
	memset(out, 0, sizeof(*out));
	if (size < FIXED_BYTES + COUNTED_BYTES)
		return false;
	memcpy(out, body, FIXED_BYTES);
	if (out->list_count > DW_SETTINGS_LISTS_MAX || body_size(out) > size ||
		out->pauses.count > DW_PAUSES_MAX || out->worker_count > DW_STATS_WORKERS_MAX)
		return false;
	const size_t lists = out->list_count * sizeof(out->lists[0]);
	memcpy(out->lists, body + FIXED_BYTES, lists);
	memcpy(&out->counted, body + FIXED_BYTES + lists, COUNTED_BYTES);
	if (out->counted.hit_count > DW_STATS_HITS_MAX || body_size(out) != size)
		return false;
	memcpy(out->counted.hits, body + FIXED_BYTES + lists + COUNTED_BYTES,
		out->counted.hit_count * sizeof(out->counted.hits[0]));
	make_texts_printable(out);
	return true;
}

/* What is there now; it may have been caught in the middle of a write. */
static enum dw_result look(int fd, const char *path, struct image *image, struct dw_stats *out,
	struct dw_error *err)
{
	uint8_t digest[crypto_generichash_BYTES];
	ssize_t size = pread(fd, image, sizeof(*image), 0);

	if (size < 0)
		return dw_fail_errno(err, path, "cannot read");
	if ((size_t)size < sizeof(struct head) || image->head.size > (uint64_t)size ||
		image->head.size < sizeof(struct head))
		return dw_fail(err, DW_ERR_CORRUPT, path, 0, "is too short for a status file");
	if (memcmp(image->head.magic, magic, sizeof(magic)) != 0)
		return dw_fail(err, DW_ERR_VERSION, path, 0,
			"is no status file of this version of dnsward");
	digest_of(image, image->head.size, digest);
	if (memcmp(digest, image->head.digest, sizeof(digest)) != 0)
		return dw_fail(err, DW_ERR_CORRUPT, path, 0, "is damaged");
	if (!unpack(image->body, image->head.size - sizeof(struct head), out))
		return dw_fail(err, DW_ERR_VERSION, path, 0,
			"is a status file of another build of dnsward");
	return DW_OK;
}

static enum dw_result read_whole(int fd, const char *path, struct dw_stats *out,
	struct dw_error *err)
{
	enum { TRIES = 20 };
	static const struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};
	enum dw_result res = DW_ERR_CORRUPT;
	struct image *image = malloc(sizeof(*image));

	if (image == NULL)
		return dw_fail(err, DW_ERR_MEMORY, path, 0, "no memory");
	for (int i = 0; res == DW_ERR_CORRUPT && i < TRIES; i++) {
		if (i > 0)
			nanosleep(&pause, NULL);
		res = look(fd, path, image, out, err);
	}
	free(image);
	return res;
}

/* ---- files ---- */

static enum dw_result path_of(const char *state_dir, unsigned instance, char out[PATH_MAX],
	struct dw_error *err)
{
	char number[16] = "";

	if (instance > 1)
		snprintf(number, sizeof(number), ".%u", instance);
	if (snprintf(out, PATH_MAX, "%s/status%s", state_dir, number) >= PATH_MAX)
		return dw_fail(err, DW_ERR_LIMIT, state_dir, 0, "its path is too long");
	return DW_OK;
}

static enum dw_result open_regular(const char *path, int flags, int *out, struct dw_error *err)
{
	struct stat st;
	int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);

	if (fd < 0)
		return dw_fail_errno(err, path, "cannot open");
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return dw_fail(err, DW_ERR_UNSUPPORTED, path, 0, "not a regular file");
	}
	*out = fd;
	return DW_OK;
}

static bool try_lock(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

static bool is_locked(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

enum dw_result dw_stats_read(const char *state_dir, unsigned instance, struct dw_stats *out,
	bool *alive, struct dw_error *err)
{
	char path[PATH_MAX];
	int fd;
	enum dw_result res = path_of(state_dir, instance, path, err);

	if (res == DW_OK)
		res = open_regular(path, O_RDONLY, &fd, err);
	if (res != DW_OK)
		return res;
	*alive = is_locked(fd);
	res = read_whole(fd, path, out, err);
	close(fd);
	return res;
}

bool dw_stats_is_alive(const char *state_dir)
{
	char path[PATH_MAX];
	bool lives = false;
	int fd;

	for (unsigned i = 1; !lives && i <= DW_STATS_INSTANCES_MAX; i++) {
		if (path_of(state_dir, i, path, NULL) != DW_OK ||
			open_regular(path, O_RDONLY, &fd, NULL) != DW_OK)
			return false;
		lives = is_locked(fd);
		close(fd);
	}
	return lives;
}

/* ---- writing ---- */

struct dw_stats_file {
	int fd;
	struct image image;
	char path[PATH_MAX];
};

/* The first file that nobody holds. */
static enum dw_result take_file(const char *state_dir, struct dw_stats_file *file,
	struct dw_error *err)
{
	for (unsigned i = 1; i <= DW_STATS_INSTANCES_MAX; i++) {
		enum dw_result res = path_of(state_dir, i, file->path, err);

		if (res == DW_OK)
			res = open_regular(file->path, O_RDWR | O_CREAT, &file->fd, err);
		if (res != DW_OK || try_lock(file->fd))
			return res;
		close(file->fd);
		file->fd = -1;
	}
	return dw_fail(err, DW_ERR_LIMIT, state_dir, 0,
		"is shared by too many: expected at most %d", DW_STATS_INSTANCES_MAX);
}

/* What cannot be read is of another build or damaged: counting starts anew. */
static void take_over(struct dw_stats_file *file, struct dw_stats *before)
{
	if (look(file->fd, file->path, &file->image, before, NULL) != DW_OK)
		memset(before, 0, sizeof(*before));
	before->counted.log.queued = 0;
}

enum dw_result dw_stats_open(const char *state_dir, struct dw_stats_file **out,
	struct dw_stats *before, struct dw_error *err)
{
	struct dw_stats_file *file = calloc(1, sizeof(*file));

	if (file == NULL)
		return dw_fail(err, DW_ERR_MEMORY, state_dir, 0, "no memory for the status file");
	file->fd = -1;
	enum dw_result res = take_file(state_dir, file, err);
	if (res != DW_OK) {
		dw_stats_close(&file);
		return res;
	}
	take_over(file, before);
	*out = file;
	return DW_OK;
}

enum dw_result dw_stats_write(struct dw_stats_file *file, const struct dw_stats *stats,
	struct dw_error *err)
{
	size_t size = pack(stats, &file->image);
	ssize_t done = pwrite(file->fd, &file->image, size, 0);

	if (done >= 0 && (size_t)done < size)
		errno = ENOSPC;
	return (size_t)done == size ? DW_OK : dw_fail_errno(err, file->path, "cannot write");
}

void dw_stats_close(struct dw_stats_file **file)
{
	if (*file == NULL)
		return;
	if ((*file)->fd >= 0)
		close((*file)->fd);
	free(*file);
	*file = NULL;
}

bool dw_stats_is_in_place(const struct dw_stats_file *file)
{
	struct stat ours, there;

	return fstat(file->fd, &ours) == 0 && stat(file->path, &there) == 0 &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

/* ---- counting ---- */

void dw_stats_hit(struct dw_stats_counted *counted, const char *list, const char *category,
	const uint64_t count[3])
{
	struct dw_stats_hits *hits = counted->hits, *end = hits + counted->hit_count;

	while (hits < end && (strcmp(hits->list, list) != 0 || strcmp(hits->category, category) != 0))
		hits++;
	if (hits == counted->hits + DW_STATS_HITS_MAX)
		return;
	if (hits == end) {
		*hits = (struct dw_stats_hits){0};
		snprintf(hits->list, sizeof(hits->list), "%s", list);
		snprintf(hits->category, sizeof(hits->category), "%s", category);
		counted->hit_count++;
	}
	for (size_t i = 0; i < 3; i++)
		hits->count[i] += count[i];
}

void dw_stats_add(struct dw_stats_counted *sum, const struct dw_stats_counted *more)
{
	for (size_t i = 0; i < sizeof(sum->queries) / sizeof(sum->queries[0]); i++)
		sum->queries[i] += more->queries[i];
	dw_log_counters_add(&sum->log, &more->log);
	for (size_t i = 0; i < more->hit_count; i++)
		dw_stats_hit(sum, more->hits[i].list, more->hits[i].category, more->hits[i].count);
}
