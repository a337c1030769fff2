/* SPDX-License-Identifier: Apache-2.0 */
#include "common/httpd/webdir.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_folder(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

int webdir_find(char *out, size_t size)
{
	static const char *const places[] = {"/web", "/../share/michiake/web"};
	const char *chosen = getenv("PLOW_WEB");
	char program[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;

	if (chosen && *chosen) {
		snprintf(out, size, "%s", chosen);
		return is_folder(out) ? 0 : -ENOENT;
	}
	program[length < 0 ? 0 : length] = '\0';
	slash = strrchr(program, '/');
	if (slash)
		*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int wrote = snprintf(out, size, "%s%s", program, places[i]);

		if (wrote > 0 && (size_t)wrote < size && is_folder(out))
			return 0;
	}
	return -ENOENT;
}
