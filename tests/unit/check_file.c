/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * check_file.c: whole files, and files replaced in one step
 */
#include "dnsward-config.h"

#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dnsward/file.h"
#include "unit.h"

static char folder[64];
static char path[128]; /* folder/file */

static void setup(void)
{
	strcpy(folder, "/tmp/dnsward-file-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/file", folder);
}

static void each_entry(void (*visit)(const char *name))
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			visit(entry->d_name);
	closedir(dir);
}

static void remove_entry(const char *name)
{
	char full[512];

	snprintf(full, sizeof(full), "%s/%s", folder, name);
	if (unlink(full) != 0)
		rmdir(full);
}

static void teardown(void)
{
	each_entry(remove_entry);
	rmdir(folder);
}

static size_t entry_count;

static void count_entry(const char *name)
{
	(void)name;
	entry_count++;
}

static size_t entries(void)
{
	entry_count = 0;
	each_entry(count_entry);
	return entry_count;
}

static void put(const char *name, const char *content)
{
	FILE *file = fopen(name, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(content, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void expect_content(const char *name, const char *content)
{
	struct dw_error err;
	char *data;
	size_t len;

	ck_assert_msg(dw_file_read(name, 1 << 20, &data, &len, &err) == DW_OK, "%s", err.text);
	ck_assert_uint_eq(len, strlen(content));
	ck_assert_str_eq(data, content);
	free(data);
}

static struct dw_publish *begin(const char *name)
{
	struct dw_publish *publish = NULL;
	struct dw_error err;

	ck_assert_msg(dw_publish_begin(name, NULL, &publish, &err) == DW_OK, "%s: %s", err.where,
		err.text);
	return publish;
}

/* ---- publishing ---- */

START_TEST(a_new_file)
{
	struct dw_publish *publish = begin(path);
	struct dw_error err;

	ck_assert_int_eq(dw_publish_write(publish, "one ", 4, &err), DW_OK);
	ck_assert_int_eq(dw_publish_write(publish, "", 0, &err), DW_OK);
	ck_assert_int_eq(dw_publish_write(publish, "two", 3, &err), DW_OK);
	ck_assert_int_ne(access(path, F_OK), 0);
	ck_assert_int_eq(dw_publish_commit(&publish, &err), DW_OK);
	ck_assert_ptr_null(publish);
	expect_content(path, "one two");
	ck_assert_uint_eq(entries(), 1);
}
END_TEST

START_TEST(the_old_file_stands_until_commit)
{
	struct dw_publish *publish;
	struct dw_error err;
	struct dw_map old;

	put(path, "old");
	ck_assert_int_eq(dw_file_map(path, &old, &err), DW_OK);
	publish = begin(path);
	ck_assert_int_eq(dw_publish_write(publish, "new!", 4, &err), DW_OK);
	expect_content(path, "old");
	ck_assert_int_eq(dw_publish_commit(&publish, &err), DW_OK);
	expect_content(path, "new!");
	/* who has it open keeps it */
	ck_assert_uint_eq(old.size, 3);
	ck_assert_mem_eq(old.data, "old", 3);
	dw_file_unmap(&old);
	ck_assert_ptr_null(old.data);
}
END_TEST

START_TEST(abort_leaves_nothing)
{
	struct dw_publish *publish;

	put(path, "old");
	publish = begin(path);
	ck_assert_int_eq(dw_publish_write(publish, "new", 3, NULL), DW_OK);
	ck_assert_uint_eq(entries(), 2);
	dw_publish_abort(&publish);
	ck_assert_ptr_null(publish);
	dw_publish_abort(&publish);
	expect_content(path, "old");
	ck_assert_uint_eq(entries(), 1);
}
END_TEST

START_TEST(the_descriptor_can_be_used)
{
	struct dw_publish *publish = begin(path);

	ck_assert_int_eq(ftruncate(dw_publish_fd(publish), 6), 0);
	ck_assert_int_eq(pwrite(dw_publish_fd(publish), "ab\ncd\n", 6, 0), 6);
	ck_assert_int_eq(dw_publish_commit(&publish, NULL), DW_OK);
	expect_content(path, "ab\ncd\n");
}
END_TEST

START_TEST(in_one_call)
{
	ck_assert_int_eq(dw_file_write(path, NULL, "x", 1, NULL), DW_OK);
	expect_content(path, "x");
	ck_assert_int_eq(dw_file_write(path, NULL, "", 0, NULL), DW_OK);
	expect_content(path, "");
	ck_assert_uint_eq(entries(), 1);
}
END_TEST

START_TEST(a_relative_path)
{
	ck_assert_int_eq(chdir(folder), 0);
	ck_assert_int_eq(dw_file_write("file", NULL, "x", 1, NULL), DW_OK);
	expect_content(path, "x");
}
END_TEST

START_TEST(a_link_is_replaced_and_not_followed)
{
	char target[160];
	struct stat st;

	snprintf(target, sizeof(target), "%s/target", folder);
	put(target, "target");
	ck_assert_int_eq(symlink(target, path), 0);
	ck_assert_int_eq(dw_file_write(path, NULL, "new", 3, NULL), DW_OK);
	expect_content(target, "target");
	expect_content(path, "new");
	ck_assert_int_eq(lstat(path, &st), 0);
	ck_assert(S_ISREG(st.st_mode));
}
END_TEST

static void expect_refused(const char *name, enum dw_result result, const char *reason)
{
	struct dw_publish *publish = NULL;
	struct dw_error err;

	ck_assert_int_eq(dw_publish_begin(name, NULL, &publish, &err), result);
	ck_assert_msg(strstr(err.text, reason) != NULL, "%s", err.text);
	ck_assert_ptr_null(publish);
}

START_TEST(what_is_refused)
{
	char name[512], sub[128], fifo[128];
	struct stat st;

	snprintf(sub, sizeof(sub), "%s/sub", folder);
	ck_assert_int_eq(mkdir(sub, 0700), 0);
	snprintf(fifo, sizeof(fifo), "%s/fifo", folder);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	expect_refused("/dev/null", DW_ERR_UNSUPPORTED, "not a regular file");
	ck_assert_int_eq(lstat("/dev/null", &st), 0);
	ck_assert(S_ISCHR(st.st_mode));
	expect_refused(sub, DW_ERR_UNSUPPORTED, "not a regular file");
	expect_refused(fifo, DW_ERR_UNSUPPORTED, "not a regular file");
	snprintf(name, sizeof(name), "%s/", sub);
	expect_refused(name, DW_ERR_SYNTAX, "names a folder");
	expect_refused("", DW_ERR_SYNTAX, "names a folder");
	snprintf(name, sizeof(name), "%s/none/file", folder);
	expect_refused(name, DW_ERR_NOT_FOUND, "cannot open its folder");
	snprintf(name, sizeof(name), "%s/%0243d", folder, 0); /* no room for the affixes */
	expect_refused(name, DW_ERR_LIMIT, "file name too long");
	snprintf(name, sizeof(name), "%s/%0300d", folder, 0);
	expect_refused(name, DW_ERR_SYSTEM, "File name too long");
	ck_assert_uint_eq(entries(), 2);
}
END_TEST

/* ---- leftovers and others at work ---- */

START_TEST(a_killed_writer_is_cleaned_up_after)
{
	pid_t child;
	int status;

	put(path, "old");
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		struct dw_publish *publish = NULL;

		if (dw_publish_begin(path, NULL, &publish, NULL) != DW_OK ||
			dw_publish_write(publish, "half", 4, NULL) != DW_OK)
			_exit(1);
		raise(SIGKILL);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status));
	ck_assert_uint_eq(entries(), 2);
	expect_content(path, "old");
	ck_assert_int_eq(dw_file_write(path, NULL, "new", 3, NULL), DW_OK);
	expect_content(path, "new");
	ck_assert_uint_eq(entries(), 1);
}
END_TEST

START_TEST(only_leftovers_are_cleaned_up)
{
	static const char *const others[] = {".file.0123456.tmp", ".file.012345678.tmp",
		".file.0123456g.tmp", ".file.01234567.tmpx", ".file2.01234567.tmp",
		"file.01234567.tmp", ".fil.01234567.tmp"};
	const size_t count = sizeof(others) / sizeof(others[0]);
	char name[512], sub[512];

	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%s/%s", folder, others[i]);
		put(name, "");
	}
	/* a folder and a link that are called like a leftover */
	snprintf(sub, sizeof(sub), "%s/.file.00000000.tmp", folder);
	ck_assert_int_eq(mkdir(sub, 0700), 0);
	snprintf(name, sizeof(name), "%s/.file.00000001.tmp", folder);
	ck_assert_int_eq(symlink("/dev/null", name), 0);
	snprintf(name, sizeof(name), "%s/.file.00000002.tmp", folder);
	put(name, "");
	ck_assert_int_eq(dw_file_write(path, NULL, "new", 3, NULL), DW_OK);
	ck_assert_int_ne(access(name, F_OK), 0);
	ck_assert_uint_eq(entries(), count + 2 + 1);
}
END_TEST

START_TEST(two_writers_at_once)
{
	struct dw_publish *first = begin(path), *second = begin(path);

	ck_assert_int_eq(dw_publish_write(first, "first", 5, NULL), DW_OK);
	ck_assert_int_eq(dw_publish_write(second, "second", 6, NULL), DW_OK);
	ck_assert_int_eq(dw_publish_commit(&second, NULL), DW_OK);
	expect_content(path, "second");
	ck_assert_int_eq(dw_publish_commit(&first, NULL), DW_OK);
	expect_content(path, "first");
	ck_assert_uint_eq(entries(), 1);
}
END_TEST

START_TEST(many_writers_and_readers)
{
	enum { WRITERS = 4, TIMES = 100 };
	pid_t children[WRITERS];
	char content[WRITERS][4097];

	for (int w = 0; w < WRITERS; w++) {
		memset(content[w], 'a' + w, 4096);
		content[w][4096] = '\0';
	}
	ck_assert_int_eq(dw_file_write(path, NULL, content[0], 4096, NULL), DW_OK);
	for (int w = 0; w < WRITERS; w++) {
		children[w] = fork();
		if (children[w] == 0) {
			for (int i = 0; i < TIMES; i++)
				if (dw_file_write(path, NULL, content[w], 4096, NULL) != DW_OK)
					_exit(1);
			_exit(0);
		}
	}
	for (int i = 0; i < TIMES; i++) {
		char *data;
		size_t len;

		ck_assert_int_eq(dw_file_read(path, 4096, &data, &len, NULL), DW_OK);
		ck_assert_uint_eq(len, 4096);
		ck_assert_str_eq(data, content[data[0] - 'a']);
		free(data);
	}
	for (int w = 0; w < WRITERS; w++) {
		int status;

		ck_assert_int_eq(waitpid(children[w], &status, 0), children[w]);
		ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	ck_assert_uint_eq(entries(), 1);
}
END_TEST

/* ---- trouble ---- */

/* Run `body` in a child of its own; its return is the child's exit status. */
static int in_child(int (*body)(void))
{
	pid_t child = fork();
	int status;

	ck_assert_int_ge(child, 0);
	if (child == 0)
		_exit(body());
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

enum { SKIPPED = 77 };

/* 0 when a file of 1 MiB fails on the write with `reason` and leaves no trace. */
static int fill_up(const char *name, const char *reason)
{
	static char block[1 << 20];
	struct dw_error err;

	if (dw_file_write(name, NULL, block, sizeof(block), &err) != DW_ERR_SYSTEM)
		return 1;
	return strstr(err.text, reason) ? 0 : 2;
}

static int with_a_file_size_limit(void)
{
	const struct rlimit limit = {.rlim_cur = 65536, .rlim_max = 65536};

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 3;
	return fill_up(path, "cannot write: File too large");
}

START_TEST(a_file_size_limit)
{
	put(path, "old");
	ck_assert_int_eq(in_child(with_a_file_size_limit), 0);
	expect_content(path, "old");
	ck_assert_uint_eq(entries(), 1);
}
END_TEST

static int with_a_full_disk(void)
{
	int result;

	if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
		return SKIPPED;
	mount("none", "/", "none", MS_REC | MS_PRIVATE, "");
	if (mount("none", folder, "tmpfs", 0, "size=64k") != 0)
		return SKIPPED;
	if (dw_file_write(path, NULL, "old", 3, NULL) != DW_OK)
		return 3;
	result = fill_up(path, "cannot write: No space left on device");
	expect_content(path, "old");
	ck_assert_uint_eq(entries(), 1);
	umount(folder);
	return result;
}

START_TEST(a_full_disk)
{
	int result = in_child(with_a_full_disk);

	if (result == SKIPPED)
		fprintf(stderr, "a_full_disk: skipped, no right to mount a file system\n");
	else
		ck_assert_int_eq(result, 0);
}
END_TEST

static int without_the_right(void)
{
	struct dw_error err;

	if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
		return SKIPPED;
	if (dw_file_write(path, NULL, "new", 3, &err) != DW_ERR_SYSTEM)
		return 1;
	return strstr(err.text, "Permission denied") ? 0 : 2;
}

START_TEST(a_folder_that_cannot_be_written)
{
	put(path, "old");
	ck_assert_int_eq(chmod(folder, 0555), 0);
	ck_assert_int_eq(in_child(without_the_right), 0);
	ck_assert_int_eq(chmod(folder, 0700), 0);
	expect_content(path, "old");
}
END_TEST

/* ---- owner and mode ---- */

static const struct {
	mode_t folder, file;
} modes[] = {
	{0700, 0600},
	{0750, 0640},
	{0755, 0644},
	{0770, 0660},
	{0775, 0664},
	{01777, 0664}, /* never writable for all */
	{02750, 0640},
	{0500, 0600},
};

START_TEST(mode_of_the_folder)
{
	struct stat st;
	mode_t mask = umask(077);

	ck_assert_int_eq(chmod(folder, modes[_i].folder | 0200), 0);
	ck_assert_int_eq(dw_file_write(path, NULL, "x", 1, NULL), DW_OK);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, modes[_i].file);
	umask(mask);
}
END_TEST

START_TEST(owner_of_the_folder)
{
	char like[128];
	struct stat st;

	if (geteuid() != 0) {
		fprintf(stderr, "owner_of_the_folder: skipped, not root\n");
		return;
	}
	ck_assert_int_eq(chown(folder, 12345, 23456), 0);
	ck_assert_int_eq(dw_file_write(path, NULL, "x", 1, NULL), DW_OK);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_uid, 12345);
	ck_assert_uint_eq(st.st_gid, 23456);
	/* or of another one */
	snprintf(like, sizeof(like), "%s/like", folder);
	ck_assert_int_eq(mkdir(like, 0700), 0);
	ck_assert_int_eq(chown(like, 34567, 0), 0);
	ck_assert_int_eq(chmod(like, 0750), 0);
	ck_assert_int_eq(dw_file_write(path, like, "x", 1, NULL), DW_OK);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_uid, 34567);
	ck_assert_uint_eq(st.st_gid, 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0640);
}
END_TEST

START_TEST(like_a_folder_that_is_not_there)
{
	struct dw_publish *publish = NULL;
	struct dw_error err;

	ck_assert_int_eq(
		dw_publish_begin(path, "/nonexistent/dnsward", &publish, &err), DW_ERR_NOT_FOUND);
	ck_assert_str_eq(err.where, "/nonexistent/dnsward");
	ck_assert_uint_eq(entries(), 0);
}
END_TEST

/* ---- reading ---- */

START_TEST(read_at_and_past_the_cap)
{
	struct dw_error err;
	char *data = NULL;
	size_t len = 0;

	put(path, "12345");
	ck_assert_int_eq(dw_file_read(path, 5, &data, &len, &err), DW_OK);
	ck_assert_uint_eq(len, 5);
	ck_assert_str_eq(data, "12345");
	free(data);
	data = NULL;
	ck_assert_int_eq(dw_file_read(path, 4, &data, &len, &err), DW_ERR_LIMIT);
	ck_assert_str_eq(err.where, path);
	ck_assert_str_eq(err.text, "larger than 4 bytes");
	ck_assert_int_eq(dw_file_read(path, 0, &data, &len, &err), DW_ERR_LIMIT);
	ck_assert_ptr_null(data);
	put(path, "");
	ck_assert_int_eq(dw_file_read(path, 0, &data, &len, &err), DW_OK);
	ck_assert_uint_eq(len, 0);
	ck_assert_str_eq(data, "");
	free(data);
}
END_TEST

/* stat tells 0 bytes of files in /proc. */
START_TEST(read_more_than_stat_tells)
{
	struct dw_error err;
	char *data = NULL;
	size_t len;

	ck_assert_int_eq(dw_file_read("/proc/self/status", 1 << 20, &data, &len, &err), DW_OK);
	ck_assert_uint_gt(len, 100);
	ck_assert_uint_eq(strlen(data), len);
	free(data);
	ck_assert_int_eq(dw_file_read("/proc/self/status", 50, &data, &len, &err), DW_ERR_LIMIT);
}
END_TEST

static const struct {
	const char *name;
	enum dw_result result;
} unreadable[] = {
	{"/nonexistent/file", DW_ERR_NOT_FOUND},
	{"/tmp", DW_ERR_UNSUPPORTED},
	{"/dev/zero", DW_ERR_UNSUPPORTED},
	{"", DW_ERR_NOT_FOUND},
};

START_TEST(what_cannot_be_read)
{
	const char *name = unreadable[_i].name;
	struct dw_error err;
	struct dw_map map;
	char *data;
	size_t len;

	ck_assert_int_eq(dw_file_read(name, 10, &data, &len, &err), unreadable[_i].result);
	ck_assert_str_eq(err.where, name);
	ck_assert_int_eq(dw_file_map(name, &map, &err), unreadable[_i].result);
	ck_assert_str_eq(err.where, name);
}
END_TEST

START_TEST(a_fifo_holds_nobody_up)
{
	struct dw_map map;
	char *data;
	size_t len;

	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(dw_file_read(path, 10, &data, &len, NULL), DW_ERR_UNSUPPORTED);
	ck_assert_int_eq(dw_file_map(path, &map, NULL), DW_ERR_UNSUPPORTED);
}
END_TEST

START_TEST(map_tells_files_apart)
{
	struct dw_map first, second;

	put(path, "same");
	ck_assert_int_eq(dw_file_map(path, &first, NULL), DW_OK);
	ck_assert_int_eq(dw_file_write(path, NULL, "same", 4, NULL), DW_OK);
	ck_assert_int_eq(dw_file_map(path, &second, NULL), DW_OK);
	ck_assert_uint_eq(first.device, second.device);
	ck_assert_uint_ne(first.inode, second.inode);
	ck_assert_mem_eq(first.data, second.data, 4);
	dw_file_unmap(&first);
	dw_file_unmap(&second);
	put(path, "");
	ck_assert_int_eq(dw_file_map(path, &first, NULL), DW_OK);
	ck_assert_uint_eq(first.size, 0);
	ck_assert_ptr_nonnull(first.data);
	dw_file_unmap(&first);
	dw_file_unmap(&first);
}
END_TEST

/* ---- for a while ---- */

/* The folder is nobody else's, and both are gone at the end, whether the file was made or not. */
START_TEST(a_file_for_a_while)
{
	for (int made = 0; made < 2; made++) {
		struct dw_scratch_file scratch, other;
		struct stat st;

		ck_assert_int_eq(dw_scratch_file_init(&scratch, "a.tmp", NULL), DW_OK);
		ck_assert_int_eq(dw_scratch_file_init(&other, "a.tmp", NULL), DW_OK);
		ck_assert_str_ne(scratch.path, other.path);
		ck_assert_int_eq(stat(scratch.folder, &st), 0);
		ck_assert_uint_eq(st.st_mode & 0777, 0700);
		ck_assert_int_ne(access(scratch.path, F_OK), 0);
		if (made)
			ck_assert_int_eq(dw_file_write(scratch.path, NULL, "x", 1, NULL), DW_OK);
		dw_scratch_file_remove(&scratch);
		dw_scratch_file_remove(&other);
		ck_assert_int_ne(access(scratch.folder, F_OK), 0);
		ck_assert_int_ne(access(other.folder, F_OK), 0);
	}
}
END_TEST

/* ---- paths ---- */

static const struct {
	const char *file, *given, *resolved;
} paths[] = {
	{"/etc/unbound/dnsward.yaml", "lists/ads.txt", "/etc/unbound/lists/ads.txt"},
	{"/etc/unbound/dnsward.yaml", "/srv/ads.txt", "/srv/ads.txt"},
	{"/etc/unbound/dnsward.yaml", "../x", "/etc/unbound/../x"},
	{"dnsward.yaml", "ads.txt", "ads.txt"},
	{"./dnsward.yaml", "ads.txt", "./ads.txt"},
	{"conf/dnsward.yaml", "ads.txt", "conf/ads.txt"},
	{"/dnsward.yaml", "ads.txt", "/ads.txt"},
	{"conf/", "ads.txt", "conf/ads.txt"},
	{"a/b", "", "a/"},
};

START_TEST(path_table)
{
	char *resolved = NULL;

	ck_assert_int_eq(dw_path_resolve(paths[_i].file, paths[_i].given, &resolved), DW_OK);
	ck_assert_str_eq(resolved, paths[_i].resolved);
	free(resolved);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("file");
	TCase *tc = tcase_create("file");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_new_file);
	tcase_add_test(tc, the_old_file_stands_until_commit);
	tcase_add_test(tc, abort_leaves_nothing);
	tcase_add_test(tc, the_descriptor_can_be_used);
	tcase_add_test(tc, in_one_call);
	tcase_add_test(tc, a_relative_path);
	tcase_add_test(tc, a_link_is_replaced_and_not_followed);
	tcase_add_test(tc, what_is_refused);
	tcase_add_test(tc, a_killed_writer_is_cleaned_up_after);
	tcase_add_test(tc, only_leftovers_are_cleaned_up);
	tcase_add_test(tc, two_writers_at_once);
	tcase_add_test(tc, many_writers_and_readers);
	tcase_add_test(tc, a_file_size_limit);
	tcase_add_test(tc, a_full_disk);
	tcase_add_test(tc, a_folder_that_cannot_be_written);
	UNIT_ADD_TABLE(tc, mode_of_the_folder, modes);
	tcase_add_test(tc, owner_of_the_folder);
	tcase_add_test(tc, like_a_folder_that_is_not_there);
	tcase_add_test(tc, read_at_and_past_the_cap);
	tcase_add_test(tc, read_more_than_stat_tells);
	UNIT_ADD_TABLE(tc, what_cannot_be_read, unreadable);
	tcase_add_test(tc, a_fifo_holds_nobody_up);
	tcase_add_test(tc, map_tells_files_apart);
	tcase_add_test(tc, a_file_for_a_while);
	UNIT_ADD_TABLE(tc, path_table, paths);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(suite, tc);
	return unit_main(suite);
}
