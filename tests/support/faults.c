/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk and a clock that fail when told to, for LD_PRELOAD.
 *
 * While the file named by PLOW_FAULTS exists, it says what fails, one a line:
 *
 *	write ERRNO      writing to a file whose path has PLOW_FAULT_FILES in it fails
 *	grow ERRNO       making such a file larger fails: others have filled the disk
 *	free BYTES       so much is free on the disk of such a file
 *	sync ERRNO       making such a file durable fails
 *	slow MS          making it durable takes so long
 *	stall 1          reading such a file that was opened to read alone waits until this is over
 *	dead 1           the thread that makes it durable is no more
 *	clock SECONDS    the wall clock is so far off
 *
 * It is read at every call, so faults begin and end while the program runs.  When something is slow,
 * stalled or dead for the first time there is a file PLOW_FAULTS.struck.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Reads without the wrapped calls. Returns whether the word is there, with its number. */
static bool told(const char *word, long *out)
{
	const char *path = getenv("PLOW_FAULTS");
	char line[64];
	bool found = false;
	FILE *file = path ? fopen(path, "re") : NULL;

	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file)) {
		size_t length = strlen(word);

		found = strncmp(line, word, length) == 0 && line[length] == ' ';
		if (found)
			*out = strtol(line + length, NULL, 10);
	}
	fclose(file);
	return found;
}

static bool is_meant(int fd)
{
	const char *files = getenv("PLOW_FAULT_FILES");
	char link[64], path[4096];
	ssize_t length;

	if (!files)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(path) - 1);
	if (length < 0)
		return false;
	path[length] = '\0';
	return strstr(path, files) != NULL;
}

/* Writing up to `end`; -1: wherever the file is now. */
static bool write_fails(int fd, off_t end)
{
	struct stat about;
	long error;

	if (!is_meant(fd))
		return false;
	if (!told("write", &error) && (end < 0 || fstat(fd, &about) != 0 || end <= about.st_size || !told("grow", &error)))
		return false;
	errno = (int)error;
	return true;
}

/* For a test that must know when it has happened. */
static void note_strike(void)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s.struck", getenv("PLOW_FAULTS"));
	close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static bool sync_fails(int fd)
{
	long number;

	if (!is_meant(fd))
		return false;
	if (told("slow", &number)) {
		note_strike();
		usleep((useconds_t)number * 1000);
	}
	if (told("dead", &number)) {
		note_strike();
		pthread_exit(NULL);
	}
	if (!told("sync", &number))
		return false;
	errno = (int)number;
	return true;
}

static void stall_reading(int fd)
{
	long number;

	if (!told("stall", &number) || (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY || !is_meant(fd))
		return;
	note_strike();
	while (told("stall", &number))
		usleep(10000);
}

ssize_t pread(int fd, void *bytes, size_t size, off_t at)
{
	stall_reading(fd);
	return syscall(SYS_pread64, fd, bytes, size, at);
}

ssize_t pread64(int fd, void *bytes, size_t size, off64_t at)
{
	stall_reading(fd);
	return syscall(SYS_pread64, fd, bytes, size, at);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
	return write_fails(fd, -1) ? -1 : syscall(SYS_write, fd, bytes, size);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
	return write_fails(fd, at + (off_t)size) ? -1 : syscall(SYS_pwrite64, fd, bytes, size, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at)
{
	return write_fails(fd, at + (off_t)size) ? -1 : syscall(SYS_pwrite64, fd, bytes, size, at);
}

int ftruncate(int fd, off_t size)
{
	return write_fails(fd, size) ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}

int ftruncate64(int fd, off64_t size)
{
	return write_fails(fd, size) ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}

int posix_fallocate(int fd, off_t from, off_t size)
{
	return write_fails(fd, from + size) || syscall(SYS_fallocate, fd, 0, from, size) != 0 ? errno : 0;
}

int fstatvfs(int fd, struct statvfs *out)
{
	int (*ask)(int, struct statvfs *), result;
	long bytes;

	*(void **)&ask = dlsym(RTLD_NEXT, "fstatvfs");
	result = ask(fd, out);
	if (result == 0 && is_meant(fd) && told("free", &bytes))
		out->f_bavail = (fsblkcnt_t)bytes / out->f_frsize;
	return result;
}

int fsync(int fd)
{
	return sync_fails(fd) ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return sync_fails(fd) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
	int result = (int)syscall(SYS_clock_gettime, clock, out);
	long seconds;

	if (result == 0 && clock == CLOCK_REALTIME && told("clock", &seconds))
		out->tv_sec += seconds;
	return result;
}
