/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/base/sole.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Who has it wrote its process id there; for people only. */
static int explain_other(int fd, const char *db_path, char *why, size_t why_size)
{
	char text[24] = "";
	ssize_t got = pread(fd, text, sizeof(text) - 1, 0);

	text[got > 0 ? strspn(text, "0123456789") : 0] = '\0';
	snprintf(why, why_size,
		 "another plowd%s%s already works on %s; end it first, or give this one a database of its own",
		 text[0] ? " with process id " : "", text, db_path);
	return -EBUSY;
}

static void sign(int fd)
{
	char text[24];
	int size = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	if (ftruncate(fd, 0) == 0)
		(void)!pwrite(fd, text, (size_t)size, 0);
}

/* The lock's path in PATH_MAX bytes; 0 or negative errno. */
static int path_of(const char *db_path, char *out)
{
	char *real = realpath(db_path, NULL);
	int size, error = real ? 0 : -errno;

	if (error)
		return error;
	size = snprintf(out, PATH_MAX, "%s.lock", real);
	free(real);
	return size < PATH_MAX ? 0 : -ENAMETOOLONG;
}

int sole_take(const char *db_path, char *why, size_t why_size)
{
	char path[PATH_MAX];
	int fd = -1, error = path_of(db_path, path);

	if (!error) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		error = fd < 0 ? -errno : 0;
	}
	if (!error && flock(fd, LOCK_EX | LOCK_NB) != 0)
		error = errno == EWOULDBLOCK ? explain_other(fd, db_path, why, why_size) : -errno;
	if (!error) {
		sign(fd);
		return fd;
	}
	if (error != -EBUSY)
		snprintf(why, why_size, "%s.lock cannot be taken: %s", db_path, strerror(-error));
	if (fd >= 0)
		close(fd);
	return error;
}

void sole_forget(const char *db_path)
{
	char path[PATH_MAX];

	if (path_of(db_path, path) == 0)
		unlink(path);
}
