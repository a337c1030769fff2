/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/export/public_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "common/alloc.h"

#define HASH_BYTES ((size_t)16)
#define HASH_DIGITS (2 * HASH_BYTES)
#define UNFINISHED ".unfinished"
#define MANIFEST "manifest.json"

struct named {
	char name[PUBLIC_NAME_BYTES];
	int64_t last_ms; /* when a manifest last named it */
};

struct public_dir {
	int fd;
	struct named *files; /* by name */
	size_t count, capacity;
};

int public_dir_open(const char *path, struct public_dir **out)
{
	struct public_dir *dir;
	int fd;

	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (faccessat(fd, ".", W_OK | X_OK, 0) != 0) {
		int error = -errno;

		close(fd);
		return error;
	}
	dir = x_calloc(1, sizeof(*dir));
	dir->fd = fd;
	*out = dir;
	return 0;
}

void public_dir_close(struct public_dir *dir)
{
	if (!dir)
		return;
	close(dir->fd);
	free(dir->files);
	free(dir);
}

/* The place of a name in the list, or where it would have to be. */
static size_t place_of(const struct public_dir *dir, const char *name)
{
	size_t low = 0, high = dir->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(dir->files[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_known(const struct public_dir *dir, const char *name)
{
	size_t place = place_of(dir, name);

	return place < dir->count && strcmp(dir->files[place].name, name) == 0;
}

static void note(struct public_dir *dir, const char *name, int64_t now_ms)
{
	size_t place = place_of(dir, name);

	if (!is_known(dir, name)) {
		dir->files = x_grow(dir->files, dir->count, &dir->capacity, sizeof(*dir->files));
		memmove(&dir->files[place + 1], &dir->files[place],
			(dir->count - place) * sizeof(*dir->files));
		dir->count++;
		snprintf(dir->files[place].name, sizeof(dir->files[place].name), "%s", name);
	}
	dir->files[place].last_ms = now_ms;
}

static int write_all(int fd, const char *bytes, size_t size)
{
	for (size_t used = 0; used < size;) {
		ssize_t wrote = write(fd, bytes + used, size - used);

		if (wrote < 0 && errno != EINTR)
			return -errno;
		used += wrote > 0 ? (size_t)wrote : 0;
	}
	return fsync(fd) == 0 ? 0 : -errno;
}

/* Written aside, made durable, renamed: a power cut leaves no empty file under a good name. */
static int put_file(const struct public_dir *dir, const char *name, const void *bytes, size_t size)
{
	int fd = openat(dir->fd, UNFINISHED, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
			0644);
	int error;

	if (fd < 0)
		return -errno;
	error = write_all(fd, bytes, size);
	if (close(fd) != 0 && !error)
		error = -errno;
	if (!error && renameat(dir->fd, UNFINISHED, dir->fd, name) != 0)
		error = -errno;
	if (error)
		unlinkat(dir->fd, UNFINISHED, 0);
	return error;
}

int public_dir_put(struct public_dir *dir, const char *stem, const char *ending, const void *bytes,
		   size_t size, int64_t now_ms, char out_name[PUBLIC_NAME_BYTES])
{
	unsigned char hash[HASH_BYTES];
	char digits[HASH_DIGITS + 1];
	struct stat about;
	int error = 0;

	crypto_generichash(hash, sizeof(hash), bytes, size, NULL, 0);
	sodium_bin2hex(digits, sizeof(digits), hash, sizeof(hash));
	snprintf(out_name, PUBLIC_NAME_BYTES, "%s-%s%s", stem, digits, ending);
	if (fstatat(dir->fd, out_name, &about, AT_SYMLINK_NOFOLLOW) != 0 ||
	    (size_t)about.st_size != size)
		error = put_file(dir, out_name, bytes, size);
	if (!error)
		note(dir, out_name, now_ms);
	return error;
}

int public_dir_keep(struct public_dir *dir, const char *name, int64_t now_ms)
{
	if (faccessat(dir->fd, name, R_OK, AT_SYMLINK_NOFOLLOW) != 0)
		return -errno;
	note(dir, name, now_ms);
	return 0;
}

/* NAME-HASH of the kinds we write. */
static bool is_ours(const char *name)
{
	static const char *const stems[] = {"network-", "tile-",  "roads-",  "state-", "states-",
					    "district-", "table-", "passes-", "plows-", "closures-"};
	const char *dash = strrchr(name, '-');

	if (!dash || strspn(dash + 1, "0123456789abcdef") != HASH_DIGITS ||
	    strlen(name) >= PUBLIC_NAME_BYTES)
		return false;
	if (strcmp(dash + 1 + HASH_DIGITS, ".json") != 0 &&
	    strcmp(dash + 1 + HASH_DIGITS, ".csv") != 0)
		return false;
	for (size_t i = 0; i < sizeof(stems) / sizeof(stems[0]); i++) {
		if (strncmp(name, stems[i], strlen(stems[i])) == 0)
			return true;
	}
	return false;
}

/* What lies there from an earlier run counts as named now. */
static int note_strangers(struct public_dir *dir, int64_t now_ms)
{
	int fd = dup(dir->fd);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!list) {
		int error = -errno;

		if (fd >= 0)
			close(fd);
		return error;
	}
	rewinddir(list);
	while ((entry = readdir(list))) {
		if (is_ours(entry->d_name) && !is_known(dir, entry->d_name))
			note(dir, entry->d_name, now_ms);
	}
	closedir(list);
	return 0;
}

static void delete_unnamed(struct public_dir *dir, int64_t now_ms)
{
	size_t kept = 0;

	for (size_t i = 0; i < dir->count; i++) {
		if (now_ms - dir->files[i].last_ms > PUBLIC_KEEP_MS)
			unlinkat(dir->fd, dir->files[i].name, 0);
		else
			dir->files[kept++] = dir->files[i];
	}
	dir->count = kept;
}

int public_dir_publish(struct public_dir *dir, const void *manifest, size_t size, int64_t now_ms)
{
	int error = put_file(dir, MANIFEST, manifest, size);

	if (error)
		return error;
	error = note_strangers(dir, now_ms);
	delete_unnamed(dir, now_ms);
	return error;
}
