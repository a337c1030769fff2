/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/folder.h"

#include "server/plowd/export/public_dir.h"

#define MINUTE_MS INT64_C(60000)

struct place {
	char folder[FOLDER_BYTES], path[FOLDER_BYTES + 16];
	struct public_dir *dir;
};

static void begin(struct place *place)
{
	folder_make(place->folder);
	snprintf(place->path, sizeof(place->path), "%s/public", place->folder);
	cr_assert_eq(public_dir_open(place->path, &place->dir), 0);
}

static void end(struct place *place, const char *const *names)
{
	char path[256];

	public_dir_close(place->dir);
	for (; *names; names++) {
		snprintf(path, sizeof(path), "%s/%s", place->path, *names);
		unlink(path);
	}
	cr_assert_eq(rmdir(place->path), 0, "%s", strerror(errno));
	rmdir(place->folder);
}

static bool is_there(const struct place *place, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", place->path, name);
	return access(path, F_OK) == 0;
}

static void put(struct place *place, const char *text, int64_t now_ms, char name[PUBLIC_NAME_BYTES])
{
	cr_assert_eq(public_dir_put(place->dir, "state", ".json", text, strlen(text), now_ms, name), 0);
}

Test(public_dir, names_files_by_what_is_in_them)
{
	struct place place;
	char first[PUBLIC_NAME_BYTES], second[PUBLIC_NAME_BYTES], again[PUBLIC_NAME_BYTES];

	begin(&place);
	put(&place, "one", 0, first);
	put(&place, "two", 0, second);
	put(&place, "one", 0, again);
	cr_assert_str_eq(first, again);
	cr_assert_str_neq(first, second);
	cr_assert(is_there(&place, first) && is_there(&place, second));
	end(&place, (const char *const[]){first, second, NULL});
}

Test(public_dir, deletes_what_no_manifest_has_named_for_ten_minutes_and_nothing_else)
{
	struct place place;
	char old[PUBLIC_NAME_BYTES], kept[PUBLIC_NAME_BYTES], fresh[PUBLIC_NAME_BYTES];
	char path[256];

	begin(&place);
	snprintf(path, sizeof(path), "%s/robots.txt", place.path);
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
	put(&place, "old", 0, old);
	put(&place, "kept", 0, kept);
	cr_assert_eq(public_dir_publish(place.dir, "{}", 2, 0), 0);
	put(&place, "fresh", 9 * MINUTE_MS, fresh);
	cr_assert_eq(public_dir_keep(place.dir, kept, 9 * MINUTE_MS), 0);
	cr_assert_eq(public_dir_publish(place.dir, "{}", 2, 9 * MINUTE_MS), 0);
	cr_assert(is_there(&place, old), "nine minutes are not ten");
	cr_assert_eq(public_dir_publish(place.dir, "{}", 2, 11 * MINUTE_MS), 0);
	cr_assert_not(is_there(&place, old));
	cr_assert(is_there(&place, kept) && is_there(&place, fresh) &&
		  is_there(&place, "robots.txt"));
	cr_assert_eq(public_dir_keep(place.dir, old, 11 * MINUTE_MS), -ENOENT);
	end(&place, (const char *const[]){kept, fresh, "robots.txt", "manifest.json", NULL});
}

Test(public_dir, takes_over_what_an_earlier_run_left)
{
	struct place place;
	char left[PUBLIC_NAME_BYTES];

	begin(&place);
	put(&place, "left", 0, left);
	public_dir_close(place.dir);
	cr_assert_eq(public_dir_open(place.path, &place.dir), 0);
	cr_assert_eq(public_dir_publish(place.dir, "{}", 2, 0), 0);
	cr_assert(is_there(&place, left));
	cr_assert_eq(public_dir_publish(place.dir, "{}", 2, 11 * MINUTE_MS), 0);
	cr_assert_not(is_there(&place, left));
	end(&place, (const char *const[]){"manifest.json", NULL});
}

Test(public_dir, writes_a_cut_short_file_anew)
{
	struct place place;
	char name[PUBLIC_NAME_BYTES], path[256];
	struct stat about;

	begin(&place);
	put(&place, "whole", 0, name);
	snprintf(path, sizeof(path), "%s/%s", place.path, name);
	cr_assert_eq(truncate(path, 0), 0);
	put(&place, "whole", 0, name);
	cr_assert_eq(stat(path, &about), 0);
	cr_assert_eq(about.st_size, 5);
	end(&place, (const char *const[]){name, NULL});
}

Test(public_dir, says_why_it_cannot_begin)
{
	struct public_dir *dir;

	cr_assert_eq(public_dir_open("/nowhere/at/all", &dir), -ENOENT);
	cr_assert_eq(public_dir_open("/dev/null", &dir), -ENOTDIR);
}
