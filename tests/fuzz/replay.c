/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay TAPFILE: gives each fuzzer's reader its corpus and its regressions once, from the root of
 * the repository.  A reader that fails ends the program; a corpus that is missing is a failure.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/replay.h"

static void replay_file(const struct replay_target *target, const char *path)
{
	FILE *file = fopen(path, "rb");
	static uint8_t bytes[1 << 20];
	uint8_t *input;
	size_t size;

	if (!file)
		abort();
	fprintf(stderr, "%s: %s\n", target->name, path);
	size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	/* A block of its own, so that reading behind its end is seen. */
	input = malloc(size ? size : 1);
	if (!input)
		abort();
	memcpy(input, bytes, size);
	target->run(input, size);
	free(input);
}

static unsigned replay_folder(const struct replay_target *target, const char *kind)
{
	char folder[256], path[600];
	unsigned count = 0;
	struct dirent *entry;
	DIR *dir;

	snprintf(folder, sizeof(folder), "tests/fuzz/%s/%s", kind, target->name);
	dir = opendir(folder);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		replay_file(target, path);
		count++;
	}
	if (dir)
		closedir(dir);
	return count;
}

int main(int argc, char **argv)
{
	FILE *tap = argc == 2 ? fopen(argv[1], "w") : NULL;
	unsigned number = 0;

	if (!tap)
		return 64;
	for (const struct replay_target *target = replay_targets; target->name; target++) {
		unsigned seeds = replay_folder(target, "corpus");
		unsigned found = replay_folder(target, "regressions");

		fprintf(tap, "%s %u - %s reads its %u seeds and %u former finds\n",
			seeds > 0 && found > 0 ? "ok" : "not ok", ++number, target->name, seeds, found);
		fflush(tap);
	}
	fprintf(tap, "1..%u\n", number);
	return fclose(tap) == 0 ? 0 : 74;
}
