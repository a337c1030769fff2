/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/scratch.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILES 32

/* A fuzzer has nowhere else to keep what outlives an input. */
static struct {
	char folder[64];
	char paths[FILES][128];
	size_t count;
} scratch;

static void remove_all(void)
{
	for (size_t i = 0; i < scratch.count; i++)
		unlink(scratch.paths[i]);
	rmdir(scratch.folder);
}

static void make_folder(void)
{
	snprintf(scratch.folder, sizeof(scratch.folder), "%s/plow-fuzz-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(scratch.folder))
		abort();
	atexit(remove_all);
}

static const char *find_path(const char *name)
{
	size_t folder;
	char *path;

	if (!scratch.folder[0])
		make_folder();
	folder = strlen(scratch.folder) + 1;
	for (size_t i = 0; i < scratch.count; i++)
		if (strcmp(scratch.paths[i] + folder, name) == 0)
			return scratch.paths[i];
	assert(scratch.count < FILES);
	path = scratch.paths[scratch.count++];
	assert(folder + strlen(name) < sizeof(scratch.paths[0]));
	stpcpy(stpcpy(stpcpy(path, scratch.folder), "/"), name);
	return path;
}

const char *scratch_file(const char *name, const void *bytes, size_t size)
{
	const char *path = find_path(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || close(fd) != 0)
		abort();
	return path;
}
